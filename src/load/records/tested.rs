//! Tests, their counts and samples, and exceptions.

use super::{each, lose, unique};
use crate::diagnostics::{Diagnostic, Located};
use crate::load::decode::{Counted, Decoder, Row};
use crate::load::fields::{Field, Kind, Record, field};
use crate::load::tree::Raw;
use crate::load::{rules, schema, verdict};
use crate::model::{Counts, Deviation, Id, Population, SampledItem, Test, TestResult};

pub fn tests(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    for raw in raws {
        // In a sheet, a further row of a test with another population name adds that population.
        if is_further_row(&raw) {
            further_population(d, raw, &mut tests);
            continue;
        }
        let row = d.row(&schema::TESTS, raw);
        let made = test(d, &row);
        if made.is_none() {
            lose(d, &schema::TESTS, &row);
        }
        tests.extend(made);
    }
    unique(d, "test", tests.iter().map(|t| &t.id));
    tests
}

/// Whether a row of a sheet only adds a population to a test above it.
pub fn is_further_row(raw: &Raw) -> bool {
    let has = |name: &str| raw.entries.iter().any(|e| e.key == name);
    raw.sheet && has("population_name") && !has("procedure") && !has("result")
}

/// The counts of a row. In a sheet, a sample may say its population too (`25 of 61`), and the deviations their sample.
pub fn counts(d: &mut Decoder, row: &Row) -> Counts {
    let (sample, of_population) = d.counted(row, "sample");
    let (deviations, of_sample) = d.counted(row, "deviations");
    let (population, _) = d.counted(row, "population");
    let population = agreed(d, population, of_population, "population");
    let sample = match sample {
        Some(Counted::All(at)) => match &population {
            Some(all) => Some(Located::new(all.value, at)),
            None => {
                d.report(
                    Diagnostic::new(&rules::WRONG_VALUE, "the sample is all items, and the population is not given")
                        .at(&at)
                        .help("give the number of items in `population`"),
                );
                None
            }
        },
        Some(Counted::Number(number)) => Some(number),
        None => None,
    };
    let sample = agreed(d, sample.map(Counted::Number), of_sample, "sample");
    let deviations = match deviations {
        Some(Counted::Number(number)) => Some(number),
        Some(Counted::All(at)) => sample.as_ref().map(|all| Located::new(all.value, at)),
        None => None,
    };
    Counts { population, sample, deviations }
}

/// A count that stands in its own column and in another one.
fn agreed(d: &mut Decoder, own: Option<Counted>, other: Option<Located<u64>>, name: &str) -> Option<Located<u64>> {
    let own = match own {
        Some(Counted::Number(number)) => Some(number),
        Some(Counted::All(_)) | None => None,
    };
    match (own, other) {
        (Some(own), Some(other)) => {
            if own.value != other.value {
                d.report(
                    Diagnostic::new(&rules::FORM_CONFLICT, format!("the {name} is {own} here and {other} there"))
                        .at(&own.origin)
                        .related("and there", &other.origin)
                        .help("correct one of the two"),
                );
            }
            Some(own)
        }
        (own, other) => own.or(other),
    }
}

fn test(d: &mut Decoder, row: &Row) -> Option<Test> {
    let mut populations = Vec::new();
    let inline = Population {
        name: d.text(row, "population_name"),
        counts: counts(d, row),
        source: d.text(row, "population_source"),
        origin: row.origin.clone(),
    };
    let nested = d.raw_records(row, "populations");
    if !nested.is_empty() && !inline.counts.is_empty() {
        d.report(
            Diagnostic::new(&rules::FORM_CONFLICT, "the test has counts of its own and `populations` besides")
                .at(row.at("populations"))
                .help("put all counts into [[tests.populations]], or leave these out"),
        );
    }
    if !inline.counts.is_empty() || inline.source.is_some() {
        populations.push(inline);
    }
    for raw in nested {
        let nested_row = d.row(&schema::POPULATIONS, raw);
        populations.push(Population {
            name: d.text(&nested_row, "name"),
            counts: counts(d, &nested_row),
            source: d.text(&nested_row, "source"),
            origin: nested_row.origin.clone(),
        });
    }
    let id = d.id(row, "id");
    let control = d.id(row, "control");
    let procedure = d.prose(row, "procedure");
    let (result, told) = d.result(row);
    let result_text = d.prose(row, "result_text").or(told);
    if let Some(text) = &result_text
        && populations.is_empty()
        && result.as_ref().is_some_and(|result| result.value == TestResult::Deviation)
    {
        d.findings.extend(verdict::offer(&text.text, &text.origin));
    }
    let test = Test {
        methods: d.choices(row, "methods"),
        population_description: d.text(row, "population_description"),
        populations,
        result_text,
        reason: d.text(row, "reason"),
        corroboration: d.text(row, "corroboration"),
        tested_on: d.date(row, "tested_on"),
        evidence_date: d.date(row, "evidence_date"),
        evidence: d.ids(row, "evidence"),
        exception: d.id(row, "exception"),
        tester: d.text(row, "tester"),
        reviewer: d.text(row, "reviewer"),
        origin: row.origin.clone(),
        id: id?,
        control: control?,
        procedure: procedure?,
        result: result?,
    };
    Some(test)
}

/// Adds the population of a further row to the test it names.
fn further_population(d: &mut Decoder, raw: Raw, tests: &mut [Test]) {
    let row = d.row(&FURTHER_ROW, raw);
    let Some(id) = d.id(&row, "id") else { return };
    let population = Population {
        name: d.text(&row, "population_name"),
        counts: counts(d, &row),
        source: d.text(&row, "population_source"),
        origin: row.origin.clone(),
    };
    match tests.iter_mut().rev().find(|t| t.id.clash_key() == id.clash_key()) {
        Some(test) => test.populations.push(population),
        None => no_test_above(d, &id),
    }
}

/// A further row of a test that is not there.
pub fn no_test_above(d: &mut Decoder, id: &Located<Id>) {
    d.report(
        Diagnostic::new(
            &rules::UNKNOWN_REFERENCE,
            format!("this row adds a population to test `{id}`, which no row above defines"),
        )
        .at(&id.origin)
        .help("put it below the row that has the procedure and the result"),
    );
}

/// What a further row of a test may say.
pub static FURTHER_ROW: Record =
    Record { name: "tests", one: "further row of a test", doc: "", fields: FURTHER_FIELDS };

static FURTHER_FIELDS: &[Field] = &[
    field("id", Kind::Id, "Id of the test.").required(),
    field("control", Kind::Id, "Repeated, if at all."),
    field("population_name", Kind::Text, "Name of the population.").required(),
    field("population", Kind::Count, ""),
    field("population_description", Kind::Text, "Repeated, if at all."),
    field("population_source", Kind::Text, ""),
    field("sample", Kind::Count, ""),
    field("deviations", Kind::Count, ""),
];

pub fn exceptions(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Deviation> {
    let exceptions = each(d, &schema::EXCEPTIONS, raws, |d, row| {
        let id = d.id(row, "id");
        let exception = Deviation {
            nature: d.prose(row, "nature"),
            cause: d.text(row, "cause"),
            effect: d.text(row, "effect"),
            rationale: d.text(row, "rationale"),
            response: d.prose(row, "response"),
            response_action: d.text(row, "response_action"),
            response_owner: d.text(row, "response_owner"),
            response_date: d.date(row, "response_date"),
            response_declined: d.flag(row, "response_declined"),
            origin: row.origin.clone(),
            id: id?,
        };
        if exception.declined() && exception.response.is_some() {
            d.report(
                Diagnostic::new(
                    &rules::FORM_CONFLICT,
                    format!("{} has a response and says that management declined one", exception.id),
                )
                .at(row.at("response_declined"))
                .related("the response", row.at("response"))
                .help("remove one of the two"),
            );
        }
        Some(exception)
    });
    unique(d, "exception", exceptions.iter().map(|e| &e.id));
    exceptions
}

pub fn sampled_items(d: &mut Decoder, raws: Vec<Raw>) -> Vec<SampledItem> {
    each(d, &schema::SAMPLED_ITEMS, raws, |d, row| {
        let (test, item) = (d.id(row, "test"), d.text(row, "item"));
        let item = SampledItem {
            date: d.date(row, "date"),
            deviates: d.flag(row, "deviates").is_some_and(|flag| flag.value),
            evidence: d.ids(row, "evidence"),
            note: d.text(row, "note"),
            test: test?,
            item: item?,
        };
        Some(item)
    })
}
