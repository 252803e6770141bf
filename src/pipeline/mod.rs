//! The stages in their order: load, review, collect, compose, typeset, seal. No stage reaches back.

mod addendum;
mod build;
mod check;
mod copies;
mod evidence;
mod export;
mod lock;
mod outputs;
mod points;
mod record;
pub mod rules;

pub use crate::files::WriteError;
pub use crate::model::Document;
pub use addendum::{Added, AddendumOptions, addendum};
pub use build::{BuildError, BuildOptions, Built, build, build_with, forbidden};
pub use check::{Checked, check, check_against, check_all};
pub use copies::{Copied, RecipientCopy, build_copies};
pub use evidence::{EVIDENCE_PACKAGE, Occupied, PACKAGE_RECORD, PackageBuild, Packaging, package};
pub use export::{ExportError, ExportOptions, Exported, Form, export};
pub use lock::holds_closed;
pub use outputs::{Staged, Staging};
pub use points::{POINTS_RECORD, Points, points};
pub use record::{Output, Role, WaivedView};

/// Name and version of the program, as outputs carry it.
pub const GENERATOR: &str = concat!("socpress ", env!("CARGO_PKG_VERSION"));

/// Name of the record that completes a build.
pub const BUILD_RECORD: &str = "build.json";
