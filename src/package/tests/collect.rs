use super::*;
use crate::package::sha256_hex;

#[test]
fn an_exhibit_says_what_relies_on_it() {
    let mut folder = Folder::new();
    folder.item("E-1", "q1/users.csv");
    let row = folder.item("E-2", "q1/tickets.json");
    let origin = row.origin.clone();
    row.tests = vec![Located::new(Id::new("T-10"), origin.clone())];
    row.sha256 = Some(Located::new(sha256_hex(b"q1/tickets.json").to_uppercase(), origin));
    folder.test("T-10", "CM-02", &[]);
    folder.test("T-9", "CM-10", &["E-2", "E-2"]);
    let exhibits = folder.exhibits();
    let second = &exhibits.items[1];
    assert_eq!(second.tests, ["T-9", "T-10"].map(Id::new));
    assert_eq!(second.controls, ["CM-02", "CM-10", "LA-01"].map(Id::new));
    assert_eq!(second.archive_path, "exhibits/E-2/tickets.json");
    assert_eq!(second.original_path, "q1/tickets.json");
    assert_eq!((second.bytes, second.media_type), (15, "application/json"));
    assert_eq!(second.sha256, sha256_hex(b"q1/tickets.json"));
    let line = |item: usize, path: &str| format!("{}  {path}\n", exhibits.items[item].sha256);
    let sums = line(0, "exhibits/E-1/users.csv") + &line(1, "exhibits/E-2/tickets.json");
    assert_eq!(exhibits.sums(), sums);
    assert_eq!(exhibits.sums_sha256(), sha256_hex(sums.as_bytes()));
}

#[test]
fn exhibits_are_ordered_by_id_whatever_the_order_of_the_index() {
    let mut folder = Folder::new();
    for id in ["E-10", "E-9", "E-1"] {
        folder.item(id, &format!("{id}.txt"));
    }
    let forward = folder.exhibits();
    folder.index.reverse();
    let ids: Vec<_> = forward.items.iter().map(|e| e.id.as_str().to_owned()).collect();
    assert_eq!(ids, ["E-1", "E-9", "E-10"]);
    assert_eq!(forward.sums(), folder.exhibits().sums());
}

/// Case H46 of the log: equal names, names that differ in case or Unicode form, a name that a counter would hit, one
/// content twice, one file twice, an id twice.
#[test]
fn names_that_clash_are_all_kept() {
    let mut folder = Folder::new();
    for (id, file, content) in [
        ("E-01", "q1/users.csv", "one"),
        ("E-02", "q2/users.csv", "two"),
        ("E-03", "q2/Users.CSV", "three"),
        ("E-04", "hr/review.pdf", "four"),
        ("E-05", "it/Review.pdf", "five"),
        ("E-06", "q1/Prüfung.txt", "six"),
        ("E-07", "q1/Pru\u{308}fung.txt", "seven"),
        ("E-09", "x/users_1.csv", "nine"),
        ("E-10", "x/users.csv", "ten"),
        ("E-11", "q3/users.csv", "one"),
    ] {
        folder.file(file, content);
        folder.row(id, file);
    }
    folder.row("E-12", "q1/users.csv");
    folder.row("E-01", "hr/review.pdf");
    let (exhibits, findings) = folder.collect();

    let paths: Vec<_> = exhibits.files().map(|e| e.archive_path.as_str()).collect();
    assert_eq!(paths.len(), 10, "ten files, each once: {paths:?}");
    let mut folded: Vec<_> = paths.iter().map(|path| crate::package::names::fold(path)).collect();
    folded.sort();
    folded.dedup();
    assert_eq!(folded.len(), 10, "{paths:?}");
    assert_eq!(exhibits.items.len(), 12);

    let by_id = |id: &str| exhibits.items.iter().find(|e| e.id.as_str() == id).unwrap();
    assert_eq!(by_id("E-07").original_path, "q1/Pru\u{308}fung.txt");
    assert_eq!(by_id("E-07").archive_path, "exhibits/E-07/Prüfung.txt");
    assert_eq!(by_id("E-12").archive_path, by_id("E-01").archive_path);
    assert_eq!((by_id("E-12").own_file, &by_id("E-12").same_as), (false, &Some(Id::new("E-01"))));
    assert_eq!((by_id("E-11").own_file, &by_id("E-11").same_as), (true, &Some(Id::new("E-01"))));

    let messages: Vec<_> = findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "evidence E-04 is the same file as E-01",
            "evidence E-11 has the same content as E-01",
            "evidence E-12 is the same file as E-01",
        ],
        "the id that is there twice is the reader's affair"
    );
    assert!(rules(&findings).iter().all(|r| *r == ("EVD-05", Severity::Warning)));
    assert_eq!(findings[1].origin.as_ref().unwrap().to_string(), "evidence.toml:10:1");
    assert_eq!(findings[1].related[0].1.to_string(), "evidence.toml:1:1");
}

#[test]
fn every_row_that_fails_is_reported_with_its_tests() {
    let mut folder = Folder::new();
    folder.file("q1/users.csv", "id");
    folder.file("empty.log", "");
    folder.file("folder/x.txt", "x");
    folder.row("E-1", "q1/Users.csv");
    folder.row("E-2", "../secret");
    folder.row("E-3", "empty.log");
    folder.row("E-4", "folder");
    let row = folder.row("E-5", "q1/users.csv");
    row.sha256 = Some(Located::new("0".repeat(64), row.origin.clone()));
    let row = folder.row("E-6", "folder/x.txt");
    row.sha256 = Some(Located::new("abc".into(), row.origin.clone()));
    folder.test("T-1", "LA-01", &["E-1", "e-2", "E-99"]);
    let (_, findings) = folder.collect();
    let told: Vec<_> = findings
        .iter()
        .map(|f| (f.rule.id, f.origin.as_ref().unwrap().to_string(), f.message.as_str(), f.related.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("EVD-01", "evidence.toml:1:1".into(), "the file of evidence E-1, `q1/Users.csv`, does not exist", 1),
            (
                "EVD-07",
                "evidence.toml:2:1".into(),
                "the file of evidence E-2, `../secret`, leads out of its folder by `..`",
                0
            ),
            ("EVD-02", "evidence.toml:3:1".into(), "the file of evidence E-3, `empty.log`, is empty", 0),
            ("EVD-01", "evidence.toml:4:1".into(), "the file of evidence E-4, `folder`, is a folder", 0),
            (
                "EVD-02",
                "evidence.toml:5:1".into(),
                "the file of evidence E-5, `q1/users.csv`, is not the one recorded",
                0
            ),
            ("EVD-02", "evidence.toml:6:1".into(), "`abc` is not a SHA-256: it has 64 hexadecimal digits", 0),
            ("EVD-01", "tests.csv:1:1".into(), "test T-1 cites evidence E-99, which is not in the index", 0),
            ("EVD-01", "tests.csv:1:1".into(), "test T-1 cites evidence e-2, which is not in the index", 0),
        ]
    );
    assert_eq!(findings[0].help.as_deref(), Some("there is `q1/users.csv`"));
    assert_eq!(findings[0].related[0].0, "test T-1 relies on it");
    assert_eq!(findings[7].help.as_deref(), Some("the index has `E-2`"));
    assert!(findings.iter().all(Diagnostic::blocks));
}

#[test]
fn what_nothing_relies_on_and_what_no_row_names_is_mentioned() {
    let mut folder = Folder::new();
    folder.item("E-1", "a.txt").controls.clear();
    for n in 1..=7 {
        folder.file(&format!("more/{n}.txt"), [n]);
    }
    folder.file("more/.DS_Store", "x");
    folder.file("__MACOSX/a.txt", "x");
    let (_, findings) = folder.collect();
    assert_eq!(rules(&findings), [("EVD-05", Severity::Note), ("EVD-05", Severity::Warning)]);
    assert_eq!(
        findings[0].message,
        "7 files below `evidence/` are in no row of the index: `more/1.txt`, `more/2.txt`, `more/3.txt`, `more/4.txt`, \
         `more/5.txt` and 2 more"
    );
    assert_eq!(findings[1].message, "no test and no control relies on evidence E-1");
    // A test that cites it is enough.
    folder.test("T-1", "LA-01", &["E-1"]);
    assert_eq!(folder.collect().1.len(), 1);
}

#[test]
fn without_a_folder_one_finding_is_enough() {
    let mut folder = Folder::new();
    fs::remove_dir(folder.evidence()).unwrap();
    assert!(folder.exhibits().is_empty(), "no index, no folder, nothing wrong");
    folder.row("E-1", "a.txt");
    folder.row("E-2", "b.txt");
    let (exhibits, findings) = folder.collect();
    assert!(exhibits.is_empty());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "there is no folder `evidence`, but the index has 2 rows");
}

#[cfg(unix)]
#[test]
fn links_out_and_pipes_are_refused() {
    let mut folder = Folder::new();
    fs::write(folder.folder.path().join("secret"), "secret").unwrap();
    std::os::unix::fs::symlink("../secret", folder.evidence().join("out.txt")).unwrap();
    let pipe = folder.evidence().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    folder.row("E-1", "out.txt");
    folder.row("E-2", "pipe");
    let (exhibits, findings) = folder.collect();
    assert!(exhibits.is_empty());
    assert_eq!(rules(&findings), [("EVD-07", Severity::Error), ("EVD-01", Severity::Error)]);
}
