//! Plain text, laid out by word.
//!
//! Most cells of our tables and most paragraphs hold words and nothing else. For those, the engine's steps for every
//! script, direction, object and break are much work for nothing. Here the same lines are made from words that are shaped
//! already. Whatever is not plain in every respect is left to the engine; a test compares the two.

use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Content, Packed, SequenceElem, Smart, StyleChain, StyledElem};
use typst::introspection::{Locator, MetadataElem, Tag, TagElem};
use typst::layout::{Abs, AlignElem, Dir, Em, FixedAlignment, Frame, FrameItem, Point, Size};
use typst::model::{EmphElem, Linebreaks, LinkElem, ParElem, ParLine, StrongElem};
use typst::routines::{Arenas, FragmentKind, Pair, RealizationKind};
use typst::syntax::Span;
use typst::text::{Glyph, LinebreakElem, SpaceElem, TextElem, TextItem};
use typst::utils::Numeric;

use super::text_styles::{self, TextStyle};
use super::words::{self, Face, Word};

/// Lays out such content of a cell in lines of this width, as the engine would in a region of any height. Nothing if it is
/// not plain.
pub fn cell(
    engine: &mut Engine,
    content: &Content,
    locator: &Locator,
    styles: StyleChain,
    width: Abs,
) -> SourceResult<Option<Frame>> {
    if content.is::<TextElem>() {
        return Ok(stacked(engine, &[(content, styles)], width));
    }
    if !may_be_plain(content) {
        return Ok(None);
    }
    let arenas = Arenas::default();
    let mut kind = FragmentKind::Block;
    let children = realized(RealizationKind::Fragment { kind: &mut kind }, engine, content, locator, &arenas, styles)?;
    Ok(if kind == FragmentKind::Inline { stacked(engine, &children, width) } else { None })
}

/// Whether a paragraph is plain by all that can be seen of it before its lines are made.
pub fn may_be_plain_paragraph(paragraph: &Packed<ParElem>, styles: StyleChain) -> bool {
    may_be_plain(&paragraph.body)
        && text_styles::is_plain(styles)
        && fills_lines(paragraph.justify.get(styles), paragraph.linebreaks.get(styles))
        && paragraph.hanging_indent.get(styles).is_zero()
        && paragraph.first_line_indent.get(styles).amount().is_zero()
}

/// A frame for each line of such a paragraph in this width. Nothing if it turns out not to be plain.
pub fn paragraph(
    engine: &mut Engine,
    paragraph: &Packed<ParElem>,
    locator: &Locator,
    styles: StyleChain,
    width: Abs,
    expand: bool,
) -> SourceResult<Option<Vec<Frame>>> {
    let arenas = Arenas::default();
    let children = realized(RealizationKind::Par, engine, &paragraph.body, locator, &arenas, styles)?;
    Ok(lines(engine, &children, styles, width, expand))
}

/// The pieces that content comes to. The locator stays as it is, for the engine may lay out the same content again.
fn realized<'a>(
    kind: RealizationKind,
    engine: &mut Engine,
    content: &'a Content,
    locator: &Locator,
    arenas: &'a Arenas,
    styles: StyleChain<'a>,
) -> SourceResult<Vec<Pair<'a>>> {
    (engine.library.routines.realize)(kind, engine, &mut locator.relayout().split(), arenas, content, styles)
}

/// Whether lines are filled one after the other, and left as they come.
fn fills_lines(justify: bool, linebreaks: Smart<Linebreaks>) -> bool {
    !justify && linebreaks != Smart::Custom(Linebreaks::Optimized)
}

/// What is certainly not plain need not be realized here and again by the engine.
fn may_be_plain(content: &Content) -> bool {
    if let Some(sequence) = content.to_packed::<SequenceElem>() {
        sequence.children.iter().all(may_be_plain)
    } else if let Some(styled) = content.to_packed::<StyledElem>() {
        may_be_plain(&styled.child)
    } else if let Some(strong) = content.to_packed::<StrongElem>() {
        may_be_plain(&strong.body)
    } else if let Some(emph) = content.to_packed::<EmphElem>() {
        may_be_plain(&emph.body)
    } else if let Some(link) = content.to_packed::<LinkElem>() {
        may_be_plain(&link.body)
    } else if let Some(text) = content.to_packed::<TextElem>() {
        // Line breaks are elements of their own.
        words::knows(&text.text)
    } else {
        content.is::<SpaceElem>() || content.is::<LinebreakElem>() || content.is::<MetadataElem>()
    }
}

/// All lines in one frame, with the tags around them.
fn stacked(engine: &mut Engine, children: &[Pair], width: Abs) -> Option<Frame> {
    let is_tag = |(child, _): &Pair| child.is::<TagElem>();
    let first = children.iter().position(|pair| !is_tag(pair))?;
    let last = children.iter().rposition(|pair| !is_tag(pair))?;
    let inner = &children[first..=last];
    let shared = StyleChain::trunk_from_pairs(inner)?;
    if !fills_lines(shared.get(ParElem::justify), shared.get(ParElem::linebreaks)) {
        return None;
    }
    let lines = lines(engine, inner, shared, width, true)?;

    let leading = shared.resolve(ParElem::leading);
    let mut frame = Frame::soft(Size::with_x(width));
    let tags = |children: &[Pair], frame: &mut Frame, y: Abs| {
        for tag in children.iter().filter_map(|(child, _)| child.to_packed::<TagElem>()) {
            frame.push(Point::with_y(y), FrameItem::Tag(tag.tag.clone()));
        }
    };
    tags(&children[..first], &mut frame, Abs::zero());
    let mut y = Abs::zero();
    for (number, line) in lines.into_iter().enumerate() {
        if number == 0 {
            frame.set_baseline(line.baseline());
        } else {
            y += leading;
        }
        let height = line.height();
        frame.push_frame(Point::with_y(y), line);
        y += height;
    }
    tags(&children[last + 1..], &mut frame, y);
    frame.size_mut().y = y;
    Some(frame)
}

/// A frame for each line. Nothing if something is not plain.
fn lines(engine: &Engine, children: &[Pair], shared: StyleChain, width: Abs, expand: bool) -> Option<Vec<Frame>> {
    if !width.is_finite() || shared.get_ref(ParLine::numbering).is_some() {
        return None;
    }
    let text = Text::new(engine, children)?;
    let align = shared.get(AlignElem::alignment).fix(Dir::LTR).x;
    // Elsewhere the engine lets such signs hang over the edge.
    if align != FixedAlignment::Start && text.text.contains(['-', '–', '—', '.', ',', ':', ';']) {
        return None;
    }
    let lines = text.broken(width)?;
    let width = if expand { width } else { lines.iter().map(|line| line.width).max()? };
    let frames = lines.iter().map(|line| text.frame(line, align, width)).collect();
    #[cfg(test)]
    super::as_the_engine::HERE.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    frames
}

/// Text of one style.
struct Run<'a> {
    range: Range<usize>,
    styles: StyleChain<'a>,
    style: Rc<TextStyle>,
    face: Rc<Face>,
}

/// A word or a space within a run.
struct Piece {
    range: Range<usize>,
    run: usize,
    word: Rc<Word>,
    /// Width of all pieces before it.
    before: Abs,
}

struct Text<'a> {
    text: String,
    runs: Vec<Run<'a>>,
    pieces: Vec<Piece>,
    /// Where in the text a tag stands.
    tags: Vec<(usize, &'a Tag)>,
    /// From where on text comes from which place in the source.
    spans: Vec<(usize, Span)>,
    /// Width of everything.
    width: Abs,
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
    fn new(engine: &Engine, children: &[Pair<'a>]) -> Option<Self> {
        let mut all =
            Self { text: String::new(), runs: vec![], pieces: vec![], tags: vec![], spans: vec![], width: Abs::zero() };
        let mut stretches: Vec<(Range<usize>, StyleChain)> = vec![];
        // Letters on both sides of a tag are shaped apart.
        let mut divided = false;
        for &(child, styles) in children {
            let start = all.text.len();
            if let Some(text) = child.to_packed::<TextElem>() {
                if !words::knows(&text.text) {
                    return None;
                }
                all.text.push_str(&text.text);
            } else if child.is::<SpaceElem>() {
                all.text.push(' ');
            } else if let Some(linebreak) = child.to_packed::<LinebreakElem>() {
                if linebreak.justify.get(styles) {
                    return None;
                }
                all.text.push('\n');
            } else if let Some(tag) = child.to_packed::<TagElem>() {
                all.tags.push((start, &tag.tag));
                divided = true;
                continue;
            } else {
                return None;
            }
            all.spans.push((start, child.span()));
            match stretches.last_mut() {
                Some((range, last)) if *last == styles && !divided => range.end = all.text.len(),
                _ => stretches.push((start..all.text.len(), styles)),
            }
            divided = false;
        }
        if all.text.is_empty() || all.text.contains("://") || all.text.contains("www.") {
            return None;
        }
        for (range, styles) in stretches {
            all.run(engine, range, styles)?;
        }
        Some(all)
    }

    fn run(&mut self, engine: &Engine, range: Range<usize>, styles: StyleChain<'a>) -> Option<()> {
        let style = TextStyle::of(engine, styles)?;
        let face = Rc::clone(style.face(&self.text[range.clone()])?);

        let run = self.runs.len();
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
                self.pieces.push(Piece { range: start..start + length, run, word, before: self.width });
                self.width += width;
            }
            start += length;
        }
        self.runs.push(Run { range, styles, style, face });
        Some(())
    }

    /// Calls `f` with each word or part of one in a range: its run, its place and its glyphs.
    fn each(&self, range: Range<usize>, mut f: impl FnMut(usize, usize, &Word)) -> Option<()> {
        let from = self.pieces.partition_point(|piece| piece.range.end <= range.start);
        for piece in self.pieces[from..].iter().take_while(|piece| piece.range.start < range.end) {
            let (start, end) = (piece.range.start.max(range.start), piece.range.end.min(range.end));
            if start == piece.range.start && end == piece.range.end {
                f(piece.run, start, &piece.word);
            } else {
                // A part of a word that is divided is a word like any other.
                let run = &self.runs[piece.run];
                let next = self.text[end..run.range.end].chars().next();
                f(piece.run, start, &*run.face.word(&self.text[start..end], next)?);
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
        let mut width = Abs::zero();
        self.each(range, |run, _, word| width += word.width.at(self.runs[run].style.size))?;
        Some(width)
    }

    /// The lines, each as long as there is room. Nothing if one is too long, for then the engine presses it together.
    fn broken(&self, width: Abs) -> Option<Vec<Line>> {
        let line = |start: usize, end: usize| {
            let text = &self.text[start..end];
            let mandatory = end == self.text.len() || text.ends_with('\n');
            let seen = start + text.trim_end_matches(if mandatory { '\n' } else { ' ' }).len();
            let shaped = if mandatory { seen } else { end };
            let line = Line { range: start..end, shaped, seen, width: self.width(start..seen)? };
            let fits = width.fits(line.width);
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

    /// How far a line reaches above and below its base. Nothing if there is no text in it.
    fn edges(&self, line: &Line) -> Option<(Abs, Abs)> {
        let in_line = self.runs.iter().filter(|run| run.range.start < line.seen && run.range.end > line.range.start);
        in_line
            .map(|run| (run.style.top, run.style.bottom))
            .reduce(|(top, bottom), (other_top, other_bottom)| (top.max(other_top), bottom.max(other_bottom)))
    }

    fn frame(&self, line: &Line, align: FixedAlignment, width: Abs) -> Option<Frame> {
        let (base, below) = self.edges(line)?;
        let mut frame = Frame::soft(Size::new(width, base + below));
        frame.set_baseline(base);
        let mut x = align.position(width - line.width);
        // What stands between two lines belongs to the first.
        let follows = |at: usize| at <= line.range.end && (at > line.range.start || line.range.start == 0);
        let mut tags = self.tags.iter().filter(|(at, _)| follows(*at)).peekable();
        for run in self.runs.iter().filter(|run| run.range.start < line.shaped && run.range.end > line.range.start) {
            let range = run.range.start.max(line.range.start)..run.range.end.min(line.shaped);
            while let Some((_, tag)) = tags.next_if(|(at, _)| *at <= range.start) {
                frame.push(Point::new(x, base), FrameItem::Tag((*tag).clone()));
            }
            let mut glyphs = vec![];
            let mut advanced = Em::zero();
            self.each(range.clone(), |_, start, word| {
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
                Point::new(x, base),
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
                let size = Size::new(width, style.top + style.bottom + 2.0 * more);
                frame.push(Point::new(x, base - style.top - more), FrameItem::Link(target.clone(), size));
            }
            x += width;
        }
        for (_, tag) in tags {
            frame.push(Point::new(x, base), FrameItem::Tag((*tag).clone()));
        }
        Some(frame)
    }

    fn span(&self, at: usize) -> (Span, u16) {
        let found = self.spans.partition_point(|(start, _)| *start <= at);
        let (start, span) = self.spans[found.saturating_sub(1)];
        (span, narrow(at - start))
    }
}

/// As the engine does with lines of more than 65,535 bytes.
pub fn narrow(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// Where lines may break, by the rules of Unicode, as the engine has them.
static SEGMENTER: LazyLock<LineSegmenterBorrowed> =
    LazyLock::new(|| LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()));
