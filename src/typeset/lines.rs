//! Plain text broken into lines, and its lines in frames.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::layout::{Abs, Em, FixedAlignment, Fr, Frame, FrameItem, Point, Size};
use typst::model::{LinkElem, ParElem};
use typst::text::{Glyph, TextItem};
use typst::utils::Numeric;

use super::boxes;
use super::text::{Filling, Item, Kind, Run, Text, narrow};

/// Signs that the engine lets hang over the right edge.
const HANGING: [char; 7] = ['-', '–', '—', '.', ',', ':', ';'];

/// A line of text: with the space after it that is not seen, and without.
struct Line {
    range: Range<usize>,
    shaped: usize,
    seen: usize,
    /// Of what is seen.
    width: Abs,
}

impl<'a> Text<'a> {
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
        // Text that is cut off at the end of the line is not in it.
        let shaped = line.shaped;
        let items = self.items_in(line.range.clone()).iter();
        items.filter(move |item| !matches!(item.kind, Kind::Run(_)) || item.range.start < shaped)
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
        self.items_in(line.range.clone()).iter().rev().find_map(|item| match &item.kind {
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
        let from = self.tags.partition_point(|(at, _)| *at <= line.range.start && line.range.start > 0);
        let mut tags = self.tags[from..].iter().take_while(|(at, _)| *at <= line.range.end).peekable();
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
            let length = |units: i16| if seen { run.face.font.to_em(units) } else { Em::zero() };
            glyphs.extend(word.glyphs.iter().map(|glyph| {
                let of_word = glyph.range();
                Glyph {
                    id: glyph.id,
                    x_advance: length(glyph.advance),
                    x_offset: length(glyph.offset),
                    y_advance: Em::zero(),
                    y_offset: Em::zero(),
                    range: narrow(start + of_word.start - range.start)..narrow(start + of_word.end - range.start),
                    span: self.span(start + of_word.start),
                }
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

/// Where lines may break, by the rules of Unicode, as the engine has them.
static SEGMENTER: LazyLock<LineSegmenterBorrowed> =
    LazyLock::new(|| LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()));
