//! The sheet of points: what the review found, as PDF, workbook and data.

use std::path::Path;

use serde::Serialize;

use super::build::stage_pdf;
use super::{BuildError, Checked, Output, Role, Staging, check_all};
use crate::compose::{self, Edition, Point, Sources};
use crate::diagnostics::{Diagnostic, Findings};
use crate::sheets;
use crate::typeset;

/// Name of the record that completes the sheet.
pub const POINTS_RECORD: &str = "points.json";

/// A sheet that was made, or why not.
pub struct Points {
    pub checked: Checked,
    /// Nothing if there is no engagement to speak of.
    pub outputs: Option<Vec<Output>>,
}

#[derive(Serialize)]
struct Record<'a> {
    format: u32,
    generator: &'static str,
    outputs: &'a [Output],
    points: Vec<PointView<'a>>,
}

#[derive(Serialize)]
struct PointView<'a> {
    number: usize,
    rule: &'a str,
    severity: crate::diagnostics::Severity,
    place: &'a str,
    finding: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    response: &'a str,
    cleared_by: &'a str,
}

fn place(finding: &Diagnostic) -> String {
    finding.origin.as_ref().map_or_else(String::new, |origin| match origin.within() {
        Some(within) => format!("{}:{within}", origin.source.name()),
        None => origin.source.name().to_owned(),
    })
}

/// All points: what is open, in reading order, then what was waived.
fn list(checked: &Checked) -> Vec<Point> {
    let open = checked.findings.iter().map(|finding| (finding, String::new(), String::new()));
    let waived = checked.waiving.waived.iter().map(|waived| {
        let by = match waived.on {
            Some(day) => format!("{}, {day}", waived.by),
            None => waived.by.clone(),
        };
        (&waived.finding, waived.reason.clone(), by)
    });
    open.chain(waived)
        .zip(1..)
        .map(|((finding, response, cleared_by), number)| Point {
            number,
            rule: finding.rule.id,
            severity: finding.severity,
            place: place(finding),
            finding: finding.message.clone(),
            help: finding.help.clone(),
            response,
            cleared_by,
        })
        .collect()
}

/// Reviews an engagement and writes the sheet of its points.
pub fn points(path: &Path, firm: Option<&Path>, out: &Path) -> Result<Points, BuildError> {
    let checked = check_all(path, firm);
    let (Some(folder), Some(engagement), Some(rollup)) = (&checked.folder, &checked.engagement, &checked.rollup) else {
        return Ok(Points { checked, outputs: None });
    };
    let points = list(&checked);
    let sources = Sources {
        engagement,
        rollup,
        folder,
        firm_folder: checked.firm_folder.as_ref(),
        fonts: &checked.fonts,
        exhibits: &checked.exhibits,
        points: &points,
    };
    // The sheet repeats texts of findings; what is wrong with them has been found where they come from.
    let mut repeated = Findings::default();
    let composed = compose::compose(&sources, Edition::Points, &mut repeated);
    let Some(pdf) = typeset::typeset(&composed.report, composed.assets, &checked.fonts, &mut repeated) else {
        let mut checked = checked;
        checked.findings.extend(repeated);
        return Ok(Points { checked, outputs: None });
    };
    let mut staging = Staging::open(out)?;
    let mut outputs = vec![stage_pdf(&mut staging, Edition::Points, Role::Points, &pdf)?];
    let title =
        format!("{}: {}", engagement.service_organization.name.value, engagement.service_organization.system.value);
    let workbook = sheets::points(&title, &points)?;
    let name = format!("{}.xlsx", Edition::Points.file_stem());
    let staged = staging.add(&name, &workbook)?;
    outputs.push(Output { name, role: Role::Points, sha256: staged.sha256, bytes: staged.bytes, pages: None });
    let record = Record {
        format: 1,
        generator: super::GENERATOR,
        outputs: &outputs,
        points: points
            .iter()
            .map(|p| PointView {
                number: p.number,
                rule: p.rule,
                severity: p.severity,
                place: &p.place,
                finding: &p.finding,
                help: p.help.as_deref(),
                response: &p.response,
                cleared_by: &p.cleared_by,
            })
            .collect(),
    };
    staging.add_record(POINTS_RECORD, &record)?;
    staging.commit(POINTS_RECORD)?;
    Ok(Points { checked, outputs: Some(outputs) })
}
