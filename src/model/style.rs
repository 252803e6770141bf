//! House style.

use serde::Serialize;

use crate::diagnostics::Located;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    #[default]
    UsLetter,
    A4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFormat {
    /// January 31, 2026
    #[default]
    Us,
    /// 31 January 2026
    International,
    /// 2026-01-31
    Iso,
}

/// Whether the report says Type I or Type 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TypeLabel {
    #[default]
    Roman,
    Arabic,
}

/// What a deviation is called in print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionWord {
    #[default]
    Exception,
    Deviation,
}

/// Whether results say how many items were tested. Deviations found by sampling always do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShowSamples {
    #[default]
    Always,
    Deviations,
    /// Like `deviations`: what the standards ask for is shown all the same.
    Never,
}

/// How Section IV is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableLayout {
    /// A heading for each criterion, with its controls, tests and results.
    #[default]
    ByCriterion,
    /// Each control once, in the order of the matrix.
    ByControl,
}

/// Which letter comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionOrder {
    #[default]
    AuditorFirst,
    AssertionFirst,
}

/// House style: values only.
#[derive(Debug, Clone, Default)]
pub struct Style {
    pub paper: Paper,
    pub date_format: DateFormat,
    pub type_label: TypeLabel,
    pub exception_word: ExceptionWord,
    pub show_samples: ShowSamples,
    pub table_layout: TableLayout,
    pub section_order: SectionOrder,
    /// `#rrggbb`
    pub accent: Option<Located<String>>,
    /// Image of the firm's logo, for the cover: a path in the engagement folder or in the firm's.
    pub logo: Option<Located<String>>,
    /// Families of the letters and the description, of tables and headings, of code.
    pub serif: Option<Located<String>>,
    pub sans: Option<Located<String>>,
    pub mono: Option<Located<String>>,
    /// Language of the fixed labels.
    pub language: Option<Located<String>>,
    /// Make the auditor's edition with the list of exhibits as well.
    pub evidence_list: bool,
}
