//! What the styles of a text come to, worked out once for all texts in that style.
//!
//! Each question to a chain of styles walks all of it, and a text asks some forty. A report has a few dozen styles of text,
//! so the answers are kept, by what the chain says of texts.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use typst::World;
use typst::engine::Engine;
use typst::foundations::{NativeElement, Smart, StyleChain};
use typst::layout::{Abs, Dir, HideElem};
use typst::text::{
    BottomEdge, FontBook, FontInstance, Lang, Region, TextEdgeBounds, TextElem, TopEdge, families, features, language,
    variant,
};
use typst::utils::{LazyHash, Numeric, hash128};
use typst::visualize::Paint;

use super::words::{self, Face};

/// How many styles are kept: a bound for batches, which a single report never meets.
const STYLES: usize = 2_000;

thread_local! {
    static STYLES_OF_THREAD: RefCell<HashMap<u128, Option<Kept>>> = RefCell::default();
}

/// A style with the font it was made of.
#[derive(Clone)]
struct Kept {
    /// Number of the font in its world.
    font: usize,
    style: Rc<TextStyle>,
}

/// The style of a plain text.
pub struct TextStyle {
    pub size: Abs,
    /// How far lines reach above and below their base.
    pub top: Abs,
    pub bottom: Abs,
    pub lang: Lang,
    pub region: Option<Region>,
    pub fill: Paint,
    font: FontInstance,
    features: Vec<rustybuzz::Feature>,
    language: rustybuzz::Language,
    /// For texts without letters and for those with.
    faces: [OnceCell<Option<Rc<Face>>>; 2],
}

/// Whether text of this style is nothing but glyphs in a row, in a language that neither divides words nor repeats hyphens.
pub fn is_plain(styles: StyleChain) -> bool {
    styles.get(TextElem::lang) == Lang::ENGLISH
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
        && !styles.get(HideElem::hidden)
}

/// All that the answers depend on: what a chain says of texts, and the fonts there are.
struct Said<'a>(StyleChain<'a>, &'a LazyHash<FontBook>);

impl Hash for Said<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.1.hash(state);
        let of_texts = self.0.entries().filter(|style| {
            style.property().is_some_and(|p| p.is_of(<TextElem as NativeElement>::ELEM) || p.is_of(HideElem::ELEM))
        });
        // Each knows its hash.
        of_texts.for_each(|style| style.hash(state));
    }
}

impl Kept {
    fn new(engine: &Engine, book: &FontBook, styles: StyleChain) -> Option<Self> {
        if !is_plain(styles) {
            return None;
        }
        let (size, variant) = (styles.resolve(TextElem::size), variant(styles));
        let (family, number) =
            families(styles).find_map(|family| Some((family, book.select(family.as_str(), variant)?)))?;
        if family.covers().is_some() {
            return None;
        }
        let font = engine.world.font(number)?;
        let font = font.instantiate(variant, size, &styles.get_cloned(TextElem::variations));
        let (above, below) = (styles.get(TextElem::top_edge), styles.get(TextElem::bottom_edge));
        // Else each glyph has edges of its own.
        let (TopEdge::Length(_), BottomEdge::Length(_)) = (above, below) else { return None };
        let (top, bottom) = font.edges(above, below, size, TextEdgeBounds::Zero);
        let style = TextStyle {
            size,
            top,
            bottom,
            lang: styles.get(TextElem::lang),
            region: styles.get(TextElem::region),
            fill: styles.get_cloned(TextElem::fill),
            font,
            features: features(styles),
            language: language(styles),
            faces: Default::default(),
        };
        Some(Self { font: number, style: Rc::new(style) })
    }
}

impl TextStyle {
    /// The style of a text; nothing if it is not plain.
    pub fn of(engine: &Engine, styles: StyleChain) -> Option<Rc<Self>> {
        let book = engine.world.book();
        let said = hash128(&Said(styles, book));
        STYLES_OF_THREAD.with_borrow_mut(|all| {
            match all.get(&said) {
                Some(None) => return None,
                // The fonts of another batch may bear the same names.
                Some(Some(kept))
                    if engine.world.font(kept.font).is_some_and(|font| words::is_of(&kept.style.font, &font)) =>
                {
                    return Some(Rc::clone(&kept.style));
                }
                _ => {}
            }
            if all.len() >= STYLES {
                all.clear();
            }
            let kept = Kept::new(engine, book, styles);
            all.insert(said, kept.clone());
            kept.map(|kept| kept.style)
        })
    }

    /// The words of such a text; nothing if they act on the spaces around them.
    pub fn face(&self, text: &str) -> Option<&Rc<Face>> {
        let latin = words::is_latin(text);
        let known = &self.faces[usize::from(latin)];
        known.get_or_init(|| words::face(&self.font, &self.features, &self.language, latin)).as_ref()
    }
}
