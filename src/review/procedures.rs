//! Family C: how the tests are written.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::passages::narrowed;
use super::text;
use super::{Review, listed, pattern, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{Test, TestResult};

/// First words of procedures that say no method.
const VAGUE: &[&str] = &["reviewed", "checked", "verified", "looked", "ensured", "validated", "confirmed", "tested"];
/// The same words for so many controls read like a template.
const MANY_CONTROLS: usize = 5;
/// So many equal results make readers ask.
const MANY_TESTS: usize = 20;

/// What a control may promise, and the beginnings of the words with which a test looks for it.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("approv", &["approv", "authori", "sign"]),
    ("tested", &["test"]),
    ("document", &["document", "record", "minutes", "polic", "procedure"]),
    ("encrypt", &["encrypt", "cipher", "tls"]),
    ("logged", &["log"]),
    ("reviewed", &["review"]),
    ("segregat", &["segregat", "separat"]),
    ("separate", &["segregat", "separat", "different"]),
    ("notif", &["notif", "alert", "e-mail", "message"]),
    ("restor", &["restor"]),
];

static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(\d+|one|two|three|four|five|seven|ten|thirty|sixty|ninety)[ -](business |working |calendar )?(minute|hour|day|week|month)s?\b",
    )
});

pub fn check(r: &mut Review) {
    for test in &r.engagement.tests {
        verbs(r, test);
    }
    if !r.engagement.is_type_2() {
        return;
    }
    other_controls(r);
    repeated(r);
    all_alike(r);
    people(r);
    promises(r);
}

fn verbs(r: &mut Review, test: &Test) {
    let first = test.procedure.text.split_whitespace().next().unwrap_or_default().to_lowercase();
    if VAGUE.contains(&first.as_str()) {
        r.report(
            Diagnostic::new(
                &rules::TST_06,
                format!("the procedure of test {} begins `{first}`, which says no method", test.id),
            )
            .at(&test.procedure.origin)
            .help("say what was done: inquired, observed, inspected or reperformed"),
        );
    }
}

/// TST-16
fn other_controls(r: &mut Review) {
    let e = r.engagement;
    let prefixes = text::control_prefixes(e);
    for test in &e.tests {
        let control = r.rollup.control_position(&test.control.value).map(|p| &e.controls[p]);
        for (_, id) in text::numbered(&test.procedure.text, &prefixes) {
            let own = id == test.control.as_str();
            let known = e.controls.iter().any(|c| c.id.as_str() == id);
            let told = control.is_some_and(|c| c.description.text.contains(id));
            if !own && known && !told {
                r.findings.push(
                    Diagnostic::new(
                        &rules::TST_16,
                        format!("test {} of control {} speaks of control {id}", test.id, test.control),
                    )
                    .at(&narrowed(&test.procedure.origin, id))
                    .help("write what was tested for this control"),
                );
            }
        }
    }
}

/// TST-12
fn repeated(r: &mut Review) {
    let mut groups: HashMap<String, Vec<&Test>> = HashMap::new();
    for test in &r.engagement.tests {
        let words = test.procedure.text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        groups.entry(words).or_default().push(test);
    }
    let mut groups: Vec<Vec<&Test>> = groups.into_values().collect();
    groups.sort_by_key(|tests| tests[0].procedure.origin.sort_key().1);
    for tests in groups {
        let mut controls: Vec<&str> = tests.iter().map(|t| t.control.as_str()).collect();
        controls.sort_unstable();
        controls.dedup();
        if controls.len() >= MANY_CONTROLS {
            let message =
                format!("{} controls are tested in the same words: {}", controls.len(), listed(controls.into_iter()));
            r.findings.push(
                Diagnostic::new(&rules::TST_12, message)
                    .at(&tests[0].procedure.origin)
                    .related("and here", &tests[1].procedure.origin)
                    .help("say for each control what was looked at, and for what"),
            );
        }
    }
}

/// TST-13
fn all_alike(r: &mut Review) {
    let e = r.engagement;
    let done: Vec<&Test> = e.tests.iter().filter(|t| t.result.value.was_tested()).collect();
    if done.len() < MANY_TESTS {
        return;
    }
    let clean = done.iter().all(|t| t.result.value == TestResult::NoDeviation);
    let uncounted = done.iter().all(|t| t.sample().is_none() && t.population().is_none());
    let what = match (clean, uncounted) {
        (true, true) => "without any deviation and without any count",
        (true, false) => "without any deviation",
        (false, true) => "without any count",
        (false, false) => return,
    };
    r.findings.push(
        Diagnostic::new(&rules::TST_13, format!("there are {} tests {what}", done.len()))
            .at(&done[0].result.origin)
            .help("nothing need be wrong; be ready for the question"),
    );
}

/// TST-20
fn people(r: &mut Review) {
    let e = r.engagement;
    for test in &e.tests {
        if let (Some(tester), Some(reviewer)) = (&test.tester, &test.reviewer)
            && tester.value.trim().eq_ignore_ascii_case(reviewer.value.trim())
        {
            r.findings.push(
                Diagnostic::new(&rules::TST_20, format!("test {} was reviewed by whoever did it: `{tester}`", test.id))
                    .at(&reviewer.origin)
                    .related("the tester", &tester.origin)
                    .help("have another person review it"),
            );
        }
    }
    let (with, without): (Vec<&Test>, Vec<&Test>) = e
        .tests
        .iter()
        .filter(|t| t.result.value.was_tested())
        .partition(|t| t.tester.is_some() && t.reviewer.is_some());
    if let (Some(first), false) = (without.first(), with.is_empty()) {
        let ids = listed(without.iter().map(|t| t.id.as_str()));
        r.findings.push(
            Diagnostic::new(&rules::TST_20, format!("tests without tester or reviewer: {ids}"))
                .at(&first.id.origin)
                .help("record both, as for the others"),
        );
    }
}

/// What controls promise and no test looks for (TST-18, TST-21).
fn promises(r: &mut Review) {
    let e = r.engagement;
    for (control, outcome) in e.controls.iter().zip(&r.rollup.controls) {
        let tests: Vec<&Test> = outcome.tests.iter().map(|t| &e.tests[*t]).collect();
        if tests.is_empty() || !tests.iter().any(|t| t.result.value.was_tested()) {
            continue;
        }
        let procedures = tests.iter().map(|t| t.procedure.text.to_lowercase()).collect::<Vec<_>>().join("\n");
        let promise = control.description.text.to_lowercase();
        let missing: Vec<&str> = ATTRIBUTES
            .iter()
            .filter(|(said, sought)| promise.contains(said) && !sought.iter().any(|s| procedures.contains(s)))
            .map(|(said, _)| *said)
            .collect();
        if !missing.is_empty() {
            let words: Vec<String> = missing.iter().map(|m| format!("`{m}…`")).collect();
            r.findings.push(
                Diagnostic::new(
                    &rules::TST_18,
                    format!("control {} says {}, and none of its tests does", control.id, words.join(", ")),
                )
                .at(&tests[0].procedure.origin)
                .related("the control", &control.description.origin)
                .help("test it, or say why it needs no test"),
            );
        }
        let figures = FIGURE.find_iter(&control.description.text).map(|m| m.as_str());
        if let Some(figure) = figures.into_iter().find(|figure| {
            let number = figure.split([' ', '-']).next().unwrap_or(figure).to_lowercase();
            !procedures.split(|c: char| !c.is_alphanumeric()).any(|word| word == number)
        }) {
            r.findings.push(
                Diagnostic::new(
                    &rules::TST_21,
                    format!("control {} promises `{figure}`, and none of its tests measures it", control.id),
                )
                .at(&narrowed(&control.description.origin, figure))
                .related("its test", &tests[0].procedure.origin)
                .help("measure it in a test, or say why it needs no test"),
            );
        }
    }
}
