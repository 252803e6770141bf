//! Phrases of the report that are worked out from its data, and the citations of the criteria.

use super::labels::Labels;
use crate::model::{Category, Engagement, ReportType, TestResult, TypeLabel};

/// Citations of the criteria, in one place so that a new edition is adopted once.
pub const TRUST_SERVICES_CRITERIA: &str = "TSP section 100, 2017 Trust Services Criteria for Security, Availability, Processing Integrity, Confidentiality, and Privacy (With Revised Points of Focus — 2022) (AICPA, Trust Services Criteria)";
pub const DESCRIPTION_CRITERIA: &str = "DC section 200, 2018 Description Criteria for a Description of a Service Organization’s System in a SOC 2® Report (With Revised Implementation Guidance — 2022) (AICPA, Description Criteria)";

/// The verdict of a test as it is printed.
pub fn verdict(labels: &Labels, result: TestResult) -> String {
    labels.get(&format!("verdict.{}", result.key()))
}

/// `Type II`, as the house writes it.
pub fn type_label(engagement: &Engagement, labels: &Labels) -> String {
    labels.get(match (engagement.report_type.value, engagement.style.type_label) {
        (ReportType::Type1, TypeLabel::Roman) => "type.roman_1",
        (ReportType::Type1, TypeLabel::Arabic) => "type.arabic_1",
        (ReportType::Type2, TypeLabel::Roman) => "type.roman_2",
        (ReportType::Type2, TypeLabel::Arabic) => "type.arabic_2",
    })
}

/// `Security`
pub fn category(labels: &Labels, category: Category) -> String {
    labels.get(&format!("category.{}", category.key()))
}

/// `security, availability, and privacy`
pub fn categories(labels: &Labels, scope: &[Category]) -> String {
    labels.join(&scope.iter().map(|c| labels.get(&format!("category.{}_noun", c.key()))).collect::<Vec<_>>())
}

/// Titles of the sections.
pub struct SectionTitles {
    pub auditor: String,
    pub assertion: String,
    pub description: String,
    pub controls: String,
    pub other: String,
}

pub fn section_titles(engagement: &Engagement, labels: &Labels) -> SectionTitles {
    let organization = &engagement.service_organization;
    SectionTitles {
        auditor: labels.get("section.auditor"),
        assertion: labels.fill("section.assertion", &[("organization", &organization.name)]),
        description: organization.description_title.as_ref().map_or_else(
            || {
                let names: &[(&str, &dyn std::fmt::Display)] =
                    &[("system", &organization.system), ("organization", &organization.name)];
                labels.fill("section.description", names)
            },
            |title| title.value.clone(),
        ),
        controls: labels.get(if engagement.is_type_2() { "section.controls_2" } else { "section.controls_1" }),
        other: labels.fill("section.other", &[("organization", &organization.short())]),
    }
}
