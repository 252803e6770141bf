//! All rules of all rooms, in the order of the stages.

use std::fmt::Write as _;

use crate::diagnostics::{Rule, Severity};
use crate::{compose, load, package, review, typeset};

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [load::rules::ALL, review::rules::ALL, package::rules::ALL, compose::rules::ALL, typeset::rules::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// The reference of the rules as Markdown.
pub fn markdown() -> String {
    let mut text = String::from("| rule | weight | title |\n|---|---|---|\n");
    for rule in all() {
        let weight = match (rule.severity, rule.blocking) {
            (Severity::Error, true) => "error, nothing is built",
            (Severity::Error, false) => "error",
            (severity, _) => severity.name(),
        };
        let _ = writeln!(text, "| [{0}](#{1}) | {weight} | {2} |", rule.id, rule.id.to_lowercase(), rule.title);
    }
    for rule in all() {
        let _ = write!(text, "\n### {}\n\n**{}.** {}\n", rule.id, rule.title, rule.explanation);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn ids_are_unique_and_every_rule_is_explained() {
        let mut seen = HashSet::new();
        for rule in super::all() {
            assert!(seen.insert(rule.id), "{} is used twice", rule.id);
            assert!(rule.explanation.ends_with('.'), "{}: {}", rule.id, rule.explanation);
            assert!(!rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
        }
    }
}
