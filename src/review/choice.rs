//! Which rules are applied: some are off unless asked for, and a firm may do without notes and warnings.

use std::collections::HashSet;

use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Located, Rule, Severity};
use crate::model::Engagement;

/// Reports a choice that is wrong. `all` are all rules that there are.
pub fn check(engagement: &Engagement, all: impl Iterator<Item = &'static Rule>, findings: &mut Findings) {
    let all: Vec<&Rule> = all.collect();
    let firm = engagement.firm.iter();
    let named = |id: &Located<String>| all.iter().find(|rule| rule.id.eq_ignore_ascii_case(id.trim()));
    let report = |findings: &mut Findings, id: &Located<String>, message: String, help: &str| {
        findings.push(Diagnostic::new(&rules::RVW_01, message).at(&id.origin).help(help));
    };
    let on = engagement.rules_on.iter().chain(firm.clone().flat_map(|f| &f.rules_on));
    let off = firm.flat_map(|f| &f.rules_off);
    for id in on.chain(off.clone()).chain(&engagement.rules_off) {
        if named(id).is_none() {
            report(findings, id, format!("there is no rule `{id}`"), "docs/rules.md lists all rules");
        }
    }
    for id in off {
        if named(id).is_some_and(|rule| rule.severity == Severity::Error) {
            let message = format!("{id} gives errors, which are never switched off");
            report(findings, id, message, "let the engagement partner waive the error where it may stand");
        }
    }
    for id in &engagement.rules_off {
        report(
            findings,
            id,
            format!("an engagement cannot switch off {id}"),
            "name it in firm.toml, or waive the findings in [[waivers]]",
        );
    }
}

/// Takes out the findings of rules that are not applied.
pub fn apply(engagement: &Engagement, findings: &mut Findings) {
    let ids = |list: &[Located<String>]| list.iter().map(|id| id.trim().to_uppercase()).collect::<Vec<_>>();
    let mut on: HashSet<String> = ids(&engagement.rules_on).into_iter().collect();
    let mut off: HashSet<String> = HashSet::new();
    if let Some(firm) = &engagement.firm {
        on.extend(ids(&firm.rules_on));
        off.extend(ids(&firm.rules_off));
    }
    findings.take(|finding| {
        let id = finding.rule.id;
        let wanted = (finding.rule.by_default || on.contains(id)) && !off.contains(id);
        !wanted && finding.severity != Severity::Error && finding.rule.severity != Severity::Error
    });
}
