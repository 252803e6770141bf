//! The appendix of a revised report: what differs from the report that it replaces.

use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Part, PartLayout};
use crate::model::{Difference, Reissue};

pub fn part(c: &mut Composer, reissue: &Reissue) -> Part {
    let mut blocks = vec![c.paragraph(&c.say("other.changed_text"))];
    blocks.push(c.code(&reissue.replaces_sha256.value.to_lowercase()));
    let columns = vec![column(&c.say("other.place"), 4.0).header(), column(&c.say("other.change"), 2.0)];
    let rows = reissue
        .places
        .iter()
        .map(|place| {
            let word = [
                (Difference::Added, "other.added"),
                (Difference::Changed, "other.changed_word"),
                (Difference::Removed, "other.removed"),
            ]
            .into_iter()
            .find(|(difference, _)| difference.key() == place.change.as_str());
            let change = word.map_or_else(|| place.change.value.clone(), |(_, key)| c.say(key));
            c.row(vec![Cell::Text(place.place.value.clone()), Cell::Text(change)], &place.place.origin)
        })
        .collect();
    blocks.push(c.table(&c.say("other.changed_table"), columns, rows));
    Part {
        anchor: c.part_anchor(7),
        number: c.say("section.appendix"),
        title: c.say("other.changed"),
        running: c.say("other.changed_running"),
        layout: PartLayout::Tables,
        id_characters: 0,
        byline: None,
        blocks,
    }
}
