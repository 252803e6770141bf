//! A revised report: what it replaces, why, what changed, and its date.

mod support;

use support::{Engagement, Run, error, socpress, warning};

/// An issued engagement, its outputs, and a corrected copy of it.
fn issued_and_corrected() -> (Engagement, Engagement) {
    let old = Engagement::type_2().issued();
    old.build();
    let new = Engagement::type_2()
        .issued()
        .replace("tests.toml", "sample = 20", "sample = 25")
        .replace("controls.toml", "Once a year the board approves", "Once a year the whole board approves")
        .append("description/01-service.md", "\nA second paragraph.\n");
    (old, new)
}

fn reissue(old: &Engagement, new: &Engagement, more: &[&str]) -> Run {
    let fixed = ["--date", "2026-03-05", "--reason", "A sample had been reported wrongly."];
    Run::of(
        socpress()
            .arg("reissue")
            .arg(old.path())
            .arg(new.path())
            .arg("--replaces")
            .arg(old.out())
            .args(fixed)
            .args(more),
    )
}

#[test]
fn a_revised_report_says_what_it_replaces_and_what_changed() {
    let (old, new) = issued_and_corrected();
    let hash = old.build().record()["outputs"][0]["sha256"].as_str().expect("a hash").to_owned();
    let run = reissue(&old, &new, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("changed: Section IV, test T-2"), "{}", run.stderr);
    let engagement = new.text("engagement.toml");
    assert!(engagement.contains(&format!("replaces_sha256 = \"{hash}\"")), "{engagement}");
    assert!(engagement.contains("report_date = 2026-03-05"));
    let report = new.report();
    report.says_in_order(&[
        "Revised report",
        "This report replaces the report dated February 10, 2026",
        "A sample had been reported wrongly.",
        "Section I",
        "Opinion",
        "Revised report",
        "This report replaces our report dated February 10, 2026. It was revised for the following reason: A sample had been reported wrongly.",
        "Restricted use",
        "March 5, 2026",
        "Places That Changed in This Revision",
        &hash,
        "Section III, “The dispatch service”",
        "Section IV, control GOV-1",
        "Section IV, test T-2",
    ]);
    report.says_not("control OPS-1changed");
    report.says_not("Section IV, control OPS-1");
    new.finds_only([]);
}

#[test]
fn a_dual_date() {
    let (old, new) = issued_and_corrected();
    assert_eq!(reissue(&old, &new, &["--as-to", "the sample of test T-2"]).code, 0);
    new.report().says("February 10, 2026, except for the sample of test T-2, as to which the date is March 5, 2026");
    new.finds_only([]);
}

#[test]
fn only_an_issued_report_can_be_replaced() {
    let (old, new) = issued_and_corrected();
    let before = new.text("engagement.toml");
    let draft = Engagement::type_2();
    draft.build();
    let refused = [
        (
            Run::of(
                socpress().arg("reissue").arg(old.path()).arg(new.path()).arg("--replaces").arg(draft.out()).args([
                    "--date",
                    "2026-03-05",
                    "--reason",
                    "x",
                ]),
            ),
            "is a draft",
        ),
        (
            Run::of(socpress().arg("reissue").arg(old.path()).arg(new.path()).arg("--replaces").arg(old.out()).args([
                "--date",
                "2026-01-05",
                "--reason",
                "x",
            ])),
            "before the report of 2026-02-10",
        ),
    ];
    for (run, message) in refused {
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
    // The file is not the one that was issued.
    let path = old.out().join("report.pdf");
    let mut bytes = std::fs::read(&path).expect("a report");
    bytes.push(b'\n');
    std::fs::write(&path, bytes).expect("written");
    let run = reissue(&old, &new, &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is not the one that build.json records"), "{}", run.stderr);
    assert_eq!(new.text("engagement.toml"), before, "nothing was written");
}

#[test]
fn a_revision_that_is_not_told_rightly() {
    let with = |text: &str| {
        Engagement::type_2()
            .add(&format!("\n[reissue]\nreason = \"One.\"\nreplaces_sha256 = \"{}\"\n{text}\n", "ab".repeat(32)))
    };
    with("date = 2026-02-10\nreplaces_date = 2026-02-20").finds([
        error("RIS-01", "dated 2026-02-10, before the report of 2026-02-20")
            .at("engagement.toml", "date = ^2026-02-10\nreplaces"),
        warning("RIS-01", "does not say what changed"),
    ]);
    with("date = 2026-03-10\nreplaces_date = 2026-02-10")
        .finds([error("RIS-01", "the revised report is dated 2026-02-10 instead of 2026-03-10")]);
    Engagement::type_2()
        .add("\n[reissue]\ndate = 2026-02-10\nreason = \"One.\"\nreplaces_sha256 = \"abc\"\nreplaces_date = 2026-02-10\n")
        .refuses([error("INP-10", "`replaces_sha256` must be 64 hexadecimal digits").at("engagement.toml", "^\"abc\"")]);
}
