//! Building a document, and the evidence package of a report.

use std::path::{Path, PathBuf};

use super::check::{check_for, check_with, finish, settle};
use super::evidence::{self, Packed};
use super::outputs::Staging;
use super::record::BuildRecord;
use super::{Checked, GENERATOR, Occupied, Output, Packaging, Role, WriteError, lock};
use crate::compose::{self, Edition, Sources};
use crate::diagnostics::Findings;
use crate::model::{Date, Document, Engagement, Overrides, Status};
use crate::package::{FileFacts, PackageError, PackageFacts, Progress};
use crate::review;
use crate::typeset::{self, Pdf};

/// What to build.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Folder for the outputs; made if it is not there.
    pub out: PathBuf,
    /// The firm's folder.
    pub firm: Option<PathBuf>,
    /// Which document.
    pub document: Document,
    /// Also make the auditor's edition with the list of exhibits; as the engagement says if not set.
    pub evidence_list: bool,
    /// The day by which it is decided whether the documentation file is closed, and nothing else.
    pub today: Date,
    /// How the evidence package is made.
    pub packaging: Packaging,
}

impl BuildOptions {
    /// The report with its evidence package, today.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            firm: None,
            document: Document::Report,
            evidence_list: false,
            today: chrono::Local::now().date_naive(),
            packaging: Packaging::default(),
        }
    }
}

/// What a build gave.
pub struct Built {
    pub checked: Checked,
    /// Nothing if the findings forbade it.
    pub outputs: Option<Vec<Output>>,
}

#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Output(#[from] WriteError),
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error(transparent)]
    Occupied(#[from] Occupied),
    #[error(transparent)]
    Sheet(#[from] crate::sheets::SheetError),
}

/// Builds the report and the evidence package of a folder. Everything is staged first and put in place at the end; if
/// something forbids the build, nothing is written.
pub fn build(path: &Path, options: &BuildOptions, progress: &dyn Progress) -> Result<Built, BuildError> {
    build_with(path, options, &Overrides::default(), progress)
}

/// The same, with what holds for one run in place of what the engagement says.
pub fn build_with(
    path: &Path,
    options: &BuildOptions,
    overrides: &Overrides,
    progress: &dyn Progress,
) -> Result<Built, BuildError> {
    let mut packed = None;
    let (firm, document) = (options.firm.as_deref(), options.document);
    let mut checked = match document {
        Document::Report => check_with(path, firm, document, overrides, |engagement, root, findings| {
            evidence::collect(engagement, root, &options.out, &options.packaging, progress, &mut packed, findings)
        })?,
        _ => check_for(path, firm, document, overrides),
    };
    let outputs = produce(&mut checked, options, packed)?;
    if outputs.is_none() {
        finish(checked.engagement.as_ref(), &mut checked.waiving, &mut checked.findings);
    }
    Ok(Built { checked, outputs })
}

/// Whether the findings forbid any output: something could not be understood, or a final report has errors.
pub fn forbidden(checked: &Checked) -> bool {
    let is_final = checked.engagement.as_ref().is_some_and(|e| e.status.value == Status::Final);
    checked.findings.blocked() || (is_final && checked.findings.has_errors())
}

fn produce(
    checked: &mut Checked,
    options: &BuildOptions,
    packed: Option<Packed>,
) -> Result<Option<Vec<Output>>, BuildError> {
    let (Some(folder), Some(engagement), Some(rollup)) = (&checked.folder, &checked.engagement, &checked.rollup) else {
        return Ok(None);
    };
    let fonts = &checked.fonts;
    let sources = Sources {
        engagement,
        rollup,
        folder,
        firm_folder: checked.firm_folder.as_ref(),
        fonts,
        exhibits: &checked.exhibits,
        points: &[],
    };
    let document = options.document;
    review::review_edition(engagement, document.edition(), &mut checked.findings);
    let issued = compose::compose(&sources, document.edition(), &mut checked.findings);
    settle(engagement, &mut checked.waiving, &mut checked.findings);
    if document == Document::Report {
        checked.findings.extend(lock::forbids(
            &options.out,
            engagement,
            &checked.exhibits,
            options.today,
            &options.packaging,
        ));
    }
    if forbidden(checked) {
        return Ok(None);
    }
    let Some(report) = typeset::typeset(&issued.report, issued.assets, fonts, &mut checked.findings) else {
        return Ok(None);
    };
    // The other editions repeat the texts, and so their findings: only what is new about them is kept.
    let edition = |edition: Edition, findings: &mut Findings| {
        let mut repeated = Findings::default();
        let composed = compose::compose(&sources, edition, &mut repeated);
        typeset::typeset(&composed.report, composed.assets, fonts, findings)
    };
    let has_exhibits = packed.is_some() && !checked.exhibits.is_empty();
    let mut workpaper = None;
    if (options.evidence_list || engagement.style.evidence_list) && has_exhibits {
        workpaper = edition(Edition::Workpaper, &mut checked.findings);
        if workpaper.is_none() {
            return Ok(None);
        }
    }
    let mut list = None;
    if has_exhibits {
        list = edition(Edition::ExhibitList, &mut checked.findings);
        if list.is_none() {
            return Ok(None);
        }
    }
    let (mut staging, archive) = match packed {
        Some(Packed { archive, staging }) => (staging, Some(archive)),
        None => (Staging::open(&options.out)?, None),
    };
    let mut outputs = vec![stage_pdf(&mut staging, document.edition(), document.role(), &report)?];
    if document == Document::Report
        && let Some(other) =
            lock::other_report(&options.out, engagement, &outputs[0].sha256, options.today, &options.packaging)
    {
        // Dropping the staging leaves the folder as it was.
        checked.findings.push(other);
        return Ok(None);
    }
    if let Some(workpaper) = &workpaper {
        outputs.push(stage_pdf(&mut staging, Edition::Workpaper, Role::WorkpaperCopy, workpaper)?);
    }
    let mut evidence = None;
    if let (Some(list), Some(archive)) = (list, archive) {
        let split = options.packaging.split_size;
        match evidence::stage(&mut staging, archive, engagement, &checked.exhibits, Some(list), split, &mut outputs) {
            Ok(view) => evidence = Some(view),
            Err(BuildError::Package(error)) => {
                // Dropping the staging leaves the folder as it was.
                checked.findings.push(evidence::too_large(engagement, &checked.exhibits, error)?);
                return Ok(None);
            }
            Err(other) => return Err(other),
        }
    }
    finish(Some(engagement), &mut checked.waiving, &mut checked.findings);
    let record = BuildRecord { evidence, ..BuildRecord::of(checked, engagement, rollup.totals, &outputs) };
    staging.add_record(&document.record(), &record)?;
    staging.commit(&document.record())?;
    Ok(Some(outputs))
}

pub(super) fn stage_pdf(staging: &mut Staging, edition: Edition, role: Role, pdf: &Pdf) -> Result<Output, WriteError> {
    let name = format!("{}.pdf", edition.file_stem());
    let staged = staging.add(&name, &pdf.bytes)?;
    Ok(Output { name, role, sha256: staged.sha256, bytes: staged.bytes, pages: Some(pdf.pages) })
}

/// What every package of an engagement says of it.
pub(super) fn package_facts(engagement: &Engagement) -> PackageFacts {
    let released = engagement.service_auditor.as_ref().and_then(|auditor| auditor.release_date.as_ref());
    PackageFacts {
        service_organization: engagement.service_organization.name.value.clone(),
        system: engagement.service_organization.system.value.clone(),
        report: format!("SOC 2 {} report", compose::type_label(engagement)),
        covers: compose::covers(engagement),
        generator: GENERATOR.into(),
        file: FileFacts {
            released_on: released.map(|day| day.value),
            closes_on: engagement.file_closes_on(),
            addendum: None,
        },
    }
}
