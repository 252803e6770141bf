//! Criterion ids such as `CC6.1`, `A1.2`, `PI1.3`, `P6.7`.

use std::cmp::Ordering;
use std::fmt;

use super::ids::natural_cmp;

/// Id of a criterion in the form the catalogue writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CriterionId(String);

impl CriterionId {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for CriterionId {
    fn cmp(&self, other: &Self) -> Ordering {
        natural_cmp(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for CriterionId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
