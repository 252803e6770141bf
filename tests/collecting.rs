//! Evidence that is named by a pattern or by its folder.

mod support;

use serde_json::{Value, json};
use support::{Engagement, error, warning};

/// Id, path below `evidence/`, controls and tests of every exhibit.
fn exhibits(e: &Engagement) -> Vec<Value> {
    let manifest = e.build().archive().manifest();
    let list = manifest["exhibits"].as_array().expect("exhibits");
    list.iter().map(|x| json!([x["id"], x["original_path"], x["controls"], x["tests"]])).collect()
}

fn logs() -> Engagement {
    let files = ["logs/2025-10.csv", "logs/2025-2.csv", "logs/2025-1.csv", "logs/2024-12.csv", "logs/old/2025-3.csv"];
    files.iter().fold(Engagement::type_2(), |e, name| e.file(&format!("evidence/{name}"), format!("of {name}\n")))
}

#[test]
fn each_match_of_a_pattern_is_an_exhibit() {
    let e = logs()
        .index("E-07", "logs/2025-*.csv")
        .index("E-08", "logs/2024-12.csv")
        .append(
            "evidence.toml",
            "[[evidence]]\nid = \"E-09\"\nfile = \"**/2025-3.csv\"\ntitle = \"Old\"\ncontrols = [\"OPS-1\"]\n",
        )
        .replace("tests.toml", "id = \"T-2\"", "id = \"T-2\"\nevidence = [\"e-07\"]")
        .replace("tests.toml", "id = \"T-3\"", "id = \"T-3\"\nevidence = [\"E-07.3\", \"E-08\"]")
        .replace("tests.toml", "id = \"T-1\"", "id = \"T-1\"\nevidence = [\"E-09\"]");
    e.finds_only([]);
    assert_eq!(
        exhibits(&e),
        [
            json!(["E-07.1", "logs/2025-1.csv", ["OPS-1", "SEC-1"], ["T-2"]]),
            json!(["E-07.2", "logs/2025-2.csv", ["OPS-1", "SEC-1"], ["T-2"]]),
            json!(["E-07.3", "logs/2025-10.csv", ["OPS-1", "SEC-1"], ["T-2", "T-3"]]),
            json!(["E-08", "logs/2024-12.csv", ["SEC-1"], ["T-3"]]),
            json!(["E-09.1", "logs/old/2025-3.csv", ["GOV-1", "OPS-1"], ["T-1"]]),
        ]
    );
}

#[test]
fn a_name_that_looks_like_a_pattern_is_a_name_first() {
    let e = Engagement::type_2()
        .exhibit("E-1", "users[1].csv", "a\n")
        .file("evidence/users1.csv", "b\n")
        .index("E-2", "users[0-9].csv");
    assert_eq!(
        exhibits(&e).iter().map(|x| x[1].clone()).collect::<Vec<_>>(),
        [json!("users[1].csv"), json!("users1.csv")]
    );
}

#[test]
fn a_pattern_that_matches_nothing_is_refused_with_what_is_near() {
    let e = logs().index("E-07", "log/2025-*.csv").index("E-1", "logs/2024-12.csv").replace(
        "tests.toml",
        "id = \"T-2\"",
        "id = \"T-2\"\nevidence = [\"E-07\"]",
    );
    e.refuses([error("EVD-23", "the pattern of evidence E-07, `log/2025-*.csv`, matches no file")
        .at("evidence.toml", "^\"log/2025-*.csv\"")
        .helps("`logs/2025-1.csv`")]);
    logs()
        .index("E-07", "logs/2025-*.CSV")
        .refuses([error("EVD-23", "matches no file").helps("there is `logs/2025-1.csv`")]);
}

#[test]
fn nothing_leaves_the_evidence_folder() {
    let e = logs().outside("secret-1.csv", "not yours").outside("secret-2.csv", "not yours");
    let beside = e.beside("secret-1.csv");
    let folder = beside.parent().expect("a folder").to_owned();
    // A linked folder is not entered, and a linked file that leads out is refused.
    let e = e.link("evidence/out", &folder).index("E-1", "**/secret-*.csv");
    e.refuses([error("EVD-23", "matches no file")]);
    let e = logs().outside("secret-1.csv", "not yours");
    let target = e.beside("secret-1.csv");
    e.link("evidence/logs/2025-99.csv", target)
        .index("E-1", "logs/2025-*.csv")
        .refuses([error("EVD-07", "leads out of `evidence/`")]);
    for outside in ["../*.csv", "/etc/host*", "a/../../*.csv"] {
        logs().index("E-1", outside).refuses([error("EVD-07", outside)]);
    }
}

#[test]
fn a_pattern_cannot_have_one_hash_or_a_taken_id() {
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    logs()
        .index("E-7", "logs/2025-*.csv")
        .replace("evidence.toml", "file =", &format!("sha256 = \"{hash}\"\nfile ="))
        .refuses([
            error("INP-10", "one `sha256` for the files of the pattern").at("evidence.toml", &format!("^\"{hash}\""))
        ]);
    logs().index("E-7", "logs/2025-*.csv").index("E-7.2", "logs/2024-12.csv").refuses([error(
        "INP-12",
        "the evidence item id `E-7.2` is used twice",
    )
    .at("evidence.toml", "^\"E-7.2\"")]);
}

#[test]
fn files_in_a_folder_named_like_a_control() {
    let e = Engagement::type_2()
        .add("\n[evidence_collection]\nby_folder = true\nsource = \"Ticket system\"\ncollected_on = 2026-01-12\n")
        .file("evidence/SEC-1/q10.csv", "ten\n")
        .file("evidence/SEC-1/q2/users.csv", "two\n")
        .file("evidence/ops_1/grants.csv", "grants\n")
        .file("evidence/Gov 1/minutes.txt", "minutes\n")
        .file("evidence/SEC-1/named.csv", "named\n")
        .file("evidence/SEC-1/Thumbs.db", "x")
        .index("E-1", "SEC-1/named.csv");
    let tests = ["T-1", "T-2", "T-3"];
    let e = tests.iter().fold(e, |e, test| {
        let control = ["GOV-1", "OPS-1", "SEC-1"][usize::from(test.as_bytes()[2] - b'1')];
        e.replace("tests.toml", &format!("id = \"{test}\""), &format!("id = \"{test}\"\nevidence = [\"{control}\"]"))
    });
    e.finds_only([]);
    assert_eq!(
        exhibits(&e),
        [
            json!(["E-1", "SEC-1/named.csv", ["SEC-1"], []]),
            json!(["GOV-1.1", "Gov 1/minutes.txt", ["GOV-1"], ["T-1"]]),
            json!(["OPS-1.1", "ops_1/grants.csv", ["OPS-1"], ["T-2"]]),
            json!(["SEC-1.1", "SEC-1/q2/users.csv", ["SEC-1"], ["T-3"]]),
            json!(["SEC-1.2", "SEC-1/q10.csv", ["SEC-1"], ["T-3"]]),
        ]
    );
    let manifest = e.build().archive().manifest();
    assert_eq!(manifest["exhibits"][1]["source"], "Ticket system");
    assert_eq!(manifest["exhibits"][1]["collected_on"], "2026-01-12");
    assert_eq!(manifest["exhibits"][0]["source"], Value::Null);
}

#[test]
fn a_folder_that_is_nearly_named_like_a_control() {
    let e = Engagement::type_2()
        .add("\n[evidence_collection]\nby_folder = true\n")
        .file("evidence/SEC-1/a.csv", "a\n")
        .file("evidence/SEC-11/b.csv", "b\n")
        .replace("tests.toml", "id = \"T-3\"", "id = \"T-3\"\nevidence = [\"SEC-1\"]");
    e.finds(
        [warning("INP-13", "no control is named like the folder `evidence/SEC-11`").helps("did you mean `SEC-1`?")],
    );
    // Without being asked for, nothing is taken.
    let e = Engagement::type_2().file("evidence/SEC-1/a.csv", "a\n");
    assert_eq!(e.build().names(), ["build.json", "report.pdf"]);
}
