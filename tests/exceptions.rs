//! Results of tests and exceptions: counted from the data, told once, shown wherever they matter, linked both ways.

mod support;

use support::{COMMON_CRITERIA, Engagement, Link, squeeze};

const NATURE: &str = "For 2 of 20 grants selected, the approval was dated one day after the grant.";

/// A line of a Markdown-free table as the text extraction gives it.
fn row(cells: &[&str]) -> String {
    squeeze(&cells.join(" "))
}

#[test]
fn the_exception_table_tells_the_auditors_facts_only() {
    let report = Engagement::type_2().with_exception().report();
    let table = report.between("Exceptions This table", "Criteria and Their Controls");
    assert!(table.contains(&row(&["EX-1 OPS-1 T-2 80 20 2", NATURE])), "{table}");
    assert!(table.contains("CC6.1,page"), "where it stands in Section IV: {table}");
    for other in ["Management agrees", "Each owner has named a deputy", "found no role without approval"] {
        assert!(!table.contains(&squeeze(other)), "`{other}` is not the auditor's fact");
    }
    // The rationale is for the auditor's file.
    report.says_not("The self-review found no role without approval");
    report.says_not("One day late, twice");
}

#[test]
fn the_response_stands_in_section_5_only() {
    let report = Engagement::type_2().with_exception().report();
    for text in ["Management agrees and regrets the omission.", "Each owner has named a deputy."] {
        assert_eq!(report.count(text), 1);
        report.says_in_order(&["Index of Controls", "Section V", "EX-1", text]);
    }
    report.says_in_order(&["Section V", "Action: Each owner", "Owner: Platform Lead", "Date: January 30, 2026"]);
}

#[test]
fn a_declined_response_is_said() {
    let report = Engagement::type_2()
        .with_exception()
        .replace("exceptions.toml", "response = \"Management agrees and regrets the omission.\"\nresponse_action = \"Each owner has named a deputy.\"\nresponse_owner = \"Platform Lead\"\nresponse_date = 2026-01-30\n", "response_declined = true\n")
        .report();
    report.says_in_order(&["Section V", "EX-1", "Management has chosen not to respond."]);
}

/// The table leads to the response, the response to the table, the test's result and every mention to the table.
#[test]
fn exceptions_and_responses_are_linked_both_ways() {
    let report = Engagement::type_2().with_exception().report();
    let links: Vec<Link> = report.links().into_iter().filter(|l| l.text.contains("EX-1")).collect();
    let table = report.pages_with("This table brings together")[0];
    let response = report.pages_with("Responses of Management to Exceptions").last().copied().expect("Section V");
    let first_page = |from: usize| {
        links.iter().filter(|l| l.page == from).filter_map(|l| l.to).map(|(page, _)| page).collect::<Vec<_>>()
    };
    assert_eq!(first_page(table), [response], "from the table to the response");
    assert_eq!(first_page(response), [table], "from the response to the table");
    let told = report.pages_with("CC6.1 Control activity")[0];
    assert!(first_page(told).contains(&table), "from the result to the table: {links:?}");
    assert!(links.iter().all(|l| l.to.is_some()), "{links:?}");
    // Where it stands in Section IV: the page in print, the control as a link.
    report.says(&format!("CC6.1, page {told}"));
    let control = report.links().into_iter().find(|l| l.page == table && l.text == "OPS-1").and_then(|l| l.to);
    assert_eq!(control.map(|(page, _)| page), Some(told));
}

#[test]
fn a_shared_control_shows_its_exception_under_each_criterion() {
    let report = Engagement::type_2().with_exception().report();
    let full = "Before access to production is granted, the system owner approves a ticket that names the role.";
    assert_eq!(report.count(full), 1, "printed in full once");
    for criterion in &COMMON_CRITERIA[17..] {
        let band = report.between(&format!("{criterion} Control activity"), "SEC-1");
        assert!(band.contains(&squeeze("Exception noted. EX-1")), "{criterion}: {band}");
        assert_eq!(band.contains("SeeCC6.1"), *criterion != "CC6.1", "{criterion}: {band}");
    }
    for criterion in &COMMON_CRITERIA[..17] {
        let band = report.between(&format!("{criterion} Control activity"), "Quarterly");
        assert!(!band.contains("EX-1"), "{criterion}: {band}");
    }
}

#[test]
fn the_result_tells_how_many_of_how_many() {
    let report = Engagement::type_2().with_exception().report();
    report.says("2 of 20 grants of access in the period deviated (population 80).");
    Engagement::type_2().report().says("No exceptions noted. 20 of 80 tested.");
    let all = Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 80").report();
    all.says("No exceptions noted. All 80 tested.");
    let many = Engagement::type_2().replace("tests.toml", "population = 80", "population = 12345").report();
    many.says("20 of 12,345 tested.");
}

/// A control that did not operate is neither clean nor an exception.
#[test]
fn the_third_state_is_a_result_of_its_own() {
    let counts = "population = 80\npopulation_description = \"grants of access in the period\"\npopulation_source = \"Identity log\"\nsample = 20\ndeviations = 0\nresult = \"no-deviation\"";
    let idle = "population = 0\nresult = \"did-not-operate\"\nreason = \"Nobody joined or moved.\"\ncorroboration = \"Inspected the staff list of each month.\"";
    let report = Engagement::type_2().replace("tests.toml", counts, idle).report();
    report.says_in_order(&[
        "Did not operate during the period.",
        "Nobody joined or moved.",
        "Inspected the staff list of each month.",
        "No test of operating effectiveness was performed.",
    ]);
    report.says("2 tests had no exceptions, 0 tests had exceptions, and 1 test concerned controls that did not operate during the period.");
    // Criteria, controls, tests, with exceptions, exceptions, did not operate.
    report.says("Security 33 3 3 – – 1");
    report.says_not("All tests of all criteria were completed");
    let listed =
        report.between("Criteria with results other than no exceptions", "Exceptions No exceptions were noted.");
    for criterion in &COMMON_CRITERIA[17..] {
        assert!(listed.contains(criterion), "{criterion}");
    }
    let band = report.between("CC7.3 Control activity", "SEC-1");
    assert!(band.contains(&squeeze("See CC6.1 Did not operate during the period.")), "{band}");
}

#[test]
fn results_that_are_no_test_are_told_with_their_reason() {
    for (result, verdict) in [
        ("unable-to-test", "Unable to test."),
        ("not-applicable", "Not applicable."),
        ("not-yet-tested", "Not yet tested."),
    ] {
        let report = Engagement::type_2()
            .replace(
                "tests.toml",
                "result = \"no-deviation\"\ntested_on = 2025-11-19",
                &format!("result = \"{result}\"\nreason = \"The log was lost in a flood.\""),
            )
            .report();
        report.says_in_order(&[verdict, "The log was lost in a flood."]);
        let words = report.between("The examination covered", "Category Criteria");
        assert!(words.contains(&squeeze("2 tests had no exceptions")) && words.contains("1test"), "{words}");
    }
}

#[test]
fn counts_of_the_summary_are_those_of_the_data() {
    let engagement = Engagement::type_2()
        .with_exception()
        .append("tests.toml", "\n[[tests]]\nid = \"T-4\"\ncontrol = \"SEC-1\"\nprocedure = \"Inspected two of the four records.\"\nmethods = [\"inspection\"]\npopulation = 4\npopulation_description = \"quarterly reviews\"\nsample = 2\ndeviations = 1\nresult = \"deviation\"\nexception = \"EX-2\"\n")
        .append("exceptions.toml", "\n[[exceptions]]\nid = \"EX-2\"\nnature = \"1 of 2 reviews selected was not signed.\"\nresponse = \"Agreed.\"\n");
    let built = engagement.build();
    let counts = &built.record()["counts"];
    for (name, number) in [
        ("criteria", 33),
        ("controls", 3),
        ("tests", 4),
        ("no_deviation", 2),
        ("deviation", 2),
        ("exceptions", 2),
        ("did_not_operate", 0),
    ] {
        assert_eq!(counts[name], number, "{name}");
    }
    let report = built.report();
    report.says("The examination covered 33 criteria and 3 controls");
    report.says("4 tests");
    report.says("2 tests had no exceptions and 2 tests had exceptions.");
    report.says("Security 33 3 4 2 2 –");
    report.says("Report, each counted once 33 3 4 2 2 –");
    // By criterion: CC1.1 has GOV-1 (1 test) and SEC-1 (2), CC6.1 has OPS-1 (1) and SEC-1 (2).
    report.says("CC1.1 Integrity and ethical conduct expected, demonstrated and enforced 2 3 1 – EX-2");
    report.says("CC6.1 Logical access safeguards protect information assets 2 3 2 – EX-1, EX-2 Met");
    // The index of controls names the exceptions.
    let index = report.between("Index of Controls GOV-1", "Section V");
    assert!(index.contains("EX-1") && index.contains("EX-2"), "{index}");
}

/// Two tests may share one exception: its facts are told once.
#[test]
fn one_exception_of_two_tests() {
    let report = Engagement::type_2()
        .with_exception()
        .append("tests.toml", "\n[[tests]]\nid = \"T-4\"\ncontrol = \"SEC-1\"\nprocedure = \"Compared the grants with the reviews.\"\nmethods = [\"inspection\"]\npopulation = 80\npopulation_description = \"grants of access in the period\"\nsample = 20\ndeviations = 2\nresult = \"deviation\"\nexception = \"EX-1\"\n")
        .report();
    let table = report.between("Exceptions This table", "Criteria and Their Controls");
    assert!(table.contains("T-2") && table.contains("T-4"), "{table}");
    assert_eq!(table.matches(&squeeze(NATURE)).count(), 1, "{table}");
    report.says("had exceptions. The exceptions are reported under 1 label");
    assert_eq!(report.count("Management agrees and regrets the omission."), 1);
}

#[test]
fn no_exceptions_are_said_to_be_none() {
    let report = Engagement::type_2().report();
    report.says("Exceptions No exceptions were noted.");
    report.says("All tests of all criteria were completed without exceptions.");
    report.says("3 tests had no exceptions and 0 tests had exceptions.");
}

/// What the auditor knows of cause and effect is told with the exception.
#[test]
fn cause_and_effect_are_told() {
    let report = Engagement::type_2().with_exception().report();
    for text in ["The owner was on leave and had named no deputy.", "Both roles were approved as they stood."] {
        report.says_in_order(&["Section IV", text, "Index of Controls"]);
    }
}
