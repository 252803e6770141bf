//! The jobs of a batch.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::names::Pattern;
use super::{places, rules, serials, sources};
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::model::{Document, Overrides};
use crate::pipeline::RecipientCopy;

/// One document to make.
#[derive(Debug, Clone)]
pub struct Job {
    /// From 1, in the order of the plan.
    pub number: usize,
    /// Folder of its outputs below the batch's, with forward slashes.
    pub name: String,
    pub engagement: PathBuf,
    pub firm: Option<PathBuf>,
    pub document: Document,
    pub evidence_list: bool,
    pub overrides: Overrides,
    pub copy: Option<RecipientCopy>,
}

/// What holds for jobs that do not say otherwise.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub document: Document,
    pub evidence_list: bool,
    pub firm: Option<PathBuf>,
    /// How outputs are named, with `{folder}` and so on; see [`super::PLACEHOLDERS`].
    pub name: Option<String>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { document: Document::Report, evidence_list: false, firm: None, name: None }
    }
}

/// The jobs of a batch.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub jobs: Vec<Job>,
}

/// A job whose output has no name yet.
pub(super) struct Draft {
    pub job: Job,
    /// The name that the plan gives, and where.
    pub output: Option<(String, Origin)>,
    pub serial_given: bool,
    /// Where the plan names the firm.
    pub firm_origin: Option<Origin>,
    /// The row of the plan.
    pub origin: Option<Origin>,
    /// Something is wrong with it already: it is looked at for more, and is no job.
    pub faulty: bool,
}

impl Plan {
    /// Reads all sources: engagement folders, folders of such folders, patterns, plan files. A plan with findings of error
    /// severity must not be run.
    pub fn read(sources: &[String], defaults: &Defaults, findings: &mut Findings) -> Self {
        let mut drafts = sources::drafts(sources, defaults, findings);
        serials::number_copies(&mut drafts, findings);
        check_firms(&drafts, findings);
        drafts.retain(|draft| !draft.faulty);
        let pattern = match defaults.name.as_deref().map(Pattern::parse).transpose() {
            Ok(pattern) => pattern,
            Err(problem) => {
                findings.push(problem);
                return Self::default();
            }
        };
        Self { jobs: places::settle(drafts, pattern.as_ref(), findings) }
    }

    /// Whether the outputs would lie in what is read.
    pub fn check_output(&self, out: &Path, findings: &mut Findings) {
        // The folder need not be there yet: the nearest one above it that is decides.
        let Ok(absolute) = std::path::absolute(out) else { return };
        let there = absolute.ancestors().find_map(|above| above.canonicalize().ok());
        let Some(there) = there else { return };
        let reads = |folder: &Path| folder.canonicalize().is_ok_and(|folder| there.starts_with(folder));
        if let Some(job) = self.jobs.iter().find(|job| reads(&job.engagement)) {
            let message = format!(
                "the output folder {} lies in the engagement folder {}",
                out.display(),
                job.engagement.display()
            );
            findings.push(Diagnostic::new(&rules::NOT_BELOW_INPUT, message).help("name a folder beside it with --out"));
            return;
        }
        // The folder of a job may lie in an engagement though the output folder does not.
        let inputs = self.jobs.iter().filter_map(|job| Some((job.engagement.canonicalize().ok()?, &job.engagement)));
        let inputs: HashMap<PathBuf, &PathBuf> = inputs.collect();
        for job in &self.jobs {
            let folder = out.join(&job.name);
            let Ok(absolute) = std::path::absolute(&folder) else { continue };
            let real = absolute.ancestors().find_map(|above| {
                Some(above.canonicalize().ok()?.join(absolute.strip_prefix(above).unwrap_or(Path::new(""))))
            });
            if let Some(input) = real.iter().flat_map(|real| real.ancestors()).find_map(|above| inputs.get(above)) {
                let message = format!(
                    "the outputs in {} would lie in the engagement folder {}",
                    folder.display(),
                    input.display()
                );
                findings.push(
                    Diagnostic::new(&rules::NOT_BELOW_INPUT, message)
                        .help("name another folder with --out or `output`"),
                );
                return;
            }
        }
    }
}

/// Each firm's folder must be there: otherwise every job would fail for it.
fn check_firms(drafts: &[Draft], findings: &mut Findings) {
    let mut seen = HashSet::new();
    for draft in drafts {
        let there = |firm: &&PathBuf| firm.join("firm.toml").is_file();
        let Some(firm) = draft.job.firm.as_ref().filter(|firm| seen.insert(*firm) && !there(firm)) else { continue };
        let message = if firm.is_dir() {
            format!("{} has no firm.toml", firm.display())
        } else {
            format!("there is no folder {}", firm.display())
        };
        let help = match draft.firm_origin {
            Some(_) => "the path starts from where the plan lies",
            None => "name the firm's folder with --firm, SOCPRESS_FIRM, or `firm` in the plan",
        };
        let mut problem = Diagnostic::new(&rules::NO_FIRM, message).help(help);
        problem.origin = draft.firm_origin.clone();
        findings.push(problem);
    }
}
