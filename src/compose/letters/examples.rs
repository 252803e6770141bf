//! Invented values of every kind, with which a firm's clauses are tried out before an engagement uses them.

use super::opinion::{LimbView, LimbsView, MatterView, Soc3View};
use super::values::{
    Additional, AssertionEnds, Bridge, Citations, Dates, Emphasis, Idle, Phrases, ReissueView, Representation,
    SectionNumbers, Subservice, SubserviceLetter, Titles, Values,
};

/// Sets of values: both types, with nothing that depends on a condition and with everything.
pub fn all() -> Vec<Values> {
    let mut all: Vec<Values> =
        [(false, false), (false, true), (true, false), (true, true)].map(|(type_2, rich)| one(type_2, rich)).to_vec();
    let disclaimed: Vec<Values> = all.iter().map(|v| Values { all_disclaimed: true, ..v.clone() }).collect();
    all.extend(disclaimed);
    all
}

fn one(type_2: bool, rich: bool) -> Values {
    let some = |text: &str| if rich { text.to_owned() } else { String::new() };
    let list = |name: &str| -> Vec<Subservice> {
        let subservice = Subservice { name: name.into(), service: "hosting of the servers.".into() };
        if rich { vec![subservice] } else { Vec::new() }
    };
    let limb = |letter, end| LimbView {
        stands: true,
        adverse: rich,
        letter,
        prefix: "".into(),
        assertion_adverse: rich,
        assertion_prefix: "".into(),
        end,
    };
    let matter = MatterView {
        text: "For 9 of 25 departures the access was removed late.".into(),
        scope_limitation: false,
        description: true,
        controls_limb: true,
        design: true,
        operation: type_2,
        description_criteria: "description criterion DC 4".into(),
        criteria: "CC6.2".into(),
        criteria_noun: "criterion".into(),
        additional_criteria: "ABC 1.2".into(),
        additional_asks: "requires".into(),
        controls: "ACC-01".into(),
        controls_noun: "the control".into(),
        control_count: 1,
        was: "was".into(),
    };
    Values {
        organization: "Example Organization, Inc.".into(),
        short: "Example".into(),
        system: "Example System".into(),
        auditor: rich.then(|| "Example Firm LLP".into()),
        description_title: "Description of the Example System".into(),
        type_2,
        categories: "security and availability".into(),
        carve_outs: list("Carved Out Hosting"),
        carved_out_names: some("Carved Out Hosting"),
        carved_out: "the subservice organization".into(),
        inclusive: list("Included Services"),
        included: some("Included Services"),
        parties: "Example".into(),
        subservice: rich.then(|| SubserviceLetter {
            name: "Included Services".into(),
            service: "scanning of documents.".into(),
            matter: "A matter.".into(),
        }),
        has_subservice: rich,
        has_cuecs: rich,
        has_csocs: rich,
        assumed: some("user entities and subservice organizations"),
        other_information: rich,
        emphasis: if rich {
            vec![Emphasis { heading: "A heading".into(), text: "A text.".into() }]
        } else {
            Vec::new()
        },
        additional: if rich {
            vec![Additional { name: "ABC".into(), title: "requirements of ABC".into(), citation: "a citation".into() }]
        } else {
            Vec::new()
        },
        additional_names: some("ABC"),
        idle: Idle { count: usize::from(rich), controls: some("BCM-02"), criteria: some("A1.3"), criteria_count: 1 },
        international: rich,
        standards: "the attestation standards".into(),
        limbs: LimbsView {
            description: limb("(a)", ";"),
            design: limb("(b)", "; and"),
            operation: limb("(c)", "."),
            additional: limb("(d)", "."),
        },
        matters: if rich { vec![matter.clone(), MatterView { scope_limitation: true, ..matter }] } else { Vec::new() },
        matter_count: if rich { 2 } else { 0 },
        matters_word: "matters".into(),
        all_disclaimed: false,
        has_disclaimer: rich,
        any_adverse: rich,
        lead_excepts: rich,
        qualified_limbs: some("(b) and (c)"),
        disclaimed_limbs: some("the operating effectiveness of the controls"),
        disclaimed_count: usize::from(rich),
        basis_title: "Basis for modified opinion".into(),
        opinion_title: "Opinion".into(),
        opinion_noun: "opinion".into(),
        opinion_is_modified: rich,
        soc3: Soc3View {
            form: if rich { "qualified" } else { "unqualified" },
            is_modified: rich,
            basis_title: "Basis for qualified opinion".into(),
            opinion_title: "Opinion".into(),
            noun: "opinion".into(),
            matters_word: "matter".into(),
            has_basis: rich,
        },
        bridge: Some(Bridge {
            from: "January 1, 2026".into(),
            through: "February 28, 2026".into(),
            report_date: some("February 10, 2026"),
            is_modified: rich,
            opinion: "an unqualified opinion".into(),
            changes: some("A change."),
        }),
        reissue: rich.then(|| ReissueView { replaces_date: "February 10, 2026".into(), reason: "A reason.".into() }),
        representation: Representation {
            incidents: rich,
            subsequent_events: rich,
            uncorrected: some("One."),
            known_matters: some("One."),
        },
        assertion_matter: some("A matter."),
        assertion_ends: AssertionEnds { design: "; and", operation: "." },
        dates: Dates {
            phrase: "throughout the period January 1, 2025 to December 31, 2025".into(),
            opinion_phrase: "throughout that period".into(),
            users_phrase: "during some or all of the period".into(),
        },
        sections: SectionNumbers {
            auditor: "Section I".into(),
            assertion: "Section II".into(),
            description: "Section III".into(),
            controls: "Section IV".into(),
            other: "Section V".into(),
        },
        titles: Titles {
            assertion: "Assertion of the Management of Example Organization, Inc.".into(),
            other: "Other Information Provided by Example".into(),
            exceptions: "Exceptions".into(),
        },
        citations: Citations { trust_services_criteria: "TSP section 100", description_criteria: "DC section 200" },
        phrases: Phrases {
            clean: "No exceptions noted".into(),
            exception: "exception".into(),
            an_exception: "an exception".into(),
        },
    }
}
