//! House style and the profile of a firm.

use crate::load::choices::words_of;
use crate::load::fields::{Kind, Record, field};
use crate::model::{DateFormat, ExceptionWord, Frequency, Paper, SectionOrder, ShowSamples, TableLayout, TypeLabel};

pub static STYLE: Record = Record {
    name: "style",
    one: "style",
    doc: "House style: values only.",
    fields: &[
        field("paper", Kind::Choice(words_of::<Paper>()), "Paper size; US Letter if left out."),
        field(
            "date_format",
            Kind::Choice(words_of::<DateFormat>()),
            "`us` January 31, 2026; `international` 31 January 2026; `iso` 2026-01-31.",
        ),
        field("type_label", Kind::Choice(words_of::<TypeLabel>()), "`roman` Type II; `arabic` Type 2."),
        field("exception_word", Kind::Choice(words_of::<ExceptionWord>()), "What a deviation is called in print."),
        field(
            "show_samples",
            Kind::Choice(words_of::<ShowSamples>()),
            "Whether results say how many items were tested. Deviations found by sampling always do.",
        ),
        field("table_layout", Kind::Choice(words_of::<TableLayout>()), "How Section IV is laid out."),
        field("section_order", Kind::Choice(words_of::<SectionOrder>()), "Which letter comes first."),
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

pub static PEER_REVIEW: Record = Record {
    name: "peer_review",
    one: "peer review",
    doc: "The last peer review of the firm's practice: kept on file, not printed.",
    fields: &[
        field("accepted_on", Kind::Date, "Day its report was accepted.").required(),
        field("rating", Kind::Text, "What it came to."),
    ],
};

pub static SAMPLE_SIZES: Record = Record {
    name: "sample_sizes",
    one: "sample size",
    doc: "The firm's table of least samples. The first row that fits a test holds; never more than the population.",
    fields: &[
        field("frequency", Kind::Choice(words_of::<Frequency>()), "How often the control operates.").required(),
        field("population_up_to", Kind::Count, "Holds for populations up to this; for any if left out."),
        field("months_up_to", Kind::Count, "Holds for periods up to so many months; for any if left out."),
        field("minimum", Kind::Count, "The least number of items.").required(),
    ],
};

pub static REVIEW: Record = Record {
    name: "review",
    one: "review table",
    doc: "Which rules the review applies.",
    fields: &[
        field("on", Kind::Texts, "Rules that are off unless named here."),
        field("off", Kind::Texts, "In firm.toml: rules that give notes or warnings which the firm does not want."),
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
        field("registration", Kind::Text, "State and number of the firm's licence: kept on file, not printed."),
        field("international_standards", Kind::Flag, "Examinations also follow ISAE 3000 (Revised)."),
        field("wording_approval", Kind::Record(&WORDING_APPROVAL), "Who approved the wording."),
        field("bridge_letter_months", Kind::Count, "The longest time a bridge letter may cover; 3 if left out."),
        field(
            "file_lock_days",
            Kind::Count,
            "How many days after the release of a report its documentation file closes; 60 if left out.",
        ),
        field("clients", Kind::Texts, "Names of clients, none of which may stand in the report of another."),
        field("peer_review", Kind::Record(&PEER_REVIEW), "The last peer review."),
        field("cpas", Kind::Count, "Certified public accountants in the practice; not printed."),
        field("reports_a_year", Kind::Count, "SOC reports that the practice issues in a year; not printed."),
        field("sample_sizes", Kind::Records(&SAMPLE_SIZES), "The firm's table of least samples."),
        field("review", Kind::Record(&REVIEW), "Which rules the review applies."),
        field("style", Kind::Record(&STYLE), "House style."),
    ],
};
