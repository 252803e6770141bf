//! Roll-ups: from deviations to controls, criteria and categories, worked out once for every place that shows them.

use std::collections::{BTreeSet, HashMap};

use super::{Category, Conclusion, CriterionId, Engagement, Id, TestResult};

/// What the tests of one control came to.
#[derive(Debug, Clone, Default)]
pub struct ControlOutcome {
    /// Indexes into `Engagement::tests`, in their order.
    pub tests: Vec<usize>,
    pub tests_with_deviations: usize,
    /// Labels of the exceptions, each once, in the order of the tests.
    pub exceptions: Vec<Id>,
    /// Every test says that the control did not operate in the period.
    pub did_not_operate: bool,
}

/// What the controls of one criterion came to.
#[derive(Debug, Clone, Default)]
pub struct CriterionOutcome {
    /// Indexes into `Engagement::controls`, in their order.
    pub controls: Vec<usize>,
    /// Tests of these controls.
    pub tests: usize,
    pub tests_with_deviations: usize,
    /// Labels of the exceptions of any of its controls: a control mapped to several criteria carries them to each.
    pub exceptions: Vec<Id>,
    pub controls_that_did_not_operate: usize,
    /// What the partner states.
    pub stated: Option<Conclusion>,
    /// What the data implies on its own: a proposal, never printed as a conclusion.
    pub proposed: Option<Conclusion>,
    /// Declared not relevant (DC 8).
    pub not_relevant: bool,
}

/// Counts of a category: each control, test and exception counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CategoryCounts {
    pub criteria: usize,
    pub controls: usize,
    pub tests: usize,
    pub tests_with_deviations: usize,
    pub exceptions: usize,
    pub controls_that_did_not_operate: usize,
}

/// Counts of the whole report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Totals {
    pub criteria: usize,
    pub controls: usize,
    pub tests: usize,
    pub no_deviation: usize,
    pub deviation: usize,
    pub did_not_operate: usize,
    pub unable_to_test: usize,
    pub not_applicable: usize,
    pub not_yet_tested: usize,
    pub other_results: usize,
    pub exceptions: usize,
    pub evidence: usize,
}

/// Everything that follows from the data by counting.
#[derive(Debug)]
pub struct Rollup {
    control_index: HashMap<Id, usize>,
    /// By position of the control.
    pub controls: Vec<ControlOutcome>,
    /// By position of the criterion in the catalogue; criteria out of scope are empty.
    pub criteria: Vec<CriterionOutcome>,
    pub totals: Totals,
}

impl Rollup {
    pub fn of(engagement: &Engagement) -> Self {
        let control_index: HashMap<Id, usize> =
            engagement.controls.iter().enumerate().map(|(i, c)| (c.id.value.clone(), i)).collect();
        let mut controls = vec![ControlOutcome::default(); engagement.controls.len()];
        for (index, test) in engagement.tests.iter().enumerate() {
            let Some(position) = control_index.get(&test.control.value) else { continue };
            let outcome = &mut controls[*position];
            outcome.tests.push(index);
            if test.result.value == TestResult::Deviation {
                outcome.tests_with_deviations += 1;
                if let Some(label) = &test.exception
                    && !outcome.exceptions.contains(&label.value)
                {
                    outcome.exceptions.push(label.value.clone());
                }
            }
        }
        for outcome in &mut controls {
            outcome.did_not_operate = !outcome.tests.is_empty()
                && outcome.tests.iter().all(|t| engagement.tests[*t].result.value == TestResult::DidNotOperate);
        }

        let mut criteria = vec![CriterionOutcome::default(); engagement.catalogue.criteria.len()];
        for (position, control) in engagement.controls.iter().enumerate() {
            for id in &control.criteria {
                let Some(criterion) = engagement.catalogue.position(&id.value) else { continue };
                let outcome = &mut criteria[criterion];
                if outcome.controls.contains(&position) {
                    continue;
                }
                outcome.controls.push(position);
                outcome.tests += controls[position].tests.len();
                outcome.tests_with_deviations += controls[position].tests_with_deviations;
                outcome.controls_that_did_not_operate += usize::from(controls[position].did_not_operate);
                for label in &controls[position].exceptions {
                    if !outcome.exceptions.contains(label) {
                        outcome.exceptions.push(label.clone());
                    }
                }
            }
        }
        for stated in &engagement.conclusions {
            if let Some(position) = engagement.catalogue.position(&stated.criterion.value) {
                criteria[position].stated = Some(stated.conclusion.value);
            }
        }
        for entry in &engagement.not_relevant {
            if let Some(position) = engagement.catalogue.position(&entry.criterion.value) {
                criteria[position].not_relevant = true;
            }
        }
        for outcome in &mut criteria {
            outcome.proposed = propose(outcome, &controls);
        }

        let mut rollup = Self { control_index, controls, criteria, totals: Totals::default() };
        rollup.totals = rollup.count(engagement);
        rollup
    }

    /// Position of a control in the engagement.
    pub fn control_position(&self, id: &Id) -> Option<usize> {
        self.control_index.get(id).copied()
    }

    /// The outcome of a criterion of the catalogue.
    pub fn criterion(&self, engagement: &Engagement, id: &CriterionId) -> Option<&CriterionOutcome> {
        engagement.catalogue.position(id).map(|p| &self.criteria[p])
    }

    /// Counts of one category, each control, test and exception once however many of its criteria it serves.
    pub fn category(&self, engagement: &Engagement, category: Category) -> CategoryCounts {
        let mut controls = BTreeSet::new();
        let mut counts = CategoryCounts::default();
        for (position, criterion) in engagement.catalogue.criteria.iter().enumerate() {
            if criterion.category == category {
                counts.criteria += 1;
                controls.extend(self.criteria[position].controls.iter().copied());
            }
        }
        let mut labels = BTreeSet::new();
        for position in &controls {
            let outcome = &self.controls[*position];
            counts.tests += outcome.tests.len();
            counts.tests_with_deviations += outcome.tests_with_deviations;
            counts.controls_that_did_not_operate += usize::from(outcome.did_not_operate);
            labels.extend(outcome.exceptions.iter());
        }
        counts.controls = controls.len();
        counts.exceptions = labels.len();
        counts
    }

    fn count(&self, engagement: &Engagement) -> Totals {
        let results = |result: TestResult| engagement.tests.iter().filter(|t| t.result.value == result).count();
        let (no_deviation, deviation) = (results(TestResult::NoDeviation), results(TestResult::Deviation));
        Totals {
            criteria: engagement.criteria_in_scope().count(),
            controls: engagement.controls.len(),
            tests: engagement.tests.len(),
            no_deviation,
            deviation,
            did_not_operate: results(TestResult::DidNotOperate),
            unable_to_test: results(TestResult::UnableToTest),
            not_applicable: results(TestResult::NotApplicable),
            not_yet_tested: results(TestResult::NotYetTested),
            other_results: results(TestResult::DesignOnly) + results(TestResult::CarvedOut),
            exceptions: engagement.exceptions.len(),
            evidence: engagement.evidence.len(),
        }
    }
}

/// A criterion is proposed as met when at least one of its controls operated without deviation, as not met when every
/// control that was tested deviated; where nothing could be tested, no conclusion is possible. Source topic: roll-up of
/// deviations to criteria (a criterion is met if the set of its controls still gives reasonable assurance).
fn propose(outcome: &CriterionOutcome, controls: &[ControlOutcome]) -> Option<Conclusion> {
    if outcome.not_relevant || outcome.tests == 0 {
        return None;
    }
    let tested: Vec<_> = outcome.controls.iter().map(|c| &controls[*c]).filter(|c| !c.tests.is_empty()).collect();
    if tested.iter().all(|c| c.did_not_operate) {
        return Some(Conclusion::UnableToConclude);
    }
    let clean = tested.iter().any(|c| c.tests_with_deviations == 0 && !c.did_not_operate);
    Some(if clean { Conclusion::Met } else { Conclusion::NotMet })
}
