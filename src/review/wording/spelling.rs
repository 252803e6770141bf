//! One thing written in two ways, and slips of the pen (TXT-06, TXT-10).

use std::sync::LazyLock;

use regex::Regex;

use super::super::passages::{Passage, narrowed};
use super::super::{Review, pattern, rules};
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::{ExceptionWord, TypeLabel};

static ROMAN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bType (II|I)\b"));
static ARABIC: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bType [12]\b"));
static HYPHEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bsub-service\b"));
static BRITISH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:organis|authoris|recognis|minimis|prioritis|utilis|categoris|summaris|analys(?:e|ed|es)\b|behaviour|favour|colour|centre\b|licence\b|programme\b)",
    )
});
static AMERICAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:organiz|authoriz|recogniz|minimiz|prioritiz|utiliz|categoriz|summariz|analyz|behavior|favor|color|center\b)",
    )
});

pub fn check(r: &mut Review) {
    type_labels(r);
    spellings(r);
    deviations(r);
    for passage in r.passages {
        slips(r, passage);
    }
}

fn first<'p>(passages: &'p [Passage], wanted: &Regex) -> Option<(&'p str, Origin)> {
    passages.iter().find_map(|p| wanted.find(&p.text).map(|m| (m.as_str(), p.at(&m.range()))))
}

fn report(r: &mut Review, what: &str, other: &str, at: &Origin) {
    r.report(
        Diagnostic::new(&rules::TXT_06, format!("`{what}` is written `{other}` elsewhere"))
            .at(at)
            .help("write it in one way throughout"),
    );
}

fn type_labels(r: &mut Review) {
    let (wanted, other): (&Regex, fn(&str) -> String) = match r.engagement.style.type_label {
        TypeLabel::Roman => (&ARABIC, |text| text.replace('1', "I").replace('2', "II")),
        TypeLabel::Arabic => (&ROMAN, |text| text.replace("II", "2").replace('I', "1")),
    };
    if let Some((what, at)) = first(r.passages, wanted) {
        report(r, what, &other(what), &at);
    }
    if let Some((what, at)) = first(r.passages, &HYPHEN) {
        report(r, what, "subservice", &at);
    }
}

/// British and American spelling: the rarer one is reported, where it first stands.
fn spellings(r: &mut Review) {
    let count = |wanted: &Regex| r.passages.iter().map(|p| wanted.find_iter(&p.text).count()).sum::<usize>();
    let (british, american) = (count(&BRITISH), count(&AMERICAN));
    if british == 0 || american == 0 {
        return;
    }
    let (rarer, kind) = if british <= american { (&BRITISH, "British") } else { (&AMERICAN, "American") };
    let found = r.passages.iter().find_map(|p| {
        let range = word_around(&p.text, rarer.find(&p.text)?.range());
        Some((&p.text[range.clone()], p.at(&range)))
    });
    if let Some((what, at)) = found {
        let message = format!("`{what}` is spelt in the {kind} way, most words are not");
        r.report(Diagnostic::new(&rules::TXT_06, message).at(&at).help("spell in one way throughout"));
    }
}

/// The whole word of which a part was found.
fn word_around(text: &str, part: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = text[..part.start]
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[part.end..].find(|c: char| !c.is_alphabetic()).map_or(text.len(), |at| part.end + at);
    start..end
}

/// The auditor's facts call a deviation what the report does.
fn deviations(r: &mut Review) {
    let e = r.engagement;
    let (other, own) = match e.style.exception_word {
        ExceptionWord::Exception => ("deviation", "exception"),
        ExceptionWord::Deviation => ("exception", "deviation"),
    };
    let texts = e.tests.iter().filter_map(|t| t.result_text.as_ref());
    let found = texts.chain(e.exceptions.iter().filter_map(|x| x.nature.as_ref())).find_map(|prose| {
        let at = super::super::text::first(&prose.text, other)
            .or_else(|| super::super::text::first(&prose.text, &format!("{other}s")))?;
        Some((&prose.text[at.clone()], narrowed(&prose.origin, &prose.text[at])))
    });
    if let Some((what, at)) = found {
        report(r, what, own, &at);
    }
}

fn slips(r: &mut Review, passage: &Passage) {
    if let Some(range) = doubled(&passage.text) {
        let what = passage.text[range.clone()].to_owned();
        r.report(
            Diagnostic::new(&rules::TXT_10, format!("a word stands twice: `{what}`"))
                .at(&passage.at(&range))
                .help("remove one of the two"),
        );
    }
    let mut start = 0;
    for paragraph in passage.text.split_inclusive("\n\n") {
        if let Some(at) = unclosed(paragraph) {
            let at = start + at;
            let end = passage.text[at..].char_indices().nth(24).map_or(passage.text.len(), |(i, _)| at + i);
            r.report(
                Diagnostic::new(&rules::TXT_10, "a bracket is not closed")
                    .at(&passage.at(&(at..end)))
                    .help("close it, or remove it"),
            );
        }
        start += paragraph.len();
    }
}

/// A word of letters followed by itself after one space.
fn doubled(text: &str) -> Option<std::ops::Range<usize>> {
    let mut before: Option<(usize, &str)> = None;
    let mut at = 0;
    for word in text.split(' ') {
        let here = at;
        at += word.len() + 1;
        if let Some((start, earlier)) = before
            && word.len() > 1
            && !word.contains('\n')
            && word.trim_end_matches([',', '.', ';', ':']).eq_ignore_ascii_case(earlier)
            && earlier.chars().all(char::is_alphabetic)
            && !["that", "had"].contains(&earlier.to_lowercase().as_str())
        {
            return Some(start..here + earlier.len());
        }
        before = Some((here, word));
    }
    None
}

/// An opening bracket of a paragraph that none closes.
fn unclosed(paragraph: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut code = false;
    for (at, c) in paragraph.char_indices() {
        match c {
            '`' => code = !code,
            '(' if !code => open.push(at),
            ')' if !code => {
                open.pop();
            }
            _ => {}
        }
    }
    open.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_intent() {
        assert_eq!(doubled("He signs the the form."), Some(9..16));
        assert_eq!(doubled("All that that means; 2 2; bye-bye bye-bye"), None);
        assert_eq!(unclosed("a) first (see b) and (c"), Some(21));
        assert_eq!(unclosed("a) first (see `f(`)"), None);
    }
}
