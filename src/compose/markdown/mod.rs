//! Markdown to blocks of the report: CommonMark with tables, footnotes, task lists and strikethrough.
//!
//! Nothing is lost in silence: what is not supported is printed as text, with a finding that has its place. Text stays
//! as written: no quotes, dashes or ligatures are exchanged.
//!
//! - [`blocks`] turns a [`Text`] into blocks; [`inlines`] takes a one-line field, in which Markdown means nothing.
//! - A [`Text`] knows where it stands ([`TextOrigin`]), so that findings name the place, for a file down to the
//!   character.
//! - The parser's events are listed first and walked by one cursor (`walk`): footnotes and links within the text need
//!   to know what comes later. Before that, what the parser would swallow is mended in the text (`prepare`).

mod html;
mod inline;
mod notes;
mod outline;
mod prepare;
mod table;
#[cfg(test)]
mod tests;
mod walk;

use std::sync::Arc;

use super::clean;
use super::report::{Block, Inline, OriginId};
use crate::diagnostics::{Findings, Located, Origin, Source};
use crate::model::{Prose, Topic};

pub use inline::plain;

/// Where a text stands.
#[derive(Debug, Clone)]
pub enum TextOrigin {
    /// The text is the source's own from this byte on: findings point to the very characters.
    Body { source: Arc<Source>, start: usize },
    /// The text was decoded from a cell or a key: findings point to it as a whole.
    Value(Origin),
}

impl TextOrigin {
    /// The text as a whole.
    pub fn whole(&self) -> Origin {
        match self {
            TextOrigin::Body { source, start } => Origin::span(source, *start..source.text().len()),
            TextOrigin::Value(origin) => origin.clone(),
        }
    }

    /// A range of bytes of the text.
    pub fn part(&self, range: std::ops::Range<usize>) -> Origin {
        let TextOrigin::Body { source, start } = self else { return self.whole() };
        let text = source.text();
        let floor =
            |offset: usize| (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let from = floor(start.saturating_add(range.start));
        let to = floor(start.saturating_add(range.end)).max(from);
        // A block's range ends with its line end, which is not worth marking.
        let to = from + text.get(from..to).map_or(0, |marked| marked.trim_end().len());
        Origin::span(source, from..to)
    }
}

/// A text to turn into blocks.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    pub text: &'a str,
    pub origin: TextOrigin,
    /// Level of its first heading. Without one headings are printed as bold paragraphs and make no bookmark.
    pub base_level: Option<u8>,
    /// Whether images may stand in it.
    pub images: bool,
    /// Whether the end of a line is one on the page too: people wrap lines of a file, and not those of a cell.
    pub keeps_lines: bool,
    /// Texts to put in for the marks that [`value_mark`] makes. They are printed literally, whatever they hold.
    pub values: &'a [String],
}

impl<'a> Text<'a> {
    /// A file of the description: headings and images are welcome.
    pub fn topic(topic: &'a Topic, base_level: u8) -> Self {
        Self {
            text: topic.body(),
            origin: TextOrigin::Body { source: topic.source.clone(), start: topic.body_start },
            base_level: Some(base_level),
            images: true,
            keeps_lines: false,
            values: &[],
        }
    }

    /// A cell or key with a text of its own.
    pub fn prose(prose: &'a Prose) -> Self {
        Self::value(&prose.text, &prose.origin)
    }

    /// Any text that came from one cell or key.
    pub fn value(text: &'a str, origin: &Origin) -> Self {
        let keeps_lines = origin.is_in_sheet();
        let origin = TextOrigin::Value(origin.clone());
        Self { text, origin, base_level: None, images: false, keeps_lines, values: &[] }
    }
}

/// First of the characters that stand for a value in a text; see [`value_mark`].
const FIRST_MARK: u32 = 0xf_0000;

/// The character that stands for `values[index]` of a [`Text`]; it behaves as a letter in Markdown. In any text without
/// that value the character is removed as every other of private use, so that nobody can forge one. There are 65,534.
pub fn value_mark(index: usize) -> Option<char> {
    let code = u32::try_from(index).ok()?.checked_add(FIRST_MARK)?;
    if code >= 0xf_fffe { None } else { char::from_u32(code) }
}

/// The number of the value a character stands for.
fn mark_index(ch: char) -> Option<usize> {
    u32::from(ch).checked_sub(FIRST_MARK).and_then(|index| usize::try_from(index).ok())
}

/// What all texts of a report share.
pub struct Context<'a> {
    pub findings: &'a mut Findings,
    /// The report's table of origins; see [`super::report::Report::origins`].
    pub origins: &'a mut Vec<Origin>,
    /// Where images come from. Without it no image is printed.
    pub images: Option<&'a mut dyn Images>,
    /// Number of the last anchor given to a heading: they are named `h1`, `h2`, ... throughout the report.
    pub anchors: &'a mut u32,
}

impl Context<'_> {
    /// Enters a place in the table of origins.
    pub fn origin(&mut self, origin: Origin) -> OriginId {
        let id = OriginId::try_from(self.origins.len()).unwrap_or(OriginId::MAX);
        self.origins.push(origin);
        id
    }
}

/// Gives images to texts.
pub trait Images {
    /// The image that `path`, as written in the Markdown at `at`, names. Refuses addresses on the web and paths that
    /// leave the engagement folder; whatever it refuses it reports to `findings`.
    fn image(&mut self, path: &str, at: &Origin, findings: &mut Findings) -> Option<ImageAsset>;
}

/// An image that the layout can load.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageAsset {
    /// Virtual path, `/asset/3`.
    pub path: String,
    /// `png`, `jpg`, `svg`, `gif`, `webp`.
    pub format: &'static str,
    pub width_pt: f64,
    pub height_pt: f64,
}

/// Everything a text turns into.
pub fn blocks(text: &Text, context: &mut Context) -> Vec<Block> {
    walk::blocks(text, context)
}

/// A one-line field: literal text, with long words in pieces and every run of blanks as one.
pub fn inlines(text: &str, origin: &TextOrigin, context: &mut Context) -> Vec<Inline> {
    let cleaned = clean::clean(text);
    if let Some(first) = cleaned.removed.first() {
        let at = origin.part(first.offset..first.offset + first.ch.len_utf8());
        clean::report(&cleaned.removed, &at, context.findings);
    }
    let mut run = inline::Run::default();
    run.text(&cleaned.text);
    run.finish()
}

/// As [`inlines`], for a value that knows its place.
pub fn field(value: &Located<String>, context: &mut Context) -> Vec<Inline> {
    inlines(&value.value, &TextOrigin::Value(value.origin.clone()), context)
}
