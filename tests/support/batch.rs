//! A folder of engagements, and the batch command run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::engagement::Engagement;
use super::run::{Run, socpress_in};

pub struct Batch {
    _temp: TempDir,
    root: PathBuf,
}

impl Batch {
    /// Engagements of these names in the folder `clients`, each about an organization of its own.
    pub fn of(names: &[&str]) -> Self {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let root = temp.path().canonicalize().expect("a path");
        let batch = Self { _temp: temp, root };
        fs::create_dir(batch.root.join("clients")).expect("a folder");
        for name in names {
            batch.add(name, &client(name));
        }
        batch
    }

    /// Copies an engagement into `clients`.
    pub fn add(&self, name: &str, engagement: &Engagement) {
        let target = self.root.join("clients").join(name);
        for entry in WalkDir::new(engagement.path()) {
            let entry = entry.expect("an entry");
            let to = target.join(entry.path().strip_prefix(engagement.path()).expect("below"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(&to).expect("a folder");
            } else {
                fs::copy(entry.path(), &to).expect("a copy");
            }
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    /// Replaces a text that stands in a file once.
    #[track_caller]
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).expect("a text");
        assert_eq!(text.matches(from).count(), 1, "`{from}` does not stand in {name} once");
        self.write(name, &text.replace(from, to));
    }

    /// `socpress bulk` with these arguments, in the folder.
    pub fn bulk(&self, args: &[&str]) -> Run {
        self.bulk_with(args, &[])
    }

    /// The same, with variables in its environment.
    pub fn bulk_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = socpress_in(&self.root);
        Run::of(command.arg("bulk").args(args).envs(variables.iter().copied()))
    }

    /// The same as a process to be looked after.
    pub fn start(&self, args: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_socpress"));
        command.current_dir(&self.root).arg("bulk").args(args).envs(variables.iter().copied());
        command
    }

    pub fn summary(&self) -> Value {
        let text = fs::read_to_string(self.path("out/summary.json")).expect("a summary");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Name and outcome of each job.
    pub fn outcomes(&self) -> Vec<(String, String)> {
        outcomes(&self.summary())
    }
}

/// Name and outcome of each job of a summary.
pub fn outcomes(summary: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let jobs = summary["jobs"].as_array().expect("jobs");
    jobs.iter().map(|job| (text(&job["name"]), text(&job["outcome"]))).collect()
}

/// The base engagement about an organization of this name.
pub fn client(name: &str) -> Engagement {
    Engagement::type_2().set("name = \"Quillmark Logistics, Inc.\"", &format!("name = \"Quillmark {name}, Inc.\""))
}

/// All files below a folder with their contents, but for what the batch itself keeps.
pub fn outputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let own = ["summary.json", "summary.csv", "summary.txt"];
    let mut list: Vec<(String, Vec<u8>)> = WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a file"))
        })
        .filter(|(name, _)| !name.starts_with(".socpress/") && !own.contains(&name.as_str()))
        .collect();
    list.sort();
    list
}
