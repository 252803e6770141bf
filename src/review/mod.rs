//! What a quality reviewer or a careful reader would find, found before they do.
//!
//! One file per family of rules. Each rule looks at the data and reports; none changes it, and none decides what is a
//! matter of judgement.

mod continuity;
mod criteria;
mod description;
mod documents;
mod evidence;
mod exceptions;
mod opinion;
pub mod rules;
mod scope;
mod tests;
mod text;
mod waivers;
mod words;

use crate::compose::Edition;
use crate::diagnostics::{Diagnostic, Findings};
use crate::model::{Engagement, Rollup};

/// What every rule looks at.
struct Review<'a> {
    engagement: &'a Engagement,
    rollup: &'a Rollup,
    findings: &'a mut Findings,
}

impl Review<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }
}

pub use waivers::{Waived, apply as waive};

/// Looks at what another document than the report needs.
pub fn review_edition(engagement: &Engagement, edition: Edition, findings: &mut Findings) {
    match edition {
        Edition::Soc3 => findings.extend(documents::soc3(engagement)),
        Edition::BridgeLetter => findings.extend(documents::bridge(engagement)),
        Edition::RepresentationLetter => findings.extend(documents::representation(engagement)),
        _ => {}
    }
}

/// Applies all rules to an engagement.
pub fn review(engagement: &Engagement, rollup: &Rollup, findings: &mut Findings) {
    let mut review = Review { engagement, rollup, findings };
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
    tests::check(&mut review);
    exceptions::check(&mut review);
    text::check(&mut review);
    words::check(&mut review);
}
