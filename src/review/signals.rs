//! The eleven signals by which readers score SOC 2 reports (public reliability rubric; in our own words): what in this
//! report answers each, and what speaks against it.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use crate::diagnostics::{Diagnostic, Findings, Severity};
use crate::model::{Engagement, Rollup, SignOffRole, TestMethod};

/// What a reader judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pillar {
    Structure,
    Substance,
    Source,
}

/// How a signal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Facts answer it, and nothing speaks against it.
    Answered,
    /// Warnings or notes speak against it.
    Look,
    /// Errors speak against it.
    Open,
    /// Nothing is recorded that a reader could go by.
    Unknown,
    /// It does not apply to this report.
    Absent,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Standing::Answered => "answered",
            Standing::Look => "look",
            Standing::Open => "open",
            Standing::Unknown => "unknown",
            Standing::Absent => "does not apply",
        }
    }
}

/// One signal.
#[derive(Debug, Serialize)]
pub struct Signal {
    /// `S1` to `S11`, as the rubric counts.
    pub id: &'static str,
    pub pillar: Pillar,
    pub title: &'static str,
    pub standing: Standing,
    /// What in the report, or in the firm's file, answers it.
    pub facts: Vec<String>,
    /// Findings that speak against it, by rule.
    pub findings: BTreeMap<&'static str, usize>,
}

/// All signals in their order. `findings` are all findings of the engagement.
pub fn of(e: &Engagement, rollup: &Rollup, findings: &Findings) -> Vec<Signal> {
    let signal = |id, pillar, title, facts: Vec<String>, rules: &[&str]| {
        let against: Vec<&Diagnostic> = findings
            .iter()
            .filter(|f| {
                rules.iter().any(|r| f.rule.id == *r || r.strip_suffix('*').is_some_and(|p| f.rule.id.starts_with(p)))
            })
            .collect();
        let mut by_rule: BTreeMap<&'static str, usize> = BTreeMap::new();
        for finding in &against {
            *by_rule.entry(finding.rule.id).or_default() += 1;
        }
        let standing = match against.iter().map(|f| f.severity).max() {
            Some(Severity::Error) => Standing::Open,
            Some(_) => Standing::Look,
            None if facts.is_empty() => Standing::Unknown,
            None => Standing::Answered,
        };
        Signal { id, pillar, title, standing, facts, findings: by_rule }
    };
    use Pillar::{Source, Structure, Substance};
    let mut testing = signal(
        "S7",
        Substance,
        "Tests say what was done, to how many items, with what result",
        tests(e),
        &["TST-*", "EVD-04", "EVD-06", "DEV-01", "DEV-08"],
    );
    if !e.is_type_2() {
        testing.standing = Standing::Absent;
        testing.facts = vec!["a Type I has no tests of controls".into()];
    }
    vec![
        signal(
            "S1",
            Structure,
            "The auditor's report has the sections it needs",
            letter(e),
            &["OPN-01", "OPN-04", "OPN-08", "OPN-09", "OPN-10", "OPN-11", "OPN-12", "OPN-19", "OPN-20", "WRD-01"],
        ),
        signal(
            "S2",
            Structure,
            "Management's assertion is complete",
            assertion(e),
            &["OPN-07", "OPN-14", "OPN-15", "SUB-02"],
        ),
        signal(
            "S3",
            Structure,
            "All sections say the same",
            consistency(e),
            &[
                "TXT-01", "TXT-02", "TXT-03", "TXT-04", "TXT-06", "TXT-07", "SUB-03", "SUB-04", "TST-19", "CRT-09",
                "CRT-12",
            ],
        ),
        signal(
            "S4",
            Substance,
            "The description is about this system",
            description(e),
            &["DSC-01", "DSC-02", "DSC-06", "DSC-07", "DSC-08", "TXT-09"],
        ),
        signal(
            "S5",
            Substance,
            "Controls and criteria fit together",
            mapping(e, rollup),
            &["CRT-01", "CRT-02", "CRT-03", "CRT-05", "CRT-06", "CRT-07"],
        ),
        signal(
            "S6",
            Substance,
            "Controls are neither vague nor contradictory",
            controls(e),
            &["CRT-08", "CRT-10", "CRT-14", "CRT-15", "TST-21"],
        ),
        testing,
        signal("S8", Source, "The firm is registered, and its practice peer reviewed", standing(e), &["OPN-18"]),
        signal("S9", Source, "The firm has the people for its reports", capacity(e), &[]),
        signal("S10", Source, "Whoever signs has the experience", signers(e), &["OPN-21", "OPN-17"]),
        signal(
            "S11",
            Source,
            "What compliance platforms and other services had to do with it",
            services(e),
            &["OPN-22", "EVD-08"],
        ),
    ]
}

fn letter(e: &Engagement) -> Vec<String> {
    let (Some(auditor), Some(opinion)) = (&e.service_auditor, &e.opinion) else { return Vec::new() };
    let limbs: Vec<&str> = e.limbs().into_iter().map(|l| l.noun()).collect();
    let mut facts = vec![format!("{}: {} on {}", auditor.name, opinion.form.value.noun(), limbs.join(", "))];
    if let Some(date) = &auditor.report_date {
        facts.push(format!("dated {date}"));
    }
    if e.wording.is_empty() {
        facts.push("all paragraphs are the program's, chosen by the data".into());
    } else {
        facts.push(format!("{} paragraphs are the firm's own", e.wording.len()));
    }
    facts
}

fn assertion(e: &Engagement) -> Vec<String> {
    let Some(assertion) = &e.assertion else { return Vec::new() };
    let name = assertion.signatory_name.as_ref().map(|n| n.value.as_str());
    let title = assertion.signatory_title.as_ref().map(|n| n.value.as_str());
    let mut facts = Vec::new();
    if let (Some(name), Some(title)) = (name, title) {
        facts.push(format!("signed by {name}, {title}"));
    }
    if let Some(date) = &assertion.date {
        facts.push(format!("dated {date}"));
    }
    facts
}

fn consistency(e: &Engagement) -> Vec<String> {
    let names = e.subservice_organizations.len();
    let mut facts = vec!["sections are composed from one set of data".to_owned()];
    if names > 0 {
        facts.push(format!("{names} subservice organizations, each named once"));
    }
    facts
}

fn description(e: &Engagement) -> Vec<String> {
    let words: usize = e.description.iter().map(|t| t.body().split_whitespace().count()).sum();
    if words == 0 {
        return Vec::new();
    }
    let mut facts = vec![format!("{words} words in {} topics", e.description.len())];
    let providers: Vec<&str> = e
        .subservice_organizations
        .iter()
        .map(|o| o.name.as_str())
        .chain(e.vendors.iter().map(|v| v.as_str()))
        .collect();
    if !providers.is_empty() {
        facts.push(format!("providers named: {}", super::listed(providers.into_iter())));
    }
    if !e.incidents.is_empty() {
        facts.push(format!("{} incidents told", e.incidents.len()));
    }
    facts
}

fn mapping(e: &Engagement, rollup: &Rollup) -> Vec<String> {
    let outcomes: Vec<_> = e.criteria_in_scope().filter_map(|c| rollup.criterion(e, &c.id)).collect();
    let served = outcomes.iter().filter(|o| !o.controls.is_empty()).count();
    let links: usize = outcomes.iter().map(|o| o.controls.len()).sum();
    if served == 0 {
        return Vec::new();
    }
    let alone = outcomes.iter().filter(|o| o.controls.len() == 1).count();
    vec![
        format!("{served} of {} criteria are served by {} controls", outcomes.len(), e.controls.len()),
        format!("{:.1} controls for each on average, {alone} criteria with one", links as f64 / served as f64),
    ]
}

fn controls(e: &Engagement) -> Vec<String> {
    let all = e.controls.len();
    if all == 0 {
        return Vec::new();
    }
    let owners = e.controls.iter().filter(|c| c.owner.is_some()).count();
    let frequencies = e.controls.iter().filter(|c| c.frequency.is_some()).count();
    let words: usize = e.controls.iter().map(|c| c.description.text.split_whitespace().count()).sum();
    vec![
        format!("{owners} of {all} controls name the role that owns them, {frequencies} how often they operate"),
        format!("{} words for each on average", words / all),
    ]
}

fn tests(e: &Engagement) -> Vec<String> {
    let all = e.tests.len();
    if all == 0 {
        return Vec::new();
    }
    let different: HashSet<&str> = e.tests.iter().map(|t| t.procedure.text.as_str()).collect();
    let counted = e.tests.iter().filter(|t| t.sample().is_some()).count();
    let deviated = e.tests.iter().filter(|t| t.deviations().is_some_and(|n| n > 0)).count();
    let more = e.tests.iter().filter(|t| t.methods.iter().any(|m| m.value != TestMethod::Inquiry)).count();
    let evidence = e.tests_with_evidence().len();
    vec![
        format!("{all} tests in {} different procedures", different.len()),
        format!("{counted} give the number of items, {deviated} found deviations"),
        format!("{more} go beyond inquiry, {evidence} have evidence on file"),
    ]
}

fn standing(e: &Engagement) -> Vec<String> {
    let mut facts = Vec::new();
    let auditor = e.service_auditor.as_ref();
    if let Some(license) = auditor.and_then(|a| a.license.as_ref()) {
        facts.push(format!("licence: {license}"));
    }
    if let Some(firm) = &e.firm {
        facts.extend(firm.registration.iter().map(|r| format!("registration: {r}")));
        if let Some(review) = &firm.peer_review {
            let rating = review.rating.as_ref().map(|r| format!(", {r}")).unwrap_or_default();
            facts.push(format!("peer review accepted on {}{rating}", review.accepted_on));
        }
    }
    facts
}

fn capacity(e: &Engagement) -> Vec<String> {
    let Some(firm) = &e.firm else { return Vec::new() };
    match (&firm.cpas, &firm.reports_a_year) {
        (Some(cpas), Some(reports)) => vec![format!("{cpas} CPAs issue {reports} SOC reports a year")],
        (Some(cpas), None) => vec![format!("{cpas} CPAs")],
        _ => Vec::new(),
    }
}

fn signers(e: &Engagement) -> Vec<String> {
    e.signoffs
        .iter()
        .filter_map(|s| {
            let what = match s.role.value {
                SignOffRole::EngagementPartner => "engagement partner",
                SignOffRole::EngagementQualityReview => "engagement quality review",
                SignOffRole::SubsequentEventsInquiry | SignOffRole::RepresentationLetter => return None,
            };
            Some(format!("{what}: {}, {}", s.name.as_ref()?, s.date))
        })
        .collect()
}

fn services(e: &Engagement) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(auditor) = &e.service_auditor {
        let other: Vec<&str> = auditor.other_services.iter().map(|s| s.as_str()).collect();
        if !other.is_empty() {
            facts.push(format!("the firm also renders: {}", other.join(", ")));
        }
    }
    let sources: HashSet<&str> = e.evidence.iter().filter_map(|i| i.source.as_ref()).map(|s| s.as_str()).collect();
    if !e.evidence.is_empty() {
        facts.push(format!("{} exhibits on file from {} sources", e.evidence.len(), sources.len()));
    }
    facts
}
