//! Who signs a letter: names, place and date, and the room or the picture of the signature.

use crate::compose::composer::Composer;
use crate::compose::report::{Block, Inline};
use crate::diagnostics::Located;
use crate::model::Date;

pub struct Signatory<'a> {
    /// Names, roles and places, one to a line.
    pub lines: Vec<&'a Located<String>>,
    pub date: Option<&'a Located<Date>>,
    /// A later date, and the matter to which alone it belongs.
    pub dual: Option<(&'a Located<Date>, &'a Located<String>)>,
    /// Image of the signature, in the engagement folder.
    pub image: Option<&'a Located<String>>,
}

/// The block below a letter. A draft and a workpaper copy are not signed.
pub fn block(c: &mut Composer, signatory: &Signatory) -> Block {
    let signed = c.is_signed();
    let mut lines = Vec::new();
    if !signed {
        let why = if c.edition().is_letter() { "letter.not_signed_draft" } else { "letter.not_signed" };
        lines.push(vec![Inline::Text(c.say(why))]);
    }
    lines.extend(signatory.lines.iter().map(|line| c.text(&line.value, &line.origin)));
    if let Some(date) = signatory.date {
        let mut text = c.labels.date(date.value);
        if let Some((new_date, matter)) = signatory.dual {
            let new_date = c.labels.date(new_date.value);
            text = c.labels.fill("letter.dual_date", &[("date", &text), ("matter", matter), ("new_date", &new_date)]);
        }
        lines.push(c.text(&text, &date.origin));
    }
    let image = signatory.image.filter(|_| signed).and_then(|path| c.image(path, c.say("letter.signature")));
    Block::Signature { space: signed && image.is_none(), image, lines }
}
