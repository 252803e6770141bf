//! Family C: tests and results.

use chrono::Months;

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Severity};
use crate::model::{Test, TestMethod, TestResult, Window};

pub fn check(r: &mut Review) {
    if !r.engagement.is_type_2() {
        type_1_has_none(r);
        return;
    }
    every_control(r);
    for test in &r.engagement.tests {
        counts(r, test);
        result(r, test);
        without_test(r, test);
    }
    if r.engagement.is_complete {
        dates(r);
    }
    criteria_without_operation(r);
}

fn type_1_has_none(r: &mut Review) {
    let mut list = Vec::new();
    for test in &r.engagement.tests {
        // A statement on design alone is no test of operation.
        if test.result.value == TestResult::DesignOnly && test.populations.is_empty() {
            continue;
        }
        let (what, at) = match test.populations.first() {
            Some(population) => ("counts", &population.origin),
            None => ("a result", &test.result.origin),
        };
        list.push((
            test.id.to_string(),
            Diagnostic::new(
                &rules::TST_02,
                format!("test {} has {what}, but a Type I reports no tests of controls", test.id),
            )
            .at(at)
            .help("remove the tests, or make the report `type = \"type-2\"`"),
        ));
    }
    r.report_each(list, "tests have counts or results, but a Type I reports no tests of controls");
    for exception in &r.engagement.exceptions {
        r.findings.push(
            Diagnostic::new(
                &rules::TST_02,
                format!("exception {} stands in a Type I, which reports no tests of controls", exception.id),
            )
            .at(&exception.id.origin)
            .help("findings of a Type I are recorded at the control: `design` and `implemented`"),
        );
    }
}

fn every_control(r: &mut Review) {
    let e = r.engagement;
    let mut untested = Vec::new();
    for (position, (control, outcome)) in e.controls.iter().zip(&r.rollup.controls).enumerate() {
        // Tests of an id that two controls have belong to one of them; that is another finding.
        let is_double = r.rollup.control_position(&control.id.value) != Some(position);
        if is_double || e.controls_with_unread_tests.contains(&control.id.value) {
            continue;
        }
        if outcome.tests.is_empty() {
            untested.push((
                control.id.to_string(),
                Diagnostic::new(&rules::TST_01, format!("control {} has no test", control.id))
                    .at(&control.id.origin)
                    .help("add a test that names it; if nothing could be tested, say so in its result"),
            ));
            continue;
        }
        let tests: Vec<&Test> = outcome.tests.iter().map(|t| &e.tests[*t]).collect();
        let inquiry_only = |t: &&Test| {
            if t.methods.is_empty() {
                t.procedure.text.trim_start().to_lowercase().starts_with("inquired")
                    && !["inspected", "observed", "reperformed"]
                        .iter()
                        .any(|v| t.procedure.text.to_lowercase().contains(v))
            } else {
                t.methods.iter().all(|m| m.value == TestMethod::Inquiry)
            }
        };
        if tests.iter().all(|t| t.result.value.was_tested()) && tests.iter().all(inquiry_only) {
            r.findings.push(
                Diagnostic::new(&rules::TST_05, format!("control {} is tested by inquiry alone", control.id))
                    .at(&tests[0].procedure.origin)
                    .help("inspect, observe or reperform as well"),
            );
        }
    }
    r.report_each(untested, "controls have no test");
}

fn counts(r: &mut Review, test: &Test) {
    for population in &test.populations {
        let counts = &population.counts;
        if let (Some(sample), Some(all)) = (&counts.sample, &counts.population)
            && sample.value > all.value
        {
            r.report(
                Diagnostic::new(
                    &rules::TST_03,
                    format!("test {}: the sample of {sample} is larger than the population of {all}", test.id),
                )
                .at(&sample.origin)
                .related("the population", &all.origin)
                .help("correct one of the two numbers"),
            );
        }
        let limit = counts.sample.as_ref().or(counts.population.as_ref());
        if let (Some(deviations), Some(limit)) = (&counts.deviations, limit)
            && deviations.value > limit.value
        {
            r.report(
                Diagnostic::new(
                    &rules::TST_03,
                    format!(
                        "test {}: {deviations} deviations are more than the {limit} items that were looked at",
                        test.id
                    ),
                )
                .at(&deviations.origin)
                .related("items looked at", &limit.origin)
                .help("correct one of the two numbers"),
            );
        }
    }
}

fn result(r: &mut Review, test: &Test) {
    let found = test.populations.iter().filter_map(|p| p.counts.deviations.as_ref()).find(|d| d.value > 0);
    let counted = test.populations.iter().any(|p| p.counts.deviations.is_some());
    match (test.result.value, found) {
        (TestResult::Deviation, None) if counted => r.report(
            Diagnostic::new(&rules::TST_04, format!("test {} has the result `deviation`, but counts none", test.id))
                .at(&test.result.origin)
                .help("correct the result, or the number of deviations"),
        ),
        (TestResult::Deviation, _) | (_, None) => {}
        (result, Some(deviations)) => r.report(
            Diagnostic::new(
                &rules::TST_04,
                format!("test {} counts {deviations} deviations, but its result is `{}`", test.id, result.key()),
            )
            .at(&test.result.origin)
            .related("the deviations", &deviations.origin)
            .help("a test with deviations has the result `deviation`"),
        ),
    }
    if test.result.value.was_tested() && test.sample() == Some(0) && test.population() != Some(0) {
        r.report(
            Diagnostic::new(&rules::TST_04, format!("test {} has a result, and no item was tested", test.id))
                .at(&test.result.origin)
                .help("correct the sample, or the result"),
        );
    }
    if test.result.value == TestResult::NotYetTested {
        let severity = if r.engagement.is_draft() { Severity::Warning } else { Severity::Error };
        r.report(
            Diagnostic::new(&rules::TST_23, format!("test {} has not been done", test.id))
                .severity(severity)
                .at(&test.result.origin)
                .help("carry it out and record the result"),
        );
    }
    if matches!(test.result.value, TestResult::DesignOnly) {
        r.report(
            Diagnostic::new(
                &rules::TST_23,
                format!("test {} speaks of design only, which is no result of a Type II", test.id),
            )
            .at(&test.result.origin)
            .help("test operation, or say why that was not possible"),
        );
    }
}

/// Tests that could not be carried out, and why (TST-10).
fn without_test(r: &mut Review, test: &Test) {
    let result = test.result.value;
    if !matches!(result, TestResult::DidNotOperate | TestResult::UnableToTest | TestResult::NotApplicable) {
        if result == TestResult::NoDeviation && test.population() == Some(0) {
            r.report(
                Diagnostic::new(&rules::TST_10, format!("test {} has a population of 0 and a clean result", test.id))
                    .severity(Severity::Error)
                    .at(&test.result.origin)
                    .help("where nothing occurred the result is `did-not-operate`"),
            );
        }
        return;
    }
    if test.reason.is_none() {
        r.report(
            Diagnostic::new(&rules::TST_10, format!("test {} is `{}` without a reason", test.id, result.key()))
                .at(&test.result.origin)
                .help("say why in `reason`"),
        );
    }
    if result != TestResult::DidNotOperate {
        return;
    }
    if test.corroboration.is_none() {
        r.report(
            Diagnostic::new(
                &rules::TST_10,
                format!("test {} does not say how it was established that nothing occurred", test.id),
            )
            .at(&test.result.origin)
            .help("say in `corroboration` what was inspected"),
        );
    }
    if test.sample().is_some_and(|n| n > 0) {
        r.report(
            Diagnostic::new(&rules::TST_10, format!("test {} did not operate, yet has a sample", test.id))
                .severity(Severity::Error)
                .at(&test.result.origin)
                .help("remove the sample, or correct the result"),
        );
    }
    let e = r.engagement;
    let control = r.rollup.control_position(&test.control.value).map(|p| &e.controls[p]);
    let interval = control.and_then(|c| c.frequency.as_ref()).and_then(|f| f.interval_months().map(|m| (f, m)));
    if let (Some((frequency, months)), Window::Period { start, end }) = (interval, &e.window)
        && start
            .value
            .checked_add_months(Months::new(months))
            .is_some_and(|due| due <= end.value.succ_opt().unwrap_or(end.value))
    {
        r.findings.push(
            Diagnostic::new(
                &rules::TST_10,
                format!(
                    "control {} is {}, so it fell due in the period: not performing it is a deviation",
                    test.control,
                    frequency.title().to_lowercase()
                ),
            )
            .at(&test.result.origin)
            .related("its frequency", &frequency.origin)
            .help("report a deviation, or correct the frequency"),
        );
    }
}

fn dates(r: &mut Review) {
    let e = r.engagement;
    let report = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    let (mut late, mut early, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    for test in &e.tests {
        let id = test.id.to_string();
        if let (Some(tested), Some(report)) = (&test.tested_on, report)
            && tested.value > report.value
        {
            let message = format!("test {id} was done on {tested}, after the report of {report}");
            let diagnostic = Diagnostic::new(&rules::TST_15, message)
                .at(&tested.origin)
                .related("the report's date", &report.origin)
                .help("correct one of the two dates");
            late.push((id.clone(), diagnostic));
        }
        if let Some(tested) = test.tested_on.as_ref().filter(|d| d.value < e.window.start().value) {
            let message = format!("test {id} was done on {tested}, before the period began");
            let diagnostic = Diagnostic::new(&rules::TST_15, message).severity(Severity::Warning).at(&tested.origin);
            early.push((id.clone(), diagnostic));
        }
        if let Some(date) = test.evidence_date.as_ref().filter(|d| !e.window.contains(d.value)) {
            let message = format!("test {id} rests on evidence of {date}, outside the period");
            let diagnostic = Diagnostic::new(&rules::TST_22, message)
                .at(&date.origin)
                .help("test an occurrence within the period, or report that the control did not operate in it");
            outside.push((id, diagnostic));
        }
    }
    r.report_each(late, "tests were done after the date of the report");
    r.report_each(early, "tests were done before the period began");
    r.report_each(outside, "tests rest on evidence outside the period");
}

fn criteria_without_operation(r: &mut Review) {
    let e = r.engagement;
    for criterion in e.criteria_in_scope() {
        let Some(outcome) = r.rollup.criterion(e, &criterion.id) else { continue };
        if !outcome.controls.is_empty() && outcome.controls_that_did_not_operate == outcome.controls.len() {
            let control = &e.controls[outcome.controls[0]];
            r.findings.push(
                Diagnostic::new(&rules::TST_11, format!("no control of {} operated in the period", criterion.id))
                    .at(&control.id.origin)
                    .help("say so in the description, and consider an emphasis-of-matter paragraph"),
            );
        }
    }
}
