//! Findings that somebody has looked at and lets stand.

mod support;

use support::{Engagement, Run, error, socpress, warning};

fn vague() -> Engagement {
    Engagement::type_2().replace("tests.toml", "Reperformed the", "Reviewed the")
}

fn waiver(text: &str) -> String {
    format!("\n[[waivers]]\n{text}\n")
}

#[test]
fn a_waived_finding_is_told_and_counts_no_more() {
    let engagement = vague().add(&waiver(
        "rule = \"TST-06\"\nwhere = \"T-3\"\nreason = \"House style of the client.\"\nby = \"Petra Harrow\"",
    ));
    engagement.finds_only([]);
    let json = engagement.check().json();
    assert_eq!(json["waived"][0]["finding"]["rule"], "TST-06");
    assert_eq!(json["waived"][0]["reason"], "House style of the client.");
    let people = Run::of(socpress().arg("check").arg(engagement.path()));
    assert!(people.stderr.contains("waived by Petra Harrow: TST-06"), "{}", people.stderr);
    engagement.report().says_not("House style");
}

#[test]
fn a_waiver_that_says_too_little_or_is_for_nothing() {
    vague().add(&waiver("rule = \"TST-06\"")).finds_only([
        warning("TST-06", "begins `reviewed`"),
        error("WAI-01", "does not say why, or by whom").at("engagement.toml", "^[[waivers]]"),
    ]);
    vague().add(&waiver("rule = \"TST-06\"\nwhere = \"T-9\"\nreason = \"x\"\nby = \"y\"")).finds_only([
        warning("TST-06", "begins `reviewed`"),
        warning("WAI-02", "the waiver of TST-06 matches no finding").at("engagement.toml", "rule = ^\"TST-06\""),
    ]);
    vague().add(&waiver("rule = \"TST-06\"\nreason = \"x\"\nby = \"y\"\nuntil = 2026-02-01")).finds_only([
        warning("TST-06", "begins `reviewed`"),
        error("WAI-01", "ran out on 2026-02-01").at("engagement.toml", "until = ^2026-02-01"),
    ]);
}

#[test]
fn an_error_is_waived_by_the_partner_only() {
    let wrong = || Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 200");
    let by = |who: &str, date: &str| {
        wrong().add(&waiver(&format!("rule = \"TST-03\"\nreason = \"Agreed.\"\nby = \"{who}\"\n{date}")))
    };
    by("Petra Harrow", "date = 2026-02-08").finds_only([]);
    for engagement in [by("Petra Harrow", ""), by("Somebody Else", "date = 2026-02-08")] {
        engagement.finds_only([
            error("TST-03", "the sample of 200 is larger"),
            error("WAI-03", "only the engagement partner may waive it").at("engagement.toml", "rule = ^\"TST-03\""),
        ]);
    }
    // What leaves nothing to build from stays.
    Engagement::type_2()
        .replace("tests.toml", "control = \"GOV-1\"", "control = \"GVO-1\"")
        .add(&waiver("rule = \"INP-13\"\nreason = \"x\"\nby = \"Petra Harrow\"\ndate = 2026-02-08"))
        .finds([error("INP-13", "GVO-1"), error("WAI-03", "nothing can be built while it stands")]);
}
