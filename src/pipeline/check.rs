//! Reading an engagement and looking at it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use super::{evidence, rules};
use crate::compose::{self, Edition, Sources};
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::load::{self, Folder, Loaded};
use crate::model::{Document, Engagement, Id, Overrides, Rollup};
use crate::package::{self, Exhibits};
use crate::review::{self, Hashed, Waiving};
use crate::typeset::{self, Fonts};

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
pub(super) fn check_for(path: &Path, firm: Option<&Path>, document: Document, overrides: &Overrides) -> Checked {
    let looked_at = |engagement: &Engagement, root: &Path, findings: &mut Findings| {
        Ok::<_, Infallible>(package::collect(evidence::index(engagement, root), findings))
    };
    match check_with(path, firm, document, overrides, looked_at) {
        Ok(checked) => checked,
        Err(never) => match never {},
    }
}

/// The same with another way to look at the evidence, such as packing it.
pub(super) fn check_with<E>(
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
pub(super) fn settle(engagement: &Engagement, waiving: &mut Waiving, findings: &mut Findings) {
    review::choose(engagement, findings);
    waiving.apply(engagement, findings);
}

/// Once everything has been found: settles it, and puts it in order.
pub(super) fn finish(engagement: Option<&Engagement>, waiving: &mut Waiving, findings: &mut Findings) {
    if let Some(engagement) = engagement {
        settle(engagement, waiving, findings);
        waiving.finish(engagement, |id| crate::rules::all().any(|rule| rule.id == id), findings);
    }
    *findings = std::mem::take(findings).sorted();
}

/// Composes the report without laying it out, so that `check` finds what only the texts show: links, images, characters.
pub(super) fn check_texts(checked: &mut Checked) {
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
