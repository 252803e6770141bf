//! The three sample engagements: what stands in their reports is what stands in their source files, counted by a script
//! that shares nothing with the program.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;
use support::{Built, Run, listed, python, sample, socpress, squeeze};

const SAMPLES: [&str; 3] = ["type2-full", "type1-startup", "csv-matrix"];

/// The sample's outputs, in a folder that goes when nobody looks at them.
#[track_caller]
fn built(name: &str) -> Built {
    let folder = Rc::new(tempfile::tempdir().expect("a temporary folder"));
    let out = folder.path().to_owned();
    let run = Run::of(
        socpress().args(["build", "--format", "json", "--evidence-list"]).arg(sample(name)).arg("-o").arg(&out),
    );
    assert!(run.built(), "{name}:\n{}", listed(&run.findings()));
    Built { out, run, keep: Some(folder) }
}

fn counted(name: &str) -> Value {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/catalogue/trust-services-criteria.tsv");
    serde_json::from_str(&python("counts.py", &[&sample(name), &catalogue])).expect("counts")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

/// Numbers as tables print them: none is a dash, thousands have their comma.
fn printed(numbers: &Value) -> String {
    let digits = |n: u64| if n >= 1000 { format!("{},{:03}", n / 1000, n % 1000) } else { n.to_string() };
    let cell = |n: &Value| match n.as_u64() {
        None | Some(0) => "–".to_owned(),
        Some(n) => digits(n),
    };
    numbers.as_array().expect("numbers").iter().map(cell).collect::<Vec<_>>().join(" ")
}

fn joined(values: &[Value]) -> String {
    values.iter().map(|v| v.as_str().expect("text")).collect::<Vec<_>>().join(", ")
}

// --- Each sample as a whole ----------------------------------------------------------------------------------------

#[test]
fn samples_build_without_errors() {
    for name in SAMPLES {
        let built = built(name);
        let wrong: Vec<_> = built.run.findings().into_iter().filter(|f| f.severity == "error").collect();
        assert!(wrong.is_empty(), "{name}:\n{}", listed(&wrong));
        assert_eq!(built.run.code, 0, "{name}");
        assert_eq!(built.names(), ["build.json", "evidence.zip", "report-workpaper.pdf", "report.pdf"], "{name}");
    }
}

#[test]
fn samples_are_sound_pdfs_within_their_pages() {
    for (name, least, most) in [("type2-full", 80, 200), ("type1-startup", 20, 60), ("csv-matrix", 30, 90)] {
        let built = built(name);
        for pdf in [built.report(), built.workpaper()] {
            pdf.is_sound();
            pdf.is_within_its_pages();
            pdf.has_bookmarks_without_gaps();
            assert!(pdf.fonts().iter().all(|(_, embedded, mapped)| *embedded && *mapped), "{name}: {:?}", pdf.fonts());
            assert!(!pdf.text().contains('\u{fffd}'), "{name}");
        }
        let pages = built.report().page_count();
        assert!((least..=most).contains(&pages), "{name} has {pages} pages");
        // No page is all but empty: beside its head and foot it says something.
        for (page, number) in built.report().pages().iter().zip(1..) {
            assert!(squeeze(page).chars().count() > 150, "{name}, page {number}: {page}");
        }
    }
}

#[test]
fn samples_are_byte_for_byte_the_same_every_time() {
    for name in SAMPLES {
        let first = built(name);
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        let copy = elsewhere.path().join("a folder of another name");
        copy_folder(&sample(name), &copy);
        let mut command = socpress();
        command.current_dir(&copy).env("RAYON_NUM_THREADS", "1").env("TZ", "Asia/Kathmandu");
        let run = Run::of(command.args(["build", ".", "--evidence-list", "-o"]).arg(elsewhere.path().join("out")));
        assert_eq!(run.code, 0, "{}", run.stderr);
        for file in ["report.pdf", "report-workpaper.pdf", "evidence.zip", "build.json"] {
            let read = |folder: &Path| fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(read(&first.out) == read(&elsewhere.path().join("out")), "{name}: {file} differs");
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

// --- Counts --------------------------------------------------------------------------------------------------------

#[test]
fn counts_in_the_report_are_those_of_the_sources() {
    for name in SAMPLES {
        let (built, counts) = (built(name), counted(name));
        let report = built.report();
        let record = built.record();
        let total = list(&counts, "total");
        for (key, number) in ["criteria", "controls", "tests", "deviation", "exceptions"].iter().zip(total) {
            assert_eq!(&record["counts"][key], number, "{name}: {key}");
        }
        for (result, key) in [
            ("no-deviation", "no_deviation"),
            ("did-not-operate", "did_not_operate"),
            ("unable-to-test", "unable_to_test"),
            ("not-applicable", "not_applicable"),
            ("not-yet-tested", "not_yet_tested"),
        ] {
            assert_eq!(record["counts"][key], counts["results"][result].as_u64().unwrap_or_default(), "{name}: {key}");
        }
        if counts["type"] == "type-1" {
            report.says_not("Summary of Results");
            continue;
        }
        let summary = report.between("Category Criteria Controls Tests", "Criteria with results other than");
        for category in list(&counts, "scope") {
            let category = category.as_str().expect("a name");
            let row = squeeze(&format!("{} {}", category.replace('-', " "), printed(&counts["categories"][category])));
            assert!(summary.to_lowercase().contains(&row), "{name}: {row} in {summary}");
        }
        let row = squeeze(&format!("each counted once {}", printed(&counts["total"])));
        assert!(summary.contains(&row), "{name}: {row} in {summary}");
    }
}

#[test]
fn criteria_with_exceptions_are_listed_with_their_counts() {
    for name in ["type2-full", "csv-matrix"] {
        let (report, counts) = (built(name).report(), counted(name));
        for criterion in list(&counts, "criteria") {
            // Controls, tests, with exceptions, did not operate.
            let numbers = &criterion["counts"];
            let row = format!(
                "{} {} {} {}",
                text(criterion, "id"),
                text(criterion, "title"),
                printed(numbers),
                joined(list(criterion, "exceptions"))
            );
            let other = !list(criterion, "exceptions").is_empty() || numbers[3] != 0;
            assert_eq!(report.count(&row) > 0, other, "{name}: {row}");
        }
    }
}

#[test]
fn the_matrix_names_the_controls_of_every_criterion() {
    for name in SAMPLES {
        let (report, counts) = (built(name).report(), counted(name));
        let matrix = squeeze(&report.flow());
        for criterion in list(&counts, "criteria").iter().filter(|c| !list(c, "controls").is_empty()) {
            let row = squeeze(&format!(
                "{} {} {}",
                text(criterion, "id"),
                text(criterion, "title"),
                joined(list(criterion, "controls"))
            ));
            assert!(matrix.contains(&row), "{name}: {row}");
        }
    }
}

// --- Texts ---------------------------------------------------------------------------------------------------------

/// How often a text stands in another. A row that goes over a page break stands there in pieces, each after the other.
fn occurrences(flow: &str, wanted: &str) -> usize {
    let whole = flow.matches(wanted).count();
    if whole > 0 {
        return whole;
    }
    let begin: String = wanted.chars().take(24).collect();
    flow.match_indices(&begin).filter(|(at, _)| in_pieces(&flow[*at..], wanted, 3)).count()
}

/// Whether a text begins here and goes on below, in so many pieces at most.
fn in_pieces(flow: &str, wanted: &str, pieces: usize) -> bool {
    let common = flow
        .char_indices()
        .zip(wanted.chars())
        .take_while(|((_, a), b)| a == b)
        .map(|((at, a), _)| at + a.len_utf8())
        .last();
    let Some(common) = common else { return false };
    let (rest, below) = (&wanted[common..], &flow[common..]);
    let next: String = rest.chars().take(12).collect();
    rest.is_empty()
        || (pieces > 1 && below.match_indices(&next).any(|(at, _)| in_pieces(&below[at..], rest, pieces - 1)))
}

#[test]
fn every_control_and_every_test_is_printed_in_full_once() {
    for name in SAMPLES {
        let (report, counts) = (built(name).report(), counted(name));
        let flow = squeeze(&report.flow());
        for control in list(&counts, "controls") {
            let description = squeeze(text(control, "description"));
            assert_eq!(occurrences(&flow, &description), 1, "{name}, {}: {description}", text(control, "id"));
        }
        let mut procedures: BTreeMap<String, usize> = BTreeMap::new();
        for test in list(&counts, "tests") {
            *procedures.entry(squeeze(text(test, "procedure"))).or_default() += 1;
        }
        for (procedure, times) in procedures {
            assert_eq!(occurrences(&flow, &procedure), times, "{name}: {procedure}");
        }
    }
}

#[test]
fn every_id_occurs() {
    for name in SAMPLES {
        let (report, counts) = (built(name).report(), counted(name));
        let words: Vec<&str> = report
            .text()
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';' | '.' | ':'))
            .collect();
        let known = |id: &str| words.contains(&id) || report.text().contains(&format!("{id} ")) || report.count(id) > 0;
        let mut ids: Vec<&str> = Vec::new();
        for key in ["controls", "tests", "exceptions", "criteria"] {
            ids.extend(list(&counts, key).iter().map(|record| text(record, "id")));
        }
        for list in counts["ids"].as_object().expect("lists").values() {
            ids.extend(list.as_array().expect("a list").iter().filter_map(Value::as_str));
        }
        assert!(ids.len() > 80, "{name}: {}", ids.len());
        let missing: Vec<_> = ids.into_iter().filter(|id| !known(id)).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
        report.says(text(&counts, "organization"));
    }
}

#[test]
fn every_exception_is_told_with_its_numbers_and_its_response() {
    for name in ["type2-full", "csv-matrix"] {
        let (report, counts) = (built(name).report(), counted(name));
        let table = report.between("This table brings together", "Criteria and Their Controls");
        for test in list(&counts, "tests").iter().filter(|t| t["result"] == "deviation") {
            let label = text(test, "exception");
            let row = format!(
                "{label} {} {} {}",
                text(test, "control"),
                text(test, "id"),
                printed(&Value::from(vec![
                    test["population"].clone(),
                    test["sample"].clone(),
                    test["deviations"].clone()
                ]))
            );
            assert!(table.contains(&squeeze(&row)), "{name}: {row} in {table}");
        }
        for exception in list(&counts, "exceptions") {
            report.says(text(exception, "nature"));
            match exception["response"].as_str() {
                Some(response) => assert_eq!(report.count(response), 1, "{name}: {response}"),
                None => report.says("Management has chosen not to respond."),
            }
            // The auditor's reasons stay in the file.
            if let Some(rationale) = exception["rationale"].as_str() {
                report.says_not(rationale);
            }
        }
    }
}

#[test]
fn every_criterion_shows_the_exceptions_of_its_controls() {
    for name in ["type2-full", "csv-matrix"] {
        let (report, counts) = (built(name).report(), counted(name));
        let flow = squeeze(&report.flow());
        let start = flow.find(&squeeze("Criteria and Their Controls Criterion Subject")).expect("the matrix");
        let flow = &flow[start..];
        let bands: Vec<_> = list(&counts, "criteria")
            .iter()
            .map(|c| squeeze(&format!("{} {}{} Control activity", text(c, "id"), text(c, "title"), text(c, "id"))))
            .collect();
        for (index, criterion) in list(&counts, "criteria").iter().enumerate() {
            let Some(from) = flow.find(&bands[index]) else { continue };
            let rest = &flow[from + bands[index].len()..];
            let to = bands.iter().filter_map(|band| rest.find(band)).min().unwrap_or(rest.len());
            for label in list(criterion, "exceptions") {
                let label = label.as_str().expect("a label");
                assert!(rest[..to].contains(label), "{name}: {label} under {}", text(criterion, "id"));
            }
        }
    }
}

/// The index leads to a page on which the control is printed in full.
#[test]
fn the_index_leads_to_every_control() {
    for name in SAMPLES {
        let (report, counts) = (built(name).report(), counted(name));
        let index = *report.pages_with("Index of Controls").last().expect("the index");
        let links: Vec<_> = report.links().into_iter().filter(|l| l.page >= index).collect();
        for control in list(&counts, "controls") {
            let id = text(control, "id");
            let to = links
                .iter()
                .find(|l| l.text == id)
                .and_then(|l| l.to)
                .unwrap_or_else(|| panic!("{name}: no link to {id} in the index"));
            let begin: String = text(control, "description").chars().take(60).collect();
            assert!(report.pages_with(&begin).contains(&to.0), "{name}: {id} leads to page {}", to.0);
        }
    }
}

// --- Evidence ------------------------------------------------------------------------------------------------------

#[test]
fn the_evidence_of_every_sample_is_packed_and_verified() {
    for name in SAMPLES {
        let (built, counts) = (built(name), counted(name));
        let archive = built.archive();
        let manifest = archive.manifest();
        let exhibits = list(&counts, "exhibits");
        assert_eq!(list(&manifest, "exhibits").len(), exhibits.len(), "{name}");
        assert_eq!(archive.verified().len() as u64, manifest["total_files"].as_u64().expect("a number"), "{name}");
        let copy = built.workpaper();
        for exhibit in exhibits {
            let id = text(exhibit, "id");
            let packed =
                list(&manifest, "exhibits").iter().find(|e| e["id"] == id).unwrap_or_else(|| panic!("{name}: {id}"));
            assert_eq!(packed["original_path"], exhibit["file"], "{name}");
            let source = fs::read(sample(name).join("evidence").join(text(exhibit, "file"))).expect("the file");
            assert!(
                fs::read(archive.folder().join(text(packed, "path"))).expect("the packed file") == source,
                "{name}: {id}"
            );
            let mut tests: Vec<_> = list(packed, "tests").iter().filter_map(Value::as_str).collect();
            tests.sort_unstable();
            assert_eq!(Value::from(tests), counts["cited"][id], "{name}: {id}");
            copy.says(text(packed, "sha256"));
        }
    }
    assert!(list(&counted("type2-full"), "exhibits").len() >= 40);
}

/// What the issue asks of the large sample.
#[test]
fn the_large_sample_is_large() {
    let counts = counted("type2-full");
    assert_eq!(list(&counts, "scope").len(), 5);
    assert!(list(&counts, "controls").len() >= 110 && list(&counts, "tests").len() >= 200);
    assert!(list(&counts, "tests").iter().filter(|t| t["result"] == "deviation").count() >= 8);
    assert!(counts["total"][5].as_u64() >= Some(1), "a control that never operated");
    assert!(!list(&counts["ids"], "cuecs").is_empty() && !list(&counts["ids"], "csocs").is_empty());
}
