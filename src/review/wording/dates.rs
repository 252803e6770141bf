//! Days that do not exist, periods that are not this report's, dates in several forms (TXT-04, TXT-06).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike, Weekday};
use regex::{Captures, Regex};

use super::super::text::has_digits;
use super::super::{Review, pattern, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{Date, DateFormat, Window};

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let month = MONTHS.join("|");
    pattern(&format!(
        r"(?:(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:(?P<um>{month}) (?P<ud>\d{{1,2}}), (?P<uy>\d{{4}})|\b(?P<id>\d{{1,2}}) (?P<im>{month}) (?P<iy>\d{{4}})|\b(?P<sy>\d{{4}})-(?P<sm>\d{{2}})-(?P<sd>\d{{2}})\b|\b(?P<x>\d{{1,2}}/\d{{1,2}}/\d{{4}})\b)"
    ))
});
/// What stands between the two days of a period.
static UNTIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(to|through|until|and|–|—|-)\s*$"));
/// What is said of a period that is not this report's.
static ANOTHER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(prior|previous|preceding|last|earlier|former|next|subsequent)\b"));

/// As English texts write them.
pub const MONTHS: [&str; 12] = [
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Us,
    International,
    Iso,
    Slashes,
}

impl Form {
    fn shown(self) -> &'static str {
        match self {
            Form::Us => "January 31, 2026",
            Form::International => "31 January 2026",
            Form::Iso => "2026-01-31",
            Form::Slashes => "1/31/2026",
        }
    }
}

struct Written {
    range: Range<usize>,
    form: Form,
    /// Nothing if the day does not exist, or the order of day and month is unknown.
    date: Option<Date>,
    weekday: Option<Weekday>,
}

fn written(captures: &Captures) -> Option<Written> {
    let range = captures.get(0)?.range();
    let number = |name: &str| captures.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    let month = |name: &str| {
        let name = captures.name(name)?.as_str();
        MONTHS.iter().position(|m| *m == name).and_then(|n| u32::try_from(n + 1).ok())
    };
    let year = |name: &str| number(name).and_then(|y| i32::try_from(y).ok());
    let (form, date) = if captures.name("um").is_some() {
        (Form::Us, Date::from_ymd_opt(year("uy")?, month("um")?, number("ud")?))
    } else if captures.name("im").is_some() {
        (Form::International, Date::from_ymd_opt(year("iy")?, month("im")?, number("id")?))
    } else if captures.name("sy").is_some() {
        (Form::Iso, Date::from_ymd_opt(year("sy")?, number("sm")?, number("sd")?))
    } else {
        // Which of the two is the month cannot be told; a day exists in either order.
        (Form::Slashes, Some(Date::default()))
    };
    let weekday = captures.name("weekday").and_then(|m| format!("{}day", m.as_str()).parse().ok());
    Some(Written { range, form, date, weekday })
}

pub fn check(r: &mut Review) {
    let house = match r.engagement.style.date_format {
        DateFormat::Us => Form::Us,
        DateFormat::International => Form::International,
        DateFormat::Iso => Form::Iso,
    };
    let mut other_forms: BTreeMap<Form, (String, crate::diagnostics::Origin)> = BTreeMap::new();
    for passage in r.passages {
        let text = passage.text.as_str();
        // No date without its year.
        if !has_digits(text, 4) {
            continue;
        }
        let dates: Vec<Written> = DATE.captures_iter(text).filter_map(|c| written(&c)).collect();
        for date in &dates {
            let what = &text[date.range.clone()];
            let problem = match (date.date, date.weekday) {
                (None, _) => Some(format!("there is no day `{what}`")),
                (Some(day), Some(weekday)) if day.weekday() != weekday => {
                    Some(format!("`{what}` was a {}", long(day.weekday())))
                }
                _ => None,
            };
            if let Some(problem) = problem {
                r.findings.push(
                    Diagnostic::new(&rules::TXT_04, problem).at(&passage.at(&date.range)).help("correct the date"),
                );
            }
            if date.form != house {
                let place = || (what.to_owned(), passage.at(&date.range));
                other_forms.entry(date.form).or_insert_with(place);
            }
        }
        for pair in dates.windows(2) {
            another_period(r, text, &pair[0], &pair[1], |range| passage.at(range));
        }
    }
    for (form, (what, at)) in other_forms {
        let message = format!("`{what}` is written like {}, the report writes {}", form.shown(), house.shown());
        r.findings.push(
            Diagnostic::new(&rules::TXT_06, message)
                .at(&at)
                .help("write dates in one form, or choose the form in `date_format` of [style]"),
        );
    }
}

fn long(day: Weekday) -> &'static str {
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day.num_days_from_monday() as usize]
}

fn another_period(
    r: &mut Review,
    text: &str,
    from: &Written,
    to: &Written,
    place: impl Fn(&Range<usize>) -> crate::diagnostics::Origin,
) {
    let (Some(start), Some(end)) = (from.date, to.date) else { return };
    if from.form == Form::Slashes || to.form == Form::Slashes || !UNTIL.is_match(&text[from.range.end..to.range.start])
    {
        return;
    }
    let sentence = text[..from.range.start].rfind(['.', '\n', '|']).map_or(0, |i| i + 1);
    let before = text[sentence..from.range.start].to_lowercase();
    if !before.contains("period") || ANOTHER.is_match(&before) {
        return;
    }
    let window = &r.engagement.window;
    let is_ours = match window {
        Window::Period { start: s, end: e } => s.value == start && e.value == end,
        Window::AsOf(_) => false,
    };
    if !is_ours {
        let range = from.range.start..to.range.end;
        r.findings.push(
            Diagnostic::new(&rules::TXT_04, format!("the text speaks of a period `{}`", &text[range.clone()]))
                .at(&place(&range))
                .related("this report", &window.start().origin)
                .help("write this report's own dates, or say whose period it is"),
        );
    }
}
