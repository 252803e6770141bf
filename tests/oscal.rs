//! OSCAL: what is written is read by another program and comes back whole; what others wrote gives what it says and no
//! more.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Engagement, Run, checkers, output, sample, socpress};

fn export(folder: &Path, to: &str, out: &Path) -> Run {
    let run = Run::of(socpress().arg("export").arg(folder).args(["--force", "--to", to, "-o"]).arg(out));
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

fn import(source: &Path, folder: &Path) -> Run {
    Run::of(socpress().arg("import").arg(source).arg(folder))
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).expect("JSON")
}

/// The tables of a folder, as JSON.
fn tables(folder: &Path, scratch: &Path) -> Value {
    export(folder, "json", scratch);
    json(scratch)["tables"].clone()
}

fn file(temp: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = temp.path().join(name);
    fs::write(&path, text).expect("written");
    path
}

/// Counts by hand: type1-startup has 47 controls, 1 subservice organization, 3 CSOCs and 2 CUECs.
#[test]
fn another_program_reads_what_is_written() {
    let temp = tempfile::tempdir().expect("a folder");
    let (plan, results) = (temp.path().join("ssp.json"), temp.path().join("results.json"));
    let said = export(&sample("type2-full"), "oscal-ssp", &plan);
    assert!(
        said.stderr.contains("not written: tests, 256 records; this form has no place for them"),
        "{}",
        said.stderr
    );
    export(&sample("type2-full"), "oscal-assessment-results", &results);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/oscal.py");
    let read = output(checkers("python").arg(script).arg(&plan).arg(&results));
    let (controls, organizations) = (141, 3);
    let lines: Vec<&str> = read.lines().collect();
    assert!(lines[0].starts_with(&format!("plan {} ", 1 + controls + organizations)), "{read}");
    assert!(lines[1].starts_with("results 256 8 "), "{read}");
    // The same bytes each time.
    let first = fs::read(&results).expect("results");
    export(&sample("type2-full"), "oscal-assessment-results", &results);
    assert_eq!(fs::read(&results).expect("results"), first);
}

/// A finding gives a verdict only where somebody concluded, or every test went well.
#[test]
fn findings_say_no_more_than_the_engagement() {
    let e = Engagement::type_2().with_exception();
    let out = e.beside("results.json");
    export(e.path(), "oscal-assessment-results", &out);
    let document = json(&out);
    let result = &document["assessment-results"]["results"][0];
    let deviating: Vec<&Value> = result["observations"]
        .as_array()
        .expect("observations")
        .iter()
        .filter(|o| {
            o["props"].as_array().expect("props").iter().any(|p| p["name"] == "result" && p["value"] == "deviation")
        })
        .map(|o| &o["uuid"])
        .collect();
    assert_eq!(deviating.len(), 1);
    assert_eq!(result["risks"][0]["related-observations"][0]["observation-uuid"], *deviating[0]);
    for finding in result["findings"].as_array().into_iter().flatten() {
        let rests: Vec<&Value> = finding["related-observations"]
            .as_array()
            .expect("observations")
            .iter()
            .map(|o| &o["observation-uuid"])
            .collect();
        let stated = finding["props"].is_array();
        assert!(stated || !rests.contains(&deviating[0]), "{finding}");
    }
}

#[test]
fn what_is_written_comes_back_whole() {
    for name in ["type1-startup", "type2-full", "type2-qualified", "csv-matrix"] {
        let temp = tempfile::tempdir().expect("a folder");
        let at = |file: &str| temp.path().join(file);
        let expected = tables(&sample(name), &at("expected.json"));
        export(&sample(name), "oscal-ssp", &at("ssp.json"));
        export(&sample(name), "oscal-assessment-results", &at("results.json"));
        for source in ["ssp.json", "results.json"] {
            let run = import(&at(source), &at("back"));
            assert_eq!(run.code, 0, "{name} {source}\n{}", run.stderr);
        }
        let found = tables(&at("back"), &at("found.json"));
        let held = [
            "controls",
            "subservice_organizations",
            "csocs",
            "cuecs",
            "tests",
            "exceptions",
            "conclusions",
            "evidence",
        ];
        for table in held {
            let by_key = |value: &Value| {
                let mut list = value[table].as_array().cloned().unwrap_or_default();
                list.sort_by_key(|record| {
                    record["id"]
                        .as_str()
                        .or(record["name"].as_str())
                        .or(record["criterion"].as_str())
                        .unwrap_or_default()
                        .to_owned()
                });
                list
            };
            assert_eq!(by_key(&found), by_key(&expected), "{name} {table}");
        }
        // Bringing in the same again changes nothing.
        let before = fs::read(at("back/controls.toml")).expect("a table");
        assert_eq!(import(&at("ssp.json"), &at("back")).code, 0);
        assert_eq!(fs::read(at("back/controls.toml")).expect("a table"), before);
        // With the head of the engagement, what came back gives the same documents to the byte.
        let head = fs::read_to_string(sample(name).join("engagement.toml")).expect("the head");
        let mut head: toml_edit::DocumentMut = head.parse().expect("TOML");
        let lists: Vec<String> =
            head.iter().filter(|(_, item)| item.is_array_of_tables()).map(|(key, _)| key.to_owned()).collect();
        for key in lists {
            head.remove(&key);
        }
        fs::write(at("back/engagement.toml"), head.to_string()).expect("written");
        for (to, first) in [("oscal-ssp", "ssp.json"), ("oscal-assessment-results", "results.json")] {
            export(&at("back"), to, &at("again.json"));
            assert!(fs::read(at("again.json")).expect("JSON") == fs::read(at(first)).expect("JSON"), "{name} {to}");
        }
    }
}

const PLAN: &str = r#"{ "system-security-plan": {
  "uuid": "11111111-2222-4333-8444-555555555555",
  "metadata": { "title": "Plan", "roles": [{ "id": "ops", "title": "Operations Lead" }],
    "parties": [{ "uuid": "aaaaaaaa-2222-4333-8444-555555555555", "type": "organization", "name": "Hollowell Optics" }] },
  "system-characteristics": { "system-name": "Lens Desk", "description": "Orders of lenses are taken.",
    "authorization-boundary": { "description": "One data centre." } },
  "system-implementation": {
    "leveraged-authorizations": [{ "uuid": "cccccccc-2222-4333-8444-555555555555", "title": "Brightrack Hosting" }],
    "components": [
    { "uuid": "bbbbbbbb-2222-4333-8444-555555555555", "type": "software", "title": "Order desk", "description": "Takes orders." }] },
  "control-implementation": { "description": "x", "implemented-requirements": [
    { "uuid": "dddddddd-2222-4333-8444-555555555555", "control-id": "cc6.1", "by-components": [
      { "component-uuid": "bbbbbbbb-2222-4333-8444-555555555555", "uuid": "eeeeeeee-2222-4333-8444-555555555555",
        "description": "Staff sign in with a key.", "implementation-status": { "state": "implemented" },
        "responsible-roles": [{ "role-id": "ops" }] }] },
    { "uuid": "dddddddd-2222-4333-8444-555555555556", "control-id": "ac-2", "statements": [
      { "statement-id": "ac-2_smt.a", "uuid": "eeeeeeee-2222-4333-8444-555555555557", "by-components": [
        { "component-uuid": "bbbbbbbb-2222-4333-8444-555555555555", "uuid": "eeeeeeee-2222-4333-8444-555555555558",
          "description": "Accounts are listed.", "implementation-status": { "state": "planned" } }] }] }] } } }"#;

#[test]
fn a_plan_of_another_make_gives_controls_and_texts() {
    let temp = tempfile::tempdir().expect("a folder");
    let back = temp.path().join("back");
    let run = import(&file(&temp, "ssp.json", PLAN), &back);
    assert!(run.stderr.contains("1 requirements of the plan are of another framework"), "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(back.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let controls = read("controls.toml");
    for part in [
        "id = \"cc6.1\"\ndescription = \"Staff sign in with a key.\"\ncriteria = [\"CC6.1\"]\nowner = \"Operations Lead\"\nimplemented = true",
        "# To do: criteria\n[[controls]]\nid = \"ac-2\"\ndescription = \"Accounts are listed.\"\nimplemented = false",
    ] {
        assert!(controls.contains(part), "{controls}");
    }
    let head = read("engagement.toml");
    assert!(head.contains("name = \"Hollowell Optics\"") && head.contains("system = \"Lens Desk\""), "{head}");
    assert!(
        read("subservice_organizations.toml")
            .contains("# To do: service, method\n[[subservice_organizations]]\nname = \"Brightrack Hosting\"")
    );
    assert!(read("description/imported-services-provided.md").contains("Orders of lenses are taken."));
    assert!(read("description/imported-components-of-the-system.md").contains("- Order desk: Takes orders."));
}

const RESULTS: &str = "assessment-results:\n  uuid: 11111111-2222-4333-8444-555555555555\n  results:\n    - uuid: x\n      \
    reviewed-controls:\n        control-selections:\n          - include-controls:\n              - control-id: cc6.1\n              - control-id: cc7.2\n      \
    observations:\n        - uuid: 8a07eb6e-0c05-43bc-8438-799739615e34\n          title: Keys\n          description: The list of keys was read.\n          \
    methods: [EXAMINE, TEST]\n          collected: \"2025-06-02T08:31:20-04:00\"\n        \
    - uuid: 4b2fb32e-9be9-43cf-b717-e9e47de061bd\n          description: The alarm was tried.\n          methods: [TEST]\n          collected: \"2025-06-03T00:00:00Z\"\n        \
    - uuid: 5c2fb32e-9be9-43cf-b717-e9e47de061bd\n          description: Staff were asked.\n          methods: [INTERVIEW]\n          collected: \"2025-06-03T00:00:00Z\"\n      \
    risks:\n        - uuid: 0dfa750e-3553-47ba-a7ba-cf84a884d261\n          title: r\n          description: d\n          statement: Keys may be lost.\n          status: open\n      \
    findings:\n        - uuid: 45d8a6c2-1368-4bad-9ba0-7141f0a32889\n          title: Keys\n          description: Two keys are not on the list.\n          \
    target: {type: objective-id, target-id: cc6.1_obj, status: {state: not-satisfied}}\n          \
    related-observations: [{observation-uuid: 8a07eb6e-0c05-43bc-8438-799739615e34}]\n          related-risks: [{risk-uuid: 0dfa750e-3553-47ba-a7ba-cf84a884d261}]\n        \
    - uuid: 55d8a6c2-1368-4bad-9ba0-7141f0a32889\n          title: Alarm\n          description: Works.\n          \
    target: {type: objective-id, target-id: cc7.2_obj, status: {state: satisfied}}\n          \
    related-observations: [{observation-uuid: 4b2fb32e-9be9-43cf-b717-e9e47de061bd}]\n";

#[test]
fn results_of_another_make_give_tests_with_the_verdicts_of_their_findings() {
    let temp = tempfile::tempdir().expect("a folder");
    let back = temp.path().join("back");
    let run = import(&file(&temp, "results.yaml", RESULTS), &back);
    assert!(run.stderr.contains("1 observations have no finding that gives a verdict"), "{}", run.stderr);
    let tests = fs::read_to_string(back.join("tests.toml")).expect("tests");
    for part in [
        "id = \"O-8a07eb6e\"\ncontrol = \"cc6.1\"",
        "methods = [\"inspection\", \"reperformance\"]\nresult = \"deviation\"\ntested_on = 2025-06-02\nexception = \"F-45d8a6c2\"",
        "id = \"O-4b2fb32e\"\ncontrol = \"cc7.2\"\nprocedure = \"The alarm was tried.\"\nmethods = [\"reperformance\"]\nresult = \"no-deviation\"",
        // Nobody said what came of it, nor which of the two controls it is about.
        "# To do: control\n[[tests]]\nid = \"O-5c2fb32e\"\nprocedure = \"Staff were asked.\"\nmethods = [\"inquiry\"]\nresult = \"not-yet-tested\"",
    ] {
        assert!(tests.contains(part), "{part}\n{tests}");
    }
    let exceptions = fs::read_to_string(back.join("exceptions.toml")).expect("exceptions");
    assert!(
        exceptions.contains(
            "id = \"F-45d8a6c2\"\nnature = \"Two keys are not on the list.\"\neffect = \"Keys may be lost.\""
        ),
        "{exceptions}"
    );
}

const CATALOG: &str = r#"{ "catalog": { "uuid": "11111111-2222-4333-8444-555555555555",
  "metadata": { "title": "Rules of the Lens Guild", "version": "3" },
  "groups": [{ "id": "g", "title": "G", "controls": [
    { "id": "lg-1", "title": "Keep lenses dry", "props": [{ "name": "label", "value": "LG 1" }],
      "controls": [{ "id": "lg-1.1", "title": "Dry, \"always\"" }] },
    { "id": "lg-2", "title": "Keep lists" }] }] } }"#;

#[test]
fn catalogs_and_profiles_become_sets_of_further_criteria() {
    let temp = tempfile::tempdir().expect("a folder");
    let back = temp.path().join("back");
    let run = import(&file(&temp, "lens-guild.json", CATALOG), &back);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let csv = fs::read_to_string(back.join("lens-guild.csv")).expect("criteria");
    assert_eq!(csv, "id,title\nLG 1,Keep lenses dry\nlg-1.1,\"Dry, \"\"always\"\"\"\nlg-2,Keep lists\n");
    let named = fs::read_to_string(back.join("additional_criteria.toml")).expect("a table");
    assert!(named.contains("name = \"lens-guild\"\ntitle = \"Rules of the Lens Guild\"\ncitation = \"Rules of the Lens Guild, version 3\"\nfile = \"lens-guild.csv\""), "{named}");

    let profile = r#"{ "profile": { "uuid": "x", "metadata": { "title": "Some rules" },
      "imports": [{ "href": "./lens-guild.json", "include-controls": [{ "with-ids": ["lg-2", "lg-9"] }] }] } }"#;
    let back = temp.path().join("of-profile");
    assert_eq!(import(&file(&temp, "some.json", profile), &back).code, 0);
    let csv = fs::read_to_string(back.join("some.csv")).expect("criteria");
    assert_eq!(csv, "id,title\nlg-2,Keep lists\nlg-9,lg-9\n");

    // The criteria themselves are no further framework.
    let own =
        CATALOG.replace("lg-1.1", "cc6.2").replace("lg-1", "cc6.1").replace("lg-2", "cc6.3").replace("LG 1", "CC6.1");
    let run = import(&file(&temp, "tsc.json", &own), &temp.path().join("none"));
    assert!(
        run.stderr.contains("the catalog holds the trust services criteria, which the program knows"),
        "{}",
        run.stderr
    );
    assert!(!temp.path().join("none").exists());
}
