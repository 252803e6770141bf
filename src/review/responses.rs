//! Family D: what management answers, and what the auditor's facts leave out.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::passages::narrowed;
use super::{Review, pattern, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{Conclusion, CriterionId, Deviation, TestResult};

/// Deviations of more than one in so many items are asked about.
const ONE_IN: u64 = 10;

static REMEDY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b((has|have|was|were) (since|subsequently|already|now) (been )?(remediated|corrected|fixed|resolved|addressed|mended)|(has|have) been (remediated|fixed|resolved)|since (been )?(remediated|corrected|fixed|resolved)|management (has|will) (remediate|correct|fix|resolve|address|implement)\w*)\b",
    )
});
static TICKET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b[A-Z]{2,8}-\d{3,}\b|(?i)\b(employee|badge|staff|personnel) (no\.?|number|id|#) ?\w*\d\w*")
});
static TITLED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(Mr|Ms|Mrs|Dr)\.? \p{Lu}[\p{L}'’-]+"));

pub fn check(r: &mut Review) {
    if !r.engagement.is_type_2() {
        return;
    }
    for exception in &r.engagement.exceptions {
        left_open(r, exception);
        facts(r, exception);
    }
    rates(r);
    judgement(r);
}

/// DEV-04
fn left_open(r: &mut Review, exception: &Deviation) {
    let Some(response) = exception.response.as_ref().filter(|_| !exception.declined()) else { return };
    let missing: Vec<&str> = [
        ("response_action", exception.response_action.is_none()),
        ("response_owner", exception.response_owner.is_none()),
        ("response_date", exception.response_date.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
    .collect();
    if !missing.is_empty() {
        r.report(
            Diagnostic::new(
                &rules::DEV_04,
                format!("the response to exception {} does not give: {}", exception.id, missing.join(", ")),
            )
            .at(&response.origin)
            .help("ask management what is done, by which role and when"),
        );
    }
}

/// DEV-05, DEV-11
fn facts(r: &mut Review, exception: &Deviation) {
    let e = r.engagement;
    if let Some(nature) = &exception.nature
        && let Some(found) = REMEDY.find(&nature.text)
    {
        r.report(
            Diagnostic::new(
                &rules::DEV_05,
                format!("the facts of exception {} say `{}`, which was not tested", exception.id, found.as_str()),
            )
            .at(&narrowed(&nature.origin, found.as_str()))
            .help("move it to `response`: the opinion does not cover it"),
        );
    }
    let own = |id: &str| {
        e.controls.iter().any(|c| c.id.as_str() == id)
            || e.tests.iter().any(|t| t.id.as_str() == id)
            || e.exceptions.iter().any(|x| x.id.as_str() == id)
            || e.evidence.iter().any(|x| x.id.as_str() == id)
    };
    for prose in [&exception.nature, &exception.response].into_iter().flatten() {
        let tickets = TICKET.find_iter(&prose.text).filter(|m| !own(m.as_str()));
        if let Some(found) = tickets.chain(TITLED.find_iter(&prose.text)).next() {
            r.findings.push(
                Diagnostic::new(
                    &rules::DEV_11,
                    format!("exception {} names `{}` to every reader", exception.id, found.as_str()),
                )
                .at(&narrowed(&prose.origin, found.as_str()))
                .help("say what kind of item or person it was"),
            );
        }
    }
}

/// DEV-07
fn rates(r: &mut Review) {
    let e = r.engagement;
    for test in e.tests.iter().filter(|t| t.result.value == TestResult::Deviation) {
        let (Some(deviations), Some(sample)) = (test.deviations(), test.sample()) else { continue };
        if deviations.saturating_mul(ONE_IN) <= sample || deviations > sample {
            continue;
        }
        let control = r.rollup.control_position(&test.control.value).map(|p| &e.controls[p]);
        let met: Vec<_> = e
            .conclusions
            .iter()
            .filter(|c| c.conclusion.value == Conclusion::Met)
            .filter(|c| control.is_some_and(|x| x.criteria.iter().any(|id| id.value == c.criterion.value)))
            .collect();
        if let Some(first) = met.first() {
            let ids: Vec<String> = met.iter().map(|c| c.criterion.to_string()).collect();
            r.findings.push(
                Diagnostic::new(
                    &rules::DEV_07,
                    format!(
                        "test {}: {deviations} of {sample} items deviated, and {} concluded met",
                        test.id,
                        if ids.len() == 1 { format!("{} is", ids[0]) } else { format!("{} are", ids.join(", ")) }
                    ),
                )
                .at(&test.result.origin)
                .related("the conclusion", &first.conclusion.origin)
                .help("the partner decides; see that the rationale names what compensates, then waive the note"),
            );
        }
    }
}

/// Conclusions on the criteria with exceptions: none recorded, recorded for some, or without a rationale (DEV-06, DEV-09).
fn judgement(r: &mut Review) {
    let e = r.engagement;
    let stated = |id: &CriterionId| e.conclusions.iter().find(|c| c.criterion.value == *id);
    let in_scope: HashSet<&CriterionId> = e.criteria_in_scope().map(|c| &c.id).collect();
    let mut told: HashSet<&CriterionId> = HashSet::new();
    for (control, outcome) in e.controls.iter().zip(&r.rollup.controls) {
        let Some(label) = outcome.exceptions.first() else { continue };
        let criteria = control.criteria.iter().map(|c| &c.value).filter(|id| in_scope.contains(id));
        let (considered, left): (Vec<&CriterionId>, Vec<&CriterionId>) = criteria.partition(|id| stated(id).is_some());
        let left: Vec<&CriterionId> = left.into_iter().filter(|id| !told.contains(id)).collect();
        let (Some(first), false) = (considered.first(), left.is_empty()) else { continue };
        told.extend(&left);
        let names: Vec<String> = left.iter().map(|id| id.to_string()).collect();
        let mut diagnostic = Diagnostic::new(
            &rules::DEV_09,
            format!(
                "control {} has exceptions ({label}): {first} is concluded on, but not {}",
                control.id,
                names.join(", ")
            ),
        )
        .help("record the partner's conclusion on each of its criteria in [[conclusions]]");
        diagnostic.origin = e.exceptions.iter().find(|x| x.id.value == *label).map(|x| x.id.origin.clone());
        if let Some(considered) = stated(first) {
            diagnostic = diagnostic.related("the conclusion that there is", &considered.criterion.origin);
        }
        r.findings.push(diagnostic);
    }
    for criterion in e.criteria_in_scope() {
        let Some(outcome) = r.rollup.criterion(e, &criterion.id) else { continue };
        let Some(label) = outcome.exceptions.first() else { continue };
        match stated(&criterion.id) {
            None if told.contains(&criterion.id) => {}
            None => {
                let proposal = outcome.proposed.map_or("none", |c| c.title());
                let mut diagnostic = Diagnostic::new(
                    &rules::DEV_06,
                    format!("{} has exceptions ({label}), but no conclusion is recorded", criterion.id),
                )
                .help(format!(
                    "record the partner's conclusion in [[conclusions]]; the results alone suggest: {proposal}"
                ));
                diagnostic.origin = e.exceptions.iter().find(|x| x.id.value == *label).map(|x| x.id.origin.clone());
                r.findings.push(diagnostic);
            }
            Some(stated) if stated.rationale.is_none() => r.findings.push(
                Diagnostic::new(&rules::DEV_06, format!("the conclusion on {} gives no rationale", criterion.id))
                    .at(&stated.origin),
            ),
            Some(_) => {}
        }
    }
}
