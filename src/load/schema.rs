//! The field tables of all records of an engagement folder.

use super::choices::Choosable;
use super::fields::{Field, Kind, Record, field};
use crate::model::{
    Category, Cause, Component, Conclusion, Confidentiality, DateFormat, Design, ExceptionWord, Frequency,
    GeneratedTable, Limb, Method, Nature, OpinionForm, Paper, PersonalDataRole, ReportType, SectionOrder, SectionPlace,
    ShowSamples, SignOffRole, Status, TableLayout, TestMethod, TestResult, TypeLabel,
};

pub static CONTROLS: Record = Record {
    name: "controls",
    one: "control",
    doc: "The control matrix: one record per control.",
    fields: &[
        field("id", Kind::Id, "Id as printed; any text, unique.").required().heads(&[
            "control id",
            "control no",
            "control number",
            "control #",
            "control code",
            "ref id",
            "refcode",
            "control ref",
            "control",
        ]),
        field("title", Kind::Text, "Short title for lists and references.").heads(&[
            "control title",
            "control name",
            "name",
        ]),
        field(
            "description",
            Kind::Prose,
            "The control as the service organization specifies it: who does what, when, how and where.",
        )
        .required()
        .heads(&[
            "control description",
            "control activity",
            "your control s",
            "control activity specified by the service organization",
            "description of controls",
            "control text",
        ]),
        field("criteria", Kind::Criteria, "Criteria that the control serves.").required().heads(&[
            "criterion",
            "tsc id",
            "tsc point",
            "tsc",
            "criteria list",
            "trust services criteria",
            "criteria id",
        ]),
        field(
            "additional_criteria",
            Kind::Texts,
            "Criteria of further frameworks (SOC 2+), such as `HIPAA 164.308(a)(1)`.",
        ),
        field(
            "organization",
            Kind::Text,
            "The inclusive subservice organization that performs it; the service organization if left out.",
        ),
        field("owner", Kind::Text, "Role that owns the control.").heads(&["control owner", "responsible"]),
        field("frequency", Kind::Choice(Frequency::words), "How often it operates.").heads(&["control frequency"]),
        field(
            "nature",
            Kind::Choice(Nature::words),
            "Manual, automated, or a person acting on what a system produces.",
        )
        .heads(&["control nature"]),
        field("in_force_from", Kind::Date, "First day in force, if within the period."),
        field("in_force_until", Kind::Date, "Last day in force, if within the period."),
        field("design", Kind::Choice(Design::words), "Whether it is suitably designed (Type I findings)."),
        field("design_reason", Kind::Text, "Why it is not."),
        field("implemented", Kind::Flag, "Whether it is in place (Type I findings)."),
        field("implemented_reason", Kind::Text, "Why it is not."),
    ],
};

pub static POPULATIONS: Record = Record {
    name: "populations",
    one: "population",
    doc: "Further populations of one test, by system or by window.",
    fields: &[
        field("name", Kind::Text, "Tells the populations apart.").required(),
        field("population", Kind::Count, "Items in the population."),
        field("sample", Kind::Count, "Items selected."),
        field("deviations", Kind::Count, "Items that deviated."),
        field("source", Kind::Text, "System or report it was drawn from."),
    ],
};

pub static TESTS: Record = Record {
    name: "tests",
    one: "test",
    doc: "Tests of controls and their results (Type II): one record per test, several per control.",
    fields: &[
        field("id", Kind::Id, "Id as printed, unique among tests.").required().heads(&[
            "test id",
            "test no",
            "test #",
            "test number",
            "test ref",
        ]),
        field("control", Kind::Id, "Id of the control tested.").required().heads(&[
            "control id",
            "control no",
            "control #",
            "control number",
        ]),
        field("procedure", Kind::Prose, "What the service auditor did: method, object, attribute, sample basis.")
            .required()
            .heads(&[
                "test procedure",
                "test",
                "procedures",
                "test of controls",
                "test applied by the service auditor",
                "test performed",
                "testing procedure",
            ]),
        field("methods", Kind::Choices(TestMethod::words), "Kinds of test.").heads(&[
            "method",
            "testing method",
            "test method",
        ]),
        field("population", Kind::Count, "Items in the population, where items were counted.")
            .heads(&["population size"]),
        field("population_name", Kind::Text, "In a sheet: names the population of a further row of the same test."),
        field(
            "population_description",
            Kind::Text,
            "What the items are, in the plural: `user terminations in the period`.",
        ),
        field("population_source", Kind::Text, "System or report the population was drawn from."),
        field("sample", Kind::Count, "Items selected.").heads(&["sample size"]),
        field("deviations", Kind::Count, "Items that deviated.").heads(&[
            "exceptions count",
            "# of exceptions",
            "number of exceptions",
            "number of deviations",
        ]),
        field("populations", Kind::Records(&POPULATIONS), "Several populations of one test (TOML only)."),
        field("result", Kind::Choice(TestResult::words), "The outcome.").required().heads(&[
            "test result",
            "test results",
            "results",
            "results of tests",
        ]),
        field("result_text", Kind::Prose, "Further facts of the auditor, printed after the verdict."),
        field("reason", Kind::Text, "Why the control did not operate, could not be tested or is not applicable."),
        field("corroboration", Kind::Text, "How it was established that nothing occurred."),
        field("tested_on", Kind::Date, "Day of the test.").heads(&["test date", "date tested"]),
        field("evidence_date", Kind::Date, "Day of the occurrence inspected, if there is one."),
        field("evidence", Kind::Ids, "Evidence the test relies on.").heads(&["evidence ids", "evidence id"]),
        field("exception", Kind::Id, "Label of the exception, for a deviation.")
            .heads(&["exception id", "exception label"]),
        field("tester", Kind::Text, "Initials of who tested; not printed."),
        field("reviewer", Kind::Text, "Initials of who reviewed; not printed."),
    ],
};

pub static EXCEPTIONS: Record = Record {
    name: "exceptions",
    one: "exception",
    doc: "Deviations as they are reported, and management's responses (Type II). Several tests may name one exception.",
    fields: &[
        field("id", Kind::Id, "Label as printed, stable.").required().heads(&["exception", "exception id", "label"]),
        field("nature", Kind::Prose, "What happened: the auditor's facts only.").heads(&[
            "description",
            "deviation",
            "exception description",
        ]),
        field("cause", Kind::Text, "Cause, if known."),
        field("effect", Kind::Text, "Effect, if known."),
        field("rationale", Kind::Text, "Why the criterion is met all the same; stays in the auditor's file."),
        field("response", Kind::Prose, "Management's response, printed in Section V.")
            .heads(&["management response", "managements response"]),
        field("response_action", Kind::Text, "What management does about it."),
        field("response_owner", Kind::Text, "Role in charge."),
        field("response_date", Kind::Date, "When it is or will be done."),
        field("response_declined", Kind::Flag, "Management chose not to respond."),
    ],
};

pub static EVIDENCE: Record = Record {
    name: "evidence",
    one: "evidence item",
    doc: "Index of the files below `evidence/`.",
    fields: &[
        field("id", Kind::Id, "Id of the exhibit.").required().heads(&["evidence id", "exhibit", "exhibit id"]),
        field("file", Kind::Text, "Path below `evidence/`, with forward slashes.").required().heads(&[
            "path",
            "file name",
            "filename",
        ]),
        field("title", Kind::Text, "What it is.").heads(&["description"]),
        field("tests", Kind::Ids, "Tests that rely on it.").heads(&["test"]),
        field("controls", Kind::Ids, "Controls it supports, where no test says so.").heads(&["control"]),
        field("source", Kind::Text, "System or person it came from."),
        field("collected_by", Kind::Text, "Who collected it: a role or initials."),
        field("collected_on", Kind::Date, "Day it was collected."),
        field("covers_from", Kind::Date, "First day it covers."),
        field("covers_to", Kind::Date, "Last day it covers."),
        field("confidentiality", Kind::Choice(Confidentiality::words), "How it must be handled."),
        field("sha256", Kind::Text, "Expected SHA-256, checked when it is packaged."),
    ],
};

macro_rules! commitments {
    ($static:ident, $name:literal, $one:literal, $doc:literal) => {
        pub static $static: Record = Record {
            name: $name,
            one: $one,
            doc: $doc,
            fields: &[
                field("id", Kind::Id, "Id.").required(),
                field("text", Kind::Prose, "The text.").required().heads(&["description"]),
                field("categories", Kind::Choices(Category::words), "Categories it belongs to.").heads(&["category"]),
            ],
        };
    };
}
commitments!(SERVICE_COMMITMENTS, "service_commitments", "service commitment", "Principal service commitments (DC 2).");
commitments!(
    SYSTEM_REQUIREMENTS,
    "system_requirements",
    "system requirement",
    "System requirements that follow from the commitments (DC 2)."
);

pub static SUBSERVICE_ORGANIZATIONS: Record = Record {
    name: "subservice_organizations",
    one: "subservice organization",
    doc: "Organizations whose controls are needed to meet criteria (DC 7). A vendor whose controls are not needed is none.",
    fields: &[
        field("name", Kind::Text, "Name, used the same everywhere.").required(),
        field("service", Kind::Prose, "What it does for the system.").required(),
        field("method", Kind::Choice(Method::words), "How the description treats it.").required(),
        field("criteria", Kind::Criteria, "Criteria that rely on it."),
        field("monitoring", Kind::Prose, "How it is monitored."),
        field("monitoring_controls", Kind::Ids, "Controls by which it is monitored."),
        field("assertion", Kind::Record(&ASSERTION), "Its own assertion, when the method is inclusive."),
    ],
};

pub static CSOCS: Record = Record {
    name: "csocs",
    one: "complementary subservice organization control",
    doc: "Controls that the design assumes at carved-out subservice organizations.",
    fields: &[
        field("id", Kind::Id, "Id.").required(),
        field("subservice_organization", Kind::Text, "Name of the subservice organization.").required(),
        field("description", Kind::Prose, "The control assumed.").required(),
        field("criteria", Kind::Criteria, "Criteria it serves.").required(),
    ],
};

pub static CUECS: Record = Record {
    name: "cuecs",
    one: "complementary user entity control",
    doc: "Controls that the design assumes at user entities, necessary to meet criteria (DC 6).",
    fields: &[
        field("id", Kind::Id, "Id.").required(),
        field("description", Kind::Prose, "The control assumed.").required(),
        field("criteria", Kind::Criteria, "Criteria it serves.").required(),
    ],
};

pub static USER_ENTITY_RESPONSIBILITIES: Record = Record {
    name: "user_entity_responsibilities",
    one: "user entity responsibility",
    doc: "What user entities do to benefit from the service; the opinion does not depend on it.",
    fields: &[
        field("id", Kind::Id, "Id.").required(),
        field("description", Kind::Prose, "The responsibility.").required(),
    ],
};

pub static NOT_RELEVANT: Record = Record {
    name: "not_relevant",
    one: "criterion that is not relevant",
    doc: "Criteria in scope that are not relevant to the system (DC 8).",
    fields: &[
        field("criterion", Kind::Criterion, "The criterion.").required(),
        field("reason", Kind::Prose, "Why.").required(),
    ],
};

pub static ADDITIONAL_CRITERIA: Record = Record {
    name: "additional_criteria",
    one: "set of additional criteria",
    doc: "Criteria besides the trust services criteria, on which the opinion reports as well (SOC 2+).",
    fields: &[
        field("name", Kind::Text, "Short name, with which controls name its criteria: `HIPAA`.").required(),
        field("title", Kind::Text, "What running text calls them, in the plural: `requirements of the ...`.")
            .required(),
        field("citation", Kind::Text, "Where they are published.").required(),
        field(
            "file",
            Kind::Text,
            "CSV file with the columns `id` and `title`, in the engagement folder or in the firm's `catalogue/`.",
        )
        .required(),
    ],
};

/// One row of the file of a further framework.
pub static ADDITIONAL_CRITERION: Record = Record {
    name: "additional criteria file",
    one: "additional criterion",
    doc: "The file of a set of additional criteria: one row per criterion.",
    fields: &[
        field("id", Kind::Id, "Id within the set.").required(),
        field("title", Kind::Text, "The criterion, in the words the report prints.")
            .required()
            .heads(&["text", "criterion"]),
    ],
};

pub static INCIDENTS: Record = Record {
    name: "incidents",
    one: "incident",
    doc: "System incidents in the window (DC 4).",
    fields: &[
        field("id", Kind::Id, "Id."),
        field("date", Kind::Date, "When it began.").required(),
        field("nature", Kind::Prose, "What happened.").required(),
        field("effect", Kind::Prose, "Extent and effect."),
        field("disposition", Kind::Prose, "What became of it."),
    ],
};

pub static CHANGES: Record = Record {
    name: "changes",
    one: "change",
    doc: "Significant changes in the period (DC 9, Type II).",
    fields: &[
        field("id", Kind::Id, "Id."),
        field("date", Kind::Date, "When.").required(),
        field("description", Kind::Prose, "What changed, before and after.").required(),
        field("controls", Kind::Ids, "Controls concerned."),
    ],
};

pub static SUBSEQUENT_EVENTS: Record = Record {
    name: "subsequent_events",
    one: "subsequent event",
    doc: "Events after the period or date, up to the report date.",
    fields: &[
        field("date", Kind::Date, "When.").required(),
        field("description", Kind::Prose, "What happened.").required(),
    ],
};

pub static CONCLUSIONS: Record = Record {
    name: "conclusions",
    one: "conclusion",
    doc: "What the engagement partner concludes on criteria.",
    fields: &[
        field("criterion", Kind::Criterion, "The criterion.").required(),
        field("conclusion", Kind::Choice(Conclusion::words), "The conclusion.").required(),
        field("rationale", Kind::Text, "Why; stays in the auditor's file."),
        field(
            "commitments_achieved",
            Kind::Text,
            "For a criterion not met: why the service commitments were achieved all the same; stays in the auditor's file.",
        ),
    ],
};

pub static SIGNOFFS: Record = Record {
    name: "signoffs",
    one: "sign-off",
    doc: "Sign-offs recorded in the auditor's file; not printed.",
    fields: &[
        field("role", Kind::Choice(SignOffRole::words), "Which.").required(),
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

pub static ACRONYMS: Record = Record {
    name: "acronyms",
    one: "acronym",
    doc: "Acronyms and what they stand for.",
    fields: &[
        field("short", Kind::Text, "The acronym.").required(),
        field("long", Kind::Text, "What it stands for.").required(),
    ],
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

static REISSUE: Record = Record {
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

static PRIOR_REPORT: Record = Record {
    name: "prior_report",
    one: "prior report",
    doc: "The report before this one; `roll-forward` writes it. Not printed.",
    fields: &[
        field("type", Kind::Choice(ReportType::words), "Its type."),
        field("as_of", Kind::Date, "Its date, for a Type I."),
        field("start", Kind::Date, "First day of its period."),
        field("end", Kind::Date, "Last day of its period."),
        field("report_date", Kind::Date, "When it was dated."),
        field("opinion", Kind::Choice(OpinionForm::words), "Its opinion."),
    ],
};

static PERIOD: Record = Record {
    name: "period",
    one: "period",
    doc: "The period of a Type II, both days included.",
    fields: &[field("start", Kind::Date, "First day.").required(), field("end", Kind::Date, "Last day.").required()],
};

static SERVICE_ORGANIZATION: Record = Record {
    name: "service_organization",
    one: "service organization",
    doc: "Whose system it is.",
    fields: &[
        field("name", Kind::Text, "Legal name.").required(),
        field("short_name", Kind::Text, "What the texts call it."),
        field("system", Kind::Text, "Name of the system.").required(),
        field("description_title", Kind::Text, "Title of the description; made from the names if left out."),
        field("address", Kind::Text, "Address, below the assertion."),
    ],
};

static SERVICE_AUDITOR: Record = Record {
    name: "service_auditor",
    one: "service auditor",
    doc: "Who examines. Left out while there is none: the report then says that it is not an attestation report.",
    fields: &[
        field("name", Kind::Text, "Legal name of the firm; its profile may hold it."),
        field("city", Kind::Text, "City and state of the issuing office."),
        field("report_date", Kind::Date, "Date of the report."),
        field("release_date", Kind::Date, "Day the report was released."),
        field("license", Kind::Text, "Licence, if it is printed."),
        field(
            "international_standards",
            Kind::Flag,
            "The examination was also conducted in accordance with ISAE 3000 (Revised).",
        ),
        field(
            "signature_image",
            Kind::Text,
            "Image of the signature, in the folder; printed in an issued report only.",
        ),
        field(
            "addressee",
            Kind::Text,
            "Whom the report is addressed to; management of the service organization if left out.",
        ),
    ],
};

pub static EMPHASIS: Record = Record {
    name: "emphasis",
    one: "emphasis of matter",
    doc: "Draws attention to a matter that the description properly discloses.",
    fields: &[field("heading", Kind::Text, "Heading."), field("text", Kind::Prose, "The paragraph.").required()],
};

static LIMBS: Record = Record {
    name: "opinion.limbs",
    one: "table of limbs",
    doc: "Forms of single limbs of the opinion, where they differ. Left out: the limbs that matters name have the form of the opinion, the others are unqualified.",
    fields: &[
        field("description", Kind::Choice(OpinionForm::words), "(a) The presentation of the description."),
        field("design", Kind::Choice(OpinionForm::words), "(b) The suitability of the design."),
        field("operation", Kind::Choice(OpinionForm::words), "(c) The operating effectiveness (Type II)."),
        field("additional", Kind::Choice(OpinionForm::words), "The additional criteria (SOC 2+)."),
    ],
};

pub static MATTERS: Record = Record {
    name: "opinion.matters",
    one: "matter",
    doc: "A matter that modifies the opinion, for its basis paragraph.",
    fields: &[
        field("cause", Kind::Choice(Cause::words), "Why it modifies the opinion.").required(),
        field("limbs", Kind::Choices(Limb::words), "Limbs of the opinion that it concerns.").required(),
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

static OPINION: Record = Record {
    name: "opinion",
    one: "opinion",
    doc: "The service auditor's opinion.",
    fields: &[
        field("form", Kind::Choice(OpinionForm::words), "The form: that of its gravest limb.").required(),
        field("limbs", Kind::Record(&LIMBS), "Forms of single limbs."),
        field("matters", Kind::Records(&MATTERS), "Matters that modify the opinion."),
        field("emphasis", Kind::Records(&EMPHASIS), "Emphasis-of-matter paragraphs."),
    ],
};

static ASSERTION: Record = Record {
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

static BRIDGE_LETTER: Record = Record {
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

static REPRESENTATION_LETTER: Record = Record {
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

static PRIVACY: Record = Record {
    name: "privacy",
    one: "privacy table",
    doc: "Needed when privacy is in scope.",
    fields: &[
        field("role", Kind::Choice(PersonalDataRole::words), "Role towards the personal information."),
        field("notice", Kind::Text, "The privacy notice or commitment."),
        field("personal_information", Kind::Texts, "Kinds of personal information."),
    ],
};

static STYLE: Record = Record {
    name: "style",
    one: "style",
    doc: "House style: values only.",
    fields: &[
        field("paper", Kind::Choice(Paper::words), "Paper size; US Letter if left out."),
        field(
            "date_format",
            Kind::Choice(DateFormat::words),
            "`us` January 31, 2026; `international` 31 January 2026; `iso` 2026-01-31.",
        ),
        field("type_label", Kind::Choice(TypeLabel::words), "`roman` Type II; `arabic` Type 2."),
        field("exception_word", Kind::Choice(ExceptionWord::words), "What a deviation is called in print."),
        field(
            "show_samples",
            Kind::Choice(ShowSamples::words),
            "Whether results say how many items were tested. Deviations found by sampling always do.",
        ),
        field("table_layout", Kind::Choice(TableLayout::words), "How Section IV is laid out."),
        field("section_order", Kind::Choice(SectionOrder::words), "Which letter comes first."),
        field("accent", Kind::Text, "Colour of numbers, links and rules: `#rrggbb`, dark enough to read."),
        field("logo", Kind::Text, "Logo for the cover: an image in the engagement folder, or in the firm's."),
        field("serif", Kind::Text, "Font family of letters and description; its files lie in `style/fonts/`."),
        field("sans", Kind::Text, "Font family of tables and headings."),
        field("mono", Kind::Text, "Font family of code."),
        field("language", Kind::Text, "Language of the fixed labels: `en`, `de`, or a file in the firm's `language/`."),
        field("evidence_list", Kind::Flag, "Also make the auditor's edition, which lists the exhibits."),
    ],
};

pub static ENGAGEMENT: Record = Record {
    name: "engagement",
    one: "engagement",
    doc: "Who, what and when.",
    fields: &[
        field("format", Kind::Count, "Version of the folder's format: 1.").required(),
        field("type", Kind::Choice(ReportType::words), "Type of report.").required(),
        field("status", Kind::Choice(Status::words), "Draft until it is issued.").required(),
        field("categories", Kind::Choices(Category::words), "Categories in scope.").required(),
        field("as_of", Kind::Date, "The date of a Type I."),
        field("no_incidents", Kind::Flag, "There were no incidents to disclose (DC 4)."),
        field("no_changes", Kind::Flag, "There were no significant changes (DC 9)."),
        field("period", Kind::Record(&PERIOD), "The period of a Type II."),
        field("service_organization", Kind::Record(&SERVICE_ORGANIZATION), "Whose system it is.").required(),
        field("service_auditor", Kind::Record(&SERVICE_AUDITOR), "Who examines."),
        field("opinion", Kind::Record(&OPINION), "The opinion."),
        field("assertion", Kind::Record(&ASSERTION), "Management's assertion."),
        field("reissue", Kind::Record(&REISSUE), "For a revised report."),
        field("prior_report", Kind::Record(&PRIOR_REPORT), "The report before this one."),
        field("bridge_letter", Kind::Record(&BRIDGE_LETTER), "For the bridge letter."),
        field("representation_letter", Kind::Record(&REPRESENTATION_LETTER), "For the representation letter."),
        field("privacy", Kind::Record(&PRIVACY), "Needed when privacy is in scope."),
        field("style", Kind::Record(&STYLE), "House style."),
        field("service_commitments", Kind::Records(&SERVICE_COMMITMENTS), ""),
        field("system_requirements", Kind::Records(&SYSTEM_REQUIREMENTS), ""),
        field("subservice_organizations", Kind::Records(&SUBSERVICE_ORGANIZATIONS), ""),
        field("csocs", Kind::Records(&CSOCS), ""),
        field("cuecs", Kind::Records(&CUECS), ""),
        field("user_entity_responsibilities", Kind::Records(&USER_ENTITY_RESPONSIBILITIES), ""),
        field("not_relevant", Kind::Records(&NOT_RELEVANT), ""),
        field("additional_criteria", Kind::Records(&ADDITIONAL_CRITERIA), ""),
        field("incidents", Kind::Records(&INCIDENTS), ""),
        field("changes", Kind::Records(&CHANGES), ""),
        field("subsequent_events", Kind::Records(&SUBSEQUENT_EVENTS), ""),
        field("conclusions", Kind::Records(&CONCLUSIONS), ""),
        field("signoffs", Kind::Records(&SIGNOFFS), ""),
        field("follow_ups", Kind::Records(&FOLLOW_UPS), ""),
        field("to_confirm", Kind::Records(&TO_CONFIRM), ""),
        field("acronyms", Kind::Records(&ACRONYMS), ""),
        field("controls", Kind::Records(&CONTROLS), ""),
        field("tests", Kind::Records(&TESTS), ""),
        field("exceptions", Kind::Records(&EXCEPTIONS), ""),
        field("evidence", Kind::Records(&EVIDENCE), ""),
    ],
};

pub static TOPIC: Record = Record {
    name: "front matter",
    one: "front matter",
    doc: "Front matter of a file in `description/` or `other-information/`.",
    fields: &[
        field("title", Kind::Text, "Heading of the topic.").required(),
        field("description_criteria", Kind::DescriptionCriteria, "Description criteria it addresses."),
        field("components", Kind::Choices(Component::words), "Components it describes (DC 3)."),
        field("include", Kind::Choices(GeneratedTable::words), "Generated tables at the end of the topic."),
        field("categories", Kind::Choices(Category::words), "Appears only if one of these is in scope."),
        field(
            "subservice_organization",
            Kind::Text,
            "The inclusive subservice organization whose part of the description it is.",
        ),
        field(
            "place",
            Kind::Choice(SectionPlace::words),
            "In the firm's `sections/`: before the letters, or at the end (if left out).",
        ),
        field("general_use", Kind::Flag, "Stands in a SOC 3 report too; if left out, the topics on DC 1 do."),
    ],
};

static WORDING_APPROVAL: Record = Record {
    name: "wording_approval",
    one: "approval of the wording",
    doc: "Who in the firm approved the wording of letters and criteria, and when. Without it no report is final.",
    fields: &[
        field("by", Kind::Text, "Who.").required(),
        field("role", Kind::Text, "As what."),
        field("on", Kind::Date, "When.").required(),
    ],
};

pub static FIRM: Record = Record {
    name: "firm.toml",
    one: "firm profile",
    doc: "What a firm keeps once for all its clients. The engagement's own values come first.",
    fields: &[
        field("format", Kind::Count, "Version of the folder's format: 1.").required(),
        field("name", Kind::Text, "Legal name of the firm."),
        field("city", Kind::Text, "City and state of the issuing office."),
        field("license", Kind::Text, "Licence, if it is printed."),
        field("international_standards", Kind::Flag, "Examinations also follow ISAE 3000 (Revised)."),
        field("wording_approval", Kind::Record(&WORDING_APPROVAL), "Who approved the wording."),
        field("bridge_letter_months", Kind::Count, "The longest time a bridge letter may cover; 3 if left out."),
        field("clients", Kind::Texts, "Names of clients, none of which may stand in the report of another."),
        field("style", Kind::Record(&STYLE), "House style."),
    ],
};

/// Tables of records that may stand in a file of their own: their record, and the files where they may stand as well.
pub static TABLES: &[&Record] = &[
    &CONTROLS,
    &TESTS,
    &EXCEPTIONS,
    &EVIDENCE,
    &SERVICE_COMMITMENTS,
    &SYSTEM_REQUIREMENTS,
    &SUBSERVICE_ORGANIZATIONS,
    &CSOCS,
    &CUECS,
    &USER_ENTITY_RESPONSIBILITIES,
    &NOT_RELEVANT,
    &ADDITIONAL_CRITERIA,
    &INCIDENTS,
    &CHANGES,
    &SUBSEQUENT_EVENTS,
    &CONCLUSIONS,
    &SIGNOFFS,
    &FOLLOW_UPS,
    &TO_CONFIRM,
    &ACRONYMS,
];

/// All records, for the reference.
pub fn all_records() -> Vec<&'static Record> {
    let mut records: Vec<&'static Record> = vec![&ENGAGEMENT];
    let nested = |fields: &'static [Field]| {
        fields.iter().filter_map(|f| match f.kind {
            Kind::Record(record) => Some(record),
            _ => None,
        })
    };
    records.extend(nested(ENGAGEMENT.fields));
    records.push(&CHANGED_PLACES);
    records.push(&SIGNATORY);
    records.push(&LIMBS);
    records.push(&MATTERS);
    records.push(&EMPHASIS);
    records.extend(TABLES.iter().copied());
    records.push(&POPULATIONS);
    records.push(&ADDITIONAL_CRITERION);
    records.push(&TOPIC);
    records.push(&FIRM);
    records.push(&WORDING_APPROVAL);
    records
}
