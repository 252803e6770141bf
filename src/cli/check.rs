//! `socpress check`

use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::args::{CheckArgs, CheckFormat, Deny};
use super::output::Terminal;
use crate::diagnostics::{FindingView, Severity, Tally, annotations, sarif};
use crate::model::{LimbProposal, Rollup, Totals, propose};
use crate::pipeline::{self, WaivedView};
use crate::review::Waived;
use crate::rules;

#[derive(Serialize)]
struct CheckView<'a> {
    format: u32,
    generator: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a Totals>,
    /// What conclusions and results imply for the limbs of the opinion. The partner states the opinion.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<Vec<LimbProposal>>,
    tally: Tally,
    findings: Vec<FindingView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waived: Vec<WaivedView<'a>>,
}

pub fn run(args: &CheckArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let checked = pipeline::check_against(&args.folder, firm, &args.compare_with);
    let findings = &checked.findings;
    // Only where an auditor is there to state an opinion.
    let examined = checked.engagement.as_ref().filter(|e| e.service_auditor.is_some() && e.is_complete);
    let proposal = examined.zip(checked.rollup.as_ref()).map(|(e, rollup)| propose(e, rollup));
    let least = match args.deny {
        None => Severity::Error,
        Some(Deny::Warnings) => Severity::Warning,
        Some(Deny::Notes) => Severity::Note,
    };
    match args.format {
        CheckFormat::Human => {
            terminal.findings_from(findings, least);
            for waived in &checked.waiving.waived {
                let Waived { finding, reason, by, .. } = waived;
                terminal.say(&format!("waived by {by}: {}: {} ({reason})", finding.rule.id, finding.message));
            }
            if let Some(proposal) = &proposal {
                terminal.say(&proposed(proposal));
            }
            if let Some(totals) = checked.rollup.as_ref().map(|r| r.totals) {
                terminal.say(&summary(&totals));
            }
            terminal.tally(findings);
        }
        CheckFormat::Sarif | CheckFormat::Github => {
            let written = if args.format == CheckFormat::Sarif {
                {
                    let waived: Vec<_> =
                        checked.waiving.waived.iter().map(|waived| (&waived.finding, waived.reason.as_str())).collect();
                    terminal.json(&sarif(findings, &waived, rules::all(), env!("CARGO_PKG_VERSION")))
                }
            } else {
                terminal.data(annotations(findings).as_bytes())
            };
            if written != Exit::Fine {
                return written;
            }
        }
        CheckFormat::Json => {
            let view = CheckView {
                format: 1,
                generator: pipeline::GENERATOR,
                counts: checked.rollup.as_ref().map(|r: &Rollup| &r.totals),
                proposal,
                tally: Tally::from(findings),
                findings: findings.iter().map(FindingView::from).collect(),
                waived: WaivedView::list(&checked.waiving.waived),
            };
            let written = terminal.json(&view);
            if written != Exit::Fine {
                return written;
            }
        }
    }
    exit(checked.unreadable, findings.iter().any(|finding| finding.severity >= least))
}

/// The proposal in one line, with its reasons.
fn proposed(limbs: &[LimbProposal]) -> String {
    let limbs = limbs.iter().map(|limb| {
        let name = format!("{} {}", limb.limb.key(), limb.form.key());
        if limb.because.is_empty() { name } else { format!("{name} ({})", limb.because.join("; ")) }
    });
    format!("the data suggests this opinion, which the partner states: {}", limbs.collect::<Vec<_>>().join(", "))
}

/// What was read, in one line.
pub fn summary(t: &Totals) -> String {
    let mut text = format!("{} criteria, {} controls", t.criteria, t.controls);
    if t.tests > 0 {
        text.push_str(&format!(", {} tests ({} without and {} with deviations)", t.tests, t.no_deviation, t.deviation));
        text.push_str(&format!(", {} exceptions", t.exceptions));
    }
    text.push_str(&format!(", {} exhibits", t.evidence));
    text
}

pub fn exit(unreadable: bool, errors: bool) -> Exit {
    match (unreadable, errors) {
        (true, _) => Exit::Io,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Fine,
    }
}
