//! Section I: the independent service auditor's report.

use crate::compose::composer::Composer;
use crate::compose::report::{Block, Inline, Part, PartLayout};
use crate::compose::values::SECTIONS;
use crate::compose::{dates, wording};

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e);
    let mut blocks = Vec::new();
    match (&e.service_auditor, &e.opinion) {
        (Some(auditor), Some(_)) => {
            let organization = &e.service_organization;
            let addressee = auditor
                .addressee
                .as_ref()
                .map_or_else(|| format!("To the Management of {}", organization.name), |a| a.value.clone());
            blocks.push(Block::Signature { space: false, lines: vec![c.text(&addressee, &auditor.name.origin)] });
            blocks.extend(c.letter("service-auditors-report"));
            blocks.push(signature(c));
        }
        _ => blocks.extend(c.letter("no-opinion")),
    }
    Part {
        anchor: c.part_anchor(1),
        number: SECTIONS.auditor.into(),
        running: titles.auditor.clone(),
        title: titles.auditor,
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

/// The firm's name, place and date. A draft and a workpaper copy are not signed.
fn signature(c: &mut Composer) -> Block {
    let e = c.engagement;
    let Some(auditor) = &e.service_auditor else { return Block::Signature { space: false, lines: Vec::new() } };
    let at = &auditor.name.origin;
    let signed = c.is_signed();
    let mut lines = Vec::new();
    if !signed {
        lines.push(vec![Inline::Text("[Not signed: this is not the issued report]".into())]);
    }
    lines.push(c.text(&auditor.name, at));
    lines.extend(auditor.license.as_ref().map(|license| c.text(license, &license.origin)));
    lines.extend(auditor.city.as_ref().map(|city| c.text(city, &city.origin)));
    if let Some(date) = &auditor.report_date {
        lines.push(c.text(&dates::format(date.value, e.style.date_format), &date.origin));
    }
    Block::Signature { space: signed, lines }
}
