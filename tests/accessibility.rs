//! PDF/UA-1 by two checkers that are not the layout engine's own: `outloud` and `pdfua`, of scripts/checkers.txt.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Engagement, Run, checkers, listed, sample, socpress};

#[track_caller]
fn is_accessible(pdf: &Path, skipped: &[&str]) {
    let skip = skipped.iter().flat_map(|rule| ["--skip", rule]);
    let said = checkers("outloud").args(["--json", "-"]).args(skip).arg(pdf).output().expect("outloud runs");
    let json: Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("outloud: {error}: {said:?}"));
    let result = &json["results"][0];
    let errors: Vec<_> =
        result["findings"].as_array().expect("findings").iter().filter(|f| f["severity"] == "error").collect();
    assert!(errors.is_empty() && result["error"].is_null() && said.status.success(), "{}: {errors:#?}", pdf.display());

    let said = checkers("pdfua").arg("check").arg(pdf).output().expect("pdfua runs");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success() && text.contains("PASS"), "{}: {text}", pdf.display());
}

/// Every document that a build makes of a folder.
#[track_caller]
fn documents_are_accessible(folder: &Path) {
    let out = tempfile::tempdir().expect("a temporary folder");
    let run = Run::of(
        socpress().args(["build", "--format", "json", "--evidence-list"]).arg(folder).arg("-o").arg(out.path()),
    );
    assert!(run.built(), "{}", listed(&run.findings()));
    for name in ["report.pdf", "report-workpaper.pdf"] {
        let path = out.path().join(name);
        if path.exists() {
            is_accessible(&path, &[]);
        }
    }
}

#[test]
fn the_large_type_2() {
    documents_are_accessible(&sample("type2-full"));
}

#[test]
fn the_type_1() {
    documents_are_accessible(&sample("type1-startup"));
}

#[test]
fn the_type_2_of_sheets() {
    documents_are_accessible(&sample("csv-matrix"));
}

#[test]
fn the_qualified_type_2_and_its_neighbours() {
    let folder = sample("type2-qualified");
    documents_are_accessible(&folder);
    for document in ["soc3", "bridge-letter", "representation-letter", "description", "matrix"] {
        let out = tempfile::tempdir().expect("a temporary folder");
        let command = ["build", "--format", "json", "--document", document];
        let run = Run::of(socpress().args(command).arg(&folder).arg("-o").arg(out.path()));
        assert!(run.built(), "{}", listed(&run.findings()));
        // TAG-002 knows the foot of a page by its repetition, for which a letter has too few pages.
        is_accessible(&out.path().join(format!("{document}.pdf")), &["TAG-002"]);
    }
}

/// With logo, signature, sections of the firm, the other layout of Section IV, labels in German.
#[test]
fn a_report_in_the_style_of_a_firm() {
    let square =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\"><rect width=\"60\" height=\"20\"/></svg>";
    let style = "\n[style]\nlogo = \"style/logo.svg\"\ntable_layout = \"by-control\"\nlanguage = \"de\"\n";
    let engagement = Engagement::type_2()
        .with_exception()
        .issued()
        .set("city = \"Missoula, Montana\"", "city = \"Missoula, Montana\"\nsignature_image = \"signature.svg\"")
        .file("signature.svg", square)
        .file("firm/style/logo.svg", square)
        .file("firm/sections/about.md", "---\ntitle: About the firm\n---\n\nWe audit.\n")
        .append("firm/firm.toml", style);
    documents_are_accessible(engagement.path());
}

#[test]
fn the_list_of_exhibits_of_the_package() {
    let built = Engagement::type_2().exhibit("E-1", "log.txt", "first").build();
    // TAG-002 knows the foot of a page by its repetition, for which three pages are too few.
    is_accessible(&built.archive().folder().join("exhibits.pdf"), &["TAG-002"]);
}

/// Headings, lists, tables, footnotes, images, quotes and code of a description.
#[test]
fn everything_that_markdown_can_do() {
    let square = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"80\"><rect width=\"120\" height=\"80\"/></svg>";
    let engagement = Engagement::type_2().with_exception().file("description/plan.svg", square).topic(
        "### Deep\n\n##### Deeper\n\nText with a [link](https://example.org), `code`, **bold**, ~~struck~~ and a note[^n].\n\n\
         1. one\n2. two\n   - inner\n\n- [x] done\n- [ ] open\n\n> quoted\n\n| A | B |\n|:--|--:|\n| x | 1 |\n\n```\ncode\n```\n\n---\n\n\
         ![A plan](plan.svg \"The plan\")\n\nAn image in a line ![again](plan.svg).\n\n[^n]: The note.\n",
    );
    documents_are_accessible(engagement.path());
}
