//! What Markdown becomes in the report: nothing is lost, nothing is taken for more than it is (H38, H41).

mod support;

use support::{Engagement, Pdf, error, listed, note, squeeze, warning};

fn report(body: &str) -> Pdf {
    Engagement::type_1().topic(body).report()
}

/// The bookmarks below the topic of the base: depth below it, and title.
fn outline(report: &Pdf) -> Vec<(usize, String)> {
    let bookmarks = report.bookmarks();
    let start = bookmarks.iter().position(|b| b.title == "The dispatch service").expect("the topic");
    let depth = bookmarks[start].depth;
    bookmarks[start + 1..].iter().take_while(|b| b.depth > depth).map(|b| (b.depth - depth, b.title.clone())).collect()
}

// --- Headings ------------------------------------------------------------------------------------------------------

/// H38: whatever level a file starts at, whatever it skips, the outline is whole.
#[test]
fn headings_of_any_level_make_one_outline() {
    let body = "### Starts at three\n\nText.\n\n##### Skips to five\n\nText.\n\nSETEXT IN CAPITALS\n==================\n\n\
                #### 4.2.1 Numbered by hand\n\nText.\n\n7.1 Underlined\n--------------\n\nText.\n\n###### Six\n\nText.\n";
    let engagement = Engagement::type_1().topic(body);
    engagement.finds([note("TXT-25", "heading levels skip").at("description/01-service.md", "^##### Skips")]);
    let report = engagement.report();
    report.has_bookmarks_without_gaps();
    let outline = outline(&report);
    let titles: Vec<_> = outline.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(
        titles,
        ["Starts at three", "Skips to five", "SETEXT IN CAPITALS", "4.2.1 Numbered by hand", "7.1 Underlined", "Six"]
    );
    assert!(outline.iter().all(|(depth, _)| *depth >= 1));
    for title in titles {
        assert_eq!(report.count(title), 1, "{title}: printed once, with no number of ours");
    }
}

#[test]
fn headings_of_several_files_start_at_the_same_depth() {
    let engagement = Engagement::type_1()
        .topic("## Two\n\nText.\n")
        .file("description/02-b.md", "---\ntitle: Second topic\n---\n\n# One\n\nText.\n\n## Inner\n\nText.\n")
        .file("description/10-c.md", "---\ntitle: Third topic\n---\n\n##### Five\n\nText.\n");
    let bookmarks = engagement.report().bookmarks();
    let depth = |title: &str| bookmarks.iter().find(|b| b.title == title).unwrap_or_else(|| panic!("{title}")).depth;
    assert_eq!([depth("Two"), depth("One"), depth("Five")], [depth("The dispatch service") + 1; 3]);
    assert_eq!(depth("Inner"), depth("One") + 1);
    // Files stand in the order in which people count.
    let order: Vec<_> = ["The dispatch service", "Second topic", "Third topic"]
        .map(|t| bookmarks.iter().position(|b| b.title == t))
        .into();
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn a_heading_with_everything_in_it() {
    let report = report(
        "# Use of `code`, *stress*, [a link](https://example.org) and a note[^1] #\n\nText.\n\n#\n\n####### Seven marks\n\n#No blank\n\n[^1]: Said below.\n",
    );
    assert_eq!(outline(&report), [(1, "Use of code, stress, a link and a note".to_owned())]);
    assert_eq!(report.count("Said below."), 1, "not again in the contents");
    report.says("####### Seven marks");
    report.says("#No blank");
}

#[test]
fn links_within_a_text_lead_to_its_headings() {
    let engagement = Engagement::type_1()
        .topic("See [the teams](#who-works-here) and [nothing](#gone).\n\n# Who works here?\n\nTwelve people.\n");
    engagement.finds_only([warning("TXT-28", "`#gone`").at("description/01-service.md", "^[nothing]")]);
    let report = engagement.report();
    let links = report.links();
    let link = links.iter().find(|l| l.text.contains("theteams")).expect("a link");
    let (page, _) = link.to.expect("a place in the file");
    assert!(report.pages()[page - 1].contains("Who works here?"));
    assert!(!links.iter().any(|l| l.text.contains("nothing")), "a dead link is not live");
    report.says("See the teams and nothing.");
}

// --- Blocks --------------------------------------------------------------------------------------------------------

#[test]
fn lists_tasks_quotes_and_code() {
    let report = report(
        "- one\n  - two\n    - three\n      - four\n        - five\n          1. six\n\n7. starts at seven\n8. eight\n\n\
         * [ ] open task\n* [x] done task\n\n> quoted\n> > deeper\n\n    indented code #let x\n\n```toml\nkey = \"value\"\n```\n\n---\n***\n\nAfter the rules.\n",
    );
    report.says_in_order(&[
        "one",
        "two",
        "three",
        "four",
        "five",
        "1. six",
        "7. starts at seven",
        "8. eight",
        "☐ open task",
        "☑ done task",
    ]);
    report.says_in_order(&["quoted", "deeper", "indented code #let x", "key = \"value\"", "After the rules."]);
    report.says_not("[ ]");
    report.says_not("```");
}

#[test]
fn a_table_keeps_every_cell() {
    let body = "| Store | Kept for | Size |\n|:--|--:|:-:|\n| Routes | 2 years | `4 TB` |\n| Mail \\| chat | **90 days** | |\n| More | 1 | 2 | 3 |\n";
    let engagement = Engagement::type_1().topic(body);
    engagement.finds_only([warning("TXT-32", "there is no column for `3`").at("description/01-service.md", "^| More")]);
    let report = engagement.report();
    report.says_in_order(&["Store", "Kept for", "Size", "Routes", "2 years", "4 TB", "Mail | chat", "90 days", "More"]);
    report.says("1 2 | 3");
    report.says_not("**");
}

#[test]
fn footnotes_are_printed_where_they_are_referred_to() {
    let engagement = Engagement::type_1().topic("First[^a] and second[^b], first again[^a].\n\n[^a]: The first note.\n[^b]: The **second** note.\n[^c]: Nobody refers to it.\n\nUnknown[^zz].\n");
    engagement.finds([note("TXT-30", "nothing refers to this footnote").at_line("description/01-service.md", 11, 1)]);
    let report = engagement.report();
    for text in ["The first note.", "The second note.", "Nobody refers to it."] {
        assert!(report.count(text) >= 1, "{text}");
    }
    report.says("Unknown[^zz]");
}

#[test]
fn inline_marks() {
    let report = report(
        "Hard  \nbreak\\\nbreak. ~~struck~~ H~2~O x^2^ ==mark== :tada: &copy; &#x25A1; **bold _both_** a_b_c 2*3*4\n",
    );
    for text in ["struck", "H~2~O", "x^2^", "==mark==", ":tada:", "©", "□", "bold both", "a_b_c"] {
        report.says(text);
    }
    report.says_not("~~");
    report.says_not("**bold");
}

#[test]
fn quotes_and_dashes_stay_as_they_are_typed() {
    let text = "\"Straight\" 'quotes' -- dashes --- and ... dots. “Curly” ‘kept’ – —.";
    let report = report(&format!("{text}\n"));
    report.says(text);
}

// --- What is not supported -----------------------------------------------------------------------------------------

/// H41: what other dialects know prints as text.
#[test]
fn unsupported_markup_prints_as_text() {
    let engagement = Engagement::type_1().topic(
        "Term\n: A definition as some tools write it\n\n*[ETA]: an abbreviation\n\n<details><summary>More</summary>\n\nHidden **text**.\n\n</details>\n\n\
         [[wiki]] [empty]() [ref][nowhere]\n\n$$ x = y $$ \\(z\\)\n\n<b>loud</b> and **unclosed and `unclosed\n",
    );
    let findings = engagement.check().findings();
    assert!(findings.iter().all(|f| f.severity == "note"), "{}", listed(&findings));
    engagement.finds([
        note("TXT-21", "<details>").at("description/01-service.md", "^<details>"),
        note("TXT-21", "<b>").at("description/01-service.md", "^<b>loud"),
    ]);
    let report = engagement.report();
    for text in [
        "Term : A definition as some tools write it",
        "*[ETA]: an abbreviation",
        "<details><summary>More</summary>",
        "Hidden text.",
        "</details>",
        "[[wiki]] empty [ref][nowhere]",
        "$$ x = y $$ (z)",
        "<b>loud</b> and **unclosed and `unclosed",
    ] {
        report.says(text);
    }
}

#[test]
fn comments_do_not_print() {
    let engagement = Engagement::type_1()
        .topic("Before <!-- not for readers --> after.\n\n<!-- hush-hush:\n\ndo not publish -->\n\nThe end.\n");
    engagement.finds_only([]);
    let report = engagement.report();
    report.says("Before after.");
    report.says("The end.");
    for text in ["not for readers", "hush-hush", "do not publish"] {
        report.says_not(text);
    }
    let engagement = Engagement::type_1().topic("Before.\n\n<!-- never closed\n\nAll that follows.\n");
    engagement.finds([warning("TXT-33", "not closed").at("description/01-service.md", "^<!-- never")]);
    engagement.report().says("All that follows.");
}

#[test]
fn nesting_has_an_end() {
    let deep: String = (0..40).map(|n| format!("{}- level {n}\n", "  ".repeat(n))).collect();
    let engagement = Engagement::type_1().topic(&format!("{deep}\n{} end of quotes\n", ">".repeat(60)));
    engagement.finds([warning("TXT-26", "nested more than 10 deep").at("description/01-service.md", "^- level 10\n")]);
    let report = engagement.report();
    for n in 0..40 {
        report.says(&format!("level {n}"));
    }
    report.says("end of quotes");
    report.is_within_its_pages();
}

// --- Links and images ----------------------------------------------------------------------------------------------

#[test]
fn links_to_the_web_and_to_mail_are_live() {
    let report = report(
        "[site](https://example.org/a_b) <http://example.com/x?y=1&z=2> [mail](mailto:desk@example.org) <desk@example.org> www.example.net\n",
    );
    let uris: Vec<_> = report.links().into_iter().filter_map(|l| l.uri).collect();
    assert_eq!(
        uris,
        [
            "https://example.org/a_b",
            "http://example.com/x?y=1&z=2",
            "mailto:desk@example.org",
            "mailto:desk@example.org"
        ]
    );
    report.says("http://example.com/x?y=1&z=2");
    report.says("www.example.net");
}

const SQUARE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="#336699"/></svg>"##;

#[test]
fn images_of_the_folder_are_shown() {
    let engagement = Engagement::type_1()
        .file("description/images/plan.svg", SQUARE)
        .topic("Before.\n\n![Plan of the two sites](images/plan.svg \"Sites and lines\")\n\nAfter, again small: ![Plan](images/plan.svg).\n");
    engagement.finds_only([]);
    let report = engagement.report();
    report.is_sound();
    report.says_in_order(&["Before.", "Sites and lines", "After, again small:"]);
    report.says_not("Plan of the two sites");
}

#[test]
fn images_that_cannot_be_used() {
    Engagement::type_1()
        .file("description/plan.svg", SQUARE)
        .file("description/text.png", "no image")
        .file("description/cut.png", b"\x89PNG\r\n\x1a\n\0\0")
        .topic("![](plan.svg)\n\n![There](absent.png)\n\n![Text](text.png)\n\n![Cut](cut.png)\n\n![Web](https://example.org/x.png)\n")
        .refuses([
            error("TXT-24", "`plan.svg` has no alternative text").at("description/01-service.md", "^![](plan.svg)").helps("![...](plan.svg)"),
            error("INP-01", "`absent.png`").at("description/01-service.md", "^![There]"),
            error("TXT-23", "`text.png` is no PNG").at("description/01-service.md", "^![Text]"),
            error("TXT-23", "`cut.png`").at("description/01-service.md", "^![Cut]"),
            error("INP-02", "is a web address").at("description/01-service.md", "^![Web]"),
        ]);
}

// --- Texts of tables -----------------------------------------------------------------------------------------------

#[test]
fn cells_and_keys_take_markdown_without_headings() {
    let report = Engagement::type_2()
        .replace("controls.toml", "Once a year the board", "# Once a year\\n\\nthe **board**")
        .replace("tests.toml", "Inspected the minutes of the meeting", "Inspected:\\n\\n- the minutes\\n- the vote")
        .with_exception()
        .replace(
            "exceptions.toml",
            "Management agrees and regrets the omission.",
            "Management *agrees*.\\n\\n1. First step\\n2. Second step",
        )
        .report();
    report.says_in_order(&["Once a year", "the board approves", "Inspected:", "• the minutes", "• the vote"]);
    report.says_in_order(&["Section V", "Management agrees.", "1. First step", "2. Second step"]);
    report.says_not("**");
    assert!(report.bookmarks().iter().all(|b| b.title != "Once a year"));
}

#[test]
fn fields_of_one_line_are_literal() {
    let report = Engagement::type_2()
        .replace(
            "controls.toml",
            "title = \"Access by ticket\"",
            "title = \"**Access** by [ticket](https://example.org) # 1\"",
        )
        .set("signatory_name = \"Idris Vanterpool\"", "signatory_name = \"_Idris_ `Vanterpool`\"")
        .report();
    report.says("**Access** by [ticket](https://example.org) # 1");
    report.says("_Idris_ `Vanterpool`");
    assert!(report.links().iter().all(|l| l.uri.is_none()));
}

/// Several paragraphs, on paper and for a second reader.
#[test]
fn two_readers_extract_the_same_words() {
    let report = report(
        "First paragraph with a footnote[^n].\n\n- item one\n- item two\n\n| A | B |\n|---|---|\n| x | y |\n\n[^n]: The note.\n",
    );
    let words = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(squeeze).filter(|w| w.len() > 3).collect();
        words.sort_unstable();
        words
    };
    let second: String = report.second_reading();
    let missing: Vec<_> = words(report.text()).into_iter().filter(|word| !squeeze(&second).contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
