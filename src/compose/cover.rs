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
    let kind = format!("SOC 2 {} Report", wording::type_label(e));
    let title = match edition {
        Edition::Issued => format!("{kind}: {} of {}", organization.system, organization.name),
        Edition::Workpaper => format!("{kind}, workpaper copy: {} of {}", organization.system, organization.name),
        Edition::ExhibitList => format!("Exhibits of the {kind}: {} of {}", organization.system, organization.name),
    };
    let author = e.service_auditor.as_ref().map_or(&organization.name, |a| &a.name);
    let report_date = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    let mut keywords = vec!["SOC 2".to_owned(), wording::type_label(e).to_owned()];
    keywords.extend(e.scope().iter().map(|c| c.title().to_owned()));
    DocumentInfo {
        title,
        author: author.value.clone(),
        description: long_title(e),
        keywords,
        language: "en".into(),
        region: "us".into(),
        date: dates::ymd(report_date.unwrap_or(e.window.end()).value),
    }
}

fn long_title(e: &Engagement) -> String {
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
        legend: format!("SOC 2 {} Report – Confidential, restricted use", wording::type_label(e)),
        edition: (edition != Edition::Issued).then(|| "Workpaper copy".into()),
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
        kind: format!("SOC 2 {} Report", wording::type_label(e)),
        title: long_title(e),
        dates,
        categories: e.scope().iter().map(|c| c.title().to_owned()).collect(),
        auditor: e.service_auditor.as_ref().map(|a| a.name.value.clone()),
        logo,
        legend: "This report is confidential. It is intended solely for the information and use of the specified parties named in it and is not intended to be, and should not be, used by anyone else.".into(),
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
    if edition != Edition::Issued {
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
