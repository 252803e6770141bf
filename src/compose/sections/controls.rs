//! Section IV: criteria, controls and, for a Type II, tests and results.

use super::{additional, summary};
use crate::compose::Edition;
use crate::compose::composer::Composer;
use crate::compose::letters::clauses::Letter;
use crate::compose::report::{
    Anchor, Block, ControlRow, ControlTable, ExceptionLink, Inline, Part, PartLayout, ResultCell, ResultState, TestRow,
};
use crate::compose::wording;
use crate::diagnostics::Located;
use crate::model::{Category, Control, Criterion, Design, Series, ShowSamples, TableLayout, Test, TestResult};

/// Characters on a line of the columns of controls, tests and results, about.
const CONTROL_LINE: usize = 46;
const TEST_LINE: usize = 40;
const RESULT_LINE: usize = 28;
/// Rows up to this many lines are better kept on one page; higher ones would leave too much of a page empty.
const KEEP_LINES: usize = 16;

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e, &c.labels);
    let mut blocks = c.letter(if c.edition() == Edition::Matrix { Letter::Matrix } else { Letter::Controls });
    if c.with_tests() {
        blocks.extend(summary::results(c));
    }
    if c.with_tests() {
        blocks.push(Block::PageBreak);
    }
    blocks.extend(summary::matrix(c));
    match e.style.table_layout {
        TableLayout::ByCriterion => by_criterion(c, &mut blocks),
        TableLayout::ByControl => by_control(c, &mut blocks),
    }
    blocks.extend(additional::criteria(c));
    blocks.push(Block::PageBreak);
    blocks.extend(summary::control_index(c));
    Part {
        anchor: c.part_anchor(4),
        number: c.sections().controls,
        running: c.say(if c.with_tests() { "section.controls_2_running" } else { "section.controls_1_running" }),
        title: titles.controls,
        layout: PartLayout::Tables,
        id_characters: longest_id(c),
        byline: None,
        blocks,
    }
}

/// A heading for each criterion, with its controls, tests and results. A control that serves several is printed in full
/// under the first.
fn by_criterion(c: &mut Composer, blocks: &mut Vec<Block>) {
    let e = c.engagement;
    let scope = e.scope();
    let mut printed = vec![false; e.controls.len()];
    let mut before: Option<(Category, usize)> = None;
    for series in e.catalogue.series.iter().filter(|s| scope.contains(&s.category)) {
        let criteria = e.catalogue.criteria.iter().filter(|x| x.series == series.id).count();
        // A series begins on a new page, unless it follows a small one of its own category.
        if before.is_none_or(|(category, size)| category != series.category || size > 2) {
            blocks.push(Block::PageBreak);
        }
        before = Some((series.category, criteria));
        blocks.push(c.heading(1, &series_title(series), None));
        for criterion in e.catalogue.criteria.iter().filter(|x| x.series == series.id) {
            let table = control_table(c, criterion, &mut printed);
            blocks.push(Block::ControlTable(table));
        }
    }
}

/// Each control once, in the order of the matrix, in groups of those whose ids begin alike.
fn by_control(c: &mut Composer, blocks: &mut Vec<Block>) {
    let e = c.engagement;
    let prefix = |id: &str| id.trim_end_matches(|x: char| x.is_ascii_digit() || x == '.').to_owned();
    let printed: Vec<usize> = (0..e.controls.len()).filter(|p| c.printed_first_under(*p).is_some()).collect();
    blocks.push(Block::PageBreak);
    blocks.push(c.heading(1, &c.say(if c.with_tests() { "controls.title_2" } else { "controls.title_1" }), None));
    for (nth, group) in
        printed.chunk_by(|a, b| prefix(e.controls[*a].id.as_str()) == prefix(e.controls[*b].id.as_str())).enumerate()
    {
        if nth > 0 && group.len() > 2 {
            blocks.push(Block::PageBreak);
        }
        let rows = group
            .iter()
            .map(|position| {
                if let Some(criterion) = c.printed_first_under(*position) {
                    c.printed_under(*position, criterion);
                }
                full_row(c, &e.controls[*position], *position)
            })
            .collect();
        let id = |position: usize| e.controls[position].id.to_string();
        let (first, last) = (id(group[0]), id(group[group.len() - 1]));
        let to = if first == last { String::new() } else { c.labels.fill("controls.group", &[("last", &last)]) };
        let plain = format!("{first} {to}").trim_end().to_owned();
        let anchor = format!("g{nth}");
        blocks.push(Block::ControlTable(table(
            c,
            first,
            &c.say("controls.control"),
            to,
            plain,
            anchor,
            rows,
            Vec::new(),
        )));
    }
}

/// Characters of the longest word in an id that is printed in the first column.
fn longest_id(c: &Composer) -> usize {
    let e = c.engagement;
    let tests = if c.with_tests() { e.tests.as_slice() } else { &[] };
    let ids = e.controls.iter().map(|x| x.id.as_str()).chain(tests.iter().map(|t| t.id.as_str()));
    ids.flat_map(|id| id.split_whitespace().map(|word| word.chars().count())).max().unwrap_or(0)
}

fn series_title(series: &Series) -> String {
    format!("{} {}", series.id, series.title)
}

fn control_table(c: &mut Composer, criterion: &Criterion, printed: &mut [bool]) -> ControlTable {
    let e = c.engagement;
    let controls: Vec<usize> = c.rollup.criterion(e, &criterion.id).map(|o| o.controls.clone()).unwrap_or_default();
    let mut rows = Vec::new();
    for position in controls {
        let control = &e.controls[position];
        rows.push(if std::mem::replace(&mut printed[position], true) {
            reference_row(c, control, position)
        } else {
            c.printed_under(position, criterion.id.clone());
            full_row(c, control, position)
        });
    }
    let id = criterion.id.to_string();
    let plain = format!("{id} {}", criterion.title);
    let remarks = remarks(c, criterion, rows.is_empty());
    table(c, id.clone(), &id, criterion.title.clone(), plain, c.criterion_anchor(&criterion.id), rows, remarks)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one table")]
fn table(
    c: &Composer,
    criterion: String,
    head: &str,
    text: String,
    plain: String,
    anchor: Anchor,
    rows: Vec<ControlRow>,
    remarks: Vec<Block>,
) -> ControlTable {
    let with_tests = c.with_tests();
    // Short: the heads stand on one line, and repeat.
    let heads: &[&str] = if with_tests {
        &["controls.control", "controls.activity", "controls.test", "controls.result"]
    } else {
        &["controls.control", "controls.activity"]
    };
    ControlTable {
        criterion,
        head: head.to_owned(),
        text: vec![Inline::Text(text)],
        plain,
        anchor,
        heads: heads.iter().map(|head| c.say(head)).collect(),
        with_tests,
        remarks,
        rows,
        level: 2,
    }
}

fn full_row(c: &mut Composer, control: &Control, position: usize) -> ControlRow {
    let e = c.engagement;
    let text = c.prose(&control.description);
    let mut tests = Vec::new();
    let own_lines = 2 + control.description.text.len() / CONTROL_LINE;
    let mut test_lines = 0;
    if c.with_tests() {
        for index in c.rollup.controls[position].tests.clone() {
            let test = &e.tests[index];
            let row = test_row(c, test, index);
            test_lines += row.1;
            tests.push(row.0);
        }
    }
    // The control's text spans the rows of its tests. Where it is higher than a page they must break with it, or what
    // is too much for the last of them would run off the page.
    if own_lines > KEEP_LINES {
        tests.iter_mut().for_each(|test: &mut TestRow| test.keep = false);
    }
    ControlRow::Full {
        id: c.text(control.id.as_str(), &control.id.origin),
        plain_id: control.id.to_string(),
        anchor: c.control_anchor(position),
        title: control.title.as_ref().map(|title| c.text(title, &title.origin)),
        text,
        facts: facts(c, control),
        tests,
        keep: own_lines.max(test_lines) <= KEEP_LINES,
        origin: c.origin(&control.origin),
    }
}

/// What is known of the control besides its text.
fn facts(c: &Composer, control: &Control) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(organization) = &control.organization {
        facts.push(c.labels.fill("controls.performed_by", &[("organization", organization)]));
    }
    if c.engagement.style.table_layout == TableLayout::ByControl {
        let ids: Vec<_> = control.criteria.iter().map(|id| id.to_string()).collect();
        facts.push(c.labels.fill("controls.criteria", &[("ids", &ids.join(", "))]));
    }
    let because = |reason: &Option<Located<String>>| reason.as_ref().map_or(String::new(), |text| format!(": {text}"));
    if control.design.as_ref().is_some_and(|d| d.value == Design::NotSuitable) {
        facts.push(c.say("controls.not_suitable") + &because(&control.design_reason));
    }
    if control.implemented.as_ref().is_some_and(|i| !i.value) {
        facts.push(c.say("controls.not_in_place") + &because(&control.implemented_reason));
    }
    if let Some(from) = &control.in_force_from {
        facts.push(c.labels.fill("controls.in_force_from", &[("date", &c.labels.date(from.value))]));
    }
    if let Some(until) = &control.in_force_until {
        facts.push(c.labels.fill("controls.in_force_until", &[("date", &c.labels.date(until.value))]));
    }
    facts
}

/// A test with its result, and about how many lines it takes.
fn test_row(c: &mut Composer, test: &Test, index: usize) -> (TestRow, usize) {
    let e = c.engagement;
    let (result, characters) = result_cell(c, test, index);
    let lines = (1 + test.procedure.text.len() / TEST_LINE).max(2 + characters / RESULT_LINE);
    let row = TestRow {
        id: c.text(test.id.as_str(), &test.id.origin),
        procedure: c.prose(&test.procedure),
        result,
        keep: lines <= KEEP_LINES,
        anchor: (e.tests[index].result.value == TestResult::Deviation).then(|| c.test_anchor(index)),
        origin: c.origin(&test.origin),
    };
    (row, lines)
}

fn state(result: TestResult) -> ResultState {
    match result {
        TestResult::NoDeviation => ResultState::Clean,
        TestResult::Deviation => ResultState::Exception,
        TestResult::NotYetTested => ResultState::Open,
        _ => ResultState::Other,
    }
}

fn exception_links(c: &Composer, test: &Test) -> Vec<ExceptionLink> {
    test.exception
        .iter()
        .filter(|_| test.result.value == TestResult::Deviation)
        .filter_map(|label| {
            let position = c.exception_position(&label.value)?;
            Some(ExceptionLink { label: label.to_string(), to: c.exception_anchor(position) })
        })
        .collect()
}

fn result_cell(c: &mut Composer, test: &Test, index: usize) -> (ResultCell, usize) {
    let e = c.engagement;
    let mut detail = Vec::new();
    let mut size = 0;
    let mut say = |detail: &mut Vec<Block>, text: String| {
        size += text.len();
        detail.push(Block::Paragraph { text: vec![Inline::Text(text)], origin: None });
    };
    match test.result.value {
        TestResult::Deviation => {
            if let Some(counts) = deviation_counts(c, test) {
                say(&mut detail, counts);
            }
            let exception = test.exception.as_ref().and_then(|label| c.exception_position(&label.value));
            if let Some(exception) = exception.map(|position| &e.exceptions[position]) {
                // Several tests may share an exception; what happened is told at the first of them.
                let named = |t: &Test| t.exception.as_ref().is_some_and(|x| x.value == exception.id.value);
                let first = e.tests.iter().position(|t| t.result.value == TestResult::Deviation && named(t));
                match first {
                    Some(first) if first != index => {
                        say(&mut detail, c.labels.fill("result.told_at", &[("test", &e.tests[first].id)]));
                    }
                    _ => {
                        let texts = [
                            exception.nature.as_ref().map(|n| &n.text),
                            exception.cause.as_deref(),
                            exception.effect.as_deref(),
                        ];
                        size += texts.into_iter().flatten().map(|text| text.len()).sum::<usize>();
                        detail.extend(c.facts(exception));
                    }
                }
            }
        }
        TestResult::NoDeviation => {
            let shown = e.style.show_samples == ShowSamples::Always;
            if let (true, Some(sample), Some(population)) = (shown, test.sample(), test.population()) {
                let text = if sample == population {
                    c.labels.fill("result.all_tested", &[("n", &c.labels.number(population))])
                } else {
                    c.labels.fill(
                        "result.some_tested",
                        &[("sample", &c.labels.number(sample)), ("population", &c.labels.number(population))],
                    )
                };
                say(&mut detail, text);
            }
        }
        _ => {
            for text in [&test.reason, &test.corroboration].into_iter().flatten() {
                size += text.len();
                let inlines = c.text(text, &text.origin);
                detail.push(Block::Paragraph { text: inlines, origin: None });
            }
            if test.result.value == TestResult::DidNotOperate {
                detail.push(c.paragraph(&c.say("result.no_test")));
            }
        }
    }
    if let Some(text) = &test.result_text {
        size += text.text.len();
        detail.extend(c.prose(text));
    }
    let cell = ResultCell {
        state: state(test.result.value),
        verdict: wording::verdict(&c.labels, test.result.value),
        detail,
        exceptions: exception_links(c, test),
    };
    (cell, size)
}

/// `2 of 25 user terminations in the period deviated (population 47).`
fn deviation_counts(c: &Composer, test: &Test) -> Option<String> {
    let (deviations, sample) = (test.deviations()?, test.sample().or(test.population())?);
    let items = test.population_description.as_ref().map_or_else(|| c.say("result.items"), |d| d.value.clone());
    let population = test.population().filter(|p| *p != sample);
    let key = if population.is_some() { "result.deviated_of_population" } else { "result.deviated" };
    let number = |n: u64| c.labels.number(n);
    Some(c.labels.fill(
        key,
        &[
            ("deviations", &number(deviations)),
            ("sample", &number(sample)),
            ("items", &items),
            ("population", &number(population.unwrap_or_default())),
        ],
    ))
}

/// A control that is printed in full elsewhere, with its results in short.
fn reference_row(c: &mut Composer, control: &Control, position: usize) -> ControlRow {
    let e = c.engagement;
    let mut results: Vec<ResultCell> = Vec::new();
    for index in c.rollup.controls[position].tests.clone() {
        let test = &e.tests[index];
        let exceptions = exception_links(c, test);
        let verdict = wording::verdict(&c.labels, test.result.value);
        match results.iter_mut().find(|r| r.verdict == verdict) {
            Some(known) => {
                for link in exceptions {
                    if !known.exceptions.iter().any(|x| x.label == link.label) {
                        known.exceptions.push(link);
                    }
                }
            }
            None => {
                results.push(ResultCell { state: state(test.result.value), verdict, detail: Vec::new(), exceptions })
            }
        }
    }
    // Exceptions first: they must be seen under every criterion.
    results.sort_by_key(|r| (r.state != ResultState::Exception, r.state));
    ControlRow::Reference {
        id: c.text(control.id.as_str(), &control.id.origin),
        plain_id: control.id.to_string(),
        text: c.text(&control.short(), &control.origin),
        see: c.printed_where(position).map_or_else(String::new, |id| c.labels.fill("controls.see", &[("id", id)])),
        to: c.control_anchor(position),
        results,
        origin: c.origin(&control.origin),
    }
}

/// What is said of a criterion besides its controls: not relevant, met elsewhere, complementary controls assumed.
pub(super) fn remarks(c: &mut Composer, criterion: &Criterion, empty: bool) -> Vec<Block> {
    let e = c.engagement;
    let mut remarks = Vec::new();
    if let Some(entry) = e.not_relevant.iter().find(|n| n.criterion.value == criterion.id) {
        remarks.push(c.paragraph(&c.say("controls.not_relevant")));
        remarks.extend(c.prose(&entry.reason));
        return remarks;
    }
    let csocs: Vec<_> = e.csocs.iter().filter(|s| s.criteria.iter().any(|x| x.value == criterion.id)).collect();
    let cuecs: Vec<_> = e.cuecs.iter().filter(|u| u.criteria.iter().any(|x| x.value == criterion.id)).collect();
    if empty && !csocs.is_empty() {
        remarks.push(c.paragraph(&c.say("controls.met_elsewhere")));
    } else if empty {
        remarks.push(c.paragraph(&c.say("controls.no_control")));
    }
    if !csocs.is_empty() {
        let ids: Vec<_> = csocs.iter().map(|s| format!("{} ({})", s.id, s.subservice_organization)).collect();
        remarks.push(c.paragraph(&c.labels.fill("controls.csocs", &[("ids", &ids.join(", "))])));
    }
    if !cuecs.is_empty() {
        let ids: Vec<_> = cuecs.iter().map(|u| u.id.to_string()).collect();
        remarks.push(c.paragraph(&c.labels.fill("controls.cuecs", &[("ids", &ids.join(", "))])));
    }
    remarks
}
