//! The reference of the engagement folder, written from the field tables so that it cannot drift from the reader.

use std::fmt::Write as _;

use super::fields::{Kind, Record};
use super::schema;

/// Markdown tables of all records and their keys.
pub fn markdown() -> String {
    let mut text = String::new();
    for record in schema::all_records() {
        let title = if record.name == "engagement" { "engagement.toml, top level" } else { record.name };
        let _ = write!(text, "### {title}\n\n{}\n\n", record.doc);
        keys(&mut text, record);
        text.push('\n');
        if schema::TABLES.iter().any(|r| r.name == record.name) {
            heads(&mut text, record);
        }
    }
    text.trim_end().to_owned() + "\n"
}

/// The same for the plan of a batch.
pub fn plan() -> String {
    let mut text = String::new();
    keys(&mut text, &schema::JOBS);
    text.push('\n');
    heads(&mut text, &schema::JOBS);
    text.trim_end().to_owned() + "\n"
}

fn keys(text: &mut String, record: &Record) {
    if record.fields.iter().any(|f| !matches!(f.kind, Kind::Records(_))) {
        text.push_str("| key | holds | meaning |\n|---|---|---|\n");
    }
    for field in record.fields {
        if matches!(field.kind, Kind::Records(_)) && record.name == "engagement" {
            continue;
        }
        let required = if field.required { ", required" } else { "" };
        let _ = writeln!(text, "| `{}` | {}{required} | {} |", field.name, field.kind.wanted(), field.doc);
    }
}

/// Column names that a sheet may use instead of the keys.
fn heads(text: &mut String, record: &Record) {
    let other: Vec<_> = record.fields.iter().filter(|f| !f.heads.is_empty()).collect();
    if other.is_empty() {
        return;
    }
    text.push_str("In a sheet these column names, in any case and punctuation, are read as well: ");
    let names: Vec<_> = other.iter().map(|f| format!("{} as `{}`", f.heads.join(", "), f.name)).collect();
    let _ = write!(text, "{}.\n\n", names.join("; "));
}
