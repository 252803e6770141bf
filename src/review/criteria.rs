//! Family B: coverage of the criteria and the control matrix.

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::{CriterionId, Design, Engagement, Id, Window};

/// More criteria than this make one finding: the matrix has just been begun.
const LISTED: usize = 6;

pub fn check(r: &mut Review) {
    coverage(r);
    out_of_scope(r);
    if r.engagement.is_complete {
        in_force(r);
    }
    complementary(r);
    suitability(r);
}

fn coverage(r: &mut Review) {
    let e = r.engagement;
    // Without any control that could be read, that is the finding.
    let Some(first) = e.controls.first() else { return };
    let (mut bare, mut alone) = (Vec::new(), Vec::new());
    for criterion in e.criteria_in_scope() {
        let Some(outcome) = r.rollup.criterion(e, &criterion.id) else { continue };
        let declared = e.not_relevant.iter().find(|n| n.criterion.value == criterion.id);
        match (outcome.controls.as_slice(), declared) {
            ([], None) => {
                let carved_out = e.csocs.iter().any(|c| c.criteria.iter().any(|id| id.value == criterion.id));
                if !carved_out {
                    bare.push(criterion);
                }
            }
            ([first, ..], Some(declared)) => {
                let control = &e.controls[*first];
                r.findings.push(
                    Diagnostic::new(
                        &rules::CRT_05,
                        format!("{} is declared not relevant, yet control {} serves it", criterion.id, control.id),
                    )
                    .at(&declared.criterion.origin)
                    .related(
                        "mapped here",
                        criterion_origin(control.criteria.iter(), &criterion.id).unwrap_or(&control.origin),
                    )
                    .help("remove the declaration, or the mapping"),
                );
            }
            ([only], None) => alone.push((criterion, *only)),
            _ => {}
        }
    }
    let at = Origin::file(&first.origin.source);
    if alone.len() > LISTED {
        let ids: Vec<_> = alone.iter().map(|(criterion, _)| criterion.id.to_string()).collect();
        let message = format!("{} criteria rest on a single control each: {}", ids.len(), ids.join(", "));
        r.findings.push(Diagnostic::new(&rules::CRT_06, message).at(&at));
    } else {
        for (criterion, only) in alone {
            let control = &e.controls[only];
            r.findings.push(
                Diagnostic::new(&rules::CRT_06, format!("{} rests on {} alone", criterion.id, control.id))
                    .at(&control.origin),
            );
        }
    }
    let help = "map a control to it, or declare it in [[not_relevant]] with the reason";
    if bare.len() > LISTED {
        let ids: Vec<_> = bare.iter().map(|c| c.id.to_string()).collect();
        let message = format!("no control serves {} criteria in scope: {}", ids.len(), ids.join(", "));
        r.report(Diagnostic::new(&rules::CRT_01, message).at(&at).help(help.replace("it,", "each,")));
        return;
    }
    for criterion in bare {
        r.report(
            Diagnostic::new(&rules::CRT_01, format!("no control serves {} ({})", criterion.id, criterion.title))
                .at(&at)
                .help(help),
        );
    }
}

fn criterion_origin<'a>(
    mut criteria: impl Iterator<Item = &'a crate::diagnostics::Located<CriterionId>>,
    id: &CriterionId,
) -> Option<&'a Origin> {
    criteria.find(|c| c.value == *id).map(|c| &c.origin)
}

fn is_in_scope(e: &Engagement, id: &CriterionId) -> bool {
    let scope = e.scope();
    e.catalogue.get(id).is_some_and(|c| scope.contains(&c.category))
}

fn out_of_scope(r: &mut Review) {
    let e = r.engagement;
    for control in &e.controls {
        if !control.criteria.is_empty() && !control.criteria.iter().any(|c| is_in_scope(e, &c.value)) {
            let ids: Vec<_> = control.criteria.iter().map(ToString::to_string).collect();
            r.report(
                Diagnostic::new(
                    &rules::CRT_03,
                    format!("control {} serves only criteria out of scope: {}", control.id, ids.join(", ")),
                )
                .at(&control.criteria[0].origin)
                .help("add their category to the scope, or remove the control"),
            );
        }
    }
}

fn in_force(r: &mut Review) {
    let e = r.engagement;
    let (first, last) = (e.window.start().value, e.window.end().value);
    for control in &e.controls {
        let from = control.in_force_from.as_ref().filter(|d| d.value > first);
        let until = control.in_force_until.as_ref().filter(|d| d.value < last);
        if let Some(from) = control.in_force_from.as_ref().filter(|d| d.value > last) {
            r.report(
                Diagnostic::new(
                    &rules::CRT_16,
                    format!("control {} is in force from {from}, after the window ended", control.id),
                )
                .at(&from.origin)
                .related("the window ends here", &e.window.end().origin)
                .help("correct the date, or remove the control from this report"),
            );
            continue;
        }
        if let Some(until) = control.in_force_until.as_ref().filter(|d| d.value < first) {
            r.report(
                Diagnostic::new(
                    &rules::CRT_16,
                    format!("control {} was in force until {until}, before the window began", control.id),
                )
                .at(&until.origin)
                .help("correct the date, or remove the control from this report"),
            );
            continue;
        }
        let Some(partial) = from.or(until) else { continue };
        let explained = e.changes.iter().any(|c| c.controls.iter().any(|id| id.value == control.id.value));
        if matches!(e.window, Window::Period { .. }) && !explained {
            r.report(
                Diagnostic::new(
                    &rules::CRT_13,
                    format!("control {} was in force for part of the period, and no change names it", control.id),
                )
                .at(&partial.origin)
                .help("describe the change in [[changes]] and name the control there"),
            );
        }
    }
}

fn complementary(r: &mut Review) {
    let e = r.engagement;
    let lists = e
        .cuecs
        .iter()
        .map(|c| ("CUEC", &c.id, &c.criteria))
        .chain(e.csocs.iter().map(|c| ("CSOC", &c.id, &c.criteria)));
    for (what, id, criteria) in lists {
        if !criteria.iter().any(|c| is_in_scope(e, &c.value)) {
            r.findings.push(
                Diagnostic::new(&rules::CUE_01, format!("{what} {id} serves no criterion in scope"))
                    .at(criteria.first().map_or(&id.origin, |c| &c.origin))
                    .help("map it to a criterion of the categories in scope, or remove it"),
            );
        }
    }
}

fn suitability(r: &mut Review) {
    let e = r.engagement;
    let told = |id: &Id| e.opinion.iter().flat_map(|o| &o.matters).any(|m| m.controls.iter().any(|c| c.value == *id));
    for control in e.controls.iter().filter(|c| !told(&c.id.value)) {
        let unsuitable = control.design.as_ref().filter(|d| d.value == Design::NotSuitable).map(|d| &d.origin);
        let absent = control.implemented.as_ref().filter(|i| !i.value).map(|i| &i.origin);
        for (at, what, reason) in [
            (unsuitable, "not suitably designed", &control.design_reason),
            (absent, "not in place", &control.implemented_reason),
        ] {
            let Some(at) = at else { continue };
            let help = if reason.is_none() {
                "say why, and let the partner decide what follows for the opinion"
            } else {
                "the partner decides what follows for the opinion"
            };
            r.findings.push(
                Diagnostic::new(
                    &rules::CRT_17,
                    format!("control {} is {what}, and no matter of the opinion names it", control.id),
                )
                .at(at)
                .help(help),
            );
        }
    }
}
