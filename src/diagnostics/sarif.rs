//! Findings in formats of code-review tools: SARIF 2.1.0, and the annotations that GitHub's runners read.

use serde_json::{Value, json};

use super::{Diagnostic, Findings, Origin, Place, Rule, Severity};

/// A SARIF log with one run. `rules` are all rules that there are; a result names its rule by place in that list.
/// Findings that somebody let stand are suppressed results, with the reason.
pub fn sarif<'r>(
    findings: &Findings,
    waived: &[(&Diagnostic, &str)],
    rules: impl Iterator<Item = &'r Rule>,
    version: &str,
) -> Value {
    let rules: Vec<&Rule> = rules.collect();
    let mut results: Vec<Value> = findings.iter().map(|finding| result(finding, &rules)).collect();
    for (finding, reason) in waived {
        let mut result = result(finding, &rules);
        result["suppressions"] = json!([{"kind": "external", "status": "accepted", "justification": reason}]);
        results.push(result);
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "socpress",
                "semanticVersion": version,
                "rules": rules.iter().map(|rule| json!({
                    "id": rule.id,
                    "shortDescription": {"text": rule.title},
                    "fullDescription": {"text": rule.explanation},
                    "defaultConfiguration": {"level": level(rule.severity)},
                })).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    // The names are the same in both.
    severity.name()
}

fn result(finding: &Diagnostic, rules: &[&Rule]) -> Value {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str(&format!(" ({help})"));
    }
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level(finding.severity),
        "message": {"text": text},
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule.id) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(origin) = &finding.origin {
        result["locations"] = json!([location(origin)]);
    }
    if !finding.related.is_empty() {
        result["relatedLocations"] = finding
            .related
            .iter()
            .map(|(what, origin)| {
                let mut location = location(origin);
                location["message"] = json!({"text": what});
                location
            })
            .collect();
    }
    result
}

/// A file and a place in it; a cell of a workbook has no line, but a name.
fn location(origin: &Origin) -> Value {
    let mut location = json!({"physicalLocation": place(origin)});
    if let Place::Cell(cell) = &origin.place {
        location["logicalLocations"] = json!([{"name": cell.cell(), "fullyQualifiedName": cell.to_string()}]);
    }
    location
}

fn place(origin: &Origin) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(origin.source.shown())}});
    if let Place::Span(span) = &origin.place {
        let ((line, column), (end_line, end_column)) =
            (origin.source.position(span.start), origin.source.position(span.end.max(span.start)));
        place["region"] = json!({
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        });
    }
    if let Place::Line(line) = origin.place {
        place["region"] = json!({"startLine": line});
    }
    place
}

/// A path as a relative reference or a file URI.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    if uri.starts_with('/') { format!("file://{uri}") } else { uri }
}

/// One line for each finding, as GitHub's runners read them: `::error file=...,line=...,col=...,title=...::message`.
pub fn annotations(findings: &Findings) -> String {
    let mut text = String::new();
    for finding in findings.iter() {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = Vec::new();
        if let Some(origin) = &finding.origin {
            properties.push(format!("file={}", escaped(origin.source.shown(), true)));
            properties.extend(origin.line_number().map(|line| format!("line={line}")));
            properties.extend(origin.position().map(|(_, column)| format!("col={column}")));
        }
        properties.push(format!("title={}", escaped(finding.rule.id, true)));
        let mut message = finding.message.clone();
        if let Some(help) = &finding.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        text.push_str(&format!("::{kind} {}::{}\n", properties.join(","), escaped(&message, false)));
    }
    text
}

fn escaped(text: &str, property: bool) -> String {
    let mut text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if property {
        text = text.replace(':', "%3A").replace(',', "%2C");
    }
    text
}
