//! Cover, running heads, metadata and fixed labels.

use std::collections::BTreeMap;

use super::labels::Labels;
use super::letters::values::sentence;
use super::report::{Cover, DocumentInfo, Image, Notice, PageStyle, RunningHead};
use super::{Edition, dates, wording};
use crate::diagnostics::Located;
use crate::model::{Engagement, Paper};
use crate::typeset::{Fonts, MONO, SANS, SERIF};

/// Accent colour of the built-in style: a dark slate blue that stays legible in grey.
const ACCENT: &str = "#1f3a5f";

pub fn document(e: &Engagement, labels: &Labels, edition: Edition) -> DocumentInfo {
    let organization = &e.service_organization;
    let kind = kind(e, labels, edition);
    let kind = match edition {
        Edition::Workpaper => labels.fill("cover.workpaper", &[("kind", &kind)]),
        Edition::ExhibitList => labels.fill("cover.exhibits", &[("kind", &kind)]),
        _ => kind,
    };
    let title = labels.fill(
        "cover.document_title",
        &[("kind", &kind), ("system", &organization.system), ("organization", &organization.name)],
    );
    let author = e.service_auditor.as_ref().map_or(&organization.name, |a| &a.name);
    let report_date = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    let mut keywords = vec!["SOC 2".to_owned(), wording::type_label(e, labels)];
    keywords.extend(e.scope().iter().map(|c| wording::category(labels, *c)));
    DocumentInfo {
        title,
        author: author.value.clone(),
        description: long_title(e, labels, edition),
        keywords,
        language: labels.get("language.tag"),
        region: labels.get("language.region"),
        date: dates::ymd(report_date.unwrap_or(e.window.end()).value),
    }
}

/// What a document is called in large letters.
fn kind(e: &Engagement, labels: &Labels, edition: Edition) -> String {
    match edition {
        Edition::Points => labels.get("points.title"),
        Edition::Issued | Edition::Workpaper | Edition::ExhibitList => {
            labels.fill("cover.soc2", &[("type", &wording::type_label(e, labels))])
        }
        Edition::Soc3 => labels.get("cover.soc3"),
        Edition::BridgeLetter => labels.get("cover.bridge_letter"),
        Edition::RepresentationLetter => labels.get("cover.representation_letter"),
        Edition::Description => labels.get("cover.description"),
        Edition::Matrix => labels.get("cover.matrix"),
    }
}

fn long_title(e: &Engagement, labels: &Labels, edition: Edition) -> String {
    let key = match edition {
        Edition::Soc3 => "cover.title_soc3",
        Edition::Description => "cover.title_description",
        Edition::Matrix => "cover.title_matrix",
        _ if e.is_type_2() => "cover.title_2",
        _ => "cover.title_1",
    };
    let categories: Vec<_> = e.scope().iter().map(|c| wording::category(labels, *c)).collect();
    labels.fill(key, &[("categories", &labels.join(&categories))])
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

pub fn running_head(e: &Engagement, labels: &Labels, edition: Edition) -> RunningHead {
    let foot = match edition {
        Edition::Soc3 => "cover.foot_general",
        Edition::Issued | Edition::Workpaper | Edition::ExhibitList => "cover.foot_restricted",
        _ => "cover.foot_confidential",
    };
    RunningHead {
        entity: e.service_organization.name.value.clone(),
        legend: labels.fill(foot, &[("kind", &kind(e, labels, edition))]),
        edition: edition.is_workpaper().then(|| labels.get("cover.workpaper_copy")),
    }
}

pub fn cover(e: &Engagement, labels: &Labels, edition: Edition, open_errors: usize, logo: Option<Image>) -> Cover {
    let organization = &e.service_organization;
    let phrase = labels.window(&e.window);
    let mut first = phrase.chars();
    let dates = first.next().map(|c| c.to_uppercase().chain(first).collect()).unwrap_or_default();
    let alone = matches!(edition, Edition::Description | Edition::Matrix);
    Cover {
        entity: organization.name.value.clone(),
        system: organization.system.value.clone(),
        kind: kind(e, labels, edition),
        title: long_title(e, labels, edition),
        dates,
        categories: e.scope().iter().map(|c| wording::category(labels, *c)).collect(),
        // What management made alone does not bear the auditor's name.
        auditor: e.service_auditor.as_ref().filter(|_| !alone).map(|a| a.name.value.clone()),
        logo,
        legend: labels.get(match edition {
            Edition::Soc3 => "cover.legend_soc3",
            _ if alone => "cover.legend_alone",
            _ => "cover.legend",
        }),
        notices: notices(e, labels, edition, open_errors),
    }
}

fn notices(e: &Engagement, labels: &Labels, edition: Edition, open_errors: usize) -> Vec<Notice> {
    let mut notices = Vec::new();
    if e.is_draft() {
        let mut text = labels.get("cover.draft_text");
        if open_errors > 0 {
            text.push(' ');
            text.push_str(&labels.counted("cover.draft_open", open_errors));
        }
        notices.push(Notice { title: labels.get("cover.draft"), text });
    }
    if let Some(reissue) = e.reissue.as_ref().filter(|_| edition.is_report()) {
        let reason = sentence(&reissue.reason.text);
        let text = labels.fill(
            "cover.revised_text",
            &[("old_date", &labels.date(reissue.replaces_date.value)), ("reason", &reason)],
        );
        notices.push(Notice { title: labels.get("cover.revised"), text });
    }
    if edition.is_workpaper() {
        notices.push(Notice { title: labels.get("cover.workpaper_copy"), text: labels.get("cover.workpaper_text") });
    }
    notices
}

/// Words the layout itself prints.
pub fn layout_words(labels: &Labels) -> BTreeMap<&'static str, String> {
    ["contents", "page", "of", "categories", "auditor"]
        .into_iter()
        .map(|key| (key, labels.get(&format!("layout.{key}"))))
        .collect()
}
