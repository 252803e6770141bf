//! Mends what the parser would swallow or run together, before the text is parsed for good:
//!
//! - `<!-- note --> Text on the same line`: by CommonMark the text belongs to the HTML block and would be no Markdown.
//! - a line of `<br>` only: makes the lines after it an HTML block as well.
//! - lines that begin with a bullet character (`•`, `▪`, ...), as they come from spreadsheets and word processors: they
//!   become list items, deeper where they are indented further.
//!
//! Positions are led back to the text as written by the [`Shifts`] that come with it.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::html;
use crate::compose::clean::Shifts;

/// What is read beyond CommonMark.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// A change of the text.
struct Edit {
    range: Range<usize>,
    with: String,
}

/// The mended text; borrowed when nothing was to do.
pub(super) fn prepare(text: &str) -> (Cow<'_, str>, Shifts) {
    let mut edits = Vec::new();
    if text.contains("<!--") || text.contains("<br") || text.contains("<BR") || text.contains(is_bullet) {
        collect(text, &mut edits);
    }
    let mut shifts = Shifts::default();
    if edits.is_empty() {
        return (Cow::Borrowed(text), shifts);
    }
    edits.sort_by_key(|edit| edit.range.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let Some(kept) = text.get(done..edit.range.start) else { continue };
        out.push_str(kept);
        out.push_str(&edit.with);
        done = edit.range.end;
        shifts.push(out.len(), done);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    (Cow::Owned(out), shifts)
}

fn collect(text: &str, edits: &mut Vec<Edit>) {
    let mut line_start = false;
    let mut bullets = Bullets::default();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => {
                edits.extend(html_edit(text, range));
                line_start = false;
            }
            Event::Start(Tag::Paragraph | Tag::Item) => {
                line_start = true;
                bullets = Bullets::default();
            }
            Event::SoftBreak | Event::HardBreak => line_start = true,
            Event::Text(_) => {
                if line_start {
                    edits.extend(bullets.edit(text, range));
                }
                line_start = false;
            }
            Event::TaskListMarker(_) => {}
            _ => line_start = false,
        }
    }
}

/// Takes comments and line breaks from the beginning of an HTML block, if Markdown follows on their line.
fn html_edit(text: &str, range: Range<usize>) -> Option<Edit> {
    let block = text.get(range.clone())?;
    let mut rest = block.trim_start_matches([' ', '\t']);
    let start = range.end - rest.len();
    while let Some(len) = html::comment_len(rest).or_else(|| html::break_len(rest)) {
        rest = &rest[len..];
        // A break that ends its line took the lines after it into the block, a comment did not.
        rest = rest.trim_start_matches([' ', '\t']);
    }
    let end = range.end - rest.len();
    (end > start && !rest.trim().is_empty()).then(|| Edit { range: start..end, with: String::new() })
}

fn is_bullet(ch: char) -> bool {
    matches!(ch, '•' | '◦' | '●' | '○' | '▪' | '▫' | '■' | '‣' | '⁃' | '∙' | '➢' | '➤' | '►' | '▸')
}

/// Bullets of one paragraph, with the indents of the levels that are open.
#[derive(Default)]
struct Bullets {
    indents: Vec<usize>,
}

impl Bullets {
    fn edit(&mut self, text: &str, range: Range<usize>) -> Option<Edit> {
        let line_from = text.get(..range.start)?.rfind('\n').map_or(0, |at| at + 1);
        let line_to = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
        let prefix = text.get(line_from..range.start)?;
        let line = text.get(range.start..line_to)?;
        let indent: usize = prefix.chars().map(|ch| if ch == '\t' { 4 } else { 1 }).sum();
        let first = line.chars().next()?;
        let after = &line[first.len_utf8()..];
        let item = after.trim_start_matches([' ', '\t', '\u{a0}']);
        // The second level of word processors is a letter o in a symbol font.
        let deeper = self.indents.last().is_some_and(|last| indent > *last);
        let second =
            first == 'o' && item.len() < after.len() && (deeper || (self.indents.len() > 1 && prefix.len() > 1));
        if item.is_empty() || !(is_bullet(first) || second) {
            return None;
        }
        while self.indents.last().is_some_and(|last| *last >= indent) {
            self.indents.pop();
        }
        let level = self.indents.len();
        self.indents.push(indent);
        // Within quotes and lists the line begins with their marks, which stay.
        let (from, margin) = if prefix.trim().is_empty() && level > 0 {
            (line_from, "  ".repeat(level))
        } else {
            (range.start, String::new())
        };
        Some(Edit { range: from..line_to - item.len(), with: format!("{margin}- ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(text: &str) -> String {
        prepare(text).0.into_owned()
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        for text in ["", "# Head\n\n- one\n- two", "a <!-- c --> b", "<!-- c -->\n", "a<br>b", "in • the middle"] {
            assert!(matches!(prepare(text).0, Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn text_after_a_comment_is_markdown() {
        assert_eq!(prepared("<!-- draft --> Some *text*.\n"), "Some *text*.\n");
        assert_eq!(prepared("<!-- a --> <!-- b --> # Head\n"), "# Head\n");
        assert_eq!(prepared("> <!-- a\n> b --> quoted"), "> quoted");
        assert_eq!(prepared("`<!-- code --> x`\n\n    <!-- c --> x"), "`<!-- code --> x`\n\n    <!-- c --> x");
    }

    #[test]
    fn text_after_a_line_of_breaks_is_markdown() {
        assert_eq!(prepared("<br>\n**bold**\n"), "\n**bold**\n");
    }

    #[test]
    fn bullets_become_items() {
        assert_eq!(prepared("Daily:\n• jobs\n•pages"), "Daily:\n- jobs\n- pages");
        assert_eq!(prepared("• a\n\t\t◦ b\n   o c\n• d"), "- a\n  - b\n  - c\n- d");
        assert_eq!(prepared("> ▪ a\n> ▪ b"), "> - a\n> - b");
        assert_eq!(prepared("text\n•\n"), "text\n•\n");
        assert_eq!(prepared("    • code"), "    • code");
    }

    #[test]
    fn positions_lead_back() {
        let text = "<!-- x --> after\n• one\n• two";
        let (out, shifts) = prepare(text);
        for word in ["after", "one", "two"] {
            assert_eq!(out.find(word).map(|at| shifts.map(at)), text.find(word), "{word}");
        }
    }
}
