//! Where two engagements print something different: the changed places of a revised report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Engagement, Prose, natural_cmp};

/// What happened to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    Added,
    Changed,
    Removed,
}

impl Difference {
    /// As written in files.
    pub fn key(self) -> &'static str {
        match self {
            Difference::Added => "added",
            Difference::Changed => "changed",
            Difference::Removed => "removed",
        }
    }
}

/// The places that differ, in the order of the report.
pub fn differences(old: &Engagement, new: &Engagement) -> Vec<(String, Difference)> {
    let (before, after) = (places(old), places(new));
    let mut all: Vec<(&Place, Difference)> = Vec::new();
    for (place, text) in &after {
        match before.get(place) {
            None => all.push((place, Difference::Added)),
            Some(was) if was != text => all.push((place, Difference::Changed)),
            Some(_) => {}
        }
    }
    all.extend(before.keys().filter(|place| !after.contains_key(*place)).map(|place| (place, Difference::Removed)));
    all.sort_by(|(a, _), (b, _)| a.section.cmp(&b.section).then_with(|| natural_cmp(&a.name, &b.name)));
    all.into_iter().map(|(place, difference)| (place.to_string(), difference)).collect()
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// I to V.
    section: usize,
    name: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = ["I", "II", "III", "IV", "V"].get(self.section).copied().unwrap_or("");
        write!(f, "Section {number}, {}", self.name)
    }
}

/// Everything that is printed, by place.
fn places(e: &Engagement) -> BTreeMap<Place, String> {
    let mut places = BTreeMap::new();
    let mut add = |section: usize, name: String, text: String| {
        places.entry(Place { section, name }).or_insert_with(String::new).push_str(&text);
    };
    let prose = |text: Option<&Prose>| text.map(|p| p.text.clone()).unwrap_or_default();
    let organization = &e.service_organization;
    let names = format!("{} {} {}", organization.name, organization.short(), organization.system);
    add(0, "names, period and categories".into(), format!("{names} {:?} {:?}", days(e), e.scope()));
    if let Some(auditor) = &e.service_auditor {
        add(
            0,
            "service auditor".into(),
            format!("{} {:?} {:?}", auditor.name, text(&auditor.city), text(&auditor.license)),
        );
    }
    if let Some(opinion) = &e.opinion {
        let mut words = String::new();
        for limb in e.limbs() {
            let _ = write!(words, "{} ", opinion.of(limb).key());
        }
        for matter in &opinion.matters {
            let _ = write!(words, "{} {:?} {:?}", matter.text.text, ids(&matter.criteria), ids(&matter.controls));
        }
        words.extend(opinion.emphasis.iter().map(|m| m.text.text.clone()));
        add(0, "opinion".into(), words);
    }
    if let Some(assertion) = &e.assertion {
        let signed = format!("{:?} {:?}", text(&assertion.signatory_name), text(&assertion.signatory_title));
        add(1, "assertion".into(), format!("{signed} {}", prose(assertion.matter.as_ref())));
    }
    for topic in &e.description {
        add(2, format!("“{}”", topic.title), topic.body().to_owned());
    }
    for item in e.service_commitments.iter().chain(&e.system_requirements) {
        add(2, format!("commitment or requirement {}", item.id), item.text.text.clone());
    }
    for organization in &e.subservice_organizations {
        let words = format!(
            "{} {:?} {}",
            organization.service.text,
            organization.method.value,
            prose(organization.monitoring.as_ref())
        );
        add(2, format!("subservice organization {}", organization.name), words);
    }
    for csoc in &e.csocs {
        add(2, csoc.id.to_string(), format!("{} {:?}", csoc.description.text, ids(&csoc.criteria)));
    }
    for cuec in &e.cuecs {
        add(2, cuec.id.to_string(), format!("{} {:?}", cuec.description.text, ids(&cuec.criteria)));
    }
    for incident in &e.incidents {
        let words =
            [Some(&incident.nature), incident.effect.as_ref(), incident.disposition.as_ref()].map(prose).concat();
        add(2, format!("incident of {}", incident.date), words);
    }
    for change in &e.changes {
        add(2, format!("change of {}", change.date), change.description.text.clone());
    }
    for entry in &e.not_relevant {
        add(2, format!("criterion {} (not relevant)", entry.criterion), entry.reason.text.clone());
    }
    for control in &e.controls {
        let words = format!("{:?} {} {:?}", text(&control.title), control.description.text, ids(&control.criteria));
        add(3, format!("control {}", control.id), words);
    }
    for test in &e.tests {
        let counts: Vec<_> = test
            .populations
            .iter()
            .map(|p| {
                [&p.counts.population, &p.counts.sample, &p.counts.deviations].map(|n| n.as_ref().map(|n| n.value))
            })
            .collect();
        let words =
            format!("{} {} {counts:?} {:?}", test.procedure.text, prose(test.result_text.as_ref()), test.result.value);
        let more = format!("{:?} {:?}", text(&test.reason), test.exception.as_ref().map(|x| x.to_string()));
        add(3, format!("test {}", test.id), words + &more);
    }
    for exception in &e.exceptions {
        let words =
            format!("{} {:?} {:?}", prose(exception.nature.as_ref()), text(&exception.cause), text(&exception.effect));
        add(3, format!("{}", exception.id), words);
        if exception.response.is_some() || exception.declined() {
            add(
                4,
                format!("response to {}", exception.id),
                format!("{} {:?}", prose(exception.response.as_ref()), text(&exception.response_action)),
            );
        }
    }
    for topic in &e.other_information {
        add(4, format!("“{}”", topic.title), topic.body().to_owned());
    }
    for event in &e.subsequent_events {
        add(4, format!("event of {}", event.date), event.description.text.clone());
    }
    places
}

fn days(e: &Engagement) -> [String; 2] {
    [e.window.start().to_string(), e.window.end().to_string()]
}

fn text(value: &Option<crate::diagnostics::Located<String>>) -> Option<&str> {
    value.as_ref().map(|v| v.value.as_str())
}

fn ids<T: std::fmt::Display>(list: &[crate::diagnostics::Located<T>]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}
