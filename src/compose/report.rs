//! The composed report: everything a page shows, in reading order, as plain data.
//!
//! This is the only thing the layout templates see (as `/data.json`). It holds text and structure but no layout, and
//! never a piece of Typst: every string is printed literally. Optional fields are left out of the JSON when empty, so
//! templates read them with `.at(name, default: none)`; origins are always there, `null` if unknown.
//!
//! Most texts and cells are one literal string. They are written as that string instead of a list with one element,
//! which spares the templates most of what they would walk.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::diagnostics::Origin;

/// Index into [`Report::origins`]: the place in the user's files a row or block came from.
pub type OriginId = u32;

/// Name of a place in the document that links can point to. Names come from a bounded scheme (`s4`, `c17`, `k103`),
/// never from user text, since the layout engine keeps every distinct name for the life of the process.
pub type Anchor = String;

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub document: DocumentInfo,
    pub style: PageStyle,
    /// Fixed words the layout itself prints (`page`, `of`, `contents`, `continued`, ...).
    pub labels: BTreeMap<&'static str, String>,
    /// Printed across every page, for example `DRAFT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
    pub running_head: RunningHead,
    /// A letter has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
    pub contents: Vec<ContentsEntry>,
    pub parts: Vec<Part>,
    /// Whether there are footnotes anywhere.
    pub footnotes: bool,
    /// Where each origin id points to; kept out of the data the templates see.
    #[serde(skip)]
    pub origins: Vec<Origin>,
    /// Names that stand on pages without an origin: cover, running heads, heads of tables.
    #[serde(skip)]
    pub names: Vec<(String, OriginId)>,
}

/// Metadata of the PDF. The templates read the language only.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentInfo {
    pub title: String,
    pub author: String,
    pub description: String,
    pub keywords: Vec<String>,
    /// BCP 47 primary language and region, for example `en` and `us`.
    pub language: String,
    pub region: String,
    pub date: Ymd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ymd {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

/// Values of the house style. Colours are `#rrggbb`.
#[derive(Debug, Clone, Serialize)]
pub struct PageStyle {
    /// `us-letter` or `a4`.
    pub paper: &'static str,
    pub accent: String,
    /// Families in order of preference; the fall-backs for further scripts are last.
    pub serif: Vec<String>,
    pub sans: Vec<String>,
    pub mono: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RunningHead {
    /// Left: who the report is about.
    pub entity: String,
    /// Below the text on every page: what kind of document this is and who may read it.
    pub legend: String,
    /// For example `Workpaper copy - not the issued report`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Cover {
    pub entity: String,
    pub system: String,
    /// `SOC 2 Type II Report`
    pub kind: String,
    /// The long title: what the report is on.
    pub title: String,
    /// `Throughout the period January 1, 2025 to December 31, 2025` or `As of ...`.
    pub dates: String,
    pub categories: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auditor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Image>,
    /// The restricted-use legend.
    pub legend: String,
    /// Boxes that say what this copy is not (draft, no opinion issued, open findings, workpaper copy).
    pub notices: Vec<Notice>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    pub title: String,
    pub text: String,
}

/// One line of the contents; its page number is looked up by `anchor`.
#[derive(Debug, Clone, Serialize)]
pub struct ContentsEntry {
    /// 1 for a part, 2 for a heading in it.
    pub level: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    pub text: String,
    pub anchor: Anchor,
}

/// A section of the report. Begins on a new page with its own running head.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    pub anchor: Anchor,
    /// `Section IV`, or `Appendix`.
    pub number: String,
    pub title: String,
    /// Right side of the running head, shorter than the title.
    pub running: String,
    pub layout: PartLayout,
    /// Characters of the longest id of a control or test in it, for the width of their column; 0 if there is none.
    pub id_characters: usize,
    /// One line below the title that says who is responsible for this part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartLayout {
    /// A letter: narrow measure, run-in headings, signature block.
    Letter,
    /// Continuous text.
    Prose,
    /// Mostly tables.
    Tables,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    Heading(Heading),
    Paragraph {
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
        origin: Option<OriginId>,
    },
    List(List),
    Quote {
        blocks: Vec<Block>,
    },
    /// Preformatted text, long lines already cut into pieces that may break.
    Code {
        lines: Vec<Vec<Inline>>,
        origin: Option<OriginId>,
    },
    Image(Image),
    Rule,
    Table(Table),
    ControlTable(ControlTable),
    /// An index in columns, as at the end of a book.
    Index {
        entries: Vec<IndexEntry>,
    },
    /// Lines of a letter that stay together: addressee, place and date, signature.
    Signature {
        /// Space for a signature above the lines.
        space: bool,
        /// The signature itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        image: Option<Image>,
        lines: Vec<Vec<Inline>>,
    },
    /// A framed remark.
    Notice(Notice),
    /// The following blocks begin on a new page (and are laid out in parallel with what stands before).
    PageBreak,
}

#[derive(Debug, Clone, Serialize)]
pub struct Heading {
    /// 1 is the first level below the part's title. Levels never skip.
    pub level: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(serialize_with = "inlines")]
    pub text: Vec<Inline>,
    /// The same as plain text, for bookmarks.
    pub plain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    pub origin: Option<OriginId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct List {
    /// First number, for an ordered list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    pub tight: bool,
    pub items: Vec<ListItem>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ListItem {
    /// For a task list: done or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<bool>,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Image {
    /// Virtual path, `/asset/3`.
    pub path: String,
    /// `png`, `jpg`, `svg`, `gif`, `webp`.
    pub format: &'static str,
    pub alt: String,
    /// Natural size in points; the layout only ever makes it smaller.
    pub width: f64,
    pub height: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<Vec<Inline>>,
    pub origin: Option<OriginId>,
}

/// A plain data table: a Markdown table, the CUECs, an index. Its first row of `columns` heads repeats on each page.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// What the table is, for readers who cannot see it.
    pub summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Smaller type, for wide tables.
    pub dense: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Column {
    #[serde(serialize_with = "inlines")]
    pub head: Vec<Inline>,
    /// Share of the width.
    pub weight: f64,
    pub align: Align,
    /// The cells of this column name their row (row header cells).
    pub row_header: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, Serialize)]
pub struct Row {
    #[serde(serialize_with = "cells")]
    pub cells: Vec<Vec<Block>>,
    pub tone: Tone,
    /// Short enough that it is better not split over two pages.
    pub keep: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    pub origin: Option<OriginId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    Plain,
    /// A full-width band that heads the rows after it; has one cell.
    Band,
    /// Holds an exception: marked by more than colour.
    Exception,
    /// Totals.
    Total,
}

/// One line of an index: what it is called, where it is.
#[derive(Debug, Clone, Serialize)]
pub struct IndexEntry {
    #[serde(serialize_with = "inlines")]
    pub id: Vec<Inline>,
    /// The entry's title, and in lighter type what belongs to it.
    #[serde(serialize_with = "inlines")]
    pub text: Vec<Inline>,
    pub detail: String,
    /// What stands out about it: labels of exceptions, other results.
    #[serde(serialize_with = "inlines")]
    pub note: Vec<Inline>,
    pub state: ResultState,
    /// Where it is; nothing if it is not printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Anchor>,
    pub origin: OriginId,
}

/// The controls of one criterion in Section IV, with their tests and results.
#[derive(Debug, Clone, Serialize)]
pub struct ControlTable {
    /// `CC6.1`, or the first of the controls where the layout goes by controls.
    pub criterion: String,
    /// Head of the first column, on every page.
    pub head: String,
    /// The criterion's text.
    #[serde(serialize_with = "inlines")]
    pub text: Vec<Inline>,
    /// `CC6.1 Logical access ...`, for the bookmark.
    pub plain: String,
    pub anchor: Anchor,
    /// Heads of the columns: number and control, and for Type II also test and result.
    pub heads: Vec<String>,
    /// Type II: the table has tests and results.
    pub with_tests: bool,
    pub rows: Vec<ControlRow>,
    /// Said instead of, or below, the rows: not relevant and why, met through a subservice organization.
    pub remarks: Vec<Block>,
    /// Heading level of the criterion's bookmark.
    pub level: u8,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "form", rename_all = "kebab-case")]
pub enum ControlRow {
    /// The control in full, where it is first printed.
    Full {
        #[serde(serialize_with = "inlines")]
        id: Vec<Inline>,
        plain_id: String,
        anchor: Anchor,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<Vec<Inline>>,
        #[serde(serialize_with = "blocks")]
        text: Vec<Block>,
        /// Small facts below the text: owner, frequency, in force from/until.
        facts: Vec<String>,
        tests: Vec<TestRow>,
        /// The whole control is short enough to stay on one page.
        keep: bool,
        origin: OriginId,
    },
    /// A control printed in full under an earlier criterion.
    Reference {
        #[serde(serialize_with = "inlines")]
        id: Vec<Inline>,
        plain_id: String,
        /// The control's title or the beginning of its text.
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
        /// `See CC6.1`
        see: String,
        to: Anchor,
        /// The results of the control's tests in one line each; empty for Type I.
        results: Vec<ResultCell>,
        origin: OriginId,
    },
}

#[derive(Debug, Clone, Serialize)]
pub struct TestRow {
    /// The test's own id, small.
    #[serde(serialize_with = "inlines")]
    pub id: Vec<Inline>,
    #[serde(serialize_with = "blocks")]
    pub procedure: Vec<Block>,
    pub result: ResultCell,
    pub keep: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    pub origin: OriginId,
}

#[derive(Debug, Clone, Serialize)]
pub struct ResultCell {
    pub state: ResultState,
    /// `No exceptions noted.`, `Exception noted.`, `Did not operate during the period.`
    pub verdict: String,
    /// `2 of 25 user terminations deviated.`
    #[serde(serialize_with = "blocks")]
    pub detail: Vec<Block>,
    /// The exceptions told here, each linked to the exception table.
    pub exceptions: Vec<ExceptionLink>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ExceptionLink {
    pub label: String,
    pub to: Anchor,
}

/// How a result is marked: each state has its own sign as well as its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResultState {
    Clean,
    Exception,
    /// Neither pass nor deviation: did not operate, unable to test, not applicable.
    Other,
    /// Not tested yet: only in drafts.
    Open,
}

/// A single literal text as a string.
fn inlines<S: Serializer>(list: &[Inline], serializer: S) -> Result<S::Ok, S::Error> {
    match list {
        [Inline::Text(text)] => serializer.serialize_str(text),
        list => list.serialize(serializer),
    }
}

/// Content of a cell: a single paragraph of literal text as a string. Its row knows the origin.
fn blocks<S: Serializer>(list: &[Block], serializer: S) -> Result<S::Ok, S::Error> {
    match list {
        [Block::Paragraph { text, .. }] if matches!(text.as_slice(), [Inline::Text(_)]) => inlines(text, serializer),
        list => list.serialize(serializer),
    }
}

fn cells<S: Serializer>(list: &[Vec<Block>], serializer: S) -> Result<S::Ok, S::Error> {
    struct Content<'a>(&'a [Block]);
    impl Serialize for Content<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            blocks(self.0, serializer)
        }
    }
    serializer.collect_seq(list.iter().map(|blocks| Content(blocks)))
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Inline {
    /// Literal text.
    Text(String),
    Styled(Styled),
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Styled {
    Strong {
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
    },
    Emph {
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
    },
    Strike {
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
    },
    /// Monospaced.
    Code {
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
    },
    /// A long identifier, hash or address in pieces: a line may break between two pieces, copied text is whole.
    Token {
        pieces: Vec<String>,
    },
    /// A link out of the document; only http, https and mailto.
    Link {
        url: String,
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
    },
    /// A link within the document.
    Ref {
        to: Anchor,
        #[serde(serialize_with = "inlines")]
        text: Vec<Inline>,
    },
    /// The page number of an anchor.
    Page {
        to: Anchor,
    },
    Break,
    Footnote {
        blocks: Vec<Block>,
    },
    Image(Image),
}
