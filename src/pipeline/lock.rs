//! The file lock: some days after the release of the report the documentation file closes. From then on nothing is taken out
//! of it or replaced; what comes later goes into an addendum.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::evidence::{EVIDENCE_STEM, Packaging};
use crate::diagnostics::{Diagnostic, Origin, Source};
use crate::model::{Date, Engagement};
use crate::package::{
    self, Exhibit, Exhibits, SealedExhibit, SealedManifest, addenda_beside, is_part_name, manifest_of,
};

/// More exhibits than this are told as one.
const LISTED: usize = 6;

/// What a closed file forbids: the package in the folder of outputs would no longer hold what it held. `today` decides
/// nothing else.
pub fn forbids(
    out: &Path,
    engagement: &Engagement,
    exhibits: &Exhibits,
    today: Date,
    packaging: &Packaging,
) -> Vec<Diagnostic> {
    let packages = packages_in(out);
    let Some(package) = packages.first() else { return without_package(out, engagement, today) };
    let name = package.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let file = Source::opaque(name, package);
    let closed_file = |message: String| Diagnostic::new(&package::rules::EVIDENCE_CLOSED, message).in_file(&file);
    let addenda = addenda_beside(package);
    if !addenda.is_empty() {
        let message = format!("the package has {} addenda, which follow it as it is", addenda.len());
        return vec![closed_file(message).help("build into another folder")];
    }
    let passphrase = packaging.pack.passphrase.as_ref();
    let sealed: Result<Vec<SealedManifest>, String> =
        packages.iter().map(|package| manifest_of(package, passphrase)).collect();
    let known = sealed.as_ref().ok().and_then(|all| all.iter().filter_map(|s| s.view.engagement.file_closes_on).min());
    // Whoever takes the day of release out of the engagement does not open the file again.
    let Some(closed) = engagement.file_closes_on().into_iter().chain(known).min().filter(|day| today > *day) else {
        return Vec::new();
    };
    let sealed = match sealed {
        Ok(sealed) => sealed,
        Err(why) => {
            let message = format!("the file closed on {closed}, and the package in it cannot be read: {why}");
            return vec![closed_file(message).help("restore the package, or build into another folder")];
        }
    };
    let why = format!("the file closed on {closed}");
    let all = || sealed.iter().flat_map(|manifest| &manifest.view.exhibits);
    let mut list = changes(engagement, exhibits, all(), &file, &why);
    let sealed: HashSet<&str> = all().map(|exhibit| exhibit.id.as_str()).collect();
    let places = places(engagement);
    for exhibit in exhibits.items.iter().filter(|exhibit| !sealed.contains(exhibit.id.as_str())) {
        let message = format!("{why}: exhibit {} cannot be put into the package any more", exhibit.id);
        let finding = closed_file(message)
            .help("put it into an addendum: `socpress addendum ENGAGEMENT -o OUT --date DATE --by NAME --why TEXT`");
        list.push(at(finding, places.get(exhibit.id.as_str()), &file));
    }
    shorten(list)
}

/// A folder whose package is gone: addenda that follow it, or a record that names it.
fn without_package(out: &Path, engagement: &Engagement, today: Date) -> Vec<Diagnostic> {
    let package = out.join(super::EVIDENCE_PACKAGE);
    let follows = !addenda_beside(&package).is_empty();
    let is_closed = engagement.file_closes_on().is_some_and(|day| today > day);
    let named = super::outputs::names_in_record(&out.join(super::BUILD_RECORD));
    let was_there = is_closed && named.iter().any(|name| name.starts_with(EVIDENCE_STEM));
    if !follows && !was_there {
        return Vec::new();
    }
    let file = Source::opaque(super::EVIDENCE_PACKAGE, &package);
    let message = "the package that belongs to this folder is gone, and the file is closed";
    let finding = Diagnostic::new(&package::rules::EVIDENCE_CLOSED, message).in_file(&file);
    vec![finding.help("restore it, or build into another folder")]
}

/// The issued report of a closed file that would be replaced by another one.
pub fn other_report(
    out: &Path,
    engagement: &Engagement,
    sha256: &str,
    today: Date,
    packaging: &Packaging,
) -> Option<Diagnostic> {
    let package = packages_in(out).into_iter().next()?;
    let sealed = manifest_of(&package, packaging.pack.passphrase.as_ref()).ok()?.view;
    let closed = engagement
        .file_closes_on()
        .into_iter()
        .chain(sealed.engagement.file_closes_on)
        .min()
        .filter(|day| today > *day)?;
    let same = sealed.reports.is_empty() || sealed.reports.iter().any(|report| report.sha256 == sha256);
    let file = Source::opaque(super::EVIDENCE_PACKAGE, &package);
    (!same).then(|| {
        Diagnostic::new(
            &package::rules::EVIDENCE_CLOSED,
            format!("the file closed on {closed}, and the report would not be the one that the package names"),
        )
        .in_file(&file)
        .help("prepare a revised report with `socpress reissue`, and build it into another folder")
    })
}

/// Whether a folder holds the package of a file that is closed, or one of which that cannot be known.
pub fn holds_closed(out: &Path, today: Date) -> bool {
    packages_in(out).into_iter().next().is_some_and(|package| match manifest_of(&package, None) {
        Ok(sealed) => sealed.view.engagement.file_closes_on.is_some_and(|day| today > day),
        Err(_) => true,
    })
}

/// The package in a folder of outputs, or its parts.
fn packages_in(out: &Path) -> Vec<PathBuf> {
    let whole = out.join(super::EVIDENCE_PACKAGE);
    if whole.exists() {
        return vec![whole];
    }
    let names = std::fs::read_dir(out).into_iter().flatten().filter_map(Result::ok);
    let parts = names.filter(|entry| entry.file_name().to_str().is_some_and(|name| is_part_name(name, EVIDENCE_STEM)));
    let mut parts: Vec<PathBuf> = parts.map(|entry| entry.path()).collect();
    parts.sort();
    parts
}

/// Exhibits of packages that were sealed which are no longer there or no longer the same, and `why` they must be.
pub fn changes<'a>(
    engagement: &Engagement,
    exhibits: &Exhibits,
    sealed: impl Iterator<Item = &'a SealedExhibit>,
    file: &Arc<Source>,
    why: &str,
) -> Vec<Diagnostic> {
    let now: HashMap<&str, &Exhibit> = exhibits.items.iter().map(|exhibit| (exhibit.id.as_str(), exhibit)).collect();
    let places = places(engagement);
    let mut list = Vec::new();
    for exhibit in sealed {
        let what = match now.get(exhibit.id.as_str()) {
            Some(now) if now.sha256 != exhibit.sha256 => "is not the file that was sealed",
            Some(now) if exhibit.says_the_same(now) => continue,
            Some(_) => "is not described as it was when it was sealed",
            None => "is missing",
        };
        let message = format!("{why}: exhibit {} {what}", exhibit.id);
        let finding = Diagnostic::new(&package::rules::EVIDENCE_CLOSED, message)
            .help("put back what was sealed; a file that corrects it becomes an exhibit of its own, in an addendum");
        list.push(at(finding, places.get(exhibit.id.as_str()), file));
    }
    list
}

fn places(engagement: &Engagement) -> HashMap<&str, &Origin> {
    engagement.evidence.iter().map(|item| (item.id.as_str(), &item.file.origin)).collect()
}

fn at(finding: Diagnostic, place: Option<&&Origin>, file: &Arc<Source>) -> Diagnostic {
    match place {
        Some(origin) => finding.at(origin),
        None => finding.in_file(file),
    }
}

fn shorten(mut list: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if let Some(more) = list.len().checked_sub(LISTED).filter(|more| *more > 0) {
        list.truncate(LISTED);
        if let Some(last) = list.last_mut() {
            last.message.push_str(&format!("; and {more} more"));
        }
    }
    list
}
