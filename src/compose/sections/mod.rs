//! The parts of the documents, one file each, and which document has which.

mod additional;
mod assertion;
mod auditor;
mod controls;
mod coverage;
mod description;
mod exhibits;
mod firm;
mod other;
mod points;
mod representation;
mod revision;
mod signature;
mod soc3;
mod stand_alone;
mod summary;

use super::composer::Composer;
use super::report::Part;
use super::{Edition, Point};
use crate::model::{SectionOrder, SectionPlace};
use crate::package::Exhibits;

/// The parts of a document in their order, each with whether its headings stand in the contents.
pub fn parts(c: &mut Composer, edition: Edition, exhibits: &Exhibits, points: &[Point]) -> Vec<(Part, bool)> {
    match edition {
        Edition::Issued => report(c),
        Edition::Workpaper => {
            let mut parts = report(c);
            parts.push((exhibits::part(c, exhibits, true), false));
            parts
        }
        Edition::ExhibitList => vec![(exhibits::part(c, exhibits, false), false)],
        Edition::Soc3 => {
            let letters = [soc3::auditor(c), soc3::assertion(c)];
            let mut parts = in_order(c, letters);
            parts.push((soc3::description(c), true));
            parts
        }
        Edition::BridgeLetter => vec![(stand_alone::bridge_letter(c), false)],
        Edition::RepresentationLetter => representation::letters(c).into_iter().map(|part| (part, false)).collect(),
        Edition::Description => vec![(stand_alone::description(c), true), (stand_alone::coverage(c), false)],
        Edition::Matrix => vec![(stand_alone::matrix(c), true)],
        Edition::Points => vec![(points::part(c, points), false)],
    }
}

fn report(c: &mut Composer) -> Vec<(Part, bool)> {
    let letters = [auditor::part(c), assertion::part(c)];
    let mut parts: Vec<(Part, bool)> =
        firm::parts(c, SectionPlace::Front).into_iter().map(|part| (part, false)).collect();
    parts.extend(in_order(c, letters));
    parts.push((description::part(c), true));
    parts.push((controls::part(c), true));
    if c.engagement.has_other_information() {
        parts.push((other::part(c), true));
    }
    parts.extend(firm::parts(c, SectionPlace::End).into_iter().map(|part| (part, false)));
    if let Some(reissue) = &c.engagement.reissue {
        parts.push((revision::part(c, reissue), false));
    }
    if c.engagement.is_draft() {
        parts.push((coverage::part(c), false));
    }
    parts
}

/// The auditor's letter and management's, in the order of the house.
fn in_order(c: &Composer, [auditor, assertion]: [Part; 2]) -> Vec<(Part, bool)> {
    match c.engagement.style.section_order {
        SectionOrder::AuditorFirst => vec![(auditor, false), (assertion, false)],
        SectionOrder::AssertionFirst => vec![(assertion, false), (auditor, false)],
    }
}
