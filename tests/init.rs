//! `socpress init`: a folder of questions that tells what is left to do, and never an answer that could pass unread.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::{Engagement, Run, error, listed, socpress, socpress_in};

/// A new folder made by `init`.
fn made(args: &[&str]) -> Engagement {
    let engagement = Engagement::empty();
    let run = Run::of(socpress().arg("init").arg(engagement.path()).args(args));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(run.stderr.contains("socpress check"), "what to do next: {}", run.stderr);
    engagement
}

fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).expect("below").display().to_string());
            }
        }
    }
    found
}

/// The head of the engagement answered, and nothing else.
fn answered(engagement: Engagement, type_1: bool) -> Engagement {
    let engagement = engagement
        .set("\nname = \"\"                   # legal name", "\nname = \"Quillmark Logistics, Inc.\"")
        .set("\nsystem = \"\"", "\nsystem = \"Quillmark Dispatch Cloud\"");
    if type_1 {
        engagement.set("# as_of =", "as_of = 2025-12-31")
    } else {
        engagement.set("# start =", "start = 2025-01-01").set("# end =", "end = 2025-12-31")
    }
}

#[test]
fn a_type_2_in_toml() {
    let engagement = made(&[]);
    let files = files(engagement.path());
    for name in [
        "engagement.toml",
        "controls.toml",
        "tests.toml",
        "exceptions.toml",
        "evidence.toml",
        "description/01-company-and-services.md",
        "description/17-changes.md",
    ] {
        assert!(files.contains(name), "{name} among {files:?}");
    }
    assert!(!files.contains("description/13-privacy.md"), "{files:?}");
    let text = engagement.text("engagement.toml");
    assert!(
        text.contains("type = \"type-2\"") && text.contains("[period]") && text.contains("categories = [\"security\"]"),
        "{text}"
    );
    assert!(text.contains("status = \"draft\""), "{text}");
}

#[test]
fn a_type_1_with_categories() {
    let engagement = made(&["--type", "type-1", "--categories", "privacy,availability"]);
    let files = files(engagement.path());
    for name in ["tests.toml", "exceptions.toml", "description/17-changes.md"] {
        assert!(!files.contains(name), "{name} among {files:?}");
    }
    assert!(
        files.contains("description/13-privacy.md") && files.contains("description/10-availability.md"),
        "{files:?}"
    );
    let text = engagement.text("engagement.toml");
    assert!(text.contains("categories = [\"security\", \"availability\", \"privacy\"]"), "{text}");
    assert!(text.contains("as_of") && !text.contains("[period]") && text.contains("[privacy]"), "{text}");
}

#[test]
fn tables_as_csv() {
    let engagement = made(&["--tables", "csv"]);
    for (name, heads) in [
        ("controls.csv", "id,title,description,criteria"),
        ("tests.csv", "id,control,procedure,methods"),
        ("exceptions.csv", "id,nature"),
        ("evidence.csv", "id,file,title"),
    ] {
        let text = engagement.text(name);
        assert!(text.starts_with(heads) && text.lines().count() == 1, "{name}: {text}");
    }
    let about_heads: Vec<_> =
        answered(engagement, false).check().findings().into_iter().filter(|f| f.rule == "INP-08").collect();
    assert!(about_heads.is_empty(), "the heads are those the reader knows: {}", listed(&about_heads));
}

#[test]
fn check_lists_what_is_left_to_write() {
    for args in [
        &["--type", "type-2"][..],
        &["--type", "type-1"],
        &["--tables", "csv"],
        &["--categories", "privacy,confidentiality"],
    ] {
        let type_1 = args.contains(&"type-1");
        let engagement = made(args);
        let findings = engagement.refuses_among([
            error("INP-09", "`name` is empty")
                .at("engagement.toml", "name = ^\"\"                   # legal name\nsystem"),
            error("INP-09", "`system` is empty").at("engagement.toml", "system = ^\"\""),
            error("INP-19", "control"),
        ]);
        // A fresh folder has gaps, and no mistakes.
        let mistakes: Vec<_> = findings
            .iter()
            .filter(|f| {
                !matches!(
                    f.rule.as_str(),
                    "INP-09"
                        | "INP-19"
                        | "SCP-01"
                        | "TXT-27"
                        | "CRT-01"
                        | "DSC-01"
                        | "DSC-02"
                        | "DSC-03"
                        | "SCP-10"
                        | "OPN-14"
                )
            })
            .cloned()
            .collect();
        assert!(mistakes.is_empty(), "{args:?}:\n{}", listed(&mistakes));

        let engagement = answered(engagement, type_1);
        let findings = engagement.check().findings();
        assert!(findings.iter().all(|f| f.message != "`name` is empty"), "{}", listed(&findings));
        let topics: BTreeSet<String> =
            files(engagement.path()).into_iter().filter(|name| name.starts_with("description/")).collect();
        let empty: BTreeSet<String> =
            findings.iter().filter(|f| f.rule == "TXT-27").filter_map(|f| f.at.clone()).map(|at| at.file).collect();
        // Topics whose tables are empty have no text either.
        assert_eq!(empty, topics, "{args:?}: every topic still has to be written");
        assert!(
            findings.iter().any(|f| f.rule == "DSC-03"),
            "{args:?}: no commitments yet, in
{}",
            listed(&findings)
        );
    }
}

/// Structure and questions only.
#[test]
fn nothing_in_it_could_pass_for_an_answer() {
    for args in [
        &["--categories", "security,availability,processing-integrity,confidentiality,privacy"][..],
        &["--type", "type-1"],
        &["--tables", "csv"],
    ] {
        let engagement = made(args);
        for name in files(engagement.path()) {
            let text = fs::read_to_string(engagement.path().join(&name)).expect("text");
            let said = match name.rsplit('.').next() {
                Some("md") => {
                    let body = text.splitn(3, "---\n").nth(2).unwrap_or_default();
                    let (before, rest) = body.split_once("<!--").unwrap_or((body, ""));
                    let after = rest.split_once("-->").map_or("", |(_, after)| after);
                    format!("{before}{after}")
                }
                // Values that are filled in.
                Some("toml") => text
                    .lines()
                    .map(|line| line.split(" #").next().unwrap_or_default().trim())
                    .filter(|line| !line.starts_with('#') && line.contains('=') && !line.ends_with("= \"\""))
                    .filter(|line| {
                        !["format", "type", "status", "categories", "paper", "date_format"]
                            .contains(&line.split(' ').next().unwrap_or_default())
                    })
                    .collect(),
                Some("csv") => text.lines().skip(1).collect(),
                _ => text,
            };
            // What editors read is no answer.
            if !name.starts_with(".schemas/") {
                assert_eq!(said.trim(), "", "{name}");
            }
        }
    }
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let engagement = Engagement::empty().file("mine.txt", "keep");
    let run = Run::of(socpress().arg("init").arg(engagement.path()));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is not empty"), "{}", run.stderr);
    assert_eq!(files(engagement.path()), BTreeSet::from(["mine.txt".to_owned()]));
    // A hidden file counts, a second run does too.
    let engagement = made(&[]);
    let before = files(engagement.path());
    assert_eq!(Run::of(socpress().arg("init").arg(engagement.path()).args(["--type", "type-1"])).code, 2);
    assert_eq!(files(engagement.path()), before);
    let run = Run::of(socpress().arg("init").arg(engagement.path().join("engagement.toml")));
    assert_eq!(run.code, 3, "a file is no folder: {}", run.stderr);
}

#[test]
fn the_folder_and_those_above_it_are_made() {
    let engagement = Engagement::empty();
    let run = Run::of(socpress_in(engagement.path()).args(["init", "clients/new one"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(engagement.path().join("clients/new one/engagement.toml").is_file());
    assert!(run.stderr.contains("clients/new one/engagement.toml"), "{}", run.stderr);
}

/// Two folders made the same way are the same.
#[test]
fn init_is_deterministic() {
    let (one, two) = (made(&["--categories", "privacy"]), made(&["--categories", "privacy"]));
    assert_eq!(files(one.path()), files(two.path()));
    for name in files(one.path()) {
        assert_eq!(
            fs::read(one.path().join(&name)).expect("a file"),
            fs::read(two.path().join(&name)).expect("a file"),
            "{name}"
        );
    }
}
