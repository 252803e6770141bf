//! The values that letters and clauses may name.

use serde::Serialize;

use super::dates;
use super::wording;
use crate::model::Engagement;

/// Numbers of the sections as they are printed, so that references follow the order of the report.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SectionNumbers {
    pub auditor: &'static str,
    pub assertion: &'static str,
    pub description: &'static str,
    pub controls: &'static str,
    pub other: &'static str,
}

pub const SECTIONS: SectionNumbers = SectionNumbers {
    auditor: "Section I",
    assertion: "Section II",
    description: "Section III",
    controls: "Section IV",
    other: "Section V",
};

#[derive(Debug, Serialize)]
pub struct Values {
    organization: String,
    short: String,
    system: String,
    auditor: Option<String>,
    description_title: String,
    type_2: bool,
    categories: String,
    carve_outs: Vec<Subservice>,
    has_subservice: bool,
    has_cuecs: bool,
    has_csocs: bool,
    other_information: bool,
    emphasis: Vec<Emphasis>,
    dates: Dates,
    sections: SectionNumbers,
    titles: Titles,
    citations: Citations,
    phrases: Phrases,
}

#[derive(Debug, Serialize)]
struct Subservice {
    name: String,
    service: String,
}

#[derive(Debug, Serialize)]
struct Emphasis {
    heading: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Dates {
    /// `throughout the period ...` or `as of ...`
    phrase: String,
    /// The same, short: `throughout the period` or `as of that date`.
    opinion_phrase: &'static str,
    users_phrase: String,
}

#[derive(Debug, Serialize)]
struct Titles {
    assertion: String,
    other: String,
    exceptions: &'static str,
}

#[derive(Debug, Serialize)]
struct Citations {
    trust_services_criteria: &'static str,
    description_criteria: &'static str,
}

#[derive(Debug, Serialize)]
struct Phrases {
    clean: &'static str,
}

/// Title of the exceptions table in Section IV.
pub const EXCEPTIONS_TITLE: &str = "Exceptions";

impl Values {
    pub fn of(engagement: &Engagement) -> Self {
        let organization = &engagement.service_organization;
        let titles = wording::section_titles(engagement);
        let type_2 = engagement.is_type_2();
        let style = engagement.style.date_format;
        Self {
            organization: organization.name.value.clone(),
            short: organization.short().to_owned(),
            system: organization.system.value.clone(),
            auditor: engagement.service_auditor.as_ref().map(|a| a.name.value.clone()),
            type_2,
            categories: wording::categories(&engagement.scope()),
            carve_outs: engagement
                .carved_out()
                .map(|s| Subservice { name: s.name.value.clone(), service: sentence(&s.service.text) })
                .collect(),
            has_subservice: !engagement.subservice_organizations.is_empty(),
            has_cuecs: !engagement.cuecs.is_empty(),
            has_csocs: !engagement.csocs.is_empty(),
            other_information: engagement.has_other_information(),
            emphasis: engagement
                .opinion
                .iter()
                .flat_map(|o| &o.emphasis)
                .map(|m| Emphasis {
                    heading: m.heading.as_ref().map_or_else(|| "Emphasis of matter".into(), |h| h.value.clone()),
                    text: m.text.text.split_whitespace().collect::<Vec<_>>().join(" "),
                })
                .collect(),
            dates: Dates {
                phrase: dates::phrase(&engagement.window, style),
                opinion_phrase: if type_2 { "throughout that period" } else { "as of that date" },
                users_phrase: if type_2 {
                    format!("during some or all of the period {}", dates::range(&engagement.window, style))
                } else {
                    format!("as of {}", dates::range(&engagement.window, style))
                },
            },
            sections: SECTIONS,
            description_title: titles.description,
            titles: Titles { assertion: titles.assertion, other: titles.other, exceptions: EXCEPTIONS_TITLE },
            citations: Citations {
                trust_services_criteria: wording::TRUST_SERVICES_CRITERIA,
                description_criteria: wording::DESCRIPTION_CRITERIA,
            },
            phrases: Phrases { clean: wording::NO_EXCEPTIONS.trim_end_matches('.') },
        }
    }
}

/// A text on one line that ends like a sentence.
fn sentence(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.ends_with(['.', '!', '?']) { flat } else { flat + "." }
}
