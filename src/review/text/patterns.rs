//! Phrases and patterns that are looked for in texts.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::super::pattern;

/// Terms of earlier standards or of other kinds of reports, and what to do.
pub const OBSOLETE: &[(&str, &str)] = &[
    ("SAS 70", "the attestation standards have replaced it"),
    ("SSAE 16", "the attestation standards have replaced it"),
    ("TSP section 100A", "the current criteria are in TSP section 100"),
    ("TSP 100A", "the current criteria are in TSP section 100"),
    ("DC 200A", "the current description criteria are in DC section 200"),
    ("Trust Services Principles", "they are called trust services criteria"),
    ("Trust Service Principles", "they are called trust services criteria"),
    ("Service Organization Control", "SOC stands for System and Organization Controls"),
    ("AT-C 320", "it is about controls relevant to financial reporting (SOC 1)"),
    ("AT-C section 320", "it is about controls relevant to financial reporting (SOC 1)"),
    ("AT-C 206", "a SOC 2 examination is assertion-based"),
];

/// Where a phrase stands as whole words, whatever its case.
pub fn phrase(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let (lower, wanted) = (text.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    if wanted.trim().is_empty() {
        return Vec::new();
    }
    lower.match_indices(&wanted).map(|(at, found)| at..at + found.len()).filter(|range| whole(text, range)).collect()
}

/// Many phrases looked for at once, as whole words and whatever their case.
pub struct Phrases {
    all: Option<AhoCorasick>,
}

impl Phrases {
    pub fn new<'p>(phrases: impl Iterator<Item = &'p str>) -> Self {
        let phrases: Vec<&str> = phrases.collect();
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
        Self { all: builder.build(phrases).ok() }
    }

    /// Which phrase stands where.
    pub fn find(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        let found = self.all.iter().flat_map(|all| all.find_iter(text));
        found.map(|m| (m.pattern().as_usize(), m.range())).filter(|(_, range)| whole(text, range)).collect()
    }
}

fn whole(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Whether so many digits stand in a row: quicker to find than what they may be part of.
pub fn has_digits(text: &str, in_a_row: usize) -> bool {
    text.as_bytes().windows(in_a_row).any(|bytes| bytes.iter().all(u8::is_ascii_digit))
}

/// References to sections of the report by Roman number.
pub fn sections(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices("Section ") {
        let start = at + word.len();
        let number: &str = &text[start..start + text[start..].bytes().take_while(|b| b"IVX".contains(b)).count()];
        let range = at..start + number.len();
        if !number.is_empty() && whole(text, &range) {
            found.push((range, number));
        }
    }
    found
}

/// Ids that begin like those of controls and end in digits.
pub fn numbered<'t>(text: &'t str, prefixes: &[&str]) -> Vec<(Range<usize>, &'t str)> {
    let mut found = Vec::new();
    if !has_digits(text, 1) {
        return found;
    }
    for prefix in prefixes {
        for (at, _) in text.match_indices(prefix) {
            let digits = text[at + prefix.len()..].bytes().take_while(u8::is_ascii_digit).count();
            let range = at..at + prefix.len() + digits;
            let part_of_more = text[..at].ends_with('-')
                || text[range.end..].starts_with(['-', '.', '_']) && {
                    // A full stop that ends the sentence is none of the id.
                    text[range.end + 1..].chars().next().is_some_and(char::is_alphanumeric)
                };
            if digits > 0 && whole(text, &range) && !part_of_more {
                found.push((range.clone(), &text[range]));
            }
        }
    }
    found
}

/// Ids that a text calls controls, whatever they begin with: `control ACC-99`.
pub fn called_controls<'t>(text: &'t str, prefixes: &[&str]) -> Vec<(Range<usize>, &'t str)> {
    static CALLED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[Cc]ontrols? ([A-Z]{2,6}-\d{1,4})\b"));
    let ids = CALLED.captures_iter(text).filter_map(|captures| captures.get(1));
    // The others are found by their beginnings.
    ids.filter(|id| !prefixes.iter().any(|prefix| id.as_str().starts_with(prefix)))
        .map(|id| (id.range(), id.as_str()))
        .collect()
}

/// E-mail addresses, network addresses, numbers of persons, keys.
pub fn personal_data(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    if let Some(at) = text.find("-----BEGIN ") {
        found.push((at..at + 11, "a key or certificate"));
    }
    let may_be = |text: &str| text.contains('@') || has_digits(text, 1);
    if !may_be(text) {
        return found;
    }
    let mut at = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "<>()[]{}|,;\"`“”".contains(c)) {
        let start = at;
        at += word.len();
        if !may_be(word) {
            continue;
        }
        let from_first = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let bare = from_first.trim_end_matches(|c: char| !c.is_alphanumeric());
        let start = start + word.len() - from_first.len();
        let range = start..start + bare.len();
        if is_mail(bare) {
            found.push((range, "an e-mail address"));
        } else if is_network_address(bare) {
            found.push((range, "a network address"));
        } else if is_social_security_number(bare) {
            found.push((range, "what looks like a number of a person"));
        }
    }
    found
}

fn is_mail(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else { return false };
    let good = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    !local.is_empty()
        && local.chars().all(good)
        && domain.chars().all(good)
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, top)| top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic()))
}

/// Four numbers up to 255; version numbers rarely have four parts, and network masks are no one's address.
fn is_network_address(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 4
        && parts.iter().all(|part| part.len() <= 3 && part.parse::<u8>().is_ok())
        && !word.starts_with("255.")
        && !word.starts_with("0.")
}

fn is_social_security_number(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    parts.len() == 3
        && parts
            .iter()
            .zip([3, 2, 4])
            .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_whatever_their_case() {
        assert_eq!(phrase("By SAS 70, sas 70 and SAS 700", "SAS 70"), [3..9, 11..17]);
        assert!(phrase("anything", " ").is_empty());
    }

    #[test]
    fn sections_by_roman_numbers() {
        let numbers: Vec<_> =
            sections("Section IV, Section VII. Section Invoices, Section 3").iter().map(|(_, n)| *n).collect();
        assert_eq!(numbers, ["IV", "VII"]);
    }

    #[test]
    fn ids_like_those_of_controls() {
        let ids: Vec<_> =
            numbered("(ACC-04), ACC-99. XACC-1, ACC-1-b, ACC-", &["ACC-"]).iter().map(|(_, id)| *id).collect();
        assert_eq!(ids, ["ACC-04", "ACC-99"]);
    }

    #[test]
    fn data_of_persons_and_machines() {
        let found: Vec<_> =
            personal_data("Ask jo.lee@example.org, host 10.1.2.3 (v1.2.3), 255.255.255.0, 078-05-1120; a@b.")
                .iter()
                .map(|(_, what)| *what)
                .collect();
        assert_eq!(found, ["an e-mail address", "a network address", "what looks like a number of a person"]);
    }
}
