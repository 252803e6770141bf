//! `engagement.toml`: its single tables.

use super::choices::Choosable;
use super::decode::{Decoder, Row};
use super::folder::Folder;
use super::rules;
use super::schema;
use super::tree::Raw;
use crate::diagnostics::{Diagnostic, Located};
use crate::model::{
    AdditionalCriteria, AdditionalCriterion, Assertion, BridgeLetter, ChangedPlace, Emphasis, Limb, Matter, Opinion,
    PriorReport, Privacy, Reissue, ReportType, RepresentationLetter, ServiceAuditor, ServiceOrganization, Signatory,
    Style, Window,
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
                    Diagnostic::new(&rules::SCP_01, "a Type I has a date, not a period")
                        .at(origin)
                        .related("the type", &report_type.origin)
                        .help("remove [period] and give `as_of`, or make it `type = \"type-2\"`"),
                );
            }
            if as_of.is_none() && !row.has("as_of") {
                d.report(
                    Diagnostic::new(&rules::SCP_01, "a Type I needs `as_of`, the date it speaks of")
                        .at(&report_type.origin)
                        .help("add `as_of = 2025-12-31` before the first [table]"),
                );
            }
            as_of.map(Window::AsOf)
        }
        ReportType::Type2 => {
            if let Some(as_of) = &as_of {
                d.report(
                    Diagnostic::new(&rules::SCP_01, "a Type II has a period, not an as-of date")
                        .at(&as_of.origin)
                        .related("the type", &report_type.origin)
                        .help("remove `as_of` and give [period], or make it `type = \"type-1\"`"),
                );
            }
            let Some((start, end, _)) = period else {
                if !row.has("period") {
                    d.report(
                        Diagnostic::new(&rules::SCP_01, "a Type II needs [period] with `start` and `end`")
                            .at(&report_type.origin)
                            .help("add [period] with `start = 2025-01-01` and `end = 2025-12-31`"),
                    );
                }
                return None;
            };
            let (start, end) = (start?, end?);
            if start.value >= end.value {
                d.report(
                    Diagnostic::new(&rules::SCP_01, format!("the period ends on {end}, before it begins on {start}"))
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

/// Rules to apply, and rules not to apply.
pub fn review(d: &mut Decoder, row: &Row) -> (Vec<Located<String>>, Vec<Located<String>>) {
    match d.record(row, "review") {
        Some(table) => (d.texts(&table, "on"), d.texts(&table, "off")),
        None => (Vec::new(), Vec::new()),
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

/// The auditor of this engagement; what is the same for all clients may stand in the firm's profile.
pub fn service_auditor(d: &mut Decoder, row: &Row, firm: Option<&Row>) -> Option<ServiceAuditor> {
    let table = d.record(row, "service_auditor")?;
    let name = d.text(&table, "name").or_else(|| firm.and_then(|firm| d.text(firm, "name")));
    if name.is_none() && !table.has("name") && !table.damaged {
        d.report(
            Diagnostic::new(&rules::MISSING_KEY, "this service auditor has no `name`")
                .at(&table.origin)
                .help("add `name`: text, the legal name of the firm; or name the firm's folder with --firm"),
        );
    }
    let auditor = ServiceAuditor {
        city: d.text(&table, "city").or_else(|| firm.and_then(|firm| d.text(firm, "city"))),
        report_date: d.date(&table, "report_date"),
        release_date: d.date(&table, "release_date"),
        license: d.text(&table, "license").or_else(|| firm.and_then(|firm| d.text(firm, "license"))),
        international_standards: d
            .flag(&table, "international_standards")
            .or_else(|| firm.and_then(|firm| d.flag(firm, "international_standards")))
            .is_some_and(|v| v.value),
        signature_image: d.text(&table, "signature_image"),
        addressee: d.text(&table, "addressee"),
        other_services: d.texts(&table, "other_services"),
        name: name?,
    };
    Some(auditor)
}

pub fn opinion(d: &mut Decoder, row: &Row) -> Option<Opinion> {
    let table = d.record(row, "opinion")?;
    let form = d.choice(&table, "form");
    let mut stated = Vec::new();
    if let Some(limbs) = d.record(&table, "limbs") {
        for limb in Limb::ALL {
            stated.extend(d.choice(&limbs, limb.key()).map(|form| (limb, form)));
        }
    }
    let mut matters = Vec::new();
    for raw in d.raw_records(&table, "matters") {
        let row = d.row(&schema::MATTERS, raw);
        let (cause, text) = (d.choice(&row, "cause"), d.prose(&row, "text"));
        let matter = Matter {
            limbs: d.choices(&row, "limbs"),
            criteria: d.criteria(&row, "criteria"),
            description_criteria: d.description_criteria(&row, "description_criteria"),
            additional_criteria: d.texts(&row, "additional_criteria"),
            controls: d.ids(&row, "controls"),
            origin: row.origin.clone(),
            cause: match cause {
                Some(cause) => cause,
                None => continue,
            },
            text: match text {
                Some(text) => text,
                None => continue,
            },
        };
        matters.push(matter);
    }
    let mut emphasis = Vec::new();
    for raw in d.raw_records(&table, "emphasis") {
        let paragraph = d.row(&schema::EMPHASIS, raw);
        let heading = d.text(&paragraph, "heading");
        if let Some(text) = d.prose(&paragraph, "text") {
            emphasis.push(Emphasis { heading, text });
        }
    }
    Some(Opinion { form: form?, stated, matters, emphasis })
}

pub fn assertion(d: &mut Decoder, row: &Row) -> Option<Assertion> {
    let table = d.record(row, "assertion")?;
    Some(Assertion {
        date: d.date(&table, "date"),
        signatory_name: d.text(&table, "signatory_name"),
        signatory_title: d.text(&table, "signatory_title"),
        matter: d.prose(&table, "matter"),
        origin: table.origin.clone(),
    })
}

pub fn reissue(d: &mut Decoder, row: &Row) -> Option<Reissue> {
    let table = d.record(row, "reissue")?;
    let (date, reason) = (d.date(&table, "date"), d.prose(&table, "reason"));
    let (hash, replaces_date) = (d.text(&table, "replaces_sha256"), d.date(&table, "replaces_date"));
    let as_to = d.text(&table, "as_to");
    let mut places = Vec::new();
    for raw in d.raw_records(&table, "places") {
        let row = d.row(&schema::CHANGED_PLACES, raw);
        if let (Some(place), Some(change)) = (d.text(&row, "place"), d.text(&row, "change")) {
            places.push(ChangedPlace { place, change });
        }
    }
    if let Some(hash) = &hash
        && !(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        d.report(
            Diagnostic::new(&rules::WRONG_VALUE, "`replaces_sha256` must be 64 hexadecimal digits").at(&hash.origin),
        );
    }
    Some(Reissue {
        date: date?,
        reason: reason?,
        replaces_sha256: hash?,
        replaces_date: replaces_date?,
        as_to,
        places,
        origin: table.origin.clone(),
    })
}

pub fn prior_report(d: &mut Decoder, row: &Row) -> Option<PriorReport> {
    let table = d.record(row, "prior_report")?;
    let (as_of, end) = (d.date(&table, "as_of"), d.date(&table, "end"));
    if as_of.is_none() && end.is_none() && !table.has("as_of") && !table.has("end") && !table.damaged {
        d.report(
            Diagnostic::new(&rules::MISSING_KEY, "the prior report has neither `end` nor `as_of`")
                .at(&table.origin)
                .help("add the last day of its period as `end`, or the date of a Type I as `as_of`"),
        );
    }
    let prior = PriorReport {
        report_type: d.choice(&table, "type"),
        start: d.date(&table, "start"),
        report_date: d.date(&table, "report_date"),
        opinion: d.choice(&table, "opinion"),
        end: end.or(as_of)?,
    };
    Some(prior)
}

pub fn bridge_letter(d: &mut Decoder, row: &Row) -> Option<BridgeLetter> {
    let table = d.record(row, "bridge_letter")?;
    let through = d.date(&table, "through");
    let letter = BridgeLetter {
        date: d.date(&table, "date"),
        changes: d.prose(&table, "changes"),
        no_changes: d.flag(&table, "no_changes").is_some_and(|v| v.value),
        signatory_name: d.text(&table, "signatory_name"),
        signatory_title: d.text(&table, "signatory_title"),
        origin: table.origin.clone(),
        through: through?,
    };
    Some(letter)
}

pub fn representation_letter(d: &mut Decoder, row: &Row) -> Option<RepresentationLetter> {
    let table = d.record(row, "representation_letter")?;
    let mut signatories = Vec::new();
    for raw in d.raw_records(&table, "signatories") {
        let signatory = d.row(&schema::SIGNATORY, raw);
        let title = d.text(&signatory, "title");
        signatories.extend(d.text(&signatory, "name").map(|name| Signatory { name, title }));
    }
    Some(RepresentationLetter {
        signatories,
        uncorrected_misstatements: d.prose(&table, "uncorrected_misstatements"),
        known_matters: d.prose(&table, "known_matters"),
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

/// House style: the engagement's own values, then the firm's.
pub fn style(d: &mut Decoder, row: &Row, firm: Option<&Row>) -> Style {
    let own = d.record(row, "style");
    let tables: Vec<&Row> = own.iter().chain(firm).collect();
    let accent = first(&tables, |table| d.text(table, "accent")).filter(|accent| {
        let digits = accent.strip_prefix('#').unwrap_or("");
        let good = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !good {
            d.report(
                Diagnostic::new(
                    &rules::WRONG_VALUE,
                    format!("`accent` must be a colour such as #1f3a5f, not `{accent}`"),
                )
                .at(&accent.origin),
            );
        }
        good
    });
    Style {
        accent,
        paper: choice(d, &tables, "paper"),
        date_format: choice(d, &tables, "date_format"),
        type_label: choice(d, &tables, "type_label"),
        exception_word: choice(d, &tables, "exception_word"),
        show_samples: choice(d, &tables, "show_samples"),
        table_layout: choice(d, &tables, "table_layout"),
        section_order: choice(d, &tables, "section_order"),
        logo: first(&tables, |table| d.text(table, "logo")),
        serif: first(&tables, |table| d.text(table, "serif")),
        sans: first(&tables, |table| d.text(table, "sans")),
        mono: first(&tables, |table| d.text(table, "mono")),
        language: first(&tables, |table| d.text(table, "language")),
        evidence_list: first(&tables, |table| d.flag(table, "evidence_list")).is_some_and(|v| v.value),
    }
}

fn first<T>(tables: &[&Row], read: impl FnMut(&Row) -> Option<T>) -> Option<T> {
    tables.iter().copied().find_map(read)
}

fn choice<T: Choosable + Default>(d: &mut Decoder, tables: &[&Row], name: &str) -> T {
    first(tables, |table| d.choice(table, name)).map(|v| v.value).unwrap_or_default()
}

/// The sets of additional criteria with their files, which lie in the engagement folder or in the firm's `catalogue/`.
pub fn additional_criteria(
    d: &mut Decoder,
    raws: Vec<Raw>,
    folder: &Folder,
    firm: Option<&Folder>,
) -> Vec<AdditionalCriteria> {
    let mut all = Vec::new();
    for raw in raws {
        let row = d.row(&schema::ADDITIONAL_CRITERIA, raw);
        let (name, title) = (d.text(&row, "name"), d.text(&row, "title"));
        let (citation, file) = (d.text(&row, "citation"), d.text(&row, "file"));
        let (Some(name), Some(title), Some(citation), Some(file)) = (name, title, citation, file) else { continue };
        let shared = format!("catalogue/{file}");
        let found = match firm {
            Some(firm) if !folder.has(&file) && firm.has(&shared) => Ok((firm, shared)),
            _ => folder.resolve("", &file, &file.origin).map(|_| (folder, file.value.clone())),
        };
        let criteria = match found {
            Ok((folder, path)) => super::firm::rows(folder, &path, d.findings),
            Err(problem) => {
                d.report(problem);
                continue;
            }
        };
        if criteria.is_empty() {
            d.report(Diagnostic::new(&rules::EMPTY_TABLE, format!("`{file}` has no criterion")).at(&file.origin));
            continue;
        }
        let criteria = criteria.into_iter().map(|(id, title)| AdditionalCriterion { id, title }).collect();
        all.push(AdditionalCriteria { name, title, citation, criteria, origin: row.origin.clone() });
    }
    all
}
