//! A package in several archives, none larger than a given size. Each is complete: its own sums, indexes and manifest, which
//! names the others. The exhibits keep their order, so the sums of the parts one after the other are those of the whole.

use std::collections::HashSet;
use std::io::{self, Read, Seek, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::archive::{Archive, PackageError, Sealed, names_are_free, write_error};
use super::container::Entry;
use super::exhibit::{Exhibit, Exhibits};
use super::facts::{ExtraFile, PackageFacts, ReportFile};
use super::hash::sha256_hex;
use super::manifest::{ExhibitView, PartView, SetView};

/// Parts smaller than this would hold little but their indexes.
pub const SMALLEST_PART: u64 = 1 << 20;

/// What a part holds besides exhibits and what is said of each: the page's style and script, the facts, the end.
const FRAME: u64 = 32 << 10;

/// What is said of an exhibit in the indexes, besides its own texts.
const ROW: u64 = 300;

/// How large the parts may be, and what they are called: `evidence` for `evidence-1-of-3.zip`.
#[derive(Debug, Clone, Copy)]
pub struct Split<'a> {
    pub limit: u64,
    pub stem: &'a str,
}

impl Split<'_> {
    fn name(self, part: usize, of: usize) -> String {
        format!("{}-{part}-of-{of}.zip", self.stem)
    }
}

/// Whether this is the name of a part: `evidence-2-of-3.zip`.
pub fn is_part_name(name: &str, stem: &str) -> bool {
    let numbers = name.strip_prefix(stem).and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".zip"));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.and_then(|numbers| numbers.split_once("-of-")).is_some_and(|(part, of)| number(part) && number(of))
}

/// The other parts beside a part, by their names.
pub fn siblings(package: &Path) -> Vec<PathBuf> {
    let name = package.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some((head, of)) = name.strip_suffix(".zip").and_then(|name| name.rsplit_once("-of-")) else {
        return Vec::new();
    };
    let (Some((stem, part)), Ok(count)) = (head.rsplit_once('-'), of.parse::<usize>()) else { return Vec::new() };
    let others = (1..=count).filter(|number| part.parse() != Ok(*number));
    let paths = others.map(|number| package.with_file_name(format!("{stem}-{number}-of-{count}.zip")));
    paths.filter(|path| path.is_file()).collect()
}

/// A part that was written.
pub struct Part<P> {
    pub name: String,
    pub sealed: Sealed,
    pub file: P,
}

/// Completes a package in as many parts as it takes; in one, with the usual name, if that is enough. `new` gives an empty
/// file for each part.
pub fn seal_parts<W, P>(
    mut archive: Archive<W>,
    exhibits: &Exhibits,
    extra: &[ExtraFile],
    facts: &PackageFacts,
    reports: &[ReportFile],
    split: Split<'_>,
    mut new: impl FnMut() -> io::Result<P>,
) -> Result<Vec<Part<P>>, PackageError>
where
    W: Read + Write + Seek,
    P: Read + Write + Seek,
{
    names_are_free(exhibits, extra)?;
    let entries = archive.entries.clone();
    // What the indexes take is known when they are made; if the estimate was too low, it is made higher.
    let mut caution = 1;
    loop {
        let plan = plan(&entries, exhibits, extra, split.limit, caution)?;
        let views = set_views(&plan, exhibits, split);
        let mut parts = Vec::new();
        for (range, set) in plan.into_iter().zip(&views) {
            let mut part =
                Archive::new(new().map_err(|source| write_error("a part", source))?, archive.options.clone());
            for entry in &entries[range.clone()] {
                part.take_over(entry, &mut archive)?;
            }
            let extra = if range.start == 0 { extra } else { &[] };
            let own = part_of(exhibits, range);
            let (name, set) = match views.len() {
                1 => (format!("{}.zip", split.stem), None),
                of => (split.name(set.part, of), Some(set)),
            };
            let (sealed, file) = part.complete(&own, extra, facts, reports, set)?;
            parts.push(Part { name, sealed, file });
        }
        match parts.iter().find(|part| part.sealed.bytes > split.limit) {
            None => return Ok(parts),
            Some(part) if caution > 1000 => {
                let (path, needed, limit) = (part.name.clone(), part.sealed.bytes, split.limit);
                return Err(PackageError::TooLarge { path, needed, limit });
            }
            Some(_) => caution *= 3,
        }
    }
}

/// Which entries go into which part: each part is filled before the next is begun.
fn plan(
    entries: &[Entry],
    exhibits: &Exhibits,
    extra: &[ExtraFile],
    limit: u64,
    caution: u64,
) -> Result<Vec<Range<usize>>, PackageError> {
    let said: Vec<u64> = said(exhibits).into_iter().map(|size| size * caution).collect();
    let mut room = limit.saturating_sub(FRAME + extra.iter().map(|file| file.bytes.len() as u64).sum::<u64>());
    let mut plan = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (index, entry) in entries.iter().enumerate() {
        let size = entry.end() - entry.offset + entry.row().len() as u64 + said.get(index).copied().unwrap_or(0);
        if used + size > room && index > start {
            plan.push(start..index);
            (start, used, room) = (index, 0, limit.saturating_sub(FRAME));
        }
        if size > room {
            return Err(PackageError::TooLarge { path: entry.name.clone(), needed: size + FRAME, limit });
        }
        used += size;
    }
    plan.push(start..entries.len());
    Ok(plan)
}

/// What is said of the exhibits of each file, in bytes.
fn said(exhibits: &Exhibits) -> Vec<u64> {
    let mut sizes: Vec<u64> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for exhibit in &exhibits.items {
        let place = *places.entry(exhibit.archive_path.as_str()).or_insert_with(|| {
            sizes.push(0);
            sizes.len() - 1
        });
        let text = serde_json::to_string(&ExhibitView::new(exhibit)).map_or(0, |json| json.len() as u64);
        sizes[place] += text + ROW;
    }
    sizes
}

/// The exhibits whose files lie in a part.
fn part_of(exhibits: &Exhibits, range: Range<usize>) -> Exhibits {
    let files: Vec<&str> = exhibits.files().map(|exhibit| exhibit.archive_path.as_str()).collect();
    let here: HashSet<&str> = files[range].iter().copied().collect();
    let is_here = |exhibit: &&Exhibit| here.contains(exhibit.archive_path.as_str());
    Exhibits { items: exhibits.items.iter().filter(is_here).cloned().collect() }
}

fn set_views(plan: &[Range<usize>], exhibits: &Exhibits, split: Split<'_>) -> Vec<SetView> {
    let parts: Vec<PartView> = (1..)
        .zip(plan)
        .map(|(part, range)| PartView {
            name: split.name(part, plan.len()),
            sums_sha256: sha256_hex(part_of(exhibits, range.clone()).sums().as_bytes()),
        })
        .collect();
    let sums_sha256 = exhibits.sums_sha256();
    (1..=plan.len()).map(|part| SetView { part, sums_sha256: sums_sha256.clone(), parts: parts.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_are_known() {
        for name in ["evidence-1-of-3.zip", "evidence-12-of-120.zip"] {
            assert!(is_part_name(name, "evidence"), "{name}");
        }
        for name in [
            "evidence.zip",
            "evidence-1.zip",
            "evidence-1-of-.zip",
            "evidence-a-of-3.zip",
            "x-1-of-3.zip",
            "evidence-1-of-3.zip.bak",
        ] {
            assert!(!is_part_name(name, "evidence"), "{name}");
        }
    }
}
