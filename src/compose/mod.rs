//! From the engagement to the report: wording, order and cross references, but no layout.

pub mod clean;
mod composer;
mod cover;
mod coverage;
mod dates;
mod images;
mod letters;
pub mod markdown;
mod photo;
mod prepare;
pub mod report;
pub mod rules;
mod sections;
pub mod token;
mod wording;

use crate::diagnostics::{Findings, Origin, Severity};
use crate::load::Folder;
use crate::model::{Engagement, Rollup, SectionOrder};
use crate::package::Exhibits;
use crate::typeset::Fonts;

use composer::{Composer, contents_of};
use images::FolderImages;
pub use prepare::prepare;
use report::{ContentsEntry, Part, Report};

/// Which document is made of an engagement. Exactly one of them is the issued report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// The report for its users.
    Issued,
    /// The report with the list of exhibits, for the auditor's file; not signed.
    Workpaper,
    /// The list of exhibits alone, for the evidence package.
    ExhibitList,
}

/// A composed document and the images it shows, by number.
pub struct Composed {
    pub report: Report,
    pub assets: Vec<Vec<u8>>,
}

/// What documents are composed from. The engagement is one that [`prepare`] gave.
pub struct Sources<'a> {
    pub engagement: &'a Engagement,
    pub rollup: &'a Rollup,
    pub folder: &'a Folder,
    pub firm_folder: Option<&'a Folder>,
    pub fonts: &'a Fonts,
    pub exhibits: &'a Exhibits,
}

/// `Type II`, as the house writes it.
pub fn type_label(engagement: &Engagement) -> &'static str {
    wording::type_label(engagement)
}

/// The period or the date, as the house writes it.
pub fn covers(engagement: &Engagement) -> String {
    dates::range(&engagement.window, engagement.style.date_format)
}

/// Composes one edition. Findings about texts are added to `findings`; the errors already in it are counted on the
/// cover of a draft.
pub fn compose(sources: &Sources, edition: Edition, findings: &mut Findings) -> Composed {
    let e = sources.engagement;
    let open_errors = findings.count(Severity::Error);
    let signed = edition == Edition::Issued && !e.is_draft();
    let mut c =
        Composer::new(e, sources.rollup, FolderImages::new(sources.folder, sources.firm_folder), signed, findings);
    let mut contents = Vec::new();
    let mut parts = Vec::new();
    let mut add = |part: Part, inner: Vec<ContentsEntry>| {
        contents.push(ContentsEntry {
            level: 1,
            number: Some(part.number.clone()),
            text: part.title.clone(),
            anchor: part.anchor.clone(),
        });
        contents.extend(inner);
        parts.push(part);
    };
    if edition != Edition::ExhibitList {
        let (auditor, assertion) = (sections::auditor(&mut c), sections::assertion(&mut c));
        match e.style.section_order {
            SectionOrder::AuditorFirst => [auditor, assertion],
            SectionOrder::AssertionFirst => [assertion, auditor],
        }
        .into_iter()
        .for_each(|part| add(part, Vec::new()));
        let description = sections::description(&mut c);
        let inner = contents_of(&description.blocks);
        add(description, inner);
        let controls = sections::controls(&mut c);
        let inner = contents_of(&controls.blocks);
        add(controls, inner);
        if e.has_other_information() {
            let other = sections::other(&mut c);
            let inner = contents_of(&other.blocks);
            add(other, inner);
        }
    }
    if edition != Edition::Issued {
        add(sections::exhibits(&mut c, sources.exhibits, edition == Edition::Workpaper), Vec::new());
    }
    let logo = e.style.logo.as_ref().and_then(|path| {
        let owner = e.service_auditor.as_ref().map_or(&e.service_organization.name, |a| &a.name);
        c.image(path, format!("Logo of {owner}"))
    });
    let names = c.names();
    let origins = std::mem::take(&mut c.origins);
    let assets = std::mem::take(&mut c.images.assets);
    let mut report = Report {
        document: cover::document(e, edition),
        style: cover::style(e, sources.fonts),
        labels: cover::labels(),
        watermark: e.is_draft().then(|| "DRAFT".to_owned()),
        running_head: cover::running_head(e, edition),
        cover: cover::cover(e, edition, open_errors, logo),
        contents: if edition == Edition::ExhibitList { Vec::new() } else { contents },
        parts,
        origins,
        names,
    };
    coverage::check(&mut report, sources.fonts, &Origin::file(&e.source), findings);
    Composed { report, assets }
}
