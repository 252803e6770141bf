//! Plain text, laid out by word.
//!
//! Most cells of our tables and most paragraphs hold words, perhaps with a box or a space among them, and nothing else. For
//! those, the engine's steps for every script, direction, object and break are much work for nothing. Here the same lines
//! are made from words that are shaped already. Whatever is not plain in every respect is left to the engine; a test
//! compares the two.

use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Content, Packed, SequenceElem, Smart, StyleChain, StyledElem};
use typst::introspection::{Locator, MetadataElem, SplitLocator, TagElem};
use typst::layout::{Abs, AlignElem, BoxElem, Dir, Frame, FrameItem, HElem, Point, Region, Size};
use typst::model::{EmphElem, Linebreaks, LinkElem, ParElem, ParLine, StrongElem};
use typst::routines::{Arenas, FragmentKind, Pair, RealizationKind};
use typst::text::{LinebreakElem, SpaceElem, TextElem};
use typst::utils::Numeric;

use super::text::Text;
use super::{boxes, text_styles, words};

/// Lays out such content in lines of this width, as the engine would in a region of any height; as wide as it needs to be
/// if it is not to `expand`. Nothing if it is not plain.
pub fn content(
    engine: &mut Engine,
    content: &Content,
    locator: &Locator,
    styles: StyleChain,
    width: Abs,
    expand: bool,
) -> SourceResult<Option<Frame>> {
    let locator = locator.relayout();
    if content.is::<TextElem>() {
        return stacked(engine, &[(content, styles)], &mut locator.split(), width, expand);
    }
    if !may_be_plain(content, &|_| true) {
        return Ok(None);
    }
    let arenas = Arenas::default();
    let mut kind = FragmentKind::Block;
    let mut locator = locator.split();
    let kind_of = RealizationKind::Fragment { kind: &mut kind };
    let children = (engine.library.routines.realize)(kind_of, engine, &mut locator, &arenas, content, styles)?;
    if kind == FragmentKind::Inline { stacked(engine, &children, &mut locator, width, expand) } else { Ok(None) }
}

/// Lays out content in a region, by word if it is plain and by the engine if it is not.
pub fn frame(
    engine: &mut Engine,
    body: &Content,
    locator: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    match content(engine, body, &locator, styles, region.size.x, region.expand.x)? {
        Some(frame) => Ok(frame),
        None => typst_layout::layout_frame(engine, body, locator, styles, region),
    }
}

/// Whether a paragraph is plain by all that can be seen of it before its lines are made.
pub fn may_be_plain_paragraph(paragraph: &Packed<ParElem>, styles: StyleChain) -> bool {
    let hangs = !paragraph.hanging_indent.get(styles).is_zero();
    // How wide a box may be could not be told to the engine, should it be asked after all.
    may_be_plain(&paragraph.body, &|item| !(hangs && boxes::fits_its_content(item, styles)))
        && text_styles::is_plain(styles)
        // A block would be a link as a whole.
        && styles.get_ref(LinkElem::current).is_none()
        && fills_lines(paragraph.justify.get(styles), paragraph.linebreaks.get(styles))
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
    let locator = locator.relayout();
    let mut locator = locator.split();
    let realize = engine.library.routines.realize;
    let children = realize(RealizationKind::Par, engine, &mut locator, &arenas, &paragraph.body, styles)?;
    let hanging = paragraph.hanging_indent.resolve(styles);
    lines(engine, &children, &mut locator, styles, hanging, (width, expand))
}

/// Whether lines are filled one after the other, and left as they come.
fn fills_lines(justify: bool, linebreaks: Smart<Linebreaks>) -> bool {
    !justify && linebreaks != Smart::Custom(Linebreaks::Optimized)
}

/// What is certainly not plain need not be realized here and again by the engine. `takes` decides about boxes.
fn may_be_plain(content: &Content, takes: &dyn Fn(&Packed<BoxElem>) -> bool) -> bool {
    if let Some(sequence) = content.to_packed::<SequenceElem>() {
        sequence.children.iter().all(|child| may_be_plain(child, takes))
    } else if let Some(styled) = content.to_packed::<StyledElem>() {
        may_be_plain(&styled.child, takes)
    } else if let Some(strong) = content.to_packed::<StrongElem>() {
        may_be_plain(&strong.body, takes)
    } else if let Some(emph) = content.to_packed::<EmphElem>() {
        may_be_plain(&emph.body, takes)
    } else if let Some(link) = content.to_packed::<LinkElem>() {
        may_be_plain(&link.body, takes)
    } else if let Some(text) = content.to_packed::<TextElem>() {
        // Line breaks are elements of their own.
        words::knows(&text.text)
    } else if let Some(item) = content.to_packed::<BoxElem>() {
        takes(item)
    } else {
        content.is::<SpaceElem>()
            || content.is::<LinebreakElem>()
            || content.is::<MetadataElem>()
            || content.is::<HElem>()
    }
}

/// All lines in one frame, with the tags around them.
fn stacked<'a>(
    engine: &mut Engine,
    children: &[Pair<'a>],
    locator: &mut SplitLocator<'a>,
    width: Abs,
    expand: bool,
) -> SourceResult<Option<Frame>> {
    let is_tag = |(child, _): &Pair| child.is::<TagElem>();
    let (Some(first), Some(last)) =
        (children.iter().position(|pair| !is_tag(pair)), children.iter().rposition(|pair| !is_tag(pair)))
    else {
        return Ok(None);
    };
    let inner = &children[first..=last];
    let shared = StyleChain::trunk_from_pairs(inner).unwrap_or_default();
    if !fills_lines(shared.get(ParElem::justify), shared.get(ParElem::linebreaks)) {
        return Ok(None);
    }
    let Some(lines) = lines(engine, inner, locator, shared, Abs::zero(), (width, expand))? else { return Ok(None) };

    let leading = shared.resolve(ParElem::leading);
    let mut frame = Frame::soft(Size::with_x(lines.first().map_or(width, Frame::width)));
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
    Ok(Some(frame))
}

/// A frame for each line. Nothing if something is not plain.
fn lines<'a>(
    engine: &mut Engine,
    children: &[Pair<'a>],
    locator: &mut SplitLocator<'a>,
    shared: StyleChain,
    hanging: Abs,
    (width, expand): (Abs, bool),
) -> SourceResult<Option<Vec<Frame>>> {
    if !width.is_finite() || shared.get_ref(ParLine::numbering).is_some() {
        return Ok(None);
    }
    let Some(text) = Text::new(engine, children, locator, hanging, width)? else { return Ok(None) };
    let align = shared.get(AlignElem::alignment).fix(Dir::LTR).x;
    let frames = text.frames(engine, align, width, expand)?;
    #[cfg(test)]
    if frames.is_some() {
        super::as_the_engine::HERE.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
    Ok(frames)
}
