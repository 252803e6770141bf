//! The clauses of all letters in their order, and when each one stands.
//!
//! The data decides which clauses stand; a firm's own words never do. Source topics: the paragraphs of the service
//! auditor's report, modified opinions, management's assertion.

use super::values::Values;

/// What a clause belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Letter {
    /// Section I.
    AuditorsReport,
    /// Section I while no opinion exists.
    NoOpinion,
    /// Section II.
    Assertion,
    /// Section II: an inclusive subservice organization's own.
    SubserviceAssertion,
    /// Beginning of Section IV.
    Controls,
    /// Beginning of Section V.
    OtherInformation,
    Soc3Report,
    Soc3Assertion,
    Bridge,
    Representation,
    SubserviceRepresentation,
    /// The description printed alone.
    Description,
    /// The matrix printed alone.
    Matrix,
}

impl Letter {
    pub const ALL: [Letter; 13] = [
        Letter::AuditorsReport,
        Letter::NoOpinion,
        Letter::Assertion,
        Letter::SubserviceAssertion,
        Letter::Controls,
        Letter::OtherInformation,
        Letter::Soc3Report,
        Letter::Soc3Assertion,
        Letter::Bridge,
        Letter::Representation,
        Letter::SubserviceRepresentation,
        Letter::Description,
        Letter::Matrix,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Letter::AuditorsReport => "Service auditor’s report",
            Letter::NoOpinion => "Statement that there is no opinion",
            Letter::Assertion => "Management’s assertion",
            Letter::SubserviceAssertion => "Assertion of an inclusive subservice organization",
            Letter::Controls => "Introduction to the controls",
            Letter::OtherInformation => "Introduction to the other information",
            Letter::Soc3Report => "SOC 3: service auditor’s report",
            Letter::Soc3Assertion => "SOC 3: management’s assertion",
            Letter::Bridge => "Bridge letter",
            Letter::Representation => "Representation letter",
            Letter::SubserviceRepresentation => "Representation letter of an inclusive subservice organization",
            Letter::Description => "Introduction to the description alone",
            Letter::Matrix => "Introduction to the matrix alone",
        }
    }
}

/// A named piece of wording.
pub struct Clause {
    pub name: &'static str,
    pub letter: Letter,
    /// The program's own words.
    pub source: &'static str,
    /// When it stands, for the list of clauses.
    pub when: &'static str,
    pub stands: fn(&Values) -> bool,
}

macro_rules! clauses {
    ($($letter:ident $name:literal, $when:literal, $stands:expr;)*) => {
        /// All clauses; those of one letter stand in their order.
        pub static CLAUSES: &[Clause] = &[$(Clause {
            name: $name,
            letter: Letter::$letter,
            source: include_str!(concat!("../../../templates/letters/", $name, ".md.j2")),
            when: $when,
            stands: $stands,
        }),*];
    };
}

clauses! {
    AuditorsReport "report-scope", "unless every part of the opinion is disclaimed", |v| !v.all_disclaimed;
    AuditorsReport "report-scope-engaged", "every part of the opinion is disclaimed", |v| v.all_disclaimed;
    AuditorsReport "report-scope-additional", "additional criteria", |v| !v.additional.is_empty();
    AuditorsReport "report-scope-carve-out", "a subservice organization is carved out", |v| !v.carve_outs.is_empty();
    AuditorsReport "report-scope-inclusive", "a subservice organization is included", |v| !v.inclusive.is_empty();
    AuditorsReport "report-scope-cuecs", "complementary user entity controls", |v| v.has_cuecs;
    AuditorsReport "report-scope-other-information", "other information", |v| v.other_information;
    AuditorsReport "report-organization-responsibilities", "always", |_| true;
    AuditorsReport "report-inclusive-responsibilities", "a subservice organization is included", |v| !v.inclusive.is_empty();
    AuditorsReport "report-auditor-responsibilities", "unless every part of the opinion is disclaimed", |v| !v.all_disclaimed;
    AuditorsReport "report-auditor-responsibilities-disclaimer", "every part of the opinion is disclaimed", |v| v.all_disclaimed;
    AuditorsReport "report-independence", "without the international standards", |v| !v.international;
    AuditorsReport "report-independence-international", "with the international standards", |v| v.international;
    AuditorsReport "report-inherent-limitations", "always", |_| true;
    AuditorsReport "report-tests-of-controls", "Type II, unless every part of the opinion is disclaimed", |v| v.type_2 && !v.all_disclaimed;
    AuditorsReport "report-no-activity", "Type II, a control did not operate, unless every part of the opinion is disclaimed", |v| v.type_2 && v.idle.count > 0 && !v.all_disclaimed;
    AuditorsReport "report-other-matter", "Type I", |v| !v.type_2;
    AuditorsReport "report-basis", "the opinion is modified", |v| !v.matters.is_empty();
    AuditorsReport "report-opinion", "unless every part of the opinion is disclaimed", |v| !v.all_disclaimed;
    AuditorsReport "report-opinion-description", "an opinion on the description", |v| v.limbs.description.stands;
    AuditorsReport "report-opinion-design", "an opinion on the design", |v| v.limbs.design.stands;
    AuditorsReport "report-opinion-operation", "an opinion on the operation (Type II)", |v| v.limbs.operation.stands;
    AuditorsReport "report-opinion-additional", "an opinion on additional criteria", |v| v.limbs.additional.stands;
    AuditorsReport "report-opinion-disclaimed", "some part of the opinion is disclaimed", |v| v.has_disclaimer;
    AuditorsReport "report-emphasis", "an emphasis of matter", |v| !v.emphasis.is_empty();
    AuditorsReport "report-reissue", "the report is a revised one", |v| v.reissue.is_some();
    AuditorsReport "report-restricted-use", "always", |_| true;
    NoOpinion "no-opinion", "there is no opinion", |_| true;
    Assertion "assertion-intro", "always", |_| true;
    Assertion "assertion-additional", "additional criteria", |v| !v.additional.is_empty();
    Assertion "assertion-carve-out", "a subservice organization is carved out", |v| !v.carve_outs.is_empty();
    Assertion "assertion-inclusive", "a subservice organization is included", |v| !v.inclusive.is_empty();
    Assertion "assertion-cuecs", "complementary user entity controls", |v| v.has_cuecs;
    Assertion "assertion-matter", "management speaks of a matter", |v| !v.assertion_matter.is_empty();
    Assertion "assertion-lead", "always", |_| true;
    Assertion "assertion-description", "always", |_| true;
    Assertion "assertion-design", "always", |_| true;
    Assertion "assertion-operation", "Type II", |v| v.type_2;
    Assertion "assertion-additional-criteria", "additional criteria", |v| !v.additional.is_empty();
    SubserviceAssertion "subservice-assertion", "for each subservice organization included", |v| v.subservice.is_some();
    Controls "tests-of-controls", "Type II", |v| v.type_2;
    Controls "controls-type-1", "Type I", |v| !v.type_2;
    OtherInformation "other-information", "other information", |_| true;
    Soc3Report "soc3-scope", "always", |_| true;
    Soc3Report "soc3-scope-carve-out", "a subservice organization is carved out", |v| !v.carve_outs.is_empty();
    Soc3Report "soc3-scope-inclusive", "a subservice organization is included", |v| !v.inclusive.is_empty();
    Soc3Report "soc3-scope-cuecs", "complementary user entity controls", |v| v.has_cuecs;
    Soc3Report "soc3-organization-responsibilities", "always", |_| true;
    Soc3Report "soc3-auditor-responsibilities", "always", |_| true;
    Soc3Report "report-independence", "without the international standards", |v| !v.international;
    Soc3Report "report-independence-international", "with the international standards", |v| v.international;
    Soc3Report "soc3-inherent-limitations", "always", |_| true;
    Soc3Report "soc3-basis", "the opinion on the controls is modified", |v| v.soc3.has_basis;
    Soc3Report "soc3-opinion", "always", |_| true;
    Soc3Assertion "soc3-assertion", "always", |_| true;
    Bridge "bridge-letter", "always", |v| v.bridge.is_some();
    Representation "representation-letter", "always", |_| true;
    SubserviceRepresentation "subservice-representation-letter", "for each subservice organization included", |v| v.subservice.is_some();
    Description "description-alone", "always", |_| true;
    Matrix "matrix-introduction", "always", |_| true;
}

/// The clauses of a letter that stand, in their order.
pub fn chosen(letter: Letter, values: &Values) -> impl Iterator<Item = &'static Clause> {
    CLAUSES.iter().filter(move |clause| clause.letter == letter && (clause.stands)(values))
}
