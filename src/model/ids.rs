//! Ids as people write them: text, compared with care.

use std::cmp::Ordering;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// An id of a control, test, exception, evidence item, CUEC or CSOC: always text, printed as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two ids clash: case, white space and punctuation do not tell ids apart, so `AC-07`, `ac 07`
    /// and `AC07` are one. Signs that stand for a level (`.`) stay, since `CC6.21` is not `CC62.1`.
    pub fn clash_key(&self) -> String {
        let key: String =
            self.0.nfkc().filter(|c| c.is_alphanumeric() || *c == '.').flat_map(char::to_lowercase).collect();
        // An id of signs only has nothing but its signs.
        if key.is_empty() { self.0.clone() } else { key }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Compares as people count: `CC6.2.2` before `CC6.2.10`, `T-9` before `T-10`.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        match (a.chars().next(), b.chars().next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (number_a, rest_a) = split_digits(a);
                let (number_b, rest_b) = split_digits(b);
                let order = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
            }
        }
    }
}

/// The leading digits without leading zeros, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_ids_sort_by_value() {
        let mut ids = ["CC6.2.10", "CC6.2", "CC6.10", "CC6.2.2", "cc6.1", "T-010", "T-9"];
        ids.sort_by(|a, b| natural_cmp(a, b));
        assert_eq!(ids, ["cc6.1", "CC6.2", "CC6.2.2", "CC6.2.10", "CC6.10", "T-9", "T-010"]);
    }

    #[test]
    fn ids_clash_without_case_space_and_punctuation() {
        assert_eq!(Id::new("AC 07").clash_key(), Id::new("ac-07").clash_key());
        assert_ne!(Id::new("CC6.21").clash_key(), Id::new("CC62.1").clash_key());
        assert_ne!(Id::new("AC-01a").clash_key(), Id::new("AC-01").clash_key());
    }
}
