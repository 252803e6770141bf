//! The folder that an import brings up to date, as texts in memory: nothing is written before everything is known.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{DocumentMut, Item};

use super::ImportError;
use crate::diagnostics::{Findings, Source};
use crate::files::{self, WriteError};
use crate::load::canonical::{self, Entry};
use crate::load::fields::Record;
use crate::load::{Folder, foreign, schema};
use crate::model::Catalogue;

/// Text files of the folder, and evidence to copy.
pub struct Target {
    root: PathBuf,
    /// The folder does not exist yet, or is empty.
    pub is_new: bool,
    texts: BTreeMap<String, String>,
    changed: BTreeMap<String, Change>,
}

/// What becomes of a file.
enum Change {
    Text(String),
    Copy(PathBuf),
}

/// Where the records of a table stand.
pub struct Place {
    pub file: String,
    pub document: DocumentMut,
    /// The records as they are.
    pub records: Vec<Entry>,
}

impl Target {
    /// Opens the folder; a new one begins with `scaffold`.
    pub fn open(
        root: &Path,
        scaffold: impl FnOnce() -> Result<Vec<(String, String)>, ImportError>,
    ) -> Result<Self, ImportError> {
        let failed = |source| ImportError::Read { path: root.to_owned(), source };
        let entries = match fs::read_dir(root) {
            Ok(entries) => Some(entries.collect::<Result<Vec<_>, _>>().map_err(failed)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let is_new = entries.as_ref().is_none_or(Vec::is_empty);
        let mut target = Self { root: root.to_owned(), is_new, texts: BTreeMap::new(), changed: BTreeMap::new() };
        if is_new {
            for (name, text) in scaffold()? {
                target.write(&name, text);
            }
            return Ok(target);
        }
        let folder = Folder::open(root).map_err(|problem| ImportError::Unreadable(one(problem)))?;
        if !folder.has("engagement.toml") {
            return Err(ImportError::NoEngagement(root.to_owned()));
        }
        for name in folder.list("") {
            if name.ends_with(".toml") || name == super::state::FILE {
                let source = folder.read_text(&name).map_err(|problem| ImportError::Unreadable(one(problem)))?;
                target.texts.insert(name, source.text().to_owned());
            }
        }
        Ok(target)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.changed.get(name) {
            Some(Change::Text(text)) => Some(text),
            _ => self.texts.get(name).map(String::as_str),
        }
    }

    /// Changes a file, unless it is so already.
    pub fn write(&mut self, name: &str, text: String) {
        if self.text(name) != Some(text.as_str()) {
            self.changed.insert(name.to_owned(), Change::Text(text));
        }
    }

    pub fn copy(&mut self, name: &str, from: PathBuf) {
        self.changed.insert(name.to_owned(), Change::Copy(from));
    }

    /// Path of a file as it is now, if it is there and does not lead out of the folder.
    pub fn existing(&self, name: &str) -> Option<PathBuf> {
        let root = self.root.canonicalize().ok()?;
        let path = self.root.join(name).canonicalize().ok()?;
        (path.is_file() && path.starts_with(root)).then_some(path)
    }

    /// The files that are changed, by name.
    pub fn changes(&self) -> Vec<String> {
        self.changed.keys().cloned().collect()
    }

    /// Where a table stands. A table in a sheet is left alone: its name is returned as an error.
    pub fn place(&self, record: &'static Record, catalogue: &Arc<Catalogue>) -> Result<Place, ImportError> {
        let own = format!("{}.toml", record.name);
        let mut files = vec![own.clone(), "engagement.toml".to_owned()];
        if record.name == schema::EXCEPTIONS.name {
            files.push("tests.toml".to_owned());
        }
        for file in &files {
            let Some(text) = self.text(file) else { continue };
            let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| ImportError::Toml {
                file: file.clone(),
                why: error.to_string(),
            })?;
            if document.contains_key(record.name) || *file == own {
                let source = Source::new(file, self.root.join(file).display().to_string(), text);
                let raws = foreign::own_records(&source, record);
                // What is wrong in the folder is for `check` to say.
                let records = canonical::read_alone(record, raws, catalogue, &mut Findings::default());
                return Ok(Place { file: file.clone(), document, records });
            }
        }
        if let Ok(folder) = Folder::open(&self.root) {
            let sheets = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods"];
            let sheet = folder.list("").into_iter().find(|name| {
                let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
                stem == record.name && sheets.contains(&extension)
            });
            if let Some(sheet) = sheet {
                return Err(ImportError::InASheet { table: record.name, sheet });
            }
        }
        Ok(Place { file: own, document: DocumentMut::new(), records: Vec::new() })
    }

    /// Writes all changes: a new folder as a whole, else each file by way of a copy beside it, the record of the import
    /// last.
    pub fn commit(self) -> Result<(), ImportError> {
        let failed = WriteError::at;
        let parent = self.root.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let staged = if self.is_new {
            fs::create_dir_all(parent).map_err(failed(parent))?;
            Some(tempfile::Builder::new().prefix(".socpress-").tempdir_in(parent).map_err(failed(parent))?)
        } else {
            None
        };
        let root = staged.as_ref().map_or(self.root.as_path(), |folder| folder.path());
        let (last, first): (Vec<_>, Vec<_>) =
            self.changed.iter().partition(|(name, _)| name.as_str() == super::state::FILE);
        for (name, change) in first.into_iter().chain(last) {
            let path = root.join(name);
            let folder = path.parent().unwrap_or(root);
            fs::create_dir_all(folder).map_err(failed(folder))?;
            // A link in the folder may lead out of it.
            let real = (folder.canonicalize().map_err(failed(folder))?, root.canonicalize().map_err(failed(root))?);
            if !real.0.starts_with(&real.1) {
                return Err(ImportError::Outside(path));
            }
            let mut file = files::new_part(folder).map_err(failed(folder))?;
            match change {
                Change::Text(text) => file.write_all(text.as_bytes()).map_err(failed(&path))?,
                Change::Copy(from) => {
                    let mut source = fs::File::open(from).map_err(failed(from))?;
                    io::copy(&mut source, &mut file).map_err(failed(&path))?;
                }
            }
            files::make_readable(file.as_file()).map_err(failed(&path))?;
            file.persist(&path).map_err(|error| failed(&path)(error.error))?;
        }
        if let Some(staged) = staged {
            if self.root.exists() {
                fs::remove_dir(&self.root).map_err(failed(&self.root))?;
            }
            let staged = staged.keep();
            fs::File::open(&staged).and_then(|folder| files::make_readable(&folder)).map_err(failed(&staged))?;
            fs::rename(&staged, &self.root).map_err(failed(&self.root))?;
        }
        Ok(())
    }
}

fn one(problem: crate::diagnostics::Diagnostic) -> Findings {
    let mut findings = Findings::default();
    findings.push(problem);
    findings
}

/// The records of a table in a document, made if they are not there.
pub fn records<'d>(document: &'d mut DocumentMut, record: &Record) -> Option<&'d mut toml_edit::ArrayOfTables> {
    let item = document.entry(record.name).or_insert_with(|| Item::ArrayOfTables(toml_edit::ArrayOfTables::new()));
    if item.as_array_of_tables().is_none() {
        // `cuecs = [{ ... }]` becomes [[cuecs]].
        let inner = std::mem::take(item);
        match inner.into_array_of_tables() {
            Ok(tables) => *item = Item::ArrayOfTables(tables),
            Err(other) => *item = other,
        }
    }
    item.as_array_of_tables_mut()
}
