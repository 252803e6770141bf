//! Whatever a table holds, each form that is written comes back with the same records.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use socpress::exchange::json;
use socpress::import::{self, Conflicts, Options};
use socpress::load::raw_tables;
use socpress::model::{Category, ReportType};
use socpress::pipeline::{self, ExportOptions, Form};
use socpress::scaffold::Scaffold;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

/// Text as people and programs write it: several lines, signs of formulas, quotes, separators, other scripts.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-zA-Z0-9 .,;:'\"()%&<>|*_#`\\\\/-]{1,24}",
        Just("=SUM(A1)".to_owned()),
        Just("+49 30".to_owned()),
        Just("-1".to_owned()),
        Just("@x".to_owned()),
        Just("1.10".to_owned()),
        Just("TRUE".to_owned()),
        Just("first\nsecond\n\nthird".to_owned()),
        Just("日本語 ع ß é".to_owned()),
        Just("{{ x }} $y$ #z".to_owned()),
        Just("2025-01-31".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("see remarks".to_owned()),
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat().trim().to_owned()).prop_filter(
        "a text of a table is not empty, and signs that stand for nothing are none",
        |text| {
            text.chars().any(char::is_alphanumeric)
                && !["n/a", "na", "none", "nil", "null"].contains(&text.to_lowercase().as_str())
        },
    )
}

/// A list's item: a separator within it is what no sheet can hold, and of `A-1 b` a sheet leaves the blank out.
fn item() -> impl Strategy<Value = String> {
    "[A-Za-z0-9][A-Za-z0-9 .:-]{0,10}[A-Za-z0-9]".prop_filter("no blank before a last letter", |text| {
        let mut last = text.chars().rev();
        !(last.next().is_some_and(char::is_alphabetic) && last.next() == Some(' '))
    })
}

/// Description, title, owner, further criteria.
type Control = (String, Option<String>, Option<String>, Vec<String>);
/// Procedure, population and sample, what was told, days since 2020, evidence.
type Test = (String, Option<(u32, u32)>, Option<String>, Option<u32>, Vec<String>);

#[derive(Debug, Clone)]
struct Records {
    controls: Vec<Control>,
    tests: Vec<Test>,
    several: bool,
}

fn records() -> impl Strategy<Value = Records> {
    let control = (text(), prop::option::of(text()), prop::option::of(item()), prop::collection::vec(item(), 0..3));
    let test = (
        text(),
        prop::option::of((0u32..100_000, 0u32..1000)),
        prop::option::of(text()),
        prop::option::of(0u32..3000),
        prop::collection::vec(item(), 0..3),
    );
    (prop::collection::vec(control, 1..5), prop::collection::vec(test, 1..5), any::<bool>())
        .prop_map(|(controls, tests, several)| Records { controls, tests, several })
}

fn write(folder: &Path, records: &Records) {
    let head = "format = 1\ntype = \"type-2\"\nstatus = \"draft\"\ncategories = [\"security\"]\n\n[period]\n\
                start = 2025-01-01\nend = 2025-12-31\n\n[service_organization]\nname = \"Quillmark\"\nsystem = \"Desk\"\n";
    let mut document: DocumentMut = head.parse().expect("TOML");
    let list = |texts: &[String]| texts.iter().map(String::as_str).collect::<Array>();
    let mut controls = ArrayOfTables::new();
    for (nth, (description, title, owner, further)) in records.controls.iter().enumerate() {
        let mut table = Table::new();
        table["id"] = value(format!("C-{nth}"));
        if let Some(title) = title {
            table["title"] = value(title.as_str());
        }
        table["description"] = value(description.as_str());
        table["criteria"] = value(list(&["CC6.1".to_owned(), format!("CC7.{}", nth % 5 + 1)]));
        if !further.is_empty() {
            table["additional_criteria"] = value(list(further));
        }
        if let Some(owner) = owner {
            table["owner"] = value(owner.as_str());
        }
        controls.push(table);
    }
    let mut tests = ArrayOfTables::new();
    for (nth, (procedure, counts, told, day, evidence)) in records.tests.iter().enumerate() {
        let mut table = Table::new();
        table["id"] = value(format!("=T-{nth}"));
        table["control"] = value("C-0");
        table["procedure"] = value(procedure.as_str());
        let put = |table: &mut Table, counts: (u32, u32)| {
            table["population"] = value(i64::from(counts.0));
            table["sample"] = value(i64::from(counts.1));
            table["deviations"] = value(0);
        };
        if let Some(counts) = counts {
            if records.several {
                let mut populations = ArrayOfTables::new();
                for name in ["East", "West"] {
                    let mut population = Table::new();
                    population["name"] = value(name);
                    put(&mut population, *counts);
                    populations.push(population);
                }
                table["populations"] = Item::ArrayOfTables(populations);
            } else {
                put(&mut table, *counts);
            }
        }
        table["result"] = value("no-deviation");
        if let Some(told) = told {
            table["result_text"] = value(told.as_str());
        }
        if let Some(days) = day {
            let day = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day") + chrono::Days::new(u64::from(*days));
            table["tested_on"] = value(socpress::exchange::toml::date(day));
        }
        if !evidence.is_empty() {
            table["evidence"] = value(list(evidence));
        }
        tests.push(table);
    }
    document.insert("controls", Item::ArrayOfTables(controls));
    document.insert("tests", Item::ArrayOfTables(tests));
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("engagement.toml"), document.to_string()).expect("written");
}

fn options() -> Options {
    Options {
        table: None,
        columns: Vec::new(),
        conflicts: Conflicts::List,
        prune: false,
        dry_run: false,
        scaffold: Scaffold { report_type: ReportType::Type2, categories: vec![Category::Security], csv: false },
    }
}

fn to(form: Form, out: &Path) -> ExportOptions {
    ExportOptions { form, out: Some(out.to_owned()), for_client: false, force: false }
}

fn tables(folder: &Path) -> serde_json::Value {
    let names = ["controls".to_owned(), "tests".to_owned()];
    json::document("", &raw_tables::read_canonical(folder, &names).0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_form_comes_back_the_same(records in records()) {
        let temp = tempfile::tempdir().expect("a folder");
        let original = temp.path().join("original");
        write(&original, &records);
        let expected = tables(&original);
        for (form, sources) in [
            (Form::Json, &["tables.json"][..]),
            (Form::Toml, &["toml"]),
            (Form::Csv, &["csv"]),
            (Form::Workbook, &["tables.xlsx"]),
        ] {
            let out = temp.path().join(sources[0]);
            pipeline::export(&original, None, &[], &to(form, &out)).expect("exported");
            let back = temp.path().join(format!("back-{form:?}"));
            import::import(&out, &back, &options()).expect("imported");
            prop_assert_eq!(&tables(&back), &expected, "{:?}", form);
        }
        let back = temp.path().join("back-oscal");
        for (form, name) in [(Form::SystemSecurityPlan, "ssp.json"), (Form::AssessmentResults, "results.json")] {
            let out = temp.path().join(name);
            pipeline::export(&original, None, &[], &to(form, &out)).expect("exported");
            import::import(&out, &back, &options()).expect("imported");
        }
        prop_assert_eq!(&tables(&back), &expected, "OSCAL");
    }
}
