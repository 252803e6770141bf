//! Praise and promises, plans, certificates, other frameworks, and descriptions that name nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::{Review, pattern, rules};
use crate::diagnostics::{Diagnostic, Severity};

/// A description of fewer words may well name nothing.
const WORDS: usize = 100;

static PRAISE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(best[- ]in[- ]class|best[- ]of[- ]breed|world[- ]class|military[- ]grade|bank[- ]grade|industry[- ]leading|market[- ]leading|leading provider|cutting[- ]edge|state[- ]of[- ]the[- ]art|unparalleled|unrivalled|unbreakable|bulletproof|hacker[- ]proof|guarantee[sd]?|guaranteeing|100 ?(%|percent) (secure|safe|available|uptime|protected))(?:\b|$)",
    )
});
static ABSOLUTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(always|never|at all times|in all cases|without exception|any and all|completely secure|fully secure|impossible)\b",
    )
});
static PERIOD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(throughout|during|over) the (examination |audit |reporting |review )?period\b"));
static PLAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(will be (implemented|introduced|deployed|rolled out|established)|will (implement|introduce|deploy|roll out|establish)|plans? to (implement|introduce|deploy|roll out|establish)|(is|are) planning to|intends? to (implement|introduce|deploy))\b",
    )
});
static CERTIFICATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(SOC ?2[- ](Type (I|II|1|2)[- ])?(certif\w+|complian(t|ce certificate))|certif\w+ (under|for|to|against) SOC ?2|compliant with SOC ?2|pass(ed|es) (its|the|our|a) SOC ?2)\b",
    )
});
static FRAMEWORK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:compl(?:y|ies|iant|iance) with|meets? (?:all )?(?:the )?requirements of|certified (?:to|under|against)|examined against)\b[^.;\n]{0,60}?\b(HIPAA|HITRUST|PCI[ -]DSS|ISO(?:/IEC)? ?27001|CSA STAR|FedRAMP|NIST)\b",
    )
});
static CONCRETE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\p{Ll},;:)] (\p{Lu}[\p{L}0-9'’-]+)|\b[A-Z]{2,}-?\d{2,}\b"));

pub fn check(r: &mut Review) {
    certificates(r);
    let type_1 = !r.engagement.is_type_2();
    for passage in r.passages.iter().filter(|p| p.in_description) {
        let mut say = |rule, severity: Option<Severity>, found: Option<regex::Match>, message: &str, help: &str| {
            let Some(found) = found else { return };
            let mut diagnostic =
                Diagnostic::new(rule, message.replace("{}", found.as_str())).at(&passage.at(&found.range())).help(help);
            if let Some(severity) = severity {
                diagnostic = diagnostic.severity(severity);
            }
            r.findings.push(diagnostic);
        };
        let text = passage.text.as_str();
        for found in PRAISE.find_iter(text) {
            say(&rules::DSC_07, None, Some(found), "the description praises or promises: `{}`", "say what is there");
        }
        say(
            &rules::DSC_07,
            Some(Severity::Note),
            ABSOLUTE.find(text),
            "one counterexample makes `{}` wrong",
            "say what is done, and when",
        );
        say(
            &rules::DSC_08,
            None,
            PERIOD.find(text).filter(|_| type_1),
            "a Type I describes a date: `{}`",
            "speak of what was in place on the date",
        );
        say(
            &rules::DSC_08,
            None,
            PLAN.find(text),
            "the description tells a plan: `{}`",
            "describe what was in place; plans belong into Section V",
        );
    }
    frameworks(r);
    names_nothing(r);
}

fn certificates(r: &mut Review) {
    for passage in r.passages {
        if let Some(found) = CERTIFICATE.find(&passage.text) {
            r.findings.push(
                Diagnostic::new(&rules::SCP_09, format!("a SOC 2 report is no certificate: `{}`", found.as_str()))
                    .at(&passage.at(&found.range()))
                    .help("say that the system was examined"),
            );
        }
    }
}

fn frameworks(r: &mut Review) {
    let e = r.engagement;
    let mut told: HashSet<String> = HashSet::new();
    for passage in r.passages.iter().filter(|p| p.in_description) {
        for captures in FRAMEWORK.captures_iter(&passage.text) {
            let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { continue };
            let key = name.as_str().to_uppercase();
            let declared = e
                .additional_criteria
                .iter()
                .any(|set| set.name.to_uppercase().contains(&key) || key.contains(&set.name.to_uppercase()));
            if declared || !told.insert(key) {
                continue;
            }
            r.findings.push(
                Diagnostic::new(&rules::SCP_11, format!("the description says `{}`", whole.as_str()))
                    .at(&passage.at(&whole.range()))
                    .help("declare what was examined in [[additional_criteria]], or leave the claim out"),
            );
        }
    }
}

/// DSC-06
fn names_nothing(r: &mut Review) {
    let e = r.engagement;
    let organization = &e.service_organization;
    let own = format!("{} {} {}", organization.name, organization.short(), organization.system).to_lowercase();
    let own: HashSet<&str> = own.split(|c: char| !c.is_alphanumeric()).collect();
    let bodies = || r.passages.iter().filter(|p| p.in_description);
    let words: usize = bodies().map(|p| p.text.split_whitespace().count()).sum();
    let concrete = bodies().flat_map(|p| CONCRETE.captures_iter(&p.text)).any(|captures| {
        captures.get(1).is_none_or(|word| !own.contains(word.as_str().to_lowercase().as_str()) && word.as_str() != "I")
    });
    if let (true, false, Some(topic)) = (words >= WORDS, concrete, e.description.first()) {
        r.findings.push(
            Diagnostic::new(
                &rules::DSC_06,
                format!("in {words} words the description names no product, provider, place or team"),
            )
            .at(&topic.title.origin)
            .help("name what the system is made of"),
        );
    }
}
