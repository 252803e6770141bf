//! Sheets, whatever they were read from: their rows as records of one table, or of several that share them.

use std::collections::HashMap;
use std::sync::Arc;

use super::fields::{Kind, Record, head_key, nearest};
use super::heads::{ABOUT_ROWS, Columns, Heads, INCLUDE, RETIRED, repeats};
use super::rich::{self, Run};
use super::rows::{self, Kept};
use super::rules;
use super::schema;
use super::test_rows;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin, Place, Source};

/// An id of so many words is an explanation of the column.
const EXPLAINING_WORDS: usize = 4;

/// A sheet: its rows, each with its cells that are not empty, by column.
pub struct Sheet {
    pub rows: Vec<Vec<(usize, Cell)>>,
    pub source: Arc<Source>,
    /// Ranges of columns that cannot be seen.
    pub hidden_columns: Vec<(usize, usize)>,
    /// What its columns that are not used seem to hold: codes of another standard.
    pub other_standard: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub text: Arc<str>,
    pub origin: Origin,
    /// What is more to it than a text; most cells have nothing.
    pub more: Option<Box<More>>,
}

#[derive(Debug, Clone, Default)]
pub struct More {
    /// What it is, if more is known than its text.
    pub value: Option<Value>,
    /// The text is struck through.
    pub struck: bool,
    /// The parts of the text that differ in form.
    pub runs: Option<Box<[Run]>>,
    /// Where the formula of the cell leads.
    pub link: Option<String>,
    /// Why it has no text.
    pub trouble: Option<Diagnostic>,
}

impl More {
    pub fn boxed(self) -> Option<Box<Self>> {
        let any = self.value.is_some() || self.struck || self.runs.is_some() || self.link.is_some();
        (any || self.trouble.is_some()).then(|| Box::new(self))
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.trouble().is_none()
    }

    fn trouble(&self) -> Option<&Diagnostic> {
        self.more.as_ref()?.trouble.as_ref()
    }

    /// The text that is struck through, if any of it is.
    fn struck(&self) -> Option<String> {
        let more = self.more.as_ref()?;
        if more.struck {
            return Some(self.text.to_string());
        }
        let struck: String = more.runs.iter().flatten().filter(|run| run.struck).map(|run| run.text.as_str()).collect();
        (!struck.trim().is_empty()).then_some(struck)
    }
}

/// A table that a sheet holds, as far as it is read.
struct Part {
    record: &'static Record,
    heads: Heads,
    raws: Vec<Raw>,
}

impl Sheet {
    pub fn new(rows: Vec<Vec<(usize, Cell)>>, source: &Arc<Source>, hidden_columns: Vec<(usize, usize)>) -> Self {
        Self { rows, source: source.clone(), hidden_columns, other_standard: None }
    }

    /// Heads and cells as text, for a file of which nothing is known.
    pub fn texts(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let width = self.rows.iter().flatten().map(|(column, _)| column + 1).max().unwrap_or(0);
        let mut rows = self.rows.iter().map(|row| {
            let mut texts = vec![String::new(); width];
            for (column, cell) in row {
                texts[*column] = cell.text.to_string();
            }
            texts
        });
        (rows.next().unwrap_or_default(), rows.collect())
    }

    /// How many fields of a record its heads name.
    pub fn fits(&self, record: &'static Record, columns: &Columns) -> usize {
        Heads::find(self, record, columns).map_or(0, |heads| heads.known())
    }

    /// Whether its heads name all these fields, and there is a row below them.
    pub fn has(&self, record: &'static Record, columns: &Columns, fields: &[&str]) -> bool {
        Heads::find(self, record, columns)
            .is_some_and(|heads| fields.iter().all(|name| heads.has(name)) && heads.first_row < self.rows.len())
    }

    /// Its columns by their heads, each with the field that it holds.
    pub fn mapping(&self, record: &'static Record, columns: &Columns) -> Vec<(String, Option<&'static str>)> {
        let heads = Heads::find(self, record, columns).map(|heads| heads.columns).unwrap_or_default();
        let named = heads.into_values().map(|head| (flat(&head.cell.text), head.field));
        named.filter(|(text, _)| !text.is_empty()).collect()
    }

    /// Whether most cells of a field are sentences, rather than names or numbers.
    pub fn has_sentences(&self, record: &'static Record, columns: &Columns, field: &str) -> bool {
        let Some(heads) = Heads::find(self, record, columns) else { return false };
        let of_field = |column: &usize| heads.columns.get(column).is_some_and(|head| head.field == Some(field));
        let cells = self.rows.iter().skip(heads.first_row).flatten().filter(|(column, _)| of_field(column));
        let (mut all, mut sentences) = (0, 0);
        for (_, cell) in cells {
            all += 1;
            sentences += usize::from(cell.text.split_whitespace().count() >= 3);
        }
        sentences * 2 > all
    }

    /// The rows as records. Columns that are not known, heads that are repeated, rows that explain or give an example are
    /// findings.
    pub fn records(self, record: &'static Record, columns: &Columns, findings: &mut Findings) -> Vec<Raw> {
        let Some(heads) = Heads::find(&self, record, columns) else { return Vec::new() };
        let part = Part { record, heads, raws: Vec::new() };
        self.read(vec![part], findings).pop().unwrap_or_default()
    }

    /// The rows of a sheet in which each has a control and its test, and the response to what was found: controls, tests
    /// and exceptions.
    pub fn combined(
        self,
        controls: &Columns,
        tests: &Columns,
        with_exceptions: bool,
        findings: &mut Findings,
    ) -> [Vec<Raw>; 3] {
        let find = |record, columns| Heads::find(&self, record, columns);
        let (Some(first), Some(mut second)) = (find(&schema::CONTROLS, controls), find(&schema::TESTS, tests)) else {
            return Default::default();
        };
        second.share_controls(&first);
        let row = first.first_row.max(second.first_row);
        let none = Columns::new();
        // Heads of responses stand in the row of the others: a row of data may name an exception.
        let third = find(&schema::EXCEPTIONS, &none).filter(|heads| with_exceptions && heads.first_row == row);
        let third = third.map(|heads| heads.only(|field| field.starts_with("response")));
        let parts = [(&schema::CONTROLS, Some(first)), (&schema::TESTS, Some(second)), (&schema::EXCEPTIONS, third)];
        let parts = parts.into_iter().filter_map(|(record, heads)| {
            let heads = Heads { first_row: row, ..heads? };
            Some(Part { record, heads, raws: Vec::new() })
        });
        let mut read = self.read(parts.collect(), findings).into_iter();
        let mut next = || read.next().unwrap_or_default();
        [next(), next(), next()]
    }

    fn read(mut self, mut parts: Vec<Part>, findings: &mut Findings) -> Vec<Vec<Raw>> {
        let first_row = parts.iter().map(|part| part.heads.first_row).max().unwrap_or(0);
        self.unused(&parts, findings);
        let mut kept = Kept::default();
        let rows = self.rows.split_off(first_row.min(self.rows.len()));
        for (nth, row) in rows.into_iter().enumerate() {
            let origin = place_of(&row, &self.source);
            let row: Vec<(usize, Cell)> = row.into_iter().filter(|(_, cell)| !cell.is_empty()).collect();
            if !row.is_empty() {
                self.row(&row, origin, nth == 0, &mut parts, &mut kept, findings);
            }
        }
        self.finish(parts, &kept, findings)
    }

    /// Reads a row into the records of all parts.
    fn row(
        &self,
        row: &[(usize, Cell)],
        origin: Origin,
        is_first: bool,
        parts: &mut [Part],
        kept: &mut Kept,
        findings: &mut Findings,
    ) {
        let skipped = |why: &str, at: &Origin| Diagnostic::new(&rules::ROW_SKIPPED, format!("this row {why}")).at(at);
        if parts.iter().any(|part| repeats(row, &part.heads.columns)) {
            findings.push(skipped("repeats the heads, so it is not used", &origin));
            return;
        }
        let of_controls = parts[0].record.name == schema::CONTROLS.name;
        if of_controls || parts[0].record.name == schema::TESTS.name {
            let id_column = |column: usize| parts[0].heads.columns.get(&column).is_some_and(|h| h.field == Some("id"));
            if let Some(cell) = rows::only_cell(row) {
                let bare_id = of_controls && parts[0].heads.has("criteria") && row.len() == 1 && id_column(row[0].0);
                if let Some(band) = rows::Band::read(cell, bare_id) {
                    let has_column = parts[0].heads.has("criteria");
                    findings.push(band.note(of_controls && !has_column).at(&cell.origin));
                    kept.band = (of_controls && !has_column).then_some(band.criteria);
                    kept.bands |= of_controls && !has_column;
                    return;
                }
                if row.len() > 2 {
                    findings.push(skipped("is a title, so it is not used", &cell.origin));
                    return;
                }
            }
        }
        let mut found: Vec<Vec<Entry>> = Vec::with_capacity(parts.len());
        let mut damaged = false;
        for (nth, part) in parts.iter().enumerate() {
            found.push(self.entries(part, row, nth == 0, &mut damaged, findings));
        }
        if nth_says(row, parts, INCLUDE) == Some(false) {
            findings.push(skipped("is left out, as its column says", &origin));
            return;
        }
        if found.iter().all(Vec::is_empty) && !damaged {
            return;
        }
        if let Some(problem) =
            found.iter().zip(parts.iter()).find_map(|(entries, part)| not_a_record(entries, part.record, is_first))
        {
            findings.push(problem);
            return;
        }
        self.struck(row, parts, findings);
        if nth_says(row, parts, RETIRED) == Some(true) {
            findings.push(
                Diagnostic::new(&rules::STRUCK_ROW, "this row is marked as retired, and is used all the same")
                    .at(&origin)
                    .help("remove the row, or the mark"),
            );
        }
        if !damaged && self.continues(&found, parts, findings) {
            return;
        }
        kept.add(&mut found, parts.iter().map(|part| (part.record, &part.heads, part.raws.last())), findings);
        for (entries, part) in found.into_iter().zip(parts) {
            if !entries.is_empty() {
                let origin = origin.clone();
                part.raws.push(Raw { entries, origin, sheet: true, damaged, without_column: Vec::new() });
            }
        }
    }

    /// A row that has nothing but texts which the row above has too goes on where these end.
    fn continues(&self, found: &[Vec<Entry>], parts: &mut [Part], findings: &mut Findings) -> bool {
        let goes_on = found.iter().zip(parts.iter()).all(|(entries, part)| {
            let is_prose = |name: &str| part.record.field(name).is_some_and(|f| matches!(f.kind, Kind::Prose));
            let others = part.record.fields.iter().any(|f| f.required && !is_prose(f.name));
            entries.is_empty() || (others && entries.iter().all(|entry| is_prose(&entry.key)) && !part.raws.is_empty())
        });
        if !goes_on || found.iter().all(Vec::is_empty) {
            return false;
        }
        for (entries, part) in found.iter().zip(parts) {
            let Some(above) = part.raws.last_mut() else { continue };
            for entry in entries {
                let id = above.text("id").or_else(|| above.text("control")).unwrap_or("the row above").to_owned();
                match above.entries.iter_mut().find(|e| e.key == entry.key) {
                    // Cells that are merged over rows are one cell.
                    Some(before) if before.node.origin.place == entry.node.origin.place => continue,
                    Some(before) => {
                        if let (Value::Text(text), Value::Text(more)) = (&mut before.node.value, &entry.node.value) {
                            text.push('\n');
                            text.push_str(more);
                        }
                    }
                    None => above.entries.push(entry.clone()),
                }
                findings.push(
                    Diagnostic::new(
                        &rules::ROWS_JOINED,
                        format!("this text goes on from `{}` in the row above", short(&id)),
                    )
                    .at(&entry.node.origin),
                );
            }
        }
        true
    }

    /// Whatever is struck through under the heads of fields.
    fn struck(&self, row: &[(usize, Cell)], parts: &[Part], findings: &mut Findings) {
        let is_used =
            |column: &usize| parts.iter().any(|p| p.heads.columns.get(column).is_some_and(|h| h.field.is_some()));
        let mut struck = row.iter().filter(|(column, _)| is_used(column)).filter_map(|(_, c)| Some((c, c.struck()?)));
        if let Some((cell, text)) = struck.next() {
            findings.push(
                Diagnostic::new(
                    &rules::STRUCK_ROW,
                    format!("`{}` is struck through, and is used all the same", short(&text)),
                )
                .at(&cell.origin)
                .help("remove what is struck, or the strike"),
            );
        }
    }

    fn entries(
        &self,
        part: &Part,
        row: &[(usize, Cell)],
        is_first_part: bool,
        damaged: &mut bool,
        findings: &mut Findings,
    ) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut at: HashMap<&'static str, usize> = HashMap::new();
        for (column, cell) in row {
            let Some(head) = part.heads.columns.get(column).filter(|head| !head.cell.text.trim().is_empty()) else {
                if is_first_part {
                    findings.push(
                        Diagnostic::new(
                            &rules::CSV_COLUMNS,
                            "this cell stands under no column name, so it is not used",
                        )
                        .at(&cell.origin)
                        .help("put texts that hold the separator in quotes, or name the column"),
                    );
                }
                continue;
            };
            let Some(field) = head.field.filter(|field| !ABOUT_ROWS.contains(field)) else { continue };
            if let Some(trouble) = cell.trouble() {
                *damaged = true;
                findings.push(trouble.clone().at(&cell.origin));
                continue;
            }
            let kind = part.record.field(field).map_or(Kind::Text, |field| field.kind);
            let node = Node { value: value_of(cell, kind, &head.cell, findings), origin: cell.origin.clone() };
            // A list may stand in several columns, an item in each.
            let is_list = matches!(kind, Kind::Criteria | Kind::Ids | Kind::Texts | Kind::Choices(_));
            match at.get(field) {
                Some(position) if is_list => add_items(&mut entries[*position].node, node),
                _ => {
                    at.insert(field, entries.len());
                    entries.push(Entry { key: field.to_owned(), key_origin: head.cell.origin.clone(), node });
                }
            }
        }
        entries
    }

    /// What can be said only when all rows are known.
    fn finish(&self, parts: Vec<Part>, kept: &Kept, findings: &mut Findings) -> Vec<Vec<Raw>> {
        let is_combined = parts.len() > 1;
        let mut all: Vec<Vec<Raw>> = Vec::with_capacity(parts.len());
        for Part { record, heads, mut raws } in parts {
            let mut made: Vec<&str> = Vec::new();
            if record.name == schema::CONTROLS.name {
                raws = rows::join_controls(raws, is_combined, findings);
                let from_ids = !heads.has("criteria") && !kept.bands && rows::criteria_from_ids(&mut raws, findings);
                if kept.bands || from_ids {
                    made.push("criteria");
                }
            }
            if record.name == schema::TESTS.name && heads.has("control") {
                raws = test_rows::name_tests(raws, &heads, findings);
                made.push("id");
            }
            if record.name != schema::EXCEPTIONS.name || !is_combined {
                let missing = self.missing(record, &heads, &made, findings);
                for raw in &mut raws {
                    raw.without_column.clone_from(&missing);
                }
            }
            all.push(raws);
        }
        if let [_, tests, exceptions] = all.as_mut_slice() {
            *exceptions = test_rows::exceptions_of(tests, std::mem::take(exceptions), findings);
        }
        all
    }

    fn missing(
        &self,
        record: &'static Record,
        heads: &Heads,
        made: &[&str],
        findings: &mut Findings,
    ) -> Vec<&'static str> {
        let required = record.fields.iter().filter(|f| f.required).map(|f| f.name);
        let missing: Vec<&'static str> = required.filter(|name| !heads.has(name) && !made.contains(name)).collect();
        let cells: Vec<(usize, Cell)> = heads.columns.iter().map(|(n, head)| (*n, head.cell.clone())).collect();
        let at = place_of(&cells, &self.source);
        for name in &missing {
            let of_another = if *name == "criteria" { self.other_standard.as_deref() } else { None };
            let help = match of_another {
                Some(told) => format!("{told}; add a column that names the trust services criteria of each control"),
                None => format!("name the column so, or say in [columns.{}] which one it is", record.name),
            };
            findings.push(
                Diagnostic::new(&rules::MISSING_KEY, format!("the sheet has no column `{name}`")).at(&at).help(help),
            );
        }
        missing
    }

    /// Columns that nothing is made of: probably misspelt ones each, all others together.
    fn unused(&mut self, parts: &[Part], findings: &mut Findings) {
        let Some(first) = parts.first() else { return };
        let names: Vec<&str> = parts.iter().map(|part| part.record.name).collect();
        let tables = names.iter().take(2).map(|name| format!("[columns.{name}]")).collect::<Vec<_>>().join(" or ");
        let mut others = Vec::new();
        for (column, head) in &first.heads.columns {
            let used =
                parts.iter().any(|p| p.heads.columns.get(column).is_some_and(|h| h.field.is_some() || h.left_out));
            let text = flat(&head.cell.text);
            if used || text.is_empty() {
                continue;
            }
            let key = head_key(&text).replace(' ', "_");
            // A field that another column holds is not what is misspelt here.
            let missing = |p: &Part, name: &str| !p.heads.has(name);
            let fields = parts.iter().flat_map(|p| p.record.fields.iter().map(|f| f.name).filter(|f| missing(p, f)));
            match nearest(&key, fields) {
                Some(near) => findings.push(
                    Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown key `{text}` in {}", names[0]))
                        .at(&head.cell.origin)
                        .help(format!("did you mean `{near}`? Or say in [columns.{}]: \"{text}\" = \"\"", names[0])),
                ),
                None => others.push((*column, text, &head.cell.origin)),
            }
        }
        if let Some((_, _, at)) = others.first() {
            let list: Vec<String> = others.iter().map(|(_, text, _)| format!("`{}`", short(text))).collect();
            let what = if list.len() == 1 { "column is" } else { "columns are" };
            findings.push(
                Diagnostic::new(&rules::COLUMNS_UNUSED, format!("{} {what} not used: {}", list.len(), list.join(", ")))
                    .at(at)
                    .help(format!("nothing of them reaches an output; if one holds a field, say so in {tables}")),
            );
        }
        let hidden = |column: &usize| self.hidden_columns.iter().any(|(from, to)| (from..=to).contains(&column));
        let seen: Vec<_> = parts
            .iter()
            .flat_map(|part| &part.heads.columns)
            .filter(|(column, head)| head.field.is_some() && hidden(column))
            .collect();
        if let Some((_, head)) = seen.first() {
            let mut names: Vec<String> = seen.iter().map(|(_, head)| format!("`{}`", short(&head.cell.text))).collect();
            names.dedup();
            findings.push(
                Diagnostic::new(
                    &rules::HIDDEN,
                    format!("what stands in hidden columns is used all the same: {}", names.join(", ")),
                )
                .at(&head.cell.origin)
                .help("show them and look"),
            );
        }
        let unused: Vec<usize> = others.iter().map(|(column, ..)| *column).collect();
        self.other_standard = rows::other_standard(&self.rows[first.heads.first_row..], &unused, &first.heads);
    }
}

/// Adds what another column says to a list.
pub fn add_items(before: &mut Node, node: Node) {
    let added = match node.value {
        Value::List(items) => items,
        _ => vec![node],
    };
    before.value = match std::mem::replace(&mut before.value, Value::Flag(false)) {
        Value::List(mut items) => {
            items.extend(added);
            Value::List(items)
        }
        first => {
            let mut items = vec![Node { value: first, origin: before.origin.clone() }];
            items.extend(added);
            Value::List(items)
        }
    };
}

/// What a cell says to a field.
fn value_of(cell: &Cell, kind: Kind, head: &Cell, findings: &mut Findings) -> Value {
    let more = cell.more.as_deref();
    if let Some(link) = more.and_then(|more| more.link.as_ref()) {
        findings.push(
            Diagnostic::new(
                &rules::LINK_OF_CELL,
                format!("the formula of this cell leads to {link}; its text is used"),
            )
            .at(&cell.origin),
        );
    }
    // `Key control` under the head `Key control` means yes.
    if matches!(kind, Kind::Flag) && head_key(&cell.text) == head_key(&head.text) {
        return Value::Flag(true);
    }
    if matches!(kind, Kind::Date | Kind::Count | Kind::Id)
        && let Some(value) = more.and_then(|more| more.value.clone())
    {
        return value;
    }
    if matches!(kind, Kind::Prose) {
        if let Some(runs) = more.and_then(|more| more.runs.as_deref()) {
            return Value::Text(rich::markdown(runs));
        }
        if let Some(text) = rich::from_html(&cell.text) {
            findings.push(
                Diagnostic::new(&rules::HTML_IN_CELL, "this cell holds HTML; it is read as paragraphs and lists")
                    .at(&cell.origin),
            );
            return Value::Text(text);
        }
    }
    Value::Text(cell.text.to_string())
}

/// What a row says in a column about rows, if it has one.
fn nth_says(row: &[(usize, Cell)], parts: &[Part], what: &str) -> Option<bool> {
    let says = |(column, cell): &(usize, Cell)| {
        let is = parts.iter().any(|p| p.heads.columns.get(column).is_some_and(|head| head.field == Some(what)));
        is.then(|| rows::yes_or_no(&cell.text)).flatten()
    };
    row.iter().find_map(says)
}

/// Why a row with an id is no record: it explains the columns, or gives an example.
fn not_a_record(entries: &[Entry], record: &Record, is_first: bool) -> Option<Diagnostic> {
    let id = entries.iter().find(|e| e.key == "id")?;
    let Value::Text(text) = &id.node.value else { return None };
    let at = &id.node.origin;
    let skipped = |why: &str| Diagnostic::new(&rules::ROW_SKIPPED, format!("this row {why}, so it is not used")).at(at);
    if is_first && (text.split_whitespace().count() >= EXPLAINING_WORDS || text.trim_start().starts_with(['(', '<'])) {
        return Some(skipped("explains the heads"));
    }
    if entries.len() == 1 && record.fields.iter().filter(|f| f.required).count() > 1 {
        // A heading over a group of rows.
        let is_title = text.split_whitespace().count() >= EXPLAINING_WORDS;
        return is_title.then(|| skipped("has a title only").severity(crate::diagnostics::Severity::Warning));
    }
    rows::is_example(text, entries).then(|| {
        Diagnostic::new(&rules::EXAMPLE_ROW, format!("`{}` looks like an example row; it is not used", short(text)))
            .at(at)
            .help("remove the row, or give it an id of its own")
    })
}

/// The cells of a row together, as far as one place can hold them.
fn place_of(row: &[(usize, Cell)], source: &Arc<Source>) -> Origin {
    let Some((_, first)) = row.first() else { return Origin::file(source) };
    match (&first.origin.place, row.last().map(|(_, cell)| &cell.origin.place)) {
        (Place::Span(from), Some(Place::Span(to))) => Origin::span(source, from.start..to.end),
        _ => first.origin.clone(),
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn short(text: &str) -> String {
    let flat = flat(text);
    if flat.chars().count() > 40 { flat.chars().take(38).chain(['…']).collect() } else { flat }
}
