//! House style and the profile of a firm.

use crate::load::choices::Choosable;
use crate::load::fields::{Kind, Record, field};
use crate::model::{DateFormat, ExceptionWord, Paper, SectionOrder, ShowSamples, TableLayout, TypeLabel};

pub static STYLE: Record = Record {
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

pub static WORDING_APPROVAL: Record = Record {
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
