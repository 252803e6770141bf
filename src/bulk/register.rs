//! The distribution register: who has which copy. It holds no times, so that the same batch gives the same register.

use std::path::Path;

use super::REGISTER;
use super::files::{self, FileError};
use super::results::Summary;
use super::summary::row;

/// Writes the register if the batch has copies.
pub fn write(out: &Path, summary: &Summary) -> Result<(), FileError> {
    let mut text = String::from("serial,recipient,engagement,document,file,pages,sha256\n");
    let mut any = false;
    for job in summary.jobs.iter().filter(|job| job.made.outcome.succeeded()) {
        let (Some(copy), Some(output)) = (&job.copy, job.made.outputs.first()) else { continue };
        any = true;
        row(
            &mut text,
            &[
                copy.serial.clone(),
                copy.recipient.clone(),
                job.engagement.clone(),
                job.document.edition().file_stem().to_owned(),
                format!("{}/{}", job.name, output.name),
                job.pages.to_string(),
                output.sha256.clone(),
            ],
        );
    }
    if any { files::write(&out.join(REGISTER), text.as_bytes()) } else { Ok(()) }
}
