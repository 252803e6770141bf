//! From the index to exhibits: finds each file, hashes it, and says what does not fit.

use std::collections::{HashMap, HashSet};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::archive::{Archive, PackageError};
use super::exhibit::{Exhibit, Exhibits};
use super::hash::{FileHash, hash_with_head};
use super::hygiene::{self, Scanner};
use super::media::media_type;
use super::names::Names;
use super::pack::{Content, EvidenceFile, Progress, pack};
use super::rules::{EVIDENCE_DUPLICATE, EVIDENCE_HASH, EVIDENCE_MISSING, EVIDENCE_SEALED, EVIDENCE_UNSAFE};
use super::tree::{Found, NoTree, Refusal, Tree};
use crate::diagnostics::{Diagnostic, Findings, Located, Origin, Severity, Source};
use crate::model::{EvidenceItem, Id, SampledItem, Test, natural_cmp};

/// Most tests, files and ids listed in one finding.
const MAX_LISTED: usize = 5;

/// The evidence of an engagement, as far as the package needs to know of it.
#[derive(Clone, Copy)]
pub struct Index<'a> {
    pub items: &'a [EvidenceItem],
    pub tests: &'a [Test],
    pub sampled: &'a [SampledItem],
    /// Personal data in bulk is looked for.
    pub with_personal: bool,
    /// The folder `evidence` of the engagement.
    pub root: &'a Path,
}

/// Finds and hashes the evidence. A file is read once, as a stream, and files in parallel. A row whose file cannot be had
/// yields a finding and no exhibit.
pub fn collect(index: Index<'_>, findings: &mut Findings) -> Exhibits {
    let (reliance, rows) = look_up(index, findings);
    let files = Files::of(&rows, index.with_personal);
    let contents = hash_all(&files.list);
    findings.extend(unclean(&rows, &files, &contents, index.root));
    exhibits(&rows, &files, &contents, &reliance, findings)
}

/// The same, and the exhibits are in the archive: what gives the hash of a file is what packs it. After a finding that
/// blocks, the archive is of no use.
pub fn collect_into<W: Write + Seek>(
    index: Index<'_>,
    archive: &mut Archive<W>,
    progress: &dyn Progress,
    findings: &mut Findings,
) -> Result<Exhibits, PackageError> {
    let (reliance, rows) = look_up(index, findings);
    let files = Files::of(&rows, index.with_personal);
    let contents = match pack(&files.list, archive, progress) {
        Ok(contents) => contents.into_iter().map(Ok).collect(),
        Err(PackageError::Changed { path }) => {
            findings.extend(rows.iter().filter(|(_, found)| found.path == path).map(|(item, _)| changed(item)));
            hash_all(&files.list)
        }
        // The finding at its row is that of `collect`.
        Err(PackageError::Read { path, source }) => {
            let contents = hash_all(&files.list);
            if contents.iter().all(Result::is_ok) {
                return Err(PackageError::Read { path, source });
            }
            contents
        }
        Err(other) => return Err(other),
    };
    findings.extend(unclean(&rows, &files, &contents, index.root));
    Ok(exhibits(&rows, &files, &contents, &reliance, findings))
}

/// Packs exhibits that were looked at before. One that is no longer what it was then is an error.
pub fn pack_again<W: Write + Seek>(
    exhibits: &Exhibits,
    evidence_root: &Path,
    archive: &mut Archive<W>,
    progress: &dyn Progress,
) -> Result<(), PackageError> {
    let own: Vec<(PathBuf, &Exhibit)> =
        exhibits.files().map(|exhibit| (evidence_root.join(&exhibit.original_path), exhibit)).collect();
    let files: Vec<EvidenceFile> = own
        .iter()
        .map(|(path, exhibit)| EvidenceFile {
            disk: path,
            name: &exhibit.original_path,
            archive_path: exhibit.archive_path.clone(),
            with_personal: false,
        })
        .collect();
    let contents = pack(&files, archive, progress)?;
    match own.iter().zip(contents).find(|((_, exhibit), content)| exhibit.sha256 != content.hash.sha256) {
        Some(((path, _), _)) => Err(PackageError::Changed { path: path.clone() }),
        None => Ok(()),
    }
}

type Rows<'a> = Vec<(&'a EvidenceItem, Found)>;

/// The rows whose file is there.
fn look_up<'a>(index: Index<'a>, findings: &mut Findings) -> (Reliance<'a>, Rows<'a>) {
    let Index { items, tests, sampled, root: evidence_root, .. } = index;
    let reliance = Reliance::new(items, tests, sampled);
    findings.extend(unknown_citations(items, tests));
    findings.extend(items.iter().filter_map(|item| reliance.orphan(item)));

    let folder = Source::opaque("evidence", evidence_root);
    let tree = match Tree::read(evidence_root) {
        Ok(tree) => tree,
        Err(why) => {
            findings.extend(no_tree(why, items, &folder));
            return (reliance, Vec::new());
        }
    };
    findings.extend(tree.unreadable.iter().map(|(name, why)| {
        Diagnostic::new(&EVIDENCE_MISSING, format!("`evidence/{name}` cannot be read: {why}")).in_file(&folder)
    }));

    let mut rows: Rows<'_> = Vec::new();
    for item in in_order(items) {
        match tree.find(&item.file.value) {
            Ok(found) => rows.push((item, found)),
            Err(refusal) => findings.push(refused(item, refusal, &reliance)),
        }
    }
    let used: HashSet<&Path> = rows.iter().map(|(_, found)| found.path.as_path()).collect();
    findings.extend(not_indexed(tree.others(|path| used.contains(path)), &folder));
    (reliance, rows)
}

/// The files behind the rows, each once, in the order of the first row that names it.
struct Files<'a> {
    list: Vec<EvidenceFile<'a>>,
    by_path: HashMap<&'a Path, usize>,
}

impl<'a> Files<'a> {
    fn of(rows: &'a Rows<'_>, with_personal: bool) -> Self {
        let mut names = Names::default();
        let mut files = Self { list: Vec::new(), by_path: HashMap::new() };
        for (item, found) in rows {
            let index = files.list.len();
            if *files.by_path.entry(&found.path).or_insert(index) == index {
                let name = found.name.rsplit('/').next().unwrap_or(&found.name);
                let archive_path = names.exhibit(item.id.value.as_str(), name);
                files.list.push(EvidenceFile { disk: &found.path, name: &found.name, archive_path, with_personal });
            }
        }
        files
    }
}

/// Each file once. Which thread hashes which file does not show in the result.
fn hash_all(files: &[EvidenceFile<'_>]) -> Vec<io::Result<Content>> {
    let hashed = |file: &EvidenceFile<'_>| {
        let mut scanner = Scanner::new(file.name, file.with_personal);
        let (hash, head) = hash_with_head(file.disk, |chunk| scanner.feed(chunk))?;
        Ok(Content { hash, media_type: media_type(file.name, &head), signs: scanner.finish() })
    };
    files.par_iter().map(hashed).collect()
}

/// What should not lie in the package, once for each file.
fn unclean(
    rows: &Rows<'_>,
    files: &Files<'_>,
    contents: &[io::Result<Content>],
    evidence_root: &Path,
) -> Vec<Diagnostic> {
    let mut told: HashSet<&Path> = HashSet::new();
    let mut list = Vec::new();
    for (item, found) in rows {
        let Ok(content) = &contents[files.by_path[found.path.as_path()]] else { continue };
        if content.signs.is_empty() || !told.insert(&found.path) {
            continue;
        }
        let file = Source::opaque(format!("evidence/{}", found.name), &evidence_root.join(&found.name));
        let id = item.id.value.as_str();
        list.extend(content.signs.iter().map(|sign| hygiene::finding(sign, &found.name, &file, id, &item.file.origin)));
    }
    list
}

/// By id as people count, so that the package does not depend on the order of the index.
fn in_order(items: &[EvidenceItem]) -> Vec<&EvidenceItem> {
    let mut order: Vec<_> = items.iter().collect();
    order.sort_by(|a, b| {
        let (a, b) = (a.id.value.as_str(), b.id.value.as_str());
        natural_cmp(a, b).then_with(|| a.cmp(b))
    });
    order
}

fn exhibits(
    rows: &Rows<'_>,
    files: &Files<'_>,
    contents: &[io::Result<Content>],
    reliance: &Reliance<'_>,
    findings: &mut Findings,
) -> Exhibits {
    // By file, and by content, the first exhibit.
    let mut by_file: HashMap<usize, usize> = HashMap::new();
    let mut by_content: HashMap<&str, usize> = HashMap::new();
    let mut kept: Vec<&EvidenceItem> = Vec::new();
    let mut list: Vec<Exhibit> = Vec::new();

    for (item, found) in rows {
        let file = files.by_path[found.path.as_path()];
        let Content { hash, media_type, .. } = match &contents[file] {
            Ok(read) => read,
            Err(error) => {
                findings.push(refused(item, Refusal::Missing(format!("cannot be read: {error}"), None), reliance));
                continue;
            }
        };
        findings.extend(differs(item, hash, reliance));

        let index = list.len();
        let first_path = *by_file.entry(file).or_insert(index);
        let first_content = *by_content.entry(&hash.sha256).or_insert(index);
        let own_file = first_path == index;
        let same = match own_file {
            false => Some(first_path),
            true => (first_content != index && hash.bytes > 0).then_some(first_content),
        };
        findings.extend(same.map(|first| doubled(item, kept[first], !own_file)));
        let (controls, tests) = reliance.of(item);
        list.push(Exhibit {
            id: item.id.value.clone(),
            title: plain(&item.title),
            original_path: found.name.clone(),
            archive_path: files.list[file].archive_path.clone(),
            sha256: hash.sha256.clone(),
            bytes: hash.bytes,
            media_type,
            controls,
            tests,
            source: plain(&item.source),
            collected_by: plain(&item.collected_by),
            collected_on: plain(&item.collected_on),
            covers_from: plain(&item.covers_from),
            covers_to: plain(&item.covers_to),
            confidentiality: plain(&item.confidentiality),
            same_as: same.map(|first| kept[first].id.value.clone()),
            own_file,
        });
        kept.push(item);
    }
    Exhibits { items: list }
}

fn plain<T: Clone>(value: &Option<Located<T>>) -> Option<T> {
    value.as_ref().map(|located| located.value.clone())
}

/// Which tests rely on which item, and where they say so.
struct Reliance<'a> {
    tests: HashMap<&'a Id, &'a Test>,
    citations: HashMap<&'a Id, Vec<(&'a Test, &'a Origin)>>,
}

impl<'a> Reliance<'a> {
    fn new(items: &'a [EvidenceItem], tests: &'a [Test], sampled: &'a [SampledItem]) -> Self {
        let mut citations: HashMap<&Id, Vec<_>> = items.iter().map(|item| (&item.id.value, Vec::new())).collect();
        for test in tests {
            for cited in &test.evidence {
                if let Some(list) = citations.get_mut(&cited.value) {
                    list.push((test, &cited.origin));
                }
            }
        }
        let tests: HashMap<&Id, &Test> = tests.iter().map(|test| (&test.id.value, test)).collect();
        for item in sampled {
            let Some(test) = tests.get(&item.test.value) else { continue };
            for cited in &item.evidence {
                if let Some(list) = citations.get_mut(&cited.value) {
                    list.push((*test, &cited.origin));
                }
            }
        }
        Self { tests, citations }
    }

    fn citations(&self, item: &EvidenceItem) -> &[(&'a Test, &'a Origin)] {
        self.citations.get(&item.id.value).map_or(&[], Vec::as_slice)
    }

    /// Controls and tests of an item, each once and in natural order. A test brings its control with it.
    fn of(&self, item: &EvidenceItem) -> (Vec<Id>, Vec<Id>) {
        let cited = self.citations(item).iter().map(|(test, _)| &test.id.value);
        let tests = sorted(item.tests.iter().map(|id| &id.value).chain(cited));
        let through_tests = tests.iter().filter_map(|id| self.tests.get(id)).map(|test| &test.control.value);
        (sorted(item.controls.iter().map(|id| &id.value).chain(through_tests)), tests)
    }

    fn orphan(&self, item: &EvidenceItem) -> Option<Diagnostic> {
        let relied_on = !item.tests.is_empty() || !item.controls.is_empty() || !self.citations(item).is_empty();
        (!relied_on).then(|| {
            Diagnostic::new(&EVIDENCE_DUPLICATE, format!("no test and no control relies on evidence {}", item.id))
                .at(&item.id.origin)
                .help("name the control or the test in the index, cite the id in the test, or drop the row")
        })
    }
}

fn sorted<'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<Id> {
    let unique: HashSet<&Id> = ids.collect();
    let mut list: Vec<Id> = unique.into_iter().cloned().collect();
    list.sort_by(|a, b| natural_cmp(a.as_str(), b.as_str()).then_with(|| a.cmp(b)));
    list
}

fn unknown_citations(items: &[EvidenceItem], tests: &[Test]) -> Vec<Diagnostic> {
    let known: HashSet<&Id> = items.iter().map(|item| &item.id.value).collect();
    let by_key: HashMap<String, &Id> = items.iter().map(|item| (item.id.value.clash_key(), &item.id.value)).collect();
    let mut list = Vec::new();
    for test in tests {
        for cited in test.evidence.iter().filter(|cited| !known.contains(&cited.value)) {
            let message = format!("test {} cites evidence {cited}, which is not in the index", test.id);
            let finding = Diagnostic::new(&EVIDENCE_MISSING, message).at(&cited.origin);
            list.push(match by_key.get(&cited.value.clash_key()) {
                Some(near) => finding.help(format!("the index has `{near}`")),
                None => finding.help("add a row for it to the index of evidence"),
            });
        }
    }
    list
}

fn no_tree(why: NoTree, items: &[EvidenceItem], folder: &Arc<Source>) -> Option<Diagnostic> {
    // Without rows, a folder that does not exist is none too few.
    let first = items.first();
    let count = items.len();
    let finding = match why {
        NoTree::Absent => {
            first?;
            let message = format!("there is no folder `evidence`, but the index has {count} row{}", plural(count));
            Diagnostic::new(&EVIDENCE_MISSING, message)
        }
        NoTree::NotAFolder => Diagnostic::new(&EVIDENCE_MISSING, "`evidence` is not a folder"),
        NoTree::Outside => Diagnostic::new(&EVIDENCE_UNSAFE, "the folder `evidence` is a link that leads elsewhere")
            .help("keep the evidence in the engagement folder itself"),
        NoTree::Unreadable(error) => {
            Diagnostic::new(&EVIDENCE_MISSING, format!("the folder `evidence` cannot be read: {error}"))
        }
    };
    Some(match first {
        Some(item) => finding.at(&item.file.origin),
        None => finding.in_file(folder),
    })
}

fn refused(item: &EvidenceItem, refusal: Refusal, reliance: &Reliance<'_>) -> Diagnostic {
    let (rule, why, help) = match refusal {
        Refusal::Missing(why, help) => (&EVIDENCE_MISSING, why, help),
        Refusal::Unsafe(why, help) => (&EVIDENCE_UNSAFE, why, help),
    };
    let message = format!("the file of evidence {}, `{}`, {why}", item.id, item.file.value);
    let finding = Diagnostic::new(rule, message).at(&item.file.origin);
    let finding = match help {
        Some(help) => finding.help(help),
        None => finding,
    };
    with_tests(finding, item, reliance)
}

/// The file is not the one that the index describes.
fn differs(item: &EvidenceItem, hash: &FileHash, reliance: &Reliance<'_>) -> Option<Diagnostic> {
    if hash.bytes == 0 {
        let message = format!("the file of evidence {}, `{}`, is empty", item.id, item.file.value);
        let finding = Diagnostic::new(&EVIDENCE_HASH, message).at(&item.file.origin).help("collect it again");
        return Some(with_tests(finding, item, reliance));
    }
    let expected = item.sha256.as_ref()?;
    let digits = expected.value.trim();
    if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        let message = format!("`{}` is not a SHA-256: it has 64 hexadecimal digits", expected.value);
        return Some(Diagnostic::new(&EVIDENCE_HASH, message).at(&expected.origin));
    }
    if digits.eq_ignore_ascii_case(&hash.sha256) {
        return None;
    }
    let message = format!("the file of evidence {}, `{}`, is not the one recorded", item.id, item.file.value);
    let finding = Diagnostic::new(&EVIDENCE_HASH, message)
        .at(&expected.origin)
        .help(format!("its SHA-256 is now {}; find out whether it was replaced after it was collected", hash.sha256));
    Some(with_tests(finding, item, reliance))
}

/// The file was written to while it was read.
fn changed(item: &EvidenceItem) -> Diagnostic {
    let message = format!("the file of evidence {}, `{}`, changed while it was packed", item.id, item.file.value);
    Diagnostic::new(&EVIDENCE_SEALED, message)
        .at(&item.file.origin)
        .help("let the evidence lie still, find out what changed it, and build again")
}

fn doubled(item: &EvidenceItem, first: &EvidenceItem, same_file: bool) -> Diagnostic {
    let message = if same_file {
        format!("evidence {} is the same file as {}", item.id, first.id)
    } else {
        format!("evidence {} has the same content as {}", item.id, first.id)
    };
    let help = if same_file {
        "one row may serve several controls and tests; the package holds the file once"
    } else {
        "check that the right file was collected for each; the package holds both"
    };
    Diagnostic::new(&EVIDENCE_DUPLICATE, message)
        .at(&item.file.origin)
        .related(format!("{} is here", first.id), &first.file.origin)
        .help(help)
}

/// Names the tests that rely on the item, where they say so.
fn with_tests(mut finding: Diagnostic, item: &EvidenceItem, reliance: &Reliance<'_>) -> Diagnostic {
    let citations = reliance.citations(item);
    for (test, origin) in citations.iter().take(MAX_LISTED) {
        finding = finding.related(format!("test {} relies on it", test.id), origin);
    }
    if let Some((test, origin)) = citations.get(MAX_LISTED) {
        let more = citations.len() - MAX_LISTED;
        finding = finding.related(format!("so does test {}, the first of {more} more", test.id), origin);
    }
    finding
}

fn not_indexed<'a>(names: impl Iterator<Item = &'a str>, folder: &Arc<Source>) -> Option<Diagnostic> {
    let names: Vec<_> = names.collect();
    let listed: Vec<_> = names.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
    let more = match names.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| {
        let (count, verb) = (names.len(), if names.len() == 1 { "is" } else { "are" });
        let message = format!(
            "{count} file{} below `evidence/` {verb} in no row of the index: {}{more}",
            plural(count),
            listed.join(", ")
        );
        Diagnostic::new(&EVIDENCE_DUPLICATE, message)
            .severity(Severity::Note)
            .in_file(folder)
            .help("the package holds only what the index names")
    })
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
