//! Sections of the firm's own: before the letters, or as appendices. They are no part of the description.

use crate::compose::composer::Composer;
use crate::compose::report::{Part, PartLayout};
use crate::model::SectionPlace;

pub fn parts(c: &mut Composer, place: SectionPlace) -> Vec<Part> {
    let e = c.engagement;
    let scope = e.scope();
    let number = match place {
        SectionPlace::Front => String::new(),
        SectionPlace::End => c.say("section.appendix"),
    };
    // Anchors of parts are numbered; the sections come first.
    (10..)
        .zip(&e.firm_sections)
        .filter(|(_, topic)| topic.in_scope(&scope))
        .filter(|(_, topic)| topic.place.as_ref().map_or(SectionPlace::End, |p| p.value) == place)
        .map(|(anchor, topic)| Part {
            anchor: c.part_anchor(anchor),
            number: number.clone(),
            title: topic.title.value.clone(),
            running: topic.title.value.clone(),
            layout: PartLayout::Prose,
            id_characters: 0,
            byline: None,
            blocks: c.topic(topic),
        })
        .collect()
}
