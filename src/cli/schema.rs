//! `socpress schema`

use super::Exit;
use super::args::SchemaArgs;
use super::output::Terminal;
use crate::load::json_schema;
use crate::package::MANIFEST_SCHEMA;

pub fn run(args: &SchemaArgs, terminal: &Terminal) -> Exit {
    if args.file.strip_suffix(".json").unwrap_or(&args.file) == "manifest" {
        return terminal.data(MANIFEST_SCHEMA.as_bytes());
    }
    let name = args.file.strip_suffix(".toml").unwrap_or(&args.file);
    match json_schema::of(name) {
        Some(schema) => terminal.json(&schema),
        None => {
            terminal.error(&format!(
                "there is no schema of `{}`; there are: {}, manifest",
                args.file,
                json_schema::names().join(", ")
            ));
            Exit::Usage
        }
    }
}
