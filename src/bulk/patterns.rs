//! Patterns such as `clients/*/2025`: what fits them, and what could not be looked at on the way. Nothing is passed over in
//! silence, as it may be a client's.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{Pattern, PatternError};
use walkdir::WalkDir;

/// What was found.
#[derive(Debug, Default)]
pub struct Fitting {
    pub paths: Vec<PathBuf>,
    /// Links on the way that lead nowhere.
    pub nowhere: Vec<PathBuf>,
    pub unreadable: Vec<(PathBuf, io::Error)>,
}

/// Whether a text is a pattern and not a path.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// What fits a pattern. As in shells `*` stands for any part of a name and `**` for any folders, and a name that begins
/// with a dot is meant only where the dot is written.
pub fn fitting(pattern: &str) -> Result<Fitting, PatternError> {
    let mut found = Fitting { paths: vec![PathBuf::new()], ..Fitting::default() };
    for part in Path::new(pattern).components() {
        let before = std::mem::take(&mut found.paths);
        match part {
            Component::Normal(name) if name == "**" => before.into_iter().for_each(|path| found.folders_below(path)),
            Component::Normal(name) if name.to_str().is_some_and(is_pattern) => {
                let text = name.to_string_lossy();
                let pattern = Pattern::new(&text)?;
                for path in before {
                    found.names_in(&path, |name| {
                        (!name.starts_with('.') || text.starts_with('.')) && pattern.matches(name)
                    });
                }
            }
            part => before.into_iter().for_each(|path| found.below(path, part)),
        }
    }
    found.paths.sort();
    found.paths.dedup();
    Ok(found)
}

/// The folder that a beginning of a pattern means.
fn here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// Not there, or no folder in which something could be.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl Fitting {
    fn names_in(&mut self, folder: &Path, fits: impl Fn(&str) -> bool) {
        let entries = match fs::read_dir(here(folder)).and_then(|entries| entries.collect::<Result<Vec<_>, _>>()) {
            Ok(entries) => entries,
            Err(error) => return self.not_read(folder.to_owned(), error),
        };
        let names = entries.iter().map(fs::DirEntry::file_name);
        // What is no text still has parts that can fit, and its path is told of where it is used.
        self.paths.extend(names.filter(|name| fits(&name.to_string_lossy())).map(|name| folder.join(name)));
    }

    fn folders_below(&mut self, folder: PathBuf) {
        let root = here(&folder).to_owned();
        let is_shown =
            |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
        for entry in WalkDir::new(&root).into_iter().filter_entry(is_shown) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    let below = entry.path().strip_prefix(&root).unwrap_or(entry.path());
                    self.paths.push(if entry.depth() == 0 { folder.clone() } else { folder.join(below) });
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(&root).to_owned();
                    self.not_read(path, error.into());
                }
            }
        }
    }

    fn below(&mut self, folder: PathBuf, part: Component) {
        let path = folder.join(part);
        match fs::metadata(&path) {
            Ok(_) => self.paths.push(path),
            Err(error) if is_absent(&error) && fs::metadata(here(&folder)).is_err() => self.nowhere.push(folder),
            Err(error) => self.not_read(path, error),
        }
    }

    fn not_read(&mut self, path: PathBuf, error: io::Error) {
        if !is_absent(&error) {
            self.unreadable.push((path, error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path, pattern: &str) -> Vec<String> {
        let found = fitting(&format!("{}/{pattern}", root.display())).expect("a pattern");
        let below = |path: &PathBuf| path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
        found.paths.iter().map(below).collect()
    }

    #[test]
    fn names_parts_of_names_and_folders_at_any_depth() {
        let root = tempfile::tempdir().expect("a folder");
        for folder in ["a/2025", "b/2025/deep", "b/2024", ".old/2025", "c"] {
            fs::create_dir_all(root.path().join(folder)).expect("folders");
        }
        fs::write(root.path().join("note.txt"), "").expect("a file");
        let names = |pattern| names(root.path(), pattern);
        assert_eq!(names("*/2025"), ["a/2025", "b/2025"]);
        assert_eq!(names("[ab]/202?"), ["a/2025", "b/2024", "b/2025"]);
        assert_eq!(names("**/2025"), ["a/2025", "b/2025"]);
        assert_eq!(names(".*/2025"), [".old/2025"]);
        assert_eq!(names("*"), ["a", "b", "c", "note.txt"]);
        assert_eq!(names("note.txt/*"), [""; 0]);
        assert!(fitting("x[").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_could_not_be_looked_at_is_told() {
        use std::os::unix::ffi::OsStrExt as _;
        use std::os::unix::fs::symlink;

        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join(std::ffi::OsStr::from_bytes(b"bad\xff/2025"))).expect("folders");
        symlink("/nowhere/at/all", root.path().join("gone")).expect("a link");
        symlink("loop", root.path().join("loop")).expect("a link");
        let found = fitting(&format!("{}/*/2025", root.path().display())).expect("a pattern");
        assert_eq!(found.paths.len(), 1);
        assert_eq!(found.nowhere, [root.path().join("gone")]);
        assert_eq!(found.unreadable.len(), 1);
    }
}
