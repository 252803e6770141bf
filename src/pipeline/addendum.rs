//! An addendum to a package that was made: the exhibits that came since, who added them, when and why.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use super::build::package_facts;
use super::check::finish;
use super::{BuildError, Checked, EVIDENCE_PACKAGE, GENERATOR, Staging, WriteError, check, forbidden, lock};
use crate::diagnostics::{Diagnostic, Source};
use crate::model::{Date, Engagement};
use crate::package::{
    self, ADDENDA_RECORD, AddendaRecord, Addendum, AddendumEntry, Archive, Beside, Exhibit, Exhibits, Follows,
    PackOptions, Passphrase, ReportFile, SealedManifest, Unseen, addenda_beside, addendum_name, hash_file, manifest_of,
};

/// What to add, and by whom.
#[derive(Debug, Clone)]
pub struct AddendumOptions {
    /// Folder of the outputs, with the package.
    pub out: PathBuf,
    pub firm: Option<PathBuf>,
    pub date: Date,
    pub by: String,
    pub why: String,
    /// Of the package, if it is encrypted; the addendum is then too.
    pub passphrase: Option<Passphrase>,
}

/// What came of it.
pub struct Added {
    pub checked: Checked,
    /// Nothing if the findings forbade it.
    pub entry: Option<AddendumEntry>,
    pub exhibits: usize,
}

/// A package of the chain: its name and manifest.
type Link = (String, PathBuf, SealedManifest);

/// Makes the next addendum to the package in the folder of outputs, which is left as it is.
pub fn addendum(path: &Path, options: &AddendumOptions) -> Result<Added, BuildError> {
    let mut checked = check(path, options.firm.as_deref());
    let (mut entry, mut exhibits) = (None, 0);
    if !forbidden(&checked)
        && let Some(engagement) = &checked.engagement
    {
        match prepare(&checked, engagement, options) {
            Ok((chain, added)) => {
                exhibits = added.items.len();
                entry = Some(write(&checked, engagement, &chain, &added, options)?);
            }
            Err(findings) => checked.findings.extend(findings),
        }
    }
    finish(checked.engagement.as_ref(), &mut checked.waiving, &mut checked.findings);
    Ok(Added { checked, entry, exhibits })
}

/// The chain so far and the exhibits to add, or what stands in the way.
fn prepare(
    checked: &Checked,
    engagement: &Engagement,
    options: &AddendumOptions,
) -> Result<(Vec<Link>, Exhibits), Vec<Diagnostic>> {
    let package = options.out.join(EVIDENCE_PACKAGE);
    let file = Source::opaque(EVIDENCE_PACKAGE, &package);
    let stop = |message: String, help: &str| {
        vec![Diagnostic::new(&package::rules::EVIDENCE_CLOSED, message).in_file(&file).help(help)]
    };
    let mut chain: Vec<Link> = Vec::new();
    for path in std::iter::once(package.clone()).chain(addenda_beside(&package).into_iter().map(|(_, path)| path)) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match manifest_of(&path, options.passphrase.as_ref()) {
            Ok(manifest) => chain.push((name, path, manifest)),
            Err(why) => {
                let message = format!("an addendum follows a package, and `{name}` cannot be read: {why}");
                return Err(stop(message, "name the folder of outputs with the package, or restore the package"));
            }
        }
    }
    let beside = Beside { passphrase: options.passphrase.as_ref(), generator: GENERATOR, ..Beside::default() };
    let problem = match package::prove(&package, &beside, None) {
        Ok(proof) => proof.verification.problems.into_iter().next().map(|problem| problem.message),
        Err(error) => Some(error.to_string()),
    };
    if let Some(problem) = problem {
        let message = format!("the package or what follows it is not intact: {problem}");
        return Err(stop(message, "`socpress verify` says all that is wrong; restore what was sealed first"));
    }
    let last = chain.iter().filter_map(|(.., manifest)| manifest.view.addendum.as_ref()).map(|a| a.date).max();
    let released = engagement.service_auditor.as_ref().and_then(|auditor| auditor.release_date.as_ref());
    if let Some(before) =
        last.into_iter().chain(released.map(|date| date.value)).max().filter(|day| options.date < *day)
    {
        return Err(stop(
            format!("the addendum is dated {}, before {before}", options.date),
            "date it with the day on which it is made",
        ));
    }
    let sealed = || chain.iter().flat_map(|(.., manifest)| &manifest.view.exhibits);
    let changed = lock::changes(engagement, &checked.exhibits, sealed(), &file, "an addendum leaves all as it is");
    if !changed.is_empty() {
        return Err(changed);
    }
    let known: BTreeSet<&str> = sealed().map(|exhibit| exhibit.id.as_str()).collect();
    let added = on_their_own(checked.exhibits.items.iter().filter(|exhibit| !known.contains(exhibit.id.as_str())));
    if added.is_empty() {
        return Err(stop(
            "there is nothing to add: every exhibit is in the package or in an addendum".into(),
            "add the new files and their rows to the index of evidence first",
        ));
    }
    Ok((chain, added))
}

/// Exhibits in an archive of their own: the first of those that share a file has it.
fn on_their_own<'a>(exhibits: impl Iterator<Item = &'a Exhibit>) -> Exhibits {
    let mut paths: HashMap<&str, String> = HashMap::new();
    let mut items = Vec::new();
    for exhibit in exhibits {
        let mut own = exhibit.clone();
        match paths.get(exhibit.original_path.as_str()) {
            Some(path) => (own.own_file, own.archive_path) = (false, path.clone()),
            None => {
                own.own_file = true;
                paths.insert(&exhibit.original_path, own.archive_path.clone());
            }
        }
        items.push(own);
    }
    Exhibits { items }
}

fn write(
    checked: &Checked,
    engagement: &Engagement,
    chain: &[Link],
    added: &Exhibits,
    options: &AddendumOptions,
) -> Result<AddendumEntry, BuildError> {
    let out = &options.out;
    let ((first_name, _, first), (last_name, _, last)) = match (chain.first(), chain.last()) {
        (Some(first), Some(last)) => (first, last),
        _ => return Err(WriteError::at(&out.join(EVIDENCE_PACKAGE))(io::ErrorKind::NotFound.into()).into()),
    };
    let mut entries = Vec::new();
    for (name, path, manifest) in chain {
        let Some(addendum) = manifest.view.addendum.clone() else { continue };
        let hash = hash_file(path).map_err(WriteError::at(path))?;
        entries.push(AddendumEntry {
            name: name.clone(),
            sha256: hash.sha256,
            bytes: hash.bytes,
            manifest_sha256: manifest.sha256.clone(),
            addendum,
        });
    }
    let number = entries.iter().map(|entry| entry.addendum.number).max().unwrap_or_default() + 1;
    let addendum = Addendum {
        number,
        date: options.date,
        by: options.by.clone(),
        why: options.why.clone(),
        follows: Follows { package: last_name.clone(), manifest_sha256: last.sha256.clone() },
    };
    let mut facts = package_facts(engagement);
    facts.file.addendum = Some(addendum.clone());
    let report =
        |r: &package::SealedReport| ReportFile { name: r.name.clone(), sha256: r.sha256.clone(), bytes: r.bytes };
    let reports: Vec<ReportFile> = first.view.reports.iter().map(report).collect();
    let name = addendum_name(EVIDENCE_PACKAGE, number);
    let mut staging = Staging::open(out)?;
    let Some(folder) = &checked.folder else { return Err(WriteError::at(out)(io::ErrorKind::NotFound.into()).into()) };
    let pack = PackOptions { passphrase: options.passphrase.clone(), ..PackOptions::default() };
    let mut archive = Archive::new(staging.temporary(&name)?, pack);
    package::pack_again(added, &folder.root().join("evidence"), &mut archive, &Unseen)?;
    let (sealed, file) = package::seal(archive, added, &[], &facts, &reports)?;
    staging.adopt(&name, file);
    let entry = AddendumEntry {
        name,
        sha256: sealed.sha256,
        bytes: sealed.bytes,
        manifest_sha256: sealed.manifest_sha256,
        addendum,
    };
    entries.push(entry.clone());
    let record = AddendaRecord {
        format: 1,
        generator: GENERATOR.into(),
        package: first_name.clone(),
        manifest_sha256: first.sha256.clone(),
        addenda: entries,
    };
    staging.add_record(ADDENDA_RECORD, &record)?;
    staging.commit(ADDENDA_RECORD)?;
    Ok(entry)
}
