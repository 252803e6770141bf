//! Family G: what must not stand in a text, wherever it stands.

mod patterns;
mod placeholders;

pub(super) use patterns::{has_digits, numbered};
pub(super) use placeholders::is_placeholder;

use std::collections::HashSet;
use std::ops::Range;

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Rule};
use crate::model::Engagement;

/// Something found in a text.
struct Hit {
    rule: &'static Rule,
    range: Range<usize>,
    message: String,
    help: String,
}

pub fn check(r: &mut Review) {
    let e = r.engagement;
    let looked_for = LookedFor::of(e);
    for passage in r.passages {
        for hit in hits(&passage.text, &looked_for) {
            let at = passage.at(&hit.range);
            r.findings.push(Diagnostic::new(hit.rule, hit.message).at(&at).help(hit.help));
        }
    }
}

/// Whether a text says a phrase, as whole words.
pub(super) fn says(text: &str, wanted: &str) -> bool {
    !patterns::phrase(text, wanted).is_empty()
}

/// Where a text first says a phrase, as whole words.
pub(super) fn first(text: &str, wanted: &str) -> Option<Range<usize>> {
    patterns::phrase(text, wanted).into_iter().next()
}

/// Beginnings of control ids that end in a number: `ACC-`.
pub(super) fn control_prefixes(e: &Engagement) -> Vec<&str> {
    let mut prefixes: Vec<&str> = e
        .controls
        .iter()
        .filter_map(|control| {
            let id = control.id.as_str();
            let prefix = id.trim_end_matches(|c: char| c.is_ascii_digit());
            let good = prefix.len() < id.len() && prefix.len() > 2 && prefix.ends_with('-');
            good.then_some(prefix)
        })
        .collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// What depends on the engagement.
struct LookedFor<'a> {
    /// Terms of earlier years, then the names of other clients of the firm.
    phrases: patterns::Phrases,
    /// The report has a Section V.
    has_section_v: bool,
    control_ids: HashSet<&'a str>,
    control_prefixes: Vec<&'a str>,
}

impl<'a> LookedFor<'a> {
    fn of(e: &'a Engagement) -> Self {
        let own = e.service_organization.name.to_lowercase();
        let clients = e.firm.iter().flat_map(|firm| &firm.clients).map(|name| name.as_str());
        let control_ids: HashSet<&str> = e.controls.iter().map(|c| c.id.as_str()).collect();
        Self {
            phrases: patterns::Phrases::new(
                patterns::OBSOLETE
                    .iter()
                    .map(|(term, _)| *term)
                    .chain(clients.filter(|name| !name.trim().is_empty() && !own.contains(&name.to_lowercase()))),
            ),
            has_section_v: e.has_other_information(),
            control_ids,
            control_prefixes: control_prefixes(e),
        }
    }
}

fn hits(text: &str, looked_for: &LookedFor) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (from, to, what) in placeholders::placeholders(text) {
        hits.push(Hit {
            rule: &rules::TXT_01,
            range: from..to,
            message: format!("a placeholder was left in the text: `{what}`"),
            help: "write what belongs there, or remove it".into(),
        });
    }
    for (nth, range) in looked_for.phrases.find(text) {
        let what = &text[range.clone()];
        hits.push(match patterns::OBSOLETE.get(nth) {
            Some((_, now)) => Hit {
                rule: &rules::SCP_08,
                message: format!("`{what}` is out of date or of another kind of report"),
                range,
                help: (*now).to_owned(),
            },
            None => Hit {
                rule: &rules::TXT_02,
                message: format!("the name of another client stands in the text: `{what}`"),
                range,
                help: "it was copied from another report: write this client\u{2019}s own text".into(),
            },
        });
    }
    for (range, number) in patterns::sections(text) {
        let there = matches!(number, "I" | "II" | "III" | "IV") || (number == "V" && looked_for.has_section_v);
        if !there {
            hits.push(Hit {
                rule: &rules::TXT_07,
                message: format!("the report has no Section {number}"),
                range,
                help: "refer to a section that is there".into(),
            });
        }
    }
    for (range, what) in patterns::personal_data(text) {
        hits.push(Hit {
            rule: &rules::TXT_08,
            message: format!("{what} stands in the text: `{}`", &text[range.clone()]),
            range,
            help: "a report is distributed: name a role or a kind of thing instead".into(),
        });
    }
    let like_others = patterns::numbered(text, &looked_for.control_prefixes).into_iter();
    for (range, id) in like_others.chain(patterns::called_controls(text, &looked_for.control_prefixes)) {
        if !looked_for.control_ids.contains(id) {
            hits.push(Hit {
                rule: &rules::CRT_12,
                message: format!("the text names control {id}, which the matrix does not have"),
                range,
                help: "correct the id, or add the control".into(),
            });
        }
    }
    hits
}
