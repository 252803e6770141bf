//! Where each job's outputs lie, and whether two would meet.

use std::collections::{BTreeMap, HashMap};

use super::names::{self, Pattern};
use super::plan::{Draft, Job};
use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::package::fold;

/// Names the jobs, and looks whether the names can be used and keep their outputs apart.
pub fn settle(drafts: Vec<Draft>, pattern: Option<&Pattern>, findings: &mut Findings) -> Vec<Job> {
    let mut jobs = Vec::with_capacity(drafts.len());
    let mut unfit = BTreeMap::new();
    for (draft, number) in drafts.into_iter().zip(1..) {
        let Draft { mut job, output, origin, .. } = draft;
        job.number = number;
        let of_pattern = pattern.filter(|_| output.is_none());
        let (name, place) = match (output, of_pattern) {
            (Some((name, at)), _) => (name.trim_end_matches('/').to_owned(), Some(at)),
            (None, Some(pattern)) => (pattern.fill(&job), origin),
            (None, None) => (names::usual(&job), origin),
        };
        job.name = name;
        match names::unusable(&job.name) {
            None => jobs.push((job, place)),
            Some(mut problem) => {
                problem.origin = place;
                match of_pattern {
                    Some(pattern) => unfit.entry(pattern.empty(&job)).or_insert_with(Vec::new).push(problem),
                    None => findings.push(problem),
                }
            }
        }
    }
    findings.extend(unfit.into_iter().filter_map(|(empty, problems)| of_the_pattern(empty, problems)));
    let jobs = keep_apart(jobs, findings);
    check_nesting(&jobs, findings);
    jobs.into_iter().map(|(job, _)| job).collect()
}

/// What is wrong with a pattern is told once, not for each job. `empty` is the placeholder for which the jobs have nothing.
fn of_the_pattern(empty: Option<&str>, problems: Vec<Diagnostic>) -> Option<Diagnostic> {
    let others = problems.len().checked_sub(1)?;
    let mut problem = problems.into_iter().next()?;
    if others > 0 {
        problem.message.push_str(&format!("; nor can those of {others} more be used"));
    }
    if let Some(placeholder) = empty {
        problem = problem.help(format!("{{{placeholder}}} stands for nothing in this job: leave it out of --name, or name the folder by `output` in the plan"));
    }
    Some(problem)
}

/// Places that are shown of jobs which write the same file, besides the second one.
const MOST_SHOWN: usize = 10;

/// The first of all jobs that write one file; the others are a finding.
fn keep_apart(jobs: Vec<(Job, Option<Origin>)>, findings: &mut Findings) -> Vec<(Job, Option<Origin>)> {
    let mut firsts: Vec<(Job, Option<Origin>)> = Vec::with_capacity(jobs.len());
    let mut taken: HashMap<(String, &'static str), usize> = HashMap::new();
    let mut meeting: BTreeMap<usize, Vec<(Job, Option<Origin>)>> = BTreeMap::new();
    for (job, place) in jobs {
        match taken.get(&(fold(&job.name), job.document.edition().file_stem())) {
            Some(&first) => meeting.entry(first).or_default().push((job, place)),
            None => {
                taken.insert((fold(&job.name), job.document.edition().file_stem()), firsts.len());
                firsts.push((job, place));
            }
        }
    }
    for (first, others) in meeting {
        let (job, first_place) = &firsts[first];
        let count = if others.len() == 1 { "two".to_owned() } else { (others.len() + 1).to_string() };
        let name = others.first().map_or(&job.name, |(other, _)| &other.name);
        let mut message = format!("{count} jobs write the {} in `{name}`", job.document.edition().file_stem());
        if *name != job.name {
            message.push_str(&format!(", which is `{}` on some systems", job.name));
        }
        if let Some((other, _)) = others.iter().find(|(other, _)| other.engagement != job.engagement) {
            let more = if others.len() > 1 { " among them" } else { "" };
            message.push_str(&format!(": of {} and of {}{more}", job.engagement.display(), other.engagement.display()));
        }
        // One of them has no row that could be shown.
        if first_place.is_none() && others.iter().any(|(_, place)| place.is_some()) {
            message.push_str("; the first is of a folder that the command names");
        }
        let help = "give them names of their own: `output` in the plan, or --name with {parent}, {serial} or {number}";
        let mut places = others.iter().map(|(_, place)| place);
        let mut problem =
            clash(message, help, ("the first is here", first_place), places.next().unwrap_or(first_place));
        for place in places.flatten().take(MOST_SHOWN) {
            problem = problem.related("one more is here", place);
        }
        findings.push(problem);
    }
    firsts
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
            let help = "give each client and each recipient a folder of its own, with `output` in the plan or --name with {parent} or {serial}: whoever gets it must not get another's";
            findings.push(clash(message, help, ("the first is here", first_place), place));
            continue;
        }
        for (at, _) in name.match_indices('/') {
            let Some((outer, outer_place)) = owners.get(&name[..at]) else { continue };
            let next = name[at + 1..].split('/').next().unwrap_or_default();
            let is_file = next.ends_with(".pdf") || next.ends_with(".zip") || next.ends_with(".json");
            // A recipient's copy lies in the client's own folder, and nothing in a recipient's.
            let may_hold = outer.engagement == job.engagement && (outer.copy.is_none() || outer.copy == job.copy);
            if may_hold && !is_file {
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
