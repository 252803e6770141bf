//! Kerning that is found faster.
//!
//! The shipped fonts hold their pairs in up to 17 subtables, and for each letter of a text the shaper searches one after
//! the other until one of them has it: that was a seventh of the time of a whole report. In memory, common letters get a
//! subtable of their own in front, which answers for all pairs that begin with one of them. The values are the same, and
//! what is embedded in a PDF does not hold this table at all.

use std::collections::{BTreeSet, HashMap};

/// Fewer subtables than this are searched fast enough.
const WORTHWHILE: usize = 4;
/// Kinds of lookups.
const PAIRS: u16 = 2;
const EXTENSION: u16 = 9;
/// The one form of values that is known here: the advance of the first glyph.
const ADVANCE: u16 = 4;

/// The font with such a subtable for pairs that begin with one of `firsts` (glyph ids). Nothing if its kerning is of
/// another form, or fast already.
pub fn quickened(font: &[u8], firsts: &BTreeSet<u16>) -> Option<Vec<u8>> {
    let positions = Bytes(table(font, *b"GPOS")?);
    let glyphs = Bytes(table(font, *b"maxp")?).offset(4)?;
    let lookups = lookups(positions)?;
    let added: Vec<Option<Vec<u8>>> = lookups
        .iter()
        .map(|lookup| {
            let fits = lookup.kind == PAIRS && lookup.subtables.len() >= WORTHWHILE;
            if fits { subtable(firsts, &pairs(positions, &lookup.subtables, firsts, glyphs)?) } else { None }
        })
        .collect();
    if added.iter().all(Option::is_none) {
        return None;
    }
    replaced(font, *b"GPOS", &assembled(positions, &lookups, &added)?)
}

/// Bytes read as the format has them, from any place.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn short(self, at: usize) -> Option<u16> {
        self.0.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_be_bytes)
    }

    fn offset(self, at: usize) -> Option<usize> {
        self.short(at).map(usize::from)
    }

    fn long(self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    }

    fn from(self, at: usize) -> Option<Bytes<'a>> {
        self.0.get(at..).map(Bytes)
    }

    /// What begins where the offset at `at` leads.
    fn led(self, at: usize) -> Option<Bytes<'a>> {
        self.from(self.offset(at)?)
    }
}

// --- Reading ------------------------------------------------------------------------------------------------------

/// The places of the tables of a font: tag, start and length.
fn directory(font: &[u8]) -> Option<Vec<([u8; 4], usize, usize)>> {
    let bytes = Bytes(font);
    let record = |number: usize| {
        let at = 12 + number * 16;
        Some((font.get(at..at + 4)?.try_into().ok()?, bytes.long(at + 8)?, bytes.long(at + 12)?))
    };
    (0..bytes.offset(4)?).map(record).collect()
}

fn table(font: &[u8], tag: [u8; 4]) -> Option<&[u8]> {
    let (_, start, length) = directory(font)?.into_iter().find(|(name, ..)| *name == tag)?;
    font.get(start..start.checked_add(length)?)
}

struct Lookup {
    kind: u16,
    flags: u16,
    mark_set: Option<u16>,
    /// Where they begin in the whole table.
    subtables: Vec<usize>,
}

fn lookups(positions: Bytes) -> Option<Vec<Lookup>> {
    let list = positions.offset(8)?;
    let lookup = |number: usize| {
        let start = list + positions.offset(list + 2 + number * 2)?;
        let (mut kind, flags, count) =
            (positions.short(start)?, positions.short(start + 2)?, positions.offset(start + 4)?);
        let mut subtables = Vec::new();
        for number in 0..count {
            subtables.push(start + positions.offset(start + 6 + number * 2)?);
        }
        if kind == EXTENSION {
            kind = positions.short(*subtables.first()? + 2)?;
            for at in &mut subtables {
                if positions.short(*at + 2)? != kind {
                    return None;
                }
                *at += positions.long(*at + 4)?;
            }
        }
        // The last field is there only where its flag is set.
        let mark_set = if flags & 0x10 == 0 { None } else { Some(positions.short(start + 6 + count * 2)?) };
        Some(Lookup { kind, flags, mark_set, subtables })
    };
    (0..positions.offset(list)?).map(lookup).collect()
}

/// A value for each of some glyphs, by their ids.
#[derive(Default)]
struct PerGlyph(Vec<Option<u16>>);

impl PerGlyph {
    fn set(&mut self, glyph: u16, value: u16) {
        let at = usize::from(glyph);
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        self.0[at] = Some(value);
    }

    fn get(&self, glyph: u16) -> Option<u16> {
        self.0.get(usize::from(glyph)).copied().flatten()
    }
}

/// The glyphs a coverage table has, with their index.
fn coverage(bytes: Bytes) -> Option<PerGlyph> {
    let mut glyphs = PerGlyph::default();
    for number in 0..bytes.short(2)? {
        match bytes.short(0)? {
            1 => glyphs.set(bytes.short(4 + usize::from(number) * 2)?, number),
            2 => {
                let at = 4 + usize::from(number) * 6;
                let range = bytes.short(at)?..=bytes.short(at + 2)?;
                range.zip(bytes.short(at + 4)?..).for_each(|(glyph, index)| glyphs.set(glyph, index));
            }
            _ => return None,
        }
    }
    Some(glyphs)
}

/// The glyphs of a class definition that are not of class 0, with their class.
fn classes(bytes: Bytes) -> Option<Vec<(u16, u16)>> {
    let mut glyphs = Vec::new();
    match bytes.short(0)? {
        1 => {
            let first = bytes.short(2)?;
            for number in 0..bytes.short(4)? {
                glyphs.push((first.checked_add(number)?, bytes.short(6 + usize::from(number) * 2)?));
            }
        }
        2 => {
            for at in (0..bytes.offset(2)?).map(|number| 4 + number * 6) {
                let class = bytes.short(at + 4)?;
                glyphs.extend((bytes.short(at)?..=bytes.short(at + 2)?).map(|glyph| (glyph, class)));
            }
        }
        _ => return None,
    }
    glyphs.retain(|(_, class)| *class != 0);
    Some(glyphs)
}

/// A subtable of pairs.
struct Pairs<'a> {
    bytes: Bytes<'a>,
    firsts: PerGlyph,
    /// Where each pair of classes has its value; otherwise each first glyph has a list of seconds.
    classes: Option<Classes>,
}

struct Classes {
    firsts: PerGlyph,
    seconds: Vec<(u16, u16)>,
    counts: (usize, usize),
}

impl<'a> Pairs<'a> {
    fn read(bytes: Bytes<'a>) -> Option<Self> {
        if (bytes.short(4)?, bytes.short(6)?) != (ADVANCE, 0) {
            return None;
        }
        let classes = match bytes.short(0)? {
            1 => None,
            2 => {
                let mut firsts = PerGlyph::default();
                classes(bytes.led(8)?)?.into_iter().for_each(|(glyph, class)| firsts.set(glyph, class));
                let counts = (bytes.offset(12)?, bytes.offset(14)?);
                Some(Classes { firsts, seconds: classes(bytes.led(10)?)?, counts })
            }
            _ => return None,
        };
        Some(Self { bytes, firsts: coverage(bytes.led(2)?)?, classes })
    }

    /// Tells `found` the values of the pairs that begin with `first`. Says whether no later subtable is asked.
    fn find(&self, first: u16, mut found: impl FnMut(u16, u16)) -> Option<bool> {
        let Some(index) = self.firsts.get(first) else { return Some(false) };
        let Some(classes) = &self.classes else {
            let set = self.bytes.led(10 + usize::from(index) * 2)?;
            for at in (0..set.offset(0)?).map(|number| 2 + number * 4) {
                found(set.short(at)?, set.short(at + 2)?);
            }
            return Some(false);
        };
        let row = usize::from(classes.firsts.get(first).unwrap_or(0));
        let value = |column: usize| {
            let inside = row < classes.counts.0 && column < classes.counts.1;
            if inside { self.bytes.short(16 + (row * classes.counts.1 + column) * 2) } else { None }
        };
        // A value for all other glyphs is unheard of.
        if value(0)? != 0 {
            return None;
        }
        for (second, class) in &classes.seconds {
            found(*second, value(usize::from(*class))?);
        }
        Some(true)
    }
}

/// For each of `firsts` in their order: by how much each second glyph changes its advance.
fn pairs(positions: Bytes, subtables: &[usize], firsts: &BTreeSet<u16>, glyphs: usize) -> Option<Vec<Vec<u16>>> {
    let subtables: Vec<Pairs> = subtables.iter().map(|at| Pairs::read(positions.from(*at)?)).collect::<Option<_>>()?;
    let row = |first: &u16| {
        let mut values: Vec<Option<u16>> = vec![None; glyphs];
        for subtable in &subtables {
            let ends = subtable.find(*first, |second, value| {
                // The first subtable that has a value is the one that counts, also if it is nothing.
                if let Some(known) = values.get_mut(usize::from(second)) {
                    known.get_or_insert(value);
                }
            });
            if ends? {
                break;
            }
        }
        Some(values.into_iter().map(Option::unwrap_or_default).collect())
    };
    firsts.iter().map(row).collect()
}

// --- Writing ------------------------------------------------------------------------------------------------------

fn put(out: &mut Vec<u8>, values: impl IntoIterator<Item = u16>) {
    out.extend(values.into_iter().flat_map(u16::to_be_bytes));
}

/// A class definition, a value for every glyph from the first to the last.
fn class_definition(classes: &[(u16, u16)]) -> Option<Vec<u8>> {
    let (first, last) = (classes.first()?.0, classes.last()?.0);
    let mut out = Vec::new();
    put(&mut out, [1, first, (last - first).checked_add(1)?]);
    let mut classes = classes.iter().peekable();
    put(
        &mut out,
        (first..=last).map(|glyph| classes.next_if(|(next, _)| *next == glyph).map_or(0, |(_, class)| *class)),
    );
    Some(out)
}

/// Gives what is alike the same number, in the order in which it comes, and says whether it is new.
#[derive(Default)]
struct Classifier(HashMap<Vec<u16>, u16>);

impl Classifier {
    fn class(&mut self, values: Vec<u16>) -> Option<(u16, bool)> {
        let next = u16::try_from(self.0.len()).ok()?;
        let class = *self.0.entry(values).or_insert(next);
        Some((class, class == next))
    }
}

/// A subtable with the values of [`pairs`]. Nothing if it would be too large for its offsets.
fn subtable(firsts: &BTreeSet<u16>, rows: &[Vec<u16>]) -> Option<Vec<u8>> {
    // Glyphs that behave alike are of one class; the first one has those that change nothing.
    let mut columns = Classifier::default();
    columns.class(vec![0; rows.len()])?;
    let mut seconds = Vec::new();
    let mut examples = vec![0];
    for second in (0..rows.first()?.len()).filter(|second| rows.iter().any(|row| row[*second] != 0)) {
        let (class, new) = columns.class(rows.iter().map(|row| row[second]).collect())?;
        seconds.push((u16::try_from(second).ok()?, class));
        if new {
            examples.push(second);
        }
    }
    let mut lines = Classifier::default();
    let mut first_classes = Vec::new();
    let mut matrix = Vec::new();
    for (first, row) in firsts.iter().zip(rows) {
        let line: Vec<u16> =
            examples.iter().enumerate().map(|(class, second)| if class == 0 { 0 } else { row[*second] }).collect();
        let (class, new) = lines.class(line.clone())?;
        first_classes.push((*first, class));
        if new {
            put(&mut matrix, line);
        }
    }

    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for first in firsts {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*first) => *last = *first,
            _ => ranges.push((*first, *first)),
        }
    }
    let mut covered = Vec::new();
    put(&mut covered, [2, u16::try_from(ranges.len()).ok()?]);
    let mut index = 0;
    for (first, last) in ranges {
        put(&mut covered, [first, last, index]);
        index += last - first + 1;
    }

    let parts = [covered, class_definition(&first_classes)?, class_definition(&seconds)?];
    let mut offset = 16 + matrix.len();
    let mut offsets = Vec::new();
    for part in &parts {
        offsets.push(u16::try_from(offset).ok()?);
        offset += part.len();
    }
    let mut out = Vec::with_capacity(offset);
    let counts = [u16::try_from(lines.0.len()).ok()?, u16::try_from(columns.0.len()).ok()?];
    put(&mut out, [2, offsets[0], ADVANCE, 0, offsets[1], offsets[2], counts[0], counts[1]]);
    out.extend(matrix);
    out.extend(parts.concat());
    Some(out)
}

/// The table with `added` subtables in front of those of their lookups. Every lookup is written anew, led by long offsets
/// to its subtables, which stay together as they were behind the new list.
fn assembled(positions: Bytes, lookups: &[Lookup], added: &[Option<Vec<u8>>]) -> Option<Vec<u8>> {
    let list = positions.offset(8)?;
    // Nothing but scripts and features may stand before the list, and nothing else be led to.
    if positions.short(0)? != 1
        || positions.short(2)? != 0
        || positions.offset(4)? > list
        || positions.offset(6)? > list
    {
        return None;
    }
    let subtables = |lookup: &Lookup, added: &Option<Vec<u8>>| lookup.subtables.len() + usize::from(added.is_some());
    let head = |lookup: &Lookup, count: usize| 6 + 2 * count + 2 * usize::from(lookup.mark_set.is_some());
    let sizes: Vec<usize> = lookups
        .iter()
        .zip(added)
        .map(|(lookup, added)| {
            let count = subtables(lookup, added);
            head(lookup, count) + 8 * count
        })
        .collect();
    let lists = 2 + 2 * lookups.len();
    let old = list + lists + sizes.iter().sum::<usize>();
    let mut new = old + positions.0.len();

    let mut out = positions.0.get(..list)?.to_vec();
    put(&mut out, [u16::try_from(lookups.len()).ok()?]);
    let mut start = lists;
    for size in &sizes {
        put(&mut out, [u16::try_from(start).ok()?]);
        start += size;
    }
    for (lookup, added) in lookups.iter().zip(added) {
        let count = subtables(lookup, added);
        put(&mut out, [EXTENSION, lookup.flags, u16::try_from(count).ok()?]);
        for number in 0..count {
            put(&mut out, [u16::try_from(head(lookup, count) + 8 * number).ok()?]);
        }
        put(&mut out, lookup.mark_set);
        let first = added.as_ref().map(|bytes| {
            let at = new;
            new += bytes.len();
            at
        });
        for target in first.into_iter().chain(lookup.subtables.iter().map(|at| old + at)) {
            let distance = u32::try_from(target - out.len()).ok()?;
            put(&mut out, [1, lookup.kind]);
            out.extend(distance.to_be_bytes());
        }
    }
    out.extend(positions.0);
    added.iter().flatten().for_each(|bytes| out.extend(bytes));
    Some(out)
}

/// The font with another table in place of one. Check sums stay as they are: nobody looks at them in memory.
fn replaced(font: &[u8], tag: [u8; 4], table: &[u8]) -> Option<Vec<u8>> {
    let directory = directory(font)?;
    let head = 12 + directory.len() * 16;
    let mut out = font.get(..head)?.to_vec();
    for (number, (name, start, length)) in directory.iter().enumerate() {
        let bytes = if *name == tag { table } else { font.get(*start..start.checked_add(*length)?)? };
        out.resize(out.len().next_multiple_of(4), 0);
        let place = [u32::try_from(out.len()).ok()?, u32::try_from(bytes.len()).ok()?];
        let record = 12 + number * 16 + 8;
        out.get_mut(record..record + 8)?.copy_from_slice(&place.map(u32::to_be_bytes).concat());
        out.extend(bytes);
    }
    Some(out)
}
