//! Controls of the service organization.

use serde::Serialize;

use super::{CriterionId, Date, Id, Prose};
use crate::diagnostics::{Located, Origin};

/// How often a control operates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    Continuous,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    SemiAnnual,
    Annual,
    EventDriven,
}

impl Frequency {
    /// As printed.
    pub fn title(self) -> &'static str {
        match self {
            Frequency::Continuous => "Continuous",
            Frequency::Daily => "Daily",
            Frequency::Weekly => "Weekly",
            Frequency::Monthly => "Monthly",
            Frequency::Quarterly => "Quarterly",
            Frequency::SemiAnnual => "Semi-annual",
            Frequency::Annual => "Annual",
            Frequency::EventDriven => "Event-driven",
        }
    }

    /// Months between two occurrences of a periodic control that falls due by the calendar.
    pub fn interval_months(self) -> Option<u32> {
        match self {
            Frequency::Monthly => Some(1),
            Frequency::Quarterly => Some(3),
            Frequency::SemiAnnual => Some(6),
            Frequency::Annual => Some(12),
            Frequency::Daily | Frequency::Weekly => Some(0),
            Frequency::Continuous | Frequency::EventDriven => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    Manual,
    Automated,
    /// A person acts on what a system produces.
    ItDependent,
}

impl Nature {
    pub fn title(self) -> &'static str {
        match self {
            Nature::Manual => "Manual",
            Nature::Automated => "Automated",
            Nature::ItDependent => "IT-dependent manual",
        }
    }
}

/// Whether a control is suitably designed; the findings of a Type I roll up from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    Suitable,
    NotSuitable,
}

/// One control of the matrix.
#[derive(Debug, Clone)]
pub struct Control {
    pub id: Located<Id>,
    pub title: Option<Located<String>>,
    pub description: Prose,
    pub criteria: Vec<Located<CriterionId>>,
    /// Criteria of further frameworks (SOC 2+), each with the framework's name: `HIPAA 164.308(a)(1)(i)`.
    pub additional_criteria: Vec<Located<String>>,
    /// The inclusive subservice organization that performs it; the service organization if not given.
    pub organization: Option<Located<String>>,
    pub owner: Option<Located<String>>,
    pub frequency: Option<Located<Frequency>>,
    pub nature: Option<Located<Nature>>,
    pub in_force_from: Option<Located<Date>>,
    pub in_force_until: Option<Located<Date>>,
    pub design: Option<Located<Design>>,
    pub design_reason: Option<Located<String>>,
    pub implemented: Option<Located<bool>>,
    pub implemented_reason: Option<Located<String>>,
    /// The record as a whole.
    pub origin: Origin,
}

impl Control {
    /// What a list calls the control: its title, or the beginning of its text.
    pub fn short(&self) -> String {
        match &self.title {
            Some(title) => title.value.clone(),
            None => super::text::beginning(&self.description.text, 90),
        }
    }
}
