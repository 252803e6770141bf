//! Cover, running heads, metadata and fixed labels.

use std::collections::BTreeMap;

use super::report::{Cover, DocumentInfo, Image, Notice, PageStyle, RunningHead};
use super::wording::{self, counted};
use super::{Edition, dates};
use crate::diagnostics::Located;
use crate::model::{Engagement, Paper};
use crate::typeset::{Fonts, MONO, SANS, SERIF};

/// Accent colour of the built-in style: a dark slate blue that stays legible in grey.
const ACCENT: &str = "#1f3a5f";

pub fn document(e: &Engagement, edition: Edition) -> DocumentInfo {
    let organization = &e.service_organization;
    let what = match edition {
        Edition::Workpaper => format!("{}, workpaper copy", kind(e, edition)),
        Edition::ExhibitList => format!("Exhibits of the {}", kind(e, edition)),
        _ => kind(e, edition),
    };
    let title = format!("{what}: {} of {}", organization.system, organization.name);
    let author = e.service_auditor.as_ref().map_or(&organization.name, |a| &a.name);
    let report_date = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    let mut keywords = vec!["SOC 2".to_owned(), wording::type_label(e).to_owned()];
    keywords.extend(e.scope().iter().map(|c| c.title().to_owned()));
    DocumentInfo {
        title,
        author: author.value.clone(),
        description: long_title(e, edition),
        keywords,
        language: "en".into(),
        region: "us".into(),
        date: dates::ymd(report_date.unwrap_or(e.window.end()).value),
    }
}

/// What a document is called in large letters.
fn kind(e: &Engagement, edition: Edition) -> String {
    match edition {
        Edition::Issued | Edition::Workpaper | Edition::ExhibitList => {
            format!("SOC 2 {} Report", wording::type_label(e))
        }
        Edition::Soc3 => "SOC 3 Report".into(),
        Edition::BridgeLetter => "Bridge Letter".into(),
        Edition::RepresentationLetter => "Representation Letter".into(),
        Edition::Description => "Description of the System".into(),
        Edition::Matrix => "Control Matrix".into(),
    }
}

fn long_title(e: &Engagement, edition: Edition) -> String {
    match edition {
        Edition::Soc3 => {
            return format!("Report on the Effectiveness of Controls Relevant to {}", titles(e));
        }
        Edition::Description => {
            return format!("Management’s Description of the System for {}", titles(e));
        }
        Edition::Matrix => return format!("Criteria and Related Controls for {}", titles(e)),
        _ => {}
    }
    let design = if e.is_type_2() {
        "the Suitability of the Design and Operating Effectiveness"
    } else {
        "the Suitability of the Design"
    };
    format!("Report on the Description of the System and on {design} of Its Controls Relevant to {}", titles(e))
}

fn titles(e: &Engagement) -> String {
    wording::join(&e.scope().iter().map(|c| c.title()).collect::<Vec<_>>(), "and")
}

pub fn style(e: &Engagement, fonts: &Fonts) -> PageStyle {
    PageStyle {
        paper: match e.style.paper {
            Paper::UsLetter => "us-letter",
            Paper::A4 => "a4",
        },
        accent: e.style.accent.as_ref().map_or_else(|| ACCENT.into(), |accent| accent.value.clone()),
        serif: families(fonts, e.style.serif.as_ref(), SERIF),
        sans: families(fonts, e.style.sans.as_ref(), SANS),
        mono: families(fonts, e.style.mono.as_ref(), MONO),
    }
}

/// The house's family, then ours for what it lacks.
fn families(fonts: &Fonts, house: Option<&Located<String>>, ours: &str) -> Vec<String> {
    let mut families: Vec<String> = house.iter().map(|family| family.value.clone()).collect();
    families.extend(fonts.families(ours));
    families
}

pub fn running_head(e: &Engagement, edition: Edition) -> RunningHead {
    RunningHead {
        entity: e.service_organization.name.value.clone(),
        legend: match edition {
            Edition::Soc3 => "SOC 3 Report – General use".into(),
            Edition::Issued | Edition::Workpaper | Edition::ExhibitList => {
                format!("{} – Confidential, restricted use", kind(e, edition))
            }
            _ => format!("{} – Confidential", kind(e, edition)),
        },
        edition: edition.is_workpaper().then(|| "Workpaper copy".into()),
    }
}

pub fn cover(e: &Engagement, edition: Edition, open_errors: usize, logo: Option<Image>) -> Cover {
    let organization = &e.service_organization;
    let phrase = dates::phrase(&e.window, e.style.date_format);
    let mut first = phrase.chars();
    let dates = first.next().map(|c| c.to_uppercase().chain(first).collect()).unwrap_or_default();
    Cover {
        entity: organization.name.value.clone(),
        system: organization.system.value.clone(),
        kind: kind(e, edition),
        title: long_title(e, edition),
        dates,
        categories: e.scope().iter().map(|c| c.title().to_owned()).collect(),
        auditor: match edition {
            // What management made alone does not bear the auditor's name.
            Edition::Description | Edition::Matrix => None,
            _ => e.service_auditor.as_ref().map(|a| a.name.value.clone()),
        },
        logo,
        legend: match edition {
            Edition::Soc3 => "This report is for general use. It contains no description of controls, tests and results.",
            Edition::Description | Edition::Matrix => {
                "This document is confidential. It is no attestation report and gives no assurance."
            }
            _ => "This report is confidential. It is intended solely for the information and use of the specified parties named in it and is not intended to be, and should not be, used by anyone else.",
        }
        .into(),
        notices: notices(e, edition, open_errors),
    }
}

fn notices(e: &Engagement, edition: Edition, open_errors: usize) -> Vec<Notice> {
    let mut notices = Vec::new();
    if e.is_draft() {
        let mut text = "This is a working draft. No opinion has been issued on it; it is not an attestation report and must not be relied upon.".to_owned();
        if open_errors > 0 {
            text.push_str(&format!(
                " {} of error severity {} open.",
                counted(open_errors, "review finding", "review findings"),
                if open_errors == 1 { "is" } else { "are" }
            ));
        }
        notices.push(Notice { title: "Draft".into(), text });
    }
    if edition.is_workpaper() {
        notices.push(Notice {
            title: "Workpaper copy".into(),
            text: "This copy belongs to the service auditor’s file. It lists evidence, is not signed, and must not be distributed to report users.".into(),
        });
    }
    notices
}

/// Words the layout itself prints.
pub fn labels() -> BTreeMap<&'static str, String> {
    [
        ("contents", "Contents"),
        ("page", "Page"),
        ("of", "of"),
        ("continued", "continued"),
        ("prepared-by", "Report of"),
        ("categories", "Trust services categories"),
        ("see", "See"),
        ("exception", "Exception"),
        ("exceptions", "Exceptions"),
    ]
    .into_iter()
    .map(|(key, text)| (key, text.to_owned()))
    .collect()
}
