//! The control matrix, tests, exceptions and evidence.

use crate::load::choices::words_of;
use crate::load::fields::{Kind, Record, field};
use crate::model::{Confidentiality, Design, Frequency, Nature, TestMethod, TestResult};

pub static CONTROLS: Record = Record {
    name: "controls",
    one: "control",
    doc: "The control matrix: one record per control.",
    fields: &[
        field("id", Kind::Id, "Id as printed; any text, unique.")
            .required()
            .heads(&[
                "control id",
                "control no",
                "control number",
                "control #",
                "control code",
                "ref id",
                "refcode",
                "control ref",
                "control reference",
                "control identifier",
                "ctrl id",
                "ctrl #",
                "ctrl no",
                "ctrl",
                "code",
            ])
            .weak(&["control", "#", "no", "nr", "number", "ref", "reference"]),
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
            "controls specified by the service organization",
            "control activities",
            "control specification",
            "control statement",
            "control language",
            "description of controls",
            "control text",
        ])
        .weak(&["control", "controls", "activity", "text"]),
        field("criteria", Kind::Criteria, "Criteria that the control serves.").required().heads(&[
            "criterion",
            "tsc id",
            "tsc point",
            "tsc",
            "criteria list",
            "criteria mapping",
            "criteria mappings",
            "criterion id",
            "mapped criteria",
            "trust services criteria",
            "trust services criterion",
            "trust service criteria",
            "tsc ref",
            "tsc reference",
            "tsc criteria",
            "tsc mapping",
            "criteria ref",
            "criteria reference",
            "control criteria",
            "related criteria",
            "soc 2 criteria",
            "criteria id",
            "requirements",
            "mapped requirements",
            "framework requirements",
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
        field("owner", Kind::Text, "Role that owns the control.").heads(&[
            "control owner",
            "control owners",
            "owners",
            "assignee",
            "responsible",
            "responsible party",
            "process owner",
        ]),
        field("frequency", Kind::Choice(words_of::<Frequency>()), "How often it operates.").heads(&[
            "control frequency",
            "freq",
            "frequency of operation",
        ]),
        field(
            "nature",
            Kind::Choice(words_of::<Nature>()),
            "Manual, automated, or a person acting on what a system produces.",
        )
        .heads(&[
            "control nature",
            "nature of control",
            "nature m a",
            "type m a",
            "manual automated",
            "manual or automated",
        ]),
        field("in_force_from", Kind::Date, "First day in force, if within the period."),
        field("in_force_until", Kind::Date, "Last day in force, if within the period."),
        field("design", Kind::Choice(words_of::<Design>()), "Whether it is suitably designed (Type I findings)."),
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
        field("id", Kind::Id, "Id as printed, unique among tests.")
            .required()
            .heads(&["test id", "test no", "test #", "test number", "test ref", "test reference"])
            .weak(&["test", "#", "no", "nr", "number", "ref", "reference"]),
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
                "test procedures",
                "procedures",
                "test of controls",
                "tests of controls",
                "test applied by the service auditor",
                "tests applied by the service auditor",
                "test performed",
                "tests performed",
                "test performed by the service auditor",
                "tests performed by the service auditor",
                "testing procedure",
                "testing procedures",
                "test description",
                "test steps",
            ])
            .weak(&["test", "tests", "testing"]),
        field("methods", Kind::Choices(words_of::<TestMethod>()), "Kinds of test.").heads(&[
            "method",
            "testing method",
            "test method",
        ]),
        field("population", Kind::Count, "Items in the population, where items were counted.").heads(&[
            "population size",
            "pop",
            "total population",
        ]),
        field("population_name", Kind::Text, "In a sheet: names the population of a further row of the same test."),
        field(
            "population_description",
            Kind::Text,
            "What the items are, in the plural: `user terminations in the period`.",
        ),
        field("population_source", Kind::Text, "System or report the population was drawn from."),
        field("sample", Kind::Count, "Items selected.").heads(&[
            "sample size",
            "sample of population",
            "test sample of population",
            "test sample",
            "samples tested",
            "sample tested",
            "items tested",
            "items selected",
        ]),
        field("deviations", Kind::Count, "Items that deviated.")
            .heads(&[
                "exceptions count",
                "# of exceptions",
                "number of exceptions",
                "number of deviations",
                "# of deviations",
                "no of exceptions",
                "no of deviations",
                "exception count",
                "deviation count",
            ])
            .weak(&["exceptions"]),
        field("populations", Kind::Records(&POPULATIONS), "Several populations of one test (TOML only)."),
        field("result", Kind::Choice(words_of::<TestResult>()), "The outcome.").required().heads(&[
            "test result",
            "test results",
            "results",
            "results of tests",
            "results of testing",
            "result of test",
            "result of testing",
            "test conclusion",
            "outcome",
            "test outcome",
            "conclusion",
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

pub static SAMPLED_ITEMS: Record = Record {
    name: "sampled_items",
    one: "sampled item",
    doc: "The items selected for tests (Type II): kept in the auditor's file, not printed. Where a test lists its items, \
          they are compared with its counts, with the period and with the evidence.",
    fields: &[
        field("test", Kind::Id, "The test.").required().heads(&["test id"]),
        field("item", Kind::Text, "What was selected: a number or a name.").required().heads(&["sample", "item id"]),
        field("date", Kind::Date, "When it occurred."),
        field("deviates", Kind::Flag, "It deviated.").heads(&["deviation", "exception"]),
        field("evidence", Kind::Ids, "What was inspected.").heads(&["evidence id", "evidence ids"]),
        field("note", Kind::Text, "Why it stands although it lies outside the period, or the like."),
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
        field("response", Kind::Prose, "Management's response, printed in Section V.").heads(&[
            "management response",
            "managements response",
            "mgmt response",
            "response of management",
        ]),
        field("response_action", Kind::Text, "What management does about it."),
        field("response_owner", Kind::Text, "Role in charge."),
        field("response_date", Kind::Date, "When it is or will be done."),
        field("response_declined", Kind::Flag, "Management chose not to respond."),
    ],
};

pub static EVIDENCE_COLLECTION: Record = Record {
    name: "evidence_collection",
    one: "collection of evidence",
    doc: "How evidence without a row in the index is taken.",
    fields: &[
        field(
            "by_folder",
            Kind::Flag,
            "Files below `evidence/<control>/` that no row names are exhibits of that control: AC-07.1, AC-07.2 and so on, in \
             the natural order of their paths.",
        ),
        field("source", Kind::Text, "System or person that these files came from."),
        field("collected_by", Kind::Text, "Who collected them: a role or initials."),
        field("collected_on", Kind::Date, "Day they were collected."),
        field("confidentiality", Kind::Choice(words_of::<Confidentiality>()), "How they must be handled."),
    ],
};

pub static EVIDENCE: Record = Record {
    name: "evidence",
    one: "evidence item",
    doc: "Index of the files below `evidence/`.",
    fields: &[
        field("id", Kind::Id, "Id of the exhibit.").required().heads(&["evidence id", "exhibit", "exhibit id"]),
        field(
            "file",
            Kind::Text,
            "Path below `evidence/`, with forward slashes; or a pattern such as `logs/2025-*.csv`, each match of which is an \
             exhibit: of row E-07 they are E-07.1, E-07.2 and so on.",
        )
        .required().heads(&[
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
        field("confidentiality", Kind::Choice(words_of::<Confidentiality>()), "How it must be handled."),
        field("sha256", Kind::Text, "Expected SHA-256, checked when it is packaged."),
    ],
};
