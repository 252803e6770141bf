//! Family E: opinion, assertion and their dates.

mod form;
mod practice;

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Located, Origin, Severity};
use crate::model::{Date, SignOffRole};

pub fn check(r: &mut Review) {
    form::check(r);
    assertion(r);
    dates(r);
    final_report(r);
    signoffs(r);
    inclusive(r);
    practice::check(r);
}

fn report_date<'a>(r: &Review<'a>) -> Option<&'a Located<Date>> {
    r.engagement.service_auditor.as_ref().and_then(|a| a.report_date.as_ref())
}

fn assertion(r: &mut Review) {
    let e = r.engagement;
    let Some(assertion) = &e.assertion else {
        if e.service_auditor.is_some() {
            r.report(
                Diagnostic::new(&rules::OPN_14, "there is no [assertion] of management")
                    .severity(if e.is_draft() { Severity::Warning } else { Severity::Error })
                    .in_file(&e.source)
                    .help("add [assertion] with `date`, `signatory_name` and `signatory_title`"),
            );
        }
        return;
    };
    if assertion.date.is_none() {
        r.report(
            Diagnostic::new(&rules::OPN_14, "the assertion has no date")
                .at(&assertion.origin)
                .help("add `date` to [assertion]"),
        );
    }
    if assertion.signatory_name.is_none() || assertion.signatory_title.is_none() {
        r.report(
            Diagnostic::new(&rules::OPN_14, "the assertion does not say who signs it, and as what")
                .severity(Severity::Warning)
                .at(&assertion.origin)
                .help("add `signatory_name` and `signatory_title` to [assertion]"),
        );
    }
}

fn dates(r: &mut Review) {
    let e = r.engagement;
    let end = e.window.end();
    if let Some(date) = e.assertion.as_ref().and_then(|a| a.date.as_ref()) {
        order(r, ("the window's end", end), ("the assertion", date));
        if let Some(report) = report_date(r) {
            order(r, ("the assertion", date), ("the report", report));
        }
    }
    let Some(report) = report_date(r) else { return };
    for signoff in &e.signoffs {
        let (rule, name) = match signoff.role.value {
            SignOffRole::EngagementPartner => (&rules::OPN_17, "the engagement partner's sign-off"),
            SignOffRole::SubsequentEventsInquiry => (&rules::OPN_17, "the inquiry about subsequent events"),
            SignOffRole::RepresentationLetter => {
                if signoff.date.value != report.value {
                    r.report(
                        Diagnostic::new(
                            &rules::OPN_15,
                            format!("the representation letter is dated {}, the report {report}", signoff.date),
                        )
                        .severity(Severity::Warning)
                        .at(&signoff.date.origin)
                        .related("the report's date", &report.origin),
                    );
                }
                continue;
            }
            SignOffRole::EngagementQualityReview => continue,
        };
        if signoff.date.value > report.value {
            r.report(
                Diagnostic::new(rule, format!("{name} is dated {}, after the report of {report}", signoff.date))
                    .at(&signoff.date.origin)
                    .related("the report's date", &report.origin)
                    .help("correct one of the two dates"),
            );
        }
    }
    let mut late = Vec::new();
    for item in &e.evidence {
        if let Some(collected) = item.collected_on.as_ref().filter(|d| d.value > report.value) {
            late.push((
                item.id.to_string(),
                Diagnostic::new(
                    &rules::OPN_17,
                    format!("evidence {} was collected on {collected}, after the report of {report}", item.id),
                )
                .at(&collected.origin)
                .related("the report's date", &report.origin)
                .help("correct one of the two dates"),
            ));
        }
    }
    r.report_each(late, "exhibits were collected after the date of the report");
}

fn order(r: &mut Review, (first_name, first): (&str, &Located<Date>), (then_name, then): (&str, &Located<Date>)) {
    if then.value < first.value {
        r.findings.push(
            Diagnostic::new(&rules::OPN_15, format!("{then_name} is dated {then}, before {first_name} on {first}"))
                .at(&then.origin)
                .related(first_name, &first.origin)
                .help("correct one of the two dates"),
        );
    }
}

fn final_report(r: &mut Review) {
    let e = r.engagement;
    if let (Some(auditor), Some(name)) = (&e.service_auditor, e.firm.as_ref().and_then(|firm| firm.name.as_ref()))
        && auditor.name.value != name.value
    {
        r.findings.push(
            Diagnostic::new(
                &rules::OPN_19,
                format!("the report is signed by {}, the firm's folder is that of {name}", auditor.name),
            )
            .severity(Severity::Warning)
            .at(&auditor.name.origin)
            .related("the firm", &name.origin)
            .help("name the folder of the firm that signs, or correct one of the names"),
        );
    }
    if e.is_draft() {
        return;
    }
    let at = Origin::clone(&e.status.origin);
    let auditor = e.service_auditor.as_ref();
    wording(r);
    let missing: Vec<_> = [
        ("[service_auditor]", auditor.is_none()),
        ("`city` of the service auditor", auditor.is_some_and(|a| a.city.is_none())),
        ("`report_date` of the service auditor", auditor.is_some_and(|a| a.report_date.is_none())),
        ("[opinion]", e.opinion.is_none()),
        ("[assertion]", e.assertion.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
    .collect();
    if !missing.is_empty() {
        r.report(
            Diagnostic::new(&rules::OPN_19, format!("the report is final, but lacks: {}", missing.join(", ")))
                .at(&at)
                .help("complete it, or keep `status = \"draft\"`"),
        );
    }
}

/// A final report goes out in words that somebody in the firm approved.
fn wording(r: &mut Review) {
    let e = r.engagement;
    let approval = e.firm.as_ref().and_then(|firm| firm.wording_approval.as_ref());
    match approval {
        None => {
            let diagnostic = Diagnostic::new(&rules::WRD_01, "the report is final, but nobody approved its wording");
            let diagnostic = match &e.firm {
                Some(firm) => diagnostic.in_file(&firm.source),
                None => diagnostic.at(&e.status.origin),
            };
            r.report(diagnostic.help(
                "add [wording_approval] with `by`, `role` and `on` to the firm's firm.toml, and name its folder with --firm",
            ));
        }
        Some(approval) => {
            if let Some(report) = report_date(r).filter(|report| approval.on.value > report.value) {
                r.findings.push(
                    Diagnostic::new(
                        &rules::WRD_01,
                        format!("the wording was approved on {}, after the report of {report}", approval.on),
                    )
                    .at(&approval.on.origin)
                    .related("the report's date", &report.origin)
                    .help("correct one of the two dates"),
                );
            }
        }
    }
}

fn signoffs(r: &mut Review) {
    let e = r.engagement;
    if let Some(auditor) = &e.service_auditor
        && !e.signoffs.iter().any(|s| s.role.value == SignOffRole::EngagementPartner)
    {
        r.report(
            Diagnostic::new(&rules::OPN_21, "the engagement partner's sign-off is not recorded")
                .severity(if e.is_draft() { Severity::Note } else { Severity::Warning })
                .at(&auditor.name.origin)
                .help("add [[signoffs]] with `role = \"engagement-partner\"`"),
        );
    }
}

/// Inclusive subservice organizations: their assertions, controls and complementary controls.
fn inclusive(r: &mut Review) {
    let e = r.engagement;
    for organization in e.inclusive() {
        let name = &organization.name;
        let at = &organization.method.origin;
        let mut report = |diagnostic: Diagnostic| r.findings.push(diagnostic);
        match &organization.assertion {
            None => report(
                Diagnostic::new(&rules::SUB_02, format!("{name} is included, but has given no assertion"))
                    .at(at)
                    .help("add `assertion` with `date`, `signatory_name` and `signatory_title`; without one the method is carve-out"),
            ),
            Some(assertion) => {
                if assertion.date.is_none() || assertion.signatory_name.is_none() {
                    report(
                        Diagnostic::new(&rules::SUB_02, format!("the assertion of {name} is not signed and dated"))
                            .at(&assertion.origin)
                            .help("add `date`, `signatory_name` and `signatory_title` to it"),
                    );
                }
                let date = assertion.date.as_ref();
                let report_date = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
                if let (Some(date), Some(report_date)) = (date, report_date)
                    && date.value > report_date.value
                {
                    report(
                        Diagnostic::new(
                            &rules::SUB_02,
                            format!("the assertion of {name} is dated {date}, after the report of {report_date}"),
                        )
                        .at(&date.origin)
                        .related("the report's date", &report_date.origin)
                        .help("correct one of the two dates"),
                    );
                }
            }
        }
        let is_its = |x: &Option<Located<String>>| x.as_ref().is_some_and(|x| x.value == name.value);
        if !e.controls.iter().any(|c| is_its(&c.organization)) {
            report(
                Diagnostic::new(&rules::SUB_02, format!("{name} is included, but no control is performed by it"))
                    .at(at)
                    .help(format!("write its controls with `organization = \"{name}\"`")),
            );
        }
        if !e.description.iter().any(|t| is_its(&t.subservice_organization)) {
            report(
                Diagnostic::new(
                    &rules::SUB_02,
                    format!("{name} is included, but no topic describes its part of the system"),
                )
                .at(at)
                .help(format!("write a topic with `subservice_organization: {name}` in its front matter")),
            );
        }
        if let Some(csoc) = e.csocs.iter().find(|c| c.subservice_organization.value == name.value) {
            report(
                Diagnostic::new(
                    &rules::SUB_02,
                    format!("{} assumes a control at {name}, whose controls are included", csoc.id),
                )
                .at(&csoc.subservice_organization.origin)
                .related("the method", at)
                .help("its own controls belong into the matrix; a CSOC is for an organization that is carved out"),
            );
        }
    }
    for control in &e.controls {
        if let Some(performer) = &control.organization
            && let Some(carved) = e.carved_out().find(|o| o.name.value == performer.value)
        {
            r.findings.push(
                Diagnostic::new(
                    &rules::SUB_02,
                    format!("control {} is performed by {performer}, which is carved out", control.id),
                )
                .at(&performer.origin)
                .related("the method", &carved.method.origin)
                .help("write it as a CSOC, or present the organization by the inclusive method"),
            );
        }
    }
}
