//! Characters that no font has: each is printed as a replacement sign, and reported once for each text. On the same walk
//! over all texts the layout learns whether there are footnotes.

use super::report::{Block, ControlRow, Inline, OriginId, Report, ResultCell, Styled};
use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::typeset::Fonts;

/// What stands for a character that no font has.
const REPLACEMENT: char = '\u{FFFD}';

/// Looks at every text of a report.
pub fn check(report: &mut Report, fonts: &Fonts, fallback: &Origin, findings: &mut Findings) {
    let mut walk = Walk { fonts, origin: None, missing: Vec::new(), footnotes: false };
    walk.text(&mut report.running_head.entity);
    if let Some(cover) = &mut report.cover {
        for text in [&mut cover.entity, &mut cover.system, &mut cover.title] {
            walk.text(text);
        }
        cover.auditor.iter_mut().for_each(|text| walk.text(text));
    }
    walk.text(&mut report.document.title);
    for entry in &mut report.contents {
        walk.text(&mut entry.text);
    }
    for part in &mut report.parts {
        walk.origin = None;
        walk.text(&mut part.title);
        walk.text(&mut part.running);
        part.byline.iter_mut().for_each(|text| walk.text(text));
        walk.blocks(&mut part.blocks);
    }
    report.footnotes = walk.footnotes;
    // The contents, the running heads and the bookmarks repeat texts; one finding for each run of characters and place.
    let mut seen: Vec<(Option<OriginId>, String)> = Vec::new();
    for (origin, run) in walk.missing {
        if seen.contains(&(origin, run.clone())) || (origin.is_none() && seen.iter().any(|(_, s)| *s == run)) {
            continue;
        }
        let place = origin.and_then(|id| report.origins.get(id as usize)).unwrap_or(fallback);
        findings.push(missing(&run, place));
        seen.push((origin, run));
    }
}

pub(super) fn missing(run: &str, at: &Origin) -> Diagnostic {
    let codes: Vec<_> = run.chars().take(6).map(|c| format!("U+{:04X}", u32::from(c))).collect();
    let more = if run.chars().count() > codes.len() { ", ..." } else { "" };
    let script = run
        .chars()
        .map(|c| unicode_script::UnicodeScript::script(&c))
        .find(|s| {
            !matches!(
                s,
                unicode_script::Script::Common | unicode_script::Script::Inherited | unicode_script::Script::Unknown
            )
        })
        .map(|s| format!(" ({})", s.full_name()))
        .unwrap_or_default();
    Diagnostic::new(&rules::NO_GLYPH, format!("no font has `{run}`{script}: {}{more}", codes.join(", ")))
        .at(at)
        .help("put a font that has them (TTF or OTF) into style/fonts/ of the engagement")
}

/// Puts the replacement sign in the place of characters that no font has, and gives the runs of such characters.
pub(super) fn replace(text: &mut String, fonts: &Fonts) -> Vec<String> {
    let lacks = |c: char| !c.is_ascii() && !c.is_whitespace() && !is_invisible(c) && !fonts.cover(c);
    // Printable ASCII is in every font that is shipped.
    if text.is_ascii() || !text.chars().any(lacks) {
        return Vec::new();
    }
    let mut run = String::new();
    let mut runs = Vec::new();
    let replaced: String = text
        .chars()
        .map(|c| {
            if lacks(c) {
                run.push(c);
                return REPLACEMENT;
            }
            if !run.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
            c
        })
        .collect();
    runs.extend((!run.is_empty()).then_some(run));
    *text = replaced;
    runs
}

struct Walk<'a> {
    fonts: &'a Fonts,
    origin: Option<OriginId>,
    missing: Vec<(Option<OriginId>, String)>,
    footnotes: bool,
}

impl Walk<'_> {
    fn text(&mut self, text: &mut String) {
        let runs = replace(text, self.fonts);
        self.missing.extend(runs.into_iter().map(|run| (self.origin, run)));
    }

    fn at(&mut self, origin: Option<OriginId>) {
        if origin.is_some() {
            self.origin = origin;
        }
    }

    fn inlines(&mut self, inlines: &mut [Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Styled(styled) => match styled {
                    Styled::Strong { text }
                    | Styled::Emph { text }
                    | Styled::Strike { text }
                    | Styled::Code { text }
                    | Styled::Link { text, .. }
                    | Styled::Ref { text, .. } => self.inlines(text),
                    Styled::Token { pieces } => pieces.iter_mut().for_each(|piece| self.text(piece)),
                    Styled::Footnote { blocks } => {
                        self.footnotes = true;
                        self.blocks(blocks);
                    }
                    Styled::Image(image) => self.text(&mut image.alt),
                    Styled::Page { .. } | Styled::Break => {}
                },
            }
        }
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Heading(heading) => {
                    self.at(heading.origin);
                    self.inlines(&mut heading.text);
                    self.text(&mut heading.plain);
                }
                Block::Paragraph { text, origin } => {
                    self.at(*origin);
                    self.inlines(text);
                }
                Block::List(list) => list.items.iter_mut().for_each(|item| self.blocks(&mut item.blocks)),
                Block::Quote { blocks } => self.blocks(blocks),
                Block::Code { lines, origin } => {
                    self.at(*origin);
                    lines.iter_mut().for_each(|line| self.inlines(line));
                }
                Block::Image(image) => {
                    self.at(image.origin);
                    self.text(&mut image.alt);
                    image.caption.iter_mut().for_each(|caption| self.inlines(caption));
                }
                Block::Table(table) => {
                    self.text(&mut table.summary);
                    table.caption.iter_mut().for_each(|caption| self.text(caption));
                    table.columns.iter_mut().for_each(|column| self.inlines(&mut column.head));
                    for row in &mut table.rows {
                        self.at(row.origin);
                        row.cells.iter_mut().for_each(|cell| self.blocks(cell));
                    }
                }
                Block::ControlTable(table) => {
                    self.inlines(&mut table.text);
                    self.text(&mut table.plain);
                    table.heads.iter_mut().for_each(|head| self.text(head));
                    table.rows.iter_mut().for_each(|row| self.control_row(row));
                    self.blocks(&mut table.remarks);
                }
                Block::Index { entries } => {
                    for entry in entries {
                        self.at(Some(entry.origin));
                        self.inlines(&mut entry.id);
                        self.inlines(&mut entry.text);
                        self.inlines(&mut entry.note);
                    }
                }
                Block::Signature { lines, .. } => lines.iter_mut().for_each(|line| self.inlines(line)),
                Block::Notice(notice) => {
                    self.text(&mut notice.title);
                    self.text(&mut notice.text);
                }
                Block::Rule | Block::PageBreak => {}
            }
        }
    }

    fn control_row(&mut self, row: &mut ControlRow) {
        match row {
            ControlRow::Full { id, plain_id, title, text, facts, tests, origin, .. } => {
                self.at(Some(*origin));
                self.inlines(id);
                self.text(plain_id);
                title.iter_mut().for_each(|title| self.inlines(title));
                self.blocks(text);
                facts.iter_mut().for_each(|fact| self.text(fact));
                for test in tests {
                    self.at(Some(test.origin));
                    self.inlines(&mut test.id);
                    self.blocks(&mut test.procedure);
                    self.result(&mut test.result);
                }
            }
            ControlRow::Reference { id, plain_id, text, results, origin, .. } => {
                self.at(Some(*origin));
                self.inlines(id);
                self.text(plain_id);
                self.inlines(text);
                results.iter_mut().for_each(|result| self.result(result));
            }
        }
    }

    fn result(&mut self, result: &mut ResultCell) {
        self.blocks(&mut result.detail);
        result.exceptions.iter_mut().for_each(|link| self.text(&mut link.label));
    }
}

/// Characters without a glyph of their own: joiners, direction marks, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200C}'..='\u{200F}' | '\u{061C}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}
