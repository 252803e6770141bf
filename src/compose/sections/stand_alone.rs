//! Documents of management alone: the bridge letter, the description, the matrix.

use super::signature::{self, Signatory};
use super::{controls, description, representation};
use crate::compose::composer::{Cell, Composer, column};
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Part, PartLayout};
use crate::model::Component;

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
    let e = c.engagement;
    let scope = e.scope();
    let origin = crate::diagnostics::Origin::file(&e.source);
    let columns = vec![
        column(&c.say("description.criterion"), 1.0).header(),
        column(&c.say("description.subject"), 3.0),
        column(&c.say("description.addressed_in"), 4.0),
    ];
    let mut rows = Vec::new();
    for criterion in e.catalogue.description_criteria.iter().filter(|d| e.is_type_2() || !d.type_2_only) {
        let mut places: Vec<String> = e
            .description
            .iter()
            .filter(|t| t.in_scope(&scope) && t.description_criteria.iter().any(|n| n.value == criterion.number))
            .map(|t| t.title.value.clone())
            .collect();
        let stated = match criterion.number {
            4 => e.no_incidents || !e.incidents.is_empty(),
            6 => !e.cuecs.is_empty(),
            7 => !e.subservice_organizations.is_empty(),
            8 => !e.not_relevant.is_empty(),
            9 => e.no_changes || !e.changes.is_empty(),
            _ => false,
        };
        if stated {
            places.push(c.say("description.generated"));
        }
        let said = match (places.is_empty(), criterion.if_any) {
            (false, _) => places.join("; "),
            (true, true) => c.say("description.none"),
            (true, false) => c.say("description.not_addressed"),
        };
        let cells =
            vec![Cell::Text(format!("DC {}", criterion.number)), Cell::Text(criterion.title.clone()), Cell::Text(said)];
        rows.push(c.row(cells, &origin));
    }
    let mut blocks = vec![c.table(&c.say("description.coverage_table"), columns, rows)];
    blocks.push(c.heading(1, &c.say("description.components"), None));
    let columns =
        vec![column(&c.say("description.component"), 1.5).header(), column(&c.say("description.described_in"), 5.0)];
    let rows = Component::ALL
        .iter()
        .map(|component| {
            let places: Vec<_> = e
                .description
                .iter()
                .filter(|t| t.in_scope(&scope) && t.components.iter().any(|x| x.value == *component))
                .map(|t| t.title.value.clone())
                .collect();
            let said = if places.is_empty() { c.say("description.not_described") } else { places.join("; ") };
            let title = c.say(&format!("description.{}", component.key()));
            c.row(vec![Cell::Text(title), Cell::Text(said)], &origin)
        })
        .collect();
    blocks.push(c.table(&c.say("description.components_table"), columns, rows));
    Part {
        anchor: c.part_anchor(4),
        number: c.say("section.coverage_number"),
        title: c.say("section.coverage"),
        running: c.say("section.coverage_running"),
        layout: PartLayout::Tables,
        id_characters: 0,
        byline: None,
        blocks,
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
