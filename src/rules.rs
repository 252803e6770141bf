//! All rules of all rooms, in the order of the stages.

use std::fmt::Write as _;

use crate::diagnostics::{Rule, Severity};
use crate::{bulk, compose, load, package, pipeline, review, typeset};

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let before = std::iter::once(load::rules::ALL);
    let after = [package::rules::ALL, compose::rules::ALL, typeset::rules::ALL, bulk::rules::ALL, pipeline::rules::ALL];
    before.chain(review::rules::ALL.iter().copied()).chain(after).flatten().copied()
}

/// How much a rule weighs, and whether it is applied unasked.
pub fn weight(rule: &Rule) -> String {
    let weight = match (rule.severity, rule.blocking) {
        (Severity::Error, true) => "error, nothing is built",
        (severity, _) => severity.name(),
    };
    if rule.by_default { weight.to_owned() } else { format!("{weight}, off by default") }
}

/// The reference of the rules as Markdown.
pub fn markdown() -> String {
    let mut text = String::from("| rule | weight | title |\n|---|---|---|\n");
    for rule in all() {
        let _ =
            writeln!(text, "| [{0}](#{1}) | {2} | {3} |", rule.id, rule.id.to_lowercase(), weight(rule), rule.title);
    }
    for rule in all() {
        let _ = write!(text, "\n### {}\n\n**{}.** {}\n", rule.id, rule.title, rule.explanation);
        let _ = write!(text, "\n- Wrong: {}\n- Right: {}\n", rule.wrong, rule.right);
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
            assert!(!rule.wrong.is_empty() && !rule.right.is_empty() && rule.wrong != rule.right, "{}", rule.id);
        }
    }
}
