//! Tests of the room as a whole, on folders made for them.

mod archive;
mod collect;
mod packing;

use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use super::{
    Archive, Exhibits, ExtraFile, FileFacts, PackOptions, PackageError, PackageFacts, Progress, ReportFile, Sealed,
    Unseen,
};
use crate::diagnostics::{Diagnostic, Findings, Located, Origin, Severity, Source};
use crate::model::{EvidenceItem, Id, Prose, Test, TestResult};

/// An engagement folder as far as evidence goes. Origins are lines of a made-up index, so that findings can be told apart.
struct Folder {
    folder: tempfile::TempDir,
    index: Vec<EvidenceItem>,
    tests: Vec<Test>,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("evidence")).unwrap();
        Self { folder, index: Vec::new(), tests: Vec::new() }
    }

    fn evidence(&self) -> PathBuf {
        self.folder.path().join("evidence")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.evidence().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A row of the index for control LA-01.
    fn row(&mut self, id: &str, file: &str) -> &mut EvidenceItem {
        let origin = origin("evidence.toml", self.index.len());
        self.index.push(EvidenceItem {
            id: Located::new(Id::new(id), origin.clone()),
            file: Located::new(file.to_owned(), origin.clone()),
            title: None,
            tests: Vec::new(),
            controls: vec![Located::new(Id::new("LA-01"), origin.clone())],
            source: None,
            collected_by: None,
            collected_on: None,
            covers_from: None,
            covers_to: None,
            confidentiality: None,
            sha256: None,
            origin,
        });
        self.index.last_mut().unwrap()
    }

    /// A row, and the file it names, whose content is the name.
    fn item(&mut self, id: &str, file: &str) -> &mut EvidenceItem {
        self.file(file, file);
        self.row(id, file)
    }

    fn test(&mut self, id: &str, control: &str, evidence: &[&str]) {
        let origin = origin("tests.csv", self.tests.len());
        self.tests.push(Test {
            id: Located::new(Id::new(id), origin.clone()),
            control: Located::new(Id::new(control), origin.clone()),
            procedure: Prose { text: "Inspected tickets.".into(), origin: origin.clone() },
            methods: Vec::new(),
            population_description: None,
            populations: Vec::new(),
            result: Located::new(TestResult::NoDeviation, origin.clone()),
            result_text: None,
            reason: None,
            corroboration: None,
            tested_on: None,
            evidence_date: None,
            evidence: evidence.iter().map(|id| Located::new(Id::new(*id), origin.clone())).collect(),
            exception: None,
            tester: None,
            reviewer: None,
            origin,
        });
    }

    fn collect(&self) -> (Exhibits, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let exhibits = super::collect(
            super::Index {
                items: &self.index,
                tests: &self.tests,
                sampled: &[],
                with_personal: true,
                root: &self.evidence(),
            },
            &mut findings,
        );
        (exhibits, findings.sorted().into_iter().collect())
    }

    fn try_pack<W: Write + Seek>(
        &self,
        archive: &mut Archive<W>,
        progress: &dyn Progress,
    ) -> Result<(Exhibits, Vec<Diagnostic>), PackageError> {
        let mut findings = Findings::default();
        let (index, tests) = (&self.index, &self.tests);
        let exhibits = super::collect_into(
            super::Index { items: index, tests, sampled: &[], with_personal: true, root: &self.evidence() },
            archive,
            progress,
            &mut findings,
        )?;
        Ok((exhibits, findings.sorted().into_iter().collect()))
    }

    fn pack<W: Write + Seek>(&self, archive: &mut Archive<W>, progress: &dyn Progress) -> (Exhibits, Vec<Diagnostic>) {
        self.try_pack(archive, progress).unwrap()
    }

    /// The exhibits of a folder in which nothing is wrong.
    fn exhibits(&self) -> Exhibits {
        let (exhibits, findings) = self.collect();
        let findings: Vec<_> = findings.iter().map(|f| &f.message).collect();
        assert!(findings.is_empty(), "{findings:?}");
        exhibits
    }
}

/// A line of a made-up file, counted from 0.
fn origin(file: &str, index: usize) -> Origin {
    let text = "line\n".repeat(index + 1);
    let source = Source::new(file, file, text);
    Origin::span(&source, index * 5..index * 5 + 4)
}

fn facts() -> PackageFacts {
    PackageFacts {
        service_organization: "Tarnbrook Systems, Inc.".into(),
        system: "Ledgerline Platform".into(),
        report: "SOC 2 Type II report".into(),
        covers: "January 1, 2025 to December 31, 2025".into(),
        generator: "socpress 0.1.0".into(),
        file: FileFacts::default(),
    }
}

fn reports() -> Vec<ReportFile> {
    vec![ReportFile { name: "report.pdf".into(), sha256: super::sha256_hex(b"report"), bytes: 6 }]
}

fn exhibits_pdf() -> Vec<ExtraFile> {
    vec![ExtraFile { path: "exhibits.pdf".into(), bytes: b"%PDF-1.7 ".to_vec(), media_type: "application/pdf".into() }]
}

fn new_file(path: &Path) -> fs::File {
    fs::File::options().read(true).write(true).create(true).truncate(true).open(path).unwrap()
}

/// Packs the evidence of a folder and completes the archive.
fn seal_to(path: &Path, folder: &Folder, options: PackOptions) -> (Exhibits, Sealed) {
    let mut archive = Archive::new(new_file(path), options);
    let exhibits = folder.pack(&mut archive, &Unseen).0;
    let (sealed, _) = super::seal(archive, &exhibits, &exhibits_pdf(), &facts(), &reports()).unwrap();
    let hash = super::hash_file(path).unwrap();
    assert_eq!((sealed.bytes, &sealed.sha256), (hash.bytes, &hash.sha256));
    (exhibits, sealed)
}

fn rules(findings: &[Diagnostic]) -> Vec<(&'static str, Severity)> {
    findings.iter().map(|f| (f.rule.id, f.severity)).collect()
}
