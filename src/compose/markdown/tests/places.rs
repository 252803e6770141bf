//! Findings and blocks know where they came from.

use super::*;
use crate::diagnostics::Severity;

fn origin_ids(blocks: &[Block]) -> Vec<Option<OriginId>> {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(heading) => out.push(heading.origin),
            Block::Paragraph { origin, .. } | Block::Code { origin, .. } => out.push(*origin),
            Block::Image(image) => out.push(image.origin),
            Block::Table(table) => out.extend(table.rows.iter().map(|row| row.origin)),
            Block::List(list) => list.items.iter().for_each(|item| out.extend(origin_ids(&item.blocks))),
            Block::Quote { blocks } => out.extend(origin_ids(blocks)),
            _ => {}
        }
    }
    out
}

#[test]
fn blocks_of_a_file_have_exact_places() {
    let outcome = topic(
        "# Head\r\n\r\nText u\u{308}ber\r\ntwo lines.\r\n\r\n- item\r\n- *two*\r\n\r\n|a|\r\n|-|\r\n|row|\r\n\r\n```\r\ncode\r\n```\r\n",
    );
    let marked: Vec<&str> = origin_ids(&outcome.blocks)
        .into_iter()
        .flatten()
        .filter_map(|id| outcome.origins.get(usize::try_from(id).ok()?))
        .map(marked)
        .collect();
    assert_eq!(marked, ["# Head", "Text u\u{308}ber\r\ntwo lines.", "item", "*two*", "|row|", "```\r\ncode\r\n```"]);
}

#[test]
fn places_behind_what_was_mended() {
    let outcome = topic("\u{7}<!-- c --> a <i>\n\n• one <b>\n\ne\u{301}e\u{301} <u>");
    assert_eq!(outcome.rules(), ["TXT-21", "TXT-21", "TXT-21", "TXT-20"]);
    assert_eq!(outcome.marked(), ["<i>", "<b>", "<u>", "\u{7}"]);
    assert_eq!(outcome.findings[0].origin.as_ref().and_then(Origin::position), Some((2, 15)));
}

#[test]
fn a_cell_is_one_place() {
    let outcome = cell("one\n\ntwo <b>\n\n- three");
    assert_eq!(outcome.origins.len(), 1);
    assert_eq!(origin_ids(&outcome.blocks), [Some(0), Some(0), Some(0)]);
    assert_eq!(outcome.marked(), ["front"]);
}

#[test]
fn removed_characters_are_one_finding() {
    let outcome = topic("a\u{202e}b &#x202e; &#7;\n\nc\u{7}");
    assert_eq!(outcome.shown(), "p ab\np c");
    assert_eq!(outcome.rules(), ["TXT-20"]);
    assert!(outcome.findings[0].message.contains("U+202E (2 times)"), "{}", outcome.findings[0].message);
    assert_eq!(outcome.findings[0].severity, Severity::Warning);
    assert_eq!(outcome.marked(), ["\u{202e}"]);
}
