//! Family E: opinion, assertion and their dates.

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Located, Origin, Severity};
use crate::model::{Conclusion, Date, Method, SignOffRole};

pub fn check(r: &mut Review) {
    conclusions(r);
    emphasis(r);
    assertion(r);
    dates(r);
    final_report(r);
    signoffs(r);
    methods(r);
}

fn report_date<'a>(r: &Review<'a>) -> Option<&'a Located<Date>> {
    r.engagement.service_auditor.as_ref().and_then(|a| a.report_date.as_ref())
}

fn conclusions(r: &mut Review) {
    let e = r.engagement;
    let Some(opinion) = &e.opinion else { return };
    for stated in &e.conclusions {
        if stated.conclusion.value == Conclusion::Met {
            continue;
        }
        r.findings.push(
            Diagnostic::new(
                &rules::OPN_02,
                format!(
                    "{} is concluded `{}`, but the opinion is unqualified",
                    stated.criterion,
                    stated.conclusion.title().to_lowercase()
                ),
            )
            .at(&opinion.form.origin)
            .related("the conclusion", &stated.conclusion.origin)
            .help("the partner decides which of the two stands"),
        );
    }
}

fn emphasis(r: &mut Review) {
    let Some(opinion) = &r.engagement.opinion else { return };
    for matter in &opinion.emphasis {
        if matter.text.text.to_lowercase().contains("except") {
            r.findings.push(
                Diagnostic::new(&rules::OPN_13, "an emphasis-of-matter paragraph says `except`")
                    .at(&matter.text.origin)
                    .help("emphasis draws attention to a disclosed matter; it never qualifies the opinion"),
            );
        }
    }
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
    for item in &e.evidence {
        if let Some(collected) = item.collected_on.as_ref().filter(|d| d.value > report.value) {
            r.findings.push(
                Diagnostic::new(
                    &rules::OPN_17,
                    format!("evidence {} was collected on {collected}, after the report of {report}", item.id),
                )
                .at(&collected.origin)
                .related("the report's date", &report.origin)
                .help("correct one of the two dates"),
            );
        }
    }
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
    if e.is_draft() {
        return;
    }
    let at = Origin::clone(&e.status.origin);
    let auditor = e.service_auditor.as_ref();
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

fn methods(r: &mut Review) {
    for organization in &r.engagement.subservice_organizations {
        if organization.method.value == Method::Inclusive {
            r.findings.push(
                Diagnostic::new(&rules::SUB_02, format!("{} is presented by the inclusive method", organization.name))
                    .at(&organization.method.origin)
                    .help("this version writes reports with the carve-out method only"),
            );
        }
    }
}
