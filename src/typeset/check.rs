//! The check of the laid-out pages: the engine loses text in silence, so it is looked for here.

use std::collections::BTreeMap;

use typst::foundations::Value;
use typst::introspection::{MetadataElem, Tag};
use typst::layout::{Abs, Frame, FrameItem, Point, Size, Transform};
use typst::text::TextItem;
use typst_layout::PagedDocument;

use crate::compose::report::OriginId;

/// How far a text may stand out of the page before it counts as lost: rounding, and the overhang of italics.
fn tolerance() -> Abs {
    Abs::pt(1.0)
}

/// What was found about one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    OffPage,
    Overlap,
    NoGlyph,
}

/// A loss with where it is and a sample of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub loss: Loss,
    pub origin: Option<OriginId>,
    /// From 1.
    pub page: usize,
    pub text: String,
}

/// One horizontal run of text on a page.
struct Run {
    left: Abs,
    right: Abs,
    baseline: Abs,
    size: Abs,
    origin: Option<OriginId>,
    text: String,
}

/// Walks all pages. Each kind of loss is reported once per origin.
pub fn losses(document: &PagedDocument) -> Vec<Found> {
    let mut walk = Walk { found: BTreeMap::new(), origin: None, page: 0, size: Size::zero(), runs: Vec::new() };
    for (index, page) in document.pages().iter().enumerate() {
        walk.page = index + 1;
        walk.size = page.frame.size();
        walk.runs.clear();
        walk.frame(&page.frame, Transform::identity());
        walk.overlaps();
    }
    walk.found.into_values().collect()
}

struct Walk {
    found: BTreeMap<(Loss, Option<OriginId>, usize), Found>,
    /// The data row whose content is being walked.
    origin: Option<OriginId>,
    page: usize,
    size: Size,
    runs: Vec<Run>,
}

impl Walk {
    fn frame(&mut self, frame: &Frame, transform: Transform) {
        for (position, item) in frame.items() {
            match item {
                FrameItem::Group(group) => {
                    let inner =
                        transform.pre_concat(Transform::translate(position.x, position.y)).pre_concat(group.transform);
                    self.frame(&group.frame, inner);
                }
                FrameItem::Text(text) => self.text(text, *position, transform),
                FrameItem::Tag(Tag::Start(element, _)) => {
                    if let Some(metadata) = element.to_packed::<MetadataElem>()
                        && let Value::Dict(dict) = &metadata.value
                        && let Ok(Value::Int(origin)) = dict.at("origin".into(), None)
                    {
                        self.origin = OriginId::try_from(origin).ok();
                    }
                }
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &TextItem, position: Point, transform: Transform) {
        if text.glyphs.iter().any(|glyph| glyph.id == 0) {
            let missing: String = text
                .glyphs
                .iter()
                .filter(|g| g.id == 0)
                .filter_map(|g| text.text.get(usize::from(g.range.start)..usize::from(g.range.end)))
                .collect();
            self.report(Loss::NoGlyph, &missing);
        }
        if text.text.trim().is_empty() {
            return;
        }
        let width = text.width();
        let start = position.transform(transform);
        let end = Point::new(position.x + width, position.y).transform(transform);
        for point in [start, end] {
            let inside = point.x >= -tolerance()
                && point.x <= self.size.x + tolerance()
                && point.y >= -tolerance()
                && point.y <= self.size.y + tolerance();
            if !inside {
                self.report(Loss::OffPage, &text.text);
                return;
            }
        }
        // Rotated text (a watermark) lies over other text on purpose.
        if (start.y - end.y).abs() < tolerance() {
            self.runs.push(Run {
                left: start.x,
                right: end.x,
                baseline: start.y,
                size: text.size,
                origin: self.origin,
                text: text.text.to_string(),
            });
        }
    }

    /// Finds runs on about the same line that lie over each other.
    fn overlaps(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        runs.sort_by(|a, b| a.baseline.cmp(&b.baseline).then(a.left.cmp(&b.left)));
        for (index, run) in runs.iter().enumerate() {
            for other in &runs[index + 1..] {
                if other.baseline - run.baseline > run.size * 0.45 {
                    break;
                }
                let common = run.right.min(other.right) - run.left.max(other.left);
                let narrow = (run.right - run.left).min(other.right - other.left);
                if common > tolerance() && common > narrow * 0.2 {
                    let (first, second) = if run.left <= other.left { (run, other) } else { (other, run) };
                    self.origin = first.origin;
                    self.report(Loss::Overlap, &format!("{} / {}", first.text, second.text));
                }
            }
        }
        runs.clear();
        self.runs = runs;
    }

    fn report(&mut self, loss: Loss, text: &str) {
        // Without an origin every page counts for itself.
        let key = (loss, self.origin, if self.origin.is_some() { 0 } else { self.page });
        self.found.entry(key).or_insert_with(|| Found {
            loss,
            origin: self.origin,
            page: self.page,
            text: text.chars().take(60).collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use typst::diag::{FileError, FileResult};
    use typst::foundations::{Bytes, Datetime, Duration};
    use typst::syntax::{FileId, Source};
    use typst::text::{Font, FontBook};
    use typst::utils::LazyHash;
    use typst::{Library, LibraryExt, World};

    use super::*;
    use crate::typeset::Fonts;

    /// A page of its own, for what the templates do not let happen.
    struct Page {
        library: LazyHash<Library>,
        source: Source,
        fonts: &'static Fonts,
    }

    impl World for Page {
        fn library(&self) -> &LazyHash<Library> {
            &self.library
        }

        fn book(&self) -> &LazyHash<FontBook> {
            &self.fonts.book
        }

        fn main(&self) -> FileId {
            self.source.id()
        }

        fn source(&self, id: FileId) -> FileResult<Source> {
            if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
        }

        fn file(&self, _: FileId) -> FileResult<Bytes> {
            Err(FileError::AccessDenied)
        }

        fn font(&self, index: usize) -> Option<Font> {
            self.fonts.fonts.get(index).cloned()
        }

        fn today(&self, _: Option<Duration>) -> Option<Datetime> {
            None
        }
    }

    fn found(text: &str) -> Vec<(Loss, String)> {
        let text = format!(
            "#set page(width: 300pt, height: 200pt, margin: 20pt)\n#set text(font: \"Source Serif 4\", fallback: false)\n{text}"
        );
        let world = Page {
            library: LazyHash::new(<Library as LibraryExt>::default()),
            source: Source::detached(text),
            fonts: Fonts::builtin(),
        };
        let document = typst::compile::<PagedDocument>(&world).output.expect("it is laid out");
        losses(&document).into_iter().map(|found| (found.loss, found.text)).collect()
    }

    #[test]
    fn what_would_be_lost_is_found() {
        assert_eq!(found("Nothing is lost here."), []);
        assert_eq!(found("#place(dx: 250pt)[far out to the right]").first().map(|f| f.0), Some(Loss::OffPage));
        assert_eq!(found("#place(dy: 190pt)[far down]").first().map(|f| f.0), Some(Loss::OffPage));
        let over = found("#place[first words]\n#place(dx: 10pt)[other words]");
        assert_eq!(over.first().map(|f| f.0), Some(Loss::Overlap), "{over:?}");
        assert_eq!(found("#place[left]\n#place(dx: 100pt)[right]"), []);
        assert_eq!(found("A sign: 漢"), [(Loss::NoGlyph, "漢".to_owned())]);
    }
}
