//! This engagement against another one: descriptions and evidence that were copied (TXT-09, EVD-10).

use std::collections::HashMap;

use super::{likeness, rules};
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::model::Engagement;

/// From this share of common words on, two descriptions are the same.
const SAME: f64 = 0.9;

/// An exhibit by the hash of its content.
pub struct Hashed<'a> {
    pub sha256: &'a str,
    pub id: &'a str,
    pub origin: &'a Origin,
}

/// Compares with another engagement: another client's, or last year's of the same one.
pub fn check(e: &Engagement, other: &Engagement, findings: &mut Findings) {
    let body = |e: &Engagement| e.description.iter().map(|t| t.body()).collect::<Vec<_>>().join("\n");
    let overlap = likeness::overlap(&likeness::shingles(&body(e)), &likeness::shingles(&body(other)));
    let same_client = e.service_organization.name.value == other.service_organization.name.value;
    if overlap < SAME || (same_client && e.changes.is_empty()) {
        return;
    }
    let percent = (overlap * 100.0).floor();
    let whose = &other.service_organization.name;
    let message = if same_client {
        format!("{percent} percent of the description are last year's, yet changes are told")
    } else {
        format!("{percent} percent of the description are also that of {whose}")
    };
    let help = if same_client { "tell the changes where they belong" } else { "describe this system" };
    let mut diagnostic = Diagnostic::new(&rules::TXT_09, message).help(help);
    diagnostic.origin = e.description.first().map(|topic| topic.title.origin.clone());
    if let Some(topic) = other.description.first() {
        diagnostic = diagnostic.related("the other description", &topic.title.origin);
    }
    findings.push(diagnostic);
}

/// Evidence with the same content as that of another engagement.
pub fn evidence<'a>(
    own: impl Iterator<Item = Hashed<'a>>,
    others: impl Iterator<Item = Hashed<'a>>,
    findings: &mut Findings,
) {
    let others: HashMap<&str, Hashed> = others.map(|item| (item.sha256, item)).collect();
    let mut list = Vec::new();
    for item in own {
        if let Some(other) = others.get(item.sha256) {
            list.push((
                item.id.to_owned(),
                Diagnostic::new(
                    &rules::EVD_10,
                    format!("evidence {} is also {} of another engagement", item.id, other.id),
                )
                .at(item.origin)
                .related("there", other.origin)
                .help("put in the evidence of this engagement"),
            ));
        }
    }
    super::report_each(findings, list, "exhibits are also those of another engagement");
}
