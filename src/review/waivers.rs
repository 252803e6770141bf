//! Findings that somebody has looked at and let stand, with a reason. What is waived is kept and told, never lost.

use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin, Severity};
use crate::model::{Date, Engagement, SignOffRole, Waiver};

/// A finding that was waived, and why.
pub struct Waived {
    pub finding: Diagnostic,
    pub reason: String,
    pub by: String,
    pub on: Option<Date>,
}

/// The waivers of an engagement at work. Findings come in stages; a waiver may match in any of them.
#[derive(Default)]
pub struct Waiving {
    /// By position: usable, has matched, has been refused.
    states: Vec<State>,
    pub waived: Vec<Waived>,
}

#[derive(Clone, Copy)]
struct State {
    usable: bool,
    matched: bool,
    refused: bool,
}

impl Waiving {
    /// Reports waivers without a reason, and those that have run out.
    pub fn begin(engagement: &Engagement, findings: &mut Findings) -> Self {
        let states = engagement.waivers.iter().map(|waiver| {
            let problems = faults(engagement, waiver);
            let usable = problems.iter().all(|p| p.severity != Severity::Error);
            findings.extend(problems);
            State { usable, matched: false, refused: false }
        });
        Self { states: states.collect(), waived: Vec::new() }
    }

    /// Takes the waived findings out. A waiver that may not be given is a finding itself.
    pub fn apply(&mut self, engagement: &Engagement, findings: &mut Findings) {
        for (waiver, state) in engagement.waivers.iter().zip(&mut self.states) {
            let mut refused = None;
            let taken = findings.take(|finding| {
                if !matches(waiver, finding) {
                    return false;
                }
                state.matched = true;
                if finding.severity == Severity::Error && (finding.blocks() || !by_partner(engagement, waiver)) {
                    refused = Some(finding.blocks());
                    return false;
                }
                state.usable
            });
            for finding in taken {
                self.waived.push(Waived {
                    finding,
                    reason: waiver.reason.as_ref().map(|r| r.value.clone()).unwrap_or_default(),
                    by: waiver.by.as_ref().map(|b| b.value.clone()).unwrap_or_default(),
                    on: waiver.date.as_ref().map(|d| d.value),
                });
            }
            if let Some(blocking) = refused.filter(|_| !state.refused) {
                state.refused = true;
                let (why, help) = if blocking {
                    ("nothing can be built while it stands", "mend the error")
                } else {
                    (
                        "only the engagement partner may waive it, with a date",
                        "mend the error, or give `by` as in the engagement partner's sign-off, and `date`",
                    )
                };
                findings.push(
                    Diagnostic::new(&rules::WAI_03, format!("the error {} cannot be waived so: {why}", waiver.rule))
                        .at(&waiver.rule.origin)
                        .help(help),
                );
            }
        }
    }

    /// Once all findings are there: reports waivers that matched none.
    pub fn finish(&mut self, engagement: &Engagement, is_rule: impl Fn(&str) -> bool, findings: &mut Findings) {
        for (waiver, _) in engagement.waivers.iter().zip(&self.states).filter(|(_, state)| !state.matched) {
            let (message, help) = if is_rule(&waiver.rule) {
                (format!("the waiver of {} matches no finding", waiver.rule), "remove it: what it was for is gone")
            } else {
                (
                    format!("there is no rule `{}` to waive", waiver.rule),
                    "correct the id; docs/rules.md lists all rules",
                )
            };
            findings.push(Diagnostic::new(&rules::WAI_02, message).at(&waiver.rule.origin).help(help));
        }
    }
}

fn faults(e: &Engagement, waiver: &Waiver) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if waiver.reason.is_none() || waiver.by.is_none() {
        problems.push(
            Diagnostic::new(&rules::WAI_01, format!("the waiver of {} does not say why, or by whom", waiver.rule))
                .at(&waiver.origin)
                .help("add `reason` and `by`"),
        );
    }
    // Against the report's date, not today's: the same folder always gives the same result.
    let report = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    let day = report.unwrap_or(e.window.end());
    if let (Some(date), Some(report)) = (&waiver.date, report)
        && date.value > report.value
    {
        problems.push(
            Diagnostic::new(&rules::WAI_01, format!("the waiver of {} is dated {date}, after the report", waiver.rule))
                .severity(Severity::Warning)
                .at(&date.origin)
                .related("the date of the report", &report.origin)
                .help("correct one of the two dates"),
        );
    }
    if let Some(until) = waiver.until.as_ref().filter(|until| until.value < day.value) {
        problems.push(
            Diagnostic::new(&rules::WAI_01, format!("the waiver of {} ran out on {until}", waiver.rule))
                .at(&until.origin)
                .related("the date of the report", &day.origin)
                .help("look at the finding again, then renew the waiver or remove it"),
        );
    }
    problems
}

fn matches(waiver: &Waiver, finding: &Diagnostic) -> bool {
    let named = |origin: &Origin| {
        let place = origin.to_string();
        waiver.place.as_ref().is_none_or(|w| place.contains(w.as_str()) || finding.message.contains(w.as_str()))
    };
    finding.rule.id == waiver.rule.as_str()
        && match &finding.origin {
            Some(origin) => named(origin),
            None => waiver.place.as_ref().is_none_or(|w| finding.message.contains(w.as_str())),
        }
}

/// Whether the engagement partner gave the waiver, with its date.
fn by_partner(e: &Engagement, waiver: &Waiver) -> bool {
    let partners = e.signoffs.iter().filter(|s| s.role.value == SignOffRole::EngagementPartner);
    let by = waiver.by.as_ref().map(|by| by.value.as_str());
    waiver.date.is_some() && partners.filter_map(|s| s.name.as_ref()).any(|name| Some(name.as_str()) == by)
}
