//! A firm's folder: its words, its licensed texts, its style, and who approved them.

mod support;

use support::{Engagement, Run, error, socpress};

fn firm(engagement: Engagement, text: &str) -> Engagement {
    engagement.file("firm/firm.toml", format!("format = 1\n{text}\n"))
}

#[test]
fn a_clause_in_the_words_of_the_firm() {
    let words =
        "## Use of this report\n\nOnly {{ short }} and its customers may read *this* report on the {{ system }}.\n";
    let own = firm(Engagement::type_2(), "").file("firm/letters/report-restricted-use.md.j2", words);
    let report = own.report();
    report.says("Only Quillmark and its customers may read this report on the Quillmark Dispatch Cloud.");
    report.says_not("This report is not intended to be, and should not be, used by anyone other than");
    // The engagement's own words come first.
    let report = own.file("letters/report-restricted-use.md.j2", "Nobody may read it.\n").report();
    report.says("Nobody may read it.");
    report.says_not("may read this report on the");
}

#[test]
fn a_broken_clause_is_an_error_in_its_own_file_and_line() {
    let name = "firm/letters/report-scope.md.j2";
    let with = |text: &str| firm(Engagement::type_2(), "").file(name, text);
    with("We have looked.\n\nAt {{ sistem }}.\n").refuses([error(
        "TXT-40",
        "the clause `report-scope` cannot be used: it names a value that there is not",
    )
    .at_line("firm/letters/report-scope.md.j2", 3, 7)
    .helps("templates export")]);
    with("{% if type_2 %}We have looked.\n").refuses([error("TXT-40", "the clause `report-scope` cannot be used")]);
    with("{% for i in range(9999999) %}x{% endfor %}").refuses([error("TXT-40", "cannot be used")]);
    firm(Engagement::type_2(), "").file("firm/letters/report-skope.md.j2", "x").refuses([error(
        "WRD-02",
        "there is no clause `report-skope`",
    )
    .in_file("firm/letters/report-skope.md.j2")
    .helps("did you mean `report-scope`?")]);
}

#[test]
fn values_in_the_words_of_the_firm_are_not_code() {
    let report =
        firm(Engagement::type_2().set("short_name = \"Quillmark\"", "short_name = \"{{ 7*7 }} #read(1)\""), "")
            .file("firm/letters/report-restricted-use.md.j2", "Only {{ short }} may.\n")
            .report();
    report.says("Only {{ 7*7 }} #read(1) may.");
}

#[test]
fn licensed_texts_replace_our_titles() {
    let licensed = "id,title\nCC6.1,\"The entity, as licensed, restricts access\"\nCC6,Access as licensed\n";
    let own = firm(Engagement::type_2(), "").file("firm/catalogue/trust-services-criteria.csv", licensed);
    let report = own.report();
    report.says("The entity, as licensed, restricts access");
    report.says("CC6 Access as licensed");
    firm(Engagement::type_2(), "")
        .file("firm/catalogue/trust-services-criteria.csv", "id,title\nCC66.1,x\n")
        .refuses([error("INP-13", "there is no criterion `CC66.1`")]);
}

#[test]
fn no_report_is_final_before_its_wording_is_approved() {
    let bare = Engagement::type_2().set("status = \"draft\"", "status = \"final\"");
    let run = bare.try_build();
    assert!(!run.built());
    error("WRD-01", "nobody approved its wording").helps("[wording_approval]").in_findings(&bare, &run.findings());
    let late = firm(bare, "\n[wording_approval]\nby = \"Petra Harrow\"\non = 2026-03-01");
    error("WRD-01", "approved on 2026-03-01, after the report").in_findings(&late, &late.try_build().findings());
    let approved = firm(late, "\n[wording_approval]\nby = \"Petra Harrow\"\non = 2025-03-01");
    assert!(approved.try_build().built());
}

#[test]
fn what_is_the_same_for_all_clients_stands_in_the_profile() {
    let own = firm(
        Engagement::type_2().set("name = \"Harrow & Penhale LLP\"\ncity = \"Missoula, Montana\"\n", ""),
        "name = \"Wexcombe Auditors LLP\"\ncity = \"Duluth, Minnesota\"\n\n[style]\ndate_format = \"iso\"\nexception_word = \"deviation\"\nsection_order = \"assertion-first\"\ntype_label = \"arabic\"",
    );
    let report = own.report();
    report.says("Wexcombe Auditors LLP");
    report.says("Duluth, Minnesota");
    report.says("throughout the period 2025-01-01 to 2025-12-31");
    report.says("No deviations noted.");
    report.says_not("xception");
    report.says_in_order(&[
        "Section I",
        "Assertion of the Management",
        "Section II",
        "Independent Service Auditor’s Report",
        "Section III",
    ]);
    report.says("in Section I (the assertion)");
    // The engagement comes first.
    own.add("\n[style]\ndate_format = \"us\"\n")
        .report()
        .says("throughout the period January 1, 2025 to December 31, 2025");
}

#[test]
fn a_logo_and_a_signature() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\"><rect width=\"60\" height=\"20\" fill=\"#204060\"/></svg>";
    let own = Engagement::type_2()
        .issued()
        .set("city = \"Missoula, Montana\"", "city = \"Missoula, Montana\"\nsignature_image = \"signature.svg\"")
        .file("signature.svg", svg)
        .file("firm/style/logo.svg", svg)
        .append("firm/firm.toml", "\n[style]\nlogo = \"style/logo.svg\"\naccent = \"#204060\"\n");
    let run = own.try_build();
    assert!(run.built(), "{}", run.stdout);
    // Outside of both folders there is nothing to show.
    Engagement::type_2()
        .outside("logo.svg", svg)
        .add("\n[style]\nlogo = \"../logo.svg\"\n")
        .refuses([error("INP-02", "leads out of the engagement folder")]);
    Engagement::type_2()
        .add("\n[style]\naccent = \"blue\"\n")
        .refuses([error("INP-10", "`accent` must be a colour").at("engagement.toml", "accent = ^\"blue\"")]);
}

#[test]
fn the_controls_in_their_own_order() {
    let own = Engagement::type_2()
        .with_exception()
        .add("\n[style]\ntable_layout = \"by-control\"\nshow_samples = \"deviations\"\n");
    let report = own.report();
    report.says_in_order(&[
        "Criteria and Their Controls",
        "CC6.2",
        "Controls, Tests and Results",
        "GOV-1",
        "Yearly policy approval",
        "Criteria: CC1.1",
        "OPS-1",
        "2 of 20 grants of access in the period deviated (population 80).",
        "SEC-1",
    ]);
    assert_eq!(report.count("Yearly policy approval"), 2, "once in full, once in the index");
    // Counts of clean samples are not shown, those of deviations always are.
    let clean = Engagement::type_2().add("\n[style]\nshow_samples = \"never\"\n").report();
    clean.says_not("20 of 80 tested.");
    Engagement::type_2().report().says("20 of 80 tested.");
}

#[test]
fn a_firm_starts_from_our_words() {
    let engagement = Engagement::type_2();
    let folder = engagement.beside("our-firm");
    let run = Run::of(socpress().args(["templates", "export"]).arg(&folder));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let check = || Run::of(socpress().args(["templates", "check", "--format", "json"]).arg(&folder));
    assert_eq!(check().json()["tally"]["errors"], 0);
    // The same words: the same report.
    let plain = engagement.report();
    let run = Run::of(
        socpress()
            .args(["build", "--format", "json", "--firm"])
            .arg(&folder)
            .arg(engagement.path())
            .arg("-o")
            .arg(engagement.beside("other")),
    );
    assert!(run.built(), "{}", run.stdout);
    assert_eq!(support::Pdf::open(&engagement.beside("other/report.pdf"), None).text(), plain.text());
    // A broken clause is found without an engagement.
    std::fs::write(folder.join("letters/report-basis.md.j2"), "{{ basis }}").expect("a file");
    let findings = check().findings();
    assert_eq!(findings.len(), 1, "{}", support::listed(&findings));
    assert_eq!(findings[0].rule, "TXT-40");
    // Never over what is there.
    assert_eq!(Run::of(socpress().args(["templates", "export"]).arg(&folder)).code, 2);
    assert_eq!(
        Run::of(socpress().args(["templates", "export"]).arg(engagement.beside("new")).arg("no-clause")).code,
        2
    );
    let list = Run::of(socpress().args(["templates", "list", "--format", "json"])).json();
    assert!(list.as_array().expect("clauses").iter().any(|c| c["name"] == "report-opinion"));
}

#[test]
fn sections_of_the_firms_own() {
    let own = firm(Engagement::type_2(), "")
        .file(
            "firm/sections/01-reading.md",
            "---\ntitle: How to read this report\nplace: front\n---\n\nBegin with Section I.\n",
        )
        .file(
            "firm/sections/02-about.md",
            "---\ntitle: About the firm\n---\n\nWe are ![four people](people.svg) in one room.\n",
        )
        .file("firm/sections/people.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"20\"/>");
    own.report().says_in_order(&[
        "How to read this report",
        "About the firm",
        "Begin with Section I.",
        "Section I",
        "Index of Controls",
        "Appendix",
        "About the firm",
        "in one room.",
    ]);
    own.finds_only([]);
}

#[test]
fn a_firm_folder_that_cannot_be_read() {
    let engagement = Engagement::type_2();
    let run = Run::of(
        socpress()
            .args(["check", "--format", "json", "--firm"])
            .arg(engagement.beside("nowhere"))
            .arg(engagement.path()),
    );
    assert_eq!(run.code, 3);
    assert_eq!(run.findings()[0].rule, "INP-01");
    firm(Engagement::type_2(), "clientz = [\"A\"]")
        .refuses([error("INP-08", "unknown key `clientz`").helps("did you mean `clients`?")]);
}

/// All fixed labels in German: what remains in English are the clauses of the letters and the client's own texts.
#[test]
fn the_labels_in_german() {
    let german =
        Engagement::type_2().with_exception().add("\n[style]\nlanguage = \"de\"\ndate_format = \"international\"\n");
    let report = german.report();
    report.says_in_order(&[
        "SOC-2-Bericht Typ II",
        "Im Zeitraum 1. Januar 2025 bis 31. Dezember 2025",
        "Inhalt",
        "Abschnitt I",
        "Vermerk des unabhängigen Prüfers",
        "An die Leitung von Quillmark Logistics, Inc.",
        "10. Februar 2026",
        "Abschnitt II",
        "Erklärung der Leitung von Quillmark Logistics, Inc.",
        "Abschnitt III",
        "Wesentliche Leistungszusagen",
        "Abschnitt IV",
        "Zusammenfassung der Ergebnisse",
        "33 Kriterien und 3 Kontrollen, zu denen 3 Prüfungen vorgesehen waren",
        "Feststellungen",
        "Kriterien und ihre Kontrollen",
        "Keine Feststellungen.",
        "2 von 20 wichen ab",
        "Verzeichnis der Kontrollen",
        "Abschnitt V",
        "Stellungnahmen der Leitung zu Feststellungen",
    ]);
    for english in [
        "Section",
        "Summary of Results",
        "Population",
        "exception",
        "Contents",
        "Page ",
        "DRAFT",
        "Criterion",
        "Index of Controls",
        "January",
    ] {
        report.says_not(english);
    }
    assert_eq!(report.info()["Title"], "SOC-2-Bericht Typ II: Quillmark Dispatch Cloud von Quillmark Logistics, Inc.");
}

#[test]
fn a_language_of_the_firms_own() {
    let english =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/language/en.toml")).expect("labels");
    let with =
        |labels: &str| firm(Engagement::type_2(), "\n[style]\nlanguage = \"nl\"").file("firm/language/nl.toml", labels);
    let dutch = english.replace("title = \"Summary of Results\"", "title = \"Samenvatting van de resultaten\"");
    with(&dutch).report().says("Samenvatting van de resultaten");
    with(&dutch).finds_only([]);
    with("[summary]\ntitle = \"Samenvatting {n}\"\nfoo = \"x\"\n").finds([
        support::warning("WRD-03", "labels are missing").helps("templates export"),
        error("WRD-03", "the label `summary.title` has no value `{n}`").at("firm/language/nl.toml", "title = ^\"Samen"),
        error("WRD-03", "there is no label `summary.foo`"),
    ]);
    Engagement::type_2().add("\n[style]\nlanguage = \"xx\"\n").refuses([error(
        "WRD-03",
        "there are no labels for the language `xx`",
    )
    .at("engagement.toml", "language = ^\"xx\"")
    .helps("de or en")]);
}

/// What lies in a client's folder must not lead anywhere else.
#[test]
fn a_link_to_a_firms_folder_elsewhere_is_refused() {
    let engagement = Engagement::type_2();
    let elsewhere = engagement.beside("elsewhere");
    std::fs::create_dir(&elsewhere).expect("a folder");
    std::fs::write(elsewhere.join("firm.toml"), "format = 1\n").expect("a profile");
    let engagement = engagement.link("firm", &elsewhere);
    engagement.refuses([error("INP-02", "leads out of the engagement folder")]);
    // Named by whoever runs the program, it is used.
    let run = Run::of(socpress().args(["check", "--format", "json", "--firm"]).arg(&elsewhere).arg(engagement.path()));
    assert_eq!(run.code, 0, "{}", run.stdout);
    // A file in a folder of the firm's that is a link out of it.
    let engagement = firm(Engagement::type_2(), "")
        .outside("secret.md.j2", "Secret.")
        .link("firm/letters/report-scope.md.j2", "../../../secret.md.j2");
    engagement.refuses([error("INP-02", "leads out of the engagement folder")]);
}
