//! Family E: letters in a firm's own words. The program's own clauses are composed from the same values and proven by
//! tests; what a firm puts in their place is read here as it will be printed.

use std::sync::LazyLock;

use regex::Regex;

use super::{pattern, rules};
use crate::compose::{self, WrittenClause};
use crate::diagnostics::{Diagnostic, Findings, Origin, Place, Source};
use crate::model::{Engagement, OpinionForm};

static EXCEPTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(except (for|that|as)|with the exceptions? of)\b"));
static USER_ENTITY_CONTROLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(complementary user[- ]entity|user[- ]entity controls|complementary controls (of|at|assumed of) (the )?(user entities|assumed))",
    )
});
static SUBSERVICE_CONTROLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(complementary subservice|subservice organization controls|complementary controls (of|at) (the )?subservice)",
    )
});
static COMPLEMENTARY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bcomplementary (user|subservice|controls)|\buser[- ]entity controls"));
static OTHER_INFORMATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bSection V\b|(?i)\bother information\b"));
static OPERATED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(we tested|our tests of controls|controls [^.;]{0,60}operated effectively)"));
/// A clause or sentence that denies or supposes what it speaks of.
static DENIED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(not|no|if|whether|nor)\b"));
static EVERYBODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(general[- ]use report|this report (is|may be) (public|published|freely distributed|distributed freely)|for public (use|distribution)|public report)\b",
    )
});

struct Letters<'a> {
    engagement: &'a Engagement,
    written: &'a [WrittenClause],
    findings: &'a mut Findings,
}

/// Looks at the letters of an engagement with clauses of its own, as they will be printed.
pub fn check(engagement: &Engagement, written: &[WrittenClause], findings: &mut Findings) {
    let mut l = Letters { engagement, written, findings };
    l.empty();
    l.names();
    l.exceptions();
    l.complementary();
    l.independence();
    l.other_information();
    l.restricted();
    if !engagement.is_type_2() {
        l.operation_in_a_type_1();
    }
}

impl Letters<'_> {
    /// The text of all clauses whose names begin like this.
    fn text(&self, prefix: &str) -> String {
        let clauses = self.written.iter().filter(|clause| clause.name.starts_with(prefix));
        clauses.map(|clause| clause.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The file of the firm's own words among the clauses of a beginning.
    fn own(&self, prefix: &str) -> Option<&std::sync::Arc<Source>> {
        self.engagement.wording.iter().find(|(name, _)| name.starts_with(prefix)).map(|(_, source)| source)
    }

    /// Where the firm's words say something, or their file.
    fn place(&self, prefix: &str, what: Option<&str>) -> Option<Origin> {
        let found = what.and_then(|what| {
            let sources = self.engagement.wording.iter().filter(|(name, _)| name.starts_with(prefix));
            sources.map(|(_, source)| source).find_map(|source| {
                let at = source.text().find(what)?;
                Some(Origin { source: source.clone(), place: Place::Span(at..at + what.len()) })
            })
        });
        found.or_else(|| self.own(prefix).map(Origin::file))
    }

    fn report(&mut self, mut diagnostic: Diagnostic, at: Option<Origin>) {
        diagnostic.origin = at;
        self.findings.push(diagnostic);
    }

    /// OPN-10
    fn empty(&mut self) {
        let bare: Vec<&str> =
            self.written.iter().filter(|clause| clause.text.trim().is_empty()).map(|clause| clause.name).collect();
        for name in bare {
            let at = self.place(name, None);
            let message = format!("the clause `{name}` stands in this report and has no words");
            self.report(Diagnostic::new(&rules::OPN_10, message).help("write the paragraph"), at);
        }
    }

    /// OPN-08
    fn names(&mut self) {
        let e = self.engagement;
        let window = &e.window;
        let dates = [window.start(), window.end()].map(|day| compose::day(e, day.value));
        let org = &e.service_organization;
        let places: &[(&str, bool)] = &[("report-scope", true), ("report-opinion", false), ("assertion-", true)];
        for (prefix, names_the_system) in places {
            let text = self.text(prefix);
            if text.is_empty() || self.own(prefix).is_none() {
                continue;
            }
            let mut missing = Vec::new();
            if !text.contains(org.name.as_str()) && !text.contains(org.short()) {
                missing.push(format!("the service organization ({})", org.name));
            }
            if *names_the_system && !text.contains(org.system.as_str()) {
                missing.push(format!("the system ({})", org.system));
            }
            let disclaimed =
                e.opinion.as_ref().is_some_and(|o| e.limbs().iter().all(|l| o.of(*l) == OpinionForm::Disclaimer));
            if !(disclaimed && *prefix == "report-opinion") {
                missing.extend(dates.iter().filter(|day| !text.contains(day.as_str())).cloned());
                missing.dedup();
            }
            if !missing.is_empty() {
                let what = match *prefix {
                    "report-scope" => "the scope",
                    "report-opinion" => "the opinion",
                    _ => "the assertion",
                };
                let at = self.place(prefix, None);
                let message = format!("{what} does not name {}", missing.join(", nor "));
                self.report(
                    Diagnostic::new(&rules::OPN_08, message).help("print the values that the clause has for it"),
                    at,
                );
            }
        }
    }

    /// OPN-04
    fn exceptions(&mut self) {
        let Some(opinion) = &self.engagement.opinion else { return };
        let text = self.text("report-opinion");
        if self.own("report-opinion").is_none() || text.is_empty() {
            return;
        }
        let qualified = self.engagement.limbs().iter().any(|limb| opinion.of(*limb) == OpinionForm::Qualified);
        let found = EXCEPTS.find(&text).map(|m| m.as_str().to_owned());
        match (qualified, found) {
            (true, None) => {
                let at = self.place("report-opinion", None);
                let message = "the opinion is qualified, and its words except nothing";
                self.report(Diagnostic::new(&rules::OPN_04, message).help("say `except for` the matter"), at);
            }
            (false, Some(words)) if !opinion.form.value.is_modified() => {
                let at = self.place("report-opinion", Some(&words));
                let message = format!("the opinion is unqualified, and its words say `{words}`");
                self.report(
                    Diagnostic::new(&rules::OPN_04, message).help("let the clause say so for a qualified opinion only"),
                    at,
                );
            }
            _ => {}
        }
    }

    /// OPN-09
    fn complementary(&mut self) {
        let e = self.engagement;
        let lists = [
            ("complementary user entity controls", !e.cuecs.is_empty(), &*USER_ENTITY_CONTROLS),
            ("complementary subservice organization controls", !e.csocs.is_empty(), &*SUBSERVICE_CONTROLS),
        ];
        let none = e.cuecs.is_empty() && e.csocs.is_empty();
        for prefix in ["report-scope", "report-opinion-design", "report-opinion-operation", "assertion-"] {
            let text = self.text(prefix);
            if text.is_empty() || self.own(prefix).is_none() {
                continue;
            }
            // Scope and assertion name each kind; the limbs of the opinion speak of them in one clause.
            let says_each = matches!(prefix, "report-scope" | "assertion-");
            for (what, there, said) in lists {
                let found = if says_each { said.find(&text) } else { COMPLEMENTARY.find(&text) };
                let found = found.map(|m| m.as_str().to_owned());
                match (there, found) {
                    (true, None) => {
                        let at = self.place(prefix, None);
                        let message = format!("the engagement has {what}, and `{prefix}…` does not speak of them");
                        self.report(
                            Diagnostic::new(&rules::OPN_09, message).help("say what the conclusion assumes"),
                            at,
                        );
                    }
                    (false, Some(words)) if says_each || none => {
                        let at = self.place(prefix, Some(&words));
                        let message = format!("`{prefix}…` speaks of {what}, and there are none");
                        self.report(
                            Diagnostic::new(&rules::OPN_09, message)
                                .help("let the clause say so only if there are some"),
                            at,
                        );
                    }
                    _ => {}
                }
                if none && !says_each {
                    break;
                }
            }
        }
    }

    /// OPN-11
    fn independence(&mut self) {
        let text = self.text("report-independence");
        if self.own("report-independence").is_some() && !text.is_empty() && !text.to_lowercase().contains("independen")
        {
            let at = self.place("report-independence", None);
            self.report(
                Diagnostic::new(&rules::OPN_11, "the letter does not say that the firm is required to be independent")
                    .help("state it"),
                at,
            );
        }
    }

    /// OPN-12
    fn other_information(&mut self) {
        if self.engagement.has_other_information() {
            return;
        }
        let text = self.text("report-");
        if let Some(words) = OTHER_INFORMATION.find(&text).map(|m| m.as_str().to_owned()) {
            let at = self.place("report-", Some(&words));
            self.report(
                Diagnostic::new(&rules::OPN_12, format!("the letter says `{words}`, and there is no Section V"))
                    .help("move the words to the clause `report-scope-other-information`"),
                at,
            );
        }
    }

    /// OPN-09 (restricted use), OPN-20
    fn restricted(&mut self) {
        let text = self.text("report-restricted-use");
        let lower = text.to_lowercase();
        let restricts = ["solely", "restricted", "specified parties", "not intended"].iter().any(|w| lower.contains(w));
        if self.own("report-restricted-use").is_some() && !text.is_empty() && !restricts {
            let at = self.place("report-restricted-use", None);
            self.report(
                Diagnostic::new(&rules::OPN_20, "the paragraph on restricted use restricts nothing")
                    .help("say for whom alone the report is intended"),
                at,
            );
        }
        let letters = self.text("report-");
        if let Some(words) = EVERYBODY.find(&letters).map(|m| m.as_str().to_owned()) {
            let at = self.place("report-", Some(&words));
            self.report(
                Diagnostic::new(&rules::OPN_20, format!("the letter says `{words}`, and the report is restricted"))
                    .help("remove it"),
                at,
            );
        }
    }

    /// OPN-23
    fn operation_in_a_type_1(&mut self) {
        let own = &self.engagement.wording;
        let clauses = self.written.iter().filter(|clause| own.contains_key(clause.name));
        let hits: Vec<(&'static str, String)> = clauses
            .filter(|clause| !clause.name.starts_with("soc3"))
            .filter_map(|clause| {
                let sentences = clause.text.split_inclusive(['.', '\n']);
                let found = sentences.filter(|s| !DENIED.is_match(s)).find_map(|s| OPERATED.find(s))?;
                Some((clause.name, found.as_str().to_owned()))
            })
            .collect();
        for (name, words) in hits {
            let at = self.place(name, Some(&words));
            self.report(
                Diagnostic::new(&rules::OPN_23, format!("the clause `{name}` says `{words}` in a Type I"))
                    .help("let it say so in a Type II only"),
                at,
            );
        }
    }
}

/// A restricted report that calls itself public, or a Type I that speaks of operation, in the texts of the engagement.
pub fn check_texts(r: &mut super::Review) {
    let type_1 = !r.engagement.is_type_2();
    for passage in r.passages {
        if let Some(found) = EVERYBODY.find(&passage.text) {
            r.findings.push(
                Diagnostic::new(&rules::OPN_20, format!("a text calls the report public: `{}`", found.as_str()))
                    .at(&passage.at(&found.range()))
                    .help("a SOC 2 report is for specified parties; for everybody there is the SOC 3 report"),
            );
        }
    }
    let opinion = r.engagement.opinion.iter();
    for text in opinion.flat_map(|o| o.emphasis.iter().map(|m| &m.text).chain(o.matters.iter().map(|m| &m.text))) {
        let mut sentences = text.text.split_inclusive('.').filter(|s| !DENIED.is_match(s));
        if type_1 && let Some(found) = sentences.find_map(|s| OPERATED.find(s)) {
            r.findings.push(
                Diagnostic::new(&rules::OPN_23, format!("the letter says `{}` in a Type I", found.as_str()))
                    .at(&super::passages::narrowed(&text.origin, found.as_str()))
                    .help("a Type I speaks of design and implementation"),
            );
        }
    }
}
