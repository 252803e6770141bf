//! Numbers of workbooks as their cells show them: `1.1` under the format `0.00` is `1.10`, and `1` under `0%` is `100%`.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

/// What a number format makes of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// The number as it is.
    General,
    Date,
    DateTime,
    Time,
    /// Digits, with what stands before and behind them.
    Digits(Vec<Section>),
}

/// One of the sections of a format: for numbers above zero, below and zero itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    before: String,
    behind: String,
    least: usize,
    decimals: usize,
    /// How many of the decimals are shown only if they are not zero.
    optional: usize,
    grouped: bool,
    percents: u32,
    /// Whether it shows a number at all.
    any: bool,
}

/// The codes that have a number instead of a text.
pub fn builtin(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-mm-dd",
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        37 | 38 => "#,##0",
        39 | 40 => "#,##0.00",
        _ => "General",
    }
}

impl Format {
    pub fn read(code: &str) -> Self {
        let sections = sections(code);
        let first = bare(sections.first().map_or("", String::as_str));
        if first.is_empty() || first.contains("general") || first.contains('@') {
            return Format::General;
        }
        let has = |letters: &str| first.chars().any(|c| letters.contains(c));
        if has("yd") || (has("m") && !has("hs0#")) {
            return if has("h") { Format::DateTime } else { Format::Date };
        }
        if has("hs") {
            return Format::Time;
        }
        let read: Option<Vec<Section>> = sections.iter().take(3).map(|section| Section::read(section)).collect();
        match read {
            Some(sections) if sections.first().is_some_and(|s| s.any) => Format::Digits(sections),
            _ => Format::General,
        }
    }

    /// The text that a number is shown as, unless that would round it: then the number itself.
    pub fn show(&self, number: f64) -> String {
        let plain = general(number);
        let Format::Digits(sections) = self else { return plain };
        let (section, signed) = match sections.as_slice() {
            [_, negative, ..] if number < 0.0 => (negative, false),
            [_, _, zero] if number == 0.0 => (zero, false),
            [first, ..] => (first, number < 0.0),
            [] => return plain,
        };
        section.show(number.abs()).map_or(plain, |text| if signed { format!("-{text}") } else { text })
    }
}

/// The day and time that a number stands for.
pub fn moment(number: f64, since_1904: bool) -> Option<NaiveDateTime> {
    let (year, month, day) = if since_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
    let zero = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(0, 0, 0)?;
    // The calendar of 1900 counts a 29th of February that there was not.
    let number = if !since_1904 && (1.0..60.0).contains(&number) { number + 1.0 } else { number };
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below three million days")]
    let seconds = (number * 86_400.0).round() as i64;
    zero.checked_add_signed(TimeDelta::seconds(seconds))
}

/// A number without a format: at most the 15 digits that a workbook keeps.
pub fn general(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

impl Section {
    /// Nothing if the section holds what is not understood.
    fn read(code: &str) -> Option<Self> {
        let mut section = Self::default();
        let (mut point, mut ended, mut commas) = (false, false, 0usize);
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            let literal = match c {
                '"' => chars.by_ref().take_while(|c| *c != '"').collect(),
                '\\' => chars.next().map(String::from).unwrap_or_default(),
                '_' => {
                    chars.next();
                    " ".to_owned()
                }
                '*' => {
                    chars.next();
                    String::new()
                }
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    if inner.starts_with(['<', '>', '=']) {
                        return None;
                    }
                    inner.strip_prefix('$').and_then(|money| money.split('-').next()).unwrap_or_default().to_owned()
                }
                '0' | '#' | '?' => {
                    // Digits in two places are a pattern for numbers of another kind.
                    if ended {
                        return None;
                    }
                    section.any = true;
                    section.grouped |= commas > 0 && !point;
                    commas = 0;
                    if point {
                        section.decimals += 1;
                        section.optional = if c == '0' { 0 } else { section.optional + 1 };
                    } else if c == '0' {
                        section.least += 1;
                    }
                    continue;
                }
                '.' if section.any && !ended && !point => {
                    point = true;
                    continue;
                }
                ',' if section.any && !ended => {
                    commas += 1;
                    continue;
                }
                '%' => {
                    section.percents += 1;
                    "%".to_owned()
                }
                '/' | '@' | 'E' | 'e' => return None,
                other => other.to_string(),
            };
            if section.any {
                ended |= !literal.is_empty();
                section.behind.push_str(&literal);
            } else {
                section.before.push_str(&literal);
            }
        }
        // Commas behind the digits divide by a thousand.
        (commas == 0).then_some(section)
    }

    fn show(&self, number: f64) -> Option<String> {
        if !self.any {
            return None;
        }
        let scaled = general(number * 100f64.powi(i32::try_from(self.percents).ok()?));
        let (whole, decimals) = scaled.split_once('.').unwrap_or((&scaled, ""));
        if decimals.len() > self.decimals || whole.contains('e') {
            return None;
        }
        let mut whole = format!("{whole:0>width$}", width = self.least);
        if self.least == 0 && whole == "0" {
            whole.clear();
        }
        if self.grouped {
            let mut grouped = String::new();
            for (nth, digit) in whole.chars().enumerate() {
                if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            whole = grouped;
        }
        let mut text = format!("{}{whole}", self.before);
        let shown = decimals.len().max(self.decimals - self.optional);
        if shown > 0 {
            text.push_str(&format!(".{decimals:0<shown$}"));
        }
        text.push_str(&self.behind);
        Some(text.trim().to_owned())
    }
}

/// The sections of a code, which `;` separates outside quotes.
fn sections(code: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in code.chars() {
        if c == ';' && !quoted && !escaped {
            sections.push(String::new());
            continue;
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        if let Some(last) = sections.last_mut() {
            last.push(c);
        }
    }
    sections
}

/// A section in lower case without what stands in it as text.
fn bare(section: &str) -> String {
    let mut out = String::new();
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                // Hours beyond a day.
                if inner.chars().all(|c| "hmsHMS".contains(c)) {
                    out.push_str(&inner);
                }
            }
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_cells_show_them() {
        for (number, code, shown) in [
            (1.1, "0.00", "1.10"),
            (1.1, "General", "1.1"),
            (3_000_036.0, "General", "3000036"),
            (0.1 + 0.2, "General", "0.3"),
            (1.0, "0%", "100%"),
            (0.085, "0%", "0.085"),
            (0.08, "0.0%", "8.0%"),
            (1204.0, "#,##0", "1,204"),
            (7.0, "\"AC-\"00", "AC-07"),
            (471_193.0, "00000000", "00471193"),
            (25.5, "0", "25.5"),
            (-3.0, "0", "-3"),
            (-3.0, "0;(0)", "(3)"),
            (0.0, "0;-0;\"none\"", "0"),
            (12.0, "_(* #,##0_);_(* \\(#,##0\\)", "12"),
            (1_500_000.0, "0,", "1500000"),
            (1.0e20, "0", "100000000000000000000"),
            (0.5, "# ?/?", "0.5"),
            (5.0, "[>3]0", "5"),
            (9.0, "[$€-407]0", "€9"),
            (2.5, "0.0##", "2.5"),
        ] {
            assert_eq!(Format::read(code).show(number), shown, "{number} under {code}");
        }
    }

    #[test]
    fn formats_of_days_and_times() {
        for code in ["yyyy-mm-dd", "d-mmm", "[$-409]mmmm d, yyyy;@", "mmm", "dd/mm/yy"] {
            assert_eq!(Format::read(code), Format::Date, "{code}");
        }
        assert_eq!(Format::read("yyyy-mm-dd h:mm:ss"), Format::DateTime);
        for code in ["h:mm", "[h]:mm", "mm:ss.0"] {
            assert_eq!(Format::read(code), Format::Time, "{code}");
        }
        for code in ["General", "@", "", "[Red]General", "0\" days\"", "\"hours\" 0"] {
            assert!(!matches!(Format::read(code), Format::Date | Format::DateTime | Format::Time), "{code}");
        }
        let day = |number, since| moment(number, since).map(|m| m.date().to_string());
        assert_eq!(day(46_078.0, false).as_deref(), Some("2026-02-25"));
        assert_eq!(day(44_616.0, true).as_deref(), Some("2026-02-25"));
        assert_eq!(day(1.0, false).as_deref(), Some("1900-01-01"));
        assert_eq!(day(61.0, false).as_deref(), Some("1900-03-01"));
        assert_eq!(day(-1.0, false), None);
        assert_eq!(day(1.0e12, false), None);
    }
}
