//! The tables as a workbook: filled in by others, read back as they are.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Engagement, Run, checkers, error, sample, socpress};

/// A copy of a folder whose tables stand in `tables.xlsx` alone.
fn through_a_workbook(from: &Path, to: &Path) -> Run {
    let run = Run::of(socpress().arg("export").arg(from).arg("-o").arg(to.join("tables.xlsx")));
    assert_eq!(run.code, 0, "{}", run.stderr);
    copy(from, to);
    let names: Vec<String> = run
        .stderr
        .lines()
        .filter_map(|line| line.split_once(": ").filter(|(_, n)| n.ends_with(" rows")))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert!(names.len() > 5, "{names:?}");
    for name in &names {
        for extension in ["toml", "csv"] {
            let _ = fs::remove_file(to.join(format!("{name}.{extension}")));
        }
    }
    // Tables in engagement.toml go too.
    let text = fs::read_to_string(to.join("engagement.toml")).expect("the engagement");
    let (mut kept, mut keeps) = (String::new(), true);
    for line in text.lines() {
        if let Some(head) = line.strip_prefix('[') {
            let table = head.trim_matches(['[', ']', ' ']);
            let name = table.split('.').next().unwrap_or(table);
            keeps = !names.iter().any(|n| n == name);
        }
        if keeps {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    fs::write(to.join("engagement.toml"), kept).expect("written");
    run
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

fn report(folder: &Path, out: &Path) -> Vec<u8> {
    let run = Run::of(socpress().args(["build", "--format", "json"]).arg(folder).arg("-o").arg(out));
    assert!(run.built(), "{}", support::listed(&run.findings()));
    fs::read(out.join("report.pdf")).expect("a report")
}

/// The same report to the byte, whether its tables stand in files or in the exported workbook.
#[test]
fn a_workbook_read_back_gives_the_same_report() {
    for name in ["type1-startup", "csv-matrix", "type2-full"] {
        let temp = tempfile::tempdir().expect("a folder");
        let back = temp.path().join("back");
        fs::create_dir(&back).expect("a folder");
        through_a_workbook(&sample(name), &back);
        let before = report(&sample(name), &temp.path().join("before"));
        let after = report(&back, &temp.path().join("after"));
        assert!(before == after, "{name}: the reports differ");
    }
}

#[test]
fn what_a_sheet_cannot_hold_is_said() {
    let temp = tempfile::tempdir().expect("a folder");
    let run =
        Run::of(socpress().arg("export").arg(sample("type2-qualified")).arg("-o").arg(temp.path().join("q.xlsx")));
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("not written: `assertion` of subservice_organizations, given 1 times"),
        "{}",
        run.stderr
    );
}

/// Another program opens the workbook: heads, drop-downs, protection, comments, text that no spreadsheet runs.
#[test]
fn the_workbook_helps_whoever_fills_it_in() {
    let e = Engagement::type_2()
        .replace(
            "controls.toml",
            "Once a year the board approves",
            "=HYPERLINK(\\\"x\\\") Once a year the board approves",
        )
        .replace("tests.toml", "sample = 20", "sample = 200");
    let out = e.beside("filled.xlsx");
    let run =
        Run::of(socpress().arg("export").arg(e.path()).args(["--tables", "controls,tests,cuecs", "-o"]).arg(&out));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let script = "import openpyxl,json,sys\n\
                  b=openpyxl.load_workbook(sys.argv[1])\n\
                  c,t=b['controls'],b['tests']\n\
                  head=[x.value for x in t[1]]\n\
                  s=t.cell(3,head.index('sample')+1)\n\
                  print(json.dumps({'sheets':b.sheetnames,'heads':[x.value for x in c[1]],'text':c['C2'].value,'type':c['C2'].data_type,\n\
                  'protected':c.protection.sheet,'id':c['A2'].protection.locked,'other':c['C2'].protection.locked,'spare':c['A9'].protection.locked,\n\
                  'freeze':c.freeze_panes,'filter':bool(c.auto_filter.ref),'sample':s.value,'note':s.comment.text if s.comment else '',\n\
                  'lists':sorted(v.formula1 for v in t.data_validations.dataValidation),'date':t.cell(2,head.index('tested_on')+1).is_date}))";
    let output = checkers("python").arg("-c").arg(script).arg(&out).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(seen["sheets"], serde_json::json!(["Read me", "controls", "tests", "cuecs"]));
    assert_eq!(seen["heads"][0], "id");
    assert!(seen["text"].as_str().expect("text").starts_with("=HYPERLINK(\"x\")"), "{seen}");
    assert_eq!(seen["type"], "s", "text, no formula");
    for (key, value) in
        [("protected", true), ("id", true), ("other", false), ("spare", false), ("filter", true), ("date", true)]
    {
        assert_eq!(seen[key], value, "{key}: {seen}");
    }
    assert_eq!((&seen["freeze"], &seen["sample"]), (&"B2".into(), &200.into()));
    assert!(
        seen["note"].as_str().expect("a note").contains("error [TST-03]: test T-2: the sample of 200 is larger"),
        "{seen}"
    );
    assert!(seen["lists"].to_string().contains("no-deviation,deviation"), "{seen}");
    // The same bytes each time; a table that there is not is an error.
    let first = fs::read(&out).expect("a workbook");
    let again = || {
        let mut command = socpress();
        command.arg("export").arg(e.path()).args(["--tables", "controls,tests,cuecs", "-o"]).arg(&out);
        command
    };
    // What is there is not written over unasked.
    let refused = Run::of(&mut again());
    assert!(refused.code == 2 && refused.stderr.contains("is there already"), "{}", refused.stderr);
    assert_eq!(Run::of(again().arg("--force")).code, 0);
    assert_eq!(fs::read(&out).expect("a workbook"), first);
    assert_eq!(Run::of(socpress().arg("export").arg(e.path()).args(["--tables", "contrls"])).code, 2);
    // What was filled in is found in its cell.
    let filled = Engagement::type_2().remove("controls.toml").remove("tests.toml").file("tables.xlsx", first);
    filled.finds([error("TST-03", "test T-2: the sample of 200 is larger")]);
    let at = filled.check().found("TST-03")[0].clone();
    assert_eq!(at.at.expect("a place").file, "tables.xlsx");
}

/// Opens a workbook of a folder with a spreadsheet program, which saves each sheet as CSV below `saved/`.
fn saved_by_a_spreadsheet_program(folder: &Path, workbook: &str) {
    // All sheets, comma and quote, UTF-8, cells as they are shown.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    support::output(
        support::tool("soffice")
            .args(["--headless", &profile, "--convert-to", filter, "--outdir"])
            .arg(folder.join("saved"))
            .arg(folder.join(workbook)),
    );
}

#[test]
fn a_spreadsheet_program_shows_the_same_points() {
    let temp = tempfile::tempdir().expect("a folder");
    let e = Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 200");
    let run = Run::of(socpress().arg("points").arg(e.path()).arg("-o").arg(temp.path()));
    assert!(run.code < 2, "{}", run.stderr);
    saved_by_a_spreadsheet_program(temp.path(), "points.xlsx");
    let script = "import csv,json,sys\n\
                  rows=list(csv.reader(open(sys.argv[1],encoding='utf-8',newline='')))[1:]\n\
                  points=json.load(open(sys.argv[2]))\n\
                  points=points['points'] if isinstance(points,dict) else points\n\
                  assert [r[1:5] for r in rows]==[[p['rule'],p['severity'],p['place'],p['finding']] for p in points],(rows,points)\n\
                  print(len(rows))";
    let saved = temp.path().join("saved/points-Points.csv");
    let rows =
        support::output(support::tool("python3").args(["-c", script]).arg(saved).arg(temp.path().join("points.json")));
    assert!(rows.trim().parse::<usize>().expect("a number") > 0);
}

/// A spreadsheet program opens the workbook and saves its sheets: every cell says what the table says.
#[test]
fn a_spreadsheet_program_shows_the_same_cells() {
    for name in ["type1-startup", "type2-full", "type2-qualified"] {
        let temp = tempfile::tempdir().expect("a folder");
        let at = |name: &str| temp.path().join(name);
        for (to, out) in [("xlsx", "tables.xlsx"), ("csv", "tables")] {
            let run = Run::of(socpress().arg("export").arg(sample(name)).args(["--to", to, "-o"]).arg(at(out)));
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        saved_by_a_spreadsheet_program(temp.path(), "tables.xlsx");
        let same = support::python("same_cells.py", &[&at("saved"), Path::new("tables"), &at("tables")]);
        let counts: Vec<usize> = same.split_whitespace().map(|n| n.parse().expect("a number")).collect();
        assert!(counts[0] > 8 && counts[1] > 300, "{name}: {same}");
    }
}

/// What stays in the auditor's file does not go to the client, and no export changes an engagement unasked.
#[test]
fn an_export_for_the_client_leaves_out_what_is_the_auditors() {
    let temp = tempfile::tempdir().expect("a folder");
    let out = temp.path().join("for-client");
    let run = Run::of(
        socpress().arg("export").arg(sample("type2-full")).args(["--to", "csv", "--for-client", "-o"]).arg(&out),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let head = |name: &str| {
        let text = fs::read_to_string(out.join(name)).unwrap_or_default();
        text.lines().next().unwrap_or_default().to_owned()
    };
    let heads = head("tests.csv");
    assert!(heads.contains("procedure") && !heads.contains("tester") && !heads.contains("reviewer"), "{heads}");
    assert!(head("exceptions.csv").contains("response") && !head("exceptions.csv").contains("rationale"));
    assert!(["conclusions.csv", "signoffs.csv"].iter().all(|name| !out.join(name).exists()));

    // Asked for by name, in any form.
    for (to, more) in [("csv", &["--tables", "signoffs,tests"][..]), ("oscal-assessment-results", &[])] {
        let out = temp.path().join(to);
        let run = Run::of(
            socpress()
                .arg("export")
                .arg(sample("type2-full"))
                .args(["--to", to, "--for-client"])
                .args(more)
                .arg("-o")
                .arg(&out),
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stderr.contains("signoffs") && !run.stderr.contains("conclusions"), "{}", run.stderr);
        if to == "oscal-assessment-results" {
            let text = fs::read_to_string(&out).expect("results");
            assert!(text.contains("\"observations\""));
            assert!(["tester", "reviewer", "rationale"].iter().all(|name| !text.contains(&format!("\"{name}\""))));
        }
    }

    let e = Engagement::type_2();
    for to in ["csv", "toml"] {
        let run = Run::of(socpress().arg("export").arg(sample("type2-full")).args(["--to", to, "-o"]).arg(e.path()));
        assert!(run.code == 2 && run.stderr.contains("is an engagement folder"), "{}", run.stderr);
    }
    let run = Run::of(socpress().arg("export").arg(e.path()).arg("-o").arg(e.path().join("tables.xlsx")));
    assert!(run.code == 2 && run.stderr.contains("is an engagement folder"), "{}", run.stderr);
}
