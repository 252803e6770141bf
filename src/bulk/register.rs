//! The distribution register: who has which copy. It holds no times, so that the same batch gives the same register.

use std::path::Path;

use super::REGISTER;
use super::results::Summary;
use super::summary::row;
use crate::files::{Readers, WriteError, write_whole};
use crate::package::hash_file;

/// Writes the register if the plan has copies, made or not: what an earlier one said may be true no more.
pub fn write(out: &Path, summary: &Summary) -> Result<(), WriteError> {
    let mut text = String::from("serial,recipient,engagement,document,file,pages,sha256,state\n");
    let any = summary.jobs.iter().any(|job| job.copy.is_some());
    for job in &summary.jobs {
        let Some(copy) = &job.copy else { continue };
        let (name, pages, sha256, state) = match job.made.outputs.first().filter(|_| job.made.outcome.succeeded()) {
            Some(output) => (output.name.clone(), job.pages.to_string(), output.sha256.clone(), "current"),
            // It could not be made again, but may have been handed out.
            None if job.earlier_outputs => {
                let hash = hash_file(&out.join(job.path())).map(|hash| hash.sha256).unwrap_or_default();
                (job.file(), String::new(), hash, "earlier")
            }
            None => continue,
        };
        row(
            &mut text,
            &[
                copy.serial.clone(),
                copy.recipient.clone(),
                job.engagement.clone(),
                job.document.edition().file_stem().to_owned(),
                format!("{}/{name}", job.name),
                pages,
                sha256,
                state.to_owned(),
            ],
        );
    }
    if any { write_whole(&out.join(REGISTER), text.as_bytes(), Readers::All) } else { Ok(()) }
}
