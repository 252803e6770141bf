//! JSON lines, an object on each, into located trees.

use std::sync::Arc;

use super::document;
use super::rules;
use super::tree::{Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Reads a whole file. A line that is no object is a finding; the others are returned.
pub fn parse(source: &Arc<Source>, findings: &mut Findings) -> Vec<Raw> {
    let mut raws = Vec::new();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let begin = start + line.len() - line.trim_start().len();
        let range = begin..begin + line.trim().len();
        start += line.len();
        if range.is_empty() {
            continue;
        }
        let fault = match document::json(source, range.clone()) {
            Ok(Some(node)) => match node.value {
                Value::Table(entries) => {
                    raws.push(Raw {
                        entries,
                        origin: node.origin,
                        sheet: false,
                        damaged: false,
                        without_column: Vec::new(),
                    });
                    continue;
                }
                other => (format!("it is {}", other.kind()), begin),
            },
            Ok(None) => ("it is empty".to_owned(), begin),
            Err(fault) => fault,
        };
        findings.push(
            Diagnostic::new(&rules::JSON_SYNTAX, format!("this line is no JSON object: {}", fault.0))
                .at(&Origin::span(source, fault.1..fault.1 + 1))
                .help("write one object on each line: {\"engagement\": \"clients/acme\"}"),
        );
    }
    raws
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_know_where_they_stand() {
        let text = "\n  {\"a\": \"x\", \"b\":null,\"c\": [1, 2.5]}\r\n{\"ä\\u0041\": true}\n";
        let source = Source::new("plan.jsonl", "plan.jsonl", text);
        let mut findings = Findings::default();
        let raws = parse(&source, &mut findings);
        assert!(findings.is_empty());
        let keys: Vec<Vec<&str>> = raws.iter().map(|r| r.entries.iter().map(|e| e.key.as_str()).collect()).collect();
        assert_eq!(keys, [vec!["a", "c"], vec!["äA"]]);
        let at = |origin: &Origin| origin.within().expect("a place");
        assert_eq!(at(&raws[0].entries[0].key_origin), "2:5");
        assert_eq!(at(&raws[0].entries[0].node.origin), "2:9");
        assert_eq!(at(&raws[0].entries[1].node.origin), "2:28");
        assert_eq!(at(&raws[1].entries[0].node.origin), "3:13");
    }

    #[test]
    fn lines_that_are_no_objects_are_found_where_they_break() {
        let source = Source::new("plan.jsonl", "plan.jsonl", "{\"a\": 1}\n{\"a\": }\n[1]\n{\"a\": 1} x\n");
        let mut findings = Findings::default();
        assert_eq!(parse(&source, &mut findings).len(), 1);
        let at: Vec<_> =
            findings.iter().map(|f| f.origin.as_ref().and_then(Origin::within).expect("a place")).collect();
        assert_eq!(at, ["2:7", "3:1", "4:10"]);
    }
}
