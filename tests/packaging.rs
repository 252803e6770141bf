//! The package alone, what would go in, its options, and a package in several parts.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Archive, Engagement, Run, error, is_valid_json, listed, output, reads, socpress, tool};

/// Bytes that do not compress, in the clothes of an image.
fn noise(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let random = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    b"\x89PNG\r\n\x1a\n".iter().copied().chain(random).take(size).collect()
}

/// Twelve images of 300 kB and a log of 2.5 MB, of which one is twice in the index.
fn collected() -> Engagement {
    let lines: String =
        (0..60_000).map(|n| format!("{n} user{} logged in from 10.0.{}.{}\n", n % 83, n % 7, n % 251)).collect();
    let mut e = Engagement::type_2().exhibit("E-0", "access.log", lines);
    for n in 1..=12 {
        e = e.exhibit(&format!("E-{n}"), &format!("shot-{n}.png"), noise(300_000, n));
    }
    e.index("E-13", "shot-3.png")
}

fn package(e: &Engagement, out: &Path, arguments: &[&str]) -> Run {
    let mut command = socpress();
    Run::of(command.args(["package", "--format", "json"]).arg(e.path()).arg("-o").arg(out).args(arguments))
}

#[track_caller]
fn packaged(e: &Engagement, out: &Path, arguments: &[&str]) -> Vec<PathBuf> {
    let run = package(e, out, arguments);
    assert!(run.built(), "nothing was made:\n{}", listed(&run.findings()));
    assert_eq!(run.code, 0, "{run:?}");
    names(out).iter().filter(|name| name.ends_with(".zip")).map(|name| out.join(name)).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn verify(package: &Path, more: &[&Path]) -> Run {
    Run::of(socpress().args(["verify", "--format", "json"]).arg(package).args(more))
}

/// Fault, part and message of each problem.
fn problems(run: &Run) -> Vec<(String, String, String)> {
    let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_owned();
    let json = run.json();
    let list = json["problems"].as_array().expect("problems");
    list.iter().map(|p| (text(p, "fault"), text(p, "part"), text(p, "message"))).collect()
}

#[test]
fn a_package_can_be_made_alone() {
    let e = collected();
    let out = e.beside("alone");
    packaged(&e, &out, &[]);
    assert_eq!(names(&out), ["evidence.build.json", "evidence.zip"]);
    let archive = Archive::open(&out.join("evidence.zip"));
    assert_eq!(archive.verified().len(), 13);
    assert!(!archive.names().contains(&"exhibits.pdf".to_owned()), "no PDF is made");
    assert_eq!(archive.manifest()["reports"], serde_json::json!([]));
    let run = verify(&out.join("evidence.zip"), &[]);
    assert_eq!((run.code, &run.json()["notes"]), (0, &serde_json::json!([])), "{}", run.stdout);
    let record: Value =
        serde_json::from_str(&fs::read_to_string(out.join("evidence.build.json")).expect("a record")).expect("JSON");
    assert_eq!(record["evidence"]["exhibits"], 14);
    let sum = output(tool("sha256sum").arg(out.join("evidence.zip")));
    assert_eq!(record["outputs"][0]["sha256"], sum.split_whitespace().next().unwrap_or_default());
    // The same again, over the old one.
    let before = fs::read(out.join("evidence.zip")).expect("the package");
    packaged(&e, &out, &[]);
    assert!(fs::read(out.join("evidence.zip")).expect("the package") == before);
    let people = Run::of(socpress().args(["package"]).arg(e.path()).arg("-o").arg(&out));
    assert_eq!((people.code, people.stdout.as_str()), (0, ""));
    assert!(
        people.stderr.contains("evidence.zip (") && !people.stderr.contains("packing evidence"),
        "{}",
        people.stderr
    );
}

/// A set of outputs that belong together is not torn apart.
#[test]
fn alone_and_with_reports_keep_out_of_each_others_way() {
    let e = collected();
    let built = e.build();
    let before = fs::read(built.out.join("evidence.zip")).expect("the package");
    let run = package(&e, &built.out, &[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("build.json is the record of a build"), "{}", run.stderr);
    assert!(fs::read(built.out.join("evidence.zip")).expect("the package") == before);
    // The other way round the build has both, and the record of the package goes.
    let out = e.beside("alone");
    packaged(&e, &out, &["--split-size", "2MB"]);
    assert!(names(&out).contains(&"evidence-1-of-3.zip".to_owned()), "{:?}", names(&out));
    assert_eq!(e.build_into(&out).names(), ["build.json", "evidence.zip", "report.pdf"]);
    assert_eq!(verify(&out.join("evidence.zip"), &[&out.join("report.pdf")]).code, 0);
}

#[test]
fn nothing_to_package_is_said() {
    let e = Engagement::type_2();
    let run = Run::of(socpress().arg("package").arg(e.path()).arg("-o").arg(e.out()));
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("the engagement has no evidence"), "{}", run.stderr);
    assert!(!e.out().exists());
    let e = e.index("E-1", "absent.txt");
    let run = Run::of(socpress().arg("package").arg(e.path()).arg("-o").arg(e.out()));
    assert!(run.code == 1 && run.stderr.contains("EVD-01") && !e.out().exists(), "{run:?}");
}

#[test]
fn a_dry_run_lists_what_would_go_in() {
    let e = collected();
    let run = package(&e, &e.out(), &["--dry-run"]);
    assert_eq!(run.code, 0, "{run:?}");
    let list = run.json();
    let rows = list["exhibits"].as_array().expect("exhibits");
    assert_eq!(rows.len(), 14);
    let log = fs::metadata(e.path().join("evidence/access.log")).expect("the log").len();
    assert_eq!(
        rows[0],
        serde_json::json!({"id": "E-0", "path": "exhibits/E-0/access.log", "original_path": "access.log", "bytes": log,
            "media_type": "text/plain", "method": "deflated"})
    );
    assert_eq!((&rows[3]["method"], &rows[13]["same_file_as"]), (&"stored".into(), &"E-3".into()));
    assert_eq!((&list["total_files"], &list["total_bytes"]), (&13.into(), &(log + 12 * 300_000).into()));
    assert_eq!((&list["stored_bytes"], &list["deflated_bytes"]), (&3_600_000.into(), &log.into()));
    let text = Run::of(socpress().args(["package", "--dry-run"]).arg(e.path()).arg("-o").arg(e.out()));
    for part in ["exhibits/E-12/shot-12.png", "image/png", "300000", "same file as E-3", "total: 13 files, "] {
        assert!(text.stdout.contains(part), "{part}\n{}", text.stdout);
    }
    assert!(!e.out().exists(), "something was written");
    // What it lists is what goes in.
    let archive = Archive::open(&packaged(&e, &e.out(), &[])[0]);
    let wanted: BTreeSet<_> = rows.iter().map(|row| row["path"].as_str().expect("a path").to_owned()).collect();
    let there: BTreeSet<_> = archive.names().into_iter().filter(|name| name.starts_with("exhibits/")).collect();
    assert_eq!(wanted, there);
    let none = package(&Engagement::type_2(), &e.out(), &["--dry-run"]);
    assert_eq!((none.code, &none.json()["total_files"]), (1, &0.into()));
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let e = collected();
    let made = |threads: &str| {
        let out = e.beside(&format!("threads-{threads}"));
        let mut command = socpress();
        let run = Run::of(command.env("RAYON_NUM_THREADS", threads).arg("package").arg(e.path()).arg("-o").arg(&out));
        assert_eq!(run.code, 0, "{run:?}");
        fs::read(out.join("evidence.zip")).expect("the package")
    };
    let one = made("1");
    assert!(made("4") == one && made("2") == one);
}

#[test]
fn levels_of_compression() {
    let e = collected();
    let size = |level: &str| {
        let files = packaged(&e, &e.beside(&format!("level-{level}")), &["--compression-level", level]);
        reads(&files[0], None);
        assert_eq!(verify(&files[0], &[]).code, 0);
        fs::metadata(&files[0]).expect("the package").len()
    };
    let (none, fast, small) = (size("0"), size("1"), size("9"));
    assert!(none > 5_500_000 && none > fast && fast > small, "{none} {fast} {small}");
    let usual = fs::read(&packaged(&e, &e.out(), &[])[0]).expect("the package");
    assert!(usual == fs::read(&packaged(&e, &e.beside("six"), &["--compression-level", "6"])[0]).expect("the package"));
    let run = package(&e, &e.out(), &["--compression-level", "10"]);
    assert_eq!(run.code, 2, "{run:?}");
}

// --- Encryption ----------------------------------------------------------------------------------------------------

#[test]
fn an_encrypted_package_needs_its_passphrase() {
    let secret = "Löwe, Zebra & 7 Äpfel";
    let e = collected().outside("secret.txt", format!("{secret}\nnot this\n")).outside("other.txt", "another");
    let (file, other) = (e.beside("secret.txt"), e.beside("other.txt"));
    let file = file.to_str().expect("a path");
    let out = e.beside("sealed");
    let made = packaged(&e, &out, &["--passphrase-file", file]);
    let sealed = &made[0];
    reads(sealed, Some(secret));
    for (name, arguments) in [("7z", vec!["t", "-pwrong"]), ("unzip", vec!["-tq", "-P", "wrong"])] {
        assert!(!tool(name).args(arguments).arg(sealed).output().expect("it runs").status.success(), "{name}");
    }
    let bytes = fs::read(sealed).expect("the package");
    assert!(!bytes.windows(14).any(|w| w == b"user1 logged i" || w == b"\"sums_sha256\": "), "readable");
    // The contents are those of the open one.
    let open = Archive::open(&packaged(&e, &e.beside("open"), &[])[0]);
    let unpacked = e.beside("unpacked");
    let secret_argument = format!("-p{secret}");
    output(tool("7z").arg("x").arg("-bso0").arg(secret_argument).arg(format!("-o{}", unpacked.display())).arg(sealed));
    for name in open.names().iter().filter(|name| *name != "manifest.json") {
        let read = |folder: &Path| fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(read(&unpacked) == read(open.folder()), "{name}");
    }
    // It is verified with the passphrase, from a file or the environment, and in no other way.
    let with = |path: &Path| {
        Run::of(socpress().args(["verify", "--format", "json"]).arg(sealed).arg("--passphrase-file").arg(path))
    };
    assert_eq!(with(Path::new(file)).code, 0, "{}", with(Path::new(file)).stdout);
    let environment = Run::of(socpress().env("SOCPRESS_PASSPHRASE", secret).arg("verify").arg(sealed));
    assert_eq!(environment.code, 0, "{}", environment.stderr);
    let wrong = with(&other);
    assert_eq!((wrong.code, problems(&wrong)[0].0.as_str()), (1, "passphrase"), "{}", wrong.stdout);
    let none = verify(sealed, &[]);
    assert_eq!((none.code, problems(&none)[0].0.as_str()), (1, "passphrase"), "{}", none.stdout);
    // Nothing that is written tells it.
    let record = fs::read_to_string(out.join("evidence.build.json")).expect("a record");
    assert!(record.contains("\"encrypted\": true") && !record.contains("Zebra"), "{record}");
    // Any byte counts.
    let mut changed = bytes.clone();
    let at = bytes.len() / 2;
    changed[at] ^= 4;
    fs::write(sealed, changed).expect("written");
    assert_eq!(with(Path::new(file)).code, 1);
}

#[test]
fn a_build_encrypts_as_well_and_an_unusable_passphrase_is_refused() {
    let e = collected().outside("empty.txt", "\n");
    let mut command = socpress();
    let run =
        Run::of(command.env("SOCPRESS_PASSPHRASE", "from outside").arg("build").arg(e.path()).arg("-o").arg(e.out()));
    assert_eq!(run.code, 0, "{run:?}");
    reads(&e.out().join("evidence.zip"), Some("from outside"));
    let run = Run::of(
        socpress()
            .env("SOCPRESS_PASSPHRASE", "from outside")
            .arg("verify")
            .arg(e.out().join("evidence.zip"))
            .arg(e.out().join("report.pdf")),
    );
    assert_eq!(run.code, 0, "{run:?}");
    let before = fs::read(e.out().join("evidence.zip")).expect("the package");
    for (code, run) in [
        (2, Run::of(socpress().env("SOCPRESS_PASSPHRASE", "").arg("build").arg(e.path()).arg("-o").arg(e.out()))),
        (
            2,
            Run::of(
                socpress()
                    .arg("build")
                    .arg(e.path())
                    .arg("-o")
                    .arg(e.out())
                    .arg("--passphrase-file")
                    .arg(e.beside("empty.txt")),
            ),
        ),
        (
            3,
            Run::of(
                socpress()
                    .arg("build")
                    .arg(e.path())
                    .arg("-o")
                    .arg(e.out())
                    .arg("--passphrase-file")
                    .arg(e.beside("absent.txt")),
            ),
        ),
    ] {
        assert_eq!(run.code, code, "{run:?}");
        assert!(run.stderr.contains("passphrase in "), "{}", run.stderr);
    }
    assert!(fs::read(e.out().join("evidence.zip")).expect("the package") == before);
}

// --- Parts ---------------------------------------------------------------------------------------------------------

#[test]
fn a_package_in_parts_is_read_and_verified_part_by_part() {
    let e = collected();
    let run = Run::of(
        socpress().args(["build", "--format", "json", "--split-size", "1.2MB"]).arg(e.path()).arg("-o").arg(e.out()),
    );
    assert!(run.built() && run.code == 0, "{run:?}");
    let out = e.out();
    let parts: Vec<PathBuf> = names(&out).iter().filter(|n| n.ends_with(".zip")).map(|n| out.join(n)).collect();
    // Three images fit beside the indexes; the log takes a part with what it leaves room for.
    assert_eq!(parts.len(), 5, "{:?}", names(&out));
    let (mut files, mut exhibits) = (0, 0);
    for part in &parts {
        assert!(fs::metadata(part).expect("a part").len() <= 1_200_000);
        reads(part, None);
        let archive = Archive::open(part);
        files += archive.verified().len();
        exhibits += archive.manifest()["exhibits"].as_array().expect("exhibits").len();
        let path = archive.folder().join("manifest.json");
        is_valid_json(&path, &Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/manifest.schema.json"));
    }
    assert_eq!((files, exhibits), (13, 14));
    let report = out.join("report.pdf");
    // Whichever part is named.
    for part in &parts {
        let run = verify(part, &[&report]);
        assert_eq!(run.code, 0, "{}", run.stdout);
        assert_eq!((&run.json()["parts"], &run.json()["exhibits"]), (&5.into(), &14.into()));
        assert_eq!(run.json()["notes"], serde_json::json!([]));
    }
    // The list of exhibits prints the hash of all sums together.
    let sums: Vec<u8> = parts.iter().flat_map(|part| Archive::open(part).text("SHA256SUMS").into_bytes()).collect();
    let hash = socpress::package::sha256_hex(&sums);
    let first = Archive::open(&parts[0]);
    support::Pdf::open(&first.folder().join("exhibits.pdf"), None).says(&hash);
    // The next build without parts leaves none of them.
    assert_eq!(e.build().names(), ["build.json", "evidence.zip", "report.pdf"]);
}

#[test]
fn a_part_that_is_missing_altered_or_of_another_package_is_named() {
    let e = collected();
    let parts = packaged(&e, &e.out(), &["--split-size", "1.2MB"]);
    let other = collected().file("evidence/shot-1.png", noise(300_000, 77));
    let foreign = packaged(&other, &other.out(), &["--split-size", "1.2MB"]);
    assert_eq!(parts.len(), foreign.len());
    let second = fs::read(&parts[1]).expect("a part");
    let name = "evidence-2-of-5.zip";
    let told = |fault: &str, part: &str| {
        let run = verify(&parts[0], &[]);
        assert_eq!(run.code, 1, "{}", run.stdout);
        let found = problems(&run);
        assert!(found.iter().any(|(f, p, m)| f == fault && p == part && m.contains(part)), "{fault}: {found:?}");
        assert!(found.iter().all(|(_, p, _)| p == part), "another part is blamed: {found:?}");
        let people = Run::of(socpress().arg("verify").arg(&parts[0]));
        assert!(people.stderr.contains(part) && people.code == 1, "{}", people.stderr);
    };
    fs::remove_file(&parts[1]).expect("removed");
    told("part", name);
    // Elsewhere it is found when it is named.
    let elsewhere = e.beside("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    fs::write(elsewhere.join(name), &second).expect("a part");
    let run = verify(&parts[0], &[&elsewhere.join(name)]);
    assert_eq!((run.code, &run.json()["parts"]), (0, &5.into()), "{}", run.stdout);
    let mut changed = second.clone();
    changed[100_000] ^= 1;
    fs::write(&parts[1], &changed).expect("written");
    told("changed", name);
    fs::write(&parts[1], &changed[..changed.len() / 2]).expect("written");
    told("archive", name);
    fs::copy(&foreign[1], &parts[1]).expect("copied");
    told("part", name);
    fs::write(&parts[1], &second).expect("written");
    assert_eq!(verify(&parts[0], &[]).code, 0);
}

#[test]
fn parts_may_be_encrypted() {
    let e = collected().outside("secret.txt", "seven words");
    let secret = e.beside("secret.txt");
    let arguments = ["--split-size", "2MB", "--passphrase-file", secret.to_str().expect("a path")];
    let parts = packaged(&e, &e.out(), &arguments);
    assert_eq!(parts.len(), 3);
    for part in &parts {
        reads(part, Some("seven words"));
    }
    let run = Run::of(socpress().env("SOCPRESS_PASSPHRASE", "seven words").arg("verify").arg(&parts[2]));
    assert!(run.code == 0 && run.stderr.contains("3 parts"), "{run:?}");
}

#[test]
fn a_file_larger_than_a_part_is_a_finding_at_its_row() {
    let e = collected().exhibit("E-20", "dump.png", noise(1_500_000, 5));
    let wanted =
        error("EVD-30", "the file of evidence E-20, `dump.png`, needs a part of").at("evidence.toml", "^\"dump.png\"");
    for command in ["build", "package"] {
        let run = Run::of(
            socpress()
                .args([command, "--format", "json", "--split-size", "1.2MB"])
                .arg(e.path())
                .arg("-o")
                .arg(e.out()),
        );
        assert_eq!((run.code, run.built()), (1, false), "{run:?}");
        wanted.in_findings(&e, &run.findings());
        assert!(!e.out().exists(), "something was written");
    }
    for size in ["12", "many", "-1MB"] {
        let run = package(&e, &e.out(), &[&format!("--split-size={size}")]);
        assert!(run.code == 2 && run.stderr.contains("--split-size"), "{run:?}");
    }
}

// --- Names and readers ---------------------------------------------------------------------------------------------

#[test]
fn names_of_all_kinds_come_back_with_every_reader() {
    let long = format!("{}.txt", "長".repeat(83) + "ab");
    assert_eq!(long.len(), 255);
    let kinds = ["監査証跡.txt", "سجل التدقيق.txt", "🔐 keys 👩\u{200D}💻.txt", &long, "CON.txt"];
    let mut e = Engagement::type_2();
    for (n, name) in kinds.iter().enumerate() {
        e = e.exhibit(&format!("E-{n}"), name, format!("content of {name}\n"));
    }
    let made = packaged(&e, &e.out(), &[]);
    let listed = reads(&made[0], None);
    let archive = Archive::open(&made[0]);
    let manifest = archive.manifest();
    let by_7z = e.beside("by-7z");
    output(tool("7z").args(["x", "-bso0"]).arg(format!("-o{}", by_7z.display())).arg(&made[0]));
    let by_tar = e.beside("by-tar");
    fs::create_dir(&by_tar).expect("a folder");
    output(tool("bsdtar").env("LC_ALL", "C.UTF-8").arg("-xf").arg(&made[0]).arg("-C").arg(&by_tar));
    for (n, name) in kinds.iter().enumerate() {
        let exhibit = &manifest["exhibits"][n];
        assert_eq!(exhibit["original_path"], *name);
        let path = exhibit["path"].as_str().expect("a path");
        assert!(listed.contains(path), "{path}");
        for folder in [archive.folder(), &by_7z, &by_tar] {
            let content = fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(content, format!("content of {name}\n"));
        }
    }
    assert_eq!(manifest["exhibits"][4]["path"], "exhibits/E-4/_CON.txt");
}

/// On a terminal it shows how far it is, elsewhere it does not.
#[test]
fn progress_shows_on_a_terminal_only() {
    let e = collected();
    let script = "import pty, sys\nsys.exit(pty.spawn(sys.argv[1:]) >> 8)";
    let on_terminal = |arguments: &[&str]| {
        let mut python = tool("python3");
        python.args(["-c", script, env!("CARGO_BIN_EXE_socpress")]).args(arguments).arg("package").arg(e.path());
        output(python.arg("-o").arg(e.out()))
    };
    let shown = on_terminal(&[]);
    assert!(shown.contains("packing evidence [") && shown.contains(" left"), "{shown:?}");
    assert!(!on_terminal(&["--quiet"]).contains("packing evidence"));
}
