//! The field tables of all records of an engagement folder.

mod firm;
mod letters;
mod matrix;
mod plan;

use super::choices::words_of;
use super::fields::{Field, Kind, Record, field};
use crate::model::{Category, Component, GeneratedTable, Method, PersonalDataRole, ReportType, SectionPlace, Status};

pub use firm::*;
pub use letters::*;
pub use matrix::*;
pub use plan::JOBS;

macro_rules! commitments {
    ($static:ident, $name:literal, $one:literal, $doc:literal) => {
        pub static $static: Record = Record {
            name: $name,
            one: $one,
            doc: $doc,
            fields: &[
                field("id", Kind::Id, "Id.").required(),
                field("text", Kind::Prose, "The text.").required().heads(&["description"]),
                field("categories", Kind::Choices(words_of::<Category>()), "Categories it belongs to.")
                    .heads(&["category"]),
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
        field("method", Kind::Choice(words_of::<Method>()), "How the description treats it.").required(),
        field("criteria", Kind::Criteria, "Criteria that rely on it."),
        field("monitoring", Kind::Prose, "How it is monitored."),
        field("monitoring_controls", Kind::Ids, "Controls by which it is monitored."),
        field("report_from", Kind::Date, "First day that its own SOC report covers, if one was obtained."),
        field("report_to", Kind::Date, "Last day that report covers."),
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

pub static ACRONYMS: Record = Record {
    name: "acronyms",
    one: "acronym",
    doc: "Acronyms and what they stand for.",
    fields: &[
        field("short", Kind::Text, "The acronym.").required(),
        field("long", Kind::Text, "What it stands for.").required(),
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
        field(
            "release_date",
            Kind::Date,
            "Day the report was released; the documentation file closes some days later.",
        ),
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
        field(
            "other_services",
            Kind::Texts,
            "What else the firm does for the client: readiness work, consulting, a compliance platform; not printed.",
        ),
    ],
};

static PRIVACY: Record = Record {
    name: "privacy",
    one: "privacy table",
    doc: "Needed when privacy is in scope.",
    fields: &[
        field("role", Kind::Choice(words_of::<PersonalDataRole>()), "Role towards the personal information."),
        field("notice", Kind::Text, "The privacy notice or commitment."),
        field("personal_information", Kind::Texts, "Kinds of personal information."),
    ],
};

pub static ENGAGEMENT: Record = Record {
    name: "engagement",
    one: "engagement",
    doc: "Who, what and when.",
    fields: &[
        field("format", Kind::Count, "Version of the folder's format: 1.").required(),
        field("type", Kind::Choice(words_of::<ReportType>()), "Type of report.").required(),
        field("status", Kind::Choice(words_of::<Status>()), "Draft until it is issued.").required(),
        field("categories", Kind::Choices(words_of::<Category>()), "Categories in scope.").required(),
        field("as_of", Kind::Date, "The date of a Type I."),
        field("vendors", Kind::Texts, "Providers named in the description that are no subservice organizations."),
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
        field("review", Kind::Record(&REVIEW), "Which rules the review applies."),
        field("evidence_collection", Kind::Record(&EVIDENCE_COLLECTION), "How evidence without a row is taken."),
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
        field("waivers", Kind::Records(&WAIVERS), ""),
        field("follow_ups", Kind::Records(&FOLLOW_UPS), ""),
        field("to_confirm", Kind::Records(&TO_CONFIRM), ""),
        field("acronyms", Kind::Records(&ACRONYMS), ""),
        field("controls", Kind::Records(&CONTROLS), ""),
        field("tests", Kind::Records(&TESTS), ""),
        field("exceptions", Kind::Records(&EXCEPTIONS), ""),
        field("sampled_items", Kind::Records(&SAMPLED_ITEMS), ""),
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
        field("components", Kind::Choices(words_of::<Component>()), "Components it describes (DC 3)."),
        field("include", Kind::Choices(words_of::<GeneratedTable>()), "Generated tables at the end of the topic."),
        field("categories", Kind::Choices(words_of::<Category>()), "Appears only if one of these is in scope."),
        field(
            "subservice_organization",
            Kind::Text,
            "The inclusive subservice organization whose part of the description it is.",
        ),
        field(
            "place",
            Kind::Choice(words_of::<SectionPlace>()),
            "In the firm's `sections/`: before the letters, or at the end (if left out).",
        ),
        field("general_use", Kind::Flag, "Stands in a SOC 3 report too; if left out, the topics on DC 1 do."),
    ],
};

/// Tables of records that may stand in a file of their own: their record, and the files where they may stand as well.
pub static TABLES: &[&Record] = &[
    &CONTROLS,
    &TESTS,
    &SAMPLED_ITEMS,
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
    &WAIVERS,
    &FOLLOW_UPS,
    &TO_CONFIRM,
    &ACRONYMS,
];

/// Tables that stay in the auditor's file.
pub static AUDITORS_TABLES: &[&str] =
    &["sampled_items", "conclusions", "signoffs", "waivers", "follow_ups", "to_confirm"];

/// Fields of other tables that stay in the auditor's file: table and field.
pub static AUDITORS_FIELDS: &[(&str, &str)] =
    &[("tests", "tester"), ("tests", "reviewer"), ("exceptions", "rationale")];

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
    records.push(&PEER_REVIEW);
    records.push(&SAMPLE_SIZES);
    records
}
