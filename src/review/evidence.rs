//! Family H, as far as the data decides it; what needs the files is found when they are collected.

use std::sync::LazyLock;

use chrono::Months;
use regex::Regex;

use super::{Review, pattern, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{Confidentiality, Window};

/// Screenshots.
const PICTURES: [&str; 7] = ["png", "jpg", "jpeg", "heic", "webp", "gif", "bmp"];

static SENSITIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(background[ _-]?(check|screening|investigation)|payroll|salar(y|ies)|performance[ _-]?(review|appraisal|evaluation)|disciplinary|criminal record|medical|drug[ _-]?test|social security|passport)s?\b",
    )
});

pub fn check(r: &mut Review) {
    window(r);
    tests_without(r);
    kinds(r);
}

fn window(r: &mut Review) {
    let e = r.engagement;
    let (from, to) = match &e.window {
        Window::Period { start, end } => (start.value, end.value),
        Window::AsOf(date) => (date.value.checked_sub_months(Months::new(12)).unwrap_or(date.value), date.value),
    };
    let mut list = Vec::new();
    for item in &e.evidence {
        let start = item.covers_from.as_ref();
        let end = item.covers_to.as_ref();
        let collected = item.collected_on.as_ref();
        // What was collected before the window can show nothing of it, whatever it is said to cover.
        let early = collected.filter(|d| d.value < from);
        let outside = start.is_some_and(|d| d.value > to) || end.is_some_and(|d| d.value < from) || early.is_some();
        if let (true, Some(at)) = (outside, early.or(start).or(end)) {
            list.push((
                item.id.to_string(),
                Diagnostic::new(&rules::EVD_03, format!("evidence {} covers no day of the window", item.id))
                    .at(&at.origin)
                    .related("the window ends here", &e.window.end().origin)
                    .help("collect evidence of the window, or correct the dates"),
            ));
        }
        if let (Some(collected), Some(end), Window::Period { .. }) = (collected, end, &e.window)
            && end.value > collected.value
        {
            let message = format!("evidence {} covers days to {end} and was collected on {collected}", item.id);
            r.findings.push(
                Diagnostic::new(&rules::EVD_03, message)
                    .at(&end.origin)
                    .related("collected here", &collected.origin)
                    .help("correct one of the two dates, or collect the rest"),
            );
        }
        if let (Some(start), Some(end)) = (start, end)
            && end.value < start.value
        {
            r.findings.push(
                Diagnostic::new(&rules::EVD_03, format!("evidence {} covers days to {end} from {start}", item.id))
                    .at(&end.origin)
                    .help("correct one of the two dates"),
            );
        }
    }
    r.report_each(list, "exhibits cover no day of the window");
}

/// EVD-08, EVD-09
fn kinds(r: &mut Review) {
    for item in &r.engagement.evidence {
        let extension = item.file.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
        let missing: Vec<&str> = [("`collected_on`", item.collected_on.is_none()), ("`source`", item.source.is_none())]
            .into_iter()
            .filter_map(|(name, missing)| missing.then_some(name))
            .collect();
        if PICTURES.contains(&extension.as_str()) && !missing.is_empty() {
            r.findings.push(
                Diagnostic::new(&rules::EVD_08, format!("picture {} lacks {}", item.id, missing.join(" and ")))
                    .at(&item.file.origin)
                    .help("record when it was taken, and of which system"),
            );
        }
        let restricted = item.confidentiality.as_ref().is_some_and(|c| c.value == Confidentiality::Restricted);
        // An underscore is no end of a word to the pattern.
        let file = item.file.replace('_', " ");
        let title = item.title.as_ref().map_or("", |t| t.as_str());
        if let (Some(found), false) = (SENSITIVE.find(title).or_else(|| SENSITIVE.find(&file)), restricted) {
            r.findings.push(
                Diagnostic::new(
                    &rules::EVD_09,
                    format!("evidence {} (`{}`) is not marked as restricted", item.id, found.as_str()),
                )
                .at(item.confidentiality.as_ref().map_or(&item.id.origin, |c| &c.origin))
                .help("set `confidentiality = \"restricted\"`, and black out what nobody needs"),
            );
        }
    }
}

fn tests_without(r: &mut Review) {
    let e = r.engagement;
    let with_evidence = e.tests_with_evidence();
    let bare: Vec<_> =
        e.tests.iter().filter(|t| t.result.value.was_tested() && !with_evidence.contains(&t.id.value)).collect();
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
