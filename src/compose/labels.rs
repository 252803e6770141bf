//! The fixed labels of a report, in the language of the house: everything printed that is neither data nor a clause.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;
use std::sync::LazyLock;

use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::model::{Date, DateFormat, Engagement, ExceptionWord, Window};
use chrono::Datelike as _;

/// Languages in the program, by their tags.
static BUILTIN: LazyLock<BTreeMap<&'static str, HashMap<String, String>>> = LazyLock::new(|| {
    let files = [
        ("en", include_str!("../../templates/language/en.toml")),
        ("de", include_str!("../../templates/language/de.toml")),
    ];
    files.into_iter().map(|(tag, text)| (tag, parse(text))).collect()
});

/// The shipped files are part of the program; a test holds them to their form.
fn parse(text: &str) -> HashMap<String, String> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let mut labels = HashMap::new();
    for (section, keys) in table {
        for (key, value) in keys.as_table().into_iter().flatten() {
            if let Some(value) = value.as_str() {
                labels.insert(format!("{section}.{key}"), value.to_owned());
            }
        }
    }
    labels
}

/// The labels of one report.
#[derive(Debug, Clone)]
pub struct Labels {
    texts: HashMap<String, String>,
    date_format: DateFormat,
}

impl Labels {
    /// The labels in the engagement's language. What is wrong with a language of the firm's own is found by [`check`].
    pub fn of(engagement: &Engagement) -> Self {
        let english = &BUILTIN["en"];
        let tag = engagement.style.language.as_ref().map_or("en", |language| language.as_str());
        let mut texts = BUILTIN.get(tag).unwrap_or(english).clone();
        for (key, text) in &engagement.labels {
            if texts.contains_key(key) {
                texts.insert(key.clone(), text.value.clone());
            }
        }
        let word = match engagement.style.exception_word {
            ExceptionWord::Exception => "exception",
            ExceptionWord::Deviation => "deviation",
        };
        let words: Vec<(String, String)> = ["exception", "exceptions", "Exception", "Exceptions", "an_exception"]
            .into_iter()
            .map(|name| (format!("{{{name}}}"), texts.get(&format!("{word}.{name}")).cloned().unwrap_or_default()))
            .collect();
        for text in texts.values_mut().filter(|text| text.contains("xception")) {
            for (placeholder, value) in &words {
                *text = text.replace(placeholder, value);
            }
        }
        for (placeholder, value) in words {
            texts.insert(format!("word.{}", placeholder.trim_matches(['{', '}'])), value);
        }
        Self { texts, date_format: engagement.style.date_format }
    }

    pub fn get(&self, key: &str) -> String {
        debug_assert!(self.texts.contains_key(key), "there is no label {key}");
        self.texts.get(key).cloned().unwrap_or_default()
    }

    /// A label with its placeholders filled in. Values are inserted once: what they hold is not looked at again.
    pub fn fill(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let template = self.get(key);
        let mut text = String::new();
        let mut rest = template.as_str();
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
            text.push_str(&rest[..open]);
            let name = &rest[open + 1..close];
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => text.push_str(&value.to_string()),
                None => text.push_str(&rest[open..=close]),
            }
            rest = &rest[close + 1..];
        }
        text.push_str(rest);
        text
    }

    /// `1 control`, `2 controls`: the labels `KEY_one` and `KEY_many`.
    pub fn counted(&self, key: &str, n: usize) -> String {
        if n == 1 {
            self.get(&format!("{key}_one"))
        } else {
            self.fill(&format!("{key}_many"), &[("n", &self.number(n as u64))])
        }
    }

    /// Digits in groups of three.
    pub fn number(&self, n: u64) -> String {
        let digits = n.to_string();
        let separator = self.get("language.thousands");
        let mut text = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push_str(&separator);
            }
            text.push(digit);
        }
        text
    }

    /// A list in running text.
    pub fn join<S: AsRef<str>>(&self, items: &[S]) -> String {
        let and = self.get("language.and");
        match items {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [first, second] => format!("{} {and} {}", first.as_ref(), second.as_ref()),
            [most @ .., last] => {
                let most: Vec<_> = most.iter().map(AsRef::as_ref).collect();
                format!("{}{} {and} {}", most.join(", "), self.get("language.list_comma"), last.as_ref())
            }
        }
    }

    /// A day as the house writes it.
    pub fn date(&self, date: Date) -> String {
        let month = self.get(&format!("months.m{:02}", date.month()));
        let key = match self.date_format {
            DateFormat::Us => "dates.us",
            DateFormat::International => "dates.international",
            DateFormat::Iso => return date.format("%Y-%m-%d").to_string(),
        };
        self.fill(key, &[("month", &month), ("day", &date.day()), ("year", &date.year())])
    }

    /// `January 1, 2025 to December 31, 2025`, or the day.
    pub fn range(&self, window: &Window) -> String {
        match window {
            Window::AsOf(date) => self.date(date.value),
            Window::Period { start, end } => {
                self.fill("dates.range", &[("from", &self.date(start.value)), ("to", &self.date(end.value))])
            }
        }
    }

    /// `throughout the period ... to ...`, or `as of ...`.
    pub fn window(&self, window: &Window) -> String {
        match window {
            Window::AsOf(date) => self.fill("dates.as_of", &[("date", &self.date(date.value))]),
            Window::Period { .. } => self.fill("dates.period", &[("range", &self.range(window))]),
        }
    }
}

/// What is wrong with the language that the house names and with labels of its own.
pub fn check(engagement: &Engagement, findings: &mut Findings) {
    let english = &BUILTIN["en"];
    let own = !engagement.labels.is_empty();
    let language = engagement.style.language.as_ref().filter(|language| !BUILTIN.contains_key(language.as_str()));
    if let Some(language) = language {
        if !own {
            let known: Vec<_> = BUILTIN.keys().copied().collect();
            findings.push(
                Diagnostic::new(&rules::LABELS, format!("there are no labels for the language `{language}`"))
                    .at(&language.origin)
                    .help(format!(
                        "use {}, or write language/{language}.toml in the firm's folder",
                        known.join(" or ")
                    )),
            );
        } else {
            let missing: BTreeSet<&str> =
                english.keys().filter(|key| !engagement.labels.contains_key(*key)).map(String::as_str).collect();
            if let Some(first) = missing.first() {
                findings.push(
                    Diagnostic::new(
                        &rules::LABELS,
                        format!("{} labels are missing, `{first}` first; they are printed in English", missing.len()),
                    )
                    .severity(crate::diagnostics::Severity::Warning)
                    .at(&language.origin)
                    .help("`socpress templates export FOLDER` writes all labels to language/en.toml"),
                );
            }
        }
    }
    for (key, text) in &engagement.labels {
        let Some(original) = english.get(key) else {
            let keys = english.keys().map(|known| (strsim::normalized_damerau_levenshtein(key, known), known));
            let near =
                keys.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1))).filter(|(likeness, _)| *likeness > 0.6);
            let diagnostic = Diagnostic::new(&rules::LABELS, format!("there is no label `{key}`")).at(&text.origin);
            findings.push(match near {
                Some((_, known)) => diagnostic.help(format!("did you mean `{known}`?")),
                None => diagnostic.help("remove it"),
            });
            continue;
        };
        let unknown: Vec<&str> =
            placeholders(text).into_iter().filter(|name| !placeholders(original).contains(name)).collect();
        if let Some(name) = unknown.first() {
            findings.push(unfillable(key, name, &text.origin));
        }
    }
}

fn unfillable(key: &str, name: &str, at: &Origin) -> Diagnostic {
    Diagnostic::new(&rules::LABELS, format!("the label `{key}` has no value `{{{name}}}`"))
        .at(at)
        .help("use the placeholders of the English label only")
}

/// Names in braces.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

/// The English labels, for a firm to start from.
pub fn english() -> &'static str {
    include_str!("../../templates/language/en.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_label_with_its_placeholders() {
        let english = &BUILTIN["en"];
        assert!(english.len() > 300);
        for (tag, labels) in BUILTIN.iter() {
            let keys = |labels: &HashMap<String, String>| labels.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(labels), keys(english), "{tag}");
            for (key, text) in labels {
                let names = |text: &str| placeholders(text).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
                assert_eq!(names(text), names(&english[key]), "{key} in {tag}");
                assert!(!text.is_empty() || key == "language.list_comma", "{key} in {tag}");
            }
        }
    }
}
