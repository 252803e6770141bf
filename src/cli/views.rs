//! `socpress coverage` and `socpress score`: an engagement seen from one side.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::args::{CoverageArgs, CoverageView, Format, ScoreArgs};
use super::output::Terminal;
use crate::model::{Coverage, LeftKind};
use crate::pipeline::{self, Checked};
use crate::review::{self, Pillar, Signal};

/// An engagement that could be read, or the exit code.
fn read(folder: &Path, firm: Option<&Path>, terminal: &Terminal) -> Result<Checked, Exit> {
    let checked = pipeline::check_all(folder, firm);
    if checked.engagement.is_none() || checked.rollup.is_none() {
        terminal.findings(&checked.findings);
        return Err(super::check::exit(checked.unreadable, true));
    }
    Ok(checked)
}

/// What could not be understood is not in the view: said, and in the exit code.
fn end(checked: &Checked, shown: Exit, terminal: &Terminal) -> Exit {
    if shown != Exit::Fine || !checked.findings.blocked() {
        return shown;
    }
    terminal.error("something in the folder could not be understood and is missing here: see `socpress check`");
    super::check::exit(checked.unreadable, true)
}

pub fn coverage(args: &CoverageArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let checked = match read(&args.folder, firm, terminal) {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    let (Some(engagement), Some(rollup)) = (&checked.engagement, &checked.rollup) else { return Exit::Io };
    let coverage = Coverage::of(engagement, rollup);
    let shown = match args.format {
        Format::Json => {
            #[derive(Serialize)]
            struct View<'a> {
                format: u32,
                generator: &'static str,
                coverage: &'a Coverage,
            }
            terminal.json(&View { format: 1, generator: pipeline::GENERATOR, coverage: &coverage })
        }
        Format::Human => {
            let mut text = String::new();
            let all = args.view.is_empty();
            for (view, title, rows) in [
                (CoverageView::Criteria, "Criteria and what serves them", criteria(&coverage)),
                (CoverageView::Description, "Description criteria and what addresses them", description(&coverage)),
                (CoverageView::Evidence, "Controls, their tests and their evidence", evidence(&coverage)),
                (CoverageView::Left, "Left to do", left(&coverage)),
            ] {
                if all || args.view.contains(&view) {
                    let _ = writeln!(text, "{title}\n");
                    table(&mut text, &rows);
                    text.push('\n');
                }
            }
            terminal.data(text.as_bytes())
        }
    };
    end(&checked, shown, terminal)
}

/// Rows with their first columns aligned; the last one runs on.
pub(super) fn table(text: &mut String, rows: &[Vec<String>]) {
    if rows.is_empty() {
        text.push_str("  nothing\n");
        return;
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|n| rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.chars().count()).max().unwrap_or(0).min(48))
        .collect();
    for row in rows {
        let mut line = String::from(" ");
        for (n, cell) in row.iter().enumerate() {
            if n + 1 == row.len() {
                let _ = write!(line, " {cell}");
            } else {
                let cut: String = if cell.chars().count() > widths[n] {
                    cell.chars().take(widths[n] - 1).chain(['…']).collect()
                } else {
                    cell.clone()
                };
                let _ = write!(line, " {cut:<width$} ", width = widths[n]);
            }
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn criteria(coverage: &Coverage) -> Vec<Vec<String>> {
    let row = |c: &crate::model::CriterionCoverage| {
        let mut served: Vec<&str> = c.controls.iter().chain(&c.csocs).map(String::as_str).collect();
        if c.not_relevant {
            served.push("(declared not relevant)");
        }
        let said = if c.is_covered() { served.join(", ") } else { "nothing yet".into() };
        vec![c.id.clone(), c.title.clone(), said]
    };
    coverage.criteria.iter().map(row).collect()
}

fn description(coverage: &Coverage) -> Vec<Vec<String>> {
    let row = |d: &crate::model::DescriptionCoverage| {
        let mut places = d.topics.clone();
        if d.by_records {
            places.push("(records)".into());
        }
        let said = match (d.is_addressed(), d.if_any) {
            (true, _) => places.join("; "),
            (false, true) => "nothing to tell".into(),
            (false, false) => "nothing yet".into(),
        };
        vec![format!("DC {}", d.number), d.title.clone(), said]
    };
    coverage.description_criteria.iter().map(row).collect()
}

fn evidence(coverage: &Coverage) -> Vec<Vec<String>> {
    let joined = |list: &[String]| if list.is_empty() { "–".to_owned() } else { list.join(", ") };
    coverage.controls.iter().map(|c| vec![c.id.clone(), joined(&c.tests), joined(&c.evidence)]).collect()
}

fn left(coverage: &Coverage) -> Vec<Vec<String>> {
    let row = |l: &crate::model::Left| {
        let what = match l.what {
            LeftKind::NoTest => "no test has been written",
            LeftKind::NotYetTested => "the test has not been done",
            LeftKind::NoEvidence => "the test cites no evidence",
        };
        vec![l.control.clone(), l.test.clone().unwrap_or_else(|| "–".into()), what.into()]
    };
    coverage.left.iter().map(row).collect()
}

pub fn score(args: &ScoreArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let checked = match read(&args.folder, firm, terminal) {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    let (Some(engagement), Some(rollup)) = (&checked.engagement, &checked.rollup) else { return Exit::Io };
    let signals = review::signals(engagement, rollup, &checked.findings);
    let shown = match args.format {
        Format::Json => {
            #[derive(Serialize)]
            struct View<'a> {
                format: u32,
                generator: &'static str,
                signals: &'a [Signal],
            }
            terminal.json(&View { format: 1, generator: pipeline::GENERATOR, signals: &signals })
        }
        Format::Human => {
            let mut text = String::new();
            let mut pillar = None;
            for signal in &signals {
                if pillar != Some(signal.pillar) {
                    pillar = Some(signal.pillar);
                    let name = match signal.pillar {
                        Pillar::Structure => "Structure",
                        Pillar::Substance => "Substance",
                        Pillar::Source => "Source",
                    };
                    let _ = writeln!(text, "{name}\n");
                }
                let _ = writeln!(text, "  {:<4} {}: {}", signal.id, signal.title, signal.standing.name());
                for fact in &signal.facts {
                    let _ = writeln!(text, "       {fact}");
                }
                let against: Vec<String> = signal.findings.iter().map(|(rule, n)| format!("{rule} ×{n}")).collect();
                if !against.is_empty() {
                    let _ = writeln!(text, "       against it: {}", against.join(", "));
                }
                text.push('\n');
            }
            terminal.data(text.as_bytes())
        }
    };
    end(&checked, shown, terminal)
}
