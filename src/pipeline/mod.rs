//! The stages in their order: load, review, collect, compose, typeset, seal. No stage reaches back.

mod addendum;
mod copies;
mod evidence;
mod export;
mod lock;
mod outputs;
mod points;
pub mod rules;

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::compose::{self, Edition, Sources};
use crate::diagnostics::{Diagnostic, FindingView, Findings, Origin, Tally};
use crate::load::{self, Folder, Loaded};
use crate::model::{Date, Engagement, Id, Overrides, Rollup, Status, Totals};
use crate::package::{self, Exhibits, FileFacts, PackageError, PackageFacts, Progress};
use crate::review::{self, Hashed, Waived, Waiving};
use crate::typeset::{self, Fonts, Pdf};

use evidence::{EvidenceView, Packed};

pub use crate::model::Document;
pub use addendum::{Added, AddendumOptions, addendum};
pub use copies::{Copied, RecipientCopy, build_copies};
pub use evidence::{EVIDENCE_PACKAGE, Occupied, PACKAGE_RECORD, PackageBuild, Packaging, package};
pub use export::{ExportError, ExportOptions, Exported, Form, export};
pub use points::{POINTS_RECORD, Points, points};

pub use outputs::{OutputError, Staged, Staging, write_whole};

/// Name and version of the program, as outputs carry it.
pub const GENERATOR: &str = concat!("socpress ", env!("CARGO_PKG_VERSION"));

/// Name of the record that completes a build.
pub const BUILD_RECORD: &str = "build.json";
use evidence::EVIDENCE_STEM;

/// An engagement that has been read and looked at.
pub struct Checked {
    pub folder: Option<Folder>,
    pub firm_folder: Option<Folder>,
    pub fonts: Fonts,
    /// With texts that can be printed.
    pub engagement: Option<Engagement>,
    pub rollup: Option<Rollup>,
    pub exhibits: Exhibits,
    pub findings: Findings,
    /// What was found, looked at and let stand.
    pub waiving: Waiving,
    /// The folder itself could not be read.
    pub unreadable: bool,
}

/// Loads and reviews an engagement, and looks at its evidence files.
pub fn check(path: &Path, firm: Option<&Path>) -> Checked {
    check_for(path, firm, Document::Report, &Overrides::default())
}

/// The same, with what holds for one run in place of what the engagement says.
fn check_for(path: &Path, firm: Option<&Path>, document: Document, overrides: &Overrides) -> Checked {
    let looked_at = |engagement: &Engagement, root: &Path, findings: &mut Findings| {
        Ok::<_, Infallible>(package::collect(evidence::index(engagement, root), findings))
    };
    match check_with(path, firm, document, overrides, looked_at) {
        Ok(checked) => checked,
        Err(never) => match never {},
    }
}

/// The same with another way to look at the evidence, such as packing it.
fn check_with<E>(
    path: &Path,
    firm: Option<&Path>,
    document: Document,
    overrides: &Overrides,
    collect: impl FnOnce(&Engagement, &Path, &mut Findings) -> Result<Exhibits, E>,
) -> Result<Checked, E> {
    let Loaded { folder, firm_folder, mut engagement, mut findings } = load::load(path, firm);
    if let Some(engagement) = &mut engagement
        && !overrides.apply(engagement, document)
    {
        findings.push(rules::no_place_for_date(engagement, document));
    }
    let no_firm = firm.is_some() && firm_folder.is_none();
    let unreadable = no_firm || folder.as_ref().is_none_or(|f| !f.has("engagement.toml"));
    let mut fonts = Fonts::builtin().clone();
    for folder in firm_folder.iter().chain(&folder) {
        fonts = with_fonts_of(folder, fonts, &mut findings);
    }
    let engagement = engagement.map(|engagement| compose::prepare(&engagement, &fonts, &mut findings));
    let mut exhibits = Exhibits::default();
    let mut rollup = None;
    if let (Some(folder), Some(engagement)) = (&folder, &engagement) {
        let counted = Rollup::of(engagement);
        review::review(engagement, &counted, crate::rules::all(), &mut findings);
        // The program's own clauses need no look. Those that cannot be used are told when the report is composed.
        if engagement.is_complete && !engagement.wording.is_empty() {
            let written = compose::letters_of(engagement, &counted, &mut Findings::default());
            review::review_letters(engagement, &written, &mut findings);
        }
        if !engagement.evidence.is_empty() {
            exhibits = collect(engagement, &folder.root().join("evidence"), &mut findings)?;
        }
        rollup = Some(counted);
    }
    let mut waiving = Waiving::default();
    if let Some(engagement) = &engagement {
        waiving = Waiving::begin(engagement, &mut findings);
        settle(engagement, &mut waiving, &mut findings);
    }
    Ok(Checked { folder, firm_folder, fonts, engagement, rollup, exhibits, findings, waiving, unreadable })
}

/// Applies the choice of rules and the waivers to what was found since.
fn settle(engagement: &Engagement, waiving: &mut Waiving, findings: &mut Findings) {
    review::choose(engagement, findings);
    waiving.apply(engagement, findings);
}

/// Once everything has been found: settles it, and puts it in order.
fn finish(engagement: Option<&Engagement>, waiving: &mut Waiving, findings: &mut Findings) {
    if let Some(engagement) = engagement {
        settle(engagement, waiving, findings);
        waiving.finish(engagement, |id| crate::rules::all().any(|rule| rule.id == id), findings);
    }
    *findings = std::mem::take(findings).sorted();
}

/// Composes the report without laying it out, so that `check` finds what only the texts show: links, images, characters.
fn check_texts(checked: &mut Checked) {
    let (Some(folder), Some(engagement), Some(rollup)) = (&checked.folder, &checked.engagement, &checked.rollup) else {
        return;
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
    compose::compose(&sources, Edition::Issued, &mut checked.findings);
}

/// Everything that can be said of an engagement without laying it out, in reading order.
pub fn check_all(path: &Path, firm: Option<&Path>) -> Checked {
    check_against(path, firm, &[])
}

/// The same, compared with other engagements as well: last year's, or other clients'.
pub fn check_against(path: &Path, firm: Option<&Path>, others: &[PathBuf]) -> Checked {
    let mut checked = check(path, firm);
    check_texts(&mut checked);
    for other in others {
        compare(&mut checked, &check(other, firm));
    }
    finish(checked.engagement.as_ref(), &mut checked.waiving, &mut checked.findings);
    checked
}

/// What was copied from another engagement. What is wrong with that one is no finding here.
fn compare(checked: &mut Checked, other: &Checked) {
    let (Some(engagement), Some(compared)) = (&checked.engagement, &other.engagement) else {
        // A folder that cannot be read at all is a slip of whoever named it.
        let unreadable = other.findings.iter().find(|finding| finding.blocks());
        checked.findings.extend(unreadable.filter(|_| other.engagement.is_none()).cloned());
        checked.unreadable |= other.unreadable;
        return;
    };
    review::compare(engagement, compared, &mut checked.findings);
    fn hashed(checked: &Checked) -> impl Iterator<Item = Hashed<'_>> {
        let items = checked.engagement.iter().flat_map(|e| &e.evidence);
        let places: HashMap<&Id, &Origin> = items.map(|item| (&item.id.value, &item.file.origin)).collect();
        checked.exhibits.items.iter().filter_map(move |exhibit| {
            let origin = places.get(&exhibit.id)?;
            Some(Hashed { sha256: &exhibit.sha256, id: exhibit.id.as_str(), origin })
        })
    }
    let mut copied = Findings::default();
    review::compare_evidence(hashed(checked), hashed(other), &mut copied);
    checked.findings.extend(copied);
}

/// Adds the fonts in `style/fonts/` of a folder.
fn with_fonts_of(folder: &Folder, mut fonts: Fonts, findings: &mut Findings) -> Fonts {
    for name in folder.list("style/fonts") {
        let path = format!("style/fonts/{name}");
        let extension = name.rsplit('.').next().unwrap_or("").to_lowercase();
        if !["ttf", "otf", "ttc", "otc"].contains(&extension.as_str()) {
            continue;
        }
        let at = Origin::file(&folder.opaque(&path));
        let added = folder.resolve("", &path, &at).and_then(|file| {
            let unusable =
                |why: String| Diagnostic::new(&typeset::rules::FONT_FILE, format!("the font `{path}` {why}")).at(&at);
            let bytes = std::fs::read(file).map_err(|error| unusable(format!("cannot be read: {error}")))?;
            fonts.with(bytes).ok_or_else(|| unusable("is no TrueType or OpenType font".into()))
        });
        match added {
            Ok(more) => fonts = more,
            Err(problem) => findings.push(problem),
        }
    }
    fonts
}

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

    fn role(self) -> Role {
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

/// What a build gave.
pub struct Built {
    pub checked: Checked,
    /// Nothing if the findings forbade it.
    pub outputs: Option<Vec<Output>>,
}

#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error(transparent)]
    Occupied(#[from] Occupied),
    #[error(transparent)]
    Sheet(#[from] crate::sheets::SheetError),
}

/// `build.json`: what was made from what, and what was found.
#[derive(Serialize)]
struct BuildRecord<'a> {
    format: u32,
    generator: &'static str,
    engagement: EngagementView<'a>,
    /// Whose copy it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    copy: Option<&'a RecipientCopy>,
    outputs: &'a [Output],
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceView>,
    counts: Totals,
    tally: Tally,
    findings: Vec<FindingView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waived: Vec<WaivedView<'a>>,
}

impl<'a> BuildRecord<'a> {
    fn of(engagement: &'a Engagement, outputs: &'a [Output]) -> Self {
        Self {
            format: 1,
            generator: GENERATOR,
            engagement: EngagementView::of(engagement),
            copy: None,
            outputs,
            evidence: None,
            counts: Totals::default(),
            tally: Tally::default(),
            findings: Vec::new(),
            waived: Vec::new(),
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
    pub on: Option<crate::model::Date>,
}

impl<'a> WaivedView<'a> {
    pub fn list(waived: &'a [Waived]) -> Vec<Self> {
        let view =
            |w: &'a Waived| Self { finding: FindingView::from(&w.finding), reason: &w.reason, by: &w.by, on: w.on };
        waived.iter().map(view).collect()
    }
}

#[derive(Serialize)]
struct EngagementView<'a> {
    service_organization: &'a str,
    system: &'a str,
    #[serde(rename = "type")]
    report_type: crate::model::ReportType,
    status: Status,
    categories: Vec<crate::model::Category>,
    from: String,
    to: String,
}

impl<'a> EngagementView<'a> {
    fn of(engagement: &'a Engagement) -> Self {
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
    let record = BuildRecord {
        evidence,
        counts: rollup.totals,
        tally: Tally::from(&checked.findings),
        findings: checked.findings.iter().map(FindingView::from).collect(),
        waived: WaivedView::list(&checked.waiving.waived),
        ..BuildRecord::of(engagement, &outputs)
    };
    stage_record(&mut staging, &options.out, document, &record)?;
    staging.commit(&document.record())?;
    Ok(Some(outputs))
}

fn stage_record(
    staging: &mut Staging,
    out: &Path,
    document: Document,
    record: &BuildRecord,
) -> Result<(), OutputError> {
    let json = serde_json::to_string_pretty(record).map_err(|error| OutputError::record(out, error))? + "\n";
    staging.add(&document.record(), json.as_bytes()).map(|_| ())
}

fn stage_pdf(staging: &mut Staging, edition: Edition, role: Role, pdf: &Pdf) -> Result<Output, OutputError> {
    let name = format!("{}.pdf", edition.file_stem());
    let staged = staging.add(&name, &pdf.bytes)?;
    Ok(Output { name, role, sha256: staged.sha256, bytes: staged.bytes, pages: Some(pdf.pages) })
}

/// What every package of an engagement says of it.
fn package_facts(engagement: &Engagement) -> PackageFacts {
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
