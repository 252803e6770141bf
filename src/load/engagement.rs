//! `engagement.toml`: its single tables.

use super::decode::{Decoder, Row};
use super::rules;
use super::schema;
use crate::diagnostics::{Diagnostic, Located};
use crate::model::{
    Assertion, Emphasis, Opinion, Privacy, ReportType, ServiceAuditor, ServiceOrganization, Style, Window,
};

/// The version of the folder's format that this program reads.
const FORMAT: u64 = 1;

/// Checks `format`. Returns whether the folder can be understood.
pub fn format(d: &mut Decoder, row: &Row) -> bool {
    match d.count(row, "format") {
        Some(version) if version.value != FORMAT => {
            d.report(
                Diagnostic::new(
                    &rules::FORMAT_VERSION,
                    format!("the folder has format {version}, this program reads format {FORMAT}"),
                )
                .at(&version.origin)
                .help("use a version of socpress that knows this format"),
            );
            false
        }
        _ => true,
    }
}

/// The as-of date or the period, as the type of report asks.
pub fn window(d: &mut Decoder, row: &Row, report_type: &Located<ReportType>) -> Option<Window> {
    let as_of = d.date(row, "as_of");
    let period =
        d.record(row, "period").map(|period| (d.date(&period, "start"), d.date(&period, "end"), period.origin));
    match report_type.value {
        ReportType::Type1 => {
            if let Some((.., origin)) = &period {
                d.report(
                    Diagnostic::new(&rules::FORM_CONFLICT, "a Type I has a date, not a period")
                        .at(origin)
                        .related("the type", &report_type.origin)
                        .help("remove [period] and give `as_of`, or make it `type = \"type-2\"`"),
                );
            }
            if as_of.is_none() && !row.has("as_of") {
                d.report(
                    Diagnostic::new(&rules::MISSING_KEY, "a Type I needs `as_of`, the date it speaks of")
                        .at(&report_type.origin)
                        .help("add `as_of = 2025-12-31` before the first [table]"),
                );
            }
            as_of.map(Window::AsOf)
        }
        ReportType::Type2 => {
            if let Some(as_of) = &as_of {
                d.report(
                    Diagnostic::new(&rules::FORM_CONFLICT, "a Type II has a period, not an as-of date")
                        .at(&as_of.origin)
                        .related("the type", &report_type.origin)
                        .help("remove `as_of` and give [period], or make it `type = \"type-1\"`"),
                );
            }
            let Some((start, end, _)) = period else {
                if !row.has("period") {
                    d.report(
                        Diagnostic::new(&rules::MISSING_KEY, "a Type II needs [period] with `start` and `end`")
                            .at(&report_type.origin)
                            .help("add [period] with `start = 2025-01-01` and `end = 2025-12-31`"),
                    );
                }
                return None;
            };
            let (start, end) = (start?, end?);
            if start.value >= end.value {
                d.report(
                    Diagnostic::new(
                        &rules::FORM_CONFLICT,
                        format!("the period ends on {end}, before it begins on {start}"),
                    )
                    .at(&end.origin)
                    .related("it begins here", &start.origin)
                    .help("correct one of the two days"),
                );
                return None;
            }
            Some(Window::Period { start, end })
        }
    }
}

pub fn service_organization(d: &mut Decoder, row: &Row) -> Option<ServiceOrganization> {
    let table = d.record(row, "service_organization")?;
    let (name, system) = (d.text(&table, "name"), d.text(&table, "system"));
    let organization = ServiceOrganization {
        short_name: d.text(&table, "short_name"),
        description_title: d.text(&table, "description_title"),
        address: d.text(&table, "address"),
        name: name?,
        system: system?,
    };
    Some(organization)
}

pub fn service_auditor(d: &mut Decoder, row: &Row) -> Option<ServiceAuditor> {
    let table = d.record(row, "service_auditor")?;
    let name = d.text(&table, "name");
    let auditor = ServiceAuditor {
        city: d.text(&table, "city"),
        report_date: d.date(&table, "report_date"),
        release_date: d.date(&table, "release_date"),
        license: d.text(&table, "license"),
        addressee: d.text(&table, "addressee"),
        name: name?,
    };
    Some(auditor)
}

pub fn opinion(d: &mut Decoder, row: &Row) -> Option<Opinion> {
    let table = d.record(row, "opinion")?;
    let form = d.choice(&table, "form");
    let mut emphasis = Vec::new();
    for raw in d.raw_records(&table, "emphasis") {
        let paragraph = d.row(&schema::EMPHASIS, raw);
        let heading = d.text(&paragraph, "heading");
        if let Some(text) = d.prose(&paragraph, "text") {
            emphasis.push(Emphasis { heading, text });
        }
    }
    Some(Opinion { form: form?, emphasis })
}

pub fn assertion(d: &mut Decoder, row: &Row) -> Option<Assertion> {
    let table = d.record(row, "assertion")?;
    Some(Assertion {
        date: d.date(&table, "date"),
        signatory_name: d.text(&table, "signatory_name"),
        signatory_title: d.text(&table, "signatory_title"),
        origin: table.origin.clone(),
    })
}

pub fn privacy(d: &mut Decoder, row: &Row) -> Option<Privacy> {
    let table = d.record(row, "privacy")?;
    Some(Privacy {
        role: d.choice(&table, "role"),
        notice: d.text(&table, "notice"),
        personal_information: d.texts(&table, "personal_information"),
        origin: table.origin.clone(),
    })
}

pub fn style(d: &mut Decoder, row: &Row) -> Style {
    let Some(table) = d.record(row, "style") else { return Style::default() };
    Style {
        paper: d.choice(&table, "paper").map(|v| v.value).unwrap_or_default(),
        date_format: d.choice(&table, "date_format").map(|v| v.value).unwrap_or_default(),
        type_label: d.choice(&table, "type_label").map(|v| v.value).unwrap_or_default(),
        evidence_list: d.flag(&table, "evidence_list").is_some_and(|v| v.value),
    }
}
