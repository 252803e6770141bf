//! Assessment results: observations are tests, risks and findings are exceptions, resources are evidence.

use std::collections::BTreeMap;

use super::{Context, Foreign, day, in_order, own_record, position_of, record, record_of, text_field};
use crate::diagnostics::{Diagnostic, Severity};
use crate::load::canonical::{Entry, Place, Written};
use crate::load::fields::Record;
use crate::load::tree::Node;
use crate::load::{rules, schema};

/// Fields of records that stand in the object itself: table, field, key.
const TEXTS: &[(&str, &str, &str)] = &[
    ("tests", "procedure", "description"),
    ("tests", "result_text", "remarks"),
    ("exceptions", "nature", "description"),
    ("exceptions", "effect", "statement"),
];

pub fn read(body: &Node, place: &str, context: &mut Context, all: &mut Foreign) {
    let results = body.items("results");
    let resources = body.get("back-matter").map(|b| b.items("resources")).unwrap_or_default();
    let own = results
        .iter()
        .flat_map(|result| {
            let parts = ["observations", "risks", "findings"];
            parts.into_iter().flat_map(|key| result.items(key))
        })
        .chain(resources);
    let mut records: Vec<(usize, &'static Record, Entry)> = Vec::new();
    for node in own {
        let Some(record) = record_of(node) else { continue };
        let texts: Vec<(&'static str, &str)> =
            TEXTS.iter().filter(|(table, ..)| *table == record.name).map(|(_, field, key)| (*field, *key)).collect();
        // What only stands for a text that the record does not have is none of its fields.
        let texts: Vec<_> = texts.into_iter().filter(|(field, _)| !is_stand_in(node, field)).collect();
        records.extend(own_record(node, record, &texts, context).map(|entry| (position_of(node), record, entry)));
    }
    let records = in_order(records);
    if !records.is_empty() {
        for table in schema::TABLES.iter().copied() {
            let of: Vec<Entry> =
                records.iter().filter(|(record, _)| record.name == table.name).map(|(_, e)| e.clone()).collect();
            all.add(place, table, of, table.fields.iter().map(|field| field.name).collect());
        }
        return;
    }
    let (mut tests, mut exceptions) = (Vec::new(), Vec::new());
    for result in results {
        others(result, context, &mut tests, &mut exceptions);
    }
    let fields = vec!["id", "control", "procedure", "methods", "result", "result_text", "tested_on", "exception"];
    all.add(place, &schema::TESTS, tests, fields);
    all.add(place, &schema::EXCEPTIONS, exceptions, vec!["id", "nature", "effect", "response"]);
}

/// Name of the property that lists the fields whose place in the object is filled by something else.
pub const STAND_IN: &str = "stands-in";

fn is_stand_in(node: &Node, field: &str) -> bool {
    node.items("props").iter().any(|prop| prop.text("name") == Some(STAND_IN) && prop.text("value") == Some(field))
}

/// Results of another make: a test for each observation, with the verdict of the finding that rests on it.
fn others(result: &Node, context: &mut Context, tests: &mut Vec<Entry>, exceptions: &mut Vec<Entry>) {
    let findings = result.items("findings");
    let risks: BTreeMap<&str, &Node> =
        result.items("risks").iter().filter_map(|risk| Some((risk.text("uuid")?, risk))).collect();
    let reviewed: Vec<&str> = result
        .get("reviewed-controls")
        .map(|reviewed| reviewed.items("control-selections"))
        .unwrap_or_default()
        .iter()
        .flat_map(|selection| selection.items("include-controls"))
        .filter_map(|control| control.text("control-id"))
        .collect();
    let mut without_verdict = Vec::new();
    for observation in result.items("observations") {
        let Some(uuid) = observation.text("uuid") else { continue };
        let of: Vec<&Node> = findings.iter().filter(|finding| rests_on(finding, uuid)).collect();
        let mut fields = Vec::new();
        text_field(&mut fields, "id", format!("O-{}", short(uuid)), &observation.origin);
        let controls: Vec<String> = of.iter().filter_map(|finding| target(finding)).collect();
        let control = match (&controls[..], &reviewed[..]) {
            ([one, rest @ ..], _) if rest.iter().all(|other| other == one) => Some(one.clone()),
            ([], [one]) => Some((*one).to_owned()),
            _ => None,
        };
        if let Some(control) = control {
            text_field(&mut fields, "control", control, &observation.origin);
        }
        let title = observation.text("title").map(|title| format!("{title}.\n\n")).unwrap_or_default();
        let told = observation.text("description").unwrap_or_default();
        text_field(&mut fields, "procedure", format!("{title}{told}"), &observation.origin);
        let methods = methods(observation);
        if !methods.is_empty() {
            fields.push(Place { field: "methods", value: Written::List(methods), origin: observation.origin.clone() });
        }
        let deviating = of.iter().find(|finding| state(finding) == Some("not-satisfied"));
        let satisfied = !of.is_empty() && of.iter().all(|finding| state(finding) == Some("satisfied"));
        let verdict = match (deviating, satisfied) {
            (Some(_), _) => "deviation",
            (None, true) => "no-deviation",
            (None, false) => {
                without_verdict.push(observation);
                "not-yet-tested"
            }
        };
        text_field(&mut fields, "result", verdict, &observation.origin);
        text_field(&mut fields, "result_text", observation.text("remarks").unwrap_or_default(), &observation.origin);
        if let Some((date, origin)) = day(observation, "collected") {
            fields.push(Place { field: "tested_on", value: Written::Date(date), origin });
        }
        if let Some(label) = deviating.and_then(|finding| finding.text("uuid")) {
            text_field(&mut fields, "exception", format!("F-{}", short(label)), &observation.origin);
        }
        tests.push(record(&schema::TESTS, fields, &observation.origin));
    }
    for finding in findings.iter().filter(|finding| state(finding) == Some("not-satisfied")) {
        let Some(uuid) = finding.text("uuid") else { continue };
        let mut fields = Vec::new();
        text_field(&mut fields, "id", format!("F-{}", short(uuid)), &finding.origin);
        text_field(&mut fields, "nature", finding.text("description").unwrap_or_default(), &finding.origin);
        let of: Vec<&&Node> =
            finding.items("related-risks").iter().filter_map(|related| risks.get(related.text("risk-uuid")?)).collect();
        let statements: Vec<&str> = of.iter().filter_map(|risk| risk.text("statement")).collect();
        text_field(&mut fields, "effect", statements.join("\n\n"), &finding.origin);
        let responses: Vec<&str> =
            of.iter().flat_map(|risk| risk.items("remediations")).filter_map(|r| r.text("description")).collect();
        text_field(&mut fields, "response", responses.join("\n\n"), &finding.origin);
        exceptions.push(record(&schema::EXCEPTIONS, fields, &finding.origin));
    }
    if let Some(first) = without_verdict.first() {
        context.findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                format!(
                    "{} observations have no finding that gives a verdict, so they count as not yet tested",
                    without_verdict.len()
                ),
            )
            .severity(Severity::Warning)
            .at(&first.origin)
            .help("an observation alone is no result: say in the test what came of it"),
        );
    }
    let unknown: Vec<&str> =
        findings.iter().filter_map(|f| state(f)).filter(|s| !["satisfied", "not-satisfied"].contains(s)).collect();
    if let Some(first) = unknown.first() {
        context.findings.push(
            Diagnostic::new(&rules::WRONG_VALUE, format!("the state of a finding is `{first}`, which is no verdict"))
                .severity(Severity::Warning)
                .at(&result.origin),
        );
    }
}

fn rests_on(finding: &Node, uuid: &str) -> bool {
    finding.items("related-observations").iter().any(|related| related.text("observation-uuid") == Some(uuid))
}

fn state(finding: &Node) -> Option<&str> {
    finding.get("target")?.get("status")?.text("state")
}

/// The control that a finding is about: `ac-6.1_obj` is an objective of `ac-6.1`.
fn target(finding: &Node) -> Option<String> {
    let id = finding.get("target")?.text("target-id")?;
    let end = ["_obj", "_smt", "_stmt"].iter().filter_map(|mark| id.find(mark)).min().unwrap_or(id.len());
    Some(id[..end].to_owned())
}

fn methods(observation: &Node) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for method in observation.items("methods").iter().filter_map(Node::as_text) {
        let word = match method {
            "EXAMINE" => "inspection",
            "INTERVIEW" => "inquiry",
            "TEST" => "reperformance",
            _ => continue,
        };
        if !list.iter().any(|known| known == word) {
            list.push(word.to_owned());
        }
    }
    list
}

/// The beginning of a UUID, which tells it from the others of one document.
fn short(uuid: &str) -> &str {
    uuid.split('-').next().unwrap_or(uuid)
}
