//! Family F: subservice organizations as they are listed, and what is assumed of others.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::passages::narrowed;
use super::wording::without_suffix;
use super::{Review, pattern, rules};
use crate::diagnostics::{Diagnostic, Located, Severity};
use crate::model::Window;

/// More than this are usually responsibilities.
const MANY: usize = 30;

static ADVICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(should consider|may (wish|want|choose) to|(is|are) (encouraged|advised|recommended)|we recommend|it is recommended|can optionally)\b",
    )
});

pub fn check(r: &mut Review) {
    declared_once(r);
    if r.engagement.is_complete {
        own_reports(r);
        duties(r);
    }
    how_many(r);
}

/// SUB-03
fn declared_once(r: &mut Review) {
    let e = r.engagement;
    let key = |name: &str| without_suffix(name).to_lowercase().replace([' ', '-', '.', ','], "");
    let mut seen: HashMap<String, &Located<String>> = HashMap::new();
    let subservice = e.subservice_organizations.iter().map(|o| (&o.name, false));
    for (name, vendor) in subservice.chain(e.vendors.iter().map(|v| (v, true))) {
        match seen.get(&key(name)) {
            Some(first) => {
                let message = if vendor {
                    format!("`{name}` is a vendor here, and `{first}` is declared before")
                } else {
                    format!("`{name}` and `{first}` are one organization under two names")
                };
                r.findings.push(
                    Diagnostic::new(&rules::SUB_03, message)
                        .at(&name.origin)
                        .related("declared first", &first.origin)
                        .help("declare it once, under one name and by one method"),
                );
            }
            None => {
                seen.insert(key(name), name);
            }
        }
    }
}

/// SUB-05
fn own_reports(r: &mut Review) {
    let e = r.engagement;
    let Window::Period { start, end } = &e.window else { return };
    for organization in &e.subservice_organizations {
        let Some(until) = organization.report_to.as_ref().or(organization.report_from.as_ref()) else { continue };
        let from = organization.report_from.as_ref().unwrap_or(until);
        let name = &organization.name;
        let (severity, message) = if until.value < start.value || from.value > end.value {
            (Severity::Warning, format!("the report obtained of {name} covers no day of the period"))
        } else if until.value < end.value {
            let days = (end.value - until.value).num_days();
            (Severity::Note, format!("the report obtained of {name} ends {days} days before the period"))
        } else if from.value > start.value {
            (Severity::Note, format!("the report obtained of {name} begins after the period does"))
        } else {
            continue;
        };
        r.findings.push(
            Diagnostic::new(&rules::SUB_05, message)
                .severity(severity)
                .at(&until.origin)
                .related("the period", &end.origin)
                .help("obtain a bridge letter or another report, or tell the monitoring for the rest"),
        );
    }
}

/// CUE-02
fn duties(r: &mut Review) {
    let e = r.engagement;
    let own = [e.service_organization.name.as_str(), e.service_organization.short(), "The service organization", "We "];
    for cuec in &e.cuecs {
        let text = cuec.description.text.trim_start();
        let (message, what) = if let Some(found) = ADVICE.find(text) {
            (format!("{} gives advice: `{}`", cuec.id, found.as_str()), found.as_str())
        } else if let Some(who) = own.iter().find(|who| !who.is_empty() && text.starts_with(*who)) {
            (format!("{} is a duty of the service organization", cuec.id), *who)
        } else {
            continue;
        };
        r.findings.push(
            Diagnostic::new(&rules::CUE_02, message).at(&narrowed(&cuec.description.origin, what)).help(
                "write the control that user entities have; advice belongs into [[user_entity_responsibilities]]",
            ),
        );
    }
}

/// CUE-03
fn how_many(r: &mut Review) {
    let e = r.engagement;
    match e.cuecs.get(MANY) {
        Some(beyond) => r.findings.push(
            Diagnostic::new(&rules::CUE_03, format!("there are {} complementary user entity controls", e.cuecs.len()))
                .at(&beyond.id.origin)
                .help("keep those that criteria depend on; the rest are user entity responsibilities"),
        ),
        None if e.cuecs.is_empty() => r.findings.push(
            Diagnostic::new(&rules::CUE_03, "there are no complementary user entity controls")
                .in_file(&e.source)
                .help("confirm that the criteria are met whatever user entities do"),
        ),
        None => {}
    }
}
