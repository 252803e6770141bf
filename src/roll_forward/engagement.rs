//! TOML files of the old engagement, rewritten with their comments.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TomlError, value};

use super::{CONTROL_RESULTS, Covers, EMPTIED, OPEN, TEST_RESULTS};
use crate::exchange::toml::date;
use crate::model::{Engagement, Method, Window};

/// Single keys and tables that say what happened or was concluded.
const EMPTIED_KEYS: [&str; 6] =
    ["no_incidents", "no_changes", "opinion", "bridge_letter", "representation_letter", "reissue"];

/// `engagement.toml` for the new window.
pub fn rewrite(before: &Engagement, covers: Covers, ended: &[String]) -> Result<String, TomlError> {
    let mut document: DocumentMut = before.source.text().trim_start_matches('\u{feff}').parse()?;
    for key in EMPTIED_KEYS.iter().chain(&EMPTIED) {
        document.remove(key);
    }
    document["status"] = value("draft");
    match covers {
        Covers::Period { start, end } => {
            document.remove("as_of");
            document["type"] = value("type-2");
            let mut period = Table::new();
            period["start"] = value(date(start));
            period["end"] = value(date(end));
            document["period"] = Item::Table(period);
        }
        Covers::AsOf(day) => {
            document.remove("period");
            document["type"] = value("type-1");
            document["as_of"] = value(date(day));
        }
    }
    if let Some(auditor) = document.get_mut("service_auditor").and_then(Item::as_table_like_mut) {
        for key in ["report_date", "release_date", "signature_image"] {
            auditor.remove(key);
        }
    }
    if let Some(assertion) = document.get_mut("assertion").and_then(Item::as_table_like_mut) {
        assertion.remove("date");
        assertion.remove("matter");
    }
    let subservice = document.get_mut("subservice_organizations").and_then(Item::as_array_of_tables_mut);
    for organization in subservice.into_iter().flat_map(|tables| tables.iter_mut()) {
        if let Some(assertion) = organization.get_mut("assertion").and_then(Item::as_table_like_mut) {
            assertion.remove("date");
            assertion.remove("matter");
        }
    }
    for name in ["controls", "tests"] {
        if let Some(tables) = document.get_mut(name).and_then(Item::as_array_of_tables_mut) {
            clear(tables, name, ended);
        }
    }
    document["prior_report"] = Item::Table(prior_report(before));
    let follow_ups = follow_ups(before);
    if !follow_ups.is_empty() {
        document["follow_ups"] = Item::ArrayOfTables(follow_ups);
    }
    document["to_confirm"] = Item::ArrayOfTables(to_confirm(before, ended));
    Ok(document.to_string())
}

/// `controls.toml` or `tests.toml` without what was found.
pub fn rewrite_table(text: &str, name: &str, ended: &[String]) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    // A file of tests may hold the exceptions as well.
    document.remove("exceptions");
    if let Some(tables) = document.get_mut(name).and_then(Item::as_array_of_tables_mut) {
        clear(tables, name, ended);
    }
    Ok(document.to_string())
}

fn clear(tables: &mut ArrayOfTables, name: &str, ended: &[String]) {
    let key = if name == "tests" { "control" } else { "id" };
    tables
        .retain(|table| !table.get(key).and_then(Item::as_str).is_some_and(|id| ended.iter().any(|e| e == id.trim())));
    for table in tables.iter_mut() {
        let results: &[&str] = if name == "tests" { &TEST_RESULTS } else { &CONTROL_RESULTS };
        for key in results {
            table.remove(key);
        }
        if name == "tests" {
            table.remove("tester");
            table["result"] = value(OPEN);
        }
    }
}

fn prior_report(before: &Engagement) -> Table {
    let mut prior = Table::new();
    prior["type"] = value(if before.is_type_2() { "type-2" } else { "type-1" });
    match &before.window {
        Window::AsOf(day) => prior["as_of"] = value(date(day.value)),
        Window::Period { start, end } => {
            prior["start"] = value(date(start.value));
            prior["end"] = value(date(end.value));
        }
    }
    if let Some(report) = before.service_auditor.as_ref().and_then(|a| a.report_date.as_ref()) {
        prior["report_date"] = value(date(report.value));
    }
    if let Some(opinion) = &before.opinion {
        prior["opinion"] = value(opinion.form.value.key());
    }
    prior
}

/// Prior exceptions, and those that were still to be followed up.
fn follow_ups(before: &Engagement) -> ArrayOfTables {
    let mut list = ArrayOfTables::new();
    for exception in &before.exceptions {
        let mut controls: Vec<&str> = Vec::new();
        for test in &before.tests {
            let named = test.exception.as_ref().is_some_and(|label| label.value == exception.id.value);
            if named && !controls.contains(&test.control.as_str()) {
                controls.push(test.control.as_str());
            }
        }
        let mut table = Table::new();
        table["exception"] = value(exception.id.as_str());
        table["controls"] = value(controls.iter().copied().collect::<toml_edit::Array>());
        if let Some(nature) = &exception.nature {
            table["nature"] = value(nature.text.as_str());
        }
        let promised = exception.response_action.as_ref().map(|a| a.value.clone());
        if let Some(action) = promised.or_else(|| exception.response.as_ref().map(|r| r.text.clone())) {
            table["promised"] = value(action);
        }
        if let Some(day) = &exception.response_date {
            table["promised_by"] = value(date(day.value));
        }
        list.push(table);
    }
    list
}

/// What was taken over and holds only when somebody has looked at it again.
fn to_confirm(before: &Engagement, ended: &[String]) -> ArrayOfTables {
    let mut list = ArrayOfTables::new();
    let mut add = |what: String| {
        let mut table = Table::new();
        table["what"] = value(what);
        list.push(table);
    };
    for topic in before.description.iter().chain(&before.other_information) {
        add(format!("the text of {}", topic.source.name()));
    }
    let kept = |id: &str| !ended.iter().any(|e| e == id);
    let controls = before.controls.iter().filter(|c| kept(c.id.as_str())).count();
    add(format!("the wording, criteria and owners of the {controls} controls"));
    let tests = before.tests.iter().filter(|t| kept(t.control.as_str())).count();
    if tests > 0 {
        add(format!("the procedures of the {tests} tests"));
    }
    let carved = before.subservice_organizations.iter().any(|o| o.method.value == Method::CarveOut);
    for (there, what) in [
        (!before.service_commitments.is_empty(), "the service commitments"),
        (!before.system_requirements.is_empty(), "the system requirements"),
        (!before.subservice_organizations.is_empty(), "the subservice organizations and their methods"),
        (carved, "the complementary subservice organization controls"),
        (!before.cuecs.is_empty(), "the complementary user entity controls"),
        (!before.not_relevant.is_empty(), "the criteria that are not relevant"),
        (before.privacy.is_some(), "the privacy notice and the kinds of personal information"),
        (before.assertion.is_some(), "who signs the assertion"),
    ] {
        if there {
            add(what.to_owned());
        }
    }
    list
}
