//! Addenda: packages of what was added after a file was closed. Each says who added it, when and why, and which manifest it
//! follows, so that none can be left out or put in between unseen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::encryption::Passphrase;
use super::sealed::{SealedManifest, manifest_of};
use super::verify::{Fault, Problem, Verification};
use crate::model::Date;

/// Record of the addenda beside a package.
pub const ADDENDA_RECORD: &str = "addenda.json";

/// What an addendum says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addendum {
    /// From 1.
    pub number: u32,
    pub date: Date,
    pub by: String,
    pub why: String,
    pub follows: Follows,
}

/// The package that an addendum was added to: the first one, or the addendum before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    pub package: String,
    pub manifest_sha256: String,
}

/// `addenda.json`: the addenda of a package in their order.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddendaRecord {
    pub format: u32,
    pub generator: String,
    pub package: String,
    pub manifest_sha256: String,
    pub addenda: Vec<AddendumEntry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddendumEntry {
    pub name: String,
    pub sha256: String,
    pub bytes: u64,
    pub manifest_sha256: String,
    #[serde(flatten)]
    pub addendum: Addendum,
}

/// `evidence-addendum-2.zip` of `evidence.zip`.
pub fn addendum_name(package: &str, number: u32) -> String {
    let stem = package.strip_suffix(".zip").unwrap_or(package);
    format!("{stem}-addendum-{number}.zip")
}

/// The addenda that lie beside a package, by their number.
pub fn addenda_beside(package: &Path) -> Vec<(u32, PathBuf)> {
    let name = package.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let prefix = format!("{}-addendum-", name.strip_suffix(".zip").unwrap_or(&name));
    let folder = package.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let names = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<(u32, PathBuf)> = names
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.strip_prefix(&prefix)?.strip_suffix(".zip")?.parse().ok()?;
            (name == addendum_name(&format!("{}.zip", prefix.strip_suffix("-addendum-")?), number))
                .then(|| (number, entry.path()))
        })
        .collect();
    found.sort();
    found
}

/// An addendum as it was found.
#[derive(Debug, Clone, Serialize)]
pub struct FoundAddendum {
    pub name: String,
    pub manifest_sha256: String,
    pub exhibits: usize,
    #[serde(flatten)]
    pub addendum: Addendum,
}

/// Looks at the chain from a package on: each addendum follows the one before, none is missing, and the record says the
/// same. The addenda's own bytes are looked at by `look`.
pub fn check_chain(
    package: &Path,
    passphrase: Option<&Passphrase>,
    v: &mut Verification,
    mut look: impl FnMut(&Path, &mut Verification) -> std::io::Result<()>,
) -> std::io::Result<Vec<FoundAddendum>> {
    let mut chain = Vec::new();
    // What is wrong with the package itself has been told.
    let Ok(first) = manifest_of(package, passphrase) else { return Ok(chain) };
    let name = file_name(package);
    if let Some(addendum) = &first.view.addendum {
        return look_back(package, passphrase, &name, addendum, v).map(|()| chain);
    }
    let beside = addenda_beside(package);
    let (mut before, mut before_name, mut wanted) = (first.clone(), name.clone(), 1);
    for (number, path) in beside {
        look(&path, v)?;
        let own = file_name(&path);
        let manifest = match manifest_of(&path, passphrase) {
            Ok(manifest) => manifest,
            Err(why) => {
                broken(v, &own, format!("`{own}` cannot be read: {why}"));
                break;
            }
        };
        let Some(addendum) = manifest.view.addendum.clone() else {
            broken(v, &own, format!("`{own}` is no addendum"));
            break;
        };
        if number != wanted || addendum.number != number {
            let missing = addendum_name(&name, wanted);
            broken(v, &own, format!("the chain is broken before `{own}`: `{missing}` is missing"));
        } else {
            follows(&addendum, &own, &before_name, &before, v);
        }
        chain.push(FoundAddendum {
            name: own.clone(),
            manifest_sha256: manifest.sha256.clone(),
            exhibits: manifest.view.exhibits.len(),
            addendum,
        });
        (before, before_name, wanted) = (manifest, own, number + 1);
    }
    record(package, &name, &first, &chain, v);
    Ok(chain)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn broken(v: &mut Verification, file: &str, message: String) {
    v.problems.push(Problem { fault: Fault::Chain, part: None, file: Some(file.to_owned()), message });
}

fn follows(addendum: &Addendum, own: &str, before_name: &str, before: &SealedManifest, v: &mut Verification) {
    if addendum.follows.manifest_sha256 != before.sha256 {
        broken(
            v,
            own,
            format!("the chain is broken at `{own}`: it follows another manifest than that of `{before_name}`"),
        );
    }
}

/// An addendum on its own: what it follows may lie beside it.
fn look_back(
    package: &Path,
    passphrase: Option<&Passphrase>,
    name: &str,
    addendum: &Addendum,
    v: &mut Verification,
) -> std::io::Result<()> {
    let before = package.with_file_name(file_name(Path::new(&addendum.follows.package)));
    match manifest_of(&before, passphrase) {
        Ok(manifest) => follows(addendum, name, &addendum.follows.package, &manifest, v),
        Err(_) if !before.exists() => v.notes.push(format!(
            "addendum {} of {} by {} follows `{}`, which does not lie beside it",
            addendum.number, addendum.date, addendum.by, addendum.follows.package
        )),
        Err(why) => broken(v, name, format!("`{}`, which `{name}` follows, cannot be read: {why}", before.display())),
    }
    Ok(())
}

/// What `addenda.json` names and what lies there are the same.
fn record(package: &Path, name: &str, first: &SealedManifest, chain: &[FoundAddendum], v: &mut Verification) {
    let path = package.with_file_name(ADDENDA_RECORD);
    let Ok(text) = std::fs::read_to_string(&path) else {
        if !chain.is_empty() {
            v.notes.push(format!(
                "there is no {ADDENDA_RECORD} beside the package: whether further addenda are missing was not checked"
            ));
        }
        return;
    };
    let Ok(record) = serde_json::from_str::<AddendaRecord>(&text) else {
        broken(v, ADDENDA_RECORD, format!("{ADDENDA_RECORD} cannot be understood"));
        return;
    };
    // That of another package that lies in the same folder.
    if record.package != name {
        return;
    }
    if record.manifest_sha256 != first.sha256 {
        broken(v, ADDENDA_RECORD, format!("{ADDENDA_RECORD} speaks of another manifest than that of `{name}`"));
    }
    let there: BTreeSet<&str> = chain.iter().map(|found| found.name.as_str()).collect();
    for entry in &record.addenda {
        match chain.iter().find(|found| found.name == entry.name) {
            None => broken(v, &entry.name, format!("`{}` is missing", entry.name)),
            Some(found) if found.manifest_sha256 != entry.manifest_sha256 => {
                broken(v, &entry.name, format!("`{}` is not the addendum that {ADDENDA_RECORD} names", entry.name));
            }
            Some(_) => {}
        }
    }
    let named: BTreeSet<&str> = record.addenda.iter().map(|entry| entry.name.as_str()).collect();
    for name in there.difference(&named) {
        broken(v, name, format!("`{name}` is not in {ADDENDA_RECORD}"));
    }
}
