//! Letters and fixed clauses: minijinja templates in Markdown, whose values can be neither Jinja nor Markdown.
//!
//! A letter is a list of named clauses ([`clauses`]), of which the data chooses; a firm may put its own words in place of
//! each. What clauses may name is in [`values`].
//!
//! Each value goes in as a mark, a character that stands for it. After the Markdown is parsed, the marks in the text are
//! replaced by the values, literally.

pub mod clauses;
mod examples;
mod opinion;
pub mod values;

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::labels::Labels;
use super::markdown::{self, Context, Text, value_mark};
use super::report::Block;
use super::{WrittenClause, rules};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};
use crate::model::{Engagement, Rollup, Wording};
use clauses::{CLAUSES, Clause, Letter};
use values::Values;

/// Enough for any letter, and an end to a template that would not end.
const FUEL: u64 = 200_000;

/// Markdown with marks, and the values they stand for.
pub struct Rendered {
    pub markdown: String,
    pub values: Vec<String>,
}

/// All clauses, in the words that hold for an engagement.
pub struct Letters<'w> {
    environment: Environment<'w>,
    marks: Arc<Mutex<Vec<String>>>,
    wording: &'w Wording,
    /// Clauses that cannot be read, with what is wrong.
    broken: Vec<(String, Diagnostic)>,
}

impl<'w> Letters<'w> {
    pub fn new(wording: &'w Wording) -> Self {
        let marks: Arc<Mutex<Vec<String>>> = Arc::default();
        let sink = marks.clone();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        // With some escaping on, the text of macros is known as safe and not marked again.
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(move |out, _, value| {
            if value.is_undefined() {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            if value.is_safe() {
                return Ok(write!(out, "{value}")?);
            }
            let mut marks = sink.lock().unwrap_or_else(PoisonError::into_inner);
            let mark = value_mark(marks.len())
                .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the template prints too many values"))?;
            marks.push(value.to_string());
            Ok(write!(out, "{mark}")?)
        });
        let mut broken = Vec::new();
        for clause in CLAUSES {
            let source = wording.get(clause.name).map_or(clause.source, |source| source.text());
            if let Err(error) = environment.add_template(clause.name, source) {
                broken.push((clause.name.to_owned(), problem(&error, clause.name, wording)));
            }
        }
        Self { environment, marks, wording, broken }
    }

    /// Renders one clause.
    pub fn render(&self, clause: &Clause, values: &impl Serialize) -> Result<Rendered, Diagnostic> {
        if let Some((_, diagnostic)) = self.broken.iter().find(|(name, _)| name == clause.name) {
            return Err(diagnostic.clone());
        }
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let template = self.environment.get_template(clause.name);
        let markdown = template
            .and_then(|template| template.render(Value::from(Serde(values))))
            .map_err(|error| problem(&error, clause.name, self.wording))?;
        let values = std::mem::take(&mut *self.marks.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Rendered { markdown, values })
    }

    /// Where the words of a clause stand, if they are not the program's own.
    pub fn origin(&self, clause: &Clause) -> Option<Origin> {
        self.wording.get(clause.name).map(Origin::file)
    }
}

/// All clauses that stand, as plain text.
pub fn written(engagement: &Engagement, rollup: &Rollup, findings: &mut Findings) -> Vec<WrittenClause> {
    let letters = Letters::new(&engagement.wording);
    let values = Values::of(engagement, rollup, &Labels::of(engagement));
    let has_opinion = engagement.opinion.is_some() && engagement.service_auditor.is_some();
    let mut list = Vec::new();
    let mut write = |clause: &'static Clause, values: &Values| match letters.render(clause, values) {
        Ok(rendered) => {
            let text = plain(&rendered);
            list.push(WrittenClause { letter: clause.letter.title(), name: clause.name, text });
        }
        Err(problem) => findings.push(problem),
    };
    for letter in Letter::ALL {
        match letter {
            Letter::SubserviceAssertion | Letter::SubserviceRepresentation => {
                for organization in engagement.inclusive() {
                    let values = values.for_subservice(organization);
                    clauses::chosen(letter, &values).for_each(|clause| write(clause, &values));
                }
            }
            Letter::NoOpinion if has_opinion => {}
            Letter::AuditorsReport | Letter::Soc3Report if !has_opinion => {}
            Letter::OtherInformation if !engagement.has_other_information() => {}
            _ => clauses::chosen(letter, &values).for_each(|clause| write(clause, &values)),
        }
    }
    list
}

/// The text of a clause without its Markdown.
fn plain(rendered: &Rendered) -> String {
    let mut findings = Findings::default();
    let (mut origins, mut anchors) = (Vec::new(), 0);
    let source = Source::new("", "", "");
    let mut text = Text::value(&rendered.markdown, &Origin::file(&source));
    text.base_level = Some(1);
    text.values = &rendered.values;
    let mut context = Context { findings: &mut findings, origins: &mut origins, images: None, anchors: &mut anchors };
    let mut lines = Vec::new();
    lines_of(&markdown::blocks(&text, &mut context), &mut lines);
    lines.join("\n")
}

fn lines_of(blocks: &[Block], lines: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading(heading) => lines.push(format!("# {}", heading.plain)),
            Block::Paragraph { text, .. } => lines.push(markdown::plain(text)),
            Block::List(list) => {
                for item in &list.items {
                    let mut inner = Vec::new();
                    lines_of(&item.blocks, &mut inner);
                    lines.push(format!("- {}", inner.join(" ")));
                }
            }
            Block::Quote { blocks } => lines_of(blocks, lines),
            Block::Table(table) => {
                for row in &table.rows {
                    let mut inner = Vec::new();
                    row.cells.iter().for_each(|cell| lines_of(cell, &mut inner));
                    lines.push(inner.join(" | "));
                }
            }
            _ => {}
        }
    }
}

/// Files of wording that bear the name of no clause.
pub fn unknown(wording: &Wording) -> Vec<Diagnostic> {
    let is_known = |name: &str| CLAUSES.iter().any(|clause| clause.name == name);
    let files = wording.iter().filter(|(name, _)| !is_known(name));
    files.map(|(name, source)| unknown_clause(name, source)).collect()
}

fn unknown_clause(name: &str, source: &Arc<Source>) -> Diagnostic {
    let names = CLAUSES.iter().map(|clause| clause.name);
    let near = names.map(|known| (strsim::normalized_damerau_levenshtein(name, known), known));
    let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.6);
    let help = match near {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => "`socpress templates list` names all clauses".to_owned(),
    };
    Diagnostic::new(&rules::UNKNOWN_CLAUSE, format!("there is no clause `{name}`")).in_file(source).help(help)
}

/// Tries out every clause of a wording with invented values of every kind.
pub fn check(wording: &Wording, findings: &mut Findings) {
    findings.extend(unknown(wording));
    let letters = Letters::new(wording);
    for clause in CLAUSES.iter().filter(|clause| wording.contains_key(clause.name)) {
        let problem =
            examples::all().iter().filter(|v| (clause.stands)(v)).find_map(|v| letters.render(clause, v).err());
        findings.extend(problem);
    }
}

/// An error of a template in our terms, at its place in the firm's file.
fn problem(error: &Error, name: &str, wording: &Wording) -> Diagnostic {
    let what = match error.kind() {
        ErrorKind::UndefinedError => "it names a value that there is not".to_owned(),
        ErrorKind::OutOfFuel => "it does not end".to_owned(),
        _ => error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    };
    let mut diagnostic = Diagnostic::new(&rules::WORDING, format!("the clause `{name}` cannot be used: {what}"));
    if let Some(source) = wording.get(name) {
        let whole = 0..source.text().len();
        let range = error.range().filter(|r| r.end <= whole.end && r.start <= r.end).or_else(|| {
            let line = error.line()?.checked_sub(1)?;
            let mut start = 0;
            for (nth, text) in source.text().split_inclusive('\n').enumerate() {
                if nth == line {
                    return Some(start..start + text.trim_end().len());
                }
                start += text.len();
            }
            None
        });
        diagnostic = diagnostic
            .at(&range.map_or_else(|| Origin::file(source), |range| Origin::span(source, range)))
            .help(format!(
                "`socpress templates export FOLDER` writes the program's own `{name}` with all values it may name"
            ));
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(name: &str) -> &'static Clause {
        CLAUSES.iter().find(|c| c.name == name).expect("a clause")
    }

    #[test]
    fn values_are_neither_jinja_nor_markdown() {
        let name = "{{ 7*7 }} **x** {% raw %} [a](b)";
        let values = serde_json::json!({
            "system": "S", "organization": name, "short": "O",
        });
        let wording = Wording::new();
        let rendered = Letters::new(&wording).render(clause("no-opinion"), &values).expect("renders");
        assert!(!rendered.markdown.contains("7*7"));
        assert!(rendered.values.iter().any(|value| value == name));
    }

    #[test]
    fn every_clause_can_be_written_with_every_kind_of_values() {
        let own: Wording = CLAUSES.iter().map(|c| (c.name.to_owned(), Source::new(c.name, c.name, c.source))).collect();
        let mut findings = Findings::default();
        check(&own, &mut findings);
        assert!(findings.is_empty(), "{:?}", findings.iter().map(|f| &f.message).collect::<Vec<_>>());
        let tried = |clause: &&Clause| examples::all().iter().any(|v| (clause.stands)(v));
        assert!(CLAUSES.iter().all(|clause| tried(&clause)));
    }

    #[test]
    fn an_undefined_value_is_an_error() {
        let wording = Wording::new();
        let error = Letters::new(&wording).render(clause("no-opinion"), &serde_json::json!({"system": "S"})).err();
        assert!(error.expect("fails").message.contains("a value that there is not"));
    }
}
