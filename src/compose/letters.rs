//! Letters and fixed clauses: minijinja templates in Markdown, whose values can be neither Jinja nor Markdown.
//!
//! Each value goes in as a mark, a character that stands for it. After the Markdown is parsed, the marks in the text are
//! replaced by the values, literally.

use std::sync::{Arc, Mutex};

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::markdown::value_mark;

/// Enough for any letter, and an end to a template that would not end.
const FUEL: u64 = 200_000;

/// The templates in the program, by name.
pub static TEMPLATES: &[(&str, &str)] = &[
    ("service-auditors-report", include_str!("../../templates/letters/service-auditors-report.md.j2")),
    ("managements-assertion", include_str!("../../templates/letters/managements-assertion.md.j2")),
    ("tests-of-controls", include_str!("../../templates/letters/tests-of-controls.md.j2")),
    ("controls-type-1", include_str!("../../templates/letters/controls-type-1.md.j2")),
    ("other-information", include_str!("../../templates/letters/other-information.md.j2")),
    ("no-opinion", include_str!("../../templates/letters/no-opinion.md.j2")),
];

/// Markdown with marks, and the values they stand for.
pub struct Rendered {
    pub markdown: String,
    pub values: Vec<String>,
}

/// Renders a template of the program.
pub fn render(name: &str, values: &impl Serialize) -> Result<Rendered, Error> {
    let source = TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source);
    let source = source.ok_or_else(|| Error::new(ErrorKind::TemplateNotFound, name.to_owned()))?;
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
        let mut marks = sink.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mark = value_mark(marks.len())
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the template prints too many values"))?;
        marks.push(value.to_string());
        Ok(write!(out, "{mark}")?)
    });
    let markdown = environment.render_named_str(name, source, Value::from(Serde(values)))?;
    drop(environment);
    let values = Arc::try_unwrap(marks)
        .map(|mutex| mutex.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
        .unwrap_or_default();
    Ok(Rendered { markdown, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_neither_jinja_nor_markdown() {
        let name = "{{ 7*7 }} **x** {% raw %} [a](b)";
        let values = serde_json::json!({
            "system": "S", "organization": name, "short": "O",
        });
        let rendered = render("no-opinion", &values).expect("renders");
        assert!(!rendered.markdown.contains("7*7"));
        assert!(rendered.values.iter().any(|value| value == name));
    }

    #[test]
    fn an_undefined_value_is_an_error() {
        let error = render("no-opinion", &serde_json::json!({"system": "S"})).err().expect("fails");
        assert_eq!(error.kind(), ErrorKind::UndefinedError);
    }
}
