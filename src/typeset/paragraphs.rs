//! Paragraphs, laid out by word where they are plain.
//!
//! The engine takes a paragraph apart into lines itself and divides them among pages. Here it gets a block that does the
//! same, with the same space around it, and with its rule that no line of a paragraph is left alone on a page. One thing
//! differs: a tight list right after a paragraph does not come closer to it. Our templates have no tight lists.

use typst::Library;
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Content, NativeElement, Packed, Smart, StyleChain, Target, TargetElem};
use typst::introspection::Locator;
use typst::layout::{Abs, AlignElem, BlockElem, Fragment, Frame, HElem, Length, Point, Ratio, Regions, Sides, Size};
use typst::model::ParElem;
use typst::text::TextElem;
use typst::utils::Numeric;

use super::plain;

/// Makes the paragraphs of this library so.
pub fn install(library: &mut Library) {
    library.rules.register::<ParElem>(Target::Paged, show);
}

fn show(paragraph: &Packed<ParElem>, _: &mut Engine, styles: StyleChain) -> SourceResult<Content> {
    if !plain::may_be_plain_paragraph(paragraph, styles) {
        return Ok(left_alone(paragraph));
    }
    // What is set for blocks is not meant for paragraphs.
    let block = BlockElem::multi_layouter(paragraph.clone(), layout)
        .with_above(Smart::Auto)
        .with_below(Smart::Auto)
        .with_breakable(true)
        .with_sticky(false)
        .pack()
        .spanned(paragraph.span());
    Ok(match paragraph.spacing.as_option() {
        Some(spacing) => block.set(ParElem::spacing, *spacing),
        None => block,
    })
}

/// A paragraph that comes to the engine. This rule is not for the target it is given, so that it is not asked again, and
/// what stands in the paragraph has the true target.
fn left_alone(paragraph: &Packed<ParElem>) -> Content {
    let mut paragraph = paragraph.clone();
    paragraph.body = paragraph.body.clone().set(TargetElem::target, Target::Paged);
    paragraph.pack().set(TargetElem::target, Target::Bundle)
}

fn layout(
    paragraph: &Packed<ParElem>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    regions: Regions,
) -> SourceResult<Fragment> {
    match plain::paragraph(engine, paragraph, &locator, styles, regions.size.x, regions.expand.x)? {
        Some(lines) => Ok(divided(lines, paragraph.leading.resolve(styles), styles, regions)),
        None => by_the_engine(paragraph, engine, locator, styles, regions),
    }
}

/// What turns out not to be plain only when its lines are made: the engine makes the same of what stands in the paragraph.
fn by_the_engine(
    paragraph: &Packed<ParElem>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    regions: Regions,
) -> SourceResult<Fragment> {
    // Something of no width at both ends keeps tags there in their lines.
    let space = |width: Length| HElem::new(width.into()).pack();
    let hanging = paragraph.hanging_indent.get(styles);
    let mut content = space(Length::zero()) + space(-hanging) + paragraph.body.clone() + space(Length::zero());
    if !hanging.is_zero() {
        content = content.padded(Sides { left: hanging.into(), ..Sides::default() });
    }
    if let Some(leading) = paragraph.leading.as_option() {
        content = content.set(ParElem::leading, *leading);
    }
    typst_layout::layout_fragment(engine, &content, locator, styles, regions)
}

/// The lines in as many regions as they need: no first or last line of a paragraph stands alone, where the next region has
/// room for both.
fn divided(lines: Vec<Frame>, leading: Abs, styles: StyleChain, mut regions: Regions) -> Fragment {
    let width = lines.first().map_or(Abs::zero(), Frame::width);
    let needs = needs(&lines, leading, styles);
    let align = styles.resolve(AlignElem::alignment).y;
    let mut frames = vec![];
    let mut column = Frame::soft(Size::with_x(width));
    // What is left of the region while lines fill it, as the engine counts.
    for (line, need) in lines.into_iter().zip(needs) {
        loop {
            let mut rest = regions;
            if !column.is_empty() {
                rest.size.y -= leading;
            }
            let next_is_better = |height: Abs| rest.iter().nth(1).is_some_and(|region| region.y.fits(height));
            let stays = (rest.size.y.fits(line.height()) || !rest.may_progress())
                && (rest.size.y.fits(need) || !next_is_better(need));
            if stays {
                break;
            }
            frames.push(std::mem::replace(&mut column, Frame::soft(Size::with_x(width))));
            regions.next();
        }
        let y = if column.is_empty() { Abs::zero() } else { column.height() + leading };
        if column.is_empty() {
            column.set_baseline(line.baseline());
        }
        regions.size.y -= y + line.height() - column.height();
        column.size_mut().y = y + line.height();
        column.push_frame(Point::with_y(y), line);
    }
    // In a block of fixed height that holds nothing else.
    if regions.expand.y && frames.is_empty() {
        let free = regions.size.y;
        column.translate(Point::with_y(align.position(free)));
        column.size_mut().y += free;
    }
    frames.push(column);
    Fragment::frames(frames)
}

/// How much room there must be for each line to stand where it does: the first two, the last two and all of three lines
/// stay together.
fn needs(lines: &[Frame], leading: Abs, styles: StyleChain) -> Vec<Abs> {
    let costs = styles.get(TextElem::costs);
    let count = lines.len();
    let (first_two, last_two) = (costs.orphan() > Ratio::zero(), costs.widow() > Ratio::zero());
    let together = |lines: &[Frame]| {
        let gaps = leading * (lines.len() - 1) as f64;
        lines.iter().map(Frame::height).sum::<Abs>() + gaps
    };
    let need = |number: usize| match number {
        0 if count == 3 && first_two && last_two => together(lines),
        0 if count >= 2 && first_two => together(&lines[..2]),
        _ if number >= 2 && number + 2 == count && last_two => together(&lines[number..]),
        _ => lines[number].height(),
    };
    (0..count).map(need).collect()
}
