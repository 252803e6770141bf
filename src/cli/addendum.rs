//! `socpress addendum`

use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::args::{AddendumArgs, Format};
use super::check::exit;
use super::output::Terminal;
use super::packaging;
use crate::diagnostics::{FindingView, Tally};
use crate::package::AddendumEntry;
use crate::pipeline::{self, AddendumOptions};

#[derive(Serialize)]
struct AddendumView<'a> {
    format: u32,
    generator: &'static str,
    /// Nothing was written if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    addendum: Option<&'a AddendumEntry>,
    exhibits: usize,
    tally: Tally,
    findings: Vec<FindingView<'a>>,
}

pub fn run(args: &AddendumArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let passphrase = match packaging::passphrase(&args.passphrase) {
        Ok(passphrase) => passphrase,
        Err(failed) => return failed.tell(terminal),
    };
    let options = AddendumOptions {
        out: args.out.clone(),
        firm: firm.map(Path::to_path_buf),
        date: args.date,
        by: args.by.trim().to_owned(),
        why: args.why.trim().to_owned(),
        passphrase,
    };
    let added = match pipeline::addendum(&args.folder, &options) {
        Ok(added) => added,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Io;
        }
    };
    let findings = &added.checked.findings;
    match args.format {
        Format::Human => {
            terminal.findings(findings);
            match &added.entry {
                Some(entry) => terminal.say(&format!(
                    "{} ({} bytes, {} exhibits)",
                    args.out.join(&entry.name).display(),
                    entry.bytes,
                    added.exhibits
                )),
                None => terminal.error("nothing was added: mend the findings above first"),
            }
            terminal.tally(findings);
        }
        Format::Json => {
            let view = AddendumView {
                format: 1,
                generator: pipeline::GENERATOR,
                addendum: added.entry.as_ref(),
                exhibits: added.exhibits,
                tally: Tally::from(findings),
                findings: findings.iter().map(FindingView::from).collect(),
            };
            let written = terminal.json(&view);
            if written != Exit::Fine {
                return written;
            }
        }
    }
    exit(added.checked.unreadable, findings.has_errors() || added.entry.is_none())
}
