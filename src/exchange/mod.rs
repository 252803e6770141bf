//! Records in the forms that others read: TOML, JSON, CSV, OSCAL.

pub mod csv;
pub mod json;
pub mod oscal;
pub mod toml;
