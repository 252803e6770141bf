//! Evidence in the auditor's file.

use serde::Serialize;

use super::{Date, Id};
use crate::diagnostics::{Located, Origin};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidentiality {
    Internal,
    Confidential,
    Restricted,
}

/// One exhibit: a file, what it is and what relies on it.
#[derive(Debug, Clone)]
pub struct EvidenceItem {
    pub id: Located<Id>,
    /// Path below `evidence/`, with forward slashes, as written.
    pub file: Located<String>,
    pub title: Option<Located<String>>,
    /// Tests that rely on it, as the index says; tests may also cite the item.
    pub tests: Vec<Located<Id>>,
    pub controls: Vec<Located<Id>>,
    pub source: Option<Located<String>>,
    pub collected_by: Option<Located<String>>,
    pub collected_on: Option<Located<Date>>,
    pub covers_from: Option<Located<Date>>,
    pub covers_to: Option<Located<Date>>,
    pub confidentiality: Option<Located<Confidentiality>>,
    /// Expected SHA-256, 64 hexadecimal digits.
    pub sha256: Option<Located<String>>,
    pub origin: Origin,
}
