//! Groups of jobs that one worker makes one after the other, and the division of a plan among several machines.

use std::path::Path;

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::plan::{Job, Plan};
use crate::package::sha256_hex;

/// Copies of one document that are made together at most, so that several workers can share a long distribution.
const MOST_COPIES: usize = 50;

/// One of several parts of a plan, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub number: usize,
    pub of: usize,
}

/// Variables in which schedulers tell a task its number, the variable with the number of the first task, and the
/// first number where there is none.
const SCHEDULERS: [(&str, Option<&str>); 3] = [
    ("SLURM_ARRAY_TASK_ID", Some("SLURM_ARRAY_TASK_MIN")),
    ("JOB_COMPLETION_INDEX", None),
    ("AWS_BATCH_JOB_ARRAY_INDEX", None),
];

impl Shard {
    /// `2/4`, or `auto/4` for the number that a scheduler tells.
    pub fn parse(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let usual = "write the number of the shard and how many there are: 2/4, or auto/4 in a task of Slurm, Kubernetes \
                     or AWS Batch";
        let (number, of) = text.split_once('/').ok_or(usual)?;
        let of: usize = of.trim().parse().map_err(|_| usual)?;
        let number: usize = match number.trim() {
            "auto" => told(variable)?,
            number => number.parse().map_err(|_| usual)?,
        };
        if number == 0 || number > of {
            return Err(format!("there is no shard {number} of {of}: they are counted from 1"));
        }
        Ok(Self { number, of })
    }
}

/// The number that a scheduler tells, from 1.
fn told(variable: impl Fn(&str) -> Option<String>) -> Result<usize, String> {
    let number = |name: &str| -> Result<Option<usize>, String> {
        let Some(value) = variable(name).filter(|value| !value.is_empty()) else { return Ok(None) };
        value.trim().parse().map(Some).map_err(|_| format!("{name} is no number: `{value}`"))
    };
    for (name, first) in SCHEDULERS {
        let Some(index) = number(name)? else { continue };
        let first = match first {
            Some(first) => number(first)?.ok_or(format!("{name} is set, but {first} is not"))?,
            None => 0,
        };
        return index.checked_sub(first).map(|n| n + 1).ok_or(format!("{name} is smaller than its first"));
    }
    let names: Vec<&str> = SCHEDULERS.iter().map(|(name, _)| *name).collect();
    Err(format!("no scheduler tells the number of the shard: none of {} is set", names.join(", ")))
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Jobs of one engagement that share all but the recipient, by their positions in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub jobs: Vec<usize>,
    /// Estimated work.
    pub weight: u64,
}

fn belong_together(a: &Job, b: &Job) -> bool {
    a.copy.is_some()
        && b.copy.is_some()
        && a.engagement == b.engagement
        && a.firm == b.firm
        && a.document == b.document
        && a.overrides == b.overrides
}

/// The groups of a plan, in its order.
pub fn groups(plan: &Plan) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (position, job) in plan.jobs.iter().enumerate() {
        let mut open = None;
        if job.copy.is_some() {
            open = groups.iter_mut().rev().find(|group| belong_together(&plan.jobs[group.jobs[0]], job));
        }
        let open = open.filter(|group| group.jobs.len() < MOST_COPIES);
        match open {
            Some(group) => group.jobs.push(position),
            None => groups.push(Group { jobs: vec![position], weight: 0 }),
        }
    }
    for group in &mut groups {
        let first = weight(&plan.jobs[group.jobs[0]].engagement);
        group.weight = first + (group.jobs.len() as u64 - 1) * (first / 3 + 1);
    }
    groups
}

/// About how many milliseconds a document takes, from the sizes of the files alone.
fn weight(engagement: &Path) -> u64 {
    let (mut text, mut evidence) = (0, 0);
    for entry in WalkDir::new(engagement).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let size = entry.metadata().map_or(0, |meta| meta.len());
        let is_evidence = entry.path().strip_prefix(engagement).is_ok_and(|below| below.starts_with("evidence"));
        *(if is_evidence { &mut evidence } else { &mut text }) += size;
    }
    // Measured: 1.5 µs of layout for a byte of text, some 200 MB/s for hashing and packing.
    60 + text / 650 + evidence / 200_000
}

/// Tells a plan, and its division into shards, from another: what is made and how long it takes, but not where the inputs
/// lie, which may differ between machines.
pub fn plan_id(plan: &Plan, groups: &[Group]) -> String {
    let jobs: Vec<_> = plan
        .jobs
        .iter()
        .map(|job| serde_json::json!([job.name, job.document, job.evidence_list, job.overrides, job.copy]))
        .collect();
    let weights: Vec<u64> = groups.iter().map(|group| group.weight).collect();
    sha256_hex(serde_json::json!([jobs, weights]).to_string().as_bytes())[..12].to_owned()
}

/// The groups of one shard: the heaviest first, each to the shard that has least so far, so that every machine works out
/// the same division by itself.
pub fn share(groups: &[Group], shard: Shard) -> Vec<Group> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(groups[at].weight), at));
    let mut loads = vec![0_u64; shard.of];
    let mut mine = Vec::new();
    for at in order {
        let least = (0..shard.of).min_by_key(|&s| (loads[s], s)).unwrap_or(0);
        loads[least] += groups[at].weight;
        if least + 1 == shard.number {
            mine.push(at);
        }
    }
    mine.sort_unstable();
    mine.into_iter().map(|at| groups[at].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Shard, String> {
        Shard::parse(text, |name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn numbers_count_from_one_whoever_tells_them() {
        assert_eq!(parse("2/4", &[]), Ok(Shard { number: 2, of: 4 }));
        let slurm = [("SLURM_ARRAY_TASK_ID", "13"), ("SLURM_ARRAY_TASK_MIN", "10"), ("SLURM_ARRAY_TASK_COUNT", "1")];
        assert_eq!(parse("auto/4", &slurm), Ok(Shard { number: 4, of: 4 }));
        assert_eq!(parse("auto/4", &[("JOB_COMPLETION_INDEX", "0")]), Ok(Shard { number: 1, of: 4 }));
        assert_eq!(parse("auto/4", &[("AWS_BATCH_JOB_ARRAY_INDEX", "3")]), Ok(Shard { number: 4, of: 4 }));
        for (bad, variables) in [
            ("0/4", &[][..]),
            ("5/4", &[]),
            ("2", &[]),
            ("x/4", &[]),
            ("2/0", &[]),
            ("auto/4", &[]),
            ("auto/4", &[("JOB_COMPLETION_INDEX", "4")]),
            ("auto/4", &[("JOB_COMPLETION_INDEX", "x")]),
            ("auto/4", &[("SLURM_ARRAY_TASK_ID", "1")]),
        ] {
            assert!(parse(bad, variables).is_err(), "{bad} {variables:?}");
        }
    }

    #[test]
    fn shards_are_even_and_every_group_is_in_one_of_them() {
        let weights = [900, 10, 10, 10, 300, 300, 290, 10, 10, 60];
        let groups: Vec<Group> =
            weights.iter().enumerate().map(|(at, weight)| Group { jobs: vec![at], weight: *weight }).collect();
        let shares: Vec<Vec<Group>> = (1..=2).map(|number| share(&groups, Shard { number, of: 2 })).collect();
        let loads: Vec<u64> = shares.iter().map(|share| share.iter().map(|group| group.weight).sum()).collect();
        assert_eq!(loads, [950, 950]);
        let mut all: Vec<usize> = shares.iter().flatten().flat_map(|group| group.jobs.clone()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..weights.len()).collect::<Vec<_>>());
        // More shards than groups: some have nothing to do.
        assert!(share(&groups[..1], Shard { number: 2, of: 3 }).is_empty());
    }
}
