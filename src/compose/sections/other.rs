//! Section V: other information of management, which the opinion does not cover.

use super::description::topic_blocks;
use super::summary::response_exists;
use crate::compose::composer::{Cell, Composer, column};
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Block, Inline, Part, PartLayout, Styled};
use crate::compose::wording;
use crate::model::{Deviation, TestResult};

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e, &c.labels);
    let mut blocks = c.letter(Letter::OtherInformation);
    if e.exceptions.iter().any(response_exists) {
        blocks.push(c.heading(1, &c.say("other.responses"), None));
        blocks.push(responses(c));
    }
    if !e.subsequent_events.is_empty() {
        blocks.push(c.heading(1, &c.say("other.events"), None));
        let columns = vec![column(&c.say("other.date"), 1.3).header(), column(&c.say("other.event"), 6.0)];
        let rows = e
            .subsequent_events
            .iter()
            .map(|s| {
                let cells = vec![Cell::Text(c.labels.date(s.date.value)), Cell::Prose(&s.description)];
                c.row(cells, &s.origin)
            })
            .collect();
        blocks.push(c.table(&c.say("other.events_table"), columns, rows));
    }
    let scope = e.scope();
    for topic in e.other_information.iter().filter(|t| t.in_scope(&scope)) {
        blocks.extend(topic_blocks(c, topic));
    }
    Part {
        anchor: c.part_anchor(5),
        number: c.sections().other,
        running: c.say("section.other_running"),
        title: titles.other,
        layout: PartLayout::Prose,
        id_characters: 0,
        byline: Some(c.say("section.other_byline")),
        blocks,
    }
}

fn responses(c: &mut Composer) -> Block {
    let e = c.engagement;
    let columns = vec![
        column(&c.say("word.Exception"), 1.0).header(),
        column(&c.say("other.control_and_criteria"), 1.6),
        column(&c.say("other.response"), 6.0),
    ];
    let mut rows = Vec::new();
    for (position, exception) in e.exceptions.iter().enumerate().filter(|(_, x)| response_exists(x)) {
        let label = Inline::Styled(Styled::Strong {
            text: vec![Inline::Styled(Styled::Ref {
                to: c.exception_anchor(position),
                text: c.text(exception.id.as_str(), &exception.id.origin),
            })],
        });
        let cells = vec![
            Cell::Inlines(vec![label]),
            Cell::Inlines(concerned(c, exception)),
            Cell::Blocks(response(c, exception)),
        ];
        let mut row = c.row(cells, &exception.origin);
        row.anchor = Some(c.response_anchor(position));
        rows.push(row);
    }
    c.table(&c.say("other.responses_table"), columns, rows)
}

/// Controls and criteria that an exception touches.
fn concerned(c: &mut Composer, exception: &Deviation) -> Vec<Inline> {
    let e = c.engagement;
    let mut controls = Vec::new();
    for test in &e.tests {
        let named = test.result.value == TestResult::Deviation
            && test.exception.as_ref().is_some_and(|x| x.value == exception.id.value);
        if named && !controls.contains(&&test.control.value) {
            controls.push(&test.control.value);
        }
    }
    let mut criteria: Vec<_> = controls
        .iter()
        .filter_map(|id| c.rollup.control_position(id))
        .flat_map(|p| e.controls[p].criteria.iter().map(|x| &x.value))
        .collect();
    criteria.sort_by_key(|id| e.catalogue.position(id));
    criteria.dedup();
    let mut text = c.control_links(controls.into_iter());
    text.push(Inline::Styled(Styled::Break));
    text.extend(c.criterion_links(criteria.into_iter()));
    text
}

fn response(c: &mut Composer, exception: &Deviation) -> Vec<Block> {
    let Some(response) = &exception.response else {
        return vec![c.paragraph(&c.say("other.declined"))];
    };
    let mut blocks = c.prose(response);
    for (label, text) in [
        ("other.action", exception.response_action.clone()),
        ("other.owner", exception.response_owner.clone()),
        ("other.date", exception.response_date.clone().map(|d| d.map(|d| c.labels.date(d)))),
    ] {
        if let Some(text) = text {
            let label = c.say(label);
            blocks.push(c.labelled(&label, &text.value, &text.origin));
        }
    }
    blocks
}
