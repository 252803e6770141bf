//! The engagement folder: the only way to the user's files.
//!
//! Every path is taken relative to the folder and must stay in it, links included; text comes back decoded, with the
//! origin that messages need.

use std::fs;
use std::io::Read as _;
use std::path::{Component as PathComponent, Path, PathBuf};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;
use walkdir::WalkDir;

use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Largest text file that is read, in bytes: far above any matrix, low enough not to exhaust memory.
const TEXT_LIMIT: u64 = 64 * 1024 * 1024;

pub struct Folder {
    /// As the user named it, for messages.
    shown: PathBuf,
    /// Canonical.
    root: PathBuf,
    /// What stands before the names of its files in messages, to tell them from those of the engagement.
    prefix: &'static str,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Self, Diagnostic> {
        let root = path.canonicalize().map_err(|error| {
            Diagnostic::new(
                &rules::FILE_UNREADABLE,
                format!("cannot open the folder {}: {}", path.display(), reason(&error)),
            )
            .help("name the folder that holds engagement.toml; `socpress init FOLDER` makes a new one")
        })?;
        if !root.is_dir() {
            return Err(Diagnostic::new(&rules::FILE_UNREADABLE, format!("{} is not a folder", path.display()))
                .help("name the folder that holds engagement.toml, not a file in it"));
        }
        Ok(Self { shown: path.to_owned(), root, prefix: "" })
    }

    /// The same folder, whose files bear names that begin with `prefix`.
    pub fn named(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// Canonical path of the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// A source for messages about a file without its text.
    pub fn opaque(&self, name: &str) -> Arc<Source> {
        Source::opaque(format!("{}{name}", self.prefix), &self.shown.join(name))
    }

    /// Whether something of this name is there.
    pub fn has(&self, name: &str) -> bool {
        self.root.join(name).symlink_metadata().is_ok()
    }

    /// Names of the entries of a folder below the root (`""` for the root), sorted as people count; empty if absent.
    /// Folders end with `/`.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.path().is_dir() { name + "/" } else { name }
            })
            .collect();
        names.sort_by(|a, b| crate::model::natural_cmp(a, b).then_with(|| a.cmp(b)));
        names
    }

    /// Paths of the files below a folder of the root, relative to it: what lies in linked folders and what systems leave
    /// behind is none of them. A link to a file is told as a file; whoever opens it looks where it leads.
    pub fn files_below(&self, folder: &str) -> Vec<String> {
        let Ok(base) = self.root.join(folder).canonicalize() else { return Vec::new() };
        if !base.starts_with(&self.root) {
            return Vec::new();
        }
        let files = WalkDir::new(&base).min_depth(1).into_iter().filter_map(Result::ok);
        files
            .filter(|entry| entry.file_type().is_file() || (entry.file_type().is_symlink() && !entry.path().is_dir()))
            .map(|entry| {
                let below = entry.path().strip_prefix(&base).unwrap_or(entry.path());
                below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
            })
            .filter(|path| !is_litter(path))
            .collect()
    }

    /// The file at a path relative to `base` (a folder below the root, `""` for the root itself). Names match however
    /// their accents are composed.
    pub fn resolve(&self, base: &str, path: &str, at: &Origin) -> Result<PathBuf, Diagnostic> {
        let escapes = |why: &str| {
            Diagnostic::new(&rules::PATH_ESCAPES, format!("the path `{path}` {why}"))
                .at(at)
                .help("use a path relative to this file that stays in the engagement folder, with forward slashes")
        };
        if path.contains("://") {
            return Err(escapes("is a web address: only files of the engagement folder can be used"));
        }
        if path.contains('\\') {
            return Err(escapes("has backslashes"));
        }
        let mut found = self.root.join(base);
        for component in Path::new(path).components() {
            match component {
                PathComponent::Normal(part) => found = child(&found, &part.to_string_lossy()),
                PathComponent::CurDir => {}
                PathComponent::ParentDir => {
                    found.pop();
                    if !found.starts_with(&self.root) {
                        return Err(escapes("leads out of the engagement folder"));
                    }
                }
                PathComponent::RootDir | PathComponent::Prefix(_) => return Err(escapes("is absolute")),
            }
        }
        let canonical = found.canonicalize().map_err(|error| {
            Diagnostic::new(&rules::FILE_UNREADABLE, format!("cannot read `{path}`: {}", reason(&error))).at(at)
        })?;
        if !canonical.starts_with(&self.root) {
            return Err(escapes("is a link that leads out of the engagement folder"));
        }
        if !canonical.is_file() {
            return Err(Diagnostic::new(&rules::FILE_UNREADABLE, format!("`{path}` is not a file")).at(at));
        }
        Ok(canonical)
    }

    /// Reads a text file of the folder.
    pub fn read_text(&self, name: &str) -> Result<Arc<Source>, Diagnostic> {
        let at = Origin::file(&self.opaque(name));
        let text = decode(self.read_bytes(name, &at)?, &at)?;
        Ok(self.source(name, text))
    }

    /// Reads a sheet of the folder, which may have been saved by a program that knows no UTF-8.
    pub fn read_sheet(&self, name: &str, findings: &mut Findings) -> Result<Arc<Source>, Diagnostic> {
        let at = Origin::file(&self.opaque(name));
        let bytes = self.read_bytes(name, &at)?;
        let Some((text, told)) = decode_sheet(&bytes, &at) else {
            return Ok(self.source(name, decode(bytes, &at)?));
        };
        findings.push(told);
        Ok(self.source(name, text))
    }

    fn source(&self, name: &str, text: String) -> Arc<Source> {
        let shown = self.shown.join(name).display().to_string();
        Source::new(format!("{}{name}", self.prefix), shown, text)
    }

    fn read_bytes(&self, name: &str, at: &Origin) -> Result<Vec<u8>, Diagnostic> {
        let path = self.resolve("", name, at)?;
        let unreadable = |error: std::io::Error| {
            Diagnostic::new(&rules::FILE_UNREADABLE, format!("cannot read `{name}`: {}", reason(&error))).at(at)
        };
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(unreadable)?;
        file.take(TEXT_LIMIT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > TEXT_LIMIT {
            return Err(Diagnostic::new(&rules::FILE_UNREADABLE, format!("`{name}` is larger than 64 MiB")).at(at));
        }
        Ok(bytes)
    }
}

/// What file managers, archivers and version control leave behind.
pub fn is_litter(path: &str) -> bool {
    path.split('/').any(|part| {
        let litter =
            [".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", ".gitkeep", ".gitignore", ".git"];
        litter.contains(&part.to_lowercase().as_str()) || part.starts_with("._")
    })
}

/// The entry of a folder by name; if there is none as written, one whose name is the same after normalisation.
fn child(folder: &Path, name: &str) -> PathBuf {
    let direct = folder.join(name);
    if direct.symlink_metadata().is_ok() {
        return direct;
    }
    let wanted: String = name.nfc().collect();
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().to_string_lossy().nfc().eq(wanted.chars()))
        .map_or(direct, |entry| entry.path())
}

/// The operating system's reason without its number.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

/// UTF-8 with or without a mark, or UTF-16 with one.
fn decode(bytes: Vec<u8>, at: &Origin) -> Result<String, Diagnostic> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(&bytes) {
        let (text, malformed) = encoding.decode_without_bom_handling(&bytes[mark..]);
        if !malformed {
            return Ok(text.into_owned());
        }
        return Err(Diagnostic::new(
            &rules::ENCODING,
            format!("the file begins as {} but is damaged", encoding.name()),
        )
        .at(at));
    }
    match String::from_utf8(bytes) {
        // Latin letters in UTF-16 are valid UTF-8 with a NUL beside each.
        Ok(text) if is_wide(text.as_bytes()) => Err(Diagnostic::new(
            &rules::ENCODING,
            "the text is not UTF-8: it looks like UTF-16 without a byte order mark",
        )
        .at(at)
        .help("save the file as UTF-8 (in Excel: `CSV UTF-8`)")),
        Ok(text) => Ok(text),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let line = bytes[..good].iter().filter(|b| **b == b'\n').count() + 1;
            let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
            detector.feed(&bytes, true);
            let guess = if is_wide(&bytes) {
                "UTF-16 without a byte order mark"
            } else {
                detector.guess(None, chardetng::Utf8Detection::Deny).name()
            };
            Err(Diagnostic::new(
                &rules::ENCODING,
                format!("the text is not UTF-8: byte 0x{:02X} in line {line}; it looks like {guess}", bytes[good]),
            )
            .at(at)
            .help("save the file as UTF-8 (in Excel: `CSV UTF-8`)"))
        }
    }
}

/// The text of a sheet in another encoding than UTF-8, with a finding that names it; nothing if it is UTF-8, says itself
/// what it is, or cannot be told.
fn decode_sheet(bytes: &[u8], at: &Origin) -> Option<(String, Diagnostic)> {
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    if marked
        || bytes.starts_with(b"PK")
        || (!is_wide(bytes) && (bytes.contains(&0) || std::str::from_utf8(bytes).is_ok()))
    {
        return None;
    }
    let help = "save the file as UTF-8 (in Excel: `CSV UTF-8`)";
    if is_wide(bytes) {
        // Of each letter of western languages one half is zero: which one tells the order.
        let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
        let (first, second) = (zeros(0), zeros(1));
        let encoding = if first > second { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
        let (text, malformed) = encoding.decode_without_bom_handling(bytes);
        let told = Diagnostic::new(
            &rules::ENCODING_GUESSED,
            format!("the text has no byte order mark, and was read as {}", encoding.name()),
        );
        let fits = !malformed && !text.contains('\0') && first.min(second) * 10 <= first.max(second);
        return fits.then(|| (text.into_owned(), told.at(at).help(help)));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (text, malformed) = guess.decode_without_bom_handling(bytes);
    if malformed {
        return None;
    }
    let place = text.find(|c: char| !c.is_ascii())?;
    let line = text[..place].matches('\n').count() + 1;
    let start = text[..place].rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let word: String = text[start..].chars().take_while(|c| c.is_alphanumeric() || !c.is_ascii()).take(24).collect();
    let told = Diagnostic::new(
        &rules::ENCODING_GUESSED,
        format!("the text is not UTF-8, and was read as {}: look at `{word}` in line {line}", guess.name()),
    );
    Some((text.into_owned(), told.at(at).help(help)))
}

/// Whether every other byte or so is zero, as in UTF-16.
fn is_wide(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4000)];
    start.iter().filter(|b| **b == 0).count() > start.len() / 4
}
