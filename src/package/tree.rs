//! The files below `evidence/`, and how a path of the index is looked up among them.
//!
//! The folder is read once. A path is compared with what that showed, not handed to the operating system: so a name is
//! found in any Unicode form, a name in the wrong case is missing on every system, and nothing outside is touched.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use crate::load::is_litter;

/// A chain of links longer than this is a loop.
const MAX_LINKS: usize = 8;

/// Names proposed for one that is missing.
const MAX_NEAR: usize = 3;

/// Folders larger than this are not searched for similar names: it would take longer than it helps.
const MAX_SIMILAR: usize = 2000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Link,
    /// Device, socket, pipe.
    Special,
}

#[derive(Debug)]
struct Entry {
    /// Path below the root as the disk spells it, with forward slashes.
    name: String,
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
pub struct Tree {
    /// Canonical.
    root: PathBuf,
    /// By path in NFC. Two files whose names differ in form only share an entry.
    entries: BTreeMap<String, Vec<Entry>>,
    /// Files by their name in lower case, for proposals.
    by_name: OnceLock<HashMap<String, Vec<String>>>,
    /// What could not be read: path below the root, and why.
    pub unreadable: Vec<(String, String)>,
}

/// A file of the index that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Canonical: one file, one path.
    pub path: PathBuf,
    /// Path below the root as the disk spells it.
    pub name: String,
}

/// Why a path of the index stands for no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// What is wrong, after "evidence file `x` ", and what to do.
    Missing(String, Option<String>),
    Unsafe(String, Option<String>),
}

/// Why there is no tree.
#[derive(Debug)]
pub enum NoTree {
    Absent,
    NotAFolder,
    /// A link that leads out of the engagement folder.
    Outside,
    Unreadable(io::Error),
}

impl Tree {
    pub fn read(evidence_root: &Path) -> Result<Self, NoTree> {
        let root = match evidence_root.canonicalize() {
            Ok(root) => root,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NoTree::Absent),
            Err(error) => return Err(NoTree::Unreadable(error)),
        };
        if !root.is_dir() {
            return Err(NoTree::NotAFolder);
        }
        let folder = match evidence_root.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => evidence_root,
        };
        if !root.starts_with(folder.canonicalize().map_err(NoTree::Unreadable)?) {
            return Err(NoTree::Outside);
        }

        let mut entries: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        let mut unreadable = Vec::new();
        for entry in WalkDir::new(&root).min_depth(1).sort_by_file_name() {
            match entry {
                Ok(entry) => {
                    let kind = match entry.file_type() {
                        t if t.is_file() => Kind::File,
                        t if t.is_dir() => Kind::Folder,
                        t if t.is_symlink() => Kind::Link,
                        _ => Kind::Special,
                    };
                    let name = below(&root, entry.path());
                    let entry = Entry { name: name.clone(), path: entry.into_path(), kind };
                    entries.entry(name.nfc().collect()).or_default().push(entry);
                }
                Err(error) => {
                    let name = error.path().map(|path| below(&root, path)).unwrap_or_default();
                    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    unreadable.push((name, why));
                }
            }
        }
        Ok(Self { root, entries, by_name: OnceLock::new(), unreadable })
    }

    /// The file that a path of the index stands for.
    pub fn find(&self, written: &str) -> Result<Found, Refusal> {
        let mut name = parts(written)?.join("/");
        for _ in 0..MAX_LINKS {
            match self.first_link(&name) {
                Some((link, rest)) => name = self.follow(link, rest)?,
                None => return self.settle(&name),
            }
        }
        Err(Refusal::Missing("is reached by a chain of links without end".into(), None))
    }

    /// Files that no row names, in order. What operating systems leave behind is not worth a word.
    pub fn others<'a>(&'a self, used: impl Fn(&Path) -> bool + 'a) -> impl Iterator<Item = &'a str> {
        self.entries
            .values()
            .flatten()
            .filter(move |entry| entry.kind == Kind::File && !is_litter(&entry.name) && !used(&entry.path))
            .map(|entry| entry.name.as_str())
    }

    /// The exact spelling if the disk has it, else the one in another Unicode form.
    fn entry(&self, name: &str) -> Option<&Entry> {
        let nfc: String = name.nfc().collect();
        let same = self.entries.get(&nfc)?;
        same.iter().find(|entry| entry.name == name).or(match same.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }

    /// The first link on the way to a name, and what follows it.
    fn first_link<'a>(&'a self, name: &'a str) -> Option<(&'a Entry, &'a str)> {
        let ends = name.match_indices('/').map(|(at, _)| at).chain([name.len()]);
        ends.filter_map(|end| Some((self.entry(&name[..end])?, &name[end..])))
            .find(|(entry, _)| entry.kind == Kind::Link)
    }

    fn follow(&self, link: &Entry, rest: &str) -> Result<String, Refusal> {
        let Ok(target) = link.path.canonicalize() else {
            return Err(Refusal::Missing(format!("is reached by the link `{}`, which leads nowhere", link.name), None));
        };
        if !target.starts_with(&self.root) {
            return Err(Refusal::Unsafe(
                format!("is reached by the link `{}`, which leads out of `evidence/`", link.name),
                Some("put a copy of the file below `evidence/`".into()),
            ));
        }
        Ok(format!("{}{rest}", below(&self.root, &target)).trim_start_matches('/').to_owned())
    }

    fn settle(&self, name: &str) -> Result<Found, Refusal> {
        let Some(entry) = self.entry(name) else {
            let nfc: String = name.nfc().collect();
            if self.entries.contains_key(&nfc) {
                return Err(Refusal::Missing(
                    "is there more than once, under names that differ in their Unicode form only".into(),
                    Some("rename one of them".into()),
                ));
            }
            let near: Vec<_> = self.near(&nfc).into_iter().map(|n| format!("`{n}`")).collect();
            let help = match near.as_slice() {
                [] => None,
                _ => Some(format!("there is {}", near.join(", "))),
            };
            return Err(Refusal::Missing("does not exist".into(), help));
        };
        match entry.kind {
            Kind::File => Ok(Found { path: entry.path.clone(), name: entry.name.clone() }),
            Kind::Folder => Err(Refusal::Missing(
                "is a folder".into(),
                Some("give each file its own row, or pack the folder into one file".into()),
            )),
            Kind::Special | Kind::Link => Err(Refusal::Missing("is not a regular file".into(), None)),
        }
    }

    /// What may have been meant: the name in other case, the same file in another folder, a similar name.
    fn near(&self, name: &str) -> Vec<&str> {
        if let Some(rest) = name.strip_prefix("evidence/")
            && let Some(entry) = self.entry(rest)
        {
            return vec![&entry.name];
        }
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let by_name = self.by_name.get_or_init(|| {
            let mut map: HashMap<String, Vec<String>> = HashMap::new();
            for (path, _) in self.files() {
                let file = path.rsplit('/').next().unwrap_or(path);
                map.entry(file.to_lowercase()).or_default().push(path.to_owned());
            }
            map
        });
        let mut same: Vec<&str> = by_name.get(&file.to_lowercase()).into_iter().flatten().map(String::as_str).collect();
        if same.is_empty() {
            let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let siblings = self.entries.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
            let mut similar: Vec<(f64, &str)> = siblings
                .filter(|(_, entries)| entries.iter().any(|entry| entry.kind == Kind::File))
                .take(MAX_SIMILAR)
                .map(|(path, _)| (strsim::jaro_winkler(&path.to_lowercase(), &name.to_lowercase()), path.as_str()))
                .filter(|(score, _)| *score > 0.88)
                .collect();
            similar.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            same = similar.into_iter().map(|(_, path)| path).collect();
        } else {
            let lower = name.to_lowercase();
            same.sort_by_key(|path| (path.to_lowercase() != lower, *path));
        }
        same.truncate(MAX_NEAR);
        same
    }

    fn files(&self) -> impl Iterator<Item = (&str, &Entry)> {
        let all = self.entries.iter().flat_map(|(path, list)| list.iter().map(|entry| (path.as_str(), entry)));
        all.filter(|(_, entry)| entry.kind == Kind::File)
    }
}

/// The parts of a path that stays below the root, or why it does not.
fn parts(written: &str) -> Result<Vec<&str>, Refusal> {
    let refuse = |why: &str, help: &str| Err(Refusal::Unsafe(why.into(), Some(help.into())));
    let relative = "write the path as it is below `evidence/`, for example `q1/users.csv`";
    if written.contains("://") {
        let help = "save what it shows as a file below `evidence/`; a link proves nothing later";
        return Err(Refusal::Missing("is a link, not a file".into(), Some(help.into())));
    }
    let mut chars = written.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':');
    if drive {
        return refuse("is on a drive", relative);
    }
    if written.contains('\\') {
        let help = format!("write `{}`", written.replace('\\', "/"));
        return refuse("has backslashes", if written.starts_with('\\') { relative } else { &help });
    }
    if written.starts_with('/') {
        return refuse("is an absolute path", relative);
    }
    if written.contains('\0') {
        return refuse("has a NUL character", relative);
    }
    let parts: Vec<&str> = written.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return refuse("leads out of its folder by `..`", relative);
    }
    if parts.is_empty() {
        return Err(Refusal::Missing("names no file".into(), Some(relative.into())));
    }
    Ok(parts)
}

fn below(root: &Path, path: &Path) -> String {
    let parts: Vec<_> =
        path.strip_prefix(root).unwrap_or(path).iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree(files: &[&str]) -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join("evidence").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let tree = Tree::read(&folder.path().join("evidence")).unwrap();
        (folder, tree)
    }

    fn name(tree: &Tree, written: &str) -> String {
        tree.find(written).unwrap().name
    }

    #[test]
    fn files_are_found_whatever_the_form_of_their_name() {
        let (_folder, tree) = tree(&["a/Pru\u{308}fung.txt", "b.txt"]);
        assert_eq!(name(&tree, "a/Prüfung.txt"), "a/Pru\u{308}fung.txt");
        assert_eq!(name(&tree, "./a//Pru\u{308}fung.txt"), "a/Pru\u{308}fung.txt");
        assert_eq!(name(&tree, "b.txt"), "b.txt");
    }

    #[test]
    fn of_two_forms_the_one_written_counts() {
        let (_folder, tree) = tree(&["Pru\u{308}f.txt", "Prüf.txt"]);
        assert_eq!(name(&tree, "Prüf.txt"), "Prüf.txt");
        assert_eq!(name(&tree, "Pru\u{308}f.txt"), "Pru\u{308}f.txt");
    }

    #[test]
    fn paths_that_leave_are_unsafe() {
        let (_folder, tree) = tree(&["a.txt"]);
        for written in
            ["/etc/passwd", "../a.txt", "x/../../a.txt", "C:/a.txt", "c:a.txt", r"q1\a.txt", r"\\host\a", "a\0"]
        {
            assert!(matches!(tree.find(written), Err(Refusal::Unsafe(..))), "{written}");
        }
        let Err(Refusal::Unsafe(_, help)) = tree.find(r"q1\a.txt") else { panic!() };
        assert_eq!(help.unwrap(), "write `q1/a.txt`");
        for written in ["", "./", "https://example.com/a.txt", "a.txt/b", "b.txt"] {
            assert!(matches!(tree.find(written), Err(Refusal::Missing(..))), "{written}");
        }
    }

    #[test]
    fn near_names_are_proposed() {
        let (_folder, tree) = tree(&["q1/users.csv", "q2/Users.CSV", "q2/roster.xlsx", "policy.pdf"]);
        let help = |written: &str| match tree.find(written) {
            Err(Refusal::Missing(_, help)) => help.unwrap_or_default(),
            other => panic!("{other:?}"),
        };
        assert_eq!(help("Q2/users.csv"), "there is `q2/Users.CSV`, `q1/users.csv`");
        assert_eq!(help("evidence/policy.pdf"), "there is `policy.pdf`");
        assert_eq!(help("q2/rooster.xlsx"), "there is `q2/roster.xlsx`");
        assert_eq!(help("q3/nothing.like.it"), "");
        assert!(matches!(tree.find("q2"), Err(Refusal::Missing(why, _)) if why == "is a folder"));
    }

    #[test]
    fn litter_is_not_mentioned() {
        let (_folder, tree) =
            tree(&[".DS_Store", "a/Thumbs.db", "__MACOSX/a/x.txt", "a/._x.txt", ".gitkeep", "a/x.txt", "a/y.txt"]);
        let used = tree.find("a/x.txt").unwrap().path;
        assert_eq!(tree.others(|path| path == used).collect::<Vec<_>>(), ["a/y.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_may_lead_within_but_not_out() {
        use std::os::unix::fs::symlink;
        let (folder, _) = tree(&["real/a.txt"]);
        let root = folder.path().join("evidence");
        fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        symlink("real", root.join("alias")).unwrap();
        symlink("../secret.txt", root.join("out.txt")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink("nowhere", root.join("broken")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let tree = Tree::read(&root).unwrap();
        assert_eq!(tree.find("alias/a.txt").unwrap(), tree.find("real/a.txt").unwrap());
        assert!(matches!(tree.find("out.txt"), Err(Refusal::Unsafe(..))));
        assert!(matches!(tree.find("up/secret.txt"), Err(Refusal::Unsafe(..))));
        assert!(matches!(tree.find("broken"), Err(Refusal::Missing(..))));
        assert!(matches!(tree.find("loop"), Err(Refusal::Missing(..))));

        // The folder itself may not be a link that leads out either.
        let other = tempfile::tempdir().unwrap();
        symlink(&root, other.path().join("evidence")).unwrap();
        assert!(matches!(Tree::read(&other.path().join("evidence")), Err(NoTree::Outside)));
        assert!(matches!(Tree::read(&other.path().join("none")), Err(NoTree::Absent)));
        assert!(matches!(Tree::read(&root.join("real/a.txt")), Err(NoTree::NotAFolder)));
    }
}
