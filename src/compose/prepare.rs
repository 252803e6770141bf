//! Texts are cleaned once, before anything is composed of them, so that each finding is given once and at the value
//! itself, however often it is printed.

use super::clean;
use super::coverage;
use crate::diagnostics::Findings;
use crate::model::{Engagement, Shape};
use crate::typeset::Fonts;

/// The engagement with texts that can be printed: without control characters, and with a replacement sign for each
/// character that no font has. Bodies of topics are cleaned when they are read as Markdown, where places are known to
/// the character.
pub fn prepare(engagement: &Engagement, fonts: &Fonts, findings: &mut Findings) -> Engagement {
    let mut prepared = engagement.clone();
    prepared.texts_mut(&mut |text, shape, origin| {
        let cleaned = clean::clean(text);
        if !cleaned.removed.is_empty() {
            clean::report(&cleaned.removed, origin, findings);
        }
        if let std::borrow::Cow::Owned(new) = cleaned.text {
            *text = new;
        }
        if shape == Shape::Line && text.contains(['\n', '\t']) {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        for run in coverage::replace(text, fonts) {
            findings.push(coverage::missing(&run, origin));
        }
    });
    prepared
}
