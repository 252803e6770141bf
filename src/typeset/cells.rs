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
use typst::layout::{Abs, Axes, BlockElem, Frame, Length, Point, Region, Rel, Sides, Size};
use typst::model::TableCell;

use super::plain;

/// Makes the tables of this library so.
pub fn install(library: &mut Library) {
    library.rules.replace::<TableCell>(Target::Paged, show);
}

fn show(cell: &Packed<TableCell>, _: &mut Engine, styles: StyleChain) -> SourceResult<Content> {
    let shown = if cell.breakable.get(styles) == Smart::Custom(false) {
        BlockElem::single_layouter(cell.clone(), layout).pack().spanned(cell.span())
    } else {
        cell.body.clone().padded(inset(cell, styles))
    };
    Ok(match cell.align.get(styles) {
        Smart::Custom(alignment) => shown.aligned(alignment),
        Smart::Auto => shown,
    })
}

fn inset(cell: &Packed<TableCell>, styles: StyleChain) -> Sides<Rel<Length>> {
    cell.inset.get(styles).unwrap_or_default().map(Option::unwrap_or_default)
}

fn layout(
    cell: &Packed<TableCell>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    let width = region.size.x;
    let inset = inset(cell, styles).resolve(styles).map(|side| side.relative_to(width));
    let room = Size::new(width - inset.left - inset.right, Abs::inf());
    let pod = Region::new(room, Axes::new(width.to_raw().is_finite(), false));
    let mut frame = match plain::cell(engine, &cell.body, &locator, styles, room.x)? {
        Some(frame) => frame,
        None => typst_layout::layout_frame(engine, &cell.body, locator, styles, pod)?,
    };
    let grown = Size::new(frame.width() + inset.left + inset.right, frame.height() + inset.top + inset.bottom);
    frame.set_size(grown);
    frame.translate(Point::new(inset.left, inset.top));
    Ok(frame)
}
