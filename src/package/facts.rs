//! What the package says beside the exhibits.

use serde::Serialize;

use super::addendum::Addendum;
use crate::model::Date;

/// What the package says about the engagement.
#[derive(Debug, Clone)]
pub struct PackageFacts {
    pub service_organization: String,
    pub system: String,
    /// As printed: `SOC 2 Type II report`.
    pub report: String,
    /// The period or the date, as printed.
    pub covers: String,
    /// Program and version: `socpress 0.1.0`.
    pub generator: String,
    pub file: FileFacts,
}

/// What the package says about the documentation file that it is part of.
#[derive(Debug, Clone, Default)]
pub struct FileFacts {
    pub released_on: Option<Date>,
    pub closes_on: Option<Date>,
    /// Only where the package is an addendum.
    pub addendum: Option<Addendum>,
}

/// A report that the package belongs to.
#[derive(Debug, Clone, Serialize)]
pub struct ReportFile {
    pub name: String,
    pub sha256: String,
    pub bytes: u64,
}

/// A file that is made, not collected, such as the list of exhibits as PDF. It is in the manifest but not in `SHA256SUMS`,
/// whose hash it may print.
#[derive(Debug, Clone)]
pub struct ExtraFile {
    /// Path in the archive.
    pub path: String,
    pub bytes: Vec<u8>,
    pub media_type: String,
}
