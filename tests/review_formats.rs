//! Findings for code-review tools.

mod support;

use support::{Engagement, Run, socpress};

fn faulty() -> Engagement {
    Engagement::type_2()
        .replace("tests.toml", "sample = 20", "sample = 200")
        .topic("Wé\u{1F600} write TODO, 100% sure.\n")
}

fn check(engagement: &Engagement, args: &[&str]) -> Run {
    Run::of(
        socpress().current_dir(engagement.path().parent().expect("a folder")).args(["check", "engagement"]).args(args),
    )
}

#[test]
fn sarif_names_rules_places_and_what_belongs_to_them() {
    let engagement = faulty();
    let run = check(&engagement, &["--format", "sarif"]);
    assert_eq!(run.code, 1);
    let log = run.json();
    assert_eq!((&log["version"], &log["runs"][0]["tool"]["driver"]["name"]), (&"2.1.0".into(), &"socpress".into()));
    let results = log["runs"][0]["results"].as_array().expect("results");
    let of =
        |rule: &str| results.iter().find(|r| r["ruleId"] == rule).unwrap_or_else(|| panic!("{rule}: {results:#?}"));
    let sample = of("TST-03");
    assert_eq!(sample["level"], "error");
    let place = &sample["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "engagement/tests.toml");
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"], &place["region"]["endColumn"]),
        (&17.into(), &10.into(), &13.into())
    );
    assert_eq!(sample["relatedLocations"][0]["message"]["text"], "the population");
    // Columns are counted in characters, not in bytes.
    let region = &of("TXT-01")["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startColumn"], 11, "{region}");
    let index = sample["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], "TST-03");
}

#[test]
fn annotations_of_runners() {
    let engagement = faulty();
    let run = check(&engagement, &["--format", "github"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains(
            "::error file=engagement/tests.toml,line=17,col=10,title=TST-03::test T-2: the sample of 200 is larger"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("%0Ahelp: "), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.starts_with("::")), "{}", run.stdout);
}

#[test]
fn warnings_and_notes_may_be_denied() {
    let warned = Engagement::type_2().replace("tests.toml", "Reperformed the", "Reviewed the");
    assert_eq!(check(&warned, &[]).code, 0);
    assert_eq!(check(&warned, &["--deny", "warnings"]).code, 1);
    assert_eq!(check(&Engagement::type_2(), &["--deny", "notes"]).code, 0);
}

/// The official schema comes with a package that the tests depend on.
fn sarif_schema() -> std::path::PathBuf {
    let told = std::process::Command::new("rustc").arg("-vV").output().expect("rustc");
    let told = String::from_utf8(told.stdout).expect("text");
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("the host");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    // Packages for other systems need not have been fetched.
    let output = std::process::Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|p| p["name"] == "serde-sarif").expect("the package with the schema");
    let manifest = std::path::PathBuf::from(package["manifest_path"].as_str().expect("a path"));
    manifest.with_file_name("src").join("schema.json")
}

#[test]
fn sarif_is_valid_by_the_official_schema() {
    let schema = sarif_schema();
    let text = std::fs::read_to_string(&schema).expect("the schema");
    assert!(text.contains("oasis-tcs/sarif-spec"), "not the official schema");
    let folder = tempfile::tempdir().expect("a folder");
    // One of each kind: with related places, without a place, in the firm's folder, clean.
    let engagements = [
        faulty(),
        Engagement::type_2(),
        Engagement::type_2().remove("description/01-service.md"),
        Engagement::type_2().file("firm/firm.toml", "format = 1\n\n[review]\noff = [\"TST-03\"]\n"),
    ];
    for (engagement, n) in engagements.iter().zip(0..) {
        let log = check(engagement, &["--format", "sarif"]).stdout;
        let file = folder.path().join(format!("{n}.sarif"));
        std::fs::write(&file, log).expect("written");
        support::is_valid_json(&file, &schema);
    }
}

#[test]
fn json_is_valid_by_its_documented_schema() {
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/check.schema.json");
    let folder = tempfile::tempdir().expect("a folder");
    let engagements = [
        faulty(),
        Engagement::type_1(),
        Engagement::empty(),
        Engagement::type_2().with_exception().topic("See the GRDB.").add(
            "\n[[waivers]]\nrule = \"TXT-05\"\nby = \"Petra Harrow\"\nreason = \"Readers know it.\"\ndate = 2026-02-01\n",
        ),
        Engagement::type_2().remove("controls.toml"),
    ];
    for (engagement, n) in engagements.iter().zip(0..) {
        let file = folder.path().join(format!("{n}.json"));
        std::fs::write(&file, check(engagement, &["--format", "json"]).stdout).expect("written");
        support::is_valid_json(&file, &schema);
    }
}
