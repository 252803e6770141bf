//! The cursor that walks the parser's events and makes blocks of them.
//!
//! One function reads the blocks of one container and calls itself for those within. The nesting of blocks is capped,
//! and a style within itself has no effect, so neither the walk nor what comes of it can become deep.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag};

use super::inline::{Run, Styles, is_inline, plain};
use super::notes::Notes;
use super::outline::{Levels, Targets, level_number};
use super::{Context, Text, TextOrigin, html, mark_index, prepare};
use crate::compose::clean::{self, Removed, Shifts};
use crate::compose::report::{Block, Heading, Inline, List, ListItem, OriginId, Styled};
use crate::compose::rules::{COMMENT_OPEN, EMPTY_HEADING, HEADING_LEVELS, LINK_UNUSED, MARKDOWN_UNSUPPORTED, NESTING};
use crate::compose::token::split_long;
use crate::diagnostics::{Diagnostic, Origin, Rule};

/// Lists and quotes within each other are printed so deep.
pub(super) const DEEPEST: usize = 10;

/// A finding of a rule; its place comes by [`Walker::report`].
pub(super) fn finding(rule: &'static Rule, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule, message)
}

/// See [`super::blocks`].
pub(super) fn blocks(text: &Text, context: &mut Context) -> Vec<Block> {
    let values: Vec<String> = text.values.iter().map(|value| clean::clean(value).text.into_owned()).collect();
    let cleaned = clean::clean_except(text.text, |ch| mark_index(ch).is_some_and(|index| index < values.len()));
    let (prepared, shifts) = prepare::prepare(&cleaned.text);
    let parser = Parser::new_ext(&prepared, prepare::options());
    let mut definitions: Vec<(String, Range<usize>)> = parser
        .reference_definitions()
        .iter()
        .filter(|(label, definition)| label.contains(char::is_alphanumeric) && &*definition.dest != "#")
        .map(|(label, definition)| (label.to_owned(), definition.span.clone()))
        .collect();
    definitions.sort_by_key(|(_, span)| span.start);
    let events: Vec<(Event, Range<usize>)> = parser.into_offset_iter().collect();
    let mut walker = Walker {
        text,
        parsed: &prepared,
        shifts: [shifts, cleaned.shifts],
        events: &events,
        at: 0,
        targets: match text.base_level {
            Some(_) => Targets::find(&events, context.anchors),
            None => Targets::default(),
        },
        levels: text.base_level.map(Levels::new),
        notes: Notes::find(&events),
        context,
        values,
        removed: cleaned.removed,
        styles: Styles::default(),
        depth: 0,
        in_cell: false,
        task_at: None,
        html_noted: false,
        last_heading: None,
        whole: None,
        told: Told::default(),
    };
    let mut out = walker.blocks().blocks;
    out.append(&mut walker.left_notes());
    walker.unused_definitions(&definitions);
    walker.report_removed();
    out
}

/// Findings that are given once per text.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub notes: bool,
    nesting: bool,
    levels: bool,
    inner_heading: bool,
}

/// See the [module](self).
pub(super) struct Walker<'w, 'c> {
    pub text: &'w Text<'w>,
    /// What was parsed: cleaned and mended.
    parsed: &'w str,
    /// From positions in what was parsed to the cleaned text, and to the text as written.
    shifts: [Shifts; 2],
    pub events: &'w [(Event<'w>, Range<usize>)],
    /// Index of the next event.
    pub at: usize,
    pub targets: Targets,
    levels: Option<Levels>,
    pub notes: Notes,
    pub context: &'w mut Context<'c>,
    pub values: Vec<String>,
    /// Characters that were taken out, with their places in the text as written.
    pub removed: Vec<Removed>,
    pub styles: Styles,
    /// Lists and quotes around the cursor.
    pub depth: usize,
    /// In a cell of a table: its row has the origin.
    pub in_cell: bool,
    /// The task mark that its item took.
    pub task_at: Option<usize>,
    /// HTML in the current block was reported.
    pub html_noted: bool,
    pub last_heading: Option<String>,
    /// The origin of a text that is one value.
    whole: Option<OriginId>,
    pub told: Told,
}

/// The blocks of a container.
pub(super) struct Contents {
    pub blocks: Vec<Block>,
    /// A paragraph stands in it directly: an item of a loose list.
    loose: bool,
}

impl<'w> Walker<'w, '_> {
    /// Reads blocks up to the end of the container, which is read too, or of the text.
    pub fn blocks(&mut self) -> Contents {
        let mut contents = Contents { blocks: Vec::new(), loose: false };
        let out = &mut contents.blocks;
        // Containers beyond the cap, whose blocks go here.
        let mut flat = 0_usize;
        while let Some((event, range)) = self.events.get(self.at) {
            self.html_noted = false;
            let start = self.at;
            self.at += 1;
            match event {
                Event::End(_) if flat == 0 => break,
                Event::End(_) => flat -= 1,
                Event::Start(Tag::Paragraph) => {
                    contents.loose |= flat == 0;
                    let run = self.inline_run(false);
                    out.extend(self.paragraph(run, range));
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    out.extend(self.heading(level_number(*level), start, range));
                }
                Event::Start(Tag::BlockQuote(_)) if self.may_nest(range) => {
                    self.depth += 1;
                    let blocks = self.blocks().blocks;
                    self.depth -= 1;
                    if !blocks.is_empty() {
                        out.push(Block::Quote { blocks });
                    }
                }
                Event::Start(Tag::List(first)) if self.may_nest(range) => {
                    self.depth += 1;
                    let list = self.list(*first);
                    self.depth -= 1;
                    out.push(Block::List(list));
                }
                Event::Start(Tag::CodeBlock(kind)) => out.extend(self.code(kind, range)),
                Event::Start(Tag::HtmlBlock) => out.extend(self.html_block(range)),
                Event::Start(Tag::Table(alignments)) => {
                    let table = self.table(alignments);
                    out.push(Block::Table(table));
                }
                Event::Start(Tag::FootnoteDefinition(_)) => self.at = self.notes.after(start),
                Event::Start(tag) if !is_inline(tag) => flat += 1,
                // Two rules below each other are one.
                Event::Rule if matches!(out.last(), Some(Block::Rule)) => {}
                Event::Rule => out.push(Block::Rule),
                _ => {
                    self.at = start;
                    let run = self.inline_run(true);
                    let last = self.events.get(self.at.saturating_sub(1)).map_or(range.end, |(_, last)| last.end);
                    out.extend(self.paragraph(run, &(range.start..last.max(range.end))));
                    // Whatever the parser gives, the cursor moves on.
                    self.at = self.at.max(start + 1);
                }
            }
        }
        contents
    }

    /// Whether a list or quote can be one level deeper; says so if not.
    fn may_nest(&mut self, range: &Range<usize>) -> bool {
        if self.depth < DEEPEST {
            return true;
        }
        if !self.told.nesting {
            self.told.nesting = true;
            let message = format!("nested more than {DEEPEST} deep: from here on printed without further indents");
            self.report(finding(&NESTING, message), range);
        }
        false
    }

    /// A paragraph, or the image it consists of.
    pub fn paragraph(&mut self, run: Run, range: &Range<usize>) -> Option<Block> {
        let mut text = run.finish();
        match text.pop()? {
            Inline::Styled(Styled::Image(image)) if text.is_empty() => Some(Block::Image(image)),
            last => {
                text.push(last);
                Some(Block::Paragraph { text, origin: self.origin_id(range) })
            }
        }
    }

    fn heading(&mut self, written: u8, start: usize, range: &Range<usize>) -> Option<Block> {
        let inner = self.depth > 0 || self.notes.inside();
        let real = self.levels.is_some() && !inner;
        // Printed bold it is strong as a whole.
        let strong = std::mem::replace(&mut self.styles.strong, !real);
        let text = self.inline_run(false).finish();
        self.styles.strong = strong;
        if text.is_empty() {
            self.report(finding(&EMPTY_HEADING, "a heading without text is left out"), range);
            return None;
        }
        let plain = plain(&text).trim().to_owned();
        if plain.is_empty() {
            return Some(Block::Paragraph { text, origin: self.origin_id(range) });
        }
        let Some(levels) = self.levels.as_mut().filter(|_| real) else {
            if self.levels.is_some() && !self.told.inner_heading {
                self.told.inner_heading = true;
                let message = "a heading within a list, quote or footnote is printed bold, without a bookmark";
                self.report(finding(&HEADING_LEVELS, message), range);
            }
            let text = vec![Inline::Styled(Styled::Strong { text })];
            return Some(Block::Paragraph { text, origin: self.origin_id(range) });
        };
        let level = levels.next(written);
        if level.evened && !self.told.levels {
            self.told.levels = true;
            let message =
                format!("heading levels skip or go beyond the first: this one is printed at level {}", level.level);
            self.report(finding(&HEADING_LEVELS, message), range);
        }
        self.last_heading = Some(plain.clone());
        Some(Block::Heading(Heading {
            level: level.level,
            number: None,
            text,
            plain,
            anchor: self.targets.anchor(start),
            origin: self.origin_id(range),
        }))
    }

    fn list(&mut self, start: Option<u64>) -> List {
        let mut list = List { start, tight: true, items: Vec::new() };
        while let Some((event, _)) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Start(Tag::Item) => {
                    let checked = self.task();
                    let contents = self.blocks();
                    list.tight &= !contents.loose;
                    list.items.push(ListItem { checked, blocks: contents.blocks });
                }
                Event::End(_) => break,
                _ => {}
            }
        }
        list
    }

    /// The mark of a task that an item begins with, within its first paragraph when the list is loose.
    fn task(&mut self) -> Option<bool> {
        let paragraph = matches!(self.events.get(self.at), Some((Event::Start(Tag::Paragraph), _)));
        let at = self.at + usize::from(paragraph);
        match self.events.get(at) {
            Some((Event::TaskListMarker(done), _)) => {
                self.task_at = Some(at);
                Some(*done)
            }
            _ => None,
        }
    }

    fn code(&mut self, kind: &CodeBlockKind, range: &Range<usize>) -> Option<Block> {
        let mut code = String::new();
        while let Some((event, part)) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::End(_) => break,
                Event::Text(text) => code.push_str(&self.literal(text, part.start)),
                _ => {}
            }
        }
        let code = code.strip_suffix('\n').unwrap_or(&code).replace('\t', "    ");
        if code.trim().is_empty() && !matches!(kind, CodeBlockKind::Fenced(_)) {
            return None;
        }
        let lines = code.split('\n').map(split_long).collect();
        Some(Block::Code { lines, origin: self.origin_id(range) })
    }

    /// Raw HTML: comments vanish, everything else is printed as it is written.
    fn html_block(&mut self, range: &Range<usize>) -> Option<Block> {
        let mut raw = String::new();
        while let Some((event, _)) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::End(_) => break,
                Event::Html(text) | Event::Text(text) | Event::InlineHtml(text) => raw.push_str(text),
                _ => {}
            }
        }
        let stripped = html::without_comments(&raw);
        if stripped.open {
            let open = finding(&COMMENT_OPEN, "this comment is not closed: what follows is printed as text");
            self.report(open.help("close it with `-->`"), range);
        } else if !html::only_breaks(&stripped.text) {
            self.note_html(&stripped.text, range);
        } else {
            return None;
        }
        let mut run = Run::default();
        for (number, line) in stripped.text.trim().lines().enumerate() {
            if number > 0 {
                run.line_break();
            }
            self.text(&mut run, line.trim(), range.start);
        }
        self.paragraph(run, range)
    }

    /// Says once per block that HTML is printed as text.
    pub fn note_html(&mut self, html: &str, range: &Range<usize>) {
        if !std::mem::replace(&mut self.html_noted, true) {
            let message = format!("HTML is printed as text: `{}`", html::first_tag(html));
            self.report(finding(&MARKDOWN_UNSUPPORTED, message), range);
        }
    }

    /// Definitions of links are not printed; an unused one may have been meant as text.
    fn unused_definitions(&mut self, definitions: &[(String, Range<usize>)]) {
        if definitions.is_empty() {
            return;
        }
        let key = |label: &str| label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let used: std::collections::HashSet<String> = self
            .events
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) => match link_type {
                    LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut => Some(key(id)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        for (label, span) in definitions {
            if !used.contains(&key(label)) {
                let message = format!("`[{label}]:` defines a link that nothing uses: the line is not printed");
                self.report(finding(&LINK_UNUSED, message), span);
            }
        }
    }

    fn report_removed(&mut self) {
        let Some(first) = self.removed.iter().min_by_key(|one| one.offset) else { return };
        let at = self.text.origin.part(first.offset..first.offset + first.ch.len_utf8());
        clean::report(&self.removed, &at, self.context.findings);
    }

    /// What was parsed there.
    pub fn parsed(&self, range: &Range<usize>) -> &'w str {
        self.parsed.get(range.clone()).unwrap_or_default()
    }

    /// Position in the text as written.
    pub fn place(&self, offset: usize) -> usize {
        self.shifts.iter().fold(offset, |offset, shifts| shifts.map(offset))
    }

    /// The place of a range of what was parsed.
    pub fn origin(&self, range: &Range<usize>) -> Origin {
        self.text.origin.part(self.place(range.start)..self.place(range.end))
    }

    /// The same in the report's table; within a cell of a table the row stands for all.
    pub fn origin_id(&mut self, range: &Range<usize>) -> Option<OriginId> {
        if self.in_cell {
            return None;
        }
        Some(self.row_origin(range))
    }

    /// The same, wherever the cursor is.
    pub fn row_origin(&mut self, range: &Range<usize>) -> OriginId {
        if let TextOrigin::Value(origin) = &self.text.origin {
            let context = &mut *self.context;
            return *self.whole.get_or_insert_with(|| context.origin(origin.clone()));
        }
        let origin = self.origin(range);
        self.context.origin(origin)
    }

    /// Gives a finding its place.
    pub fn report(&mut self, finding: Diagnostic, range: &Range<usize>) {
        let at = self.origin(range);
        self.context.findings.push(finding.at(&at));
    }
}
