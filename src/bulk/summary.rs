//! The summary of a batch for programs (JSON), spreadsheets (CSV) and people.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::results::{JobResult, Outcome, Summary};
use super::shard::Shard;
use super::{STATE, SUMMARIES};
use crate::files::{Readers, WriteError, write_whole};
use crate::package::neutral_cell;

/// Writes all three forms.
pub fn write(out: &Path, summary: &Summary) -> Result<(), WriteError> {
    let [as_json, as_csv, as_text] = SUMMARIES;
    write_whole(&out.join(as_json), &json(out, summary)?, Readers::All)?;
    write_whole(&out.join(as_csv), csv(summary).as_bytes(), Readers::All)?;
    write_whole(&out.join(as_text), text(summary).as_bytes(), Readers::All)
}

fn json(out: &Path, summary: &Summary) -> Result<Vec<u8>, WriteError> {
    let written = serde_json::to_vec_pretty(summary);
    let mut bytes = written.map_err(|error| WriteError::at(&out.join(SUMMARIES[0]))(error.into()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Folder of the shards' summaries.
pub fn shards(out: &Path) -> PathBuf {
    out.join(STATE).join("shards")
}

/// Where the summary of a shard is kept: a shard that is run again replaces its own.
pub fn keep_shard(out: &Path, summary: &Summary) -> Result<(), WriteError> {
    let Some(Shard { number, of }) = summary.shard else { return Ok(()) };
    let path = shards(out).join(format!("{}-of-{of}", summary.plan)).join(format!("{number}.json"));
    write_whole(&path, &json(out, summary)?, Readers::All)
}

/// Removes the summary of an earlier run.
pub fn remove(out: &Path) -> Result<(), WriteError> {
    SUMMARIES.iter().map(|name| out.join(name)).try_for_each(|path| gone(std::fs::remove_file(&path), &path))
}

/// Removes the summaries of shards.
pub fn forget_shards(out: &Path) -> Result<(), WriteError> {
    let folder = shards(out);
    gone(std::fs::remove_dir_all(&folder), &folder)
}

/// What was not there need not be removed.
fn gone(removed: std::io::Result<()>, path: &Path) -> Result<(), WriteError> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(WriteError::at(path)(error)),
        _ => Ok(()),
    }
}

fn csv(summary: &Summary) -> String {
    let mut text = String::from(
        "number,name,engagement,document,recipient,serial,status,seconds,pages,errors,warnings,notes,file,sha256,message\n",
    );
    for job in &summary.jobs {
        let first = job.made.outputs.first();
        let cells = [
            job.number.to_string(),
            job.name.clone(),
            job.engagement.clone(),
            job.document.edition().file_stem().to_owned(),
            job.copy.as_ref().map(|copy| copy.recipient.clone()).unwrap_or_default(),
            job.copy.as_ref().map(|copy| copy.serial.clone()).unwrap_or_default(),
            job.made.outcome.name().to_owned(),
            format!("{:.3}", job.seconds),
            job.pages.to_string(),
            job.made.tally.errors.to_string(),
            job.made.tally.warnings.to_string(),
            job.made.tally.notes.to_string(),
            first.map(|output| format!("{}/{}", job.name, output.name)).unwrap_or_default(),
            first.map(|output| output.sha256.clone()).unwrap_or_default(),
            reason(job),
        ];
        row(&mut text, &cells);
    }
    text
}

/// Adds a row in which nothing is a formula.
pub(super) fn row(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            let cell = neutral_cell(cell);
            if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
        })
        .collect();
    let _ = writeln!(text, "{}", cells.join(","));
}

/// `2 built, 1 refused`
pub fn counts(summary: &Summary) -> String {
    let counts: Vec<String> = Outcome::ALL
        .into_iter()
        .map(|outcome| (summary.count(outcome), outcome.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    if counts.is_empty() { "nothing to do".to_owned() } else { counts.join(", ") }
}

/// Why a job has no outputs: the first of the reasons.
fn reason(job: &JobResult) -> String {
    let mut reasons: Vec<String> = job.made.message.iter().cloned().collect();
    if let Some(first) = job.made.findings.first() {
        let place = first.at.as_ref().map_or_else(String::new, |at| format!(" at {at}"));
        reasons.push(format!("{}[{}]{place}: {}", first.severity, first.rule, first.message));
    }
    if job.earlier_outputs {
        reasons.push("what an earlier run made is still there".to_owned());
    }
    reasons.join("; ")
}

/// One line about a job that has no outputs: what became of it, and why.
pub fn line(job: &JobResult) -> String {
    let reason = reason(job);
    let colon = if reason.is_empty() { "" } else { ": " };
    let line = format!("{}: {}{colon}{reason}", job.made.outcome.name(), job.path());
    // It stays one line whatever a name holds.
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Jobs of one kind that are named in the summary for people.
const NAMED: usize = 20;

/// `3 (a, b, c)`
fn some(names: &[impl AsRef<str>]) -> String {
    let named = names.iter().take(NAMED).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    let more = if names.len() > NAMED { ", ..." } else { "" };
    format!("{} ({named}{more})", names.len())
}

/// Whether there is something to say of a job by itself: it has no outputs, though it was tried.
pub fn has_reason(job: &JobResult) -> bool {
    !job.made.outcome.succeeded() && job.made.outcome != Outcome::NotRun
}

/// `1 job`, `2 jobs`
pub fn number(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

/// The summary for people.
pub fn text(summary: &Summary) -> String {
    let mut text = String::new();
    let pages: usize = summary.jobs.iter().map(|job| job.pages).sum();
    let jobs = number(summary.planned, "job");
    let jobs = match summary.shard {
        Some(shard) => format!("Shard {shard} of the plan. {} of {jobs}", summary.jobs.len()),
        None if summary.jobs.len() < summary.planned => format!("{} of {jobs}", summary.jobs.len()),
        None => jobs,
    };
    let _ = writeln!(
        text,
        "{jobs}: {}. {}, {:.1} s, {}.",
        counts(summary),
        number(pages, "page"),
        summary.seconds,
        number(summary.workers, "worker"),
    );
    if !summary.missing_shards.is_empty() {
        let missing: Vec<String> = summary.missing_shards.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "Missing shards: {}.", missing.join(", "));
    }
    let faulty: Vec<&str> = summary
        .jobs
        .iter()
        .filter(|job| job.made.outcome.succeeded() && job.made.tally.errors > 0)
        .map(|job| job.name.as_str())
        .collect();
    if !faulty.is_empty() {
        let _ = writeln!(text, "Drafts made in spite of findings of error severity: {}.", some(&faulty));
    }
    for job in summary.jobs.iter().filter(|job| has_reason(job)) {
        let _ = writeln!(text, "{}", line(job));
    }
    let left: Vec<String> =
        summary.jobs.iter().filter(|job| job.made.outcome == Outcome::NotRun).map(JobResult::path).collect();
    if !left.is_empty() {
        let _ = writeln!(text, "Not begun, and left for the next run: {}.", some(&left));
    }
    text
}
