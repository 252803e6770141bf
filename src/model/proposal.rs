//! What the conclusions on criteria and the findings on controls imply for the opinion: a proposal, never printed.
//!
//! Source topic: roll-up from deviations to control, criterion, limb and opinion. A design failure modifies the limb on
//! the design and normally the one on the operation as well; an operating failure the latter only; a control described
//! and not in place concerns the description, and the design where its criterion is left without another control.

use serde::Serialize;

use super::{Conclusion, CriterionId, Design, Engagement, Limb, OpinionForm, Rollup};

/// What one limb of the opinion would have to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimbProposal {
    pub limb: Limb,
    pub form: OpinionForm,
    /// Criteria and controls behind it, in words.
    pub because: Vec<String>,
}

/// The share of the criteria in scope from which a matter looks pervasive.
const PERVASIVE: f64 = 1.0 / 3.0;

/// Proposes the limbs of an engagement's opinion from the partner's conclusions and, where there is none, from the
/// results themselves.
pub fn propose(engagement: &Engagement, rollup: &Rollup) -> Vec<LimbProposal> {
    let e = engagement;
    let criteria: Vec<&CriterionId> = e.criteria_in_scope().map(|c| &c.id).collect();
    let with = |wanted: Conclusion| -> Vec<&CriterionId> {
        criteria
            .iter()
            .copied()
            .filter(|id| {
                rollup.criterion(e, id).is_some_and(|o| match (o.stated, o.proposed) {
                    (Some(stated), _) => stated == wanted,
                    // Nothing occurred: it is said in the letter, and is no limitation of the scope.
                    (None, Some(Conclusion::UnableToConclude)) => false,
                    (None, proposed) => proposed == Some(wanted),
                })
            })
            .collect()
    };
    let unsuitable: Vec<usize> = positions(e, |c| c.design.as_ref().is_some_and(|d| d.value == Design::NotSuitable));
    let absent: Vec<usize> = positions(e, |c| c.implemented.as_ref().is_some_and(|i| !i.value));
    // Criteria none of whose controls is both suitable and in place.
    let undesigned: Vec<&CriterionId> = criteria
        .iter()
        .copied()
        .filter(|id| {
            rollup.criterion(e, id).is_some_and(|o| {
                !o.controls.is_empty() && o.controls.iter().all(|p| unsuitable.contains(p) || absent.contains(p))
            })
        })
        .collect();
    let (not_met, unable) = (with(Conclusion::NotMet), with(Conclusion::UnableToConclude));
    let share = |n: usize| n as f64 / criteria.len().max(1) as f64;
    let form = |misstated: usize, limited: usize| match () {
        () if limited > 0 && share(limited) >= PERVASIVE => OpinionForm::Disclaimer,
        () if misstated > 0 && share(misstated) >= PERVASIVE => OpinionForm::Adverse,
        () if misstated + limited > 0 => OpinionForm::Qualified,
        () => OpinionForm::Unqualified,
    };
    let mut limbs = vec![
        LimbProposal {
            limb: Limb::Description,
            form: if absent.is_empty() { OpinionForm::Unqualified } else { OpinionForm::Qualified },
            because: absent.iter().map(|p| format!("control {} is not in place", e.controls[*p].id)).collect(),
        },
        LimbProposal {
            limb: Limb::Design,
            form: form(undesigned.len(), 0),
            because: undesigned.iter().map(|id| format!("no suitably designed control in place serves {id}")).collect(),
        },
    ];
    if e.is_type_2() {
        let because = not_met.iter().map(|id| format!("{id} is not met"));
        let because = because.chain(unable.iter().map(|id| format!("no conclusion on {id}")));
        limbs.push(LimbProposal {
            limb: Limb::Operation,
            form: form(not_met.len(), unable.len()),
            because: because.collect(),
        });
    } else if let Some(design) = limbs.last_mut() {
        let named = not_met.iter().filter(|id| !undesigned.contains(id)).count();
        design.form = design.form.max(form(undesigned.len() + named, unable.len()));
        let more = not_met.iter().filter(|id| !undesigned.contains(id)).map(|id| format!("{id} is not met"));
        design.because.extend(more.chain(unable.iter().map(|id| format!("no conclusion on {id}"))));
    }
    limbs
}

fn positions(e: &Engagement, wanted: impl Fn(&super::Control) -> bool) -> Vec<usize> {
    e.controls.iter().enumerate().filter(|(_, c)| wanted(c)).map(|(position, _)| position).collect()
}
