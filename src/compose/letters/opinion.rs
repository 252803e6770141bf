//! What the letters say of the opinion: forms of its limbs, their punctuation, and the matters behind them.

use serde::Serialize;

use super::values::sentence;
use crate::compose::labels::Labels;
use crate::model::{Cause, Engagement, Limb, Matter, Opinion, OpinionForm};

/// One limb as a letter prints it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LimbView {
    /// It is among the limbs on which an opinion is given.
    pub stands: bool,
    pub adverse: bool,
    /// `(a)`
    pub letter: &'static str,
    /// `in all material respects, ` where the lead does not say it.
    pub prefix: String,
    /// In the assertion: management admits that it is not so.
    pub assertion_adverse: bool,
    /// In the assertion: what management excepts, where its lead does not say it.
    pub assertion_prefix: String,
    /// What ends it: `;`, `; and` or `.`
    pub end: &'static str,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct LimbsView {
    pub description: LimbView,
    pub design: LimbView,
    pub operation: LimbView,
    pub additional: LimbView,
}

impl LimbsView {
    fn of_mut(&mut self, limb: Limb) -> &mut LimbView {
        match limb {
            Limb::Description => &mut self.description,
            Limb::Design => &mut self.design,
            Limb::Operation => &mut self.operation,
            Limb::Additional => &mut self.additional,
        }
    }
}

/// A matter as the basis paragraph tells it.
#[derive(Debug, Clone, Serialize)]
pub struct MatterView {
    pub text: String,
    pub scope_limitation: bool,
    pub description: bool,
    /// Concerns design, operation or additional criteria.
    pub controls_limb: bool,
    pub design: bool,
    pub operation: bool,
    /// `description criterion DC 4`
    pub description_criteria: String,
    pub criteria: String,
    pub criteria_noun: String,
    /// `HIPAA 164.308(a)(3)`
    pub additional_criteria: String,
    pub additional_asks: String,
    pub controls: String,
    pub controls_noun: String,
    pub control_count: usize,
    pub was: String,
}

/// The opinion as the letter prints it.
#[derive(Debug, Clone, Default)]
pub struct OpinionView {
    pub limbs: LimbsView,
    pub matters: Vec<MatterView>,
    pub all_disclaimed: bool,
    pub has_disclaimer: bool,
    pub any_adverse: bool,
    /// The lead of the opinion excepts the matters, since limbs are qualified and none is adverse.
    pub lead_excepts: bool,
    /// `(b) and (c)`
    pub qualified_limbs: String,
    /// `the operating effectiveness of the controls`
    pub disclaimed_limbs: String,
    pub disclaimed_count: usize,
    pub basis_title: String,
    pub opinion_title: String,
    /// In running text: `qualified opinion`.
    pub opinion_noun: String,
    pub soc3: Soc3View,
}

/// The one opinion of a SOC 3: on the effectiveness of the controls, so on design and operation together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Soc3View {
    /// As written in files: `qualified`.
    pub form: &'static str,
    /// Whether the SOC 2 opinion is modified in any limb.
    pub is_modified: bool,
    pub basis_title: String,
    pub opinion_title: String,
    pub noun: String,
    pub matters_word: String,
    /// There is a matter that modifies it.
    pub has_basis: bool,
}

fn soc3(e: &Engagement, labels: &Labels, is_modified: bool) -> Soc3View {
    let form = |limb| e.opinion.as_ref().map_or(OpinionForm::Unqualified, |o| o.of(limb));
    let form = form(Limb::Design).max(form(Limb::Operation));
    let matters = e.opinion.iter().flat_map(|o| &o.matters);
    let count = matters.filter(|m| m.concerns(Limb::Design) || m.concerns(Limb::Operation)).count();
    Soc3View {
        form: form.key(),
        is_modified,
        basis_title: labels.get(match form {
            OpinionForm::Adverse => "letter.basis_adverse",
            _ => "letter.basis_qualified",
        }),
        opinion_title: labels.get(match form {
            OpinionForm::Adverse => "letter.opinion_adverse",
            OpinionForm::Qualified => "letter.opinion_qualified",
            _ => "letter.opinion",
        }),
        noun: labels.get(match form {
            OpinionForm::Adverse => "letter.noun_adverse",
            OpinionForm::Qualified => "letter.noun_qualified",
            _ => "letter.noun",
        }),
        matters_word: labels.get(if count == 1 { "letter.matter_one" } else { "letter.matter_many" }),
        has_basis: form.is_modified() && count > 0,
    }
}

/// The letters in front of the limbs of a report.
fn letter(limbs: &[Limb], limb: Limb) -> &'static str {
    let position = limbs.iter().position(|l| *l == limb).unwrap_or_default();
    ["(a)", "(b)", "(c)", "(d)"].get(position).copied().unwrap_or("(e)")
}

pub fn view(e: &Engagement, labels: &Labels) -> OpinionView {
    let limbs = e.limbs();
    let form = |limb: Limb| e.opinion.as_ref().map_or(OpinionForm::Unqualified, |o: &Opinion| o.of(limb));
    let with = |wanted: OpinionForm| limbs.iter().copied().filter(move |l| form(*l) == wanted).collect::<Vec<_>>();
    let (qualified, adverse, disclaimed) =
        (with(OpinionForm::Qualified), with(OpinionForm::Adverse), with(OpinionForm::Disclaimer));
    let all_disclaimed = disclaimed.len() == limbs.len();
    let forms: Vec<OpinionForm> = limbs.iter().map(|l| form(*l)).filter(|f| f.is_modified()).collect();
    let same = forms.windows(2).all(|two| two[0] == two[1]);
    let one = forms.first().copied().filter(|_| same);
    let lead_excepts = !qualified.is_empty() && adverse.is_empty();
    let given: Vec<Limb> = limbs.iter().copied().filter(|l| !disclaimed.contains(l)).collect();
    let admits = e.assertion.as_ref().is_some_and(|a| a.matter.is_some());
    let mut views = LimbsView::default();
    for (nth, limb) in given.iter().enumerate() {
        *views.of_mut(*limb) = LimbView {
            stands: true,
            adverse: adverse.contains(limb),
            letter: letter(&limbs, *limb),
            assertion_adverse: admits && adverse.contains(limb),
            assertion_prefix: if admits && !adverse.is_empty() && qualified.contains(limb) {
                labels.get("letter.except_assertion")
            } else {
                String::new()
            },
            prefix: match () {
                () if adverse.is_empty() => String::new(),
                () if qualified.contains(limb) => {
                    labels.fill("letter.except", &[("basis", &labels.get("letter.basis_modified"))])
                }
                () => labels.get("letter.material"),
            },
            end: match given.len() - nth {
                1 => ".",
                2 => "; and",
                _ => ";",
            },
        };
    }
    // In the assertion the additional criteria have their letter even where the auditor gives no opinion on them.
    if limbs.contains(&Limb::Additional) {
        views.additional.letter = letter(&limbs, Limb::Additional);
    }
    let subjects: Vec<String> =
        disclaimed.iter().map(|limb| labels.get(&format!("letter.limb_{}", limb.key()))).collect();
    OpinionView {
        soc3: soc3(e, labels, !forms.is_empty()),
        limbs: views,
        matters: if forms.is_empty() {
            Vec::new()
        } else {
            e.opinion.iter().flat_map(|o| &o.matters).map(|m| matter(e, labels, m)).collect()
        },
        all_disclaimed,
        has_disclaimer: !disclaimed.is_empty(),
        any_adverse: !adverse.is_empty(),
        lead_excepts,
        qualified_limbs: labels.join(&qualified.iter().map(|l| letter(&limbs, *l)).collect::<Vec<_>>()),
        disclaimed_count: subjects.len(),
        disclaimed_limbs: labels.join(&subjects),
        basis_title: labels.get(match one {
            Some(OpinionForm::Qualified) => "letter.basis_qualified",
            Some(OpinionForm::Adverse) => "letter.basis_adverse",
            Some(OpinionForm::Disclaimer) if all_disclaimed => "letter.basis_disclaimer",
            _ => "letter.basis_modified",
        }),
        opinion_title: labels.get(match one {
            _ if all_disclaimed => "letter.opinion_disclaimer",
            _ if forms.is_empty() => "letter.opinion",
            Some(OpinionForm::Qualified) => "letter.opinion_qualified",
            Some(OpinionForm::Adverse) => "letter.opinion_adverse",
            _ => "letter.opinion_modified",
        }),
        opinion_noun: labels.get(match one {
            _ if forms.is_empty() => "letter.noun",
            Some(OpinionForm::Qualified) => "letter.noun_qualified",
            Some(OpinionForm::Adverse) => "letter.noun_adverse",
            _ => "letter.noun_modified",
        }),
    }
}

fn matter(e: &Engagement, labels: &Labels, matter: &Matter) -> MatterView {
    let additional = matter.concerns(Limb::Additional) && !e.additional_criteria.is_empty();
    let (design, operation) = (matter.concerns(Limb::Design), matter.concerns(Limb::Operation) && e.is_type_2());
    let numbers: Vec<String> = matter.description_criteria.iter().map(|n| format!("DC {}", n.value)).collect();
    let criteria: Vec<String> = matter.criteria.iter().map(|c| c.to_string()).collect();
    let controls: Vec<String> = matter.controls.iter().map(|c| c.to_string()).collect();
    let more: Vec<&str> = matter.additional_criteria.iter().map(|c| c.as_str()).collect();
    let plural = controls.len() != 1;
    MatterView {
        text: sentence(&matter.text.text),
        scope_limitation: matter.cause.value == Cause::ScopeLimitation,
        description: matter.concerns(Limb::Description),
        controls_limb: design || operation || additional,
        design,
        operation,
        description_criteria: match numbers.len() {
            0 => String::new(),
            1 => labels.fill("letter.description_criterion", &[("ids", &numbers[0])]),
            _ => labels.fill("letter.description_criteria", &[("ids", &labels.join(&numbers))]),
        },
        criteria_noun: labels.get(if criteria.len() == 1 { "letter.criterion" } else { "letter.criteria" }),
        criteria: labels.join(&criteria),
        additional_asks: labels.get(if more.len() == 1 { "letter.requires" } else { "letter.require" }),
        additional_criteria: labels.join(&more),
        controls_noun: labels.get(if plural { "letter.the_controls" } else { "letter.the_control" }),
        control_count: controls.len(),
        controls: labels.join(&controls),
        was: labels.get(if plural { "letter.were" } else { "letter.was" }),
    }
}
