//! The one pass over the evidence: sizes around those of a block, files that change meanwhile, encryption, parts.

use std::io::{Cursor, Read as _};
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::package::{Passphrase, Split, seal, seal_parts, sha256_hex};

const BLOCK: usize = 1 << 20;

/// Text that compresses, different for each seed.
fn text(size: usize, seed: usize) -> Vec<u8> {
    let lines = (0..).flat_map(|n: usize| format!("{seed} user{} did {} at {n}\n", n % 371, n * n % 97).into_bytes());
    lines.take(size).collect()
}

/// Files around the size of a block and larger, compressed and stored.
fn large() -> Folder {
    let mut folder = Folder::new();
    let sizes = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 5];
    for (n, size) in sizes.into_iter().enumerate() {
        folder.file(&format!("{n}.log"), text(size, n));
        folder.row(&format!("E-{n}"), &format!("{n}.log"));
    }
    for (n, size) in [(10, 100), (11, 2 * BLOCK + 1)] {
        folder.file(&format!("{n}.png"), [b"\x89PNG\r\n\x1a\n".to_vec(), text(size, n)].concat());
        folder.row(&format!("E-{n}"), &format!("{n}.png"));
    }
    folder
}

fn packed(folder: &Folder, options: PackOptions, threads: usize) -> Vec<u8> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut archive = Archive::new(Cursor::new(Vec::new()), options);
        let (exhibits, _) = folder.pack(&mut archive, &Unseen);
        seal(archive, &exhibits, &[], &facts(), &[]).unwrap().1.into_inner()
    })
}

fn level(level: u32) -> PackOptions {
    PackOptions { level, passphrase: None }
}

/// What a reader that is not the program's own sees, by name.
fn contents(bytes: &[u8], passphrase: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|n| {
            let mut entry = match passphrase {
                Some(secret) => zip.by_index_decrypt(n, secret.as_bytes()).unwrap(),
                None => zip.by_index(n).unwrap(),
            };
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

#[test]
fn every_size_comes_back_and_threads_do_not_show() {
    let folder = large();
    for chosen in [0, 1, 6, 9] {
        let one = packed(&folder, level(chosen), 1);
        assert!(one == packed(&folder, level(chosen), 4), "level {chosen}");
        let (exhibits, _) = folder.collect();
        let files = contents(&one, None);
        for exhibit in &exhibits.items {
            let (_, content) = files.iter().find(|(name, _)| *name == exhibit.archive_path).unwrap();
            let original = fs::read(folder.evidence().join(&exhibit.original_path)).unwrap();
            assert!(*content == original, "{}", exhibit.original_path);
            assert_eq!(sha256_hex(content), exhibit.sha256);
        }
    }
    assert!(packed(&folder, level(9), 2).len() <= packed(&folder, level(1), 2).len());
}

/// What packing shows of a file is what hashing it shows.
#[test]
fn packing_and_hashing_agree() {
    let folder = large();
    let mut archive = Archive::new(Cursor::new(Vec::new()), level(6));
    let (packed, told) = folder.pack(&mut archive, &Unseen);
    let (hashed, also) = folder.collect();
    let view = |exhibits: &Exhibits| exhibits.items.iter().map(|e| format!("{e:?}")).collect::<Vec<_>>();
    assert_eq!(view(&packed), view(&hashed));
    assert_eq!(rules(&told), rules(&also));
}

#[test]
fn progress_tells_every_byte_once() {
    #[derive(Default)]
    struct Count(AtomicU64, AtomicU64);
    impl Progress for Count {
        fn begin(&self, total: u64) {
            self.0.fetch_add(total, Ordering::Relaxed);
        }
        fn read(&self, bytes: u64) {
            self.1.fetch_add(bytes, Ordering::Relaxed);
        }
    }
    let folder = large();
    let count = Count::default();
    let mut archive = Archive::new(Cursor::new(Vec::new()), level(1));
    let (exhibits, _) = folder.pack(&mut archive, &count);
    assert_eq!(count.0.load(Ordering::Relaxed), exhibits.total_bytes());
    assert_eq!(count.1.load(Ordering::Relaxed), exhibits.total_bytes());
}

/// Writes to the evidence as soon as something of a file was read that has not so many bytes.
struct Meddler<F: Fn() + Sync>(u64, F);

impl<F: Fn() + Sync> Progress for Meddler<F> {
    fn read(&self, bytes: u64) {
        if bytes != self.0 {
            (self.1)();
        }
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_a_finding_at_its_row() {
    for size in [50, 3 * BLOCK, 3 * BLOCK + 5] {
        let path = |folder: &Folder| folder.evidence().join("a.log");
        let new = || {
            let mut folder = Folder::new();
            folder.item("E-0", "before.txt");
            folder.file("a.log", text(size, 1));
            folder.row("E-1", "a.log");
            folder
        };
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
        type Change = fn(&Path, usize, std::time::SystemTime);
        let changes: [Change; 3] = [
            |path, _, _| fs::File::options().append(true).open(path).unwrap().write_all(b"more").unwrap(),
            |path, size, _| fs::File::options().write(true).open(path).unwrap().set_len(size as u64 - 1).unwrap(),
            |path, _, later| fs::File::options().append(true).open(path).unwrap().set_modified(later).unwrap(),
        ];
        for change in changes {
            let folder = new();
            let target = path(&folder);
            let meddler = Meddler("before.txt".len() as u64, || change(&target, size, later));
            let mut archive = Archive::new(Cursor::new(Vec::new()), level(6));
            let (_, findings) = folder.pack(&mut archive, &meddler);
            let told: Vec<_> = findings.iter().map(|f| (f.rule.id, f.message.as_str(), f.blocks())).collect();
            assert_eq!(told, [("EVD-11", "the file of evidence E-1, `a.log`, changed while it was packed", true)]);
            assert_eq!(findings[0].origin.as_ref().unwrap().to_string(), "evidence.toml:2:1");
        }
        // Left alone, the same folder has no finding.
        let folder = new();
        assert!(folder.pack(&mut Archive::new(Cursor::new(Vec::new()), level(6)), &Unseen).1.is_empty());
    }
}

#[test]
fn a_file_that_vanishes_is_the_same_finding_as_in_check() {
    let mut folder = Folder::new();
    folder.item("E-0", "a.txt");
    folder.item("E-1", "b.txt");
    let gone = folder.evidence().join("b.txt");
    let meddler = Meddler(0, || drop(fs::remove_file(&gone)));
    // The first file is read in blocks before the second is looked at.
    folder.file("a.txt", text(2 * BLOCK, 0));
    let mut archive = Archive::new(Cursor::new(Vec::new()), level(6));
    let (_, findings) = folder.pack(&mut archive, &meddler);
    assert_eq!(rules(&findings), [("EVD-01", Severity::Error)]);
    assert!(findings[0].message.contains("cannot be read"), "{}", findings[0].message);
}

#[test]
fn an_encrypted_package_opens_with_its_passphrase_only() {
    let folder = large();
    let options = PackOptions { level: 6, passphrase: Passphrase::new("korrekt häst") };
    let bytes = packed(&folder, options.clone(), 2);
    let open = contents(&packed(&folder, level(6), 2), None);
    let decrypted = contents(&bytes, Some("korrekt häst"));
    for ((name, content), (other, plain)) in decrypted.iter().zip(&open) {
        // The manifest speaks of the bytes before it, which are not the same.
        assert!(name == other && (content == plain || name == "manifest.json"), "{name}");
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for n in 0..zip.len() {
        assert!(zip.by_index(n).is_err(), "entry {n} opens without a passphrase");
        let wrong = zip.by_index_decrypt(n, b"correct horse").map(|mut entry| entry.read_to_end(&mut Vec::new()));
        assert!(!matches!(wrong, Ok(Ok(_))), "entry {n} opens with another");
    }
    let clear = text(BLOCK - 1, 2);
    assert!(!bytes.windows(40).any(|window| window == &clear[..40]), "a text is there to be read");
    assert!(bytes != packed(&folder, options, 2), "two encryptions of the same");
}

#[test]
fn parts_are_complete_and_no_larger_than_asked() {
    let mut folder = Folder::new();
    for n in 0..60 {
        // Text that is stored, so that sizes are known: 100 kB each.
        folder.file(&format!("{n}.png"), [b"\x89PNG\r\n\x1a\n".to_vec(), text(100_000, n)].concat());
        folder.row(&format!("E-{n}"), &format!("{n}.png"));
    }
    folder.row("E-60", "7.png");
    let limit = 1 << 20;
    let split = Split { limit, stem: "evidence" };
    let mut archive = Archive::new(Cursor::new(Vec::new()), level(6));
    let (exhibits, _) = folder.pack(&mut archive, &Unseen);
    let new = || Ok(Cursor::new(Vec::new()));
    let parts = seal_parts(archive, &exhibits, &exhibits_pdf(), &facts(), &reports(), split, new).unwrap();
    // Ten of a hundred thousand bytes fit into a mebibyte.
    assert_eq!(parts.len(), 6);
    let (mut sums, mut names) = (Vec::new(), Vec::new());
    for (n, part) in (1..).zip(&parts) {
        assert_eq!(part.name, format!("evidence-{n}-of-6.zip"));
        let bytes = part.file.get_ref();
        assert!(bytes.len() as u64 == part.sealed.bytes && part.sealed.bytes <= limit);
        let files = contents(bytes, None);
        let file = |name: &str| &files.iter().find(|(other, _)| other == name).unwrap().1;
        let manifest: serde_json::Value = serde_json::from_slice(file("manifest.json")).unwrap();
        assert_eq!(
            (&manifest["set"]["part"], &manifest["set"]["sums_sha256"]),
            (&n.into(), &exhibits.sums_sha256().into())
        );
        for (other, view) in parts.iter().zip(manifest["set"]["parts"].as_array().unwrap()) {
            assert_eq!(
                (&view["name"], &view["sums_sha256"]),
                (&other.name.clone().into(), &other.sealed.sums_sha256.clone().into())
            );
        }
        assert_eq!(manifest["reports"][0]["name"], "report.pdf");
        assert_eq!(files.iter().any(|(name, _)| name == "exhibits.pdf"), n == 1);
        let page = String::from_utf8(file("index.html").clone()).unwrap();
        assert!(page.contains(&format!("{n} of 6")) && page.contains("evidence-6-of-6.zip"));
        sums.extend_from_slice(file("SHA256SUMS"));
        names.extend(manifest["exhibits"].as_array().unwrap().iter().map(|e| e["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(sha256_hex(&sums), exhibits.sums_sha256(), "the sums of the parts are those of the whole");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 61, "every exhibit once, the one that shares a file too");
}

#[test]
fn one_part_is_a_package_like_any_other_and_too_small_a_part_is_refused() {
    let folder = large();
    let split = |limit: u64| {
        let mut archive = Archive::new(Cursor::new(Vec::new()), level(6));
        let (exhibits, _) = folder.pack(&mut archive, &Unseen);
        let split = Split { limit, stem: "evidence" };
        seal_parts(archive, &exhibits, &[], &facts(), &[], split, || Ok(Cursor::new(Vec::new())))
    };
    let parts = split(1 << 30).unwrap();
    assert_eq!((parts.len(), parts[0].name.as_str()), (1, "evidence.zip"));
    assert!(*parts[0].file.get_ref() == packed(&folder, level(6), 2));
    // The stored file of two mebibytes.
    match split(1 << 20) {
        Err(PackageError::TooLarge { path, needed, limit }) => {
            assert_eq!((path.as_str(), limit), ("exhibits/E-11/11.png", 1 << 20));
            assert!(needed > 2 << 20);
        }
        other => panic!("{:?}", other.map(|parts| parts.len())),
    }
}

/// Many small records: what is said of them takes more room than they do.
#[test]
fn indexes_count_too() {
    let mut folder = Folder::new();
    for n in 0..4000 {
        folder.item(&format!("E-{n}"), &format!("{n}.txt")).source =
            Some(Located::new(sha256_hex(n.to_string().as_bytes()).repeat(9), origin("x", 0)));
    }
    let mut archive = Archive::new(Cursor::new(Vec::new()), level(6));
    let (exhibits, _) = folder.pack(&mut archive, &Unseen);
    let split = Split { limit: 1 << 20, stem: "evidence" };
    let new = || Ok(Cursor::new(Vec::new()));
    let parts = seal_parts(archive, &exhibits, &[], &facts(), &[], split, new).unwrap();
    assert!(parts.len() > 1 && parts.iter().all(|part| part.sealed.bytes <= 1 << 20));
}
