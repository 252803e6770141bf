//! Outputs are whole whatever happens: the program is killed at any moment, the disk is full.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Built, Engagement, Run, socpress};

/// An engagement with evidence that takes a while to pack.
fn engagement(word: &str) -> Engagement {
    let log: String = (0..400_000).map(|n| format!("{n} {word} user{} of {}\n", n % 977, n * n % 7919)).collect();
    Engagement::type_2().exhibit("E-1", "access.log", log).exhibit("E-2", "note.txt", word)
}

/// Outputs by name.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file")))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

/// `scripts/kill-trial` does the same a hundred times.
#[test]
fn killed_at_any_moment_each_output_is_the_old_or_the_new() {
    let (old, new) = (engagement("old"), engagement("new"));
    let before = outputs(&old.build().out);
    let begin = Instant::now();
    let after = outputs(&new.build().out);
    let whole = begin.elapsed();
    assert!(before != after && before.len() == 3);
    let out = new.beside("trial");
    let mut early = 0;
    for moment in 1..=10 {
        old.build_into(&out);
        let mut build = Command::new(env!("CARGO_BIN_EXE_socpress"));
        build.args(["-q", "build"]).arg(new.path()).arg("-o").arg(&out).stderr(Stdio::null());
        let mut child = build.spawn().expect("it starts");
        std::thread::sleep(whole * moment / 10);
        // SIGKILL; at the last moments it may be done already.
        child.kill().expect("killed");
        child.wait().expect("ended");
        let there = outputs(&out);
        assert_eq!(there.len(), 3, "{:?}", there.keys());
        for (name, content) in &there {
            assert!(*content == before[name] || *content == after[name], "{name} is neither the old nor the new");
        }
        // The record comes last: with the new one everything is new.
        assert!(there["build.json"] != after["build.json"] || there == after, "a record without its outputs");
        early += u32::from(there == before);
    }
    assert!(early >= 3, "killed {early} times before the end: the moments are too late");
    // Nothing that was left behind stays after the next build.
    new.build_into(&out);
    let all: Vec<_> =
        fs::read_dir(&out).expect("the folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(outputs(&out) == after);
}

/// Files of another run that goes on are left alone.
#[test]
fn what_another_run_is_writing_stays() {
    let e = engagement("one");
    fs::create_dir(e.out()).expect("a folder");
    let (held, left) = (e.out().join(".socpress-held.part"), e.out().join(".socpress-left.part"));
    let file = fs::File::create(&held).expect("a file");
    file.lock().expect("locked");
    fs::write(&left, "of a run that was killed").expect("a file");
    e.build();
    assert!(held.exists() && !left.exists());
}

/// No file may become larger than this: the system refuses the write as it does when the disk is full.
fn limited(kilobytes: u64, e: &Engagement, command: &str) -> Run {
    let line = format!("ulimit -f {kilobytes}; trap '' XFSZ; exec \"$@\"");
    let mut bash = assert_cmd::Command::new("bash");
    bash.timeout(Duration::from_secs(120)).env_remove("RAYON_NUM_THREADS");
    Run::of(
        bash.args(["-c", &line, "bash", env!("CARGO_BIN_EXE_socpress"), command]).arg(e.path()).arg("-o").arg(e.out()),
    )
}

#[test]
fn a_disk_without_room_leaves_the_old_outputs() {
    let (old, new) = (engagement("old"), engagement("new"));
    let Built { out, .. } = old.build_into(&new.out());
    let before = outputs(&out);
    let size = before["evidence.zip"].len() as u64;
    // Blocks of a kibibyte: in the first file, amid the log, and only the end does not fit.
    for kilobytes in [1, 100, size / 1024 / 2, size / 1024 - 1] {
        let run = limited(kilobytes, &new, "build");
        assert_eq!(run.code, 3, "{kilobytes}: {run:?}");
        assert!(run.stderr.contains("error: cannot write"), "{}", run.stderr);
        assert!(run.stderr.contains("File too large"), "the reason is said: {}", run.stderr);
        assert!(outputs(&out) == before, "{kilobytes}");
        assert_eq!(fs::read_dir(&out).expect("the folder").count(), 3, "something was left behind");
    }
    assert_eq!(limited(size, &new, "build").code, 0, "there is room enough");
    assert!(outputs(&out) != before);
    let alone = new.beside("alone");
    let run = Run::of(socpress().arg("package").arg(new.path()).arg("-o").arg(&alone));
    assert_eq!(run.code, 0);
}
