//! Section IV: the additional criteria of a SOC 2+, and the controls that serve them.

use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Align, Block, Inline};

/// A table for each set: its criteria, their controls and, for a Type II, how many tests found something.
pub fn criteria(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let mut blocks = Vec::new();
    for (nth, set) in e.additional_criteria.iter().enumerate() {
        blocks.push(Block::PageBreak);
        let title = c.labels.fill("summary.additional", &[("name", &set.name)]);
        blocks.push(c.heading(1, &title, Some(&set.name.origin)));
        let key = if c.with_tests() { "summary.additional_2" } else { "summary.additional_1" };
        let text = c.labels.fill(key, &[("title", &set.title), ("citation", &set.citation)]);
        blocks.push(c.paragraph(&text));
        let mut columns = vec![
            column(&c.say("summary.criterion"), 1.5).header(),
            column(&c.say("summary.subject"), 4.2),
            column(&c.say("summary.controls"), 2.6),
        ];
        if c.with_tests() {
            columns.push(column(&c.say("summary.tests"), 0.8).align(Align::Right));
            columns.push(column(&c.say("word.Exceptions"), 1.4));
        }
        let mut rows = Vec::new();
        for (position, criterion) in set.criteria.iter().enumerate() {
            let serves = |name: &str| e.additional_criterion(name) == Some((nth, position));
            let controls: Vec<usize> = (0..e.controls.len())
                .filter(|p| e.controls[*p].additional_criteria.iter().any(|name| serves(name)))
                .collect();
            let links = match controls.len() {
                0 => vec![Inline::Text("–".into())],
                _ => c.control_links(controls.iter().map(|p| &e.controls[*p].id.value)),
            };
            let mut cells = vec![
                Cell::Text(criterion.id.to_string()),
                Cell::Text(criterion.title.value.clone()),
                Cell::Inlines(links),
            ];
            if c.with_tests() {
                let tests: usize = controls.iter().map(|p| c.rollup.controls[*p].tests.len()).sum();
                let mut labels = Vec::new();
                for label in controls.iter().flat_map(|p| &c.rollup.controls[*p].exceptions) {
                    if !labels.contains(label) {
                        labels.push(label.clone());
                    }
                }
                cells.push(Cell::Text(c.labels.number(tests as u64)));
                cells.push(Cell::Inlines(c.exception_links(labels.iter())));
            }
            rows.push(c.row(cells, &criterion.id.origin));
        }
        blocks.push(c.table(&c.labels.fill("summary.additional_table", &[("name", &set.name)]), columns, rows));
    }
    blocks
}
