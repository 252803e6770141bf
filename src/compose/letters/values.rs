//! The values that letters and clauses may name.

use serde::Serialize;

use super::opinion::{self, LimbsView, MatterView, Soc3View};
use crate::compose::labels::Labels;
use crate::compose::wording;
use crate::model::{Engagement, OpinionForm, Prose, Rollup, SectionOrder, SubserviceOrganization, TestResult};

/// Numbers of the sections as they are printed, so that references follow the order of the report.
#[derive(Debug, Clone, Serialize)]
pub struct SectionNumbers {
    pub auditor: String,
    pub assertion: String,
    pub description: String,
    pub controls: String,
    pub other: String,
}

impl SectionNumbers {
    pub fn of(engagement: &Engagement, labels: &Labels) -> Self {
        let auditor_first = engagement.style.section_order == SectionOrder::AuditorFirst;
        Self {
            auditor: labels.get(if auditor_first { "section.one" } else { "section.two" }),
            assertion: labels.get(if auditor_first { "section.two" } else { "section.one" }),
            description: labels.get("section.three"),
            controls: labels.get("section.four"),
            other: labels.get("section.five"),
        }
    }
}

/// What clauses may name. `templates/letters/` shows the use of each.
#[derive(Debug, Clone, Serialize)]
pub struct Values {
    pub organization: String,
    pub short: String,
    pub system: String,
    pub auditor: Option<String>,
    pub description_title: String,
    pub type_2: bool,
    pub categories: String,
    pub carve_outs: Vec<Subservice>,
    /// Names of those carved out.
    pub carved_out_names: String,
    /// `the subservice organization` or `the subservice organizations`: those carved out.
    pub carved_out: String,
    pub inclusive: Vec<Subservice>,
    /// Names of those included.
    pub included: String,
    /// The service organization and those included.
    pub parties: String,
    /// The one whose assertion is written.
    pub subservice: Option<SubserviceLetter>,
    pub has_subservice: bool,
    pub has_cuecs: bool,
    pub has_csocs: bool,
    /// At whom complementary controls are assumed: `user entities and subservice organizations`; empty if at nobody.
    pub assumed: String,
    pub other_information: bool,
    pub emphasis: Vec<Emphasis>,
    pub additional: Vec<Additional>,
    /// `HIPAA and CCM`
    pub additional_names: String,
    pub idle: Idle,
    pub international: bool,
    /// Standards by which the examination was conducted.
    pub standards: String,
    pub limbs: LimbsView,
    pub matters: Vec<MatterView>,
    pub matter_count: usize,
    /// `matter` or `matters`
    pub matters_word: String,
    pub all_disclaimed: bool,
    pub has_disclaimer: bool,
    pub any_adverse: bool,
    pub lead_excepts: bool,
    pub qualified_limbs: String,
    pub disclaimed_limbs: String,
    pub disclaimed_count: usize,
    pub basis_title: String,
    pub opinion_title: String,
    pub opinion_noun: String,
    pub opinion_is_modified: bool,
    pub soc3: Soc3View,
    pub bridge: Option<Bridge>,
    pub reissue: Option<ReissueView>,
    pub representation: Representation,
    pub assertion_matter: String,
    pub assertion_ends: AssertionEnds,
    pub dates: Dates,
    pub sections: SectionNumbers,
    pub titles: Titles,
    pub citations: Citations,
    pub phrases: Phrases,
}

#[derive(Debug, Clone, Serialize)]
pub struct Subservice {
    pub name: String,
    pub service: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct SubserviceLetter {
    pub name: String,
    pub service: String,
    pub matter: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Emphasis {
    pub heading: String,
    pub text: String,
}

/// A set of additional criteria.
#[derive(Debug, Clone, Serialize)]
pub struct Additional {
    pub name: String,
    pub title: String,
    pub citation: String,
}

/// Controls that did not operate during the period.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Idle {
    pub count: usize,
    pub controls: String,
    /// Criteria none of whose controls operated.
    pub criteria: String,
    pub criteria_count: usize,
}

/// What the bridge letter says.
#[derive(Debug, Clone, Serialize)]
pub struct Bridge {
    /// The day after the period.
    pub from: String,
    pub through: String,
    pub report_date: String,
    pub is_modified: bool,
    /// `an unqualified opinion`
    pub opinion: String,
    pub changes: String,
}

/// What a revised report says of the one that it replaces.
#[derive(Debug, Clone, Serialize)]
pub struct ReissueView {
    pub replaces_date: String,
    pub reason: String,
}

/// What the representation letter says besides its fixed words.
#[derive(Debug, Clone, Serialize)]
pub struct Representation {
    pub incidents: bool,
    pub subsequent_events: bool,
    pub uncorrected: String,
    pub known_matters: String,
}

/// What ends the limbs of the assertion.
#[derive(Debug, Clone, Serialize)]
pub struct AssertionEnds {
    pub design: &'static str,
    pub operation: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct Dates {
    /// `throughout the period ...` or `as of ...`
    pub phrase: String,
    /// The same, short: `throughout that period` or `as of that date`.
    pub opinion_phrase: String,
    pub users_phrase: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Titles {
    pub assertion: String,
    pub other: String,
    pub exceptions: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Citations {
    pub trust_services_criteria: &'static str,
    pub description_criteria: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct Phrases {
    /// What a clean result reads, without its full stop.
    pub clean: String,
    /// `exception` or `deviation`
    pub exception: String,
    /// `an exception` or `a deviation`
    pub an_exception: String,
}

impl Values {
    pub fn of(engagement: &Engagement, rollup: &Rollup, labels: &Labels) -> Self {
        let organization = &engagement.service_organization;
        let titles = wording::section_titles(engagement, labels);
        let type_2 = engagement.is_type_2();
        let opinion = opinion::view(engagement, labels);
        let carve_outs: Vec<_> = engagement.carved_out().map(subservice).collect();
        let inclusive: Vec<_> = engagement.inclusive().map(subservice).collect();
        let names = |list: &[Subservice]| list.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
        let mut parties = vec![organization.short().to_owned()];
        parties.extend(names(&inclusive));
        let (has_cuecs, has_csocs) = (!engagement.cuecs.is_empty(), !engagement.csocs.is_empty());
        let additional: Vec<_> = engagement
            .additional_criteria
            .iter()
            .map(|set| Additional {
                name: set.name.value.clone(),
                title: set.title.value.clone(),
                citation: set.citation.value.clone(),
            })
            .collect();
        let international = engagement.service_auditor.as_ref().is_some_and(|a| a.international_standards);
        let matter_count = opinion.matters.len();
        Self {
            organization: organization.name.value.clone(),
            short: organization.short().to_owned(),
            system: organization.system.value.clone(),
            auditor: engagement.service_auditor.as_ref().map(|a| a.name.value.clone()),
            type_2,
            categories: wording::categories(labels, &engagement.scope()),
            carved_out: labels.get(if carve_outs.len() == 1 {
                "letter.carved_out_one"
            } else {
                "letter.carved_out_many"
            }),
            carved_out_names: labels.join(&names(&carve_outs)),
            carve_outs,
            included: labels.join(&names(&inclusive)),
            inclusive,
            parties: labels.join(&parties),
            subservice: None,
            has_subservice: !engagement.subservice_organizations.is_empty(),
            assumed: match (has_cuecs, has_csocs) {
                (true, true) => labels.get("letter.assumed_both"),
                (true, false) => labels.get("letter.assumed_users"),
                (false, true) => labels.get("letter.assumed_subservice"),
                (false, false) => String::new(),
            },
            has_cuecs,
            has_csocs,
            other_information: engagement.has_other_information(),
            emphasis: engagement
                .opinion
                .iter()
                .flat_map(|o| &o.emphasis)
                .map(|m| Emphasis {
                    heading: m.heading.as_ref().map_or_else(|| labels.get("letter.emphasis"), |h| h.value.clone()),
                    text: flat(&m.text.text),
                })
                .collect(),
            additional_names: labels.join(&additional.iter().map(|set| set.name.as_str()).collect::<Vec<_>>()),
            assertion_ends: AssertionEnds {
                design: match (type_2, additional.is_empty()) {
                    (true, true) | (false, false) => "; and",
                    (true, false) => ";",
                    (false, true) => ".",
                },
                operation: if additional.is_empty() { "." } else { "; and" },
            },
            additional,
            idle: idle(engagement, rollup, labels),
            international,
            standards: labels.get(if international { "letter.standards_international" } else { "letter.standards" }),
            limbs: opinion.limbs,
            matters: opinion.matters,
            matter_count,
            matters_word: labels.get(if matter_count == 1 { "letter.matter_one" } else { "letter.matter_many" }),
            all_disclaimed: opinion.all_disclaimed,
            has_disclaimer: opinion.has_disclaimer,
            any_adverse: opinion.any_adverse,
            lead_excepts: opinion.lead_excepts,
            qualified_limbs: opinion.qualified_limbs,
            disclaimed_limbs: opinion.disclaimed_limbs,
            disclaimed_count: opinion.disclaimed_count,
            basis_title: opinion.basis_title,
            opinion_title: opinion.opinion_title,
            opinion_noun: opinion.opinion_noun,
            opinion_is_modified: opinion.soc3.is_modified,
            soc3: opinion.soc3,
            bridge: bridge(engagement, labels),
            reissue: engagement.reissue.as_ref().map(|r| ReissueView {
                replaces_date: labels.date(r.replaces_date.value),
                reason: sentence(&r.reason.text),
            }),
            representation: representation(engagement),
            assertion_matter: engagement
                .assertion
                .as_ref()
                .and_then(|a| a.matter.as_ref())
                .map(|m| sentence(&m.text))
                .unwrap_or_default(),
            dates: Dates {
                phrase: labels.window(&engagement.window),
                opinion_phrase: labels.get(if type_2 { "dates.that_period" } else { "dates.that_date" }),
                users_phrase: if type_2 {
                    labels.fill("dates.some_of_period", &[("range", &labels.range(&engagement.window))])
                } else {
                    labels.window(&engagement.window)
                },
            },
            sections: SectionNumbers::of(engagement, labels),
            description_title: titles.description,
            titles: Titles {
                assertion: titles.assertion,
                other: titles.other,
                exceptions: labels.get("word.Exceptions"),
            },
            citations: Citations {
                trust_services_criteria: wording::TRUST_SERVICES_CRITERIA,
                description_criteria: wording::DESCRIPTION_CRITERIA,
            },
            phrases: Phrases {
                clean: wording::verdict(labels, TestResult::NoDeviation).trim_end_matches('.').to_owned(),
                exception: labels.get("word.exception"),
                an_exception: labels.get("word.an_exception"),
            },
        }
    }

    /// The values for the assertion of an inclusive subservice organization.
    pub fn for_subservice(&self, organization: &SubserviceOrganization) -> Self {
        let Subservice { name, service } = subservice(organization);
        let matter = organization.assertion.as_ref().and_then(|a| a.matter.as_ref());
        let matter = matter.map(|m| sentence(&m.text)).unwrap_or_default();
        Self { subservice: Some(SubserviceLetter { name, service, matter }), ..self.clone() }
    }
}

fn bridge(e: &Engagement, labels: &Labels) -> Option<Bridge> {
    let letter = e.bridge_letter.as_ref()?;
    let end = e.window.end().value;
    let report_date = e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref());
    Some(Bridge {
        from: labels.date(end.succ_opt().unwrap_or(end)),
        through: labels.date(letter.through.value),
        report_date: report_date.map(|d| labels.date(d.value)).unwrap_or_default(),
        is_modified: e.opinion.as_ref().is_some_and(|o| o.form.value.is_modified()),
        opinion: labels.get(match e.opinion.as_ref().map(|o| o.form.value) {
            Some(OpinionForm::Unqualified) => "letter.with_article",
            Some(OpinionForm::Qualified) => "letter.with_article_qualified",
            Some(OpinionForm::Adverse) => "letter.with_article_adverse",
            Some(OpinionForm::Disclaimer) | None => "letter.with_article_none",
        }),
        changes: letter.changes.as_ref().map(|c| sentence(&c.text)).unwrap_or_default(),
    })
}

fn representation(e: &Engagement) -> Representation {
    let letter = e.representation_letter.as_ref();
    let text = |prose: Option<&Prose>| prose.map(|p| sentence(&p.text)).unwrap_or_default();
    Representation {
        incidents: !e.incidents.is_empty(),
        subsequent_events: !e.subsequent_events.is_empty(),
        uncorrected: text(letter.and_then(|l| l.uncorrected_misstatements.as_ref())),
        known_matters: text(letter.and_then(|l| l.known_matters.as_ref())),
    }
}

fn subservice(organization: &SubserviceOrganization) -> Subservice {
    Subservice { name: organization.name.value.clone(), service: sentence(&organization.service.text) }
}

/// Controls that did not operate, and the criteria that rest on none that did.
fn idle(engagement: &Engagement, rollup: &Rollup, labels: &Labels) -> Idle {
    let did_not = |position: &usize| rollup.controls[*position].did_not_operate;
    let controls: Vec<&str> = (0..engagement.controls.len())
        .filter(did_not)
        .map(|position| engagement.controls[position].id.as_str())
        .collect();
    let criteria: Vec<&str> = engagement
        .criteria_in_scope()
        .filter(|criterion| {
            rollup
                .criterion(engagement, &criterion.id)
                .is_some_and(|o| !o.controls.is_empty() && o.controls.iter().all(&did_not))
        })
        .map(|criterion| criterion.id.as_str())
        .collect();
    Idle {
        count: controls.len(),
        controls: labels.join(&controls),
        criteria_count: criteria.len(),
        criteria: labels.join(&criteria),
    }
}

/// A text on one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text on one line that ends like a sentence.
pub fn sentence(text: &str) -> String {
    let flat = flat(text);
    if flat.ends_with(['.', '!', '?']) { flat } else { flat + "." }
}
