//! Family B: how the controls are written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::likeness;
use super::passages::narrowed;
use super::{Review, listed, pattern, rules};
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::{Control, Topic};

/// More criteria than this are doubted.
const MANY_CRITERIA: usize = 12;
/// A series of fewer criteria may well rest on one control.
const LONG_SERIES: usize = 3;
/// From this share of common words on, two controls are the same.
const SAME: f64 = 0.9;

/// Words that leave open when or how often.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(periodically|regularly|as appropriate|as needed|when necessary|where necessary|as required|timely|from time to time|on a (regular|periodic) basis|at regular intervals)\b",
    )
});
/// A measure that closes them.
static MEASURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\d|\b(daily|weekly|biweekly|monthly|quarterly|yearly|annual(ly)?|semi-annual(ly)?|hourly|each|every|once|twice|within|years?|quarters?|months?|weeks?|days?|hours?)\b",
    )
});
static INTENTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(should|strives? to|aims? to|endeavou?rs? to|intends? to|seeks? to|attempts? to|(is|are) expected to|will (be|ensure|review|perform|maintain|monitor|approve|conduct)|may (be )?(review|approve|perform|monitor)\w*)\b",
    )
});
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(M(r|s|rs)\.? )?\p{Lu}[\p{Ll}'’-]+( \p{Lu}\.)?( (van|von|de|der|da|la))* \p{Lu}[\p{L}'’-]+$")
});
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(\w*officer|leads?|leader(ship)?|manager|management|head|director|engineer(s|ing)?|team|secretary|administrators?|admin|owners?|operations|analyst|architect|counsel|board|committee|department|partner|president|controller|specialist|coordinator|staff|support|group|council|security|finance|legal|human|resources|people|product|platform|compliance|privacy|risk|internal|audit|auditor|service|desk|office|executive|supervisor|developer|dev\w*|infrastructure|network|data|information|technology|system|systems|facilities|procurement|vendor|customer|success|quality|release|incident|change|cloud|database|chief|vice|senior|general|company|founder|trainer|recruiter|commander|responder|reviewer|approver|governance|facility|site|human|talent|corporate)\b",
    )
});

pub fn check(r: &mut Review) {
    let mut silent = Vec::new();
    for control in &r.engagement.controls {
        if let Some(finding) = open_measures(r, control) {
            silent.push((control.id.to_string(), finding));
        }
        intentions(r, control);
        owner(r, control);
    }
    r.report_each(silent, "controls do not say who does what");
    owners_left_out(r);
    many_criteria(r);
    doubled(r);
    gaps(r);
    quoted(r);
}

/// The sentence of a text around a place.
fn sentence(text: &str, at: usize) -> &str {
    let start = text[..at].rfind(['.', ';', '\n']).map_or(0, |i| i + 1);
    let end = text[at..].find(['.', ';', '\n']).map_or(text.len(), |i| at + i);
    &text[start..end]
}

/// CRT-08; a text that says hardly anything is given back, since there may be many.
fn open_measures(r: &mut Review, control: &Control) -> Option<Diagnostic> {
    let text = &control.description.text;
    let open = OPEN.find_iter(text).find(|m| !MEASURE.is_match(sentence(text, m.start())));
    if let Some(found) = open {
        let at = narrowed(&control.description.origin, found.as_str());
        r.report(
            Diagnostic::new(&rules::CRT_08, format!("control {} says `{}` and no measure", control.id, found.as_str()))
                .at(&at)
                .help("say how often, within what time or on what occasion"),
        );
        return None;
    }
    if text.is_ascii() && text.split_whitespace().count() < 3 {
        return Some(
            Diagnostic::new(&rules::CRT_08, format!("control {} does not say who does what", control.id))
                .at(&control.description.origin)
                .help("write who does what, when, how and where"),
        );
    }
    None
}

fn intentions(r: &mut Review, control: &Control) {
    if let Some(found) = INTENTION.find(&control.description.text) {
        let at = narrowed(&control.description.origin, found.as_str());
        let message = format!("control {} says `{}`: an intention, not an activity", control.id, found.as_str());
        r.report(Diagnostic::new(&rules::CRT_15, message).at(&at).help("write what happens"));
    }
}

fn owner(r: &mut Review, control: &Control) {
    if let Some(owner) = &control.owner
        && NAME.is_match(owner)
        && !ROLE.is_match(owner)
    {
        r.report(
            Diagnostic::new(
                &rules::CRT_14,
                format!("the owner of control {} looks like a person: `{owner}`", control.id),
            )
            .at(&owner.origin)
            .help("name the role"),
        );
    }
}

fn owners_left_out(r: &mut Review) {
    let controls = &r.engagement.controls;
    let (with, without): (Vec<&Control>, Vec<&Control>) = controls.iter().partition(|c| c.owner.is_some());
    // A slip, where nearly all others have one; a matrix that tells no owners is another matter.
    if let Some(first) = without.first()
        && with.len() >= 5 * without.len()
    {
        let ids = listed(without.iter().map(|c| c.id.as_str()));
        r.findings.push(
            Diagnostic::new(&rules::CRT_14, format!("controls without an owner: {ids}"))
                .at(&first.id.origin)
                .help("name the role that owns each, as for the others"),
        );
    }
}

/// CRT-07: one finding for each control, with what makes it doubtful.
fn many_criteria(r: &mut Review) {
    let e = r.engagement;
    // The controls of each series, and how many criteria it has in scope.
    let mut series: BTreeMap<&str, (HashSet<usize>, usize)> = BTreeMap::new();
    for criterion in e.criteria_in_scope() {
        let id = criterion.id.as_str();
        let (controls, size) = series.entry(id.split('.').next().unwrap_or(id)).or_default();
        *size += 1;
        controls.extend(r.rollup.criterion(e, &criterion.id).into_iter().flat_map(|outcome| &outcome.controls));
    }
    let mut alone: HashMap<usize, Vec<&str>> = HashMap::new();
    for (name, (controls, size)) in series {
        if size >= LONG_SERIES
            && controls.len() == 1
            && let Some(only) = controls.into_iter().next()
        {
            alone.entry(only).or_default().push(name);
        }
    }
    for (position, control) in e.controls.iter().enumerate() {
        let count = control.criteria.len();
        let mut reasons = Vec::new();
        if count > MANY_CRITERIA {
            reasons.push(format!("serves {count} criteria"));
        }
        if let Some(series) = alone.get(&position) {
            reasons.push(format!("is alone for all of {}", series.join(", ")));
        }
        if let (false, Some(first)) = (reasons.is_empty(), control.criteria.first()) {
            r.findings.push(
                Diagnostic::new(&rules::CRT_07, format!("control {} {}", control.id, reasons.join(" and ")))
                    .at(&first.origin)
                    .help("keep the criteria that this activity meets, and map the controls that serve the others"),
            );
        }
    }
}

fn doubled(r: &mut Review) {
    let controls = &r.engagement.controls;
    for (later, earlier) in likeness::near(controls.iter().map(|c| c.description.text.as_str()), SAME) {
        let (later, earlier) = (&controls[later], &controls[earlier]);
        r.findings.push(
            Diagnostic::new(&rules::CRT_10, format!("control {} says nearly the same as {}", later.id, earlier.id))
                .at(&later.description.origin)
                .related("the other one", &earlier.description.origin)
                .help("keep one of them, with the criteria of both"),
        );
    }
}

/// The number with which an id ends, and what stands before it.
fn numbered(id: &str) -> Option<(&str, u64)> {
    let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = id[stem.len()..].parse().ok()?;
    Some((stem, number))
}

fn gaps(r: &mut Review) {
    let mut groups: BTreeMap<&str, Vec<(u64, &Control)>> = BTreeMap::new();
    for control in &r.engagement.controls {
        if let Some((stem, number)) = numbered(control.id.as_str()) {
            groups.entry(stem).or_default().push((number, control));
        }
    }
    for (stem, mut group) in groups {
        group.sort_by_key(|(number, _)| *number);
        for pair in group.windows(2) {
            let ((before, _), (after, control)) = (pair[0], pair[1]);
            if after > before + 1 {
                let message = format!("{stem}{before} is followed by {}: {} missing", control.id, after - before - 1);
                r.findings.push(
                    Diagnostic::new(&rules::CRT_11, message)
                        .at(&control.id.origin)
                        .help("find out whether a control was lost"),
                );
            }
        }
    }
}

/// Controls that the description repeats with their ids, in other words than the matrix has (TST-19).
fn quoted(r: &mut Review) {
    let controls: HashMap<&str, &Control> = r.engagement.controls.iter().map(|c| (c.id.as_str(), c)).collect();
    for topic in &r.engagement.description {
        for (control, range) in quotations(topic, &controls) {
            let quoted = topic.body()[range.clone()].trim();
            let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace("**", "");
            let (quoted, own) = (flat(quoted), flat(&control.description.text));
            let likeness = strsim::normalized_levenshtein(&quoted.to_lowercase(), &own.to_lowercase());
            if (0.6..1.0).contains(&likeness) && quoted.trim_end_matches('.') != own.trim_end_matches('.') {
                let at = Origin::span(&topic.source, topic.body_start + range.start..topic.body_start + range.end);
                r.findings.push(
                    Diagnostic::new(
                        &rules::TST_19,
                        format!("the description quotes control {} in other words than the matrix", control.id),
                    )
                    .at(&at)
                    .related("the matrix says", &control.description.origin)
                    .help("write the same words, or name the id alone"),
                );
            }
        }
    }
}

/// Lines that begin with the id of a control and go on with its text.
fn quotations<'c>(topic: &Topic, controls: &HashMap<&str, &'c Control>) -> Vec<(&'c Control, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in topic.body().split_inclusive('\n') {
        let begin = start;
        start += line.len();
        let bare = line.trim_start_matches(|c: char| c.is_whitespace() || "-*|>#+".contains(c));
        let id_end = bare.find([' ', ':', '|', '*', '–', '—']).unwrap_or(bare.len());
        let Some(control) = controls.get(&bare[..id_end]) else { continue };
        let rest = bare[id_end..].trim_start_matches(|c: char| c.is_whitespace() || ":|*–—-".contains(c));
        if rest.trim().is_empty() || rest.len() == bare.len() - id_end {
            continue;
        }
        let text = rest.split('|').next().unwrap_or(rest).trim_end();
        let from = begin + (line.len() - rest.len());
        found.push((*control, from..from + text.len()));
    }
    found
}
