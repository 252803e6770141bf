//! Family H, as far as the data decides it; what needs the files is found when they are collected.

use std::collections::HashSet;

use chrono::Months;

use super::{Review, rules};
use crate::diagnostics::Diagnostic;
use crate::model::Window;

pub fn check(r: &mut Review) {
    window(r);
    tests_without(r);
}

fn window(r: &mut Review) {
    let e = r.engagement;
    let (from, to) = match &e.window {
        Window::Period { start, end } => (start.value, end.value),
        Window::AsOf(date) => (date.value.checked_sub_months(Months::new(12)).unwrap_or(date.value), date.value),
    };
    for item in &e.evidence {
        let start = item.covers_from.as_ref();
        let end = item.covers_to.as_ref();
        let outside = start.is_some_and(|d| d.value > to) || end.is_some_and(|d| d.value < from);
        if let (true, Some(at)) = (outside, start.or(end)) {
            r.findings.push(
                Diagnostic::new(&rules::EVD_03, format!("evidence {} covers no day of the window", item.id))
                    .at(&at.origin)
                    .related("the window ends here", &e.window.end().origin),
            );
        }
        if let (Some(start), Some(end)) = (start, end)
            && end.value < start.value
        {
            r.findings.push(
                Diagnostic::new(&rules::EVD_03, format!("evidence {} covers days to {end} from {start}", item.id))
                    .at(&end.origin),
            );
        }
    }
}

fn tests_without(r: &mut Review) {
    let e = r.engagement;
    let cited: HashSet<&str> = e.evidence.iter().flat_map(|i| i.tests.iter().map(|t| t.as_str())).collect();
    let bare: Vec<_> = e
        .tests
        .iter()
        .filter(|t| t.result.value.was_tested() && t.evidence.is_empty() && !cited.contains(t.id.as_str()))
        .collect();
    // One finding for all of them: while evidence is still being gathered, a finding for each would bury the rest.
    if let (Some(first), true) = (bare.first(), !e.evidence.is_empty()) {
        let ids: Vec<_> = bare.iter().take(8).map(|t| t.id.to_string()).collect();
        let more = if bare.len() > ids.len() { ", ..." } else { "" };
        r.findings.push(
            Diagnostic::new(&rules::EVD_04, format!("{} tests cite no evidence: {}{more}", bare.len(), ids.join(", ")))
                .at(&first.id.origin),
        );
    }
}
