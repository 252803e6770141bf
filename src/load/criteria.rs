//! Lists of criteria as people write them.
//!
//! Every usual spelling with one meaning is read, and said so in a note when it differs from the catalogue's; what has
//! no single meaning is an error with a proposal. A guess is never made.

use unicode_normalization::UnicodeNormalization as _;

use super::fields::nearest_criterion;
use super::rules;
use crate::diagnostics::Diagnostic;
use crate::model::{Catalogue, CriterionId};

/// Letters with which criterion ids begin.
const PREFIXES: [&str; 5] = ["CC", "PI", "A", "C", "P"];

pub struct Reading {
    /// In the order written; a criterion named twice stands twice.
    pub ids: Vec<CriterionId>,
    /// Without a place: the caller knows it.
    pub problems: Vec<Diagnostic>,
}

/// One thing found in the text.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// Prefix in upper case, series number, criterion number; the last two as written.
    Full {
        prefix: String,
        series: u32,
        number: u32,
    },
    /// `.2` after a full id.
    Tail {
        number: u32,
    },
    /// `6.3` after a range sign.
    Bare {
        series: u32,
        number: u32,
    },
    /// `CC6`
    Series {
        prefix: String,
        series: u32,
    },
    Range,
    Separator,
    /// Words that say nothing: `TSC`, `SOC 2:`, `and`, `(Primary)`.
    Noise,
    Unknown(String),
}

/// Reads a text into criteria of the catalogue.
pub fn read(text: &str, catalogue: &Catalogue) -> Reading {
    let normal: String = text.nfkc().collect();
    let mut reading = Reading { ids: Vec::new(), problems: Vec::new() };
    let mut respelled = false;
    let mut last: Option<(String, u32, u32)> = None;
    let mut range_from: Option<(String, u32, u32)> = None;
    let tokens = tokens(&normal);
    for token in &tokens {
        let (prefix, series, number) = match token {
            Token::Full { prefix, series, number } => (prefix.clone(), *series, *number),
            Token::Tail { number } => match &last {
                Some((prefix, series, _)) => (prefix.clone(), *series, *number),
                None => {
                    reading.problems.push(unknown(&format!(".{number}"), catalogue));
                    continue;
                }
            },
            Token::Bare { series, number } => match &range_from {
                Some((prefix, ..)) => (prefix.clone(), *series, *number),
                None => {
                    reading.problems.push(without_category(*series, *number, catalogue));
                    continue;
                }
            },
            Token::Series { prefix, series } => {
                let name = format!("{prefix}{series}");
                let members: Vec<_> =
                    catalogue.criteria.iter().filter(|c| c.series == name).map(|c| c.id.to_string()).collect();
                reading.problems.push(if members.is_empty() {
                    unknown(&name, catalogue)
                } else {
                    Diagnostic::new(&rules::CRITERION_SPELLING, format!("`{name}` is a series, not a criterion"))
                        .help(format!("name the criteria that are meant, of: {}", members.join("; ")))
                });
                continue;
            }
            Token::Range => {
                range_from = last.clone();
                respelled = true;
                continue;
            }
            Token::Separator | Token::Noise => continue,
            Token::Unknown(word) => {
                reading.problems.push(unknown(word, catalogue));
                continue;
            }
        };
        let id = CriterionId::new(format!("{prefix}{series}.{number}"));
        if catalogue.position(&id).is_none() {
            reading.problems.push(unknown(id.as_str(), catalogue));
            range_from = None;
            continue;
        }
        if let Some(from) = range_from.take() {
            expand(&from, &id, catalogue, &mut reading);
        } else {
            reading.ids.push(id.clone());
        }
        last = Some((prefix, series, number));
    }
    if range_from.is_some() {
        reading.problems.push(unknown(text.trim(), catalogue));
    }
    let plain: Vec<&str> = text.split([';', ',', '\n']).map(str::trim).filter(|p| !p.is_empty()).collect();
    respelled |= plain.iter().any(|p| catalogue.position(&CriterionId::new(*p)).is_none());
    if respelled && reading.problems.is_empty() && !reading.ids.is_empty() {
        let read: Vec<_> = reading.ids.iter().map(ToString::to_string).collect();
        reading.problems.push(Diagnostic::new(
            &rules::CRITERION_READ_AS,
            format!("`{}` is read as {}", text.split_whitespace().collect::<Vec<_>>().join(" "), read.join("; ")),
        ));
    }
    reading
}

/// Adds the criteria from one to another in catalogue order, both in the same series.
fn expand(from: &(String, u32, u32), to: &CriterionId, catalogue: &Catalogue, reading: &mut Reading) {
    let first = CriterionId::new(format!("{}{}.{}", from.0, from.1, from.2));
    if let (Some(a), Some(b)) = (catalogue.position(&first), catalogue.position(to))
        && a < b
        && catalogue.criteria[a].series == catalogue.criteria[b].series
    {
        // The first one is in already.
        reading.ids.extend(catalogue.criteria[a + 1..=b].iter().map(|c| c.id.clone()));
    } else {
        reading.problems.push(
            Diagnostic::new(
                &rules::CRITERION_SPELLING,
                format!("the range {first} to {to} spans more than one series"),
            )
            .help("name the criteria one by one"),
        );
    }
}

fn unknown(word: &str, catalogue: &Catalogue) -> Diagnostic {
    let diagnostic = Diagnostic::new(&rules::CRITERION_SPELLING, format!("there is no criterion `{word}`"));
    if is_section(word) {
        return diagnostic.help("this looks like a section of ISO 27001: name the trust services criteria instead");
    }
    let compact: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    let same_letters = catalogue.criteria.iter().map(|c| c.id.as_str()).find(|id| id.replace('.', "") == compact);
    match same_letters.or_else(|| nearest_criterion(word, catalogue.criteria.iter().map(|c| &c.id))) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("criteria are named by their ids, such as CC6.1, A1.2, PI1.3, C1.1 or P6.7"),
    }
}

/// `A.5.9`, `C.6.3`
fn is_section(word: &str) -> bool {
    let mut parts = word.split('.');
    let numbers: Vec<&str> = match parts.next() {
        Some("A" | "C" | "a" | "c") => parts.collect(),
        _ => return false,
    };
    !numbers.is_empty() && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn without_category(series: u32, number: u32, catalogue: &Catalogue) -> Diagnostic {
    let word = format!("{series}.{number}");
    let choices: Vec<_> = PREFIXES
        .iter()
        .map(|prefix| CriterionId::new(format!("{prefix}{word}")))
        .filter(|id| catalogue.position(id).is_some())
        .map(|id| id.to_string())
        .collect();
    let diagnostic =
        Diagnostic::new(&rules::CRITERION_SPELLING, format!("`{word}` does not say which category it belongs to"));
    if choices.is_empty() {
        diagnostic.help("criteria are named by their ids, such as CC6.1")
    } else {
        diagnostic.help(format!("did you mean `{}`?", choices.join("` or `")))
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        match c {
            ' ' | '\t' => at += 1,
            ',' | ';' | '\n' | '\r' | '/' | '&' | '+' | '|' | '•' | '·' | '*' => {
                tokens.push(Token::Separator);
                at += 1;
            }
            '-' | '–' | '—' | '‐' | '‑' => {
                // A range sign stands between two ids, a bullet before one.
                let between = matches!(tokens.last(), Some(Token::Full { .. } | Token::Tail { .. }));
                tokens.push(if between { Token::Range } else { Token::Separator });
                at += 1;
            }
            '(' => {
                let end = chars[at..].iter().position(|c| *c == ')').map_or(chars.len(), |i| at + i + 1);
                tokens.push(Token::Noise);
                at = end;
            }
            ':' => {
                // What follows an id and a colon is its title, to the end of the line.
                at += 1;
                if matches!(tokens.last(), Some(Token::Full { .. })) {
                    while at < chars.len() && chars[at] != '\n' && chars[at] != ';' {
                        at += 1;
                    }
                }
            }
            '.' => {
                let (digits, next) = digits(&chars, at + 1);
                match digits {
                    Some(number) => {
                        tokens.push(Token::Tail { number });
                        at = next;
                    }
                    None => at += 1,
                }
            }
            _ if c.is_alphanumeric() => at = word(&chars, at, &mut tokens),
            _ => {
                tokens.push(Token::Unknown(c.to_string()));
                at += 1;
            }
        }
    }
    tokens
}

/// Reads a word that may be an id, and returns where it ends.
fn word(chars: &[char], start: usize, tokens: &mut Vec<Token>) -> usize {
    let mut at = start;
    while at < chars.len() && chars[at].is_alphabetic() {
        at += 1;
    }
    let letters: String = chars[start..at].iter().collect::<String>().to_uppercase();
    if letters.is_empty() {
        // A number: `6.3` or `6`.
        let (first, next) = digits(chars, start);
        if let (Some(series), Some('.')) = (first, chars.get(next))
            && let (Some(number), end) = digits(chars, next + 1)
        {
            tokens.push(Token::Bare { series, number });
            return end;
        }
        tokens.push(Token::Unknown(chars[start..next.max(start + 1)].iter().collect()));
        return next.max(start + 1);
    }
    if PREFIXES.contains(&letters.as_str()) {
        let mut number_at = at;
        while chars.get(number_at) == Some(&' ') {
            number_at += 1;
        }
        if let (Some(series), next) = digits(chars, number_at) {
            let after = chars.get(next);
            if after == Some(&'.')
                && let (Some(number), end) = digits(chars, next + 1)
                && !chars.get(end).is_some_and(|c| c.is_alphabetic())
            {
                tokens.push(Token::Full { prefix: letters, series, number });
                return end;
            }
            // `CC6,1`: a comma for the point, or two things? Not told apart, so not understood.
            let comma = after == Some(&',') && chars.get(next + 1).is_some_and(char::is_ascii_digit);
            if comma {
                let (_, end) = digits(chars, next + 1);
                tokens.push(Token::Unknown(chars[start..end].iter().collect()));
                return end;
            }
            if series > 9 {
                tokens.push(Token::Unknown(chars[start..next].iter().collect()));
            } else {
                tokens.push(Token::Series { prefix: letters, series });
            }
            return next;
        }
    }
    match letters.as_str() {
        "AND" | "TSC" | "TSP" => tokens.push(Token::Noise),
        "TO" | "THROUGH" if matches!(tokens.last(), Some(Token::Full { .. })) => tokens.push(Token::Range),
        "SOC" => {
            // `SOC 2` as a heading of the list.
            tokens.push(Token::Noise);
            let mut next = at;
            while chars.get(next) == Some(&' ') {
                next += 1;
            }
            if let (Some(2), end) = digits(chars, next) {
                return end;
            }
        }
        _ => {
            while at < chars.len() && (chars[at].is_alphanumeric() || matches!(chars[at], '.' | '-' | '_')) {
                at += 1;
            }
            tokens.push(Token::Unknown(chars[start..at].iter().collect()));
        }
    }
    at
}

/// The number at a place, leading zeros ignored, and where it ends.
fn digits(chars: &[char], start: usize) -> (Option<u32>, usize) {
    let mut at = start;
    while at < chars.len() && chars[at].is_ascii_digit() {
        at += 1;
    }
    let text: String = chars[start.min(at)..at].iter().collect();
    (text.parse().ok(), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Result<String, String> {
        let reading = read(text, &Catalogue::builtin());
        let errors: Vec<_> = reading
            .problems
            .iter()
            .filter(|p| p.rule == &rules::CRITERION_SPELLING)
            .map(|p| format!("{} {}", p.message, p.help.as_deref().unwrap_or("")))
            .collect();
        if errors.is_empty() {
            Ok(reading.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        } else {
            Err(errors.join("\n"))
        }
    }

    #[test]
    fn usual_spellings() {
        for (text, expected) in [
            ("CC6.1, CC6.2; CC7.1", "CC6.1 CC6.2 CC7.1"),
            ("CC6.1\nCC6.2\n\nCC6.3", "CC6.1 CC6.2 CC6.3"),
            ("CC 6.1", "CC6.1"),
            ("CC6.1.", "CC6.1"),
            ("CC06.01", "CC6.1"),
            ("cc6.1", "CC6.1"),
            ("CC6.1-CC6.3", "CC6.1 CC6.2 CC6.3"),
            ("CC6.1–6.3", "CC6.1 CC6.2 CC6.3"),
            ("CC6.1 to CC6.3", "CC6.1 CC6.2 CC6.3"),
            ("CC6.1 & CC6.2", "CC6.1 CC6.2"),
            ("CC6.1/CC6.2", "CC6.1 CC6.2"),
            ("CC6.1 and CC6.2", "CC6.1 CC6.2"),
            ("TSC CC6.1", "CC6.1"),
            ("SOC 2: CC6.1", "CC6.1"),
            ("CC6.1, .2, .3", "CC6.1 CC6.2 CC6.3"),
            ("CC6.1 (Primary), CC6.2 (Secondary)", "CC6.1 CC6.2"),
            ("ＣＣ６．１", "CC6.1"),
            ("CC6.1 CC6.2", "CC6.1 CC6.2"),
            ("• CC6.1\n• CC6.2", "CC6.1 CC6.2"),
            ("- CC6.1\n- CC6.2", "CC6.1 CC6.2"),
            ("CC6.1: Logical access", "CC6.1"),
            ("CC6.1, ", "CC6.1"),
            ("A1.2, PI1.3, P6.7, C1.1", "A1.2 PI1.3 P6.7 C1.1"),
        ] {
            assert_eq!(ids(text).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn what_has_no_single_meaning_is_an_error_with_a_proposal() {
        for (text, hint) in [
            ("CC6", "CC6.1; CC6.2"),
            ("6.1", "did you mean `CC6.1`"),
            ("CC6,1", "did you mean `CC6.1`"),
            ("CC61", "did you mean `CC6.1`"),
            ("P1.1-P8.1", "more than one series"),
            ("CC6.11", "no criterion `CC6.11`"),
            ("and nothing else", "no criterion"),
            ("CC6.1-", "no criterion"),
            ("A.5.9", "section of ISO 27001"),
        ] {
            let error = ids(text).expect_err(text);
            assert!(error.contains(hint), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_respelling_is_noted_and_the_catalogues_own_is_not() {
        assert!(read("CC6.1; CC6.2", &Catalogue::builtin()).problems.is_empty());
        let noted = read("cc 6.1", &Catalogue::builtin()).problems;
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].message, "`cc 6.1` is read as CC6.1");
    }
}
