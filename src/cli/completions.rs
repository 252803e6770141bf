//! `socpress completions` and `socpress man`: generated from the same definitions as `--help`.

use std::io;

use clap::CommandFactory as _;

use super::Exit;
use super::args::{Cli, CompletionsArgs, ManArgs};
use super::output::Terminal;

pub fn run(args: &CompletionsArgs) -> Exit {
    clap_complete::generate(args.shell, &mut Cli::command(), "socpress", &mut io::stdout());
    Exit::Fine
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
