//! Texts written by people, and the topics of the description.

use std::sync::Arc;

use serde::Serialize;

use super::Category;
use crate::diagnostics::{Located, Origin, Source};

/// A text of one or several paragraphs in Markdown, as it stands in a cell or key.
#[derive(Debug, Clone)]
pub struct Prose {
    pub text: String,
    pub origin: Origin,
}

/// The component of the system that a topic describes (DC 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    Infrastructure,
    Software,
    People,
    Procedures,
    Data,
}

impl Component {
    pub const ALL: [Component; 5] =
        [Component::Infrastructure, Component::Software, Component::People, Component::Procedures, Component::Data];

    pub fn key(self) -> &'static str {
        match self {
            Component::Infrastructure => "infrastructure",
            Component::Software => "software",
            Component::People => "people",
            Component::Procedures => "procedures",
            Component::Data => "data",
        }
    }
}

/// A table that is worked out from the data and placed in the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GeneratedTable {
    ServiceCommitments,
    SystemRequirements,
    Privacy,
    Incidents,
    SubserviceOrganizations,
    Csocs,
    Cuecs,
    UserEntityResponsibilities,
    NotRelevant,
    Changes,
}

impl GeneratedTable {
    /// In the order in which those that no topic includes follow at the end.
    pub const ALL: [GeneratedTable; 10] = [
        GeneratedTable::ServiceCommitments,
        GeneratedTable::SystemRequirements,
        GeneratedTable::Privacy,
        GeneratedTable::Incidents,
        GeneratedTable::SubserviceOrganizations,
        GeneratedTable::Csocs,
        GeneratedTable::Cuecs,
        GeneratedTable::UserEntityResponsibilities,
        GeneratedTable::NotRelevant,
        GeneratedTable::Changes,
    ];
}

/// Where a section of the firm's own stands in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionPlace {
    /// Before the letters.
    Front,
    /// After everything else.
    End,
}

/// One file of the description, or of the other information.
#[derive(Debug, Clone)]
pub struct Topic {
    pub title: Located<String>,
    /// Numbers of the description criteria it addresses.
    pub description_criteria: Vec<Located<u8>>,
    pub components: Vec<Located<Component>>,
    pub include: Vec<Located<GeneratedTable>>,
    /// Appears only when one of these is in scope; always when empty.
    pub categories: Vec<Located<Category>>,
    /// The inclusive subservice organization whose part of the description it is.
    pub subservice_organization: Option<Located<String>>,
    /// Where a section of the firm's own stands.
    pub place: Option<Located<SectionPlace>>,
    /// Stands in a SOC 3 report as well.
    pub general_use: Option<Located<bool>>,
    pub source: Arc<Source>,
    /// Where the Markdown begins in the source.
    pub body_start: usize,
}

impl Topic {
    pub fn body(&self) -> &str {
        &self.source.text()[self.body_start..]
    }

    /// Whether anything of the body is printed: comments and blanks are not.
    pub fn has_text(&self) -> bool {
        let mut rest = self.body();
        while let Some(open) = rest.find("<!--") {
            if !rest[..open].trim().is_empty() {
                return true;
            }
            let Some(close) = rest[open..].find("-->") else { return true };
            rest = &rest[open + close + 3..];
        }
        !rest.trim().is_empty()
    }

    pub fn in_scope(&self, categories: &[Category]) -> bool {
        self.categories.is_empty() || self.categories.iter().any(|c| categories.contains(c))
    }
}

/// The first words of a text on one line, at most `limit` characters, cut at a word.
pub(super) fn beginning(text: &str, limit: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= limit {
        return flat;
    }
    let cut: String = flat.chars().take(limit).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", cut.trim_end_matches([',', ';', '.', ':']))
}
