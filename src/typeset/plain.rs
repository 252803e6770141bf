//! Plain text, laid out by word.
//!
//! Most cells of our tables hold words and nothing else. For those, the engine's steps for every script, direction, object
//! and break are much work for nothing. Here the same lines are made from words that are shaped already. Whatever is not
//! plain in every respect is left to the engine; a test compares the two.

use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use typst::World;
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Content, SequenceElem, Smart, StyleChain, StyledElem};
use typst::introspection::{Locator, MetadataElem, Tag, TagElem};
use typst::layout::{Abs, AlignElem, Dir, Em, FixedAlignment, Frame, FrameItem, HideElem, Point, Size};
use typst::model::{Linebreaks, LinkElem, ParElem, ParLine, StrongElem};
use typst::routines::{Arenas, FragmentKind, Pair, RealizationKind};
use typst::syntax::Span;
use typst::text::{
    BottomEdge, Glyph, LinebreakElem, SpaceElem, TextEdgeBounds, TextElem, TextItem, TopEdge, families, variant,
};
use typst::utils::Numeric;

use super::words::{self, Face, Word};

/// Lays out such content in lines of this width, as the engine would in a region of any height. Nothing if it is not plain.
pub fn layout(
    engine: &mut Engine,
    content: &Content,
    locator: &Locator,
    styles: StyleChain,
    width: Abs,
) -> SourceResult<Option<Frame>> {
    if content.is::<TextElem>() {
        return Ok(lines(engine, &[(content, styles)], width));
    }
    if !may_be_plain(content) {
        return Ok(None);
    }
    let arenas = Arenas::default();
    let mut kind = FragmentKind::Block;
    let children = (engine.library.routines.realize)(
        RealizationKind::Fragment { kind: &mut kind },
        engine,
        &mut locator.relayout().split(),
        &arenas,
        content,
        styles,
    )?;
    Ok(if kind == FragmentKind::Inline { lines(engine, &children, width) } else { None })
}

/// What is certainly not plain need not be realized here and again by the engine.
fn may_be_plain(content: &Content) -> bool {
    if let Some(sequence) = content.to_packed::<SequenceElem>() {
        sequence.children.iter().all(may_be_plain)
    } else if let Some(styled) = content.to_packed::<StyledElem>() {
        may_be_plain(&styled.child)
    } else if let Some(strong) = content.to_packed::<StrongElem>() {
        may_be_plain(&strong.body)
    } else {
        content.is::<TextElem>()
            || content.is::<SpaceElem>()
            || content.is::<LinebreakElem>()
            || content.is::<MetadataElem>()
    }
}

/// Text of one style.
struct Run<'a> {
    range: Range<usize>,
    styles: StyleChain<'a>,
    face: Rc<Face>,
    size: Abs,
    top: Abs,
    bottom: Abs,
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
}

fn lines(engine: &mut Engine, children: &[Pair], width: Abs) -> Option<Frame> {
    let is_tag = |(child, _): &Pair| child.is::<TagElem>();
    let first = children.iter().position(|pair| !is_tag(pair))?;
    let last = children.iter().rposition(|pair| !is_tag(pair))?;
    let shared = StyleChain::trunk_from_pairs(&children[first..=last])?;
    if !width.is_finite() || !is_plain_paragraph(shared) {
        return None;
    }
    let text = Text::new(engine, &children[first..=last])?;
    let align = shared.get(AlignElem::alignment).fix(Dir::LTR).x;
    // Elsewhere the engine lets such signs hang over the edge.
    if align != FixedAlignment::Start && text.text.contains(['-', '–', '—', '.', ',', ':', ';']) {
        return None;
    }

    let tags = |children: &[Pair], frame: &mut Frame, y: Abs| {
        for tag in children.iter().filter_map(|(child, _)| child.to_packed::<TagElem>()) {
            frame.push(Point::with_y(y), FrameItem::Tag(tag.tag.clone()));
        }
    };
    let leading = shared.resolve(ParElem::leading);
    let mut frame = Frame::soft(Size::with_x(width));
    tags(&children[..first], &mut frame, Abs::zero());
    let mut y = Abs::zero();
    for (number, line) in text.broken(width)?.iter().enumerate() {
        if number > 0 {
            y += leading;
        }
        let (top, bottom) = text.edges(line)?;
        if number == 0 {
            frame.set_baseline(top);
        }
        text.place(line, align, width, y + top, &mut frame)?;
        y += top + bottom;
    }
    tags(&children[last + 1..], &mut frame, y);
    frame.size_mut().y = y;
    #[cfg(test)]
    tests::HERE.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    Some(frame)
}

/// Whether lines are broken and set in the simplest way.
fn is_plain_paragraph(styles: StyleChain) -> bool {
    !styles.get(ParElem::justify)
        && styles.get(ParElem::linebreaks) != Smart::Custom(Linebreaks::Optimized)
        && styles.get_ref(ParLine::numbering).is_none()
}

/// Whether text of this style is nothing but glyphs in a row, in a language that neither divides words nor repeats hyphens.
fn is_plain_text(styles: StyleChain) -> bool {
    styles.get(TextElem::lang) == typst::text::Lang::ENGLISH
        && styles.resolve(TextElem::dir) == Dir::LTR
        && styles.get(TextElem::hyphenate) != Smart::Custom(true)
        && styles.get(TextElem::script) == Smart::Auto
        && styles.get(TextElem::tracking).is_zero()
        && styles.get(TextElem::spacing).is_one()
        && styles.get(TextElem::baseline).is_zero()
        && styles.get(TextElem::case).is_none()
        && styles.get_ref(TextElem::stroke).is_none()
        && styles.get_cloned(TextElem::deco).is_empty()
        && styles.get_ref(TextElem::shift_settings).is_none()
        && styles.get_ref(LinkElem::current).is_none()
        && !styles.get(HideElem::hidden)
}

impl<'a> Text<'a> {
    fn new(engine: &Engine, children: &[Pair<'a>]) -> Option<Self> {
        let mut all =
            Self { text: String::new(), runs: vec![], pieces: vec![], tags: vec![], spans: vec![], width: Abs::zero() };
        let mut stretches: Vec<(Range<usize>, StyleChain)> = vec![];
        for &(child, styles) in children {
            let start = all.text.len();
            if let Some(text) = child.to_packed::<TextElem>() {
                // Line breaks are elements of their own.
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
                continue;
            } else {
                return None;
            }
            all.spans.push((start, child.span()));
            match stretches.last_mut() {
                Some((range, last)) if *last == styles => range.end = all.text.len(),
                _ => stretches.push((start..all.text.len(), styles)),
            }
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
        if !is_plain_text(styles) {
            return None;
        }
        let (size, variant) = (styles.resolve(TextElem::size), variant(styles));
        let family = families(styles).find(|family| engine.world.book().select(family.as_str(), variant).is_some())?;
        if family.covers().is_some() {
            return None;
        }
        let font = engine.world.book().select(family.as_str(), variant).and_then(|id| engine.world.font(id))?;
        let font = font.instantiate(variant, size, &styles.get_cloned(TextElem::variations));
        let (above, below) = (styles.get(TextElem::top_edge), styles.get(TextElem::bottom_edge));
        // Else each glyph has edges of its own.
        let (TopEdge::Length(_), BottomEdge::Length(_)) = (above, below) else { return None };
        let (top, bottom) = font.edges(above, below, size, TextEdgeBounds::Zero);
        let face = words::face(&font, styles, words::is_latin(&self.text[range.clone()]))?;

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
                let word = face.word(piece)?;
                let width = word.width.at(size);
                self.pieces.push(Piece { range: start..start + length, run, word, before: self.width });
                self.width += width;
            }
            start += length;
        }
        self.runs.push(Run { range, styles, face, size, top, bottom });
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
                f(piece.run, start, &*self.runs[piece.run].face.word(&self.text[start..end])?);
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
        self.each(range, |run, _, word| width += word.width.at(self.runs[run].size))?;
        Some(width)
    }

    /// The lines, each as long as there is room. Nothing if one is too long, for then the engine presses it together.
    fn broken(&self, width: Abs) -> Option<Vec<Line>> {
        let line = |start: usize, end: usize| {
            let text = &self.text[start..end];
            if end == self.text.len() || text.ends_with('\n') {
                let seen = start + text.trim_end_matches('\n').len();
                (Line { range: start..end, shaped: seen, seen }, true)
            } else {
                (Line { range: start..end, shaped: end, seen: start + text.trim_end_matches(' ').len() }, false)
            }
        };
        let fits = |line: &Line| Some(width.fits(self.width(line.range.start..line.seen)?));
        let mut lines = vec![];
        let mut start = 0;
        let mut last: Option<Line> = None;
        for end in SEGMENTER.segment_str(&self.text).filter(|&end| end > 0) {
            let (mut attempt, mut mandatory) = line(start, end);
            let mut fit = fits(&attempt)?;
            if !fit && let Some(before) = last.take() {
                start = before.range.end;
                lines.push(before);
                (attempt, mandatory) = line(start, end);
                fit = fits(&attempt)?;
            }
            if !fit {
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
            .map(|run| (run.top, run.bottom))
            .reduce(|(top, bottom), (other_top, other_bottom)| (top.max(other_top), bottom.max(other_bottom)))
    }

    fn place(&self, line: &Line, align: FixedAlignment, width: Abs, base: Abs, frame: &mut Frame) -> Option<()> {
        let mut x = align.position(width - self.width(line.range.start..line.seen)?);
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
            let styles = run.styles;
            frame.push(
                Point::new(x, base),
                FrameItem::Text(TextItem {
                    font: run.face.font.clone(),
                    size: run.size,
                    lang: styles.get(TextElem::lang),
                    region: styles.get(TextElem::region),
                    fill: styles.get_cloned(TextElem::fill),
                    stroke: None,
                    text: self.text[range].into(),
                    glyphs,
                }),
            );
            x += advanced.at(run.size);
        }
        for (_, tag) in tags {
            frame.push(Point::new(x, base), FrameItem::Tag((*tag).clone()));
        }
        Some(())
    }

    fn span(&self, at: usize) -> (Span, u16) {
        let found = self.spans.partition_point(|(start, _)| *start <= at);
        let (start, span) = self.spans[found.saturating_sub(1)];
        (span, narrow(at - start))
    }
}

/// As the engine does with lines of more than 65,535 bytes.
fn narrow(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// Where lines may break, by the rules of Unicode, as the engine has them.
static SEGMENTER: LazyLock<LineSegmenterBorrowed> =
    LazyLock::new(|| LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()));

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use typst::diag::{FileError, FileResult};
    use typst::foundations::{Bytes, Datetime, Duration};
    use typst::layout::Transform;
    use typst::syntax::{FileId, Source};
    use typst::text::{Font, FontBook};
    use typst::utils::LazyHash;
    use typst::{Library, LibraryExt};
    use typst_layout::PagedDocument;

    use super::super::cells;
    use super::super::fonts::Fonts;
    use super::*;

    /// A world with one file, whose cells are laid out by us or by the engine.
    struct OneFile {
        library: LazyHash<Library>,
        source: Source,
    }

    impl OneFile {
        fn new(text: &str, ours: bool) -> Self {
            let mut library = <Library as LibraryExt>::default();
            if ours {
                cells::install(&mut library);
            }
            Self { library: LazyHash::new(library), source: Source::detached(text) }
        }
    }

    impl World for OneFile {
        fn library(&self) -> &LazyHash<Library> {
            &self.library
        }
        fn book(&self) -> &LazyHash<FontBook> {
            &Fonts::builtin().book
        }
        fn main(&self) -> FileId {
            self.source.id()
        }
        fn source(&self, _: FileId) -> FileResult<Source> {
            Ok(self.source.clone())
        }
        fn file(&self, _: FileId) -> FileResult<Bytes> {
            Err(FileError::AccessDenied)
        }
        fn font(&self, index: usize) -> Option<Font> {
            Fonts::builtin().fonts.get(index).cloned()
        }
        fn today(&self, _: Option<Duration>) -> Option<Datetime> {
            None
        }
    }

    /// What is on a page, with its place: text glyph by glyph, tags by the kind of element.
    fn seen(frame: &Frame, at: Transform, found: &mut Vec<(Point, String)>) {
        for (point, item) in frame.items() {
            match item {
                FrameItem::Group(group) => {
                    let inner = at.pre_concat(Transform::translate(point.x, point.y)).pre_concat(group.transform);
                    seen(&group.frame, inner, found);
                }
                FrameItem::Text(text) => {
                    found.push((
                        point.transform(at),
                        format!("{:?} {:?} {:?} {:?}", text.text, text.font, text.size, text.fill),
                    ));
                    let mut x = point.x;
                    for glyph in &text.glyphs {
                        let shown = &text.text[glyph.range()];
                        let place = Point::new(x, point.y).transform(at);
                        found.push((place, format!("{} {shown:?} {:?}", glyph.id, glyph.span.0)));
                        x += glyph.x_advance.at(text.size);
                    }
                }
                FrameItem::Tag(Tag::Start(element, _)) => {
                    found.push((point.transform(at), format!("start {}", element.func().name())));
                }
                FrameItem::Tag(Tag::End(..)) => found.push((point.transform(at), "end".to_owned())),
                other => found.push((point.transform(at), format!("{other:?}"))),
            }
        }
    }

    fn pages(text: &str, ours: bool) -> Vec<(Point, String)> {
        let world = OneFile::new(text, ours);
        let document: PagedDocument = typst::compile(&world).output.expect("the file is right");
        let mut found = vec![];
        for page in document.pages() {
            seen(&page.frame, Transform::identity(), &mut found);
        }
        found
    }

    /// Tells the first difference between our page and the engine's.
    fn same(file: &str) {
        let (ours, theirs) = (pages(file, true), pages(file, false));
        for ((place, ours), (their_place, theirs)) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{file}");
            // Widths are added up in another order.
            let apart = *place - *their_place;
            assert!(apart.x.to_pt().hypot(apart.y.to_pt()) < 1e-6, "{place:?} {their_place:?} {ours} {file}");
        }
        assert_eq!(ours.len(), theirs.len(), "{file}");
    }

    /// A table with one cell, set as the templates set theirs.
    fn cell(width: f64, set: &str, body: &str) -> String {
        format!(
            "#set page(width: 600pt, height: 900pt, margin: 20pt)\n#set text(font: \"Source Sans 3\", size: 8.6pt, top-edge: 0.76em, \
             bottom-edge: -0.24em, number-width: \"tabular\")\n#set par(leading: 2.9pt)\n{set}\n\
             #table(columns: {width}pt, inset: 4pt, stroke: none, table.cell(breakable: false, {body}))"
        )
    }

    const TEXTS: [&str; 9] = [
        "Access to production is granted by the owner of the system, for 30 days at most, and reviewed each quarter.",
        "Inspected the third-party risk assessments (2025-03-01 to 2025-11-30) and/or the vendor's SOC 2 report; no exceptions noted.",
        "AWAY, Ty. To “quote” it – ‘as is’ — 25 of 61 (41%) office files affine fluff… §4, ½ naïve Łódź façade Übergröße",
        "a b  c   d .  , x-y-z 1-2 e.g. i.e. U.S. #42 & $5.00/each [x] {y} <z> ~tilde^caret_under`tick` 50 % !? \"straight\" 'single'",
        "supercalifragilistic/expialidocious-internationalization.of.everything_without_any_space",
        "x",
        " leading and trailing ",
        "2026-01-01 2026-12-31 100% 3/4 (1) [2]",
        "€ 5,00 is 5 €, “1”–‘2’. Wait—what? Yes… No! VA. AV, Tó",
    ];

    #[test]
    fn plain_cells_are_as_the_engine_has_them() {
        let mut compared = 0;
        for width in [41.0, 60.0, 97.3, 150.0, 260.0, 520.0] {
            for text in TEXTS {
                let quoted = format!("{text:?}");
                for body in [
                    quoted.clone(),
                    format!("strong({quoted})"),
                    format!("metadata((origin: 1)) + strong(delta: 200, \"A-1.1\") + linebreak() + {quoted}"),
                    format!("text(weight: 600, {quoted}) + {quoted} + metadata(2)"),
                    format!("{quoted} + linebreak() + {quoted} + text(fill: red, size: 7pt, {quoted})"),
                    format!("[{}] + {quoted}", "word #strong[strong] word \\ next"),
                ] {
                    for align in ["left", "center", "right"] {
                        let file = cell(width, &format!("#set align({align})"), &body);
                        same(&file);
                        compared += 1;
                    }
                }
            }
        }
        assert_eq!(compared, 6 * 9 * 6 * 3);
        what_is_plain();
    }

    /// How many cells were laid out here.
    pub static HERE: AtomicUsize = AtomicUsize::new(0);

    fn what_is_plain() {
        let is_plain = |set: &str, body: &str| {
            let before = HERE.load(Ordering::SeqCst);
            same(&cell(120.0, set, body));
            HERE.load(Ordering::SeqCst) > before
        };
        for (set, body) in [
            ("", "\"Words, in 2 lines or so; as most cells are\""),
            ("#set align(right)", "\"1200\""),
            ("", "metadata(1) + strong(delta: 200, \"A-1\") + linebreak() + \"Words\""),
        ] {
            assert!(is_plain(set, body), "{set} {body}");
        }
        for (set, body) in [
            ("#set align(right)", "\"A full stop hangs over the edge.\""),
            ("", "\"https://example.com/a/long/path/of/a/page\""),
            ("", "\"see www.example.com/a/long/path for more\""),
            ("", "\"supercalifragilisticexpialidociousinternationalization\""),
            ("", "\"שלום and Ελλάδα\""),
            ("", "\"soft\u{ad}hyphen, nbsp\u{a0}, combining e\u{301}\""),
            ("", "link(\"https://example.com\")[there]"),
            ("", "underline(\"words\")"),
            ("", "\"one\" + box(width: 4pt) + \"two\""),
            ("", "par(\"one\") + par(\"two\")"),
            ("#set par(justify: true)", "\"Words that fill more than one line of this narrow cell\""),
            ("#set par(linebreaks: \"optimized\")", "\"Words that fill more than one line of this narrow cell\""),
            ("#set text(hyphenate: true)", "\"Internationalization of organizations and authorizations\""),
            ("#set text(lang: \"de\", hyphenate: true)", "\"Zutrittsberechtigungen und Verschwiegenheit\""),
            ("#set text(tracking: 1pt)", "\"words\""),
            ("#set text(top-edge: \"ascender\")", "\"words\""),
            ("#set text(baseline: 2pt)", "\"words\""),
            ("#show: upper", "\"words\""),
            ("#set text(stroke: 1pt)", "\"words\""),
            ("#set text(dir: rtl)", "\"words\""),
        ] {
            assert!(!is_plain(set, body), "{set} {body}");
        }
    }
}
