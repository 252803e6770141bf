//! The appendix of the auditor's edition: evidence in the file.

use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Align, Inline, Part, PartLayout, Styled};
use crate::package::Exhibits;

/// `with_report`: the controls that the exhibits support are printed in the same document, so they can be linked.
pub fn part(c: &mut Composer, exhibits: &Exhibits, with_report: bool) -> Part {
    let e = c.engagement;
    let mut blocks =
        vec![
            c.paragraph(
                &c.labels
                    .fill("exhibits.text", &[("exhibits", &c.labels.counted("summary.exhibit", exhibits.items.len()))]),
            ),
        ];
    blocks.push(c.code(&exhibits.sums_sha256()));
    let columns = vec![
        column(&c.say("exhibits.exhibit"), 1.0).header(),
        column(&c.say("exhibits.title_and_file"), 3.4),
        column(&c.say("exhibits.bytes"), 0.9).align(Align::Right),
        column("SHA-256", 3.0),
        column(&c.say("exhibits.used_by"), 1.8),
    ];
    let mut rows = Vec::new();
    for item in &exhibits.items {
        let Some(indexed) = e.evidence.iter().find(|x| x.id.value == item.id) else { continue };
        let mut what = Vec::new();
        if let Some(title) = &indexed.title {
            let text = c.text(title, &title.origin);
            what.push(c.paragraph_of(text));
        }
        let file = c.code_inline(&item.archive_path, &indexed.file.origin);
        what.push(c.paragraph_of(vec![file]));
        let hash = c.code_inline(&item.sha256, &indexed.file.origin);
        let tests: Vec<_> = item.tests.iter().map(ToString::to_string).collect();
        let mut users = c.text(&tests.join(", "), &indexed.origin);
        if !users.is_empty() && !item.controls.is_empty() {
            users.push(Inline::Styled(Styled::Break));
        }
        users.extend(if with_report {
            c.control_links(item.controls.iter())
        } else {
            let controls: Vec<_> = item.controls.iter().map(ToString::to_string).collect();
            c.text(&controls.join(", "), &indexed.origin)
        });
        let cells = vec![
            Cell::Text(item.id.to_string()),
            Cell::Blocks(what),
            Cell::Text(c.labels.number(item.bytes)),
            Cell::Inlines(vec![hash]),
            Cell::Inlines(users),
        ];
        rows.push(c.row(cells, &indexed.origin));
    }
    let mut table = c.table(&c.say("exhibits.table"), columns, rows);
    if let crate::compose::report::Block::Table(table) = &mut table {
        table.dense = true;
    }
    blocks.push(table);
    Part {
        anchor: c.part_anchor(6),
        number: c.say("section.appendix"),
        title: c.say("section.exhibits"),
        running: c.say("section.exhibits_running"),
        layout: PartLayout::Tables,
        id_characters: 0,
        byline: Some(c.say("section.exhibits_byline")),
        blocks,
    }
}
