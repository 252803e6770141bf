//! What a firm keeps once for all its clients: who approved its wording, its limits and its words.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Date, Frequency};
use crate::diagnostics::{Located, Source};

/// Who in the firm approved the wording of the letters, and when.
#[derive(Debug, Clone)]
pub struct WordingApproval {
    pub by: Located<String>,
    pub role: Option<Located<String>>,
    pub on: Located<Date>,
}

/// The last peer review of the firm's practice.
#[derive(Debug, Clone)]
pub struct PeerReview {
    pub accepted_on: Located<Date>,
    pub rating: Option<Located<String>>,
}

/// A row of the firm's table of least samples.
#[derive(Debug, Clone)]
pub struct SampleSize {
    pub frequency: Located<Frequency>,
    /// Holds for populations up to this; for any if not given.
    pub population_up_to: Option<u64>,
    /// Holds for periods up to so many months; for any if not given.
    pub months_up_to: Option<u64>,
    pub minimum: Located<u64>,
}

/// A firm's profile.
#[derive(Debug, Clone)]
pub struct Firm {
    /// `firm.toml`
    pub source: Arc<Source>,
    pub name: Option<Located<String>>,
    pub wording_approval: Option<WordingApproval>,
    /// The longest time that a bridge letter may cover, in months.
    pub bridge_letter_months: u32,
    /// How many days after the release of a report its documentation file closes.
    pub file_lock_days: u32,
    /// Names of clients, none of which may stand in the report of another.
    pub clients: Vec<Located<String>>,
    /// State and number of the licence, not printed.
    pub registration: Option<Located<String>>,
    pub peer_review: Option<PeerReview>,
    /// Certified public accountants in the practice.
    pub cpas: Option<Located<u64>>,
    pub reports_a_year: Option<Located<u64>>,
    /// In their order: the first that fits holds.
    pub sample_sizes: Vec<SampleSize>,
    /// Rules that the firm wants although they are off by default.
    pub rules_on: Vec<Located<String>>,
    /// Rules of notes and warnings that the firm does not want.
    pub rules_off: Vec<Located<String>>,
}

/// When a documentation file closes unless the firm says otherwise, in days after the release of the report.
pub const FILE_LOCK_DAYS: u32 = 60;

/// The longest time a bridge letter covers unless the firm says otherwise.
pub const BRIDGE_LETTER_MONTHS: u32 = 3;

/// Clauses in the words of the firm or of the engagement, by name; the program's own stand for all others.
pub type Wording = BTreeMap<String, Arc<Source>>;
