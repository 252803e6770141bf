//! Arguments of batches.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::DocumentArg;
use super::day;
use crate::model::Date;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  socpress bulk clients -o out
  socpress bulk 'clients/*/2025' --name '{parent}'
  socpress bulk plan.csv -o out --jobs 4 --time-limit 120
  socpress bulk plan.csv -o out --shard auto/8
  socpress bulk merge out

Each job has a folder of its own below the output folder. A job whose inputs, program and outputs are those of the last run is not made again, so that an interrupted batch goes on where it stopped. Exit codes: 0 all jobs have their outputs, 4 some, 1 none for findings, 3 none for other reasons, 130 or 143 stopped by Ctrl-C or SIGTERM, which let the jobs at hand be finished; the same signal again does not."
)]
pub struct BulkArgs {
    #[command(subcommand)]
    pub command: Option<BulkCommand>,
    /// Engagement folders, folders of such folders, patterns in quotes, or plans (.toml, .csv, .tsv, .jsonl).
    #[arg(required = true)]
    pub sources: Vec<String>,
    /// Folder for the outputs; made if it does not exist.
    #[arg(long, short, value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
    /// How the jobs' folders are named: {folder}, {parent}, {document}, {status}, {recipient}, {serial}, {number}.
    /// If not given: {folder}; for a recipient's copy of the report {folder}/copies/{serial}, of another document {folder}/copies/{document}-{serial}.
    #[arg(long, value_name = "PATTERN")]
    pub name: Option<String>,
    /// How many workers there are; as many as there are cores if not given.
    #[arg(long, short, value_name = "N", value_parser = at_least_one)]
    pub jobs: Option<usize>,
    /// Which document to make, where the plan names none.
    #[arg(long, value_enum, default_value_t = DocumentArg::Report)]
    pub document: DocumentArg,
    /// Also make the auditor's edition that lists the exhibits, of reports for which the plan does not say.
    #[arg(long)]
    pub evidence_list: bool,
    /// Go on when a job fails, as is done anyway.
    #[arg(long, conflicts_with = "fail_fast")]
    pub keep_going: bool,
    /// Begin no more jobs once one has failed.
    #[arg(long)]
    pub fail_fast: bool,
    /// Seconds that a job may take; 0 for any number.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub time_limit: u64,
    /// MiB of memory that a worker may hold; 0 for any amount.
    #[arg(long, value_name = "MIB")]
    pub memory_limit: Option<u64>,
    /// After so many jobs a worker is replaced by a new one; 0 for never.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub jobs_per_worker: usize,
    /// Make everything again, changed or not.
    #[arg(long)]
    pub force: bool,
    /// Make one part of the plan only: K/N, counted from 1, or auto/N in an array task of Slurm, Kubernetes or AWS Batch.
    #[arg(long, value_name = "K/N")]
    pub shard: Option<String>,
    /// The day by which file locks are decided, and nothing else; the clock's if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub today: Option<Date>,
    /// How to tell of progress and results.
    #[arg(long, value_enum, default_value_t = LogFormat::Human)]
    pub log_format: LogFormat,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("must be a whole number, 1 or more".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Messages for people, on standard error.
    Human,
    /// An event on each line, as JSON, on standard output.
    Json,
}

#[derive(Debug, Subcommand)]
pub enum BulkCommand {
    /// Join the summaries of all shards, and find what is missing.
    Merge {
        /// The output folder that the shards share.
        out: PathBuf,
        /// Which division, if shards of several plans were run into the folder.
        #[arg(long, value_name = "PLAN-of-N")]
        set: Option<String>,
        /// How to print the result.
        #[arg(long, value_enum, default_value_t = LogFormat::Human)]
        log_format: LogFormat,
    },
}
