//! The field table of a batch's plan.

use super::super::choices::words_of;
use super::super::fields::{Kind, Record, field};
use crate::model::{Document, Status};

pub static JOBS: Record = Record {
    name: "jobs",
    one: "job",
    doc: "One document to make of one engagement, or one recipient's copy of it.",
    fields: &[
        field("engagement", Kind::Text, "The engagement folder, from where the plan lies.").required().heads(&[
            "folder",
            "engagement folder",
            "path",
        ]),
        field("document", Kind::Choice(words_of::<Document>()), "Which document; what `--document` says if not given.")
            .heads(&["doc", "document type"]),
        field(
            "evidence_list",
            Kind::Flag,
            "Also make the auditor's edition with the list of exhibits, if the engagement does not ask for it anyway.",
        ),
        field("firm", Kind::Text, "The firm's folder, from where the plan lies; what `--firm` says if not given."),
        field("recipient", Kind::Text, "Whose copy it is: printed on every page, and named in the metadata.").heads(&[
            "specified party",
            "party",
            "user entity",
        ]),
        field("serial", Kind::Text, "Number of the copy; counted from 0001 for each document if not given.").heads(&[
            "serial number",
            "copy",
            "copy number",
        ]),
        field("status", Kind::Choice(words_of::<Status>()), "Draft or final, in place of what the engagement says."),
        field("date", Kind::Date, "Date of the report or the bridge letter, in place of the engagement's."),
        field("output", Kind::Text, "Folder for the outputs, below `--out`; what `--name` says if not given.")
            .heads(&["out", "output name", "output folder"]),
    ],
};
