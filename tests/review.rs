//! What contradicts itself or the rules of such a report: found with its place; a draft is built all the same and says so
//! on its cover, a final report is not.

mod support;

use support::{Engagement, Expect, Run, error, note, socpress, warning};

/// These findings and no others; a draft says how many errors are open, the issued report is not built.
#[track_caller]
fn judged<const N: usize>(engagement: Engagement, errors: usize, expected: [Expect; N]) {
    engagement.finds_only(expected);
    let built = engagement.build();
    assert_eq!(built.run.code, i32::from(errors > 0));
    let cover = built.report().pages()[0].to_owned();
    let said = match errors {
        0 => "review finding".to_owned(),
        1 => "1 review finding of error severity is open.".to_owned(),
        n => format!("{n} review findings of error severity are open."),
    };
    let cover = cover.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(cover.contains(&said), errors > 0, "{cover}");
    std::fs::remove_dir_all(engagement.out()).expect("outputs");
    let issued = engagement.issued();
    let run = issued.try_build();
    assert_eq!((run.built(), run.code), (errors == 0, i32::from(errors > 0)), "{:#?}", run.findings());
    assert_eq!(issued.out().exists(), errors == 0);
}

// --- Type and tests ------------------------------------------------------------------------------------------------

#[test]
fn a_type_1_with_test_results() {
    judged(
        Engagement::type_1().file(
            "tests.csv",
            "id,control,procedure,population,sample,deviations,result\n\
             T-1,OPS-1,Inspected the design.,,,,Suitably designed\n\
             T-2,OPS-1,Inspected grants.,80,20,0,no-deviation\n\
             T-3,SEC-1,Inspected the form.,,,,no-deviation\n",
        ),
        2,
        [
            error("TST-02", "test T-2 has counts, but a Type I reports no tests of controls")
                .at_line("tests.csv", 3, 1)
                .helps("remove the tests"),
            error("TST-02", "test T-3 has a result").at("tests.csv", "form.,,,,^no-deviation").helps("type-2"),
        ],
    );
}

#[test]
fn a_type_2_without_tests() {
    judged(
        Engagement::type_2().remove("tests.toml"),
        3,
        ["GOV-1", "OPS-1", "SEC-1"].map(|id| {
            error("TST-01", &format!("control {id} has no test"))
                .at("controls.toml", &format!("^\"{id}\""))
                .helps("add a test")
        }),
    );
}

#[test]
fn counts_that_do_not_fit_together() {
    judged(
        Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 200"),
        1,
        [error("TST-03", "test T-2: the sample of 200 is larger than the population of 80")
            .at("tests.toml", "^200")
            .related("tests.toml", "^80")
            .helps("correct one of the two numbers")],
    );
    judged(
        Engagement::type_2().with_exception().replace("tests.toml", "deviations = 2", "deviations = 21").replace(
            "exceptions.toml",
            "For 2 of 20 grants",
            "For some grants",
        ),
        1,
        [error("TST-03", "21 deviations are more than the 20 items")
            .at("tests.toml", "^21\n")
            .related("tests.toml", "sample = ^20")],
    );
}

#[test]
fn a_result_that_contradicts_its_counts() {
    judged(
        Engagement::type_2().replace("tests.toml", "deviations = 0", "deviations = 1"),
        1,
        [error("TST-04", "test T-2 counts 1 deviations, but its result is `no-deviation`")
            .at("tests.toml", "deviations = 1\nresult = ^\"no-deviation\"")
            .related("tests.toml", "deviations = ^1")],
    );
    Engagement::type_2().with_exception().replace("tests.toml", "deviations = 2", "deviations = 0").finds([error(
        "TST-04",
        "has the result `deviation`, but counts none",
    )
    .at("tests.toml", "^\"deviation\"")]);
}

#[test]
fn a_control_that_did_not_operate_needs_its_reasons() {
    let idle = "population = 0\nresult = \"did-not-operate\"";
    let counts = "population = 80\npopulation_description = \"grants of access in the period\"\npopulation_source = \"Identity log\"\nsample = 20\ndeviations = 0\nresult = \"no-deviation\"";
    judged(
        Engagement::type_2().replace("tests.toml", counts, idle),
        0,
        [
            warning("TST-10", "test T-2 is `did-not-operate` without a reason")
                .at("tests.toml", "^\"did-not-operate\"")
                .helps("reason"),
            warning("TST-10", "how it was established that nothing occurred").helps("corroboration"),
        ],
    );
    let told = format!("{idle}\nreason = \"Nobody joined.\"\ncorroboration = \"Inspected the staff list.\"");
    judged(Engagement::type_2().replace("tests.toml", counts, &told), 0, []);
    judged(
        Engagement::type_2().replace("tests.toml", counts, &told).replace(
            "controls.toml",
            "\"event-driven\"",
            "\"monthly\"",
        ),
        0,
        [warning("TST-10", "control OPS-1 is monthly, so it fell due in the period")
            .related("controls.toml", "^\"monthly\"")],
    );
    judged(
        Engagement::type_2().replace("tests.toml", "population = 80", "population = 0").replace(
            "tests.toml",
            "sample = 20",
            "sample = 0",
        ),
        1,
        [error("TST-10", "population of 0 and a clean result").helps("did-not-operate")],
    );
}

#[test]
fn inquiry_alone_and_a_test_not_done() {
    judged(
        Engagement::type_2().replace("tests.toml", "methods = [\"reperformance\"]", "methods = [\"inquiry\"]"),
        0,
        [warning("TST-05", "control SEC-1 is tested by inquiry alone").helps("inspect")],
    );
    let open = Engagement::type_2().replace(
        "tests.toml",
        "result = \"no-deviation\"\ntested_on = 2025-11-19",
        "result = \"not-yet-tested\"",
    );
    open.finds_only([warning("TST-23", "test T-3 has not been done").at("tests.toml", "^\"not-yet-tested\"")]);
    assert_eq!(open.issued().try_build().found("TST-23")[0].severity, "error");
}

// --- Exceptions ----------------------------------------------------------------------------------------------------

#[test]
fn deviations_that_are_not_fully_told() {
    let told = Engagement::type_2;
    judged(
        told().with_exception().replace("tests.toml", "exception = \"EX-1\"\n", ""),
        2,
        [
            error("DEV-01", "test T-2 has a deviation, but names no exception").at("tests.toml", "^\"deviation\""),
            error("DEV-03", "no test with a deviation names exception EX-1").at("exceptions.toml", "^\"EX-1\""),
        ],
    );
    judged(
        told().with_exception().replace(
            "exceptions.toml",
            "nature = \"For 2 of 20 grants selected, the approval was dated one day after the grant.\"\n",
            "",
        ),
        1,
        [error("DEV-01", "exception EX-1 does not say what happened").helps("nature")],
    );
    judged(
        told().with_exception().replace(
            "tests.toml",
            "population_description = \"grants of access in the period\"\n",
            "",
        ),
        1,
        [error("DEV-01", "does not give: population_description")],
    );
}

#[test]
fn numbers_in_the_text_and_a_missing_response() {
    judged(
        Engagement::type_2().with_exception().replace("exceptions.toml", "For 2 of 20", "For 3 of 20"),
        1,
        [error("DEV-08", "says `3 of 20`, but its test counts 2 of 20")
            .at("exceptions.toml", "nature = ^\"For")
            .helps("correct the text or the fields")],
    );
    judged(
        Engagement::type_2().with_exception().replace(
            "exceptions.toml",
            "response = \"Management agrees and regrets the omission.\"\n",
            "",
        ),
        0,
        [warning("DEV-02", "exception EX-1 has no response")
            .at("exceptions.toml", "^\"EX-1\"")
            .helps("response_declined = true")],
    );
    Engagement::type_2().with_exception().append("exceptions.toml", "response_declined = true\n").refuses([error(
        "INP-20",
        "EX-1 has a response and says that management declined one",
    )
    .at("exceptions.toml", "response_declined = ^true")
    .related("exceptions.toml", "response = ^\"")]);
}

// --- Scope ---------------------------------------------------------------------------------------------------------

#[test]
fn criteria_without_a_control_and_controls_without_a_criterion() {
    judged(
        Engagement::type_2()
            .set("categories = [\"security\"]\nno", "categories = [\"security\", \"confidentiality\"]\nno"),
        2,
        [
            error("CRT-01", "no control serves C1.1").in_file("controls.toml").helps("[[not_relevant]]"),
            error("CRT-01", "no control serves C1.2").in_file("controls.toml"),
            warning("DSC-03", "no service commitment belongs to confidentiality")
                .at("engagement.toml", "^\"confidentiality\""),
            warning("DSC-03", "no system requirement belongs to confidentiality"),
        ],
    );
    judged(
        Engagement::type_2()
            .append("controls.toml", "\n[[controls]]\nid = \"AV-1\"\ndescription = \"Capacity is read weekly.\"\ncriteria = [\"A1.1\"]\n")
            .append("tests.toml", "\n[[tests]]\nid = \"T-4\"\ncontrol = \"AV-1\"\nprocedure = \"Inspected it.\"\nresult = \"no-deviation\"\n")
            .add("\n[[cuecs]]\nid = \"CUEC-1\"\ndescription = \"Users plan their load.\"\ncriteria = [\"A1.1\"]\n"),
        1,
        [
            warning("CRT-03", "control AV-1 serves only criteria out of scope: A1.1").at("controls.toml", "^\"A1.1\"").helps("scope"),
            error("CUE-01", "CUEC CUEC-1 serves no criterion in scope").at("engagement.toml", "^\"A1.1\""),
        ],
    );
}

#[test]
fn a_criterion_that_is_not_relevant_and_has_controls() {
    judged(
        Engagement::type_2().add("\n[[not_relevant]]\ncriterion = \"CC6.4\"\nreason = \"There are no premises.\"\n"),
        1,
        [error("CRT-05", "CC6.4 is declared not relevant, yet control OPS-1 serves it")
            .at("engagement.toml", "^\"CC6.4\"")
            .helps("remove the declaration")],
    );
}

#[test]
fn categories_and_the_length_of_the_period() {
    judged(
        Engagement::type_2().set("categories = [\"security\"]\nno", "categories = [\"security\", \"security\"]\nno"),
        1,
        [error("SCP-03", "`security` is named twice").at("engagement.toml", "\"security\", ^\"security\"")],
    );
    judged(
        Engagement::type_2().set("start = 2025-01-01", "start = 2025-11-01"),
        0,
        [warning("SCP-04", "less than three months").at("engagement.toml", "start = ^2025")],
    );
    judged(
        Engagement::type_2().set("start = 2025-01-01", "start = 2025-09-01"),
        0,
        [note("SCP-04", "less than six months")],
    );
    judged(
        Engagement::type_2().set("start = 2025-01-01", "start = 2024-06-01"),
        0,
        [warning("SCP-05", "more than twelve months")],
    );
    Engagement::type_2()
        .set("categories = [\"security\"]\nno", "categories = [\"security\", \"privacy\"]\nno")
        .finds([error("SCP-10", "privacy is in scope, but there is no [privacy] table")
            .at("engagement.toml", "^\"privacy\"")]);
}

#[test]
fn a_carve_out_that_is_incomplete() {
    let carved =
        "\n[[subservice_organizations]]\nname = \"Tarn Hosting\"\nservice = \"Racks\"\nmethod = \"carve-out\"\n";
    judged(
        Engagement::type_2().add(carved),
        1,
        [error("SUB-01", "Tarn Hosting is carved out, but lacks the criteria that rely on it")
            .at("engagement.toml", "^\"Tarn Hosting\"")],
    );
    judged(
        Engagement::type_2().add(&carved.replace("carve-out", "inclusive")),
        3,
        [
            error("SUB-02", "Tarn Hosting is included, but has given no assertion")
                .at("engagement.toml", "^\"inclusive\"")
                .helps("carve-out"),
            error("SUB-02", "no control is performed by it").helps("organization = \"Tarn Hosting\""),
            error("SUB-02", "no topic describes its part of the system").helps("subservice_organization: Tarn Hosting"),
        ],
    );
}

#[test]
fn a_description_with_gaps() {
    judged(
        Engagement::type_2()
            .set("no_incidents = true\nno_changes = true\n", "")
            .replace("description/01-service.md", "[1, 3]", "[3]")
            .replace("description/01-service.md", ", people", ""),
        4,
        [
            error("DSC-01", "no topic addresses DC 1").helps("description_criteria"),
            error("DSC-01", "no topic addresses DC 4").helps("no_incidents = true"),
            error("DSC-01", "no topic addresses DC 9").helps("no_changes = true"),
            error("DSC-02", "no topic describes the component `people`").helps("components: [people]"),
        ],
    );
}

// --- Dates (H43, H44) ----------------------------------------------------------------------------------------------

#[test]
fn a_report_dated_before_its_period_has_ended() {
    judged(
        Engagement::type_2().set("report_date = 2026-02-10", "report_date = 2025-12-17"),
        4,
        [
            error("SCP-07", "the report is dated 2025-12-17, before the period's end on 2025-12-31")
                .at("engagement.toml", "^2025-12-17"),
            error("OPN-15", "the report is dated 2025-12-17, before the assertion"),
            error("OPN-17", "the engagement partner's sign-off is dated 2026-02-09, after the report")
                .at("engagement.toml", "^2026-02-09"),
            error("TST-15", "test T-2 was done on 2026-01-12, after the report of 2025-12-17")
                .at("tests.toml", "^2026-01-12"),
        ],
    );
}

/// Yearly controls that ran before a short period, and one that begins after it.
#[test]
fn work_that_lies_outside_the_period() {
    let engagement = Engagement::type_2()
        .set("start = 2025-01-01", "start = 2025-07-01")
        .replace("tests.toml", "tested_on = 2025-11-18", "tested_on = 2025-06-20\nevidence_date = 2025-05-14")
        .append("controls.toml", "\n[[controls]]\nid = \"BCP-1\"\ndescription = \"Recovery is exercised once a year.\"\ncriteria = [\"CC7.5\"]\nin_force_from = 2026-02-01\n")
        .append(
            "tests.toml",
            "\n[[tests]]\nid = \"T-4\"\ncontrol = \"BCP-1\"\nprocedure = \"Inspected the record.\"\nresult = \"not-applicable\"\n",
        );
    engagement.finds_only([
        warning("TST-15", "test T-1 was done on 2025-06-20, before the period began").at("tests.toml", "^2025-06-20"),
        warning("TST-22", "test T-1 rests on evidence of 2025-05-14, outside the period")
            .at("tests.toml", "^2025-05-14")
            .helps("within the period"),
        error("CRT-16", "control BCP-1 is in force from 2026-02-01, after the window ended")
            .at("controls.toml", "^2026-02-01"),
        warning("TST-10", "test T-4 is `not-applicable` without a reason")
            .at("tests.toml", "^\"not-applicable\"")
            .helps("reason"),
    ]);
}

#[test]
fn a_type_1_dated_before_its_day() {
    judged(
        Engagement::type_1()
            .set("report_date = 2026-02-10", "report_date = 2025-11-28")
            .set("date = 2026-02-10", "date = 2025-12-31")
            .set("date = 2026-02-09", "date = 2025-11-27"),
        2,
        [
            error("SCP-07", "before the as-of date on 2025-12-31")
                .at("engagement.toml", "^2025-11-28")
                .related("engagement.toml", "as_of = ^2025-12-31"),
            error("OPN-15", "the report is dated 2025-11-28, before the assertion on 2025-12-31"),
        ],
    );
}

#[test]
fn a_control_in_force_for_part_of_the_period() {
    let partial = || {
        Engagement::type_2().replace(
            "controls.toml",
            "owner = \"Platform Lead\"",
            "owner = \"Platform Lead\"\nin_force_from = 2025-04-01",
        )
    };
    judged(
        partial(),
        0,
        [warning("CRT-13", "control OPS-1 was in force for part of the period, and no change names it")
            .at("controls.toml", "^2025-04-01")],
    );
    let told = partial()
        .set("no_changes = true\n", "")
        .add("\n[[changes]]\ndate = 2025-04-01\ndescription = \"Tickets replaced mail.\"\ncontrols = [\"OPS-1\"]\n");
    told.finds_only([]);
    told.report().says("In force from April 1, 2025");
}

// --- Opinion and texts ---------------------------------------------------------------------------------------------

#[test]
fn an_opinion_that_contradicts_a_conclusion() {
    judged(
        Engagement::type_2().add(
            "\n[[conclusions]]\ncriterion = \"CC7.4\"\nconclusion = \"not-met\"\nrationale = \"No response team.\"\n",
        ),
        1,
        [error("OPN-02", "CC7.4 is concluded `not met`, but the opinion on the controls is unqualified")
            .at("engagement.toml", "^\"unqualified\"")
            .helps("the partner decides")],
    );
    judged(
        Engagement::type_2().set("form = \"unqualified\"", "form = \"unqualified\"\n\n[[opinion.emphasis]]\nheading = \"Move\"\ntext = \"All was well except for the move.\""),
        1,
        [error("OPN-13", "says `except`").at("engagement.toml", "^\"All was well")],
    );
}

#[test]
fn a_final_report_that_lacks_what_makes_it_one() {
    let bare = Engagement::type_2()
        .set("city = \"Missoula, Montana\"\n", "")
        .set("[opinion]\nform = \"unqualified\"\n", "")
        .issued();
    bare.finds_only([error("OPN-19", "`city` of the service auditor, [opinion]")
        .at("engagement.toml", "^\"final\"")
        .helps("status = \"draft\"")]);
    let run = Run::of(socpress().arg("build").arg(bare.path()).arg("-o").arg(bare.out()));
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("nothing was built: a final report has no open findings of error severity"),
        "{}",
        run.stderr
    );
}

/// H36: what a template left behind.
#[test]
fn placeholders_are_found_wherever_they_stand() {
    let engagement = Engagement::type_2()
        .topic("Offices are where <Insert city> is.\n\n- TODO: list the teams\n\nRun by {{ company.name }}; lorem ipsum.\n")
        .replace("tests.toml", "Reperformed the comparison", "Reperformed [describe what] by comparison")
        .set("Every account belongs", "TBD: every account belongs");
    engagement.finds_only([
        note("TXT-21", "HTML is printed as text: `<Insert city>`").at("description/01-service.md", "^<Insert"),
        error("TXT-01", "`<Insert city>`")
            .at("description/01-service.md", "^<Insert")
            .helps("write what belongs there"),
        error("TXT-01", "`TODO`").at("description/01-service.md", "^TODO"),
        error("TXT-01", "`{{ company.name }}`").at("description/01-service.md", "^{{ company"),
        error("TXT-01", "`lorem ipsum`").at("description/01-service.md", "^lorem"),
        error("TXT-01", "`[describe what]`").at("tests.toml", "^[describe"),
        error("TXT-01", "`TBD`").at("engagement.toml", "^TBD"),
    ]);
    let report = engagement.report();
    report.says("{{ company.name }}");
    report.says("6 review findings of error severity are open");
}

#[test]
fn a_topic_with_a_title_only() {
    Engagement::type_2().file("description/02-people.md", "---\ntitle: People\n---\n").finds_only([warning(
        "TXT-27",
        "the topic `People` has a title and no text",
    )
    .at("description/02-people.md", "title: ^People")
    .helps("write the text")]);
}

/// A comment is not printed, so it describes nothing.
#[test]
fn a_topic_of_comments_only_describes_no_component() {
    let engagement = Engagement::type_2()
        .replace("description/01-service.md", ", data]", "]")
        .file("description/02-data.md", "---\ntitle: Data\ncomponents: [data]\n---\n\n<!-- Which data is kept? -->\n");
    engagement.finds_only([
        warning("TXT-27", "the topic `Data` has a title and no text").at("description/02-data.md", "title: ^Data"),
        error("DSC-02", "no topic describes the component `data`"),
    ]);
}
