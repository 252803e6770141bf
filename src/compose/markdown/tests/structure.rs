//! Headings, lists, quotes, code, tables, footnotes.

use super::*;

#[test]
fn headings_are_evened_out() {
    let outcome = topic(
        "### Begins low\n\nA.\n\n##### Falls deep\n\nSTAGE TWO\n=========\n\n#### 1.1.1 By hand\n\nUnderlined\n---\n\n# Last #\n",
    );
    assert_eq!(
        outcome.shown(),
        "h1 Begins low\np A.\nh2 Falls deep\nh1 STAGE TWO\nh2 1.1.1 By hand\nh2 Underlined\nh1 Last"
    );
    assert_eq!(outcome.rules(), ["TXT-25"]);
    assert_eq!(outcome.marked(), ["##### Falls deep"]);
}

#[test]
fn ordinary_headings_are_not_told() {
    let outcome = run("## One\n\n### Two\n\n## Three\n", &[], |text| text.base_level = Some(2));
    assert_eq!(outcome.shown(), "h2 One\nh3 Two\nh2 Three");
    assert!(outcome.findings.is_empty());
}

#[test]
fn what_only_looks_like_a_heading_is_text() {
    let outcome = topic("####### Seven\n\n#Unspaced\n\n\\# Escaped");
    assert_eq!(outcome.shown(), "p ####### Seven\np #Unspaced\np # Escaped");
    assert!(outcome.findings.is_empty());
}

#[test]
fn empty_headings_go() {
    let outcome = topic("#\n\n##   \n\n# <!-- nothing -->\n\nText\n");
    assert_eq!(outcome.shown(), "p Text");
    assert_eq!(outcome.rules(), ["TXT-31"; 3]);
}

#[test]
fn footnote_of_a_heading_is_not_in_its_plain_text() {
    let outcome = topic("# With `code` and *stress*[^a]\n\n[^a]: The note.\n");
    assert_eq!(outcome.shown(), "h1 With `code` and /stress/^(p The note.) (With code and stress)");
}

#[test]
fn headings_of_cells_quotes_and_lists_are_bold() {
    assert_eq!(cell("# One **two**\n\ntext").shown(), "p *One two*\np text");
    assert!(cell("# One\n").findings.is_empty());
    let outcome = topic("> # Quoted\n\n- ## Item\n");
    assert_eq!(outcome.shown(), "quote\n·p *Quoted*\nlist\n-\n·p *Item*");
    assert_eq!(outcome.rules(), ["TXT-25"]);
}

#[test]
fn lists_keep_number_tightness_and_tasks() {
    assert_eq!(topic("5. five\n6. six").shown(), "list 5\n-\n·p five\n-\n·p six");
    assert_eq!(topic("- a\n\n- b").shown(), "list loose\n-\n·p a\n-\n·p b");
    assert_eq!(topic("- [x] a\n- [ ] b\n- c").shown(), "list\n[x]\n·p a\n[ ]\n·p b\n-\n·p c");
    assert_eq!(topic("* [x] a\n\n* [ ] b").shown(), "list loose\n[x]\n·p a\n[ ]\n·p b");
    assert_eq!(topic("- a\n  1. b\n     > c").shown(), "list\n-\n·p a\n·list 1\n·-\n··p b\n··quote\n···p c");
    assert_eq!(topic("-\n- b").shown(), "list\n-\n-\n·p b");
}

#[test]
fn loose_list_within_a_tight_one() {
    let outcome = topic("- a\n  - b\n\n  - c\n- d\n");
    assert!(outcome.shown().starts_with("list"), "{}", outcome.shown());
    assert!(outcome.shown().contains("·list loose"), "{}", outcome.shown());
}

#[test]
fn deep_nesting_is_flattened() {
    let text: String = (0..14).map(|depth| format!("{}- d{depth}\n", "  ".repeat(depth))).collect();
    let outcome = topic(&text);
    assert_eq!(outcome.rules(), ["TXT-26"]);
    let shown = outcome.shown();
    assert_eq!(shown.matches("list").count(), walk_depth());
    for depth in 0..14 {
        assert!(shown.contains(&format!("p d{depth}")), "{shown}");
    }
    let quotes = topic(&format!("{} end", ">".repeat(3000)));
    assert_eq!(quotes.shown().matches("quote").count(), walk_depth());
    assert!(quotes.shown().ends_with("p end"));
}

fn walk_depth() -> usize {
    crate::compose::markdown::walk::DEEPEST
}

#[test]
fn bullets_of_spreadsheets_become_lists() {
    let outcome = cell("Nightly:\n• jobs run\n• failures page\n   o second\n- mark\n1) first\n2) then");
    assert_eq!(
        outcome.shown(),
        "p Nightly:\nlist\n-\n·p jobs run\n-\n·p failures page\n·list\n·-\n··p second\n-\n·p mark\nlist 1\n-\n·p first\n-\n·p then"
    );
    assert!(outcome.findings.is_empty());
}

#[test]
fn ballot_boxes_stand_on_their_own_lines() {
    assert_eq!(topic("☐ Security\n☑ Availability\nrest").shown(), "p ☐ Security⏎☑ Availability rest");
}

#[test]
fn code_keeps_its_lines() {
    assert_eq!(topic("```rust\nfn a() {\n\tb();\n\n}\n```").shown(), "code\n·fn a() {\n·    b();\n·\n·}");
    assert_eq!(topic("    indented #let x\n").shown(), "code\n·indented #let x");
    let long = topic("```\n0123456789abcdef0123456789abcdef\n```");
    assert_eq!(long.shown(), "code\n·<0123456789abcdef¦0123456789abcdef>");
    assert_eq!(topic("```\nnever closed").shown(), "code\n·never closed");
}

#[test]
fn rules() {
    assert_eq!(topic("a\n\n---\n***\n\nb").shown(), "p a\nrule\np b");
}

#[test]
fn tables() {
    let outcome = topic(
        "# Ports\n\n| Name | No. |  |\n|:--|--:|:-:|\n| ssh | 22 | a<br>b |\n| `x\\|y` |\n| a | b | c | extra |\n",
    );
    assert_eq!(
        outcome.shown(),
        "h1 Ports\ntable Name | No. | \n·p ssh | p 22 | p a⏎b\n·p `x|y` |  | \n·p a | p b | p c | extra"
    );
    let Some(Block::Table(table)) = outcome.blocks.last() else { panic!("no table") };
    use crate::compose::report::Align;
    assert_eq!(table.columns.iter().map(|c| c.align).collect::<Vec<_>>(), [Align::Left, Align::Right, Align::Center]);
    assert_eq!(table.summary, "Ports: Name, No.");
    assert!(!table.dense);
    assert_eq!(outcome.rules(), ["TXT-32"]);
    assert_eq!(outcome.marked(), ["| a | b | c | extra |"]);
}

#[test]
fn wide_tables_are_dense() {
    let outcome = topic("|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n|1|2|3|4|5|6|\n");
    assert!(
        matches!(outcome.blocks.last(), Some(Block::Table(table)) if table.dense && table.summary == "a, b, c, d, e, f")
    );
    let outcome = topic(&format!("||\n|-|\n|{}|\n", "words ".repeat(100)));
    assert!(matches!(outcome.blocks.last(), Some(Block::Table(table)) if table.dense && !table.rows[0].keep));
}

#[test]
fn footnotes_stand_at_their_references() {
    let outcome = topic("One[^a] and two[^a].\n\n[^a]: Note\n    goes on.\n\n    - list\n");
    assert_eq!(
        outcome.shown(),
        "p One^(p Note goes on.\nlist\n-\n·p list) and two^(p Note goes on.\nlist\n-\n·p list)."
    );
    assert!(outcome.findings.is_empty());
}

#[test]
fn footnotes_without_partner() {
    let outcome = topic("Undefined[^x].\n\n[^y]: Left over.\n");
    assert_eq!(outcome.shown(), "p Undefined[^x].\np Left over.");
    assert_eq!(outcome.rules(), ["TXT-30"]);
    assert_eq!(outcome.marked(), ["[^y]: Left over."]);
}

#[test]
fn footnotes_that_refer_to_themselves_end() {
    let outcome = topic("A[^1]\n\n[^1]: B[^2]\n\n[^2]: C[^1]\n");
    assert_eq!(outcome.shown(), "p A^(p B^(p C[^1]))");
    assert_eq!(outcome.rules(), ["TXT-30"]);
    let chain: String = (0..200).map(|n| format!("[^{n}]: n{n}[^{}]\n\n", n + 1)).collect();
    let outcome = topic(&format!("A[^0]\n\n{chain}"));
    for n in 0..200 {
        assert!(outcome.words().contains(&format!("n{n}")), "{n}");
    }
}

#[test]
fn repeated_footnotes_are_limited() {
    let text = format!("{}\n\n[^a]: {}\n", "x[^a] ".repeat(5000), "word ".repeat(2000));
    let outcome = topic(&text);
    assert!(outcome.shown().len() < 2_000_000);
    assert_eq!(outcome.rules(), ["TXT-30"]);
}

#[test]
fn definition_lists_and_abbreviations_stay_text() {
    let outcome = topic("Term\n: What it means\n\n*[ABC]: three letters\n");
    assert_eq!(outcome.shown(), "p Term : What it means\np *[ABC]: three letters");
}

#[test]
fn link_definitions_that_nothing_uses_are_told() {
    let outcome = topic("[used]\n\n[Used]: https://example.org\n\n[TODO]: later\n\n[//]: # (a remark)\n");
    assert_eq!(outcome.shown(), "p [used](https://example.org)");
    assert_eq!(outcome.rules(), ["TXT-34"]);
    assert_eq!(outcome.marked(), ["[TODO]: later"]);
}
