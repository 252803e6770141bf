//! The system security plan: each control is a component, under each criterion that it serves.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Document, Subject, line, list, props, text_or, token};
use crate::load::canonical::{Entry, Written};
use crate::load::schema;
use crate::model::natural_cmp;

/// Makes the plan. It needs a control that names a criterion.
pub fn plan(subject: &Subject) -> Document {
    let organization = &subject.engagement.service_organization;
    let system = line(&organization.system.value);
    let this_system = subject.uuid(&["component", "this-system"]);
    let criteria_list = subject.uuid(&["resource", "criteria"]);
    let mut components = vec![json!({
        "uuid": this_system, "type": "this-system", "title": system,
        "description": format!("{system} as described by {}.", line(&organization.name.value)),
        "status": { "state": "operational" },
    })];
    let mut requirements: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let under = |entry: &Entry, requirements: &mut BTreeMap<String, Vec<Value>>, part: &dyn Fn(&str) -> Value| {
        for criterion in list(entry, "criteria") {
            requirements.entry(criterion.clone()).or_default().push(part(criterion));
        }
    };
    for (position, control) in subject.numbered(&schema::CONTROLS) {
        let id = control.text("id").unwrap_or_default();
        let uuid = subject.uuid(&["control", id]);
        let mut fields = props(&schema::CONTROLS, (position, control), &["description"]);
        let description = text_or(&mut fields, control, "description", "Not described.");
        let planned = control.value("implemented") == Some(&Written::Flag(false));
        components.push(json!({
            "uuid": uuid, "type": "process-procedure",
            "title": line(control.text("title").unwrap_or(id)),
            "description": description, "props": fields,
            "status": { "state": if planned { "under-development" } else { "operational" } },
        }));
        under(control, &mut requirements, &|criterion| {
            json!({
                "component-uuid": uuid, "uuid": subject.uuid(&["serves", id, criterion]),
                "description": format!("Control {} serves this criterion.", line(id)),
                "implementation-status": { "state": if planned { "planned" } else { "implemented" } },
            })
        });
    }
    let organizations = subject.records(&schema::SUBSERVICE_ORGANIZATIONS);
    for (position, organization) in (1..).zip(organizations) {
        let name = organization.text("name").unwrap_or_default();
        let mut fields = props(&schema::SUBSERVICE_ORGANIZATIONS, (position, organization), &["service"]);
        let description = text_or(&mut fields, organization, "service", "Not described.");
        components.push(json!({
            "uuid": subject.uuid(&["subservice", name]), "type": "service", "title": line(name),
            "description": description, "props": fields, "status": { "state": "operational" },
        }));
    }
    for (position, control) in subject.numbered(&schema::CSOCS) {
        let id = control.text("id").unwrap_or_default();
        let name = control.text("subservice_organization").unwrap_or_default();
        let known = organizations.iter().any(|organization| organization.text("name") == Some(name));
        let component = if known { subject.uuid(&["subservice", name]) } else { this_system.clone() };
        let mut fields = props(&schema::CSOCS, (position, control), &["description"]);
        let description = text_or(&mut fields, control, "description", "Not described.");
        under(control, &mut requirements, &|criterion| {
            json!({
                "component-uuid": component, "uuid": subject.uuid(&["csoc", id, criterion]),
                "description": description, "props": fields,
            })
        });
    }
    for (position, control) in subject.numbered(&schema::CUECS) {
        let id = control.text("id").unwrap_or_default();
        let mut fields = props(&schema::CUECS, (position, control), &["description"]);
        let description = text_or(&mut fields, control, "description", "Not described.");
        under(control, &mut requirements, &|criterion| {
            json!({
                "component-uuid": this_system, "uuid": subject.uuid(&["assumes", id, criterion]),
                "description": "The design assumes that user entities have this control in place.",
                "export": { "responsibilities": [{
                    "uuid": subject.uuid(&["cuec", id, criterion]), "description": description, "props": fields,
                }] },
            })
        });
    }
    let mut requirements: Vec<(String, Vec<Value>)> = requirements.into_iter().collect();
    requirements.sort_by(|a, b| natural_cmp(&a.0, &b.0));
    let requirements: Vec<Value> = requirements
        .into_iter()
        .map(|(criterion, parts)| {
            json!({
                "uuid": subject.uuid(&["requirement", &criterion]), "control-id": token(&criterion),
                "by-components": parts,
            })
        })
        .collect();
    let value = json!({ "system-security-plan": {
        "uuid": subject.uuid(&["plan"]),
        "metadata": subject.metadata(&format!("Controls of {system}"), vec![subject.service_organization()]),
        "import-profile": { "href": format!("#{criteria_list}") },
        "system-characteristics": {
            "system-ids": [{ "id": token(&system) }],
            "system-name": system,
            "description": format!("The description of {system} stands in the SOC 2 report."),
            "system-information": { "information-types": [{
                "title": "Information of user entities",
                "description": "Information that the system processes for its user entities.",
            }] },
            "status": { "state": "operational" },
            "authorization-boundary": { "description": "The boundaries of the system stand in its description." },
        },
        "system-implementation": {
            "users": [{ "uuid": subject.uuid(&["user"]), "title": "User entity", "role-ids": ["user-entity"] }],
            "components": components,
        },
        "control-implementation": {
            "description": "Each criterion in scope, with the controls that serve it.",
            "implemented-requirements": requirements,
        },
        "back-matter": { "resources": [{
            "uuid": criteria_list, "title": "Trust services criteria",
            "description": "The criteria in scope, named by their ids in small letters.",
        }] },
    }});
    let held = [&schema::CONTROLS, &schema::SUBSERVICE_ORGANIZATIONS, &schema::CSOCS, &schema::CUECS];
    Document { value, not_held: subject.not_held(&held) }
}
