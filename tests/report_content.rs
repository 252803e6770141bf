//! What stands in a report: its sections and their order, and the clauses that depend on the data.

mod support;

use support::{COMMON_CRITERIA, Engagement, squeeze};

/// A Type II whose controls rely on a carved-out hosting provider.
fn with_subservice(engagement: Engagement) -> Engagement {
    engagement.add(
        r#"
[[subservice_organizations]]
name = "Tarn Hosting"
service = "Racks and power at one site"
method = "carve-out"
criteria = ["CC6.4"]
monitoring = "The Platform Lead reads its report each year."
monitoring_controls = ["SEC-1"]

[[csocs]]
id = "CSOC-1"
subservice_organization = "Tarn Hosting"
description = "Entry to the racks is by badge."
criteria = ["CC6.4"]
"#,
    )
}

fn with_cuec(engagement: Engagement) -> Engagement {
    engagement.add("\n[[cuecs]]\nid = \"CUEC-1\"\ndescription = \"Shippers remove the accounts of their leavers.\"\ncriteria = [\"CC6.2\"]\n")
}

// --- Sections and their order --------------------------------------------------------------------------------------

#[test]
fn a_type_2_has_its_sections_in_order() {
    let report = Engagement::type_2().with_exception().report();
    report.says_in_order(&[
        // Cover
        "Quillmark Logistics, Inc.",
        "SOC 2 Type II Report",
        "and on the Suitability of the Design and Operating Effectiveness of Its Controls Relevant to Security",
        "Throughout the period January 1, 2025 to December 31, 2025",
        "Harrow & Penhale LLP",
        "Contents",
        // Section I
        "Section I\nIndependent Service Auditor’s Report",
        "To the Management of Quillmark Logistics, Inc.",
        "Scope\n",
        "Service organization’s responsibilities",
        "Service auditor’s responsibilities",
        "Inherent limitations",
        "Description of tests of controls",
        "Opinion\n",
        "In our opinion, in all material respects,",
        "(a) the description presents",
        "(b) the controls stated in the description were suitably designed throughout the period",
        "(c) the controls stated in the description operated effectively throughout the period",
        "Restricted use",
        "Harrow & Penhale LLP",
        "Missoula, Montana",
        "February 10, 2026",
        // Section II
        "Section II\nAssertion of the Management",
        "We confirm, to the best of our knowledge and belief, that",
        "(c) the controls stated in the description operated effectively",
        "Idris Vanterpool",
        "Chief Executive Officer",
        // Section III
        "Section III\nDescription of the Quillmark Dispatch Cloud",
        "The dispatch service",
        "Quillmark plans routes",
        "Shipment records are shown",
        "Every account belongs to one named person.",
        "no system incidents during the period",
        "no significant changes",
        // Section IV
        "Section IV\nTrust Services Criteria, Related Controls, Tests of Controls and Results",
        "Summary of Results",
        "Exceptions\n",
        "Criteria and Their Controls",
        "CC1 Control Environment",
        "CC9 Risk Mitigation",
        "Index of Controls",
        // Section V
        "Section V\nOther Information Provided by Quillmark",
        "Responses of Management to Exceptions",
    ]);
}

#[test]
fn a_type_1_speaks_of_a_day_and_of_no_tests() {
    let report = Engagement::type_1().report();
    report.says_in_order(&[
        "SOC 2 Type I Report",
        "and on the Suitability of the Design of Its Controls Relevant to Security",
        "As of December 31, 2025",
        "Section I",
        "Scope",
        "suitably designed as of December 31, 2025",
        "Other matter",
        "We did not perform procedures on the operating effectiveness of the controls",
        "Opinion",
        "(a) the description presents",
        "(b) the controls stated in the description were suitably designed as of December 31, 2025",
        "Restricted use",
        "Section II",
        "Section III",
        "Section IV\nTrust Services Criteria and Related Controls",
        "did not include tests of their operating effectiveness",
        "CC1 Control Environment",
        "Index of Controls",
    ]);
    for absent in [
        "(c)",
        "Type II",
        "throughout the period",
        "Description of tests of controls",
        "Test of controls",
        "No exceptions noted",
        "Summary of Results",
        "Exceptions",
        "Kinds of tests",
        "Reperformance",
        "Significant Changes",
        "operated effectively throughout",
        "Section V",
        "T-1",
    ] {
        report.says_not(absent);
    }
    let head = report.between(
        "CC1.1Integrity and ethical conduct expected, demonstrated and enforcedCC1.1",
        "Yearly policy approval",
    );
    assert!(head.ends_with(&squeeze("CC1.1 Control activity GOV-1")), "the head has other columns: {head}");
}

#[test]
fn a_report_without_an_auditor_says_that_it_is_none() {
    let auditor =
        "[service_auditor]\nname = \"Harrow & Penhale LLP\"\ncity = \"Missoula, Montana\"\nreport_date = 2026-02-10\n";
    for engagement in [
        Engagement::type_2().set(auditor, "").set("[opinion]\nform = \"unqualified\"\n", ""),
        Engagement::type_1().set("[opinion]\nform = \"unqualified\"\n", ""),
    ] {
        let report = engagement.report();
        report.says("No service auditor has reported on the description");
        report.says("It is not an attestation report");
        report.says_not("In our opinion");
        report.says_not("We have examined");
    }
}

// --- Clauses -------------------------------------------------------------------------------------------------------

/// Neither, one, the other, both: the same variant in the scope, the opinion, the restriction and the assertion.
#[test]
fn clauses_about_complementary_controls_follow_the_data() {
    for (cuec, csoc) in [(false, false), (true, false), (false, true), (true, true)] {
        for type_1 in [false, true] {
            let mut engagement = if type_1 { Engagement::type_1() } else { Engagement::type_2() };
            if cuec {
                engagement = with_cuec(engagement);
            }
            if csoc {
                engagement = with_subservice(engagement);
            }
            let report = engagement.report();
            let flow = squeeze(&report.flow());
            let count = |text: &str| flow.matches(&squeeze(text)).count();
            let who = match (cuec, csoc) {
                (true, true) => "user entities and subservice organizations",
                (true, false) => "user entities",
                (false, true) => "subservice organizations",
                (false, false) => "",
            };
            let applied = format!("and if {who} applied the complementary controls assumed in the design of");
            // In the opinion and in the assertion.
            assert_eq!(count(&applied), if who.is_empty() { 0 } else { 2 }, "{cuec} {csoc}");
            assert_eq!(count("applied the complementary controls"), if who.is_empty() { 0 } else { 2 });
            let operated = format!("if the complementary controls of {who} assumed in the design of");
            assert_eq!(count(&operated), if who.is_empty() || type_1 { 0 } else { 2 }, "{cuec} {csoc}");
            assert_eq!(
                count(&format!("the complementary controls of {who} that the design assumes")),
                usize::from(!who.is_empty())
            );
            assert_eq!(count("Our examination did not include these controls of user entities"), usize::from(cuec));
            assert_eq!(
                count("Our examination did not extend to the services provided by the subservice organization"),
                usize::from(csoc)
            );
            assert_eq!(
                count("uses Tarn Hosting, a subservice organization, for the following: Racks and power at one site."),
                2 * usize::from(csoc)
            );
            for (there, id, text, criterion) in [
                (cuec, "CUEC-1", "Shippers remove the accounts", "CC6.2"),
                (csoc, "CSOC-1", "Entry to the racks", "CC6.4"),
            ] {
                assert_eq!(count(text), usize::from(there), "{id}");
                // In its table and under its criterion.
                assert_eq!(count(id) >= 2, there, "{id}");
                if there {
                    let band = report.between(&format!("{criterion} Control activity"), "Index of Controls");
                    assert!(band.find(id).is_some(), "{id} under {criterion}");
                }
            }
        }
    }
}

#[test]
fn section_5_and_its_paragraph_exist_when_there_is_something_in_it() {
    let paragraph = "titled “Other Information Provided by Quillmark”, is presented by the management of Quillmark to give additional information";
    let with = [
        Engagement::type_2().with_exception(),
        Engagement::type_2()
            .add("\n[[subsequent_events]]\ndate = 2026-01-20\ndescription = \"A second depot was opened.\"\n"),
        Engagement::type_1()
            .file("other-information/plans.md", "---\ntitle: Plans\n---\n\nA second depot is planned.\n"),
    ];
    for engagement in with {
        let report = engagement.report();
        report.says_in_order(&[
            paragraph,
            "we express no opinion on it",
            "Index of Controls",
            "Section V",
            "It is not part of the description",
        ]);
        assert_eq!(report.count(paragraph), 1);
    }
    for engagement in [Engagement::type_2(), Engagement::type_1()] {
        let report = engagement.report();
        report.says_not("Section V");
        report.says_not("Other Information");
        report.says_not("additional information");
    }
}

#[test]
fn an_emphasis_of_matter_follows_the_opinion() {
    let report = Engagement::type_2()
        .set("form = \"unqualified\"", "form = \"unqualified\"\n\n[[opinion.emphasis]]\nheading = \"Move of the depot\"\ntext = \"As section III says, the depot moved in May.\"")
        .report();
    report.says_in_order(&[
        "In our opinion",
        "(c) the controls",
        "Move of the depot",
        "the depot moved in May",
        "Our opinion is not modified with respect to this matter.",
        "Restricted use",
    ]);
    Engagement::type_2().report().says_not("not modified");
}

#[test]
fn criteria_that_are_not_relevant_or_met_elsewhere() {
    let matrix = |without: &str| {
        let ids = COMMON_CRITERIA.iter().filter(|id| **id != without).copied().collect::<Vec<_>>().join(";");
        format!("id,description,criteria\nALL-1,Everything is looked after.,{ids}\n")
    };
    let report = Engagement::type_1()
        .matrix("controls.csv", matrix("CC6.5"))
        .add("\n[[not_relevant]]\ncriterion = \"CC6.5\"\nreason = \"Quillmark owns no media.\"\n")
        .report();
    report.says_in_order(&[
        "Section III",
        "Criteria That Are Not Relevant",
        "Quillmark owns no media.",
        "Section IV",
        "Not relevant",
        "CC6.5 Data is made unrecoverable before physical assets leave protection",
        "This criterion is not relevant to the system:",
        "Quillmark owns no media.",
    ]);
    let report = with_subservice(Engagement::type_1().matrix("controls.csv", matrix("CC6.4")).add(""))
        .replace("engagement.toml", "monitoring_controls = [\"SEC-1\"]", "monitoring_controls = [\"ALL-1\"]")
        .report();
    report.says("This criterion is met by controls at a carved-out subservice organization:");
    report.says("Complementary subservice organization controls assumed: CSOC-1 (Tarn Hosting).");
}

#[test]
fn incidents_changes_and_acronyms_are_tables_of_section_3() {
    let report = Engagement::type_2()
        .set("no_incidents = true\nno_changes = true\n", "")
        .add(
            r#"
[[incidents]]
id = "INC-1"
date = 2025-03-04
nature = "The map server stood still."
effect = "Routes were two hours late."
disposition = "A second server was added."

[[changes]]
date = 2025-08-09
description = "Tickets replaced mail."
controls = ["OPS-1"]

[[acronyms]]
short = "ETA"
long = "estimated time of arrival"
"#,
        )
        .report();
    report.says_in_order(&[
        "Section III",
        "System Incidents",
        "March 4, 2025",
        "The map server stood still.",
        "Routes were two hours late.",
        "A second server was added.",
        "Significant Changes During the Period",
        "August 9, 2025",
        "Tickets replaced mail.",
        "OPS-1",
        "Acronyms",
        "estimated time of arrival",
        "Section IV",
    ]);
    report.says_not("no system incidents");
    report.says_not("no significant changes");
}

#[test]
fn tables_stand_where_a_topic_includes_them() {
    let report = with_cuec(Engagement::type_1())
        .replace("description/01-service.md", "components:", "include: [cuecs, service-commitments]\ncomponents:")
        .file("description/02-more.md", "---\ntitle: Further matters\n---\n\nMore is to be said.\n")
        .report();
    report.says_in_order(&[
        "Quillmark plans routes",
        "Shippers remove the accounts",
        "Shipment records are shown",
        "Further matters",
        "Every account belongs",
    ]);
    assert_eq!(report.count("Shippers remove the accounts"), 1);
}

#[test]
fn a_topic_of_a_category_out_of_scope_is_left_out() {
    let engagement = Engagement::type_1().file(
        "description/02-backup.md",
        "---\ntitle: Copies\ncategories: [availability]\n---\n\nCopies are made at night.\n",
    );
    engagement.report().says_not("Copies are made at night");
    let engagement =
        engagement.set("categories = [\"security\"]\nno", "categories = [\"security\", \"availability\"]\nno");
    engagement.report().says("Copies are made at night");
}

#[test]
fn privacy_in_scope_is_told_with_its_facts() {
    let privacy: Vec<String> = [
        "P1.1", "P2.1", "P3.1", "P3.2", "P4.1", "P4.2", "P4.3", "P5.1", "P5.2", "P6.1", "P6.2", "P6.3", "P6.4", "P6.5",
        "P6.6", "P6.7", "P7.1", "P8.1",
    ]
    .map(|id| format!("\"{id}\""))
    .into();
    let control = format!(
        "\n[[controls]]\nid = \"PRV-1\"\ndescription = \"Requests of persons are answered.\"\ncriteria = [{}]\n",
        privacy.join(", ")
    );
    let report = Engagement::type_1()
        .set("categories = [\"security\"]\nno", "categories = [\"security\", \"privacy\"]\nno")
        .append("controls.toml", &control)
        .add("\n[privacy]\nrole = \"processor\"\nnotice = \"Privacy terms of the carrier agreement\"\npersonal_information = [\"names of drivers\", \"licence plates\"]\n")
        .report();
    report.says("relevant to security and privacy");
    report.says("P4 Use, Retention and Disposal");
    for fact in ["Privacy terms of the carrier agreement", "names of drivers", "licence plates", "processor"] {
        report.says(fact);
    }
}

/// A finding of a Type I on a control is told, and no clean opinion passes over it in silence.
#[test]
fn a_control_that_is_not_suitable_or_not_in_place() {
    let engagement = Engagement::type_1().replace(
        "controls.toml",
        "owner = \"Platform Lead\"",
        "owner = \"Platform Lead\"\ndesign = \"not-suitable\"\ndesign_reason = \"The owner may approve an own request.\"\nimplemented = false\nimplemented_reason = \"The ticket form is not in use yet.\"",
    );
    let at: Vec<_> = engagement.check().findings().into_iter().filter_map(|f| f.at).collect();
    for mark in ["design = ^\"not-suitable\"", "implemented = ^false"] {
        let place = engagement.place("controls.toml", mark);
        assert!(at.contains(&place), "no finding at {place:?}: {at:?}");
    }
    let report = engagement.report();
    report.says("The owner may approve an own request.");
    report.says("The ticket form is not in use yet.");
}
