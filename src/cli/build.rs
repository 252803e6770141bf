//! `socpress build`

use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::args::{BuildArgs, DocumentArg, Format};
use super::check::exit;
use super::output::Terminal;
use super::packaging;
use super::progress::Bar;
use crate::diagnostics::{FindingView, Findings, Tally};
use crate::model::Status;
use crate::pipeline::{self, BuildOptions, Document, Output};

#[derive(Serialize)]
pub(super) struct BuildView<'a> {
    format: u32,
    generator: &'static str,
    /// False when nothing was written.
    built: bool,
    out: String,
    outputs: &'a [Output],
    tally: Tally,
    findings: Vec<FindingView<'a>>,
}

impl From<DocumentArg> for Document {
    fn from(document: DocumentArg) -> Self {
        match document {
            DocumentArg::Report => Document::Report,
            DocumentArg::Soc3 => Document::Soc3,
            DocumentArg::BridgeLetter => Document::BridgeLetter,
            DocumentArg::RepresentationLetter => Document::RepresentationLetter,
            DocumentArg::Description => Document::Description,
            DocumentArg::Matrix => Document::Matrix,
        }
    }
}

impl<'a> BuildView<'a> {
    pub(super) fn new(outputs: Option<&'a [Output]>, out: &Path, findings: &'a Findings) -> Self {
        Self {
            format: 1,
            generator: pipeline::GENERATOR,
            built: outputs.is_some(),
            out: out.display().to_string(),
            outputs: outputs.unwrap_or_default(),
            tally: Tally::from(findings),
            findings: findings.iter().map(FindingView::from).collect(),
        }
    }
}

pub fn run(args: &BuildArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let document = Document::from(args.document);
    if args.evidence_list && document != Document::Report {
        terminal.error("--evidence-list is for the report: no other document lists the exhibits");
        return Exit::Usage;
    }
    let packaging = match packaging::read(&args.packaging) {
        Ok(packaging) => packaging,
        Err(failed) => return failed.tell(terminal),
    };
    let options = BuildOptions {
        out: args.out.clone(),
        firm: firm.map(Path::to_path_buf),
        document,
        evidence_list: args.evidence_list,
        today: super::today(args.today),
        packaging,
    };
    let bar = Bar::new(terminal);
    let result = pipeline::build(&args.folder, &options, &bar);
    drop(bar);
    let mut built = match result {
        Ok(built) => built,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Io;
        }
    };
    let is_final = built.checked.engagement.as_ref().is_some_and(|e| e.status.value == Status::Final);
    let findings = std::mem::take(&mut built.checked.findings).sorted();
    match args.format {
        Format::Human => {
            terminal.findings(&findings);
            match &built.outputs {
                Some(outputs) => {
                    for output in outputs {
                        let pages = output.pages.map_or(String::new(), |n| format!(", {n} pages"));
                        terminal.say(&format!(
                            "{} ({} bytes{pages})",
                            args.out.join(&output.name).display(),
                            output.bytes
                        ));
                    }
                    terminal.say(&args.out.join(document.record()).display().to_string());
                }
                None if is_final && !findings.blocked() => {
                    terminal.error("nothing was built: a final report has no open findings of error severity");
                }
                None => terminal.error("nothing was built: mend the findings above first"),
            }
            terminal.tally(&findings);
        }
        Format::Json => {
            let written = terminal.json(&BuildView::new(built.outputs.as_deref(), &args.out, &findings));
            if written != Exit::Fine {
                return written;
            }
        }
    }
    exit(built.checked.unreadable, findings.has_errors() || built.outputs.is_none())
}
