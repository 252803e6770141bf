//! Which jobs there are: from folders, patterns and plan files.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::names::{self, Pattern};
use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::load::plan::{self, PlannedJob};
use crate::model::{Document, Overrides, natural_cmp};
use crate::package::fold;
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
struct Draft {
    job: Job,
    output: Option<(String, Origin)>,
    serial_given: bool,
    origin: Option<Origin>,
}

impl Plan {
    /// Reads all sources: engagement folders, folders of such folders, patterns, plan files. A plan with findings of error
    /// severity must not be run.
    pub fn read(sources: &[String], defaults: &Defaults, findings: &mut Findings) -> Self {
        let mut drafts = Vec::new();
        for source in sources {
            add(source, defaults, &mut drafts, findings);
        }
        number_copies(&mut drafts, findings);
        let pattern = match defaults.name.as_deref().map(Pattern::parse).transpose() {
            Ok(pattern) => pattern,
            Err(problem) => {
                findings.push(problem);
                return Self::default();
            }
        };
        check_firms(&drafts, findings);
        let mut jobs = Vec::with_capacity(drafts.len());
        let mut taken: HashMap<(String, &'static str), (Option<Origin>, PathBuf)> = HashMap::new();
        for (draft, number) in drafts.into_iter().zip(1..) {
            let Draft { mut job, output, origin, .. } = draft;
            job.number = number;
            let place = output.as_ref().map(|(_, at)| at.clone()).or(origin);
            let mut empty = None;
            job.name = match (output, &pattern) {
                (Some((name, _)), _) => name.trim_end_matches('/').to_owned(),
                (None, Some(pattern)) => {
                    empty = pattern.empty(&job);
                    pattern.fill(&job)
                }
                (None, None) => names::usual(&job),
            };
            if let Some(mut problem) = names::unusable(&job.name) {
                if let Some(placeholder) = empty {
                    problem = problem.help(format!("{{{placeholder}}} stands for nothing in this job: leave it out of --name, or name the folder by `output` in the plan"));
                }
                problem.origin = place;
                findings.push(problem);
                continue;
            }
            let key = (fold(&job.name), job.document.edition().file_stem());
            match taken.get(&key) {
                Some((first, other)) => {
                    let mut message = format!("two jobs write the {} in `{}`", key.1, job.name);
                    if *other != job.engagement {
                        message.push_str(&format!(": of {} and of {}", other.display(), job.engagement.display()));
                    }
                    let help =
                        "give them names of their own: `output` in the plan, or --name with {parent} or {serial}";
                    findings.push(clash(message, help, ("the first is here", first), &place));
                }
                None => {
                    taken.insert(key, (place.clone(), job.engagement.clone()));
                    jobs.push((job, place));
                }
            }
        }
        check_nesting(&jobs, findings);
        Self { jobs: jobs.into_iter().map(|(job, _)| job).collect() }
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
        let inputs: HashSet<PathBuf> = self.jobs.iter().filter_map(|job| job.engagement.canonicalize().ok()).collect();
        for job in &self.jobs {
            let folder = out.join(&job.name);
            let Ok(absolute) = std::path::absolute(&folder) else { continue };
            let real = absolute.ancestors().find_map(|above| {
                Some(above.canonicalize().ok()?.join(absolute.strip_prefix(above).unwrap_or(Path::new(""))))
            });
            if let Some(input) = real.iter().flat_map(|real| real.ancestors()).find(|above| inputs.contains(*above)) {
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
        let mut problem = Diagnostic::new(&rules::NO_FIRM, message)
            .help("name the firm's folder with --firm, or by `firm` in the plan from where the plan lies");
        problem.origin = draft.origin.clone();
        findings.push(problem);
    }
}

/// Outputs of two jobs that must not meet. `other` is the place of the earlier one, and what is said of it.
fn clash(message: String, help: &str, other: (&str, &Option<Origin>), place: &Option<Origin>) -> Diagnostic {
    let mut problem = Diagnostic::new(&rules::SAME_OUTPUT, message).help(help);
    if let (says, Some(other)) = other {
        problem = problem.related(says, other);
    }
    problem.origin = place.clone();
    problem
}

/// One client's or recipient's outputs must not lie in the folder of another's, nor a folder be wanted where a file will
/// lie.
fn check_nesting(jobs: &[(Job, Option<Origin>)], findings: &mut Findings) {
    let mut owners: HashMap<String, &(Job, Option<Origin>)> = HashMap::new();
    for entry in jobs {
        owners.entry(fold(&entry.0.name)).or_insert(entry);
    }
    for (job, place) in jobs {
        let name = fold(&job.name);
        let first = owners.get(&name).filter(|(first, _)| first.engagement != job.engagement || first.copy != job.copy);
        if let Some((first, first_place)) = first {
            let who = |job: &Job| match &job.copy {
                Some(copy) => format!("{} for {}", job.engagement.display(), copy.recipient),
                None => job.engagement.display().to_string(),
            };
            let message = format!("`{}` would hold the outputs of {} and of {}", job.name, who(first), who(job));
            let help = "give each client and each recipient a folder of its own, with `output` in the plan or --name '{folder}/copies/{document}-{serial}': whoever gets it must not get another's";
            findings.push(clash(message, help, ("the first is here", first_place), place));
            continue;
        }
        for (at, _) in name.match_indices('/') {
            let Some((outer, outer_place)) = owners.get(&name[..at]) else { continue };
            let next = name[at + 1..].split('/').next().unwrap_or_default();
            let is_file = next.ends_with(".pdf") || next.ends_with(".zip") || next.ends_with(".json");
            if outer.engagement == job.engagement && !is_file {
                continue;
            }
            let message = format!("the outputs in `{}` would lie among those in `{}`", job.name, outer.name);
            let help =
                "give the jobs folders of which none lies in the other: whoever gets one folder must not get the other";
            findings.push(clash(message, help, ("the outer one is here", outer_place), place));
            break;
        }
    }
}

/// Why somebody may have taken a folder for an engagement.
fn looks_like_engagement(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let stem = |name: &String| name.rsplit_once('.').map(|(stem, _)| stem.to_lowercase()).unwrap_or_default();
    if let Some(name) = names.iter().find(|name| stem(name) == "engagement") {
        Some(name.clone())
    } else {
        names.into_iter().find(|name| stem(name) == "controls")
    }
}

/// The engagement folders among these, in their order. Those that only look like one are told of.
fn engagements(mut folders: Vec<PathBuf>, findings: &mut Findings) -> Vec<PathBuf> {
    folders.sort_by(|a, b| natural_cmp(&a.to_string_lossy(), &b.to_string_lossy()));
    folders.retain(|folder| {
        has_engagement(folder) || {
            warn_of_left_out(folder, findings);
            false
        }
    });
    folders
}

fn warn_of_left_out(folder: &Path, findings: &mut Findings) {
    if let Some(name) = looks_like_engagement(folder) {
        let message = format!("{} was left out: it has {name}, and no engagement.toml", folder.display());
        findings.push(
            Diagnostic::new(&rules::LEFT_OUT, message)
                .help("add an engagement.toml; `socpress init` writes an example"),
        );
    }
}

fn has_engagement(folder: &Path) -> bool {
    folder.join("engagement.toml").is_file()
}

fn add(source: &str, defaults: &Defaults, drafts: &mut Vec<Draft>, findings: &mut Findings) {
    let path = Path::new(source);
    if has_engagement(path) {
        return drafts.extend(of_folder(path, defaults, findings));
    }
    // It is no plan, though it ends like one.
    if path.is_file() && path.file_name().is_some_and(|name| name == "engagement.toml") {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return drafts.extend(of_folder(folder, defaults, findings));
    }
    if path.is_dir() {
        let below: Vec<PathBuf> = std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.is_dir())
            .collect();
        let below = engagements(below, findings);
        if below.is_empty() {
            findings.push(
                Diagnostic::new(&rules::NO_ENGAGEMENT, format!("{source} has no engagement.toml, nor has a folder in it"))
                    .help("name engagement folders, a folder of them, or a plan; a pattern in quotes takes engagement folders only"),
            );
        }
        return drafts.extend(below.iter().filter_map(|folder| of_folder(folder, defaults, findings)));
    }
    if path.is_file() && plan::is_plan(path) {
        let before = findings.count(crate::diagnostics::Severity::Error);
        let rows = plan::read(path, findings);
        if rows.is_empty() && findings.count(crate::diagnostics::Severity::Error) == before {
            findings.push(Diagnostic::new(&rules::NO_ENGAGEMENT, format!("the plan {source} has no jobs")));
        }
        let base = path.parent().unwrap_or(Path::new(""));
        return drafts.extend(rows.into_iter().filter_map(|row| of_row(row, base, defaults, findings)));
    }
    if !path.exists() && source.contains(['*', '?', '[']) {
        return match glob::glob(source) {
            Ok(paths) => {
                let folders = engagements(paths.flatten().filter(|path| path.is_dir()).collect(), findings);
                if folders.is_empty() {
                    let message = format!("no engagement folder fits the pattern `{source}`");
                    findings.push(Diagnostic::new(&rules::NO_ENGAGEMENT, message));
                }
                drafts.extend(folders.iter().filter_map(|folder| of_folder(folder, defaults, findings)));
            }
            Err(error) => {
                let message = format!("the pattern `{source}` cannot be used: {}", error.msg);
                findings.push(Diagnostic::new(&rules::NO_ENGAGEMENT, message));
            }
        };
    }
    let message = if path.exists() {
        format!("{source} is neither an engagement folder nor a plan")
    } else {
        format!("there is no {source}")
    };
    findings.push(
        Diagnostic::new(&rules::NO_ENGAGEMENT, message)
            .help("name engagement folders, a folder of them, or a plan that ends with .toml, .csv or .jsonl"),
    );
}

fn of_folder(folder: &Path, defaults: &Defaults, findings: &mut Findings) -> Option<Draft> {
    let engagement = told(folder, None, findings)?;
    Some(Draft {
        job: Job {
            number: 0,
            name: String::new(),
            engagement,
            firm: defaults.firm.clone(),
            document: defaults.document,
            evidence_list: defaults.evidence_list,
            overrides: Overrides::default(),
            copy: None,
        },
        output: None,
        serial_given: false,
        origin: None,
    })
}

fn of_row(row: PlannedJob, base: &Path, defaults: &Defaults, findings: &mut Findings) -> Option<Draft> {
    let folder = base.join(&row.engagement.value);
    if !has_engagement(&folder) {
        let mut message = format!("{} has no engagement.toml", folder.display());
        if let Some(name) = looks_like_engagement(&folder) {
            message.push_str(&format!(", but {name}"));
        }
        findings.push(
            Diagnostic::new(&rules::NO_ENGAGEMENT, message)
                .at(&row.engagement.origin)
                .help("the path starts from where the plan lies"),
        );
        return None;
    }
    let engagement = told(&folder, Some(&row.engagement.origin), findings)?;
    if let (Some(_), Some(list)) = (&row.recipient, row.evidence_list.as_ref().filter(|list| list.value)) {
        findings.push(
            Diagnostic::new(&rules::COPY_WITH_EVIDENCE, "a recipient's copy has no list of exhibits")
                .at(&list.origin)
                .help("write the auditor's edition into a row of its own"),
        );
        return None;
    }
    if let (None, Some(serial)) = (&row.recipient, &row.serial) {
        findings.push(
            Diagnostic::new(&rules::SERIAL, "there is a serial, but no recipient")
                .at(&serial.origin)
                .help("name the recipient of the copy, or take the serial out"),
        );
        return None;
    }
    let copy = row.recipient.map(|recipient| RecipientCopy {
        recipient: recipient.value,
        serial: row.serial.as_ref().map(|serial| serial.value.clone()).unwrap_or_default(),
    });
    Some(Draft {
        job: Job {
            number: 0,
            name: String::new(),
            engagement,
            firm: row.firm.map(|firm| base.join(firm.value)).or_else(|| defaults.firm.clone()),
            document: row.document.unwrap_or(defaults.document),
            evidence_list: row.evidence_list.map_or(defaults.evidence_list && copy.is_none(), |list| list.value),
            overrides: Overrides { status: row.status, date: row.date },
            copy,
        },
        output: row.output.map(|output| (output.value, output.origin)),
        serial_given: row.serial.is_some(),
        origin: Some(row.origin),
    })
}

/// A path that can be told to a worker.
fn told(folder: &Path, at: Option<&Origin>, findings: &mut Findings) -> Option<PathBuf> {
    if folder.to_str().is_some() {
        return Some(folder.to_owned());
    }
    let message = format!("the path {} is not Unicode", folder.display());
    let mut problem = Diagnostic::new(&rules::NO_ENGAGEMENT, message).help("rename the folder");
    problem.origin = at.cloned();
    findings.push(problem);
    None
}

/// Gives the copies of each document their serials: counted, unless they are given.
fn number_copies(drafts: &mut [Draft], findings: &mut Findings) {
    let mut used: HashMap<(PathBuf, &'static str, String), Option<Origin>> = HashMap::new();
    // 7 and 0007 are one number to whoever reads the register.
    let number = |serial: &str| fold(serial.trim_start_matches('0'));
    let key = |job: &Job, serial: &str| (job.engagement.clone(), job.document.edition().file_stem(), number(serial));
    for draft in drafts.iter().filter(|draft| draft.serial_given) {
        let Some(copy) = &draft.job.copy else { continue };
        if let Some(first) = used.insert(key(&draft.job, &copy.serial), draft.origin.clone()) {
            let message = format!("the serial {} is given to two copies", copy.serial);
            let mut problem = Diagnostic::new(&rules::SERIAL, message).help("give each copy a number of its own");
            problem.origin = draft.origin.clone();
            if let Some(first) = first {
                problem = problem.related("the first is here", &first);
            }
            findings.push(problem);
        }
    }
    let mut next: HashMap<(PathBuf, &'static str), usize> = HashMap::new();
    for draft in drafts.iter_mut().filter(|draft| !draft.serial_given) {
        let Some(copy) = &mut draft.job.copy else { continue };
        let of = (draft.job.engagement.clone(), draft.job.document.edition().file_stem());
        let count = next.entry(of.clone()).or_insert(0);
        loop {
            *count += 1;
            copy.serial = format!("{count:04}");
            if !used.contains_key(&(of.0.clone(), of.1, number(&copy.serial))) {
                break;
            }
        }
    }
}
