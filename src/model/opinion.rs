//! The service auditor's opinion: its form per limb, and the matters that modify it.

use serde::Serialize;

use super::{CriterionId, Id, Prose};
use crate::diagnostics::{Located, Origin};

/// The form of an opinion, from the best to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpinionForm {
    Unqualified,
    /// True except for a matter that is material but not pervasive.
    Qualified,
    /// Not true: a misstatement that is material and pervasive.
    Adverse,
    /// No opinion: evidence could not be obtained, and what it could have shown is material and pervasive.
    Disclaimer,
}

impl OpinionForm {
    pub fn is_modified(self) -> bool {
        self != OpinionForm::Unqualified
    }

    /// In running text.
    pub fn noun(self) -> &'static str {
        match self {
            OpinionForm::Unqualified => "unqualified opinion",
            OpinionForm::Qualified => "qualified opinion",
            OpinionForm::Adverse => "adverse opinion",
            OpinionForm::Disclaimer => "disclaimer of opinion",
        }
    }

    /// As written in files.
    pub fn key(self) -> &'static str {
        match self {
            OpinionForm::Unqualified => "unqualified",
            OpinionForm::Qualified => "qualified",
            OpinionForm::Adverse => "adverse",
            OpinionForm::Disclaimer => "disclaimer",
        }
    }
}

/// What one part of the opinion is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limb {
    /// (a) The description presents the system in accordance with the description criteria.
    Description,
    /// (b) The controls were suitably designed.
    Design,
    /// (c) The controls operated effectively; Type II only.
    Operation,
    /// The controls meet additional criteria (SOC 2+).
    Additional,
}

impl Limb {
    pub const ALL: [Limb; 4] = [Limb::Description, Limb::Design, Limb::Operation, Limb::Additional];

    /// As written in files.
    pub fn key(self) -> &'static str {
        match self {
            Limb::Description => "description",
            Limb::Design => "design",
            Limb::Operation => "operation",
            Limb::Additional => "additional",
        }
    }

    /// In messages.
    pub fn noun(self) -> &'static str {
        match self {
            Limb::Description => "the description",
            Limb::Design => "the suitability of the design",
            Limb::Operation => "the operating effectiveness",
            Limb::Additional => "the additional criteria",
        }
    }
}

/// Why an opinion is modified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The description is wrong, a design unsuitable, or controls did not operate effectively.
    Misstatement,
    /// Sufficient appropriate evidence could not be obtained.
    ScopeLimitation,
}

/// A matter that modifies the opinion: the stuff of its basis paragraph.
#[derive(Debug, Clone)]
pub struct Matter {
    pub cause: Located<Cause>,
    pub limbs: Vec<Located<Limb>>,
    /// Trust services criteria that are not met or, for a scope limitation, could not be concluded on.
    pub criteria: Vec<Located<CriterionId>>,
    /// Numbers of the description criteria that the description does not meet.
    pub description_criteria: Vec<Located<u8>>,
    /// Additional criteria concerned, as controls name them.
    pub additional_criteria: Vec<Located<String>>,
    pub controls: Vec<Located<Id>>,
    /// What failed or could not be established, when and why: the auditor's own words.
    pub text: Prose,
    pub origin: Origin,
}

impl Matter {
    pub fn concerns(&self, limb: Limb) -> bool {
        self.limbs.iter().any(|l| l.value == limb)
    }
}

/// A paragraph that draws attention to something the description properly discloses.
#[derive(Debug, Clone)]
pub struct Emphasis {
    pub heading: Option<Located<String>>,
    pub text: Prose,
}

/// What the engagement partner concludes. The program never changes it.
#[derive(Debug, Clone)]
pub struct Opinion {
    /// The opinion as a whole: the gravest of its limbs.
    pub form: Located<OpinionForm>,
    /// Forms of single limbs, where they are stated.
    pub stated: Vec<(Limb, Located<OpinionForm>)>,
    pub matters: Vec<Matter>,
    pub emphasis: Vec<Emphasis>,
}

impl Opinion {
    /// The form of one limb: as stated; or else the whole opinion's, if a matter concerns the limb or no matter names
    /// any; or else unqualified.
    pub fn of(&self, limb: Limb) -> OpinionForm {
        if let Some((_, form)) = self.stated.iter().find(|(l, _)| *l == limb) {
            return form.value;
        }
        let named = self.matters.iter().any(|m| m.concerns(limb));
        if named || (self.stated.is_empty() && self.matters.is_empty()) {
            self.form.value
        } else {
            OpinionForm::Unqualified
        }
    }
}
