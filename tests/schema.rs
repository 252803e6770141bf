//! JSON Schemas of the TOML files, which editors use: they accept what the program reads, and refuse what it refuses.

mod support;

use std::path::Path;
use std::process::Output;

use support::{Engagement, Run, checkers, sample, socpress};

fn schema(name: &str, folder: &Path) -> std::path::PathBuf {
    let run = Run::of(socpress().args(["schema", name]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let path = folder.join(format!("{}.json", name.trim_end_matches(".toml")));
    std::fs::write(&path, run.stdout).expect("written");
    path
}

/// Validates a TOML file with another program's TOML reader and JSON Schema.
fn validate(file: &Path, schema: &Path) -> Output {
    let script = "import json,sys,tomllib,datetime,jsonschema\n\
                  plain=lambda v: v.isoformat() if isinstance(v,(datetime.date,datetime.datetime)) else {k:plain(x) for k,x in v.items()} if isinstance(v,dict) else [plain(x) for x in v] if isinstance(v,list) else v\n\
                  d=plain(tomllib.load(open(sys.argv[1],'rb')))\n\
                  s=json.load(open(sys.argv[2]))\n\
                  v=jsonschema.validators.validator_for(s)\nv.check_schema(s)\n\
                  e=[f'{list(x.absolute_path)}: {x.message}' for x in v(s,format_checker=v.FORMAT_CHECKER).iter_errors(d)]\n\
                  sys.exit('\\n'.join(e[:20]) or 0)";
    checkers("python").arg("-c").arg(script).arg(file).arg(schema).output().expect("Python")
}

#[test]
fn what_the_samples_and_new_folders_hold_is_valid() {
    let temp = tempfile::tempdir().expect("a folder");
    let fresh = temp.path().join("fresh");
    assert_eq!(Run::of(socpress().arg("init").arg(&fresh)).code, 0);
    let folders = ["type2-full", "type2-qualified", "type1-startup", "csv-matrix", "firm-style"].map(sample);
    let mut seen = 0;
    for folder in folders.iter().chain([&fresh]) {
        for entry in std::fs::read_dir(folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            // A new folder asks for what is still to be filled in.
            if !name.ends_with(".toml") || (folder == &fresh && name == "engagement.toml") {
                continue;
            }
            let output = validate(&path, &schema(&name, temp.path()));
            assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn what_the_program_refuses_is_not_valid() {
    let temp = tempfile::tempdir().expect("a folder");
    let schemas = ["engagement", "tests"].map(|name| schema(name, temp.path()));
    let invalid = |e: Engagement, file: &str, said: &str| {
        let schema = &schemas[usize::from(file == "tests.toml")];
        let output = validate(&e.path().join(file), schema);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(said), "{file}: {told}");
        assert!(e.check().findings().iter().any(|f| f.severity == "error"), "{file}");
    };
    let base = Engagement::type_2;
    assert!(validate(&base().path().join("engagement.toml"), &schemas[0]).status.success());
    invalid(base().set("short_name =", "shortname ="), "engagement.toml", "shortname");
    invalid(base().set("type = \"type-2\"", "type = \"type-3\""), "engagement.toml", "type-3");
    invalid(
        base().set("system = \"Quillmark Dispatch Cloud\"\n", ""),
        "engagement.toml",
        "'system' is a required property",
    );
    invalid(base().replace("tests.toml", "sample = 20", "sample = \"twenty\""), "tests.toml", "twenty");
    invalid(base().replace("tests.toml", "deviations = 0\nresult", "deviations = 0\nresul"), "tests.toml", "resul");
}

#[test]
fn a_new_folder_leads_editors_to_its_schemas() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path().join("acme");
    assert_eq!(Run::of(socpress().arg("init").arg(&folder)).code, 0);
    for name in ["engagement", "controls", "tests", "exceptions", "evidence"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.toml"))).expect("a file");
        assert!(text.starts_with(&format!("#:schema .schemas/{name}.json\n")), "{text}");
        let schema = std::fs::read_to_string(folder.join(format!(".schemas/{name}.json"))).expect("a schema");
        assert_eq!(schema, Run::of(socpress().args(["schema", name])).stdout);
    }
    let run = Run::of(socpress().args(["schema", "contrls"]));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there are: engagement, firm, controls"), "{}", run.stderr);
}
