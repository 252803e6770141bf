//! The fonts: shipped ones, embedded in the program, and those an engagement brings along.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

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
    let fonts: Vec<Font> = SHIPPED.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts, added: Vec::new() }
});

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
    use super::*;

    #[test]
    fn every_family_named_is_shipped() {
        let fonts = Fonts::builtin();
        for family in FALLBACKS.iter().chain([&SERIF, &SANS, &MONO]) {
            assert!(fonts.book.contains_family(&family.to_lowercase()), "{family}");
        }
        assert_eq!(fonts.fonts.len(), SHIPPED.len());
    }

    #[test]
    fn coverage_spans_the_shipped_scripts() {
        let fonts = Fonts::builtin();
        assert!("aß€“”–…☐☑✓ữשعทƛ".chars().all(|c| fonts.cover(c)));
        assert!(!fonts.cover('佐') && !fonts.cover('\u{E000}'));
    }
}
