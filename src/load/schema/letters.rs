//! Opinion, assertion, letters, and what connects one report with the next.

use crate::load::choices::words_of;
use crate::load::fields::{Kind, Record, field};
use crate::model::{Cause, Conclusion, Limb, OpinionForm, ReportType, SignOffRole};

pub static CONCLUSIONS: Record = Record {
    name: "conclusions",
    one: "conclusion",
    doc: "What the engagement partner concludes on criteria.",
    fields: &[
        field("criterion", Kind::Criterion, "The criterion.").required(),
        field("conclusion", Kind::Choice(words_of::<Conclusion>()), "The conclusion.").required(),
        field("rationale", Kind::Text, "Why; stays in the auditor's file."),
        field(
            "commitments_achieved",
            Kind::Text,
            "For a criterion not met: why the service commitments were achieved all the same; stays in the auditor's file.",
        ),
    ],
};

pub static WAIVERS: Record = Record {
    name: "waivers",
    one: "waiver",
    doc: "Findings that somebody has looked at and lets stand. They are listed by `check` and never printed in the report.",
    fields: &[
        field("rule", Kind::Text, "Id of the rule.").required(),
        field(
            "where",
            Kind::Text,
            "Part of the finding's place or message, such as `controls.csv` or `T-12`; all findings of the rule if left out.",
        ),
        field("reason", Kind::Text, "Why it may stand."),
        field("by", Kind::Text, "Who waives it. An error may be waived by the engagement partner only."),
        field("date", Kind::Date, "When; needed for an error."),
        field("until", Kind::Date, "Last day on which the waiver holds, measured by the report's date."),
    ],
};

pub static SIGNOFFS: Record = Record {
    name: "signoffs",
    one: "sign-off",
    doc: "Sign-offs recorded in the auditor's file; not printed.",
    fields: &[
        field("role", Kind::Choice(words_of::<SignOffRole>()), "Which.").required(),
        field("name", Kind::Text, "Who."),
        field("date", Kind::Date, "When.").required(),
    ],
};

pub static FOLLOW_UPS: Record = Record {
    name: "follow_ups",
    one: "follow-up",
    doc: "Exceptions of the prior report, to be followed up; `roll-forward` writes them. Not printed.",
    fields: &[
        field("exception", Kind::Id, "Its label in the prior report.").required(),
        field("controls", Kind::Ids, "Controls that deviated; ids that there are no more are no fault."),
        field("nature", Kind::Prose, "What had happened."),
        field("promised", Kind::Prose, "What management said it would do."),
        field("promised_by", Kind::Date, "By when."),
        field("outcome", Kind::Text, "What became of it. Until it is written, `check` lists the follow-up."),
    ],
};

pub static TO_CONFIRM: Record = Record {
    name: "to_confirm",
    one: "thing to confirm",
    doc: "What was taken over from the prior engagement; remove each one once it has been looked at. `roll-forward` writes them. Not printed.",
    fields: &[field("what", Kind::Text, "What.").required()],
};

pub static CHANGED_PLACES: Record = Record {
    name: "reissue.places",
    one: "changed place",
    doc: "A place that differs from the report that is replaced.",
    fields: &[
        field("place", Kind::Text, "Where.").required(),
        field("change", Kind::Text, "What: `added`, `changed`, `removed`, or in words.").required(),
    ],
};

pub static REISSUE: Record = Record {
    name: "reissue",
    one: "reissue",
    doc: "A revised report; `reissue` writes it.",
    fields: &[
        field("date", Kind::Date, "Date of the revision.").required(),
        field("reason", Kind::Prose, "Why the report was revised.").required(),
        field("replaces_sha256", Kind::Text, "SHA-256 of the report that it replaces.").required(),
        field("replaces_date", Kind::Date, "Date of the report that it replaces.").required(),
        field("as_to", Kind::Text, "With a dual date: the matter to which alone the new date belongs."),
        field("places", Kind::Records(&CHANGED_PLACES), "Places that changed."),
    ],
};

pub static PRIOR_REPORT: Record = Record {
    name: "prior_report",
    one: "prior report",
    doc: "The report before this one; `roll-forward` writes it. Not printed.",
    fields: &[
        field("type", Kind::Choice(words_of::<ReportType>()), "Its type."),
        field("as_of", Kind::Date, "Its date, for a Type I."),
        field("start", Kind::Date, "First day of its period."),
        field("end", Kind::Date, "Last day of its period."),
        field("report_date", Kind::Date, "When it was dated."),
        field("opinion", Kind::Choice(words_of::<OpinionForm>()), "Its opinion."),
    ],
};

pub static EMPHASIS: Record = Record {
    name: "emphasis",
    one: "emphasis of matter",
    doc: "Draws attention to a matter that the description properly discloses.",
    fields: &[field("heading", Kind::Text, "Heading."), field("text", Kind::Prose, "The paragraph.").required()],
};

pub static LIMBS: Record = Record {
    name: "opinion.limbs",
    one: "table of limbs",
    doc: "Forms of single limbs of the opinion, where they differ. Left out: the limbs that matters name have the form of the opinion, the others are unqualified.",
    fields: &[
        field("description", Kind::Choice(words_of::<OpinionForm>()), "(a) The presentation of the description."),
        field("design", Kind::Choice(words_of::<OpinionForm>()), "(b) The suitability of the design."),
        field("operation", Kind::Choice(words_of::<OpinionForm>()), "(c) The operating effectiveness (Type II)."),
        field("additional", Kind::Choice(words_of::<OpinionForm>()), "The additional criteria (SOC 2+)."),
    ],
};

pub static MATTERS: Record = Record {
    name: "opinion.matters",
    one: "matter",
    doc: "A matter that modifies the opinion, for its basis paragraph.",
    fields: &[
        field("cause", Kind::Choice(words_of::<Cause>()), "Why it modifies the opinion.").required(),
        field("limbs", Kind::Choices(words_of::<Limb>()), "Limbs of the opinion that it concerns.").required(),
        field(
            "criteria",
            Kind::Criteria,
            "Trust services criteria that are not met; for a scope limitation, those on which no conclusion was possible.",
        ),
        field(
            "description_criteria",
            Kind::DescriptionCriteria,
            "Description criteria that the description does not meet.",
        ),
        field("additional_criteria", Kind::Texts, "Additional criteria that are not met."),
        field("controls", Kind::Ids, "Controls concerned."),
        field("text", Kind::Prose, "What failed or could not be established, when and why.").required(),
    ],
};

pub static OPINION: Record = Record {
    name: "opinion",
    one: "opinion",
    doc: "The service auditor's opinion.",
    fields: &[
        field("form", Kind::Choice(words_of::<OpinionForm>()), "The form: that of its gravest limb.").required(),
        field("limbs", Kind::Record(&LIMBS), "Forms of single limbs."),
        field("matters", Kind::Records(&MATTERS), "Matters that modify the opinion."),
        field("emphasis", Kind::Records(&EMPHASIS), "Emphasis-of-matter paragraphs."),
    ],
};

pub static ASSERTION: Record = Record {
    name: "assertion",
    one: "assertion",
    doc: "Management's assertion.",
    fields: &[
        field("date", Kind::Date, "Its date."),
        field("signatory_name", Kind::Text, "Who signs."),
        field("signatory_title", Kind::Text, "As what."),
        field("matter", Kind::Prose, "What management itself says of the matters that modify the opinion."),
    ],
};

pub static BRIDGE_LETTER: Record = Record {
    name: "bridge_letter",
    one: "bridge letter",
    doc: "Management's letter on the time after the period (`build --document bridge-letter`).",
    fields: &[
        field("through", Kind::Date, "Last day that it speaks of.").required(),
        field("date", Kind::Date, "Its date; the last day it speaks of if left out."),
        field("changes", Kind::Prose, "Changes since the period that user entities have to know of."),
        field("no_changes", Kind::Flag, "There were none."),
        field("signatory_name", Kind::Text, "Who signs; as in the assertion if left out."),
        field("signatory_title", Kind::Text, "As what."),
    ],
};

pub static SIGNATORY: Record = Record {
    name: "representation_letter.signatories",
    one: "signatory",
    doc: "Who signs the representation letter.",
    fields: &[field("name", Kind::Text, "Name.").required(), field("title", Kind::Text, "As what.")],
};

pub static REPRESENTATION_LETTER: Record = Record {
    name: "representation_letter",
    one: "representation letter",
    doc: "Management's written representations (`build --document representation-letter`). It carries the report's date.",
    fields: &[
        field("signatories", Kind::Records(&SIGNATORY), "Who signs; as in the assertion if left out."),
        field(
            "uncorrected_misstatements",
            Kind::Prose,
            "Misstatements that were not corrected, and why they are not material.",
        ),
        field("known_matters", Kind::Prose, "Known fraud or noncompliance, in a sentence; none if left out."),
    ],
};
