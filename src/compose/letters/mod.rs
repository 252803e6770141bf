//! Letters and fixed clauses: minijinja templates in Markdown, whose values can be neither Jinja nor Markdown.
//!
//! A letter is a list of named clauses ([`clauses`]), of which the data chooses; a firm may put its own words in place of
//! each. What clauses may name is in [`values`].
//!
//! Each value goes in as a mark, a character that stands for it. After the Markdown is parsed, the marks in the text are
//! replaced by the values, literally.

pub mod clauses;
mod opinion;
pub mod values;

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::markdown::value_mark;
use super::rules;
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::Wording;
use clauses::{CLAUSES, Clause};

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
    fn an_undefined_value_is_an_error() {
        let wording = Wording::new();
        let error = Letters::new(&wording).render(clause("no-opinion"), &serde_json::json!({"system": "S"})).err();
        assert!(error.expect("fails").message.contains("a value that there is not"));
    }
}
