//! Boxes that stand in lines of plain text.

use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Packed, Resolve, Smart, StyleChain};
use typst::introspection::Locator;
use typst::layout::{
    Abs, Axes, BoxElem, Frame, FrameItem, FrameKind, HideElem, Point, Region, Rel, Sides, Size, Sizing,
};
use typst::model::LinkElem;
use typst::text::TextElem;
use typst::utils::Numeric;

use super::plain;

/// Whether a box is of the kind that is made here: a place with nothing around it, as high as its content or as it says.
pub fn is_plain(item: &Packed<BoxElem>, styles: StyleChain) -> bool {
    let absolute = |height: Rel<_>| height.rel.is_zero();
    item.label().is_none()
        && item.fill.get_ref(styles).is_none()
        && item.stroke.get_cloned(styles).iter().all(|side| side.as_ref().is_none_or(Option::is_none))
        && !item.clip.get(styles)
        && match item.height.get(styles) {
            Smart::Auto => true,
            // What stands in a box of some height may be aligned in it.
            Smart::Custom(height) => absolute(height) && item.body.get_ref(styles).is_none(),
        }
        && item.baseline.get(styles).at().is_auto()
        && styles.get(TextElem::baseline).is_zero()
        && styles.get_ref(TextElem::shift_settings).is_none()
        && !styles.get(HideElem::hidden)
}

/// Whether a box is as wide as what stands in it.
pub fn fits_its_content(item: &Packed<BoxElem>, styles: StyleChain) -> bool {
    item.width.get(styles) == Sizing::Auto && item.body.get_ref(styles).is_some()
}

/// A box in a line as wide as `room`, or in that share of a line.
pub fn layout(
    item: &Packed<BoxElem>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    room: Abs,
) -> SourceResult<Frame> {
    // The box is a link as a whole, and nothing in it once more.
    let target = styles.get_cloned(LinkElem::current);
    let no_link;
    let outer = styles;
    let mut styles = styles;
    if target.is_some() {
        no_link = LinkElem::current.set(None).wrap();
        styles = outer.chain(&no_link);
    }
    let inset: Sides<Rel<Abs>> = item.inset.resolve(styles).unwrap_or_default();
    let width = match item.width.get(styles) {
        Sizing::Rel(width) => Some(width.resolve(styles).relative_to(room)),
        Sizing::Fr(_) => Some(room),
        Sizing::Auto => None,
    };
    let height = match item.height.get(styles) {
        Smart::Custom(height) => Some(height.resolve(styles).relative_to(Abs::inf())),
        Smart::Auto => None,
    };
    let whole = Size::new(width.unwrap_or(room), height.unwrap_or(Abs::inf()));
    let size = whole - inset.sum_by_axis().relative_to(whole);
    let expand = Axes::new(width.is_some(), height.is_some());
    let mut frame = match item.body.get_ref(styles) {
        Some(body) => {
            plain::frame(engine, body, locator, styles, Region::new(size, expand))?.with_kind(FrameKind::Hard)
        }
        None => Frame::hard(Size::zero()),
    };
    frame.set_size(expand.select(size, frame.size()));
    if !inset.is_zero() {
        let sum = inset.sum_by_axis();
        let grown = frame.size().zip_map(sum, |size, sum| (size + sum.abs) / (1.0 - sum.rel.get()));
        let inset = inset.relative_to(grown);
        frame.set_size(grown);
        frame.translate(Point::new(inset.left, inset.top));
    }
    let shift = item.baseline.get(styles).shift().resolve(styles).relative_to(frame.height());
    if !shift.is_zero() {
        let baseline = frame.baseline();
        frame.set_baseline(baseline - shift);
    }
    if let Some(target) = target {
        let size = frame.size();
        frame.push(Point::zero(), FrameItem::Link(target, size));
    }
    Ok(frame)
}
