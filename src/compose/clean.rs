//! Characters that must not reach the page: controls, overrides of the reading direction, private use.
//!
//! What is done, in this order:
//!
//! | characters | what becomes of them |
//! |---|---|
//! | `\r\n`, `\r`, vertical tab, form feed, U+0085, U+2028, U+2029 | a line end |
//! | U+F0A7, U+F0B7, U+F0D8: bullets of symbol fonts, as word processors paste them | `•` |
//! | C0 and C1 controls except line end and tab, U+007F | removed |
//! | U+202A to U+202E, U+2066 to U+206F: embedding, override, isolate and deprecated format characters | removed |
//! | U+FFF9 to U+FFFC, noncharacters, private use, tags outside of an emoji flag | removed |
//! | U+00AD, U+200B, U+2060, U+FEFF: invisible hints where a line may break | removed, since they leak into copied text |
//! | everything else | kept, in the composed normal form (NFC) |
//!
//! U+200C and U+200D stay since scripts and emoji need them; so do U+200E, U+200F and U+061C: Hebrew and Arabic need
//! them next to digits and punctuation, and unlike the overrides they cannot turn other text around. U+00A0 stays.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

use super::rules::TEXT_CLEANED;
use crate::diagnostics::{Diagnostic, Findings, Origin, Severity};

/// A character that was taken out, and where it stood in the text as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    pub offset: usize,
    pub ch: char,
}

impl Removed {
    /// Whether nothing is lost with it: an invisible hint where a line may break.
    fn is_harmless(self) -> bool {
        is_break_hint(self.ch)
    }
}

/// A text that can be printed, and what it took.
#[derive(Debug, Clone)]
pub struct Cleaned<'a> {
    pub text: Cow<'a, str>,
    pub removed: Vec<Removed>,
    /// From positions in `text` to positions in the text as written.
    pub shifts: Shifts,
}

/// Leads positions in a changed text back to the text it was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shifts {
    /// From this offset of the new text on, text goes on from that offset of the old one.
    points: Vec<(usize, usize)>,
}

impl Shifts {
    /// Notes that the new text from `new` on is the old text from `old` on. Both must not go back.
    pub fn push(&mut self, new: usize, old: usize) {
        if self.map(new) != old {
            self.points.push((new, old));
        }
    }

    /// The place in the old text.
    pub fn map(&self, offset: usize) -> usize {
        let count = self.points.partition_point(|(new, _)| *new <= offset);
        match count.checked_sub(1).and_then(|last| self.points.get(last)) {
            Some((new, old)) => old + (offset - new),
            None => offset,
        }
    }
}

enum Fate {
    Keep,
    LineEnd,
    Become(char),
    Remove,
}

fn is_break_hint(ch: char) -> bool {
    matches!(ch, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn is_tag(ch: char) -> bool {
    matches!(ch, '\u{e0020}'..='\u{e007f}')
}

fn fate(ch: char) -> Fate {
    match ch {
        '\n' | '\t' => Fate::Keep,
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::LineEnd,
        '\u{f0a7}' | '\u{f0b7}' | '\u{f0d8}' => Fate::Become('•'),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffc}' | '\u{fdd0}'..='\u{fdef}' => {
            Fate::Remove
        }
        '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e007f}' | '\u{f0000}'.. => Fate::Remove,
        _ if ch.is_control() || is_break_hint(ch) || u32::from(ch) & 0xfffe == 0xfffe => Fate::Remove,
        _ => Fate::Keep,
    }
}

/// The text as it can be printed. Borrows when nothing has to change.
pub fn clean(text: &str) -> Cleaned<'_> {
    clean_except(text, |_| false)
}

/// As [`clean`], but keeps the characters that `keep` names.
pub fn clean_except(text: &str, keep: impl Fn(char) -> bool) -> Cleaned<'_> {
    let plain = |b: u8| matches!(b, b'\n' | b'\t' | b' '..=b'~');
    let unchanged = text.bytes().all(plain)
        || (text.chars().all(|ch| keep(ch) || matches!(fate(ch), Fate::Keep))
            && is_nfc_quick(text.chars()) == IsNormalized::Yes);
    if unchanged {
        return Cleaned { text: Cow::Borrowed(text), removed: Vec::new(), shifts: Shifts::default() };
    }
    let mut out =
        Output { text: String::with_capacity(text.len()), shifts: Shifts::default(), run: String::new(), start: 0 };
    let mut removed = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut in_flag = false;
    while let Some((offset, ch)) = chars.next() {
        in_flag = ch == '\u{1f3f4}' || (in_flag && is_tag(ch));
        if keep(ch) || in_flag {
            out.push(offset, ch);
            continue;
        }
        match fate(ch) {
            Fate::Keep => out.push(offset, ch),
            Fate::Become(other) => out.push(offset, other),
            Fate::Remove => removed.push(Removed { offset, ch }),
            Fate::LineEnd => {
                if ch == '\r' {
                    chars.next_if(|(_, next)| *next == '\n');
                }
                out.push(offset, '\n');
            }
        }
    }
    out.flush();
    Cleaned { text: Cow::Owned(out.text), removed, shifts: out.shifts }
}

/// Collects text in runs that begin at an ASCII character: nothing composes across their borders.
struct Output {
    text: String,
    shifts: Shifts,
    run: String,
    /// Where the run began in the text as written.
    start: usize,
}

impl Output {
    fn push(&mut self, offset: usize, ch: char) {
        if ch.is_ascii() {
            self.flush();
        }
        if self.run.is_empty() {
            self.start = offset;
        }
        self.run.push(ch);
    }

    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        self.shifts.push(self.text.len(), self.start);
        if self.run.len() == 1 || is_nfc(&self.run) {
            self.text.push_str(&self.run);
        } else {
            self.text.extend(self.run.nfc());
        }
        self.run.clear();
    }
}

/// Code points that a finding names; more are only counted.
const NAMED: usize = 5;

/// One finding for what was removed from a text, if anything was.
pub fn report(removed: &[Removed], at: &Origin, findings: &mut Findings) {
    if removed.is_empty() {
        return;
    }
    let mut counts: Vec<(char, usize)> = Vec::new();
    for one in removed {
        match counts.iter_mut().find(|(ch, _)| *ch == one.ch) {
            Some((_, count)) => *count += 1,
            None => counts.push((one.ch, 1)),
        }
    }
    let mut names: Vec<String> = counts
        .iter()
        .take(NAMED)
        .map(|(ch, count)| match count {
            1 => format!("U+{:04X}", u32::from(*ch)),
            _ => format!("U+{:04X} ({count} times)", u32::from(*ch)),
        })
        .collect();
    if counts.len() > NAMED {
        names.push(format!("{} more", counts.len() - NAMED));
    }
    let harmless = removed.iter().all(|one| one.is_harmless());
    let what = if harmless { "invisible break hints" } else { "characters that cannot be printed" };
    let severity = if harmless { Severity::Note } else { TEXT_CLEANED.severity };
    let message = format!("{what} were left out: {}", names.join(", "));
    findings.push(Diagnostic::new(&TEXT_CLEANED, message).severity(severity).at(at));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostics::Source;

    fn text(input: &str) -> String {
        clean(input).text.into_owned()
    }

    #[test]
    fn plain_text_is_borrowed() {
        for input in ["", "Plain, with\ttab\nand line.", "Überprüfung „täglich“ – 日本語 \u{a0}5 %"] {
            assert!(matches!(clean(input).text, Cow::Borrowed(_)), "{input:?}");
        }
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(text("a\r\nb\rc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h"), "a\nb\nc\nd\ne\nf\ng\nh");
        assert!(clean("a\r\nb\u{b}c").removed.is_empty());
    }

    #[test]
    fn controls_overrides_and_private_use_go() {
        let cleaned = clean("a\u{7}b\u{202e}c\u{2067}d\u{e123}e\u{fffe}f\u{9f}g\u{fdd0}h\u{10ffff}i\u{7f}j\0k");
        assert_eq!(cleaned.text, "abcdefghijk");
        assert_eq!(cleaned.removed.len(), 10);
        assert_eq!(cleaned.removed[0], Removed { offset: 1, ch: '\u{7}' });
        assert_eq!(text("soft\u{ad}ly \u{feff}zero\u{200b}width"), "softly zerowidth");
    }

    #[test]
    fn what_scripts_need_stays() {
        for input in ["می\u{200c}خواهم", "👩\u{200d}💻", "שלום\u{200f}!", "☑\u{fe0f}", "🏴\u{e0067}\u{e0062}\u{e007f}"]
        {
            assert_eq!(text(input), input);
        }
        assert_eq!(text("a\u{e0067}b"), "ab");
    }

    #[test]
    fn symbol_font_bullets_become_bullets() {
        assert_eq!(text("\u{f0b7}\tone"), "•\tone");
    }

    #[test]
    fn composed_form() {
        assert_eq!(text("Cafe\u{301} na\u{308}he"), "Café nähe");
        assert_eq!(text("e\u{200b}\u{301}"), "é");
    }

    #[test]
    fn positions_lead_back() {
        let input = "a\r\nb\u{7}c e\u{301}x";
        let cleaned = clean(input);
        assert_eq!(cleaned.text, "a\nbc éx");
        for (ch, from) in [('a', 'a'), ('b', 'b'), ('c', 'c'), ('é', 'e'), ('x', 'x')] {
            let place = cleaned.text.find(ch).map(|at| cleaned.shifts.map(at));
            assert_eq!(place, input.find(from), "{ch}");
        }
    }

    #[test]
    fn one_finding_names_five() {
        let source = Source::new("a.md", "a.md", "x");
        let mut findings = Findings::default();
        let removed = clean("\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{1}").removed;
        report(&removed, &Origin::file(&source), &mut findings);
        let all: Vec<_> = findings.iter().collect();
        assert_eq!(all.len(), 1);
        assert!(
            all[0].message.contains("U+0001 (2 times), U+0002, U+0003, U+0004, U+0005, 1 more"),
            "{}",
            all[0].message
        );
        assert_eq!(all[0].severity, Severity::Warning);
        report(&clean("a\u{ad}b").removed, &Origin::file(&source), &mut findings);
        assert_eq!(findings.count(Severity::Note), 1);
        report(&[], &Origin::file(&source), &mut findings);
        assert_eq!(findings.iter().count(), 2);
    }

    proptest! {
        #[test]
        fn clean_text_is_clean(input in any::<String>()) {
            let cleaned = clean(&input);
            prop_assert!(clean(&cleaned.text).removed.is_empty());
            prop_assert!(is_nfc(&cleaned.text));
            let places: Vec<usize> = cleaned.text.char_indices().filter(|(_, ch)| ch.is_ascii())
                .map(|(at, _)| cleaned.shifts.map(at)).collect();
            prop_assert!(places.is_sorted() && places.iter().all(|place| *place < input.len()));
        }
    }
}
