//! System security plans: controls, complementary controls, subservice organizations, and texts on the system.

use super::{Context, Foreign, criterion_of, in_order, own_record, position_of, record, record_of, text_field};
use crate::diagnostics::{Diagnostic, Severity};
use crate::load::canonical::{Entry, Place, Written};
use crate::load::fields::Record;
use crate::load::foreign::Topic;
use crate::load::tree::Node;
use crate::load::{rules, schema};

pub fn read(body: &Node, place: &str, context: &mut Context, all: &mut Foreign) {
    let mut own: Vec<(usize, &'static Record, Entry)> = Vec::new();
    let implementation = body.get("system-implementation");
    let components = implementation.map(|i| i.items("components")).unwrap_or_default();
    let requirements =
        body.get("control-implementation").map(|c| c.items("implemented-requirements")).unwrap_or_default();
    for component in components {
        keep(component, &[("description", "description")], context, &mut own);
    }
    for requirement in requirements {
        for part in requirement.items("by-components") {
            keep(part, &[("description", "description")], context, &mut own);
            for responsibility in part.get("export").map(|e| e.items("responsibilities")).unwrap_or_default() {
                keep(responsibility, &[("description", "description")], context, &mut own);
            }
        }
    }
    head(body, all);
    if own.is_empty() {
        others(body, components, requirements, place, context, all);
        return;
    }
    let own = in_order(own);
    for table in schema::TABLES.iter().copied() {
        let of: Vec<Entry> =
            own.iter().filter(|(record, _)| record.name == table.name).map(|(_, entry)| entry.clone()).collect();
        all.add(place, table, of, table.fields.iter().map(|field| field.name).collect());
    }
}

/// A record that socpress wrote. It stands under each criterion that it serves, and counts once.
fn keep(
    node: &Node,
    texts: &[(&'static str, &str)],
    context: &mut Context,
    own: &mut Vec<(usize, &'static Record, Entry)>,
) {
    let Some(record) = record_of(node) else { return };
    let texts: Vec<_> = texts.iter().map(|(_, key)| (main_text(record), *key)).collect();
    let Some(entry) = own_record(node, record, &texts, context) else { return };
    let key = entry.key(record);
    if !own.iter().any(|(_, r, e)| r.name == record.name && e.key(record) == key) {
        own.push((position_of(node), record, entry));
    }
}

/// The field that an object's description carries.
pub fn main_text(record: &Record) -> &'static str {
    if record.name == schema::SUBSERVICE_ORGANIZATIONS.name { "service" } else { "description" }
}

fn head(body: &Node, all: &mut Foreign) {
    let characteristics = body.get("system-characteristics");
    if let Some(name) = characteristics.and_then(|c| c.get("system-name"))
        && let Some(text) = name.as_text()
    {
        all.head.push(("service_organization.system", Written::Text(text.to_owned()), name.origin.clone()));
    }
    let parties = body.get("metadata").map(|m| m.items("parties")).unwrap_or_default();
    let mut organizations = parties.iter().filter(|party| party.text("type") == Some("organization"));
    // Of several organizations nobody can tell which runs the system.
    if let (Some(party), None) = (organizations.next(), organizations.next())
        && let Some(name) = party.text("name")
    {
        all.head.push(("service_organization.name", Written::Text(name.to_owned()), party.origin.clone()));
    }
}

/// A plan of another make.
fn others(
    body: &Node,
    components: &[Node],
    requirements: &[Node],
    place: &str,
    context: &mut Context,
    all: &mut Foreign,
) {
    let roles = body.get("metadata").map(|m| m.items("roles")).unwrap_or_default();
    theirs(components, requirements, place, context, all);
    let controls: Vec<Entry> = requirements.iter().filter_map(|r| control(r, components, roles, context)).collect();
    let foreign = controls.iter().filter(|entry| entry.value("criteria").is_none()).count();
    if foreign > 0 {
        context.findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                format!(
                    "{foreign} requirements of the plan are of another framework, so their controls name no criteria"
                ),
            )
            .severity(Severity::Warning)
            .at(&body.origin)
            .help(
                "name the trust services criteria that each control serves; nothing is derived from another framework",
            ),
        );
    }
    all.add(place, &schema::CONTROLS, controls, vec!["id", "description", "criteria", "owner", "implemented"]);

    let leveraged = body.get("system-implementation").map(|i| i.items("leveraged-authorizations")).unwrap_or_default();
    let organizations = leveraged.iter().filter_map(|authorization| {
        let mut fields = Vec::new();
        text_field(&mut fields, "name", authorization.text("title")?, &authorization.origin);
        Some(record(&schema::SUBSERVICE_ORGANIZATIONS, fields, &authorization.origin))
    });
    all.add(place, &schema::SUBSERVICE_ORGANIZATIONS, organizations.collect(), vec!["name"]);
    topics(body, components, all);
}

fn control(requirement: &Node, components: &[Node], roles: &[Node], context: &mut Context) -> Option<Entry> {
    let id = requirement.text("control-id")?;
    let mut fields = Vec::new();
    text_field(&mut fields, "id", id, &requirement.origin);
    let statements = requirement.items("statements");
    let parts: Vec<&Node> =
        parts_of(requirement).into_iter().filter(|part| provider_of(part, components).is_none()).collect();
    let mut texts: Vec<&str> = Vec::new();
    let said =
        statements.iter().filter_map(|s| s.text("remarks")).chain(parts.iter().filter_map(|p| p.text("description")));
    for text in said.chain(requirement.text("remarks")) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    text_field(&mut fields, "description", texts.join("\n\n"), &requirement.origin);
    if let Some(criterion) = criterion_of(id, context) {
        let value = Written::List(vec![criterion]);
        fields.push(Place { field: "criteria", value, origin: requirement.origin.clone() });
    }
    let states: Vec<&str> = parts.iter().filter_map(|part| part.get("implementation-status")?.text("state")).collect();
    let implemented = if states.is_empty() {
        None
    } else if states.iter().all(|state| *state == "implemented") {
        Some(true)
    } else {
        states.iter().all(|state| *state == "planned").then_some(false)
    };
    if let Some(implemented) = implemented {
        fields.push(Place {
            field: "implemented",
            value: Written::Flag(implemented),
            origin: requirement.origin.clone(),
        });
    }
    let of_components = parts.iter().filter_map(|part| {
        let uuid = part.text("component-uuid")?;
        components.iter().find(|component| component.text("uuid") == Some(uuid))
    });
    let responsible = requirement
        .items("responsible-roles")
        .iter()
        .chain(parts.iter().flat_map(|part| part.items("responsible-roles")))
        .chain(of_components.flat_map(|component| component.items("responsible-roles")))
        .find_map(|role| role.text("role-id"));
    if let Some(role) = responsible {
        let title = roles.iter().find(|r| r.text("id") == Some(role)).and_then(|r| r.text("title"));
        text_field(&mut fields, "owner", title.unwrap_or(role), &requirement.origin);
    }
    Some(record(&schema::CONTROLS, fields, &requirement.origin))
}

fn parts_of(requirement: &Node) -> Vec<&Node> {
    let statements = requirement.items("statements");
    let within = statements.iter().flat_map(|statement| statement.items("by-components"));
    requirement.items("by-components").iter().chain(within).collect()
}

/// The component that a part is about, if somebody else runs it: a service, another system, what is leveraged.
fn provider_of<'c>(part: &Node, components: &'c [Node]) -> Option<&'c Node> {
    let uuid = part.text("component-uuid")?;
    let component = components.iter().find(|component| component.text("uuid") == Some(uuid))?;
    let leveraged =
        component.items("props").iter().any(|prop| prop.text("name") == Some("leveraged-authorization-uuid"));
    let elsewhere = component.text("type").is_some_and(|kind| ["service", "system", "interconnection"].contains(&kind));
    (leveraged || elsewhere).then_some(component)
}

/// What others do for a requirement is none of the organization's controls: the design assumes it of them.
fn theirs(components: &[Node], requirements: &[Node], place: &str, context: &mut Context, all: &mut Foreign) {
    let (mut organizations, mut controls): (Vec<Entry>, Vec<Entry>) = Default::default();
    for requirement in requirements {
        for part in parts_of(requirement) {
            let Some(component) = provider_of(part, components) else { continue };
            let (Some(id), Some(name)) = (requirement.text("control-id"), component.text("title")) else { continue };
            let mut fields = Vec::new();
            text_field(&mut fields, "id", format!("{id} {name}"), &part.origin);
            text_field(&mut fields, "subservice_organization", name, &part.origin);
            text_field(&mut fields, "description", part.text("description").unwrap_or_default(), &part.origin);
            if let Some(criterion) = criterion_of(id, context) {
                let value = Written::List(vec![criterion]);
                fields.push(Place { field: "criteria", value, origin: part.origin.clone() });
            }
            controls.push(record(&schema::CSOCS, fields, &part.origin));
            if !organizations.iter().any(|known| known.text("name") == Some(name)) {
                let mut fields = Vec::new();
                text_field(&mut fields, "name", name, &component.origin);
                text_field(
                    &mut fields,
                    "service",
                    component.text("description").unwrap_or_default(),
                    &component.origin,
                );
                organizations.push(record(&schema::SUBSERVICE_ORGANIZATIONS, fields, &component.origin));
            }
        }
    }
    if let Some(first) = controls.first() {
        context.findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                format!("{} statements of the plan are about components that others run; they became complementary controls", controls.len()),
            )
            .severity(Severity::Warning)
            .at(&first.origin)
            .help("say for each organization whether it is carved out, and look whether its controls belong to the design"),
        );
    }
    all.add(place, &schema::CSOCS, controls, vec!["id", "subservice_organization", "description", "criteria"]);
    all.add(place, &schema::SUBSERVICE_ORGANIZATIONS, organizations, vec!["name", "service"]);
}

/// Texts on the system, for the description.
fn topics(body: &Node, components: &[Node], all: &mut Foreign) {
    let Some(characteristics) = body.get("system-characteristics") else { return };
    if let Some(text) = characteristics.text("description") {
        all.topics.push(Topic {
            title: "Services provided".into(),
            description_criteria: vec![1],
            text: text.to_owned(),
        });
    }
    let mut boundary = String::new();
    for (title, key) in
        [("Boundary", "authorization-boundary"), ("Network", "network-architecture"), ("Flow of data", "data-flow")]
    {
        if let Some(text) = characteristics.get(key).and_then(|part| part.text("description")) {
            boundary.push_str(&format!("## {title}\n\n{text}\n\n"));
        }
    }
    let named: Vec<String> = components
        .iter()
        .filter(|component| component.text("type") != Some("this-system"))
        .filter_map(|component| {
            Some(format!("- {}: {}", component.text("title")?, component.text("description")?.replace('\n', "\n  ")))
        })
        .collect();
    if !named.is_empty() {
        boundary.push_str(&format!("## Components\n\n{}\n", named.join("\n")));
    }
    if !boundary.is_empty() {
        all.topics.push(Topic {
            title: "Components of the system".into(),
            description_criteria: vec![3],
            text: boundary,
        });
    }
}
