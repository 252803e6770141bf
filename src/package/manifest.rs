//! `manifest.json`: what the package holds and where each file came from, for programs.
//!
//! It is written last and holds the hash of every other file, so that its own hash stands for the whole package. Its
//! schema is `docs/schemas/manifest.schema.json`.

use serde::Serialize;

use super::addendum::Addendum;
use super::exhibit::{Exhibit, Exhibits};
use super::facts::{PackageFacts, ReportFile};
use crate::model::{Confidentiality, Date, Id};

/// The schema of the manifest, as it is published.
pub const SCHEMA: &str = include_str!("../../docs/schemas/manifest.schema.json");

/// Raised when a reader of an older version could no longer read the manifest rightly.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize)]
pub(super) struct Manifest<'a> {
    kind: &'static str,
    format: u32,
    generator: &'a str,
    engagement: EngagementView<'a>,
    /// Only in an addendum to an earlier package.
    #[serde(skip_serializing_if = "Option::is_none")]
    addendum: Option<&'a Addendum>,
    /// The issued reports, which are not in the archive.
    reports: &'a [ReportFile],
    /// SHA-256 of `SHA256SUMS`, the one hash that stands for all exhibits.
    sums_sha256: &'a str,
    total_files: usize,
    total_bytes: u64,
    exhibits: Vec<ExhibitView<'a>>,
    /// The other files of the archive, except this one.
    files: &'a [FileView],
    /// Which part this is, if the package has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<&'a SetView>,
    /// All bytes of the archive before this file's entry, with names, dates and sizes.
    before: Before,
}

/// Size and hash of what precedes the manifest in the archive.
#[derive(Debug, Serialize)]
pub(super) struct Before {
    pub bytes: u64,
    pub sha256: String,
}

/// The parts of a package that was split.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SetView {
    /// Which of them this is, from 1.
    pub part: usize,
    /// SHA-256 of the sums of all parts one after the other, which the list of exhibits prints.
    pub sums_sha256: String,
    pub parts: Vec<PartView>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PartView {
    /// Name of the archive.
    pub name: String,
    /// Of its `SHA256SUMS`.
    pub sums_sha256: String,
}

#[derive(Debug, Serialize)]
struct EngagementView<'a> {
    service_organization: &'a str,
    system: &'a str,
    report: &'a str,
    covers: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    released_on: Option<Date>,
    /// The last day on which the file is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_closes_on: Option<Date>,
}

#[derive(Debug, Serialize)]
pub(super) struct ExhibitView<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    /// In the archive; several exhibits may share a file.
    path: &'a str,
    /// Below `evidence/` in the engagement folder.
    original_path: &'a str,
    sha256: &'a str,
    bytes: u64,
    media_type: &'a str,
    controls: Vec<&'a str>,
    tests: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collected_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collected_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    covers_from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    covers_to: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidentiality: Option<Confidentiality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_as: Option<&'a str>,
}

/// A file of the archive that is no exhibit.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FileView {
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    pub media_type: String,
}

impl<'a> Manifest<'a> {
    pub fn new(
        exhibits: &'a Exhibits,
        facts: &'a PackageFacts,
        reports: &'a [ReportFile],
        sums_sha256: &'a str,
        files: &'a [FileView],
        set: Option<&'a SetView>,
        before: Before,
    ) -> Self {
        Self {
            kind: "socpress-evidence-package",
            format: FORMAT,
            generator: &facts.generator,
            engagement: EngagementView {
                service_organization: &facts.service_organization,
                system: &facts.system,
                report: &facts.report,
                covers: &facts.covers,
                released_on: facts.file.released_on,
                file_closes_on: facts.file.closes_on,
            },
            addendum: facts.file.addendum.as_ref(),
            reports,
            sums_sha256,
            total_files: exhibits.files().count(),
            total_bytes: exhibits.total_bytes(),
            exhibits: exhibits.items.iter().map(ExhibitView::new).collect(),
            files,
            set,
            before,
        }
    }

    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

impl<'a> ExhibitView<'a> {
    pub fn new(exhibit: &'a Exhibit) -> Self {
        Self {
            id: exhibit.id.as_str(),
            title: exhibit.title.as_deref(),
            path: &exhibit.archive_path,
            original_path: &exhibit.original_path,
            sha256: &exhibit.sha256,
            bytes: exhibit.bytes,
            media_type: exhibit.media_type,
            controls: exhibit.controls.iter().map(Id::as_str).collect(),
            tests: exhibit.tests.iter().map(Id::as_str).collect(),
            source: exhibit.source.as_deref(),
            collected_by: exhibit.collected_by.as_deref(),
            collected_on: exhibit.collected_on,
            covers_from: exhibit.covers_from,
            covers_to: exhibit.covers_to,
            confidentiality: exhibit.confidentiality,
            same_as: exhibit.same_as.as_ref().map(Id::as_str),
        }
    }
}
