//! Family F: description, subservice organizations, complementary controls.

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Origin, Severity};
use crate::model::{Component, CriterionId, GeneratedTable};

pub fn check(r: &mut Review) {
    description_criteria(r);
    components(r);
    commitments(r);
    incidents(r);
    changes(r);
    carve_outs(r);
}

/// The start of the description, for what is missing in it.
fn start(r: &Review) -> Origin {
    r.engagement.description.first().map_or_else(|| Origin::file(&r.engagement.source), |t| t.title.origin.clone())
}

fn description_criteria(r: &mut Review) {
    let e = r.engagement;
    let scope = e.scope();
    let topics: Vec<_> = e.description.iter().filter(|t| t.in_scope(&scope) && t.has_text()).collect();
    for criterion in &e.catalogue.description_criteria {
        let number = criterion.number;
        let addressed = topics.iter().find_map(|t| t.description_criteria.iter().find(|n| n.value == number));
        if criterion.type_2_only && !e.is_type_2() {
            if let Some(named) = addressed {
                r.findings.push(
                    Diagnostic::new(&rules::DSC_01, format!("DC {number} applies to a Type II only"))
                        .severity(Severity::Warning)
                        .at(&named.origin)
                        .help("a Type I describes the system at a date, without changes"),
                );
            }
            continue;
        }
        let by_table = e.answers_by_records(number);
        // Tables that no topic includes follow at the end, so a table alone addresses its criterion; DC 5 is answered
        // by Section IV.
        if addressed.is_some() || by_table || criterion.if_any || number == 5 {
            continue;
        }
        let help = match number {
            4 => "tell the incidents in [[incidents]], or say `no_incidents = true`",
            9 => "tell the changes in [[changes]], or say `no_changes = true`",
            _ => "name it in `description_criteria` of the topic that addresses it, or write that topic",
        };
        let at = start(r);
        r.report(
            Diagnostic::new(&rules::DSC_01, format!("no topic addresses DC {number} ({})", criterion.title))
                .at(&at)
                .help(help),
        );
    }
    // Tables are included by topics that have no text of their own as well.
    for topic in &e.description {
        for include in &topic.include {
            let empty = match include.value {
                GeneratedTable::ServiceCommitments => e.service_commitments.is_empty(),
                GeneratedTable::SystemRequirements => e.system_requirements.is_empty(),
                _ => false,
            };
            if empty {
                r.findings.push(
                    Diagnostic::new(&rules::DSC_03, "this table is empty")
                        .at(&include.origin)
                        .help("add the records, or do not include it"),
                );
            }
        }
    }
}

fn components(r: &mut Review) {
    let e = r.engagement;
    let scope = e.scope();
    for component in Component::ALL {
        let described = e
            .description
            .iter()
            .filter(|t| t.in_scope(&scope))
            .any(|t| t.components.iter().any(|c| c.value == component) && t.has_text());
        if !described {
            let at = start(r);
            r.report(
                Diagnostic::new(&rules::DSC_02, format!("no topic describes the component `{}`", component.key()))
                    .at(&at)
                    .help(format!("write it, with `components: [{}]` in its front matter", component.key())),
            );
        }
    }
}

fn commitments(r: &mut Review) {
    let e = r.engagement;
    for category in e.categories.iter() {
        let covers = |list: &[crate::model::Commitment]| {
            list.iter().any(|c| c.categories.is_empty() || c.categories.iter().any(|x| x.value == category.value))
        };
        for (what, list, table) in [
            ("service commitment", &e.service_commitments, "service_commitments"),
            ("system requirement", &e.system_requirements, "system_requirements"),
        ] {
            if !covers(list) {
                r.findings.push(
                    Diagnostic::new(&rules::DSC_03, format!("no {what} belongs to {}", category.noun()))
                        .at(&category.origin)
                        .help(format!("add one in [[{table}]]")),
                );
            }
        }
    }
}

fn incidents(r: &mut Review) {
    let e = r.engagement;
    for incident in &e.incidents {
        if e.is_type_2() && !e.window.contains(incident.date.value) {
            r.findings.push(
                Diagnostic::new(&rules::DSC_04, format!("the incident of {} lies outside the period", incident.date))
                    .at(&incident.date.origin),
            );
        }
        if incident.effect.is_none() || incident.disposition.is_none() {
            r.findings.push(
                Diagnostic::new(&rules::DSC_04, "the incident lacks its effect or its disposition")
                    .at(&incident.origin)
                    .help("add `effect` and `disposition`"),
            );
        }
    }
    if e.no_incidents
        && let Some(first) = e.incidents.first()
    {
        r.findings.push(
            Diagnostic::new(&rules::DSC_04, "`no_incidents` says there were none, yet incidents are told")
                .severity(Severity::Error)
                .at(&first.origin)
                .help("remove one of the two"),
        );
    }
}

fn changes(r: &mut Review) {
    let e = r.engagement;
    for change in &e.changes {
        if e.is_type_2() && !e.window.contains(change.date.value) {
            r.findings.push(
                Diagnostic::new(&rules::DSC_05, format!("the change of {} lies outside the period", change.date))
                    .at(&change.date.origin),
            );
        }
    }
    if let Some(first) = e.changes.first() {
        if !e.is_type_2() {
            r.findings.push(
                Diagnostic::new(&rules::DSC_05, "a Type I tells no changes")
                    .at(&first.origin)
                    .help("remove [[changes]]"),
            );
        } else if e.no_changes {
            r.findings.push(
                Diagnostic::new(&rules::DSC_05, "`no_changes` says there were none, yet changes are told")
                    .severity(Severity::Error)
                    .at(&first.origin)
                    .help("remove one of the two"),
            );
        }
    }
}

fn carve_outs(r: &mut Review) {
    let e = r.engagement;
    let vendor_criterion = CriterionId::new("CC9.2");
    for organization in e.carved_out() {
        let name = &organization.name;
        let mut missing = Vec::new();
        if organization.criteria.is_empty() {
            missing.push("the criteria that rely on it (`criteria`)");
        }
        if !e.csocs.iter().any(|c| c.subservice_organization.value == name.value) {
            missing.push("a complementary subservice organization control ([[csocs]])");
        }
        let monitored = organization.monitoring_controls.iter().any(|id| {
            e.control(&id.value).is_some_and(|c| c.criteria.iter().any(|criterion| criterion.value == vendor_criterion))
        });
        if !monitored {
            missing.push("a monitoring control mapped to CC9.2 (`monitoring_controls`)");
        }
        if !missing.is_empty() {
            r.findings.push(
                Diagnostic::new(&rules::SUB_01, format!("{name} is carved out, but lacks {}", missing.join(", and ")))
                    .at(&name.origin),
            );
        }
    }
}
