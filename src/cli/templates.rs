//! `socpress templates`

use serde::Serialize;

use super::Exit;
use super::args::{Format, TemplatesArgs, TemplatesCommand};
use super::output::Terminal;
use crate::compose;
use crate::diagnostics::{FindingView, Tally};
use crate::load;
use crate::pipeline;
use crate::scaffold::{self, ScaffoldError};

#[derive(Serialize)]
struct ClauseView {
    name: &'static str,
    letters: Vec<&'static str>,
    when: &'static str,
}

#[derive(Serialize)]
struct CheckView<'a> {
    format: u32,
    generator: &'static str,
    clauses: Vec<&'a str>,
    tally: Tally,
    findings: Vec<FindingView<'a>>,
}

pub fn run(args: &TemplatesArgs, terminal: &Terminal) -> Exit {
    match &args.command {
        TemplatesCommand::List { format } => list(*format, terminal),
        TemplatesCommand::Export { folder, clauses } => {
            match scaffold::firm::files(clauses).and_then(|files| scaffold::write_files(folder, files)) {
                Ok(files) => {
                    files.iter().for_each(|file| terminal.say(&folder.join(file).display().to_string()));
                    Exit::Fine
                }
                Err(error) => {
                    terminal.error(&error.to_string());
                    match error {
                        ScaffoldError::NotEmpty(_) | ScaffoldError::UnknownClause(_) => Exit::Usage,
                        _ => Exit::Io,
                    }
                }
            }
        }
        TemplatesCommand::Check { folder, format } => {
            let mut loaded = load::load_firm(folder);
            compose::check_wording(&loaded.wording, &mut loaded.findings);
            let findings = loaded.findings.sorted();
            match format {
                Format::Human => {
                    terminal.findings(&findings);
                    terminal.say(&format!(
                        "{} of {} clauses in the firm's words",
                        loaded.wording.len(),
                        compose::wording().len()
                    ));
                    terminal.tally(&findings);
                }
                Format::Json => {
                    let written = terminal.json(&CheckView {
                        format: 1,
                        generator: pipeline::GENERATOR,
                        clauses: loaded.wording.keys().map(String::as_str).collect(),
                        tally: Tally::from(&findings),
                        findings: findings.iter().map(FindingView::from).collect(),
                    });
                    if written != Exit::Fine {
                        return written;
                    }
                }
            }
            if findings.has_errors() { Exit::Findings } else { Exit::Fine }
        }
    }
}

fn list(format: Format, terminal: &Terminal) -> Exit {
    let clauses: Vec<ClauseView> = compose::wording()
        .into_iter()
        .map(|clause| ClauseView { name: clause.name, letters: clause.letters, when: clause.when })
        .collect();
    if format == Format::Json {
        return terminal.json(&clauses);
    }
    let mut text = String::new();
    let mut letter = "";
    let width = clauses.iter().map(|clause| clause.name.len()).max().unwrap_or_default();
    for clause in &clauses {
        if clause.letters[0] != letter {
            letter = clause.letters[0];
            text.push_str(&format!("{letter}\n"));
        }
        text.push_str(&format!("  {:width$}  {}\n", clause.name, clause.when));
    }
    terminal.data(text.as_bytes())
}
