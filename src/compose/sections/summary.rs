//! The overviews of Section IV: results by category and criterion, exceptions, criteria to controls, control index.

use super::controls;
use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Align, Block, IndexEntry, Inline, ResultState, Styled, Tone};
use crate::compose::wording;
use crate::model::{ControlOutcome, Engagement, TableLayout, Test, TestResult};

/// The summary of results and the exception table of a Type II.
pub fn results(c: &mut Composer) -> Vec<Block> {
    let mut blocks = vec![Block::PageBreak, c.heading(1, &c.say("summary.title"), None)];
    blocks.push(c.paragraph(&in_words(c.engagement, c)));
    blocks.push(by_category(c));
    blocks.push(c.heading(2, &c.say("summary.criteria_other"), None));
    match by_criterion(c) {
        Some(table) => blocks.push(table),
        None => blocks.push(c.paragraph(&c.say("summary.all_clean"))),
    }
    blocks.push(Block::PageBreak);
    blocks.extend(exceptions(c));
    blocks
}

/// The totals as sentences.
fn in_words(e: &Engagement, c: &Composer) -> String {
    let (t, labels) = (c.rollup.totals, &c.labels);
    let tests = |n: usize| labels.counted("summary.test", n);
    let covered = labels.fill(
        "summary.covered",
        &[
            ("criteria", &labels.counted("summary.criterion", t.criteria)),
            ("controls", &labels.counted("summary.control", t.controls)),
            ("tests", &tests(t.tests)),
        ],
    );
    let parts: Vec<String> = [
        (t.no_deviation, "summary.clean"),
        (t.deviation, "summary.deviated"),
        (t.did_not_operate, "summary.idle"),
        (t.unable_to_test, "summary.unable"),
        (t.not_applicable, "summary.not_applicable"),
        (t.not_yet_tested, "summary.open"),
        (t.other_results, "summary.other"),
    ]
    .into_iter()
    .enumerate()
    .filter(|(nth, (n, _))| *nth < 2 || *n > 0)
    .map(|(_, (n, key))| labels.fill(key, &[("tests", &tests(n))]))
    .collect();
    let mut text = format!("{covered} {}.", labels.join(&parts));
    if t.exceptions > 0 {
        let key = if e.has_other_information() { "summary.reported_with_responses" } else { "summary.reported" };
        let reported = labels
            .fill(key, &[("labels", &labels.counted("summary.label", t.exceptions)), ("section", &c.sections().other)]);
        text.push(' ');
        text.push_str(&reported);
    }
    text
}

fn number(c: &Composer, n: usize) -> Cell<'static> {
    Cell::Text(if n == 0 { "–".into() } else { c.labels.number(n as u64) })
}

fn by_category(c: &mut Composer) -> Block {
    let e = c.engagement;
    let heads = [
        "summary.criteria",
        "summary.controls",
        "summary.tests",
        "summary.tests_with",
        "word.Exceptions",
        "summary.did_not_operate_controls",
    ];
    let mut columns = vec![column(&c.say("summary.category"), 2.2).header()];
    columns.extend(heads.iter().map(|head| column(&c.say(head), 1.1).align(Align::Right)));
    let origin = e.categories.first().map_or_else(|| crate::diagnostics::Origin::file(&e.source), |x| x.origin.clone());
    let mut rows = Vec::new();
    for category in e.scope() {
        let n = c.rollup.category(e, category);
        let mut cells = vec![Cell::Text(wording::category(&c.labels, category))];
        cells.extend(
            [n.criteria, n.controls, n.tests, n.tests_with_deviations, n.exceptions, n.controls_that_did_not_operate]
                .map(|n| number(c, n)),
        );
        rows.push(c.row(cells, &origin));
    }
    let t = c.rollup.totals;
    let idle = c.rollup.controls.iter().filter(|o| o.did_not_operate).count();
    let mut cells = vec![Cell::Text(c.say("summary.total"))];
    cells.extend([t.criteria, t.controls, t.tests, t.deviation, t.exceptions, idle].map(|n| number(c, n)));
    let mut total = c.row(cells, &origin);
    total.tone = Tone::Total;
    rows.push(total);
    c.table(&c.say("summary.by_category"), columns, rows)
}

/// Criteria that have exceptions or controls that did not operate.
fn by_criterion(c: &mut Composer) -> Option<Block> {
    let e = c.engagement;
    let stated = !e.conclusions.is_empty();
    let mut columns = vec![
        column(&c.say("summary.criterion"), 1.0).header(),
        column(&c.say("summary.subject"), 4.2),
        column(&c.say("summary.controls"), 0.9).align(Align::Right),
        column(&c.say("summary.tests"), 0.8).align(Align::Right),
        column(&c.say("summary.tests_with"), 1.1).align(Align::Right),
        column(&c.say("summary.did_not_operate"), 1.0).align(Align::Right),
        column(&c.say("word.Exceptions"), 1.5),
    ];
    if stated {
        columns.push(column(&c.say("summary.conclusion"), 1.2));
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
            number(c, outcome.controls.len()),
            number(c, outcome.tests),
            number(c, outcome.tests_with_deviations),
            number(c, outcome.controls_that_did_not_operate),
            Cell::Inlines(c.exception_links(outcome.exceptions.iter())),
        ];
        if stated {
            cells.push(Cell::Text(
                outcome.stated.map_or_else(|| "–".into(), |x| c.say(&format!("summary.{}", x.key()))),
            ));
        }
        let origin = e.controls[outcome.controls[0]].origin.clone();
        rows.push(c.row(cells, &origin));
    }
    (!rows.is_empty()).then(|| c.table(&c.say("summary.by_criterion"), columns, rows))
}

/// The exception table: the auditor's facts only, one row per test.
fn exceptions(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let mut blocks = vec![c.heading(1, &c.say("word.Exceptions"), None)];
    if e.exceptions.is_empty() {
        blocks.push(c.paragraph(&c.say("summary.none")));
        return blocks;
    }
    blocks.push(c.paragraph(&c.labels.fill("summary.introduction", &[("section", &c.sections().other)])));
    let columns = vec![
        column(&c.say("word.Exception"), 1.1).header(),
        column(&c.say("summary.control_and_test"), 1.3),
        column(&c.say("summary.population"), 1.1).align(Align::Right),
        column(&c.say("summary.sample"), 0.8).align(Align::Right),
        column(&c.say("summary.deviations"), 1.1).align(Align::Right),
        column(&c.say("summary.nature"), 4.6),
        column(&c.say("summary.reported_under"), 1.5),
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
            let counted =
                |c: &Composer, n: Option<u64>| Cell::Text(n.map_or_else(|| "–".to_owned(), |n| c.labels.number(n)));
            let nature = match (&exception.nature, nth) {
                (Some(_), 0) => Cell::Blocks(c.facts(exception)),
                (Some(_), _) => Cell::Text(c.labels.fill("summary.see_above", &[("id", &exception.id)])),
                (None, _) => Cell::Text("–".into()),
            };
            let mut under = Vec::new();
            if let Some(criterion) = control.and_then(|p| c.printed_first_under(p)) {
                match e.style.table_layout {
                    TableLayout::ByCriterion => under.extend(c.criterion_links(std::iter::once(&criterion))),
                    TableLayout::ByControl => under.extend(c.control_links(std::iter::once(&test.control.value))),
                }
                under.push(Inline::Text(c.say("summary.page")));
                under.push(Inline::Styled(Styled::Page { to: c.test_anchor(*index) }));
            }
            let cells = vec![
                Cell::Inlines(if response_exists(exception) {
                    vec![label]
                } else {
                    c.text(exception.id.as_str(), &exception.id.origin)
                }),
                Cell::Inlines(what),
                counted(c, test.population()),
                counted(c, test.sample()),
                counted(c, test.deviations()),
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
    blocks.push(c.table(&c.say("summary.table"), columns, rows));
    blocks
}

pub(super) fn response_exists(exception: &crate::model::Deviation) -> bool {
    exception.response.is_some() || exception.declined()
}

/// Which controls serve each criterion.
pub fn matrix(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let mut blocks = vec![c.heading(1, &c.say("summary.matrix"), None)];
    let columns = vec![
        column(&c.say("summary.criterion"), 1.0).header(),
        column(&c.say("summary.subject"), 4.0),
        column(&c.say("summary.controls"), 4.0),
    ];
    let criteria: Vec<_> = e.criteria_in_scope().cloned().collect();
    let origin = crate::diagnostics::Origin::file(&e.source);
    let mut rows = Vec::new();
    for criterion in criteria {
        let Some(outcome) = c.rollup.criterion(e, &criterion.id).cloned() else { continue };
        let controls = if outcome.controls.is_empty() {
            vec![Inline::Text(if outcome.not_relevant { c.say("summary.not_relevant") } else { "–".into() })]
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
    blocks.push(c.table(&c.say("summary.matrix_table"), columns, rows));
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
            vec![Inline::Text(outcome_in_words(c, &outcome.tests))]
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
    vec![c.heading(1, &c.say("summary.index"), None), Block::Index { entries }]
}

/// Results of a control other than no exceptions, in a few words; nothing if there are none.
fn outcome_in_words(c: &Composer, tests: &[usize]) -> String {
    let e = c.engagement;
    let mut verdicts: Vec<String> = Vec::new();
    for test in tests {
        let result = e.tests[*test].result.value;
        let verdict = wording::verdict(&c.labels, result);
        if result != TestResult::NoDeviation && !verdicts.contains(&verdict) {
            verdicts.push(verdict);
        }
    }
    verdicts.join(" ")
}
