//! From the composed report to the PDF: the only room that knows the layout engine.

#[cfg(test)]
mod as_the_engine;
mod boxes;
mod cells;
mod check;
mod fonts;
mod kerning;
mod lines;
mod links;
mod metadata;
mod numbers;
mod paragraphs;
mod plain;
pub mod rules;
mod text;
mod text_styles;
mod words;
mod world;

use serde::Serialize;
use typst::diag::{Severity as TypstSeverity, SourceDiagnostic, Warned};
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::compose::report::Report;
use crate::diagnostics::{Diagnostic, Findings, Origin, Rule, Severity};

use check::Loss;
pub use fonts::{Fonts, MONO, SANS, SERIF};
use world::ReportWorld;
pub use world::asset_path;

/// A finished PDF.
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub pages: usize,
}

/// Name of the program in the PDF's metadata.
const CREATOR: &str = concat!("socpress ", env!("CARGO_PKG_VERSION"));

/// What tells one copy of a report from the others: a line on every page and in the metadata.
#[derive(Debug, Clone, Serialize)]
pub struct CopyMark {
    pub line: String,
}

/// A report of which several copies are made. The engine's caches are kept between them, so that only what the mark is
/// printed on is laid out again.
pub struct Copies<'a> {
    world: ReportWorld<'a>,
    report: &'a Report,
}

/// A report laid out and checked, ready to be written.
pub struct Laid<'a> {
    world: ReportWorld<'a>,
    document: PagedDocument,
    report: &'a Report,
}

/// Lays out a report, checks the pages and writes the PDF as PDF/A-3a and PDF/UA-1. `assets` are the images the report
/// names, in the order of their numbers. Gives nothing when something would be lost; the findings say what.
pub fn typeset(report: &Report, assets: Vec<Vec<u8>>, fonts: &Fonts, findings: &mut Findings) -> Option<Pdf> {
    lay_out(report, assets, fonts, findings)?.export(findings)
}

/// Lays out a report and looks for what would be lost on its pages.
pub fn lay_out<'a>(
    report: &'a Report,
    assets: Vec<Vec<u8>>,
    fonts: &'a Fonts,
    findings: &mut Findings,
) -> Option<Laid<'a>> {
    let world = world(report, assets, fonts, false, findings)?;
    let document = pages(&world, report, findings)?;
    Some(Laid { world, document, report })
}

/// What the templates read.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// Whether head and foot have to ask whose copy it is. What asks is laid out anew for each page.
    copies: bool,
}

fn world<'a>(
    report: &Report,
    assets: Vec<Vec<u8>>,
    fonts: &'a Fonts,
    copies: bool,
    findings: &mut Findings,
) -> Option<ReportWorld<'a>> {
    // The engine's caches hold all that a document was made of, whether it succeeded or not. They are emptied when
    // the next one begins: then they never hold more than one, and the last one of a process costs nothing.
    release();
    match serde_json::to_vec(&Data { report, copies }) {
        Ok(data) => Some(ReportWorld::new(fonts, data, assets)),
        Err(error) => {
            let message = format!("the report cannot be handed to the layout: {error}");
            findings.push(Diagnostic::new(&rules::LAYOUT, message));
            None
        }
    }
}

/// Lays out and checks the pages.
fn pages(world: &ReportWorld, report: &Report, findings: &mut Findings) -> Option<PagedDocument> {
    let document = layout(world, findings)?;
    let page_word = report.labels.get("page").map_or("Page", String::as_str);
    let mut document = match links::resolve(document, page_word) {
        Ok(document) => document,
        Err(unknown) => {
            let message = format!("links lead to places that the report does not have: {}", unknown.join(", "));
            findings.push(Diagnostic::new(&rules::LAYOUT, message));
            return None;
        }
    };
    metadata::describe(&mut document, &report.document);
    let before = findings.count(Severity::Error);
    report_losses(&document, report, findings);
    (findings.count(Severity::Error) == before).then_some(document)
}

impl<'a> Copies<'a> {
    pub fn of(report: &'a Report, assets: Vec<Vec<u8>>, fonts: &'a Fonts, findings: &mut Findings) -> Option<Self> {
        Some(Self { world: world(report, assets, fonts, true, findings)?, report })
    }

    /// Lays out the pages that all copies share, and looks for what would be lost on them.
    pub fn check(&self, findings: &mut Findings) -> bool {
        pages(&self.world, self.report, findings).is_some()
    }

    /// One copy.
    pub fn make(&mut self, mark: &CopyMark, findings: &mut Findings) -> Option<Pdf> {
        let data = serde_json::to_vec(mark);
        self.world.set_copy(data.unwrap_or_else(|_| unreachable!("a mark is plain text")));
        let mut document = pages(&self.world, self.report, findings)?;
        metadata::mark(&mut document, mark);
        let name = format!("{}, {}", self.report.document.title, mark.line);
        let bytes = export(&self.world, &document, &name, findings)?;
        Some(Pdf { bytes, pages: document.pages().len() })
    }
}

impl Laid<'_> {
    pub fn pages(&self) -> usize {
        self.document.pages().len()
    }

    /// Writes the PDF.
    pub fn export(&self, findings: &mut Findings) -> Option<Pdf> {
        let bytes = export(&self.world, &self.document, &self.report.document.title, findings)?;
        Some(Pdf { bytes, pages: self.pages() })
    }
}

/// Empties the engine's caches, which hold some hundred megabytes after a large report.
pub fn release() {
    typst::comemo::evict(0);
}

fn layout(world: &ReportWorld, findings: &mut Findings) -> Option<PagedDocument> {
    let Warned { output, warnings } = typst::compile::<PagedDocument>(world);
    for warning in &warnings {
        // Page numbers and contents could be wrong: never issued.
        let unstable = warning.message.contains("did not converge");
        findings.push(translate(world, warning, if unstable { &rules::LAYOUT } else { &rules::LAYOUT_WARNING }));
        if unstable {
            return None;
        }
    }
    match output {
        Ok(document) => Some(document),
        Err(errors) => {
            findings.extend(errors.iter().map(|error| translate(world, error, &rules::LAYOUT)));
            None
        }
    }
}

/// `name` tells the document from others, so that its id is its own.
fn export(world: &ReportWorld, document: &PagedDocument, name: &str, findings: &mut Findings) -> Option<Vec<u8>> {
    let standards = match PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_3a]) {
        Ok(standards) => standards,
        Err(error) => {
            findings.push(Diagnostic::new(&rules::EXPORT, error.message().to_string()));
            return None;
        }
    };
    let options = PdfOptions {
        ident: Smart::Custom(name.to_owned()),
        creator: Smart::Custom(Some(CREATOR.into())),
        timestamp: None,
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    };
    match typst_pdf::pdf(document, &options) {
        Ok(bytes) => Some(bytes),
        Err(errors) => {
            findings.extend(errors.iter().map(|error| translate(world, error, &rules::EXPORT)));
            None
        }
    }
}

/// A message of the engine in our terms, with the template's line for whoever mends templates.
fn translate(world: &ReportWorld, diagnostic: &SourceDiagnostic, rule: &'static Rule) -> Diagnostic {
    let mut message = diagnostic.message.to_string();
    if let Some(place) = world.place(diagnostic.span) {
        message.push_str(&format!(" (template {place})"));
    }
    let hints: Vec<_> = diagnostic.hints.iter().map(|hint| hint.v.to_string()).collect();
    let translated = Diagnostic::new(rule, message);
    debug_assert!(matches!(diagnostic.severity, TypstSeverity::Error | TypstSeverity::Warning));
    if hints.is_empty() { translated } else { translated.help(hints.join("; ")) }
}

fn report_losses(document: &PagedDocument, report: &Report, findings: &mut Findings) {
    for found in check::losses(document) {
        let (rule, message) = match found.loss {
            Loss::OffPage => (&rules::TEXT_LOST, format!("text runs off page {}: `{}`", found.page, found.text)),
            Loss::Overlap => (&rules::TEXT_OVERLAP, format!("texts overlap on page {}: `{}`", found.page, found.text)),
            Loss::NoGlyph => {
                let codes: Vec<_> = found.text.chars().take(5).map(|c| format!("U+{:04X}", u32::from(c))).collect();
                (
                    &rules::MISSING_GLYPH,
                    format!("no font has `{}` ({}) on page {}", found.text, codes.join(", "), found.page),
                )
            }
        };
        let mut diagnostic = Diagnostic::new(rule, message);
        // A name that every page shows is the fault of no row.
        let start: String = found.text.chars().take(20).collect();
        let name = report.names.iter().find(|(name, _)| start.len() > 10 && name.contains(start.trim()));
        let id = name.map(|(_, id)| *id).or(found.origin);
        let origin: Option<&Origin> = id.and_then(|id| report.origins.get(id as usize));
        if let Some(origin) = origin {
            diagnostic = diagnostic.at(origin);
        }
        findings.push(diagnostic);
    }
}
