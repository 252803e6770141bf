//! All arguments.

mod bulk;
mod exchange;
mod package;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use bulk::{BulkArgs, BulkCommand, LogFormat};
pub use exchange::{ConflictsArg, ExportArgs, ExportForm, ImportArgs};
pub use package::{AddendumArgs, PackageArgs, PackagingArgs, PassphraseArgs, SignArgs, VerifyArgs};

use super::roll_forward::Period;
use crate::model::Date;

const EXAMPLES: &str = "\
Examples:
  socpress init acme --type type-2 --categories security,availability
  socpress check acme
  socpress build acme -o out
  socpress build acme -o out --format json | jq .outputs
  socpress verify out/evidence.zip out/report.pdf

Exit codes: 0 fine, 1 findings of error severity, 2 wrong usage, 3 could not read or write, 4 some jobs of a batch failed, 130 or 143 a batch was stopped.";

/// Turns an attestation engagement's data into the finished SOC 2 report and its evidence package.
#[derive(Debug, Parser)]
#[command(name = "socpress", version, about, after_help = EXAMPLES, propagate_version = true)]
pub struct Cli {
    /// When to use colors in messages.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Folder of the firm's profile: firm.toml, letters/, style/, catalogue/. If not given: `firm/` in the engagement folder, if it is there.
    #[arg(long, global = true, value_name = "FOLDER", env = "SOCPRESS_FIRM")]
    pub firm: Option<PathBuf>,
    /// Print findings of error severity only, and no summary.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// If the output is a terminal.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Messages for people, on standard error.
    Human,
    /// One JSON document, on standard output.
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new engagement folder with questions to answer.
    Init(InitArgs),
    /// Read an engagement folder and report every problem.
    Check(CheckArgs),
    /// Make the report (PDF) and the evidence package (ZIP).
    Build(BuildArgs),
    /// Make the documents of many engagements, in parallel, and only what has changed.
    Bulk(BulkArgs),
    /// Make the evidence package alone, or list what would go in.
    Package(PackageArgs),
    /// Write the sheet of the review's points: PDF, workbook and JSON.
    Points(PointsArgs),
    /// Show what serves each criterion, what addresses the description criteria, and what is left to do.
    Coverage(CoverageArgs),
    /// Show what answers the signals by which readers score such reports.
    Score(ScoreArgs),
    /// Say what a rule looks for, why, and how to mend it.
    Explain(ExplainArgs),
    /// Make next year's draft of last year's engagement.
    RollForward(RollForwardArgs),
    /// Prepare a revised report: check what it replaces, list what changed.
    Reissue(ReissueArgs),
    /// List, export and check the wording of the letters, for a firm that puts its own in place of ours.
    Templates(TemplatesArgs),
    /// Bring workbooks, CSV files, evidence exports and OSCAL documents into an engagement folder.
    Import(ImportArgs),
    /// Write the tables to a workbook that a client or a tester fills in, to CSV, TOML, JSON or OSCAL.
    Export(ExportArgs),
    /// Add to the package of a closed file: what came later, who added it, when and why.
    Addendum(AddendumArgs),
    /// Sign the manifest of an evidence package.
    Sign(SignArgs),
    /// Check an evidence package: every byte, and the reports that belong to it.
    Verify(VerifyArgs),
    /// Print the JSON Schema of a TOML file, for editors that complete and check, or of the package's manifest.
    Schema(SchemaArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Write the manual pages to a folder.
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress init acme
  socpress init acme --type type-1 --categories security
  socpress init acme --tables csv

The folder holds questions and structure only, never results or prose that could pass unread: `socpress check` lists what is left to write.")]
pub struct InitArgs {
    /// Folder to make; must be empty or not exist.
    pub folder: PathBuf,
    /// Type of report.
    #[arg(long = "type", value_enum, default_value_t = InitType::Type2)]
    pub report_type: InitType,
    /// Categories in scope, separated by commas. Security is always one of them.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "security")]
    pub categories: Vec<InitCategory>,
    /// Form of the tables of controls, tests, exceptions and evidence.
    #[arg(long, value_enum, default_value_t = Tables::Toml)]
    pub tables: Tables,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InitType {
    /// Design, at a date.
    #[value(name = "type-1", aliases = ["type-i", "1"])]
    Type1,
    /// Design and operation, over a period.
    #[value(name = "type-2", aliases = ["type-ii", "2"])]
    Type2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InitCategory {
    Security,
    Availability,
    ProcessingIntegrity,
    Confidentiality,
    Privacy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tables {
    Toml,
    Csv,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress check acme
  socpress check acme --format json > findings.json
  socpress check acme --format sarif > findings.sarif
  socpress check acme --deny warnings")]
pub struct CheckArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Another engagement to compare with: last year's, or another client's. May be given several times.
    #[arg(long, value_name = "FOLDER")]
    pub compare_with: Vec<PathBuf>,
    /// Let warnings, or warnings and notes, give exit code 1 as errors do.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Messages for people, on standard error.
    Human,
    /// One JSON document, on standard output.
    Json,
    /// SARIF 2.1.0 for code-review tools, on standard output.
    Sarif,
    /// Annotations for GitHub's runners, on standard output.
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
    Notes,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress build acme
  socpress build acme -o out --evidence-list
  socpress build acme -o out --format json
  socpress build acme -o out --split-size 650MB

Writes report.pdf, evidence.zip (if there is evidence) and build.json, all of them or none. A draft is built in spite of findings of error severity, with their number on its cover and exit code 1; a final report is not.")]
pub struct BuildArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// Folder for the outputs; made if it does not exist.
    #[arg(long, short, value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
    /// Which document to make. The report comes with the evidence package, the others alone.
    #[arg(long, value_enum, default_value_t = DocumentArg::Report)]
    pub document: DocumentArg,
    /// Also make report-workpaper.pdf, the auditor's edition that lists the exhibits.
    #[arg(long)]
    pub evidence_list: bool,
    /// The day by which the file lock is decided, and nothing else; the clock's if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub packaging: PackagingArgs,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress roll-forward acme-2025 acme-2026 --period 2026-01-01..2026-12-31
  socpress roll-forward acme-type-1 acme-2026 --period 2026-01-01..2026-06-30

Takes over texts, controls, procedures and lists with their comments. Leaves behind results, exceptions, evidence, incidents, changes, conclusions, sign-offs, the opinion and the dates. Prior exceptions become [[follow_ups]], and what must be looked at again is listed in [[to_confirm]], where `check` finds it. The old folder is not changed.")]
pub struct RollForwardArgs {
    /// The engagement folder of the prior report.
    pub old: PathBuf,
    /// Folder to make; must be empty or not exist.
    pub new: PathBuf,
    /// The new period, both days included: 2026-01-01..2026-12-31.
    #[arg(long, value_name = "FROM..TO", conflicts_with = "as_of")]
    pub period: Option<Period>,
    /// The date of a Type I.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress reissue acme-as-issued acme --replaces out --date 2026-03-05 --reason 'Test T-12 had been reported with the wrong sample.'
  socpress reissue acme-as-issued acme --replaces out --date 2026-03-05 --reason '...' --as-to 'the subsequent event of 1 March'

Compares the corrected engagement with the one that was issued, checks that report.pdf is the file that build.json records, and writes [reissue] into the corrected engagement.toml. The next build shows the revision on the cover, in the auditor's letter and in an appendix.")]
pub struct ReissueArgs {
    /// The engagement folder as it was issued.
    pub old: PathBuf,
    /// The corrected engagement folder.
    pub new: PathBuf,
    /// Output folder of the issued report, with report.pdf and build.json.
    #[arg(long, value_name = "FOLDER")]
    pub replaces: PathBuf,
    /// Why the report is revised: a sentence that it prints.
    #[arg(long)]
    pub reason: String,
    /// Date of the revision, which becomes the report's.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub date: Date,
    /// Dual date: the report keeps its first date except for this matter.
    #[arg(long, value_name = "MATTER")]
    pub as_to: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocumentArg {
    /// The SOC 2 report with its evidence package.
    Report,
    /// The general-use report on the same examination (Type II).
    Soc3,
    /// Management's letter on the time after the period.
    BridgeLetter,
    /// Management's representations to the service auditor.
    RepresentationLetter,
    /// Section III alone, with the description criteria and where they are addressed.
    Description,
    /// The control matrix alone, without tests.
    Matrix,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress templates list
  socpress templates export our-firm
  socpress templates export our-firm report-opinion report-restricted-use
  socpress templates check our-firm
  socpress build acme --firm our-firm

The clauses are Markdown with Jinja. The data decides which of them stand; a firm replaces their words.")]
pub struct TemplatesArgs {
    #[command(subcommand)]
    pub command: TemplatesCommand,
}

#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// Name all clauses, what they belong to and when they stand.
    List {
        /// How to print the list.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Write a firm's folder to start from: firm.toml, the clauses, the titles of the criteria.
    Export {
        /// Folder to make; must be empty or not exist.
        folder: PathBuf,
        /// Clauses to write; all if none is named.
        clauses: Vec<String>,
    },
    /// Read a firm's folder and try out its clauses with invented values of every kind.
    Check {
        /// The firm's folder.
        folder: PathBuf,
        /// How to print the result.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Id of the rule, as findings name it: TST-03.
    pub rule: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress points acme -o out

Open findings have room for a response; waived ones bear their reason and who waived them.")]
pub struct PointsArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// Folder for the outputs; made if it does not exist.
    #[arg(long, short, value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress coverage acme
  socpress coverage acme --view left
  socpress coverage acme --format json")]
pub struct CoverageArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// Which tables to print, separated by commas; all if left out.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub view: Vec<CoverageView>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverageView {
    /// Criteria and controls.
    Criteria,
    /// Description criteria and topics.
    Description,
    /// Controls, tests and evidence.
    Evidence,
    /// Tests to write or do, evidence to cite.
    Left,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress score acme
  socpress score acme --format json")]
pub struct ScoreArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress schema engagement > .schemas/engagement.json
  socpress schema controls
  socpress schema manifest

`socpress init` writes the schemas into the new folder. A file names its own in its first line: #:schema .schemas/controls.json")]
pub struct SchemaArgs {
    /// Name of the file: engagement, firm, controls, tests ..., or manifest.
    pub file: String,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for the pages; made if it does not exist.
    pub folder: PathBuf,
}

/// A day, as `2025-12-31`.
fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day of the calendar, year-month-day: 2025-12-31".to_owned())
}
