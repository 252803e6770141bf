//! Copies of one document for several recipients: laid out once, written for each.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::build::stage_pdf;
use super::check::{check_for, finish, settle};
use super::outputs::Staging;
use super::record::BuildRecord;
use super::{BuildError, BuildOptions, Checked, Output, forbidden};
use crate::compose::{self, Sources};
use crate::diagnostics::{Findings, Severity};
use crate::model::{Overrides, plan};
use crate::review;
use crate::typeset::{self, CopyMark};

/// Whose copy, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientCopy {
    pub recipient: String,
    pub serial: String,
}

/// One copy that was made, or not.
pub struct Copied {
    /// Nothing if the findings forbade it.
    pub outputs: Option<Vec<Output>>,
    /// The findings on this copy alone; nothing if it is as good as the others.
    pub findings: Findings,
}

/// Is told of each copy: its position, the engagement it is of, and what came of it.
pub type Tell<'a> = dyn FnMut(usize, &Checked, Result<Copied, BuildError>) + 'a;

/// Makes the copies of a document, each into its own folder in place of that of the options. A copy is the document alone,
/// without evidence. `done` is told of each one; of all of them when the engagement's findings forbid the document.
pub fn build_copies(
    path: &Path,
    options: &BuildOptions,
    overrides: &Overrides,
    copies: &[(RecipientCopy, PathBuf)],
    done: &mut Tell,
) {
    let document = options.document;
    let mut checked = check_for(path, options.firm.as_deref(), document, overrides);
    if let Some(composed) = composed(&mut checked, options)
        && let Some(mut laid) =
            typeset::Copies::of(&composed.report, composed.assets, &checked.fonts.clone(), &mut checked.findings)
        && laid.check(&mut checked.findings)
    {
        finish(checked.engagement.as_ref(), &mut checked.waiving, &mut checked.findings);
        for (number, (copy, out)) in copies.iter().enumerate() {
            done(number, &checked, make(&checked, &mut laid, options, copy, out));
        }
        return;
    }
    finish(checked.engagement.as_ref(), &mut checked.waiving, &mut checked.findings);
    for number in 0..copies.len() {
        done(number, &checked, Ok(Copied { outputs: None, findings: Findings::default() }));
    }
}

/// The document that all copies share, unless findings forbid it.
fn composed(checked: &mut Checked, options: &BuildOptions) -> Option<compose::Composed> {
    let (Some(folder), Some(engagement), Some(rollup)) = (&checked.folder, &checked.engagement, &checked.rollup) else {
        return None;
    };
    let sources = Sources {
        engagement,
        rollup,
        folder,
        firm_folder: checked.firm_folder.as_ref(),
        fonts: &checked.fonts,
        exhibits: &checked.exhibits,
        points: &[],
    };
    let edition = options.document.edition();
    review::review_edition(engagement, edition, &mut checked.findings);
    let composed = compose::compose(&sources, edition, &mut checked.findings);
    settle(engagement, &mut checked.waiving, &mut checked.findings);
    (!forbidden(checked)).then_some(composed)
}

fn make(
    checked: &Checked,
    laid: &mut typeset::Copies,
    options: &BuildOptions,
    copy: &RecipientCopy,
    out: &Path,
) -> Result<Copied, BuildError> {
    let (Some(engagement), Some(rollup)) = (&checked.engagement, &checked.rollup) else {
        return Ok(Copied { outputs: None, findings: Findings::default() });
    };
    let document = options.document;
    let mark = CopyMark { line: compose::copy_line(engagement, &copy.recipient, &copy.serial) };
    let mut findings = Findings::default();
    if let Some(problem) = compose::unprintable(&mark.line, &checked.fonts, &plan()) {
        // In a text it is a warning; here it is the name of who gets the copy.
        findings.push(problem.severity(Severity::Error));
        return Ok(Copied { outputs: None, findings });
    }
    let Some(pdf) = laid.make(&mark, &mut findings) else {
        return Ok(Copied { outputs: None, findings });
    };
    let mut staging = Staging::open(out)?;
    let outputs = vec![stage_pdf(&mut staging, document.edition(), document.role(), &pdf)?];
    let record = BuildRecord { copy: Some(copy), ..BuildRecord::of(checked, engagement, rollup.totals, &outputs) };
    staging.add_record(&document.record(), &record)?;
    staging.commit(&document.record())?;
    Ok(Copied { outputs: Some(outputs), findings: Findings::default() })
}
