//! What stands for something still to be written.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words that stand for something still to be written.
const WORDS: [&str; 8] = ["TBD", "TODO", "TBC", "FIXME", "XXX", "TK", "asdf", "sdf"];

/// Phrases of templates.
const PHRASES: [&str; 10] = [
    "lorem ipsum",
    "your name here",
    "company name]",
    "insert date",
    "insert name",
    "template coming soon",
    "reference source not found",
    "placeholder text",
    "to be completed",
    "to be determined",
];

/// Finds the phrases, whatever their case.
static ANY_PHRASE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(PHRASES).ok());

/// Words in brackets that name what belongs there.
const BLANKS: [&str; 22] = [
    "todo",
    "tbd",
    "date",
    "name",
    "xx",
    "xxx",
    "number",
    "amount",
    "role",
    "title",
    "city",
    "address",
    "vendor",
    "tool",
    "system",
    "department",
    "frequency",
    "period",
    "auditor",
    "customer",
    "product",
    "email",
];

/// Whether a word is a placeholder by itself.
pub fn is_placeholder(word: &str) -> bool {
    WORDS.contains(&word)
}

/// Placeholders of a text with their byte ranges.
pub fn placeholders(text: &str) -> Vec<(usize, usize, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let mut add = |from: usize, to: usize| found.push((from, to, text[from..to].to_owned()));
    // Whole words.
    let mut at = 0;
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        if is_placeholder(part) {
            add(at, at + part.len());
        }
        at += part.len() + text[at + part.len()..].chars().next().map_or(0, char::len_utf8);
    }
    for phrase in ANY_PHRASE.iter().flat_map(|any| any.find_iter(text)) {
        add(phrase.start(), phrase.end());
    }
    // Braces and angle brackets of template languages, and words in brackets that name what belongs there.
    for (open, close) in [("{{", "}}"), ("<<", ">>"), ("[", "]"), ("<", ">")] {
        for (from, _) in text.match_indices(open) {
            let rest = &text[from + open.len()..];
            let Some(length) = rest.find(close).filter(|n| (1..=40).contains(n)) else { continue };
            let inner = &rest[..length];
            let to = from + open.len() + length + close.len();
            if open.len() == 2 || (names_a_blank(inner) && !text[to..].starts_with(['(', '[', ':'])) {
                add(from, to);
            }
        }
    }
    found.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
    let mut end = 0;
    found.retain(|(from, to, _)| {
        let outside = *from >= end;
        if outside {
            end = *to;
        }
        outside
    });
    found
}

/// Whether the words in a pair of brackets name something to be filled in.
fn names_a_blank(inner: &str) -> bool {
    let lower = inner.to_lowercase();
    let starts = [
        "insert ",
        "your ",
        "enter ",
        "add ",
        "describe ",
        "company",
        "client ",
        "organization name",
        "service organization",
        "name of",
    ];
    starts.iter().any(|s| lower.starts_with(s)) || BLANKS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    fn found(text: &str) -> Vec<String> {
        placeholders(text).into_iter().map(|(_, _, what)| what).collect()
    }

    #[test]
    fn leftovers_are_found() {
        assert_eq!(
            found("Text with [TODO], [number], {{ORG_NAME}}, [Company Name], <Insert date>, XXX and lorem ipsum."),
            ["[TODO]", "[number]", "{{ORG_NAME}}", "[Company Name]", "<Insert date>", "XXX", "lorem ipsum"]
        );
    }

    #[test]
    fn ordinary_text_is_not() {
        for text in [
            "- [x] done",
            "[a link](https://example.com)",
            "[date]: https://example.com",
            "Store <tag> text",
            "a todo list",
            "if a < b and c > d",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
