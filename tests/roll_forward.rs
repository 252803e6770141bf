//! Last year's engagement becomes next year's draft.

mod support;

use support::{Engagement, Run, error, note, socpress, warning};

const NEXT: [&str; 2] = ["--period", "2026-01-01..2026-12-31"];

fn roll(engagement: &Engagement, window: &[&str]) -> Run {
    let new = engagement.beside("next");
    Run::of(socpress().arg("roll-forward").arg(engagement.path()).arg(new).args(window))
}

fn text(engagement: &Engagement, name: &str) -> String {
    std::fs::read_to_string(engagement.beside("next").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn check(engagement: &Engagement) -> Run {
    Run::of(socpress().args(["check", "--format", "json"]).arg(engagement.beside("next")))
}

#[test]
fn results_stay_behind_and_words_go_along() {
    let old = Engagement::type_2()
        .with_exception()
        .exhibit("E-1", "log.txt", "found")
        .set("[service_auditor]", "# The firm of the last years.\n[service_auditor]")
        .file("description/plan.png", "no picture");
    let run = roll(&old, &NEXT);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let engagement = text(&old, "engagement.toml");
    for kept in [
        "# The firm of the last years.",
        "Harrow & Penhale LLP",
        "Every account belongs to one named person.",
        "Idris Vanterpool",
    ] {
        assert!(engagement.contains(kept), "{kept}");
    }
    for gone in [
        "report_date = 2026-02-10\n\n[opinion]",
        "[opinion]",
        "no_incidents",
        "[[conclusions]]",
        "[[signoffs]]",
        "Petra Harrow",
        "start = 2025-01-01\nend = 2025-12-31\n\n[service",
    ] {
        assert!(!engagement.contains(gone), "{gone}");
    }
    let assertion = engagement.split("[assertion]").nth(1).expect("an assertion");
    assert!(!assertion.split('[').next().expect("its keys").contains("date"), "{assertion}");
    assert!(engagement.contains("start = 2026-01-01\nend = 2026-12-31"));
    let tests = text(&old, "tests.toml");
    assert_eq!(tests.matches("result = \"not-yet-tested\"").count(), 3);
    assert!(tests.contains("Inspected the tickets of the grants"));
    for gone in ["population = ", "sample", "deviations", "tested_on", "EX-1"] {
        assert!(!tests.contains(gone), "{gone}");
    }
    assert_eq!(text(&old, "controls.toml"), old.text("controls.toml"));
    assert_eq!(text(&old, "description/01-service.md"), old.text("description/01-service.md"));
    assert_eq!(text(&old, "description/plan.png"), "no picture");
    for gone in ["exceptions.toml", "evidence.toml", "evidence/log.txt"] {
        assert!(!old.beside("next").join(gone).exists(), "{gone}");
    }
}

#[test]
fn what_must_be_confirmed_is_listed_by_check() {
    let old = Engagement::type_2().with_exception();
    roll(&old, &NEXT);
    let findings = check(&old).findings();
    let of = |rule: &str| findings.iter().filter(|f| f.rule == rule).map(|f| f.message.clone()).collect::<Vec<_>>();
    let listed = of("RFW-01").join("\n");
    for what in [
        "description/01-service.md",
        "the 3 controls",
        "the 3 tests",
        "the service commitments",
        "who signs the assertion",
    ] {
        assert!(listed.contains(what), "{what} in {listed}");
    }
    assert_eq!(of("RFW-02"), ["the prior exception EX-1 has not been followed up"]);
    assert!(of("SCP-06").is_empty());
    let engagement = text(&old, "engagement.toml");
    assert!(engagement.contains("nature = \"For 2 of 20 grants selected"));
    assert!(engagement.contains("promised = \"Each owner has named a deputy.\""));
    assert!(engagement.contains("controls = [\"OPS-1\"]"));
}

#[test]
fn sheets_keep_their_columns() {
    let old = Engagement::type_2().remove("tests.toml").file(
        "tests.csv",
        "Test ID,Control,Test Procedure,Population,Sample Size,Deviations,Result,Tested On,Remarks of ours\nT-1,GOV-1,\"Inspected the minutes, all of them.\",,,,No exceptions noted,2025-11-18,keep\nT-2,OPS-1,Inspected tickets.,80,20,0,no-deviation,2026-01-12,\nT-3,SEC-1,Reperformed.,,,,no-deviation,2025-11-19,\n".replace(",Remarks of ours", "").replace(",keep", "").replace(",2026-01-12,", ",2026-01-12").replace(",2025-11-19,", ",2025-11-19"),
    );
    let run = roll(&old, &NEXT);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        text(&old, "tests.csv"),
        "Test ID,Control,Test Procedure,Population,Sample Size,Deviations,Result,Tested On\nT-1,GOV-1,\"Inspected the minutes, all of them.\",,,,not-yet-tested,\nT-2,OPS-1,Inspected tickets.,,,,not-yet-tested,\nT-3,SEC-1,Reperformed.,,,,not-yet-tested,\n"
    );
}

#[test]
fn periods_that_overlap_or_leave_a_gap() {
    let old = Engagement::type_2();
    let run = roll(&old, &["--period", "2025-12-31..2026-12-30"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("the new period begins on 2025-12-31, but the old one runs to 2025-12-31: they overlap"),
        "{}",
        run.stderr
    );
    assert!(!old.beside("next").exists());
    let run = roll(&old, &["--period", "2026-02-01..2026-12-31"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("no report covers the 31 days between 2025-12-31 and 2026-02-01"), "{}", run.stderr);
    assert_eq!(check(&old).found("SCP-06")[0].severity, "note");
    for wrong in [&["--period", "2026-12-31..2026-01-01"][..], &["--period", "2026"], &[], &["--as-of", "2025-06-30"]] {
        let other = Engagement::type_2();
        assert_eq!(roll(&other, wrong).code, 2, "{wrong:?}");
        assert!(!other.beside("next").exists());
    }
    Engagement::type_2()
        .add("\n[prior_report]\ntype = \"type-2\"\nstart = 2024-01-01\nend = 2025-01-15\n")
        .finds_only([warning("SCP-06", "begins on 2025-01-01, but the prior report runs to 2025-01-15")
            .at("engagement.toml", "start = ^2025-01-01")]);
    Engagement::type_2()
        .add("\n[prior_report]\nend = 2024-11-30\n")
        .finds_only([note("SCP-06", "no report covers the 31 days between 2024-11-30 and 2025-01-01")]);
}

#[test]
fn a_control_that_ended_is_left_out_with_its_tests() {
    let old = Engagement::type_2()
        .set("no_changes = true\n", "")
        .append("controls.toml", "\n[[controls]]\nid = \"OLD-1\"\ndescription = \"The old way.\"\ncriteria = [\"CC6.1\"]\nin_force_until = 2025-06-30\n")
        .append("tests.toml", "\n[[tests]]\nid = \"T-9\"\ncontrol = \"OLD-1\"\nprocedure = \"Inspected the old way.\"\nmethods = [\"inspection\"]\nresult = \"no-deviation\"\n")
        .add("\n[[changes]]\ndate = 2025-07-01\ndescription = \"OLD-1 ended.\"\ncontrols = [\"OLD-1\"]\n");
    let run = roll(&old, &NEXT);
    assert!(run.stderr.contains("control OLD-1 was no longer in force"), "{}", run.stderr);
    assert!(!text(&old, "controls.toml").contains("OLD-1"));
    assert!(!text(&old, "tests.toml").contains("T-9"));
    assert!(check(&old).found("INP-13").is_empty());
}

#[test]
fn a_final_report_has_nothing_left_to_confirm_or_follow_up() {
    let left = "\n[[to_confirm]]\nwhat = \"the text of description/01-service.md\"\n\n[[follow_ups]]\nexception = \"EX-9\"\ncontrols = [\"GONE-1\"]\n";
    let engagement = Engagement::type_2().issued().add(left);
    engagement.finds([
        error("RFW-01", "not yet confirmed: the text of description/01-service.md"),
        error("RFW-02", "EX-9 has not been followed up").at("engagement.toml", "exception = ^\"EX-9\""),
    ]);
    Engagement::type_2()
        .with_exception()
        .add("\n[[follow_ups]]\nexception = \"EX-9\"\ncontrols = [\"OPS-1\"]\noutcome = \"It came back.\"\n")
        .finds([note("DEV-10", "control OPS-1 deviated in the prior report (EX-9) and again")]);
}

#[test]
fn never_over_what_is_there_and_never_from_what_cannot_be_read() {
    let old = Engagement::type_2();
    std::fs::create_dir(old.beside("next")).expect("a folder");
    std::fs::write(old.beside("next/mine.txt"), "mine").expect("a file");
    assert_eq!(roll(&old, &NEXT).code, 2);
    assert_eq!(text(&old, "mine.txt"), "mine");
    let broken = Engagement::type_2().set("type = \"type-2\"", "type = ");
    assert_eq!(roll(&broken, &NEXT).code, 1);
    assert!(!broken.beside("next").exists());
}
