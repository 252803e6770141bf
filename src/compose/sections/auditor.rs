//! Section I: the independent service auditor's report.

use super::signature::{self, Signatory};
use crate::compose::composer::Composer;
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{Block, Part, PartLayout};
use crate::compose::wording;
use crate::model::ServiceAuditor;

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e, &c.labels);
    let mut blocks = Vec::new();
    match (&e.service_auditor, &e.opinion) {
        (Some(auditor), Some(_)) => {
            blocks.extend(signed_letter(c, auditor, Letter::AuditorsReport));
        }
        _ => blocks.extend(c.letter(Letter::NoOpinion)),
    }
    Part {
        anchor: c.part_anchor(1),
        number: c.sections().auditor,
        running: titles.auditor.clone(),
        title: titles.auditor,
        layout: PartLayout::Letter,
        id_characters: 0,
        byline: None,
        blocks,
    }
}

/// A letter of the firm with whom it is addressed to and who signs it.
pub(super) fn signed_letter(c: &mut Composer, auditor: &ServiceAuditor, letter: Letter) -> Vec<Block> {
    let organization = &c.engagement.service_organization;
    let addressee = auditor.addressee.as_ref().map_or_else(
        || c.labels.fill("letter.addressee", &[("organization", &organization.name)]),
        |a| a.value.clone(),
    );
    let mut blocks =
        vec![Block::Signature { space: false, image: None, lines: vec![c.text(&addressee, &auditor.name.origin)] }];
    blocks.extend(c.letter(letter));
    let lines = [Some(&auditor.name), auditor.license.as_ref(), auditor.city.as_ref()];
    blocks.push(signature::block(
        c,
        &Signatory {
            lines: lines.into_iter().flatten().collect(),
            date: auditor.report_date.as_ref(),
            dual: c.engagement.reissue.as_ref().and_then(|r| Some((&r.date, r.as_to.as_ref()?))),
            image: auditor.signature_image.as_ref(),
        },
    ));
    blocks
}
