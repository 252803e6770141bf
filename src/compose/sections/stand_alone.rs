//! Documents of management alone: the bridge letter, the description, the matrix.

use super::signature::{self, Signatory};
use super::{controls, coverage, description, representation};
use crate::compose::composer::Composer;
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Part, PartLayout};

pub fn bridge_letter(c: &mut Composer) -> Part {
    let e = c.engagement;
    let organization = &e.service_organization;
    let letter = e.bridge_letter.as_ref();
    let date = letter.map(|l| l.date.as_ref().unwrap_or(&l.through));
    let mut blocks = vec![representation::head(c, [Some(&organization.name), organization.address.as_ref()], date)];
    blocks.extend(c.letter(Letter::Bridge));
    let assertion = e.assertion.as_ref();
    let or = |own: Option<&'_ _>, other: Option<&'_ _>| own.or(other).cloned();
    let name = or(letter.and_then(|l| l.signatory_name.as_ref()), assertion.and_then(|a| a.signatory_name.as_ref()));
    let title = or(letter.and_then(|l| l.signatory_title.as_ref()), assertion.and_then(|a| a.signatory_title.as_ref()));
    let lines = [name.as_ref(), title.as_ref(), Some(&organization.name)].into_iter().flatten().collect();
    blocks.push(signature::block(c, &Signatory { lines, date: None, dual: None, image: None }));
    Part {
        anchor: c.part_anchor(1),
        number: String::new(),
        title: c.labels.fill("section.bridge_letter", &[("system", &organization.system)]),
        running: c.say("section.bridge_letter_running"),
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

/// Section III by itself.
pub fn description(c: &mut Composer) -> Part {
    let mut part = description::part(c);
    let mut blocks = c.letter(Letter::Description);
    blocks.append(&mut part.blocks);
    Part { number: c.say("section.description_alone"), blocks, ..part }
}

/// Where each description criterion is addressed, for whoever writes the description.
pub fn coverage(c: &mut Composer) -> Part {
    Part {
        anchor: c.part_anchor(4),
        number: c.say("section.coverage_number"),
        title: c.say("section.coverage"),
        running: c.say("section.coverage_running"),
        layout: PartLayout::Tables,
        id_characters: 0,
        byline: None,
        blocks: coverage::of_description(c),
    }
}

/// The control matrix by itself.
pub fn matrix(c: &mut Composer) -> Part {
    let part = controls::part(c);
    Part {
        number: c.say("section.matrix_number"),
        title: c.say("section.controls_1"),
        running: c.say("section.controls_1_running"),
        ..part
    }
}
