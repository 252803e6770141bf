//! What a quality reviewer or a careful reader would find, found before they do.
//!
//! One file per family of rules. Each rule looks at the data and reports; none changes it, and none decides what is a
//! matter of judgement.

mod choice;
mod compare;
mod complementary;
mod continuity;
mod controls;
mod criteria;
mod description;
mod documents;
mod evidence;
mod exceptions;
mod letters;
mod likeness;
mod opinion;
mod passages;
mod procedures;
mod responses;
pub mod rules;
mod sampling;
mod scope;
mod signals;
mod tests;
mod text;
mod waivers;
mod wording;
mod words;

use regex::Regex;

use crate::compose::{Edition, WrittenClause};
use crate::diagnostics::{Diagnostic, Findings, Rule};
use crate::model::{Engagement, Rollup};

/// What every rule looks at.
struct Review<'a> {
    engagement: &'a Engagement,
    rollup: &'a Rollup,
    /// All texts.
    passages: &'a [Passage],
    findings: &'a mut Findings,
}

impl Review<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }
}

/// More findings of one kind than this make a single one: a slip in one place would bury everything else.
const LISTED: usize = 6;

/// A pattern of the program itself.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of the program itself")
}

/// The first few of many names.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(8);
    names.truncate(8);
    let text = names.join(", ");
    if more == 0 { text } else { format!("{text} and {more} more") }
}

/// Reports findings of one kind, each with the id it is about; many of them as one, with `what` before the ids.
fn report_each(findings: &mut Findings, list: Vec<(String, Diagnostic)>, what: &str) {
    if list.len() <= LISTED {
        findings.extend(list.into_iter().map(|(_, diagnostic)| diagnostic));
        return;
    }
    let ids = listed(list.iter().map(|(id, _)| id.as_str()));
    let message = format!("{} {what}: {ids}", list.len());
    if let Some((_, mut first)) = list.into_iter().next() {
        first.message = message;
        findings.push(first);
    }
}

impl Review<'_> {
    fn report_each(&mut self, list: Vec<(String, Diagnostic)>, what: &str) {
        report_each(self.findings, list, what);
    }
}

pub use choice::apply as choose;
pub use compare::{Hashed, check as compare, evidence as compare_evidence};
use passages::Passage;
pub use signals::{Pillar, Signal, Standing, of as signals};
pub use waivers::{Waived, Waiving};

/// Looks at the letters of an engagement as they will be printed.
pub fn review_letters(engagement: &Engagement, written: &[WrittenClause], findings: &mut Findings) {
    letters::check(engagement, written, findings);
}

/// Looks at what another document than the report needs.
pub fn review_edition(engagement: &Engagement, edition: Edition, findings: &mut Findings) {
    match edition {
        Edition::Soc3 => findings.extend(documents::soc3(engagement)),
        Edition::BridgeLetter => findings.extend(documents::bridge(engagement)),
        Edition::RepresentationLetter => findings.extend(documents::representation(engagement)),
        _ => {}
    }
}

/// Applies all rules to an engagement; `all` are all rules that there are, of which the choice may speak.
pub fn review(
    engagement: &Engagement,
    rollup: &Rollup,
    all: impl Iterator<Item = &'static Rule>,
    findings: &mut Findings,
) {
    choice::check(engagement, all, findings);
    let passages = passages::gather(engagement);
    let mut review = Review { engagement, rollup, passages: &passages, findings };
    // Rules that go by the type, the window and the names have nothing to go by otherwise.
    if engagement.is_complete {
        scope::check(&mut review);
        opinion::check(&mut review);
        description::check(&mut review);
        evidence::check(&mut review);
        documents::check(&mut review);
        continuity::check(&mut review);
    }
    criteria::check(&mut review);
    controls::check(&mut review);
    tests::check(&mut review);
    sampling::check(&mut review);
    procedures::check(&mut review);
    exceptions::check(&mut review);
    responses::check(&mut review);
    complementary::check(&mut review);
    letters::check_texts(&mut review);
    text::check(&mut review);
    words::check(&mut review);
    wording::check(&mut review);
}
