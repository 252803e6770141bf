//! Section II: management's assertion, and those of inclusive subservice organizations.

use super::signature::{self, Signatory};
use crate::compose::composer::Composer;
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Block, Part, PartLayout};
use crate::compose::wording;
use crate::diagnostics::Located;
use crate::model::Assertion;

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e, &c.labels);
    let mut blocks = c.letter(Letter::Assertion);
    let organization = &e.service_organization;
    blocks.push(signed_by(c, e.assertion.as_ref(), &organization.name, organization.address.as_ref()));
    for subservice in e.inclusive() {
        blocks.push(Block::PageBreak);
        let title = c.labels.fill("section.assertion", &[("organization", &subservice.name)]);
        blocks.push(c.heading(1, &title, Some(&subservice.name.origin)));
        blocks.extend(c.subservice_letter(subservice));
        blocks.push(signed_by(c, subservice.assertion.as_ref(), &subservice.name, None));
    }
    Part {
        anchor: c.part_anchor(2),
        number: c.sections().assertion,
        running: c.say("section.assertion_running"),
        title: titles.assertion,
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

pub(super) fn signed_by(
    c: &mut Composer,
    assertion: Option<&Assertion>,
    name: &Located<String>,
    address: Option<&Located<String>>,
) -> Block {
    let person = assertion.iter().flat_map(|a| [&a.signatory_name, &a.signatory_title]).flatten();
    let lines = person.chain(Some(name)).chain(address).collect();
    let date = assertion.and_then(|a| a.date.as_ref());
    signature::block(c, &Signatory { lines, date, dual: None, image: None })
}
