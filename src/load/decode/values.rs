//! Dates, counts, results and flags.

use super::{Decoder, Row, lost, shorten};
use crate::diagnostics::{Diagnostic, Located, Origin};
use crate::load::choices::Choosable as _;
use crate::load::quantities::{ESTIMATES, either_day, number_in_words, read_count, read_day, read_part};
use crate::load::rows::yes_or_no;
use crate::load::tree::Value;
use crate::load::{rules, verdict};
use crate::model::{Date, Prose, TestResult};
use chrono::Datelike as _;

/// A number of items.
pub enum Counted {
    Number(Located<u64>),
    /// All of them, however many.
    All(Origin),
}

impl Decoder<'_> {
    pub fn date(&mut self, row: &Row, name: &str) -> Option<Located<Date>> {
        let node = row.value(name)?;
        let date = match &node.value {
            Value::Date(date) => *date,
            // The time of day says nothing.
            Value::DateTime(text) if row.sheet && read_day(text.get(..10).unwrap_or_default()).is_some() => {
                read_day(text.get(..10).unwrap_or_default())?
            }
            Value::Text(text) => {
                let text = text.trim();
                if lost(row, node) {
                    return None;
                }
                if row.sheet
                    && let Some(date) = read_day(text)
                {
                    return Some(Located::new(date, node.origin.clone()));
                }
                match Date::parse_from_str(text, "%Y-%m-%d") {
                    Ok(date) if text.len() == 10 => date,
                    _ => {
                        let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
                        let diagnostic =
                            if shape == "9999-99-99" {
                                Diagnostic::new(&rules::IMPOSSIBLE_DATE, format!("there is no day {text}"))
                                    .help("write a day of the calendar, year-month-day: 2025-12-31")
                            } else {
                                Diagnostic::new(
                                    &rules::WRONG_VALUE,
                                    format!("`{name}` must be a date, not `{}`", shorten(text)),
                                )
                                .help(either_day(text).unwrap_or_else(|| {
                                    "dates are written year-month-day, for example 2025-12-31".into()
                                }))
                            };
                        self.report(diagnostic.at(&node.origin));
                        return None;
                    }
                }
            }
            _ => {
                self.wrong(row, name, node, Some("dates are written year-month-day, for example 2025-12-31".into()));
                return None;
            }
        };
        Some(Located::new(date, node.origin.clone()))
    }

    pub fn count(&mut self, row: &Row, name: &str) -> Option<Located<u64>> {
        let node = row.value(name)?;
        let number = match &node.value {
            Value::Integer(number) => u64::try_from(*number).ok(),
            Value::Text(text) if row.sheet => read_count(text.trim()),
            _ => None,
        };
        match number {
            Some(number) => Some(Located::new(number, node.origin.clone())),
            None => {
                let hint = match &node.value {
                    Value::Date(date) if row.sheet => {
                        let (month, day) = (date.month(), date.day());
                        Some(format!(
                            "the cell is a date, {date}: a spreadsheet makes one of `{month}/{day}`; write `{month} of {day}`, or \
                             format the cell as text"
                        ))
                    }
                    Value::Text(text) if row.sheet => number_in_words(text).map(|number| format!("write {number}")),
                    _ => None,
                };
                self.wrong(row, name, node, hint);
                None
            }
        }
    }

    /// A count, and the number of which it is a part where a cell says both: `25 of 61`. Words that mean none are 0; an
    /// automated control has no population.
    pub fn counted(&mut self, row: &Row, name: &str) -> (Option<Counted>, Option<Located<u64>>) {
        let Some(node) = row.value(name) else { return (None, None) };
        let at = |number: u64| Located::new(number, node.origin.clone());
        let text = match &node.value {
            Value::Text(text) if row.sheet => text.trim(),
            _ => return (self.count(row, name).map(Counted::Number), None),
        };
        if let Some((part, whole)) = read_part(text) {
            return (Some(Counted::Number(at(part))), Some(at(whole)));
        }
        match text.to_lowercase().trim_end_matches('.') {
            "nil" | "zero" | "0%" | "0 %" | "none noted" => (Some(Counted::Number(at(0))), None),
            "none" | "-" | "--" | "–" | "—" | "no" if name == "deviations" => (Some(Counted::Number(at(0))), None),
            "none" | "-" | "--" | "–" | "—" => (None, None),
            word if word.starts_with("n/a") || word == "na" || word.starts_with("not applicable") => (None, None),
            "all" | "100%" | "100 %" | "all items" | "entire population" | "full population" | "whole population" => {
                (Some(Counted::All(node.origin.clone())), None)
            }
            word if ESTIMATES.iter().any(|sign| word.starts_with(sign)) || word.ends_with(['+', '?']) => {
                self.report(
                    Diagnostic::new(&rules::NO_NUMBER, format!("`{name}` is no number, so it is not used: `{text}`"))
                        .at(&node.origin)
                        .help("give the number that was counted"),
                );
                (None, None)
            }
            _ => (self.count(row, name).map(Counted::Number), None),
        }
    }

    /// The result of a test. In a sheet the cell may go on after the verdict; what follows are the auditor's facts. Words
    /// that are not understood never count as clean.
    pub fn result(&mut self, row: &Row) -> (Option<Located<TestResult>>, Option<Prose>) {
        let name = "result";
        let Some(node) = row.value(name) else { return (None, None) };
        let Value::Text(text) = &node.value else { return (self.choice(row, name), None) };
        if !row.sheet || TestResult::read(text).is_some() {
            return (self.choice(row, name), None);
        }
        let Some(verdict::Verdict { result, rest, .. }) = verdict::read(text) else {
            return (self.choice(row, name), None);
        };
        let rest = rest.as_str();
        if result == TestResult::NoDeviation && verdict::speaks_of_deviations(rest) {
            self.report(
                Diagnostic::new(
                    &rules::FORM_CONFLICT,
                    format!("the result begins as clean, and goes on: `{}`", shorten(rest)),
                )
                .at(&node.origin)
                .help("say `deviation`, or put the rest into `result_text`"),
            );
            return (None, None);
        }
        let told = (!rest.is_empty()).then(|| Prose { text: rest.to_owned(), origin: node.origin.clone() });
        (Some(Located::new(result, node.origin.clone())), told)
    }

    pub fn flag(&mut self, row: &Row, name: &str) -> Option<Located<bool>> {
        let node = row.value(name)?;
        let flag = match &node.value {
            Value::Flag(flag) => Some(*flag),
            Value::Text(text) if row.sheet => yes_or_no(text),
            _ => None,
        };
        if flag.is_none() {
            let hint = if row.sheet { "write yes or no" } else { "write true or false, without quotes" };
            self.wrong(row, name, node, Some(hint.into()));
        }
        flag.map(|flag| Located::new(flag, node.origin.clone()))
    }
}
