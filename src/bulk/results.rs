//! What became of a batch and of each of its jobs.

use serde::{Deserialize, Serialize};

use super::plan::Job;
use super::shard::Shard;
use crate::diagnostics::{Diagnostic, PlaceView, Severity, Tally};
use crate::model::Document;
use crate::pipeline::{Output, RecipientCopy};

/// Findings of a job that are kept when it was not made.
const MOST_PROBLEMS: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Built,
    /// Inputs, program and outputs are those of an earlier run.
    Unchanged,
    /// Findings forbade the document.
    Refused,
    /// Something could not be read or written.
    Failed,
    /// A fault of the program.
    Panicked,
    /// The worker ended before its time.
    Crashed,
    TimedOut,
    OutOfMemory,
    /// Not begun, since another one failed or the batch was stopped.
    NotRun,
}

impl Outcome {
    pub const ALL: [Outcome; 9] = [
        Outcome::Built,
        Outcome::Unchanged,
        Outcome::Refused,
        Outcome::Failed,
        Outcome::Panicked,
        Outcome::Crashed,
        Outcome::TimedOut,
        Outcome::OutOfMemory,
        Outcome::NotRun,
    ];

    /// Whether the outputs are there.
    pub fn succeeded(self) -> bool {
        matches!(self, Outcome::Built | Outcome::Unchanged)
    }

    pub fn name(self) -> &'static str {
        match self {
            Outcome::Built => "built",
            Outcome::Unchanged => "unchanged",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::Panicked => "panicked",
            Outcome::Crashed => "crashed",
            Outcome::TimedOut => "timed-out",
            Outcome::OutOfMemory => "out-of-memory",
            Outcome::NotRun => "not-run",
        }
    }
}

/// A finding that kept a job from being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub rule: String,
    pub severity: String,
    /// Where it is; the file with its whole path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<PlaceView>,
    pub message: String,
    /// How to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Problem {
    /// The findings of error severity.
    pub fn list<'a>(findings: impl Iterator<Item = &'a Diagnostic>) -> Vec<Self> {
        findings
            .filter(|finding| finding.severity == Severity::Error)
            .take(MOST_PROBLEMS)
            .map(|finding| Self {
                rule: finding.rule.id.to_owned(),
                severity: finding.severity.name().to_owned(),
                at: finding.origin.as_ref().map(PlaceView::with_whole_path),
                message: finding.message.clone(),
                help: finding.help.clone(),
            })
            .collect()
    }
}

/// What a worker made of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default)]
    pub tally: Tally,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Problem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
}

impl Made {
    /// Nothing was made, and why.
    pub fn nothing(outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            message: Some(message.into()),
            tally: Tally::default(),
            findings: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// Pages of all documents.
    pub fn pages(&self) -> usize {
        self.outputs.iter().filter_map(|output| output.pages).sum()
    }
}

/// A job and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobResult {
    pub number: usize,
    pub name: String,
    pub engagement: String,
    pub document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<RecipientCopy>,
    #[serde(flatten)]
    pub made: Made,
    pub pages: usize,
    pub seconds: f64,
    /// Not made, and what an earlier run made still lies there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earlier_outputs: bool,
    /// Memory of the worker when the job was done, in KiB, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_kib: Option<u64>,
}

impl JobResult {
    pub fn new(job: &Job, made: Made, seconds: f64, memory_kib: Option<u64>) -> Self {
        Self {
            number: job.number,
            name: job.name.clone(),
            engagement: job.engagement.display().to_string(),
            document: job.document,
            copy: job.copy.clone(),
            pages: made.pages(),
            made,
            earlier_outputs: false,
            // A millisecond is as fine as anybody wants to know.
            seconds: (seconds * 1000.0).round() / 1000.0,
            memory_kib,
        }
    }

    /// The file of the document, in the folder of the job's outputs.
    pub fn file(&self) -> String {
        format!("{}.pdf", self.document.edition().file_stem())
    }

    /// The file of the document, in the output folder of the batch.
    pub fn path(&self) -> String {
        format!("{}/{}", self.name, self.file())
    }
}

/// How many jobs came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Success {
    All,
    Some,
    /// None, for findings alone.
    Refused,
    /// None, and not for findings alone.
    None,
}

/// What became of a batch, or of a shard of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub format: u32,
    pub generator: String,
    /// Tells this plan from another.
    pub plan: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Jobs of the whole plan.
    pub planned: usize,
    pub workers: usize,
    pub seconds: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_shards: Vec<usize>,
    pub jobs: Vec<JobResult>,
}

impl Summary {
    pub fn count(&self, outcome: Outcome) -> usize {
        self.jobs.iter().filter(|job| job.made.outcome == outcome).count()
    }

    pub fn success(&self) -> Success {
        let made = self.jobs.iter().filter(|job| job.made.outcome.succeeded()).count();
        // A shard of few jobs may have none to do.
        if made == self.jobs.len() && self.missing_shards.is_empty() {
            Success::All
        } else if made > 0 {
            Success::Some
        } else if self.jobs.iter().all(|job| matches!(job.made.outcome, Outcome::Refused | Outcome::NotRun)) {
            Success::Refused
        } else {
            Success::None
        }
    }
}
