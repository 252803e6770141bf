//! The program, run as a user runs it.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use assert_cmd::Command;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::pdf::Pdf;

/// No test's input takes a tenth of this.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A command of the program, away from the variables that change what it prints.
pub fn socpress() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socpress"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "SOURCE_DATE_EPOCH", "RAYON_NUM_THREADS"] {
        command.env_remove(name);
    }
    command.timeout(TIMEOUT);
    command
}

/// The same, in another working directory.
pub fn socpress_in(folder: &Path) -> Command {
    let mut command = socpress();
    command.current_dir(folder);
    command
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    #[track_caller]
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        let code = output.status.code().unwrap_or_else(|| panic!("ended by a signal or the clock: {output:?}"));
        Self {
            code,
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    /// The JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON on standard output: {error}\n{self:?}"))
    }

    #[track_caller]
    pub fn findings(&self) -> Vec<Finding> {
        let json = self.json();
        serde_json::from_value(json["findings"].clone()).unwrap_or_else(|error| panic!("findings: {error}\n{json:#}"))
    }

    /// The findings of a rule.
    #[track_caller]
    pub fn found(&self, rule: &str) -> Vec<Finding> {
        self.findings().into_iter().filter(|f| f.rule == rule).collect()
    }

    /// Whether outputs were made, by what the program says.
    #[track_caller]
    pub fn built(&self) -> bool {
        self.json()["built"].as_bool().expect("`built`")
    }
}

/// A finding as JSON has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Finding {
    pub rule: String,
    pub severity: String,
    pub message: String,
    pub at: Option<At>,
    #[serde(default)]
    pub related: Vec<Related>,
    pub help: Option<String>,
    pub blocking: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct At {
    pub file: String,
    pub line: Option<usize>,
    pub column: Option<usize>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Related {
    pub message: String,
    pub at: At,
}

/// Findings with a line each, for messages of failed tests.
pub fn listed(findings: &[Finding]) -> String {
    let line = |f: &Finding| {
        let at = f.at.as_ref().map_or_else(String::new, |at| {
            let number = |n: Option<usize>| n.map_or_else(String::new, |n| format!(":{n}"));
            format!("{}{}{} ", at.file, number(at.line), number(at.column))
        });
        format!("  {at}{}[{}] {} (help: {})", f.severity, f.rule, f.message, f.help.as_deref().unwrap_or("none"))
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The outputs of a build.
#[derive(Debug, Clone)]
pub struct Built {
    pub out: PathBuf,
    pub run: Run,
    /// The outputs are there as long as someone looks at them.
    pub keep: Option<Rc<TempDir>>,
}

impl Built {
    pub fn pdf(&self, name: &str) -> Pdf {
        Pdf::open(&self.out.join(name), self.keep.clone())
    }

    /// The issued report or its draft.
    pub fn report(&self) -> Pdf {
        self.pdf("report.pdf")
    }

    pub fn workpaper(&self) -> Pdf {
        self.pdf("report-workpaper.pdf")
    }

    pub fn record(&self) -> Value {
        let text = std::fs::read_to_string(self.out.join("build.json")).expect("build.json");
        serde_json::from_str(&text).expect("build.json is JSON")
    }

    pub fn archive(&self) -> super::Archive {
        super::Archive::open(&self.out.join("evidence.zip"))
    }

    /// Names of the files in the output folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.out)
            .expect("the output folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}
