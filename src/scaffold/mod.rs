//! A new engagement folder: structure and questions, never answers. What is left unwritten shows in `socpress check`.

pub mod firm;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use minijinja::{Environment, context};

use crate::files::WriteError;
use crate::load::fields::Record;
use crate::load::{json_schema, schema};
use crate::model::{Category, ReportType};

const ENGAGEMENT: &str = include_str!("../../templates/scaffold/engagement.toml.j2");
const TOPICS: &str = include_str!("../../templates/scaffold/topics.tsv");

/// The tables that get a file of their own, and their TOML form.
static TABLES: [(&Record, &str); 4] = [
    (&schema::CONTROLS, include_str!("../../templates/scaffold/controls.toml")),
    (&schema::TESTS, include_str!("../../templates/scaffold/tests.toml")),
    (&schema::EXCEPTIONS, include_str!("../../templates/scaffold/exceptions.toml")),
    (&schema::EVIDENCE, include_str!("../../templates/scaffold/evidence.toml")),
];

/// Where a new folder keeps the schemas for editors.
pub const SCHEMAS: &str = ".schemas";

/// A TOML file whose first line leads editors to its schema.
pub fn with_schema(name: &str, text: &str) -> String {
    format!("#:schema {SCHEMAS}/{name}.json\n{text}")
}

/// Files by path relative to their folder.
pub type Files = Vec<(String, String)>;

/// What the new folder is for.
pub struct Scaffold {
    pub report_type: ReportType,
    pub categories: Vec<Category>,
    /// Tables as CSV instead of TOML.
    pub csv: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    #[error("{0} is not empty: name a new or an empty folder")]
    NotEmpty(PathBuf),
    #[error("there is no clause `{0}`: `socpress templates list` names all clauses")]
    UnknownClause(String),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("the template of engagement.toml cannot be rendered: {0}")]
    Template(#[from] minijinja::Error),
}

impl Scaffold {
    /// The files by path relative to the folder, in the order in which to fill them in.
    pub fn files(&self) -> Result<Files, ScaffoldError> {
        let type_2 = self.report_type == ReportType::Type2;
        let engagement = Environment::new().render_str(
            ENGAGEMENT,
            context! {
                type => if type_2 { "type-2" } else { "type-1" },
                type_2 => type_2,
                privacy => self.categories.contains(&Category::Privacy),
                categories => self.categories.iter().map(|c| c.key()).collect::<Vec<_>>(),
            },
        )?;
        let mut files = vec![("engagement.toml".to_owned(), with_schema("engagement", &(engagement + "\n")))];
        for (record, toml) in TABLES {
            if !type_2 && ["tests", "exceptions"].contains(&record.name) {
                continue;
            }
            files.push(if self.csv {
                (format!("{}.csv", record.name), heads(record))
            } else {
                (format!("{}.toml", record.name), with_schema(record.name, toml))
            });
        }
        let named: Vec<String> =
            files.iter().filter_map(|(name, _)| name.strip_suffix(".toml").map(str::to_owned)).collect();
        for name in named {
            if let Some(schema) = json_schema::of(&name) {
                files.push((format!("{SCHEMAS}/{name}.json"), format!("{schema:#}\n")));
            }
        }
        files.extend(self.topics(type_2));
        files.push(("evidence/.gitkeep".to_owned(), String::new()));
        Ok(files)
    }

    /// A file per topic: front matter, and the questions as comments, which are not printed.
    fn topics(&self, type_2: bool) -> Files {
        let mut files = Vec::new();
        for line in TOPICS.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let [file, title, criteria, components, include, category, applies, questions] = cells[..] else {
                continue;
            };
            let wanted = category.is_empty() || self.categories.iter().any(|c| c.key() == category);
            if !wanted || (applies == "type-2" && !type_2) {
                continue;
            }
            let mut text = format!("---\ntitle: \"{title}\"\ndescription_criteria: [{criteria}]\n");
            for (key, value) in [("components", components), ("include", include), ("categories", category)] {
                if !value.is_empty() {
                    text.push_str(&format!("{key}: [{value}]\n"));
                }
            }
            text.push_str("---\n\n<!-- Questions to answer here; comments are not printed.\n");
            for question in questions.split('|') {
                text.push_str(&format!("- {question}\n"));
            }
            text.push_str("-->\n");
            files.push((format!("description/{file}.md"), text));
        }
        files
    }
}

/// The head row of a sheet.
fn heads(record: &Record) -> String {
    let names: Vec<_> = record
        .fields
        .iter()
        .filter(|f| !matches!(f.kind, crate::load::fields::Kind::Records(_) | crate::load::fields::Kind::Record(_)))
        .map(|f| f.name)
        .collect();
    names.join(",") + "\n"
}

/// Writes a new engagement folder. Returns the files written, relative to it.
pub fn write(folder: &Path, scaffold: &Scaffold) -> Result<Vec<String>, ScaffoldError> {
    write_files(folder, scaffold.files()?)
}

/// Writes files into a folder that is new or empty.
pub fn write_files(folder: &Path, files: Files) -> Result<Vec<String>, ScaffoldError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(ScaffoldError::NotEmpty(folder.to_owned()));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(WriteError::at(folder)(error).into()),
    }
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(&name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(WriteError::at(parent))?;
        }
        fs::write(&path, text).map_err(WriteError::at(&path))?;
        written.push(name);
    }
    Ok(written)
}
