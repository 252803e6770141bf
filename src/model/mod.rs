//! The domain: what a SOC 2 examination consists of, and what follows from its data.
//!
//! Nothing here reads files or knows how a report looks. Values keep the place they came from, so that any stage can
//! point at it.

mod catalogue;
mod control;
mod coverage;
mod criterion_id;
mod differences;
mod document;
mod engagement;
mod evidence;
mod firm;
mod ids;
mod opinion;
mod organization;
mod proposal;
mod rollup;
mod style;
mod test;
mod text;
mod texts;

pub use catalogue::{Catalogue, Category, Criterion, DescriptionCriterion, Series};
pub use control::{Control, Design, Frequency, Nature};
pub use coverage::{ControlCoverage, Coverage, CriterionCoverage, DescriptionCoverage, Left, LeftKind};
pub use criterion_id::CriterionId;
pub use differences::{Difference, differences};
pub use document::{Document, Overrides, plan};
pub use engagement::{
    Acronym, AdditionalCriteria, AdditionalCriterion, Assertion, BridgeLetter, Change, ChangedPlace, Conclusion,
    CriterionConclusion, Engagement, FollowUp, Incident, NotRelevant, PersonalDataRole, PriorReport, Privacy, Reissue,
    ReportType, RepresentationLetter, SignOff, SignOffRole, Signatory, Status, SubsequentEvent, ToConfirm, Waiver,
    Window,
};
pub use evidence::{Confidentiality, EvidenceItem};
pub use firm::{BRIDGE_LETTER_MONTHS, FILE_LOCK_DAYS, Firm, PeerReview, SampleSize, Wording, WordingApproval};
pub use ids::{Id, natural_cmp};
pub use opinion::{Cause, Emphasis, Limb, Matter, Opinion, OpinionForm};
pub use organization::{
    Commitment, Csoc, Cuec, Method, ServiceAuditor, ServiceOrganization, SubserviceOrganization, UserResponsibility,
};
pub use proposal::{LimbProposal, propose};
pub use rollup::{CategoryCounts, ControlOutcome, CriterionOutcome, Rollup, Totals};
pub use style::{DateFormat, ExceptionWord, Paper, SectionOrder, ShowSamples, Style, TableLayout, TypeLabel};
pub use test::{Counts, Deviation, Population, SampledItem, Test, TestMethod, TestResult};
pub use text::{Component, GeneratedTable, Prose, SectionPlace, Topic};
pub use texts::Shape;

/// A calendar day without a time zone: audit dates are plain dates.
pub type Date = chrono::NaiveDate;
