//! The form of the opinion against the conclusions and the matters behind it. Nothing is decided here: a contradiction
//! is reported, and the partner decides.

use crate::diagnostics::{Diagnostic, Located, Origin, Severity};
use crate::model::{Cause, Conclusion, CriterionConclusion, Limb, Matter, Opinion, OpinionForm};
use crate::review::{Review, rules};

pub fn check(r: &mut Review) {
    implied(r);
    let Some(opinion) = &r.engagement.opinion else { return };
    limbs(r, opinion);
    unqualified(r, opinion);
    modified(r, opinion);
    for matter in &opinion.matters {
        named(r, opinion, matter);
        caused(r, opinion, matter);
    }
    conclusions_are_told(r, opinion);
    assertion(r, opinion);
    emphasis(r, opinion);
}

/// Conclusions that the results speak against, without a rationale.
fn implied(r: &mut Review) {
    let e = r.engagement;
    for stated in e.conclusions.iter().filter(|c| c.rationale.is_none()) {
        let Some(outcome) = r.rollup.criterion(e, &stated.criterion.value) else { continue };
        let Some(proposed) = outcome.proposed.filter(|p| *p != stated.conclusion.value) else { continue };
        r.findings.push(
            Diagnostic::new(
                &rules::OPN_26,
                format!(
                    "{} is concluded `{}`, but the results alone suggest: {}",
                    stated.criterion,
                    stated.conclusion.title().to_lowercase(),
                    proposed.title().to_lowercase()
                ),
            )
            .at(&stated.conclusion.origin)
            .help("record the partner's `rationale`, or correct the conclusion"),
        );
    }
}

/// Limbs that this report does not have; and the whole against its limbs.
fn limbs(r: &mut Review, opinion: &Opinion) {
    let there = r.engagement.limbs();
    let stated = opinion.stated.iter().map(|(limb, form)| (*limb, &form.origin));
    let named = opinion.matters.iter().flat_map(|m| &m.limbs).map(|limb| (limb.value, &limb.origin));
    for (limb, at) in stated.chain(named).filter(|(limb, _)| !there.contains(limb)) {
        let help = if limb == Limb::Additional {
            "remove it, or define the criteria in [[additional_criteria]]"
        } else {
            "remove it: a Type I speaks of the description and the design only"
        };
        r.findings.push(
            Diagnostic::new(&rules::OPN_01, format!("this report has no opinion on {}", limb.noun())).at(at).help(help),
        );
    }
    let gravest = there.iter().map(|limb| opinion.of(*limb)).max().unwrap_or(OpinionForm::Unqualified);
    if gravest != opinion.form.value {
        let mut diagnostic = Diagnostic::new(
            &rules::OPN_05,
            format!("the opinion is `{}`, but its gravest limb is `{}`", opinion.form.value.key(), gravest.key()),
        )
        .at(&opinion.form.origin)
        .help("make `form` that of the gravest limb");
        for (limb, form) in &opinion.stated {
            diagnostic = diagnostic.related(format!("{} is {}", limb.noun(), form.value.key()), &form.origin);
        }
        r.report(diagnostic);
    }
}

/// Criteria that are not met beside limbs that say otherwise.
fn unqualified(r: &mut Review, opinion: &Opinion) {
    let e = r.engagement;
    let clean = e.limbs().into_iter().filter(|l| matches!(l, Limb::Design | Limb::Operation));
    if clean.into_iter().any(|limb| opinion.of(limb).is_modified()) {
        return;
    }
    for stated in e.conclusions.iter().filter(|c| c.conclusion.value != Conclusion::Met) {
        let reasoned = stated.commitments_achieved.is_some() && stated.conclusion.value == Conclusion::NotMet;
        r.findings.push(
            Diagnostic::new(
                &rules::OPN_02,
                format!(
                    "{} is concluded `{}`, but the opinion on the controls is unqualified",
                    stated.criterion,
                    stated.conclusion.title().to_lowercase()
                ),
            )
            .severity(if reasoned { Severity::Warning } else { Severity::Error })
            .at(&opinion.form.origin)
            .related("the conclusion", &stated.conclusion.origin)
            .help("the partner decides which of the two stands"),
        );
    }
}

/// Every modified limb has a matter.
fn modified(r: &mut Review, opinion: &Opinion) {
    let there = r.engagement.limbs();
    for limb in there {
        let form = opinion.of(limb);
        if form.is_modified() && !opinion.matters.iter().any(|m| m.concerns(limb)) {
            let at = opinion.stated.iter().find(|(l, _)| *l == limb).map_or(&opinion.form.origin, |(_, f)| &f.origin);
            r.report(
                Diagnostic::new(
                    &rules::OPN_03,
                    format!("the opinion on {} is `{}`, but no matter says why", limb.noun(), form.key()),
                )
                .at(at)
                .help(format!(
                    "add [[opinion.matters]] with `limbs = [\"{}\"]`, `cause`, the criteria concerned and `text`",
                    limb.key()
                )),
            );
        }
        if !form.is_modified()
            && let Some(named) = opinion.matters.iter().flat_map(|m| &m.limbs).find(|l| l.value == limb)
        {
            let at = opinion.stated.iter().find(|(l, _)| *l == limb).map_or(&opinion.form.origin, |(_, f)| &f.origin);
            r.report(
                Diagnostic::new(
                    &rules::OPN_05,
                    format!("a matter concerns {}, but the opinion on it is unqualified", limb.noun()),
                )
                .at(&named.origin)
                .related("the opinion on it", at)
                .help("modify that limb, or take it out of the matter"),
            );
        }
    }
}

/// What a matter has to name, and whether that is so concluded.
fn named(r: &mut Review, opinion: &Opinion, matter: &Matter) {
    let limitation = matter.cause.value == Cause::ScopeLimitation;
    let on_controls = matter.concerns(Limb::Design) || matter.concerns(Limb::Operation);
    let nothing = matter.criteria.is_empty() && matter.description_criteria.is_empty();
    let report = |r: &mut Review, message: &str, help: &str| {
        r.report(Diagnostic::new(&rules::OPN_03, message).at(&matter.origin).help(help));
    };
    if matter.limbs.is_empty() {
        report(r, "a matter names no limb of the opinion", "add `limbs`, for example `limbs = [\"operation\"]`");
    }
    if limitation && nothing && matter.additional_criteria.is_empty() {
        report(
            r,
            "a scope limitation names no matter on which no conclusion was possible",
            "name the criteria in `criteria` or `description_criteria`",
        );
    } else if !limitation {
        if matter.concerns(Limb::Description) && matter.description_criteria.is_empty() {
            report(
                r,
                "a matter modifies the opinion on the description and names no description criterion",
                "name it in `description_criteria`, for example `description_criteria = [4]`",
            );
        }
        if on_controls && matter.criteria.is_empty() {
            report(
                r,
                "a matter modifies the opinion on the controls and names no trust services criterion",
                "name the criteria that are not met in `criteria`",
            );
        }
    }
    if matter.concerns(Limb::Additional) && matter.additional_criteria.is_empty() {
        report(
            r,
            "a matter modifies the opinion on the additional criteria and names none of them",
            "name them in `additional_criteria`",
        );
    }
    if matter.concerns(Limb::Design)
        && !matter.concerns(Limb::Operation)
        && r.engagement.is_type_2()
        && !limitation
        && !opinion.of(Limb::Operation).is_modified()
    {
        r.report(
            Diagnostic::new(&rules::OPN_25, "a matter of design leaves the opinion on the operation unqualified")
                .at(&matter.origin)
                .help("add \"operation\" to its `limbs`, unless the partner has a reason not to"),
        );
    }
    let wanted = if limitation { Conclusion::UnableToConclude } else { Conclusion::NotMet };
    for criterion in &matter.criteria {
        let stated = r.engagement.conclusions.iter().find(|c| c.criterion.value == criterion.value);
        if stated.is_some_and(|s| s.conclusion.value == wanted) {
            continue;
        }
        let mut diagnostic = Diagnostic::new(
            &rules::OPN_03,
            match stated {
                Some(stated) => format!(
                    "a matter names {criterion}, which is concluded `{}`",
                    stated.conclusion.title().to_lowercase()
                ),
                None => format!("a matter names {criterion}, on which no conclusion is recorded"),
            },
        )
        .at(&criterion.origin)
        .help(format!("a matter of this cause names criteria concluded `{}`", wanted.title().to_lowercase()));
        if let Some(stated) = stated {
            diagnostic = diagnostic.related("the conclusion", &stated.conclusion.origin);
        }
        r.report(diagnostic);
    }
}

/// Adverse limbs rest on a misstatement, disclaimed ones on a scope limitation.
fn caused(r: &mut Review, opinion: &Opinion, matter: &Matter) {
    for limb in &matter.limbs {
        let form = opinion.of(limb.value);
        let wanted = match form {
            OpinionForm::Adverse => Cause::Misstatement,
            OpinionForm::Disclaimer => Cause::ScopeLimitation,
            _ => continue,
        };
        let supported = opinion.matters.iter().any(|m| m.concerns(limb.value) && m.cause.value == wanted);
        if !supported {
            let (is, needs) = match wanted {
                Cause::Misstatement => ("adverse", "a misstatement"),
                Cause::ScopeLimitation => ("disclaimed", "a scope limitation"),
            };
            r.report(
                Diagnostic::new(
                    &rules::OPN_05,
                    format!("the opinion on {} is {is}, but no matter of it is {needs}", limb.value.noun()),
                )
                .at(&matter.cause.origin)
                .help("correct the cause, or the form of the opinion"),
            );
        }
    }
}

/// Every criterion not met or not concluded is in a matter of a modified opinion.
fn conclusions_are_told(r: &mut Review, opinion: &Opinion) {
    if opinion.matters.is_empty() {
        return;
    }
    let untold: Vec<&CriterionConclusion> = r
        .engagement
        .conclusions
        .iter()
        .filter(|c| c.conclusion.value != Conclusion::Met)
        .filter(|c| !opinion.matters.iter().any(|m| m.criteria.iter().any(|x| x.value == c.criterion.value)))
        .collect();
    for stated in untold {
        r.findings.push(
            Diagnostic::new(
                &rules::OPN_03,
                format!(
                    "{} is concluded `{}`, but no matter of the opinion names it",
                    stated.criterion,
                    stated.conclusion.title().to_lowercase()
                ),
            )
            .at(&stated.conclusion.origin)
            .help("name it in the `criteria` of a matter, or correct the conclusion"),
        );
    }
}

fn assertion(r: &mut Review, opinion: &Opinion) {
    let Some(assertion) = &r.engagement.assertion else { return };
    let misstated = opinion.matters.iter().find(|m| m.cause.value == Cause::Misstatement);
    let modified = opinion.form.value.is_modified();
    match (&assertion.matter, misstated) {
        (None, Some(matter)) if modified => r.report(
            Diagnostic::new(
                &rules::OPN_07,
                "the opinion is modified, but management's assertion does not admit the matter",
            )
            .at(&assertion.origin)
            .related("the matter", &matter.origin)
            .help("add `matter` to [assertion]: management's own words; a clean assertion can be legitimate"),
        ),
        (Some(matter), _) if !modified => r.report(
            Diagnostic::new(&rules::OPN_07, "management's assertion admits a matter, but the opinion is unqualified")
                .at(&matter.origin)
                .related("the opinion", &opinion.form.origin)
                .help("remove `matter` from [assertion], or let the partner decide on the opinion"),
        ),
        _ => {}
    }
}

fn emphasis(r: &mut Review, opinion: &Opinion) {
    let unmet: Vec<&Located<_>> = r
        .engagement
        .conclusions
        .iter()
        .filter(|c| c.conclusion.value != Conclusion::Met)
        .map(|c| &c.criterion)
        .collect();
    for matter in &opinion.emphasis {
        let text = &matter.text.text;
        let report = |r: &mut Review, message: String, also: Option<&Origin>| {
            let mut diagnostic = Diagnostic::new(&rules::OPN_13, message)
                .at(&matter.text.origin)
                .help("emphasis draws attention to a disclosed matter; it never qualifies the opinion");
            if let Some(also) = also {
                diagnostic = diagnostic.related("the conclusion", also);
            }
            r.report(diagnostic);
        };
        if text.to_lowercase().contains("except") {
            report(r, "an emphasis-of-matter paragraph says `except`".into(), None);
        }
        let words = || text.split(|c: char| !(c.is_alphanumeric() || c == '.')).map(|w| w.trim_end_matches('.'));
        for criterion in &unmet {
            if words().any(|word| word == criterion.value.as_str()) {
                let message = format!("an emphasis-of-matter paragraph speaks of {criterion}, which is not met");
                report(r, message, Some(&criterion.origin));
            }
        }
    }
}
