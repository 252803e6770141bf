//! `socpress export`

use std::path::Path;

use super::Exit;
use super::args::ExportArgs;
use super::output::Terminal;
use crate::pipeline::{self, ExportError};

pub fn run(args: &ExportArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    match pipeline::export(&args.folder, firm, &args.tables, &args.out) {
        Ok(exported) => {
            for (table, rows) in &exported.tables {
                terminal.say(&format!("{table}: {rows} rows"));
            }
            for (table, key, count) in &exported.not_held {
                terminal.say(&format!(
                    "not in the workbook: `{key}` of {table}, given {count} times; a sheet cannot hold it"
                ));
            }
            terminal.say(&args.out.display().to_string());
            Exit::Fine
        }
        Err(ExportError::Unreadable(findings)) => {
            terminal.findings(&findings);
            Exit::Io
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
