//! Files of the batch itself: written whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file of the batch that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct FileError {
    pub path: PathBuf,
    pub source: io::Error,
}

impl FileError {
    pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

/// Beginning of the names of files that wait to be put in place.
const PARTS: &str = ".socpress-";

/// Writes a file beside its place and renames it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        fs::create_dir_all(parent)?;
        let mut file = tempfile::Builder::new().prefix(PARTS).suffix(".part").tempfile_in(parent)?;
        file.write_all(bytes)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(FileError::at(path))
}

/// Removes what a run that was killed had not put in place.
pub fn remove_parts(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PARTS) && name.ends_with(".part") {
            // Whoever cannot remove it cannot write here either, and is told then.
            let _ = fs::remove_file(entry.path());
        }
    }
}
