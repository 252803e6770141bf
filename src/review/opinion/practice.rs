//! The firm's practice: pervasiveness, dating, standing and independence. Judgement stays with the partner.

use std::collections::BTreeMap;

use chrono::Months;

use super::super::{Review, rules};
use super::report_date;
use crate::diagnostics::Diagnostic;
use crate::model::{Conclusion, OpinionForm};

/// So many series with criteria not met raise the question of pervasiveness.
const MANY_SERIES: usize = 3;
/// Days after the end of the window within which a report is usually dated.
const USUAL_DAYS: std::ops::RangeInclusive<i64> = 7..=90;
/// How long a peer review holds.
const PEER_REVIEW_MONTHS: u32 = 36;

pub fn check(r: &mut Review) {
    pervasive(r);
    dated(r);
    standing(r);
    independence(r);
}

/// OPN-06
fn pervasive(r: &mut Review) {
    let e = r.engagement;
    let Some(opinion) = e.opinion.as_ref().filter(|o| o.form.value == OpinionForm::Qualified) else { return };
    let mut unmet: BTreeMap<&str, usize> = BTreeMap::new();
    for conclusion in e.conclusions.iter().filter(|c| c.conclusion.value != Conclusion::Met) {
        let id = conclusion.criterion.as_str();
        *unmet.entry(id.split('.').next().unwrap_or(id)).or_default() += 1;
    }
    let size =
        |series: &str| e.catalogue.criteria.iter().filter(|c| c.id.as_str().split('.').next() == Some(series)).count();
    let broad = unmet.iter().find(|(series, count)| ["CC1", "CC6"].contains(series) && **count * 2 > size(series));
    let message = match (unmet.len() >= MANY_SERIES, broad) {
        (true, _) => {
            let names: Vec<&str> = unmet.keys().copied().collect();
            format!("criteria of {} are not met, and the opinion is qualified", names.join(", "))
        }
        (false, Some((series, _))) => format!("most of {series} is not met, and the opinion is qualified"),
        (false, None) => return,
    };
    r.findings.push(
        Diagnostic::new(&rules::OPN_06, message)
            .at(&opinion.form.origin)
            .help("the partner decides whether the matter is pervasive, and so the opinion adverse"),
    );
}

/// OPN-16
fn dated(r: &mut Review) {
    let e = r.engagement;
    // A revised report carries the day of its revision.
    let Some(report) = report_date(r).filter(|_| e.reissue.is_none()) else { return };
    let end = e.window.end();
    let days = (report.value - end.value).num_days();
    // A report before the end is another finding.
    if days >= 0 && !USUAL_DAYS.contains(&days) {
        r.findings.push(
            Diagnostic::new(&rules::OPN_16, format!("the report is dated {days} days after {end}"))
                .at(&report.origin)
                .related("the end", &end.origin)
                .help("readers ask when it is less than a week or more than ninety days"),
        );
    }
    if let Some(date) = e.assertion.as_ref().and_then(|a| a.date.as_ref()).filter(|d| d.value < report.value) {
        r.findings.push(
            Diagnostic::new(&rules::OPN_16, format!("the assertion is dated {date}, the report {report}"))
                .at(&date.origin)
                .related("the report's date", &report.origin)
                .help("they normally carry one date"),
        );
    }
}

/// OPN-18
fn standing(r: &mut Review) {
    let e = r.engagement;
    let Some(auditor) = e.service_auditor.as_ref().filter(|_| !e.is_draft()) else { return };
    let firm = e.firm.as_ref();
    let mut missing = Vec::new();
    if auditor.license.is_none() && firm.is_none_or(|f| f.registration.is_none()) {
        missing.push("its licence (`registration`)");
    }
    match firm.and_then(|f| f.peer_review.as_ref()) {
        None => missing.push("its last peer review ([peer_review])"),
        Some(review) => {
            let runs_out = review.accepted_on.value.checked_add_months(Months::new(PEER_REVIEW_MONTHS));
            if let Some(report) = report_date(r)
                && runs_out.is_some_and(|day| day < report.value)
            {
                r.findings.push(
                    Diagnostic::new(
                        &rules::OPN_18,
                        format!("the peer review of {} is more than three years old", review.accepted_on),
                    )
                    .at(&review.accepted_on.origin)
                    .related("the report's date", &report.origin)
                    .help("record the review that followed"),
                );
            }
        }
    }
    if !missing.is_empty() {
        let diagnostic =
            Diagnostic::new(&rules::OPN_18, format!("the firm's file does not tell {}", missing.join(", nor ")));
        let diagnostic = match firm {
            Some(firm) => diagnostic.in_file(&firm.source),
            None => diagnostic.at(&auditor.name.origin),
        };
        r.report(diagnostic.help("record it in firm.toml; nothing of it is printed"));
    }
}

/// OPN-22
fn independence(r: &mut Review) {
    let services = r.engagement.service_auditor.iter().flat_map(|a| &a.other_services);
    if let Some(first) = services.clone().next() {
        let names: Vec<&str> = services.map(|s| s.as_str()).collect();
        r.findings.push(
            Diagnostic::new(&rules::OPN_22, format!("the firm also renders: {}", names.join(", ")))
                .at(&first.origin)
                .help("consider independence, and keep the safeguards on file"),
        );
    }
}
