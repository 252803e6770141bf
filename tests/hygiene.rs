//! Evidence that holds what should not be in a package: told with its place, never with the secret, and waived like any
//! other finding.

mod support;

use support::{Engagement, Run, listed, socpress};

const SECRET: &str = "Kestrel-77-over-owls";

fn with_secret() -> Engagement {
    let content = format!("# settings\nDB_HOST=db\nDB_PASSWORD={SECRET}\n");
    Engagement::type_2().exhibit("E-1", "app/settings.env", content)
}

/// Everything that the program says about a folder, in every form.
fn said(e: &Engagement) -> String {
    let run = |args: &[&str]| {
        let run = Run::of(socpress().args(args).arg(e.path()));
        run.stdout + &run.stderr
    };
    ["human", "json", "sarif", "github"].map(|format| run(&["check", "--format", format])).join("\n")
}

#[test]
fn the_place_is_told_and_the_secret_is_not() {
    let e = with_secret();
    let found = e.check().found("EVD-20");
    let [finding] = found.as_slice() else { panic!("{}", listed(&found)) };
    assert_eq!((finding.severity.as_str(), finding.blocking), ("warning", false));
    let at = finding.at.as_ref().expect("a place");
    assert_eq!((at.file.as_str(), at.line, at.column), ("evidence/app/settings.env", Some(3), None));
    assert_eq!(finding.related[0].at, e.place("evidence.toml", "file = ^\"app/settings.env\""));
    let text = said(&e);
    assert!(text.contains("settings.env:3"), "for people");
    assert!(text.contains("\"startLine\": 3"), "for code-review tools");
    assert!(text.contains(",line=3,title=EVD-20") || text.contains("line=3,title=EVD-20"), "for runners\n{text}");
    assert!(!text.contains(SECRET) && !text.contains("Kestrel"), "{text}");
    // Nor does anything that is built say it, but for the file itself.
    let built = e.build();
    assert!(!built.record().to_string().contains("Kestrel"));
    assert!(!built.archive().text("manifest.json").contains("Kestrel"));
    let points = Run::of(socpress().arg("points").arg(e.path()).arg("-o").arg(e.beside("points")));
    assert_eq!(points.code, 0, "{}", points.stderr);
    let json = std::fs::read_to_string(e.beside("points").join("points.json")).expect("points.json");
    assert!(json.contains("EVD-20") && !json.contains("Kestrel"), "{json}");
}

#[test]
fn each_file_is_told_once_for_each_kind() {
    let e = with_secret()
        .index("E-2", "app/settings.env")
        .exhibit("E-3", "run.txt", format!("#!/bin/sh\ncurl -u app --password={SECRET}\n"))
        .exhibit("E-4", "clean.txt", "The password policy asks for 14 characters.\n");
    let findings = e.check().findings();
    let of = |rule: &str| {
        findings
            .iter()
            .filter(|f| f.rule == rule)
            .filter_map(|f| f.at.as_ref())
            .map(|at| at.file.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("EVD-20"), ["evidence/app/settings.env", "evidence/run.txt"]);
    assert_eq!(of("EVD-21"), ["evidence/run.txt"]);
}

#[test]
fn a_finding_about_a_file_is_waived_by_its_place() {
    let waiver = |place: &str| {
        with_secret().add(&format!(
            "\n[[waivers]]\nrule = \"EVD-20\"\nwhere = \"{place}\"\nreason = \"The account is gone.\"\nby = \"Jo Lee\"\n"
        ))
    };
    let counts = |place: &str| {
        let run = waiver(place).check();
        (run.found("EVD-20").len(), run.found("WAI-02").len())
    };
    assert_eq!(counts("app/settings.env:3"), (0, 0));
    assert_eq!(counts("E-1"), (0, 0));
    assert_eq!(counts("other.env"), (1, 1));
}

#[test]
fn personal_data_counts_where_privacy_is_in_scope() {
    let people: String = (0..120).map(|n| format!("{n},person{n}@host{n}.example\n")).collect();
    let e = Engagement::type_2().exhibit("E-1", "customers.csv", &people);
    assert!(e.check().found("EVD-22").is_empty());
    let e = e.replace(
        "engagement.toml",
        "categories = [\"security\"]\nno_incidents",
        "categories = [\"security\", \"privacy\"]\nno_incidents",
    );
    let found = e.check().found("EVD-22");
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("120 e-mail addresses"), "{}", found[0].message);
    assert!(!said(&e).contains("host7.example"));
}
