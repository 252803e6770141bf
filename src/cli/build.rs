//! `socpress build`

use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::args::{BuildArgs, DocumentArg, Format};
use super::check::exit;
use super::output::Terminal;
use crate::diagnostics::{FindingView, Tally};
use crate::model::Status;
use crate::pipeline::{self, BuildOptions, Document, Output};

#[derive(Serialize)]
struct BuildView<'a> {
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

pub fn run(args: &BuildArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let document = Document::from(args.document);
    let options = BuildOptions {
        out: args.out.clone(),
        firm: firm.map(Path::to_path_buf),
        document,
        evidence_list: args.evidence_list,
        today: args.today.unwrap_or_else(|| chrono::Local::now().date_naive()),
    };
    let mut built = match pipeline::build(&args.folder, &options) {
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
            let view = BuildView {
                format: 1,
                generator: pipeline::GENERATOR,
                built: built.outputs.is_some(),
                out: args.out.display().to_string(),
                outputs: built.outputs.as_deref().unwrap_or_default(),
                tally: Tally::from(&findings),
                findings: findings.iter().map(FindingView::from).collect(),
            };
            let written = terminal.json(&view);
            if written != Exit::Fine {
                return written;
            }
        }
    }
    exit(built.checked.unreadable, findings.has_errors() || built.outputs.is_none())
}
