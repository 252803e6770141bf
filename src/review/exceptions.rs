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
    let fields: Vec<(u64, u64)> = tests.iter().flat_map(|t| counted(t)).collect();
    if let Some((a, b)) = contradicted(&nature.text, &fields) {
        let (deviations, sample) = fields.iter().find(|(_, sample)| *sample == b).unwrap_or(&fields[0]);
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
    for test in tests {
        let (Some(text), fields) = (&test.result_text, counted(test)) else { continue };
        if let Some((a, b)) = contradicted(&text.text, &fields) {
            let (deviations, sample) = fields[0];
            r.report(
                Diagnostic::new(
                    &rules::DEV_08,
                    format!("test {} says `{a} of {b}`, but counts {deviations} of {sample}", test.id),
                )
                .at(&text.origin)
                .related("its counts", test.populations.first().map_or(&test.origin, |p| &p.origin))
                .help("correct the text or the fields"),
            );
        }
    }
}

/// Deviations and sample of each population of a test, and of all together.
fn counted(test: &Test) -> Vec<(u64, u64)> {
    let each = test
        .populations
        .iter()
        .filter_map(|p| Some((p.counts.deviations.as_ref()?.value, p.counts.sample.as_ref()?.value)));
    each.chain(test.deviations().zip(test.sample())).collect()
}

/// The first pair written in a text (`2 of 25`) that the fields contradict: it speaks of a sample that was counted, and not
/// of the items that deviated or of all others; or no pair of the text is that of the fields.
fn contradicted(text: &str, fields: &[(u64, u64)]) -> Option<(u64, u64)> {
    let written = of_pairs(text);
    let fits = |pair: &(u64, u64)| {
        fields.iter().any(|(deviations, sample)| {
            pair.1 == *sample && (pair.0 == *deviations || pair.0 == sample.saturating_sub(*deviations))
        })
    };
    let of_a_sample = |pair: &&(u64, u64)| fields.iter().any(|(_, sample)| pair.1 == *sample);
    let wrong = written.iter().filter(|pair| !fits(pair));
    let told = wrong.clone().find(of_a_sample);
    let none_fits = !fields.is_empty() && !written.is_empty() && !written.iter().any(fits);
    told.or_else(|| wrong.clone().next().filter(|_| none_fits)).copied()
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
