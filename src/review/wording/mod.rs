//! Family G and its neighbours: names, dates, acronyms, tone and spelling of the texts.

mod acronyms;
mod dates;
mod names;
mod spelling;
mod tone;

use super::Review;

pub use dates::MONTHS;
pub use names::without_suffix;

pub fn check(r: &mut Review) {
    if r.engagement.is_complete {
        names::check(r);
        dates::check(r);
        spelling::check(r);
    }
    acronyms::check(r);
    tone::check(r);
}
