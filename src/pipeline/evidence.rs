//! The evidence package within a build, and alone.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use super::build::package_facts;
use super::check::{check_texts, check_with, finish};
use super::outputs::Staging;
use super::record::EngagementView;
use super::{BUILD_RECORD, BuildError, Checked, Document, GENERATOR, Output, Role, WaivedView, forbidden, lock};
use crate::diagnostics::{Diagnostic, FindingView, Findings, Tally};
use crate::model::{Category, Date, Engagement, Overrides};
use crate::package::{
    self, Archive, Exhibits, ExtraFile, Index, PackOptions, PackageError, Progress, ReportFile, Sealed, Split,
};
use crate::sheets;
use crate::typeset::Pdf;

pub(super) const EVIDENCE_STEM: &str = "evidence";
pub const EVIDENCE_PACKAGE: &str = "evidence.zip";
/// Name of the record that completes a package that is made alone.
pub const PACKAGE_RECORD: &str = "evidence.build.json";

/// How an evidence package is made.
#[derive(Debug, Clone, Default)]
pub struct Packaging {
    pub pack: PackOptions,
    /// Several archives, none larger than this.
    pub split_size: Option<u64>,
}

/// The exhibits in their archive, which is not complete yet.
pub(super) struct Packed {
    /// First, so that its file is gone when the staging tidies up.
    pub archive: Archive<NamedTempFile>,
    pub staging: Staging,
}

#[derive(Serialize)]
pub(super) struct EvidenceView {
    exhibits: usize,
    bytes: u64,
    encrypted: bool,
    sums_sha256: String,
    /// Of the only archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest_sha256: Option<String>,
    /// Of each of several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartRecord>,
}

#[derive(Serialize)]
struct PartRecord {
    name: String,
    manifest_sha256: String,
}

/// What the package needs to know of an engagement whose evidence lies in `root`.
pub(super) fn index<'a>(engagement: &'a Engagement, root: &'a Path) -> Index<'a> {
    Index {
        items: &engagement.evidence,
        tests: &engagement.tests,
        sampled: &engagement.sampled_items,
        with_personal: engagement.scope().contains(&Category::Privacy),
        root,
    }
}

/// Packs the evidence while looking at it, unless something forbids the outputs already.
pub(super) fn collect(
    engagement: &Engagement,
    root: &Path,
    out: &Path,
    packaging: &Packaging,
    progress: &dyn Progress,
    packed: &mut Option<Packed>,
    findings: &mut Findings,
) -> Result<Exhibits, BuildError> {
    let index = index(engagement, root);
    if findings.blocked() {
        return Ok(package::collect(index, findings));
    }
    let staging = Staging::open(out)?;
    let mut archive = Archive::new(staging.temporary(EVIDENCE_PACKAGE)?, packaging.pack.clone());
    let exhibits = package::collect_into(index, &mut archive, progress, findings)?;
    *packed = Some(Packed { archive, staging });
    Ok(exhibits)
}

/// Completes the archive, or as many parts as it takes, and stages what was made. `outputs` are the reports.
pub(super) fn stage(
    staging: &mut Staging,
    archive: Archive<NamedTempFile>,
    engagement: &Engagement,
    exhibits: &Exhibits,
    list: Option<Pdf>,
    split_size: Option<u64>,
    outputs: &mut Vec<Output>,
) -> Result<EvidenceView, BuildError> {
    let facts = package_facts(engagement);
    let list = list.map(|pdf| ExtraFile {
        path: "exhibits.pdf".into(),
        bytes: pdf.bytes,
        media_type: "application/pdf".into(),
    });
    let sheet = ExtraFile {
        path: "tick-and-tie.xlsx".into(),
        bytes: sheets::tick_and_tie(engagement, exhibits)?,
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".into(),
    };
    let extra: Vec<ExtraFile> = list.into_iter().chain([sheet]).collect();
    // The package names the issued report only.
    let reports: Vec<ReportFile> = outputs
        .iter()
        .filter(|o| o.role == Role::Report)
        .map(|o| ReportFile { name: o.name.clone(), sha256: o.sha256.clone(), bytes: o.bytes })
        .collect();
    let encrypted = archive.is_encrypted();
    let made: Vec<(String, Sealed, NamedTempFile)> = match split_size {
        None => {
            let (sealed, file) = package::seal(archive, exhibits, &extra, &facts, &reports)?;
            vec![(EVIDENCE_PACKAGE.to_owned(), sealed, file)]
        }
        Some(limit) => {
            let split = Split { limit, stem: EVIDENCE_STEM };
            let parts = package::seal_parts(archive, exhibits, &extra, &facts, &reports, split, || staging.new_file())?;
            parts.into_iter().map(|part| (part.name, part.sealed, part.file)).collect()
        }
    };
    let mut parts = Vec::new();
    for (name, sealed, file) in made {
        staging.adopt(&name, file);
        parts.push(PartRecord { name: name.clone(), manifest_sha256: sealed.manifest_sha256 });
        let (role, sha256, bytes) = (Role::EvidencePackage, sealed.sha256, sealed.bytes);
        outputs.push(Output { name, role, sha256, bytes, pages: None });
    }
    let alone = (parts.len() == 1).then(|| parts.remove(0).manifest_sha256);
    Ok(EvidenceView {
        exhibits: exhibits.items.len(),
        bytes: exhibits.total_bytes(),
        encrypted,
        sums_sha256: exhibits.sums_sha256(),
        manifest_sha256: alone,
        parts,
    })
}

/// A file that fits into no part is a finding at its row of the index; everything else is an error of the system.
pub(super) fn too_large(
    engagement: &Engagement,
    exhibits: &Exhibits,
    error: PackageError,
) -> Result<Diagnostic, BuildError> {
    let PackageError::TooLarge { path, needed, limit } = &error else { return Err(error.into()) };
    let exhibit = exhibits.items.iter().find(|exhibit| exhibit.archive_path == *path);
    let item = exhibit.and_then(|exhibit| engagement.evidence.iter().find(|item| item.id.value == exhibit.id));
    let what =
        item.map_or_else(|| format!("`{path}`"), |item| format!("the file of evidence {}, `{}`,", item.id, item.file));
    let message = format!("{what} needs a part of {needed} bytes, but `--split-size` allows {limit}");
    let mut diagnostic = Diagnostic::new(&package::rules::EVIDENCE_TOO_LARGE, message)
        .help("choose larger parts, or collect the file in pieces");
    diagnostic.origin = item.map(|item| item.file.origin.clone());
    Ok(diagnostic)
}

/// A package made alone.
pub struct PackageBuild {
    pub checked: Checked,
    /// Nothing if the findings forbade it.
    pub outputs: Option<Vec<Output>>,
}

/// `evidence.build.json`
#[derive(Serialize)]
struct Record<'a> {
    format: u32,
    generator: &'static str,
    engagement: EngagementView<'a>,
    outputs: &'a [Output],
    evidence: EvidenceView,
    tally: Tally,
    findings: Vec<FindingView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waived: Vec<WaivedView<'a>>,
}

#[derive(Debug, thiserror::Error)]
#[error("{} is the record of a build with its evidence package; make the package in another folder, or build again", .0.display())]
pub struct Occupied(PathBuf);

/// Makes the evidence package of a folder without its reports.
pub fn package(
    path: &Path,
    firm: Option<&Path>,
    out: &Path,
    packaging: &Packaging,
    today: Date,
    progress: &dyn Progress,
) -> Result<PackageBuild, BuildError> {
    let record = out.join(BUILD_RECORD);
    if super::outputs::names_in_record(&record).iter().any(|name| name.starts_with(EVIDENCE_STEM)) {
        return Err(Occupied(record).into());
    }
    let mut packed = None;
    let report = Document::Report;
    let mut checked = check_with(path, firm, report, &Overrides::default(), |engagement, root, findings| {
        collect(engagement, root, out, packaging, progress, &mut packed, findings)
    })?;
    check_texts(&mut checked);
    if let Some(engagement) = &checked.engagement {
        checked.findings.extend(lock::forbids(out, engagement, &checked.exhibits, today, packaging));
    }
    finish(checked.engagement.as_ref(), &mut checked.waiving, &mut checked.findings);
    let outputs = match (packed, forbidden(&checked)) {
        (Some(packed), false) => stage_alone(&mut checked, packed, packaging)?,
        _ => None,
    };
    Ok(PackageBuild { checked, outputs })
}

fn stage_alone(
    checked: &mut Checked,
    packed: Packed,
    packaging: &Packaging,
) -> Result<Option<Vec<Output>>, BuildError> {
    let Some(engagement) = &checked.engagement else { return Ok(None) };
    let Packed { archive, mut staging } = packed;
    let mut outputs = Vec::new();
    let split = packaging.split_size;
    let evidence = match stage(&mut staging, archive, engagement, &checked.exhibits, None, split, &mut outputs) {
        Ok(evidence) => evidence,
        Err(BuildError::Package(error)) => {
            checked.findings.push(too_large(engagement, &checked.exhibits, error)?);
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let record = Record {
        format: 1,
        generator: GENERATOR,
        engagement: EngagementView::of(engagement),
        outputs: &outputs,
        evidence,
        tally: Tally::from(&checked.findings),
        findings: checked.findings.iter().map(FindingView::from).collect(),
        waived: WaivedView::list(&checked.waiving.waived),
    };
    staging.add_record(PACKAGE_RECORD, &record)?;
    staging.commit(PACKAGE_RECORD)?;
    Ok(Some(outputs))
}
