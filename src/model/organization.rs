//! Who takes part: the service organization, its auditor, subservice organizations, and what each is assumed to do.

use serde::Serialize;

use super::{Assertion, Category, CriterionId, Date, Id, Prose};
use crate::diagnostics::{Located, Origin};

#[derive(Debug, Clone)]
pub struct ServiceOrganization {
    /// Legal name.
    pub name: Located<String>,
    /// What texts call it.
    pub short_name: Option<Located<String>>,
    pub system: Located<String>,
    /// Title of the description in Section III.
    pub description_title: Option<Located<String>>,
    pub address: Option<Located<String>>,
}

impl ServiceOrganization {
    /// A stand-in while names are missing.
    pub fn unknown(at: &Origin) -> Self {
        let empty = || Located::new(String::new(), at.clone());
        Self { name: empty(), short_name: None, system: empty(), description_title: None, address: None }
    }

    pub fn short(&self) -> &str {
        self.short_name.as_ref().unwrap_or(&self.name)
    }
}

#[derive(Debug, Clone)]
pub struct ServiceAuditor {
    pub name: Located<String>,
    /// City and state of the issuing office.
    pub city: Option<Located<String>>,
    pub report_date: Option<Located<Date>>,
    pub release_date: Option<Located<Date>>,
    pub license: Option<Located<String>>,
    /// The examination was also conducted in accordance with the international standard (ISAE 3000).
    pub international_standards: bool,
    /// Image of the firm's signature, in the engagement folder.
    pub signature_image: Option<Located<String>>,
    pub addressee: Option<Located<String>>,
    /// What else the firm does for the client. Stays in the auditor's file.
    pub other_services: Vec<Located<String>>,
}

/// How a subservice organization is treated in the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Its controls are outside the description; complementary controls are assumed of it.
    CarveOut,
    /// Its relevant controls are part of the description and of the examination.
    Inclusive,
}

impl Method {
    /// As written in files.
    pub fn key(self) -> &'static str {
        match self {
            Method::CarveOut => "carve-out",
            Method::Inclusive => "inclusive",
        }
    }
}

#[derive(Debug, Clone)]
pub struct SubserviceOrganization {
    pub name: Located<String>,
    pub service: Prose,
    pub method: Located<Method>,
    /// Criteria that rely on it.
    pub criteria: Vec<Located<CriterionId>>,
    /// How the service organization monitors it.
    pub monitoring: Option<Prose>,
    pub monitoring_controls: Vec<Located<Id>>,
    /// What its own SOC report covers, if one was obtained.
    pub report_from: Option<Located<Date>>,
    pub report_to: Option<Located<Date>>,
    /// Its own assertion, when the method is inclusive.
    pub assertion: Option<Assertion>,
    pub origin: Origin,
}

/// Complementary subservice organization control.
#[derive(Debug, Clone)]
pub struct Csoc {
    pub id: Located<Id>,
    pub subservice_organization: Located<String>,
    pub description: Prose,
    pub criteria: Vec<Located<CriterionId>>,
    pub origin: Origin,
}

/// Complementary user entity control.
#[derive(Debug, Clone)]
pub struct Cuec {
    pub id: Located<Id>,
    pub description: Prose,
    pub criteria: Vec<Located<CriterionId>>,
    pub origin: Origin,
}

/// What a customer has to do to benefit from the service. Not a CUEC: the design does not depend on it.
#[derive(Debug, Clone)]
pub struct UserResponsibility {
    pub id: Located<Id>,
    pub description: Prose,
    pub origin: Origin,
}

/// A principal service commitment or a system requirement (DC 2).
#[derive(Debug, Clone)]
pub struct Commitment {
    pub id: Located<Id>,
    pub text: Prose,
    pub categories: Vec<Located<Category>>,
    pub origin: Origin,
}
