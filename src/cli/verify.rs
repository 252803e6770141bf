//! `socpress verify`

use serde::Serialize;

use super::Exit;
use super::args::{Format, VerifyArgs};
use super::output::Terminal;
use super::packaging;
use crate::bulk::number;
use crate::package::signature::{SignatureState, public_key};
use crate::package::{self, Beside, Proof};
use crate::pipeline;

#[derive(Serialize)]
struct View<'a> {
    format: u32,
    intact: bool,
    #[serde(flatten)]
    proof: &'a Proof,
}

pub fn run(args: &VerifyArgs, terminal: &Terminal) -> Exit {
    let passphrase = match packaging::passphrase(&args.passphrase) {
        Ok(passphrase) => passphrase,
        Err(failed) => return failed.tell(terminal),
    };
    let key = match args.public_key.as_deref().map(|given| public_key(&key_text(given))).transpose() {
        Ok(key) => key,
        Err(why) => {
            terminal.error(&format!("--public-key is neither the file of a public key nor one: {why}"));
            return Exit::Usage;
        }
    };
    let beside = Beside { files: &args.reports, passphrase: passphrase.as_ref(), generator: pipeline::GENERATOR };
    let proof = match package::prove(&args.package, &beside, key.as_ref()) {
        Ok(proof) => proof,
        Err(error) => {
            terminal.error(&format!("cannot read {}: {error}", args.package.display()));
            return Exit::Io;
        }
    };
    let verification = &proof.verification;
    let intact = verification.problems.is_empty();
    match args.format {
        Format::Json => {
            let written = terminal.json(&View { format: 1, intact, proof: &proof });
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
            match &proof.signature {
                SignatureState::Signed { key_id, trusted_comment } => {
                    terminal.say(&format!("signed with the key {key_id}: {trusted_comment}"));
                }
                SignatureState::Unchecked { key_id } => {
                    terminal
                        .say(&format!("note: signed with the key {key_id}, which was not checked: give --public-key"));
                }
                SignatureState::None if key.is_none() => terminal.say("note: not signed"),
                _ => {}
            }
            for found in &proof.addenda {
                let package::FoundAddendum { name, exhibits, addendum, .. } = found;
                let package::Addendum { number, date, by, why, .. } = addendum;
                terminal.say(&format!("addendum {number}: {name}, {exhibits} exhibits, {date}, {by}: {why}"));
            }
            let (exhibits, files, reports) = (verification.exhibits, verification.files, verification.reports);
            if intact {
                let parts = match verification.parts {
                    1 => String::new(),
                    parts => format!("{parts} parts, "),
                };
                terminal.say(&format!(
                    "intact: {parts}{}, {}, {} checked",
                    number(files, "file"),
                    number(exhibits, "exhibit"),
                    number(reports, "report")
                ));
            } else {
                let what = if verification.only_reports() {
                    "the package itself is intact, but not each report is its own"
                } else {
                    "not intact"
                };
                terminal.error(&format!("{what}: {}", number(verification.problems.len(), "problem")));
            }
        }
    }
    if intact { Exit::Fine } else { Exit::Findings }
}

/// What is in the file of this name, or else the text itself.
fn key_text(given: &str) -> String {
    std::fs::read_to_string(given).unwrap_or_else(|_| given.to_owned())
}
