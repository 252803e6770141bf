//! Findings as data for scripts.

use serde::Serialize;

use super::{Diagnostic, Origin, Severity};

/// One finding as it is written to JSON.
#[derive(Debug, Serialize)]
pub struct FindingView<'a> {
    pub rule: &'a str,
    pub severity: Severity,
    pub message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<&'a Origin>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'a str>,
    pub blocking: bool,
}

#[derive(Debug, Serialize)]
pub struct RelatedView<'a> {
    pub message: &'a str,
    pub at: &'a Origin,
}

impl<'a> From<&'a Diagnostic> for FindingView<'a> {
    fn from(d: &'a Diagnostic) -> Self {
        Self {
            rule: d.rule.id,
            severity: d.severity,
            message: &d.message,
            at: d.origin.as_ref(),
            related: d.related.iter().map(|(message, at)| RelatedView { message, at }).collect(),
            help: d.help.as_deref(),
            blocking: d.blocks(),
        }
    }
}
