//! Cells of tables, laid out once, and by word where they hold plain text.
//!
//! The engine lays out each cell of a row that stays together twice: once to learn its height, and once into that height.
//! Nothing in our cells depends on how much room there is below them, so both are led to one layout, in whose key the
//! height does not occur: the second time the engine finds it in its cache.

use typst::Library;
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{Content, NativeElement, Packed, Resolve, Smart, StyleChain, Target};
use typst::introspection::Locator;
use typst::layout::{
    Abs, AlignElem, Axes, BlockElem, Fragment, Frame, FrameItem, Length, Point, Region, Regions, Rel, Sides, Size,
};
use typst::model::TableCell;
use typst::utils::Numeric;

use super::plain;

/// Makes the tables of this library so.
pub fn install(library: &mut Library) {
    library.rules.replace::<TableCell>(Target::Paged, show);
}

fn show(cell: &Packed<TableCell>, _: &mut Engine, styles: StyleChain) -> SourceResult<Content> {
    let shown = if cell.breakable.get(styles) == Smart::Custom(false) {
        BlockElem::single_layouter(cell.clone(), layout_whole).pack()
    } else {
        BlockElem::multi_layouter(cell.clone(), layout_divided).pack()
    };
    let shown = shown.spanned(cell.span());
    Ok(match cell.align.get(styles) {
        Smart::Custom(alignment) => shown.aligned(alignment),
        Smart::Auto => shown,
    })
}

/// A cell that stands on one page.
fn layout_whole(
    cell: &Packed<TableCell>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    let width = region.size.x;
    let inset = Inset::of(cell, styles, width);
    let pod = Region::new(inset.room(), Axes::new(width.to_raw().is_finite(), false));
    Ok(inset.around(plain::frame(engine, &cell.body, locator, styles, pod)?))
}

/// A cell that may go on on further pages: those for which there is room enough are made here, all others by the engine.
fn layout_divided(
    cell: &Packed<TableCell>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    regions: Regions,
) -> SourceResult<Fragment> {
    let inset = Inset::of(cell, styles, regions.size.x);
    let Axes { x: expand_x, y: expand_y } = regions.expand;
    // Where the cell fills several regions, there have to be as many frames.
    let fills_many = expand_y && !regions.backlog.is_empty();
    if expand_x && !fills_many && inset.is_absolute {
        let height = regions.size.y - inset.sides.top - inset.sides.bottom;
        let frame = plain::content(engine, &cell.body, &locator, styles, inset.room().x, true)?;
        if let Some(frame) = frame.filter(|frame| height.fits(frame.height()))
            && let Some(frame) = if expand_y { moved(frame, height, styles) } else { Some(frame) }
        {
            return Ok(Fragment::frame(inset.around(frame)));
        }
    }
    let padded = cell.body.clone().padded(inset_of(cell, styles));
    typst_layout::layout_fragment(engine, &padded, locator, styles, regions)
}

/// What stands in a cell, in a frame of this height. Nothing if not all of it moves.
fn moved(mut frame: Frame, height: Abs, styles: StyleChain) -> Option<Frame> {
    let free = height - frame.height();
    let down = styles.resolve(AlignElem::alignment).y.position(free);
    if !down.is_zero() {
        // Tags at the beginning stay where they are.
        if matches!(frame.items().next(), Some((_, FrameItem::Tag(_)))) {
            return None;
        }
        frame.translate(Point::with_y(down));
    }
    frame.size_mut().y += free;
    Some(frame)
}

fn inset_of(cell: &Packed<TableCell>, styles: StyleChain) -> Sides<Rel<Length>> {
    cell.inset.get(styles).unwrap_or_default().map(Option::unwrap_or_default)
}

/// The space around what stands in a cell.
struct Inset {
    sides: Sides<Abs>,
    /// It depends on no size.
    is_absolute: bool,
    /// Of the cell.
    width: Abs,
}

impl Inset {
    fn of(cell: &Packed<TableCell>, styles: StyleChain, width: Abs) -> Self {
        let sides = inset_of(cell, styles).resolve(styles);
        let is_absolute = [sides.left, sides.top, sides.right, sides.bottom].iter().all(|side| side.rel.is_zero());
        Self { sides: sides.map(|side| side.relative_to(width)), is_absolute, width }
    }

    /// What is left for what stands in it.
    fn room(&self) -> Size {
        Size::new(self.width - self.sides.left - self.sides.right, Abs::inf())
    }

    fn around(&self, mut frame: Frame) -> Frame {
        let Sides { left, top, right, bottom } = self.sides;
        frame.set_size(Size::new(frame.width() + left + right, frame.height() + top + bottom));
        frame.translate(Point::new(left, top));
        frame
    }
}
