//! Family A: engagement and scope.

use std::collections::HashSet;

use chrono::Months;

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Severity};
use crate::model::{Category, Window};

pub fn check(r: &mut Review) {
    categories(r);
    period(r);
    report_date(r);
    privacy(r);
}

fn categories(r: &mut Review) {
    let e = r.engagement;
    let mut seen = HashSet::new();
    for category in &e.categories {
        if !seen.insert(category.value) {
            r.report(
                Diagnostic::new(&rules::SCP_03, format!("`{}` is named twice", category.key())).at(&category.origin),
            );
        }
    }
    if !seen.contains(&Category::Security)
        && let Some(first) = e.categories.first()
    {
        r.report(
            Diagnostic::new(&rules::SCP_02, "security is not named, yet its criteria apply to every category")
                .at(&first.origin)
                .help("add \"security\" to `categories`"),
        );
    }
}

fn period(r: &mut Review) {
    let Window::Period { start, end } = &r.engagement.window else { return };
    // The day after the period's last one, as far as whole months go.
    let until = end.value.succ_opt().unwrap_or(end.value);
    let reaches = |months| start.value.checked_add_months(Months::new(months)).is_some_and(|d| d <= until);
    let text = format!("the period runs from {start} to {end}");
    if !reaches(3) {
        r.report(Diagnostic::new(&rules::SCP_04, format!("{text}, less than three months")).at(&start.origin));
    } else if !reaches(6) {
        r.report(
            Diagnostic::new(&rules::SCP_04, format!("{text}, less than six months"))
                .severity(Severity::Note)
                .at(&start.origin),
        );
    }
    if start.value.checked_add_months(Months::new(12)).is_some_and(|d| d < until) {
        r.report(Diagnostic::new(&rules::SCP_05, format!("{text}, more than twelve months")).at(&end.origin));
    }
}

fn report_date(r: &mut Review) {
    let e = r.engagement;
    let Some(date) = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref()) else { return };
    let end = e.window.end();
    if date.value < end.value {
        let what = if e.is_type_2() { "the period's end" } else { "the as-of date" };
        r.report(
            Diagnostic::new(&rules::SCP_07, format!("the report is dated {date}, before {what} on {end}"))
                .at(&date.origin)
                .related(what, &end.origin)
                .help("correct one of the two dates"),
        );
    }
}

fn privacy(r: &mut Review) {
    let e = r.engagement;
    let Some(category) = e.categories.iter().find(|c| c.value == Category::Privacy) else { return };
    match &e.privacy {
        None => r.report(
            Diagnostic::new(&rules::SCP_10, "privacy is in scope, but there is no [privacy] table")
                .at(&category.origin)
                .help("add [privacy] with `role`, `notice` and `personal_information`"),
        ),
        Some(privacy) => {
            let missing: Vec<_> = [
                ("role", privacy.role.is_none()),
                ("notice", privacy.notice.is_none()),
                ("personal_information", privacy.personal_information.is_empty()),
            ]
            .into_iter()
            .filter_map(|(name, missing)| missing.then_some(name))
            .collect();
            if !missing.is_empty() {
                r.report(
                    Diagnostic::new(&rules::SCP_10, format!("[privacy] does not say: {}", missing.join(", ")))
                        .at(&privacy.origin),
                );
            }
        }
    }
}
