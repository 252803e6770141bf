//! Batches: every job by itself, resumed, divided, and joined again.

mod support;

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use support::{Batch, Engagement, Run, client, outcomes, output, outputs, socpress_in, tool};

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, outcome)| ((*name).to_owned(), (*outcome).to_owned())).collect()
}

/// When a file was put in place.
fn changed(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|meta| meta.modified()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn each_job_gives_the_bytes_of_a_build() {
    let batch = Batch::of(&["alpha", "beta"]);
    batch.add("gamma", &client("gamma").exhibit("E-1", "log.txt", "first"));
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(batch.outcomes(), named(&[("alpha", "built"), ("beta", "built"), ("gamma", "built")]));
    for name in ["alpha", "beta", "gamma"] {
        let alone = format!("alone/{name}");
        let engagement = batch.path(&format!("clients/{name}"));
        let run = Run::of(socpress_in(&batch.path("")).arg("build").arg(engagement).args(["-o", &alone]));
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(outputs(&batch.path(&alone)), outputs(&batch.path(&format!("out/{name}"))), "{name}");
    }
    let names: Vec<String> = outputs(&batch.path("out/gamma")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["build.json", "evidence.zip", "report.pdf"]);
    // The same with one worker, and with more workers than jobs.
    for (jobs, out) in [("1", "one"), ("7", "seven")] {
        assert_eq!(batch.bulk(&["clients", "-o", out, "--jobs", jobs]).code, 0);
        assert_eq!(outputs(&batch.path(out)), outputs(&batch.path("out")), "{jobs} workers");
    }
}

/// Workers that write into one folder at the same time leave one another's files alone.
#[test]
fn all_documents_of_a_client_at_once() {
    let batch = Batch::of(&[]);
    let many = (0..40).fold(client("a"), |e, n| {
        e.exhibit(&format!("E-{n}"), &format!("log-{n}.txt"), format!("{n} ").repeat(60_000))
    });
    batch.add("a", &many);
    let row = |document: &str| format!("clients/a,{document}\n");
    let rows: String = ["report", "matrix", "description", "representation-letter"].map(row).concat();
    batch.write("plan.csv", &format!("engagement,document\n{rows}"));
    for _ in 0..3 {
        let run = batch.bulk(&["plan.csv", "-o", "out", "--jobs", "2", "--force"]);
        assert_eq!(run.code, 0, "{run:?}");
        let verify = Run::of(socpress_in(&batch.path("out/a")).args(["verify", "evidence.zip", "report.pdf"]));
        assert_eq!(verify.code, 0, "{verify:?}");
        assert!(
            fs::read_dir(batch.path("out/a"))
                .expect("outputs")
                .flatten()
                .all(|e| !e.file_name().to_string_lossy().ends_with(".part"))
        );
        fs::remove_dir_all(batch.path("out")).expect("removed");
    }
}

#[test]
fn a_limit_of_nothing_is_none() {
    let batch = Batch::of(&["a"]);
    let run = batch.bulk(&["clients", "-o", "out", "--document", "matrix", "--memory-limit", "0", "--time-limit", "0"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn the_exit_code_tells_all_some_or_none() {
    let batch = Batch::of(&["good"]);
    batch.add("bad", &client("bad").replace("tests.toml", "sample = 20", "sampel = 20"));
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(run.code, 4, "{run:?}");
    assert_eq!(batch.outcomes(), named(&[("bad", "refused"), ("good", "built")]));
    assert!(run.stderr.contains("refused: bad") && run.stderr.contains("sampel"), "{}", run.stderr);
    assert!(!batch.path("out/bad/report.pdf").exists());
    let finding = &batch.summary()["jobs"][0]["findings"][0];
    assert_eq!((finding["rule"].as_str(), finding["severity"].as_str()), (Some("INP-08"), Some("error")));
    let at = &finding["at"];
    assert!(at["file"].as_str().is_some_and(|file| file.ends_with("clients/bad/tests.toml")), "{finding}");
    assert!(at["line"].is_u64() && at["column"].is_u64(), "{finding}");

    assert_eq!(batch.bulk(&["clients/bad", "-o", "none"]).code, 1);
    assert_eq!(batch.bulk(&["clients/good", "-o", "all"]).code, 0);
    // A file stands where the folder of the outputs belongs.
    batch.write("blocked/good", "");
    let run = batch.bulk(&["clients/good", "-o", "blocked"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("failed: good") && run.stderr.contains("cannot write"), "{}", run.stderr);
    // The whole output folder cannot be made.
    batch.write("file", "");
    assert_eq!(batch.bulk(&["clients/good", "-o", "file"]).code, 3);
}

#[test]
fn a_job_that_panics_hangs_ends_or_grows_harms_no_other() {
    let batch = Batch::of(&["a", "b-panic", "c", "d-abort", "e", "f-hang", "g", "h-grow", "i"]);
    let run = batch.bulk_with(
        &["clients", "-o", "out", "--time-limit", "8", "--memory-limit", "700", "--jobs", "2"],
        &[("SOCPRESS_WORKER_FAULT", "panic:b-panic;abort:d-abort;hang:f-hang;grow:h-grow")],
    );
    assert_eq!(run.code, 4, "{run:?}");
    let expected = [
        ("a", "built"),
        ("b-panic", "panicked"),
        ("c", "built"),
        ("d-abort", "crashed"),
        ("e", "built"),
        ("f-hang", "timed-out"),
        ("g", "built"),
        ("h-grow", "out-of-memory"),
        ("i", "built"),
    ];
    assert_eq!(batch.outcomes(), named(&expected));
    let message = |at: usize| batch.summary()["jobs"][at]["message"].as_str().expect("a message").to_owned();
    assert!(message(1).contains("asked for by the test of b-panic"), "{}", message(1));
    assert!(message(3).contains("signal 6"), "{}", message(3));
    assert!(message(5).contains("longer than 8 s"), "{}", message(5));
    assert!(message(7).contains("limit of 700"), "{}", message(7));
    // Once the fault is gone, only these four are made.
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    let again = batch.outcomes();
    for ((name, was), (_, is)) in expected.iter().zip(&again) {
        assert_eq!(is, if *was == "built" { "unchanged" } else { "built" }, "{name}");
    }
}

#[test]
fn fail_fast_begins_no_more_jobs() {
    let batch = Batch::of(&["b", "c", "d", "e", "f", "g"]);
    batch.add("a", &client("a").replace("tests.toml", "sample = 20", "sampel = 20"));
    let run = batch.bulk(&["clients", "-o", "out", "--jobs", "1", "--fail-fast"]);
    let outcomes: Vec<String> = batch.outcomes().into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes[0], "refused");
    assert_eq!(outcomes.last().map(String::as_str), Some("not-run"), "{outcomes:?}");
    assert_eq!(run.code, if outcomes.iter().any(|o| o == "built") { 4 } else { 1 });
    assert!(!batch.path("out/g").exists());
}

#[test]
fn only_what_changed_is_made_again() {
    let batch = Batch::of(&["alpha", "beta", "gamma"]);
    let run = |args: &[&str]| {
        let run = batch.bulk(&[&["clients", "-o", "out"], args].concat());
        assert_eq!(run.code, 0, "{run:?}");
        batch.outcomes().into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>()
    };
    assert_eq!(run(&[]), ["built"; 3]);
    let (report, before) = (batch.path("out/alpha/report.pdf"), changed(&batch.path("out/alpha/report.pdf")));
    let hashes = |summary: &Value| -> Vec<Value> {
        summary["jobs"].as_array().expect("jobs").iter().map(|job| job["outputs"].clone()).collect()
    };
    let first = hashes(&batch.summary());
    assert_eq!(run(&[]), ["unchanged"; 3]);
    assert_eq!(changed(&report), before);
    assert_eq!(hashes(&batch.summary()), first);

    batch.replace("clients/beta/tests.toml", "sample = 20", "sample = 21");
    assert_eq!(run(&[]), ["unchanged", "built", "unchanged"]);
    // A file that is added, and one that only changes its name.
    batch.write("clients/gamma/notes.md", "A note.");
    assert_eq!(run(&[]), ["unchanged", "unchanged", "built"]);
    fs::rename(batch.path("clients/gamma/notes.md"), batch.path("clients/gamma/notes-2.md")).expect("a new name");
    assert_eq!(run(&[]), ["unchanged", "unchanged", "built"]);
    // Outputs that are gone or are not as they were.
    fs::remove_file(batch.path("out/alpha/build.json")).expect("the record");
    fs::write(batch.path("out/gamma/report.pdf"), "other").expect("a file");
    assert_eq!(run(&[]), ["built", "unchanged", "built"]);
    // The firm's folder is an input too.
    batch.write("firm/firm.toml", "format = 1\n");
    assert_eq!(run(&["--firm", "firm"]), ["built"; 3]);
    assert_eq!(run(&["--firm", "firm"]), ["unchanged"; 3]);
    batch.write("firm/firm.toml", "format = 1\nregistration = \"Montana, 1\"\n");
    assert_eq!(run(&["--firm", "firm"]), ["built"; 3]);
    assert_eq!(run(&[]), ["built"; 3]);
    assert_eq!(run(&["--force"]), ["built"; 3]);
    // What the plan says counts as well.
    batch.write("plan.toml", "[[jobs]]\nengagement = \"clients/alpha\"\ndate = 2026-03-01\n");
    let run = batch.bulk(&["plan.toml", "-o", "out"]);
    assert_eq!((run.code, batch.outcomes()), (0, named(&[("alpha", "built")])));
}

/// Waits until `ready` holds.
#[track_caller]
fn wait_for(what: &str, mut ready: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !ready() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} does not come");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn two_batches_at_once_and_one_that_is_killed() {
    let batch = Batch::of(&["a", "b", "c", "d-hang"]);
    let mut first = batch
        .start(&["clients", "-o", "out", "--jobs", "1"], &[("SOCPRESS_WORKER_FAULT", "hang:d-hang")])
        .stderr(Stdio::null())
        .spawn()
        .expect("a batch");
    // The note of a job is the last that is written of it.
    let notes = || {
        walkdir::WalkDir::new(batch.path("out/.socpress/jobs"))
            .into_iter()
            .flatten()
            .filter(|e| e.file_type().is_file())
            .count()
    };
    wait_for("the third note", || notes() == 3);
    let workers = output(tool("pgrep").args(["-P", &first.id().to_string()]));
    let worker: u32 = workers.trim().parse().expect("one worker");

    let second = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(second.code, 3, "{second:?}");
    assert!(second.stderr.contains("another batch is writing to out"), "{}", second.stderr);
    // Into another folder it may.
    assert_eq!(batch.bulk(&["clients/a", "-o", "other"]).code, 0);

    let before = changed(&batch.path("out/a/report.pdf"));
    // What a write that was cut off leaves behind.
    batch.write("out/d-hang/.socpress-cut.part", "half");
    first.kill().expect("is killed");
    first.wait().expect("has ended");
    wait_for("the end of the worker", || !Path::new(&format!("/proc/{worker}/stat")).exists() || is_over(worker));
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        batch.outcomes(),
        named(&[("a", "unchanged"), ("b", "unchanged"), ("c", "unchanged"), ("d-hang", "built")])
    );
    assert_eq!(changed(&batch.path("out/a/report.pdf")), before);
    assert!(!batch.path("out/d-hang/.socpress-cut.part").exists());
}

/// A batch on one worker whose second job hangs, in a process group of its own as a shell would start it.
fn hanging(batch: &Batch, args: &[&str]) -> std::process::Child {
    use std::os::unix::process::CommandExt as _;
    let args = [&["clients", "-o", "out", "--jobs", "1"], args].concat();
    let child = batch
        .start(&args, &[("SOCPRESS_WORKER_FAULT", "hang:b-hang")])
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a batch");
    wait_for("the first report", || batch.path("out/a/build.json").is_file());
    // The next job has begun by then.
    thread::sleep(Duration::from_millis(500));
    child
}

/// What Ctrl-C does: the signal goes to the workers as well.
fn signal(name: &str, group: u32) {
    output(tool("kill").args([&format!("-{name}"), "--", &format!("-{group}")]));
}

#[test]
fn a_batch_that_is_asked_to_end() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let batch = Batch::of(&["a", "b-hang", "c"]);
        let child = hanging(&batch, &["--time-limit", "3"]);
        signal(name, child.id());
        let run = child.wait_with_output().expect("its output");
        let told = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(code), "{told}");
        // The worker was left to finish what it was at: here, to the limit of its time.
        assert_eq!(batch.outcomes(), named(&[("a", "built"), ("b-hang", "timed-out"), ("c", "not-run")]), "{told}");
        for says in [
            "stopping: what is begun will be finished",
            "Not begun, and left for the next run: 1 (c/report.pdf).",
            "stopped before 1 job was begun: run it again to go on",
        ] {
            assert!(told.contains(says), "{says}: {told}");
        }
        let next = batch.bulk(&["clients", "-o", "out"]);
        assert_eq!(next.code, 0, "{next:?}");
        assert_eq!(batch.outcomes(), named(&[("a", "unchanged"), ("b-hang", "built"), ("c", "built")]));
    }
    // The second signal does not wait.
    let batch = Batch::of(&["a", "b-hang", "c"]);
    let mut child = hanging(&batch, &["--log-format", "json"]);
    signal("INT", child.id());
    thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("a state").is_none(), "it waits for the job at hand");
    signal("INT", child.id());
    let run = child.wait_with_output().expect("its output");
    assert_eq!(run.status.code(), Some(130));
    assert!(!batch.path("out/summary.json").exists());
}

/// Ended, but nobody has asked how.
fn is_over(process: u32) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

#[test]
fn events_for_programs_and_lines_for_people() {
    let batch = Batch::of(&["alpha"]);
    batch.add("beta", &client("beta").replace("tests.toml", "sample = 20", "sampel = 20"));
    let run = batch.bulk(&["clients", "-o", "out", "--log-format", "json"]);
    let events: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["started", "job", "job", "finished"]);
    assert_eq!(events[0]["jobs"], 2);
    let mut told: Vec<(String, String)> = outcomes(&serde_json::json!({
        "jobs": [events[1]["job"], events[2]["job"]]
    }));
    told.sort();
    assert_eq!(told, named(&[("alpha", "built"), ("beta", "refused")]));
    assert_eq!(outcomes(&events[3]["summary"]), told);

    let run = batch.bulk(&["clients", "-o", "out"]);
    assert!(run.stdout.is_empty());
    assert!(run.stderr.contains("[1/2] ") && run.stderr.contains("unchanged: alpha/report.pdf ("), "{}", run.stderr);
    assert!(run.stderr.contains("\n2 jobs: 1 unchanged, 1 refused."), "{}", run.stderr);
    let quiet = batch.bulk(&["clients/alpha", "-o", "out", "--quiet"]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let quiet = batch.bulk(&["clients", "-o", "out", "--quiet"]);
    assert!(
        quiet.stderr.starts_with("error: refused: beta/report.pdf: ") && quiet.stderr.lines().count() == 1,
        "{}",
        quiet.stderr
    );
}

#[test]
fn the_summary_for_programs_spreadsheets_and_people() {
    let batch = Batch::of(&["alpha"]);
    // A name that a spreadsheet would take for a formula.
    batch.add("=1+1,x", &client("gamma").exhibit("E-1", "log.txt", "first"));
    assert_eq!(batch.bulk(&["clients", "-o", "out"]).code, 0);
    let summary = batch.summary();
    for job in summary["jobs"].as_array().expect("jobs") {
        for made in job["outputs"].as_array().expect("outputs") {
            let path = batch
                .path("out")
                .join(job["name"].as_str().expect("a name"))
                .join(made["name"].as_str().expect("a name"));
            let sum = output(tool("sha256sum").arg(path));
            let sum = sum.trim_start_matches('\\');
            assert_eq!(sum.split(' ').next(), made["sha256"].as_str());
        }
        let report = batch.path("out").join(job["name"].as_str().expect("a name")).join("report.pdf");
        let info = output(tool("pdfinfo").arg(report));
        let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).expect("pages").trim().to_owned();
        assert_eq!(job["pages"].to_string(), pages);
        assert!(job["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    }
    let read =
        "import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))))";
    let rows: Value =
        serde_json::from_str(&output(tool("python3").args(["-c", read]).arg(batch.path("out/summary.csv"))))
            .expect("JSON");
    let rows = rows.as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["'=1+1,x", "alpha"]);
    assert_eq!(rows[1]["status"], "built");
    assert_eq!(rows[1]["file"], "alpha/report.pdf");
    assert_eq!(rows[1]["sha256"], summary["jobs"][1]["outputs"][0]["sha256"]);
    let text = fs::read_to_string(batch.path("out/summary.txt")).expect("a text");
    assert!(text.starts_with("2 jobs: 2 built. "), "{text}");
}

#[test]
fn what_an_earlier_run_made_is_told_of() {
    let batch = Batch::of(&["alpha"]);
    batch.write("copies.csv", "engagement,recipient,document\nclients/alpha,Bank,matrix\n");
    assert_eq!(batch.bulk(&["copies.csv", "-o", "out"]).code, 0);
    assert_eq!(batch.bulk(&["clients", "-o", "out"]).code, 0);
    assert!(batch.summary()["jobs"][0].get("earlier_outputs").is_none());
    let tests = batch.path("clients/alpha/tests.toml");
    let text = fs::read_to_string(&tests).expect("the tests");
    fs::write(&tests, text.replace("sample = 20", "sampel = 20")).expect("written");
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("what an earlier run made is still there"), "{}", run.stderr);
    assert_eq!(batch.summary()["jobs"][0]["earlier_outputs"], true);
    assert!(batch.path("out/alpha/report.pdf").is_file());
    let table = fs::read_to_string(batch.path("out/summary.csv")).expect("the table");
    assert!(table.contains("sampel") && table.contains("what an earlier run made is still there"), "{table}");
    // A copy that may have been handed out stays in the register.
    let register = || fs::read_to_string(batch.path("out/distribution-register.csv")).expect("the register");
    let before = register();
    assert!(
        before.lines().nth(1).is_some_and(|row| row.starts_with("0001,Bank,") && row.ends_with(",current")),
        "{before}"
    );
    assert_eq!(batch.bulk(&["copies.csv", "-o", "out"]).code, 1);
    let hash = |register: &str| register.lines().nth(1).and_then(|row| row.rsplit(',').nth(1).map(str::to_owned));
    assert!(register().trim_end().ends_with(",earlier") && hash(&register()) == hash(&before), "{}", register());
}

#[test]
fn drafts_with_findings_are_made_and_counted() {
    let batch = Batch::of(&[]);
    batch.add("draft", &client("draft").replace("tests.toml", "sample = 20", "sample = 90"));
    let run = batch.bulk(&["clients", "-o", "out"]);
    assert_eq!((run.code, batch.outcomes()), (0, named(&[("draft", "built")])));
    assert!(run.stderr.contains("in spite of findings of error severity: 1"), "{}", run.stderr);
    assert!(batch.summary()["jobs"][0]["tally"]["errors"].as_u64() >= Some(1));
    // As a final report it is refused.
    batch.write("plan.jsonl", "{\"engagement\": \"clients/draft\", \"status\": \"final\"}\n");
    let run = batch.bulk(&["plan.jsonl", "-o", "out"]);
    assert_eq!((run.code, batch.outcomes()), (1, named(&[("draft", "refused")])));
}

#[test]
fn the_plan_overrides_what_the_engagement_says() {
    let batch = Batch::of(&[]);
    batch.add("a", &client("a").file("firm/firm.toml", "format = 1\nregistration = \"Montana, CPA firm 4471\"\n\n[peer_review]\naccepted_on = 2024-11-04\n\n[wording_approval]\nby = \"Petra Harrow\"\nrole = \"Quality partner\"\non = 2025-06-30\n"));
    batch.write(
        "plan.csv",
        "engagement,document,status,date,output\nclients/a,,final,2026-02-20,issued\nclients/a,matrix,,,draft/matrix\n",
    );
    let run = batch.bulk(&["plan.csv", "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(batch.outcomes(), named(&[("issued", "built"), ("draft/matrix", "built")]));
    let report = support::Pdf::open(&batch.path("out/issued/report.pdf"), None);
    report.says("February 20, 2026");
    // The assertion keeps its date.
    assert_eq!(report.count("February 10, 2026"), 1);
    assert_eq!(report.watermarks(), 0);
    let record = fs::read_to_string(batch.path("out/issued/build.json")).expect("a record");
    assert!(record.contains("\"status\": \"final\""));
    assert!(support::Pdf::open(&batch.path("out/draft/matrix/matrix.pdf"), None).watermarks() > 0);
}

#[test]
fn workers_are_replaced_and_leave_nothing_behind() {
    let batch = Batch::of(&["a", "b", "c", "d", "e"]);
    let run = batch.bulk(&["clients", "-o", "out", "--jobs", "1", "--jobs-per-worker", "2"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(batch.outcomes().len(), 5);
    let left: Vec<String> = walkdir::WalkDir::new(batch.path("out"))
        .into_iter()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The worker talks to its host alone: what is not a task ends it, and so does the end of the input.
#[test]
fn a_worker_ends_with_its_host() {
    let mut worker = std::process::Command::new(env!("CARGO_BIN_EXE_socpress"))
        .arg("bulk-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a worker");
    drop(worker.stdin.take());
    assert!(worker.wait().expect("ends").success());
    let mut said = String::new();
    worker.stdout.take().expect("output").read_to_string(&mut said).expect("text");
    assert!(said.starts_with("{\"worker\":\"socpress "), "{said}");
}

#[test]
fn the_library_runs_a_batch_with_any_program_that_serves() {
    use socpress::bulk::{BulkError, Defaults, Event, Options, Plan, Success, WorkerCommand, run};
    use socpress::diagnostics::Findings;

    let batch = Batch::of(&["alpha", "beta"]);
    let mut findings = Findings::default();
    let sources = [batch.path("clients").display().to_string()];
    let plan = Plan::read(&sources, &Defaults::default(), &mut findings);
    assert!(findings.is_empty());
    let command = WorkerCommand::new(env!("CARGO_BIN_EXE_socpress"), ["bulk-worker"]);
    let mut told = Vec::new();
    let summary = run(&plan, &Options::new(batch.path("out"), command), &mut |event| {
        if let Event::Done { result, .. } = event {
            told.push(result.name.clone());
        }
    })
    .expect("runs");
    told.sort();
    assert_eq!(
        (told.as_slice(), summary.success()),
        (["alpha".to_owned(), "beta".to_owned()].as_slice(), Success::All)
    );
    // A program that is no worker, and one that is not there.
    for (program, says) in [("true", "ended at once"), ("/nowhere/socpress", "cannot start the worker")] {
        let options = Options::new(batch.path("none"), WorkerCommand::new(program, [""; 0]));
        let failed = run(&plan, &options, &mut |_| {});
        assert!(matches!(&failed, Err(BulkError::Worker(why)) if why.contains(says)), "{failed:?}");
    }
}

/// The shards of a plan, run one after the other into one folder.
fn run_shards(batch: &Batch, shards: &[&str]) {
    for shard in shards {
        let run = batch.bulk(&["clients", "-o", "shards", "--shard", shard]);
        assert_eq!(run.code, 0, "{run:?}");
    }
}

#[test]
fn shards_together_are_the_whole() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let batch = Batch::of(&names);
    batch.write("clients/d/evidence/large.txt", &"x".repeat(4_000_000));
    assert_eq!(batch.bulk(&["clients", "-o", "out"]).code, 0);
    run_shards(&batch, &["1/3", "3/3"]);
    let merge = |batch: &Batch| batch.bulk(&["merge", "shards", "--log-format", "json"]);
    let summary = |run: &Run| run.json()["summary"].clone();
    let partial = merge(&batch);
    assert_eq!(partial.code, 4, "{partial:?}");
    assert_eq!(summary(&partial)["missing_shards"], serde_json::json!([2]));
    assert!(partial.stderr.contains("Missing shards: 2."), "{}", partial.stderr);
    // The missing one, told by a scheduler; another one twice, which does no harm.
    let run = batch.bulk_with(
        &["clients", "-o", "shards", "--shard", "auto/3"],
        &[("SLURM_ARRAY_TASK_ID", "6"), ("SLURM_ARRAY_TASK_MIN", "5"), ("SLURM_ARRAY_TASK_COUNT", "1")],
    );
    assert_eq!(run.code, 0, "{run:?}");
    run_shards(&batch, &["1/3"]);
    let whole = merge(&batch);
    assert_eq!(whole.code, 0, "{whole:?}");
    let joined = outcomes(&summary(&whole));
    assert_eq!(joined.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), names);
    assert_eq!(outputs(&batch.path("shards")), outputs(&batch.path("out")));
    // Every shard has a part of the work.
    for number in 1..=3 {
        let folder = walkdir::WalkDir::new(batch.path("shards/.socpress/shards")).into_iter().flatten();
        let path =
            folder.map(|e| e.path().to_owned()).find(|p| p.ends_with(format!("{number}.json"))).expect("a summary");
        let shard: Value = serde_json::from_str(&fs::read_to_string(path).expect("a text")).expect("JSON");
        assert!((2..=3).contains(&shard["jobs"].as_array().expect("jobs").len()), "shard {number}");
    }
    // An output that is gone is found.
    fs::remove_file(batch.path("shards/c/report.pdf")).expect("a report");
    let broken = merge(&batch);
    assert_eq!(broken.code, 4, "{broken:?}");
    assert!(
        broken.stderr.contains("failed: c/report.pdf: report.pdf is not there as it was made: run shard "),
        "{}",
        broken.stderr
    );
}

#[test]
fn an_ordinary_run_takes_the_place_of_shards() {
    let batch = Batch::of(&["a", "b"]);
    run_shards(&batch, &["1/2", "2/2"]);
    assert_eq!(batch.bulk(&["clients", "-o", "shards"]).code, 0);
    let merged = batch.bulk(&["merge", "shards", "--log-format", "json"]);
    assert_eq!(merged.code, 3, "{merged:?}");
    assert_eq!(merged.json()["event"], "failed");
    assert!(merged.stderr.contains("shards holds an ordinary run"), "{}", merged.stderr);
}

#[test]
fn shards_that_cannot_be() {
    let batch = Batch::of(&["a"]);
    for (shard, says) in
        [("0/4", "counted from 1"), ("5/4", "counted from 1"), ("auto/4", "no scheduler"), ("2", "2/4")]
    {
        let run = batch.bulk(&["clients", "-o", "out", "--shard", shard]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    let run = batch.bulk(&["clients", "-o", "out", "--shard", "2", "--log-format", "json"]);
    assert_eq!((run.code, run.json()["event"].as_str()), (2, Some("failed")));
    assert_eq!(batch.bulk(&["merge", "out"]).code, 3);
    // Divisions of two kinds in one folder: one has to be named.
    for shard in ["1/1", "1/2"] {
        assert_eq!(batch.bulk(&["clients", "-o", "out", "--shard", shard]).code, 0);
    }
    let run = batch.bulk(&["merge", "out"]);
    assert_eq!(run.code, 3, "{run:?}");
    let sets = |run: &Run| -> Vec<String> {
        let words = run.stderr.split(['(', ',', ' ', ')']).filter(|word| word.contains("-of-"));
        words.map(str::to_owned).collect()
    };
    let both = sets(&run);
    assert!(both.len() == 2 && both[0].ends_with("-of-2"), "the last one comes first: {run:?}");
    let set = both[1].clone();
    thread::sleep(Duration::from_millis(20));
    assert_eq!(batch.bulk(&["clients", "-o", "out", "--shard", "1/1"]).code, 0);
    let turned = sets(&batch.bulk(&["merge", "out"]));
    assert_eq!(turned, [set.clone(), both[0].clone()]);
    assert_eq!(batch.bulk(&["merge", "out", "--set", &set]).code, 0);
}

#[test]
fn copies_for_recipients_differ_in_their_mark_alone() {
    let batch = Batch::of(&["acme"]);
    batch.write(
        "plan.csv",
        "engagement,recipient,serial\nclients/acme,\"Bluebird Bank, N.A.\",\nclients/acme,Café Ångström & Söhne,C-77\nclients/acme,=SUM(A1),\n",
    );
    let run = batch.bulk(&["plan.csv", "clients/acme", "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    let names = ["acme/copies/0001", "acme/copies/C-77", "acme/copies/0002", "acme"];
    assert_eq!(batch.outcomes().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    let whole = support::Pdf::open(&batch.path("out/acme/report.pdf"), None);
    whole.says_not("Copy 0001");
    let lines = ["Copy 0001 for Bluebird Bank, N.A.", "Copy C-77 for Café Ångström & Söhne", "Copy 0002 for =SUM(A1)"];
    for (name, line) in names.iter().zip(lines) {
        let path = batch.path("out").join(name).join("report.pdf");
        let copy = support::Pdf::open(&path, None);
        copy.is_sound();
        assert_eq!(copy.page_count(), whole.page_count());
        for (number, (page, plain)) in copy.pages().iter().zip(whole.pages()).enumerate() {
            // The line stands on every page; without it the page says what the report says.
            let (page, plain, line) = (support::squeeze(page), support::squeeze(plain), support::squeeze(line));
            assert_eq!(page.matches(&line).count(), 1, "page {}: {page}", number + 1);
            let characters = |text: String| {
                let mut list: Vec<char> = text.chars().collect();
                list.sort_unstable();
                list
            };
            assert_eq!(characters(page.replace(&line, "")), characters(plain), "page {}", number + 1);
        }
        let info = copy.info();
        assert!(info["Subject"].ends_with(&format!("({line})")) && info["Keywords"].contains(line), "{info:?}");
        let record = fs::read_to_string(path.with_file_name("build.json")).expect("a record");
        let record: Value = serde_json::from_str(&record).expect("JSON");
        assert!(line.contains(record["copy"]["recipient"].as_str().expect("a recipient")));
        // A copy is the document alone.
        let mut files: Vec<_> =
            fs::read_dir(path.parent().expect("a folder")).expect("files").flatten().map(|e| e.file_name()).collect();
        files.sort();
        assert_eq!(files, ["build.json", "report.pdf"]);
    }
    let register = fs::read_to_string(batch.path("out/distribution-register.csv")).expect("a register");
    let rows: Vec<&str> = register.lines().collect();
    assert_eq!(rows.len(), 4, "{register}");
    assert!(rows[1].starts_with("0001,\"Bluebird Bank, N.A.\",clients/acme,report,acme/copies/0001/report.pdf,"));
    assert!(rows[3].starts_with("0002,'=SUM(A1),"), "{register}");
    let sum = output(tool("sha256sum").arg(batch.path("out/acme/copies/C-77/report.pdf")));
    assert!(rows[2].ends_with(&format!("{},current", sum.split(' ').next().expect("a sum"))), "{register}");

    // One recipient more: the others are not made again. A copy alone has the bytes of one made among others.
    let before = outputs(&batch.path("out/acme/copies"));
    batch.write("plan.csv", "engagement,recipient,serial\nclients/acme,\"Bluebird Bank, N.A.\",\nclients/acme,Café Ångström & Söhne,C-77\nclients/acme,=SUM(A1),\nclients/acme,Fourth,\n");
    assert_eq!(batch.bulk(&["plan.csv", "-o", "out"]).code, 0);
    let outcomes: Vec<String> = batch.outcomes().into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["unchanged", "unchanged", "unchanged", "built"]);
    batch.write("alone.csv", "engagement,recipient,serial\nclients/acme,Café Ångström & Söhne,C-77\n");
    assert_eq!(batch.bulk(&["alone.csv", "-o", "alone"]).code, 0);
    let alone = outputs(&batch.path("alone/acme/copies"));
    assert_eq!(alone.len(), 2);
    assert!(alone.iter().all(|file| before.contains(file)));
}

#[test]
fn a_copy_that_cannot_be_printed_is_refused_alone() {
    let batch = Batch::of(&[]);
    batch.add("acme", &Engagement::type_2());
    let plan = "{\"engagement\": \"clients/acme\", \"recipient\": \"First\"}\n\
                {\"engagement\": \"clients/acme\", \"recipient\": \"佐藤 Trading\"}\n\
                {\"engagement\": \"clients/acme\", \"recipient\": \"Third\"}\n";
    batch.write("plan.jsonl", plan);
    let run = batch.bulk(&["plan.jsonl", "-o", "out", "--name", "{serial}"]);
    assert_eq!(run.code, 4, "{run:?}");
    assert_eq!(batch.outcomes(), named(&[("0001", "built"), ("0002", "refused"), ("0003", "built")]));
    assert!(run.stderr.contains("佐藤"), "{}", run.stderr);
}

#[test]
fn a_folder_that_another_recipient_gets_now_holds_nothing_of_the_last_one() {
    let batch = Batch::of(&["a"]);
    batch.add("spoilt", &client("spoilt").replace("tests.toml", "sample = 20", "sampel = 20"));
    batch.write(
        "plan.csv",
        "engagement,recipient,document,output\nclients/a,Ann,description,to-ann\nclients/a,Ann,matrix,to-ann\nclients/a,Bob,matrix,to-bob\nclients/a,,matrix,own\n",
    );
    assert_eq!(batch.bulk(&["plan.csv", "-o", "out"]).code, 0);
    let register = || fs::read_to_string(batch.path("out/distribution-register.csv")).expect("a register");
    assert_eq!(register().lines().count(), 4);
    // Cyd gets the folder of Ann, and one document; Dan gets Bob's, and his copy cannot be made; another client takes `own`.
    batch.write(
        "plan.csv",
        "engagement,recipient,document,output\nclients/a,Cyd,matrix,to-ann\nclients/spoilt,Dan,matrix,to-bob\nclients/spoilt,,description,own\n",
    );
    let run = batch.bulk(&["plan.csv", "-o", "out"]);
    assert_eq!(run.code, 4, "{run:?}");
    let files = |folder: &str| -> Vec<String> {
        outputs(&batch.path(folder)).into_iter().map(|(name, _)| name).filter(|name| name.ends_with(".pdf")).collect()
    };
    assert_eq!(files("out/to-ann"), ["matrix.pdf"]);
    assert_eq!((files("out/to-bob"), files("out/own")), (vec![], vec![]));
    assert_eq!(register().lines().count(), 2, "{}", register());
    assert!(register().contains(",Cyd,") && !register().contains("Dan"), "{}", register());
    assert!(batch.summary()["jobs"][1].get("earlier_outputs").is_none());
    assert!(batch.summary()["jobs"][1]["findings"][0]["help"].is_string());
    // What the same recipient had stays, and is told of.
    batch.write("clients/a/controls.toml", "[[");
    batch.write("plan.csv", "engagement,recipient,document,output\nclients/a,Cyd,matrix,to-ann\n");
    assert_eq!(batch.bulk(&["plan.csv", "-o", "out"]).code, 1);
    assert_eq!(files("out/to-ann"), ["matrix.pdf"]);
    assert!(register().contains("Cyd") && register().contains(",earlier"), "{}", register());
}

/// `clients/*/2025` has many folders of one name: what was made for one client is not taken for another's.
#[test]
fn clients_whose_folders_have_one_name() {
    let batch = Batch::of(&["x/2025", "y/2025"]);
    assert_eq!(batch.bulk(&["clients/x/2025", "-o", "out", "--document", "matrix"]).code, 0);
    // The same client's other document joins it, another client's does not.
    assert_eq!(batch.bulk(&["clients/x/2025", "-o", "out", "--document", "description"]).code, 0);
    assert!(batch.path("out/2025/matrix.pdf").is_file() && batch.path("out/2025/description.pdf").is_file());
    assert_eq!(batch.bulk(&["clients/y/2025", "-o", "out"]).code, 0);
    let names: Vec<String> = outputs(&batch.path("out/2025")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["build.json", "report.pdf"]);
    // Nor is it kept for one whose report cannot be made.
    batch.replace("clients/x/2025/tests.toml", "sample = 20", "sampel = 20");
    let run = batch.bulk(&["clients/x/2025", "-o", "out"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(!run.stderr.contains("still there"), "{}", run.stderr);
    assert!(!batch.path("out/2025/report.pdf").exists());
    // A client whose own file is broken keeps what it had.
    assert_eq!(batch.bulk(&["clients/y/2025", "-o", "out"]).code, 0);
    batch.replace("clients/y/2025/engagement.toml", "status = \"draft\"", "status = ");
    let run = batch.bulk(&["clients/y/2025", "-o", "out"]);
    assert!(run.stderr.contains("what an earlier run made is still there"), "{}", run.stderr);
    assert!(batch.path("out/2025/report.pdf").is_file());
}

#[test]
fn nothing_of_a_closed_file_is_removed() {
    let batch = Batch::of(&["b"]);
    let released = client("a").set("report_date = 2026-02-10", "report_date = 2026-02-10\nrelease_date = 2026-02-12");
    batch.add("a", &released.exhibit("E-1", "a.txt", "one\n"));
    assert_eq!(batch.bulk(&["clients/a", "-o", "out", "--today", "2026-02-12"]).code, 0);
    let before = outputs(&batch.path("out/a"));
    for rows in ["clients/b,,report", "clients/b,,matrix", "clients/a,Bank,description"] {
        batch.write("plan.csv", &format!("engagement,recipient,document,output\n{rows},a\n"));
        let run = batch.bulk(&["plan.csv", "-o", "out", "--today", "2030-01-01"]);
        assert_ne!(run.code, 0, "{rows}: {run:?}");
        assert!(run.stderr.contains("closed"), "{rows}: {}", run.stderr);
        assert!(outputs(&batch.path("out/a")) == before, "{rows}: outputs were touched");
    }
}

#[test]
fn a_register_of_copies_that_are_gone_is_written_anew() {
    let batch = Batch::of(&["a"]);
    batch.write("plan.csv", "engagement,recipient\nclients/a,Bee\n");
    assert_eq!(batch.bulk(&["plan.csv", "-o", "out"]).code, 0);
    batch.write("plan.csv", "engagement,recipient,status\nclients/a,Xee,final\n");
    assert_eq!(batch.bulk(&["plan.csv", "-o", "out"]).code, 1);
    let register = fs::read_to_string(batch.path("out/distribution-register.csv")).expect("a register");
    assert_eq!(register.lines().count(), 1, "{register}");
}

/// All copies of a document are one piece of work, but no one waits for all of them.
#[test]
fn a_long_distribution_that_is_asked_to_end() {
    let batch = Batch::of(&["a"]);
    let rows: String = (0..60).map(|n| format!("clients/a,Bank {n}\n")).collect();
    batch.write("plan.csv", &format!("engagement,recipient\n{rows}"));
    let child =
        batch.start(&["plan.csv", "-o", "out", "--jobs", "1"], &[]).stderr(Stdio::piped()).spawn().expect("a batch");
    wait_for("the first copy", || batch.path("out/a/copies/0001/build.json").is_file());
    output(tool("kill").args(["-INT", &child.id().to_string()]));
    let run = child.wait_with_output().expect("its output");
    let told = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(130), "{told}");
    let count = |of: &str| batch.outcomes().iter().filter(|(_, outcome)| outcome == of).count();
    assert!(count("built") >= 1 && count("not-run") >= 30, "{told}");
    let parts = walkdir::WalkDir::new(batch.path("out")).into_iter().flatten();
    assert!(parts.into_iter().all(|entry| !entry.file_name().to_string_lossy().ends_with(".part")));
    assert_eq!(batch.bulk(&["plan.csv", "-o", "out"]).code, 0);
}

/// A path that cannot be told to a worker keeps no batch waiting.
#[test]
fn a_working_directory_that_is_not_unicode() {
    use std::os::unix::ffi::OsStrExt as _;

    let batch = Batch::of(&["a"]);
    let odd = batch.path("").join(std::ffi::OsStr::from_bytes(b"in\xff"));
    fs::create_dir(&odd).expect("a folder");
    fs::rename(batch.path("clients"), odd.join("clients")).expect("moved");
    let bulk = ["bulk", "clients", "-o", "out", "--document", "matrix", "--time-limit", "20"];
    let run = Run::of(socpress_in(&odd).args(bulk));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(odd.join("out/a/matrix.pdf").is_file());
}
