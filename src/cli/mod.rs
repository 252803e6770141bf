//! The command line: arguments, printing, exit codes. No logic.

mod addendum;
mod args;
mod build;
mod bulk;
mod check;
mod completions;
mod explain;
mod export;
mod import;
mod init;
mod interrupt;
mod output;
mod package;
mod packaging;
mod points;
mod progress;
mod reissue;
mod roll_forward;
mod schema;
mod sign;
mod templates;
mod verify;
mod views;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use output::Terminal;

use crate::model::Date;

/// The argument by which `bulk` starts its workers.
const WORKER: &str = "bulk-worker";

/// The exit codes, a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Fine = 0,
    /// Findings of error severity.
    Findings = 1,
    /// Wrong usage; clap uses the same.
    Usage = 2,
    /// Could not read or write.
    Io = 3,
    /// Some jobs of a batch failed, others did not.
    SomeFailed = 4,
    /// Stopped by SIGINT, as shells have it.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    // What `bulk` starts is no command for people, and so none that the parser knows.
    if std::env::args_os().skip(1).eq([WORKER]) {
        crate::bulk::serve();
    }
    // Work that the PDF writer defers runs on this pool; a panic there must end in a message, not in an abort. The pool
    // may exist already when the program is embedded, which is as well.
    let _ = rayon::ThreadPoolBuilder::new().panic_handler(|_| {}).build_global();
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.color, cli.quiet);
    let firm = cli.firm.as_deref();
    let exit = match cli.command {
        Command::Init(args) => init::run(&args, &terminal),
        Command::Check(args) => check::run(&args, firm, &terminal),
        Command::Build(args) => build::run(&args, firm, &terminal),
        Command::Bulk(args) => bulk::run(&args, firm, &terminal),
        Command::Package(args) => package::run(&args, firm, &terminal),
        Command::Points(args) => points::run(&args, firm, &terminal),
        Command::Coverage(args) => views::coverage(&args, firm, &terminal),
        Command::Score(args) => views::score(&args, firm, &terminal),
        Command::Explain(args) => explain::run(&args, &terminal),
        Command::RollForward(args) => roll_forward::run(&args, firm, &terminal),
        Command::Reissue(args) => reissue::run(&args, firm, &terminal),
        Command::Import(args) => import::run(&args, &terminal),
        Command::Export(args) => export::run(&args, firm, &terminal),
        Command::Addendum(args) => addendum::run(&args, firm, &terminal),
        Command::Sign(args) => sign::run(&args, &terminal),
        Command::Verify(args) => verify::run(&args, &terminal),
        Command::Schema(args) => schema::run(&args, &terminal),
        Command::Templates(args) => templates::run(&args, &terminal),
        Command::Completions(args) => completions::run(&args, &terminal),
        Command::Man(args) => completions::man(&args, &terminal),
    };
    exit.into()
}

/// The day that is given, or the clock's.
fn today(given: Option<Date>) -> Date {
    given.unwrap_or_else(|| chrono::Local::now().date_naive())
}
