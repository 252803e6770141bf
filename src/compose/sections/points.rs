//! The points of the review: what was found, and room for what became of it.

use crate::compose::Point;
use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Block, Inline, Part, PartLayout, Styled};
use crate::diagnostics::Origin;

pub fn part(c: &mut Composer, points: &[Point]) -> Part {
    let origin = Origin::file(&c.engagement.source);
    let mut blocks = vec![c.paragraph(&c.say("points.text"))];
    if points.is_empty() {
        blocks.push(c.paragraph(&c.say("points.none")));
    } else {
        let columns = vec![
            column(&c.say("points.number"), 0.5).header(),
            column(&c.say("points.rule"), 1.1),
            column(&c.say("points.place"), 2.0),
            column(&c.say("points.finding"), 3.6),
            column(&c.say("points.response"), 2.2),
            column(&c.say("points.cleared_by"), 1.4),
        ];
        let rows = points
            .iter()
            .map(|point| {
                let mut rule = c.text(point.rule, &origin);
                rule.push(Inline::Styled(Styled::Break));
                let severity = c.say(&format!("points.{}", point.severity.name()));
                rule.extend(c.text(&severity, &origin));
                let mut finding = c.text(&point.finding, &origin);
                if let Some(help) = &point.help {
                    finding.push(Inline::Styled(Styled::Break));
                    finding.extend(c.text(&format!("→ {help}"), &origin));
                }
                let place = c.text(&point.place, &origin);
                let response = c.text(&point.response, &origin);
                let cleared = c.text(&point.cleared_by, &origin);
                let cells = vec![
                    Cell::Text(point.number.to_string()),
                    Cell::Inlines(rule),
                    Cell::Inlines(place),
                    Cell::Inlines(finding),
                    Cell::Inlines(response),
                    Cell::Inlines(cleared),
                ];
                c.row(cells, &origin)
            })
            .collect();
        let mut table = c.table(&c.say("points.table"), columns, rows);
        if let Block::Table(table) = &mut table {
            table.dense = true;
        }
        blocks.push(table);
    }
    Part {
        anchor: c.part_anchor(1),
        number: c.say("points.review"),
        title: c.say("points.title"),
        running: c.say("points.title"),
        layout: PartLayout::Tables,
        id_characters: 0,
        byline: Some(c.say("points.byline")),
        blocks,
    }
}
