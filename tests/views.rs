//! An engagement seen from one side: what covers what, what is left, what answers readers' signals, the points to clear.

mod support;

use serde_json::Value;
use support::{Engagement, Run, checkers, socpress};

fn view(e: &Engagement, args: &[&str]) -> Run {
    Run::of(socpress().arg(args[0]).arg(e.path()).args(&args[1..]))
}

fn json(e: &Engagement, args: &[&str]) -> Value {
    let run = view(e, &[args, &["--format", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.json()
}

#[test]
fn what_covers_what_and_what_is_left() {
    let e = Engagement::type_2()
        .exhibit("E-1", "minutes.txt", "minutes")
        .replace("evidence.toml", "controls = [\"SEC-1\"]", "tests = [\"T-1\"]")
        .replace("tests.toml", "result = \"no-deviation\"\ntested_on = 2025-11-19", "result = \"not-yet-tested\"")
        .append(
            "controls.toml",
            "\n[[controls]]\nid = \"NEW-1\"\ndescription = \"Each visitor signs the book.\"\ncriteria = [\"CC6.4\"]\nowner = \"Desk\"\n",
        );
    let coverage = json(&e, &["coverage"])["coverage"].clone();
    let of = |list: &str, key: &str, wanted: &str| {
        let list = coverage[list].as_array().expect("a list");
        list.iter().find(|item| item[key] == wanted).unwrap_or_else(|| panic!("{wanted}: {list:#?}")).clone()
    };
    assert_eq!(of("criteria", "id", "CC6.4")["controls"], serde_json::json!(["OPS-1", "SEC-1", "NEW-1"]));
    assert_eq!(of("criteria", "id", "CC6.4")["tests"], 2);
    assert_eq!(of("controls", "id", "GOV-1")["evidence"], serde_json::json!(["E-1"]));
    assert_eq!(of("controls", "id", "NEW-1")["tests"], serde_json::json!([]));
    let left: Vec<(String, String)> = coverage["left"]
        .as_array()
        .expect("left")
        .iter()
        .map(|l| (l["control"].as_str().expect("a control").into(), l["what"].as_str().expect("what").into()))
        .collect();
    let expected = [("OPS-1", "no-evidence"), ("SEC-1", "not-yet-tested"), ("NEW-1", "no-test")];
    assert_eq!(left, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let numbers: Vec<_> =
        coverage["description_criteria"].as_array().expect("criteria").iter().map(|d| d["number"].clone()).collect();
    assert_eq!(numbers, (1..=9).map(Value::from).collect::<Vec<_>>());
    // The same for people, and on the last pages of the draft.
    let run = view(&e, &["coverage", "--view", "left"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("NEW-1  –    no test has been written"), "{}", run.stdout);
    assert!(!run.stdout.contains("CC1.1"), "{}", run.stdout);
    let report = e.report();
    report.says_in_order(&[
        "Coverage of This Draft",
        "CC6.4",
        "OPS-1, SEC-1, NEW-1",
        "Left To Do",
        "No test has been written.",
    ]);
    // An issued report has no such pages.
    Engagement::type_2().issued().report().says_not("Coverage of This Draft");
}

#[test]
fn the_signals_by_which_readers_score() {
    let signals = |e: &Engagement| json(e, &["score"])["signals"].as_array().expect("signals").clone();
    let of = |list: &[Value], id: &str| list.iter().find(|s| s["id"] == id).expect("a signal").clone();
    let clean = signals(&Engagement::type_2());
    assert_eq!(
        clean.iter().map(|s| s["id"].as_str().expect("an id")).collect::<Vec<_>>(),
        ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11"]
    );
    assert_eq!(of(&clean, "S2")["standing"], "answered");
    assert!(of(&clean, "S2")["facts"].to_string().contains("Idris Vanterpool, Chief Executive Officer"));
    assert_eq!(of(&clean, "S8")["standing"], "unknown");
    let firm = "format = 1\ncpas = 12\nreports_a_year = 90\n";
    let told = signals(&Engagement::type_2().file("firm/firm.toml", firm));
    assert!(of(&told, "S9")["facts"].to_string().contains("12 CPAs issue 90 SOC reports a year"));
    let vague =
        signals(&Engagement::type_2().replace("controls.toml", "Once a year the board", "The board periodically"));
    assert_eq!((&of(&vague, "S6")["standing"], &of(&vague, "S6")["findings"]["CRT-08"]), (&"look".into(), &1.into()));
    assert_eq!(of(&signals(&Engagement::type_1()), "S7")["standing"], "absent");
    let run = view(&Engagement::type_2(), &["score"]);
    assert!(run.stdout.contains("S10  Whoever signs has the experience: answered"), "{}", run.stdout);
}

#[test]
fn the_sheet_of_points() {
    let e = Engagement::type_2()
        .topic("See the GRDB. =cmd|' /C calc'!A0 See Section V.")
        .replace("tests.toml", "Reperformed the", "Reviewed the")
        .add("\n[[waivers]]\nrule = \"TXT-05\"\nby = \"Petra Harrow\"\nreason = \"Readers know it.\"\ndate = 2026-02-01\n");
    let run = Run::of(socpress().arg("points").arg(e.path()).arg("-o").arg(e.out()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("1 error, 1 warning, 1 waived"), "{}", run.stderr);
    let pdf = support::Pdf::open(&e.out().join("points.pdf"), None);
    pdf.says_in_order(&[
        "Points of the Review",
        "TXT-07",
        "01-service.md:7:",
        "the report has no Section V",
        "TST-06",
        "Readers know it.",
        "Petra Harrow, 2026-02-01",
    ]);
    // Another program reads the workbook.
    let script = "import openpyxl,json,sys\nb=openpyxl.load_workbook(sys.argv[1])\ns=b['Points']\nprint(json.dumps([[c.value for c in r] for r in s.iter_rows()]))\nassert s.freeze_panes=='A2' and s.auto_filter.ref";
    let output = checkers("python").arg("-c").arg(script).arg(e.out().join("points.xlsx")).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).expect("rows");
    assert_eq!(rows[0][1], "Rule");
    let rules: Vec<_> = rows[1..].iter().map(|row| row[1].as_str().expect("a rule")).collect();
    assert_eq!(rules, ["TXT-07", "TST-06", "TXT-05"]);
    assert_eq!((&rows[3][6], &rows[3][7]), (&"Readers know it.".into(), &"Petra Harrow, 2026-02-01".into()));
    assert_eq!(rows[1][6], Value::Null, "room for a response");
    let record: Value =
        serde_json::from_str(&std::fs::read_to_string(e.out().join("points.json")).expect("a record")).expect("JSON");
    assert_eq!(record["points"].as_array().expect("points").len(), 3);
    // The same bytes each time.
    let first = std::fs::read(e.out().join("points.xlsx")).expect("a workbook");
    let again = Run::of(socpress().arg("points").arg(e.path()).arg("-o").arg(e.out()));
    assert_eq!(again.code, 0);
    assert_eq!(std::fs::read(e.out().join("points.xlsx")).expect("a workbook"), first);
    // Waived findings are in the record of a build, and never in the report.
    let built = e.build();
    assert_eq!(built.record()["waived"][0]["finding"]["rule"], "TXT-05");
    built.report().says_not("Readers know it.");
}

#[test]
fn a_waiver_of_what_only_the_texts_show() {
    let waiver = "\n[[waivers]]\nrule = \"TXT-21\"\nby = \"Petra Harrow\"\nreason = \"It is meant so.\"\n";
    Engagement::type_2().topic("This is <b>loud.").add(waiver).finds_only([]);
    Engagement::type_2().add(waiver).finds_only([support::warning("WAI-02", "matches no finding")]);
}

#[test]
fn rules_that_a_firm_wants_or_does_not_want() {
    let e = || Engagement::type_2().replace("tests.toml", "Reperformed the", "Reviewed the");
    e().finds_only([support::warning("TST-06", "begins `reviewed`")]);
    e().file("firm/firm.toml", "format = 1\n\n[review]\noff = [\"tst-06\"]\n").finds_only([]);
    e().add("\n[review]\noff = [\"TST-06\"]\n").finds([
        support::error("RVW-01", "an engagement cannot switch off TST-06").helps("firm.toml"),
        support::warning("TST-06", "begins `reviewed`"),
    ]);
    Engagement::type_2()
        .add("\n[review]\non = [\"TST-99\"]\n")
        .finds_only([support::error("RVW-01", "there is no rule `TST-99`")]);
    Engagement::type_2()
        .add("\n[review]\non = [\"CUE-03\"]\n")
        .finds_only([support::note("CUE-03", "there are no complementary")]);
}

#[test]
fn views_of_a_folder_that_is_not_understood_say_so() {
    let broken = Engagement::type_2().replace("tests.toml", "sample = 20", "sample = ");
    for command in ["coverage", "score"] {
        let run = view(&broken, &[command]);
        assert_eq!(run.code, 1, "{command}");
        assert!(run.stderr.contains("could not be understood"), "{}", run.stderr);
    }
    let run = Run::of(socpress().arg("points").arg(broken.path()).arg("-o").arg(broken.out()));
    assert_eq!(run.code, 1, "the sheet is there, and the folder is not right: {}", run.stderr);
    assert!(broken.out().join("points.pdf").is_file());
    let absent = Run::of(socpress().arg("check").arg(Engagement::type_2().path()).args(["--firm", "nowhere"]));
    assert_eq!(absent.code, 3, "{}", absent.stderr);
}

#[test]
fn waivers_of_no_rule_of_a_later_day_and_in_sarif() {
    let waiver = |more: &str| format!("\n[[waivers]]\nby = \"Petra Harrow\"\nreason = \"Readers know it.\"\n{more}\n");
    Engagement::type_2()
        .add(&waiver("rule = \"DEV-77\""))
        .finds_only([support::warning("WAI-02", "there is no rule `DEV-77` to waive")]);
    let later = Engagement::type_2().topic("See the GRDB.").add(&waiver("rule = \"TXT-05\"\ndate = 2027-01-01"));
    later.finds_only([support::warning("WAI-01", "is dated 2027-01-01, after the report")]);
    let run = view(&later, &["check", "--format", "sarif"]);
    let suppressed = run.json()["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .find(|r| r["ruleId"] == "TXT-05")
        .expect("the waived finding")["suppressions"][0]
        .clone();
    assert_eq!(suppressed["justification"], "Readers know it.");
}

#[test]
fn slips_that_a_newcomer_made() {
    Engagement::type_2()
        .replace("tests.toml", "sample = 20", "sample = 0")
        .finds_only([support::error("TST-04", "test T-2 has a result, and no item was tested")]);
    Engagement::type_2().replace("tests.toml", "sample = 20", "sample = \"20\"").finds([support::error(
        "INP-10",
        "`sample` must be a whole number",
    )
    .helps("remove the quotes")]);
    Engagement::type_2().file("firm/firm.toml", "format = 1\nname = \"Wexcombe LLP\"\n").finds_only([
        support::warning("OPN-19", "signed by Harrow & Penhale LLP, the firm's folder is that of Wexcombe LLP"),
    ]);
    // Tests of an id that two controls have belong to one of them.
    let doubled = Engagement::type_2().replace("controls.toml", "id = \"SEC-1\"", "id = \"OPS-1\"").check();
    let untested = doubled.found("TST-01");
    assert!(untested.is_empty(), "{}", support::listed(&untested));
}
