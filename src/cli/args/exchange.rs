//! Arguments of imports and exports.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Format, InitCategory, InitType};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress import matrix.xlsx acme --dry-run
  socpress import matrix.xlsx acme
  socpress import work-paper.csv acme --table tests --column 'Sample tested=sample' --column 'Notes='
  socpress import platform-export/ acme
  socpress import ssp.json acme

A new folder begins as with `socpress init`; in one that is there the records are brought up to date. What is printed says which column became what and which was left out. An import that is repeated changes what changed in the source, keeps what was changed by hand, and lists where both changed (exit code 1). Records that the source no longer has stay, unless --prune. What is known of earlier imports stands in .socpress-import.json.")]
pub struct ImportArgs {
    /// A workbook, a CSV file, a folder of these, a platform's evidence export, or an OSCAL catalog, profile, system security plan or assessment results (JSON or YAML).
    pub source: PathBuf,
    /// Engagement folder; made if it does not exist.
    pub folder: PathBuf,
    /// Show what would be done, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The table that the rows belong to, where heads and names do not tell.
    #[arg(long, value_name = "TABLE")]
    pub table: Option<String>,
    /// A column and the field that it holds; with nothing behind = it is left out. May be given several times.
    #[arg(long = "column", value_name = "HEAD=FIELD")]
    pub columns: Vec<ColumnArg>,
    /// What to do where the source and a hand changed the same.
    #[arg(long, value_enum, default_value_t = ConflictsArg::List)]
    pub conflicts: ConflictsArg,
    /// Remove records that the source no longer has and nobody touched.
    #[arg(long)]
    pub prune: bool,
    /// Type of report, for a new folder.
    #[arg(long = "type", value_enum, default_value_t = InitType::Type2)]
    pub report_type: InitType,
    /// Categories in scope, for a new folder.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "security")]
    pub categories: Vec<InitCategory>,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `HEAD=FIELD`
#[derive(Debug, Clone)]
pub struct ColumnArg {
    pub head: String,
    pub field: String,
}

impl std::str::FromStr for ColumnArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (head, field) = text.rsplit_once('=').ok_or("write it as `Head of the column=field`")?;
        Ok(Self { head: head.trim().to_owned(), field: field.trim().to_owned() })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConflictsArg {
    /// Keep what stands in the folder, and list it each time.
    List,
    /// Keep what stands in the folder, for good.
    Ours,
    /// Take what the source says.
    Theirs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress export acme -o acme.xlsx
  socpress export acme --tables controls,tests -o testing.xlsx
  socpress export acme --to csv -o tables/
  socpress export acme --to oscal-ssp -o ssp.json
  socpress export acme --to oscal-assessment-results -o results.json

A workbook is read back when it lies in the folder as tables.xlsx, in place of the files of its tables; every form can be brought in again with `socpress import`.")]
pub struct ExportArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// The file to write; for csv and toml a folder. If left out: tables.xlsx, tables/, tables.json, ssp.json or assessment-results.json.
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// The form.
    #[arg(long, value_enum, default_value_t = ExportForm::Xlsx)]
    pub to: ExportForm,
    /// Leave out what stays in the auditor's file: initials, rationales, conclusions, sign-offs, waivers, sampled items.
    #[arg(long)]
    pub for_client: bool,
    /// Write over what is there.
    #[arg(long)]
    pub force: bool,
    /// Which tables, separated by commas, empty ones too; all that have records if left out.
    #[arg(long, value_delimiter = ',', value_name = "TABLES")]
    pub tables: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// A workbook to fill in: drop-downs, explanations, findings as comments.
    Xlsx,
    /// A folder with a CSV file for each table.
    Csv,
    /// A folder with a TOML file for each table.
    Toml,
    /// One JSON document.
    Json,
    /// OSCAL system security plan: controls, complementary controls, subservice organizations.
    OscalSsp,
    /// OSCAL assessment results: tests, exceptions, conclusions, evidence.
    OscalAssessmentResults,
}
