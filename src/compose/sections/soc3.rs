//! The parts of a SOC 3 report: the same examination, for general use, without controls, tests and results.

use super::{assertion, auditor, description};
use crate::compose::composer::Composer;
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Part, PartLayout};
use crate::compose::wording;
use crate::model::{GeneratedTable, Topic};

pub fn auditor(c: &mut Composer) -> Part {
    let e = c.engagement;
    let title = wording::section_titles(e, &c.labels).auditor;
    let blocks = match (&e.service_auditor, &e.opinion) {
        (Some(firm), Some(_)) => auditor::signed_letter(c, firm, Letter::Soc3Report),
        _ => c.letter(Letter::NoOpinion),
    };
    Part {
        anchor: c.part_anchor(1),
        number: c.sections().auditor,
        running: title.clone(),
        title,
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

pub fn assertion(c: &mut Composer) -> Part {
    let e = c.engagement;
    let mut blocks = c.letter(Letter::Soc3Assertion);
    let organization = &e.service_organization;
    blocks.push(assertion::signed_by(c, e.assertion.as_ref(), &organization.name, organization.address.as_ref()));
    Part {
        anchor: c.part_anchor(2),
        number: c.sections().assertion,
        running: c.say("section.assertion_running"),
        title: wording::section_titles(e, &c.labels).assertion,
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

/// Topics that a SOC 3 report shows: those marked for it or, if none is, those on the services (DC 1).
pub fn topics(topics: &[Topic]) -> impl Iterator<Item = &Topic> {
    let marked = topics.iter().any(|t| t.general_use.as_ref().is_some_and(|g| g.value));
    topics.iter().filter(move |t| match &t.general_use {
        Some(general_use) => general_use.value,
        None => !marked && t.description_criteria.iter().any(|n| n.value == 1),
    })
}

/// Boundaries of the system, principal service commitments and system requirements.
pub fn description(c: &mut Composer) -> Part {
    let e = c.engagement;
    let scope = e.scope();
    let mut blocks = Vec::new();
    for topic in topics(&e.description).filter(|t| t.in_scope(&scope)) {
        blocks.extend(description::topic_blocks(c, topic));
    }
    for table in [GeneratedTable::ServiceCommitments, GeneratedTable::SystemRequirements] {
        blocks.extend(description::generated(c, table, false));
    }
    Part {
        anchor: c.part_anchor(3),
        number: c.sections().description,
        running: c.say("section.soc3_description_running"),
        title: c.say("section.soc3_description"),
        layout: PartLayout::Prose,
        id_characters: 0,
        byline: Some(c.labels.fill("section.description_byline", &[("organization", &e.service_organization.name)])),
        blocks,
    }
}
