//! Text of the user is text: never code, never a path out of the folder, never a link that could run something.

mod support;

use std::cell::Cell;
use std::path::Path;

use support::{Engagement, Expect, Run, error, listed, socpress, squeeze, warning};

/// Typst, Jinja, HTML and LaTeX, in a line.
const HOSTILE: &str =
    r##"#read("/etc/passwd") @x <l> $x$ #[b] #{1+1} {{ 7*7 }} {% set a = 1 %} {# c #} \\input{x} //c"##;

/// Makes field after field hostile, each with its number, so that a lost one can be named.
struct Marks(Cell<usize>);

impl Marks {
    /// As a TOML string.
    fn next(&self) -> String {
        self.0.set(self.0.get() + 1);
        format!("'''q{:02} {HOSTILE}'''", self.0.get())
    }
}

/// An engagement with every table, and hostile text in every field that is printed.
fn hostile() -> (Engagement, usize) {
    let marks = Marks(Cell::new(0));
    let next = || marks.next();
    let head = format!(
        r#"format = 1
type = "type-2"
status = "draft"
categories = ["security", "availability"]

[period]
start = 2025-01-01
end = 2025-12-31

[service_organization]
name = {}
short_name = {}
system = {}
description_title = {}
address = {}

[service_auditor]
name = {}
city = {}
report_date = 2026-02-10
license = {}
addressee = {}

[opinion]
form = "unqualified"

[[opinion.emphasis]]
heading = {}
text = {}

[assertion]
date = 2026-02-10
signatory_name = {}
signatory_title = {}

[style]
evidence_list = true
"#,
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next()
    );
    let name = next();
    let tables = format!(
        r#"
[[service_commitments]]
id = "SC-1"
text = {}

[[system_requirements]]
id = "SR-1"
text = {}

[[subservice_organizations]]
name = {name}
service = {}
method = "carve-out"
criteria = ["CC6.4"]
monitoring = {}
monitoring_controls = ["SEC-1"]

[[csocs]]
id = "CS-1"
subservice_organization = {name}
description = {}
criteria = ["CC6.4"]

[[cuecs]]
id = "CU-1"
description = {}
criteria = ["CC6.2"]

[[user_entity_responsibilities]]
id = "UR-1"
description = {}

[[not_relevant]]
criterion = "A1.3"
reason = {}

[[incidents]]
date = 2025-03-04
nature = {}
effect = {}
disposition = {}

[[changes]]
date = 2025-03-04
description = {}

[[subsequent_events]]
date = 2026-01-04
description = {}

[[acronyms]]
short = {}
long = {}

[[evidence]]
id = "E-1"
file = "log.txt"
title = {}
controls = ["SEC-1"]
"#,
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next()
    );
    let engagement = Engagement::type_2()
        .file("engagement.toml", head + &tables)
        .file("evidence/log.txt", "first")
        .replace("controls.toml", "title = \"Access by ticket\"", &format!("title = {}", next()))
        .replace("controls.toml", "description = \"Before access to production is granted, the system owner approves a ticket that names the role.\"", &format!("description = {}", next()))
        .append("controls.toml", "\n[[controls]]\nid = \"#x@<y>$z{{1}}\"\ndescription = \"An odd id.\"\ncriteria = [\"A1.1\", \"A1.2\"]\n")
        .append("tests.toml", &format!(
            "\n[[tests]]\nid = \"#t@<y>$z{{{{1}}}}\"\ncontrol = \"#x@<y>$z{{{{1}}}}\"\nprocedure = {}\npopulation = 5\npopulation_description = {}\nsample = 5\ndeviations = 1\nresult = \"deviation\"\nresult_text = {}\nexception = \"#e@<y>\"\n",
            next(), next(), next()))
        .append("tests.toml", &format!("\n[[tests]]\nid = \"T-5\"\ncontrol = \"SEC-1\"\nprocedure = \"Inspected it.\"\nresult = \"unable-to-test\"\nreason = {}\n", next()))
        .append("tests.toml", &format!("\n[[tests]]\nid = \"T-6\"\ncontrol = \"SEC-1\"\nprocedure = \"Inspected it.\"\nresult = \"did-not-operate\"\nreason = \"None.\"\ncorroboration = {}\n", next()))
        .file("exceptions.toml", format!("[[exceptions]]\nid = \"#e@<y>\"\nnature = {}\nresponse = {}\nresponse_action = {}\nresponse_owner = {}\n", next(), next(), next(), next()))
        .topic(&format!("{}\n", next().trim_matches('\'')))
        .file("other-information/more.md", format!("---\ntitle: More\n---\n\n{}\n", next().trim_matches('\'')));
    let title = next().replace('\'', "");
    let engagement = engagement.file("description/02-title.md", format!("---\ntitle: >-\n  {title}\n---\n\nText.\n"));
    (engagement, marks.0.get())
}

#[test]
fn syntax_of_typst_and_jinja_is_printed_as_it_is() {
    let (engagement, fields) = hostile();
    assert!(fields > 38, "{fields}");
    let built = engagement.build();
    let report = built.report();
    report.is_sound();
    report.is_within_its_pages();
    let copy = built.workpaper();
    let (issued, workpaper) = (squeeze(report.text()), squeeze(copy.text()));
    // Written for TOML's literal strings; in a Markdown text `\\` is a stroke.
    let literal = squeeze(HOSTILE);
    let markdown = literal.replace("\\\\", "\\");
    for number in 1..=fields {
        let there =
            |text: &str| [&literal, &markdown].iter().any(|syntax| text.contains(&format!("q{number:02}{syntax}")));
        assert!(there(&issued) || there(&workpaper), "field q{number:02} is not in the report as written");
    }
    for id in ["#x@<y>$z{{1}}", "#t@<y>$z{{1}}", "#e@<y>"] {
        report.says(id);
    }
    // What evaluation would have given.
    for text in [squeeze(report.text()), squeeze(copy.text())] {
        assert!(!text.contains("root:x:") && !text.contains("q0149"), "something was evaluated");
    }
    let index = built.archive().text("index.html");
    assert!(index.contains("#read("), "{index}");
    assert!(!index.contains("<l>"));
}

#[test]
fn names_that_look_like_options_paths_or_labels_are_names() {
    let ids = ["..", "-o", "con", "<script>", "c0", "k0", "s1", "h1", "%2e%2e", "a/../b", "A B  C"];
    let rows: String = ids
        .iter()
        .map(|id| format!("\n[[controls]]\nid = {id:?}\ndescription = \"An odd id.\"\ncriteria = [\"CC1.1\"]\n"))
        .collect();
    let engagement = Engagement::type_1().append("controls.toml", &rows);
    let report = engagement.report();
    report.is_sound();
    report.has_bookmarks_without_gaps();
    assert_eq!(report.count("An odd id.") % ids.len(), 0);
    let targets: Vec<_> = report.links().into_iter().filter_map(|l| l.to.map(|to| (l.text, to))).collect();
    for id in ids {
        assert!(targets.iter().any(|(text, _)| *text == squeeze(id)), "no link to control {id}");
        report.says(id);
    }
}

/// An id of signs only is an id too.
#[test]
fn ids_of_signs_only_do_not_clash() {
    let rows = ["/", "**", "#"]
        .map(|id| format!("\n[[controls]]\nid = {id:?}\ndescription = \"An odd id.\"\ncriteria = [\"CC1.1\"]\n"));
    Engagement::type_1().append("controls.toml", &rows.concat()).finds_only([]);
}

// --- Paths ---------------------------------------------------------------------------------------------------------

#[track_caller]
fn image_refused(engagement: Engagement, path: &str, expected: Expect) {
    let engagement = engagement.topic(&format!("![A plan]({path})\n"));
    engagement.refuses([expected.at("description/01-service.md", "^![A plan]")]);
}

#[test]
fn images_outside_the_folder_are_refused() {
    let with_secret = || Engagement::type_1().outside("secret.png", "x");
    for path in ["../../secret.png", "../../../../../../etc/passwd", "images/../../../secret.png"] {
        image_refused(with_secret(), path, error("INP-02", "leads out of the engagement folder"));
    }
    for path in ["/etc/passwd", "/secret.png"] {
        image_refused(with_secret(), path, error("INP-02", "is absolute"));
    }
    image_refused(with_secret(), "file:///etc/passwd", error("INP-02", "is a web address"));
    image_refused(with_secret(), "..\\\\..\\\\secret.png", error("INP-02", "has backslashes"));
    let engagement = with_secret();
    let secret = engagement.beside("secret.png");
    image_refused(
        engagement.link("description/plan.png", &secret),
        "plan.png",
        error("INP-02", "is a link that leads out"),
    );
    image_refused(
        with_secret().link("description/away", "/etc"),
        "away/passwd",
        error("INP-02", "is a link that leads out"),
    );
    image_refused(with_secret().link("description/plan.png", "plan.png"), "plan.png", error("INP-01", "plan.png"));
}

/// An SVG may name other files; none of them is read.
#[test]
fn images_within_images_are_not_fetched() {
    let engagement = Engagement::type_1()
        .outside("secret.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>SECRET</text></svg>");
    let secret = engagement.beside("secret.svg");
    let svg = |inner: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"90\" height=\"60\">{inner}<rect width=\"90\" height=\"60\"/></svg>"
        )
    };
    let href = format!(
        "<image xlink:href=\"{}\" width=\"90\" height=\"60\"/><image href=\"https://example.org/x.png\" width=\"9\" height=\"6\"/>",
        secret.display()
    );
    let entity = "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".to_owned() + &svg("<text>&x;</text>");
    let with = |text: String| {
        Engagement::type_1().file("description/plan.svg", text).topic("![A plan](plan.svg)\n").try_build()
    };
    for text in [svg(&href), entity] {
        let run = with(text);
        // Shown without what it names, or refused: never with it.
        assert!(run.built() || run.code == 1, "{run:?}");
        assert!(!run.stdout.contains("root:x"), "{run:?}");
    }
    let images = Engagement::type_1().file("description/plan.svg", svg(&href)).topic("![A plan](plan.svg)\n");
    if images.try_build().built() {
        images.report().says_not("SECRET");
    }
}

#[test]
fn the_files_of_the_engagement_are_no_links() {
    for name in ["engagement.toml", "controls.toml", "tests.toml"] {
        let engagement = Engagement::type_2();
        let text = engagement.text(name);
        let engagement = engagement.outside("copy.toml", &text).remove(name);
        let target = engagement.beside("copy.toml");
        let run = engagement.link(name, &target).try_build();
        assert!(
            !run.built() && run.found("INP-02").iter().any(|f| f.at.as_ref().is_some_and(|at| at.file == name)),
            "{name}: {:?}",
            run.findings()
        );
    }
    // A link to the folder itself is the user's own way to name it.
    let engagement = Engagement::type_2();
    let link = engagement.beside("current");
    std::os::unix::fs::symlink(engagement.path(), &link).expect("a link");
    assert_eq!(Run::of(socpress().arg("check").arg(&link)).code, 0);
}

// --- Links ---------------------------------------------------------------------------------------------------------

#[test]
fn links_that_could_run_or_open_something_are_not_live() {
    let refused = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "vbscript:x",
        "ftp://example.org/x",
        "//example.org/x",
        "smb://example.org/x",
        "tel:+15550100",
        "notes.md",
        "../secret.pdf",
        "&#106;avascript:alert(2)",
    ];
    let lines: String = refused.iter().zip(1..).map(|(target, n)| format!("[link{n}]({target})\n\n")).collect();
    let engagement = Engagement::type_2()
        .topic(&lines)
        .replace("tests.toml", "Inspected the minutes", "[Inspected](javascript:alert(3)) the minutes")
        .with_exception()
        .replace("exceptions.toml", "Management agrees", "[Management](file:///etc/shadow) agrees");
    engagement.finds([
        warning("TXT-22", "a `javascript:` link is printed without its target")
            .at("description/01-service.md", "^[link1]("),
        warning("TXT-22", "`file:`").at("description/01-service.md", "^[link3]("),
        warning("TXT-22", "`javascript:`").at("tests.toml", "procedure = ^\"[Inspected]"),
        warning("TXT-22", "`file:`").at("exceptions.toml", "response = ^\"[Management]"),
    ]);
    assert_eq!(engagement.check().found("TXT-22").len(), refused.len() + 2);
    let report = engagement.report();
    let live: Vec<_> = report.links().into_iter().filter_map(|l| l.uri).collect();
    assert!(live.is_empty(), "{live:?}");
    for n in 1..=refused.len() {
        report.says(&format!("link{n}"));
    }
}

/// Nothing in the PDF runs, opens or sends anything.
#[test]
fn the_pdf_holds_no_active_content() {
    let (engagement, _) = hostile();
    let built = engagement.build();
    for name in ["report.pdf", "report-workpaper.pdf"] {
        let pdf = built.pdf(name);
        assert_eq!((pdf.info()["JavaScript"].as_str(), pdf.info()["Form"].as_str()), ("no", "none"));
        let json = support::output(support::tool("qpdf").args(["--json=2", "--json-stream-data=none"]).arg(&pdf.path));
        for active in [
            "\"/JavaScript\"",
            "\"/JS\"",
            "\"/Launch\"",
            "\"/OpenAction\"",
            "\"/AA\"",
            "\"/SubmitForm\"",
            "\"/ImportData\"",
            "\"/RichMedia\"",
        ] {
            assert!(!json.contains(active), "{name}: {active}");
        }
    }
}

/// A word that no line holds breaks where it may, and is whole when it is copied.
#[test]
fn long_words_break_and_stay_whole() {
    let url = format!("https://example.org/{}?query={}", "reports/archive/".repeat(14), "abcdef0123456789".repeat(6));
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".repeat(3);
    let camel = "reviewQuarterlyAccessForAdministratorsAndOperators".repeat(5);
    let id = "CONTROL-NUMBER-OF-SIXTY-CHARACTERS-WITHOUT-ANY-BLANK-IN-IT-1";
    assert_eq!(id.len(), 60);
    let engagement = Engagement::type_2()
        .topic(&format!("See {url} and `{hash}`.\n\n| {camel} | B |\n|---|---|\n| {hash} | {url} |\n\n# {camel}\n\nText.\n"))
        .append("controls.toml", &format!("\n[[controls]]\nid = \"{id}\"\ntitle = \"{camel}\"\ndescription = \"Kept under {url}.\"\ncriteria = [\"CC6.1\", \"CC6.2\"]\n"))
        .append("tests.toml", &format!("\n[[tests]]\nid = \"{}\"\ncontrol = \"{id}\"\nprocedure = \"Inspected {hash}.\"\nresult = \"unable-to-test\"\nreason = \"{camel}\"\n", id.replace('1', "2")))
        .exhibit("E-1", &format!("{}.txt", "x".repeat(180)), "first")
        .add("\n[style]\nevidence_list = true\n");
    let built = engagement.build();
    for pdf in [built.report(), built.workpaper()] {
        pdf.is_sound();
        pdf.is_within_its_pages();
        assert!(!pdf.text().contains(['\u{ad}', '\u{200b}', '\u{2060}']), "invisible characters in copied text");
        for word in [&url, &hash, &camel, id] {
            assert!(pdf.count(word) > 0, "{word} is not whole");
        }
    }
    let second = squeeze(&built.report().second_reading());
    assert!(
        [url.as_str(), &hash, &camel, id].iter().all(|word| second.contains(word)),
        "not whole for a second reader"
    );
    assert!(Path::new(&built.out).join("evidence.zip").is_file());
}

/// Where a word breaks nowhere, the message leads to it.
#[test]
fn a_name_that_no_line_holds_is_told_with_its_place() {
    let name = format!("name = \"{}\"", "Quillmark".repeat(40));
    let engagement = Engagement::type_1().set("name = \"Quillmark Logistics, Inc.\"", &name);
    let run = engagement.try_build();
    if run.built() {
        return engagement.report().is_within_its_pages();
    }
    let place = engagement.place("engagement.toml", "\nname = ^\"QuillmarkQuillmark");
    let lost = run.found("LAY-01");
    assert!(
        !lost.is_empty() && lost.iter().all(|f| f.at.as_ref() == Some(&place)),
        "{place:?}:\n{}",
        listed(&run.findings())
    );
}
