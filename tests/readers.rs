//! The readers of these tests see what they are there to see.

mod support;

use std::fs;
use std::rc::Rc;

use support::{Pdf, error, warning};

/// A page of 300 by 200 points with these words, each at its place from the lower left corner.
fn page(words: &[(&str, i32, i32)]) -> Pdf {
    let content: String = words.iter().map(|(text, x, y)| format!("BT /F 12 Tf {x} {y} Td ({text}) Tj ET\n")).collect();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{content}endstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = file.len();
    file.push_str(&format!("xref\n0 6\n{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"));
    let folder = Rc::new(tempfile::tempdir().expect("a folder"));
    let path = folder.path().join("page.pdf");
    fs::write(&path, file).expect("a file");
    Pdf::open(&path, Some(folder))
}

#[test]
fn words_in_their_places_are_fine() {
    let pdf = page(&[("One", 20, 150), ("Two", 60, 150), ("Three", 20, 130)]);
    pdf.is_sound();
    pdf.is_within_its_pages();
    pdf.says_in_order(&["One Two", "Three"]);
    assert_eq!((pdf.page_count(), pdf.pages_with("Three"), pdf.count("four")), (1, vec![1], 0));
}

#[test]
#[should_panic(expected = "off page 1")]
fn a_word_over_the_edge_is_seen() {
    page(&[("Beyond", 280, 100)]).is_within_its_pages();
}

#[test]
#[should_panic(expected = "one over the other")]
fn words_over_each_other_are_seen() {
    page(&[("Underneath", 50, 100), ("Above", 70, 101)]).is_within_its_pages();
}

#[test]
#[should_panic(expected = "is not in the text")]
fn a_word_off_the_page_is_missed() {
    page(&[("Here", 50, 100), ("Away", 500, 100)]).says("Away");
}

#[test]
#[should_panic(expected = "failed with")]
fn a_damaged_file_is_seen() {
    let pdf = page(&[("Here", 50, 100)]);
    let bytes = fs::read(&pdf.path).expect("the file");
    fs::write(&pdf.path, &bytes[..bytes.len() / 2]).expect("half of it");
    pdf.is_sound();
}

#[test]
#[should_panic(expected = "expected")]
fn a_finding_at_another_place_is_no_match() {
    support::Engagement::type_2().file("surplus.txt", "").finds([warning("INP-15", "surplus").in_file("other.txt")]);
}

#[test]
#[should_panic(expected = "expected")]
fn a_finding_of_another_weight_is_no_match() {
    support::Engagement::type_2().file("surplus.txt", "").finds([error("INP-15", "surplus").in_file("surplus.txt")]);
}
