//! Break chances in long words: identifiers, addresses, paths, hashes.
//!
//! The layout engine breaks lines at blanks and after hyphens, and runs off the page or out of a cell where a word has
//! neither. Such words become [`Styled::Token`]: pieces between which a line may break and that make up exactly the word,
//! so that copied text is whole. Scripts written without blanks or whose letters join (Chinese, Japanese, Korean, Thai,
//! Arabic, ...) are left alone: the engine breaks the former itself, and the latter must not be cut.

use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::report::{Inline, Styled};

/// Words of up to this many characters stay whole.
const LONGEST_WORD: usize = 24;
/// No piece is longer.
const LONGEST_PIECE: usize = 16;
/// Pieces are joined up to this length, so that an address is not a confetti of single letters.
const SHORTEST_PIECE: usize = 4;

/// The text as it is, with every over-long word in pieces. Empty text gives nothing.
pub fn split_long(text: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut plain_from = 0;
    for (start, word) in words(text) {
        if word.len() <= LONGEST_WORD || word.graphemes(true).nth(LONGEST_WORD).is_none() {
            continue;
        }
        if plain_from < start {
            out.push(Inline::Text(text[plain_from..start].to_owned()));
        }
        out.push(Inline::Styled(Styled::Token { pieces: pieces(word) }));
        plain_from = start + word.len();
    }
    if plain_from < text.len() {
        out.push(Inline::Text(text[plain_from..].to_owned()));
    }
    out
}

/// The runs of a text that offer no break: no blank, and no letter of a script that is not cut.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(is_cuttable)?;
        let len = text[start..].find(|ch| !is_cuttable(ch)).unwrap_or(text.len() - start);
        from = start + len;
        Some((start, &text[start..from]))
    })
}

fn is_cuttable(ch: char) -> bool {
    if ch.is_ascii() {
        return ch.is_ascii_graphic();
    }
    // Beyond: Chinese, Japanese, Korean, their full-width forms and punctuation, emoji.
    ch < '\u{2e80}'
        && !ch.is_whitespace()
        && matches!(
            ch.script(),
            Script::Latin
                | Script::Greek
                | Script::Cyrillic
                | Script::Armenian
                | Script::Georgian
                | Script::Common
                | Script::Inherited
        )
}

/// Longest word that cannot be broken in a line of this text, in characters, for the widths of columns.
pub fn longest_unbreakable(text: &str) -> usize {
    words(text)
        .map(|(_, word)| match word.chars().count() {
            count if count > LONGEST_WORD => LONGEST_PIECE,
            count => count,
        })
        .max()
        .unwrap_or(0)
}

/// How much room a text takes, in characters of a Latin font: those of East Asian scripts are twice as wide.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars()
        .map(|ch| match ch {
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
            '\u{f900}'..='\u{faff}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3ffff}' => 2,
            _ if ch.script() == Script::Inherited => 0,
            _ => 1,
        })
        .sum()
}

/// Cuts a word: after separators and where small letters turn to capitals, and in what is still too long at the border
/// of any character with its marks. Joined, the pieces are the word.
pub fn pieces(word: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last_len = 0;
    let mut add = |piece: &str, len: usize| {
        match out.last_mut() {
            // Neither end of a word is left with a single letter.
            Some(last) if (last_len < SHORTEST_PIECE || len < 2) && last_len + len <= LONGEST_PIECE => {
                last.push_str(piece);
                last_len += len;
            }
            _ => {
                out.push(piece.to_owned());
                last_len = len;
            }
        }
    };
    let mut start = 0;
    let mut len = 0;
    let mut graphemes = word.grapheme_indices(true).peekable();
    while let Some((at, grapheme)) = graphemes.next() {
        len += 1;
        let end = at + grapheme.len();
        let next = graphemes.peek().map(|(_, next)| *next);
        if len == LONGEST_PIECE || next.is_none_or(|next| is_border(grapheme, next)) {
            add(&word[start..end], len);
            start = end;
            len = 0;
        }
    }
    out
}

/// Whether a line may break between two neighbours within a word.
fn is_border(left: &str, right: &str) -> bool {
    let first = |s: &str| s.chars().next();
    let (Some(l), Some(r)) = (first(left), first(right)) else { return false };
    (is_separator(l) && !is_separator(r)) || (l.is_lowercase() && r.is_uppercase())
}

fn is_separator(ch: char) -> bool {
    matches!(ch, '/' | '\\' | '_' | '.' | '-' | ':' | '@' | '=' | '&' | '?' | '#' | ',' | ';' | '+' | '|' | '–' | '—')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(inlines: &[Inline]) -> String {
        crate::compose::markdown::plain(inlines)
    }

    fn tokens(text: &str) -> Vec<Vec<String>> {
        split_long(text)
            .into_iter()
            .filter_map(|inline| match inline {
                Inline::Styled(Styled::Token { pieces }) => Some(pieces),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn ordinary_text_stays_whole() {
        for text in ["Each user is approved.", "counterrevolutionaries", "a-b c/d", "http://example.org/x"] {
            assert_eq!(tokens(text).len(), 0, "{text}");
            assert_eq!(split_long(text).len(), 1);
        }
        assert!(split_long("").is_empty());
    }

    #[test]
    fn addresses_break_after_separators() {
        let found = tokens("See https://audit.example.org/reports/2025?kind=soc2&part=4 for more.");
        assert_eq!(
            found,
            [["https://", "audit.", "example.", "org/", "reports/", "2025?", "kind=", "soc2&", "part=4"]]
        );
    }

    #[test]
    fn hashes_and_camel_case() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let found = tokens(hash);
        assert!(found[0].iter().all(|piece| piece.len() == 16), "{found:?}");
        assert_eq!(tokens("reviewQuarterlyAccessForAdministrators").len(), 1);
        assert_eq!(tokens("reviewQuarterlyAccessForAdministrators")[0][..3], ["review", "Quarterly", "Access"]);
    }

    #[test]
    fn marks_stay_with_their_letters() {
        let word = "x\u{323}\u{307}".repeat(40);
        for piece in &tokens(&word)[0] {
            assert!(piece.starts_with('x'), "{piece:?}");
        }
    }

    #[test]
    fn other_scripts_are_left_alone() {
        for text in ["漢字".repeat(40), "ภาษาไทย".repeat(20), "العربية".repeat(20)] {
            assert!(tokens(&text).is_empty(), "{text}");
        }
        assert_eq!(tokens(&format!("漢字{}漢字", "k".repeat(30))).len(), 1);
    }

    #[test]
    fn widths() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("漢字e\u{301}"), 5);
        assert_eq!(longest_unbreakable("one three five"), 5);
        assert_eq!(longest_unbreakable(&"k".repeat(80)), LONGEST_PIECE);
        assert_eq!(longest_unbreakable(""), 0);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in any::<String>()) {
            prop_assert_eq!(joined(&split_long(&text)), text);
        }

        #[test]
        fn pieces_join_to_the_word(word in "[a-zA-Z0-9/_.:@=&?#\u{300}-\u{310}é-]{0,200}") {
            let pieces = pieces(&word);
            prop_assert_eq!(pieces.concat(), word);
            prop_assert!(pieces.iter().all(|piece| piece.graphemes(true).count() <= LONGEST_PIECE));
        }
    }
}
