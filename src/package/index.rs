//! The indexes that people open: `index.html`, which works offline, and `index.csv` for spreadsheets.

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::exhibit::{Exhibit, Exhibits};
use super::facts::{PackageFacts, ReportFile};
use super::manifest::SetView;
use crate::model::{Confidentiality, Date, Id, natural_cmp};

const PAGE: &str = include_str!("index.html.j2");
const STYLE: &str = include_str!("index.css");
const SCRIPT: &str = include_str!("index.js");

/// The page. Every value is escaped by the template engine, and the page's own policy lets no other script or style run
/// than the two written here.
pub(super) fn page(
    exhibits: &Exhibits,
    facts: &PackageFacts,
    reports: &[ReportFile],
    sums_sha256: &str,
    set: Option<&SetView>,
) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("index.html", PAGE)?;
    environment.get_template("index.html")?.render(minijinja::value::Serde(PageView {
        style: STYLE,
        style_hash: policy_hash(STYLE),
        script: SCRIPT,
        script_hash: policy_hash(SCRIPT),
        generator: &facts.generator,
        service_organization: &facts.service_organization,
        system: &facts.system,
        report: &facts.report,
        covers: &facts.covers,
        total_files: exhibits.files().count(),
        total_size: size(exhibits.total_bytes()),
        sums_sha256,
        set,
        reports,
        exhibits: exhibits.items.iter().map(RowView::new).collect(),
        controls: by_control(exhibits),
    }))
}

#[derive(Serialize)]
struct PageView<'a> {
    style: &'a str,
    style_hash: String,
    script: &'a str,
    script_hash: String,
    generator: &'a str,
    service_organization: &'a str,
    system: &'a str,
    report: &'a str,
    covers: &'a str,
    total_files: usize,
    total_size: String,
    sums_sha256: &'a str,
    set: Option<&'a SetView>,
    reports: &'a [ReportFile],
    exhibits: Vec<RowView<'a>>,
    controls: Vec<ControlView<'a>>,
}

#[derive(Serialize)]
struct RowView<'a> {
    id: &'a str,
    title: Option<&'a str>,
    name: &'a str,
    href: String,
    /// Where it is not the name in the archive.
    original: Option<&'a str>,
    size: String,
    media_type: &'a str,
    sha256: &'a str,
    controls: Vec<&'a str>,
    tests: Vec<&'a str>,
    source: &'a str,
    collected: String,
    covers: String,
    confidentiality: Option<&'static str>,
    same_as: Option<&'a str>,
}

#[derive(Serialize)]
struct ControlView<'a> {
    /// None for the exhibits that no control is named for.
    id: Option<&'a str>,
    /// Positions in the list of exhibits.
    exhibits: Vec<usize>,
}

impl<'a> RowView<'a> {
    fn new(exhibit: &'a Exhibit) -> Self {
        let name = exhibit.archive_path.rsplit('/').next().unwrap_or(&exhibit.archive_path);
        Self {
            id: exhibit.id.as_str(),
            title: exhibit.title.as_deref(),
            name,
            href: href(&exhibit.archive_path),
            original: (exhibit.file_name() != name).then(|| exhibit.file_name()),
            size: size(exhibit.bytes),
            media_type: exhibit.media_type,
            sha256: &exhibit.sha256,
            controls: exhibit.controls.iter().map(Id::as_str).collect(),
            tests: exhibit.tests.iter().map(Id::as_str).collect(),
            source: exhibit.source.as_deref().unwrap_or_default(),
            collected: joined([exhibit.collected_on.map(|date| date.to_string()), exhibit.collected_by.clone()], ", "),
            covers: covers(exhibit.covers_from, exhibit.covers_to),
            confidentiality: exhibit.confidentiality.map(confidentiality),
            same_as: exhibit.same_as.as_ref().map(Id::as_str),
        }
    }
}

/// Exhibits under each of their controls, those without one at the end.
fn by_control(exhibits: &Exhibits) -> Vec<ControlView<'_>> {
    let mut controls: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut without = Vec::new();
    for (index, exhibit) in exhibits.items.iter().enumerate() {
        for control in &exhibit.controls {
            controls.entry(control.as_str()).or_default().push(index);
        }
        if exhibit.controls.is_empty() {
            without.push(index);
        }
    }
    let mut list: Vec<_> = controls.into_iter().map(|(id, exhibits)| ControlView { id: Some(id), exhibits }).collect();
    list.sort_by(|a, b| natural_cmp(a.id.unwrap_or_default(), b.id.unwrap_or_default()));
    if !without.is_empty() {
        list.push(ControlView { id: None, exhibits: without });
    }
    list
}

const COLUMNS: [&str; 16] = [
    "exhibit",
    "title",
    "path",
    "original_path",
    "sha256",
    "bytes",
    "media_type",
    "controls",
    "tests",
    "source",
    "collected_by",
    "collected_on",
    "covers_from",
    "covers_to",
    "confidentiality",
    "same_as",
];

/// The table as in RFC 4180, one row for each exhibit, in UTF-8 with the mark that tells Excel so.
pub(super) fn table(exhibits: &Exhibits) -> String {
    let mut text = String::from("\u{FEFF}");
    push_row(&mut text, COLUMNS.map(str::to_owned));
    for e in &exhibits.items {
        let date = |date: Option<Date>| date.map(|d| d.to_string()).unwrap_or_default();
        let text_of = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = [
            e.id.to_string(),
            text_of(&e.title),
            e.archive_path.clone(),
            e.original_path.clone(),
            e.sha256.clone(),
            e.bytes.to_string(),
            e.media_type.to_owned(),
            joined(e.controls.iter().map(|id| Some(id.to_string())), "; "),
            joined(e.tests.iter().map(|id| Some(id.to_string())), "; "),
            text_of(&e.source),
            text_of(&e.collected_by),
            date(e.collected_on),
            date(e.covers_from),
            date(e.covers_to),
            e.confidentiality.map(confidentiality).unwrap_or_default().to_owned(),
            e.same_as.as_ref().map(ToString::to_string).unwrap_or_default(),
        ];
        push_row(&mut text, row.map(|cell| neutral(&cell)));
    }
    text
}

fn push_row(text: &mut String, cells: [String; COLUMNS.len()]) {
    let quoted = cells.map(|cell| {
        if cell.contains([',', ';', '"', '\t', '\r', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    text.push_str(&quoted.join(","));
    text.push_str("\r\n");
}

/// Text that no spreadsheet takes for a formula: an apostrophe goes before what would begin one. That holds after a
/// separator within the cell too, since a program that expects another separator splits there. The manifest has the
/// text as it was.
pub fn neutral(cell: &str) -> String {
    let mut result = String::with_capacity(cell.len());
    let mut at_start = true;
    for c in cell.chars() {
        if at_start && matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') {
            result.push('\'');
        }
        if result.is_empty() && matches!(c, '\t' | '\r') {
            result.push('\'');
        }
        at_start = matches!(c, ';' | '\t' | '\r' | '\n') || (at_start && (c.is_whitespace() || c == '"'));
        result.push(c);
    }
    result
}

/// A relative link: UTF-8, everything encoded but what RFC 3986 leaves unreserved, and the slashes.
fn href(path: &str) -> String {
    let mut link = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            link.push(byte as char);
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    link
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    if bytes == 1 {
        return "1 byte".to_owned();
    }
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1000.0, unit + 1);
    }
    let decimals = usize::from(unit > 0 && value < 99.95);
    format!("{value:.decimals$} {}", UNITS[unit])
}

fn covers(from: Option<Date>, to: Option<Date>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (None, None) => String::new(),
    }
}

fn confidentiality(level: Confidentiality) -> &'static str {
    match level {
        Confidentiality::Internal => "internal",
        Confidentiality::Confidential => "confidential",
        Confidentiality::Restricted => "restricted",
    }
}

fn joined(parts: impl IntoIterator<Item = Option<String>>, separator: &str) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(separator)
}

/// How a page's content security policy names a script or style that may be used: `sha256-` and the hash in base 64.
fn policy_hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::from("sha256-");
    for group in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]);
            encoded.push(if place <= group.len() { digit } else { '=' });
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised() {
        for (cell, safe) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            (" =1", " '=1"),
            ("＝1", "'＝1"),
            ("a;=1", "a;'=1"),
            ("LA-01; LA-02", "LA-01; LA-02"),
            ("a = b", "a = b"),
            ("", ""),
        ] {
            assert_eq!(neutral(cell), safe, "{cell:?}");
        }
    }

    #[test]
    fn links_are_percent_encoded() {
        assert_eq!(href("exhibits/E-1/a b.txt"), "exhibits/E-1/a%20b.txt");
        assert_eq!(href("ü#%\"'&"), "%C3%BC%23%25%22%27%26");
        assert_eq!(href("監"), "%E7%9B%A3");
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (123_456, "123 kB"),
            (999_999, "1.0 MB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(size(u64::MAX), "18446744 TB");
    }

    #[test]
    fn policy_hashes_are_base_64() {
        // printf alert | openssl dgst -sha256 -binary | base64
        assert_eq!(policy_hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(policy_hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
