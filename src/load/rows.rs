//! Rows of sheets that are more or less than one record: bands that name the criterion of the rows below, controls that
//! are repeated for each criterion or test, tests without ids of their own.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::fields::{Kind, Record};
use super::heads::Heads;
use super::rules;
use super::schema;
use super::sheet::{Cell, add_items, short};
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin};

/// Criteria at the beginning of a text, and what follows them.
static CRITERIA: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let one = r"(?:CC|PI|A|C|P)\s?\d{1,2}\.\d{1,2}";
    Regex::new(&format!(
        r"(?i)^\s*(?:TSC|SOC 2|criterion|criteria)?[\s:#]*({one}(?:\s*(?:,|;|/|&|and)\s*{one})*)(?:\s*[-–—:.(|]\s*|\s+|$)(.*)$"
    ))
    .ok()
});

/// A control number that is the code of a criterion, or begins with one.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^((?:CC|PI|A|C|P)\d{1,2}\.\d{1,2})(?:[.\-_]?(?:\d{1,3}|[a-z]))*$").ok());

/// Sections of ISO 27001 and of its annex.
static SECTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[AC]\.\d{1,2}(?:\.\d{1,2}){0,3}$").ok());

/// What a row says if it has one cell only, or one that is merged over all of them.
pub fn only_cell(row: &[(usize, Cell)]) -> Option<&Cell> {
    let (_, first) = row.first()?;
    row.iter().all(|(_, cell)| cell.origin.place == first.origin.place).then_some(first)
}

/// Yes or no, in any usual way.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "x" | "1" | "✓" | "✔" | "☑" | "☒" => Some(true),
        "false" | "no" | "n" | "0" | "✗" | "✘" | "☐" => Some(false),
        _ => None,
    }
}

/// `AC-01b` for `AC-01 b`.
pub fn joined_letter(id: &str) -> Option<String> {
    let (number, letter) = id.rsplit_once(' ')?;
    let one_letter = letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_alphabetic());
    (one_letter && !number.contains(' ') && number.ends_with(|c: char| c.is_ascii_digit()))
        .then(|| format!("{number}{letter}"))
}

/// Whether a row is the example of a template.
pub fn is_example(id: &str, entries: &[Entry]) -> bool {
    let lower = id.trim().to_lowercase();
    let by_id = lower.starts_with("example") || lower.starts_with("e.g.") || lower.starts_with('<');
    let says = |text: &str| {
        let lower = text.to_lowercase();
        ["delete this row", "remove this row", "delete this line", "sample row", "example row"]
            .iter()
            .any(|s| lower.contains(s))
    };
    by_id || entries.iter().any(|entry| matches!(&entry.node.value, Value::Text(text) if says(text)))
}

/// A row that names criteria for the rows below it.
pub struct Band {
    pub criteria: Node,
}

impl Band {
    /// `bare_is_id`: a criterion alone is the id of a control here.
    pub fn read(cell: &Cell, bare_is_id: bool) -> Option<Self> {
        let found = CRITERIA.as_ref()?.captures(&cell.text)?;
        let ids = found.get(1)?.as_str();
        if bare_is_id && found.get(2).is_none_or(|rest| rest.as_str().trim().is_empty()) {
            return None;
        }
        let ids = ids.replace(" and ", ";");
        Some(Self { criteria: Node { value: Value::Text(ids), origin: cell.origin.clone() } })
    }

    pub fn note(&self, is_used: bool) -> Diagnostic {
        let Value::Text(ids) = &self.criteria.value else {
            return Diagnostic::new(&rules::ROW_SKIPPED, "this row is not used");
        };
        let message = if is_used {
            format!("this row gives the rows below it their criterion: {ids}")
        } else {
            format!("this row names a criterion ({ids}) and no record, so it is not used")
        };
        Diagnostic::new(&rules::ROW_SKIPPED, message)
    }
}

/// What rows leave for those below them.
#[derive(Default)]
pub struct Kept {
    /// The criteria of the last band.
    pub band: Option<Node>,
    /// Whether there was a band.
    pub bands: bool,
}

impl Kept {
    /// Adds to a row's entries what rows above say for it.
    pub fn add<'r>(
        &mut self,
        found: &mut [Vec<Entry>],
        parts: impl Iterator<Item = (&'static Record, &'r Heads, Option<&'r Raw>)>,
        findings: &mut Findings,
    ) {
        let parts: Vec<_> = parts.collect();
        for (nth, (record, heads, above)) in parts.into_iter().enumerate() {
            let has = |entries: &[Entry], key: &str| entries.iter().any(|entry| entry.key == key);
            if record.name == schema::CONTROLS.name
                && let Some(band) = &self.band
                && has(&found[nth], "id")
                && !has(&found[nth], "criteria")
            {
                let key_origin = band.origin.clone();
                found[nth].push(Entry { key: "criteria".into(), key_origin, node: band.clone() });
            }
            // A test below that of the same control, whose number is not repeated.
            if record.name != schema::TESTS.name || !heads.has("control") {
                continue;
            }
            let entries = &found[nth];
            let own_id = entries.iter().find(|entry| entry.key == "id").map(|entry| text_of(&entry.node));
            let loose = own_id.is_none_or(is_label) && (has(entries, "procedure") || has(entries, "result"));
            let own_control = nth > 0 && !found[0].is_empty();
            if has(entries, "control") || own_control || !loose || (heads.has("id") && own_id.is_none()) {
                continue;
            }
            let Some(control) = above.and_then(|raw| raw.entries.iter().find(|entry| entry.key == "control")) else {
                continue;
            };
            if let Some(first) = entries.first() {
                findings.push(
                    Diagnostic::new(
                        &rules::ROWS_JOINED,
                        format!(
                            "this row names no control; it is a further test of `{}`",
                            short(text_of(&control.node))
                        ),
                    )
                    .at(&first.node.origin),
                );
            }
            let control = control.clone();
            found[nth].push(control);
        }
    }
}

pub(super) fn text_of(node: &Node) -> &str {
    match &node.value {
        Value::Text(text) => text,
        _ => "",
    }
}

/// An id as it counts: without blanks around it, inner ones as one.
pub(super) fn id_of(raw: &Raw, key: &str) -> Option<String> {
    raw.text(key).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|id| !id.is_empty())
}

/// A letter or a number that tells the tests of one control apart: `a`, `2)`.
pub(super) fn is_label(text: &str) -> bool {
    let bare = text.trim().trim_matches(['(', ')', '.', ':']);
    !bare.is_empty() && bare.len() <= 2 && bare.chars().all(char::is_alphanumeric)
}

/// One record of a control that is repeated, with all its criteria. Rows that tell anything else twice stay as they are,
/// so that the doubled id is found.
pub fn join_controls(raws: Vec<Raw>, is_combined: bool, findings: &mut Findings) -> Vec<Raw> {
    let mut controls: Vec<Raw> = Vec::with_capacity(raws.len());
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut joined: Option<(Origin, String, usize)> = None;
    for raw in raws {
        let Some(id) = id_of(&raw, "id") else {
            controls.push(raw);
            continue;
        };
        let first = at.get(&id).map(|position| &controls[*position]);
        let Some((position, gained)) = first.and_then(|first| Some((*at.get(&id)?, gained(first, &raw, is_combined)?)))
        else {
            at.entry(id).or_insert(controls.len());
            controls.push(raw);
            continue;
        };
        let origin = raw.origin.clone();
        let first = &mut controls[position];
        for entry in raw.entries {
            match first.entries.iter_mut().find(|e| e.key == entry.key) {
                Some(before) if is_list(&entry.key) => add_new_items(&mut before.node, entry.node),
                Some(_) => {}
                None => first.entries.push(entry),
            }
        }
        if gained {
            let (_, _, count) = joined.get_or_insert((origin, id, 0));
            *count += 1;
        }
    }
    if let Some((at, id, count)) = joined {
        let rows = if count == 1 { "a row repeats its".to_owned() } else { format!("{count} rows repeat their") };
        findings.push(
            Diagnostic::new(
                &rules::ROWS_JOINED,
                format!("{rows} control with further criteria, such as `{id}`; each is one control"),
            )
            .at(&at),
        );
    }
    controls
}

fn is_list(key: &str) -> bool {
    schema::CONTROLS
        .field(key)
        .is_some_and(|field| matches!(field.kind, Kind::Criteria | Kind::Ids | Kind::Texts | Kind::Choices(_)))
}

/// Whether a further row of a control says anything new in its lists; nothing if it says anything else differently.
fn gained(first: &Raw, raw: &Raw, is_combined: bool) -> Option<bool> {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut gained = false;
    for entry in &raw.entries {
        let Some(before) = first.entries.iter().find(|e| e.key == entry.key) else {
            // A further row may leave out what the first one says, not add to it.
            return (is_list(&entry.key)).then_some(true);
        };
        if before.node.origin.place == entry.node.origin.place {
            continue;
        }
        let same = match (&before.node.value, &entry.node.value) {
            (Value::Text(a), Value::Text(b)) => flat(a) == flat(b),
            (Value::List(items), Value::Text(b)) => items.iter().any(|item| flat(text_of(item)) == flat(b)),
            (Value::Date(a), Value::Date(b)) => a == b,
            _ => false,
        };
        if is_list(&entry.key) {
            gained |= !same;
        } else if !same {
            return None;
        }
    }
    // The same row twice is a doubled control, unless each row is a test.
    (gained || is_combined || raw.entries.len() < first.entries.len()).then_some(gained)
}

/// Adds what a list does not have yet.
fn add_new_items(before: &mut Node, node: Node) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = match &before.value {
        Value::List(items) => items.iter().any(|item| flat(text_of(item)) == flat(text_of(&node))),
        _ => flat(text_of(before)) == flat(text_of(&node)),
    };
    if !known || matches!(node.value, Value::List(_)) {
        add_items(before, node);
    }
}

/// Control numbers that are codes of criteria tell the criterion where nothing else does. Whether any does.
pub fn criteria_from_ids(raws: &mut [Raw], findings: &mut Findings) -> bool {
    let mut any = false;
    for raw in raws {
        let Some(id) = raw.entries.iter().find(|entry| entry.key == "id") else { continue };
        let text = text_of(&id.node).trim();
        let Some(criterion) = NUMBER.as_ref().and_then(|n| Some(n.captures(text)?.get(1)?.as_str().to_owned())) else {
            continue;
        };
        any = true;
        findings.push(
            Diagnostic::new(
                &rules::CRITERION_READ_AS,
                format!("no column names the criteria; that of control `{text}` is taken from its number: {criterion}"),
            )
            .at(&id.node.origin),
        );
        let (key_origin, origin) = (id.key_origin.clone(), id.node.origin.clone());
        let node = Node { value: Value::Text(criterion), origin };
        raw.entries.push(Entry { key: "criteria".into(), key_origin, node });
    }
    any
}

/// What columns that are not used hold, if it is the sections of another standard.
pub fn other_standard(rows: &[Vec<(usize, Cell)>], unused: &[usize], heads: &Heads) -> Option<String> {
    let section = SECTION.as_ref()?;
    for column in unused {
        let texts = rows.iter().flatten().filter(|(at, _)| at == column).map(|(_, cell)| cell.text.trim());
        let (mut all, mut sections, mut first) = (0, 0, None);
        for text in texts.take(50) {
            all += 1;
            if section.is_match(text) {
                sections += 1;
                first = first.or(Some(text));
            }
        }
        if let Some(first) = first.filter(|_| sections * 2 > all) {
            let head = heads.columns.get(column).map_or("", |head| &head.cell.text);
            return Some(format!(
                "the column `{}` holds sections of ISO 27001, such as {first}, and these are no trust services criteria",
                short(head)
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for label in ["a", "(b)", "2.", "12"] {
            assert!(is_label(label), "{label}");
        }
        for id in ["", "T-1", "123", "a b"] {
            assert!(!is_label(id), "{id}");
        }
    }

    #[test]
    fn numbers_that_are_criteria() {
        let criterion = |id: &str| Some(NUMBER.as_ref()?.captures(id)?.get(1)?.as_str().to_owned());
        assert_eq!(criterion("CC6.2.10").as_deref(), Some("CC6.2"));
        assert_eq!(criterion("CC6.2a").as_deref(), Some("CC6.2"));
        assert_eq!(criterion("A1.2-01").as_deref(), Some("A1.2"));
        for other in ["AC-01", "CC6", "6.2.1", "CC6.2.1.x y"] {
            assert_eq!(criterion(other), None, "{other}");
        }
    }
}
