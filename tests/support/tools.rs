//! Outside tools: found, or the test fails and says where to get them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Tools and the Debian packages they come from.
const PACKAGES: &[(&str, &str)] = &[
    ("pdftotext", "poppler-utils"),
    ("pdfinfo", "poppler-utils"),
    ("pdffonts", "poppler-utils"),
    ("pdfdetach", "poppler-utils"),
    ("qpdf", "qpdf"),
    ("mutool", "mupdf-tools"),
    ("minisign", "minisign"),
    ("unzip", "unzip"),
    ("7z", "p7zip-full"),
    ("bsdtar", "libarchive-tools"),
    ("sha256sum", "coreutils"),
    ("python3", "python3"),
    ("soffice", "libreoffice-calc-nogui"),
];

/// A command of an outside tool.
pub fn tool(name: &str) -> Command {
    Command::new(name)
}

/// Runs a command to its end; only a tool that cannot be started fails the test.
#[track_caller]
pub fn finished(command: &mut Command) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(error) => {
            let name = command.get_program().to_string_lossy().into_owned();
            let package = PACKAGES.iter().find(|(tool, _)| *tool == name).map_or("?", |(_, package)| package);
            match error.kind() {
                ErrorKind::NotFound => {
                    panic!("the tests need `{name}` (Debian package {package}): run scripts/test, which installs it")
                }
                _ => panic!("`{name}` cannot be run: {error}"),
            }
        }
    }
}

/// What a command writes to standard output; it must succeed.
#[track_caller]
pub fn output(command: &mut Command) -> String {
    let output = finished(command);
    assert!(
        output.status.success(),
        "{command:?} failed with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs a Python script of `tests/support` with the system's interpreter and gives what it prints.
#[track_caller]
pub fn python(script: &str, args: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support").join(script);
    output(tool("python3").arg(script).args(args))
}

/// A program of the environment with the PDF checkers, which `scripts/test` makes beside the build.
#[track_caller]
pub fn checkers(program: &str) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(PathBuf::from).unwrap_or_default();
    let path = target.join("checkers/bin").join(program);
    assert!(
        path.exists(),
        "{} is missing: run scripts/test once, which makes the environment of scripts/checkers.txt",
        path.display()
    );
    Command::new(path)
}

/// The JSON document is valid by the schema.
#[track_caller]
pub fn is_valid_json(document: &Path, schema: &Path) {
    let told = invalid_json(document, schema);
    assert!(told.is_empty(), "{}: {told}", document.display());
}

/// What another program says against a JSON document; nothing if it is valid by the schema.
#[track_caller]
pub fn invalid_json(document: &Path, schema: &Path) -> String {
    let script = "import json,sys,jsonschema\n\
                  d,s=[json.load(open(p,encoding='utf-8')) for p in sys.argv[1:3]]\n\
                  v=jsonschema.validators.validator_for(s)\nv.check_schema(s)\n\
                  e=[f'{list(x.absolute_path)}: {x.message}' for x in v(s).iter_errors(d)]\n\
                  print('\\n'.join(e[:20]))";
    let mut python = checkers("python");
    output(python.arg("-c").arg(script).arg(document).arg(schema)).trim().to_owned()
}
