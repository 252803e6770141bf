//! Plain text taken in: words, and boxes and spaces among them, with their widths.

use std::ops::Range;
use std::rc::Rc;

use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Packed, Resolve, StyleChain};
use typst::introspection::{Locator, SplitLocator, Tag, TagElem};
use typst::layout::{Abs, BoxElem, Fr, Frame, HElem, Sizing, Spacing};
use typst::routines::Pair;
use typst::syntax::Span;
use typst::text::{LinebreakElem, SpaceElem, TextElem};
use typst::utils::Numeric;

use super::boxes;
use super::text_styles::TextStyle;
use super::words::{self, Face, Word};

/// What stands in the text for a box, and for other things.
const FOR_A_BOX: char = '\u{fffc}';
const FOR_A_SPACE: char = ' ';

/// What a paragraph holds, ready to be broken into lines.
pub struct Text<'a> {
    pub text: String,
    items: Vec<Item<'a>>,
    pieces: Vec<Piece>,
    /// Where in the text a tag stands.
    pub tags: Vec<(usize, &'a Tag)>,
    /// From where on text comes from which place in the source.
    spans: Vec<(usize, Span)>,
    /// Width of everything.
    width: Abs,
    /// How far lines but the first are set in.
    pub hanging: Abs,
}

/// Something in a line, and which part of the text it is.
pub struct Item<'a> {
    pub range: Range<usize>,
    pub kind: Kind<'a>,
}

pub enum Kind<'a> {
    Run(Run<'a>),
    Space(Abs),
    Box(Frame),
    /// A share of what is left of the line, and the box that fills it.
    Share(Fr, Option<Filling<'a>>),
}

/// Text of one style.
pub struct Run<'a> {
    pub styles: StyleChain<'a>,
    pub style: Rc<TextStyle>,
    pub face: Rc<Face>,
}

/// A box as wide as its share of the line.
pub struct Filling<'a> {
    pub item: &'a Packed<BoxElem>,
    pub locator: Locator<'a>,
    pub styles: StyleChain<'a>,
}

/// A word or a space in a run, or an item of another kind.
struct Piece {
    range: Range<usize>,
    item: usize,
    word: Option<Rc<Word>>,
    /// Width of all pieces before it.
    before: Abs,
}

impl<'a> Text<'a> {
    /// Takes in what a paragraph holds. Nothing if something is not plain.
    pub fn new(
        engine: &mut Engine,
        children: &[Pair<'a>],
        locator: &mut SplitLocator<'a>,
        hanging: Abs,
        room: Abs,
    ) -> SourceResult<Option<Self>> {
        let mut all = Self {
            text: String::new(),
            items: vec![],
            pieces: vec![],
            tags: vec![],
            spans: vec![],
            width: Abs::zero(),
            hanging,
        };
        if !hanging.is_zero() {
            all.spans.push((0, Span::detached()));
            all.object(FOR_A_SPACE, Kind::Space(-hanging), -hanging);
        }
        // A stretch of text in one style, which ends at anything else.
        let mut stretch: Option<(usize, StyleChain<'a>)> = None;
        for &(child, styles) in children {
            let start = all.text.len();
            let text = if let Some(text) = child.to_packed::<TextElem>() {
                Some(text.text.as_str()).filter(|text| words::knows(text))
            } else if child.is::<SpaceElem>() {
                Some(" ")
            } else if let Some(linebreak) = child.to_packed::<LinebreakElem>() {
                (!linebreak.justify.get(styles)).then_some("\n")
            } else {
                if all.end(engine, stretch.take()).is_none() {
                    return Ok(None);
                }
                if let Some(tag) = child.to_packed::<TagElem>() {
                    all.tags.push((start, &tag.tag));
                    continue;
                }
                all.spans.push((start, child.span()));
                let taken = if let Some(space) = child.to_packed::<HElem>() {
                    all.space(space, styles, room)
                } else if let Some(item) = child.to_packed::<BoxElem>() {
                    all.boxed(engine, item, locator.next(&item.span()), styles, room)?
                } else {
                    None
                };
                if taken.is_none() {
                    return Ok(None);
                }
                continue;
            };
            let Some(text) = text else { return Ok(None) };
            all.spans.push((start, child.span()));
            if stretch.is_some_and(|(_, before)| before != styles) && all.end(engine, stretch.take()).is_none() {
                return Ok(None);
            }
            all.text.push_str(text);
            stretch.get_or_insert((start, styles));
        }
        if all.end(engine, stretch).is_none() {
            return Ok(None);
        }
        let has_links = all.text.contains("://") || all.text.contains("www.");
        Ok(Some(all).filter(|all| !all.text.is_empty() && !has_links))
    }

    /// Takes in the stretch of text that ends here, if there is one.
    fn end(&mut self, engine: &Engine, stretch: Option<(usize, StyleChain<'a>)>) -> Option<()> {
        match stretch {
            Some((from, styles)) => self.run(engine, from..self.text.len(), styles),
            None => Some(()),
        }
    }

    fn run(&mut self, engine: &Engine, range: Range<usize>, styles: StyleChain<'a>) -> Option<()> {
        let style = TextStyle::of(engine, styles)?;
        let face = Rc::clone(style.face(&self.text[range.clone()])?);

        let item = self.items.len();
        let mut start = range.start;
        while start < range.end {
            let rest = &self.text[start..range.end];
            let length = match rest.find([' ', '\n']) {
                Some(0) => 1,
                found => found.unwrap_or(rest.len()),
            };
            let piece = &rest[..length];
            if piece != "\n" {
                let word = face.word(piece, rest[length..].chars().next())?;
                let width = word.width.at(style.size);
                self.pieces.push(Piece { range: start..start + length, item, word: Some(word), before: self.width });
                self.width += width;
            }
            start += length;
        }
        self.items.push(Item { range, kind: Kind::Run(Run { styles, style, face }) });
        Some(())
    }

    /// Takes in something for which a character stands in the text.
    fn object(&mut self, stands_for_it: char, kind: Kind<'a>, width: Abs) {
        let start = self.text.len();
        self.text.push(stands_for_it);
        let range = start..self.text.len();
        self.pieces.push(Piece { range: range.clone(), item: self.items.len(), word: None, before: self.width });
        self.items.push(Item { range, kind });
        self.width += width;
    }

    fn space(&mut self, space: &Packed<HElem>, styles: StyleChain, room: Abs) -> Option<()> {
        match space.amount {
            amount if amount.is_zero() => {}
            Spacing::Fr(share) => self.object(FOR_A_SPACE, Kind::Share(share, None), Abs::zero()),
            Spacing::Rel(_) if space.weak.get(styles) => return None,
            Spacing::Rel(width) => {
                let width = width.resolve(styles).relative_to(room);
                self.object(FOR_A_SPACE, Kind::Space(width), width);
            }
        }
        Some(())
    }

    fn boxed(
        &mut self,
        engine: &mut Engine,
        item: &'a Packed<BoxElem>,
        locator: Locator<'a>,
        styles: StyleChain<'a>,
        room: Abs,
    ) -> SourceResult<Option<()>> {
        if !boxes::is_plain(item, styles) {
            return Ok(None);
        }
        if let Sizing::Fr(share) = item.width.get(styles) {
            let filling = Filling { item, locator, styles };
            self.object(FOR_A_SPACE, Kind::Share(share, Some(filling)), Abs::zero());
        } else {
            let frame = boxes::layout(item, engine, locator, styles, room)?;
            let width = frame.width();
            self.object(FOR_A_BOX, Kind::Box(frame), width);
        }
        Ok(Some(()))
    }

    /// Calls `f` with each word or part of one in a range: its place and its glyphs.
    pub fn each(&self, range: Range<usize>, mut f: impl FnMut(usize, &Item, &Word)) -> Option<()> {
        let from = self.pieces.partition_point(|piece| piece.range.end <= range.start);
        for piece in self.pieces[from..].iter().take_while(|piece| piece.range.start < range.end) {
            let (start, end) = (piece.range.start.max(range.start), piece.range.end.min(range.end));
            let item = &self.items[piece.item];
            match (&piece.word, &item.kind) {
                (Some(word), _) if start == piece.range.start && end == piece.range.end => f(start, item, word),
                (Some(_), Kind::Run(run)) => {
                    // A part of a word that is divided is a word like any other.
                    let next = self.text[end..item.range.end].chars().next();
                    f(start, item, &*run.face.word(&self.text[start..end], next)?);
                }
                _ => {}
            }
        }
        Some(())
    }

    pub fn width(&self, range: Range<usize>) -> Option<Abs> {
        // Nearly always the range begins and ends between pieces.
        let before = |at: usize| {
            let next = self.pieces.partition_point(|piece| piece.range.start < at);
            let whole = next == 0 || self.pieces[next - 1].range.end <= at;
            whole.then(|| self.pieces.get(next).map_or(self.width, |piece| piece.before))
        };
        if let (Some(start), Some(end)) = (before(range.start), before(range.end)) {
            return Some(end - start);
        }
        let mut width = self.of_objects(range.clone());
        self.each(range, |_, item, word| {
            if let Kind::Run(run) = &item.kind {
                width += word.width.at(run.style.size);
            }
        })?;
        Some(width)
    }

    /// The items that are at least in part in a range, from left to right. A text may have very many in all.
    pub fn items_in(&self, range: Range<usize>) -> &[Item<'a>] {
        let from = self.items.partition_point(|item| item.range.end <= range.start);
        let to = self.items.partition_point(|item| item.range.start < range.end);
        self.items.get(from..to).unwrap_or_default()
    }

    /// Width of what is no text.
    pub fn of_objects(&self, range: Range<usize>) -> Abs {
        self.items_in(range)
            .iter()
            .map(|item| match &item.kind {
                Kind::Space(width) => *width,
                Kind::Box(frame) => frame.width(),
                Kind::Run(_) | Kind::Share(..) => Abs::zero(),
            })
            .sum()
    }

    pub fn span(&self, at: usize) -> (Span, u16) {
        let found = self.spans.partition_point(|(start, _)| *start <= at);
        let (start, span) = self.spans[found.saturating_sub(1)];
        (span, narrow(at - start))
    }
}

/// As the engine does with lines of more than 65,535 bytes.
pub fn narrow(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}
