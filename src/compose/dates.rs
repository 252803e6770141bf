//! Dates as the house style writes them.

use crate::compose::report::Ymd;
use crate::model::{Date, DateFormat, Window};
use chrono::Datelike as _;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub fn format(date: Date, style: DateFormat) -> String {
    let month = MONTHS[date.month0() as usize];
    match style {
        DateFormat::Us => format!("{month} {}, {}", date.day(), date.year()),
        DateFormat::International => format!("{} {month} {}", date.day(), date.year()),
        DateFormat::Iso => date.format("%Y-%m-%d").to_string(),
    }
}

/// `January 1, 2025 to December 31, 2025`, or the day.
pub fn range(window: &Window, style: DateFormat) -> String {
    match window {
        Window::AsOf(date) => format(date.value, style),
        Window::Period { start, end } => format!("{} to {}", format(start.value, style), format(end.value, style)),
    }
}

/// `throughout the period ... to ...`, or `as of ...`.
pub fn phrase(window: &Window, style: DateFormat) -> String {
    match window {
        Window::AsOf(_) => format!("as of {}", range(window, style)),
        Window::Period { .. } => format!("throughout the period {}", range(window, style)),
    }
}

pub fn ymd(date: Date) -> Ymd {
    Ymd { year: date.year(), month: date.month(), day: date.day() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn house_styles() {
        let date = Date::from_ymd_opt(2026, 2, 3).expect("a day");
        assert_eq!(format(date, DateFormat::Us), "February 3, 2026");
        assert_eq!(format(date, DateFormat::International), "3 February 2026");
        assert_eq!(format(date, DateFormat::Iso), "2026-02-03");
    }
}
