//! Numbers and days as people write them into cells.

use chrono::Datelike as _;

use crate::model::Date;

/// Words before a number that nobody counted.
pub const ESTIMATES: [&str; 9] = ["approx", "about", "ca.", "ca ", "circa", "~", "≈", "roughly", "over "];

/// A day in a form that has one meaning only.
pub fn read_day(text: &str) -> Option<Date> {
    const FORMS: [&str; 9] =
        ["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d", "%d. %B %Y"];
    let text = text.trim();
    // A platform's time stamp.
    let day = text.get(..10).filter(|_| text.as_bytes().get(10).is_some_and(|b| matches!(b, b'T' | b' ')));
    let four_digits = |date: &Date| date.year() >= 1000;
    let plain = day.filter(|day| day.as_bytes()[4] == b'-').unwrap_or(text);
    if plain.len() > 20 || (plain.starts_with(|c: char| c.is_ascii_digit()) && plain.len() < 9) {
        return None;
    }
    FORMS.iter().find_map(|form| Date::parse_from_str(plain, form).ok()).filter(four_digits)
}

/// The two days that `3/4/2025` may mean.
pub fn either_day(text: &str) -> Option<String> {
    let parts: Vec<u32> = text.split(['/', '.', '-']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let &[first, second, year] = parts.as_slice() else { return None };
    let year = i32::try_from(year).ok().filter(|year| (1900..2200).contains(year))?;
    let days = [(first, second), (second, first)].map(|(month, day)| Date::from_ymd_opt(year, month, day));
    match days {
        [Some(a), Some(b)] if a == b => Some(format!("write {a}")),
        [Some(a), Some(b)] => Some(format!("write the day that is meant, {a} or {b}")),
        [Some(day), None] | [None, Some(day)] => Some(format!("write {day}")),
        [None, None] => None,
    }
}

/// A number written in words.
pub fn number_in_words(text: &str) -> Option<u64> {
    const WORDS: [&str; 20] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let lower = text.trim().to_lowercase();
    let below = |word: &str| WORDS.iter().zip(1..).find(|(w, _)| **w == word).map(|(_, n)| n);
    let tens = |word: &str| TENS.iter().zip(2..).find(|(w, _)| **w == word).map(|(_, n)| n * 10);
    let both = || {
        let (ten, one) = lower.split_once(['-', ' '])?;
        Some(tens(ten)? + below(one).filter(|n| *n < 10)?)
    };
    below(&lower).or_else(|| tens(&lower)).or_else(both)
}

/// Digits, with commas between thousands if they are placed right.
pub fn read_count(text: &str) -> Option<u64> {
    // The share behind a count says nothing new: `2 (8%)`.
    let text = match text.split_once('(') {
        Some((count, share)) if share.trim_end().ends_with("%)") => count.trim(),
        _ => text,
    };
    let groups: Vec<&str> = text.split(',').collect();
    let well_grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|g| g.len() == 3));
    let digits = groups.concat();
    (well_grouped && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// A part of a whole: `25 of 61`, `25 (of 61)`, `2/25`, `2 out of 25`; or a part with its share, `2 (8%)`, as the part of
/// nothing else.
pub fn read_part(text: &str) -> Option<(u64, u64)> {
    // The share behind them says nothing new: `2 of 25 (8%)`.
    let text = match text.rsplit_once('(') {
        Some((counts, share)) if share.trim_end().ends_with("%)") => counts,
        _ => text,
    };
    let plain = text.replace(['(', ')'], " ").replace("out of", "of").replace('/', " of ").replace(" from ", " of ");
    let (part, whole) = plain.split_once(" of ")?;
    Some((read_count(part.trim())?, read_count(whole.trim())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_cells() {
        assert_eq!(read_count("25"), Some(25));
        assert_eq!(read_count("1,204"), Some(1204));
        for bad in ["", "1,20", "1.204", "-1", "25 of 61", "1e3", "99999999999999999999999"] {
            assert_eq!(read_count(bad), None, "{bad}");
        }
        for (text, part) in
            [("25 of 61", (25, 61)), ("25 (of 61)", (25, 61)), ("2/25", (2, 25)), ("2 of 25 (8%)", (2, 25))]
        {
            assert_eq!(read_part(text), Some(part), "{text}");
        }
        assert_eq!(read_part("2 (8%)"), None);
        assert_eq!(number_in_words("twenty-five"), Some(25));
        assert_eq!(number_in_words("Two"), Some(2));
        assert_eq!(number_in_words("some"), None);
    }

    #[test]
    fn days_in_cells() {
        for day in [
            "2025-03-04",
            "4 March 2025",
            "March 4, 2025",
            "04-Mar-2025",
            "2025/03/04",
            "2025-03-04T10:00:00Z",
            "2025-03-04 10:00",
        ] {
            assert_eq!(read_day(day).map(|d| d.to_string()).as_deref(), Some("2025-03-04"), "{day}");
        }
        for not in ["3/4/2025", "4.3.2025", "2025", "March 2025", "2025-02-30", "4 March 25", "", "20250304x"] {
            assert_eq!(read_day(not), None, "{not}");
        }
        assert_eq!(either_day("3/4/2025").as_deref(), Some("write the day that is meant, 2025-03-04 or 2025-04-03"));
        assert_eq!(either_day("31.12.2025").as_deref(), Some("write 2025-12-31"));
    }
}
