//! `socpress completions` and `socpress man`: generated from the same definitions as `--help`.

use clap::CommandFactory as _;

use super::Exit;
use super::args::{Cli, CompletionsArgs, ManArgs};
use super::output::Terminal;

pub fn run(args: &CompletionsArgs, terminal: &Terminal) -> Exit {
    // Into memory first: the generator panics when the reader of its output goes away.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "socpress", &mut script);
    terminal.data(&script)
}

pub fn man(args: &ManArgs, terminal: &Terminal) -> Exit {
    let written =
        std::fs::create_dir_all(&args.folder).and_then(|()| clap_mangen::generate_to(Cli::command(), &args.folder));
    match written {
        Ok(()) => Exit::Fine,
        Err(error) => {
            terminal.error(&format!("cannot write to {}: {error}", args.folder.display()));
            Exit::Io
        }
    }
}
