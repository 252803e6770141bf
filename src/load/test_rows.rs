//! Rows of tests: named after their controls where they have no ids, counted once where they stand under each criterion, and
//! the exceptions that are told in them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::heads::Heads;
use super::rows::{id_of, is_label, joined_letter, text_of};
use super::rules;
use super::tree::{Entry, Node, Raw, Value};
use super::verdict;
use crate::diagnostics::{Diagnostic, Findings, Origin, Severity};
use crate::model::{Id, TestResult};

/// Tests that are told apart by their control only get ids of both: `AC-01.a`.
pub fn name_tests(raws: Vec<Raw>, heads: &Heads, findings: &mut Findings) -> Vec<Raw> {
    let mut raws = without_repeated(raws, findings);
    let labelled = heads.has("id");
    if labelled {
        // Letters that begin again with each control.
        let mut seen = HashSet::new();
        let own = raws.iter().filter(|raw| raw.text("procedure").is_some()).filter_map(|raw| raw.text("id"));
        let clash = own.clone().any(|id| is_label(id) && !seen.insert(Id::new(id).clash_key()));
        if !clash {
            return raws;
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut told: Option<(Origin, String)> = None;
    for raw in &mut raws {
        let Some(control) = id_of(raw, "control").map(|id| joined_letter(&id).unwrap_or(id)) else { continue };
        let own = raw.entries.iter().position(|entry| entry.key == "id");
        let label = match own {
            Some(position) => {
                let text = text_of(&raw.entries[position].node).trim().to_owned();
                if !is_label(&text) {
                    continue;
                }
                text.trim_matches(['(', ')', '.', ':']).to_owned()
            }
            None if labelled => continue,
            None => {
                let count = counts.entry(control.clone()).or_default();
                *count += 1;
                letters(*count)
            }
        };
        let id = format!("{control}.{label}");
        let Some(at) = raw.entries.iter().find(|entry| entry.key == "control") else { continue };
        told.get_or_insert((at.node.origin.clone(), id.clone()));
        let (key_origin, origin) = (at.key_origin.clone(), at.node.origin.clone());
        match own {
            Some(position) => raw.entries[position].node.value = Value::Text(id),
            None => {
                let node = Node { value: Value::Text(id), origin };
                raw.entries.push(Entry { key: "id".into(), key_origin, node });
            }
        }
    }
    if let Some((at, id)) = told {
        findings.push(
            Diagnostic::new(
                &rules::IDS_MADE,
                format!("tests have no ids of their own; they are named after their controls, such as `{id}`"),
            )
            .at(&at),
        );
    }
    raws
}

/// `a` to `z`, then `aa`.
fn letters(number: usize) -> String {
    let mut left = number;
    let mut letters = Vec::new();
    while left > 0 {
        letters.push(char::from(b'a' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A test that stands under each criterion of its control is one test.
fn without_repeated(raws: Vec<Raw>, findings: &mut Findings) -> Vec<Raw> {
    let mut seen: HashSet<Vec<(String, String)>> = HashSet::new();
    let mut repeated: Option<(Origin, usize)> = None;
    let mut kept = Vec::with_capacity(raws.len());
    for raw in raws {
        let complete = ["control", "procedure", "result"].iter().all(|key| raw.text(key).is_some());
        let mut told: Vec<(String, String)> = raw
            .entries
            .iter()
            .filter(|entry| entry.key != "id" || !is_label(text_of(&entry.node)))
            .map(|entry| (entry.key.clone(), format!("{:?}", Flat(&entry.node.value))))
            .collect();
        told.sort_unstable();
        let has_id = raw.text("id").is_some_and(|id| !is_label(id));
        if complete && !has_id && !seen.insert(told) {
            let (_, count) = repeated.get_or_insert((raw.origin.clone(), 0));
            *count += 1;
            continue;
        }
        kept.push(raw);
    }
    if let Some((at, count)) = repeated {
        let rows = if count == 1 { "a row repeats a test".to_owned() } else { format!("{count} rows repeat tests") };
        findings.push(
            Diagnostic::new(
                &rules::ROWS_JOINED,
                format!("{rows} of the same control in the same words; each counts once"),
            )
            .at(&at),
        );
    }
    kept
}

/// A value without its place.
struct Flat<'v>(&'v Value);

impl std::fmt::Debug for Flat<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Value::Text(text) => f.write_str(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
            Value::List(items) => items.iter().try_for_each(|item| write!(f, "{:?};", Flat(&item.value))),
            Value::Date(date) => write!(f, "{date}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// The exceptions of a sheet in which results are told and answered in the rows of the tests. Each is named after its test,
/// and the test names it.
pub fn exceptions_of(tests: &mut [Raw], responses: Vec<Raw>, findings: &mut Findings) -> Vec<Raw> {
    let key = |raw: &Raw| raw.origin.sort_key().1;
    let mut answers: BTreeMap<usize, Raw> = responses.into_iter().map(|raw| (key(&raw), raw)).collect();
    let mut exceptions = Vec::new();
    for test in tests {
        let answer = answers.remove(&key(test)).filter(|raw| raw.entries.iter().any(|e| !is_nothing(text_of(&e.node))));
        let Some(result) = test.entries.iter().position(|entry| entry.key == "result") else { continue };
        let read = verdict::read(text_of(&test.entries[result].node));
        let deviates = read.as_ref().is_some_and(|verdict| verdict.result == TestResult::Deviation);
        if !deviates {
            if let Some(first) = answer.as_ref().and_then(|raw| raw.entries.first()) {
                findings.push(
                    Diagnostic::new(&rules::ROW_SKIPPED, "this response belongs to no exception, so it is not used")
                        .severity(Severity::Warning)
                        .at(&first.node.origin),
                );
            }
            continue;
        }
        let (Some(verdict), Some(id)) = (read, id_of(test, "id")) else { continue };
        if test.text("exception").is_some() || (verdict.rest.is_empty() && answer.is_none()) {
            continue;
        }
        let label = format!("EX-{id}");
        let (key_origin, at) = (test.entries[result].key_origin.clone(), test.entries[result].node.origin.clone());
        let entry = |key: &str, text: String| Entry {
            key: key.into(),
            key_origin: key_origin.clone(),
            node: Node { value: Value::Text(text), origin: at.clone() },
        };
        let mut entries = vec![entry("id", label.clone())];
        if !verdict.rest.is_empty() {
            if test.text("deviations").is_none() {
                findings.extend(verdict::offer(&verdict.rest, &at));
            }
            entries.push(entry("nature", verdict.rest));
            test.entries[result].node.value = Value::Text(verdict.words);
        }
        findings.push(
            Diagnostic::new(&rules::IDS_MADE, format!("this deviation is reported as exception `{label}`")).at(&at),
        );
        entries.extend(answer.into_iter().flat_map(|raw| raw.entries));
        test.entries.push(entry("exception", label));
        exceptions.push(Raw {
            entries,
            origin: test.origin.clone(),
            sheet: true,
            damaged: false,
            without_column: Vec::new(),
        });
    }
    exceptions
}

/// Signs for an empty cell.
fn is_nothing(text: &str) -> bool {
    matches!(
        text.trim().to_lowercase().as_str(),
        "" | "-" | "--" | "–" | "—" | "n/a" | "na" | "none" | "nil" | "not applicable"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_numbers() {
        assert_eq!([1, 26, 27, 53].map(letters), ["a", "z", "aa", "ba"]);
    }
}
