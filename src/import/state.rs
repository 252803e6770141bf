//! What earlier imports brought, so that the next one tells a change of the source from a change by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the file, in the engagement folder.
pub const FILE: &str = ".socpress-import.json";

/// By table, by key of the record.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    format: u32,
    pub tables: BTreeMap<String, BTreeMap<String, Known>>,
    /// Facts of the engagement's head.
    pub head: BTreeMap<String, Value>,
    /// By source: columns and the fields that they hold, as was said when it was imported.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, BTreeMap<String, String>>,
    /// SHA-256 of files as they were imported.
    pub files: BTreeMap<String, String>,
}

/// A record as the last import brought it.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Name of the source that last brought it.
    pub source: String,
    pub fields: BTreeMap<String, Value>,
}

impl State {
    /// Reads the state; none yet if there is no file.
    pub fn read(text: Option<&str>) -> Result<Self, String> {
        let Some(text) = text else { return Ok(Self { format: 1, ..Self::default() }) };
        let state: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if state.format == 1 { Ok(state) } else { Err(format!("its format is {}, not 1", state.format)) }
    }

    pub fn to_json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| error.to_string())
    }
}
