//! `socpress schema`

use super::Exit;
use super::args::SchemaArgs;
use super::output::Terminal;
use crate::load::json_schema;

pub fn run(args: &SchemaArgs, terminal: &Terminal) -> Exit {
    let name = args.file.strip_suffix(".toml").unwrap_or(&args.file);
    match json_schema::of(name) {
        Some(schema) => terminal.json(&schema),
        None => {
            terminal.error(&format!(
                "there is no schema of `{}`; there are: {}",
                args.file,
                json_schema::names().join(", ")
            ));
            Exit::Usage
        }
    }
}
