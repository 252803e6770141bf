//! What all integration tests share: an engagement folder to change in one respect, the program run on it, and readers
//! of what comes out that are not the program's own.
//!
//! The readers call outside tools. One that is missing fails the test and says which package has it; `scripts/test`
//! installs them all.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code, unused_imports)]

mod archive;
mod batch;
mod books;
mod engagement;
mod expect;
mod pdf;
mod run;
mod tools;

pub use archive::{Archive, Entry, reads};
pub use batch::{Batch, client, outcomes, outputs};
pub use books::{converted, everything, fill, raw_ods, raw_xlsx, told, workbook};
pub use engagement::{COMMON_CRITERIA, Engagement, sample};
pub use expect::{Expect, error, note, warning};
pub use pdf::{Bookmark, Link, Pdf, Word, squeeze};
pub use run::{At, Built, Finding, Run, listed, socpress, socpress_in};
pub use tools::{checkers, finished, invalid_json, is_valid_json, output, python, tool};
