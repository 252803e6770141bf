//! Assessment results: tests are observations, exceptions are risks, the conclusion on a criterion is a finding.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Document, Subject, line, list, moment, props, text_or, token};
use crate::load::canonical::{Entry, Written};
use crate::load::schema;
use crate::model::natural_cmp;

/// Makes the results.
pub fn results(subject: &Subject) -> Document {
    let organization = &subject.engagement.service_organization;
    let system = line(&organization.system.value);
    let plan = subject.uuid(&["resource", "plan"]);
    let (start, end) = subject.days();
    let mut result = json!({
        "uuid": subject.uuid(&["result"]),
        "title": format!("Tests of the controls of {system}"),
        "description": "What the service auditor tested, and what came of it.",
        "start": moment(start), "end": moment(end),
        "reviewed-controls": { "control-selections": [reviewed(subject)] },
    });
    for (key, list) in [
        ("observations", subject.numbered(&schema::TESTS).map(|test| observation(subject, test)).collect()),
        ("risks", subject.numbered(&schema::EXCEPTIONS).map(|exception| risk(subject, exception)).collect()),
        ("findings", findings(subject)),
    ] {
        let list: Vec<Value> = list;
        if !list.is_empty() {
            result[key] = Value::Array(list);
        }
    }
    let mut resources = vec![json!({
        "uuid": plan, "title": "Engagement", "description": "The engagement in which the tests were done.",
    })];
    resources.extend(subject.numbered(&schema::EVIDENCE).map(|item| resource(subject, item)));
    let mut parties = vec![subject.service_organization()];
    if let Some(auditor) = &subject.engagement.service_auditor {
        let name = &auditor.name.value;
        parties.push(json!({ "uuid": subject.uuid(&["auditor", name]), "type": "organization", "name": line(name) }));
    }
    let value = json!({ "assessment-results": {
        "uuid": subject.uuid(&["assessment-results"]),
        "metadata": subject.metadata(&format!("Tests of controls of {system}"), parties),
        "import-ap": { "href": format!("#{plan}") },
        "results": [result],
        "back-matter": { "resources": resources },
    }});
    let held = [&schema::TESTS, &schema::EXCEPTIONS, &schema::CONCLUSIONS, &schema::EVIDENCE];
    Document { value, not_held: subject.not_held(&held) }
}

/// The criteria that tested controls serve.
fn reviewed(subject: &Subject) -> Value {
    let tests = subject.records(&schema::TESTS);
    let mut criteria: BTreeSet<&String> = BTreeSet::new();
    for control in subject.records(&schema::CONTROLS) {
        if tests.iter().any(|test| test.text("control") == control.text("id")) {
            criteria.extend(list(control, "criteria"));
        }
    }
    if criteria.is_empty() {
        return json!({ "include-all": {} });
    }
    let mut criteria: Vec<&String> = criteria.into_iter().collect();
    criteria.sort_by(|a, b| natural_cmp(a, b));
    let controls: Vec<Value> = criteria.iter().map(|id| json!({ "control-id": token(id) })).collect();
    json!({ "include-controls": controls })
}

fn observation(subject: &Subject, (position, test): (usize, &Entry)) -> Value {
    let id = test.text("id").unwrap_or_default();
    let mut fields = props(&schema::TESTS, (position, test), &["procedure", "result_text"]);
    let description = text_or(&mut fields, test, "procedure", "The procedure is not described.");
    let mut methods: Vec<&str> = Vec::new();
    for method in list(test, "methods") {
        let method = match method.as_str() {
            "inquiry" => "INTERVIEW",
            "reperformance" => "TEST",
            _ => "EXAMINE",
        };
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    if methods.is_empty() {
        methods.push("UNKNOWN");
    }
    let tested = ["tested_on", "evidence_date"].iter().find_map(|field| match test.value(field) {
        Some(Written::Date(date)) => Some(*date),
        _ => None,
    });
    let mut value = json!({
        "uuid": subject.uuid(&["test", id]),
        "title": format!("Test {} of control {}", line(id), line(test.text("control").unwrap_or_default())),
        "description": description, "props": fields, "methods": methods, "types": ["control-objective"],
        "collected": moment(tested.unwrap_or(subject.days().1)),
    });
    let evidence: Vec<Value> = list(test, "evidence")
        .iter()
        .map(|id| json!({ "href": format!("#{}", subject.uuid(&["evidence", id])), "description": format!("Evidence {id}") }))
        .collect();
    if !evidence.is_empty() {
        value["relevant-evidence"] = Value::Array(evidence);
    }
    if let Some(text) = test.text("result_text") {
        value["remarks"] = json!(text);
    }
    value
}

fn risk(subject: &Subject, (position, exception): (usize, &Entry)) -> Value {
    let id = exception.text("id").unwrap_or_default();
    let mut fields = props(&schema::EXCEPTIONS, (position, exception), &["nature", "effect"]);
    let description = text_or(&mut fields, exception, "nature", "Not described.");
    let statement = text_or(&mut fields, exception, "effect", "The effect is not stated.");
    let answered = exception.text("response").or(exception.text("response_action"));
    let mut value = json!({
        "uuid": subject.uuid(&["exception", id]), "title": format!("Exception {}", line(id)),
        "description": description, "statement": statement, "props": fields,
        "status": if answered.is_some() { "remediating" } else { "open" },
    });
    if let Some(response) = answered {
        value["remediations"] = json!([{
            "uuid": subject.uuid(&["response", id]), "lifecycle": "planned", "title": "Management's response",
            "description": response,
        }]);
    }
    let tests: Vec<Value> = subject
        .records(&schema::TESTS)
        .iter()
        .filter(|test| test.text("exception") == Some(id))
        .map(|test| json!({ "observation-uuid": subject.uuid(&["test", test.text("id").unwrap_or_default()]) }))
        .collect();
    if !tests.is_empty() {
        value["related-observations"] = Value::Array(tests);
    }
    value
}

/// What was concluded on a criterion; where nobody said, only a criterion whose tests all went well has a finding, since
/// what a deviation means is a matter of judgement.
fn findings(subject: &Subject) -> Vec<Value> {
    let tests = subject.records(&schema::TESTS);
    let controls = subject.records(&schema::CONTROLS);
    let conclusions = subject.records(&schema::CONCLUSIONS);
    let mut criteria: Vec<&String> = controls.iter().flat_map(|control| list(control, "criteria")).collect();
    criteria.sort_by(|a, b| natural_cmp(a, b));
    criteria.dedup();
    let stated = conclusions.iter().filter_map(|conclusion| conclusion.text("criterion"));
    let mut all: Vec<&str> = criteria.iter().map(|id| id.as_str()).chain(stated).collect();
    all.sort_by(|a, b| natural_cmp(a, b));
    all.dedup();
    let mut findings = Vec::new();
    for criterion in all {
        let of: Vec<&Entry> = tests
            .iter()
            .filter(|test| {
                controls.iter().any(|control| {
                    control.text("id") == test.text("control")
                        && list(control, "criteria").iter().any(|id| id == criterion)
                })
            })
            .collect();
        let at = conclusions.iter().position(|conclusion| conclusion.text("criterion") == Some(criterion));
        let conclusion = at.map(|at| &conclusions[at]);
        let clean = !of.is_empty() && of.iter().all(|test| test.text("result") == Some("no-deviation"));
        let (state, reason) = match conclusion.and_then(|c| c.text("conclusion")) {
            Some("met") => ("satisfied", "pass"),
            Some("not-met") => ("not-satisfied", "fail"),
            Some(_) => ("not-satisfied", "other"),
            None if clean => ("satisfied", "pass"),
            None => continue,
        };
        let mut finding = json!({
            "uuid": subject.uuid(&["finding", criterion]),
            "title": format!("Criterion {criterion}"),
            "description": match conclusion {
                Some(_) => "As the service auditor concluded.",
                None => "No deviation was found in the tests of its controls.",
            },
            "target": { "type": "objective-id", "target-id": token(criterion), "status": { "state": state, "reason": reason } },
        });
        if let (Some(at), Some(conclusion)) = (at, conclusion) {
            finding["props"] = Value::Array(props(&schema::CONCLUSIONS, (at + 1, conclusion), &[]));
        }
        let related: Vec<Value> = of
            .iter()
            .map(|test| json!({ "observation-uuid": subject.uuid(&["test", test.text("id").unwrap_or_default()]) }))
            .collect();
        if !related.is_empty() {
            finding["related-observations"] = Value::Array(related);
        }
        findings.push(finding);
    }
    findings
}

fn resource(subject: &Subject, (position, item): (usize, &Entry)) -> Value {
    let id = item.text("id").unwrap_or_default();
    let file = item.text("file").unwrap_or_default();
    let mut link = json!({ "href": format!("evidence/{}", encoded(file)) });
    if let Some(sha256) = item.text("sha256") {
        link["hashes"] = json!([{ "algorithm": "SHA-256", "value": sha256 }]);
    }
    json!({
        "uuid": subject.uuid(&["evidence", id]), "title": line(item.text("title").unwrap_or(id)),
        "props": props(&schema::EVIDENCE, (position, item), &[]), "rlinks": [link],
    })
}

/// A path as a reference: signs that have a meaning there are encoded.
fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
