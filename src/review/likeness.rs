//! Texts that say nearly the same, found without comparing each with each.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The pairs of neighbouring words of a text, without case and punctuation.
pub fn shingles(text: &str) -> HashSet<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words
        .windows(2)
        .map(|pair| {
            let mut hasher = DefaultHasher::new();
            pair.hash(&mut hasher);
            hasher.finish()
        })
        .collect()
}

/// How much of two texts is the same, from 0 to 1.
pub fn overlap(a: &HashSet<u64>, b: &HashSet<u64>) -> f64 {
    let common = a.intersection(b).count();
    let all = a.len() + b.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// Each text that is nearly the same as an earlier one, with that one: `(text, earlier)`.
///
/// Two sets that overlap by `threshold` share one of their rarest members (prefix filtering), so only texts that do are
/// compared.
pub fn near<'t>(texts: impl Iterator<Item = &'t str>, threshold: f64) -> Vec<(usize, usize)> {
    let sets: Vec<HashSet<u64>> = texts.map(shingles).collect();
    let mut frequency: HashMap<u64, usize> = HashMap::new();
    for shingle in sets.iter().flatten() {
        *frequency.entry(*shingle).or_default() += 1;
    }
    let mut by_shingle: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (nth, set) in sets.iter().enumerate() {
        // A text of a few words is like others by chance.
        if set.len() < 4 {
            continue;
        }
        let mut rarest: Vec<u64> = set.iter().copied().collect();
        rarest.sort_unstable_by_key(|shingle| (frequency[shingle], *shingle));
        let needed = (threshold * set.len() as f64).ceil() as usize;
        rarest.truncate(set.len() - needed.min(set.len()) + 1);
        let mut candidates: Vec<usize> =
            rarest.iter().filter_map(|shingle| by_shingle.get(shingle)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        match candidates.into_iter().find(|earlier| overlap(set, &sets[*earlier]) >= threshold) {
            // Only one of a group is compared with those that follow.
            Some(earlier) => pairs.push((nth, earlier)),
            None => rarest.into_iter().for_each(|shingle| by_shingle.entry(shingle).or_default().push(nth)),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_near_copies_only() {
        let texts = [
            "Each quarter the owner reviews access to production and removes what nobody needs.",
            "Backups are restored to a separate account twice a year and compared with the source.",
            "Each quarter the owner reviews access to production, and removes what nobody needs!",
            "Each year the board reviews the strategy and removes what nobody needs.",
        ];
        assert_eq!(near(texts.into_iter(), 0.9), [(2, 0)]);
        assert!(near(["a b", "a b"].into_iter(), 0.9).is_empty());
    }
}
