//! What the neighbours of the report need: SOC 3 report, bridge letter, representation letter.

use chrono::Months;

use super::{Review, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{BRIDGE_LETTER_MONTHS, BridgeLetter, Engagement, Limb, OpinionForm};

/// What is wrong with the letters whose data the engagement holds, whether they are built or not.
pub fn check(r: &mut Review) {
    if let Some(letter) = &r.engagement.bridge_letter {
        bridge_letter(r, letter);
    }
}

fn bridge_letter(r: &mut Review, letter: &BridgeLetter) {
    let e = r.engagement;
    let end = e.window.end();
    let report = |r: &mut Review, message: String, help: &str| {
        r.findings.push(
            Diagnostic::new(&rules::BRG_01, message)
                .at(&letter.through.origin)
                .related("the period's end", &end.origin)
                .help(help),
        );
    };
    if !e.is_type_2() {
        r.findings.push(
            Diagnostic::new(&rules::BRG_01, "a bridge letter follows a Type II: a Type I has no period to go on from")
                .at(&letter.origin)
                .related("the type", &e.report_type.origin)
                .help("remove [bridge_letter]"),
        );
        return;
    }
    let through = letter.through.value;
    if through <= end.value {
        let message = format!("the bridge letter goes to {through}, which the report covers");
        report(r, message, "name a day after the end of the period");
    }
    let limit = e.firm.as_ref().map_or(BRIDGE_LETTER_MONTHS, |firm| firm.bridge_letter_months);
    if end.value.checked_add_months(Months::new(limit)).is_some_and(|last| through > last) {
        let months = if limit == 1 { "month" } else { "months" };
        let message = format!("the bridge letter goes to {through}, more than {limit} {months} after the period");
        report(
            r,
            message,
            "a longer gap needs a new examination; the firm's limit is `bridge_letter_months` in firm.toml",
        );
    }
    if let Some(date) = letter.date.as_ref().filter(|date| date.value < through) {
        r.findings.push(
            Diagnostic::new(
                &rules::BRG_01,
                format!("the bridge letter is dated {date}, before the last day it speaks of"),
            )
            .at(&date.origin)
            .related("the last day", &letter.through.origin)
            .help("correct one of the two days"),
        );
    }
    match (&letter.changes, letter.no_changes) {
        (None, false) => r.findings.push(
            Diagnostic::new(&rules::BRG_01, "the bridge letter does not say whether anything changed")
                .at(&letter.origin)
                .help("write `changes`, or `no_changes = true`"),
        ),
        (Some(changes), true) => r.findings.push(
            Diagnostic::new(&rules::BRG_01, "the bridge letter tells changes and says that there were none")
                .at(&changes.origin)
                .help("remove one of the two"),
        ),
        _ => {}
    }
}

/// What forbids a SOC 3 report.
pub fn soc3(e: &Engagement) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if !e.is_type_2() {
        problems.push(
            Diagnostic::new(&rules::SC3_01, "a SOC 3 report speaks of a period; this engagement is a Type I")
                .at(&e.report_type.origin)
                .help("build it from a Type II"),
        );
    }
    if let Some(opinion) = &e.opinion
        && [Limb::Design, Limb::Operation].iter().any(|limb| opinion.of(*limb) == OpinionForm::Disclaimer)
    {
        problems.push(
            Diagnostic::new(
                &rules::SC3_01,
                "no opinion is expressed on the controls, so there is nothing to report for general use",
            )
            .at(&opinion.form.origin)
            .help("a disclaimer is issued as a SOC 2 report only"),
        );
    }
    problems
}

/// What forbids a bridge letter.
pub fn bridge(e: &Engagement) -> Option<Diagnostic> {
    e.bridge_letter.is_none().then(|| {
        Diagnostic::new(&rules::BRG_02, "there is no [bridge_letter]")
            .in_file(&e.source)
            .help("add [bridge_letter] with `through` and `no_changes = true` or `changes`")
    })
}

/// What forbids a representation letter.
pub fn representation(e: &Engagement) -> Option<Diagnostic> {
    e.service_auditor.is_none().then(|| {
        Diagnostic::new(&rules::REP_01, "there is no [service_auditor] to whom the representations are made")
            .in_file(&e.source)
            .help("add [service_auditor] with `name`, or name the firm's folder with --firm")
    })
}
