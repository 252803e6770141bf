//! The evidence package: its layout, its manifest and sums, names that every system takes, and what is refused.

mod support;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use support::{Archive, Engagement, Expect, error, note, output, tool, warning};

/// Two exhibits with all that the index can say of them.
fn full() -> Engagement {
    Engagement::type_2()
        .file("evidence/minutes/2025.txt", "The policies were approved.\n")
        .file("evidence/grants.csv", "id,role\n1,clerk\n")
        .file(
            "evidence.toml",
            r#"[[evidence]]
id = "E-10"
file = "grants.csv"
title = "Grants of access"
tests = ["T-2"]
source = "Identity log"
collected_by = "Platform Lead"
collected_on = 2026-01-12
covers_from = 2025-01-01
covers_to = 2025-12-31
confidentiality = "restricted"

[[evidence]]
id = "E-9"
file = "minutes/2025.txt"
controls = ["GOV-1", "SEC-1"]
"#,
        )
        .replace("tests.toml", "id = \"T-1\"", "id = \"T-1\"\nevidence = [\"E-9\"]")
        .replace("tests.toml", "id = \"T-3\"", "id = \"T-3\"\nevidence = [\"E-10\", \"E-9\"]")
}

#[test]
fn the_package_has_its_files_in_order() {
    let engagement = full();
    engagement.finds_only([]);
    let built = engagement.build();
    let archive = built.archive();
    let entries = archive.entries();
    let names: Vec<_> = entries.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "exhibits/E-9/2025.txt",
            "exhibits/E-10/grants.csv",
            "SHA256SUMS",
            "exhibits.pdf",
            "tick-and-tie.xlsx",
            "index.csv",
            "index.html",
            "manifest.json"
        ]
    );
    for entry in &entries {
        assert_eq!(entry.time, [1980, 1, 1, 0, 0, 0], "{entry:?}");
        assert_eq!(entry.mode, "644", "{entry:?}");
        let method = if entry.name.ends_with(".xlsx") { "stored" } else { "deflated" };
        assert_eq!(entry.method, method, "{entry:?}");
    }
    assert_eq!(archive.text("exhibits/E-9/2025.txt"), "The policies were approved.\n");
    assert_eq!(archive.verified(), ["exhibits/E-9/2025.txt", "exhibits/E-10/grants.csv"]);
}

#[test]
fn the_manifest_agrees_with_the_files() {
    let built = full().build();
    let archive = built.archive();
    let manifest = archive.manifest();
    let entries = archive.entries();
    let entry =
        |path: &Value| entries.iter().find(|e| path == e.name.as_str()).unwrap_or_else(|| panic!("no entry {path}"));
    let listed = ["exhibits", "files"].iter().flat_map(|list| manifest[*list].as_array().expect("a list"));
    let mut paths: BTreeSet<&str> = listed
        .map(|item| {
            let entry = entry(&item["path"]);
            assert_eq!(
                (&item["sha256"], &item["bytes"]),
                (&Value::from(entry.sha256.as_str()), &Value::from(entry.size)),
                "{item}"
            );
            entry.name.as_str()
        })
        .collect();
    paths.insert("manifest.json");
    assert_eq!(paths.len(), entries.len(), "every file of the package is in the manifest");

    let exhibit = &manifest["exhibits"][1];
    for (key, value) in [
        ("id", "E-10"),
        ("title", "Grants of access"),
        ("path", "exhibits/E-10/grants.csv"),
        ("original_path", "grants.csv"),
        ("media_type", "text/csv"),
        ("source", "Identity log"),
        ("collected_by", "Platform Lead"),
        ("collected_on", "2026-01-12"),
        ("covers_from", "2025-01-01"),
        ("covers_to", "2025-12-31"),
        ("confidentiality", "restricted"),
    ] {
        assert_eq!(exhibit[key], value, "{key}");
    }
    // A test brings its control with it, whichever side names the other.
    assert_eq!(
        (&exhibit["tests"], &exhibit["controls"]),
        (&serde_json::json!(["T-2", "T-3"]), &serde_json::json!(["OPS-1", "SEC-1"]))
    );
    assert_eq!(manifest["exhibits"][0]["tests"], serde_json::json!(["T-1", "T-3"]));
    assert_eq!(manifest["total_files"], 2);
    assert_eq!(manifest["engagement"]["service_organization"], "Quillmark Logistics, Inc.");

    // The chain of hashes: record, manifest, sums; and the report that the package belongs to.
    let record = built.record();
    let hash =
        |name: &str| entries.iter().find(|e| e.name == name).map(|e| Value::from(e.sha256.as_str())).expect("an entry");
    assert_eq!(record["evidence"]["manifest_sha256"], hash("manifest.json"));
    assert_eq!(record["evidence"]["sums_sha256"], hash("SHA256SUMS"));
    assert_eq!(manifest["sums_sha256"], hash("SHA256SUMS"));
    assert_eq!(manifest["reports"].as_array().map(Vec::len), Some(1));
    assert_eq!(manifest["reports"][0]["name"], "report.pdf");
    assert_eq!(manifest["reports"][0]["sha256"], record["outputs"][0]["sha256"]);
}

#[test]
fn the_indexes_list_exhibits_by_control_and_are_for_people() {
    let archive = full().build().archive();
    let html = archive.text("index.html");
    for wanted in [
        "Grants of access",
        "href=\"exhibits/E-10/grants.csv\"",
        "By control",
        "GOV-1",
        "OPS-1",
        "Quillmark Dispatch Cloud",
        "sha256sum -c SHA256SUMS",
    ] {
        assert!(html.contains(wanted), "{wanted}");
    }
    let by_control = &html[html.find("id=\"by-control\"").expect("the part")..];
    let order: Vec<_> = ["GOV-1", "OPS-1", "SEC-1"].map(|id| by_control.find(id).expect("a control")).into();
    assert!(order.is_sorted());
    let csv = archive.text("index.csv");
    let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("exhibit,title,path,original_path,sha256,bytes"), "{csv}");
    assert!(lines[2].starts_with("E-10,Grants of access,exhibits/E-10/grants.csv"), "{csv}");
    assert_eq!(lines.len(), 3);
}

/// The small PDF in the package lists every exhibit with its hash and the tests that rely on it.
#[test]
fn the_list_of_exhibits_is_a_pdf_of_its_own() {
    let built = full().build();
    let archive = built.archive();
    let folder = archive.folder().to_owned();
    let list = support::Pdf::open(&folder.join("exhibits.pdf"), None);
    list.is_sound();
    list.is_within_its_pages();
    let manifest = archive.manifest();
    for exhibit in manifest["exhibits"].as_array().expect("exhibits") {
        for key in ["id", "path", "sha256"] {
            list.says(exhibit[key].as_str().expect("text"));
        }
    }
    list.says("T-2, T-3");
    list.says("Workpaper copy");
    list.says_not("In our opinion");
    // The hash of the sums is printed, so that the PDF seals the files.
    list.says(manifest["sums_sha256"].as_str().expect("a hash"));
}

#[test]
fn values_are_escaped_in_the_indexes() {
    let archive = full()
        .replace(
            "evidence.toml",
            "title = \"Grants of access\"",
            "title = \"<script>alert('x')</script> & \\\"co\\\"\"",
        )
        .replace("evidence.toml", "source = \"Identity log\"", "source = \"=HYPERLINK(\\\"https://example.org\\\")\"")
        .replace("evidence.toml", "file = \"grants.csv\"", "file = \"a b#c%d'e.csv\"")
        .file("evidence/a b#c%d'e.csv", "id\n")
        .build()
        .archive();
    let html = archive.text("index.html");
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("exhibits/E-10/a%20b%23c%25d%27e.csv"), "{html}");
    assert!(html.contains("Content-Security-Policy"), "{html}");
    let csv = archive.text("index.csv");
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
    assert_eq!(archive.manifest()["exhibits"][1]["source"], "=HYPERLINK(\"https://example.org\")");
}

#[test]
fn two_packages_are_byte_for_byte_the_same() {
    let bytes = |engagement: &Engagement| fs::read(engagement.build().out.join("evidence.zip")).expect("the package");
    let (first, second) = (full(), full());
    let one = bytes(&first);
    assert_eq!(one, bytes(&first), "the same folder twice");
    assert_eq!(one, bytes(&second), "a folder of another name, with files of another time");
}

#[test]
fn without_evidence_there_is_no_package() {
    assert_eq!(Engagement::type_2().build().names(), ["build.json", "report.pdf"]);
}

// --- What is refused -----------------------------------------------------------------------------------------------

/// Refused, naming the row, and the test that cites it.
#[track_caller]
fn refused(engagement: Engagement, file: &str, expected: Expect) {
    let marked = format!("file = ^\"{file}\"");
    engagement.refuses([expected.at("evidence.toml", &marked).related("tests.toml", "evidence = [^\"E-1\"]")]);
}

fn citing(file: &str) -> Engagement {
    Engagement::type_2().exhibit("E-0", "there.txt", "there").index("E-1", file).replace(
        "tests.toml",
        "id = \"T-2\"",
        "id = \"T-2\"\nevidence = [\"E-1\"]",
    )
}

#[test]
fn evidence_that_is_not_there_or_not_a_file() {
    refused(
        citing("absent.txt"),
        "absent.txt",
        error("EVD-01", "the file of evidence E-1, `absent.txt`, does not exist"),
    );
    refused(citing("There.txt"), "There.txt", error("EVD-01", "does not exist").helps("there is `there.txt`"));
    refused(
        citing("evidence/there.txt"),
        "evidence/there.txt",
        error("EVD-01", "does not exist").helps("there is `there.txt`"),
    );
    refused(citing("box").file("evidence/box/x.txt", "x"), "box", error("EVD-01", "is a folder").helps("its own row"));
    refused(
        citing("empty.txt").file("evidence/empty.txt", ""),
        "empty.txt",
        error("EVD-02", "is empty").helps("collect it again"),
    );
    Engagement::type_2().index("E-1", "a.txt").refuses([error(
        "EVD-01",
        "there is no folder `evidence`, but the index has 1 row",
    )
    .at("evidence.toml", "^\"a.txt\"")]);
}

/// Opening a pipe would wait for ever.
#[test]
fn evidence_that_is_a_pipe() {
    let engagement = citing("log.txt");
    output(tool("mkfifo").arg(engagement.path().join("evidence/log.txt")));
    refused(engagement, "log.txt", error("EVD-01", "is not a regular file"));
}

#[test]
fn evidence_outside_the_folder() {
    for file in ["../engagement.toml", "a/../../controls.toml", "/etc/hostname", "C:/log.txt"] {
        refused(citing(file), file, error("EVD-07", &format!("`{file}`")));
    }
    let engagement = Engagement::type_2()
        .exhibit("E-0", "there.txt", "there")
        .append("evidence.toml", "[[evidence]]\nid = \"E-1\"\nfile = 'logs\\log.txt'\ncontrols = [\"SEC-1\"]\n");
    engagement.refuses([error("EVD-07", "logs\\log.txt").at("evidence.toml", "^'logs")]);
}

#[test]
fn evidence_that_is_a_link() {
    let outside = |engagement: Engagement| engagement.outside("secret.txt", "not yours");
    let engagement = outside(citing("link.txt"));
    let target = engagement.beside("secret.txt");
    refused(
        engagement.link("evidence/link.txt", target),
        "link.txt",
        error("EVD-07", "leads out of `evidence/`").helps("a copy of the file"),
    );
    refused(
        citing("link.txt").link("evidence/link.txt", "../controls.toml"),
        "link.txt",
        error("EVD-07", "leads out of `evidence/`"),
    );
    refused(citing("link.txt").link("evidence/link.txt", "nowhere.txt"), "link.txt", error("EVD-01", "leads nowhere"));
    refused(citing("box/x.txt").link("evidence/box", "/etc"), "box/x.txt", error("EVD-07", "leads out of `evidence/`"));
    // One that stays inside is the file it leads to.
    let built = citing("link.txt").link("evidence/link.txt", "there.txt").build();
    assert_eq!(built.archive().manifest()["exhibits"][1]["same_as"], "E-0");

    let engagement = Engagement::type_2().index("E-1", "x.txt");
    let folder = engagement.beside("elsewhere");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("x.txt"), "x").expect("a file");
    engagement
        .link("evidence", &folder)
        .refuses([error("EVD-07", "the folder `evidence` is a link that leads elsewhere")]);
}

#[test]
fn evidence_that_differs_from_its_recorded_hash() {
    let recorded = |hash: &str| {
        citing("log.txt").file("evidence/log.txt", "abc").append("evidence.toml", &format!("sha256 = \"{hash}\"\n"))
    };
    // Of `abc`.
    let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert!(recorded(right).try_build().built());
    assert!(recorded(&right.to_uppercase()).try_build().built());
    let wrong = right.replace("ba78", "ab78");
    recorded(&wrong).refuses([error("EVD-02", "`log.txt`, is not the one recorded")
        .at("evidence.toml", &format!("^\"{wrong}\""))
        .related("tests.toml", "evidence = [^\"E-1\"]")
        .helps(right)]);
    recorded("abc").refuses([error("INP-10", "64 hexadecimal digits").at("evidence.toml", "^\"abc\"")]);
}

#[test]
fn evidence_that_nobody_relies_on_or_nobody_names() {
    full()
        .append("evidence.toml", "\n[[evidence]]\nid = \"E-11\"\nfile = \"grants2.csv\"\n")
        .file("evidence/grants2.csv", "id\n2\n")
        .file("evidence/left/over.txt", "x")
        .file("evidence/Thumbs.db", "x")
        .file("evidence/.DS_Store", "x")
        .finds_only([
            warning("EVD-05", "no test and no control relies on evidence E-11")
                .at("evidence.toml", "^\"E-11\"")
                .helps("drop the row"),
            note("EVD-05", "1 file below `evidence/` is in no row of the index: `left/over.txt`").in_file("evidence"),
        ]);
}

// --- Names (H46) ---------------------------------------------------------------------------------------------------

/// Folded as case-blind and composing file systems compare names.
fn folded(path: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    path.nfc().flat_map(char::to_lowercase).collect::<String>().nfc().collect()
}

#[track_caller]
fn every_name_is_safe(archive: &Archive) {
    let names = archive.names();
    let unlike: BTreeSet<_> = names.iter().map(|name| folded(name)).collect();
    assert_eq!(unlike.len(), names.len(), "names that are one on some system: {names:#?}");
    for name in &names {
        assert!(!name.starts_with('/') && name.split('/').all(|part| !matches!(part, "" | "." | "..")), "{name}");
        assert!(
            !name.contains(['\\', ':', '*', '?', '"', '<', '>', '|']) && !name.contains(char::is_control),
            "{name}"
        );
        assert!(name.split('/').all(|part| !part.ends_with(['.', ' ']) && part.len() <= 255), "{name}");
    }
}

#[test]
fn names_that_clash_stay_apart() {
    let (composed, decomposed) = ("m/Grün.txt", "m/Gru\u{308}n.txt");
    assert_ne!(composed, decomposed);
    let engagement = Engagement::type_2()
        .exhibit("E-01", "q1/list.csv", "one")
        .exhibit("E-02", "q2/list.csv", "two")
        .exhibit("E-03", "q2/List.CSV", "three")
        .exhibit("E-04", "a/scan.pdf", "%PDF-four")
        .exhibit("E-05", "b/Scan.pdf", "%PDF-five")
        .exhibit("E-06", composed, "six")
        .exhibit("E-07", decomposed, "seven")
        .exhibit("E-08", "x/list_1.csv", "eight")
        .exhibit("E-09", "x/list.csv", "nine")
        .exhibit("E-10", "y/copy.csv", "one")
        .index("E-11", "q1/list.csv");
    engagement.finds([
        warning("EVD-05", "evidence E-10 has the same content as E-01")
            .at("evidence.toml", "^\"y/copy.csv\"")
            .helps("the package holds both"),
        warning("EVD-05", "evidence E-11 is the same file as E-01").helps("the package holds the file once"),
    ]);
    let built = engagement.build();
    let archive = built.archive();
    every_name_is_safe(&archive);
    let manifest = archive.manifest();
    let exhibits = manifest["exhibits"].as_array().expect("exhibits");
    assert_eq!(exhibits.len(), 11);
    let contents = ["one", "two", "three", "%PDF-four", "%PDF-five", "six", "seven", "eight", "nine", "one", "one"];
    for (exhibit, content) in exhibits.iter().zip(contents) {
        assert_eq!(archive.text(exhibit["path"].as_str().expect("a path")), content, "{exhibit}");
    }
    assert_eq!(exhibits[6]["original_path"], decomposed, "the name as it was is in the manifest");
    assert_eq!(exhibits[10]["path"], exhibits[0]["path"]);
    assert_eq!(exhibits[9]["same_as"], "E-01");
    assert_eq!(archive.names().iter().filter(|name| name.starts_with("exhibits/")).count(), 10, "every file once");
    assert_eq!(archive.verified().len(), 10);
}

#[test]
fn an_exhibit_named_twice_is_refused_with_both_rows() {
    Engagement::type_2()
        .exhibit("E-01", "a.txt", "a")
        .exhibit("E-02", "b.txt", "b")
        .replace("evidence.toml", "\"E-02\"", "\"E-01\"")
        .refuses([error("INP-12", "`E-01` is used twice").at_line("evidence.toml", 7, 6)]);
}

#[test]
fn names_that_some_system_refuses_are_changed_and_kept_in_the_manifest() {
    let long = format!("{}.txt", "long name ".repeat(20));
    let engagement = Engagement::type_2()
        .exhibit("A:1?", "con.txt", "1")
        .exhibit("B|2", "what? \"now\".txt", "2")
        .exhibit("..", "ends with a dot.", "3")
        .exhibit("D/4", &long, "4")
        .exhibit("監査", "監査証跡.txt", "5")
        .exhibit("F-6", "rtl\u{202e}txt.exe", "6");
    let built = engagement.build();
    let archive = built.archive();
    every_name_is_safe(&archive);
    let manifest = archive.manifest();
    let exhibits = manifest["exhibits"].as_array().expect("exhibits");
    for original in ["con.txt", "what? \"now\".txt", "ends with a dot.", long.as_str(), "監査証跡.txt"] {
        let exhibit = exhibits.iter().find(|e| e["original_path"] == original).unwrap_or_else(|| panic!("{original}"));
        let path = exhibit["path"].as_str().expect("a path");
        assert!(path.starts_with("exhibits/") && path.split('/').count() == 3, "{path}");
        assert!(archive.folder().join(path).is_file(), "{path}");
    }
    assert_eq!(archive.verified().len(), 6);
}

#[test]
fn contents_that_are_packed_already_are_stored() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let built =
        Engagement::type_2().exhibit("E-1", "shot.png", png).exhibit("E-2", "log.txt", "line\n".repeat(2000)).build();
    let archive = built.archive();
    let entry = |name: &str| archive.entries().into_iter().find(|e| e.name == name).expect("an entry");
    assert_eq!(entry("exhibits/E-1/shot.png").method, "stored");
    assert_eq!(entry("exhibits/E-2/log.txt").method, "deflated");
    assert_eq!(archive.manifest()["exhibits"][0]["media_type"], "image/png");
    assert!(fs::metadata(&archive.path).expect("the package").len() < 120_000);
}
