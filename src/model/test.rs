//! Tests of controls, their results, and the deviations they found.

use serde::Serialize;

use super::{Date, Id, Prose};
use crate::diagnostics::{Located, Origin};

/// The outcome of one test: the union that every reader and writer uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestResult {
    NotYetTested,
    NoDeviation,
    Deviation,
    /// No occurrence in the period: neither pass nor deviation.
    DidNotOperate,
    /// Scope limitation: evidence could not be had.
    UnableToTest,
    NotApplicable,
    /// Type I: suitably designed, operation not tested.
    DesignOnly,
    /// The control of a carved-out subservice organization.
    CarvedOut,
}

impl TestResult {
    pub fn key(self) -> &'static str {
        match self {
            TestResult::NotYetTested => "not-yet-tested",
            TestResult::NoDeviation => "no-deviation",
            TestResult::Deviation => "deviation",
            TestResult::DidNotOperate => "did-not-operate",
            TestResult::UnableToTest => "unable-to-test",
            TestResult::NotApplicable => "not-applicable",
            TestResult::DesignOnly => "design-only",
            TestResult::CarvedOut => "carved-out",
        }
    }

    /// Whether a test of operating effectiveness was carried out.
    pub fn was_tested(self) -> bool {
        matches!(self, TestResult::NoDeviation | TestResult::Deviation)
    }
}

/// How evidence was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestMethod {
    Inquiry,
    Observation,
    Inspection,
    Reperformance,
}

impl TestMethod {
    pub fn title(self) -> &'static str {
        match self {
            TestMethod::Inquiry => "Inquiry",
            TestMethod::Observation => "Observation",
            TestMethod::Inspection => "Inspection",
            TestMethod::Reperformance => "Reperformance",
        }
    }
}

/// Counts of a test where items were counted. A configuration, a policy or an observation has none.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub population: Option<Located<u64>>,
    pub sample: Option<Located<u64>>,
    pub deviations: Option<Located<u64>>,
}

impl Counts {
    pub fn is_empty(&self) -> bool {
        self.population.is_none() && self.sample.is_none() && self.deviations.is_none()
    }
}

/// One population of a test: a system, or a window when a control changed.
#[derive(Debug, Clone)]
pub struct Population {
    /// Tells several populations of a test apart.
    pub name: Option<Located<String>>,
    pub counts: Counts,
    /// The system or report the population was drawn from.
    pub source: Option<Located<String>>,
    pub origin: Origin,
}

/// One test of a control.
#[derive(Debug, Clone)]
pub struct Test {
    pub id: Located<Id>,
    pub control: Located<Id>,
    pub procedure: Prose,
    pub methods: Vec<Located<TestMethod>>,
    /// What one item is, for example `user terminations in the period`.
    pub population_description: Option<Located<String>>,
    /// In the order written; empty where nothing was counted.
    pub populations: Vec<Population>,
    pub result: Located<TestResult>,
    /// Further facts of the auditor, printed after the verdict.
    pub result_text: Option<Prose>,
    /// Why the control did not operate, could not be tested or is not applicable.
    pub reason: Option<Located<String>>,
    /// How the auditor satisfied themselves that nothing occurred.
    pub corroboration: Option<Located<String>>,
    pub tested_on: Option<Located<Date>>,
    pub evidence_date: Option<Located<Date>>,
    pub evidence: Vec<Located<Id>>,
    /// Label of the exception that tells a deviation.
    pub exception: Option<Located<Id>>,
    pub tester: Option<Located<String>>,
    pub reviewer: Option<Located<String>>,
    pub origin: Origin,
}

impl Test {
    fn sum(&self, part: impl Fn(&Counts) -> Option<u64>) -> Option<u64> {
        self.populations.iter().filter_map(|p| part(&p.counts)).reduce(u64::saturating_add)
    }

    /// Items over all populations, where any are counted.
    pub fn population(&self) -> Option<u64> {
        self.sum(|c| c.population.as_deref().copied())
    }

    pub fn sample(&self) -> Option<u64> {
        self.sum(|c| c.sample.as_deref().copied())
    }

    pub fn deviations(&self) -> Option<u64> {
        self.sum(|c| c.deviations.as_deref().copied())
    }
}

/// One item selected for a test. Stays in the auditor's file.
#[derive(Debug, Clone)]
pub struct SampledItem {
    pub test: Located<Id>,
    pub item: Located<String>,
    pub date: Option<Located<Date>>,
    pub deviates: bool,
    pub evidence: Vec<Located<Id>>,
    pub note: Option<Located<String>>,
}

/// An exception as it is reported: the auditor's facts, and management's response. Several tests may share one.
#[derive(Debug, Clone)]
pub struct Deviation {
    /// The label printed and referred to, authored and stable, for example `EX-01`.
    pub id: Located<Id>,
    /// What happened.
    pub nature: Option<Prose>,
    pub cause: Option<Located<String>>,
    pub effect: Option<Located<String>>,
    /// Why the criterion is met all the same; stays in the auditor's file.
    pub rationale: Option<Located<String>>,
    pub response: Option<Prose>,
    pub response_action: Option<Located<String>>,
    pub response_owner: Option<Located<String>>,
    pub response_date: Option<Located<Date>>,
    pub response_declined: Option<Located<bool>>,
    pub origin: Origin,
}

impl Deviation {
    pub fn declined(&self) -> bool {
        self.response_declined.as_ref().is_some_and(|d| d.value)
    }
}
