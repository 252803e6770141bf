//! The three sample engagements: what stands in their reports is what stands in their source files, counted by a script
//! that shares nothing with the program.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;
use support::{Built, Pdf, Run, listed, python, sample, socpress, squeeze};

/// Counted by hand in the source files: criteria, controls, tests, without exceptions, with exceptions, did not operate,
/// exceptions, exhibits.
const BY_HAND: [(&str, [u64; 8]); 4] = [
    ("type2-full", [61, 141, 256, 245, 9, 2, 8, 213]),
    ("type2-qualified", [35, 42, 45, 42, 2, 1, 2, 8]),
    ("type1-startup", [33, 47, 0, 0, 0, 0, 0, 8]),
    ("csv-matrix", [36, 46, 66, 62, 3, 1, 3, 10]),
];

#[test]
fn counts_are_those_worked_out_by_hand() {
    for (name, numbers) in BY_HAND {
        let built = build(name);
        let record = built.record();
        let keys =
            ["criteria", "controls", "tests", "no_deviation", "deviation", "did_not_operate", "exceptions", "evidence"];
        assert_eq!(keys.map(|key| record["counts"][key].as_u64().expect("a count")), numbers, "{name}");
        let [criteria, controls, tests, clean, deviating, idle, exceptions, _] = numbers;
        if tests == 0 {
            continue;
        }
        let many = |n: u64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        built.report().says(&format!(
            "The examination covered {criteria} criteria and {controls} controls, on which {tests} tests were planned. \
             {clean} tests had no exceptions, {} had exceptions, and {} concerned controls that did not operate during the \
             period. The exceptions are reported under {} in",
            many(deviating, "test"),
            many(idle, "test"),
            many(exceptions, "label"),
        ));
    }
}

#[test]
fn the_large_type_2_of_all_categories() {
    let sample = Sample::of("type2-full");
    sample.agrees_with_its_sources();
    sample.has_sound_documents(80, 200);
    // What the issue asks of it.
    let counts = &sample.counts;
    assert_eq!(list(counts, "scope").len(), 5);
    assert!(sample.deviations().count() >= 8);
    assert!(counts["total"][5].as_u64() >= Some(1), "a control that never operated");
    assert!(!list(&counts["ids"], "cuecs").is_empty() && !list(&counts["ids"], "csocs").is_empty());
    assert!(list(counts, "exhibits").len() >= 40);
}

#[test]
fn the_type_1_of_a_young_company() {
    let sample = Sample::of("type1-startup");
    sample.agrees_with_its_sources();
    sample.has_sound_documents(20, 60);
    assert_eq!((&sample.counts["type"], list(&sample.counts, "tests").len()), (&Value::from("type-1"), 0));
    sample.report.says_not("Summary of Results");
}

#[test]
fn the_type_2_from_sheets() {
    let sample = Sample::of("csv-matrix");
    sample.agrees_with_its_sources();
    sample.has_sound_documents(30, 90);
}

#[test]
fn the_qualified_type_2_with_both_methods_and_additional_criteria() {
    let sample = Sample::of("type2-qualified");
    sample.agrees_with_its_sources();
    sample.has_sound_documents(25, 80);
    sample.report.says_in_order(&[
        "We have further examined",
        "requirements of the Harbour Records Standard",
        "Carrick Data Halls, a subservice organization",
        "Harborlight Scanning Ltd., a subservice organization",
        "Basis for qualified opinion",
        "the control ACC-04 did not operate effectively throughout the period 1 July 2025 to 30 June 2026",
        "based on criteria CC6.2 and CC6.3.",
        "In our opinion, except for the matter described under “Basis for qualified opinion”, which concerns (c) below",
        "(d) the controls stated in the description were suitably designed and operated effectively",
        "Our opinion is not modified with respect to this matter.",
        "Assertion of the Management of Harborlight Records Ltd.",
        "except for the matter described in the preceding paragraph",
        "Assertion of the Management of Harborlight Scanning Ltd.",
        "Performed by Harborlight Scanning Ltd.",
        "HRS Criteria and Their Controls",
    ]);
    let run = Run::of(socpress().args(["check", "--format", "json"]).arg(support::sample("type2-qualified")));
    let forms: Vec<_> = list(&run.json(), "proposal").iter().map(|p| text(p, "form").to_owned()).collect();
    assert_eq!(forms, ["unqualified", "unqualified", "qualified"]);
}

/// Each sample is clean but for what its `EXPECTED.md` lists, with the reason why it stands.
#[test]
fn the_samples_have_the_findings_that_they_say() {
    for name in ["type2-full", "type2-qualified", "type1-startup", "csv-matrix"] {
        let run = Run::of(socpress().args(["check", "--format", "json"]).arg(sample(name)));
        let found: Vec<String> = run
            .findings()
            .iter()
            .map(|f| {
                let at = f.at.as_ref().expect("a place");
                let line = at.line.map_or_else(String::new, |line| format!(":{line}"));
                format!("{} {} {}{line}: {}", f.severity, f.rule, at.file, f.message)
            })
            .collect();
        let file = sample(name).join("EXPECTED.md");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let expected: Vec<String> = text
            .lines()
            .filter_map(|line| line.strip_prefix("- `")?.split_once('`').map(|(finding, _)| finding.to_owned()))
            .collect();
        assert_eq!(found, expected, "{}", file.display());
        let reasons =
            text.lines().filter(|line| line.starts_with("- `")).all(|line| line.ends_with('.') && line.contains("`: "));
        assert!(reasons, "each finding of {name} says why it stands");
    }
}

/// The firm of the samples has approved its wording, so a final report can be built.
#[test]
fn a_sample_as_the_final_report_of_a_firm() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path().join("final");
    copy_folder(&sample("type2-qualified"), &folder);
    let file = folder.join("engagement.toml");
    let engagement = fs::read_to_string(&file).expect("the engagement");
    fs::write(&file, engagement.replace("status = \"draft\"", "status = \"final\"")).expect("written");
    let out = temp.path().join("out");
    let build = |firm: bool| {
        let mut command = socpress();
        command.args(["build", "--format", "json"]).arg(&folder).arg("-o").arg(&out);
        if firm {
            command.arg("--firm").arg(sample("firm-style"));
        }
        Run::of(&mut command)
    };
    let refused = build(false);
    assert!(!refused.built());
    assert_eq!(refused.found("WRD-01").len(), 1, "{}", refused.stdout);
    let run = build(true);
    assert!(run.built(), "{}", listed(&run.findings()));
    let report = Pdf::open(&out.join("report.pdf"), None);
    report.says_in_order(&[
        "Penwarden Sallis LLP",
        "How to Read This Report",
        "It is not meant for anyone else, and nobody else should use it.",
        "14 August 2026",
    ]);
    report.says_not("DRAFT");
    report.says_not("exception noted");
    report.is_sound();
}

#[test]
fn samples_are_byte_for_byte_the_same_every_time() {
    for name in ["type2-full", "type2-qualified", "type1-startup", "csv-matrix"] {
        let first = build(name);
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

// --- A sample, its outputs and its counts --------------------------------------------------------------------------

struct Sample {
    name: &'static str,
    built: Built,
    report: Pdf,
    /// The report's text without heads, feet and white space.
    flow: String,
    /// What `counts.py` says of the sources.
    counts: Value,
}

/// The sample's outputs, in a folder that goes when nobody looks at them.
#[track_caller]
fn build(name: &str) -> Built {
    let folder = Rc::new(tempfile::tempdir().expect("a temporary folder"));
    let out = folder.path().to_owned();
    let mut command = socpress();
    let run =
        Run::of(command.args(["build", "--format", "json", "--evidence-list"]).arg(sample(name)).arg("-o").arg(&out));
    assert!(run.built(), "{name}:\n{}", listed(&run.findings()));
    Built { out, run, keep: Some(folder) }
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

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

/// Numbers as tables print them: none is a dash, thousands have their comma.
fn printed(numbers: &[Value]) -> String {
    let cell = |n: &Value| match n.as_u64() {
        None | Some(0) => "–".to_owned(),
        Some(n) if n >= 1000 => format!("{},{:03}", n / 1000, n % 1000),
        Some(n) => n.to_string(),
    };
    numbers.iter().map(cell).collect::<Vec<_>>().join(" ")
}

fn joined(values: &[Value]) -> String {
    values.iter().map(|v| v.as_str().expect("text")).collect::<Vec<_>>().join(", ")
}

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
    let same = flow.char_indices().zip(wanted.chars()).take_while(|((_, a), b)| a == b);
    let Some(common) = same.map(|((at, a), _)| at + a.len_utf8()).last() else { return false };
    let (rest, below) = (&wanted[common..], &flow[common..]);
    let next: String = rest.chars().take(12).collect();
    rest.is_empty()
        || (pieces > 1 && below.match_indices(&next).any(|(at, _)| in_pieces(&below[at..], rest, pieces - 1)))
}

impl Sample {
    #[track_caller]
    fn of(name: &'static str) -> Self {
        let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/catalogue/trust-services-criteria.tsv");
        let counts = serde_json::from_str(&python("counts.py", &[&sample(name), &catalogue])).expect("counts");
        let built = build(name);
        let report = built.report();
        let flow = squeeze(&report.flow());
        Self { name, built, report, flow, counts }
    }

    fn is_type_2(&self) -> bool {
        self.counts["type"] == "type-2"
    }

    fn deviations(&self) -> impl Iterator<Item = &Value> {
        list(&self.counts, "tests").iter().filter(|t| t["result"] == "deviation")
    }

    fn agrees_with_its_sources(&self) {
        self.builds_without_errors();
        self.counts_are_those_of_the_sources();
        self.the_matrix_names_the_controls_of_every_criterion();
        self.every_control_and_every_test_is_printed_in_full_once();
        self.every_id_occurs();
        self.the_index_leads_to_every_control();
        self.the_evidence_is_packed_and_verified();
        if self.is_type_2() {
            self.the_summary_counts_by_category();
            self.criteria_with_exceptions_are_listed_with_their_counts();
            self.every_exception_is_told_with_its_numbers_and_its_response();
            self.every_criterion_shows_the_exceptions_of_its_controls();
        }
    }

    fn builds_without_errors(&self) {
        let errors: Vec<_> = self.built.run.findings().into_iter().filter(|f| f.severity == "error").collect();
        assert!(errors.is_empty(), "{}", listed(&errors));
        assert_eq!(self.built.run.code, 0);
        assert_eq!(self.built.names(), ["build.json", "evidence.zip", "report-workpaper.pdf", "report.pdf"]);
    }

    fn has_sound_documents(&self, least: usize, most: usize) {
        for pdf in [&self.report, &self.built.workpaper()] {
            pdf.is_sound();
            pdf.is_within_its_pages();
            pdf.has_bookmarks_without_gaps();
            assert!(pdf.fonts().iter().all(|(_, embedded, mapped)| *embedded && *mapped), "{:?}", pdf.fonts());
            assert!(!pdf.text().contains('\u{fffd}'));
        }
        let pages = self.report.pages();
        assert!((least..=most).contains(&pages.len()), "{} pages", pages.len());
        // No page is all but empty: beside its head and foot it says something.
        for (page, number) in pages.iter().zip(1..) {
            assert!(squeeze(page).chars().count() > 150, "page {number}: {page}");
        }
    }

    // --- Counts ----------------------------------------------------------------------------------------------------

    fn counts_are_those_of_the_sources(&self) {
        let record = self.built.record();
        let total = list(&self.counts, "total");
        for (key, number) in ["criteria", "controls", "tests", "deviation", "exceptions"].iter().zip(total) {
            assert_eq!(&record["counts"][key], number, "{key}");
        }
        for result in ["no-deviation", "did-not-operate", "unable-to-test", "not-applicable", "not-yet-tested"] {
            let number = self.counts["results"][result].as_u64().unwrap_or_default();
            assert_eq!(record["counts"][result.replace('-', "_")], number, "{result}");
        }
    }

    fn the_summary_counts_by_category(&self) {
        let summary = self.report.between("Category Criteria Controls Tests", "Criteria with results other than");
        for category in list(&self.counts, "scope") {
            let category = category.as_str().expect("a name");
            let numbers = printed(list(&self.counts["categories"], category));
            let row = squeeze(&format!("{} {numbers}", category.replace('-', " ")));
            assert!(summary.to_lowercase().contains(&row), "{row} in {summary}");
        }
        let row = squeeze(&format!("each counted once {}", printed(list(&self.counts, "total"))));
        assert!(summary.contains(&row), "{row} in {summary}");
    }

    fn criteria_with_exceptions_are_listed_with_their_counts(&self) {
        for criterion in list(&self.counts, "criteria") {
            // Controls, tests, with exceptions, did not operate.
            let numbers = list(criterion, "counts");
            let labels = list(criterion, "exceptions");
            let row = [text(criterion, "id"), text(criterion, "title"), &printed(numbers), &joined(labels)]
                .map(squeeze)
                .concat();
            let is_listed = !labels.is_empty() || numbers[3] != 0;
            assert_eq!(self.flow.contains(&row), is_listed, "{row}");
        }
    }

    fn the_matrix_names_the_controls_of_every_criterion(&self) {
        for criterion in list(&self.counts, "criteria") {
            let controls = list(criterion, "controls");
            let row = [text(criterion, "id"), text(criterion, "title"), &joined(controls)].map(squeeze).concat();
            assert!(controls.is_empty() || self.flow.contains(&row), "{row}");
        }
    }

    // --- Texts -----------------------------------------------------------------------------------------------------

    fn every_control_and_every_test_is_printed_in_full_once(&self) {
        for control in list(&self.counts, "controls") {
            let description = squeeze(text(control, "description"));
            assert_eq!(occurrences(&self.flow, &description), 1, "{}: {description}", text(control, "id"));
        }
        let mut procedures: BTreeMap<String, usize> = BTreeMap::new();
        for test in list(&self.counts, "tests") {
            *procedures.entry(squeeze(text(test, "procedure"))).or_default() += 1;
        }
        for (procedure, times) in procedures {
            assert_eq!(occurrences(&self.flow, &procedure), times, "{procedure}");
        }
    }

    fn every_id_occurs(&self) {
        let mut ids: Vec<&str> = Vec::new();
        for key in ["controls", "tests", "exceptions", "criteria"] {
            ids.extend(list(&self.counts, key).iter().map(|record| text(record, "id")));
        }
        for list in self.counts["ids"].as_object().expect("lists").values() {
            ids.extend(list.as_array().expect("a list").iter().filter_map(Value::as_str));
        }
        assert!(ids.len() > 80, "{}", ids.len());
        // As a word of its own: `T-1` is not told by `T-10`.
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
        let words: Vec<_> = self.report.text().split(|c| !is_part(c)).map(|word| word.trim_end_matches('.')).collect();
        let missing: Vec<_> = ids.into_iter().filter(|id| !words.contains(id)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        self.report.says(text(&self.counts, "organization"));
    }

    fn every_exception_is_told_with_its_numbers_and_its_response(&self) {
        let table = self.report.between("This table brings together", "Criteria and Their Controls");
        for test in self.deviations() {
            let numbers = ["population", "sample", "deviations"].map(|key| test[key].clone());
            let names = ["exception", "control", "id"].map(|key| text(test, key)).join(" ");
            let row = squeeze(&format!("{names} {}", printed(&numbers)));
            assert!(table.contains(&row), "{row} in {table}");
        }
        for exception in list(&self.counts, "exceptions") {
            self.report.says(text(exception, "nature"));
            match exception["response"].as_str() {
                Some(response) => assert_eq!(self.report.count(response), 1, "{response}"),
                None => self.report.says("Management has chosen not to respond."),
            }
            // The auditor's reasons stay in the file.
            if let Some(rationale) = exception["rationale"].as_str() {
                self.report.says_not(rationale);
            }
        }
    }

    fn every_criterion_shows_the_exceptions_of_its_controls(&self) {
        let criteria = list(&self.counts, "criteria");
        let band =
            |c: &Value| squeeze(&format!("{} {}{} Control activity", text(c, "id"), text(c, "title"), text(c, "id")));
        let bands: Vec<_> = criteria.iter().map(band).collect();
        let mut seen = 0;
        for (criterion, band) in criteria.iter().zip(&bands) {
            let Some(from) = self.flow.find(band) else { continue };
            let rest = &self.flow[from + band.len()..];
            let to = bands.iter().filter_map(|band| rest.find(band)).min().unwrap_or(rest.len());
            for label in list(criterion, "exceptions") {
                let label = label.as_str().expect("a label");
                assert!(rest[..to].contains(label), "{label} under {}", text(criterion, "id"));
                seen += 1;
            }
        }
        let expected: usize = criteria.iter().map(|c| list(c, "exceptions").len()).sum();
        assert_eq!(seen, expected, "criteria whose table was not found");
    }

    /// The index leads to a page on which the control is printed in full.
    fn the_index_leads_to_every_control(&self) {
        let index = *self.report.pages_with("Index of Controls").last().expect("the index");
        let links: Vec<_> = self.report.links().into_iter().filter(|l| l.page >= index).collect();
        let pages: Vec<String> = self.report.pages().into_iter().map(squeeze).collect();
        for control in list(&self.counts, "controls") {
            let id = text(control, "id");
            let link = links.iter().find(|l| l.text == id).and_then(|l| l.to);
            let (page, _) = link.unwrap_or_else(|| panic!("no link to {id} in the index"));
            let begin: String = squeeze(text(control, "description")).chars().take(50).collect();
            assert!(pages[page - 1].contains(&begin), "{id} leads to page {page}");
        }
    }

    // --- Evidence --------------------------------------------------------------------------------------------------

    fn the_evidence_is_packed_and_verified(&self) {
        let archive = self.built.archive();
        let manifest = archive.manifest();
        let exhibits = list(&self.counts, "exhibits");
        assert_eq!(list(&manifest, "exhibits").len(), exhibits.len());
        assert_eq!(archive.verified().len() as u64, manifest["total_files"].as_u64().expect("a number"));
        let copy = squeeze(self.built.workpaper().text());
        for exhibit in exhibits {
            let id = text(exhibit, "id");
            let packed = list(&manifest, "exhibits").iter().find(|e| e["id"] == id).unwrap_or_else(|| panic!("{id}"));
            assert_eq!(packed["original_path"], exhibit["file"]);
            let source = fs::read(sample(self.name).join("evidence").join(text(exhibit, "file"))).expect("the file");
            assert!(fs::read(archive.folder().join(text(packed, "path"))).expect("its copy") == source, "{id}");
            let mut tests: Vec<_> = list(packed, "tests").iter().filter_map(Value::as_str).collect();
            tests.sort_unstable();
            assert_eq!(Value::from(tests), self.counts["cited"][id], "{id}");
            assert!(copy.contains(text(packed, "sha256")), "{id} in the list of exhibits");
        }
    }
}
