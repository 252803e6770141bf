//! All or nothing: outputs appear together or not at all, and nothing of an earlier set stays that does not belong.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use support::{Engagement, Run, output, socpress, tool};

/// Files of the output folder with their contents, hidden ones too.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut list: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap_or_default()))
        .collect();
    list.sort();
    list
}

#[test]
fn a_build_that_fails_leaves_the_earlier_outputs() {
    let engagement = Engagement::type_2().exhibit("E-1", "log.txt", "first");
    let out = engagement.build().out;
    let before = contents(&out);
    let faults: [&dyn Fn(Engagement) -> Engagement; 4] = [
        // Not read, not found, not issued, and found out only when the pages are laid out.
        &|e| e.replace("tests.toml", "sample = 20", "sampel = 20"),
        &|e| e.replace("tests.toml", "sampel = 20", "sample = 20").index("E-2", "absent.txt"),
        &|e| {
            e.file("evidence/absent.txt", "now there").set("\"draft\"", "\"final\"").replace(
                "tests.toml",
                "sample = 20",
                "sample = 200",
            )
        },
        &|e| e.replace("tests.toml", "sample = 200", "sample = 20").topic("![](plan.png)\n"),
    ];
    let mut engagement = engagement;
    for (number, fault) in faults.iter().enumerate() {
        engagement = fault(engagement);
        let run = engagement.try_build();
        assert_eq!((run.code, run.built()), (1, false), "fault {number}");
        assert_eq!(contents(&out), before, "fault {number}");
    }
}

#[test]
fn outputs_of_an_earlier_build_that_are_no_longer_made_go() {
    let engagement = Engagement::type_2().exhibit("E-1", "log.txt", "first").add("\n[style]\nevidence_list = true\n");
    let built = engagement.build();
    assert_eq!(built.names(), ["build.json", "evidence.zip", "report-workpaper.pdf", "report.pdf"]);
    fs::write(built.out.join("notes of mine.txt"), "keep").expect("a file");
    fs::create_dir(built.out.join("older")).expect("a folder");
    let built = engagement.set("evidence_list = true", "evidence_list = false").build();
    assert_eq!(built.names(), ["build.json", "evidence.zip", "notes of mine.txt", "older", "report.pdf"]);
    let built = Engagement::type_2().build_into(&built.out);
    assert_eq!(built.names(), ["build.json", "notes of mine.txt", "older", "report.pdf"]);
}

/// Only what the record of an earlier build names is removed, and nothing outside the folder.
#[test]
fn a_forged_record_removes_nothing_elsewhere() {
    let engagement = Engagement::type_2().outside("mine.txt", "keep");
    let out = engagement.out();
    fs::create_dir_all(out.join("sub")).expect("folders");
    fs::write(out.join("sub/x.txt"), "keep").expect("a file");
    fs::write(out.join("other.txt"), "keep").expect("a file");
    let record = r#"{"generator": "socpress 0.1.0", "outputs": [{"name": "../mine.txt"}, {"name": "sub/x.txt"}, {"name": ".."}, {"name": ""}]}"#;
    fs::write(out.join("build.json"), record).expect("a record");
    engagement.build();
    for kept in [engagement.beside("mine.txt"), out.join("sub/x.txt"), out.join("other.txt")] {
        assert!(kept.is_file(), "{} is gone", kept.display());
    }
    fs::write(out.join("build.json"), "{\"generator\": \"another tool\", \"outputs\": [{\"name\": \"other.txt\"}]}")
        .expect("a record");
    engagement.build();
    assert!(out.join("other.txt").is_file());
}

#[test]
fn the_record_agrees_with_the_outputs() {
    let engagement = Engagement::type_2()
        .with_exception()
        .exhibit("E-1", "log.txt", "first")
        .add("\n[style]\nevidence_list = true\n")
        .replace("exceptions.toml", "response = \"Management agrees and regrets the omission.\"\n", "");
    let built = engagement.build();
    let record = built.record();
    assert_eq!(record["format"], 1);
    assert_eq!(record["generator"], format!("socpress {}", env!("CARGO_PKG_VERSION")));
    let roles: Vec<_> = record["outputs"]
        .as_array()
        .expect("outputs")
        .iter()
        .map(|o| (o["name"].as_str(), o["role"].as_str()))
        .collect();
    assert_eq!(
        roles,
        [
            (Some("report.pdf"), Some("report")),
            (Some("report-workpaper.pdf"), Some("workpaper-copy")),
            (Some("evidence.zip"), Some("evidence-package"))
        ]
    );
    for item in record["outputs"].as_array().expect("outputs") {
        let path = built.out.join(item["name"].as_str().expect("a name"));
        let sum = output(tool("sha256sum").arg(&path));
        assert_eq!(item["sha256"], sum.split_whitespace().next().unwrap_or_default(), "{item}");
        assert_eq!(item["bytes"], fs::metadata(&path).expect("the output").len(), "{item}");
        if path.extension().is_some_and(|e| e == "pdf") {
            assert_eq!(item["pages"], built.pdf(item["name"].as_str().expect("a name")).page_count(), "{item}");
        }
    }
    let facts = &record["engagement"];
    assert_eq!(facts["service_organization"], "Quillmark Logistics, Inc.");
    assert_eq!((&facts["type"], &facts["status"]), (&Value::from("type-2"), &Value::from("draft")));
    assert_eq!((&facts["from"], &facts["to"]), (&Value::from("2025-01-01"), &Value::from("2025-12-31")));
    assert_eq!(record["counts"]["evidence"], 1);
    assert_eq!(record["tally"]["warnings"], 1);
    assert!(record["findings"].as_array().expect("findings").iter().any(|f| f["rule"] == "DEV-02"), "{record:#}");
    // What the program says on standard output is the same.
    assert_eq!(built.run.json()["outputs"], record["outputs"]);
}

#[test]
fn outputs_are_readable_by_others() {
    let built = Engagement::type_2().exhibit("E-1", "log.txt", "first").build();
    for name in built.names() {
        let mode = fs::metadata(built.out.join(&name)).expect("an output").permissions().mode() & 0o777;
        assert_eq!(mode, 0o644, "{name}");
    }
}

#[test]
fn the_output_folder_is_made_and_may_be_inside_the_engagement() {
    let engagement = Engagement::type_2();
    let deep = engagement.beside("a/b/c");
    let built = engagement.build_into(&deep);
    assert_eq!(built.names(), ["build.json", "report.pdf"]);
    let inside = engagement.path().join("out");
    let first = fs::read(engagement.build_into(&inside).out.join("report.pdf")).expect("the report");
    // The outputs are no part of the next build.
    let second = fs::read(engagement.build_into(&inside).out.join("report.pdf")).expect("the report");
    assert_eq!(first, second);
    let findings = engagement.check().findings();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let engagement = Engagement::type_2().outside("taken", "a file");
    let run = Run::of(socpress().arg("build").arg(engagement.path()).arg("-o").arg(engagement.beside("taken")));
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("error: cannot write") && run.stderr.contains("taken"), "{}", run.stderr);
    assert!(run.stderr.contains("taken is a file, where a folder is wanted"), "{}", run.stderr);
    let below = engagement.beside("taken/below");
    let run = Run::of(socpress().args(["bulk"]).arg(engagement.path()).arg("-o").arg(below));
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("taken is a file, where a folder is wanted"), "{}", run.stderr);
    assert_eq!(fs::read(engagement.beside("taken")).expect("the file"), b"a file");
    // A folder where an output must go.
    fs::create_dir_all(engagement.out().join("report.pdf/x")).expect("folders");
    let run = Run::of(socpress().arg("build").arg(engagement.path()).arg("-o").arg(engagement.out()));
    assert_eq!(run.code, 3, "{run:?}");
    let left: Vec<_> = contents(&engagement.out()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, ["report.pdf"], "temporary files, or outputs without their record");
}

/// Of the documents the report alone has an edition with the list of exhibits.
#[test]
fn a_list_of_exhibits_of_a_document_that_has_none() {
    let engagement = Engagement::type_2();
    let mut build = socpress();
    build
        .arg("build")
        .arg(engagement.path())
        .args(["--document", "soc3", "--evidence-list", "-o"])
        .arg(engagement.out());
    let run = Run::of(&mut build);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("--evidence-list is for the report"), "{}", run.stderr);
    assert!(!engagement.out().exists());
}

/// Nothing of the clock, the machine, the folder's name or the number of threads is in the outputs.
#[test]
fn two_builds_are_byte_for_byte_the_same() {
    let make = || {
        Engagement::type_2()
            .with_exception()
            .exhibit("E-1", "log.txt", "first")
            .add("\n[style]\nevidence_list = true\n")
    };
    let first = make();
    let outputs =
        |built: &Path| contents(built).into_iter().filter(|(name, _)| name != "build.json").collect::<Vec<_>>();
    let one = outputs(&first.build().out);
    let renamed = first.beside("renamed to something else");
    fs::rename(first.path(), &renamed).expect("renamed");
    let variants: [(&str, &[(&str, &str)]); 3] = [
        ("one thread", &[("RAYON_NUM_THREADS", "1")]),
        ("another zone", &[("TZ", "Pacific/Kiritimati"), ("LANG", "de_DE.UTF-8")]),
        ("another home", &[("HOME", "/nonexistent"), ("USER", "somebody")]),
    ];
    for (name, variables) in variants {
        let out = first.beside(name);
        let run = Run::of(
            socpress().current_dir(&renamed).envs(variables.iter().copied()).args(["build", ".", "-o"]).arg(&out),
        );
        assert_eq!(run.code, 0, "{run:?}");
        assert!(outputs(&out) == one, "{name}: outputs differ");
    }
    assert!(outputs(&make().build().out) == one, "another copy of the folder");
}
