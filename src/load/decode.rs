//! From raw records to typed values by the field tables, collecting everything that does not fit.

use std::sync::Arc;

use super::choices::{Choosable, words_of};
use super::criteria;
use super::fields::{Kind, Record, Words, nearest};
use super::quantities::{ESTIMATES, either_day, number_in_words, read_count, read_day, read_part};
use super::rows::{joined_letter, yes_or_no};
use super::rules;
use super::schema;
use super::tree::{Entry, Node, Raw, Value};
use super::verdict;
use crate::diagnostics::{Diagnostic, Findings, Located, Origin};
use crate::model::{Catalogue, CriterionId, Date, Id, Prose, TestResult};
use chrono::Datelike as _;

/// A record whose keys are known to the field table.
pub struct Row {
    record: &'static Record,
    values: Vec<Option<Node>>,
    pub origin: Origin,
    sheet: bool,
    pub damaged: bool,
}

impl Row {
    /// A value as it was read.
    pub fn value(&self, name: &str) -> Option<&Node> {
        let position = self.record.fields.iter().position(|f| f.name == name);
        debug_assert!(position.is_some(), "{} has no field {name}", self.record.name);
        self.values[position?].as_ref()
    }

    /// Where a field stands, or the record if it is not given.
    pub fn at(&self, name: &str) -> &Origin {
        self.value(name).map_or(&self.origin, |node| &node.origin)
    }

    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// An id of a record that is lost anyway: without any finding.
    pub fn quiet_id(&self, name: &str) -> Option<Id> {
        self.record.field(name)?;
        match &self.value(name)?.value {
            Value::Text(text) => Some(Id::new(text.split_whitespace().collect::<Vec<_>>().join(" "))),
            _ => None,
        }
    }
}

/// Records that could not be read in full, so that what refers to them is not reported as well.
#[derive(Debug, Default)]
pub struct Lost {
    /// Name of the table, and id.
    pub ids: Vec<(&'static str, Id)>,
    /// Controls whose tests were lost.
    pub tested: Vec<Id>,
}

/// Decodes records into typed values.
pub struct Decoder<'a> {
    pub findings: &'a mut Findings,
    pub catalogue: Arc<Catalogue>,
    pub lost: Lost,
}

impl Decoder<'_> {
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    /// Sorts the entries of a record into its fields. Unknown, doubled and missing keys are findings.
    pub fn row(&mut self, record: &'static Record, raw: Raw) -> Row {
        let mut values: Vec<Option<Node>> = record.fields.iter().map(|_| None).collect();
        for Entry { key, key_origin, node } in raw.entries {
            if raw.sheet && self.stands_for_nothing(record, &key, &node) {
                continue;
            }
            match record.fields.iter().position(|f| f.name == key) {
                Some(position) if values[position].is_some() => self.report(
                    Diagnostic::new(&rules::FORM_CONFLICT, format!("`{key}` is given twice"))
                        .at(&key_origin)
                        .help("keep one of the two columns"),
                ),
                Some(position) => values[position] = Some(node),
                None => self.unknown_key(record, &key, &key_origin),
            }
        }
        if !raw.damaged {
            for (field, value) in record.fields.iter().zip(&values) {
                if field.required && value.is_none() && !raw.without_column.contains(&field.name) {
                    self.report(
                        Diagnostic::new(&rules::MISSING_KEY, format!("this {} has no `{}`", record.one, field.name))
                            .at(&raw.origin)
                            .help(format!("add `{}`: {}", field.name, wanted_with_doc(field.kind, field.doc))),
                    );
                }
            }
        }
        Row { record, values, origin: raw.origin, sheet: raw.sheet, damaged: raw.damaged }
    }

    /// In a sheet `--`, `n/a` and the like stand for an empty cell. A text may be meant as it is: nobody knows whether an
    /// owner is called None.
    fn stands_for_nothing(&mut self, record: &'static Record, key: &str, node: &Node) -> bool {
        let (Some(field), Value::Text(text)) = (record.field(key).filter(|f| !f.required), &node.value) else {
            return false;
        };
        let word = text.trim().to_lowercase();
        let dashes = !word.is_empty() && word.chars().all(|c| "-–—".contains(c));
        let word_for_nothing = ["n/a", "na", "null", "none", "nil"].contains(&word.as_str());
        let stands = match field.kind {
            Kind::Text | Kind::Prose | Kind::Texts => dashes,
            // Counts have words of their own.
            Kind::Count => false,
            _ => dashes || word_for_nothing,
        };
        if stands {
            self.report(
                Diagnostic::new(&rules::STANDS_FOR_NOTHING, format!("`{}` is read as an empty cell", text.trim()))
                    .at(&node.origin),
            );
        }
        stands
    }

    fn unknown_key(&mut self, record: &'static Record, key: &str, at: &Origin) {
        // A sheet reports a column once, not in every row.
        if self.findings.iter().any(|d| {
            d.rule == &rules::UNKNOWN_KEY
                && d.origin.as_ref().is_some_and(|o| o.place == at.place && o.sort_key() == at.sort_key())
        }) {
            return;
        }
        let names = record.fields.iter().map(|f| f.name);
        let mut diagnostic =
            Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown key `{key}` in {}", record.name)).at(at);
        diagnostic = match nearest(key, names.clone()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("known keys: {}", names.collect::<Vec<_>>().join(", "))),
        };
        self.report(diagnostic);
    }

    fn wrong(&mut self, row: &Row, name: &str, node: &Node, hint: Option<String>) {
        if lost(row, node) {
            return;
        }
        let kind = row.record.field(name).map_or(Kind::Text, |f| f.kind);
        let found = match &node.value {
            Value::Text(text) => format!("`{}`", shorten(text)),
            Value::DateTime(text) | Value::Float(text) => format!("`{text}`"),
            Value::Integer(number) => format!("the number {number}"),
            other => other.kind().to_owned(),
        };
        let is_quoted_number = matches!((&node.value, kind), (Value::Text(text), Kind::Count)
            if !row.sheet && text.trim().bytes().all(|b| b.is_ascii_digit()) && !text.trim().is_empty());
        let hint = hint.or(is_quoted_number.then(|| "remove the quotes".into()));
        let mut diagnostic =
            Diagnostic::new(&rules::WRONG_VALUE, format!("`{name}` must be {}, not {found}", kind.wanted()))
                .at(&node.origin);
        if let Some(hint) = hint {
            diagnostic = diagnostic.help(hint);
        }
        self.report(diagnostic);
    }

    /// Text of one or more lines, trimmed; empty text counts as absent.
    pub fn text(&mut self, row: &Row, name: &str) -> Option<Located<String>> {
        let node = row.value(name)?;
        match &node.value {
            Value::Text(text) => {
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    if row.record.field(name).is_some_and(|f| f.required) {
                        self.report(
                            Diagnostic::new(&rules::MISSING_KEY, format!("`{name}` is empty")).at(&node.origin),
                        );
                    }
                    return None;
                }
                Some(Located::new(trimmed.to_owned(), node.origin.clone()))
            }
            _ => {
                self.wrong(row, name, node, Some("write it as text, in quotes".into()));
                None
            }
        }
    }

    pub fn prose(&mut self, row: &Row, name: &str) -> Option<Prose> {
        self.text(row, name).map(|text| Prose { text: text.value, origin: text.origin })
    }

    /// An id: text, trimmed, inner runs of white space as one blank.
    pub fn id(&mut self, row: &Row, name: &str) -> Option<Located<Id>> {
        let node = row.value(name)?;
        self.id_of(row, name, node)
    }

    fn id_of(&mut self, row: &Row, name: &str, node: &Node) -> Option<Located<Id>> {
        match &node.value {
            Value::Text(text) => {
                let id = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if id.is_empty() {
                    self.report(Diagnostic::new(&rules::MISSING_KEY, format!("`{name}` is empty")).at(&node.origin));
                    return None;
                }
                let id = self.without_blank_before_letter(row, node, id);
                if id.chars().count() > 60 {
                    self.wrong(row, name, node, Some("an id has at most 60 characters".into()));
                    return None;
                }
                Some(Located::new(Id::new(id), node.origin.clone()))
            }
            Value::Integer(_) | Value::Float(_) | Value::Date(_) => {
                let hint = if row.sheet {
                    "the spreadsheet made a date of it: format the cell as text, and write the id again"
                } else {
                    "ids are text, so that 1.10 is not 1.1: put it in quotes"
                };
                self.wrong(row, name, node, Some(hint.into()));
                None
            }
            _ => {
                self.wrong(row, name, node, None);
                None
            }
        }
    }

    /// `AC-01 b` in a sheet is `AC-01b`.
    fn without_blank_before_letter(&mut self, row: &Row, node: &Node, id: String) -> String {
        let Some(joined) = joined_letter(&id).filter(|_| row.sheet) else { return id };
        let told = self.findings.iter().any(|f| {
            f.rule == &rules::ID_READ_AS && f.origin.as_ref().is_some_and(|at| at.sort_key() == node.origin.sort_key())
        });
        if !told {
            self.report(
                Diagnostic::new(&rules::ID_READ_AS, format!("the id `{id}` is read as `{joined}`")).at(&node.origin),
            );
        }
        joined
    }

    pub fn ids(&mut self, row: &Row, name: &str) -> Vec<Located<Id>> {
        self.items(row, name).iter().filter_map(|node| self.id_of(row, name, node)).collect()
    }

    pub fn texts(&mut self, row: &Row, name: &str) -> Vec<Located<String>> {
        let mut texts = Vec::new();
        for node in self.items(row, name) {
            match &node.value {
                Value::Text(text) if !text.trim().is_empty() => {
                    texts.push(Located::new(text.trim().to_owned(), node.origin))
                }
                Value::Text(_) => {}
                _ => self.wrong(row, name, &node, None),
            }
        }
        texts
    }

    /// The items of a list: a list, or a text split at `;` and line breaks (in a sheet), or a single value.
    fn items(&mut self, row: &Row, name: &str) -> Vec<Node> {
        let Some(node) = row.value(name) else { return Vec::new() };
        match &node.value {
            Value::List(items) => items.clone(),
            Value::Text(text) if row.sheet => text
                .split([';', '\n', '\r'])
                .filter(|part| !part.trim().is_empty())
                .map(|part| Node { value: Value::Text(part.to_owned()), origin: node.origin.clone() })
                .collect(),
            _ => vec![node.clone()],
        }
    }

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
            self.wrong(row, name, node, None);
        }
        flag.map(|flag| Located::new(flag, node.origin.clone()))
    }

    pub fn choice<T: Choosable>(&mut self, row: &Row, name: &str) -> Option<Located<T>> {
        let node = row.value(name)?;
        self.choice_of(row, name, node)
    }

    fn choice_of<T: Choosable>(&mut self, row: &Row, name: &str, node: &Node) -> Option<Located<T>> {
        let word = self.word_of(row, name, node, words_of::<T>())?;
        T::read(word).map(|value| Located::new(value, node.origin.clone()))
    }

    /// One of fixed words, as files spell it.
    pub fn word(&mut self, row: &Row, name: &str, words: Words) -> Option<&'static str> {
        let node = row.value(name)?;
        self.word_of(row, name, node, words)
    }

    fn word_of(&mut self, row: &Row, name: &str, node: &Node, words: Words) -> Option<&'static str> {
        if let Value::Text(text) = &node.value {
            if let Some(word) = (words.read)(text) {
                return Some(word);
            }
            let hint = nearest(text.trim(), (words.all)()).map(|near| format!("did you mean `{near}`?"));
            self.wrong(row, name, node, hint);
        } else {
            self.wrong(row, name, node, None);
        }
        None
    }

    pub fn choices<T: Choosable>(&mut self, row: &Row, name: &str) -> Vec<Located<T>> {
        self.word_items(row, name).iter().filter_map(|node| self.choice_of(row, name, node)).collect()
    }

    /// Several of fixed words, as files spell them.
    pub fn words(&mut self, row: &Row, name: &str, words: Words) -> Vec<&'static str> {
        self.word_items(row, name).iter().filter_map(|node| self.word_of(row, name, node, words)).collect()
    }

    fn word_items(&mut self, row: &Row, name: &str) -> Vec<Node> {
        let mut nodes = self.items(row, name);
        // A sheet's cell may separate fixed words by commas as well, since none holds one.
        if row.sheet {
            nodes = nodes
                .into_iter()
                .flat_map(|node| match &node.value {
                    Value::Text(text) => text
                        .split(',')
                        .map(|part| Node { value: Value::Text(part.to_owned()), origin: node.origin.clone() })
                        .collect(),
                    _ => vec![node],
                })
                .collect();
        }
        nodes
    }

    pub fn criterion(&mut self, row: &Row, name: &str) -> Option<Located<CriterionId>> {
        let mut all = self.criteria(row, name);
        if all.len() > 1 {
            let node = row.value(name)?.clone();
            self.wrong(row, name, &node, Some("name one criterion only".into()));
        }
        (!all.is_empty()).then(|| all.swap_remove(0))
    }

    pub fn criteria(&mut self, row: &Row, name: &str) -> Vec<Located<CriterionId>> {
        let Some(node) = row.value(name) else { return Vec::new() };
        let nodes = match &node.value {
            Value::List(items) => items.clone(),
            _ => vec![node.clone()],
        };
        let mut found: Vec<Located<CriterionId>> = Vec::new();
        for node in &nodes {
            let Value::Text(text) = &node.value else {
                self.wrong(row, name, node, Some("criteria are texts: put them in quotes, \"CC6.1\"".into()));
                continue;
            };
            let reading = criteria::read(text, &self.catalogue);
            for mut problem in reading.problems {
                if problem.rule == &rules::CRITERION_SPELLING && row.record.name == schema::CONTROLS.name {
                    problem.rule = &rules::CRT_02;
                }
                self.report(problem.at(&node.origin));
            }
            for id in reading.ids {
                if found.iter().any(|f| f.value == id) {
                    self.report(
                        Diagnostic::new(&rules::CRITERION_READ_AS, format!("{id} is named twice; it counts once"))
                            .at(&node.origin),
                    );
                } else {
                    found.push(Located::new(id, node.origin.clone()));
                }
            }
        }
        found
    }

    /// Numbers of description criteria, written `3` or `DC 3`.
    pub fn description_criteria(&mut self, row: &Row, name: &str) -> Vec<Located<u8>> {
        let mut numbers = Vec::new();
        for node in self.items(row, name) {
            let number = match &node.value {
                Value::Integer(number) => u8::try_from(*number).ok(),
                Value::Text(text) => text.trim().trim_start_matches(['D', 'C', 'd', 'c', ' ', '-']).parse().ok(),
                _ => None,
            };
            match number {
                Some(number @ 1..=9) => numbers.push(Located::new(number, node.origin)),
                _ => self.wrong(row, name, &node, Some("the description criteria are DC 1 to DC 9".into())),
            }
        }
        numbers
    }

    /// A nested table.
    pub fn record(&mut self, row: &Row, name: &str) -> Option<Row> {
        let node = row.value(name)?.clone();
        let Some(Kind::Record(record)) = row.record.field(name).map(|f| f.kind) else { return None };
        match node.value {
            Value::Table(entries) => Some(self.row(
                record,
                Raw { entries, origin: node.origin, sheet: false, damaged: row.damaged, without_column: Vec::new() },
            )),
            _ => {
                self.wrong(row, name, &node, Some(format!("write it as a table: [{name}]")));
                None
            }
        }
    }

    /// Raw records of a nested list of tables.
    pub fn raw_records(&mut self, row: &Row, name: &str) -> Vec<Raw> {
        let Some(node) = row.value(name).cloned() else { return Vec::new() };
        let mut records = Vec::new();
        let items = match node.value {
            Value::List(ref items) => items.clone(),
            _ => {
                self.wrong(row, name, &node, Some(format!("write each one as a table: [[{name}]]")));
                return records;
            }
        };
        for item in items {
            match item.value {
                Value::Table(entries) => {
                    records.push(Raw {
                        entries,
                        origin: item.origin,
                        sheet: false,
                        damaged: row.damaged,
                        without_column: Vec::new(),
                    });
                }
                _ => self.wrong(row, name, &item, Some(format!("write each one as a table: [[{name}]]"))),
            }
        }
        records
    }
}

/// A value that a syntax error took away: it has been reported.
fn lost(row: &Row, node: &Node) -> bool {
    let text = match &node.value {
        Value::Text(text) | Value::Float(text) | Value::DateTime(text) => text,
        _ => return false,
    };
    row.damaged && text.is_empty()
}

fn wanted_with_doc(kind: Kind, doc: &str) -> String {
    let wanted = kind.wanted();
    if doc.is_empty() { wanted } else { format!("{wanted} ({})", doc.trim_end_matches('.')) }
}

/// A number of items.
pub enum Counted {
    Number(Located<u64>),
    /// All of them, however many.
    All(Origin),
}

/// A value cut to a length that fits a message.
fn shorten(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() > 60 { flat.chars().take(57).collect::<String>() + "..." } else { flat }
}
