//! `socpress export`

use std::path::Path;

use super::Exit;
use super::args::{ExportArgs, ExportForm};
use super::output::Terminal;
use crate::pipeline::{self, ExportError, ExportOptions, Form};

pub fn run(args: &ExportArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let form = match args.to {
        ExportForm::Xlsx => Form::Workbook,
        ExportForm::Csv => Form::Csv,
        ExportForm::Toml => Form::Toml,
        ExportForm::Json => Form::Json,
        ExportForm::OscalSsp => Form::SystemSecurityPlan,
        ExportForm::OscalAssessmentResults => Form::AssessmentResults,
    };
    let options = ExportOptions { form, out: args.out.clone(), for_client: args.for_client, force: args.force };
    match pipeline::export(&args.folder, firm, &args.tables, &options) {
        Ok(exported) => {
            for (table, rows) in &exported.tables {
                terminal.say(&format!("{table}: {rows} rows"));
            }
            for (table, key, count) in &exported.not_held {
                terminal.say(&match key {
                    Some(key) => {
                        format!("not written: `{key}` of {table}, given {count} times; a sheet cannot hold it")
                    }
                    None => format!("not written: {table}, {count} records; this form has no place for them"),
                });
            }
            terminal.say(&exported.out.display().to_string());
            Exit::Fine
        }
        Err(ExportError::Unreadable(findings)) => {
            terminal.findings(&findings);
            let unreadable = findings.iter().any(|f| f.rule == &crate::load::rules::FILE_UNREADABLE);
            if unreadable { Exit::Io } else { Exit::Findings }
        }
        Err(error @ (ExportError::Exists(_) | ExportError::IntoEngagement(_))) => {
            terminal.error(&error.to_string());
            Exit::Usage
        }
        Err(ExportError::UnknownTable(name)) => {
            terminal.error(&format!("there is no table `{name}`; docs/engagement-folder.md lists them"));
            Exit::Usage
        }
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Io
        }
    }
}
