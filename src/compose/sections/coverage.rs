//! What covers what: the last pages of a draft, and of the description alone. An issued report has none of it.

use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Align, Block, Part, PartLayout};
use crate::diagnostics::Origin;
use crate::model::{Component, Coverage, LeftKind};

/// The page of a draft.
pub fn part(c: &mut Composer) -> Part {
    let coverage = Coverage::of(c.engagement, c.rollup);
    let origin = Origin::file(&c.engagement.source);
    let mut blocks = vec![c.paragraph(&c.say("coverage.text"))];
    blocks.push(c.heading(1, &c.say("coverage.criteria"), None));
    let columns = vec![
        column(&c.say("description.criterion"), 1.0).header(),
        column(&c.say("description.subject"), 3.4),
        column(&c.say("coverage.served_by"), 3.6),
        column(&c.say("summary.tests"), 0.8).align(Align::Right),
    ];
    let rows = coverage
        .criteria
        .iter()
        .map(|criterion| {
            let mut served: Vec<String> = criterion.controls.iter().chain(&criterion.csocs).cloned().collect();
            if criterion.not_relevant {
                served.push(c.say("coverage.not_relevant"));
            }
            let said = if served.is_empty() { c.say("coverage.nothing") } else { served.join(", ") };
            let cells = vec![
                Cell::Text(criterion.id.clone()),
                Cell::Text(criterion.title.clone()),
                Cell::Text(said),
                Cell::Text(c.labels.number(criterion.tests as u64)),
            ];
            c.row(cells, &origin)
        })
        .collect();
    let mut table = c.table(&c.say("coverage.criteria"), columns, rows);
    if let Block::Table(table) = &mut table {
        table.dense = true;
    }
    blocks.push(table);
    blocks.push(c.heading(1, &c.say("section.coverage"), None));
    blocks.extend(of_description(c));
    blocks.push(c.heading(1, &c.say("coverage.left"), None));
    blocks.push(left(c, &coverage));
    Part {
        anchor: c.part_anchor(8),
        number: c.say("section.appendix"),
        title: c.say("coverage.title"),
        running: c.say("section.coverage_running"),
        layout: PartLayout::Tables,
        id_characters: 0,
        byline: Some(c.say("coverage.byline")),
        blocks,
    }
}

fn left(c: &mut Composer, coverage: &Coverage) -> Block {
    if coverage.left.is_empty() {
        return c.paragraph(&c.say("coverage.nothing_left"));
    }
    let origin = Origin::file(&c.engagement.source);
    let columns = vec![
        column(&c.say("coverage.control"), 1.5).header(),
        column(&c.say("coverage.test"), 1.5),
        column(&c.say("coverage.what"), 5.0),
    ];
    let rows = coverage
        .left
        .iter()
        .map(|left| {
            let what = c.say(match left.what {
                LeftKind::NoTest => "coverage.no_test",
                LeftKind::NotYetTested => "coverage.not_yet_tested",
                LeftKind::NoEvidence => "coverage.no_evidence",
            });
            let test = left.test.clone().unwrap_or_else(|| "–".into());
            c.row(vec![Cell::Text(left.control.clone()), Cell::Text(test), Cell::Text(what)], &origin)
        })
        .collect();
    c.table(&c.say("coverage.left"), columns, rows)
}

/// Description criteria and components, and the topics that address them.
pub fn of_description(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let origin = Origin::file(&e.source);
    let columns = vec![
        column(&c.say("description.criterion"), 1.0).header(),
        column(&c.say("description.subject"), 3.0),
        column(&c.say("description.addressed_in"), 4.0),
    ];
    let coverage = Coverage::of(e, c.rollup);
    let rows = coverage
        .description_criteria
        .into_iter()
        .map(|criterion| {
            let is_addressed = criterion.is_addressed();
            let mut places = criterion.topics;
            if criterion.by_records {
                places.push(c.say("description.generated"));
            }
            let said = match (is_addressed, criterion.if_any) {
                (true, _) => places.join("; "),
                (false, true) => c.say("description.none"),
                (false, false) => c.say("description.not_addressed"),
            };
            let cells =
                vec![Cell::Text(format!("DC {}", criterion.number)), Cell::Text(criterion.title), Cell::Text(said)];
            c.row(cells, &origin)
        })
        .collect();
    let mut blocks = vec![c.table(&c.say("description.coverage_table"), columns, rows)];
    blocks.push(c.heading(1, &c.say("description.components"), None));
    let columns =
        vec![column(&c.say("description.component"), 1.5).header(), column(&c.say("description.described_in"), 5.0)];
    let scope = e.scope();
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
    blocks
}
