//! All problems of a run together: none hides another, whatever stage finds it.

mod support;

use support::{Engagement, Run, error, listed, socpress, warning};

/// Ten faults of ten kinds in seven files.
#[test]
fn ten_faults_are_told_in_one_run() {
    Engagement::type_2()
        .set("no_incidents = true", "no_incidnets = true")
        .set("categories = [\"security\"]\nno", "categories = [\"security\", \"availabilty\"]\nno")
        .replace("controls.toml", "criteria = [\"CC6.1\", \"CC6.2\"", "criteria = [\"CC6.19\", \"CC6.2\"")
        .replace("controls.toml", "frequency = \"quarterly\"", "frequency = 4")
        .replace("tests.toml", "control = \"GOV-1\"", "control = \"GVO-1\"")
        .replace("tests.toml", "sample = 20", "sample = 200")
        .replace("tests.toml", "tested_on = 2025-11-19", "tested_on = \"2025-11-31\"")
        .exhibit("E-1", "log.txt", "first")
        .append("evidence.toml", "[[evidence]]\nid = \"e-1\"\nfile = \"absent.txt\"\ncontrols = [\"SEC-1\"]\n")
        .file("description/02-people.md", "# People\n\nTwelve.\n")
        .file("cuecs.csv", "id,description,criteria\nCU-1,\"Users lock their screens.,CC6.1\n")
        .refuses([
            error("INP-08", "`no_incidnets`").at("engagement.toml", "^no_incidnets"),
            error("INP-10", "`categories`").at("engagement.toml", "^\"availabilty\"").helps("`availability`"),
            error("CRT-02", "`CC6.19`").at("controls.toml", "^\"CC6.19\""),
            error("INP-10", "`frequency`").at("controls.toml", "frequency = ^4"),
            error("INP-13", "`GVO-1`").at("tests.toml", "^\"GVO-1\""),
            error("TST-03", "the sample of 200").at("tests.toml", "^200"),
            error("INP-11", "there is no day 2025-11-31").at("tests.toml", "^\"2025-11-31\""),
            error("INP-12", "`e-1` differs from `E-1`").at("evidence.toml", "^\"e-1\""),
            error("EVD-01", "`absent.txt`, does not exist").at("evidence.toml", "^\"absent.txt\""),
            error("INP-07", "no front matter").at("description/02-people.md", "# People"),
            error("INP-05", "never ends").at_line("cuecs.csv", 2, 6),
            // What follows from the first and the fifth.
            error("DSC-01", "no topic addresses DC 4"),
            error("TST-01", "control GOV-1 has no test"),
        ]);
}

/// Each bad record is told, and the good ones after it are read.
#[test]
fn a_bad_record_does_not_hide_the_next_one() {
    let rows =
        "id,description,criteria\n,No id here.,CC6.1\nX-2,,CC6.1\nX-3,Fine.,\nX-4,Fine.,CC99.1\nX-5,Fine.,CC6.2\n";
    let findings = Engagement::type_1().matrix("controls.csv", rows).refuses_among([
        error("INP-09", "this control has no `id`").at_line("controls.csv", 2, 1),
        error("INP-09", "this control has no `description`").at_line("controls.csv", 3, 1),
        error("INP-09", "this control has no `criteria`").at_line("controls.csv", 4, 1),
        error("CRT-02", "there is no criterion `CC99.1`").at_line("controls.csv", 5, 11),
    ]);
    let about_x5: Vec<_> =
        findings.iter().filter(|f| f.severity == "error" && f.message.contains("X-5")).cloned().collect();
    assert!(about_x5.is_empty(), "{}", listed(&about_x5));
}

/// A fault in the head of the engagement is no reason to keep quiet about the rest.
#[test]
fn a_fault_in_the_head_does_not_hide_references_and_judgement() {
    for (from, to) in [
        ("end = 2025-12-31", "end = \"2025-12-32\""),
        ("system = \"Quillmark Dispatch Cloud\"", "system = \"\""),
        ("status = \"draft\"", "status = \"drafty\""),
    ] {
        Engagement::type_2()
            .set(from, to)
            .replace("tests.toml", "control = \"GOV-1\"", "control = \"GVO-1\"")
            .replace("tests.toml", "sample = 20", "sample = 200")
            .exhibit("E-0", "there.txt", "there")
            .index("E-1", "absent.txt")
            .refuses_among([
                error("INP-13", "there is no control `GVO-1`").at("tests.toml", "^\"GVO-1\""),
                error("TST-03", "the sample of 200 is larger").at("tests.toml", "^200"),
                error("EVD-01", "`absent.txt`, does not exist").at("evidence.toml", "^\"absent.txt\""),
            ]);
    }
}

/// What the texts show, and what the layout would lose, comes in the same run.
#[test]
fn findings_of_reading_judging_composing_and_packing_stand_together() {
    let engagement = Engagement::type_2()
        .topic("See [the list](javascript:go()) and ![](missing.png).\n\n![A plan](../../plan.png)\n")
        .replace("tests.toml", "sample = 20", "sample = 200")
        .set("Petra Harrow", "Petra \u{202e}Harrow")
        .exhibit("E-1", "log.txt", "first")
        .index("E-2", "../log.txt");
    engagement.refuses_among([
        error("TST-03", "sample of 200"),
        error("EVD-07", "`../log.txt`").at("evidence.toml", "^\"../log.txt\""),
        error("INP-01", "missing.png").at("description/01-service.md", "^![](missing.png)"),
        error("INP-02", "leads out of the engagement folder").at("description/01-service.md", "^![A plan]"),
        warning("TXT-22", "`javascript:`").at("description/01-service.md", "^[the list]"),
    ]);
}

/// Findings stand in the order of files and places, and every one is counted.
#[test]
fn the_order_is_that_of_reading() {
    let engagement = Engagement::type_2()
        .replace("tests.toml", "sample = 20", "sampel = 20")
        .replace("tests.toml", "control = \"GOV-1\"", "contrl = \"GOV-1\"")
        .replace("controls.toml", "owner = \"Security Lead\"", "ownr = \"Security Lead\"");
    let run = engagement.check();
    let places: Vec<_> =
        run.findings().into_iter().filter_map(|f| f.at).map(|at| (at.file, at.line, at.column)).collect();
    let mut sorted = places.clone();
    sorted.sort();
    assert_eq!(places, sorted);
    let json = run.json();
    let count = |severity: &str| run.findings().iter().filter(|f| f.severity == severity).count();
    assert_eq!(json["tally"]["errors"], count("error"));
    assert_eq!(json["tally"]["warnings"], count("warning"));
    assert_eq!(json["tally"]["notes"], count("note"));
    let people = Run::of(socpress().args(["check", "--color", "never"]).arg(engagement.path()));
    let said = people
        .stderr
        .lines()
        .filter(|line| line.starts_with("error[") || line.starts_with("warning[") || line.starts_with("note["))
        .count();
    assert_eq!(said, run.findings().len(), "{}", people.stderr);
}
