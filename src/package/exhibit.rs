//! Exhibits: evidence files as the package holds them.

use super::hash::sha256_hex;
use crate::model::{Confidentiality, Date, Id};

/// One row of the index whose file is there.
#[derive(Debug, Clone)]
pub struct Exhibit {
    pub id: Id,
    pub title: Option<String>,
    /// Path below `evidence/` as the disk spells it.
    pub original_path: String,
    /// Path in the archive. Exhibits that are one and the same file share it.
    pub archive_path: String,
    /// 64 lower-case hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
    pub media_type: &'static str,
    /// From the index and from the tests that rely on it; in natural order.
    pub controls: Vec<Id>,
    /// In natural order.
    pub tests: Vec<Id>,
    pub source: Option<String>,
    pub collected_by: Option<String>,
    pub collected_on: Option<Date>,
    pub covers_from: Option<Date>,
    pub covers_to: Option<Date>,
    pub confidentiality: Option<Confidentiality>,
    /// An earlier exhibit with the same content, be it the same file or a copy.
    pub same_as: Option<Id>,
    /// False when an earlier exhibit has the same file, whose path in the archive this one shares.
    pub own_file: bool,
}

impl Exhibit {
    /// The original name without its folders.
    pub fn file_name(&self) -> &str {
        self.original_path.rsplit('/').next().unwrap_or(&self.original_path)
    }
}

/// All exhibits, by id in natural order.
#[derive(Debug, Clone, Default)]
pub struct Exhibits {
    pub items: Vec<Exhibit>,
}

impl Exhibits {
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The exhibits that have a file of their own in the archive, in the archive's order.
    pub fn files(&self) -> impl Iterator<Item = &Exhibit> {
        self.items.iter().filter(|exhibit| exhibit.own_file)
    }

    pub fn total_bytes(&self) -> u64 {
        self.files().map(|exhibit| exhibit.bytes).sum()
    }

    /// The text of `SHA256SUMS`: a line for each file, as `sha256sum --check` reads it in the unpacked archive.
    pub fn sums(&self) -> String {
        // Paths in the archive have neither backslash nor line break, so no line needs escaping.
        self.files().map(|exhibit| format!("{}  {}\n", exhibit.sha256, exhibit.archive_path)).collect()
    }

    /// SHA-256 of [`Self::sums`]. It stands for all exhibits, and the report's list of exhibits prints it.
    pub fn sums_sha256(&self) -> String {
        sha256_hex(self.sums().as_bytes())
    }
}
