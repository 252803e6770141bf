//! Family D: deviations and responses.

use super::{Review, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{Deviation, Test, TestResult};

pub fn check(r: &mut Review) {
    if !r.engagement.is_type_2() {
        return;
    }
    told(r);
    for exception in &r.engagement.exceptions {
        let tests: Vec<&Test> = r
            .engagement
            .tests
            .iter()
            .filter(|t| t.result.value == TestResult::Deviation)
            .filter(|t| t.exception.as_ref().is_some_and(|label| label.value == exception.id.value))
            .collect();
        if tests.is_empty() {
            r.findings.push(
                Diagnostic::new(&rules::DEV_03, format!("no test with a deviation names exception {}", exception.id))
                    .at(&exception.id.origin)
                    .help("name it in the `exception` of its test, or remove it"),
            );
            continue;
        }
        facts(r, exception, &tests);
        response(r, exception);
    }
}

fn told(r: &mut Review) {
    for test in r.engagement.tests.iter().filter(|t| t.result.value == TestResult::Deviation) {
        if test.exception.is_none() {
            r.findings.push(
                Diagnostic::new(&rules::DEV_01, format!("test {} has a deviation, but names no exception", test.id))
                    .at(&test.result.origin)
                    .help("write the exception in exceptions.toml and name its id in `exception`"),
            );
        }
        let sampled = test.populations.iter().any(|p| p.counts.sample.is_some() || p.counts.population.is_some());
        if !sampled {
            continue;
        }
        let mut missing = Vec::new();
        if test.population_description.is_none() {
            missing.push("population_description");
        }
        if test.sample().is_none() {
            missing.push("sample");
        }
        if test.deviations().is_none() {
            missing.push("deviations");
        }
        if !missing.is_empty() {
            r.findings.push(
                Diagnostic::new(
                    &rules::DEV_01,
                    format!("test {} found deviations among items, but does not give: {}", test.id, missing.join(", ")),
                )
                .at(&test.result.origin),
            );
        }
    }
}

fn facts(r: &mut Review, exception: &Deviation, tests: &[&Test]) {
    let Some(nature) = &exception.nature else {
        r.report(
            Diagnostic::new(&rules::DEV_01, format!("exception {} does not say what happened", exception.id))
                .at(&exception.origin)
                .help("write the auditor's facts in `nature`"),
        );
        return;
    };
    // `2 of 25`: the numbers of some population of some test that names it.
    let fields: Vec<(u64, u64)> = tests
        .iter()
        .flat_map(|t| {
            let each = t
                .populations
                .iter()
                .filter_map(|p| Some((p.counts.deviations.as_ref()?.value, p.counts.sample.as_ref()?.value)));
            each.chain(t.deviations().zip(t.sample())).collect::<Vec<_>>()
        })
        .collect();
    let written = of_pairs(&nature.text);
    if let (Some((a, b)), false) = (written.first(), fields.is_empty())
        && !written.iter().any(|pair| fields.contains(pair))
    {
        let (deviations, sample) = fields[0];
        r.report(
            Diagnostic::new(
                &rules::DEV_08,
                format!("exception {} says `{a} of {b}`, but its test counts {deviations} of {sample}", exception.id),
            )
            .at(&nature.origin)
            .related("the test", &tests[0].origin)
            .help("correct the text or the fields"),
        );
    }
}

/// The pairs of numbers written as `2 of 25` or `2 of the 25`.
fn of_pairs(text: &str) -> Vec<(u64, u64)> {
    let words: Vec<&str> = text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let mut pairs = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if !word.eq_ignore_ascii_case("of") || index == 0 {
            continue;
        }
        let next = match words.get(index + 1) {
            Some(w) if w.eq_ignore_ascii_case("the") => words.get(index + 2),
            other => other,
        };
        if let (Ok(a), Some(Ok(b))) = (words[index - 1].parse(), next.map(|w| w.parse())) {
            pairs.push((a, b));
        }
    }
    pairs
}

fn response(r: &mut Review, exception: &Deviation) {
    if exception.response.is_none() && !exception.declined() {
        r.report(
            Diagnostic::new(&rules::DEV_02, format!("exception {} has no response of management", exception.id))
                .at(&exception.id.origin)
                .help("write `response`, or `response_declined = true`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::of_pairs;

    #[test]
    fn numbers_in_running_text() {
        assert_eq!(of_pairs("For 2 of 25 leavers, and 1 of the 3 tests (4 of 61)."), [(2, 25), (1, 3), (4, 61)]);
        assert_eq!(of_pairs("Out of 25 items two of three failed; 2025 of course"), []);
    }
}
