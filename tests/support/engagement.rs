//! An engagement folder that is complete and without findings, to be changed in one respect.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tempfile::TempDir;

use super::expect::Expect;
use super::pdf::Pdf;
use super::run::{At, Built, Finding, Run, listed, socpress};

/// The criteria of the category security, as the catalogue names them.
pub const COMMON_CRITERIA: [&str; 33] = [
    "CC1.1", "CC1.2", "CC1.3", "CC1.4", "CC1.5", "CC2.1", "CC2.2", "CC2.3", "CC3.1", "CC3.2", "CC3.3", "CC3.4",
    "CC4.1", "CC4.2", "CC5.1", "CC5.2", "CC5.3", "CC6.1", "CC6.2", "CC6.3", "CC6.4", "CC6.5", "CC6.6", "CC6.7",
    "CC6.8", "CC7.1", "CC7.2", "CC7.3", "CC7.4", "CC7.5", "CC8.1", "CC9.1", "CC9.2",
];

const ENGAGEMENT: &str = r#"format = 1
type = "type-2"
status = "draft"
categories = ["security"]
no_incidents = true
no_changes = true

[period]
start = 2025-01-01
end = 2025-12-31

[service_organization]
name = "Quillmark Logistics, Inc."
short_name = "Quillmark"
system = "Quillmark Dispatch Cloud"

[service_auditor]
name = "Harrow & Penhale LLP"
city = "Missoula, Montana"
report_date = 2026-02-10

[opinion]
form = "unqualified"

[assertion]
date = 2026-02-10
signatory_name = "Idris Vanterpool"
signatory_title = "Chief Executive Officer"

[[service_commitments]]
id = "SC-1"
text = "Shipment records are shown to the shipper and the carrier only."
categories = ["security"]

[[system_requirements]]
id = "SR-1"
text = "Every account belongs to one named person."
categories = ["security"]

[[signoffs]]
role = "engagement-partner"
name = "Petra Harrow"
date = 2026-02-09
"#;

const CONTROLS: &str = r#"[[controls]]
id = "GOV-1"
title = "Yearly policy approval"
description = "Once a year the board approves the policies and records its vote in the minutes."
criteria = [GOVERNANCE]
owner = "Company Secretary"
frequency = "annual"
nature = "manual"

[[controls]]
id = "OPS-1"
title = "Access by ticket"
description = "Before access to production is granted, the system owner approves a ticket that names the role."
criteria = [OPERATIONS]
owner = "Platform Lead"
frequency = "event-driven"
nature = "manual"

[[controls]]
id = "SEC-1"
title = "Quarterly self-review"
description = "Each quarter the Security Lead compares the records with the control matrix and opens a ticket for each gap."
criteria = [EVERYTHING]
owner = "Security Lead"
frequency = "quarterly"
nature = "manual"
"#;

const TESTS: &str = r#"[[tests]]
id = "T-1"
control = "GOV-1"
procedure = "Inspected the minutes of the meeting that approved the policies."
methods = ["inspection"]
result = "no-deviation"
tested_on = 2025-11-18

[[tests]]
id = "T-2"
control = "OPS-1"
procedure = "Inspected the tickets of the grants selected for the approval that preceded them."
methods = ["inspection"]
population = 80
population_description = "grants of access in the period"
population_source = "Identity log"
sample = 20
deviations = 0
result = "no-deviation"
tested_on = 2026-01-12

[[tests]]
id = "T-3"
control = "SEC-1"
procedure = "Reperformed the comparison of the second quarter."
methods = ["reperformance"]
result = "no-deviation"
tested_on = 2025-11-19
"#;

const TOPIC: &str = "---
title: The dispatch service
description_criteria: [1, 3]
components: [infrastructure, software, people, procedures, data]
---

Quillmark plans routes for carriers and shows shippers where their freight is.
";

const FIRM: &str = r#"format = 1
registration = "Montana, CPA firm 4471"

[peer_review]
accepted_on = 2024-11-04

[wording_approval]
by = "Petra Harrow"
role = "Quality partner"
on = 2025-06-30
"#;

/// The file with the topic of the base engagement.
const TOPIC_FILE: &str = "description/01-service.md";

pub struct Engagement {
    temp: Rc<TempDir>,
    root: PathBuf,
}

impl Engagement {
    /// A folder without a file.
    pub fn empty() -> Self {
        let temp = tempfile::tempdir().expect("a temporary folder");
        // Links in the path of the temporary folder would show in messages.
        let root = temp.path().canonicalize().expect("a path").join("engagement");
        fs::create_dir(&root).expect("a folder");
        Self { temp: Rc::new(temp), root }
    }

    /// A Type II about security: three controls, three tests, a topic; a draft without any finding.
    pub fn type_2() -> Self {
        let list = |ids: &[&str]| ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
        let controls = CONTROLS
            .replace("GOVERNANCE", &list(&COMMON_CRITERIA[..17]))
            .replace("OPERATIONS", &list(&COMMON_CRITERIA[17..]))
            .replace("EVERYTHING", &list(&COMMON_CRITERIA));
        Self::empty()
            .file("engagement.toml", ENGAGEMENT)
            .file("controls.toml", controls)
            .file("tests.toml", TESTS)
            .file(TOPIC_FILE, TOPIC)
    }

    /// The same as a Type I.
    pub fn type_1() -> Self {
        Self::type_2()
            .remove("tests.toml")
            .set("type = \"type-2\"", "type = \"type-1\"\nas_of = 2025-12-31")
            .set("no_changes = true\n", "")
            .set("[period]\nstart = 2025-01-01\nend = 2025-12-31\n", "")
    }

    /// Issued, in words that the firm approved.
    pub fn issued(self) -> Self {
        self.set("status = \"draft\"", "status = \"final\"").file("firm/firm.toml", FIRM)
    }

    /// Writes a file, and the folders above it.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, content).expect("a file");
        self
    }

    /// Adds to the end of a file, which need not exist.
    pub fn append(self, name: &str, text: &str) -> Self {
        let before = fs::read_to_string(self.root.join(name)).unwrap_or_default();
        self.file(name, before + text)
    }

    /// Replaces text that stands in the file exactly once.
    #[track_caller]
    pub fn replace(self, name: &str, from: &str, to: &str) -> Self {
        let text = self.text(name);
        assert_eq!(text.matches(from).count(), 1, "`{from}` does not stand in {name} once");
        self.file(name, text.replace(from, to))
    }

    /// [`Self::replace`] in `engagement.toml`.
    #[track_caller]
    pub fn set(self, from: &str, to: &str) -> Self {
        self.replace("engagement.toml", from, to)
    }

    /// Adds to the end of `engagement.toml`.
    pub fn add(self, text: &str) -> Self {
        self.append("engagement.toml", text)
    }

    /// Puts a text in place of the topic's own.
    pub fn topic(self, body: &str) -> Self {
        let head = &TOPIC[..TOPIC.rfind("---\n").expect("front matter") + 4];
        self.file(TOPIC_FILE, format!("{head}\n{body}"))
    }

    /// Puts a matrix in place of the base's.
    pub fn matrix(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.remove("controls.toml").file(name, text)
    }

    /// Adds an exhibit: its row, for the control SEC-1, and its file.
    pub fn exhibit(self, id: &str, file: &str, content: impl AsRef<[u8]>) -> Self {
        self.index(id, file).file(&format!("evidence/{file}"), content)
    }

    /// Adds a row to the index of evidence.
    pub fn index(self, id: &str, file: &str) -> Self {
        let file = file.replace('"', "\\\"");
        self.append(
            "evidence.toml",
            &format!("[[evidence]]\nid = \"{id}\"\nfile = \"{file}\"\ncontrols = [\"SEC-1\"]\n\n"),
        )
    }

    /// Two of the twenty grants of T-2 deviated: exception EX-1, with management's response.
    pub fn with_exception(self) -> Self {
        self.replace("tests.toml", "deviations = 0\nresult = \"no-deviation\"", "deviations = 2\nresult = \"deviation\"\nexception = \"EX-1\"")
            .file(
                "exceptions.toml",
                r#"[[exceptions]]
id = "EX-1"
nature = "For 2 of 20 grants selected, the approval was dated one day after the grant."
cause = "The owner was on leave and had named no deputy."
effect = "Both roles were approved as they stood."
rationale = "The self-review found no role without approval."
response = "Management agrees and regrets the omission."
response_action = "Each owner has named a deputy."
response_owner = "Platform Lead"
response_date = 2026-01-30
"#,
            )
            .add(
                &COMMON_CRITERIA[17..]
                    .iter()
                    .map(|id| format!("\n[[conclusions]]\ncriterion = \"{id}\"\nconclusion = \"met\"\nrationale = \"One day late, twice.\"\n"))
                    .collect::<String>(),
            )
    }

    pub fn remove(self, name: &str) -> Self {
        fs::remove_file(self.root.join(name)).expect("the file is there");
        self
    }

    /// Makes `name` a link to `target`.
    pub fn link(self, name: &str, target: impl AsRef<Path>) -> Self {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::os::unix::fs::symlink(target, path).expect("a link");
        self
    }

    /// Writes a file beside the engagement folder, out of its reach.
    pub fn outside(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.beside(name), content).expect("a file");
        self
    }

    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Opens a PDF that was written into the output folder.
    #[track_caller]
    pub fn output(&self, name: &str) -> Pdf {
        Pdf::open(&self.out().join(name), Some(self.temp.clone()))
    }

    /// A path beside the engagement folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.parent().expect("a folder").join(name)
    }

    pub fn out(&self) -> PathBuf {
        self.beside("out")
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Where a text stands that is in the file once; `^` in it marks the very place, its beginning if there is none.
    #[track_caller]
    pub fn place(&self, name: &str, marked: &str) -> At {
        let text = self.text(name);
        let (before, after) = marked.split_once('^').unwrap_or(("", marked));
        let wanted = format!("{before}{after}");
        assert_eq!(text.matches(&wanted).count(), 1, "`{wanted}` does not stand in {name} once");
        let offset = text.find(&wanted).unwrap_or_default() + before.len();
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        At {
            file: name.to_owned(),
            line: Some(text[..start].matches('\n').count() + 1),
            column: Some(text[start..offset].chars().count() + 1),
        }
    }

    #[track_caller]
    pub fn check(&self) -> Run {
        Run::of(socpress().args(["check", "--format", "json"]).arg(&self.root))
    }

    #[track_caller]
    pub fn try_build(&self) -> Run {
        Run::of(socpress().args(["build", "--format", "json"]).arg(&self.root).arg("-o").arg(self.out()))
    }

    /// Builds; there must be outputs.
    #[track_caller]
    pub fn build(&self) -> Built {
        self.build_into(&self.out())
    }

    /// Builds into a folder of its own.
    #[track_caller]
    pub fn build_into(&self, out: &Path) -> Built {
        let run = Run::of(socpress().args(["build", "--format", "json"]).arg(&self.root).arg("-o").arg(out));
        assert!(run.built(), "nothing was built:\n{}", listed(&run.findings()));
        Built { out: out.to_owned(), run, keep: Some(self.temp.clone()) }
    }

    /// Builds, and gives the report.
    #[track_caller]
    pub fn report(&self) -> Pdf {
        self.build().report()
    }

    /// `check` gives these findings among others.
    #[track_caller]
    pub fn finds<const N: usize>(&self, expected: [Expect; N]) {
        let run = self.check();
        for one in expected {
            one.in_findings(self, &run.findings());
        }
    }

    /// `check` gives these findings and no other.
    #[track_caller]
    pub fn finds_only<const N: usize>(&self, expected: [Expect; N]) {
        let findings = self.check().findings();
        assert_eq!(findings.len(), N, "\n{}", listed(&findings));
        self.finds(expected);
    }

    /// Nothing can be made of the folder: these errors and no others, each with its place and its help, as JSON and for
    /// people; exit code 1; and nothing is written, not even the output folder.
    #[track_caller]
    pub fn refuses<const N: usize>(&self, expected: [Expect; N]) {
        let errors: Vec<_> = self.refuses_among(expected).into_iter().filter(|f| f.severity == "error").collect();
        assert_eq!(errors.len(), N, "other errors than those expected:\n{}", listed(&errors));
    }

    /// The same, but there may be other errors. Gives all findings.
    #[track_caller]
    pub fn refuses_among<const N: usize>(&self, expected: [Expect; N]) -> Vec<Finding> {
        let run = self.try_build();
        let findings = run.findings();
        for one in &expected {
            one.in_findings(self, &findings);
        }
        assert!(!run.built(), "it was built all the same");
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(!self.out().exists(), "something was written");
        let people = Run::of(socpress().args(["check", "--color", "never"]).arg(&self.root));
        assert_eq!(people.code, 1, "{}", people.stderr);
        assert_eq!(people.stdout, "", "messages for people go to standard error");
        for one in &expected {
            one.in_messages(self, &people.stderr);
        }
        findings
    }
}

/// A folder of `sample-data`.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name)
}
