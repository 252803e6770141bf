//! Writing files: each is there as a whole or as it was before, and its readers are those of the user's other files.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Names of files that wait to be put in place begin and end so.
const PREFIX: &str = ".socpress-";
const SUFFIX: &str = ".part";

/// A file or folder that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", path.display(), why(path, source))]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

impl WriteError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

/// What keeps a path from being written, in words that say what to mend.
fn why(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            match path.ancestors().find(|above| above.is_file()) {
                Some(file) => format!("{} is a file, where a folder is wanted", file.display()),
                None => error.to_string(),
            }
        }
        io::ErrorKind::IsADirectory => "there is a folder of this name".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not write there".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system can only be read".to_owned(),
        _ => error.to_string(),
    }
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whoever may read the folder.
    All,
    /// The user who made it.
    Owner,
}

/// Writes a file beside its place and renames it. Its folder is made if it is not there.
pub fn write_whole(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), WriteError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(WriteError::at(folder))?;
    let written = || -> io::Result<()> {
        let mut file = new_part(folder)?;
        file.write_all(bytes)?;
        if readers == Readers::All {
            make_readable(file.as_file())?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(WriteError::at(path))
}

/// A file beside its place. It vanishes unless it is put in place, and is its owner's until it is made readable. While it
/// is in use it is locked, so that no other run takes it for one that was left behind.
pub fn new_part(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
        // Where files cannot be locked, none is ever taken for left behind.
        let _ = file.as_file().try_lock();
        // Another run may have looked in between.
        if file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes what runs that were killed had not put in place: files that nobody holds any more.
pub fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if ours && is_file && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            // At worst it stays until the next run.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Gives a file, or a folder, the readers of the user's other ones: what is made to be put in place is its owner's only.
pub fn make_readable(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if file.metadata()?.is_dir() { 0o755 } else { 0o644 };
        file.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    let _ = file;
    Ok(())
}
