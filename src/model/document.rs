//! The documents that can be made of an engagement, and what a batch may say in place of the engagement.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Date, Engagement, Status};
use crate::diagnostics::{Located, Origin, Source};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    /// The report with its evidence package.
    Report,
    Soc3,
    BridgeLetter,
    RepresentationLetter,
    Description,
    Matrix,
}

impl Document {
    pub const ALL: [Document; 6] = [
        Document::Report,
        Document::Soc3,
        Document::BridgeLetter,
        Document::RepresentationLetter,
        Document::Description,
        Document::Matrix,
    ];
}

/// What holds for one run in place of what the engagement says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrides {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Date of the report; of the letter, if it is a bridge letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl Overrides {
    /// Puts them into an engagement. Findings on them point to the plan, whose file is not known here. False if there is
    /// nothing that could bear the date.
    pub fn apply(&self, engagement: &mut Engagement, document: Document) -> bool {
        if let Some(status) = self.status {
            engagement.status = Located::new(status, plan());
        }
        let Some(date) = self.date else { return true };
        let place = if document == Document::BridgeLetter {
            engagement.bridge_letter.as_mut().map(|letter| &mut letter.date)
        } else {
            engagement.service_auditor.as_mut().map(|auditor| &mut auditor.report_date)
        };
        let Some(place) = place else { return false };
        *place = Some(Located::new(date, plan()));
        true
    }
}

/// The plan of a batch, as the place of what it says.
pub fn plan() -> Origin {
    Origin::file(&Source::opaque("the plan", Path::new("the plan")))
}
