//! The world the layout engine sees: templates, one data file, what tells a copy from the others, and numbered images.
//! Nothing else can be reached.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

use super::fonts::Fonts;
use super::{cells, paragraphs};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("/", $name), include_str!(concat!("../../templates/typst/", $name)))),*]
    };
}

/// The templates in the program; the first one is the main file.
static TEMPLATES: &[(&str, &str)] = templates![
    "main.typ",
    "theme.typ",
    "blocks.typ",
    "cover.typ",
    "contents.typ",
    "parts.typ",
    "tables.typ",
    "controls.typ",
];

/// What all reports share: loaded once in a process.
struct Shared {
    library: LazyHash<Library>,
    sources: Vec<Source>,
    data: FileId,
    copy: FileId,
}

/// The id of a virtual file. The engine never frees a path, so only fixed names and small numbers are used.
fn file_id(path: &str) -> Option<FileId> {
    VirtualPath::new(path).ok().map(|path| RootedPath::new(VirtualRoot::Project, path).intern())
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let id = |path: &str| file_id(path).unwrap_or_else(|| unreachable!("{path} is a valid virtual path"));
    let mut library = <Library as LibraryExt>::default();
    cells::install(&mut library);
    paragraphs::install(&mut library);
    Shared {
        library: LazyHash::new(library),
        sources: TEMPLATES.iter().map(|(path, text)| Source::new(id(path), (*text).to_owned())).collect(),
        data: id("/data.json"),
        copy: id("/copy.json"),
    }
});

/// Virtual path of an image.
pub fn asset_path(number: usize) -> String {
    format!("/asset/{number}")
}

/// The world of one report.
pub struct ReportWorld<'a> {
    shared: &'static Shared,
    fonts: &'a Fonts,
    data: Bytes,
    copy: Bytes,
    assets: Vec<(FileId, Bytes)>,
}

impl<'a> ReportWorld<'a> {
    /// `data` is the report as JSON; the images are numbered in their order.
    pub fn new(fonts: &'a Fonts, data: Vec<u8>, assets: Vec<Vec<u8>>) -> Self {
        let assets = assets
            .into_iter()
            .enumerate()
            .filter_map(|(number, bytes)| file_id(&asset_path(number)).map(|id| (id, Bytes::new(bytes))))
            .collect();
        Self { shared: &SHARED, fonts, data: Bytes::new(data), copy: Bytes::from_string("{}"), assets }
    }

    /// Makes it the world of a copy: the file that only head and foot of the pages read is another one.
    pub fn set_copy(&mut self, copy: Vec<u8>) {
        self.copy = Bytes::new(copy);
    }

    /// Path and line of a place in a template, for messages.
    pub fn place(&self, span: DiagSpan) -> Option<String> {
        let source = self.shared.sources.iter().find(|s| Some(s.id()) == span.id())?;
        let line = source.lines().byte_to_line(self.range(span)?.start)? + 1;
        Some(format!("{}:{line}", source.id().vpath().get_without_slash()))
    }
}

impl World for ReportWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.shared.sources[0].id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shared.sources.iter().find(|s| s.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shared.data {
            return Ok(self.data.clone());
        }
        if id == self.shared.copy {
            return Ok(self.copy.clone());
        }
        self.assets
            .iter()
            .find(|(asset, _)| *asset == id)
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    /// There is no clock: dates come from the data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
