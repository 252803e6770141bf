//! The criteria a report is examined against, shipped as data in our own words.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use super::CriterionId;

/// A trust services category. Security is always in scope; its criteria are the common criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    Security,
    Availability,
    ProcessingIntegrity,
    Confidentiality,
    Privacy,
}

impl Category {
    pub const ALL: [Category; 5] = [
        Category::Security,
        Category::Availability,
        Category::ProcessingIntegrity,
        Category::Confidentiality,
        Category::Privacy,
    ];

    /// As written in files.
    pub fn key(self) -> &'static str {
        match self {
            Category::Security => "security",
            Category::Availability => "availability",
            Category::ProcessingIntegrity => "processing-integrity",
            Category::Confidentiality => "confidentiality",
            Category::Privacy => "privacy",
        }
    }

    /// As printed.
    pub fn title(self) -> &'static str {
        match self {
            Category::Security => "Security",
            Category::Availability => "Availability",
            Category::ProcessingIntegrity => "Processing Integrity",
            Category::Confidentiality => "Confidentiality",
            Category::Privacy => "Privacy",
        }
    }

    /// In running text.
    pub fn noun(self) -> &'static str {
        match self {
            Category::Security => "security",
            Category::Availability => "availability",
            Category::ProcessingIntegrity => "processing integrity",
            Category::Confidentiality => "confidentiality",
            Category::Privacy => "privacy",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == text)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// One criterion of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    pub id: CriterionId,
    pub category: Category,
    /// `CC6`
    pub series: String,
    /// The COSO principle (1 to 17) that the criterion restates, for the first five common series.
    pub coso_principle: Option<u8>,
    /// Short title in our own words; a firm replaces it with its licensed text.
    pub title: String,
}

/// A group of criteria under one heading, such as CC6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub id: String,
    pub category: Category,
    pub title: String,
}

/// One of the description criteria DC 1 to DC 9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionCriterion {
    pub number: u8,
    pub title: String,
    /// Applies to Type II only (DC 9).
    pub type_2_only: bool,
    /// Applies only where such things exist (DC 6, 7, 8).
    pub if_any: bool,
}

/// All criteria, in catalogue order.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub criteria: Vec<Criterion>,
    pub series: Vec<Series>,
    pub description_criteria: Vec<DescriptionCriterion>,
    index: HashMap<CriterionId, usize>,
}

static BUILTIN: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    Arc::new(Catalogue::parse(
        include_str!("../../templates/catalogue/trust-services-criteria.tsv"),
        include_str!("../../templates/catalogue/description-criteria.tsv"),
    ))
});

impl Catalogue {
    /// The catalogue in the program: all five categories, short titles in our own words.
    pub fn builtin() -> Arc<Self> {
        BUILTIN.clone()
    }

    /// Reads the shipped tables. They are part of the program, so a malformed line is a defect of the program and a
    /// test holds them to their form.
    fn parse(criteria_table: &str, description_table: &str) -> Self {
        let mut criteria = Vec::new();
        let mut series: Vec<Series> = Vec::new();
        for line in criteria_table.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [id, category, series_title, coso, title] = cells[..] else { continue };
            let Some(category) = Category::parse(category) else { continue };
            let (series_id, series_name) = series_title.split_once(' ').unwrap_or((series_title, ""));
            if series.last().is_none_or(|s| s.id != series_id) {
                series.push(Series { id: series_id.into(), category, title: series_name.into() });
            }
            criteria.push(Criterion {
                id: CriterionId::new(id),
                category,
                series: series_id.into(),
                coso_principle: coso.parse().ok(),
                title: title.into(),
            });
        }
        let description_criteria = description_table
            .lines()
            .skip(1)
            .filter_map(|line| {
                let cells: Vec<&str> = line.split('\t').collect();
                let [id, title, applies] = cells[..] else { return None };
                let number = id.trim_start_matches("DC ").parse().ok()?;
                Some(DescriptionCriterion {
                    number,
                    title: title.into(),
                    type_2_only: applies == "type-2",
                    if_any: applies == "if-any",
                })
            })
            .collect();
        let index = criteria.iter().enumerate().map(|(i, c): (usize, &Criterion)| (c.id.clone(), i)).collect();
        Self { criteria, series, description_criteria, index }
    }

    pub fn get(&self, id: &CriterionId) -> Option<&Criterion> {
        self.index.get(id).map(|i| &self.criteria[*i])
    }

    /// Puts another text in place of the title of a criterion or of a series. False if there is none with this id.
    pub fn set_title(&mut self, id: &str, title: &str) -> bool {
        if let Some(series) = self.series.iter_mut().find(|s| s.id == id) {
            series.title = title.to_owned();
            return true;
        }
        let Some(position) = self.position(&CriterionId::new(id)) else { return false };
        self.criteria[position].title = title.to_owned();
        true
    }

    /// Position in catalogue order.
    pub fn position(&self, id: &CriterionId) -> Option<usize> {
        self.index.get(id).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_is_complete() {
        let catalogue = Catalogue::builtin();
        let count = |category| catalogue.criteria.iter().filter(|c| c.category == category).count();
        assert_eq!(Category::ALL.map(count), [33, 3, 5, 2, 18]);
        assert_eq!(catalogue.series.len(), 20);
        let coso: Vec<_> = catalogue.criteria.iter().filter_map(|c| c.coso_principle).collect();
        assert_eq!(coso.len(), 17);
        assert_eq!(
            catalogue.description_criteria.iter().map(|d| d.number).collect::<Vec<_>>(),
            (1..=9).collect::<Vec<_>>()
        );
        assert!(catalogue.criteria.iter().all(|c| !c.title.is_empty()));
    }
}
