//! Records of what was made, for programs.

use serde::{Deserialize, Serialize};

use super::evidence::EvidenceView;
use super::{BUILD_RECORD, Checked, GENERATOR, RecipientCopy};
use crate::compose::Edition;
use crate::diagnostics::{FindingView, Tally};
use crate::model::{Category, Date, Document, Engagement, ReportType, Status, Totals};
use crate::review::Waived;

impl Document {
    pub fn edition(self) -> Edition {
        match self {
            Document::Report => Edition::Issued,
            Document::Soc3 => Edition::Soc3,
            Document::BridgeLetter => Edition::BridgeLetter,
            Document::RepresentationLetter => Edition::RepresentationLetter,
            Document::Description => Edition::Description,
            Document::Matrix => Edition::Matrix,
        }
    }

    pub(super) fn role(self) -> Role {
        match self {
            Document::Report => Role::Report,
            Document::Soc3 => Role::Soc3,
            Document::BridgeLetter => Role::BridgeLetter,
            Document::RepresentationLetter => Role::RepresentationLetter,
            Document::Description => Role::Description,
            Document::Matrix => Role::Matrix,
        }
    }

    /// Name of the record that completes its build.
    pub fn record(self) -> String {
        match self {
            Document::Report => BUILD_RECORD.to_owned(),
            other => format!("{}.{BUILD_RECORD}", other.edition().file_stem()),
        }
    }
}

/// One file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub name: String,
    pub role: Role,
    pub sha256: String,
    pub bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The one report; while the status is draft, its draft.
    Report,
    /// The auditor's edition with the list of exhibits.
    WorkpaperCopy,
    EvidencePackage,
    Soc3,
    BridgeLetter,
    RepresentationLetter,
    Description,
    Matrix,
    /// The sheet of the review's points.
    Points,
}

/// `build.json`: what was made from what, and what was found.
#[derive(Serialize)]
pub(super) struct BuildRecord<'a> {
    pub format: u32,
    pub generator: &'static str,
    pub engagement: EngagementView<'a>,
    /// Whose copy it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<&'a RecipientCopy>,
    pub outputs: &'a [Output],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceView>,
    pub counts: Totals,
    pub tally: Tally,
    pub findings: Vec<FindingView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<WaivedView<'a>>,
}

impl<'a> BuildRecord<'a> {
    pub fn of(checked: &'a Checked, engagement: &'a Engagement, counts: Totals, outputs: &'a [Output]) -> Self {
        Self {
            format: 1,
            generator: GENERATOR,
            engagement: EngagementView::of(engagement),
            copy: None,
            outputs,
            evidence: None,
            counts,
            tally: Tally::from(&checked.findings),
            findings: checked.findings.iter().map(FindingView::from).collect(),
            waived: WaivedView::list(&checked.waiving.waived),
        }
    }
}

/// A finding that was looked at and let stand.
#[derive(Serialize)]
pub struct WaivedView<'a> {
    pub finding: FindingView<'a>,
    pub reason: &'a str,
    pub by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

impl<'a> WaivedView<'a> {
    pub fn list(waived: &'a [Waived]) -> Vec<Self> {
        let view =
            |w: &'a Waived| Self { finding: FindingView::from(&w.finding), reason: &w.reason, by: &w.by, on: w.on };
        waived.iter().map(view).collect()
    }
}

#[derive(Serialize)]
pub(super) struct EngagementView<'a> {
    service_organization: &'a str,
    system: &'a str,
    #[serde(rename = "type")]
    report_type: ReportType,
    status: Status,
    categories: Vec<Category>,
    from: String,
    to: String,
}

impl<'a> EngagementView<'a> {
    pub fn of(engagement: &'a Engagement) -> Self {
        Self {
            service_organization: &engagement.service_organization.name,
            system: &engagement.service_organization.system,
            report_type: engagement.report_type.value,
            status: engagement.status.value,
            categories: engagement.scope(),
            from: engagement.window.start().to_string(),
            to: engagement.window.end().to_string(),
        }
    }
}
