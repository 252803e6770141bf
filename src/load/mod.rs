//! From the engagement folder to the model: the only room that knows input formats.
//!
//! Every format is read into located trees (`tree`), the field tables ([`schema`]) turn these into typed values, and
//! `records` makes the model of them. Problems are collected; only what has no meaning at all stops the reading.

pub mod canonical;
mod choices;
mod criteria;
mod csv;
mod decode;
mod description;
mod document;
mod engagement;
mod evidence;
pub mod fields;
mod firm;
mod folder;
pub mod foreign;
mod grid;
mod heads;
mod json_lines;
pub mod json_schema;
mod number_format;
mod ods;
mod package;
pub mod plan;
mod quantities;
pub mod raw_tables;
mod records;
pub mod reference;
mod references;
mod rich;
mod rows;
pub mod rules;
pub mod schema;
mod sheet;
mod tables;
mod test_rows;
mod toml;
mod tree;
mod verdict;
mod workbook;
mod xls;
mod xlsx;
mod yaml;

use std::path::Path;
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Findings, Located, Origin, Source};
use crate::model::{Catalogue, Date, Engagement, ReportType, ServiceOrganization, Status, Window, Wording};

use decode::{Decoder, Lost};
pub use firm::FIRM_PREFIX;
use firm::Profile;
pub use folder::{Folder, is_litter};
use tables::Tables;

/// What reading a folder gives: the engagement, unless too little of it could be understood, and the findings.
pub struct Loaded {
    /// For the files that the report shows (images) or packages (evidence).
    pub folder: Option<Folder>,
    /// The firm's folder, for its logo and fonts.
    pub firm_folder: Option<Folder>,
    pub engagement: Option<Engagement>,
    pub findings: Findings,
}

/// The heads and the cells of a sheet, as text.
pub fn sheet(source: &Arc<Source>, findings: &mut Findings) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    Some(csv::parse(source, findings)?.texts())
}

/// What a firm's folder holds, for a check without an engagement.
pub struct LoadedFirm {
    pub wording: Wording,
    pub findings: Findings,
}

/// Reads a firm's folder alone: its profile, its wording, its criteria.
pub fn load_firm(path: &Path) -> LoadedFirm {
    let mut findings = Findings::default();
    let profile = firm::named(path, &mut findings);
    let wording = profile.map(|p| firm::clauses(&p.folder, &mut findings)).unwrap_or_default();
    LoadedFirm { wording, findings }
}

/// Reads an engagement folder, with the firm's folder that is named, or that lies in it as `firm/`.
pub fn load(path: &Path, firm: Option<&Path>) -> Loaded {
    let mut findings = Findings::default();
    let folder = match Folder::open(path) {
        Ok(folder) => folder,
        Err(problem) => {
            findings.push(problem);
            return Loaded { folder: None, firm_folder: None, engagement: None, findings };
        }
    };
    let profile = firm::profile(&folder, firm, &mut findings);
    let engagement = read(&folder, profile.as_ref(), &mut findings);
    Loaded { folder: Some(folder), firm_folder: profile.map(|p| p.folder), engagement, findings }
}

fn read(folder: &Folder, profile: Option<&Profile>, findings: &mut Findings) -> Option<Engagement> {
    if !folder.has("engagement.toml") {
        findings.push(
            Diagnostic::new(&rules::FILE_UNREADABLE, format!("{} has no engagement.toml", folder.shown().display()))
                .at(&Origin::file(&folder.opaque("engagement.toml")))
                .help("name an engagement folder; `socpress init FOLDER` makes a new one"),
        );
        return None;
    }
    let source = match folder.read_text("engagement.toml") {
        Ok(source) => source,
        Err(problem) => {
            findings.push(problem);
            return None;
        }
    };
    let mut raw = toml::parse(&source, findings);
    let columns = tables::columns(&mut raw, findings);
    let mut tables = Tables::read(folder, &columns, findings);
    let mut wording = profile.map(|p| firm::clauses(&p.folder, findings)).unwrap_or_default();
    wording.extend(firm::clauses(folder, findings));
    let catalogue = profile.map_or_else(Catalogue::builtin, |p| p.catalogue.clone());
    let mut d = Decoder { findings, catalogue, lost: Lost::default() };
    let row = d.row(&schema::ENGAGEMENT, raw);
    if !engagement::format(&mut d, &row) {
        return None;
    }
    tables.take_from(&mut d, &row);

    let report_type = d.choice(&row, "type");
    let window = report_type.as_ref().and_then(|t| engagement::window(&mut d, &row, t));
    let status = d.choice(&row, "status");
    let categories = d.choices(&row, "categories");
    let organization = engagement::service_organization(&mut d, &row);
    let had_controls = tables.has("controls");
    let (description, other_information) =
        (description::topics(&mut d, folder, "description"), description::topics(&mut d, folder, "other-information"));

    let firm_sections = profile.map(|p| description::topics(&mut d, &p.folder, "sections")).unwrap_or_default();

    // Everything is decoded before anything is given up, so that all problems show in one run.
    let controls = records::controls(&mut d, tables.take("controls"));
    let tests = records::tests(&mut d, tables.take("tests"));
    let sampled_items = records::sampled_items(&mut d, tables.take("sampled_items"));
    let exceptions = records::exceptions(&mut d, tables.take("exceptions"));
    let evidence = records::evidence(&mut d, tables.take("evidence"));
    let collection = d.record(&row, "evidence_collection");
    let (evidence, groups) = evidence::expand(&mut d, folder, evidence, collection.as_ref(), &controls);
    let service_commitments =
        records::commitments(&mut d, &schema::SERVICE_COMMITMENTS, tables.take("service_commitments"));
    let system_requirements =
        records::commitments(&mut d, &schema::SYSTEM_REQUIREMENTS, tables.take("system_requirements"));
    let subservice_organizations = records::subservice_organizations(&mut d, tables.take("subservice_organizations"));
    let csocs = records::csocs(&mut d, tables.take("csocs"));
    let cuecs = records::cuecs(&mut d, tables.take("cuecs"));
    let user_entity_responsibilities =
        records::user_responsibilities(&mut d, tables.take("user_entity_responsibilities"));
    let not_relevant = records::not_relevant(&mut d, tables.take("not_relevant"));
    let incidents = records::incidents(&mut d, tables.take("incidents"));
    let changes = records::changes(&mut d, tables.take("changes"));
    let subsequent_events = records::subsequent_events(&mut d, tables.take("subsequent_events"));
    let conclusions = records::conclusions(&mut d, tables.take("conclusions"));
    let signoffs = records::signoffs(&mut d, tables.take("signoffs"));
    let waivers = records::waivers(&mut d, tables.take("waivers"));
    let (rules_on, rules_off) = engagement::review(&mut d, &row);
    let follow_ups = records::follow_ups(&mut d, tables.take("follow_ups"));
    let to_confirm = records::to_confirm(&mut d, tables.take("to_confirm"));
    let reissue = engagement::reissue(&mut d, &row);
    let prior_report = engagement::prior_report(&mut d, &row);
    let acronyms = records::acronyms(&mut d, tables.take("acronyms"));
    let raws = tables.take("additional_criteria");
    let additional_criteria = engagement::additional_criteria(&mut d, raws, folder, profile.map(|p| &p.folder));
    let service_auditor = engagement::service_auditor(&mut d, &row, profile.map(|p| &p.row));
    let opinion = engagement::opinion(&mut d, &row);
    let assertion = engagement::assertion(&mut d, &row);
    let bridge_letter = engagement::bridge_letter(&mut d, &row);
    let representation_letter = engagement::representation_letter(&mut d, &row);
    let privacy = engagement::privacy(&mut d, &row);
    let style = engagement::style(&mut d, &row, profile.and_then(|p| p.style.as_ref()));
    let labels = match (profile, &style.language) {
        (Some(profile), Some(language)) => firm::labels(&profile.folder, language, d.findings),
        _ => Default::default(),
    };
    let vendors = d.texts(&row, "vendors");
    let no_incidents = d.flag(&row, "no_incidents").is_some_and(|f| f.value);
    let no_changes = d.flag(&row, "no_changes").is_some_and(|f| f.value);

    if controls.is_empty() {
        let (message, help) = if had_controls {
            ("the control matrix has no control that could be read", "mend the findings in it, or add controls")
        } else {
            ("there is no control matrix", "write controls.toml or controls.csv; `socpress init` shows how")
        };
        d.report(Diagnostic::new(&rules::EMPTY_TABLE, message).in_file(&source).help(help));
    }
    if description.is_empty() && !folder.list("description").iter().any(|name| name.ends_with(".md")) {
        d.report(
            Diagnostic::new(&rules::EMPTY_TABLE, "there is no description of the system")
                .in_file(&source)
                .help("write Section III as Markdown files in description/"),
        );
    }
    if categories.is_empty() && row.has("categories") {
        d.report(
            Diagnostic::new(&rules::EMPTY_TABLE, "no category is in scope")
                .at(row.at("categories"))
                .help("name at least \"security\""),
        );
    }

    // Whatever is missing in the head has been reported; stand-ins let references and rules speak all the same.
    let is_complete = report_type.is_some() && window.is_some() && status.is_some() && organization.is_some();
    let at = Origin::file(&source);
    let assumed = if row.has("period") { ReportType::Type2 } else { ReportType::Type1 };
    let mut engagement = Engagement {
        catalogue: d.catalogue.clone(),
        is_complete,
        report_type: report_type.unwrap_or_else(|| Located::new(assumed, at.clone())),
        window: window.unwrap_or_else(|| Window::AsOf(Located::new(Date::default(), at.clone()))),
        status: status.unwrap_or_else(|| Located::new(Status::Draft, at.clone())),
        service_organization: organization.unwrap_or_else(|| ServiceOrganization::unknown(&at)),
        categories,
        service_auditor,
        opinion,
        assertion,
        privacy,
        service_commitments,
        system_requirements,
        subservice_organizations,
        vendors,
        csocs,
        cuecs,
        user_entity_responsibilities,
        not_relevant,
        additional_criteria,
        incidents,
        no_incidents,
        changes,
        no_changes,
        subsequent_events,
        reissue,
        prior_report,
        follow_ups,
        to_confirm,
        bridge_letter,
        representation_letter,
        conclusions,
        signoffs,
        waivers,
        rules_on,
        rules_off,
        acronyms,
        style,
        firm: profile.map(|p| p.firm.clone()),
        labels,
        wording,
        controls,
        tests,
        sampled_items,
        controls_with_unread_tests: Vec::new(),
        exceptions,
        evidence,
        description,
        other_information,
        firm_sections,
        source,
    };
    references::settle(&mut d, &mut engagement, &groups);
    Some(engagement)
}
