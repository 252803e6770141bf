//! Section II: management's assertion.

use crate::compose::composer::Composer;
use crate::compose::report::{Block, Inline, Part, PartLayout};
use crate::compose::values::SECTIONS;
use crate::compose::{dates, wording};

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e);
    let mut blocks = c.letter("managements-assertion");
    let mut lines = Vec::new();
    let signed = c.is_signed();
    if !signed {
        lines.push(vec![Inline::Text("[Not signed: this is not the issued report]".into())]);
    }
    let organization = &e.service_organization;
    if let Some(assertion) = &e.assertion {
        lines.extend(assertion.signatory_name.as_ref().map(|name| c.text(name, &name.origin)));
        lines.extend(assertion.signatory_title.as_ref().map(|title| c.text(title, &title.origin)));
    }
    lines.push(c.text(&organization.name, &organization.name.origin));
    lines.extend(organization.address.as_ref().map(|address| c.text(address, &address.origin)));
    if let Some(date) = e.assertion.as_ref().and_then(|a| a.date.as_ref()) {
        lines.push(c.text(&dates::format(date.value, e.style.date_format), &date.origin));
    }
    blocks.push(Block::Signature { space: signed, lines });
    Part {
        anchor: c.part_anchor(2),
        number: SECTIONS.assertion.into(),
        running: "Assertion of Management".into(),
        title: titles.assertion,
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}
