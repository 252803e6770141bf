//! The fonts: shipped ones, embedded in the program, and those an engagement brings along.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use rayon::prelude::*;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use super::kerning;

macro_rules! shipped {
    ($($path:literal),* $(,)?) => {
        &[$(include_bytes!(concat!("../../fonts/", $path))),*]
    };
}

static SHIPPED: &[&[u8]] = shipped![
    "source-serif-4/SourceSerif4-Regular.ttf",
    "source-serif-4/SourceSerif4-It.ttf",
    "source-serif-4/SourceSerif4-Semibold.ttf",
    "source-serif-4/SourceSerif4-Bold.ttf",
    "source-serif-4/SourceSerif4-BoldIt.ttf",
    "source-sans-3/SourceSans3-Regular.ttf",
    "source-sans-3/SourceSans3-It.ttf",
    "source-sans-3/SourceSans3-Semibold.ttf",
    "source-sans-3/SourceSans3-SemiboldIt.ttf",
    "source-sans-3/SourceSans3-Bold.ttf",
    "source-sans-3/SourceSans3-BoldIt.ttf",
    "source-code-pro/SourceCodePro-Regular.ttf",
    "noto/NotoSans-Regular.ttf",
    "noto/NotoSans-Bold.ttf",
    "noto/NotoSansHebrew-Regular.ttf",
    "noto/NotoSansArabic-Regular.ttf",
    "noto/NotoSansThai-Regular.ttf",
    "noto/NotoSansSymbols-Regular.ttf",
    "noto/NotoSansSymbols2-Regular.ttf",
];

pub const SERIF: &str = "Source Serif 4";
pub const SANS: &str = "Source Sans 3";
pub const MONO: &str = "Source Code Pro";

/// Families for what the main ones lack, in this order.
const FALLBACKS: [&str; 6] =
    ["Noto Sans", "Noto Sans Hebrew", "Noto Sans Arabic", "Noto Sans Thai", "Noto Sans Symbols", "Noto Sans Symbols2"];

/// A set of fonts that a report can be set in.
#[derive(Clone)]
pub struct Fonts {
    pub(super) book: LazyHash<FontBook>,
    pub(super) fonts: Vec<Font>,
    /// Families an engagement added, in the order of its files.
    added: Vec<String>,
}

static BUILTIN: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = SHIPPED.par_iter().flat_map_iter(|data| quick(data)).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts, added: Vec::new() }
});

/// Characters that texts in Latin letters are mostly made of; see [`kerning`].
const COMMON: [RangeInclusive<char>; 2] = [' '..='~', '\u{2010}'..='\u{2026}'];

/// A shipped font, with its kerning in the form that is found faster.
fn quick(data: &'static [u8]) -> Option<Font> {
    let face = ttf_parser::Face::parse(data, 0).ok()?;
    let common = COMMON.into_iter().flatten().filter_map(|c| face.glyph_index(c)).map(|glyph| glyph.0).collect();
    let data = kerning::quickened(data, &common).map_or_else(|| Bytes::new(data), Bytes::new);
    Font::new(data, 0)
}

impl Fonts {
    /// The fonts in the program.
    pub fn builtin() -> &'static Fonts {
        &BUILTIN
    }

    /// These fonts and those of a file; nothing if the file is no font.
    pub fn with(&self, file: Vec<u8>) -> Option<Fonts> {
        let more: Vec<Font> = Font::iter(Bytes::new(file)).collect();
        if more.is_empty() {
            return None;
        }
        let mut all = self.clone();
        for font in &more {
            let family = font.info().family.clone();
            if !all.added.contains(&family) {
                all.added.push(family);
            }
        }
        all.fonts.extend(more);
        all.book = LazyHash::new(FontBook::from_fonts(&all.fonts));
        Some(all)
    }

    /// Whether some font has a glyph for a character.
    pub fn cover(&self, c: char) -> bool {
        let code = u32::from(c);
        self.fonts.iter().any(|font| font.info().coverage.contains(code))
    }

    /// A main family followed by what stands in for it, as templates name them.
    pub fn families(&self, main: &str) -> Vec<String> {
        std::iter::once(main.to_owned())
            .chain(self.added.iter().cloned())
            .chain(FALLBACKS.iter().map(|f| (*f).to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use ttf_parser::GlyphId;
    use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};

    use super::*;

    #[test]
    fn every_family_named_is_shipped() {
        let fonts = Fonts::builtin();
        for family in FALLBACKS.iter().chain([&SERIF, &SANS, &MONO]) {
            assert!(fonts.book.contains_family(&family.to_lowercase()), "{family}");
        }
        assert_eq!(fonts.fonts.len(), SHIPPED.len());
    }

    /// Another reader of fonts finds the same value for each pair in both forms, and in one of the first two subtables.
    #[test]
    fn quick_kerning_is_the_same_kerning() {
        let mut kerned = 0;
        for (path, data) in SHIPPED.iter().enumerate() {
            let face = ttf_parser::Face::parse(data, 0).expect("a shipped font");
            let quick = quick(data).expect("a shipped font");
            let quick = ttf_parser::Face::parse(quick.data(), 0).expect("a font");
            let common: Vec<_> = COMMON.into_iter().flatten().filter_map(|c| face.glyph_index(c)).collect();
            let (old, new) = (lookups(&face), lookups(&quick));
            assert_eq!(old.len(), new.len());
            for (old, new) in old.iter().zip(&new) {
                if old.len() == new.len() {
                    continue;
                }
                assert_eq!(new.len(), old.len() + 1);
                for first in &common {
                    for second in (0..face.number_of_glyphs()).map(GlyphId) {
                        let (value, _) = advance(old, *first, second).unwrap_or_default();
                        let (same, at) = advance(new, *first, second).expect("every pair is answered");
                        assert_eq!((same, at), (value, 0), "font {path}, {first:?}, {second:?}");
                        kerned += usize::from(value != 0);
                    }
                }
                // A rarer letter: it is not in the new subtable, and is found where it was.
                if let Some(rare) = face.glyph_index('Ł') {
                    for second in &common {
                        let behind = advance(old, rare, *second).map(|(value, at)| (value, at + 1));
                        assert_eq!(advance(new, rare, *second), behind);
                    }
                }
            }
        }
        assert!(kerned > 10_000, "{kerned} pairs are kerned");
    }

    fn lookups<'a>(face: &ttf_parser::Face<'a>) -> Vec<Vec<PairAdjustment<'a>>> {
        let Some(table) = face.tables().gpos else { return Vec::new() };
        let pairs = |subtable| match subtable {
            PositioningSubtable::Pair(pairs) => Some(pairs),
            _ => None,
        };
        table
            .lookups
            .into_iter()
            .map(|lookup| lookup.subtables.into_iter::<PositioningSubtable>().filter_map(pairs).collect())
            .collect()
    }

    /// What the first subtable that has the pair adds to the first glyph's advance, and which one that is.
    fn advance(subtables: &[PairAdjustment], first: GlyphId, second: GlyphId) -> Option<(i16, usize)> {
        subtables.iter().enumerate().find_map(|(at, subtable)| {
            let index = subtable.coverage().get(first)?;
            let (value, none) = match subtable {
                PairAdjustment::Format1 { sets, .. } => sets.get(index)?.get(second)?,
                PairAdjustment::Format2 { classes, matrix, .. } => {
                    matrix.get((classes.0.get(first), classes.1.get(second)))?
                }
            };
            assert_eq!((none.x_advance, none.x_placement), (0, 0));
            Some((value.x_advance, at))
        })
    }

    #[test]
    fn coverage_spans_the_shipped_scripts() {
        let fonts = Fonts::builtin();
        assert!("aß€“”–…☐☑✓ữשعทƛ".chars().all(|c| fonts.cover(c)));
        assert!(!fonts.cover('佐') && !fonts.cover('\u{E000}'));
    }
}
