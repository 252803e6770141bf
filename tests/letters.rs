//! The letters in every form: which clauses stand for which data, from a table worked out by hand, and what they say.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use socpress::compose::{self, WrittenClause};
use socpress::diagnostics::Findings;
use socpress::model::{Engagement as Model, Rollup};
use support::{COMMON_CRITERIA, Engagement, squeeze};

// --- Cases ---------------------------------------------------------------------------------------------------------

/// One combination of what letters depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Case {
    type_2: bool,
    opinion: Opinion,
    carve_out: bool,
    inclusive: bool,
    cuec: bool,
    other: bool,
    plus: bool,
    international: bool,
    emphasis: bool,
    idle: bool,
}

/// Forms of opinions: which limbs are modified, how, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opinion {
    Unqualified,
    QualifiedDescription,
    QualifiedControls,
    QualifiedLimitation,
    QualifiedEverything,
    AdverseDescription,
    AdverseControls,
    Mixed,
    DisclaimedControls,
    Disclaimer,
}

const OPINIONS: [Opinion; 10] = [
    Opinion::Unqualified,
    Opinion::QualifiedDescription,
    Opinion::QualifiedControls,
    Opinion::QualifiedLimitation,
    Opinion::QualifiedEverything,
    Opinion::AdverseDescription,
    Opinion::AdverseControls,
    Opinion::Mixed,
    Opinion::DisclaimedControls,
    Opinion::Disclaimer,
];

/// A plain Type II.
const PLAIN: Case = Case {
    type_2: true,
    opinion: Opinion::Unqualified,
    carve_out: false,
    inclusive: false,
    cuec: false,
    other: false,
    plus: false,
    international: false,
    emphasis: false,
    idle: false,
};

impl Case {
    fn all() -> Vec<Case> {
        let mut cases = Vec::new();
        for bits in 0..256_u32 {
            let bit = |n: u32| bits & (1 << n) != 0;
            for opinion in OPINIONS {
                let case = Case {
                    type_2: bit(0),
                    opinion,
                    carve_out: bit(1),
                    inclusive: bit(2),
                    cuec: bit(3),
                    other: bit(4),
                    plus: bit(5),
                    international: bit(6),
                    emphasis: bit(7),
                    idle: bit(0) && bits.count_ones() % 2 == 0,
                };
                cases.push(case);
            }
        }
        cases
    }

    /// The folder of the case, made by changing the base engagement.
    fn folder(self) -> Engagement {
        let mut engagement = if self.type_2 { Engagement::type_2() } else { Engagement::type_1() };
        let controls = if self.type_2 { "[\"design\", \"operation\"]" } else { "[\"design\"]" };
        let matter = |limbs: &str, cause: &str, named: &str, text: &str| {
            format!("\n[[opinion.matters]]\nlimbs = {limbs}\ncause = \"{cause}\"\n{named}\ntext = \"{text}\"\n")
        };
        let criteria = "criteria = [\"CC6.2\", \"CC6.3\"]\ncontrols = [\"OPS-1\"]";
        let description = matter(
            "[\"description\"]",
            "misstatement",
            "description_criteria = [4]",
            "The description omits an incident.",
        );
        let failed = matter(controls, "misstatement", criteria, "For 9 of 20 grants the approval came late.");
        let limited = matter(controls, "scope-limitation", criteria, "The tickets of May were lost in a migration.");
        let limbs = |forms: &str| format!("\n[opinion.limbs]\n{forms}\n");
        let modified = match self.opinion {
            Opinion::Unqualified => None,
            Opinion::QualifiedDescription => Some(("qualified", description)),
            Opinion::QualifiedControls => Some(("qualified", failed)),
            Opinion::QualifiedLimitation => Some(("qualified", limited)),
            Opinion::QualifiedEverything => Some(("qualified", description + &failed)),
            Opinion::AdverseDescription => Some(("adverse", description)),
            Opinion::AdverseControls => Some(("adverse", failed)),
            Opinion::Mixed if self.type_2 => Some((
                "adverse",
                limbs("description = \"qualified\"\ndesign = \"adverse\"\noperation = \"adverse\"")
                    + &description
                    + &failed,
            )),
            Opinion::Mixed => {
                Some(("adverse", limbs("description = \"qualified\"\ndesign = \"adverse\"") + &description + &failed))
            }
            Opinion::DisclaimedControls => Some(("disclaimer", limited)),
            Opinion::Disclaimer => {
                let mut all = String::from("[\"description\", \"design\"");
                all.push_str(if self.type_2 { ", \"operation\"" } else { "" });
                all.push_str(if self.plus { ", \"additional\"]" } else { "]" });
                let named = "criteria = [\"CC6.2\"]\ndescription_criteria = [3]";
                Some(("disclaimer", matter(&all, "scope-limitation", named, "Access to the data center was refused.")))
            }
        };
        let mut opinion = format!("form = \"{}\"", modified.as_ref().map_or("unqualified", |(form, _)| form));
        if self.emphasis {
            opinion.push_str("\n\n[[opinion.emphasis]]\nheading = \"Move of a data center\"\ntext = \"The description tells of the move.\"\n");
        }
        if let Some((_, tables)) = &modified {
            opinion.push_str(tables);
        }
        engagement = engagement.set("form = \"unqualified\"", &opinion);
        if modified.is_some() && !matches!(self.opinion, Opinion::Disclaimer | Opinion::DisclaimedControls) {
            engagement = engagement.set(
                "signatory_title = \"Chief Executive Officer\"",
                "signatory_title = \"Chief Executive Officer\"\nmatter = \"We regret the matter.\"",
            );
        }
        if self.international {
            engagement = engagement
                .set("city = \"Missoula, Montana\"", "city = \"Missoula, Montana\"\ninternational_standards = true");
        }
        if self.carve_out {
            engagement = engagement.add(
                "\n[[subservice_organizations]]\nname = \"Tarn Hosting\"\nservice = \"racks and power at one site.\"\nmethod = \"carve-out\"\ncriteria = [\"CC6.4\"]\nmonitoring_controls = [\"SEC-1\"]\n\n[[csocs]]\nid = \"CSOC-1\"\nsubservice_organization = \"Tarn Hosting\"\ndescription = \"Doors are locked.\"\ncriteria = [\"CC6.4\"]\n",
            );
        }
        if self.inclusive {
            engagement = engagement.add(
                "\n[[subservice_organizations]]\nname = \"Rill Scanning\"\nservice = \"scanning of waybills.\"\nmethod = \"inclusive\"\n\n[subservice_organizations.assertion]\ndate = 2026-02-10\nsignatory_name = \"Odile Marsh\"\nsignatory_title = \"Director\"\n",
            );
        }
        if self.cuec {
            engagement = engagement.add(
                "\n[[cuecs]]\nid = \"CUEC-1\"\ndescription = \"Users keep their keys.\"\ncriteria = [\"CC6.1\"]\n",
            );
        }
        if self.other {
            engagement =
                engagement.file("other-information/plans.md", "---\ntitle: Plans\n---\n\nA second site is planned.\n");
        }
        if self.plus {
            engagement = engagement
                .add("\n[[additional_criteria]]\nname = \"HRS\"\ntitle = \"requirements of the Harbour Records Standard\"\ncitation = \"Harbour Records Standard, 2024 edition\"\nfile = \"criteria/hrs.csv\"\n")
                .file("criteria/hrs.csv", "id,title\n4.1,Records are kept apart\n");
        }
        if self.idle {
            engagement = engagement.replace(
                "tests.toml",
                "result = \"no-deviation\"\ntested_on = 2025-11-18",
                "result = \"did-not-operate\"\nreason = \"No occasion arose.\"\ncorroboration = \"The minutes show none.\"\ntested_on = 2025-11-18",
            );
        }
        engagement
    }

    fn written(self) -> Vec<WrittenClause> {
        written(self.folder().path())
    }

    fn all_disclaimed(self) -> bool {
        self.opinion == Opinion::Disclaimer
    }

    /// What a word of the table below means for this case.
    fn is(self, word: &str) -> bool {
        if let Some(word) = word.strip_prefix('!') {
            return !self.is(word);
        }
        let disclaimed_controls = matches!(self.opinion, Opinion::Disclaimer | Opinion::DisclaimedControls);
        match word {
            "always" => true,
            "type-2" => self.type_2,
            "carve-out" => self.carve_out,
            "inclusive" => self.inclusive,
            "cuec" => self.cuec,
            "other" => self.other,
            "plus" => self.plus,
            "international" => self.international,
            "emphasis" => self.emphasis,
            "idle" => self.idle,
            "disclaimed" => self.all_disclaimed(),
            "disclaimed-in-part" => disclaimed_controls,
            "modified" => self.opinion != Opinion::Unqualified,
            "misstated" => !disclaimed_controls && self.opinion != Opinion::Unqualified,
            "controls-modified" => !matches!(
                self.opinion,
                Opinion::Unqualified | Opinion::QualifiedDescription | Opinion::AdverseDescription
            ),
            _ => panic!("unknown word {word}"),
        }
    }
}

fn written(folder: &Path) -> Vec<WrittenClause> {
    let (engagement, rollup) = model(folder);
    let mut findings = Findings::default();
    let clauses = compose::letters_of(&engagement, &rollup, &mut findings);
    assert!(findings.is_empty(), "{:?}", findings.iter().map(|f| &f.message).collect::<Vec<_>>());
    clauses
}

fn model(folder: &Path) -> (Model, Rollup) {
    let loaded = socpress::load::load(folder, None);
    let problems: Vec<_> = loaded.findings.iter().map(|f| f.message.clone()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    let engagement = loaded.engagement.expect("an engagement");
    let rollup = Rollup::of(&engagement);
    (engagement, rollup)
}

/// When each clause stands: the words joined by `&` must all hold. Worked out by hand from the order and the content of
/// the service auditor's report and of management's assertion, not from the program.
const TABLE: &str = "
report-scope                                | !disclaimed
report-scope-engaged                        | disclaimed
report-scope-additional                     | plus
report-scope-carve-out                      | carve-out
report-scope-inclusive                      | inclusive
report-scope-cuecs                          | cuec
report-scope-other-information              | other
report-organization-responsibilities        | always
report-inclusive-responsibilities           | inclusive
report-auditor-responsibilities             | !disclaimed
report-auditor-responsibilities-disclaimer  | disclaimed
report-independence                         | !international
report-independence-international           | international
report-inherent-limitations                 | always
report-tests-of-controls                    | type-2 & !disclaimed
report-no-activity                          | idle & !disclaimed
report-other-matter                         | !type-2
report-basis                                | modified
report-opinion                              | !disclaimed
report-opinion-description                  | !disclaimed
report-opinion-design                       | !disclaimed-in-part
report-opinion-operation                    | type-2 & !disclaimed-in-part
report-opinion-additional                   | plus & !disclaimed
report-opinion-disclaimed                   | disclaimed-in-part
report-emphasis                             | emphasis
report-restricted-use                       | always
assertion-intro                             | always
assertion-additional                        | plus
assertion-carve-out                         | carve-out
assertion-inclusive                         | inclusive
assertion-cuecs                             | cuec
assertion-matter                            | misstated
assertion-lead                              | always
assertion-description                       | always
assertion-design                            | always
assertion-operation                         | type-2
assertion-additional-criteria               | plus
subservice-assertion                        | inclusive
tests-of-controls                           | type-2
controls-type-1                             | !type-2
other-information                           | other
soc3-scope                                  | always
soc3-scope-carve-out                        | carve-out
soc3-scope-inclusive                        | inclusive
soc3-scope-cuecs                            | cuec
soc3-organization-responsibilities          | always
soc3-auditor-responsibilities               | always
soc3-inherent-limitations                   | always
soc3-basis                                  | controls-modified
soc3-opinion                                | always
soc3-assertion                              | always
representation-letter                       | always
subservice-representation-letter            | inclusive
description-alone                           | always
matrix-introduction                         | always
";

fn table() -> Vec<(&'static str, Vec<&'static str>)> {
    TABLE
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(name, words)| (name.trim(), words.split('&').map(str::trim).collect()))
        .collect()
}

// --- Which clauses stand, and what they say ------------------------------------------------------------------------

#[test]
fn every_combination_has_the_clauses_of_the_table_and_reads_well() {
    let (table, cases) = (table(), Case::all());
    assert!(cases.len() > 2_500);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for case in cases {
        let clauses = case.written();
        let there: BTreeSet<&str> = clauses.iter().map(|c| c.name).collect();
        for (name, words) in &table {
            let wanted = words.iter().all(|word| case.is(word));
            assert_eq!(there.contains(name), wanted, "{name} in {case:?}");
        }
        for clause in &clauses {
            assert!(table.iter().any(|(name, _)| *name == clause.name), "{} is not in the table", clause.name);
            reads_well(clause, case);
        }
        says_what_it_must(&clauses, case);
        seen.extend(there);
    }
    let never: Vec<_> = compose::wording().into_iter().map(|c| c.name).filter(|n| !seen.contains(n)).collect();
    // These have tests of their own.
    assert_eq!(never, ["report-reissue", "no-opinion", "bridge-letter"], "clauses that no case shows");
}

/// What no sentence may have, whatever the data.
#[track_caller]
fn reads_well(clause: &WrittenClause, case: Case) {
    let text = &clause.text;
    assert!(!text.trim().is_empty(), "{} is empty in {case:?}", clause.name);
    let faults = [
        "  ",
        " ,",
        " .",
        " ;",
        "..",
        ",,",
        ";;",
        "{",
        "}",
        "%}",
        "and and",
        "the the",
        " of of ",
        " , and",
        "()",
        "“”",
        "controls control ",
        "to to ",
    ];
    for fault in faults {
        assert!(!text.contains(fault), "`{fault}` in {} of {case:?}:\n{text}", clause.name);
    }
    for line in text.lines() {
        let whole = line.ends_with(['.', ':', ';', ',']) || line.ends_with("; and") || line.starts_with('#');
        let lead = line.ends_with("understanding of")
            || line.ends_with("involves")
            || line.ends_with("included")
            || line.ends_with("that");
        let cell = line.contains(" | ");
        assert!(whole || lead || cell, "`{line}` does not end in {} of {case:?}", clause.name);
    }
}

#[track_caller]
fn says_what_it_must(clauses: &[WrittenClause], case: Case) {
    let of = |name: &str| clauses.iter().find(|c| c.name == name).map_or("", |c| c.text.as_str());
    let letter = |prefix: &str| -> String {
        clauses.iter().filter(|c| c.name.starts_with(prefix)).map(|c| c.text.as_str()).collect::<Vec<_>>().join("\n")
    };
    let report = letter("report-");
    let opinion = letter("report-opinion");
    let has = |text: &str, wanted: &str, is: bool| {
        assert_eq!(text.contains(wanted), is, "`{wanted}` in {case:?}:\n{text}");
    };
    // The conditional clauses are the same in the opinion and in the assertion.
    let who = match (case.cuec, case.carve_out) {
        (true, true) => "user entities and subservice organizations",
        (true, false) => "user entities",
        (false, true) => "subservice organizations",
        (false, false) => "",
    };
    for name in ["report-opinion-design", "assertion-design"] {
        let there = !of(name).is_empty();
        has(of(name), "applied the complementary controls assumed", there && !who.is_empty());
        has(of(name), &format!("and if {who} applied"), there && !who.is_empty());
    }
    for name in ["report-opinion-operation", "assertion-operation"] {
        let there = !of(name).is_empty();
        has(of(name), &format!("if the complementary controls of {who} assumed"), there && !who.is_empty());
    }
    has(of("report-restricted-use"), "the complementary controls of", !who.is_empty());
    // The opinion.
    let qualified = matches!(
        case.opinion,
        Opinion::QualifiedDescription
            | Opinion::QualifiedControls
            | Opinion::QualifiedLimitation
            | Opinion::QualifiedEverything
    );
    has(&opinion, "In our opinion, except for the matter", qualified);
    has(&report, "xcept for the", qualified || case.opinion == Opinion::Mixed);
    has(&opinion, "in all material respects", !case.all_disclaimed());
    has(
        &opinion,
        "because of the matter",
        matches!(case.opinion, Opinion::AdverseDescription | Opinion::AdverseControls | Opinion::Mixed),
    );
    has(&opinion, "the description does not present", case.opinion == Opinion::AdverseDescription);
    has(&opinion, "were not suitably designed", matches!(case.opinion, Opinion::AdverseControls | Opinion::Mixed));
    has(
        &opinion,
        "did not operate effectively",
        case.type_2 && matches!(case.opinion, Opinion::AdverseControls | Opinion::Mixed),
    );
    let assertion = letter("assertion-");
    has(&assertion, "were not suitably designed", matches!(case.opinion, Opinion::AdverseControls | Opinion::Mixed));
    has(&assertion, "the description does not present", case.opinion == Opinion::AdverseDescription);
    has(
        &assertion,
        "except for the matter described in the preceding",
        qualified && case.is("misstated") || case.opinion == Opinion::Mixed,
    );
    has(&opinion, "do not express an opinion", case.is("disclaimed-in-part"));
    has(&report, "We have examined", !case.all_disclaimed());
    has(&report, "We were engaged to examine", case.all_disclaimed());
    has(&report, "evidence we obtained is sufficient and appropriate", !case.all_disclaimed());
    let title = opinion.lines().find(|line| line.starts_with('#')).unwrap_or_default();
    let wanted = match case.opinion {
        Opinion::Unqualified => "# Opinion",
        Opinion::AdverseDescription | Opinion::AdverseControls => "# Adverse opinion",
        Opinion::Mixed | Opinion::DisclaimedControls => "# Modified opinion",
        Opinion::Disclaimer => "# Disclaimer of opinion",
        _ => "# Qualified opinion",
    };
    assert_eq!(title, wanted, "{case:?}");
    // The basis names the criteria, and stands before the opinion.
    let basis = of("report-basis");
    has(basis, "CC6.2", case.is("controls-modified"));
    has(basis, "criteria CC6.2 and CC6.3", case.is("controls-modified") && !case.all_disclaimed());
    has(basis, "the control OPS-1", case.is("controls-modified") && !case.all_disclaimed());
    has(
        basis,
        "DC 4",
        matches!(
            case.opinion,
            Opinion::QualifiedDescription | Opinion::QualifiedEverything | Opinion::AdverseDescription | Opinion::Mixed
        ),
    );
    let place = |name: &str| clauses.iter().position(|c| c.name == name);
    if let (Some(basis), Some(opinion)) = (place("report-basis"), place("report-opinion")) {
        assert_eq!(basis + 1, opinion, "{case:?}");
    }
    // The type.
    has(&report, "as of December 31, 2025", !case.type_2);
    has(&report, "throughout the period January 1, 2025 to December 31, 2025", case.type_2);
    if !case.type_2 {
        let own = report.replace("We did not perform procedures on the operating effectiveness", "");
        has(&own, "operating effectiveness", false);
        has(&own, "operated effectively to", false);
    }
    // The last limb ends the sentence, and only that.
    let limbs: Vec<&str> = clauses
        .iter()
        .filter(|c| {
            [
                "report-opinion-description",
                "report-opinion-design",
                "report-opinion-operation",
                "report-opinion-additional",
            ]
            .contains(&c.name)
        })
        .map(|c| c.text.as_str())
        .collect();
    for (nth, limb) in limbs.iter().enumerate() {
        let end = match limbs.len() - nth {
            1 => ".",
            2 => "; and",
            _ => ";",
        };
        assert!(limb.ends_with(end), "`{limb}` in {case:?}");
    }
    // Emphasis has no effect on the opinion and follows it.
    if case.emphasis {
        assert!(place("report-emphasis") > place("report-opinion"), "{case:?}");
        has(of("report-emphasis"), "not modified with respect to this matter", true);
    }
}

/// A sample of the combinations, as PDF: every clause stands in it, word by word.
#[test]
fn what_is_composed_is_what_is_printed() {
    let cases = Case::all();
    let step = cases.len() / 40;
    let sample: Vec<Case> = (0..40).map(|n| cases[n * step + n % step]).collect();
    for case in sample {
        let folder = case.folder();
        let report = folder.report();
        let flow = squeeze(&report.flow());
        let printed = [
            "report-",
            "assertion-",
            "subservice-assertion",
            "tests-of-controls",
            "controls-type-1",
            "other-information",
        ];
        for clause in written(folder.path()).iter().filter(|c| printed.iter().any(|p| c.name.starts_with(p))) {
            for line in clause.text.lines() {
                let line = line.trim_start_matches("# ").trim_start_matches("- ");
                for part in line.split(" | ") {
                    assert!(flow.contains(&squeeze(part)), "`{part}` of {} is not in the PDF of {case:?}", clause.name);
                }
            }
        }
    }
}

// --- The usual cases, as they read ---------------------------------------------------------------------------------

/// The letters of the most usual cases in full: read by people, kept in `tests/letters/`. `SOCPRESS_BLESS=1` writes them.
#[test]
fn the_usual_letters_read_as_reviewed() {
    let usual: [(&str, Case); 12] = [
        ("01-type-1-plain", Case { type_2: false, ..PLAIN }),
        ("02-type-1-carve-out-cuecs", Case { type_2: false, carve_out: true, cuec: true, ..PLAIN }),
        ("03-type-1-qualified-description", Case { type_2: false, opinion: Opinion::QualifiedDescription, ..PLAIN }),
        ("04-type-2-plain", PLAIN),
        ("05-type-2-carve-out-cuecs-other-information", Case { carve_out: true, cuec: true, other: true, ..PLAIN }),
        ("06-type-2-inclusive-and-carve-out", Case { inclusive: true, carve_out: true, ..PLAIN }),
        ("07-type-2-qualified-controls", Case { opinion: Opinion::QualifiedControls, carve_out: true, ..PLAIN }),
        ("08-type-2-scope-limitation", Case { opinion: Opinion::QualifiedLimitation, ..PLAIN }),
        ("09-type-2-adverse", Case { opinion: Opinion::AdverseControls, ..PLAIN }),
        ("10-type-2-mixed-limbs", Case { opinion: Opinion::Mixed, emphasis: true, ..PLAIN }),
        ("11-type-2-disclaimer", Case { opinion: Opinion::Disclaimer, ..PLAIN }),
        ("12-type-2-plus-international-idle", Case { plus: true, international: true, idle: true, ..PLAIN }),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters");
    let bless = std::env::var_os("SOCPRESS_BLESS").is_some();
    for (name, case) in usual {
        let mut text = String::new();
        let mut letter = "";
        for clause in case.written() {
            if clause.letter != letter {
                letter = clause.letter;
                text.push_str(&format!("=== {letter}\n\n"));
            }
            text.push_str(&format!("[{}]\n{}\n\n", clause.name, clause.text));
        }
        let file = folder.join(format!("{name}.txt"));
        if bless {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&file, &text).expect("a file");
        }
        let reviewed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(reviewed == text, "{name} does not read as reviewed; SOCPRESS_BLESS=1 writes it anew:\n{text}");
    }
}

// --- Scope ---------------------------------------------------------------------------------------------------------

/// All 16 combinations of categories with security: the letters name them, shared criteria are printed once, topics of
/// other categories do not appear.
#[test]
fn every_combination_of_categories() {
    let others = [
        ("availability", "availability", "A1.1"),
        ("processing-integrity", "processing integrity", "PI1.1"),
        ("confidentiality", "confidentiality", "C1.1"),
        ("privacy", "privacy", "P1.1"),
    ];
    for bits in 0..16_u32 {
        let chosen: Vec<_> = (0..4).filter(|n| bits & (1 << n) != 0).map(|n| others[n]).collect();
        let keys: Vec<_> = chosen.iter().map(|(key, ..)| format!("\"{key}\"")).collect();
        let mut folder = Engagement::type_2()
            .set(
                "status = \"draft\"\ncategories = [\"security\"]",
                &format!("status = \"draft\"\ncategories = [\"security\", {}]", keys.join(", ")),
            )
            .file(
                "description/02-backup.md",
                "---\ntitle: Backup sites\ncategories: [availability]\n---\n\nThere are two.\n",
            );
        if bits & 8 != 0 {
            folder = folder.add("\n[privacy]\nrole = \"processor\"\nnotice = \"quillmark.example/privacy\"\npersonal_information = [\"names\"]\n");
        }
        let nouns: Vec<_> = std::iter::once("security").chain(chosen.iter().map(|(_, noun, _)| *noun)).collect();
        let phrase = match nouns.as_slice() {
            [one] => (*one).to_owned(),
            [one, two] => format!("{one} and {two}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => unreachable!("security is always there"),
        };
        let scope = written(folder.path()).into_iter().find(|c| c.name == "report-scope").expect("a scope").text;
        assert!(scope.contains(&format!("criteria relevant to {phrase} (the applicable")), "{scope}");
        let report = folder.report();
        assert_eq!(report.count("Backup sites") > 0, bits & 1 != 0, "{phrase}");
        // Once as a heading of Section IV; bookmarks name each criterion in scope once.
        let bookmarks: Vec<_> = report.bookmarks().into_iter().map(|b| b.title).collect();
        let named = |id: &str| bookmarks.iter().filter(|title| title.starts_with(&format!("{id} "))).count();
        for id in COMMON_CRITERIA {
            assert_eq!(named(id), 1, "{id} with {phrase}");
        }
        for (key, _, id) in others {
            assert_eq!(named(id), usize::from(keys.contains(&format!("\"{key}\""))), "{id} with {phrase}");
        }
    }
}
