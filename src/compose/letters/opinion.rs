//! What the letters say of the opinion: forms of its limbs, their punctuation, and the matters behind them.

use serde::Serialize;

use super::values::sentence;
use crate::compose::wording::join;
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
    pub prefix: &'static str,
    /// In the assertion: management admits that it is not so.
    pub assertion_adverse: bool,
    /// In the assertion: what management excepts, where its lead does not say it.
    pub assertion_prefix: &'static str,
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
    pub criteria_noun: &'static str,
    /// `HIPAA 164.308(a)(3)`
    pub additional_criteria: String,
    pub additional_asks: &'static str,
    pub controls: String,
    pub controls_noun: &'static str,
    pub control_count: usize,
    pub was: &'static str,
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
    pub basis_title: &'static str,
    pub opinion_title: &'static str,
    /// In running text: `qualified opinion`.
    pub opinion_noun: &'static str,
    pub soc3: Soc3View,
}

/// The one opinion of a SOC 3: on the effectiveness of the controls, so on design and operation together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Soc3View {
    /// As written in files: `qualified`.
    pub form: &'static str,
    /// Whether the SOC 2 opinion is modified in any limb.
    pub is_modified: bool,
    pub basis_title: &'static str,
    pub opinion_title: &'static str,
    pub noun: &'static str,
    pub matters_word: &'static str,
    /// There is a matter that modifies it.
    pub has_basis: bool,
}

fn soc3(e: &Engagement, is_modified: bool) -> Soc3View {
    let form = |limb| e.opinion.as_ref().map_or(OpinionForm::Unqualified, |o| o.of(limb));
    let form = form(Limb::Design).max(form(Limb::Operation));
    let matters = e.opinion.iter().flat_map(|o| &o.matters);
    let count = matters.filter(|m| m.concerns(Limb::Design) || m.concerns(Limb::Operation)).count();
    Soc3View {
        form: form.key(),
        is_modified,
        basis_title: if form == OpinionForm::Adverse {
            "Basis for adverse opinion"
        } else {
            "Basis for qualified opinion"
        },
        opinion_title: match form {
            OpinionForm::Adverse => "Adverse opinion",
            OpinionForm::Qualified => "Qualified opinion",
            _ => "Opinion",
        },
        noun: match form {
            OpinionForm::Adverse => "adverse opinion",
            OpinionForm::Qualified => "qualified opinion",
            _ => "opinion",
        },
        matters_word: if count == 1 { "matter" } else { "matters" },
        has_basis: form.is_modified() && count > 0,
    }
}

/// The letters in front of the limbs of a report.
fn letter(limbs: &[Limb], limb: Limb) -> &'static str {
    let position = limbs.iter().position(|l| *l == limb).unwrap_or_default();
    ["(a)", "(b)", "(c)", "(d)"].get(position).copied().unwrap_or("(e)")
}

pub fn view(e: &Engagement) -> OpinionView {
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
                "except for the matter described in the preceding paragraph, "
            } else {
                ""
            },
            prefix: match () {
                () if adverse.is_empty() => "",
                () if qualified.contains(limb) => {
                    "except for the matters described under “Basis for modified opinion”, in all material respects, "
                }
                () => "in all material respects, ",
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
    let subjects: Vec<&str> = disclaimed
        .iter()
        .map(|limb| match limb {
            Limb::Description => "the presentation of the description",
            Limb::Design => "the suitability of the design of the controls",
            Limb::Operation => "the operating effectiveness of the controls",
            Limb::Additional => "whether the controls met the additional criteria",
        })
        .collect();
    OpinionView {
        soc3: soc3(e, !forms.is_empty()),
        limbs: views,
        matters: if forms.is_empty() {
            Vec::new()
        } else {
            e.opinion.iter().flat_map(|o| &o.matters).map(|m| matter(e, m)).collect()
        },
        all_disclaimed,
        has_disclaimer: !disclaimed.is_empty(),
        any_adverse: !adverse.is_empty(),
        lead_excepts,
        qualified_limbs: join(&qualified.iter().map(|l| letter(&limbs, *l)).collect::<Vec<_>>(), "and"),
        disclaimed_count: subjects.len(),
        disclaimed_limbs: join(&subjects, "and"),
        basis_title: match one {
            Some(OpinionForm::Qualified) => "Basis for qualified opinion",
            Some(OpinionForm::Adverse) => "Basis for adverse opinion",
            Some(OpinionForm::Disclaimer) if all_disclaimed => "Basis for disclaimer of opinion",
            _ => "Basis for modified opinion",
        },
        opinion_title: match one {
            _ if all_disclaimed => "Disclaimer of opinion",
            _ if forms.is_empty() => "Opinion",
            Some(OpinionForm::Qualified) => "Qualified opinion",
            Some(OpinionForm::Adverse) => "Adverse opinion",
            _ => "Modified opinion",
        },
        opinion_noun: match one {
            _ if forms.is_empty() => "opinion",
            Some(OpinionForm::Qualified) => "qualified opinion",
            Some(OpinionForm::Adverse) => "adverse opinion",
            _ => "modified opinion",
        },
    }
}

fn matter(e: &Engagement, matter: &Matter) -> MatterView {
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
            1 => format!("description criterion {}", numbers[0]),
            _ => format!("description criteria {}", join(&numbers, "and")),
        },
        criteria_noun: if criteria.len() == 1 { "criterion" } else { "criteria" },
        criteria: join(&criteria, "and"),
        additional_asks: if more.len() == 1 { "requires" } else { "require" },
        additional_criteria: join(&more, "and"),
        controls_noun: if plural { "the controls" } else { "the control" },
        control_count: controls.len(),
        controls: join(&controls, "and"),
        was: if plural { "were" } else { "was" },
    }
}
