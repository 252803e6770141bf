//! Running a batch: workers for the groups of jobs, until all are done.

use std::collections::VecDeque;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::fingerprint::Fingerprints;
use super::plan::{Job, Plan};
use super::pool::{Answer, Limits, Worker, WorkerCommand};
use super::protocol::{Item, Task};
use super::results::{JobResult, Made, Outcome, Summary};
use super::shard::{self, Group, Shard};
use super::state::{self, Lock, LockError, Others};
use super::{register, summary};
use crate::files::{self, WriteError};
use crate::model::Date;
use crate::pipeline::GENERATOR;

/// How a batch is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for all outputs; made if it is not there.
    pub out: PathBuf,
    /// How a worker is started.
    pub worker: WorkerCommand,
    /// How many workers there are; 0 for as many as there are cores.
    pub workers: usize,
    /// After so many jobs a worker is replaced by a new one; 0 for never.
    pub jobs_per_worker: usize,
    pub time_limit: Option<Duration>,
    /// Memory that a worker may hold, in MiB; 0 for any amount.
    pub memory_limit: Option<u64>,
    /// Begin no more jobs once one has failed.
    pub fail_fast: bool,
    /// Make everything again.
    pub force: bool,
    pub shard: Option<Shard>,
    /// The day by which it is decided whether a documentation file is closed, and nothing else.
    pub today: Date,
    /// Set by whoever wants no more jobs to be begun.
    pub stop: Arc<AtomicBool>,
}

impl Options {
    pub fn new(out: impl Into<PathBuf>, worker: WorkerCommand) -> Self {
        Self {
            out: out.into(),
            worker,
            workers: 0,
            jobs_per_worker: 500,
            time_limit: Some(Duration::from_secs(600)),
            memory_limit: None,
            fail_fast: false,
            force: false,
            shard: None,
            today: chrono::Local::now().date_naive(),
            stop: Arc::default(),
        }
    }
}

/// What happens during a batch.
pub enum Event<'a> {
    Started {
        jobs: usize,
        workers: usize,
    },
    /// It was asked to stop: what is begun is finished.
    Stopping,
    Done {
        result: &'a JobResult,
        done: usize,
        jobs: usize,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    File(#[from] WriteError),
    #[error("{0}")]
    Worker(String),
    /// A folder that the plan gives to another client or recipient.
    #[error(
        "nothing was made: {} holds the package of a closed file, which another client or recipient had there; give that folder's jobs another one",
        .0.display()
    )]
    Closed(PathBuf),
    /// The summaries of shards cannot be joined.
    #[error("{0}")]
    Merge(String),
}

/// How often it is looked whether the batch was asked to stop, while no job ends.
const LOOK: Duration = Duration::from_millis(100);

/// What the threads of a batch share.
struct Batch<'a> {
    plan: &'a Plan,
    options: &'a Options,
    limits: Limits,
    /// Threads of each worker.
    threads: usize,
    queue: Mutex<VecDeque<Group>>,
    stopped: AtomicBool,
    fingerprints: Fingerprints,
}

impl Batch<'_> {
    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || self.options.stop.load(Ordering::Relaxed)
    }
}

/// What a thread tells: a job is done, or no worker can be started.
type Message = Result<JobResult, String>;

/// Runs a plan, or one shard of it. The summary and the register are written to the output folder; a shard's summary is
/// kept there for [`super::merge`].
pub fn run(plan: &Plan, options: &Options, observe: &mut dyn FnMut(&Event)) -> Result<Summary, BulkError> {
    let begun = Instant::now();
    let _lock = Lock::take(&options.out, options.shard.is_some())?;
    // Should this run be broken off, nobody must take the last one's for its own.
    summary::remove(&options.out)?;
    let others = Others::of(&options.out, plan);
    if let Some(folder) = others.closed(options.today) {
        return Err(BulkError::Closed(folder.to_owned()));
    }
    others.remove();
    let all = shard::groups(plan);
    let id = shard::plan_id(plan, &all);
    let groups = match options.shard {
        Some(shard) => shard::share(&all, shard),
        None => all,
    };
    let positions: Vec<usize> = groups.iter().flat_map(|group| group.jobs.iter().copied()).collect();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let workers = if options.workers == 0 { cores } else { options.workers }.clamp(1, groups.len().max(1));
    let batch = Batch {
        plan,
        options,
        limits: Limits {
            time: options.time_limit,
            memory: options.memory_limit.filter(|mib| *mib > 0).map(|mib| mib.saturating_mul(1024)),
        },
        threads: (cores / workers).max(1),
        queue: Mutex::new(groups.into()),
        stopped: AtomicBool::new(false),
        fingerprints: Fingerprints::default(),
    };
    observe(&Event::Started { jobs: positions.len(), workers });
    let mut results: Vec<JobResult> = Vec::with_capacity(positions.len());
    let mut fatal = None;
    thread::scope(|scope| {
        let (sender, messages) = mpsc::channel();
        for _ in 0..workers {
            let sender = sender.clone();
            scope.spawn(|| Slot { batch: &batch, worker: None, sender }.work());
        }
        drop(sender);
        let mut told = false;
        loop {
            match messages.recv_timeout(LOOK) {
                Ok(Ok(result)) => {
                    results.push(result);
                    if let Some(result) = results.last() {
                        observe(&Event::Done { result, done: results.len(), jobs: positions.len() });
                    }
                }
                Ok(Err(message)) => {
                    batch.stopped.store(true, Ordering::Relaxed);
                    fatal = Some(message);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !told && options.stop.load(Ordering::Relaxed) {
                told = true;
                observe(&Event::Stopping);
            }
        }
    });
    if let Some(message) = fatal {
        return Err(BulkError::Worker(message));
    }
    let done: std::collections::HashSet<usize> = results.iter().map(|result| result.number).collect();
    for job in positions.iter().map(|&at| &plan.jobs[at]).filter(|job| !done.contains(&job.number)) {
        let made = Made::nothing(Outcome::NotRun, "not begun");
        results.push(with_earlier(JobResult::new(job, made, 0.0, None), job, options));
    }
    results.sort_by_key(|result| result.number);
    let summary = Summary {
        format: 1,
        generator: GENERATOR.to_owned(),
        plan: id,
        shard: options.shard,
        planned: plan.jobs.len(),
        workers,
        seconds: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        missing_shards: Vec::new(),
        jobs: results,
    };
    if summary.shard.is_some() {
        summary::keep_shard(&options.out, &summary)?;
    } else {
        summary::write(&options.out, &summary)?;
        register::write(&options.out, &summary)?;
        // They tell of an earlier state.
        summary::forget_shards(&options.out)?;
    }
    Ok(summary)
}

/// One of the threads, with its worker.
struct Slot<'a> {
    batch: &'a Batch<'a>,
    worker: Option<Worker>,
    sender: Sender<Message>,
}

impl Slot<'_> {
    fn work(mut self) {
        while !self.batch.is_stopped() {
            let group = self.batch.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(group) = group else { break };
            if let Err(message) = self.group(&group) {
                let _ = self.sender.send(Err(message));
                break;
            }
        }
    }

    fn done(&self, job: &Job, made: Made, begun: Instant) {
        let memory = self.worker.as_ref().and_then(Worker::memory_kib);
        let result = JobResult::new(job, made, begun.elapsed().as_secs_f64(), memory);
        let result = with_earlier(result, job, self.batch.options);
        if self.batch.options.fail_fast && !result.made.outcome.succeeded() {
            self.batch.stopped.store(true, Ordering::Relaxed);
        }
        // The receiver lives as long as the threads.
        let _ = self.sender.send(Ok(result));
    }

    /// Makes the jobs of a group; fails only if no worker can be started.
    fn group(&mut self, group: &Group) -> Result<(), String> {
        let Batch { plan, options, fingerprints, .. } = self.batch;
        let jobs: Vec<&Job> = group.jobs.iter().map(|&at| &plan.jobs[at]).collect();
        let Some(first) = jobs.first() else { return Ok(()) };
        let mut begun = Instant::now();
        let inputs = match fingerprints.of_inputs(&first.engagement, first.firm.as_deref()) {
            Ok(inputs) => inputs,
            Err(error) => {
                for job in jobs {
                    self.done(job, Made::nothing(Outcome::Failed, format!("cannot read the inputs: {error}")), begun);
                }
                return Ok(());
            }
        };
        let mut waiting: VecDeque<(&Job, Item)> = VecDeque::new();
        for job in &jobs {
            let fingerprint = Fingerprints::of_job(&inputs, job);
            let out = options.out.join(&job.name);
            let state = state::place(&options.out, job);
            let known = (!options.force).then(|| state::intact(&state, &out, &job.document.record())).flatten();
            match known.filter(|note| note.fingerprint == fingerprint) {
                Some(note) => {
                    let made = Made {
                        outcome: Outcome::Unchanged,
                        message: None,
                        tally: note.tally,
                        findings: Vec::new(),
                        outputs: note.outputs,
                    };
                    self.done(job, made, begun);
                    begun = Instant::now();
                }
                None => {
                    let item = Item { number: job.number, out, copy: job.copy.clone(), state, fingerprint };
                    waiting.push_back((job, item));
                }
            }
        }
        while !waiting.is_empty() && !self.batch.is_stopped() {
            self.ask(first, &mut waiting, begun)?;
            begun = Instant::now();
        }
        Ok(())
    }

    /// Hands what is waiting to the worker, and takes its replies until all are there or it has to be given up.
    fn ask(&mut self, of: &Job, waiting: &mut VecDeque<(&Job, Item)>, mut begun: Instant) -> Result<(), String> {
        let Batch { options, limits, threads, .. } = *self.batch;
        if self.worker.as_ref().is_some_and(|w| options.jobs_per_worker > 0 && w.served >= options.jobs_per_worker) {
            self.worker = None;
        }
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start(&options.worker, threads)?,
        };
        waiting.iter().for_each(|(_, item)| files::remove_abandoned(&item.out));
        let asked = worker.ask(&Task {
            engagement: absolute(&of.engagement),
            firm: of.firm.as_deref().map(absolute),
            document: of.document,
            evidence_list: of.evidence_list,
            overrides: of.overrides,
            today: self.batch.options.today,
            items: waiting
                .iter()
                .map(|(_, item)| Item { out: absolute(&item.out), state: absolute(&item.state), ..item.clone() })
                .collect(),
        });
        if let Err(why) = asked {
            let made = Made::nothing(Outcome::Failed, format!("the worker cannot be told what to make: {why}"));
            for (job, _) in waiting.drain(..) {
                self.done(job, made.clone(), begun);
            }
            return Ok(());
        }
        let already_served = worker.served;
        self.worker = Some(worker);
        while let Some((job, item)) = waiting.front() {
            let job = *job;
            // Of a long distribution no more is made once the batch is to stop.
            if self.batch.is_stopped() && self.worker.as_ref().is_some_and(|worker| worker.served > already_served) {
                self.worker = None;
                files::remove_abandoned(&item.out);
                return Ok(());
            }
            let Some(worker) = &mut self.worker else { break };
            let made = match worker.answer(limits) {
                Answer::Reply(reply) if reply.number == job.number => {
                    worker.served += 1;
                    reply.made
                }
                Answer::Reply(_) => Made::nothing(Outcome::Crashed, "the worker answered for another job"),
                Answer::TimedOut => {
                    let limit = limits.time.unwrap_or_default();
                    Made::nothing(Outcome::TimedOut, format!("took longer than {} s", limit.as_secs_f64()))
                }
                Answer::OutOfMemory(0) => Made::nothing(Outcome::OutOfMemory, "the system gave no more memory"),
                // What earlier jobs left may be the reason: a new worker tells.
                Answer::OutOfMemory(_) if worker.served > 0 => {
                    self.worker = None;
                    files::remove_abandoned(&item.out);
                    return Ok(());
                }
                Answer::OutOfMemory(kib) => Made::nothing(
                    Outcome::OutOfMemory,
                    format!("held {} MiB, more than the limit of {}", kib / 1024, limits.memory.unwrap_or(0) / 1024),
                ),
                Answer::Gone(how) => Made::nothing(Outcome::Crashed, how),
            };
            let left = waiting.pop_front();
            let usable =
                matches!(made.outcome, Outcome::Built | Outcome::Unchanged | Outcome::Refused | Outcome::Failed);
            self.done(job, made, begun);
            begun = Instant::now();
            if !usable {
                // The rest of the group goes to a new one.
                self.worker = None;
                left.iter().for_each(|(_, item)| files::remove_abandoned(&item.out));
            }
        }
        Ok(())
    }
}

/// Notes whether outputs of an earlier run lie where this one made none.
fn with_earlier(mut result: JobResult, job: &Job, options: &Options) -> JobResult {
    result.earlier_outputs =
        !result.made.outcome.succeeded() && state::keeps_earlier(&options.out, job, &result.file(), options.today);
    result
}

/// A worker's working directory is the host's, but need not be. A path that cannot be told is left as it is.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).ok().filter(|path| path.to_str().is_some()).unwrap_or_else(|| path.to_owned())
}
