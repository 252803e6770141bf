//! What a firm keeps once for all its clients: who approved its wording, its limits and its words.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Date;
use crate::diagnostics::{Located, Source};

/// Who in the firm approved the wording of the letters, and when.
#[derive(Debug, Clone)]
pub struct WordingApproval {
    pub by: Located<String>,
    pub role: Option<Located<String>>,
    pub on: Located<Date>,
}

/// A firm's profile.
#[derive(Debug, Clone)]
pub struct Firm {
    /// `firm.toml`
    pub source: Arc<Source>,
    pub wording_approval: Option<WordingApproval>,
    /// The longest time that a bridge letter may cover, in months.
    pub bridge_letter_months: u32,
    /// Names of clients, none of which may stand in the report of another.
    pub clients: Vec<Located<String>>,
}

/// The longest time a bridge letter covers unless the firm says otherwise.
pub const BRIDGE_LETTER_MONTHS: u32 = 3;

/// Clauses in the words of the firm or of the engagement, by name; the program's own stand for all others.
pub type Wording = BTreeMap<String, Arc<Source>>;
