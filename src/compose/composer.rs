//! What all parts are made with: texts with their origins, anchors, tables, links.

use std::collections::HashMap;

use super::Edition;
use super::images::FolderImages;
use super::labels::{self, Labels};
use super::letters::clauses::{self, Letter};
use super::letters::values::{SectionNumbers, Values};
use super::letters::{self, Letters};
use super::markdown::{self, Context, Images, Text, TextOrigin};
use super::report::{
    Align, Anchor, Block, Column, ContentsEntry, Heading, Image, Inline, List, ListItem, OriginId, Row, Styled, Table,
    Tone,
};
use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Located, Origin};
use crate::model::{CriterionId, Deviation, Engagement, Id, Prose, Rollup, SubserviceOrganization, Topic};

/// Rows up to this many characters are better not split over two pages.
const KEEP_CHARACTERS: usize = 700;

pub struct Composer<'a> {
    pub engagement: &'a Engagement,
    pub rollup: &'a Rollup,
    pub findings: &'a mut Findings,
    pub origins: Vec<Origin>,
    pub images: FolderImages<'a>,
    pub labels: Labels,
    letters: Letters<'a>,
    values: Values,
    /// Number of the last heading anchor.
    headings: u32,
    /// Criterion under which each control is printed in full, by the control's position.
    printed: HashMap<usize, CriterionId>,
    edition: Edition,
}

/// One cell of a data table, before it becomes blocks.
pub enum Cell<'p> {
    /// A literal text on one line.
    Text(String),
    Prose(&'p Prose),
    Inlines(Vec<Inline>),
    Blocks(Vec<Block>),
}

impl<'p> Cell<'p> {
    /// A text that may be absent.
    pub fn optional(prose: Option<&'p Prose>) -> Self {
        prose.map_or_else(|| Cell::Text("–".into()), Cell::Prose)
    }
}

/// A column of a data table.
pub fn column(head: &str, weight: f64) -> Column {
    Column { head: vec![Inline::Text(head.to_owned())], weight, align: Align::Left, row_header: false }
}

impl Column {
    pub fn align(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// The cells of this column name their rows.
    pub fn header(mut self) -> Self {
        self.row_header = true;
        self
    }
}

impl<'a> Composer<'a> {
    pub fn new(
        engagement: &'a Engagement,
        rollup: &'a Rollup,
        images: FolderImages<'a>,
        edition: Edition,
        findings: &'a mut Findings,
    ) -> Self {
        findings.extend(letters::unknown(&engagement.wording));
        labels::check(engagement, findings);
        let labels = Labels::of(engagement);
        Self {
            letters: Letters::new(&engagement.wording),
            values: Values::of(engagement, rollup, &labels),
            labels,
            engagement,
            rollup,
            findings,
            origins: Vec::new(),
            images,
            headings: 0,
            printed: HashMap::new(),
            edition,
        }
    }

    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// Whether this is an issued document, to be signed.
    pub fn is_signed(&self) -> bool {
        !self.edition.is_workpaper() && !self.engagement.is_draft()
    }

    /// Whether tests and their results are shown.
    pub fn with_tests(&self) -> bool {
        self.engagement.is_type_2() && self.edition != Edition::Matrix
    }

    /// Runs a step of the Markdown room with what it shares.
    fn with_context<T>(&mut self, step: impl FnOnce(&mut Context) -> T) -> T {
        let mut context = Context {
            findings: self.findings,
            origins: &mut self.origins,
            images: Some(&mut self.images),
            anchors: &mut self.headings,
        };
        step(&mut context)
    }

    pub fn origin(&mut self, origin: &Origin) -> OriginId {
        self.with_context(|context| context.origin(origin.clone()))
    }

    /// Names that are printed on every page, with where they stand.
    pub fn names(&mut self) -> Vec<(String, OriginId)> {
        let e = self.engagement;
        let organization = &e.service_organization;
        let names = [Some(&organization.name), organization.short_name.as_ref(), Some(&organization.system)];
        let auditor = e.service_auditor.as_ref().map(|a| &a.name);
        let names = names.into_iter().chain([organization.description_title.as_ref(), auditor]).flatten();
        names.map(|name| (name.value.clone(), self.origin(&name.origin))).collect()
    }

    // --- Texts -----------------------------------------------------------------------------------------------------

    /// A literal text on one line.
    pub fn text(&mut self, text: &str, at: &Origin) -> Vec<Inline> {
        let origin = TextOrigin::Value(at.clone());
        self.with_context(|context| markdown::inlines(text, &origin, context))
    }

    /// A text of paragraphs in Markdown, as cells and keys hold.
    pub fn prose(&mut self, prose: &Prose) -> Vec<Block> {
        self.with_context(|context| markdown::blocks(&Text::prose(prose), context))
    }

    /// The text of a topic; its headings go below the topic's title.
    pub fn topic(&mut self, topic: &Topic) -> Vec<Block> {
        let blocks = self.with_context(|context| markdown::blocks(&Text::topic(topic, 2), context));
        if blocks.is_empty() {
            self.findings.push(
                Diagnostic::new(&rules::EMPTY_TOPIC, format!("the topic `{}` has a title and no text", topic.title))
                    .at(&topic.title.origin)
                    .help("write the text, or remove the file"),
            );
        }
        blocks
    }

    /// A label.
    pub fn say(&self, key: &str) -> String {
        self.labels.get(key)
    }

    /// Numbers of the sections.
    pub fn sections(&self) -> SectionNumbers {
        self.values.sections.clone()
    }

    /// The clauses of a letter that stand.
    pub fn letter(&mut self, letter: Letter) -> Vec<Block> {
        self.letter_with(letter, &self.values.clone())
    }

    /// The assertion of an inclusive subservice organization.
    pub fn subservice_letter(&mut self, organization: &SubserviceOrganization) -> Vec<Block> {
        self.letter_with(Letter::SubserviceAssertion, &self.values.for_subservice(organization))
    }

    /// The representation letter of an inclusive subservice organization.
    pub fn subservice_representation(&mut self, organization: &SubserviceOrganization) -> Vec<Block> {
        self.letter_with(Letter::SubserviceRepresentation, &self.values.for_subservice(organization))
    }

    fn letter_with(&mut self, letter: Letter, values: &Values) -> Vec<Block> {
        let mut blocks = Vec::new();
        for clause in clauses::chosen(letter, values) {
            let rendered = match self.letters.render(clause, values) {
                Ok(rendered) => rendered,
                Err(problem) => {
                    self.findings.push(problem);
                    continue;
                }
            };
            let engagement = self.engagement;
            let at = self.letters.origin(clause).unwrap_or_else(|| Origin::file(&engagement.source));
            let mut text = Text::value(&rendered.markdown, &at);
            text.base_level = Some(1);
            text.values = &rendered.values;
            blocks.extend(self.with_context(|context| markdown::blocks(&text, context)));
        }
        blocks
    }

    /// An image that a value names: a logo, a signature.
    pub fn image(&mut self, path: &Located<String>, alt: String) -> Option<Image> {
        let asset = self.images.image(path, &path.origin, self.findings)?;
        Some(Image {
            path: asset.path,
            format: asset.format,
            alt,
            width: asset.width_pt,
            height: asset.height_pt,
            caption: None,
            origin: Some(self.origin(&path.origin)),
        })
    }

    /// A sentence of the program's own.
    pub fn paragraph(&mut self, text: &str) -> Block {
        let at = Origin::file(&self.engagement.source);
        let text = self.text(text, &at);
        self.paragraph_of(text)
    }

    pub fn paragraph_of(&self, text: Vec<Inline>) -> Block {
        Block::Paragraph { text, origin: None }
    }

    /// A long code on a line of its own.
    pub fn code(&mut self, code: &str) -> Block {
        let at = Origin::file(&self.engagement.source);
        let text = self.text(code, &at);
        Block::Code { lines: vec![text], origin: None }
    }

    pub fn code_inline(&mut self, code: &str, at: &Origin) -> Inline {
        Inline::Styled(Styled::Code { text: self.text(code, at) })
    }

    /// A heading with an anchor of its own.
    pub fn heading(&mut self, level: u8, text: &str, at: Option<&Origin>) -> Block {
        let place = at.cloned().unwrap_or_else(|| Origin::file(&self.engagement.source));
        let text = self.text(text, &place);
        let origin = at.map(|at| self.origin(at));
        self.headings += 1;
        Block::Heading(Heading {
            level,
            number: None,
            plain: markdown::plain(&text),
            text,
            anchor: Some(format!("h{}", self.headings)),
            origin,
        })
    }

    /// What happened, and why and with what effect, if known: the auditor's facts about an exception.
    pub fn facts(&mut self, exception: &Deviation) -> Vec<Block> {
        let mut blocks = exception.nature.as_ref().map(|nature| self.prose(nature)).unwrap_or_default();
        for (label, text) in [("result.cause", &exception.cause), ("result.effect", &exception.effect)] {
            if let Some(text) = text {
                let label = self.say(label);
                blocks.push(self.labelled(&label, &text.value, &text.origin));
            }
        }
        blocks
    }

    /// `Cause: ...`
    pub fn labelled(&mut self, label: &str, text: &str, at: &Origin) -> Block {
        let mut line = vec![
            Inline::Styled(Styled::Strong { text: vec![Inline::Text(format!("{label}:"))] }),
            Inline::Text(" ".into()),
        ];
        line.extend(self.text(text, at));
        self.paragraph_of(line)
    }

    // --- Tables ----------------------------------------------------------------------------------------------------

    pub fn row(&mut self, cells: Vec<Cell>, at: &Origin) -> Row {
        let cells: Vec<Vec<Block>> = cells
            .into_iter()
            .map(|cell| match cell {
                Cell::Text(text) => {
                    let text = self.text(&text, at);
                    vec![self.paragraph_of(text)]
                }
                Cell::Prose(prose) => self.prose(prose),
                Cell::Inlines(text) => vec![self.paragraph_of(text)],
                Cell::Blocks(blocks) => blocks,
            })
            .collect();
        let keep = cells.iter().map(|blocks| characters(blocks)).max().unwrap_or(0) <= KEEP_CHARACTERS;
        Row { cells, tone: Tone::Plain, keep, anchor: None, origin: Some(self.origin(at)) }
    }

    pub fn table(&self, summary: &str, columns: Vec<Column>, rows: Vec<Row>) -> Block {
        let dense = columns.len() > 7;
        Block::Table(Table { summary: summary.to_owned(), caption: None, columns, rows, dense })
    }

    // --- Places and links ------------------------------------------------------------------------------------------

    pub fn part_anchor(&self, number: u8) -> Anchor {
        format!("s{number}")
    }

    pub fn criterion_anchor(&self, id: &CriterionId) -> Anchor {
        format!("c{}", self.engagement.catalogue.position(id).unwrap_or_default())
    }

    pub fn control_anchor(&self, position: usize) -> Anchor {
        format!("k{position}")
    }

    pub fn test_anchor(&self, position: usize) -> Anchor {
        format!("t{position}")
    }

    pub fn exception_anchor(&self, position: usize) -> Anchor {
        format!("x{position}")
    }

    pub fn response_anchor(&self, position: usize) -> Anchor {
        format!("r{position}")
    }

    pub fn exception_position(&self, label: &Id) -> Option<usize> {
        self.engagement.exceptions.iter().position(|x: &Deviation| x.id.value == *label)
    }

    /// Whether the document has Section IV, where criteria and controls have their places.
    fn has_controls(&self) -> bool {
        matches!(self.edition, Edition::Issued | Edition::Workpaper | Edition::Matrix)
    }

    /// Whether a criterion has a place in Section IV.
    fn criterion_is_printed(&self, id: &CriterionId) -> bool {
        if !self.has_controls() {
            return false;
        }
        let scope = self.engagement.scope();
        self.engagement.catalogue.get(id).is_some_and(|c| scope.contains(&c.category))
    }

    /// The first criterion in scope of a control, under which it is printed in full.
    pub fn printed_first_under(&self, position: usize) -> Option<CriterionId> {
        let catalogue = &self.engagement.catalogue;
        self.engagement.controls[position]
            .criteria
            .iter()
            .map(|id| &id.value)
            .filter(|id| self.criterion_is_printed(id))
            .min_by_key(|id| catalogue.position(id))
            .cloned()
    }

    /// Notes where a control is printed in full.
    pub fn printed_under(&mut self, position: usize, criterion: CriterionId) {
        self.printed.insert(position, criterion);
    }

    pub fn printed_where(&self, position: usize) -> Option<&CriterionId> {
        self.printed.get(&position)
    }

    /// Ids of controls, each leading to its place.
    pub fn control_links<'i>(&mut self, ids: impl Iterator<Item = &'i Id>) -> Vec<Inline> {
        let e = self.engagement;
        let mut links = Vec::new();
        for id in ids {
            let at = self
                .rollup
                .control_position(id)
                .map_or_else(|| Origin::file(&e.source), |p| e.controls[p].id.origin.clone());
            let text = self.text(id.as_str(), &at);
            let position = self.rollup.control_position(id).filter(|p| self.printed_first_under(*p).is_some());
            push_separated(
                &mut links,
                match position {
                    Some(position) => vec![Inline::Styled(Styled::Ref { to: self.control_anchor(position), text })],
                    None => text,
                },
            );
        }
        links
    }

    /// Ids of criteria, each leading to its place if it is in scope.
    pub fn criterion_links<'i>(&mut self, ids: impl Iterator<Item = &'i CriterionId>) -> Vec<Inline> {
        let mut links = Vec::new();
        for id in ids {
            let text = vec![Inline::Text(id.to_string())];
            push_separated(
                &mut links,
                if self.criterion_is_printed(id) {
                    vec![Inline::Styled(Styled::Ref { to: self.criterion_anchor(id), text })]
                } else {
                    text
                },
            );
        }
        links
    }

    /// Labels of exceptions, each leading to the exception table.
    pub fn exception_links<'i>(&mut self, labels: impl Iterator<Item = &'i Id>) -> Vec<Inline> {
        let mut links = Vec::new();
        for label in labels {
            let at = Origin::file(&self.engagement.source);
            let text = self.text(label.as_str(), &at);
            push_separated(
                &mut links,
                match self.exception_position(label).filter(|_| self.with_tests() && self.has_controls()) {
                    Some(position) => vec![Inline::Styled(Styled::Ref { to: self.exception_anchor(position), text })],
                    None => text,
                },
            );
        }
        links
    }
}

fn push_separated(list: &mut Vec<Inline>, item: Vec<Inline>) {
    if !list.is_empty() {
        list.push(Inline::Text(", ".into()));
    }
    list.extend(item);
}

/// Contents entries for the level-1 headings among some blocks.
pub fn contents_of(blocks: &[Block]) -> Vec<ContentsEntry> {
    blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading(h) if h.level == 1 => Some(ContentsEntry {
                level: 2,
                number: h.number.clone(),
                text: h.plain.clone(),
                anchor: h.anchor.clone()?,
            }),
            _ => None,
        })
        .collect()
}

/// About how many characters some blocks print.
fn characters(blocks: &[Block]) -> usize {
    blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph { text, .. } => markdown::plain(text).len(),
            Block::Heading(heading) => heading.plain.len(),
            Block::List(List { items, .. }) => {
                items.iter().map(|ListItem { blocks, .. }| 40 + characters(blocks)).sum()
            }
            Block::Quote { blocks } => characters(blocks),
            Block::Code { lines, .. } => lines.iter().map(|line| markdown::plain(line).len().max(60)).sum(),
            // Images, tables: never kept together.
            _ => KEEP_CHARACTERS + 1,
        })
        .sum()
}
