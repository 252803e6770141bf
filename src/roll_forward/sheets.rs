//! CSV files of the old engagement, without what was found.

use super::{CONTROL_RESULTS, OPEN, TEST_RESULTS};
use crate::diagnostics::{Findings, Source};
use crate::exchange::csv::line;
use crate::load;
use crate::load::schema;

/// `controls.csv` or `tests.csv` for the new window. Columns keep their order and their heads.
pub fn rewrite(text: &str, name: &str, ended: &[String]) -> String {
    let record = if name == "tests" { &schema::TESTS } else { &schema::CONTROLS };
    let source = Source::new(name, name, text);
    let Some((heads, rows)) = load::sheet(&source, &mut Findings::default()) else { return text.to_owned() };
    let fields: Vec<Option<&str>> = heads.iter().map(|head| record.field_of_head(head)).collect();
    let column = |name: &str| fields.iter().position(|field| *field == Some(name));
    let control = column(if name == "tests" { "control" } else { "id" });
    let results: &[&str] = if name == "tests" { &TEST_RESULTS } else { &CONTROL_RESULTS };
    let mut lines = vec![line(heads.iter().cloned())];
    for row in rows {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map_or("", |text| text.trim());
        if ended.iter().any(|id| id == cell(control)) {
            continue;
        }
        // A further row that only adds a population goes with its numbers.
        if name == "tests" && cell(column("procedure")).is_empty() && cell(column("result")).is_empty() {
            continue;
        }
        let cells: Vec<String> = row
            .iter()
            .zip(&fields)
            .map(|(text, field)| match field {
                Some("result") => OPEN.to_owned(),
                Some("tester") => String::new(),
                Some(field) if results.contains(field) => String::new(),
                _ => text.clone(),
            })
            .collect();
        lines.push(line(cells.into_iter()));
    }
    lines.concat()
}
