//! Text, links, images, HTML.

use super::*;

#[test]
fn styles() {
    assert_eq!(topic("**a** *b* ~~c~~ `d` ***e***").shown(), "p *a* /b/ -c- `d` /*e*/");
    assert_eq!(topic("**a **b** c**").words().matches('a').count(), 1);
    let deep = topic(&format!("{}x{}", "*".repeat(20_000), "*".repeat(20_000)));
    assert!(deep.shown().contains('x') && deep.shown().len() < 50, "{}", deep.shown());
}

#[test]
fn text_stays_as_written() {
    let text = r#""Straight" 'quotes' -- dashes --- and ... dots, “curly” too. :tada: ==mark== x^2^ H~2~O $$ a = b $$"#;
    assert_eq!(topic(text).shown(), format!("p {text}"));
    assert_eq!(
        topic("{{.Name}} {{7*7}} #read(\"x\") $x$ [[wiki]] [ref][none] [TODO] [Client Name]").shown(),
        "p {{.Name}} {{7*7}} #read(\"x\") $x$ [[wiki]] [ref][none] [TODO] [Client Name]"
    );
    assert_eq!(topic("open **mark and `code").shown(), "p open **mark and `code");
    assert_eq!(topic("&copy; &#x1F512; \\(z\\) a&nbsp;b").shown(), "p © 🔒 (z) a\u{a0}b");
}

/// In a cell a line end is typed where it is meant.
#[test]
fn line_ends_of_cells() {
    let outcome =
        run("Inquired of the owner.\nInspected *both* tickets.\n\n- one\n- two", &[], |text| text.keeps_lines = true);
    assert_eq!(outcome.shown(), "p Inquired of the owner.⏎Inspected /both/ tickets.\nlist\n-\n·p one\n-\n·p two");
}

#[test]
fn line_breaks() {
    assert_eq!(topic("a  \nb\\\nc\nd<br>e<br/>\nf").shown(), "p a⏎b⏎c d⏎e⏎f");
    assert_eq!(topic("<br>\ntext **b**").shown(), "p text *b*");
    assert_eq!(topic("<br>\n\n<br/> <br>\n").shown(), "");
    assert_eq!(cell("one\u{b}two\u{2028}three\r\nfour").shown(), "p one two three four");
}

#[test]
fn links() {
    let outcome = topic("[a](https://example.org/x) <https://example.org> <me@example.org> [m](mailto:me@example.org)");
    assert_eq!(
        outcome.shown(),
        "p [a](https://example.org/x) [https://example.org](https://example.org) \
         [me@example.org](mailto:me@example.org) [m](mailto:me@example.org)"
    );
    assert!(outcome.findings.is_empty());
    assert_eq!(
        topic("www.example.org [none]() [](https://example.org)").shown(),
        "p www.example.org none [https://example.org](https://example.org)"
    );
}

#[test]
fn hostile_links_are_text() {
    let outcome = topic("[js](javascript:run()) [f](file:///etc/x) [o](other.md) [d](DATA:text/html,x) <vbscript:x>");
    assert_eq!(outcome.shown(), "p js f o d vbscript:x");
    assert_eq!(outcome.rules(), ["TXT-22"; 5]);
    assert_eq!(outcome.marked()[0], "[js](javascript:run())");
    assert_eq!(topic("[x](java&#10;script:y)").rules(), ["TXT-22"]);
}

#[test]
fn links_within_the_text() {
    let outcome = topic(
        "[one](#section-1-overview) [two](#Scope--limits) [three](#überblick) [again](#scope-limits-1) [gone](#nowhere)\n\n\
         # Section 1: Overview\n\n## Scope & limits\n\n## Scope & limits\n\n## Überblick\n\n## Plain\n",
    );
    assert_eq!(
        outcome.shown(),
        "p [one](@h1) [two](@h2) [three](@h4) [again](@h3) gone\nh1 Section 1: Overview @h1\nh2 Scope & limits @h2\n\
         h2 Scope & limits @h3\nh2 Überblick @h4\nh2 Plain"
    );
    assert_eq!(outcome.rules(), ["TXT-28"]);
    assert_eq!(outcome.marked(), ["[gone](#nowhere)"]);
    assert_eq!(cell("[x](#a)\n\n# A\n").rules(), ["TXT-28"]);
}

#[test]
fn comments_vanish_and_what_follows_does_not() {
    let outcome = topic("a <!-- x --> b\n\n<!-- whole\nblock -->\n\n<!-- c --> *after*\n\n- <!-- d --> item\n");
    assert_eq!(outcome.shown(), "p a b\np /after/\nlist\n-\n·p item");
    assert!(outcome.findings.is_empty());
    assert_eq!(topic("1. a\n\n<!-- -->\n\n1. b").shown(), "list 1\n-\n·p a\nlist 1\n-\n·p b");
}

#[test]
fn an_open_comment_hides_nothing() {
    let outcome = topic("before\n\n<!-- never closed\n\n# Head\n");
    assert_eq!(outcome.rules(), ["TXT-33"]);
    for word in ["before", "never closed", "Head"] {
        assert!(outcome.words().contains(word), "{word}");
    }
}

#[test]
fn other_html_is_text_with_a_note() {
    let outcome = topic(
        "<details><summary>More</summary>\n\nHidden **text**.\n\n</details>\n\na <b>b</b> <u>c</u> <Insert date>",
    );
    assert_eq!(
        outcome.shown(),
        "p <<details><summar¦y>More</¦summary>>\np Hidden *text*.\np </details>\np a <b>b</b> <u>c</u> <Insert date>"
    );
    assert_eq!(outcome.rules(), ["TXT-21"; 3]);
    assert_eq!(outcome.marked()[2], "<b>");
    let outcome = topic("<table>\n<tr><td>x</td></tr>\n<!-- hidden -->\n</table>\n");
    assert_eq!(outcome.shown(), "p <table>⏎<tr><td>x</td></tr>⏎⏎</table>");
}

#[test]
fn images() {
    let outcome =
        topic("![A *plan*](plan.png \"Figure\")\n\nSee ![b](b.png) here.\n\n![gone](missing.png)\n\n![](x/y.png)\n");
    assert_eq!(outcome.shown(), "image A plan Figure\np See !(b) here.\np [gone]\nimage y.png");
    assert_eq!(outcome.rules(), ["TXT-23", "TXT-24"]);
    assert_eq!(outcome.marked(), ["![gone](missing.png)", "![](x/y.png)"]);
}

#[test]
fn no_images_in_cells() {
    let outcome = topic("|a|\n|-|\n|![b](b.png)|\n");
    assert_eq!(outcome.shown(), "table a\n·p [b]");
    assert_eq!(outcome.rules(), ["TXT-21"]);
    let outcome = cell("![b](b.png \"t\")");
    assert_eq!(outcome.shown(), "p [b] t");
    assert_eq!(outcome.findings[0].severity, crate::diagnostics::Severity::Warning);
}

#[test]
fn long_words_are_cut_across_events() {
    let outcome = topic("see arn:aws:iam::123456789012:role/reader_of_everything&amp;more.");
    assert!(outcome.shown().starts_with("p see <arn:"), "{}", outcome.shown());
    assert!(outcome.shown().ends_with("&more.>") || outcome.shown().contains("&¦more."), "{}", outcome.shown());
}

#[test]
fn values_are_never_markdown() {
    let values =
        ["*A* [x](javascript:y) <b> # & |".to_owned(), "one\ntwo".to_owned(), "https://example.org".to_owned()];
    let mark = |index| value_mark(index).map(String::from).unwrap_or_default();
    let text = format!(
        "# {a}\n\n**{a}** {b}\n\n| {a} |\n|-|\n| `{a}` |\n\n[{a}]({c}) {none}",
        a = mark(0),
        b = mark(1),
        c = mark(2),
        none = mark(3)
    );
    let outcome = run(&text, &values, |_| {});
    let a = &values[0];
    assert_eq!(outcome.shown(), format!("h1 {a}\np *{a}* one⏎two\ntable {a}\n·p `{a}`\np [{a}](https://example.org)"));
    assert_eq!(outcome.rules(), ["TXT-20"]);
    assert_eq!(value_mark(70_000), None);
}

#[test]
fn fields_know_no_markdown() {
    let source = source("");
    let mut findings = Findings::default();
    let mut context = Context { findings: &mut findings, origins: &mut Vec::new(), images: None, anchors: &mut 0 };
    let origin = TextOrigin::Value(Origin::file(&source));
    let out = inlines(" *a*  <b>\n# c\u{7} ", &origin, &mut context);
    assert_eq!(line(&out), "*a* <b> # c");
    assert!(inlines(" \n", &origin, &mut context).is_empty());
    let out = inlines("IAM-ROLE/0123456789/abcdefghijklm", &origin, &mut context);
    assert_eq!(line(&out), "<IAM-¦ROLE/¦0123456789/¦abcdefghijklm>");
    assert_eq!(findings.iter().count(), 1);
}
