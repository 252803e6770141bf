//! The documents that can be made of an engagement, and what a batch may say in place of the engagement.

use serde::{Deserialize, Serialize};

use super::{Date, Engagement, Status};
use crate::diagnostics::Located;

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
    /// Puts them into an engagement. Findings on them point to the place of what they replace. False if there is nothing
    /// that could bear the date.
    pub fn apply(&self, engagement: &mut Engagement, document: Document) -> bool {
        if let Some(status) = self.status {
            engagement.status.value = status;
        }
        let Some(date) = self.date else { return true };
        let (place, origin) = if document == Document::BridgeLetter {
            let Some(letter) = &mut engagement.bridge_letter else { return false };
            (&mut letter.date, letter.origin.clone())
        } else {
            let Some(auditor) = &mut engagement.service_auditor else { return false };
            (&mut auditor.report_date, auditor.name.origin.clone())
        };
        let origin = place.as_ref().map_or(origin, |old| old.origin.clone());
        *place = Some(Located::new(date, origin));
        true
    }
}
