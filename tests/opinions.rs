//! What the opinion says against what the conclusions and the matters say: contradictions are reported, never resolved.

mod support;

use support::{Engagement, error, warning};

/// A Type II with these lines in place of the opinion's form, and these conclusions.
fn opinion(form: &str, conclusions: &[(&str, &str)]) -> Engagement {
    let stated: String = conclusions
        .iter()
        .map(|(criterion, conclusion)| {
            format!("\n[[conclusions]]\ncriterion = \"{criterion}\"\nconclusion = \"{conclusion}\"\nrationale = \"As discussed.\"\n")
        })
        .collect();
    Engagement::type_2().set("form = \"unqualified\"", form).add(&stated)
}

fn matter(limbs: &str, cause: &str, named: &str) -> String {
    format!(
        "\n\n[[opinion.matters]]\nlimbs = [{limbs}]\ncause = \"{cause}\"\n{named}\ntext = \"Access was removed late.\"\n"
    )
}

fn admitted(engagement: Engagement) -> Engagement {
    engagement.set("[assertion]\n", "[assertion]\nmatter = \"Access was removed late.\"\n")
}

#[test]
fn a_modified_opinion_that_is_complete_has_no_finding() {
    let criteria = "criteria = [\"CC6.2\"]\ncontrols = [\"OPS-1\"]";
    let qualified = matter("\"operation\"", "misstatement", criteria);
    admitted(opinion(&format!("form = \"qualified\"{qualified}"), &[("CC6.2", "not-met")])).finds_only([]);
    let limited = matter("\"operation\"", "scope-limitation", criteria);
    opinion(&format!("form = \"qualified\"{limited}"), &[("CC6.2", "unable-to-conclude")]).finds_only([]);
}

#[test]
fn a_modified_opinion_without_its_matter() {
    opinion("form = \"qualified\"", &[]).finds([
        error("OPN-03", "the opinion on the operating effectiveness is `qualified`, but no matter says why")
            .at("engagement.toml", "^\"qualified\"")
            .helps("limbs = [\"operation\"]"),
        error("OPN-03", "the opinion on the description is `qualified`, but no matter says why"),
    ]);
}

#[test]
fn a_matter_that_does_not_name_what_failed() {
    let no_description = matter("\"description\"", "misstatement", "");
    opinion(&format!("form = \"qualified\"{no_description}"), &[]).finds([error(
        "OPN-03",
        "names no description criterion",
    )
    .helps("description_criteria = [4]")]);
    let no_criteria = matter("\"design\", \"operation\"", "misstatement", "");
    opinion(&format!("form = \"qualified\"{no_criteria}"), &[]).finds([error(
        "OPN-03",
        "names no trust services criterion",
    )
    .helps("`criteria`")]);
    let nothing = matter("\"operation\"", "scope-limitation", "");
    opinion(&format!("form = \"qualified\"{nothing}"), &[])
        .finds([error("OPN-03", "a scope limitation names no matter on which no conclusion was possible")]);
}

#[test]
fn a_matter_that_names_a_criterion_which_is_met() {
    let named = matter("\"operation\"", "misstatement", "criteria = [\"CC6.2\"]");
    opinion(&format!("form = \"qualified\"{named}"), &[("CC6.2", "met")]).finds([error(
        "OPN-03",
        "a matter names CC6.2, which is concluded `met`",
    )
    .at("engagement.toml", "criteria = [^\"CC6.2\"]")
    .related("engagement.toml", "conclusion = ^\"met\"")]);
    opinion(&format!("form = \"qualified\"{named}"), &[])
        .finds([error("OPN-03", "a matter names CC6.2, on which no conclusion is recorded")]);
    // And the other way round: concluded, but told by no matter.
    opinion(&format!("form = \"qualified\"{named}"), &[("CC6.2", "not-met"), ("CC8.1", "not-met")])
        .finds([error("OPN-03", "CC8.1 is concluded `not met`, but no matter of the opinion names it")]);
}

#[test]
fn a_form_that_is_not_that_of_the_gravest_limb() {
    let named = matter("\"operation\"", "misstatement", "criteria = [\"CC6.2\"]");
    let limbs = "\n\n[opinion.limbs]\noperation = \"adverse\"\n";
    opinion(&format!("form = \"qualified\"{limbs}{named}"), &[("CC6.2", "not-met")]).finds([error(
        "OPN-05",
        "the opinion is `qualified`, but its gravest limb is `adverse`",
    )
    .at("engagement.toml", "^\"qualified\"")]);
    let untouched = "\n\n[opinion.limbs]\ndesign = \"qualified\"\noperation = \"unqualified\"\n";
    opinion(&format!("form = \"qualified\"{untouched}{named}"), &[("CC6.2", "not-met")]).finds([error(
        "OPN-05",
        "a matter concerns the operating effectiveness, but the opinion on it is unqualified",
    )]);
}

#[test]
fn a_form_that_does_not_follow_from_its_cause() {
    let limited = matter("\"operation\"", "scope-limitation", "criteria = [\"CC6.2\"]");
    opinion(&format!("form = \"adverse\"{limited}"), &[("CC6.2", "unable-to-conclude")]).finds([error(
        "OPN-05",
        "is adverse, but no matter of it is a misstatement",
    )
    .at("engagement.toml", "^\"scope-limitation\"")]);
    let failed = matter("\"operation\"", "misstatement", "criteria = [\"CC6.2\"]");
    opinion(&format!("form = \"disclaimer\"{failed}"), &[("CC6.2", "not-met")])
        .finds([error("OPN-05", "is disclaimed, but no matter of it is a scope limitation")]);
}

#[test]
fn a_type_1_has_no_opinion_on_the_operation() {
    let named = matter("\"operation\"", "misstatement", "criteria = [\"CC6.2\"]");
    Engagement::type_1().set("form = \"unqualified\"", &format!("form = \"qualified\"{named}")).finds([error(
        "OPN-01",
        "this report has no opinion on the operating effectiveness",
    )
    .helps("a Type I")]);
    let more = matter("\"additional\"", "misstatement", "criteria = [\"CC6.2\"]");
    opinion(&format!("form = \"qualified\"{more}"), &[]).finds([error(
        "OPN-01",
        "no opinion on the additional criteria",
    )
    .helps("[[additional_criteria]]")]);
}

#[test]
fn a_design_failure_that_leaves_the_operation_clean() {
    let named = matter("\"design\"", "misstatement", "criteria = [\"CC6.2\"]");
    admitted(opinion(&format!("form = \"qualified\"{named}"), &[("CC6.2", "not-met")]))
        .finds_only([warning("OPN-25", "a matter of design leaves the opinion on the operation unqualified")]);
}

#[test]
fn an_assertion_that_stays_clean_beside_a_modified_opinion() {
    let named = matter("\"operation\"", "misstatement", "criteria = [\"CC6.2\"]");
    opinion(&format!("form = \"qualified\"{named}"), &[("CC6.2", "not-met")])
        .finds_only([warning("OPN-07", "management's assertion does not admit the matter")]);
    admitted(Engagement::type_2()).finds_only([warning("OPN-07", "admits a matter, but the opinion is unqualified")
        .at("engagement.toml", "matter = ^\"Access was removed late.\"")]);
}

#[test]
fn a_criterion_not_met_whose_commitments_were_achieved() {
    Engagement::type_2()
        .add("\n[[conclusions]]\ncriterion = \"CC7.4\"\nconclusion = \"not-met\"\nrationale = \"No team.\"\ncommitments_achieved = \"No incident occurred.\"\n")
        .finds_only([warning("OPN-02", "CC7.4 is concluded `not met`, but the opinion on the controls is unqualified")]);
}

#[test]
fn a_conclusion_against_the_results_needs_its_rationale() {
    Engagement::type_2()
        .add("\n[[conclusions]]\ncriterion = \"CC1.1\"\nconclusion = \"unable-to-conclude\"\n")
        .finds([warning("OPN-26", "CC1.1 is concluded `unable to conclude`, but the results alone suggest: met")
            .helps("`rationale`")]);
}

#[test]
fn an_emphasis_on_a_criterion_that_is_not_met() {
    let named = matter("\"operation\"", "misstatement", "criteria = [\"CC6.2\"]");
    let emphasis = "\n[[opinion.emphasis]]\ntext = \"The description tells how CC6.2 changed.\"\n";
    admitted(opinion(&format!("form = \"qualified\"{named}{emphasis}"), &[("CC6.2", "not-met")]))
        .finds_only([error("OPN-13", "speaks of CC6.2, which is not met")]);
}

#[test]
fn check_proposes_an_opinion_and_never_prints_it() {
    let engagement = opinion("form = \"unqualified\"", &[("CC6.2", "not-met")]);
    let run = engagement.check();
    let proposal = &run.json()["proposal"];
    let of =
        |limb: &str| proposal.as_array().expect("limbs").iter().find(|p| p["limb"] == limb).expect("the limb").clone();
    assert_eq!(of("operation")["form"], "qualified");
    assert_eq!(of("operation")["because"][0], "CC6.2 is not met");
    assert_eq!(of("design")["form"], "unqualified");
    engagement.report().says_not("proposal");
}

#[test]
fn additional_criteria_that_there_are_not() {
    let plus = "\n[[additional_criteria]]\nname = \"HRS\"\ntitle = \"requirements of the Harbour Records Standard\"\ncitation = \"2024 edition\"\nfile = \"criteria/hrs.csv\"\n";
    let with = |file: &str| Engagement::type_2().add(plus).file("criteria/hrs.csv", file);
    with("id,title\n4.1,Records are kept apart\n")
        .replace(
            "controls.toml",
            "owner = \"Platform Lead\"",
            "owner = \"Platform Lead\"\nadditional_criteria = [\"HRS 4.7\"]",
        )
        .finds_only([error("INP-13", "there is no additional criterion `HRS 4.7`")
            .at("controls.toml", "[^\"HRS 4.7\"]")
            .helps("did you mean `HRS 4.1`?")]);
    with("id,title\n").finds_only([error("INP-19", "`criteria/hrs.csv` has no criterion")]);
    Engagement::type_2().add(plus).finds([error("INP-01", "there is no such file")]);
}
