//! Plans of batches: what they may hold, and how a bad one is told.

mod support;

use std::fs;

use serde_json::Value;
use support::{At, Batch, Run, client};

/// Rule, message and place of a finding.
type Found = (String, String, Option<At>);

/// A rule, a part of its message, and line and column.
type Expected<'a> = (&'a str, &'a str, Option<(usize, usize)>);

/// The findings of a refused plan.
fn refused(batch: &Batch, args: &[&str]) -> Vec<Found> {
    let run = batch.bulk(&[args, &["--log-format", "json"]].concat());
    assert_eq!(run.code, 1, "{run:?}");
    let event: Value = serde_json::from_str(run.stdout.trim()).expect("one event");
    assert_eq!(event["event"], "refused");
    assert!(!batch.path("out").exists(), "nothing is made of a bad plan");
    let findings = event["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().expect("a text").to_owned();
            (text("rule"), text("message"), serde_json::from_value(finding["at"].clone()).ok())
        })
        .collect()
}

#[track_caller]
fn refuses(batch: &Batch, args: &[&str], expected: &[Expected]) {
    let found = refused(batch, args);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (rule, says, place) in expected {
        let is = |(found_rule, message, at): &Found| {
            let position = at.as_ref().and_then(|at| Some((at.line?, at.column?)));
            found_rule == rule && message.contains(says) && position == *place
        };
        assert!(found.iter().any(is), "expected {rule} `{says}` at {place:?} among {found:#?}");
    }
}

fn names(batch: &Batch, run: &Run) -> Vec<String> {
    assert_eq!(run.code, 0, "{run:?}");
    batch.outcomes().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn the_three_forms_say_the_same() {
    let batch = Batch::of(&["a", "b"]);
    batch.write("plan.toml", "[[jobs]]\nengagement = \"clients/a\"\ndate = 2026-02-20\nevidence_list = false\n\n[[jobs]]\nengagement = \"clients/b\"\ndocument = \"matrix\"\noutput = \"b/matrix\"\n");
    batch.write("sub/plan.csv", "Engagement folder;Document;Date;Output name;Evidence list\n../clients/a;;2026-02-20;;no\n../clients/b;Matrix;;b/matrix;\n");
    batch.write("plan.jsonl", "{\"engagement\": \"clients/a\", \"date\": \"2026-02-20\", \"evidence_list\": false}\n\n{\"engagement\": \"clients/b\", \"document\": \"matrix\", \"output\": \"b/matrix\", \"recipient\": null}\n");
    let mut made = Vec::new();
    for plan in ["plan.toml", "sub/plan.csv", "plan.jsonl"] {
        assert_eq!(names(&batch, &batch.bulk(&[plan, "-o", "out"])), ["a", "b/matrix"], "{plan}");
        made.push(support::outputs(&batch.path("out")));
        fs::remove_dir_all(batch.path("out")).expect("the outputs");
    }
    assert!(made[0].len() == 4 && made[0] == made[1] && made[1] == made[2]);
}

#[test]
fn folders_patterns_and_plans_in_their_order() {
    let batch = Batch::of(&["c10", "c9", "x/2025", "y/2025"]);
    batch.write("clients/readme.md", "no engagement");
    let clients = batch.bulk(&["clients", "-o", "out", "--document", "matrix"]);
    assert_eq!(names(&batch, &clients), ["c9", "c10"]);
    // The engagement's own file stands for its folder.
    let file = batch.bulk(&["clients/c9/engagement.toml", "-o", "out", "--document", "matrix"]);
    assert_eq!(names(&batch, &file), ["c9"]);
    let pattern = batch.bulk(&["clients/*/2025", "-o", "out", "--name", "{parent}-{folder}"]);
    assert_eq!(names(&batch, &pattern), ["x-2025", "y-2025"]);
    batch.write("plan.toml", "[[jobs]]\nengagement = \"clients/x/2025\"\n");
    let both = batch.bulk(&[
        "plan.toml",
        "clients/c9",
        "-o",
        "out",
        "--document",
        "description",
        "--name",
        "{number}/{document}",
    ]);
    assert_eq!(names(&batch, &both), ["0001/description", "0002/description"]);
    assert!(batch.path("out/0001/description/description.pdf").is_file());
    // A link is named as it is here; a path that ends above itself as what it leads to.
    std::os::unix::fs::symlink(batch.path("clients/c9"), batch.path("linked")).expect("a link");
    let linked =
        batch.bulk(&["linked", "clients/x/2025/../../c10", "clients/c9/.", "-o", "out", "--document", "matrix"]);
    assert_eq!(names(&batch, &linked), ["linked", "c10", "c9"]);
    // Different documents of an engagement share a folder.
    batch.write(
        "two.toml",
        "[[jobs]]\nengagement = \"clients/c9\"\n[[jobs]]\nengagement = \"clients/c9\"\ndocument = \"matrix\"\n",
    );
    assert_eq!(names(&batch, &batch.bulk(&["two.toml", "-o", "out"])), ["c9", "c9"]);
    let made: Vec<String> = support::outputs(&batch.path("out/c9")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(made, ["build.json", "matrix.build.json", "matrix.pdf", "report.pdf"]);
}

#[test]
fn sources_that_are_none() {
    let batch = Batch::of(&["a"]);
    batch.write("notes.txt", "");
    batch.write("empty.csv", "engagement,document\n");
    fs::create_dir(batch.path("nothing")).expect("a folder");
    for (source, says) in [
        ("nowhere", "there is no nowhere"),
        ("nothing", "nothing has no engagement.toml, nor has a folder in it"),
        ("notes.txt", "notes.txt is neither an engagement folder nor a plan"),
        ("x*/y", "no engagement folder fits the pattern `x*/y`"),
        ("x[", "the pattern `x[` cannot be used"),
        ("empty.csv", "the plan empty.csv has no jobs"),
    ] {
        refuses(&batch, &[source, "-o", "out"], &[("BLK-02", says, None)]);
    }
    assert_eq!(batch.bulk(&["-o", "out"]).code, 2);
    assert_eq!(batch.bulk(&["clients", "--jobs", "0"]).code, 2);
    assert_eq!(batch.bulk(&["clients", "--keep-going", "--fail-fast"]).code, 2);
}

#[test]
fn all_problems_of_a_plan_in_one_run() {
    let batch = Batch::of(&["a", "b"]);
    batch.write(
        "plan.csv",
        "engagement,document,date,status,recipient,evidence list,serial,output\n\
         clients/a,reprot,2026-02-30,fianl,,,,\n\
         clients/none,,,,,,,\n\
         clients/a,,,,Bank,yes,,\n\
         clients/b,,,,,,7,\n\
         clients/b,,,,,,,../b\n\
         ,matrix,,,,,,\n\
         clients/b,matrix,,,,yes,,m\n\
         clients/none,,,,Bank,maybe,,\n",
    );
    let run = batch.bulk(&["plan.csv", "-o", "out"]);
    assert!(run.stderr.contains("write a day of the calendar"), "{}", run.stderr);
    refuses(
        &batch,
        &["plan.csv", "-o", "out"],
        &[
            ("INP-10", "`document` must be one of", Some((2, 11))),
            ("INP-11", "there is no day 2026-02-30", Some((2, 18))),
            ("INP-10", "`status` must be one of", Some((2, 29))),
            ("BLK-02", "there is no folder clients/none", Some((3, 1))),
            ("BLK-04", "a recipient's copy has no list of exhibits", Some((4, 19))),
            ("BLK-05", "there is a serial, but no recipient", Some((5, 16))),
            ("BLK-03", "the output name `../b` is none that all systems take", Some((6, 17))),
            ("INP-09", "this job has no `engagement`", Some((7, 1))),
            ("BLK-04", "the document `matrix` has no list of exhibits", Some((8, 21))),
            ("BLK-02", "there is no folder clients/none", Some((9, 1))),
            ("INP-10", "`evidence_list` must be", Some((9, 22))),
        ],
    );
}

#[test]
fn problems_of_toml_and_json_lines() {
    let batch = Batch::of(&["a"]);
    batch.write(
        "plan.toml",
        "[[jobs]]\nengagement = \"clients/a\"\nrecipiant = \"x\"\n\n[[job]]\nengagement = \"clients/a\"\n",
    );
    refuses(
        &batch,
        &["plan.toml", "-o", "out"],
        &[
            ("INP-08", "unknown key `recipiant` in jobs", Some((3, 1))),
            ("INP-08", "unknown key `job` in the plan", Some((5, 3))),
        ],
    );
    batch.write("plan.toml", "jobs = 7\n");
    refuses(&batch, &["plan.toml", "-o", "out"], &[("INP-10", "`jobs` must be tables", Some((1, 8)))]);
    batch.write(
        "plan.jsonl",
        "{\"engagement\": \"clients/a\"}\n{engagement: 1}\n{\"engagement\": [\"clients/a\"]}\n{\"engagement\": \"clients/a\", \"engagement\": \"clients/a\"}\n{\"engagement\": \"clients/a\", \"recipient\": \"a\\nb\"}\n",
    );
    refuses(
        &batch,
        &["plan.jsonl", "-o", "out"],
        &[
            ("INP-40", "this line is no JSON object: Expected string for object property", Some((2, 2))),
            ("INP-10", "`engagement` must be text, not a list", Some((3, 16))),
            ("INP-20", "`engagement` is given twice", Some((4, 30))),
            // Neither of the last two rows is the report itself, so that nothing meets.
            ("INP-10", "`recipient` has line breaks", Some((5, 42))),
        ],
    );
}

#[test]
fn outputs_that_meet() {
    let batch = Batch::of(&["x/2025", "y/2025", "Acme", "b"]);
    let of_the_others = |name| ("BLK-09", name, None);
    let below = ["clients/x was left out", "clients/y was left out"].map(of_the_others);
    refuses(&batch, &["clients/*/2025", "-o", "out"], &[("BLK-01", "two jobs write the report in `2025`", None)]);
    // Of many that meet one is told, with the others' places.
    batch.write("plan.csv", "engagement\nclients/b\nclients/Acme\nclients/b\n");
    let says = "3 jobs write the report in `x`: of clients/b and of clients/Acme among them";
    refuses(&batch, &["plan.csv", "-o", "out", "--name", "x"], &[("BLK-01", says, Some((3, 1)))]);
    // Names that are one on systems that do not tell case apart.
    batch.write(
        "plan.toml",
        "[[jobs]]\nengagement = \"clients/Acme\"\n[[jobs]]\nengagement = \"clients/b\"\noutput = \"acme\"\n",
    );
    refuses(
        &batch,
        &["plan.toml", "-o", "out"],
        &[("BLK-01", "two jobs write the report in `acme`, which is `Acme` on some systems", Some((5, 10)))],
    );
    for (name, says) in [
        ("{client}", "`{client}`, which stands for nothing"),
        ("{folder", "a brace without its other half"),
        ("a/../b", "none that all systems take"),
        ("summary.json", "of a file of the batch itself"),
    ] {
        refuses(&batch, &["clients/b", "-o", "out", "--name", name], &[("BLK-03", says, None)]);
    }
    // What is wrong with a pattern is told once, however many jobs there are.
    let says = "the output name `Acme/` is none that all systems take for a folder below the output folder; nor can those of 1 more be used";
    let expected = [&[("BLK-03", says, None)], &below[..]].concat();
    refuses(&batch, &["clients", "-o", "out", "--name", "{folder}/{recipient}"], &expected);
    let run = batch.bulk(&["clients", "-o", "clients/b/out"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.stderr.contains("error[BLK-06]: the output folder clients/b/out lies in the engagement folder"),
        "{}",
        run.stderr
    );
    assert!(!batch.path("clients/b/out").exists());
}

#[test]
fn a_folder_named_twice_and_one_that_is_hidden() {
    let batch = Batch::of(&["a", "b", ".old"]);
    let run = batch.bulk(&["clients", "clients/b", "./clients/a/", "-o", "out", "--document", "matrix"]);
    assert_eq!(names(&batch, &run), ["a", "b"]);
    assert!(run.stderr.contains("clients/.old was left out: its name begins with a dot"), "{}", run.stderr);
    assert_eq!(names(&batch, &batch.bulk(&["clients/*", "-o", "out", "--document", "matrix"])), ["a", "b"]);
    let named = batch.bulk(&["clients/.old", "-o", "out", "--document", "matrix"]);
    assert_eq!(named.code, 0, "{named:?}");
}

#[test]
fn no_client_is_passed_over_in_silence() {
    let batch = Batch::of(&["a", "more/b"]);
    std::os::unix::fs::symlink("/nowhere/mounted", batch.path("clients/gone")).expect("a link");
    let run = batch.bulk(&["clients", "-o", "out", "--document", "matrix"]);
    assert_eq!(names(&batch, &run), ["a"]);
    for says in [
        "clients/gone was left out: it is a link that leads nowhere",
        "clients/more was left out: it is no engagement, but b in it is one",
    ] {
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
    // What cannot be looked into may be a client's folder, whoever runs the batch.
    std::os::unix::fs::symlink("locked", batch.path("clients/locked")).expect("a link to itself");
    fs::remove_dir_all(batch.path("out")).expect("removed");
    for source in ["clients", "clients/*", "clients/locked"] {
        let found = refused(&batch, &[source, "-o", "out"]);
        let of: Vec<&str> =
            found.iter().filter(|(rule, ..)| rule == "BLK-02").map(|(_, says, _)| says.as_str()).collect();
        assert!(matches!(of[..], [says] if says.starts_with("clients/locked cannot be looked into: ")), "{found:?}");
    }
    batch.write("plan.csv", "engagement\nclients/gone\n");
    refuses(
        &batch,
        &["plan.csv", "-o", "out"],
        &[("BLK-02", "clients/gone is a link that leads nowhere", Some((2, 1)))],
    );
    batch.write("plan.csv", "engagement\nclients/locked\n");
    let says = "clients/locked cannot be looked into: ";
    refuses(&batch, &["plan.csv", "-o", "out"], &[("BLK-02", says, Some((2, 1)))]);
}

#[test]
fn a_misspelt_column_is_told_once_with_its_name() {
    let batch = Batch::of(&["a"]);
    batch.write("plan.csv", "engagment,recipent\nclients/a,Bank\n");
    let found = refused(&batch, &["plan.csv", "-o", "out"]);
    let said: Vec<&str> = found.iter().map(|(_, says, _)| says.as_str()).collect();
    assert_eq!(said, ["unknown column `engagment` in the plan", "unknown column `recipent` in the plan"]);
    assert!(found.iter().all(|(.., at)| at.as_ref().is_some_and(|at| at.file.starts_with('/'))), "{found:?}");
    let run = batch.bulk(&["plan.csv", "-o", "out"]);
    assert!(run.stderr.contains("did you mean `engagement`?"), "{}", run.stderr);
    // Other names of the columns can be missed as well, and a recipient with them; what is no slip is for people.
    batch.write("plan.csv", "engagement,User Entitiy,Comment,State,Name\nclients/a,Bank,soon,CA,Ann\n");
    let found = refused(&batch, &["plan.csv", "-o", "out"]);
    let said: Vec<&str> = found.iter().map(|(_, says, _)| says.as_str()).collect();
    assert_eq!(said, ["unknown column `User Entitiy` in the plan", "not read of the plan: `Comment`, `State`, `Name`"]);
}

#[test]
fn what_the_plan_says_is_not_looked_for_in_the_engagement() {
    let batch = Batch::of(&[]);
    batch.add("a", &client("a"));
    batch.write("plan.csv", "engagement,status,recipient\nclients/a,final,\nclients/a,draft,\u{9280}\u{884c} Bank\n");
    let run = batch.bulk(&["plan.csv", "-o", "out"]);
    assert_eq!(run.code, 1, "{run:?}");
    let jobs = &batch.summary()["jobs"];
    // That the wording is approved is asked of what the plan makes final.
    let of_plan = jobs[0]["findings"].as_array().expect("findings").iter().find(|one| one["at"]["file"] == "the plan");
    assert_eq!(of_plan.map(|one| &one["rule"]), Some(&Value::from("WRD-01")), "{jobs}");
    let copy = jobs[1]["findings"].as_array().expect("findings");
    let of_copy: Vec<&str> =
        copy.iter().filter_map(|one| one["message"].as_str()).filter(|m| m.contains("no font")).collect();
    assert!(
        matches!(of_copy[..], [one] if one.contains("which stands in `Copy 0001 for \u{9280}\u{884c} Bank`")),
        "{copy:?}"
    );
}

#[test]
fn folders_of_one_client_within_those_of_another() {
    let batch = Batch::of(&["a", "b"]);
    batch.write("plan.csv", "engagement,output\nclients/a,acme\nclients/b,Acme/beta\n");
    refuses(
        &batch,
        &["plan.csv", "-o", "out"],
        &[("BLK-01", "the outputs in `Acme/beta` would lie among those in `acme`", Some((3, 11)))],
    );
    // A folder that would have to lie where a file will, though both are of one client.
    batch.write("plan.csv", "engagement,output,document\nclients/a,acme,\nclients/a,acme/report.pdf,matrix\n");
    refuses(
        &batch,
        &["plan.csv", "-o", "out"],
        &[("BLK-01", "the outputs in `acme/report.pdf` would lie among those in `acme`", Some((3, 11)))],
    );
    // Nothing lies in the folder that a recipient gets.
    batch.write("plan.csv", "engagement,recipient,document,output\nclients/a,Ann,matrix,x\nclients/a,Bob,matrix,x/b\nclients/a,,matrix,x/full\n");
    let says = |name: &str| format!("the outputs in `{name}` would lie among those in `x`");
    let (of_bob, of_all) = (says("x/b"), says("x/full"));
    refuses(
        &batch,
        &["plan.csv", "-o", "out"],
        &[("BLK-01", &of_bob, Some((3, 22))), ("BLK-01", &of_all, Some((4, 19)))],
    );
    // The copies of a client lie in its folder.
    batch.write("plan.csv", "engagement,recipient\nclients/a,\nclients/a,Bank\n");
    assert_eq!(names(&batch, &batch.bulk(&["plan.csv", "-o", "out"])), ["a", "a/copies/0001"]);
}

#[test]
fn one_folder_for_two_clients_or_recipients() {
    let batch = Batch::of(&["a", "b"]);
    batch.write("plan.csv", "engagement,document,output\nclients/a,matrix,shared\nclients/b,description,Shared\n");
    let says = "`Shared` would hold the outputs of clients/a and of clients/b";
    refuses(&batch, &["plan.csv", "-o", "out"], &[("BLK-01", says, Some((3, 23)))]);
    batch.write("plan.csv", "engagement,document,recipient\nclients/a,matrix,A\nclients/a,description,B\n");
    let says = "`a` would hold the outputs of clients/a for A and of clients/a for B";
    refuses(&batch, &["plan.csv", "-o", "out", "--name", "{folder}"], &[("BLK-01", says, Some((3, 1)))]);
}

#[test]
fn what_would_fail_each_job_is_told_of_the_plan() {
    let batch = Batch::of(&["a", "b"]);
    batch.write("plan.csv", "engagement,firm\nclients/a,house\nclients/b,house\n");
    let found = refused(&batch, &["plan.csv", "-o", "out"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == "BLK-08" && found[0].1.contains("there is no folder house"), "{found:?}");
    let run = batch.bulk(&["clients", "-o", "out", "--name", "{folder}/{recipient}"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("{recipient} stands for nothing in this job"), "{}", run.stderr);
    // A client's folder is no firm's.
    let found = refused(&batch, &["clients", "-o", "out", "--firm", "clients/b"]);
    assert!(found[0].0 == "BLK-08" && found[0].1.contains("clients/b has no firm.toml"), "{found:?}");
    // Columns of a plan have their names.
    batch.write("plan.csv", "Folder,Doc,Recipient,Partner\nclients/a,matrix,A,Jo\n");
    let run = batch.bulk(&["plan.csv", "-o", "out"]);
    assert!(batch.path("out/a/copies/matrix-0001/matrix.pdf").is_file(), "{run:?}");
    assert!(run.stderr.contains("not read of the plan: `Partner`"), "{}", run.stderr);
    assert!(run.stderr.contains("the columns of a plan are engagement, document,"), "{}", run.stderr);
    assert!(!run.stderr.contains("[columns."), "{}", run.stderr);
}

#[test]
fn a_name_that_its_comma_tears_apart_is_no_recipient() {
    let batch = Batch::of(&["a"]);
    batch.write("plan.csv", "engagement,recipient\nclients/a,Bluebird Bank, N.A.\n");
    let found = refused(&batch, &["plan.csv", "-o", "out"]);
    assert!(found.len() == 1 && found[0].0 == "INP-06", "{found:?}");
}

#[test]
fn a_folder_that_looks_like_an_engagement_is_not_passed_over_in_silence() {
    let batch = Batch::of(&["a", "b", "c"]);
    fs::rename(batch.path("clients/b/engagement.toml"), batch.path("clients/b/Engagement.yml")).expect("renamed");
    fs::remove_file(batch.path("clients/c/engagement.toml")).expect("removed");
    batch.write("plan.csv", "engagement\nclients/b\n");
    let says = "clients/b has no engagement.toml, but Engagement.yml";
    refuses(&batch, &["plan.csv", "-o", "out"], &[("BLK-02", says, Some((2, 1)))]);
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(names(&batch, &run), ["a"]);
    for says in ["clients/b was left out: it has Engagement.yml", "clients/c was left out: it has controls"] {
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    let run = batch.bulk(&["clients/*", "-o", "out", "--log-format", "json"]);
    let first: serde_json::Value = serde_json::from_str(run.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!((first["event"].as_str(), first["findings"].as_array().map(Vec::len)), (Some("plan"), Some(2)));
}

#[test]
fn serials_tell_copies_apart() {
    let batch = Batch::of(&["a"]);
    batch.write("plan.csv", "engagement,recipient,serial\nclients/a,One,7\nclients/a,Two,7\n");
    let found = refused(&batch, &["plan.csv", "-o", "out"]);
    // That their outputs meet follows from it, and is not told besides.
    assert!(found.len() == 1 && found[0].0 == "BLK-05" && found[0].1.contains("serial 7 is given to two"), "{found:?}");
    batch.write("plan.csv", "engagement,recipient,serial\nclients/a,One,7\nclients/a,Two,0007\n");
    let found = refused(&batch, &["plan.csv", "-o", "out"]);
    assert!(found.iter().any(|(rule, message, _)| rule == "BLK-05" && message.contains("0007")), "{found:?}");
    // Numbers that are counted leave out those that are given; each document counts for itself.
    batch.write("plan.csv", "engagement,recipient,serial,document\nclients/a,One,,\nclients/a,Two,0001,\nclients/a,Three,,\nclients/a,Four,,matrix\n");
    let run = batch.bulk(&["plan.csv", "-o", "out", "--name", "{serial}-{recipient}"]);
    assert_eq!(names(&batch, &run), ["0002-One", "0001-Two", "0003-Three", "0001-Four"]);
}

#[test]
fn a_date_that_nothing_can_bear() {
    let batch = Batch::of(&[]);
    batch.add("a", &client("a"));
    batch.write("plan.toml", "[[jobs]]\nengagement = \"clients/a\"\ndocument = \"bridge-letter\"\ndate = 2026-04-01\n");
    let run = batch.bulk(&["plan.toml", "-o", "out"]);
    assert_eq!(run.code, 1, "{run:?}");
    let findings = batch.summary()["jobs"][0]["findings"].to_string();
    assert!(findings.contains("BLK-07") && findings.contains("[bridge_letter]"), "{findings}");
}

/// A recipient that is given and empty is no wish for the document itself; outputs stay out of all engagements.
#[test]
fn empty_recipients_and_outputs_within_an_engagement() {
    let batch = Batch::of(&["a", "b"]);
    batch.write("plan.toml", "[[jobs]]\nengagement = \"clients/a\"\nrecipient = \"\"\n");
    let found = refused(&batch, &["plan.toml", "-o", "out"]);
    assert!(found.iter().any(|(rule, message, _)| rule == "INP-10" && message == "`recipient` is empty"), "{found:?}");
    let run = batch.bulk(&["clients", "-o", "clients", "--log-format", "json"]);
    assert!(run.code == 1 && run.stdout.contains("BLK-06"), "{run:?}");
    assert!(!batch.path("clients/a/report.pdf").exists());
    batch.write("plan.toml", "[[jobs]]\nengagement = \"clients/b\"\noutput = \"a/description\"\n");
    let run = batch.bulk(&["plan.toml", "clients/a", "-o", "clients", "--log-format", "json"]);
    assert!(run.code == 1 && run.stdout.contains("BLK-06"), "{run:?}");
}
