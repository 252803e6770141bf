//! The neighbours of the report, from the same engagement.

mod support;

use support::{Engagement, Pdf, Run, error, socpress, squeeze};

fn build(engagement: &Engagement, document: &str) -> Run {
    let command = ["build", "--format", "json", "--document", document];
    Run::of(socpress().args(command).arg(engagement.path()).arg("-o").arg(engagement.out()))
}

#[track_caller]
fn pdf(engagement: &Engagement, document: &str) -> Pdf {
    let run = build(engagement, document);
    assert!(run.built(), "{}\n{}", run.stderr, run.stdout);
    engagement.output(&format!("{document}.pdf"))
}

#[test]
fn a_soc_3_report_has_neither_controls_nor_results_nor_a_restriction() {
    let report = pdf(&Engagement::type_2().with_exception(), "soc3");
    report.says_in_order(&[
        "SOC 3 Report",
        "Report on the Effectiveness of Controls Relevant to Security",
        "This report is for general use.",
        "Section I",
        "We have examined the assertion of the management of Quillmark Logistics, Inc.",
        "is fairly stated in all material respects.",
        "Section II",
        "We assert that the controls within the system were effective throughout the period",
        "Section III",
        "The dispatch service",
        "Shipment records are shown to the shipper and the carrier only.",
    ]);
    for absent in ["OPS-1", "EX-1", "T-2", "restricted use", "Restricted use", "specified parties", "Section IV"] {
        report.says_not(absent);
    }
}

#[test]
fn a_soc_3_report_follows_the_opinion() {
    let qualified = Engagement::type_2()
        .set("form = \"unqualified\"", "form = \"qualified\"\n\n[[opinion.matters]]\nlimbs = [\"operation\"]\ncause = \"misstatement\"\ncriteria = [\"CC6.2\"]\ntext = \"Access was removed late.\"")
        .set("[assertion]\n", "[assertion]\nmatter = \"Access was removed late.\"\n")
        .add("\n[[conclusions]]\ncriterion = \"CC6.2\"\nconclusion = \"not-met\"\nrationale = \"Too many.\"\n");
    pdf(&qualified, "soc3").says_in_order(&[
        "Basis for qualified opinion",
        "Access was removed late. As a result, controls were not effective",
        "based on criterion CC6.2.",
        "Qualified opinion",
        "In our opinion, except for the matter described under “Basis for qualified opinion”, the assertion",
    ]);
}

#[test]
fn no_soc_3_report_of_a_type_1_and_none_without_an_opinion() {
    let run = build(&Engagement::type_1(), "soc3");
    assert!(!run.built());
    assert_eq!(run.code, 1);
    error("SC3-01", "this engagement is a Type I").in_findings(&Engagement::type_1(), &run.findings());
}

#[test]
fn a_bridge_letter_is_managements_own() {
    let letter =
        "\n[bridge_letter]\nthrough = 2026-03-15\ndate = 2026-03-20\nchanges = \"The mail relay was replaced.\"\n";
    let text = pdf(&Engagement::type_2().add(letter), "bridge-letter");
    text.says_in_order(&[
        "Quillmark Logistics, Inc.",
        "March 20, 2026",
        "has reported on them on February 10, 2026. The report expresses an unqualified opinion.",
        "For the time from January 1, 2026 to March 15, 2026",
        "apart from the following",
        "The mail relay was replaced.",
        "alone: neither Harrow & Penhale LLP nor anyone else has examined it. It gives no assurance",
        "Idris Vanterpool",
    ]);
    text.says_not("Section");
    let none = Engagement::type_2().add("\n[bridge_letter]\nthrough = 2026-03-15\nno_changes = true\n");
    let text = pdf(&none, "bridge-letter");
    text.says("that there were no changes to the system");
    text.says_not("apart from");
}

#[test]
fn a_bridge_letter_that_says_what_it_cannot() {
    let with = |text: &str| Engagement::type_2().add(&format!("\n[bridge_letter]\n{text}\n"));
    with("through = 2026-06-30\nno_changes = true").finds_only([error(
        "BRG-01",
        "the bridge letter goes to 2026-06-30, more than 3 months after the period",
    )
    .at("engagement.toml", "through = ^2026-06-30")
    .helps("bridge_letter_months")]);
    with("through = 2026-06-30\nno_changes = true")
        .file("firm/firm.toml", "format = 1\nbridge_letter_months = 6\n")
        .finds_only([]);
    with("through = 2025-12-31\nno_changes = true").finds_only([error("BRG-01", "which the report covers")]);
    with("through = 2026-02-28").finds_only([error("BRG-01", "does not say whether anything changed")]);
    with("through = 2026-02-28\nno_changes = true\nchanges = \"One.\"")
        .finds_only([error("BRG-01", "says that there were none")]);
    with("through = 2026-02-28\nno_changes = true\ndate = 2026-02-01")
        .finds_only([error("BRG-01", "before the last day it speaks of")]);
    let run = build(&Engagement::type_2(), "bridge-letter");
    error("BRG-02", "there is no [bridge_letter]").helps("through").in_findings(&Engagement::type_2(), &run.findings());
    assert!(!run.built());
}

#[test]
fn a_representation_letter_covers_what_it_has_to() {
    let engagement = Engagement::type_2()
        .add("\n[representation_letter]\nuncorrected_misstatements = \"One topic names an old team.\"\n\n[[representation_letter.signatories]]\nname = \"Idris Vanterpool\"\ntitle = \"Chief Executive Officer\"\n\n[[representation_letter.signatories]]\nname = \"Maud Ekwueme\"\ntitle = \"Head of Security\"\n");
    let letter = pdf(&engagement, "representation-letter");
    letter.says_in_order(&[
        "February 10, 2026",
        "Harrow & Penhale LLP",
        "We are responsible for the description, for the assertion that accompanies it",
        "all information and access that is relevant",
        "all deficiencies in the design or the operation of controls",
        "all system incidents",
        "We are aware of none.",
        "all actual, suspected, and alleged fraud, and all noncompliance",
        "their effect, taken alone and together, is not material: One topic names an old team.",
        "no event after the end of the period",
        "Idris Vanterpool",
        "Maud Ekwueme",
        "Head of Security",
    ]);
}

#[test]
fn an_inclusive_organization_signs_its_own_representations() {
    let inclusive = Engagement::type_2().add("\n[[subservice_organizations]]\nname = \"Rill Scanning\"\nservice = \"scanning of waybills.\"\nmethod = \"inclusive\"\n\n[subservice_organizations.assertion]\ndate = 2026-02-10\nsignatory_name = \"Odile Marsh\"\nsignatory_title = \"Director\"\n");
    let letter = pdf(&inclusive, "representation-letter");
    letter.says_in_order(&[
        "Idris Vanterpool",
        "Rill Scanning",
        "our services and controls",
        "Odile Marsh",
        "Director",
    ]);
    let report = inclusive.report();
    report.says_in_order(&[
        "Assertion of the Management of Rill Scanning",
        "our controls stated in the description operated effectively",
        "Odile Marsh",
    ]);
}

#[test]
fn the_description_alone_shows_where_each_criterion_is_addressed() {
    let text = pdf(&Engagement::type_1(), "description");
    text.says_in_order(&[
        "Description of the System",
        "it is not an attestation report",
        "The dispatch service",
        "Coverage",
        "DC 1",
        "The dispatch service",
        "Infrastructure",
    ]);
    text.says_not("Independent Service Auditor");
    text.says_not("DC 9");
}

#[test]
fn the_matrix_alone_has_no_tests() {
    for engagement in [Engagement::type_2().with_exception(), Engagement::type_1()] {
        let text = pdf(&engagement, "matrix");
        text.says_in_order(&[
            "Control Matrix",
            "no tests and no results",
            "Criteria and Their Controls",
            "OPS-1",
            "Index of Controls",
        ]);
        for absent in ["Inspected the", "EX-1", "exceptions noted", "Independent Service Auditor"] {
            text.says_not(absent);
        }
    }
}

#[test]
fn documents_stand_beside_the_report_with_records_of_their_own() {
    let engagement = Engagement::type_2();
    engagement.build();
    pdf(&engagement, "matrix");
    pdf(&engagement, "description");
    let mut names: Vec<_> = std::fs::read_dir(engagement.out())
        .expect("outputs")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["build.json", "description.build.json", "description.pdf", "matrix.build.json", "matrix.pdf", "report.pdf"]
    );
    let record = std::fs::read_to_string(engagement.out().join("matrix.build.json")).expect("a record");
    assert!(squeeze(&record).contains("\"role\":\"matrix\""), "{record}");
}
