//! The reference pages are written from the tables in the program. `SOCPRESS_BLESS=1` writes them anew.

use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- generated: begin -->\n";
const END: &str = "<!-- generated: end -->";

fn keep_in_step(page: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = fs::read_to_string(&path).expect("the page is there");
    let start = text.find(BEGIN).expect("the page says where the generated part begins") + BEGIN.len();
    let end = text.find(END).expect("the page says where the generated part ends");
    if std::env::var_os("SOCPRESS_BLESS").is_some() {
        fs::write(&path, format!("{}{generated}{}", &text[..start], &text[end..])).expect("the page can be written");
        return;
    }
    assert!(
        text[start..end] == *generated,
        "docs/{page} is out of step with the program; run: SOCPRESS_BLESS=1 cargo test --release --test docs"
    );
}

#[test]
fn the_reference_of_keys_is_that_of_the_reader() {
    keep_in_step("engagement-folder.md", &socpress::load::reference::markdown());
}

#[test]
fn the_reference_of_rules_is_that_of_the_program() {
    keep_in_step("rules.md", &socpress::rules::markdown());
}

#[test]
fn the_reference_of_plans_is_that_of_the_reader() {
    keep_in_step("bulk.md", &socpress::load::reference::plan());
}
