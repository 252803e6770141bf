//! From the files of others to an engagement folder: what becomes of them, again and again.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use support::{Run, checkers, sample, socpress};

/// A place for sources and folders.
struct Bench {
    temp: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { temp: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("written");
        path
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Imports into the folder `e`.
    fn import(&self, source: &Path, more: &[&str]) -> Run {
        Run::of(socpress().arg("import").arg(source).arg(self.path("e")).args(more))
    }

    /// The same, with what it says as JSON.
    fn import_json(&self, source: &Path, more: &[&str]) -> (i32, Value) {
        let run = self.import(source, &[more, &["--format", "json"]].concat());
        (
            run.code,
            serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("no JSON: {}{}", run.stdout, run.stderr)),
        )
    }

    /// Files below the folder, with their content.
    fn all(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let root = self.path(folder);
        let mut files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(&root)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let name = entry.path().strip_prefix(&root).expect("below").display().to_string();
                (name, fs::read(entry.path()).expect("a file"))
            })
            .collect();
        files.sort();
        files
    }
}

const MATRIX: &str = "Control No.,Control Activity,Mapped Criteria,Control Owner,Frequency,Notes (internal)\n\
    OPS-01,\"Each week, the lead looks at the list of open tickets.\",CC7.2; cc 7.3,Support Lead,every week,ask Jo\n\
    OPS-02,The alarm is tried each quarter.,CC7.4,Site Lead,Quarterly,\n";

/// Two records of a table in TOML, as they should come out.
const AS_TOML: &str = r#"[[controls]]
id = "OPS-01"
description = "Each week, the lead looks at the list of open tickets."
criteria = ["CC7.2", "CC7.3"]
owner = "Support Lead"
frequency = "weekly"

[[controls]]
id = "OPS-02"
description = "The alarm is tried each quarter."
criteria = ["CC7.4"]
owner = "Site Lead"
frequency = "quarterly"
"#;

#[test]
fn a_sheet_becomes_a_table_of_a_new_folder() {
    let bench = Bench::new();
    let source = bench.file("matrix.csv", MATRIX);
    let run = bench.import(&source, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let written = bench.text("e/controls.toml");
    assert!(written.starts_with("#:schema .schemas/controls.json\n"), "{written}");
    assert!(written.ends_with(AS_TOML), "{written}");
    for said in [
        "matrix.csv: controls, 2 records",
        "Control No. -> id",
        "Control Activity -> description",
        "not used: Notes (internal)",
        "controls in controls.toml: 2 new",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
    // Internal notes are nowhere in the folder.
    assert!(bench.all("e").iter().all(|(_, content)| !String::from_utf8_lossy(content).contains("ask Jo")));
    // The new folder is read by the other commands.
    let check = Run::of(socpress().args(["check", "--format", "json"]).arg(bench.path("e")));
    let of_table = |f: &&support::Finding| f.at.as_ref().is_some_and(|at| at.file == "controls.toml");
    let faults: Vec<_> = check.findings().into_iter().filter(|f| of_table(&f) && f.blocking).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let bench = Bench::new();
    let source = bench.file("matrix.csv", MATRIX);
    let (code, dry) = bench.import_json(&source, &["--dry-run"]);
    assert_eq!(code, 0);
    assert!(!bench.path("e").exists());
    let (_, mut done) = bench.import_json(&source, &[]);
    assert_eq!(dry["dry_run"], true);
    done["dry_run"] = true.into();
    assert_eq!(dry, done);
}

#[test]
fn repeated_it_changes_what_the_source_changed_and_keeps_what_a_hand_changed() {
    let bench = Bench::new();
    let source = bench.file("matrix.csv", MATRIX);
    bench.import(&source, &[]);
    let first = bench.all("e");
    assert_eq!(bench.import(&source, &[]).code, 0);
    assert!(bench.all("e") == first, "an import that brings nothing new changes no byte");

    // By hand: a comment, another owner, a title.
    let by_hand = bench.text("e/controls.toml").replace(
        "owner = \"Support Lead\"",
        "# asked on the phone\nowner = \"Head of Support\"\ntitle = \"Open tickets\"",
    );
    bench.file("e/controls.toml", &by_hand);
    // In the source: another text, a new control, and one that is gone.
    bench.file(
        "matrix.csv",
        MATRIX.replace("the list of open tickets", "the list of all tickets").replace(
            "OPS-02,The alarm is tried each quarter.,CC7.4,Site Lead,Quarterly,",
            "OPS-03,Doors are looked at daily.,CC6.4,Site Lead,Daily,",
        ),
    );
    let (code, said) = bench.import_json(&source, &[]);
    assert_eq!(code, 0, "{said}");
    let after = bench.text("e/controls.toml");
    let expected = by_hand.replace("the list of open tickets", "the list of all tickets")
        + "\n[[controls]]\nid = \"OPS-03\"\ndescription = \"Doors are looked at daily.\"\ncriteria = [\"CC6.4\"]\n\
           owner = \"Site Lead\"\nfrequency = \"daily\"\n";
    assert_eq!(after, expected);
    let table = &said["tables"][0];
    assert_eq!(table["added"], serde_json::json!(["control OPS-03"]));
    assert_eq!(table["changed"], serde_json::json!([["control OPS-01", ["description"]]]));
    assert_eq!(table["kept"], serde_json::json!([["control OPS-01", ["owner"]]]));
    assert_eq!(table["gone"], serde_json::json!(["control OPS-02"]));
    assert_eq!(said["conflicts"], serde_json::json!([]));
    // Only when asked, and only what nobody touched.
    let (_, pruned) = bench.import_json(&source, &["--prune"]);
    assert_eq!(pruned["tables"][0]["removed"], serde_json::json!(["control OPS-02"]));
    assert!(!bench.text("e/controls.toml").contains("OPS-02"));
}

#[test]
fn where_both_changed_a_person_decides() {
    let conflict = || {
        let bench = Bench::new();
        let source = bench.file("matrix.csv", MATRIX);
        bench.import(&source, &[]);
        let by_hand = bench.text("e/controls.toml").replace("Site Lead", "Facilities");
        bench.file("e/controls.toml", by_hand);
        bench.file("matrix.csv", MATRIX.replace("Site Lead", "Building Lead"));
        (bench, source)
    };
    let (bench, source) = conflict();
    for _ in 0..2 {
        let (code, said) = bench.import_json(&source, &[]);
        assert_eq!(code, 1);
        assert_eq!(
            said["conflicts"],
            serde_json::json!([{
                "file": "controls.toml", "record": "control OPS-02", "field": "owner",
                "ours": "Facilities", "theirs": "Building Lead", "taken": "ours",
            }])
        );
        assert!(bench.text("e/controls.toml").contains("Facilities"));
    }
    // Kept for good, it is listed no more.
    bench.import(&source, &["--conflicts", "ours"]);
    let (code, said) = bench.import_json(&source, &[]);
    assert_eq!((code, &said["conflicts"]), (0, &serde_json::json!([])));
    assert!(bench.text("e/controls.toml").contains("Facilities"));

    let (bench, source) = conflict();
    let (code, said) = bench.import_json(&source, &["--conflicts", "theirs"]);
    assert_eq!((code, &said["conflicts"][0]["taken"]), (0, &"theirs".into()));
    assert!(bench.text("e/controls.toml").contains("Building Lead"));

    // A record that was removed by hand stays away, until the source changes it.
    let (bench, source) = conflict();
    let one = AS_TOML.split("\n[[controls]]").next().expect("the first");
    bench.file("e/controls.toml", one);
    let run = bench.import(&source, &[]);
    assert!(run.stderr.contains("conflict in controls.toml: control OPS-02"), "{}", run.stderr);
    bench.file("matrix.csv", MATRIX);
    assert_eq!(bench.import(&source, &[]).code, 0);
    assert_eq!(bench.text("e/controls.toml"), one);
}

#[test]
fn what_is_not_understood_is_told_and_written_as_it_stands() {
    let bench = Bench::new();
    let source = bench.file(
        "tests.csv",
        "Test ID,Control,Procedure,Sample,Deviations,Result\n\
         T-1,OPS-01,Inspected the list.,25 of 61,0,No exceptions noted. The list was complete.\n\
         T-2,OPS-02,Inspected the alarm.,lots,0,Looks okay-ish\n\
         ,OPS-02,Observed the alarm.,1,0,Pass\n",
    );
    let run = bench.import(&source, &[]);
    assert_eq!(run.code, 1);
    for (place, what) in [
        ("tests.csv:3:33", "`sample` must be a whole number"),
        ("tests.csv:3:40", "`result` must be one of"),
        ("tests.csv:4:", "this test has no `id`"),
        ("tests.csv:4:", "1 of 3 tests have no id, so they are not imported"),
    ] {
        assert!(run.stderr.contains(place) && run.stderr.contains(what), "{place} {what}\n{}", run.stderr);
    }
    let written = bench.text("e/tests.toml");
    for part in [
        "population = 61\nsample = 25\ndeviations = 0\nresult = \"no-deviation\"\nresult_text = \"The list was complete.\"",
        "sample = \"lots\"\ndeviations = 0\nresult = \"Looks okay-ish\"",
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
    // It stays an error until somebody mends it: nothing of it counts as clean.
    let check = Run::of(socpress().args(["check", "--format", "json"]).arg(bench.path("e")));
    let found: Vec<String> = check.findings().iter().map(|f| f.message.clone()).collect();
    assert!(found.iter().any(|m| m.contains("`result` must be")), "{found:?}");
}

/// Controls and tests in one sheet, a control for each of its criteria, in a workbook with a title above the heads.
#[test]
fn a_work_paper_with_controls_and_tests_in_one_row() {
    let bench = Bench::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("SOC 2 testing").expect("a name");
    sheet.write_string(0, 0, "Work paper 7").expect("a cell");
    let rows: [[&str; 7]; 4] = [
        ["Control #", "Control Description", "Criteria", "Test Procedure", "Sample Size", "Test Result", "PY result"],
        ["A-1", "Doors are locked at night.", "CC6.4", "Observed the doors.", "2", "No exceptions noted", "Exception"],
        ["A-1", "Doors are locked at night.", "CC6.5", "Inspected the log.", "5", "Exception noted", "Pass"],
        ["A-2", "Visitors sign the book.", "CC6.4", "Inspected the book.", "3", "Not tested", ""],
    ];
    for (row, cells) in (2u32..).zip(rows) {
        for (column, text) in (0u16..).zip(cells) {
            sheet.write_string(row, column, text).expect("a cell");
        }
    }
    let source = bench.file("paper.xlsx", book.save_to_buffer().expect("a workbook"));
    let run = bench.import(&source, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("Control # -> controls.id, tests.control"), "{}", run.stderr);
    assert!(run.stderr.contains("not used: PY result"), "{}", run.stderr);
    let controls = bench.text("e/controls.toml");
    assert_eq!(controls.matches("[[controls]]").count(), 2, "{controls}");
    assert!(controls.contains("criteria = [\"CC6.4\", \"CC6.5\"]"), "{controls}");
    let tests = bench.text("e/tests.toml");
    for (id, result) in [("A-1.a", "no-deviation"), ("A-1.b", "deviation"), ("A-2.a", "not-yet-tested")] {
        let record = tests.split("[[tests]]").find(|r| r.contains(&format!("id = \"{id}\""))).expect(id);
        assert!(record.contains(&format!("result = \"{result}\"")), "{record}");
    }
}

/// An export of a platform with ids of digits and codes of another framework only.
#[test]
fn codes_of_another_framework_are_not_taken_for_criteria() {
    let bench = Bench::new();
    let source = bench.file(
        "controls.csv",
        "Control ID,Control Name,ISO Section,Status,Owner\n00712,Leavers,A.5.11,OK,HR\n3e12,Inventory,A.5.9,Unknown,IT\n",
    );
    let run = bench.import(&source, &[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("the sheet has no column `criteria`"), "{}", run.stderr);
    assert!(run.stderr.contains("the column `ISO Section` holds sections of ISO 27001"), "{}", run.stderr);
    let written = bench.text("e/controls.toml");
    for part in ["# To do: description, criteria\n[[controls]]\nid = \"00712\"\ntitle = \"Leavers\"", "id = \"3e12\""] {
        assert!(written.contains(part), "{written}");
    }
    assert!(!written.contains("A.5"));
    let built = Run::of(socpress().arg("build").arg(bench.path("e")).arg("-o").arg(bench.path("out")));
    assert_eq!(built.code, 1);
    assert!(!bench.path("out/report.pdf").exists(), "nothing is built while controls lack what they need");
}

/// A list by criterion, as platforms give for a framework: each row has the controls that serve it.
#[test]
fn a_matrix_the_other_way_round() {
    let bench = Bench::new();
    let source = bench.file(
        "export/requirements.csv",
        "Requirement,Requirement text,Mapped controls\nCC6.1,x,\"DC-1, DC-2\"\nCC6.2,y,DC-2\nA.5.9,z,DC-1\n",
    );
    bench.file(
        "export/controls.csv",
        "Code,Control name,Description\nDC-1,Keys,Keys are kept.\nDC-2,Doors,Doors are shut.\n",
    );
    let (_, said) = bench.import_json(source.parent().expect("a folder"), &["--column", "Code=id"]);
    let written = bench.text("e/controls.toml");
    for part in [
        "id = \"DC-1\"\ntitle = \"Keys\"\ndescription = \"Keys are kept.\"\ncriteria = [\"CC6.1\"]",
        "id = \"DC-2\"\ntitle = \"Doors\"\ndescription = \"Doors are shut.\"\ncriteria = [\"CC6.1\", \"CC6.2\"]",
    ] {
        assert!(written.contains(part), "{written}");
    }
    assert!(!written.contains("To do"), "{written}");
    assert!(said["findings"].to_string().contains("1 rows name no trust services criterion"), "{said}");
}

/// Tests without ids: what was written by hand at one stays with its procedure, whatever comes before it.
#[test]
fn tests_without_ids_are_known_by_their_procedure() {
    let bench = Bench::new();
    let head = "Control,Procedure,Sample,Deviations,Result\n";
    let rows = "OPS-01,Inspected tickets.,5,0,Pass\n";
    let source = bench.file("tests.csv", format!("{head}{rows}"));
    bench.import(&source, &[]);
    let id = |procedure: &str| {
        let text = bench.text("e/tests.toml");
        let record = text.split("[[tests]]").find(|r| r.contains(procedure)).expect("a test").to_owned();
        let id = record.lines().find_map(|l| l.strip_prefix("id = ")).expect("an id").to_owned();
        (id, record)
    };
    let (first, _) = id("Inspected tickets.");
    let by_hand = bench
        .text("e/tests.toml")
        .replace("result = \"no-deviation\"", "result = \"no-deviation\"\nevidence = [\"E-7\"]");
    bench.file("e/tests.toml", by_hand);
    bench.file(
        "tests.csv",
        format!("{head}OPS-01,Observed the workflow.,1,1,Exception noted\n{rows}OPS-02,Asked the lead.,1,0,Pass\n"),
    );
    let (_, said) = bench.import_json(&source, &[]);
    let (same, record) = id("Inspected tickets.");
    assert_eq!(same, first);
    assert!(record.contains("evidence = [\"E-7\"]") && record.contains("no-deviation"), "{record}");
    assert_eq!(said["tables"][0]["added"].as_array().map(Vec::len), Some(2), "{said}");
    assert_eq!(said["tables"][0]["gone"], serde_json::json!([]));
    assert_eq!(bench.text("e/tests.toml").matches("[[tests]]").count(), 3);
    // A procedure that is reworded is still that test.
    bench.file("tests.csv", format!("{head}OPS-01,Observed the workflow.,1,1,Exception noted\nOPS-01,Inspected five tickets.,5,0,Pass\nOPS-02,Asked the lead.,1,0,Pass\n"));
    bench.import(&source, &[]);
    assert_eq!(id("Inspected five tickets.").0, first);
}

/// What was said of the columns holds for the next import; records without ids are never written.
#[test]
fn columns_are_remembered_and_records_without_ids_refused() {
    let bench = Bench::new();
    let source = bench.file("odd.csv", "Kennung,Control Description,Criteria\nA-1,Doors are shut.,CC6.4\n");
    let without = bench.import(&source, &[]);
    assert_eq!(without.code, 1);
    assert!(without.stderr.contains("1 of 1 controls have no id, so they are not imported"), "{}", without.stderr);
    assert_eq!(bench.import(&source, &["--column", "Kennung=id"]).code, 0);
    let before = bench.text("e/controls.toml");
    assert_eq!(bench.import(&source, &[]).code, 0);
    assert_eq!(bench.text("e/controls.toml"), before);
    let run = bench.import(&source, &["--column", "Kenung=id"]);
    assert!(run.stderr.contains("no sheet has a column `Kenung`"), "{}", run.stderr);
    let run = bench.import(&source, &["--column", "Kennung=idd"]);
    assert!(run.code == 2 && run.stderr.contains("there is no field `idd`; did you mean `id`?"), "{}", run.stderr);
}

/// A file may be renamed, and another file may have its name.
#[test]
fn the_same_source_is_known_by_its_records() {
    let bench = Bench::new();
    let rows = |range: std::ops::Range<usize>| {
        let rows: String = range.map(|n| format!("A-{n},Door {n} is shut.,CC6.4\n")).collect();
        format!("Control ID,Control Description,Criteria\n{rows}")
    };
    bench.import(&bench.file("matrix.csv", rows(0..8)), &[]);
    // Another client's file of the same name: nothing counts as gone, and --prune removes nothing.
    let (_, said) = bench.import_json(&bench.file("other/matrix.csv", rows(20..21)), &["--prune"]);
    assert_eq!(said["tables"][0]["gone"], serde_json::json!([]));
    assert_eq!(bench.text("e/controls.toml").matches("[[controls]]").count(), 9);
    // The next version under another name: the control that it dropped is named.
    let (_, said) = bench.import_json(&bench.file("matrix_v2.csv", rows(0..7)), &["--prune"]);
    assert_eq!(said["tables"][0]["removed"], serde_json::json!(["control A-7"]));
    // An empty cell says nothing of what a control cannot do without, and what it lacked is struck off its note.
    let owners = "Control ID,Control Description,Criteria,Owner\nA-0,,,Lead\nA-50,,,Lead\n";
    bench.import(&bench.file("owners.csv", owners), &[]);
    let text = bench.text("e/controls.toml");
    assert!(text.contains("description = \"Door 0 is shut.\"\ncriteria = [\"CC6.4\"]\nowner = \"Lead\""), "{text}");
    assert!(text.contains("# To do: description, criteria\n[[controls]]\nid = \"A-50\""), "{text}");
    bench.import(&bench.file("owners.csv", owners.replace("A-50,,", "A-50,Gates are shut.,CC6.4")), &[]);
    assert!(!bench.text("e/controls.toml").contains("To do"));
}

/// An index that names files: what it names and is not there, what is there and is not named, and when it was collected.
#[test]
fn an_index_that_names_files_is_taken_at_its_word() {
    let bench = Bench::new();
    bench.file("matrix.csv", "Control ID,Title,Description,Criteria\nBK-1,Backups,Restores are tried.,A1.3\n");
    bench.import(&bench.path("matrix.csv"), &["--categories", "security,availability"]);
    bench.file("x/Overview.csv", "Control ID,Control name,Evidence,File,Collected on\n\
        BK-1,Backups,Restore log,BK-1 Backups/restore.log,2025-06-30\nBK-1,Backups,Plan,BK-1 Backups/plan.pdf,2025-06-30\n\
        BK-2,Tapes,Tape list,,\n");
    bench.file("x/BK-1 Backups/restore.log", "restored");
    bench.file("x/BK-1 Backups/stray.txt", "stray");
    bench.file("x/export.log", "started\n403 denied: plan.pdf\n");
    let run = bench.import(&bench.path("x"), &[]);
    for said in [
        "the index names the file `BK-1 Backups/plan.pdf`, which is not there",
        "the index names no file for `Tape list` of the control `BK-2`",
        "the export says: 403 denied: plan.pdf",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
    let index = bench.text("e/evidence.toml");
    assert!(
        index.contains("file = \"BK-1 Backups/restore.log\"\ntitle = \"Restore log\"\ncontrols = [\"BK-1\"]\ncollected_on = 2025-06-30"),
        "{index}"
    );
    assert!(index.contains("file = \"BK-1 Backups/stray.txt\"\ntitle = \"stray.txt\""), "{index}");
    bench.file("x/BK-1 Backups/restore.log", "restored again");
    let run = bench.import(&bench.path("x"), &[]);
    assert!(
        run.stderr.contains("evidence/BK-1 Backups/restore.log: replaced, since the source changed it"),
        "{}",
        run.stderr
    );
}

fn evidence_export(bench: &Bench) -> PathBuf {
    for (name, content) in [
        (
            "_index.csv",
            "Control,Evidence,Type,Status,Files\nHR/Leavers,Leaver list,document,Ready,2\nLeavers,Ticket,request,Ready,1\n\
                        Backups,Restore log,document,Ready,1\nAwareness,Slides,link,Open,0\nHR/Leavers,Leaver list,document,Ready,2\n",
        ),
        (
            "_audit_info.json",
            "{\"customerName\": \"Hollowell Optics\", \"auditEndDate\": \"2026-01-01T00:00:00Z\", \"totalFilesExported\": 5}",
        ),
        ("_errors.log", "Failed to download: slides.pdf: 403\n"),
        ("Leavers/list.csv", "a"),
        ("Leavers/list_1.csv", "b"),
        ("Leavers/metadata.json", "[]"),
        ("Backups/restore.log", "restored"),
        (".DS_Store", "x"),
        ("__MACOSX/._list.csv", "x"),
    ] {
        bench.file(&format!("export/{name}"), content);
    }
    bench.path("export")
}

#[test]
fn an_evidence_export_is_held_against_its_own_index() {
    let bench = Bench::new();
    let export = evidence_export(&bench);
    let matrix = bench.file(
        "matrix.csv",
        "Control ID,Title,Description,Criteria\nBK-1,Backups,Restores are tried.,A1.3\nHR-1,Leavers,Accounts are closed.,CC6.2\n",
    );
    bench.import(&matrix, &["--categories", "security,availability"]);
    let run = bench.import(&export, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for said in [
        "the controls `HR/Leavers` and `Leavers` have got one folder, `Leavers`",
        "the index counts 3 files of `Leavers`, and 2 are there",
        "the export declares 5 files, and 3 are there",
        "the control `Awareness` has no files",
        "the index has this row twice: HR/Leavers, Leaver list, document, Ready, 2",
        "the export says: Failed to download: slides.pdf: 403",
        "2 files of the system that made the export are not imported",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
    let index = bench.text("e/evidence.toml");
    assert!(
        index
            .contains("id = \"E-001\"\nfile = \"Backups/restore.log\"\ntitle = \"Restore log\"\ncontrols = [\"BK-1\"]"),
        "{index}"
    );
    // Whose the files of the shared folder are is not guessed.
    assert!(index.contains("id = \"E-002\"\nfile = \"Leavers/list.csv\"\ntitle = \"list.csv\"\n"), "{index}");
    assert_eq!(bench.text("e/evidence/Leavers/list_1.csv"), "b");
    assert!(!bench.path("e/evidence/Leavers/metadata.json").exists());
    assert!(bench.text("e/engagement.toml").contains("name = \"Hollowell Optics\""));

    // A new file gets the next id; the others keep theirs, also where a hand said whose they are.
    bench.file("e/evidence.toml", index.replace("title = \"list.csv\"", "title = \"list.csv\"\ncontrols = [\"HR-1\"]"));
    bench.file("export/Backups/alarm.log", "new");
    bench.file("export/Leavers/list.csv", "changed");
    let run = bench.import(&export, &[]);
    let index = bench.text("e/evidence.toml");
    assert!(index.contains("id = \"E-004\"\nfile = \"Backups/alarm.log\""), "{index}\n{}", run.stderr);
    assert!(index.contains("controls = [\"HR-1\"]"), "{index}");
    assert_eq!(bench.text("e/evidence/Leavers/list.csv"), "changed");
    // A file that a hand changed as well is a conflict.
    bench.file("e/evidence/Leavers/list.csv", "redacted");
    bench.file("export/Leavers/list.csv", "changed again");
    let run = bench.import(&export, &[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("conflict in evidence/Leavers/list.csv"), "{}", run.stderr);
    assert_eq!(bench.text("e/evidence/Leavers/list.csv"), "redacted");
}

#[test]
fn wrong_use_says_what_is_wrong_and_writes_nothing() {
    let bench = Bench::new();
    let invoices = bench.file("invoices.csv", "Invoice,Amount\n17,200\n");
    let broken = bench.file("broken.json", "{\"catalog\": {\"uuid\": }");
    let other = bench.file("other.json", "{\"openapi\": \"3.1\"}");
    let stranger = bench.file("stranger/notes.txt", "x");
    for (source, more, code, says) in [
        (bench.path("none.xlsx"), &[][..], 3, "there is no file or folder"),
        (invoices.clone(), &[], 1, "nothing in `invoices.csv` is a table that is known"),
        (invoices.clone(), &["--table", "contrls"], 2, "there is no table `contrls`"),
        (invoices.clone(), &["--column", "Amount"], 2, "write it as `Head of the column=field`"),
        (broken, &[], 1, "broken.json:1:22"),
        (other, &[], 1, "`other.json` is no document that can be imported"),
    ] {
        let run = bench.import(&source, more);
        assert!(run.code == code && run.stderr.contains(says), "{says}: {}\n{}", run.code, run.stderr);
        assert!(!bench.path("e").exists());
    }
    let run = Run::of(socpress().arg("import").arg(&invoices).arg(stranger.parent().expect("a folder")));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("holds files, but no engagement.toml"), "{}", run.stderr);
    // With the columns named, the same file is a table.
    let run = bench.import(&invoices, &["--table", "acronyms", "--column", "Invoice=short", "--column", "Amount=long"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(bench.text("e/acronyms.toml").contains("short = \"17\"\nlong = \"200\""));
}

#[test]
fn a_table_in_a_sheet_is_left_alone() {
    let bench = Bench::new();
    let source = bench.file("matrix.csv", MATRIX);
    Run::of(socpress().arg("init").arg(bench.path("e")).args(["--tables", "csv"]));
    let before = bench.all("e");
    let run = bench.import(&source, &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("the table `controls` stands in controls.csv, which an import does not change"),
        "{}",
        run.stderr
    );
    assert!(bench.all("e") == before);
}

/// Every form that an export writes comes back with the same records.
#[test]
fn what_is_exported_comes_back_the_same() {
    let bench = Bench::new();
    for name in ["type1-startup", "type2-full", "type2-qualified"] {
        let whole = bench.path(&format!("{name}.json"));
        let export = |to: &str, out: &Path, folder: &Path| {
            let run = Run::of(socpress().arg("export").arg(folder).args(["--to", to, "-o"]).arg(out));
            assert_eq!(run.code, 0, "{}", run.stderr);
        };
        export("json", &whole, &sample(name));
        let tables = |path: &Path| -> Value {
            serde_json::from_str::<Value>(&fs::read_to_string(path).expect("JSON")).expect("JSON")["tables"].clone()
        };
        let expected = tables(&whole);
        for form in ["json", "toml", "csv", "xlsx"] {
            let out = bench.path(&format!("{name}-{form}")).with_extension(if form == "json" || form == "xlsx" {
                form
            } else {
                ""
            });
            export(form, &out, &sample(name));
            let back = bench.path(&format!("{name}-{form}-back"));
            let run = Run::of(socpress().arg("import").arg(&out).arg(&back));
            assert!(!run.stderr.contains("error"), "{name} {form}\n{}", run.stderr);
            let again = bench.path(&format!("{name}-{form}-again.json"));
            export("json", &again, &back);
            let mut found = tables(&again);
            let mut wanted = expected.clone();
            // What a sheet cannot hold was said.
            if form == "csv" || form == "xlsx" {
                for organization in wanted["subservice_organizations"].as_array_mut().into_iter().flatten() {
                    organization.as_object_mut().expect("an object").remove("assertion");
                }
            }
            for (table, records) in wanted.as_object_mut().expect("tables") {
                let got = &found[table];
                assert_eq!(got, records, "{name} {form} {table}");
            }
            found.as_object_mut().expect("tables").retain(|table, _| expected.get(table).is_none());
            assert_eq!(found, serde_json::json!({}), "{name} {form}");
        }
    }
}

/// Text that begins like a formula: no spreadsheet runs it, and it comes back as it was.
#[test]
fn formulas_are_harmless_in_exports() {
    let bench = Bench::new();
    let text =
        "[[controls]]\nid = \"-02\"\ndescription = \"=1+1 is two\"\ncriteria = [\"CC1.1\"]\nowner = \"@SUM(A1)\"\n";
    let source = bench.file("matrix.csv", MATRIX);
    bench.import(&source, &[]);
    bench.file("e/controls.toml", text);
    Run::of(socpress().arg("export").arg(bench.path("e")).args(["--to", "csv", "-o"]).arg(bench.path("out")));
    let csv = bench.text("out/controls.csv");
    for line in csv.lines().skip(1) {
        assert!(!line.contains(",=") && !line.contains(",@") && !line.starts_with('-'), "{csv}");
    }
    let script = "import csv,sys\nfor r in list(csv.reader(open(sys.argv[1])))[1:]:\n  assert not any(c[:1] in ('=','+','-','@') for c in r), r";
    let output = checkers("python").arg("-c").arg(script).arg(bench.path("out/controls.csv")).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let back = bench.path("back");
    Run::of(socpress().arg("import").arg(bench.path("out")).arg(&back));
    let read = fs::read_to_string(back.join("controls.toml")).expect("a table");
    assert!(read.ends_with(text), "{read}");
}
