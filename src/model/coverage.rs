//! What covers what: criteria by controls, description criteria by topics, controls by tests and evidence; and what is
//! left to do.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{DescriptionCriterion, Engagement, Id, Rollup, TestResult};

/// All coverage of an engagement.
#[derive(Debug, Serialize)]
pub struct Coverage {
    pub criteria: Vec<CriterionCoverage>,
    pub description_criteria: Vec<DescriptionCoverage>,
    pub controls: Vec<ControlCoverage>,
    pub left: Vec<Left>,
}

/// A criterion in scope, and what serves it.
#[derive(Debug, Serialize)]
pub struct CriterionCoverage {
    pub id: String,
    pub title: String,
    pub controls: Vec<String>,
    /// Complementary subservice organization controls.
    pub csocs: Vec<String>,
    pub not_relevant: bool,
    pub tests: usize,
    pub exceptions: Vec<String>,
}

impl CriterionCoverage {
    pub fn is_covered(&self) -> bool {
        !self.controls.is_empty() || !self.csocs.is_empty() || self.not_relevant
    }
}

/// A description criterion that applies, and what addresses it.
#[derive(Debug, Serialize)]
pub struct DescriptionCoverage {
    pub number: u8,
    pub title: String,
    /// Titles of topics.
    pub topics: Vec<String>,
    /// Answered by records: a table, or a statement that there is nothing to tell.
    pub by_records: bool,
    /// Applies only if there is something to tell.
    pub if_any: bool,
}

impl DescriptionCoverage {
    pub fn is_addressed(&self) -> bool {
        !self.topics.is_empty() || self.by_records
    }
}

/// A control, its tests and the evidence on file.
#[derive(Debug, Serialize)]
pub struct ControlCoverage {
    pub id: String,
    pub tests: Vec<String>,
    pub evidence: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftKind {
    /// A control without any test (Type II).
    NoTest,
    /// A test that has not been done.
    NotYetTested,
    /// A test that was done and cites no evidence.
    NoEvidence,
}

/// Something left to do.
#[derive(Debug, Serialize)]
pub struct Left {
    pub control: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    pub what: LeftKind,
}

impl Engagement {
    /// Whether records answer a description criterion, so that no topic need do so.
    pub fn answers_by_records(&self, criterion: u8) -> bool {
        match criterion {
            2 => !self.service_commitments.is_empty() && !self.system_requirements.is_empty(),
            4 => self.no_incidents || !self.incidents.is_empty(),
            6 => !self.cuecs.is_empty(),
            7 => !self.subservice_organizations.is_empty(),
            8 => !self.not_relevant.is_empty(),
            9 => self.no_changes || !self.changes.is_empty(),
            _ => false,
        }
    }

    /// Tests for which something is on file: cited by the test, by the index or by an item that was selected for it.
    pub fn tests_with_evidence(&self) -> HashSet<&Id> {
        let own = self.tests.iter().filter(|test| !test.evidence.is_empty()).map(|test| &test.id.value);
        let by_index = self.evidence.iter().flat_map(|item| &item.tests).map(|id| &id.value);
        let by_items = self.sampled_items.iter().filter(|item| !item.evidence.is_empty()).map(|item| &item.test.value);
        own.chain(by_index).chain(by_items).collect()
    }

    /// The description criteria that apply to this type of report.
    pub fn description_criteria(&self) -> impl Iterator<Item = &DescriptionCriterion> {
        let type_2 = self.is_type_2();
        self.catalogue.description_criteria.iter().filter(move |criterion| type_2 || !criterion.type_2_only)
    }
}

impl Coverage {
    pub fn of(e: &Engagement, rollup: &Rollup) -> Self {
        let mut evidence: HashMap<&Id, Vec<&Id>> = HashMap::new();
        let mut of_tests: HashMap<&Id, Vec<&Id>> = HashMap::new();
        for test in &e.tests {
            of_tests.entry(&test.id.value).or_default().extend(test.evidence.iter().map(|id| &id.value));
        }
        for item in &e.sampled_items {
            of_tests.entry(&item.test.value).or_default().extend(item.evidence.iter().map(|id| &id.value));
        }
        for item in &e.evidence {
            for control in &item.controls {
                evidence.entry(&control.value).or_default().push(&item.id.value);
            }
            for test in &item.tests {
                of_tests.entry(&test.value).or_default().push(&item.id.value);
            }
        }
        for test in &e.tests {
            let cited = of_tests.get(&test.id.value).cloned().unwrap_or_default();
            evidence.entry(&test.control.value).or_default().extend(cited);
        }
        Self {
            criteria: criteria(e, rollup),
            description_criteria: description_criteria(e),
            controls: e
                .controls
                .iter()
                .zip(&rollup.controls)
                .map(|(control, outcome)| {
                    let mut list: Vec<String> = evidence
                        .get(&control.id.value)
                        .map(|ids| ids.iter().map(|id| id.to_string()).collect())
                        .unwrap_or_default();
                    list.sort_by(|a, b| super::natural_cmp(a, b).then_with(|| a.cmp(b)));
                    list.dedup();
                    let tests = outcome.tests.iter().map(|t| e.tests[*t].id.to_string()).collect();
                    ControlCoverage { id: control.id.to_string(), tests, evidence: list }
                })
                .collect(),
            left: left(e, rollup),
        }
    }
}

fn criteria(e: &Engagement, rollup: &Rollup) -> Vec<CriterionCoverage> {
    let mut list = Vec::new();
    for criterion in e.criteria_in_scope() {
        let Some(outcome) = rollup.criterion(e, &criterion.id) else { continue };
        let serves =
            |ids: &[crate::diagnostics::Located<super::CriterionId>]| ids.iter().any(|id| id.value == criterion.id);
        list.push(CriterionCoverage {
            id: criterion.id.to_string(),
            title: criterion.title.clone(),
            controls: outcome.controls.iter().map(|c| e.controls[*c].id.to_string()).collect(),
            csocs: e.csocs.iter().filter(|c| serves(&c.criteria)).map(|c| c.id.to_string()).collect(),
            not_relevant: outcome.not_relevant,
            tests: outcome.tests,
            exceptions: outcome.exceptions.iter().map(ToString::to_string).collect(),
        });
    }
    list
}

fn description_criteria(e: &Engagement) -> Vec<DescriptionCoverage> {
    let scope = e.scope();
    let topics = |number: u8| {
        let named = e.description.iter().filter(|t| t.in_scope(&scope) && t.has_text());
        named
            .filter(|t| t.description_criteria.iter().any(|n| n.value == number))
            .map(|t| t.title.value.clone())
            .collect::<Vec<_>>()
    };
    e.description_criteria()
        .map(|criterion| DescriptionCoverage {
            number: criterion.number,
            title: criterion.title.clone(),
            topics: topics(criterion.number),
            by_records: e.answers_by_records(criterion.number),
            if_any: criterion.if_any,
        })
        .collect()
}

fn left(e: &Engagement, rollup: &Rollup) -> Vec<Left> {
    if !e.is_type_2() {
        return Vec::new();
    }
    let with_evidence = e.tests_with_evidence();
    let mut list = Vec::new();
    for (control, outcome) in e.controls.iter().zip(&rollup.controls) {
        let control = control.id.to_string();
        if outcome.tests.is_empty() {
            list.push(Left { control, test: None, what: LeftKind::NoTest });
            continue;
        }
        for test in outcome.tests.iter().map(|t| &e.tests[*t]) {
            let cited = with_evidence.contains(&test.id.value);
            let what = match test.result.value {
                TestResult::NotYetTested => LeftKind::NotYetTested,
                // Where no index exists yet, everything would be left.
                result if result.was_tested() && !cited && !e.evidence.is_empty() => LeftKind::NoEvidence,
                _ => continue,
            };
            list.push(Left { control: control.clone(), test: Some(test.id.to_string()), what });
        }
    }
    list
}
