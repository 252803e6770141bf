//! Tables: cells, and how the width is shared out.

use std::ops::Range;

use pulldown_cmark::{Alignment, Event, Tag};

use super::inline::{Run, plain};
use super::walk::{Walker, finding};
use crate::compose::report::{Align, Block, Column, Inline, Row, Table, Tone};
use crate::compose::rules::TABLE_CELLS;
use crate::compose::token::{longest_unbreakable, width};

/// Characters that fit beside each other on the page in the type of tables, about.
const LINE: f64 = 95.0;
/// Blank room left and right of a cell, in characters.
const PADDING: f64 = 2.0;
/// A column whose texts are all this short is as wide as its longest text.
const NARROW: usize = 12;
/// More columns need smaller type.
const COLUMNS: usize = 5;
/// So does an average row with more characters.
const MUCH_TEXT: usize = 320;
/// A row whose longest cell has fewer characters is better not split over two pages.
const KEEP: usize = 400;

impl Walker<'_, '_> {
    /// A table, up to its end. No column heads the rows: Markdown has no sign for it, and names of rows cannot be told
    /// from other text.
    pub fn table(&mut self, alignments: &[Alignment]) -> Table {
        let mut heads: Vec<Vec<Inline>> = Vec::new();
        let mut rows: Vec<(Vec<Vec<Inline>>, Range<usize>)> = Vec::new();
        while let Some((event, range)) = self.events.get(self.at) {
            self.at += 1;
            self.html_noted = false;
            match event {
                Event::Start(Tag::TableHead) => heads = self.cells(range),
                Event::Start(Tag::TableRow) => rows.push((self.cells(range), range.clone())),
                Event::End(_) => break,
                _ => {}
            }
        }
        let count = alignments.len().max(heads.len()).max(1);
        heads.resize_with(count, Vec::new);
        let texts: Vec<Vec<String>> =
            rows.iter().map(|(cells, _)| cells.iter().map(|cell| plain(cell)).collect()).collect();
        let titles: Vec<String> = heads.iter().map(|head| plain(head)).collect();
        let weights = weights(&titles, &texts);
        let total: usize = texts.iter().flatten().map(|text| width(text)).sum();
        let table = Table {
            summary: self.summary(&titles),
            caption: None,
            columns: heads
                .into_iter()
                .zip(weights)
                .enumerate()
                .map(|(index, (head, weight))| {
                    let align = match alignments.get(index) {
                        Some(Alignment::Center) => Align::Center,
                        Some(Alignment::Right) => Align::Right,
                        _ => Align::Left,
                    };
                    Column { head, weight, align, row_header: false }
                })
                .collect(),
            dense: count > COLUMNS || total / texts.len().max(1) > MUCH_TEXT,
            rows: Vec::new(),
        };
        let rows = rows.into_iter().zip(&texts).map(|((mut cells, range), texts)| {
            cells.resize_with(count, Vec::new);
            Row {
                cells: cells.into_iter().map(cell).collect(),
                tone: Tone::Plain,
                keep: texts.iter().all(|text| width(text) < KEEP),
                anchor: None,
                origin: Some(self.row_origin(&range)),
            }
        });
        let rows = rows.collect();
        Table { rows, ..table }
    }

    /// The cells of a row, up to its end. What the parser leaves over, for want of a column, goes to the last one.
    fn cells(&mut self, row: &Range<usize>) -> Vec<Vec<Inline>> {
        let mut cells = Vec::new();
        let mut end = row.start;
        let outside = std::mem::replace(&mut self.in_cell, true);
        while let Some((event, range)) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Start(Tag::TableCell) => {
                    cells.push(self.inline_run(false).finish());
                    end = end.max(range.end);
                }
                Event::End(_) => break,
                _ => {}
            }
        }
        self.in_cell = outside;
        let left = self.parsed(&(end..row.end)).trim_matches(|ch: char| ch == '|' || ch.is_whitespace());
        if let Some(last) = cells.last_mut().filter(|_| !left.is_empty()) {
            let mut run = Run::default();
            run.splice(std::mem::take(last));
            run.text(" | ");
            self.text(&mut run, left, end);
            *last = run.finish();
            self.report(
                finding(&TABLE_CELLS, format!("the row has more cells than the head: there is no column for `{left}`")),
                row,
            );
        }
        cells
    }

    fn summary(&self, titles: &[String]) -> String {
        let titles: Vec<&str> = titles.iter().map(|title| title.trim()).filter(|title| !title.is_empty()).collect();
        let titles = titles.join(", ");
        match &self.last_heading {
            Some(heading) if titles.is_empty() => heading.clone(),
            Some(heading) => format!("{heading}: {titles}"),
            None => titles,
        }
    }
}

fn cell(text: Vec<Inline>) -> Vec<Block> {
    if text.is_empty() { Vec::new() } else { vec![Block::Paragraph { text, origin: None }] }
}

/// Shares of the width, which add up to 1.
///
/// A column of short texts gets what its longest text takes. The others share the rest by the square root of their
/// average text, which makes their cells about equally high, and none gets less than its longest word takes.
fn weights(titles: &[String], rows: &[Vec<String>]) -> Vec<f64> {
    let mut narrow = 0.0;
    let mut wide = 0.0;
    let measured: Vec<Measure> =
        titles.iter().enumerate().map(|(index, title)| Measure::of(title, rows, index)).collect();
    for column in &measured {
        match column.is_narrow() {
            true => narrow += column.least(),
            false => wide += column.mean.sqrt(),
        }
    }
    let rest = (LINE - narrow).max(LINE / 4.0);
    let shares: Vec<f64> = measured
        .iter()
        .map(|column| match column.is_narrow() {
            true => column.least(),
            false => (rest * column.mean.sqrt() / wide).max(column.least()),
        })
        .collect();
    let sum: f64 = shares.iter().sum();
    shares.into_iter().map(|share| share / sum).collect()
}

/// What a column holds, in characters.
struct Measure {
    longest_word: usize,
    longest: usize,
    /// Of the cells that are not empty; at least 1.
    mean: f64,
}

impl Measure {
    fn of(title: &str, rows: &[Vec<String>], index: usize) -> Self {
        let mut measure = Measure { longest_word: longest_unbreakable(title), longest: 0, mean: 0.0 };
        let mut count = 0_usize;
        let mut total = 0;
        for text in rows.iter().filter_map(|row| row.get(index)).filter(|text| !text.trim().is_empty()) {
            measure.longest_word = measure.longest_word.max(longest_unbreakable(text));
            measure.longest = measure.longest.max(width(text));
            total += width(text);
            count += 1;
        }
        // The head counts as one more cell: an empty column still shows it.
        total += width(title);
        count += 1;
        measure.mean = (total as f64 / count as f64).max(1.0);
        measure
    }

    fn is_narrow(&self) -> bool {
        self.longest <= NARROW
    }

    /// Least width, its padding included.
    fn least(&self) -> f64 {
        let text = if self.is_narrow() { self.longest.max(self.longest_word) } else { self.longest_word };
        text.max(2) as f64 + PADDING
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shares(table: &[&[&str]]) -> Vec<f64> {
        let own = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        weights(&own(table[0]), &table[1..].iter().map(|row| own(row)).collect::<Vec<_>>())
    }

    #[test]
    fn narrow_columns_stay_narrow() {
        let text = "Access of users who leave is removed within one working day after notice by human resources.";
        let shares = shares(&[&["No.", "Control", "Days"], &["1", text, "1"], &["2", text, "30"]]);
        assert!(shares[0] < 0.1 && shares[2] < 0.1 && shares[1] > 0.8, "{shares:?}");
    }

    #[test]
    fn long_words_have_room() {
        let shares = shares(&[&["Responsibility", "Text"], &["Administrator", &"word ".repeat(200)]]);
        assert!(shares[0] * LINE >= 13.0, "{shares:?}");
    }

    #[test]
    fn equal_columns_are_equal() {
        let shares = shares(&[&["One", "Two"], &["some words of text", "some words of text"]]);
        assert!((shares[0] - 0.5).abs() < 1e-9, "{shares:?}");
    }

    proptest! {
        #[test]
        fn shares_make_the_whole(
            titles in proptest::collection::vec(".{0,30}", 1..9),
            rows in proptest::collection::vec(proptest::collection::vec(".{0,90}", 0..9), 0..5),
        ) {
            let shares = weights(&titles, &rows);
            prop_assert_eq!(shares.len(), titles.len());
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(shares.iter().all(|share| *share > 0.0));
        }
    }
}
