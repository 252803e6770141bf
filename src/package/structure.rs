//! The bytes of an archive that are no content: names, dates, sizes, and how the contents are packed.
//!
//! The manifest holds the hash of all that precedes it. What follows (its own entry and the directory) is compared with what
//! the program writes there: a layout that does not change with versions.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use zip::CompressionMethod;

use super::archive::{MANIFEST, own_file};
use super::container::{Entry, Method, directory};
use super::hash::{Sha256Writer, copy};
use super::pack::PackOptions;
use super::verify::{Archive, Manifest};

/// What was found.
#[derive(Default)]
pub(super) struct Told {
    pub problems: Vec<String>,
    pub notes: Vec<String>,
}

/// Checks an archive whose contents are all as they should be. `text` is that of the manifest.
pub(super) fn check(
    package: &Path,
    archive: &mut Archive,
    manifest: &Manifest,
    text: &[u8],
    generator: &str,
) -> io::Result<Told> {
    let mut told = Told::default();
    let changed =
        |what: &str| format!("the contents are what was sealed, but the archive's own data was changed: {what}");
    let Some(before) = &manifest.before else {
        told.notes.push("the manifest has no hash of the archive: names and dates within it were not checked".into());
        return Ok(told);
    };
    let mut file = File::open(package)?;
    let entries = match layout(archive) {
        Ok(entries) => entries,
        Err(why) => {
            told.problems.push(changed(&why));
            return Ok(told);
        }
    };
    let mut expected = 0;
    for entry in &entries {
        let header = entry.header();
        if entry.offset != expected || read_at(&mut file, entry.offset, header.len())? != header {
            told.problems.push(changed(&format!("what stands before `{}`", entry.name)));
            return Ok(told);
        }
        expected = entry.end();
    }
    let tail = directory(&entries, expected);
    let length = file.metadata()?.len();
    if length != expected + tail.len() as u64 || read_at(&mut file, expected, tail.len())? != tail {
        told.problems.push(changed("the directory at its end"));
        return Ok(told);
    }
    let Some(last) = entries.last().filter(|last| last.name == MANIFEST && last.offset == before.bytes) else {
        told.problems.push(changed("the manifest is not in its place"));
        return Ok(told);
    };
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256Writer::new(io::sink());
    copy(&mut (&mut file).take(before.bytes), |chunk| io::Write::write_all(&mut hasher, chunk))?;
    if hasher.finish().1.sha256 != before.sha256 {
        told.problems.push(changed("something between the files"));
        return Ok(told);
    }
    // The code of an encrypted entry speaks for each of its bytes.
    if !last.encrypted {
        if manifest.generator == generator {
            let own = own_file(MANIFEST, "application/json", text.to_vec(), &PackOptions::default());
            let (_, packed) = own.map_err(io::Error::other)?;
            if read_at(&mut file, last.end() - last.packed, packed.len())? != packed {
                told.problems.push(changed("how the manifest is packed"));
            }
        } else {
            told.notes.push(format!(
                "made by {}: everything was checked but how the manifest is packed, which only that version knows",
                manifest.generator
            ));
        }
    }
    Ok(told)
}

/// The entries as the program would have written them, by what the directory says of their names and sizes.
fn layout(archive: &mut Archive) -> Result<Vec<Entry>, String> {
    (0..archive.len())
        .map(|index| {
            let raw = archive.by_index_raw(index).map_err(|error| error.to_string())?;
            let name = std::str::from_utf8(raw.name_raw()).map_err(|error| error.to_string())?;
            let method = match raw.compression() {
                CompressionMethod::Stored => Method::Stored,
                CompressionMethod::Deflated => Method::Deflated,
                other => return Err(format!("`{name}` is packed in another way: {other}")),
            };
            let mut entry = Entry::new(name, method, raw.encrypted(), raw.size(), raw.header_start());
            (entry.crc, entry.packed, entry.size) = (raw.crc32(), raw.compressed_size(), raw.size());
            Ok(entry)
        })
        .collect()
}

/// So many bytes from there, or fewer if the file ends.
fn read_at(file: &mut File, at: u64, count: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::with_capacity(count);
    file.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
