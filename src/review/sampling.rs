//! Family C: populations, samples and the items of samples.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::passages::narrowed;
use super::wording::MONTHS;
use super::{Review, listed, pattern, rules};
use crate::diagnostics::{Diagnostic, Located, Origin};
use crate::model::{Control, Date, Frequency, Id, Nature, Population, SampledItem, Test, TestResult, Window};

/// From so many items on, an automated control is sampled like a manual one.
const MANY_FOR_AUTOMATED: u64 = 10;

static SAMPLE_OF: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(a|the) sample of\b"));
static ALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(inspected|examined|reperformed|observed|obtained|selected|tested) (all|every|each)\b")
});

/// How many items a procedure says it looked at: `for 25 days`, `of 25 changes`, `2 quarterly reviews`.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:for|of|inspected|examined|reperformed|observed|selected|all|the|each of) (\d{1,3}(?:,\d{3})*|\d+) (\p{L}[\p{L}-]*)",
    )
});

pub fn check(r: &mut Review) {
    if !r.engagement.is_type_2() {
        return;
    }
    let e = r.engagement;
    for test in &e.tests {
        let control = r.rollup.control_position(&test.control.value).map(|p| &e.controls[p]);
        if e.is_complete
            && let Some(control) = control
        {
            least(r, test, control);
            for population in &test.populations {
                occurrences(r, test, control, population);
            }
        }
        words(r, test);
        if let Some(control) = control {
            automated(r, test, control);
        }
    }
    sources(r);
    items(r);
}

/// The firm's table (TST-07).
fn least(r: &mut Review, test: &Test, control: &Control) {
    let e = r.engagement;
    let Some(table) = e.firm.as_ref().map(|firm| &firm.sample_sizes).filter(|table| !table.is_empty()) else { return };
    let (Some(frequency), Some(sample)) = (&control.frequency, test.sample()) else { return };
    let months = match &e.window {
        Window::Period { start, end } => months(start.value, end.value),
        Window::AsOf(_) => return,
    };
    let population = test.population();
    let row = table.iter().find(|row| {
        row.frequency.value == frequency.value
            && row.population_up_to.is_none_or(|limit| population.is_some_and(|n| n <= limit))
            && row.months_up_to.is_none_or(|limit| months <= limit)
    });
    let Some(row) = row else { return };
    let least = population.map_or(row.minimum.value, |n| row.minimum.value.min(n));
    if sample < least {
        r.findings.push(
            Diagnostic::new(
                &rules::TST_07,
                format!("test {} has {sample} items, the firm's table asks for {least}", test.id),
            )
            .at(sample_place(test))
            .related("the table", &row.minimum.origin)
            .help("test more items, or say in a waiver why fewer suffice"),
        );
    }
}

/// Where the sample of a test is counted.
fn sample_place(test: &Test) -> &Origin {
    test.populations.iter().find_map(|p| p.counts.sample.as_ref()).map_or(&test.origin, |sample| &sample.origin)
}

/// Whole months of a period, a begun one counted.
fn months(start: Date, end: Date) -> u64 {
    let days = u64::try_from((end - start).num_days() + 1).unwrap_or(0);
    (days * 12).div_ceil(366)
}

/// How often a control operates in so many days, and by how much that may differ.
fn expected(frequency: Frequency, days: u64) -> Option<(u64, u64)> {
    let times = |a_year: u64| (days * a_year + 182) / 365;
    match frequency {
        Frequency::Weekly => Some((times(52), 2)),
        Frequency::Monthly => Some((times(12), 1)),
        Frequency::Quarterly => Some((times(4), 1)),
        Frequency::SemiAnnual => Some((times(2), 1)),
        Frequency::Annual => Some((times(1).max(1), 1)),
        Frequency::Continuous | Frequency::Daily | Frequency::EventDriven => None,
    }
}

/// TST-08
fn occurrences(r: &mut Review, test: &Test, control: &Control, population: &Population) {
    let (Window::Period { start, end }, Some(frequency), Some(count)) =
        (&r.engagement.window, &control.frequency, &population.counts.population)
    else {
        return;
    };
    let first = control.in_force_from.as_ref().map_or(start.value, |d| d.value.max(start.value));
    let last = control.in_force_until.as_ref().map_or(end.value, |d| d.value.min(end.value));
    let days = u64::try_from((last - first).num_days() + 1).unwrap_or(0);
    let Some((expected, tolerance)) = expected(frequency.value, days) else { return };
    let fits = count.value.abs_diff(expected) <= tolerance;
    // Far more than could be occurrences: the items are something else, such as accounts.
    if fits || count.value == 0 || count.value > 3 * expected.max(1) {
        return;
    }
    r.report(
        Diagnostic::new(
            &rules::TST_08,
            format!(
                "test {}: a {} control occurs about {expected} times in the period, the population is {count}",
                test.id,
                frequency.title().to_lowercase()
            ),
        )
        .at(&count.origin)
        .related("its frequency", &frequency.origin)
        .help("correct the population or the frequency, or record since when the control is in force"),
    );
}

/// TST-14: one finding for each test, or one for all where hardly any records it.
fn sources(r: &mut Review) {
    let e = r.engagement;
    let counted = |p: &Population| p.counts.population.as_ref().is_some_and(|n| n.value > 0);
    let bare: Vec<(&Test, &Population)> = e
        .tests
        .iter()
        .filter_map(|t| Some((t, t.populations.iter().find(|p| counted(p) && p.source.is_none())?)))
        .collect();
    let at = |p: &Population| p.counts.population.as_ref().map_or(p.origin.clone(), |n| n.origin.clone());
    let finding = |test: &Test, population: &Population| {
        let message = format!("test {} does not say where its population came from", test.id);
        Diagnostic::new(&rules::TST_14, message)
            .at(&at(population))
            .help("name the system or report in `population_source`")
    };
    let list = bare.into_iter().map(|(test, population)| (test.id.to_string(), finding(test, population)));
    r.report_each(list.collect(), "tests do not say where their populations came from");
}

/// TST-09
fn words(r: &mut Review, test: &Test) {
    numbers(r, test);
    let (Some(population), Some(sample)) = (test.population(), test.sample()) else { return };
    let text = &test.procedure.text;
    let found = if sample == population {
        SAMPLE_OF.find(text).map(|m| (m, format!("all {population} items were tested")))
    } else {
        ALL.find(text).map(|m| (m, format!("{sample} of {population} items were tested")))
    };
    if let Some((found, counts)) = found {
        let at = narrowed(&test.procedure.origin, found.as_str());
        r.report(
            Diagnostic::new(&rules::TST_09, format!("test {} says `{}`, but {counts}", test.id, found.as_str()))
                .at(&at)
                .help("correct the words or the counts"),
        );
    }
}

/// The number of items that the procedure tells, against the fields.
fn numbers(r: &mut Review, test: &Test) {
    // A single item is told in words.
    let Some(sample) = test.sample().filter(|n| *n > 1) else { return };
    let text = &test.procedure.text;
    let told: Vec<(u64, regex::Match)> = NUMBER
        .captures_iter(text)
        // A number before a month is a day.
        .filter(|c| c.get(2).is_some_and(|word| !MONTHS.contains(&word.as_str())))
        .filter_map(|c| Some((c.get(1)?.as_str().replace(',', "").parse().ok()?, c.get(1)?)))
        .filter(|(number, _)| !(1900..2100).contains(number))
        .collect();
    // Other numbers stand in procedures too: only where none is that of the fields, one of them is wrong.
    let parts =
        test.populations.iter().flat_map(|p| [&p.counts.sample, &p.counts.population]).flatten().map(|n| n.value);
    let fields: Vec<u64> = parts.chain([sample]).chain(test.population()).collect();
    if let Some((number, found)) = told.first()
        && !told.iter().any(|(n, _)| fields.contains(n))
    {
        let at = narrowed(&test.procedure.origin, found.as_str());
        r.report(
            Diagnostic::new(&rules::TST_09, format!("test {} speaks of {number} items, {sample} are counted", test.id))
                .at(&at)
                .help("correct the words or the counts"),
        );
    }
}

/// TST-17
fn automated(r: &mut Review, test: &Test, control: &Control) {
    let Some(nature) = control.nature.as_ref().filter(|n| n.value == Nature::Automated) else { return };
    // All items at once are a look at the configuration.
    let part = test.sample().filter(|n| *n >= MANY_FOR_AUTOMATED && test.population() != Some(*n));
    if let Some(sample) = part {
        r.findings.push(
            Diagnostic::new(
                &rules::TST_17,
                format!("test {} samples {sample} items of control {}, which is automated", test.id, control.id),
            )
            .at(sample_place(test))
            .related("its nature", &nature.origin)
            .help("test the configuration and the controls over its change, or correct the nature"),
        );
    }
}

/// Items that are listed, against counts, period and evidence (EVD-06, TST-15).
fn items(r: &mut Review) {
    let e = r.engagement;
    let mut by_test: HashMap<&Id, Vec<&SampledItem>> = HashMap::new();
    for item in &e.sampled_items {
        by_test.entry(&item.test.value).or_default().push(item);
        if let Some(date) = &item.date
            && e.is_complete
            && !e.window.contains(date.value)
            && item.note.is_none()
        {
            r.findings.push(
                Diagnostic::new(
                    &rules::TST_15,
                    format!("item `{}` of test {} is of {date}, outside the period", item.item, item.test),
                )
                .at(&date.origin)
                .help("select an item of the period, or say in `note` why it stands"),
            );
        }
    }
    for test in &e.tests {
        let Some(items) = by_test.get(&test.id.value) else { continue };
        let first = items[0];
        let mut differs = |what: &str, listed: usize, counted: Option<u64>, at: Option<&Located<u64>>| {
            if let (Some(counted), Some(at)) = (counted, at)
                && listed as u64 != counted
            {
                r.findings.push(
                    Diagnostic::new(
                        &rules::EVD_06,
                        format!("test {}: {listed} {what} are listed, {counted} are counted", test.id),
                    )
                    .at(&first.test.origin)
                    .related("counted here", &at.origin)
                    .help("list what is missing, or correct the count"),
                );
            }
        };
        let sample = test.populations.iter().find_map(|p| p.counts.sample.as_ref());
        let deviations = test.populations.iter().find_map(|p| p.counts.deviations.as_ref());
        differs("items", items.len(), test.sample(), sample);
        if test.result.value != TestResult::NotYetTested {
            differs("deviating items", items.iter().filter(|i| i.deviates).count(), test.deviations(), deviations);
        }
        let bare: Vec<&&SampledItem> = items.iter().filter(|i| i.evidence.is_empty()).collect();
        if let Some(first) = bare.first() {
            let names = listed(bare.iter().map(|i| i.item.as_str()));
            r.findings.push(
                Diagnostic::new(&rules::EVD_06, format!("test {}: items without evidence: {names}", test.id))
                    .at(&first.item.origin)
                    .help("name in `evidence` what was inspected for each"),
            );
        }
    }
}
