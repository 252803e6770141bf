//! Rules of what is asked for one run.

use crate::diagnostics::{Diagnostic, Origin, rules};
use crate::model::{Document, Engagement};

rules! {
    NOTHING_TO_DATE = "BLK-07", Error, true, "The date of the plan has no place",
        "A plan's `date` stands for the date of the auditor's report in [service_auditor], or for the date of the bridge \
         letter in [bridge_letter]. The engagement has no such table, and so nothing that bears the date.",
        wrong "`date` for an engagement without [service_auditor]",
        right "[service_auditor] with the firm's name, or no `date`";
}

pub(super) fn no_place_for_date(engagement: &Engagement, document: Document) -> Diagnostic {
    let table = if document == Document::BridgeLetter { "[bridge_letter]" } else { "[service_auditor]" };
    Diagnostic::new(&NOTHING_TO_DATE, format!("the plan gives a date, but the engagement has no {table} to bear it"))
        .at(&Origin::file(&engagement.source))
        .help(format!("add {table}, or take the date out of the plan"))
}
