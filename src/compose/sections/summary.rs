//! The overviews of Section IV: results by category and criterion, exceptions, criteria to controls, control index.

use super::controls;
use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Align, Block, IndexEntry, Inline, ResultState, Styled, Tone};
use crate::compose::wording::{self, counted};
use crate::model::{ControlOutcome, Engagement, TableLayout, Test, TestResult};

/// The summary of results and the exception table of a Type II.
pub fn results(c: &mut Composer) -> Vec<Block> {
    let mut blocks = vec![Block::PageBreak, c.heading(1, "Summary of Results", None)];
    blocks.push(c.paragraph(&in_words(c.engagement, c)));
    blocks.push(by_category(c));
    blocks.push(c.heading(2, "Criteria with results other than no exceptions", None));
    match by_criterion(c) {
        Some(table) => blocks.push(table),
        None => blocks.push(c.paragraph("All tests of all criteria were completed without exceptions.")),
    }
    blocks.push(Block::PageBreak);
    blocks.extend(exceptions(c));
    blocks
}

/// The totals as sentences.
fn in_words(e: &Engagement, c: &Composer) -> String {
    let t = c.rollup.totals;
    let mut text = format!(
        "The examination covered {} and {}, on which {} were planned. ",
        counted(t.criteria, "criterion", "criteria"),
        counted(t.controls, "control", "controls"),
        counted(t.tests, "test", "tests"),
    );
    let mut parts = vec![format!("{} had no exceptions", counted(t.no_deviation, "test", "tests"))];
    parts.push(format!("{} had exceptions", counted(t.deviation, "test", "tests")));
    for (n, what) in [
        (t.did_not_operate, "concerned controls that did not operate during the period"),
        (t.unable_to_test, "could not be carried out"),
        (t.not_applicable, "were not applicable"),
        (t.not_yet_tested, "have not been done yet"),
        (t.other_results, "had other results"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", counted(n, "test", "tests")));
        }
    }
    text.push_str(&wording::join(&parts, "and"));
    text.push_str(". ");
    if t.exceptions > 0 {
        text.push_str(&format!(
            "The exceptions are reported under {} in “{}” below",
            counted(t.exceptions, "label", "labels"),
            wording::exceptions(e).title,
        ));
        if e.has_other_information() {
            text.push_str(&format!(", with the responses of management in {}", c.sections().other));
        }
        text.push('.');
    }
    text.trim_end().to_owned()
}

fn number(n: usize) -> Cell<'static> {
    Cell::Text(if n == 0 { "–".into() } else { wording::number(n as u64) })
}

fn by_category(c: &mut Composer) -> Block {
    let e = c.engagement;
    let heads =
        ["Criteria", "Controls", "Tests", "Tests with exceptions", "Exceptions", "Controls that did not operate"];
    let mut columns = vec![column("Category", 2.2).header()];
    columns.extend(heads.iter().map(|head| column(head, 1.1).align(Align::Right)));
    let origin = e.categories.first().map_or_else(|| crate::diagnostics::Origin::file(&e.source), |x| x.origin.clone());
    let mut rows = Vec::new();
    for category in e.scope() {
        let n = c.rollup.category(e, category);
        let mut cells = vec![Cell::Text(category.title().into())];
        cells.extend(
            [n.criteria, n.controls, n.tests, n.tests_with_deviations, n.exceptions, n.controls_that_did_not_operate]
                .map(number),
        );
        rows.push(c.row(cells, &origin));
    }
    let t = c.rollup.totals;
    let idle = c.rollup.controls.iter().filter(|o| o.did_not_operate).count();
    let mut cells = vec![Cell::Text("Report, each counted once".into())];
    cells.extend([t.criteria, t.controls, t.tests, t.deviation, t.exceptions, idle].map(number));
    let mut total = c.row(cells, &origin);
    total.tone = Tone::Total;
    rows.push(total);
    c.table("Number of criteria, controls, tests and exceptions by category", columns, rows)
}

/// Criteria that have exceptions or controls that did not operate.
fn by_criterion(c: &mut Composer) -> Option<Block> {
    let e = c.engagement;
    let stated = !e.conclusions.is_empty();
    let mut columns = vec![
        column("Criterion", 1.0).header(),
        column("Subject", 4.2),
        column("Controls", 0.9).align(Align::Right),
        column("Tests", 0.8).align(Align::Right),
        column("Tests with exceptions", 1.1).align(Align::Right),
        column("Did not operate", 1.0).align(Align::Right),
        column("Exceptions", 1.5),
    ];
    if stated {
        columns.push(column("Conclusion", 1.2));
    }
    let criteria: Vec<_> = e.criteria_in_scope().cloned().collect();
    let mut rows = Vec::new();
    for criterion in criteria {
        let Some(outcome) = c.rollup.criterion(e, &criterion.id).cloned() else { continue };
        if outcome.exceptions.is_empty()
            && outcome.tests_with_deviations == 0
            && outcome.controls_that_did_not_operate == 0
        {
            continue;
        }
        let mut cells = vec![
            Cell::Inlines(c.criterion_links(std::iter::once(&criterion.id))),
            Cell::Text(criterion.title.clone()),
            number(outcome.controls.len()),
            number(outcome.tests),
            number(outcome.tests_with_deviations),
            number(outcome.controls_that_did_not_operate),
            Cell::Inlines(c.exception_links(outcome.exceptions.iter())),
        ];
        if stated {
            cells.push(Cell::Text(outcome.stated.map_or("–", |x| x.title()).into()));
        }
        let origin = e.controls[outcome.controls[0]].origin.clone();
        rows.push(c.row(cells, &origin));
    }
    (!rows.is_empty()).then(|| c.table("Criteria with exceptions or with controls that did not operate", columns, rows))
}

/// The exception table: the auditor's facts only, one row per test.
fn exceptions(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let mut blocks = vec![c.heading(1, wording::exceptions(e).title, None)];
    if e.exceptions.is_empty() {
        blocks.push(c.paragraph("No exceptions were noted."));
        return blocks;
    }
    blocks.push(c.paragraph(&format!(
        "This table brings together the facts of all exceptions as they are reported beside the tests. Each label leads to the response of management in {}.",
        c.sections().other
    )));
    let columns = vec![
        column("Exception", 1.1).header(),
        column("Control and test", 1.3),
        column("Population", 1.1).align(Align::Right),
        column("Sample", 0.8).align(Align::Right),
        column("Deviations", 1.1).align(Align::Right),
        column("Nature", 4.6),
        column("Reported under", 1.5),
    ];
    let mut rows = Vec::new();
    for (position, exception) in e.exceptions.iter().enumerate() {
        let tests: Vec<(usize, &Test)> = e
            .tests
            .iter()
            .enumerate()
            .filter(|(_, t)| {
                t.result.value == TestResult::Deviation
                    && t.exception.as_ref().is_some_and(|x| x.value == exception.id.value)
            })
            .collect();
        // An exception that no test names is a finding; a draft shows it all the same.
        if tests.is_empty() {
            let label = Cell::Inlines(c.text(exception.id.as_str(), &exception.id.origin));
            let nothing = || Cell::Text("–".into());
            let facts = Cell::Blocks(c.facts(exception));
            let mut row =
                c.row(vec![label, nothing(), nothing(), nothing(), nothing(), facts, nothing()], &exception.origin);
            row.tone = Tone::Exception;
            row.anchor = Some(c.exception_anchor(position));
            rows.push(row);
        }
        for (nth, (index, test)) in tests.iter().enumerate() {
            let label = Inline::Styled(Styled::Strong {
                text: vec![Inline::Styled(Styled::Ref {
                    to: c.response_anchor(position),
                    text: c.text(exception.id.as_str(), &exception.id.origin),
                })],
            });
            let control = c.rollup.control_position(&test.control.value);
            let mut what = c.control_links(std::iter::once(&test.control.value));
            what.push(Inline::Styled(Styled::Break));
            what.extend(c.text(test.id.as_str(), &test.id.origin));
            let counted = |n: Option<u64>| Cell::Text(n.map_or_else(|| "–".to_owned(), wording::number));
            let nature = match (&exception.nature, nth) {
                (Some(_), 0) => Cell::Blocks(c.facts(exception)),
                (Some(_), _) => Cell::Text(format!("See {} above.", exception.id)),
                (None, _) => Cell::Text("–".into()),
            };
            let mut under = Vec::new();
            if let Some(criterion) = control.and_then(|p| c.printed_first_under(p)) {
                match e.style.table_layout {
                    TableLayout::ByCriterion => under.extend(c.criterion_links(std::iter::once(&criterion))),
                    TableLayout::ByControl => under.extend(c.control_links(std::iter::once(&test.control.value))),
                }
                under.push(Inline::Text(", page ".into()));
                under.push(Inline::Styled(Styled::Page { to: c.test_anchor(*index) }));
            }
            let cells = vec![
                Cell::Inlines(if response_exists(exception) {
                    vec![label]
                } else {
                    c.text(exception.id.as_str(), &exception.id.origin)
                }),
                Cell::Inlines(what),
                counted(test.population()),
                counted(test.sample()),
                counted(test.deviations()),
                nature,
                Cell::Inlines(under),
            ];
            let mut row = c.row(cells, &exception.origin);
            row.tone = Tone::Exception;
            if nth == 0 {
                row.anchor = Some(c.exception_anchor(position));
            }
            rows.push(row);
        }
    }
    blocks.push(c.table(
        "Exceptions with their control, test, population, sample, deviations and nature",
        columns,
        rows,
    ));
    blocks
}

pub(super) fn response_exists(exception: &crate::model::Deviation) -> bool {
    exception.response.is_some() || exception.declined()
}

/// Which controls serve each criterion.
pub fn matrix(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let mut blocks = vec![c.heading(1, "Criteria and Their Controls", None)];
    let columns = vec![column("Criterion", 1.0).header(), column("Subject", 4.0), column("Controls", 4.0)];
    let criteria: Vec<_> = e.criteria_in_scope().cloned().collect();
    let origin = crate::diagnostics::Origin::file(&e.source);
    let mut rows = Vec::new();
    for criterion in criteria {
        let Some(outcome) = c.rollup.criterion(e, &criterion.id).cloned() else { continue };
        let controls = if outcome.controls.is_empty() {
            vec![Inline::Text(if outcome.not_relevant { "Not relevant".into() } else { "–".into() })]
        } else {
            c.control_links(outcome.controls.iter().map(|p| &e.controls[*p].id.value))
        };
        // Where Section IV goes by controls, this table is the place of the criteria.
        let by_control = e.style.table_layout == TableLayout::ByControl;
        let id = if by_control {
            vec![Inline::Text(criterion.id.to_string())]
        } else {
            c.criterion_links(std::iter::once(&criterion.id))
        };
        let mut served = vec![c.paragraph_of(controls)];
        if by_control {
            served.extend(controls::remarks(c, &criterion, outcome.controls.is_empty()));
        }
        let cells = vec![Cell::Inlines(id), Cell::Text(criterion.title.clone()), Cell::Blocks(served)];
        let at = outcome.controls.first().map_or(&origin, |p| &e.controls[*p].origin).clone();
        let mut row = c.row(cells, &at);
        row.anchor = by_control.then(|| c.criterion_anchor(&criterion.id));
        rows.push(row);
    }
    blocks.push(c.table("Criteria in scope and the controls that serve them", columns, rows));
    blocks
}

/// Every control with its criteria, its page and results that stand out.
pub fn control_index(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let mut order: Vec<usize> = (0..e.controls.len()).collect();
    order.sort_by(|a, b| crate::model::natural_cmp(e.controls[*a].id.as_str(), e.controls[*b].id.as_str()));
    let mut entries = Vec::new();
    for position in order {
        let control = &e.controls[position];
        let outcome = if c.with_tests() { c.rollup.controls[position].clone() } else { ControlOutcome::default() };
        let note = if outcome.exceptions.is_empty() {
            vec![Inline::Text(outcome_in_words(e, &outcome.tests))]
        } else {
            c.exception_links(outcome.exceptions.iter())
        };
        let state = match (outcome.tests_with_deviations, outcome.did_not_operate) {
            (0, true) => ResultState::Other,
            (0, false) => ResultState::Clean,
            _ => ResultState::Exception,
        };
        entries.push(IndexEntry {
            id: c.text(control.id.as_str(), &control.id.origin),
            text: c.text(&control.short(), &control.origin),
            detail: control.criteria.iter().map(|x| x.value.to_string()).collect::<Vec<_>>().join(", "),
            note,
            state,
            to: c.printed_first_under(position).map(|_| c.control_anchor(position)),
            origin: c.origin(&control.origin),
        });
    }
    vec![c.heading(1, "Index of Controls", None), Block::Index { entries }]
}

/// Results of a control other than no exceptions, in a few words; nothing if there are none.
fn outcome_in_words(e: &Engagement, tests: &[usize]) -> String {
    let mut verdicts: Vec<&str> = Vec::new();
    for test in tests {
        let result = e.tests[*test].result.value;
        let verdict = wording::verdict(e, result);
        if result != TestResult::NoDeviation && !verdicts.contains(&verdict) {
            verdicts.push(verdict);
        }
    }
    verdicts.join(" ")
}
