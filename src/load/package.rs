//! The parts of a workbook's archive (XLSX, ODS), each read as XML and never further than it says it goes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read as _};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// Most bytes that the XML parts of a workbook may unpack to.
const UNPACKED_LIMIT: u64 = 384 * 1024 * 1024;

pub struct Package<'f> {
    archive: ZipArchive<&'f File>,
    /// Positions of the parts, by their names in lower case with forward slashes.
    names: HashMap<String, usize>,
}

/// Reads the XML of one part.
pub type Xml<'a> = quick_xml::Reader<BufReader<Box<dyn std::io::Read + 'a>>>;

impl<'f> Package<'f> {
    /// Opens the archive. One whose parts unpack to more than the memory should hold is refused.
    pub fn open(file: &'f File) -> Result<Self, String> {
        let mut archive = ZipArchive::new(file).map_err(|error| error.to_string())?;
        let (mut total, mut names) = (0u64, HashMap::new());
        for position in 0..archive.len() {
            let entry = archive.by_index_raw(position).map_err(|error| error.to_string())?;
            let Ok(name) = entry.name() else { continue };
            let name = name.replace('\\', "/").trim_start_matches('/').to_lowercase();
            if [".xml", ".rels"].iter().any(|end| name.ends_with(end)) {
                total = total.saturating_add(entry.size());
            }
            names.insert(name, position);
        }
        if total > UNPACKED_LIMIT {
            return Err(format!("it unpacks to {total} bytes, more than {UNPACKED_LIMIT}"));
        }
        Ok(Self { archive, names })
    }

    /// A part by its name, if it is there.
    pub fn part(&mut self, name: &str) -> Option<Xml<'_>> {
        let position = *self.names.get(&name.trim_start_matches('/').to_lowercase())?;
        let entry = self.archive.by_index(position).ok()?;
        let size = entry.size();
        let input: Box<dyn std::io::Read + '_> = Box::new(entry.take(size));
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(64 * 1024, input));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Some(reader)
    }

    /// Where the relations of a part lead: their kinds, their targets from the root, and their ids.
    pub fn relations(&mut self, part: &str) -> Vec<Relation> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let path = format!("{folder}/_rels/{name}.rels");
        let folder = folder.to_owned();
        let Some(mut xml) = self.part(&path) else { return Vec::new() };
        let (mut buffer, mut found) = (Vec::new(), Vec::new());
        while let Ok(event) = xml.read_event_into(&mut buffer) {
            match event {
                Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                    let kind = attribute(&e, "Type").unwrap_or_default();
                    let target = attribute(&e, "Target").unwrap_or_default();
                    found.push(Relation {
                        id: attribute(&e, "Id").unwrap_or_default(),
                        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                        target: from_root(&folder, &target),
                    });
                }
                Event::Eof => break,
                _ => {}
            }
            buffer.clear();
        }
        found
    }
}

pub struct Relation {
    pub id: String,
    /// The last word of its kind: `worksheet`, `styles`.
    pub kind: String,
    pub target: String,
}

fn from_root(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// An attribute by its local name.
pub fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&attribute.value).ok().map(|value| value.into_owned())
}

/// Whether an attribute says yes; `or` if it is not given.
pub fn says(element: &BytesStart, name: &str, or: bool) -> bool {
    attribute(element, name).map_or(or, |value| matches!(value.as_str(), "1" | "true" | "on"))
}

/// The text up to the end of the element that has been opened.
pub fn text(xml: &mut Xml, element: &str, out: &mut String) -> Result<(), String> {
    let mut buffer = Vec::new();
    let mut depth = 0usize;
    loop {
        match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Text(text) => out.push_str(&text.xml10_content()),
            Event::CData(text) => out.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                Some(c) => out.push(c),
                None => out.push_str(quick_xml::escape::resolve_predefined_entity(&reference).unwrap_or_default()),
            },
            Event::Start(_) => depth += 1,
            Event::End(_) if depth > 0 => depth -= 1,
            Event::End(_) => return Ok(()),
            Event::Eof => return Err(format!("it ends within <{element}>")),
            _ => {}
        }
        buffer.clear();
    }
}

/// Leaves the element that has been opened.
pub fn skip(xml: &mut Xml, element: &str) -> Result<(), String> {
    text(xml, element, &mut String::new())
}
