//! Beyond the limits of the old ZIP format. Slow, so only on request:
//! `cargo test --release --lib package::tests::large -- --ignored`

use std::io::{Seek, SeekFrom, Write};
use std::process::Command;

use super::*;

/// A file of this size with a mark at its end; it takes no room on the disk.
fn sparse(folder: &Folder, name: &str, size: u64) {
    let mut file = fs::File::create(folder.evidence().join(name)).unwrap();
    file.seek(SeekFrom::Start(size - 3)).unwrap();
    file.write_all(b"end").unwrap();
}

#[test]
#[ignore = "writes an archive of more than 4 GiB"]
fn files_and_archives_beyond_4_gib_are_read_by_others() {
    let mut folder = Folder::new();
    // Deflated: large file, small archive. Stored: what follows starts beyond 4 GiB.
    sparse(&folder, "a.log", (4 << 30) + 5);
    sparse(&folder, "b.zip", (4 << 30) - 1);
    folder.row("E-1", "a.log");
    folder.row("E-2", "b.zip");
    folder.item("E-3", "c.txt");
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("evidence.zip");
    let sealed = seal_to(&archive, &folder.exhibits());
    assert!(sealed.bytes > 4 << 30);
    let read = |command: &mut Command| assert!(command.arg(&archive).status().unwrap().success());
    read(Command::new("unzip").arg("-tq"));
    read(Command::new("7z").args(["t", "-bso0"]));
    read(
        Command::new("python3")
            .args(["-c", "import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None"]),
    );
}

#[test]
#[ignore = "makes 70,000 files"]
fn more_entries_than_65535_are_read_by_others() {
    let mut folder = Folder::new();
    for n in 0..70_000 {
        folder.item(&format!("E-{n}"), &format!("{}/{n}.txt", n % 100));
    }
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("evidence.zip");
    let sealed = seal_to(&archive, &folder.exhibits());
    assert_eq!(sealed.entries, 70_005);
    let read = |command: &mut Command| assert!(command.arg(&archive).status().unwrap().success());
    read(Command::new("unzip").arg("-tq"));
    read(Command::new("7z").args(["t", "-bso0"]));
    read(
        Command::new("python3")
            .args(["-c", "import sys, zipfile; assert len(zipfile.ZipFile(sys.argv[1]).namelist()) == 70005"]),
    );
}
