//! What a cell with the result of a test says: the verdict, and the auditor's facts behind it. Words that are not
//! understood never count as clean.

use std::sync::LazyLock;

use regex::Regex;

use super::choices::Choosable;
use super::rules;
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::TestResult;

/// Words that may follow a verdict without changing it: `in the tests performed`.
const TAIL: &str = r"(?: (?:during|in|within|as|a|result|of|from|by|upon|through|for|the|our|this|these|all|any|and|audit|service|auditors?|tests?|testing|procedures?|inspections?|samples?|selected|selections?|items?|tested|period|review|performed|performing|control|controls|applied))*";

static PATTERNS: LazyLock<Vec<(Regex, TestResult)>> = LazyLock::new(|| {
    let noted = r"(?: (?:was|were|is|are|has been|have been))?(?: (?:noted|identified|found|observed|detected|reported|disclosed))?";
    let patterns = [
        (
            format!(r"(?:there were |we noted |we found )?no (?:relevant )?(?:exceptions?|deviations?|discrepanc(?:y|ies)|issues?|findings?){noted}{TAIL}"),
            TestResult::NoDeviation,
        ),
        (r"none(?: noted| identified)?|nil|(?:tested |operated )?without (?:any )?(?:exceptions?|deviations?)|(?:the )?control (?:operated|is operating|was operating) effectively".to_owned(), TestResult::NoDeviation),
        (
            format!(r"(?:an? |one |two |three |four |five |six |seven |eight |nine |ten |several |multiple |\d{{1,4}} )?(?:relevant )?(?:exceptions?|deviations?){noted}{TAIL}"),
            TestResult::Deviation,
        ),
        (
            r"(?:there were )?no (?:such )?(?:occurrences?|instances?|activit(?:y|ies)|events?)(?: (?:occurred|noted|identified|of|in|during|within|the|this|audit|review|examination|period|to|test|for|testing|control|took|place|required))*".to_owned(),
            TestResult::DidNotOperate,
        ),
        (
            r"(?:the )?control did not operate(?: (?:in|during|within) the (?:audit |review |examination )?period)?".to_owned(),
            TestResult::DidNotOperate,
        ),
        (
            r"(?:the control (?:is|was) )?suitably designed(?: and implemented)?(?: as of .{1,40})?|design only|(?:the )?operating effectiveness (?:was |is )?not tested".to_owned(),
            TestResult::DesignOnly,
        ),
        (r"(?:not|to be) tested(?: yet)?|testing (?:not performed|in progress|pending)".to_owned(), TestResult::NotYetTested),
    ];
    let whole = |(pattern, result): (String, TestResult)| Some((Regex::new(&format!("^(?:{pattern})$")).ok()?, result));
    patterns.into_iter().filter_map(whole).collect()
});

/// Where a verdict may end.
const ENDS: [&str; 10] = [".", ":", ";", "\n", " - ", " – ", " — ", ",", " (", "!"];

pub struct Verdict {
    pub result: TestResult,
    /// The words that were understood.
    pub words: String,
    /// What follows them.
    pub rest: String,
}

/// The verdict that a text begins with.
pub fn read(text: &str) -> Option<Verdict> {
    let text = text.replace("**", "").replace("__", "");
    let text = text.trim();
    let whole = one(text).map(|result| (result, text.len(), text.len()));
    let mut cuts: Vec<(usize, usize)> =
        ENDS.iter().flat_map(|end| text.match_indices(end).map(|(at, found)| (at, at + found.len()))).collect();
    cuts.sort_unstable();
    // Whole sentences first; `1.204` holds no end of a sentence, but what stands before it is no verdict either.
    let (result, end, next) =
        whole.or_else(|| cuts.into_iter().find_map(|(end, next)| Some((one(&text[..end])?, end, next))))?;
    let words = text[..end].trim().to_owned();
    let behind = text[next.min(text.len())..].trim_start_matches(|c: char| c.is_whitespace() || ".:;-–—*)".contains(c));
    let rest = behind.trim_end().to_owned();
    match (result, one(&rest)) {
        // `Not tested: the control did not operate.`
        (TestResult::NotYetTested, Some(other)) if other != TestResult::NoDeviation => {
            Some(Verdict { result: other, words: rest, rest: String::new() })
        }
        (result, Some(same)) if same == result => Some(Verdict { result, words, rest: String::new() }),
        _ => Some(Verdict { result, words, rest }),
    }
}

/// What a sentence says as a whole.
fn one(sentence: &str) -> Option<TestResult> {
    let flat = sentence.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let flat = flat.trim_end_matches(['.', '!', ':', ';']).trim_end();
    if flat.len() > 200 {
        return None;
    }
    TestResult::read(flat).or_else(|| PATTERNS.iter().find(|(p, _)| p.is_match(flat)).map(|(_, result)| *result))
}

/// Whether the auditor's facts tell of deviations.
pub fn speaks_of_deviations(text: &str) -> bool {
    let lower = text.to_lowercase();
    let says = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w.starts_with(word));
    let denied = ["no exception", "no deviation", "no other exception", "no further exception"]
        .iter()
        .any(|d| lower.contains(d));
    // `However, one ticket lacked approval.`
    let turns = ["however", "although", "nevertheless"].iter().any(|word| says(word))
        || ["but ", "though ", "yet "].iter().any(|word| lower.trim_start().starts_with(word));
    let words = ["exception", "deviation", "except", "failed", "failure", "missing", "late", "lacked", "lacking"];
    turns || !denied && words.iter().any(|word| says(word))
}

/// Counts that only a text tells are offered; which of them is the test's, a person must say.
pub fn offer(text: &str, at: &Origin) -> Option<Diagnostic> {
    let told: Vec<String> = counts(text).iter().map(|(part, whole)| format!("{part} of {whole}")).collect();
    (!told.is_empty()).then(|| {
        Diagnostic::new(
            &rules::COUNTS_IN_TEXT,
            format!("the result tells of {}, and no count is given", told.join(" and ")),
        )
        .at(at)
        .help("put the counts into `deviations` and `sample`; several in further rows with a `population_name` each")
    })
}

/// Numbers of items that a text tells: `2 of 25`.
fn counts(text: &str) -> Vec<(u64, u64)> {
    static COUNTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b(\d{1,7}) (?:out )?of (?:the |a sample of )?(\d{1,7})\b").ok());
    let Some(pattern) = COUNTS.as_ref() else { return Vec::new() };
    let number = |text: Option<regex::Match>| text?.as_str().parse().ok();
    pattern.captures_iter(text).filter_map(|c| Some((number(c.get(1))?, number(c.get(2))?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<(TestResult, String)> {
        read(text).map(|verdict| (verdict.result, verdict.rest))
    }

    #[test]
    fn verdicts_in_words() {
        for (text, result) in [
            ("No exceptions noted.", TestResult::NoDeviation),
            ("No exceptions were identified during testing.", TestResult::NoDeviation),
            ("No relevant exceptions noted as a result of the tests performed", TestResult::NoDeviation),
            ("Tested without exception", TestResult::NoDeviation),
            ("None noted.", TestResult::NoDeviation),
            ("**Exception noted.**", TestResult::Deviation),
            ("Two exceptions were noted.", TestResult::Deviation),
            ("1 deviation identified", TestResult::Deviation),
            ("The control did not operate during the period.", TestResult::DidNotOperate),
            ("No instances occurred during the review period", TestResult::DidNotOperate),
            ("Not tested: the control did not operate in the period.", TestResult::DidNotOperate),
            (
                "Suitably designed as of 31 December 2025. Operating effectiveness was not tested.",
                TestResult::DesignOnly,
            ),
            ("N/A", TestResult::NotApplicable),
            ("Not tested", TestResult::NotYetTested),
            ("Carved out", TestResult::CarvedOut),
        ] {
            assert_eq!(said(text), Some((result, String::new())), "{text}");
        }
    }

    #[test]
    fn facts_follow_a_verdict() {
        let rest = |text: &str| said(text).map(|(_, rest)| rest);
        assert_eq!(rest("Exception noted.\n\nDetail: 2 of 25 late.").as_deref(), Some("Detail: 2 of 25 late."));
        assert_eq!(rest("**Exception noted.** For 2 of 25, late.").as_deref(), Some("For 2 of 25, late."));
        assert_eq!(rest("No exceptions noted, except for 2.").as_deref(), Some("except for 2."));
        assert!(speaks_of_deviations("except for 2."));
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for text in [
            "",
            "Looks fine",
            "No material exceptions noted",
            "No other exceptions noted",
            "ok",
            "Yes",
            "0",
            "Mostly without exception",
            "No exceptions noted in 23 of 25 samples",
        ] {
            assert!(said(text).is_none(), "{text}");
        }
    }

    #[test]
    fn counts_in_texts() {
        assert_eq!(
            counts("2 of 25 had none and 4 out of 25 were late, 1 of a sample of 9"),
            [(2, 25), (4, 25), (1, 9)]
        );
        assert_eq!(counts("Version 2 of the plan"), []);
    }
}
