//! JSON Schemas of the TOML files, which editors use: they accept what the program reads, and refuse what it refuses.

mod support;

use std::path::Path;
use std::process::Output;

use support::{Engagement, Run, checkers, invalid_json, is_valid_json, sample, socpress};

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

#[test]
fn the_manifest_has_a_schema_that_what_is_produced_keeps_and_what_is_spoilt_does_not() {
    let temp = tempfile::tempdir().expect("a folder");
    let printed = schema("manifest", temp.path());
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/manifest.schema.json");
    assert!(std::fs::read(&printed).expect("printed") == std::fs::read(&published).expect("published"));
    // Everything that the index can say, and a package of the sample.
    let e = Engagement::type_2().file("evidence/log.csv", "id\n1\n").index("E-2", "log.csv").file(
        "evidence.toml",
        "[[evidence]]\nid = \"E-1\"\nfile = \"log.csv\"\ntitle = \"Log\"\ncontrols = [\"SEC-1\"]\ntests = [\"T-3\"]\nsource = \"Okta\"\n\
         collected_by = \"Jo\"\ncollected_on = 2026-01-12\ncovers_from = 2025-01-01\ncovers_to = 2025-12-31\nconfidentiality = \"internal\"\n\n\
         [[evidence]]\nid = \"E-2\"\nfile = \"log.csv\"\ncontrols = [\"SEC-1\"]\n",
    );
    let archive = e.build().archive();
    let manifest = archive.folder().join("manifest.json");
    is_valid_json(&manifest, &printed);
    let out = e.beside("sample");
    let built = Run::of(socpress().arg("build").arg(sample("type2-full")).arg("-o").arg(&out));
    assert_eq!(built.code, 0, "{}", built.stderr);
    is_valid_json(&support::Archive::open(&out.join("evidence.zip")).folder().join("manifest.json"), &printed);

    let text = std::fs::read_to_string(&manifest).expect("the manifest");
    for (from, to, said) in [
        ("\"format\": 1", "\"format\": 2", "1 was expected"),
        ("\"sums_sha256\": \"", "\"sums_sha256\": \"x", "does not match"),
        ("exhibits/E-1/log.csv", "../E-1/log.csv", "path"),
        ("\"confidentiality\": \"internal\"", "\"confidentiality\": \"secret\"", "'secret' is not one of"),
        ("\"collected_on\": \"2026-01-12\"", "\"collected_on\": \"12 January\"", "12 January"),
        ("\"original_path\"", "\"originalpath\"", "'original_path' is a required property"),
        ("\"total_files\": 1", "\"total_files\": -1", "less than the minimum"),
    ] {
        assert!(text.contains(from), "{from}");
        let spoilt = temp.path().join("spoilt.json");
        std::fs::write(&spoilt, text.replace(from, to)).expect("written");
        let told = invalid_json(&spoilt, &printed);
        assert!(told.contains(said), "{from} -> {to}: {told}");
    }
}
