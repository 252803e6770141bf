//! Management's representation letter, and those of inclusive subservice organizations.

use super::signature::{self, Signatory};
use crate::compose::composer::Composer;
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Block, Part, PartLayout};
use crate::diagnostics::Located;
use crate::model::{Assertion, Date};

/// One letter for each organization that signs one.
pub fn letters(c: &mut Composer) -> Vec<Part> {
    let e = c.engagement;
    let date = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    let organization = &e.service_organization;
    let blocks = c.letter(Letter::Representation);
    let signatories: Vec<Vec<&Located<String>>> = match &e.representation_letter {
        Some(letter) if !letter.signatories.is_empty() => {
            letter.signatories.iter().map(|s| std::iter::once(&s.name).chain(&s.title).collect()).collect()
        }
        _ => vec![person(e.assertion.as_ref())],
    };
    let mut parts = vec![letter(c, 1, &organization.name, organization.address.as_ref(), blocks, &signatories, date)];
    for (nth, subservice) in (2..).zip(e.inclusive()) {
        let blocks = c.subservice_representation(subservice);
        let signatories = [person(subservice.assertion.as_ref())];
        parts.push(letter(c, nth, &subservice.name, None, blocks, &signatories, date));
    }
    parts
}

fn person(assertion: Option<&Assertion>) -> Vec<&Located<String>> {
    assertion.iter().flat_map(|a| [&a.signatory_name, &a.signatory_title]).flatten().collect()
}

fn letter(
    c: &mut Composer,
    number: u8,
    name: &Located<String>,
    address: Option<&Located<String>>,
    body: Vec<Block>,
    signatories: &[Vec<&Located<String>>],
    date: Option<&Located<Date>>,
) -> Part {
    let e = c.engagement;
    let mut blocks = vec![head(c, [Some(name), address], date)];
    if let Some(auditor) = &e.service_auditor {
        let lines = [Some(&auditor.name), auditor.city.as_ref()].into_iter().flatten();
        let lines = lines.map(|line| c.text(&line.value, &line.origin)).collect();
        blocks.push(Block::Signature { space: false, image: None, lines });
    }
    blocks.extend(body);
    for (nth, lines) in signatories.iter().enumerate() {
        let lines = lines.iter().copied().chain((nth + 1 == signatories.len()).then_some(name)).collect();
        blocks.push(signature::block(c, &Signatory { lines, date: None, dual: None, image: None }));
    }
    Part {
        anchor: c.part_anchor(number),
        number: String::new(),
        title: c.say("section.representation"),
        running: c.say("section.representation_running"),
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

/// The head of a letter: who writes, where, when.
pub(super) fn head<'l>(
    c: &mut Composer,
    lines: impl IntoIterator<Item = Option<&'l Located<String>>>,
    date: Option<&Located<Date>>,
) -> Block {
    let mut head: Vec<_> = lines.into_iter().flatten().map(|line| c.text(&line.value, &line.origin)).collect();
    head.extend(date.map(|date| c.text(&c.labels.date(date.value), &date.origin)));
    Block::Signature { space: false, image: None, lines: head }
}
