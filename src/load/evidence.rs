//! Evidence that is named by a pattern, or by the folder it lies in: each file becomes an exhibit of its own.
//!
//! `file = "logs/2025-*.csv"` of row E-07 gives E-07.1, E-07.2 ... in the natural order of the paths; with
//! `[evidence_collection] by_folder = true` the files below `evidence/AC-07/` give AC-07.1, AC-07.2 ... Whoever cites E-07
//! cites all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization as _;

use super::decode::{Decoder, Row};
use super::fields::nearest;
use super::folder::Folder;
use super::records::unique;
use super::rules;
use super::schema;
use crate::diagnostics::{Diagnostic, Located, Severity};
use crate::model::{Control, EvidenceItem, Id, natural_cmp};

const ROOT: &str = "evidence";
/// Longer patterns are none that a person wrote.
const LONGEST: usize = 500;
/// Names proposed where nothing matches.
const NEAR: usize = 3;

/// Rows that stand for several exhibits: their ids, and those of the exhibits.
pub type Groups = Vec<(Id, Vec<Id>)>;

/// Puts the files in the place of the rows that are patterns, and adds those that are taken by their folders.
pub fn expand(
    d: &mut Decoder,
    folder: &Folder,
    items: Vec<EvidenceItem>,
    collection: Option<&Row>,
    controls: &[Control],
) -> (Vec<EvidenceItem>, Groups) {
    let by_folder = collection.and_then(|table| d.flag(table, "by_folder")).filter(|flag| flag.value);
    let has_patterns = items.iter().any(|item| is_pattern(&item.file));
    if !has_patterns && by_folder.is_none() {
        return (items, Groups::new());
    }
    let files = Files::below(folder);
    let mut groups = Groups::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut expanded = Vec::new();
    for item in items {
        if !is_pattern(&item.file) || files.has(&item.file) {
            named.insert(normal(&item.file));
            expanded.push(item);
            continue;
        }
        let Some(matching) = Pattern::new(&item.file) else {
            // A path that leaves the folder is told when the file is looked for.
            expanded.push(item);
            continue;
        };
        if let Some(hash) = &item.sha256 {
            d.report(
                Diagnostic::new(
                    &rules::WRONG_VALUE,
                    format!("one `sha256` for the files of the pattern `{}`", item.file),
                )
                .at(&hash.origin)
                .help("remove it, or give each file a row of its own"),
            );
        }
        let found: Vec<&str> = files.paths.iter().map(String::as_str).filter(|path| matching.fits(path)).collect();
        if found.is_empty() {
            // Whoever cites it is told nothing more.
            groups.push((item.id.value.clone(), Vec::new()));
            d.report(no_match(&item, &files));
            continue;
        }
        named.extend(found.iter().map(|path| normal(path)));
        let members = numbered(&item.id.value, &found);
        groups.push((item.id.value.clone(), members.iter().map(|(id, _)| id.clone()).collect()));
        expanded.extend(members.into_iter().map(|(id, path)| EvidenceItem {
            id: Located::new(id, item.id.origin.clone()),
            file: Located::new(path, item.file.origin.clone()),
            sha256: None,
            ..item.clone()
        }));
    }
    if let (Some(flag), Some(table)) = (by_folder, collection) {
        let left = files.paths.iter().map(String::as_str).filter(|path| !named.contains(&normal(path)));
        let (items, more) = of_folders(d, table, &flag, left.collect(), controls);
        // An id of the index comes first.
        let rows: BTreeSet<String> = expanded.iter().map(|item| item.id.clash_key()).collect();
        groups.extend(more.into_iter().filter(|(group, _)| !rows.contains(&group.clash_key())));
        expanded.extend(items);
    }
    unique(d, schema::EVIDENCE.one, expanded.iter().map(|item| &item.id));
    (expanded, groups)
}

/// `E-07.1`, `E-07.2` ...
fn numbered(id: &Id, paths: &[&str]) -> Vec<(Id, String)> {
    (1..).zip(paths).map(|(number, path)| (Id::new(format!("{id}.{number}")), (*path).to_owned())).collect()
}

/// The files in folders that are named like controls.
fn of_folders(
    d: &mut Decoder,
    table: &Row,
    flag: &Located<bool>,
    paths: Vec<&str>,
    controls: &[Control],
) -> (Vec<EvidenceItem>, Groups) {
    let mut by_control: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for path in paths {
        let Some((folder, _)) = path.split_once('/') else { continue };
        match control_of(folder, controls) {
            Some(control) => by_control.entry(control).or_default().push(path),
            None => {
                unknown.insert(folder);
            }
        }
    }
    for folder in unknown {
        // Folders of files that nobody named are told when the evidence is collected; here only what may be a slip.
        if let Some(near) = nearest(folder, controls.iter().map(|control| control.id.as_str())) {
            d.report(
                Diagnostic::new(
                    &rules::UNKNOWN_REFERENCE,
                    format!("no control is named like the folder `{ROOT}/{folder}`"),
                )
                .severity(Severity::Warning)
                .at(&flag.origin)
                .help(format!("did you mean `{near}`?")),
            );
        }
    }
    let (source, collected_by) = (d.text(table, "source"), d.text(table, "collected_by"));
    let (collected_on, confidentiality) = (d.date(table, "collected_on"), d.choice(table, "confidentiality"));
    let (mut items, mut groups) = (Vec::new(), Groups::new());
    for (control, paths) in by_control {
        let control = &controls[control].id.value;
        let members = numbered(control, &paths);
        groups.push((control.clone(), members.iter().map(|(id, _)| id.clone()).collect()));
        items.extend(members.into_iter().map(|(id, path)| EvidenceItem {
            id: Located::new(id, flag.origin.clone()),
            file: Located::new(path, flag.origin.clone()),
            title: None,
            tests: Vec::new(),
            controls: vec![Located::new(control.clone(), flag.origin.clone())],
            source: source.clone(),
            collected_by: collected_by.clone(),
            collected_on: collected_on.clone(),
            covers_from: None,
            covers_to: None,
            confidentiality: confidentiality.clone(),
            sha256: None,
            origin: flag.origin.clone(),
        }));
    }
    (items, groups)
}

/// The control that a folder is named like: in any case, and with any sign or none where the id has a sign, since not every
/// system takes every sign. Nothing where two controls would fit.
fn control_of(folder: &str, controls: &[Control]) -> Option<usize> {
    let plain =
        |text: &str| text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let key = Id::new(folder).clash_key();
    let of_key = controls.iter().position(|control| control.id.clash_key() == key);
    of_key.or_else(|| {
        let wanted = plain(folder);
        let mut fitting = controls.iter().enumerate().filter(|(_, control)| plain(control.id.as_str()) == wanted);
        match (fitting.next(), fitting.next()) {
            (Some((only, _)), None) if !wanted.is_empty() => Some(only),
            _ => None,
        }
    })
}

fn no_match(item: &EvidenceItem, files: &Files) -> Diagnostic {
    let near: Vec<String> = files.near(&item.file).iter().map(|path| format!("`{path}`")).collect();
    let finding = Diagnostic::new(
        &rules::EVIDENCE_PATTERN,
        format!("the pattern of evidence {}, `{}`, matches no file below `{ROOT}/`", item.id, item.file),
    )
    .at(&item.file.origin);
    match near.as_slice() {
        [] => {
            finding.help("put the files there, or correct the pattern: `*` stays in its folder, `**/` is any folders")
        }
        _ => finding.help(format!("there is {}", near.join(", "))),
    }
}

/// The files below `evidence/`, in natural order. Folders that are links are not entered.
struct Files {
    paths: Vec<String>,
    known: HashMap<String, usize>,
}

impl Files {
    fn below(folder: &Folder) -> Self {
        let mut paths = folder.files_below(ROOT);
        paths.sort_by(|a, b| natural_cmp(a, b).then_with(|| a.cmp(b)));
        let known = paths.iter().enumerate().map(|(at, path)| (normal(path), at)).collect();
        Self { paths, known }
    }

    fn has(&self, path: &str) -> bool {
        self.known.contains_key(&normal(path))
    }

    /// What may have been meant: files that match in another case, else those that are most alike.
    fn near(&self, pattern: &str) -> Vec<&str> {
        let any_case = Pattern::of(pattern, true);
        let paths = self.paths.iter().map(String::as_str);
        let fitting: Vec<&str> =
            paths.clone().filter(|path| any_case.as_ref().is_some_and(|any| any.fits(path))).take(NEAR).collect();
        if !fitting.is_empty() {
            return fitting;
        }
        let wanted = pattern.replace(['*', '?', '[', ']'], "").to_lowercase();
        let mut alike: Vec<(f64, &str)> = paths
            .take(2000)
            .map(|path| (strsim::jaro_winkler(&path.to_lowercase(), &wanted), path))
            .filter(|(score, _)| *score > 0.75)
            .collect();
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        alike.into_iter().take(NEAR).map(|(_, path)| path).collect()
    }
}

/// A path in one Unicode form, without what says nothing.
fn normal(path: &str) -> String {
    let path: String = path.nfc().collect();
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?']) || (path.contains('[') && path.contains(']'))
}

/// `*` and `?` stay in their folder, `**` is any folders, `[a-z]` one of some characters, `[!a-z]` none of them.
struct Pattern {
    regex: Regex,
    hidden: bool,
}

impl Pattern {
    fn new(written: &str) -> Option<Self> {
        Self::of(written, false)
    }

    /// None for what no pattern can be: a path that leaves the folder, or one without end.
    fn of(written: &str, any_case: bool) -> Option<Self> {
        let is_absolute = written.starts_with('/') || written.contains(['\\', '\0']) || written.contains("://");
        let path = normal(written);
        if is_absolute || path.len() > LONGEST || path.split('/').any(|part| part == "..") {
            return None;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let mut text = String::from("^");
        for (at, part) in parts.iter().enumerate() {
            let is_last = at + 1 == parts.len();
            match (*part, is_last) {
                ("**", true) => text.push_str(".+"),
                ("**", false) => text.push_str("(?:[^/]+/)*"),
                _ => {
                    push_part(&mut text, part);
                    text.push_str(if is_last { "" } else { "/" });
                }
            }
        }
        text.push('$');
        let regex = RegexBuilder::new(&text).case_insensitive(any_case).dot_matches_new_line(true).build().ok()?;
        Some(Self { regex, hidden: parts.iter().any(|part| part.starts_with('.')) })
    }

    fn fits(&self, path: &str) -> bool {
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        (self.hidden || !is_hidden) && self.regex.is_match(&normal(path))
    }
}

fn push_part(text: &mut String, part: &str) {
    let mut rest = part;
    while let Some(sign) = rest.chars().next() {
        let after = &rest[sign.len_utf8()..];
        rest = match (sign, set(after)) {
            ('*', _) => {
                text.push_str("[^/]*");
                after
            }
            ('?', _) => {
                text.push_str("[^/]");
                after
            }
            ('[', Some((class, after))) => {
                text.push_str(&class);
                after
            }
            _ => {
                text.push_str(&regex::escape(&rest[..sign.len_utf8()]));
                after
            }
        };
    }
}

/// The class of characters that a `[` begins, as a regular expression, and what follows it.
fn set(after: &str) -> Option<(String, &str)> {
    let (inner, rest) = after.split_at(after.char_indices().skip(1).find(|(_, c)| *c == ']')?.0);
    let (negated, inner) = match inner.strip_prefix(['!', '^']) {
        Some(inner) => ("^/", inner),
        None => ("", inner),
    };
    let escaped: String =
        inner.chars().map(|c| if c == '-' { "-".to_owned() } else { regex::escape(&c.to_string()) }).collect();
    (!inner.is_empty()).then(|| (format!("[{negated}{escaped}]"), &rest[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stay_in_their_folders() {
        let fits = |pattern: &str, path: &str| Pattern::new(pattern).expect("a pattern").fits(path);
        for (pattern, yes, no) in [
            ("logs/2025-*.csv", "logs/2025-01.csv", "logs/q1/2025-01.csv"),
            ("logs/2025-*.csv", "logs/2025-.csv", "logs/2025-01.csv.bak"),
            ("*.txt", "a.txt", "b/a.txt"),
            ("**/*.txt", "b/c/a.txt", "b/c/a.csv"),
            ("**/*.txt", "a.txt", ".hidden/a.txt"),
            ("logs/**", "logs/a/b.csv", "log/a.csv"),
            ("q?/users.csv", "q1/users.csv", "q12/users.csv"),
            ("q[1-3].csv", "q2.csv", "q4.csv"),
            ("q[!1-3].csv", "q4.csv", "q2.csv"),
            ("a+(b).*", "a+(b).txt", "aab.txt"),
            ("Pru\u{308}f*.pdf", "Prüfung.pdf", "Pruefung.pdf"),
            ("./logs//*.csv", "logs/a.csv", "logs/.a.csv"),
            ("*[1", "x[1", "x1"),
        ] {
            assert!(fits(pattern, yes), "{pattern} {yes}");
            assert!(!fits(pattern, no), "{pattern} {no}");
        }
        for outside in ["../*.csv", "a/../../*.csv", "/etc/*", r"a\*.csv", "https://example.com/*"] {
            assert!(Pattern::new(outside).is_none(), "{outside}");
        }
        // Hard for those who try every way.
        assert!(!fits(&("*a".repeat(100) + "b"), &"a".repeat(2000)));
    }
}
