//! What the PDF says of itself. It is written into the finished pages: said by the templates, it would be in the style of
//! every piece of the report, and for each copy everything would be laid out again.

use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;

use super::CopyMark;
use crate::compose::report::DocumentInfo;

/// Enters title, author, subject, keywords and date.
pub fn describe(document: &mut PagedDocument, about: &DocumentInfo) {
    let date = |value: u32| u8::try_from(value).unwrap_or(u8::MAX);
    let info = document.info_mut();
    info.title = Some(about.title.as_str().into());
    info.author = vec![about.author.as_str().into()];
    info.description = Some(about.description.as_str().into());
    info.keywords = about.keywords.iter().map(|word| word.as_str().into()).collect();
    info.date = Smart::Custom(Datetime::from_ymd(about.date.year, date(about.date.month), date(about.date.day)));
}

/// Adds whose copy it is.
pub fn mark(document: &mut PagedDocument, mark: &CopyMark) {
    let info = document.info_mut();
    let description = info.description.take().unwrap_or_default();
    info.description = Some(format!("{description} ({})", mark.line).into());
    info.keywords.push(mark.line.as_str().into());
}
