//! `socpress init`

use super::Exit;
use super::args::{InitArgs, InitCategory, InitType, Tables};
use super::output::Terminal;
use crate::model::{Category, ReportType};
use crate::scaffold::{self, Scaffold, ScaffoldError};

/// What a new folder is for. Security is always in scope.
pub fn scaffold(report_type: InitType, named: &[InitCategory], csv: bool) -> Scaffold {
    let mut categories = vec![Category::Security];
    for category in named {
        let category = match category {
            InitCategory::Security => Category::Security,
            InitCategory::Availability => Category::Availability,
            InitCategory::ProcessingIntegrity => Category::ProcessingIntegrity,
            InitCategory::Confidentiality => Category::Confidentiality,
            InitCategory::Privacy => Category::Privacy,
        };
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    categories.sort();
    let report_type = match report_type {
        InitType::Type1 => ReportType::Type1,
        InitType::Type2 => ReportType::Type2,
    };
    Scaffold { report_type, categories, csv }
}

pub fn run(args: &InitArgs, terminal: &Terminal) -> Exit {
    let scaffold = scaffold(args.report_type, &args.categories, args.tables == Tables::Csv);
    match scaffold::write(&args.folder, &scaffold) {
        Ok(files) => {
            for file in files {
                terminal.say(&args.folder.join(file).display().to_string());
            }
            terminal.say(&format!(
                "Next: answer the questions in these files; `socpress check {}` lists what is left.",
                args.folder.display()
            ));
            Exit::Fine
        }
        Err(error @ ScaffoldError::NotEmpty(_)) => {
            terminal.error(&error.to_string());
            Exit::Usage
        }
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Io
        }
    }
}
