//! The tick-and-tie sheet in the package, read by openpyxl and compared with the engagement.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Archive, Engagement, checkers, output};

/// Every cell of a sheet: its value, and where its link leads.
fn cells(archive: &Archive, sheet: &str) -> Vec<Vec<Value>> {
    let script = "import openpyxl,json,sys\n\
                  s=openpyxl.load_workbook(sys.argv[1])[sys.argv[2]]\n\
                  v=lambda c: [c.value.isoformat()[:10] if hasattr(c.value,'isoformat') else c.value, \
                  c.hyperlink.target if c.hyperlink else None, c.data_type]\n\
                  print(json.dumps([[v(c) for c in r] for r in s.iter_rows()]))";
    let path = archive.folder().join("tick-and-tie.xlsx");
    let text = output(checkers("python").arg("-c").arg(script).arg(path).arg(sheet));
    serde_json::from_str(&text).expect("cells")
}

fn engagement() -> Engagement {
    Engagement::type_2()
        .exhibit("E-1", "grants 1%.csv", "id,role\n1,clerk\n")
        .exhibit("E-2", "minutes.txt", "Approved.\n")
        .exhibit("E-3", "c#.txt", "sharp\n")
        .exhibit("E-4", "監査.txt", "audit\n")
        .replace("evidence.toml", "id = \"E-2\"", "id = \"E-2\"\ntitle = \"=HYPERLINK(\\\"http://x\\\")\"")
        .replace(
            "tests.toml",
            "id = \"T-2\"",
            "id = \"T-2\"\nevidence = [\"E-1\", \"E-2\", \"E-3\", \"E-4\"]\ntester = \"=1+1\"\nreviewer = \"R. Ostrander\"",
        )
        .replace("tests.toml", "id = \"T-1\"", "id = \"T-1\"\nevidence = [\"E-2\"]")
}

#[test]
fn the_sheet_says_what_the_engagement_says() {
    let built = engagement().build();
    let archive = built.archive();
    let manifest = archive.manifest();
    let rows = cells(&archive, "Tests");
    let heads: Vec<&str> = rows[0].iter().map(|cell| cell[0].as_str().expect("a head")).collect();
    let column = |name: &str| heads.iter().position(|head| *head == name).unwrap_or_else(|| panic!("no column {name}"));
    let of = |row: usize, name: &str| rows[row][column(name)][0].clone();
    // One row for T-1, four for T-2, one for T-3 without an exhibit.
    let tests: Vec<Value> = (1..rows.len()).map(|row| of(row, "Test")).collect();
    assert_eq!(tests, ["T-1", "T-2", "T-2", "T-2", "T-2", "T-3"].map(Value::from));
    for (name, value) in [
        ("Control", json!("OPS-1")),
        ("Control title", json!("Access by ticket")),
        ("Procedure", json!("Inspected the tickets of the grants selected for the approval that preceded them.")),
        ("Population", json!(80)),
        ("Sample", json!(20)),
        ("Deviations", json!(0)),
        ("Result", json!("no-deviation")),
        ("Exception", json!(null)),
        ("Tested by", json!("=1+1")),
        ("Tested on", json!("2026-01-12")),
        ("Reviewed by", json!("R. Ostrander")),
        ("Exhibit", json!("E-1")),
        ("File in the package", json!("exhibits/E-1/grants 1%.csv")),
        ("SHA-256", manifest["exhibits"][0]["sha256"].clone()),
    ] {
        assert_eq!(of(2, name), value, "{name}");
    }
    assert!(of(2, "Criteria").as_str().expect("text").starts_with("CC6.1; CC6.2; "), "{}", of(2, "Criteria"));
    assert_eq!((of(1, "Population"), of(6, "Exhibit")), (json!(null), json!(null)));
    for name in ["Agrees (tick)", "Tied to", "Initials", "Date"] {
        assert!((1..rows.len()).all(|row| of(row, name).is_null()), "{name} is for the reviewer");
    }
    // Links lead to files of the unpacked package.
    let links: Vec<String> =
        (2..6).map(|row| rows[row][column("File in the package")][1].as_str().expect("a link").to_owned()).collect();
    assert_eq!(links[0], "exhibits/E-1/grants%201%25.csv");
    assert_eq!(links[1], "exhibits/E-2/minutes.txt");
    assert_eq!(links[2], "exhibits/E-3", "the folder of a name with #");
    assert_eq!(links[3], "exhibits/E-4/監査.txt");
    for link in &links {
        let path = link.replace("%20", " ").replace("%25", "%");
        assert!(archive.folder().join(&path).exists(), "{path}");
    }
    // No cell is a formula.
    assert!(rows.iter().flatten().all(|cell| cell[2] != "f"), "a formula");
    assert_eq!(of(3, "Title"), "=HYPERLINK(\"http://x\")");
    let signed = cells(&archive, "Sign-offs");
    let line: Vec<Value> = signed[1].iter().map(|cell| cell[0].clone()).collect();
    assert_eq!(line, [json!("engagement-partner"), json!("Petra Harrow"), json!("2026-02-09"), json!(null)]);
}

#[test]
fn the_sheet_is_in_the_manifest_and_the_same_each_time() {
    let (first, second) = (engagement(), engagement());
    let archive = first.build().archive();
    let manifest = archive.manifest();
    let files = manifest["files"].as_array().expect("files");
    let entry = files.iter().find(|file| file["path"] == "tick-and-tie.xlsx").expect("the sheet");
    let bytes = fs::read(archive.folder().join("tick-and-tie.xlsx")).expect("the sheet");
    assert_eq!(entry["sha256"], socpress::package::sha256_hex(&bytes).as_str());
    let again = second.build().archive();
    assert_eq!(bytes, fs::read(again.folder().join("tick-and-tie.xlsx")).expect("the sheet"));
}
