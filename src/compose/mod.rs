//! From the engagement to the report: wording, order and cross references, but no layout.

pub mod clean;
mod composer;
mod cover;
mod coverage;
mod dates;
mod images;
mod labels;
mod letters;
pub mod markdown;
mod photo;
mod prepare;
pub mod report;
pub mod rules;
mod sections;
pub mod token;
mod wording;

use crate::diagnostics::{Diagnostic, Findings, Origin, Severity};
use crate::load::Folder;
use crate::model::{Date, Engagement, Rollup, Wording};
use crate::package::Exhibits;
use crate::typeset::Fonts;

use composer::{Composer, contents_of};
use images::FolderImages;
pub use prepare::prepare;
use report::{ContentsEntry, Report};

/// Which document is made of an engagement. Exactly one of them is the issued report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// The report for its users.
    Issued,
    /// The report with the list of exhibits, for the auditor's file; not signed.
    Workpaper,
    /// The list of exhibits alone, for the evidence package.
    ExhibitList,
    /// The general-use report on the same examination.
    Soc3,
    /// Management's letter on the time after the period.
    BridgeLetter,
    /// Management's representations to the service auditor.
    RepresentationLetter,
    /// Section III alone, with the description criteria and where they are addressed.
    Description,
    /// The control matrix alone, without tests.
    Matrix,
    /// The points of the review, for the auditor's file.
    Points,
}

/// A point of the review as the sheet prints it.
pub struct Point {
    pub number: usize,
    pub rule: &'static str,
    pub severity: Severity,
    /// File, line and column.
    pub place: String,
    pub finding: String,
    pub help: Option<String>,
    /// Why it stands, for one that was waived; otherwise room for an answer.
    pub response: String,
    pub cleared_by: String,
}

impl Edition {
    pub const ALL: [Edition; 9] = [
        Edition::Issued,
        Edition::Workpaper,
        Edition::ExhibitList,
        Edition::Soc3,
        Edition::BridgeLetter,
        Edition::RepresentationLetter,
        Edition::Description,
        Edition::Matrix,
        Edition::Points,
    ];

    /// A letter: no cover, no contents.
    pub fn is_letter(self) -> bool {
        matches!(self, Edition::BridgeLetter | Edition::RepresentationLetter)
    }

    /// The report, issued or as a workpaper copy.
    pub fn is_report(self) -> bool {
        matches!(self, Edition::Issued | Edition::Workpaper)
    }

    /// Belongs to the auditor's file only.
    pub fn is_workpaper(self) -> bool {
        matches!(self, Edition::Workpaper | Edition::ExhibitList | Edition::Points)
    }

    /// Name of its file without the extension.
    pub fn file_stem(self) -> &'static str {
        match self {
            Edition::Issued => "report",
            Edition::Workpaper => "report-workpaper",
            Edition::ExhibitList => "exhibits",
            Edition::Soc3 => "soc3",
            Edition::BridgeLetter => "bridge-letter",
            Edition::RepresentationLetter => "representation-letter",
            Edition::Description => "description",
            Edition::Matrix => "matrix",
            Edition::Points => "points",
        }
    }
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
    /// The points of the review, for their sheet alone.
    pub points: &'a [Point],
}

/// A clause of the letters, for whoever replaces its words.
pub struct ClauseInfo {
    pub name: &'static str,
    /// What it belongs to; a clause may belong to several letters.
    pub letters: Vec<&'static str>,
    /// When it stands.
    pub when: &'static str,
    /// The program's own words: Markdown with Jinja.
    pub source: &'static str,
}

/// All clauses in the order of their letters.
pub fn wording() -> Vec<ClauseInfo> {
    let mut list: Vec<ClauseInfo> = Vec::new();
    for clause in letters::clauses::CLAUSES {
        let letter = clause.letter.title();
        match list.iter_mut().find(|info| info.name == clause.name) {
            Some(info) => info.letters.push(letter),
            None => list.push(ClauseInfo {
                name: clause.name,
                letters: vec![letter],
                when: clause.when,
                source: clause.source,
            }),
        }
    }
    list
}

/// A clause as an engagement's data and wording make it.
pub struct WrittenClause {
    /// What it belongs to.
    pub letter: &'static str,
    pub name: &'static str,
    /// Its text, a paragraph or an item to a line.
    pub text: String,
}

/// All clauses of an engagement's letters that stand, in their order; for the assertions of inclusive subservice
/// organizations one after the other. Clauses that cannot be used are findings.
pub fn letters_of(engagement: &Engagement, rollup: &Rollup, findings: &mut Findings) -> Vec<WrittenClause> {
    letters::written(engagement, rollup, findings)
}

/// The fixed labels in English, for a firm that writes them in another language.
pub fn english_labels() -> &'static str {
    labels::english()
}

/// Tries out a firm's clauses.
pub fn check_wording(wording: &Wording, findings: &mut Findings) {
    letters::check(wording, findings);
}

/// `Type II`, as the house writes it.
pub fn type_label(engagement: &Engagement) -> String {
    wording::type_label(engagement, &labels::Labels::of(engagement))
}

/// A day, as the house writes it.
pub fn day(engagement: &Engagement, date: Date) -> String {
    labels::Labels::of(engagement).date(date)
}

/// The period or the date, as the house writes it.
pub fn covers(engagement: &Engagement) -> String {
    labels::Labels::of(engagement).range(&engagement.window)
}

/// The line that tells a recipient's copy from the others, as every page of it bears it.
pub fn copy_line(engagement: &Engagement, recipient: &str, serial: &str) -> String {
    let line = labels::Labels::of(engagement).fill("cover.copy", &[("serial", &serial), ("recipient", &recipient)]);
    clean::clean(&line).text.into_owned()
}

/// What is wrong with a text that is printed as it stands, if no font has some of its characters.
pub fn unprintable(text: &str, fonts: &Fonts, at: &Origin) -> Option<Diagnostic> {
    coverage::replace(&mut text.to_owned(), fonts).first().map(|run| {
        let mut problem = coverage::missing(run, at);
        problem.message.push_str(&format!(", which stands in `{text}`"));
        problem
    })
}

/// Composes one edition. Findings about texts are added to `findings`; the errors already in it are counted on the
/// cover of a draft.
pub fn compose(sources: &Sources, edition: Edition, findings: &mut Findings) -> Composed {
    let e = sources.engagement;
    let open_errors = findings.count(Severity::Error);
    let images = FolderImages::new(sources.folder, sources.firm_folder);
    let mut c = Composer::new(e, sources.rollup, images, edition, findings);
    let mut contents = Vec::new();
    let mut parts = Vec::new();
    for (part, lists_headings) in sections::parts(&mut c, edition, sources.exhibits, sources.points) {
        let inner = if lists_headings { contents_of(&part.blocks) } else { Vec::new() };
        contents.push(ContentsEntry {
            level: 1,
            number: Some(part.number.clone()).filter(|number| !number.is_empty()),
            text: part.title.clone(),
            anchor: part.anchor.clone(),
        });
        contents.extend(inner);
        parts.push(part);
    }
    let logo = e.style.logo.as_ref().and_then(|path| {
        let owner = e.service_auditor.as_ref().map_or(&e.service_organization.name, |a| &a.name);
        c.image(path, c.labels.fill("cover.logo", &[("name", owner)]))
    });
    let names = c.names();
    let origins = std::mem::take(&mut c.origins);
    let assets = std::mem::take(&mut c.images.assets);
    let mut report = Report {
        document: cover::document(e, &c.labels, edition),
        style: cover::style(e, sources.fonts),
        labels: cover::layout_words(&c.labels),
        watermark: e.is_draft().then(|| c.say("cover.draft_mark")),
        running_head: cover::running_head(e, &c.labels, edition),
        cover: (!edition.is_letter()).then(|| cover::cover(e, &c.labels, edition, open_errors, logo)),
        contents: if matches!(edition, Edition::ExhibitList | Edition::Points) || edition.is_letter() {
            Vec::new()
        } else {
            contents
        },
        parts,
        footnotes: false,
        origins,
        names,
    };
    coverage::check(&mut report, sources.fonts, &Origin::file(&e.source), findings);
    Composed { report, assets }
}
