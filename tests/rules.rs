//! Every rule: a fault that it finds exactly once, at the right place, and something near it that it leaves alone.
//!
//! The cases stand in `tests/rules/`, one table for each rule. A rule without a case fails the test, unless it is named
//! here with the reason.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use support::{Engagement, Run, listed, socpress};

/// Rules for which no input of an engagement folder exists, and where they are tested.
const ELSEWHERE: &[(&str, &str)] = &[
    ("BLK-01", "about a plan: tests/bulk_plan.rs"),
    ("BLK-02", "about a plan: tests/bulk_plan.rs"),
    ("BLK-03", "about a plan: tests/bulk_plan.rs"),
    ("BLK-04", "about a plan: tests/bulk_plan.rs"),
    ("BLK-05", "about a plan: tests/bulk_plan.rs"),
    ("BLK-06", "about a plan: tests/bulk_plan.rs"),
    ("BLK-07", "needs a plan: tests/bulk_plan.rs"),
    ("BLK-08", "about a plan: tests/bulk_plan.rs"),
    ("BLK-09", "about a plan: tests/bulk_plan.rs"),
    ("EVD-10", "needs two folders: tests/compare.rs"),
    ("EVD-24", "needs an earlier package: tests/file_lock.rs"),
    ("EVD-11", "needs a file that changes during the build: src/package/tests/packing.rs"),
    ("EVD-30", "needs an option of the build: tests/packaging.rs"),
    ("TXT-09", "needs two folders: tests/compare.rs"),
    ("IMP-01", "needs another program's document: tests/import.rs"),
    ("IMP-02", "needs another program's file: tests/import.rs"),
    ("IMP-03", "needs an evidence export: tests/import.rs"),
    ("IMP-04", "needs another program's file: tests/import.rs"),
    ("INP-24", "needs a workbook: tests/workbooks.rs"),
    ("INP-25", "needs a workbook: tests/workbooks.rs"),
    ("INP-26", "needs a workbook: tests/workbooks.rs"),
    ("INP-40", "about a plan: tests/bulk_plan.rs"),
    ("INP-33", "needs a workbook: tests/cells.rs"),
    ("LAY-01", "needs thousands of words in one cell: tests/untrusted.rs"),
    ("LAY-02", "the layout gives way before texts overlap; unit tests of src/typeset/check.rs"),
    ("LAY-03", "TXT-29 finds such characters before; unit tests of src/typeset/check.rs"),
    ("LAY-04", "a fault of the templates"),
    ("LAY-05", "a fault of the templates"),
    ("LAY-06", "a fault of the templates"),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default = "type_2")]
    base: String,
    near_base: Option<String>,
    /// The document to build; `check` if not given.
    build: Option<String>,
    /// The rule is off by default.
    #[serde(default)]
    on: bool,
    wrong: Vec<Edit>,
    near: Vec<Edit>,
    /// File, and the marked text in it.
    at: Option<Vec<String>>,
}

fn type_2() -> String {
    "type-2".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// Replaces a text that stands in the file once, or everywhere with `all`.
    r#in: Option<String>,
    find: Option<String>,
    #[serde(default)]
    all: bool,
    /// Writes a file, or adds to its end; `#` is the number of the repetition.
    file: Option<String>,
    put: Option<String>,
    append: Option<String>,
    bytes: Option<Vec<u8>>,
    repeat: Option<usize>,
    /// Adds to the end of engagement.toml.
    add: Option<String>,
    topic: Option<String>,
    remove: Option<String>,
}

fn engagement(base: &str, rule: &str, on: bool, edits: &[Edit]) -> Engagement {
    let mut e = match base {
        "type-1" => Engagement::type_1(),
        "exception" => Engagement::type_2().with_exception(),
        "issued" => Engagement::type_2().issued(),
        _ => Engagement::type_2(),
    };
    for edit in edits {
        e = match edit {
            Edit { r#in: Some(file), find: Some(find), put: Some(put), all: false, .. } => e.replace(file, find, put),
            Edit { r#in: Some(file), find: Some(find), put: Some(put), all: true, .. } => {
                let text = e.text(file);
                assert!(text.contains(find.as_str()), "`{find}` does not stand in {file}");
                e.file(file, text.replace(find.as_str(), put))
            }
            Edit { file: Some(file), append: Some(text), repeat, .. } => (1..=repeat.unwrap_or(1)).fold(e, |e, n| {
                e.append(file, &text.replace('#', &if repeat.is_some() { n.to_string() } else { "#".into() }))
            }),
            Edit { file: Some(file), bytes: Some(bytes), .. } => e.file(file, bytes),
            Edit { file: Some(file), put: Some(text), .. } => e.file(file, text),
            Edit { add: Some(text), .. } => e.add(text),
            Edit { topic: Some(text), .. } => e.topic(&format!("{text}\n")),
            Edit { remove: Some(file), .. } => e.remove(file),
            _ => panic!("{rule}: what is this edit to do? {edit:?}"),
        };
    }
    if on { e.add(&format!("\n[review]\non = [\"{rule}\"]\n")) } else { e }
}

fn run(e: &Engagement, build: Option<&str>) -> Run {
    match build {
        Some(document) => Run::of(
            socpress().args(["build", "--format", "json", "--document", document]).arg(e.path()).arg("-o").arg(e.out()),
        ),
        None => e.check(),
    }
}

fn cases() -> BTreeMap<String, Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut cases = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("tests/rules") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a file");
        let more: BTreeMap<String, Case> =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (rule, case) in more {
            assert!(cases.insert(rule.clone(), case).is_none(), "{rule} stands twice");
        }
    }
    cases
}

#[test]
fn every_rule_has_its_cases() {
    let rules: BTreeSet<String> = socpress::rules::all().map(|rule| rule.id.to_owned()).collect();
    let mut told: BTreeSet<String> = cases().into_keys().collect();
    for (rule, reason) in ELSEWHERE {
        assert!(told.insert((*rule).to_owned()), "{rule} has a case and a reason for none: {reason}");
    }
    let missing: Vec<_> = rules.difference(&told).collect();
    assert!(missing.is_empty(), "rules without a case: {missing:?}");
    let unknown: Vec<_> = told.difference(&rules).collect();
    assert!(unknown.is_empty(), "cases without a rule: {unknown:?}");
}

#[test]
fn each_finds_its_fault_once_and_leaves_the_near_miss_alone() {
    let mut faults = Vec::new();
    for (rule, case) in cases() {
        let wrong = engagement(&case.base, &rule, case.on, &case.wrong);
        let findings = run(&wrong, case.build.as_deref()).findings();
        let found: Vec<_> = findings.iter().filter(|f| f.rule == rule).collect();
        if found.len() != 1 {
            faults.push(format!("{rule}: found {} times among\n{}", found.len(), listed(&findings)));
        } else if let Some([file, marked]) = case.at.as_deref() {
            let place = wrong.place(file, marked);
            if found[0].at.as_ref() != Some(&place) {
                faults.push(format!("{rule}: at {:?} instead of {place:?}", found[0].at));
            }
        } else if let Some([file]) = case.at.as_deref()
            && found[0].at.as_ref().map(|at| at.file.as_str()) != Some(file.as_str())
        {
            faults.push(format!("{rule}: at {:?} instead of {file}", found[0].at));
        } else if found[0].help.is_none() && found[0].at.is_none() {
            faults.push(format!("{rule}: neither a place nor a help"));
        }
        let near = engagement(case.near_base.as_deref().unwrap_or(&case.base), &rule, case.on, &case.near);
        let findings = run(&near, case.build.as_deref()).findings();
        if findings.iter().any(|f| f.rule == rule) {
            faults.push(format!("{rule}: found in the near miss\n{}", listed(&findings)));
        }
    }
    assert!(faults.is_empty(), "{} faults\n\n{}", faults.len(), faults.join("\n\n"));
}
