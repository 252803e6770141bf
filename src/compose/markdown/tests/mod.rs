//! What texts turn into. Results are compared in a short form, see [`show`].

mod anything;
mod places;
mod structure;
mod text;

use std::sync::Arc;

use super::*;
use crate::compose::report::{Block, Inline, Styled};
use crate::diagnostics::{Diagnostic, Place};

/// A text of a file, with a line before it that is not part of it.
struct Outcome {
    blocks: Vec<Block>,
    findings: Vec<Diagnostic>,
    origins: Vec<Origin>,
}

/// Serves any image but those named `missing`.
struct Folder;

impl Images for Folder {
    fn image(&mut self, path: &str, at: &Origin, findings: &mut Findings) -> Option<ImageAsset> {
        if path.contains("missing") {
            findings.push(Diagnostic::new(&crate::compose::rules::IMAGE_MISSING, path).at(at));
            return None;
        }
        Some(ImageAsset { path: "/asset/1".into(), format: "png", width_pt: 10.0, height_pt: 20.0 })
    }
}

const FRONT: &str = "front matter\n";

fn source(text: &str) -> Arc<Source> {
    Source::new("a.md", "a.md", format!("{FRONT}{text}"))
}

fn run(text: &str, values: &[String], adapt: impl FnOnce(&mut Text)) -> Outcome {
    let source = source(text);
    let mut findings = Findings::default();
    let mut origins = Vec::new();
    let mut anchors = 0;
    let mut folder = Folder;
    let mut context =
        Context { findings: &mut findings, origins: &mut origins, images: Some(&mut folder), anchors: &mut anchors };
    let mut text = Text {
        text: &source.text()[FRONT.len()..],
        origin: TextOrigin::Body { source: source.clone(), start: FRONT.len() },
        base_level: Some(1),
        keeps_lines: false,
        images: true,
        values,
    };
    adapt(&mut text);
    let blocks = blocks(&text, &mut context);
    Outcome { blocks, findings: findings.into_iter().collect(), origins }
}

/// As a topic at level 1.
fn topic(text: &str) -> Outcome {
    run(text, &[], |_| {})
}

/// As a cell of a table.
fn cell(text: &str) -> Outcome {
    let source = source("");
    run(text, &[], |text| {
        text.origin = TextOrigin::Value(Origin::span(&source, 0..5));
        text.base_level = None;
        text.images = false;
    })
}

impl Outcome {
    fn shown(&self) -> String {
        show(&self.blocks)
    }

    fn rules(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.rule.id).collect()
    }

    /// The marked text of each finding.
    fn marked(&self) -> Vec<&str> {
        self.findings.iter().filter_map(|finding| finding.origin.as_ref()).map(marked).collect()
    }

    fn words(&self) -> String {
        let mut out = String::new();
        all_text(&self.blocks, &mut out);
        out
    }
}

fn marked(origin: &Origin) -> &str {
    match &origin.place {
        Place::Span(span) => origin.source.text().get(span.clone()).unwrap_or("outside of the text"),
        Place::File | Place::Line(_) => "the file",
        Place::Cell(_) => "a cell",
    }
}

/// One line per block; `·` before what is within.
fn show(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    show_into(blocks, "", &mut lines);
    lines.join("\n")
}

fn show_into(blocks: &[Block], indent: &str, lines: &mut Vec<String>) {
    let inner = format!("{indent}·");
    for block in blocks {
        match block {
            Block::Heading(heading) => {
                let anchor = heading.anchor.as_deref().map(|a| format!(" @{a}")).unwrap_or_default();
                let text = line(&heading.text);
                let plain = if heading.plain == text { String::new() } else { format!(" ({})", heading.plain) };
                lines.push(format!("{indent}h{} {text}{plain}{anchor}", heading.level));
            }
            Block::Paragraph { text, .. } => lines.push(format!("{indent}p {}", line(text))),
            Block::List(list) => {
                let start = list.start.map(|start| format!(" {start}")).unwrap_or_default();
                lines.push(format!("{indent}list{start}{}", if list.tight { "" } else { " loose" }));
                for item in &list.items {
                    let mark = match item.checked {
                        Some(true) => "[x]",
                        Some(false) => "[ ]",
                        None => "-",
                    };
                    lines.push(format!("{indent}{mark}"));
                    show_into(&item.blocks, &inner, lines);
                }
            }
            Block::Quote { blocks } => {
                lines.push(format!("{indent}quote"));
                show_into(blocks, &inner, lines);
            }
            Block::Code { lines: code, .. } => {
                lines.push(format!("{indent}code"));
                lines.extend(code.iter().map(|code| format!("{inner}{}", line(code))));
            }
            Block::Image(image) => {
                let caption = image.caption.as_deref().map(|c| format!(" {}", line(c))).unwrap_or_default();
                lines.push(format!("{indent}image {}{caption}", image.alt));
            }
            Block::Rule => lines.push(format!("{indent}rule")),
            Block::Table(table) => {
                let heads: Vec<String> = table.columns.iter().map(|column| line(&column.head)).collect();
                lines.push(format!("{indent}table {}", heads.join(" | ")));
                for row in &table.rows {
                    let cells: Vec<String> = row.cells.iter().map(|cell| show(cell)).collect();
                    lines.push(format!("{inner}{}", cells.join(" | ")));
                }
            }
            other => lines.push(format!("{indent}{other:?}")),
        }
    }
}

fn line(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) => text.clone(),
        Inline::Styled(styled) => match styled {
            Styled::Strong { text } => format!("*{}*", line(text)),
            Styled::Emph { text } => format!("/{}/", line(text)),
            Styled::Strike { text } => format!("-{}-", line(text)),
            Styled::Code { text } => format!("`{}`", line(text)),
            Styled::Token { pieces } => format!("<{}>", pieces.join("¦")),
            Styled::Link { url, text } => format!("[{}]({url})", line(text)),
            Styled::Ref { to, text } => format!("[{}](@{to})", line(text)),
            Styled::Page { to } => format!("(page of {to})"),
            Styled::Break => "⏎".to_owned(),
            Styled::Footnote { blocks } => format!("^({})", show(blocks)),
            Styled::Image(image) => format!("!({})", image.alt),
        },
    };
    inlines.iter().map(one).collect()
}

/// Everything that can be read, footnotes included.
fn all_text(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Heading(heading) => inline_text(&heading.text, out),
            Block::Paragraph { text, .. } => inline_text(text, out),
            Block::List(list) => list.items.iter().for_each(|item| all_text(&item.blocks, out)),
            Block::Quote { blocks } => all_text(blocks, out),
            Block::Code { lines, .. } => lines.iter().for_each(|code| inline_text(code, out)),
            Block::Image(image) => out.push_str(&image.alt),
            Block::Table(table) => {
                table.columns.iter().for_each(|column| inline_text(&column.head, out));
                table.rows.iter().flat_map(|row| &row.cells).for_each(|cell| all_text(cell, out));
            }
            _ => {}
        }
        out.push('\n');
    }
}

fn inline_text(inlines: &[Inline], out: &mut String) {
    out.push_str(&plain(inlines));
    out.push('\n');
    for inline in inlines {
        match inline {
            Inline::Styled(Styled::Footnote { blocks }) => all_text(blocks, out),
            Inline::Styled(Styled::Strong { text } | Styled::Emph { text } | Styled::Strike { text }) => {
                let notes: Vec<Inline> = text
                    .iter()
                    .filter(|i| matches!(i, Inline::Styled(s) if !matches!(s, Styled::Token { .. })))
                    .cloned()
                    .collect();
                inline_text(&notes, out);
            }
            _ => {}
        }
    }
}
