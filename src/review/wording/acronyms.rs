//! Acronyms that nobody explains, or that are explained twice (TXT-05).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::super::text::is_placeholder;
use super::super::{Review, pattern, rules};
use crate::diagnostics::{Diagnostic, Origin, Severity};

/// What every reader of such a report knows.
const EVERYDAY: &[&str] = &[
    "SOC", "AICPA", "CPA", "CPAS", "IT", "US", "USA", "UK", "EU", "UTC", "API", "APIS", "URL", "URLS", "PDF", "HTML",
    "CSV", "XML", "JSON", "SQL", "CEO", "CTO", "CFO", "COO", "CIO", "CISO", "HR", "ID", "IDS", "OK", "FAQ", "LLC",
    "INC", "LLP", "LTD", "ISO", "IEC", "NIST", "TLS", "SSL", "SSH", "HTTP", "HTTPS", "VPN", "DNS", "IP", "TCP", "USB",
    "AES", "RSA", "AM", "PM", "TSP", "DC", "CC", "CUEC", "CUECS", "CSOC", "CSOCS", "AWS", "GCP", "GDPR", "HIPAA",
    "PCI", "DSS", "II", "III", "IV", "VI", "CD", "CI", "QA", "PC", "OS", "RAM", "CPU", "GB", "TB", "MB", "KB", "SMS",
    "PIN", "ZIP", "SHA", "SAML", "SSO", "MFA", "PGP", "GPG", "UPS", "HVAC", "CCTV", "NDA", "NDAS", "FTP", "SFTP",
    "RTF", "TSC", "SSAE", "ISAE", "SAS", "AND", "NOT", "OR", "ALL", "NO", "AT", "AZ",
];

static ACRONYM: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[A-Z][A-Z0-9]{1,5}s?\b"));
static EXPLAINED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"((?:[\p{L}'’&-]+ ){1,8})\(((?:the )?“?)([A-Z][A-Z0-9]{1,5})s?”?\)"));

pub fn check(r: &mut Review) {
    let e = r.engagement;
    let everyday: HashSet<&str> = EVERYDAY.iter().copied().collect();
    let listed: HashSet<String> = e.acronyms.iter().map(|a| a.short.to_uppercase()).collect();
    let organization = &e.service_organization;
    let names = [organization.name.as_str(), organization.short(), organization.system.as_str()].into_iter();
    let names = names.chain(e.subservice_organizations.iter().map(|o| o.name.as_str()));
    let names = names.chain(e.vendors.iter().map(|v| v.as_str())).collect::<Vec<_>>().join(" ");
    let mut explained: HashMap<&str, (String, Origin)> = HashMap::new();
    let mut used: Vec<(&str, Origin)> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let passages = r.passages;
    for passage in passages.iter().filter(|p| p.in_description) {
        let text = passage.text.as_str();
        for captures in EXPLAINED.captures_iter(text) {
            let (Some(words), Some(short)) = (captures.get(1), captures.get(3)) else { continue };
            // As many words as the acronym has letters.
            let words: Vec<&str> = words.as_str().split_whitespace().collect();
            let long = words[words.len().saturating_sub(short.len())..].join(" ").to_lowercase();
            let at = passage.at(&short.range());
            match explained.get(short.as_str()) {
                Some((first, origin)) if *first != long => r.findings.push(
                    Diagnostic::new(
                        &rules::TXT_05,
                        format!("`{}` is explained as `{long}` and as `{first}`", short.as_str()),
                    )
                    .severity(Severity::Warning)
                    .at(&at)
                    .related("explained first", origin)
                    .help("use one acronym for one thing"),
                ),
                Some(_) => {}
                None => {
                    explained.insert(short.as_str(), (long, at));
                }
            }
        }
        for found in ACRONYM.find_iter(text) {
            let word = found.as_str();
            let short = word.trim_end_matches('s');
            let before = text[..found.start()].chars().next_back();
            // Ids, file names and units are none.
            let mut after = text[found.end()..].chars();
            let goes_on =
                after.next().is_some_and(|c| "-./_`&".contains(c)) && after.next().is_some_and(|c| !c.is_whitespace());
            let part = goes_on || before.is_some_and(|c| "-./_`#&".contains(c));
            let roman = short.chars().all(|c| "IVX".contains(c));
            let numbered = short.chars().filter(char::is_ascii_digit).count() > 0;
            if part || roman || numbered || is_placeholder(short) || !seen.insert(short) {
                continue;
            }
            let known = everyday.contains(short) || listed.contains(short) || names.contains(short);
            if !known {
                used.push((short, passage.at(&found.range())));
            }
        }
    }
    for (short, at) in used.into_iter().filter(|(short, _)| !explained.contains_key(short)) {
        r.findings.push(
            Diagnostic::new(&rules::TXT_05, format!("`{short}` is not explained"))
                .at(&at)
                .help("explain it where it first stands, or in [[acronyms]]"),
        );
    }
}
