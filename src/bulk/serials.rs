//! Serials of recipients' copies.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;

use super::plan::{Draft, Job};
use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::package::fold;

/// Gives the copies of each document their serials: counted, unless they are given. A copy whose given serial another one
/// has is a finding, and faulty.
pub fn number_copies(drafts: &mut [Draft], findings: &mut Findings) {
    let mut used: HashMap<(PathBuf, &'static str, String), Option<Origin>> = HashMap::new();
    // 7 and 0007 are one number to whoever reads the register.
    let number = |serial: &str| fold(serial.trim_start_matches('0'));
    let key = |job: &Job, serial: &str| (job.engagement.clone(), job.document.edition().file_stem(), number(serial));
    for draft in drafts.iter_mut().filter(|draft| draft.serial_given) {
        let Some(copy) = &draft.job.copy else { continue };
        match used.entry(key(&draft.job, &copy.serial)) {
            Entry::Vacant(free) => {
                free.insert(draft.origin.clone());
            }
            Entry::Occupied(first) => {
                let message = format!("the serial {} is given to two copies", copy.serial);
                let mut problem = Diagnostic::new(&rules::SERIAL, message).help("give each copy a number of its own");
                problem.origin = draft.origin.clone();
                if let Some(first) = first.get() {
                    problem = problem.related("the first is here", first);
                }
                findings.push(problem);
                draft.faulty = true;
            }
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
