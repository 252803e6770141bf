//! The worker's side: makes what the host asks for until the host goes away.

use std::any::Any;
use std::io::{self, BufRead as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use super::protocol::{Hello, Item, Reply, Task};
use super::results::{Made, Outcome, Problem};
use super::state::{self, Owner};
use crate::diagnostics::Tally;
use crate::package::Unseen;
use crate::pipeline::{self, BuildOptions, Checked, Output, Packaging, RecipientCopy};

/// Serves the host at standard input and output. Ends the process when the input ends, even amid a task: a worker whose
/// host is gone would write into the next batch's outputs.
pub fn serve() -> ! {
    // Work that the PDF writer defers runs on this pool. Who waits for what panics there may wait for ever; a worker can
    // be replaced, and ends.
    let _ = rayon::ThreadPoolBuilder::new().panic_handler(|_| std::process::abort()).build_global();
    leave_signals_to_the_host();
    let (sender, lines) = mpsc::channel::<String>();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
        std::process::exit(0);
    });
    let mut output = io::stdout().lock();
    say(&mut output, &Hello::ours());
    for line in lines {
        match serde_json::from_str::<Task>(&line) {
            Ok(task) => work(task, &mut |reply| say(&mut output, reply)),
            Err(error) => {
                eprintln!("the host sent what is no task: {error}");
                std::process::exit(2);
            }
        }
    }
    // The input has ended, and the other thread ends the process.
    loop {
        thread::park();
    }
}

/// Terminals and schedulers send the signals that ask for an end to all processes of a batch. The host lets its workers
/// finish what they are at.
fn leave_signals_to_the_host() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;

        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // Nobody asks for the flag. Where it cannot be had, the job at hand counts as one whose worker was ended.
            let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
        }
    }
}

fn say(output: &mut impl Write, line: &impl serde::Serialize) {
    let sent = serde_json::to_string(line).map_err(io::Error::from).and_then(|line| {
        output.write_all(line.as_bytes())?;
        output.write_all(b"\n")?;
        output.flush()
    });
    if sent.is_err() {
        // Nobody listens any more.
        std::process::exit(0);
    }
}

/// Makes the items of a task. A panic ends it: what the engine's state is worth then nobody knows, and the host starts
/// another worker.
fn work(task: Task, tell: &mut dyn FnMut(&Reply)) {
    let mut done = 0;
    let result = catch_unwind(AssertUnwindSafe(|| {
        fault_for_tests(&task.engagement);
        make(&task, &mut |at, made| {
            done = at + 1;
            tell(&Reply { number: task.items[at].number, made });
        });
    }));
    if let Err(panic) = result {
        let made = Made::nothing(Outcome::Panicked, format!("a fault of the program: {}", message(&*panic)));
        if let Some(item) = task.items.get(done) {
            tell(&Reply { number: item.number, made });
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

fn make(task: &Task, done: &mut dyn FnMut(usize, Made)) {
    let options = |out: &Path| BuildOptions {
        out: out.to_owned(),
        firm: task.firm.clone(),
        document: task.document,
        evidence_list: task.evidence_list,
        today: task.today,
        packaging: Packaging::default(),
    };
    let copies: Option<Vec<(RecipientCopy, PathBuf)>> =
        task.items.iter().map(|item| Some((item.copy.clone()?, item.out.clone()))).collect();
    match (copies, task.items.first()) {
        (Some(copies), Some(first)) => {
            let options = options(&first.out);
            pipeline::build_copies(&task.engagement, &options, &task.overrides, &copies, &mut |at, checked, copied| {
                let made = match copied {
                    Ok(copied) => {
                        let own = Problem::list(copied.findings.iter());
                        settle(task, &task.items[at], checked, copied.outputs, own)
                    }
                    Err(error) => Made::nothing(Outcome::Failed, error.to_string()),
                };
                done(at, made);
            });
        }
        _ => {
            for (at, item) in task.items.iter().enumerate() {
                let built = pipeline::build_with(&task.engagement, &options(&item.out), &task.overrides, &Unseen);
                let made = match built {
                    Ok(built) => settle(task, item, &built.checked, built.outputs, Vec::new()),
                    Err(error) => Made::nothing(Outcome::Failed, error.to_string()),
                };
                done(at, made);
            }
        }
    }
}

/// What became of an item; notes it if it was made. `own` are the findings on a copy that the others do not have.
fn settle(task: &Task, item: &Item, checked: &Checked, outputs: Option<Vec<Output>>, own: Vec<Problem>) -> Made {
    let mut tally = Tally::from(&checked.findings);
    tally.errors += own.len();
    let Some(outputs) = outputs else {
        let mut findings = own;
        findings.extend(Problem::list(checked.findings.iter()));
        if checked.unreadable {
            let message = findings.first().map(|problem| problem.message.clone()).unwrap_or_default();
            return Made { tally, findings, ..Made::nothing(Outcome::Failed, message) };
        }
        return Made { tally, findings, ..Made::nothing(Outcome::Refused, tally.to_string()) };
    };
    let record = task.document.record();
    let owner = Owner::of(&task.engagement, item.copy.as_ref());
    match state::note(&item.state, &item.out, &record, &item.fingerprint, tally, &outputs, owner) {
        Ok(()) => Made { outcome: Outcome::Built, message: None, tally, findings: Vec::new(), outputs },
        Err(error) => Made::nothing(Outcome::Failed, error.to_string()),
    }
}

/// Faults that no input is known to bring about, for the tests of what a batch does about them. They come from a variable
/// of the worker's environment, never from the data: `SOCPRESS_WORKER_FAULT=panic:NAME;hang:NAME`, where NAME is that of
/// an engagement folder.
fn fault_for_tests(engagement: &Path) {
    let Ok(faults) = std::env::var("SOCPRESS_WORKER_FAULT") else { return };
    let name = engagement.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let fault = faults.split(';').filter_map(|fault| fault.split_once(':')).find(|(_, of)| *of == name);
    match fault.map(|(fault, _)| fault) {
        Some("panic") => panic!("asked for by the test of {name}"),
        Some("abort") => std::process::abort(),
        Some("hang") => loop {
            thread::park();
        },
        Some("grow") => {
            // Bounded, should nobody stop it.
            let mut held: Vec<Vec<u8>> = Vec::new();
            for _ in 0..100 {
                held.push(vec![1; 16 << 20]);
                thread::sleep(std::time::Duration::from_millis(20));
            }
            std::hint::black_box(&held);
        }
        _ => {}
    }
}
