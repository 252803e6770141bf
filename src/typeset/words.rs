//! Words, shaped once.
//!
//! To turn letters into glyphs is the dearest part of a layout, and a report says the same words again and again. Where
//! a font does not let words and spaces act on one another, a text is the sum of its words, and each is shaped once for
//! all reports of a thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use rustybuzz::{BufferFlags, Direction, Feature, Language, ShapePlan, UnicodeBuffer};
use typst::layout::Em;
use typst::text::{Font, FontInstance};

/// How many words are kept for a font, and how many fonts. In a batch every report brings names and numbers of its own; what
/// is forgotten is shaped again.
const WORDS: usize = 5_000;
const FACES: usize = 40;

thread_local! {
    static FACES_OF_THREAD: RefCell<Vec<Rc<Face>>> = const { RefCell::new(Vec::new()) };
}

/// A word in glyphs. Nothing in it depends on the size of the type.
pub struct Word {
    pub glyphs: Box<[WordGlyph]>,
    pub width: Em,
}

/// A glyph of a word: small, since some ten thousand words are kept.
#[derive(Clone, Copy)]
pub struct WordGlyph {
    pub id: u16,
    /// In units of the font, as is the offset.
    pub advance: i16,
    pub offset: i16,
    /// The bytes of the word it stands for.
    start: u16,
    end: u16,
}

impl WordGlyph {
    /// The bytes of the word it stands for.
    pub fn range(self) -> Range<usize> {
        self.start.into()..self.end.into()
    }
}

type Words = HashMap<Box<str>, Option<Rc<Word>>>;

/// A font with the choices that make its words look as they do.
pub struct Face {
    pub font: FontInstance,
    features: Vec<Feature>,
    language: Language,
    /// Digits and signs are shaped as part of a Latin text or of one without any letter.
    latin: bool,
    plan: ShapePlan,
    /// How words and spaces act on one another; nothing if words do not stand alone.
    close: Option<Close>,
    words: RefCell<Words>,
    /// Words that are closer to what follows them, with that.
    words_with_next: RefCell<Words>,
}

/// Characters that come closer to a space.
struct Close {
    /// After it.
    after: Vec<char>,
    /// Before it.
    before: Vec<char>,
}

fn kept(words: &RefCell<Words>, text: &str, shape: impl FnOnce() -> Option<Word>) -> Option<Rc<Word>> {
    if let Some(found) = words.borrow().get(text) {
        return found.clone();
    }
    let word = shape().map(Rc::new);
    let mut words = words.borrow_mut();
    if words.len() >= WORDS {
        words.clear();
    }
    words.insert(text.into(), word.clone());
    word
}

/// The face for a text in this font and with these features; nothing if its words act on the spaces around them.
pub fn face(font: &FontInstance, features: &[Feature], language: &Language, latin: bool) -> Option<Rc<Face>> {
    FACES_OF_THREAD.with_borrow_mut(|faces| {
        let same = |face: &&Rc<Face>| {
            face.latin == latin
                && same_font(&face.font, font)
                && face.features == features
                && face.language == *language
        };
        let face = if let Some(found) = faces.iter().find(same) {
            Rc::clone(found)
        } else {
            if faces.len() >= FACES {
                faces.clear();
            }
            let face = Rc::new(Face::new(font.clone(), features.to_vec(), language.clone(), latin));
            faces.push(Rc::clone(&face));
            face
        };
        face.close.is_some().then_some(face)
    })
}

/// Whether both read the same bytes: whoever keeps an instance keeps its font, so that the place of its bytes is not used
/// again.
pub fn is_of(instance: &FontInstance, font: &Font) -> bool {
    std::ptr::eq(instance.data().as_slice(), font.data().as_slice()) && instance.index() == font.index()
}

fn same_font(one: &FontInstance, other: &FontInstance) -> bool {
    is_of(one, other.font()) && one.variations() == other.variations()
}

impl Face {
    fn new(font: FontInstance, features: Vec<Feature>, language: Language, latin: bool) -> Self {
        let script = if latin { rustybuzz::script::LATIN } else { rustybuzz::script::UNKNOWN };
        let plan = ShapePlan::new(font.rusty(), Direction::LeftToRight, Some(script), Some(&language), &features);
        let (words, words_with_next) = (RefCell::default(), RefCell::default());
        let mut face = Self { font, features, language, latin, plan, close: None, words, words_with_next };
        face.close = face.close_to_spaces();
        face
    }

    /// Tries a space before and after every character that such texts have. Nothing if one of them does more to the other
    /// than to come closer.
    fn close_to_spaces(&self) -> Option<Close> {
        let known = CHARACTERS.iter().flat_map(|&(first, last)| first..=last);
        let known: Vec<char> = known.filter(|&c| c != ' ' && self.font.ttf().glyph_index(c).is_some()).collect();
        let spaced: String = known.iter().flat_map(|&c| [' ', c]).chain([' ']).collect();
        let shaped = self.shape(&spaced)?;
        if shaped.glyphs.len() != 2 * known.len() + 1 || shaped.glyphs.iter().any(|glyph| glyph.offset != 0) {
            return None;
        }
        let moved = |(&c, glyph): (&char, &WordGlyph)| {
            (Some(self.font.to_em(glyph.advance)) != self.font.x_advance(glyph.id)).then_some(c)
        };
        let (spaces, letters) = (shaped.glyphs.iter().step_by(2), shaped.glyphs.iter().skip(1).step_by(2));
        Some(Close {
            after: known.iter().zip(spaces).filter_map(moved).collect(),
            before: known.iter().zip(letters).filter_map(moved).collect(),
        })
    }

    /// A word or a space in glyphs, given what follows it. Nothing if the font lacks some of it, or sets some of it higher
    /// or lower.
    pub fn word(&self, text: &str, next: Option<char>) -> Option<Rc<Word>> {
        let close = self.close.as_ref()?;
        let closer = next.filter(|next| match text {
            " " => close.after.contains(next),
            _ => *next == ' ' && text.chars().next_back().is_some_and(|last| close.before.contains(&last)),
        });
        let Some(next) = closer else { return kept(&self.words, text, || self.shape(text)) };
        let with_next = format!("{text}{next}");
        kept(&self.words_with_next, &with_next, || {
            let word = self.shape(&with_next)?;
            let (last, glyphs) = word.glyphs.split_last()?;
            (last.range().start == text.len()).then(|| self.sum(glyphs.into()))
        })
    }

    fn shape(&self, text: &str) -> Option<Word> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_language(self.language.clone());
        buffer.set_direction(Direction::LeftToRight);
        if self.latin {
            buffer.set_script(rustybuzz::script::LATIN);
        }
        buffer.guess_segment_properties();
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        let shaped = rustybuzz::shape_with_plan(self.font.rusty(), &self.plan, buffer);
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut glyphs = Vec::with_capacity(infos.len());
        for (at, (info, position)) in infos.iter().zip(positions).enumerate() {
            let start = usize::try_from(info.cluster).ok()?;
            let next = infos[at..].iter().find(|later| later.cluster != info.cluster);
            let end = next.map_or(Some(text.len()), |later| usize::try_from(later.cluster).ok())?;
            if info.glyph_id == 0 || position.y_offset != 0 || end <= start {
                return None;
            }
            glyphs.push(WordGlyph {
                id: u16::try_from(info.glyph_id).ok()?,
                advance: i16::try_from(position.x_advance).ok()?,
                offset: i16::try_from(position.x_offset).ok()?,
                start: u16::try_from(start).ok()?,
                end: u16::try_from(end).ok()?,
            });
        }
        Some(self.sum(glyphs.into()))
    }

    fn sum(&self, glyphs: Box<[WordGlyph]>) -> Word {
        let width = glyphs.iter().map(|glyph| self.font.to_em(glyph.advance)).sum();
        Word { glyphs, width }
    }
}

/// The characters of texts that are known here: letters of Latin alphabets without marks of their own, and the signs of
/// such texts. All stand from left to right.
const CHARACTERS: [(char, char); 5] =
    [(' ', '~'), ('\u{a1}', '\u{ac}'), ('\u{ae}', '\u{17f}'), ('\u{2010}', '\u{2027}'), ('\u{20ac}', '\u{20ac}')];

/// Whether all of a text is known here.
pub fn knows(text: &str) -> bool {
    text.chars().all(|c| CHARACTERS.iter().any(|&(first, last)| (first..=last).contains(&c)))
}

/// Whether there is a letter in a text that is known here, which makes it Latin.
pub fn is_latin(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic())
}
