//! The evidence package, read by `unzip`, `7z`, `bsdtar`, `sha256sum` and Python.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::tools::{output, python, tool};

/// An entry as Python's zipfile sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    pub name: String,
    pub size: u64,
    /// Year to second.
    pub time: Vec<u32>,
    /// Octal permissions.
    pub mode: String,
    pub method: String,
    pub sha256: String,
}

/// A package that was tested and unpacked.
pub struct Archive {
    pub path: PathBuf,
    folder: TempDir,
}

impl Archive {
    #[track_caller]
    pub fn open(path: &Path) -> Self {
        let tested = output(tool("unzip").arg("-t").arg(path));
        assert!(tested.contains("No errors detected"), "{tested}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        output(tool("unzip").arg("-q").arg(path).arg("-d").arg(folder.path()));
        Self { path: path.to_owned(), folder }
    }

    /// Where it is unpacked.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    #[track_caller]
    pub fn entries(&self) -> Vec<Entry> {
        serde_json::from_str(&python("zip_entries.py", &[&self.path])).expect("entries")
    }

    #[track_caller]
    pub fn names(&self) -> Vec<String> {
        self.entries().into_iter().map(|entry| entry.name).collect()
    }

    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).unwrap_or_else(|error| panic!("{name} in the package: {error}"))
    }

    #[track_caller]
    pub fn manifest(&self) -> Value {
        serde_json::from_str(&self.text("manifest.json")).expect("manifest.json is JSON")
    }

    /// `sha256sum -c SHA256SUMS` in the unpacked folder; gives the files it checked.
    #[track_caller]
    pub fn verified(&self) -> Vec<String> {
        let checked = output(tool("sha256sum").args(["--strict", "-c", "SHA256SUMS"]).current_dir(self.folder()));
        checked.lines().filter_map(|line| line.strip_suffix(": OK")).map(str::to_owned).collect()
    }
}

/// Every reader finds the archive sound. Those that do not know the encryption are left out where there is one. Gives the
/// names, about which they agree.
#[track_caller]
pub fn reads(path: &Path, passphrase: Option<&str>) -> BTreeSet<String> {
    let mut seven = tool("7z");
    seven.arg("t").args(passphrase.map(|secret| format!("-p{secret}"))).arg(path);
    assert!(output(&mut seven).contains("Everything is Ok"));
    let mut list = tool("bsdtar");
    list.env("LC_ALL", "C.UTF-8").arg("-tf").arg(path);
    let names: BTreeSet<String> = output(&mut list).lines().map(str::to_owned).collect();
    let mut whole = tool("bsdtar");
    whole
        .env("LC_ALL", "C.UTF-8")
        .arg("-xOf")
        .arg(path)
        .args(passphrase.iter().flat_map(|secret| ["--passphrase", secret]));
    let unpacked = super::tools::finished(&mut whole);
    assert!(unpacked.status.success(), "bsdtar: {}", String::from_utf8_lossy(&unpacked.stderr));
    if passphrase.is_none() {
        let archive = Archive::open(path);
        assert_eq!(archive.names().into_iter().collect::<BTreeSet<_>>(), names, "Python and bsdtar");
    }
    names
}
