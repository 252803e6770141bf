//! The form of a report: draft, issued report and workpaper copy, house style, heads, bookmarks and contents.

mod support;

use support::{COMMON_CRITERIA, Engagement, Pdf, squeeze};

const NOT_SIGNED: &str = "Not signed: this is not the issued report";

// --- Draft and issued ----------------------------------------------------------------------------------------------

#[test]
fn a_draft_says_so_on_every_page_and_is_not_signed() {
    let report = Engagement::type_2().report();
    let pages = report.page_count();
    assert_eq!(report.watermarks(), pages, "a watermark on every page");
    report.says("This is a working draft. No opinion has been issued on it; it is not an attestation report and must not be relied upon.");
    assert_eq!(report.count(NOT_SIGNED), 2);
}

#[test]
fn the_issued_report_is_signed_and_carries_no_mark() {
    let report = Engagement::type_2().issued().report();
    assert_eq!(report.watermarks(), 0);
    report.says_not("draft");
    report.says_not(NOT_SIGNED);
    report.says_in_order(&[
        "Restricted use",
        "Harrow & Penhale LLP",
        "Missoula, Montana",
        "February 10, 2026",
        "Section II",
        "Idris Vanterpool",
    ]);
}

#[test]
fn the_workpaper_copy_lists_exhibits_and_is_never_signed() {
    let engagement = Engagement::type_2().issued().exhibit("E-1", "minutes.txt", "Approved.").exhibit(
        "E-2",
        "grants.csv",
        "id\n1\n",
    );
    let built = engagement.build();
    built.report().says_not("minutes.txt");
    assert_eq!(
        built.names(),
        ["build.json", "evidence.zip", "report.pdf"],
        "no list of exhibits unless it is asked for"
    );

    let engagement = engagement.add("\n[style]\nevidence_list = true\n");
    let built = engagement.build();
    assert_eq!(built.names(), ["build.json", "evidence.zip", "report-workpaper.pdf", "report.pdf"]);
    built.report().says_not("minutes.txt");
    built.report().says_not("workpaper");
    built.report().says_not(NOT_SIGNED);
    let copy = built.workpaper();
    copy.is_sound();
    let pages = copy.pages();
    // The cover says it in its notice, every other page in its foot.
    assert!(pages[0].contains("Workpaper copy"), "{}", pages[0]);
    assert!(pages[1..].iter().all(|page| page.contains("Workpaper copy")));
    assert_eq!(copy.count(NOT_SIGNED), 2);
    let manifest = built.archive().manifest();
    for (exhibit, name) in manifest["exhibits"].as_array().expect("exhibits").iter().zip(["minutes.txt", "grants.csv"])
    {
        copy.says_in_order(&[
            "Appendix",
            exhibit["path"].as_str().expect("a path"),
            exhibit["sha256"].as_str().expect("a hash"),
            "SEC-1",
        ]);
        copy.says(name);
    }
    copy.says(manifest["sums_sha256"].as_str().expect("a hash"));
}

// --- Form ----------------------------------------------------------------------------------------------------------

#[test]
fn house_style_paper_dates_and_labels() {
    let report = Engagement::type_2().report();
    assert_eq!(report.info()["Page size"], "612 x 792 pts (letter)");
    let styled = |style: &str| Engagement::type_2().add(&format!("\n[style]\n{style}\n")).report();
    let report = styled("paper = \"a4\"\ndate_format = \"international\"\ntype_label = \"arabic\"");
    assert!(report.info()["Page size"].contains("A4"), "{:?}", report.info());
    report.says("throughout the period 1 January 2025 to 31 December 2025");
    report.says("SOC 2 Type 2 Report");
    report.says_not("Type II");
    report.says_not("January 1, 2025");
    styled("date_format = \"iso\"").says("throughout the period 2025-01-01 to 2025-12-31");
}

#[test]
fn the_document_knows_its_title_author_language_and_date() {
    let report = Engagement::type_2().report();
    report.is_sound();
    let info = report.info();
    assert_eq!(info["Title"], "SOC 2 Type II Report: Quillmark Dispatch Cloud of Quillmark Logistics, Inc.");
    assert_eq!(info["Author"], "Harrow & Penhale LLP");
    assert!(info["CreationDate"].starts_with("2026-02-10"), "the report's date: {info:?}");
    assert_eq!((info["Tagged"].as_str(), info["JavaScript"].as_str(), info["Encrypted"].as_str()), ("yes", "no", "no"));
    let fonts = report.fonts();
    assert!(!fonts.is_empty() && fonts.iter().all(|(_, embedded, mapped)| *embedded && *mapped), "{fonts:?}");
}

#[test]
fn every_page_has_its_head_and_its_number() {
    let report = Engagement::type_2().with_exception().report();
    let pages = report.pages();
    assert_eq!(pages.len(), report.page_count());
    for (page, number) in pages.iter().zip(1..).skip(1) {
        assert!(page.starts_with("Quillmark Logistics, Inc. "), "{page}");
        assert!(page.contains(&format!("Page {number} of {}", pages.len())), "{page}");
        assert!(page.contains("Confidential, restricted use"), "{page}");
    }
}

/// A table that goes over pages has its head on each, and names its criterion there.
#[test]
fn heads_of_tables_repeat() {
    let rows: String = (1..=60)
        .map(|n| format!("K-{n},The {n}th duty is done by the desk and noted in the log of that day.,CC7.2\n"))
        .collect();
    let report = Engagement::type_1()
        .matrix(
            "controls.csv",
            format!("id,description,criteria\nALL-1,Everything is looked after.,{}\n{rows}", COMMON_CRITERIA.join(";")),
        )
        .report();
    report.is_within_its_pages();
    let index = report.pages_with("Index of Controls").last().copied().expect("the index");
    let mut duty = report.pages_with("is done by the desk and noted in the log of that day.");
    duty.retain(|page| *page < index);
    assert!(duty.len() >= 3, "{duty:?}");
    for page in &duty {
        let text = squeeze(report.pages()[page - 1]);
        assert!(text.contains(&squeeze("CC7.2 Control activity")), "page {page}: {text}");
    }
}

#[test]
fn bookmarks_name_every_section_criterion_and_control() {
    let report = Engagement::type_2().with_exception().report();
    report.has_bookmarks_without_gaps();
    let bookmarks = report.bookmarks();
    for wanted in [
        "Contents",
        "Section I:",
        "Section II:",
        "Section III:",
        "Section IV:",
        "Section V:",
        "The dispatch service",
        "Index of Controls",
    ] {
        assert!(bookmarks.iter().any(|b| b.title.starts_with(wanted)), "no bookmark of {wanted}");
    }
    for criterion in COMMON_CRITERIA {
        let own: Vec<_> = bookmarks.iter().filter(|b| b.title.starts_with(&format!("{criterion} "))).collect();
        assert_eq!(own.len(), 1, "{criterion}: {own:?}");
        assert!(squeeze(report.pages()[own[0].page - 1]).contains(&squeeze(&own[0].title)), "{own:?}");
    }
    for control in ["GOV-1", "OPS-1", "SEC-1"] {
        assert_eq!(
            bookmarks.iter().filter(|b| b.title.split_whitespace().next() == Some(control)).count(),
            1,
            "control {control}"
        );
    }
}

#[test]
fn the_contents_lead_to_the_pages_they_name() {
    let report = Engagement::type_2().with_exception().report();
    let links: Vec<_> = report.links().into_iter().filter(|l| l.page == 2).collect();
    let contents = report.pages()[1];
    for title in [
        "Independent Service Auditor’s Report",
        "The dispatch service",
        "Summary of Results",
        "CC7 System Operations",
        "Index of Controls",
    ] {
        let squeezed = squeeze(title);
        let link =
            links.iter().find(|l| l.text.contains(&squeezed)).unwrap_or_else(|| panic!("{title} among {links:?}"));
        let (page, _) = link.to.expect("a place in the file");
        assert!(squeeze(report.pages()[page - 1]).contains(&squeezed), "{title} on page {page}");
        assert!(squeeze(contents).contains(&format!("{squeezed}{page}")), "{title} {page} in {contents}");
    }
}

/// Sentences that fill so many pages of a column that none may be lost unseen.
fn long_text(sentences: usize) -> String {
    (1..=sentences)
        .map(|n| format!("Step {n} of the long procedure is done and noted. "))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// These sentences stand in the report so many times, all of them.
#[track_caller]
fn nothing_is_lost(report: &Pdf, sentences: usize, times: usize) {
    report.is_within_its_pages();
    let flow = squeeze(&report.flow());
    let lost: Vec<_> =
        (1..=sentences).filter(|n| flow.matches(&squeeze(&format!("Step {n} of"))).count() != times).collect();
    assert!(lost.is_empty(), "lost or doubled: {lost:?}");
}

/// A text longer than a page goes on over the next ones, in a cell too.
#[test]
fn procedures_and_responses_longer_than_a_page_go_on() {
    let report = Engagement::type_2()
        .with_exception()
        .replace("tests.toml", "Reperformed the comparison of the second quarter.", &long_text(400))
        .replace("exceptions.toml", "Management agrees and regrets the omission.", &long_text(400))
        .report();
    nothing_is_lost(&report, 400, 2);
}

#[test]
fn a_control_longer_than_a_page_goes_on() {
    for engagement in [Engagement::type_2(), Engagement::type_1()] {
        let report = engagement
            .replace(
                "controls.toml",
                "Once a year the board approves the policies and records its vote in the minutes.",
                &long_text(120),
            )
            .report();
        nothing_is_lost(&report, 120, 1);
    }
}

/// A table that is too wide for the page is told with its place, or fits; it is never cut.
#[test]
fn a_table_with_many_columns() {
    let row = |text: &str| format!("|{}\n", (1..=24).map(|n| format!(" {text}{n} |")).collect::<String>());
    let body = format!("{}{}{}", row("Head"), row("---").replace(char::is_numeric, ""), row("Containment"));
    let engagement = Engagement::type_1().topic(&body);
    let run = engagement.try_build();
    if run.built() {
        let report = engagement.report();
        report.is_within_its_pages();
        for n in 1..=24 {
            report.says(&format!("Containment{n}"));
        }
        return;
    }
    let lost: Vec<_> = run.findings().into_iter().filter(|f| f.rule.starts_with("LAY-")).collect();
    let told = |f: &support::Finding| {
        f.at.as_ref().is_some_and(|at| at.file == "description/01-service.md" && at.line.is_some())
    };
    assert!(!lost.is_empty() && lost.iter().all(told), "{}", support::listed(&run.findings()));
}
