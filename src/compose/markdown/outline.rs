//! Levels of headings, and links to them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use crate::compose::report::Anchor;

/// No heading of the report is deeper.
const DEEPEST: u8 = 6;

/// Evens out the levels of a text's headings, so that none is more than one below the heading before it.
///
/// A stack holds the levels, as written, of the headings that the text stands under. A new heading takes from it all
/// that are as deep or deeper, and goes on top; its level is the height of the stack. So the first heading has the base
/// level whatever it is written as, a deeper one is one below however far it jumps, and headings written alike under the
/// same heading get the same level. A later heading shallower than the first goes beside it, at the base level.
#[derive(Debug)]
pub(super) struct Levels {
    base: u8,
    stack: Vec<u8>,
    first: Option<u8>,
}

/// A heading's level in the report, and whether its author meant another place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Level {
    pub level: u8,
    pub evened: bool,
}

impl Levels {
    pub fn new(base: u8) -> Self {
        Self { base: base.clamp(1, DEEPEST), stack: Vec::new(), first: None }
    }

    pub fn next(&mut self, written: u8) -> Level {
        while self.stack.last().is_some_and(|top| *top >= written) {
            self.stack.pop();
        }
        let jumps = self.stack.last().is_some_and(|top| written > top + 1);
        let first = *self.first.get_or_insert(written);
        self.stack.push(written);
        let depth = u8::try_from(self.stack.len()).unwrap_or(DEEPEST);
        let wanted = self.base.saturating_add(depth.saturating_sub(1));
        let level = wanted.min(DEEPEST);
        Level { level, evened: jumps || written < first || level != wanted }
    }
}

/// Links of the form `#slug` to headings of the same text.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Anchor of each heading that is linked to, by the index of its event.
    anchors: BTreeMap<usize, Anchor>,
    by_slug: HashMap<String, usize>,
    by_letters: HashMap<String, usize>,
}

impl Targets {
    /// Finds the headings that become headings of the report and are linked to, and gives them anchors.
    pub fn find(events: &[(Event, Range<usize>)], counter: &mut u32) -> Self {
        let mut targets = Targets::default();
        let is_local = |url: &str| url.starts_with('#');
        if !events.iter().any(|(e, _)| matches!(e, Event::Start(Tag::Link { dest_url, .. }) if is_local(dest_url))) {
            return targets;
        }
        targets.slugs(events);
        let mut linked: Vec<usize> = events
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Start(Tag::Link { dest_url, .. }) if is_local(dest_url) => targets.heading(dest_url),
                _ => None,
            })
            .collect();
        linked.sort_unstable();
        linked.dedup();
        for heading in linked {
            *counter = counter.saturating_add(1);
            targets.anchors.insert(heading, format!("h{counter}"));
        }
        targets
    }

    fn slugs(&mut self, events: &[(Event, Range<usize>)]) {
        let mut depth = 0_usize;
        let mut heading = None;
        let mut text = String::new();
        let mut taken: HashMap<String, usize> = HashMap::new();
        for (index, (event, _)) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::Heading { .. }) if depth == 0 => {
                    heading = Some(index);
                    text.clear();
                }
                Event::End(TagEnd::Heading(_)) if depth == 0 => {
                    let Some(index) = heading.take() else { continue };
                    if text.trim().is_empty() {
                        continue;
                    }
                    let plain = slug(&text);
                    let count = taken.entry(plain.clone()).or_default();
                    let unique = if *count == 0 { plain } else { format!("{plain}-{count}") };
                    *count += 1;
                    self.by_letters.entry(letters(&unique)).or_insert(index);
                    self.by_slug.entry(unique).or_insert(index);
                }
                Event::Text(part) | Event::Code(part) if heading.is_some() => text.push_str(part),
                Event::SoftBreak | Event::HardBreak if heading.is_some() => text.push(' '),
                Event::Start(tag) if is_container(&tag.to_end()) => depth += 1,
                Event::End(tag) if is_container(tag) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn heading(&self, url: &str) -> Option<usize> {
        let wanted = percent_decoded(url.trim_start_matches('#')).to_lowercase();
        self.by_slug.get(&wanted).or_else(|| self.by_letters.get(&letters(&wanted))).copied()
    }

    /// The anchor that `#slug` leads to. Beside the exact slug, one that differs in signs only is accepted, since every
    /// tool makes slugs in its own way.
    pub fn resolve(&self, url: &str) -> Option<&Anchor> {
        self.heading(url).and_then(|heading| self.anchors.get(&heading))
    }

    /// The anchor of the heading whose start is the event with this index.
    pub fn anchor(&self, event: usize) -> Option<Anchor> {
        self.anchors.get(&event).cloned()
    }
}

/// Whether headings within it are no headings of the report.
fn is_container(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition)
}

/// As GitHub makes them: small letters, blanks as hyphens, other signs gone.
pub(super) fn slug(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .chars()
        .filter_map(|ch| match ch {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            _ if ch.is_alphanumeric() || unicode_normalization::char::is_combining_mark(ch) => Some(ch),
            _ => None,
        })
        .collect()
}

fn letters(slug: &str) -> String {
    slug.chars().filter(|ch| ch.is_alphanumeric()).collect()
}

/// The text with `%C3%A4` read as UTF-8; as it is where that gives none.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The level as a number.
pub(super) fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn levels(base: u8, written: &[u8]) -> Vec<u8> {
        let mut levels = Levels::new(base);
        written.iter().map(|w| levels.next(*w).level).collect()
    }

    #[test]
    fn levels_never_skip() {
        assert_eq!(levels(1, &[3, 5, 1, 4, 2, 1]), [1, 2, 1, 2, 2, 1]);
        assert_eq!(levels(2, &[1, 2, 3, 2, 1]), [2, 3, 4, 3, 2]);
        assert_eq!(levels(1, &[2, 4, 3, 4]), [1, 2, 2, 3]);
        assert_eq!(levels(4, &[1, 2, 3, 4, 5]), [4, 5, 6, 6, 6]);
    }

    #[test]
    fn only_other_places_are_told() {
        let evened = |base, written: &[u8]| {
            let mut levels = Levels::new(base);
            written.iter().map(|w| levels.next(*w).evened).collect::<Vec<_>>()
        };
        assert_eq!(evened(2, &[2, 3, 3, 2]), [false; 4]);
        assert_eq!(evened(1, &[3, 5, 1]), [false, true, true]);
        assert_eq!(evened(6, &[1, 2]), [false, true]);
    }

    #[test]
    fn slugs_as_github_makes_them() {
        assert_eq!(slug("SECTION 1: Overview & Scope"), "section-1-overview--scope");
        assert_eq!(slug("Über_uns (2025)"), "über_uns-2025");
        assert_eq!(percent_decoded("%C3%BCber-uns%"), "über-uns%");
        assert_eq!(percent_decoded("%ff"), "%ff");
    }

    proptest! {
        #[test]
        fn no_gap_anywhere(base in 0u8..9, written in proptest::collection::vec(1u8..=6, 0..40)) {
            let found = levels(base, &written);
            for pair in found.windows(2) {
                prop_assert!(pair[1] <= pair[0] + 1);
            }
            prop_assert!(found.iter().all(|level| (1..=6).contains(level)));
        }

        #[test]
        fn decoding_never_fails(text in any::<String>()) {
            percent_decoded(&text);
        }
    }
}
