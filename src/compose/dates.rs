//! Dates as the layout takes them.

use crate::compose::report::Ymd;
use crate::model::Date;
use chrono::Datelike as _;

pub fn ymd(date: Date) -> Ymd {
    Ymd { year: date.year(), month: date.month(), day: date.day() }
}
