//! What a package that was made says of itself, as far as later work needs it.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use zip::ZipArchive;

use super::addendum::Addendum;
use super::encryption::Passphrase;
use super::exhibit::Exhibit;
use super::hash::sha256_hex;
use super::manifest::ExhibitView;
use crate::model::Date;

pub(super) const MANIFEST: &str = "manifest.json";
/// Far above what 70,000 exhibits need.
const LIMIT: u64 = 512 << 20;

/// The manifest of a package.
#[derive(Debug, Clone)]
pub struct SealedManifest {
    pub bytes: Vec<u8>,
    pub sha256: String,
    pub view: SealedView,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SealedView {
    kind: String,
    pub engagement: SealedEngagement,
    #[serde(default)]
    pub reports: Vec<SealedReport>,
    pub exhibits: Vec<SealedExhibit>,
    /// Only in an addendum.
    pub addendum: Option<Addendum>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SealedEngagement {
    /// When the file closes or closed, as far as it was known.
    pub file_closes_on: Option<Date>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SealedReport {
    pub name: String,
    pub sha256: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SealedExhibit {
    pub id: String,
    pub sha256: String,
    /// All else that the manifest says of it.
    #[serde(flatten)]
    facts: serde_json::Map<String, serde_json::Value>,
}

impl SealedExhibit {
    /// Whether the manifest says of it what would be said today, its place in the archive aside.
    pub fn says_the_same(&self, now: &Exhibit) -> bool {
        let Ok(serde_json::Value::Object(now)) = serde_json::to_value(ExhibitView::new(now)) else { return false };
        let is_fact = |key: &String| !["id", "sha256", "path", "same_as", "media_type"].contains(&key.as_str());
        let facts = |map: &serde_json::Map<String, serde_json::Value>| -> Vec<(String, serde_json::Value)> {
            map.iter().filter(|(key, _)| is_fact(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        facts(&self.facts) == facts(&now)
    }
}

/// Reads the manifest of a package; the error says why it cannot be had.
pub fn manifest_of(package: &Path, passphrase: Option<&Passphrase>) -> Result<SealedManifest, String> {
    let file = File::open(package).map_err(|error| error.to_string())?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| error.to_string())?;
    let entry = match passphrase {
        Some(passphrase) => archive.by_name_decrypt(MANIFEST, passphrase.as_bytes()),
        None => archive.by_name(MANIFEST),
    };
    let entry = entry.map_err(|error| format!("{MANIFEST}: {error}"))?;
    let mut bytes = Vec::new();
    entry.take(LIMIT).read_to_end(&mut bytes).map_err(|error| format!("{MANIFEST}: {error}"))?;
    let view: SealedView = serde_json::from_slice(&bytes).map_err(|error| format!("{MANIFEST}: {error}"))?;
    if view.kind != "socpress-evidence-package" {
        return Err(format!("`{}` is no evidence package", view.kind));
    }
    Ok(SealedManifest { sha256: sha256_hex(&bytes), bytes, view })
}
