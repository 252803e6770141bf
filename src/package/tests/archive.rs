use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::process::Command;

use super::*;
use crate::model::{Confidentiality, Date};
use crate::package::{PackageError, seal, sha256_hex};

fn plain() -> PackOptions {
    PackOptions::default()
}

/// A folder of which every name and text is difficult.
fn awkward() -> Folder {
    let mut folder = Folder::new();
    folder.file("q1/users.csv", "id,name\r\n1,Ana\r\n".repeat(5000));
    let row = folder.row("E-1", "q1/users.csv");
    let origin = row.origin.clone();
    let text = |text: &str| Some(Located::new(text.to_owned(), origin.clone()));
    row.title = text("=cmd|' /C calc'!A0");
    row.source = text("<script>alert(\"x\")</script> & \"Okta\"");
    row.collected_by = text("R. Finch");
    row.collected_on = Some(Located::new(Date::from_ymd_opt(2025, 4, 2).unwrap(), origin.clone()));
    row.covers_from = Some(Located::new(Date::from_ymd_opt(2025, 1, 1).unwrap(), origin.clone()));
    row.covers_to = Some(Located::new(Date::from_ymd_opt(2025, 3, 31).unwrap(), origin.clone()));
    row.confidentiality = Some(Located::new(Confidentiality::Restricted, origin.clone()));
    folder.item("E-2", "q2/a:b?.txt");
    folder.item("E-10", "q1/Pru\u{308}fung.txt");
    folder.item("E-11", "監査 証跡 👩\u{200D}💻.xlsx");
    folder.item("aux", "CON.txt");
    folder.item("E/12", &format!("{}.pdf", "長".repeat(80)));
    folder.item("<b>", "it's 100% #1 &amp; done.log");
    folder.file("shot.png", b"\x89PNG\r\n\x1a\nnot really");
    folder.row("E-13", "shot.png");
    folder.row("E-14", "q2/a:b?.txt");
    folder.test("T-1", "CC6.1<i>", &["E-1", "E-2"]);
    folder
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

fn contents(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut entry = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn other_tools_read_the_archive() {
    let folder = awkward();
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("evidence.zip");
    let (exhibits, sealed) = seal_to(&archive, &folder, plain());
    assert_eq!(sealed.bytes, fs::metadata(&archive).unwrap().len());
    assert_eq!(sealed.entries, 8 + 5);

    assert!(run(Command::new("unzip").arg("-t").arg(&archive)).contains("No errors detected"));
    run(Command::new("7z").arg("t").arg(&archive));
    run(Command::new("bsdtar").arg("-tf").arg(&archive));

    let unpacked = out.path().join("unpacked");
    let script = "import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
assert all(i.date_time == (1980, 1, 1, 0, 0, 0) and i.create_system == 3 for i in z.infolist())
assert all(i.external_attr >> 16 == 0o100644 and not i.extra for i in z.infolist())
assert all(i.flag_bits & 0x800 or i.filename.isascii() for i in z.infolist())
names = z.namelist()
assert names[-4:] == ['exhibits.pdf', 'index.csv', 'index.html', 'manifest.json'], names
stored = [i.filename for i in z.infolist() if i.compress_type == 0]
assert [n.rsplit('.')[-1] for n in stored] == ['xlsx', 'png'], stored
z.extractall(sys.argv[2])";
    run(Command::new("python3").args(["-c", script]).arg(&archive).arg(&unpacked));
    let checked = run(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&unpacked));
    assert_eq!(checked.lines().count(), 8);
    assert!(checked.lines().all(|line| line.ends_with(": OK")), "{checked}");

    // What unpacked is what stood below `evidence/`.
    for exhibit in &exhibits.items {
        let original = fs::read(folder.evidence().join(&exhibit.original_path)).unwrap();
        assert_eq!(fs::read(unpacked.join(&exhibit.archive_path)).unwrap(), original);
    }
}

#[test]
fn two_builds_are_the_same_bytes() {
    let (first, second) = (awkward(), awkward());
    let out = tempfile::tempdir().unwrap();
    let (a, b) = (out.path().join("a.zip"), out.path().join("b.zip"));
    let (_, sealed) = seal_to(&a, &first, plain());
    // Another folder, files of another age, and one thread only.
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().append(true).open(second.evidence().join("q1/users.csv")).unwrap().set_modified(old).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(|| seal_to(&b, &second, plain())).1, sealed);
    assert!(fs::read(&a).unwrap() == fs::read(&b).unwrap());
}

#[test]
fn the_manifest_tells_everything() {
    let folder = awkward();
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("evidence.zip");
    let (exhibits, sealed) = seal_to(&archive, &folder, plain());
    let files = contents(&archive);
    let text = &files["manifest.json"];
    assert_eq!(sealed.manifest_sha256, sha256_hex(text));
    let manifest: serde_json::Value = serde_json::from_slice(text).unwrap();
    assert_eq!(manifest["format"], 1);
    assert_eq!(manifest["engagement"]["report"], "SOC 2 Type II report");
    assert_eq!(manifest["reports"][0]["sha256"], sha256_hex(b"report"));
    assert_eq!(manifest["sums_sha256"], sha256_hex(&files["SHA256SUMS"]));
    assert_eq!(sealed.sums_sha256, exhibits.sums_sha256());
    assert_eq!((&manifest["total_files"], manifest["exhibits"].as_array().unwrap().len()), (&8.into(), 9));

    // Every file but the manifest, with the hash it has.
    let mut told = BTreeMap::new();
    for list in ["exhibits", "files"] {
        for file in manifest[list].as_array().unwrap() {
            let path = file["path"].as_str().unwrap();
            assert_eq!(file["sha256"], sha256_hex(&files[path]), "{path}");
            assert_eq!(file["bytes"], files[path].len());
            told.insert(path.to_owned(), ());
        }
    }
    let expected: Vec<_> = files.keys().filter(|path| *path != "manifest.json").collect();
    assert_eq!(told.keys().collect::<Vec<_>>(), expected);

    let by_id = |id: &str| manifest["exhibits"].as_array().unwrap().iter().find(|e| e["id"] == id).unwrap();
    assert_eq!(
        by_id("E-1"),
        &serde_json::json!({
            "id": "E-1", "title": "=cmd|' /C calc'!A0", "path": "exhibits/E-1/users.csv",
            "original_path": "q1/users.csv", "sha256": sha256_hex(&files["exhibits/E-1/users.csv"]), "bytes": 80000,
            "media_type": "text/csv", "controls": ["CC6.1<i>", "LA-01"], "tests": ["T-1"],
            "source": "<script>alert(\"x\")</script> & \"Okta\"", "collected_by": "R. Finch",
            "collected_on": "2025-04-02", "covers_from": "2025-01-01", "covers_to": "2025-03-31",
            "confidentiality": "restricted"
        })
    );
    assert_eq!(by_id("E-2")["path"], "exhibits/E-2/a_b_.txt");
    assert_eq!(by_id("E-2")["original_path"], "q2/a:b?.txt");
    assert_eq!((&by_id("E-14")["path"], &by_id("E-14")["same_as"]), (&by_id("E-2")["path"], &"E-2".into()));
    assert_eq!(by_id("aux")["path"], "exhibits/_aux/_CON.txt");
    assert!(!by_id("aux").as_object().unwrap().contains_key("same_as"));
    assert!(files.keys().all(|path| path.encode_utf16().count() <= 150));
}

#[test]
fn the_indexes_are_safe_to_open() {
    let folder = awkward();
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("evidence.zip");
    seal_to(&archive, &folder, plain());
    let files = contents(&archive);

    let html = String::from_utf8(files["index.html"].clone()).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(html.contains("<title>Evidence: Tarnbrook Systems, Inc., Ledgerline Platform</title>"));
    assert_eq!(html.matches("<script>").count(), 1);
    assert!(html.contains("&lt;script&gt;alert(&quot;x&quot;)") && !html.contains("<i>") && !html.contains("<b>"));
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains(" src="));
    let links = html.match_indices("href=\"").map(|(at, start)| {
        let rest = &html[at + start.len()..];
        &rest[..rest.find('"').unwrap()]
    });
    for link in links {
        assert!(link.bytes().all(|b| b.is_ascii_graphic()) && !link.contains('&'), "{link}");
    }
    assert!(html.contains("href=\"exhibits/_b_/it%27s%20100%25%20%231%20%26amp%3B%20done.log\""));
    assert!(html.contains("originally CON.txt"));

    let csv = &files["index.csv"];
    assert!(csv.starts_with("\u{FEFF}exhibit,title,".as_bytes()));
    fs::write(out.path().join("index.csv"), csv).unwrap();
    let script = "import sys, csv, json
print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline=''), strict=True))))";
    let rows = run(Command::new("python3").args(["-c", script]).arg(out.path().join("index.csv")));
    let rows: Vec<Vec<String>> = serde_json::from_str(&rows).unwrap();
    assert_eq!(rows.len(), 1 + 9);
    assert!(rows.iter().all(|row| row.len() == 16));
    let row = rows.iter().find(|row| row[0] == "E-1").unwrap();
    assert_eq!((row[1].as_str(), row[7].as_str()), ("'=cmd|' /C calc'!A0", "CC6.1<i>; LA-01"));
    assert_eq!(row[9], "<script>alert(\"x\")</script> & \"Okta\"");
}

#[test]
fn a_path_that_clashes_is_refused() {
    let mut folder = Folder::new();
    folder.item("E-1", "a.txt");
    for path in ["manifest.JSON", "../x", "exhibits", "exhibits/E-1/A.txt"] {
        let extra = [ExtraFile { path: path.into(), bytes: vec![1], media_type: "text/plain".into() }];
        let mut archive = Archive::new(Cursor::new(Vec::new()), plain());
        let (exhibits, _) = folder.pack(&mut archive, &Unseen);
        let error = seal(archive, &exhibits, &extra, &facts(), &[]).unwrap_err();
        assert!(matches!(&error, PackageError::Name(name) if name == path), "{error}");
    }
}

/// A disk with room for so many bytes.
struct Full(Cursor<Vec<u8>>, usize);

impl Read for Full {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.position() as usize + bytes.len() > self.1 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Full {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_full_disk_is_an_error_wherever_it_strikes() {
    let folder = awkward();
    let attempt = |out: &mut Full| -> Result<u64, PackageError> {
        let mut archive = Archive::new(out, plain());
        let (exhibits, _) = folder.try_pack(&mut archive, &Unseen)?;
        Ok(seal(archive, &exhibits, &[], &facts(), &[])?.0.bytes)
    };
    let whole = attempt(&mut Full(Cursor::new(Vec::new()), usize::MAX)).unwrap() as usize;
    for room in (0..whole).step_by(97).chain([whole - 1]) {
        let mut out = Full(Cursor::new(Vec::new()), room);
        let error = attempt(&mut out).unwrap_err();
        assert!(matches!(error, PackageError::Write { .. }), "{error}");
        assert!(zip::ZipArchive::new(out.0).is_err());
    }
}

#[test]
fn a_package_without_exhibits_is_one() {
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("evidence.zip");
    let (_, sealed) = seal_to(&archive, &Folder::new(), plain());
    assert_eq!(sealed.sums_sha256, sha256_hex(b""));
    assert_eq!(contents(&archive).len(), 5);
}
