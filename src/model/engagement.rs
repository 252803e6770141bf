//! The engagement as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::firm::FILE_LOCK_DAYS;
use super::{
    Catalogue, Category, Commitment, Control, CriterionId, Csoc, Cuec, Date, Deviation, EvidenceItem, Firm, Id, Limb,
    Method, Opinion, OpinionForm, Prose, SampledItem, ServiceAuditor, ServiceOrganization, Style,
    SubserviceOrganization, Test, Topic, UserResponsibility, Wording,
};
use crate::diagnostics::{Located, Origin, Source};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportType {
    /// Design, at a date.
    #[serde(rename = "type-1")]
    Type1,
    /// Design and operation, over a period.
    #[serde(rename = "type-2")]
    Type2,
}

/// What the report covers: a day for a Type I, a period (both days included) for a Type II.
#[derive(Debug, Clone)]
pub enum Window {
    AsOf(Located<Date>),
    Period { start: Located<Date>, end: Located<Date> },
}

impl Window {
    /// The as-of date, or the period's last day.
    pub fn end(&self) -> &Located<Date> {
        match self {
            Window::AsOf(date) => date,
            Window::Period { end, .. } => end,
        }
    }

    pub fn start(&self) -> &Located<Date> {
        match self {
            Window::AsOf(date) => date,
            Window::Period { start, .. } => start,
        }
    }

    pub fn contains(&self, date: Date) -> bool {
        (self.start().value..=self.end().value).contains(&date)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Draft,
    Final,
}

/// Management's assertion, of the service organization or of an inclusive subservice organization.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// What management itself says of the matters that modify the opinion.
    pub matter: Option<Prose>,
    pub date: Option<Located<Date>>,
    pub signatory_name: Option<Located<String>>,
    pub signatory_title: Option<Located<String>>,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonalDataRole {
    Controller,
    Processor,
    Both,
}

#[derive(Debug, Clone)]
pub struct Privacy {
    pub role: Option<Located<PersonalDataRole>>,
    pub notice: Option<Located<String>>,
    pub personal_information: Vec<Located<String>>,
    pub origin: Origin,
}

/// A criterion in scope that is not relevant to the system, and why (DC 8).
#[derive(Debug, Clone)]
pub struct NotRelevant {
    pub criterion: Located<CriterionId>,
    pub reason: Prose,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct Incident {
    pub id: Option<Located<Id>>,
    pub date: Located<Date>,
    pub nature: Prose,
    pub effect: Option<Prose>,
    pub disposition: Option<Prose>,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub id: Option<Located<Id>>,
    pub date: Located<Date>,
    pub description: Prose,
    pub controls: Vec<Located<Id>>,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct SubsequentEvent {
    pub date: Located<Date>,
    pub description: Prose,
    pub origin: Origin,
}

/// What the engagement partner concludes on a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    Met,
    NotMet,
    UnableToConclude,
}

impl Conclusion {
    /// As written in files.
    pub fn key(self) -> &'static str {
        match self {
            Conclusion::Met => "met",
            Conclusion::NotMet => "not-met",
            Conclusion::UnableToConclude => "unable-to-conclude",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Conclusion::Met => "Met",
            Conclusion::NotMet => "Not met",
            Conclusion::UnableToConclude => "Unable to conclude",
        }
    }
}

#[derive(Debug, Clone)]
pub struct CriterionConclusion {
    pub criterion: Located<CriterionId>,
    pub conclusion: Located<Conclusion>,
    pub rationale: Option<Located<String>>,
    /// Why the service commitments were achieved although the criterion is not met.
    pub commitments_achieved: Option<Located<String>>,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignOffRole {
    EngagementPartner,
    EngagementQualityReview,
    SubsequentEventsInquiry,
    RepresentationLetter,
}

#[derive(Debug, Clone)]
pub struct SignOff {
    pub role: Located<SignOffRole>,
    pub name: Option<Located<String>>,
    pub date: Located<Date>,
    pub origin: Origin,
}

impl SignOffRole {
    /// As it is written.
    pub fn key(self) -> &'static str {
        match self {
            SignOffRole::EngagementPartner => "engagement-partner",
            SignOffRole::EngagementQualityReview => "engagement-quality-review",
            SignOffRole::SubsequentEventsInquiry => "subsequent-events-inquiry",
            SignOffRole::RepresentationLetter => "representation-letter",
        }
    }
}

/// A finding that somebody has looked at and lets stand.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Id of the rule.
    pub rule: Located<String>,
    /// Part of the finding's place or message; all findings of the rule if not given.
    pub place: Option<Located<String>>,
    pub reason: Option<Located<String>>,
    pub by: Option<Located<String>>,
    pub date: Option<Located<Date>>,
    pub until: Option<Located<Date>>,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct Acronym {
    pub short: Located<String>,
    pub long: Located<String>,
}

/// Management's letter on the time after the period of the report.
#[derive(Debug, Clone)]
pub struct BridgeLetter {
    pub date: Option<Located<Date>>,
    /// Last day that the letter speaks of.
    pub through: Located<Date>,
    /// Changes that user entities have to know of.
    pub changes: Option<Prose>,
    /// Said outright that there were none.
    pub no_changes: bool,
    pub signatory_name: Option<Located<String>>,
    pub signatory_title: Option<Located<String>>,
    pub origin: Origin,
}

/// Management's written representations to the service auditor; the letter is dated like the report.
#[derive(Debug, Clone)]
pub struct RepresentationLetter {
    pub signatories: Vec<Signatory>,
    /// Misstatements that were not corrected, and why they are not material.
    pub uncorrected_misstatements: Option<Prose>,
    /// Known fraud and noncompliance; none if it says nothing.
    pub known_matters: Option<Prose>,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct Signatory {
    pub name: Located<String>,
    pub title: Option<Located<String>>,
}

/// A revised report: why, and what it replaces.
#[derive(Debug, Clone)]
pub struct Reissue {
    /// Date of the revision.
    pub date: Located<Date>,
    pub reason: Prose,
    /// SHA-256 of the report that it replaces, and that report's date.
    pub replaces_sha256: Located<String>,
    pub replaces_date: Located<Date>,
    /// With a dual date: the matter to which alone the date of the revision belongs.
    pub as_to: Option<Located<String>>,
    pub places: Vec<ChangedPlace>,
    pub origin: Origin,
}

/// A place that differs from the report that is replaced.
#[derive(Debug, Clone)]
pub struct ChangedPlace {
    pub place: Located<String>,
    pub change: Located<String>,
}

/// The report before this one.
#[derive(Debug, Clone)]
pub struct PriorReport {
    pub report_type: Option<Located<ReportType>>,
    pub start: Option<Located<Date>>,
    /// The last day of its period, or its date.
    pub end: Located<Date>,
    pub report_date: Option<Located<Date>>,
    pub opinion: Option<Located<OpinionForm>>,
}

/// An exception of the prior report, to be followed up.
#[derive(Debug, Clone)]
pub struct FollowUp {
    pub exception: Located<Id>,
    pub controls: Vec<Located<Id>>,
    /// What became of it, once it has been followed up.
    pub outcome: Option<Located<String>>,
    pub origin: Origin,
}

/// Something taken over from the prior engagement that somebody has to look at again.
#[derive(Debug, Clone)]
pub struct ToConfirm {
    pub what: Located<String>,
    pub origin: Origin,
}

/// Criteria besides the trust services criteria, on which the opinion reports as well (SOC 2+).
#[derive(Debug, Clone)]
pub struct AdditionalCriteria {
    /// Short name, with which controls name its criteria: `HIPAA 164.308(a)(1)(i)`.
    pub name: Located<String>,
    /// What running text calls them.
    pub title: Located<String>,
    pub citation: Located<String>,
    pub criteria: Vec<AdditionalCriterion>,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct AdditionalCriterion {
    pub id: Located<Id>,
    pub title: Located<String>,
}

/// Everything an engagement folder says.
#[derive(Debug, Clone)]
pub struct Engagement {
    /// `engagement.toml`
    pub source: Arc<Source>,
    pub catalogue: Arc<Catalogue>,
    /// False when type, period, status or names could not be understood and stand-ins were put in, so that the rest can
    /// be looked at all the same. Nothing is built then, since a blocking finding stands.
    pub is_complete: bool,
    pub report_type: Located<ReportType>,
    pub window: Window,
    pub status: Located<Status>,
    pub categories: Vec<Located<Category>>,
    pub service_organization: ServiceOrganization,
    pub service_auditor: Option<ServiceAuditor>,
    pub opinion: Option<Opinion>,
    pub assertion: Option<Assertion>,
    pub privacy: Option<Privacy>,
    pub service_commitments: Vec<Commitment>,
    pub system_requirements: Vec<Commitment>,
    pub subservice_organizations: Vec<SubserviceOrganization>,
    /// Providers whose controls are not needed to meet criteria.
    pub vendors: Vec<Located<String>>,
    pub csocs: Vec<Csoc>,
    pub cuecs: Vec<Cuec>,
    pub user_entity_responsibilities: Vec<UserResponsibility>,
    pub not_relevant: Vec<NotRelevant>,
    pub additional_criteria: Vec<AdditionalCriteria>,
    pub incidents: Vec<Incident>,
    /// Said outright that there were none.
    pub no_incidents: bool,
    pub changes: Vec<Change>,
    pub no_changes: bool,
    pub subsequent_events: Vec<SubsequentEvent>,
    pub reissue: Option<Reissue>,
    pub prior_report: Option<PriorReport>,
    pub follow_ups: Vec<FollowUp>,
    pub to_confirm: Vec<ToConfirm>,
    pub bridge_letter: Option<BridgeLetter>,
    pub representation_letter: Option<RepresentationLetter>,
    pub conclusions: Vec<CriterionConclusion>,
    pub signoffs: Vec<SignOff>,
    pub waivers: Vec<Waiver>,
    /// Rules that are wanted although they are off by default.
    pub rules_on: Vec<Located<String>>,
    /// `off` of the engagement, which only a firm may say.
    pub rules_off: Vec<Located<String>>,
    pub acronyms: Vec<Acronym>,
    pub style: Style,
    pub firm: Option<Firm>,
    /// Labels of the firm's own, by key.
    pub labels: BTreeMap<String, Located<String>>,
    /// Clauses that replace the program's own.
    pub wording: Wording,
    pub controls: Vec<Control>,
    pub tests: Vec<Test>,
    pub sampled_items: Vec<SampledItem>,
    /// Controls that have tests which could not be read.
    pub controls_with_unread_tests: Vec<Id>,
    pub exceptions: Vec<Deviation>,
    pub evidence: Vec<EvidenceItem>,
    pub description: Vec<Topic>,
    pub other_information: Vec<Topic>,
    /// Sections of the firm's own, no part of the description and not covered by the opinion.
    pub firm_sections: Vec<Topic>,
}

impl Engagement {
    pub fn is_type_2(&self) -> bool {
        self.report_type.value == ReportType::Type2
    }

    pub fn is_draft(&self) -> bool {
        self.status.value == Status::Draft
    }

    /// The last day on which the documentation file is open: some days after the release of the report.
    pub fn file_closes_on(&self) -> Option<Date> {
        let days = self.firm.as_ref().map_or(FILE_LOCK_DAYS, |firm| firm.file_lock_days);
        let released = self.service_auditor.as_ref()?.release_date.as_ref()?;
        released.value.checked_add_days(chrono::Days::new(days.into()))
    }

    /// The categories in scope in catalogue order. Security is always one of them: its criteria apply to every category.
    pub fn scope(&self) -> Vec<Category> {
        Category::ALL
            .into_iter()
            .filter(|c| *c == Category::Security || self.categories.iter().any(|x| x.value == *c))
            .collect()
    }

    /// Criteria of the categories in scope, in catalogue order.
    pub fn criteria_in_scope(&self) -> impl Iterator<Item = &super::Criterion> {
        let scope = self.scope();
        self.catalogue.criteria.iter().filter(move |c| scope.contains(&c.category))
    }

    pub fn control(&self, id: &Id) -> Option<&Control> {
        self.controls.iter().find(|c| c.id.value == *id)
    }

    pub fn carved_out(&self) -> impl Iterator<Item = &SubserviceOrganization> {
        self.subservice_organizations.iter().filter(|s| s.method.value == Method::CarveOut)
    }

    pub fn inclusive(&self) -> impl Iterator<Item = &SubserviceOrganization> {
        self.subservice_organizations.iter().filter(|s| s.method.value == Method::Inclusive)
    }

    /// The limbs of this report's opinion, in their order.
    pub fn limbs(&self) -> Vec<Limb> {
        let mut limbs = vec![Limb::Description, Limb::Design];
        limbs.extend(self.is_type_2().then_some(Limb::Operation));
        limbs.extend((!self.additional_criteria.is_empty()).then_some(Limb::Additional));
        limbs
    }

    /// Where an additional criterion stands that a control names, such as `HIPAA 164.308(a)(1)(i)`.
    pub fn additional_criterion(&self, name: &str) -> Option<(usize, usize)> {
        self.additional_criteria.iter().enumerate().find_map(|(f, framework)| {
            let id = name.strip_prefix(framework.name.as_str())?.strip_prefix([' ', ':'])?.trim();
            let position = framework.criteria.iter().position(|c| c.id.as_str() == id)?;
            Some((f, position))
        })
    }

    /// Section V exists: management says something that the opinion does not cover.
    pub fn has_other_information(&self) -> bool {
        let responses = self.exceptions.iter().any(|e| e.response.is_some() || e.declined());
        responses || !self.other_information.is_empty() || !self.subsequent_events.is_empty()
    }
}
