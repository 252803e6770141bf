//! Lines of plain text: words, and boxes and spaces among them.

use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Packed, Resolve, StyleChain};
use typst::introspection::{Locator, SplitLocator, Tag, TagElem};
use typst::layout::{Abs, BoxElem, Em, FixedAlignment, Fr, Frame, FrameItem, HElem, Point, Size, Sizing, Spacing};
use typst::model::{LinkElem, ParElem};
use typst::routines::Pair;
use typst::syntax::Span;
use typst::text::{Glyph, LinebreakElem, SpaceElem, TextElem, TextItem};
use typst::utils::Numeric;

use super::boxes;
use super::text_styles::TextStyle;
use super::words::{self, Face, Word};

/// What stands in the text for a box, and for other things.
const FOR_A_BOX: char = '\u{fffc}';
const FOR_A_SPACE: char = ' ';

/// Signs that the engine lets hang over the right edge.
const HANGING: [char; 7] = ['-', '–', '—', '.', ',', ':', ';'];

/// Lines of a text.
pub struct Text<'a> {
    text: String,
    items: Vec<Item<'a>>,
    pieces: Vec<Piece>,
    /// Where in the text a tag stands.
    tags: Vec<(usize, &'a Tag)>,
    /// From where on text comes from which place in the source.
    spans: Vec<(usize, Span)>,
    /// Width of everything.
    width: Abs,
    /// How far lines but the first are set in.
    hanging: Abs,
}

/// Something in a line, and which part of the text it is.
struct Item<'a> {
    range: Range<usize>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Run(Run<'a>),
    Space(Abs),
    Box(Frame),
    /// A share of what is left of the line, and the box that fills it.
    Share(Fr, Option<Filling<'a>>),
}

/// Text of one style.
struct Run<'a> {
    styles: StyleChain<'a>,
    style: Rc<TextStyle>,
    face: Rc<Face>,
}

/// A box as wide as its share of the line.
struct Filling<'a> {
    item: &'a Packed<BoxElem>,
    locator: Locator<'a>,
    styles: StyleChain<'a>,
}

/// A word or a space in a run, or an item of another kind.
struct Piece {
    range: Range<usize>,
    item: usize,
    word: Option<Rc<Word>>,
    /// Width of all pieces before it.
    before: Abs,
}

/// A line of text: with the space after it that is not seen, and without.
struct Line {
    range: Range<usize>,
    shaped: usize,
    seen: usize,
    /// Of what is seen.
    width: Abs,
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
        let mut stretch: Option<(usize, StyleChain)> = None;
        for &(child, styles) in children {
            let start = all.text.len();
            let text = if let Some(text) = child.to_packed::<TextElem>() {
                Some(text.text.as_str()).filter(|text| words::knows(text))
            } else if child.is::<SpaceElem>() {
                Some(" ")
            } else if let Some(linebreak) = child.to_packed::<LinebreakElem>() {
                (!linebreak.justify.get(styles)).then_some("\n")
            } else {
                let ended = stretch.take().map(|(from, styles)| all.run(engine, from..start, styles));
                if ended == Some(None) {
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
            if let Some((from, before)) = stretch.filter(|(_, before)| *before != styles) {
                if all.run(engine, from..start, before).is_none() {
                    return Ok(None);
                }
                stretch = None;
            }
            all.text.push_str(text);
            stretch.get_or_insert((start, styles));
        }
        if let Some((from, styles)) = stretch {
            let end = all.text.len();
            if all.run(engine, from..end, styles).is_none() {
                return Ok(None);
            }
        }
        let has_links = all.text.contains("://") || all.text.contains("www.");
        Ok(Some(all).filter(|all| !all.text.is_empty() && !has_links))
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
    fn each(&self, range: Range<usize>, mut f: impl FnMut(usize, &Item, &Word)) -> Option<()> {
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

    fn width(&self, range: Range<usize>) -> Option<Abs> {
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

    /// Width of what is no text.
    fn of_objects(&self, range: Range<usize>) -> Abs {
        let within = self.items.iter().filter(|item| item.range.start >= range.start && item.range.end <= range.end);
        within
            .map(|item| match &item.kind {
                Kind::Space(width) => *width,
                Kind::Box(frame) => frame.width(),
                Kind::Run(_) | Kind::Share(..) => Abs::zero(),
            })
            .sum()
    }

    /// A frame for each line. Nothing if a line is not plain.
    pub fn frames(
        &self,
        engine: &mut Engine,
        align: FixedAlignment,
        room: Abs,
        expand: bool,
    ) -> SourceResult<Option<Vec<Frame>>> {
        // Elsewhere the engine lets such signs hang over the edge.
        if align != FixedAlignment::Start && self.text.contains(HANGING) {
            return Ok(None);
        }
        let Some(lines) = self.broken(room - self.hanging) else { return Ok(None) };
        let width = if expand || lines.iter().any(|line| !self.shares(line).is_zero()) {
            room
        } else {
            room.min(self.hanging + lines.iter().map(|line| line.width).max().unwrap_or_default())
        };
        lines.iter().map(|line| self.frame(engine, line, align, width)).collect()
    }

    /// The lines, each as long as there is room. Nothing if one is too long, for then the engine presses it together.
    fn broken(&self, room: Abs) -> Option<Vec<Line>> {
        let line = |start: usize, end: usize| {
            let text = &self.text[start..end];
            let mandatory = end == self.text.len() || text.ends_with('\n');
            let seen = start + text.trim_end_matches(if mandatory { '\n' } else { ' ' }).len();
            let shaped = if mandatory { seen } else { end };
            // Of what is not seen, spaces between words take no room, but all else does.
            let width = self.width(start..seen)? + self.of_objects(seen..end);
            let line = Line { range: start..end, shaped, seen, width };
            let fits = room.fits(line.width);
            Some((line, mandatory, fits))
        };
        let mut lines = vec![];
        let mut start = 0;
        let mut last: Option<Line> = None;
        for end in SEGMENTER.segment_str(&self.text).filter(|&end| end > 0) {
            let (mut attempt, mut mandatory, mut fits) = line(start, end)?;
            if !fits && let Some(before) = last.take() {
                start = before.range.end;
                lines.push(before);
                (attempt, mandatory, fits) = line(start, end)?;
            }
            if !fits {
                return None;
            }
            if mandatory {
                start = end;
                last = None;
                lines.push(attempt);
            } else {
                last = Some(attempt);
            }
        }
        lines.extend(last);
        Some(lines)
    }

    /// What stands in a line, from left to right, but for the tags.
    fn items_of(&self, line: &Line) -> impl Iterator<Item = &Item<'a>> {
        let (start, end, shaped) = (line.range.start, line.range.end, line.shaped);
        self.items.iter().filter(move |item| {
            // Text that is cut off at the end of the line is not in it.
            let end = if matches!(item.kind, Kind::Run(_)) { shaped } else { end };
            item.range.start < end && item.range.end > start
        })
    }

    fn shares(&self, line: &Line) -> Fr {
        let share = |item: &Item| if let Kind::Share(share, _) = item.kind { share } else { Fr::zero() };
        self.items_of(line).map(share).sum()
    }

    /// Whether the engine would let the last sign of a line hang over the edge, and so leave more to share out.
    fn hangs(&self, line: &Line) -> bool {
        self.items_of(line).last().is_some_and(|item| {
            let seen = item.range.start.max(line.range.start)..line.seen;
            matches!(item.kind, Kind::Run(_)) && self.text.get(seen).is_some_and(|text| text.ends_with(HANGING))
        })
    }

    /// How high a line without text is all the same, for a line break that stood in it.
    fn of_text_that_is_gone(&self, line: &Line) -> Option<(Abs, Abs)> {
        if self.items_of(line).any(|item| matches!(item.kind, Kind::Run(_))) {
            return None;
        }
        let within = |item: &&Item| item.range.start >= line.range.start && item.range.end <= line.range.end;
        self.items.iter().filter(within).rev().find_map(|item| match &item.kind {
            Kind::Run(run) => Some((run.style.top, run.style.bottom)),
            _ => None,
        })
    }

    /// A line in a frame of this width. Nothing if the engine makes more of it.
    fn frame(
        &self,
        engine: &mut Engine,
        line: &Line,
        align: FixedAlignment,
        width: Abs,
    ) -> SourceResult<Option<Frame>> {
        let shares = self.shares(line);
        if !shares.is_zero() && self.hangs(line) {
            return Ok(None);
        }
        let left = width - line.width - self.hanging;
        let share_of = |share: Fr| share.share(shares, left);
        let mut filled = vec![];
        let (mut base, mut below) = self.of_text_that_is_gone(line).unwrap_or_default();
        for item in self.items_of(line) {
            let (above, under) = match &item.kind {
                Kind::Run(run) => run.edges(item, line),
                Kind::Box(frame) => around_base(frame),
                Kind::Share(share, Some(Filling { item, locator, styles })) => {
                    let frame = boxes::layout(item, engine, locator.relayout(), *styles, share_of(*share))?;
                    let edges = around_base(&frame);
                    filled.push(frame);
                    edges
                }
                Kind::Space(_) | Kind::Share(_, None) => continue,
            };
            base.set_max(above);
            below.set_max(under);
        }
        let mut filled = filled.into_iter();

        let mut frame = Frame::soft(Size::new(width, base + below));
        frame.set_baseline(base);
        let mut x = self.hanging + if shares.is_zero() { align.position(left) } else { Abs::zero() };
        // What stands between two lines belongs to the first.
        let follows = |at: usize| at <= line.range.end && (at > line.range.start || line.range.start == 0);
        let mut tags = self.tags.iter().filter(|(at, _)| follows(*at)).peekable();
        for item in self.items_of(line) {
            let start = item.range.start.max(line.range.start);
            while let Some((_, tag)) = tags.next_if(|(at, _)| *at <= start) {
                frame.push(Point::new(x, base), FrameItem::Tag((*tag).clone()));
            }
            let own = match &item.kind {
                Kind::Run(run) => {
                    let range = start..item.range.end.min(line.shaped);
                    let edges = run.edges(item, line);
                    let Some(width) = self.write(run, range, line, edges, Point::new(x, base), &mut frame) else {
                        return Ok(None);
                    };
                    x += width;
                    continue;
                }
                Kind::Space(width) => {
                    x += *width;
                    continue;
                }
                Kind::Share(share, None) => {
                    x += share_of(*share);
                    continue;
                }
                Kind::Share(_, Some(_)) => filled.next().unwrap_or_else(|| Frame::soft(Size::zero())),
                Kind::Box(frame) => frame.clone(),
            };
            let width = own.width();
            frame.push_frame(Point::new(x, base - own.baseline()), own);
            x += width;
        }
        for (_, tag) in tags {
            frame.push(Point::new(x, base), FrameItem::Tag((*tag).clone()));
        }
        Ok(Some(frame))
    }

    /// Writes a part of a run into its line, and gives its width.
    fn write(
        &self,
        run: &Run,
        range: Range<usize>,
        line: &Line,
        (top, bottom): (Abs, Abs),
        at: Point,
        frame: &mut Frame,
    ) -> Option<Abs> {
        let mut glyphs = vec![];
        let mut advanced = Em::zero();
        self.each(range.clone(), |start, _, word| {
            // The space at the end of a line is there for those who copy it, but takes no room.
            let seen = start < line.seen;
            glyphs.extend(word.glyphs.iter().map(|glyph| Glyph {
                id: glyph.id,
                x_advance: if seen { glyph.advance } else { Em::zero() },
                x_offset: if seen { glyph.offset } else { Em::zero() },
                y_advance: Em::zero(),
                y_offset: Em::zero(),
                range: narrow(start + glyph.start - range.start)..narrow(start + glyph.end - range.start),
                span: self.span(start + glyph.start),
            }));
            if seen {
                advanced += word.width;
            }
        })?;
        let style = &run.style;
        frame.push(
            at,
            FrameItem::Text(TextItem {
                font: run.face.font.clone(),
                size: style.size,
                lang: style.lang,
                region: style.region,
                fill: style.fill.clone(),
                stroke: None,
                text: self.text[range].into(),
                glyphs,
            }),
        );
        let width = advanced.at(style.size);
        if let Some(target) = run.styles.get_ref(LinkElem::current) {
            let more = 0.5 * run.styles.resolve(ParElem::leading);
            let size = Size::new(width, top + bottom + 2.0 * more);
            frame.push(at - Point::with_y(top + more), FrameItem::Link(target.clone(), size));
        }
        Some(width)
    }

    fn span(&self, at: usize) -> (Span, u16) {
        let found = self.spans.partition_point(|(start, _)| *start <= at);
        let (start, span) = self.spans[found.saturating_sub(1)];
        (span, narrow(at - start))
    }
}

impl Run<'_> {
    /// How far it reaches above and below the base of a line. Of text that is not seen there is no height either.
    fn edges(&self, item: &Item, line: &Line) -> (Abs, Abs) {
        if item.range.start < line.seen { (self.style.top, self.style.bottom) } else { Default::default() }
    }
}

/// How far a box reaches above and below the base of its line.
fn around_base(frame: &Frame) -> (Abs, Abs) {
    (frame.baseline(), frame.height() - frame.baseline())
}

/// As the engine does with lines of more than 65,535 bytes.
pub fn narrow(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// Where lines may break, by the rules of Unicode, as the engine has them.
static SEGMENTER: LazyLock<LineSegmenterBorrowed> =
    LazyLock::new(|| LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()));
