//! The file lock, and addenda to a file that is closed.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Archive, Engagement, Run, listed, socpress};

/// Released on February 12, 2026: with 60 days the file is open until April 13.
const OPEN: &str = "2026-04-13";
const CLOSED: &str = "2026-04-14";

fn released() -> Engagement {
    Engagement::type_2()
        .set("report_date = 2026-02-10", "report_date = 2026-02-10\nrelease_date = 2026-02-12")
        .exhibit("E-1", "a.txt", "one\n")
        .exhibit("E-2", "b.txt", "two\n")
}

fn build(e: &Engagement, today: &str) -> Run {
    Run::of(socpress().args(["build", "--format", "json", "--today", today]).arg(e.path()).arg("-o").arg(e.out()))
}

/// Nothing but the named findings of the lock, and every output as it was.
#[track_caller]
fn refused(e: &Engagement, today: &str, expected: &[&str]) {
    let before = outputs(e);
    let run = build(e, today);
    let found = run.found("EVD-24");
    let messages: Vec<&str> = found.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(messages.len(), expected.len(), "{}", listed(&run.findings()));
    for text in expected {
        assert!(messages.iter().any(|message| message.contains(text)), "{text} in {messages:?}");
    }
    assert!(!run.built() && run.code == 1, "{}", run.stderr);
    assert_eq!(outputs(e), before, "outputs were touched");
}

fn outputs(e: &Engagement) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(e.out())
        .expect("outputs")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn an_open_file_may_change() {
    let e = released();
    assert!(build(&e, OPEN).built());
    let manifest = Archive::open(&e.out().join("evidence.zip")).manifest();
    assert_eq!(manifest["engagement"]["released_on"], "2026-02-12");
    assert_eq!(manifest["engagement"]["file_closes_on"], OPEN);
    let e = e.file("evidence/a.txt", "another\n");
    assert!(build(&e, OPEN).built());
}

#[test]
fn today_decides_the_lock_and_no_byte() {
    let e = released();
    assert!(build(&e, OPEN).built());
    let before = outputs(&e);
    // The same evidence may be built again at any time.
    assert!(build(&e, "2031-01-01").built());
    assert_eq!(outputs(&e), before);
}

#[test]
fn a_closed_file_keeps_what_it_holds() {
    let e = released();
    assert!(build(&e, OPEN).built());
    let e = e.file("evidence/a.txt", "another\n");
    refused(&e, CLOSED, &["exhibit E-1 is not the file that was sealed"]);
    let e = e.file("evidence/a.txt", "one\n").exhibit("E-3", "c.txt", "three\n");
    refused(&e, CLOSED, &["exhibit E-3 cannot be put into the package any more"]);
    let run = build(&e, CLOSED);
    let help = run.found("EVD-24")[0].help.clone().expect("a help");
    assert!(help.contains("socpress addendum"), "{help}");
    let index = e.text("evidence.toml");
    let without = &index[index.find("[[evidence]]\nid = \"E-2\"").expect("the second row")..];
    let e = e.file("evidence.toml", without);
    refused(&e, CLOSED, &["exhibit E-1 is missing", "exhibit E-3 cannot"]);
    // Without any evidence the package would go.
    let e = e.file("evidence.toml", "");
    refused(&e, CLOSED, &["exhibit E-1 is missing", "exhibit E-2 is missing"]);
    // Elsewhere it may be built, and the other documents here.
    let e = released().file("evidence/a.txt", "another\n");
    assert!(build(&e, CLOSED).built());
    let run = Run::of(
        socpress()
            .args(["build", "--format", "json", "--document", "matrix", "--today", CLOSED])
            .arg(e.path())
            .arg("-o")
            .arg(e.out()),
    );
    assert!(run.built());
}

#[test]
fn the_firm_says_how_long_and_the_package_remembers() {
    let e = released().file("firm/firm.toml", "format = 1\nfile_lock_days = 45\n");
    assert!(build(&e, "2026-03-29").built());
    let e = e.file("evidence/a.txt", "another\n");
    refused(&e, "2026-03-30", &["the file closed on 2026-03-29"]);
    // Taking the date out, or a longer time, does not open it.
    let e = e.set("release_date = 2026-02-12\n", "").file("firm/firm.toml", "format = 1\nfile_lock_days = 9999\n");
    refused(&e, "2026-03-30", &["the file closed on 2026-03-29"]);
}

#[test]
fn a_package_that_cannot_be_read_is_not_replaced() {
    let e = released();
    assert!(build(&e, OPEN).built());
    fs::write(e.out().join("evidence.zip"), "damaged").expect("written");
    refused(&e, CLOSED, &["cannot be read"]);
}

fn add(e: &Engagement, date: &str, why: &str) -> Run {
    Run::of(
        socpress()
            .args(["addendum", "--format", "json", "--date", date, "--by", "R. Ostrander", "--why", why])
            .arg(e.path())
            .arg("-o")
            .arg(e.out()),
    )
}

fn verify(package: &Path) -> Run {
    Run::of(socpress().args(["verify", "--format", "json"]).arg(package))
}

fn faults(run: &Run) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    run.json()["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|p| (text(&p["fault"]), text(&p["message"])))
        .collect()
}

/// A package with two addenda.
fn chain() -> Engagement {
    let e = released();
    assert!(build(&e, OPEN).built());
    let e = e.exhibit("E-3", "c.txt", "three\n").index("E-4", "c.txt");
    let run = add(&e, "2026-08-03", "The log of the second site came late.");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let e = e.exhibit("E-5", "a2.txt", "five\n").index("E-6", "a.txt");
    let run = add(&e, "2026-09-01", "Asked for by the peer reviewer.");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    e
}

#[test]
fn what_comes_later_goes_into_an_addendum() {
    let e = released();
    assert!(build(&e, OPEN).built());
    let before = outputs(&e);
    let run = add(&e, "2026-08-03", "Nothing.");
    assert_eq!(run.code, 1);
    assert!(run.found("EVD-24")[0].message.contains("nothing to add"), "{}", run.stdout);
    let run = add(&e.exhibit("E-3", "c.txt", "three\n"), "2026-02-01", "Before the release.");
    assert!(run.found("EVD-24")[0].message.contains("dated 2026-02-01, before 2026-02-12"), "{}", run.stdout);

    let e = chain();
    let after = outputs(&e);
    let names: Vec<&str> = after.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "addenda.json",
            "build.json",
            "evidence-addendum-1.zip",
            "evidence-addendum-2.zip",
            "evidence.zip",
            "report.pdf"
        ]
    );
    for (name, bytes) in &before {
        assert!(after.contains(&(name.clone(), bytes.clone())), "{name} was touched");
    }
    let first = Archive::open(&e.out().join("evidence-addendum-1.zip"));
    assert_eq!(first.verified(), ["exhibits/E-3/c.txt"], "only what was added");
    let manifest = first.manifest();
    let ids = |manifest: &Value| {
        manifest["exhibits"].as_array().expect("exhibits").iter().map(|x| x["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&manifest), ["E-3", "E-4"]);
    let sealed =
        fs::read(Archive::open(&e.out().join("evidence.zip")).folder().join("manifest.json")).expect("a manifest");
    assert_eq!(
        manifest["addendum"],
        serde_json::json!({
            "number": 1, "date": "2026-08-03", "by": "R. Ostrander", "why": "The log of the second site came late.",
            "follows": {"package": "evidence.zip", "manifest_sha256": socpress::package::sha256_hex(&sealed)},
        })
    );
    assert_eq!(manifest["reports"][0]["name"], "report.pdf");
    let second = Archive::open(&e.out().join("evidence-addendum-2.zip"));
    assert_eq!(ids(&second.manifest()), ["E-5", "E-6"]);
    assert_eq!(second.verified().len(), 2, "a file of the first package is there again where a new exhibit needs it");
    // The same folder and the same words give the same bytes.
    assert_eq!(outputs(&chain()), after);
    // A file that is closed and has addenda is not built again.
    refused(&e, CLOSED, &["has 2 addenda"]);
}

#[test]
fn verify_shows_the_chain() {
    let e = chain();
    let run = verify(&e.out().join("evidence.zip"));
    assert_eq!(run.code, 0, "{}", run.stdout);
    let addenda = run.json()["addenda"].clone();
    assert_eq!(addenda.as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&addenda[1]["number"], &addenda[1]["by"], &addenda[1]["exhibits"]),
        (&2.into(), &"R. Ostrander".into(), &2.into())
    );
    let people = Run::of(socpress().arg("verify").arg(e.out().join("evidence.zip")));
    assert!(people.stderr.contains("addendum 1: evidence-addendum-1.zip"), "{}", people.stderr);
    assert!(people.stderr.contains("Asked for by the peer reviewer."), "{}", people.stderr);
    // One on its own, and one that was moved away.
    assert_eq!(verify(&e.out().join("evidence-addendum-2.zip")).code, 0);
    let alone = e.beside("evidence-addendum-2.zip");
    fs::copy(e.out().join("evidence-addendum-2.zip"), &alone).expect("copied");
    let run = verify(&alone);
    assert_eq!(run.code, 0);
    assert!(run.json()["notes"].to_string().contains("does not lie beside it"), "{}", run.stdout);
}

#[test]
fn a_broken_chain_is_found() {
    let broken = |what: &str, damage: &dyn Fn(&Path)| {
        let e = chain();
        damage(&e.out());
        let run = verify(&e.out().join("evidence.zip"));
        assert_eq!(run.code, 1, "{what}");
        faults(&run)
    };
    let says = |faults: &[(String, String)], fault: &str, text: &str| {
        assert!(faults.iter().any(|(f, message)| f == fault && message.contains(text)), "{fault} {text} in {faults:?}");
    };
    let one = |out: &Path| out.join("evidence-addendum-1.zip");
    let two = |out: &Path| out.join("evidence-addendum-2.zip");
    says(
        &broken("the first is gone", &|out| fs::remove_file(one(out)).expect("removed")),
        "chain",
        "`evidence-addendum-1.zip` is missing",
    );
    says(
        &broken("the last is gone", &|out| fs::remove_file(two(out)).expect("removed")),
        "chain",
        "`evidence-addendum-2.zip` is missing",
    );
    says(
        &broken("they are swapped", &|out| {
            let (first, second) = (fs::read(one(out)).expect("read"), fs::read(two(out)).expect("read"));
            fs::write(one(out), second).expect("written");
            fs::write(two(out), first).expect("written");
        }),
        "chain",
        "is broken",
    );
    says(
        &broken("a byte is changed", &|out| {
            let mut bytes = fs::read(one(out)).expect("read");
            bytes[50] ^= 1;
            fs::write(one(out), bytes).expect("written");
        }),
        "changed",
        "in `evidence-addendum-1.zip`",
    );
    // Another package in the place of the first.
    let e = chain();
    let other = released().file("evidence/a.txt", "forged\n");
    assert!(build(&other, OPEN).built());
    for name in ["evidence.zip", "build.json", "report.pdf"] {
        fs::copy(other.out().join(name), e.out().join(name)).expect("copied");
    }
    says(
        &faults(&verify(&e.out().join("evidence.zip"))),
        "chain",
        "`evidence-addendum-1.zip`: it follows another manifest than that of `evidence.zip`",
    );
}

#[test]
fn an_addendum_changes_nothing_that_was_sealed() {
    let e = chain();
    let before = outputs(&e);
    let e = e.file("evidence/c.txt", "another\n").exhibit("E-7", "d.txt", "seven\n");
    let run = add(&e, "2026-10-01", "More.");
    assert_eq!(run.code, 1);
    let found = run.found("EVD-24");
    assert!(
        found.iter().any(|f| f.message.contains("exhibit E-3 is not the file that was sealed")),
        "{}",
        listed(&found)
    );
    assert_eq!(outputs(&e), before);
    // Without a package there is nothing to add to; names and reasons are needed.
    let e = released();
    assert!(add(&e, "2026-10-01", "More.").found("EVD-24")[0].message.contains("cannot be read"));
    assert_eq!(add(&e, "2026-10-01", "").code, 2);
}

/// Not only bytes are sealed: what the index says of an exhibit, and the report that the package names.
#[test]
fn a_closed_file_keeps_its_words_and_its_report() {
    let e = released();
    assert!(build(&e, OPEN).built());
    let index = e.text("evidence.toml");
    let e = e.file("evidence.toml", index.replacen("id = \"E-1\"", "id = \"E-1\"\nsource = \"Another system\"", 1));
    refused(&e, CLOSED, &["exhibit E-1 is not described as it was when it was sealed"]);
    let e = e.file("evidence.toml", &index).replace("tests.toml", "sample = 20", "sample = 19");
    refused(&e, CLOSED, &["the report would not be the one that the package names"]);
    // Without the package, the record and the day of release still say that the file is closed.
    let e = e.replace("tests.toml", "sample = 19", "sample = 20");
    fs::remove_file(e.out().join("evidence.zip")).expect("removed");
    refused(&e, CLOSED, &["the package that belongs to this folder is gone"]);
}

/// An addendum to a chain that is not intact would hide what is missing.
#[test]
fn no_addendum_to_a_chain_with_a_gap() {
    let e = chain();
    let last = e.out().join("evidence-addendum-2.zip");
    fs::remove_file(&last).expect("removed");
    let before = outputs(&e);
    let e = e.exhibit("E-9", "late.txt", "late\n");
    let run = add(&e, "2026-12-01", "Once more.");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(listed(&run.findings()).contains("is not intact"), "{}", listed(&run.findings()));
    assert_eq!(outputs(&e), before);
}
