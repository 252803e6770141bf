//! This report against the one before it: windows, exceptions to follow up, what was taken over.

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Severity};
use crate::model::ReportType;

pub fn check(r: &mut Review) {
    windows(r);
    reissue(r);
    follow_ups(r);
    to_confirm(r);
}

fn windows(r: &mut Review) {
    let e = r.engagement;
    let Some(prior) = &e.prior_report else { return };
    if !e.is_type_2() {
        return;
    }
    let (start, end) = (e.window.start(), &prior.end);
    let was_type_1 = prior.report_type.as_ref().is_some_and(|t| t.value == ReportType::Type1);
    if start.value <= end.value && !was_type_1 {
        r.report(
            Diagnostic::new(
                &rules::SCP_06,
                format!("the period begins on {start}, but the prior report runs to {end}"),
            )
            .severity(Severity::Warning)
            .at(&start.origin)
            .related("the prior report", &end.origin)
            .help("periods follow each other without overlap"),
        );
    } else if end.value.succ_opt().is_some_and(|next| start.value > next) {
        let days = (start.value - end.value).num_days() - 1;
        r.report(
            Diagnostic::new(&rules::SCP_06, format!("no report covers the {days} days between {end} and {start}"))
                .at(&start.origin)
                .related("the prior report", &end.origin)
                .help("begin the period on the next day, or let management bridge the gap"),
        );
    }
}

/// A revised report: its dates, and that it says what changed.
fn reissue(r: &mut Review) {
    let e = r.engagement;
    let Some(reissue) = &e.reissue else { return };
    if reissue.date.value < reissue.replaces_date.value {
        r.report(
            Diagnostic::new(
                &rules::RIS_01,
                format!(
                    "the revision is dated {}, before the report of {} that it replaces",
                    reissue.date, reissue.replaces_date
                ),
            )
            .at(&reissue.date.origin)
            .related("the report that is replaced", &reissue.replaces_date.origin)
            .help("correct one of the two dates"),
        );
    }
    let report = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    // With a dual date the report keeps the date that it had.
    let wanted = if reissue.as_to.is_some() { &reissue.replaces_date } else { &reissue.date };
    if let Some(report) = report.filter(|report| report.value != wanted.value) {
        r.report(
            Diagnostic::new(&rules::RIS_01, format!("the revised report is dated {report} instead of {wanted}"))
                .at(&report.origin)
                .related("the revision", &reissue.origin)
                .help("with `as_to` the report keeps its first date; without it, it has the date of the revision"),
        );
    }
    if reissue.places.is_empty() {
        r.report(
            Diagnostic::new(&rules::RIS_01, "the revision does not say what changed")
                .severity(Severity::Warning)
                .at(&reissue.origin)
                .help("`socpress reissue OLD NEW` lists the changed places"),
        );
    }
}

fn follow_ups(r: &mut Review) {
    let e = r.engagement;
    let severity = if e.is_draft() { Severity::Warning } else { Severity::Error };
    for follow_up in &e.follow_ups {
        if follow_up.outcome.is_none() {
            r.findings.push(
                Diagnostic::new(
                    &rules::RFW_02,
                    format!("the prior exception {} has not been followed up", follow_up.exception),
                )
                .severity(severity)
                .at(&follow_up.exception.origin)
                .help("write in `outcome` what became of it"),
            );
        }
        for control in &follow_up.controls {
            let outcome = r.rollup.control_position(&control.value).map(|p| &r.rollup.controls[p]);
            if outcome.is_some_and(|o| o.tests_with_deviations > 0) {
                r.findings.push(
                    Diagnostic::new(
                        &rules::DEV_10,
                        format!("control {control} deviated in the prior report ({}) and again", follow_up.exception),
                    )
                    .at(&control.origin),
                );
            }
        }
    }
}

fn to_confirm(r: &mut Review) {
    let e = r.engagement;
    let severity = if e.is_draft() { Severity::Warning } else { Severity::Error };
    for item in &e.to_confirm {
        r.findings.push(
            Diagnostic::new(
                &rules::RFW_01,
                format!("taken over from the prior engagement, not yet confirmed: {}", item.what),
            )
            .severity(severity)
            .at(&item.what.origin)
            .help("look at it, change what has changed, then remove this [[to_confirm]]"),
        );
    }
}
