//! socpress turns an attestation engagement's data into the finished SOC 2 report and its evidence package.
//!
//! Data flows one way: [`load`] reads an engagement folder into the [`model`], [`review`] looks at it, [`compose`] makes
//! the report as plain data, [`typeset`] lays it out and writes the PDF, [`package`] collects and seals the evidence.
//! [`import`] makes or updates such a folder from what others write, [`exchange`] writes its records in other forms.
//! [`pipeline`] runs these stages in their order, [`bulk`] runs it over many engagements, and [`cli`] is the command
//! line. Every stage tells what it finds as
//! [`diagnostics`].

pub mod bulk;
pub mod cli;
pub mod compose;
pub mod diagnostics;
pub mod exchange;
mod files;
pub mod import;
pub mod load;
pub mod model;
pub mod package;
pub mod pipeline;
pub mod reissue;
pub mod review;
pub mod roll_forward;
pub mod rules;
pub mod scaffold;
pub mod sheets;
pub mod typeset;
