//! Page numbers, written on the finished pages.
//!
//! A number that the engine looks up makes it lay out all pages again as soon as it is known, and each head and foot anew
//! for its page. So the templates print [`STAND_IN`] after a mark, and the number takes its place here: nothing moves, since
//! each number ends its line.

use std::collections::HashMap;

use rustybuzz::{Feature, UnicodeBuffer};
use ttf_parser::Tag;
use typst::foundations::{Content, Value};
use typst::introspection::MetadataElem;
use typst::layout::Em;
use typst::text::{FontInstance, Glyph, TextItem};

use super::text::narrow;

/// What stands for a number in the templates.
const STAND_IN: &str = "000";

/// What a mark asks for.
pub enum Asked {
    /// The page of an anchor.
    PageOf(String),
    /// The page the mark is on, and how many pages there are.
    PageAndCount,
}

/// What an element asks for, if it is such a mark, and whether the right end of the text stays where it is.
pub fn asked(element: &Content) -> Option<(Asked, bool)> {
    let Value::Dict(dict) = &element.to_packed::<MetadataElem>()?.value else { return None };
    let asked = match dict.contains("page").then(|| dict.get("page"))?.ok()? {
        Value::Str(anchor) => Asked::PageOf(anchor.as_str().to_owned()),
        _ => Asked::PageAndCount,
    };
    Some((asked, dict.get("right").is_ok_and(|right| *right == Value::Bool(true))))
}

/// Numbers that wait for their stand-ins.
#[derive(Default)]
pub struct Pending {
    /// The next one last.
    numbers: Vec<String>,
    right: bool,
}

impl Pending {
    pub fn new(mut numbers: Vec<String>, right: bool) -> Self {
        numbers.reverse();
        Self { numbers, right }
    }
}

/// The glyphs of digits, by font and by the glyph of the zero, which tells of what kind they are.
#[derive(Default)]
pub struct Digits(HashMap<(*const u8, u16), TenDigits>);

type TenDigits = [Option<(u16, Em)>; 10];

impl Digits {
    /// Puts waiting numbers where a text has their stand-ins.
    pub fn write(&mut self, text: &mut TextItem, pending: &mut Pending) {
        while let Some(at) = (!pending.numbers.is_empty()).then(|| text.text.find(STAND_IN)).flatten()
            && let Some(number) = pending.numbers.pop()
        {
            self.replace(text, at, &number, pending.right);
        }
    }

    fn replace(&mut self, text: &mut TextItem, at: usize, number: &str, right: bool) {
        let end = at + STAND_IN.len();
        let stands = |glyph: &Glyph| (at..end).contains(&glyph.range().start);
        let Some(first) = text.glyphs.iter().position(stands) else { return };
        let model = text.glyphs[first].clone();
        let known = self.0.entry((text.font.data().as_ptr(), model.id)).or_insert_with(|| digits(&text.font, model.id));
        let placed = number.bytes().enumerate().filter_map(|(place, digit)| {
            let (id, x_advance) = known[usize::from(digit.checked_sub(b'0')?)]?;
            let start = u16::try_from(at + place).ok()?;
            Some(Glyph { id, x_advance, range: start..start + 1, ..model.clone() })
        });
        let placed: Vec<Glyph> = placed.collect();
        if placed.len() != number.len() {
            return;
        }
        let before = text.width();
        let count = text.glyphs[first..].iter().take_while(|glyph| stands(glyph)).count();
        for glyph in &mut text.glyphs[first + count..] {
            let moved = |place: u16| usize::from(place) + number.len() - STAND_IN.len();
            glyph.range = narrow(moved(glyph.range.start))..narrow(moved(glyph.range.end));
        }
        text.glyphs.splice(first..first + count, placed);
        text.text = [&text.text[..at], number, &text.text[end..]].concat().into();
        let freed = Em::from_abs(before - text.width(), text.size);
        if right && let Some(first) = text.glyphs.first_mut() {
            first.x_offset += freed;
            first.x_advance += freed;
        }
    }
}

/// Digits of the kind of which a glyph is the zero.
fn digits(font: &FontInstance, zero: u16) -> TenDigits {
    let kinds = [vec![], vec![Feature::new(Tag::from_bytes(b"tnum"), 1, ..)]];
    let shaped = |digit: usize, features: &[Feature]| {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&digit.to_string());
        let shaped = rustybuzz::shape(font.rusty(), features, buffer);
        let (info, position) = (shaped.glyph_infos().first()?, shaped.glyph_positions().first()?);
        Some((u16::try_from(info.glyph_id).ok()?, font.to_em(position.x_advance)))
    };
    let kind = kinds.iter().find(|kind| shaped(0, kind).is_some_and(|(id, _)| id == zero)).unwrap_or(&kinds[0]);
    std::array::from_fn(|digit| shaped(digit, kind))
}

#[cfg(test)]
mod tests {
    use typst::layout::{Abs, Frame, FrameItem};

    use super::super::as_the_engine::first_page;
    use super::*;

    /// The one text on a page.
    fn text(set: &str, shown: &str) -> TextItem {
        fn find(frame: &Frame) -> Option<TextItem> {
            frame.items().find_map(|(_, item)| match item {
                FrameItem::Group(group) => find(&group.frame),
                FrameItem::Text(text) => Some(text.clone()),
                _ => None,
            })
        }
        find(&first_page(&format!("#set text(font: \"Source Sans 3\")\n{set}\n{shown}"))).expect("there is a text")
    }

    fn glyphs(text: &TextItem) -> Vec<(u16, std::ops::Range<usize>)> {
        text.glyphs.iter().map(|glyph| (glyph.id, glyph.range())).collect()
    }

    #[test]
    fn numbers_look_as_if_they_had_been_there() {
        let mut digits = Digits::default();
        for set in [
            "",
            "#set text(number-width: \"tabular\")",
            "#set text(weight: 600)",
            "#set text(font: \"Source Serif 4\")",
        ] {
            for (page, count) in [("7", "9"), ("64", "108"), ("999", "1000"), ("1234", "10567")] {
                let mut ours = text(set, "Page 000 of 000 pages");
                digits.write(&mut ours, &mut Pending::new(vec![page.into(), count.into()], false));
                let theirs = text(set, &format!("Page {page} of {count} pages"));
                assert_eq!(ours.text, theirs.text);
                assert_eq!(glyphs(&ours), glyphs(&theirs), "{set} {page} {count}");
                if set.contains("tabular") {
                    assert!((ours.width() - theirs.width()).to_pt().abs() < 1e-9, "{set} {page}");
                }
            }
        }
    }

    #[test]
    fn the_right_end_stays_where_it_is() {
        let before = text("", "Page 000 of 000");
        for (page, count) in [("1", "1"), ("64", "108"), ("1234", "10567")] {
            let mut after = before.clone();
            Digits::default().write(&mut after, &mut Pending::new(vec![page.into(), count.into()], true));
            assert!((after.width() - before.width()).to_pt().abs() < 1e-9);
            // The first letter begins where its offset leads.
            let shown: Abs = after.width() - after.glyphs[0].x_offset.at(after.size);
            let plain = text("", &format!("Page {page} of {count}")).width();
            assert!((shown - plain).to_pt().abs() < 0.2, "{page} {count}");
        }
    }

    #[test]
    fn what_does_not_wait_is_left_alone() {
        let mut shown = text("", "Room 000");
        Digits::default().write(&mut shown, &mut Pending::default());
        assert_eq!(shown.text, "Room 000");
    }
}
