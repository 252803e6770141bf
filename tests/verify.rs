//! A package looked at again: the untouched one is intact, and each way of tampering with it is told.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use socpress::package::Beside;
use support::{Engagement, Run, socpress};

const FILES: usize = 200;

/// A package of many small files, one of them twice in the index.
fn built() -> (Engagement, PathBuf) {
    let mut e = Engagement::type_2();
    for n in 0..FILES {
        let content = format!("Exhibit {n}: {}\n", "lines of a log ".repeat(n % 23));
        let extension = ["txt", "csv", "png"][n % 3];
        e = e.exhibit(&format!("E-{n:03}"), &format!("{}/item-{n}.{extension}", n % 7), content);
    }
    let e = e.index("E-999", "0/item-0.txt");
    e.build();
    let package = e.out().join("evidence.zip");
    (e, package)
}

fn verify(package: &Path, reports: &[&Path]) -> Run {
    Run::of(socpress().args(["verify", "--format", "json"]).arg(package).args(reports))
}

fn problems(run: &Run) -> Vec<(String, String)> {
    let json = run.json();
    let list = json["problems"].as_array().expect("problems");
    let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_owned();
    list.iter().map(|p| (text(p, "fault"), text(p, "file"))).collect()
}

/// Contents of an archive, in its order.
fn contents(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|n| {
            let mut entry = archive.by_index(n).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("content");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
}

fn packed(contents: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in contents {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        writer.write_all(content).expect("content");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn an_untouched_package_is_intact_wherever_it_lies() {
    let (e, package) = built();
    let report = e.out().join("report.pdf");
    let run = verify(&package, &[&report]);
    assert_eq!((run.code, &run.json()["intact"]), (0, &true.into()), "{}", run.stdout);
    assert_eq!((&run.json()["exhibits"], &run.json()["reports"]), (&(FILES + 1).into(), &1.into()));
    assert_eq!(run.json()["notes"], serde_json::json!([]));
    // Elsewhere, without its record and without a report.
    let moved = e.beside("moved.zip");
    fs::copy(&package, &moved).expect("copied");
    let run = verify(&moved, &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.json()["notes"].to_string().contains("no build.json"), "{}", run.stdout);
    // Another report is none of its own.
    let other = Engagement::type_1();
    other.build();
    let run = verify(&package, &[&other.out().join("report.pdf")]);
    assert_eq!(run.code, 1);
    assert_eq!(problems(&run)[0].0, "report");
    let people = Run::of(socpress().arg("verify").arg(&package).arg(&report));
    assert!(people.stderr.contains("intact: ") && people.code == 0, "{}", people.stderr);
    assert_eq!(verify(&e.beside("absent.zip"), &[]).code, 3);
}

/// A report that is not the package's says nothing against the package.
#[test]
fn a_report_of_another_package() {
    let (e, package) = built();
    let other = e.beside("other.pdf");
    fs::write(&other, "%PDF-1.7").expect("a file");
    let run = Run::of(socpress().arg("verify").args([&package, &other]));
    assert_eq!(run.code, 1, "{run:?}");
    for says in [
        "other.pdf is not the report of this package, which names report.pdf; the hashes of recipients' copies stand in",
        "error: the package itself is intact, but not each report is its own: 1 problem\n",
    ] {
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
    fs::write(&package, "no archive").expect("a file");
    let run = Run::of(socpress().arg("verify").args([&package, &other]));
    assert!(run.code == 1 && run.stderr.contains("error: not intact: "), "{run:?}");
}

#[test]
fn every_single_fault_is_reported() {
    let (e, package) = built();
    let bytes = fs::read(&package).expect("the package");
    let original = contents(&bytes);
    let folder = e.beside("tampered");
    fs::create_dir_all(&folder).expect("a folder");
    let target = folder.join("evidence.zip");
    // A small generator with a fixed seed: the same faults each time.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("a number")
    };
    let check = |data: &[u8]| {
        fs::write(&target, data).expect("written");
        let beside = Beside { generator: socpress::pipeline::GENERATOR, ..Beside::default() };
        socpress::package::verify(&target, &beside).expect("it can be read")
    };
    assert!(check(&bytes).problems.is_empty(), "the untouched one");
    let mut missed = Vec::new();
    for n in 0..500 {
        let (what, data, told): (String, Vec<u8>, Option<(&str, String)>) = match n % 5 {
            // Any byte of the file: contents, names, dates, sizes.
            0 => {
                let mut data = bytes.clone();
                let at = random(data.len());
                data[at] ^= 1 << random(8);
                (format!("bit of byte {at}"), data, None)
            }
            1 => {
                let mut list = original.clone();
                let (name, _) = list.remove(random(list.len()));
                let told = (name != "manifest.json").then(|| ("missing", name.clone()));
                (format!("dropped {name}"), packed(&list), told)
            }
            2 => {
                let mut list = original.clone();
                let at = random(list.len() - 1);
                let before = std::mem::replace(&mut list[at].0, format!("exhibits/renamed-{n}.txt"));
                (format!("renamed {before}"), packed(&list), Some(("missing", before)))
            }
            3 => {
                let mut list = original.clone();
                let name = format!("exhibits/added-{n}.txt");
                list.insert(random(list.len()), (name.clone(), b"added".to_vec()));
                (format!("added {name}"), packed(&list), Some(("extra", name)))
            }
            _ => {
                let mut list = original.clone();
                let (a, b) = (random(FILES / 2), FILES / 2 + random(FILES / 2 - 1));
                let content = list[a].1.clone();
                list[a].1 = std::mem::replace(&mut list[b].1, content);
                if list[a].1 == list[b].1 {
                    continue;
                }
                let name = list[a].0.clone();
                (format!("swapped {name}"), packed(&list), Some(("changed", name)))
            }
        };
        let found = check(&data);
        let says = |fault: &str, file: &str| {
            found
                .problems
                .iter()
                .any(|p| serde_json::to_value(p.fault).expect("a fault") == fault && p.file.as_deref() == Some(file))
        };
        if found.problems.is_empty() || told.is_some_and(|(fault, file)| !says(fault, &file)) {
            missed.push(format!("{what}: {:?}", found.problems));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_manifest_that_was_written_anew_is_told_by_the_record() {
    let (_e, package) = built();
    let mut list = contents(&fs::read(&package).expect("the package"));
    let at = list.iter().position(|(name, _)| name == "manifest.json").expect("the manifest");
    let mut files: BTreeMap<String, Vec<u8>> = list.iter().cloned().collect();
    // A forger changes an exhibit and everything that speaks of it.
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    let path = manifest["exhibits"][0]["path"].as_str().expect("a path").to_owned();
    let old = manifest["exhibits"][0]["sha256"].as_str().expect("a hash").to_owned();
    files.insert(path.clone(), b"forged".to_vec());
    let new = socpress::package::sha256_hex(b"forged");
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).expect("text").replace(&old, &new);
    let sums_before = socpress::package::sha256_hex(&files["SHA256SUMS"]);
    let sums_after = socpress::package::sha256_hex(sums.as_bytes());
    for (name, content) in &mut list {
        if *name == path {
            *content = b"forged".to_vec();
        } else if name == "SHA256SUMS" {
            *content = sums.clone().into_bytes();
        }
    }
    let text = String::from_utf8(list[at].1.clone()).expect("text");
    list[at].1 = text.replace(&old, &new).replace(&sums_before, &sums_after).into_bytes();
    fs::write(&package, packed(&list)).expect("written");
    let run = verify(&package, &[]);
    assert_eq!(run.code, 1);
    assert!(problems(&run).iter().any(|(fault, _)| fault == "record"), "{}", run.stdout);
}

#[test]
fn what_is_no_package() {
    let e = Engagement::empty();
    for (name, content) in
        [("text.zip", b"no archive".to_vec()), ("other.zip", packed(&[("a.txt".into(), b"a".to_vec())]))]
    {
        let e = Engagement::empty().file(name, content);
        let run = verify(&e.path().join(name), &[]);
        assert_eq!(run.code, 1, "{}", run.stdout);
        assert!(["archive", "manifest"].contains(&problems(&run)[0].0.as_str()));
    }
    drop(e);
}
