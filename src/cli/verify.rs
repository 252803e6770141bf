//! `socpress verify`

use serde::Serialize;

use super::Exit;
use super::args::{Format, VerifyArgs};
use super::output::Terminal;
use super::packaging;
use crate::package::{self, Beside, Verification};
use crate::pipeline;

#[derive(Serialize)]
struct View<'a> {
    format: u32,
    intact: bool,
    #[serde(flatten)]
    verification: &'a Verification,
}

pub fn run(args: &VerifyArgs, terminal: &Terminal) -> Exit {
    let passphrase = match packaging::passphrase(&args.passphrase) {
        Ok(passphrase) => passphrase,
        Err(failed) => return failed.tell(terminal),
    };
    let beside = Beside { files: &args.reports, passphrase: passphrase.as_ref(), generator: pipeline::GENERATOR };
    let verification = match package::verify(&args.package, &beside) {
        Ok(verification) => verification,
        Err(error) => {
            terminal.error(&format!("cannot read {}: {error}", args.package.display()));
            return Exit::Io;
        }
    };
    let intact = verification.problems.is_empty();
    match args.format {
        Format::Json => {
            let written = terminal.json(&View { format: 1, intact, verification: &verification });
            if written != Exit::Fine {
                return written;
            }
        }
        Format::Human => {
            for problem in &verification.problems {
                terminal.error(&problem.message);
            }
            for note in &verification.notes {
                terminal.say(&format!("note: {note}"));
            }
            let (exhibits, files, reports) = (verification.exhibits, verification.files, verification.reports);
            if intact {
                let parts = match verification.parts {
                    1 => String::new(),
                    parts => format!("{parts} parts, "),
                };
                terminal.say(&format!("intact: {parts}{files} files, {exhibits} exhibits, {reports} reports checked"));
            } else {
                terminal.error(&format!("not intact: {} problems", verification.problems.len()));
            }
        }
    }
    if intact { Exit::Fine } else { Exit::Findings }
}
