//! Names written in another way than they are declared (TXT-03).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::super::{Review, pattern, rules};
use crate::diagnostics::{Diagnostic, Located};
use crate::model::Engagement;

/// Legal forms with which names of organizations end.
const SUFFIXES: &str =
    r"(?:Inc|Incorporated|LLC|L\.L\.C|Ltd|Limited|GmbH|Corp|Corporation|AG|SE|plc|PLC|LLP|S\.A|B\.V|Pty|Company|Co)";

static SUFFIX: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"(?i),?\s+{SUFFIXES}\.?$")));
static THE_COMPANY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bthe (Company|Organization|Organisation|Firm)\b"));

/// A name without its legal form.
pub fn without_suffix(name: &str) -> &str {
    SUFFIX.find(name).map_or(name, |found| &name[..found.start()])
}

/// The letters and digits of a name, by which its variants are known.
fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub fn check(r: &mut Review) {
    let e = r.engagement;
    let names = declared(e);
    // As they may stand: in full, without the legal form, and the short name.
    let mut allowed: HashSet<String> = HashSet::new();
    let mut by_key: HashMap<String, &Located<String>> = HashMap::new();
    for name in &names {
        for form in [name.as_str(), without_suffix(name)] {
            allowed.insert(form.trim_end_matches('.').to_owned());
            by_key.entry(key(form)).or_insert(name);
        }
    }
    let alternatives: Vec<String> = names
        .iter()
        .map(|name| {
            let words: Vec<String> = without_suffix(name).split([' ', '-']).map(regex::escape).collect();
            words.join(r"[\s-]*")
        })
        .filter(|words| words.len() > 2)
        .collect();
    if alternatives.is_empty() {
        return;
    }
    let text = format!(r"(?i)\b(?:{})(?:,?\s+(?-i:{SUFFIXES})\b\.?)?", alternatives.join("|"));
    let Ok(any) = Regex::new(&text) else { return };
    for passage in r.passages {
        for found in any.find_iter(&passage.text) {
            let flat = found.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            let flat = flat.trim_end_matches(['.', ',']);
            if allowed.contains(flat) || part_of_more(&passage.text, &found.range()) {
                continue;
            }
            // Lower case throughout is a domain, a file or a user name.
            if !flat.chars().any(char::is_uppercase) {
                continue;
            }
            let Some(name) = by_key.get(&key(flat)).or_else(|| by_key.get(&key(without_suffix(flat)))) else {
                continue;
            };
            r.findings.push(
                Diagnostic::new(&rules::TXT_03, format!("`{flat}` is written `{name}` elsewhere"))
                    .at(&passage.at(&found.range()))
                    .related("declared here", &name.origin)
                    .help("write the name as it is declared"),
            );
        }
    }
    let short = e.service_organization.short();
    let other = r.passages.iter().find_map(|p| {
        let found = THE_COMPANY.find(&p.text).filter(|m| !short.eq_ignore_ascii_case(m.as_str()))?;
        Some((found.as_str(), p.at(&found.range())))
    });
    if let (Some((words, at)), Some(declared)) = (other, &e.service_organization.short_name) {
        r.findings.push(
            Diagnostic::new(&rules::TXT_03, format!("`{words}` is called `{short}` elsewhere"))
                .at(&at)
                .related("declared here", &declared.origin)
                .help("use one name throughout"),
        );
    }
}

fn declared(e: &Engagement) -> Vec<&Located<String>> {
    let organization = &e.service_organization;
    let mut names: Vec<&Located<String>> = vec![&organization.name, &organization.system];
    names.extend(&organization.short_name);
    names.extend(e.subservice_organizations.iter().map(|o| &o.name));
    names.extend(e.service_auditor.iter().map(|a| &a.name));
    // The longest first, so that a short name does not hide what follows it.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

/// Part of an address, a path or a longer word.
fn part_of_more(text: &str, range: &std::ops::Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let next = after.next();
    before.is_some_and(|c| c.is_alphanumeric() || "@/._-".contains(c))
        || next.is_some_and(|c| c.is_alphanumeric() || "@/_".contains(c))
        || (next == Some('.') && after.next().is_some_and(char::is_alphanumeric))
        || (next == Some('-') && after.next().is_some_and(char::is_alphanumeric))
}
