//! A program that makes many reports and is its own worker: `cargo run --release --example bulk -- clients out`.

use std::process::ExitCode;

use socpress::bulk::{self, Defaults, Event, Options, Plan, Success, WorkerCommand};
use socpress::diagnostics::{Findings, Printer};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The batch starts this program again for each core, with this argument.
    if arguments == ["--worker"] {
        bulk::serve();
    }
    let [source, out] = arguments.as_slice() else {
        eprintln!("usage: bulk SOURCE OUT");
        return ExitCode::from(2);
    };
    let mut findings = Findings::default();
    let plan = Plan::read(std::slice::from_ref(source), &Defaults::default(), &mut findings);
    if findings.has_errors() {
        let printer = Printer::new(false);
        findings.iter().for_each(|finding| eprint!("{}", printer.render(finding)));
        return ExitCode::from(1);
    }
    let Ok(program) = std::env::current_exe() else { return ExitCode::from(3) };
    let options = Options::new(out, WorkerCommand::new(program, ["--worker"]));
    let summary = bulk::run(&plan, &options, &mut |event| {
        if let Event::Done { result, done, jobs } = event {
            println!("{done}/{jobs} {} {}", result.made.outcome.name(), result.name);
        }
    });
    match summary {
        Ok(summary) if summary.success() == Success::All => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(4),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}
