//! Text within a block: styles, links, images, line breaks.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::walk::{Walker, finding};
use super::{html, mark_index};
use crate::compose::clean;
use crate::compose::report::{Image, Inline, Styled};
use crate::compose::rules::{DEAD_ANCHOR, IMAGE_ALT, LINK_REFUSED, MARKDOWN_UNSUPPORTED};
use crate::compose::token::split_long;
use crate::diagnostics::Severity;

/// The text alone, for bookmarks and alternative texts: without footnotes and page numbers, line breaks as blanks.
pub fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    push_plain(inlines, &mut out);
    out
}

fn push_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Styled(styled) => match styled {
                Styled::Strong { text } | Styled::Emph { text } | Styled::Strike { text } | Styled::Code { text } => {
                    push_plain(text, out);
                }
                Styled::Link { text, .. } | Styled::Ref { text, .. } => push_plain(text, out),
                Styled::Token { pieces } => out.extend(pieces.iter().map(String::as_str)),
                Styled::Image(image) => out.push_str(&image.alt),
                Styled::Break => out.push(' '),
                Styled::Footnote { .. } | Styled::Page { .. } => {}
            },
        }
    }
}

/// Collects inlines; text that stands together is joined before its long words are cut.
#[derive(Default)]
pub(super) struct Run {
    out: Vec<Inline>,
    text: String,
}

impl Run {
    /// Adds text; every run of blanks and line ends counts as one blank.
    pub fn text(&mut self, text: &str) {
        for ch in text.chars() {
            if matches!(ch, ' ' | '\t' | '\n') {
                let at_break = self.text.is_empty() && matches!(self.out.last(), Some(Inline::Styled(Styled::Break)));
                if !at_break && !self.text.ends_with(' ') {
                    self.text.push(' ');
                }
            } else {
                self.text.push(ch);
            }
        }
    }

    pub fn push(&mut self, styled: Styled) {
        self.flush();
        self.out.push(Inline::Styled(styled));
    }

    /// Adds inlines that lost what held them together.
    pub fn splice(&mut self, inlines: Vec<Inline>) {
        self.flush();
        self.out.extend(inlines);
    }

    pub fn line_break(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.push(Styled::Break);
    }

    fn flush(&mut self) {
        self.out.extend(split_long(&self.text));
        self.text.clear();
    }

    /// What was collected, blanks at the ends included: for text within text.
    pub fn inner(mut self) -> Vec<Inline> {
        self.flush();
        self.out
    }

    /// What was collected, without blanks and line breaks at the ends.
    pub fn finish(self) -> Vec<Inline> {
        let mut out = self.inner();
        while trim_edge(out.last_mut(), |text| text.trim_end_matches(BLANKS)) {
            out.pop();
        }
        let mut leading = 0;
        while trim_edge(out.get_mut(leading), |text| text.trim_start_matches(BLANKS)) {
            leading += 1;
        }
        out.drain(..leading);
        out
    }
}

const BLANKS: [char; 3] = [' ', '\t', '\n'];

/// Trims what stands at an end of a block; whether nothing of it is left.
fn trim_edge(edge: Option<&mut Inline>, trim: fn(&str) -> &str) -> bool {
    match edge {
        Some(Inline::Styled(Styled::Break)) => true,
        Some(Inline::Text(text)) => {
            let trimmed = trim(text);
            if trimmed.len() < text.len() {
                *text = trimmed.to_owned();
            }
            text.is_empty()
        }
        _ => false,
    }
}

/// Styles that are on: a style within itself changes nothing, which keeps the tree shallow whatever is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Styles {
    pub strong: bool,
    emph: bool,
    strike: bool,
    link: bool,
}

impl<'w> Walker<'w, '_> {
    /// Reads inlines up to the end of the element they are in, and that end with them. `bare` inlines, of a tight list
    /// item, have no element of their own: they go to the next block or to the end of the item, which is left.
    pub fn inline_run(&mut self, bare: bool) -> Run {
        let mut run = Run::default();
        // Ends of elements that have no effect, with what is printed there.
        let mut open: Vec<&'static str> = Vec::new();
        while let Some((event, range)) = self.events.get(self.at) {
            match event {
                Event::End(_) => match open.pop() {
                    Some(sign) => run.text(sign),
                    None => {
                        self.at += usize::from(!bare);
                        break;
                    }
                },
                Event::Start(tag) if !is_inline(tag) => break,
                Event::Rule | Event::Html(_) => break,
                _ => {}
            }
            self.at += 1;
            match event {
                Event::Text(text) => self.text(&mut run, text, range.start),
                Event::Code(code) => {
                    let text = split_long(&self.literal(code, range.start).replace(['\t', '\n'], " "));
                    run.push(Styled::Code { text });
                }
                Event::SoftBreak if self.text.keeps_lines || self.is_ballot_next() => run.line_break(),
                Event::SoftBreak => run.text(" "),
                Event::HardBreak => run.line_break(),
                Event::InlineHtml(tag) => self.inline_html(&mut run, tag, range),
                Event::FootnoteReference(label) => self.footnote(&mut run, label, range),
                Event::TaskListMarker(done) if self.task_at != Some(self.at - 1) => {
                    run.text(if *done { "☑ " } else { "☐ " });
                }
                Event::Start(Tag::Strong) => {
                    self.styled(&mut run, &mut open, |s| &mut s.strong, |text| Styled::Strong { text });
                }
                Event::Start(Tag::Emphasis) => {
                    self.styled(&mut run, &mut open, |s| &mut s.emph, |text| Styled::Emph { text });
                }
                // One mark only is a subscript in other dialects: it stays as it is.
                Event::Start(Tag::Strikethrough) if !self.parsed(range).starts_with("~~") => {
                    run.text("~");
                    open.push("~");
                }
                Event::Start(Tag::Strikethrough) => {
                    self.styled(&mut run, &mut open, |s| &mut s.strike, |text| Styled::Strike { text });
                }
                Event::Start(Tag::Link { link_type, dest_url, .. }) => self.link(&mut run, *link_type, dest_url, range),
                Event::Start(Tag::Image { dest_url, title, .. }) => self.image(&mut run, dest_url, title, range),
                Event::Start(_) => open.push(""),
                _ => {}
            }
        }
        run
    }

    fn styled(
        &mut self,
        run: &mut Run,
        open: &mut Vec<&'static str>,
        flag: fn(&mut Styles) -> &mut bool,
        make: fn(Vec<Inline>) -> Styled,
    ) {
        if *flag(&mut self.styles) {
            open.push("");
            return;
        }
        *flag(&mut self.styles) = true;
        let text = self.inline_run(false).inner();
        *flag(&mut self.styles) = false;
        if !text.is_empty() {
            run.push(make(text));
        }
    }

    /// Text of the parser: entities can have brought in anything, and marks stand for values.
    pub fn text(&mut self, run: &mut Run, text: &str, offset: usize) {
        let cleaned = self.cleaned(text, offset);
        let mut from = 0;
        if !self.values.is_empty() {
            for (at, ch) in cleaned.char_indices() {
                let Some(value) = mark_index(ch).and_then(|index| self.values.get(index)) else { continue };
                run.text(&cleaned[from..at]);
                for (number, line) in value.lines().enumerate() {
                    if number > 0 {
                        run.line_break();
                    }
                    run.text(line);
                }
                from = at + ch.len_utf8();
            }
        }
        run.text(&cleaned[from..]);
    }

    /// The same as one string, with blanks as they are.
    pub fn literal(&mut self, text: &str, offset: usize) -> String {
        let cleaned = self.cleaned(text, offset);
        if self.values.is_empty() {
            return cleaned.into_owned();
        }
        let mut out = String::with_capacity(cleaned.len());
        for ch in cleaned.chars() {
            match mark_index(ch).and_then(|index| self.values.get(index)) {
                Some(value) => out.push_str(value),
                None => out.push(ch),
            }
        }
        out
    }

    fn cleaned<'t>(&mut self, text: &'t str, offset: usize) -> std::borrow::Cow<'t, str> {
        let values = self.values.len();
        let cleaned = clean::clean_except(text, |ch| mark_index(ch).is_some_and(|index| index < values));
        let at = self.place(offset);
        self.removed.extend(cleaned.removed.iter().map(|one| clean::Removed { offset: at, ch: one.ch }));
        cleaned.text
    }

    /// Whether the next text begins with a ballot box or a tick: such lines are a list to their author.
    fn is_ballot_next(&self) -> bool {
        match self.events.get(self.at) {
            Some((Event::Text(text), _)) => text.starts_with(['☐', '☑', '☒', '✓', '✔', '✗', '✘']),
            _ => false,
        }
    }

    fn inline_html(&mut self, run: &mut Run, tag: &str, range: &Range<usize>) {
        if html::comment_len(tag) == Some(tag.len()) {
            return;
        }
        if html::break_len(tag) == Some(tag.len()) {
            run.line_break();
            return;
        }
        self.note_html(tag, range);
        self.text(run, tag, range.start);
    }

    fn link(&mut self, run: &mut Run, link_type: LinkType, dest: &CowStr<'w>, range: &Range<usize>) {
        let within = std::mem::replace(&mut self.styles.link, true);
        let text = self.inline_run(false).inner();
        self.styles.link = within;
        let dest = self.literal(dest, range.start);
        let dest = if link_type == LinkType::Email { format!("mailto:{dest}") } else { dest };
        let dest = dest.trim();
        if dest.is_empty() || within {
            run.splice(text);
        } else if dest.starts_with('#') {
            match self.targets.resolve(dest) {
                Some(anchor) if !text.is_empty() => run.push(Styled::Ref { to: anchor.clone(), text }),
                Some(_) => {}
                None => {
                    let dead = finding(&DEAD_ANCHOR, format!("no heading of this text is `{dest}`"));
                    self.report(dead, range);
                    run.splice(text);
                }
            }
        } else if let Some(url) = live_url(dest) {
            let text = if text.is_empty() { split_long(dest) } else { text };
            run.push(Styled::Link { url, text });
        } else {
            let scheme = dest.split_once(':').map(|(scheme, _)| scheme.trim()).filter(|scheme| is_scheme(scheme));
            let message = match scheme {
                Some(scheme) => format!("a `{scheme}:` link is printed without its target"),
                None => "A link to another file is printed without its target".to_owned(),
            };
            self.report(finding(&LINK_REFUSED, message), range);
            if text.is_empty() {
                run.text(dest);
            } else {
                run.splice(text);
            }
        }
    }

    fn image(&mut self, run: &mut Run, dest: &CowStr<'w>, title: &CowStr<'w>, range: &Range<usize>) {
        let alt = self.alt_text();
        let alt = self.literal(&alt, range.start).split_whitespace().collect::<Vec<_>>().join(" ");
        let path = self.literal(dest, range.start).trim().to_owned();
        let title = self.literal(title, range.start);
        let caption = Some(split_long(title.trim())).filter(|caption| !caption.is_empty());
        let at = self.origin(range);
        let asset = match &mut self.context.images {
            Some(images) if self.text.images && !self.in_cell => images.image(&path, &at, self.context.findings),
            _ => {
                let message = format!("no image can stand here, `{path}` is left out");
                let help = "Put images in a file of the description, outside of tables.";
                self.report(finding(&MARKDOWN_UNSUPPORTED, message).severity(Severity::Warning).help(help), range);
                None
            }
        };
        let Some(asset) = asset else {
            run.text(&format!("[{}]", if alt.is_empty() { &path } else { &alt }));
            if let Some(caption) = caption {
                run.text(" ");
                run.splice(caption);
            }
            return;
        };
        if alt.is_empty() {
            let help = format!("write what the image shows: `![...]({path})`");
            self.report(finding(&IMAGE_ALT, format!("`{path}` has no alternative text")).help(help), range);
        }
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        run.push(Styled::Image(Image {
            path: asset.path,
            format: asset.format,
            alt: if alt.is_empty() { name.to_owned() } else { alt },
            width: asset.width_pt,
            height: asset.height_pt,
            caption,
            origin: self.origin_id(range),
        }));
    }

    /// The text within an image, up to its end.
    fn alt_text(&mut self) -> String {
        let mut alt = String::new();
        let mut depth = 1_usize;
        while let Some((event, _)) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(TagEnd::Image) if depth == 1 => break,
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Text(text) | Event::Code(text) => alt.push_str(text),
                Event::InlineHtml(tag) if html::comment_len(tag) != Some(tag.len()) => alt.push_str(tag),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
        }
        alt
    }
}

/// Whether a tag belongs into a line of text.
pub(super) fn is_inline(tag: &Tag) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|ch: char| ch.is_ascii_alphabetic())
        && text.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '+' | '-' | '.'))
}

/// The address as it goes into the PDF, if readers may follow it: http, https or mailto, without characters that are not
/// part of addresses.
fn live_url(dest: &str) -> Option<String> {
    let url: String = dest.chars().filter(|ch| !ch.is_control()).collect();
    let (scheme, rest) = url.split_once(':')?;
    let host = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//")?,
        "mailto" => rest,
        _ => return None,
    };
    if host.trim_matches('/').is_empty() {
        return None;
    }
    Some(url.chars().map(|ch| if ch.is_whitespace() { "%20".to_owned() } else { ch.to_string() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_are_safe_to_follow() {
        for url in ["https://example.org/a", "HTTP://example.org", "mailto:a@example.org"] {
            assert_eq!(live_url(url).as_deref(), Some(url));
        }
        assert_eq!(live_url("https://example.org/a b\u{7}").as_deref(), Some("https://example.org/a%20b"));
        for url in [
            "javascript:x()",
            "file:///x",
            "//example.org",
            "a.md",
            "https:",
            "http://",
            "data:text/html,x",
            "ht\ntp:x",
        ] {
            assert_eq!(live_url(url), None, "{url:?}");
        }
    }

    #[test]
    fn runs_join_text_and_trim_its_ends() {
        let mut run = Run::default();
        run.line_break();
        run.text("  one\n");
        run.text(" two ");
        run.line_break();
        run.text(" three ");
        run.line_break();
        let out = run.finish();
        assert_eq!(plain(&out), "one two three");
        assert_eq!(out.len(), 3);
        assert!(Run::default().finish().is_empty());
    }
}
