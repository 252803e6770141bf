//! `socpress bulk`

use std::io::{IsTerminal as _, stderr};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::Exit;
use super::args::{BulkArgs, BulkCommand, LogFormat};
use super::interrupt::Interrupt;
use super::output::Terminal;
use crate::bulk::{
    self, BulkError, Defaults, Event, JobResult, Options, Outcome, Plan, Shard, Success, Summary, WorkerCommand,
};
use crate::diagnostics::{FindingView, Findings, Tally};

pub fn run(args: &BulkArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    if let Some(BulkCommand::Merge { out, set, log_format }) = &args.command {
        return match bulk::merge(out, set.as_deref()) {
            Ok(summary) => told(&summary, *log_format, None, terminal),
            Err(error) => failed(&error, *log_format, terminal),
        };
    }
    let shard = match args.shard.as_deref().map(|text| Shard::parse(text, |name| std::env::var(name).ok())).transpose()
    {
        Ok(shard) => shard,
        Err(why) => return usage(&format!("--shard: {why}"), args.log_format, terminal),
    };
    if args.memory_limit.is_some_and(|mib| mib > 0) && !bulk::knows_memory() {
        return usage(
            "--memory-limit: this system does not tell how much memory a process holds",
            args.log_format,
            terminal,
        );
    }
    let Ok(worker) = std::env::current_exe() else {
        tell_failure("the program cannot find itself, to start workers", args.log_format, terminal);
        return Exit::Io;
    };
    let defaults = Defaults {
        document: args.document.into(),
        evidence_list: args.evidence_list,
        firm: firm.map(Path::to_path_buf),
        name: args.name.clone(),
    };
    let mut findings = Findings::default();
    let plan = Plan::read(&args.sources, &defaults, &mut findings);
    plan.check_output(&args.out, &mut findings);
    let findings = findings.sorted();
    terminal.findings(&findings);
    let views: Vec<FindingView> = findings.iter().map(FindingView::from).collect();
    if findings.has_errors() {
        terminal.error("nothing was made: mend the plan first");
        terminal.tally(&findings);
        if args.log_format == LogFormat::Json {
            terminal.json_line(&json!({"event": "refused", "tally": Tally::from(&findings), "findings": views}));
        }
        return Exit::Findings;
    }
    if args.log_format == LogFormat::Json && !views.is_empty() {
        terminal.json_line(&json!({"event": "plan", "findings": views}));
    }
    let interrupt = Interrupt::listen();
    let options = Options {
        workers: args.jobs.unwrap_or(0),
        jobs_per_worker: args.jobs_per_worker,
        time_limit: (args.time_limit > 0).then(|| Duration::from_secs(args.time_limit)),
        memory_limit: args.memory_limit,
        fail_fast: args.fail_fast,
        force: args.force,
        shard,
        today: super::today(args.today),
        stop: interrupt.asked.clone(),
        ..Options::new(&args.out, WorkerCommand::new(worker, [super::WORKER]))
    };
    let mut log = Log::new(args.log_format, terminal);
    let summary = bulk::run(&plan, &options, &mut |event| log.tell(event));
    log.bar.finish_and_clear();
    match summary {
        Ok(summary) => told(&summary, args.log_format, interrupt.exit(), terminal),
        Err(error) => failed(&error, args.log_format, terminal),
    }
}

fn usage(message: &str, format: LogFormat, terminal: &Terminal) -> Exit {
    tell_failure(message, format, terminal);
    Exit::Usage
}

fn failed(error: &BulkError, format: LogFormat, terminal: &Terminal) -> Exit {
    tell_failure(&error.to_string(), format, terminal);
    Exit::Io
}

fn tell_failure(message: &str, format: LogFormat, terminal: &Terminal) {
    terminal.error(message);
    if format == LogFormat::Json {
        terminal.json_line(&json!({"event": "failed", "message": message}));
    }
}

/// Prints the summary and gives its exit code: that of the `interrupt` if it left jobs to be done.
fn told(summary: &Summary, format: LogFormat, interrupt: Option<Exit>, terminal: &Terminal) -> Exit {
    terminal.say(bulk::text(summary).trim_end());
    if terminal.is_quiet() {
        let failed = summary.jobs.iter().filter(|job| bulk::has_reason(job));
        failed.for_each(|job| terminal.error(&bulk::line(job)));
    }
    let left = summary.count(Outcome::NotRun);
    let interrupt = interrupt.filter(|_| left > 0);
    if interrupt.is_some() {
        terminal.error(&format!("stopped before {} begun: run it again to go on", were(left)));
    }
    if format == LogFormat::Json {
        let exit = terminal.json_line(&json!({"event": "finished", "summary": summary}));
        if exit != Exit::Fine {
            return exit;
        }
    }
    if let Some(exit) = interrupt {
        return exit;
    }
    match summary.success() {
        Success::All => Exit::Fine,
        Success::Some => Exit::SomeFailed,
        Success::Refused => Exit::Findings,
        Success::None => Exit::Io,
    }
}

/// `1 job was`, `2 jobs were`
fn were(count: usize) -> String {
    format!("{} {}", bulk::number(count, "job"), if count == 1 { "was" } else { "were" })
}

/// Tells of progress: a bar where somebody watches, lines elsewhere, events for programs.
struct Log<'a> {
    format: LogFormat,
    terminal: &'a Terminal,
    bar: ProgressBar,
}

impl<'a> Log<'a> {
    fn new(format: LogFormat, terminal: &'a Terminal) -> Self {
        let watched = format == LogFormat::Human && stderr().is_terminal() && !terminal.is_quiet();
        let target = if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = "{bar:30} {pos}/{len}  {per_sec}  {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self { format, terminal, bar }
    }

    fn tell(&mut self, event: &Event) {
        match event {
            Event::Started { jobs, workers } => {
                self.bar.set_length(*jobs as u64);
                if self.format == LogFormat::Json {
                    self.terminal.json_line(&json!({"event": "started", "jobs": jobs, "workers": workers}));
                } else if self.bar.is_hidden() {
                    self.terminal.say(&format!("{}, {}", bulk::number(*jobs, "job"), bulk::number(*workers, "worker")));
                }
            }
            Event::Done { result, done, jobs } => self.done(result, *done, *jobs),
            Event::Stopping => self.stopping(),
        }
    }

    fn stopping(&self) {
        let says = "stopping: what is begun will be finished; the same signal again ends it at once";
        if self.format == LogFormat::Json {
            self.terminal.json_line(&json!({"event": "stopping"}));
        } else if self.bar.is_hidden() {
            self.terminal.say(says);
        } else {
            self.bar.println(says);
        }
    }

    fn done(&mut self, result: &JobResult, done: usize, jobs: usize) {
        let made = result.made.outcome.succeeded();
        if self.format == LogFormat::Json {
            self.terminal.json_line(&json!({"event": "job", "done": done, "jobs": jobs, "job": result}));
        } else if self.bar.is_hidden() {
            let told = if made {
                format!(
                    "{}: {} ({} pages, {:.2} s)",
                    result.made.outcome.name(),
                    result.path(),
                    result.pages,
                    result.seconds
                )
            } else {
                bulk::line(result)
            };
            self.terminal.say(&format!("[{done}/{jobs}] {told}"));
        } else if !made {
            self.bar.println(bulk::line(result));
        }
        self.bar.set_message(result.path());
        self.bar.inc(1);
    }
}
