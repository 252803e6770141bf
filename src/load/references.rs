//! References between records: each cited id must exist, and is then written as its definition writes it.

use std::collections::{HashMap, HashSet};

use super::decode::Decoder;
use super::evidence::Groups;
use super::fields::nearest;
use super::rules;
use crate::diagnostics::{Diagnostic, Located};
use crate::model::{Engagement, Id};

/// The ids of one kind: as written, and in any case and spacing.
struct Known {
    one: &'static str,
    exact: HashSet<Id>,
    /// The first one wins where two clash.
    near: HashMap<String, Id>,
}

impl Known {
    fn of<'a>(one: &'static str, ids: impl Iterator<Item = &'a Id>) -> Self {
        let mut known = Self { one, exact: HashSet::new(), near: HashMap::new() };
        for id in ids {
            known.exact.insert(id.clone());
            known.near.entry(id.clash_key()).or_insert_with(|| id.clone());
        }
        known
    }

    /// Replaces a citation by the id as defined, or reports that there is none.
    fn settle(&self, d: &mut Decoder, cited: &mut Located<Id>) -> bool {
        if self.exact.contains(&cited.value) {
            return true;
        }
        if let Some(id) = self.near.get(&cited.clash_key()) {
            cited.value = id.clone();
            return true;
        }
        let mut diagnostic =
            Diagnostic::new(&rules::UNKNOWN_REFERENCE, format!("there is no {} `{cited}`", self.one)).at(&cited.origin);
        let mut names: Vec<&str> = self.exact.iter().map(Id::as_str).collect();
        names.sort_unstable();
        diagnostic = match nearest(cited.as_str(), names) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("define the {}, or remove the reference", self.one)),
        };
        d.report(diagnostic);
        false
    }

    fn settle_all(&self, d: &mut Decoder, cited: &mut Vec<Located<Id>>) {
        cited.retain_mut(|id| self.settle(d, id));
    }
}

/// Checks all references of an engagement.
pub fn settle(d: &mut Decoder, engagement: &mut Engagement, groups: &Groups) {
    let lost = std::mem::take(&mut d.lost);
    let unread = |table| lost.ids.iter().filter(move |(name, _)| *name == table).map(|(_, id)| id);
    let controls = Known::of("control", engagement.controls.iter().map(|c| &c.id.value).chain(unread("controls")));
    let tests = Known::of("test", engagement.tests.iter().map(|t| &t.id.value).chain(unread("tests")));
    let exceptions =
        Known::of("exception", engagement.exceptions.iter().map(|e| &e.id.value).chain(unread("exceptions")));
    let evidence =
        Known::of("evidence item", engagement.evidence.iter().map(|e| &e.id.value).chain(unread("evidence")));

    let tested = engagement.tests.iter_mut().map(|test| &mut test.evidence);
    for cited in tested.chain(engagement.sampled_items.iter_mut().map(|item| &mut item.evidence)) {
        spread(cited, groups);
    }
    for test in &mut engagement.tests {
        controls.settle(d, &mut test.control);
        evidence.settle_all(d, &mut test.evidence);
        if let Some(label) = &mut test.exception
            && !exceptions.settle(d, label)
        {
            test.exception = None;
        }
    }
    for item in &mut engagement.sampled_items {
        tests.settle(d, &mut item.test);
        evidence.settle_all(d, &mut item.evidence);
    }
    for item in &mut engagement.evidence {
        tests.settle_all(d, &mut item.tests);
        controls.settle_all(d, &mut item.controls);
    }
    for organization in &mut engagement.subservice_organizations {
        controls.settle_all(d, &mut organization.monitoring_controls);
    }
    for matter in engagement.opinion.iter_mut().flat_map(|o| &mut o.matters) {
        controls.settle_all(d, &mut matter.controls);
    }
    for change in &mut engagement.changes {
        controls.settle_all(d, &mut change.controls);
    }
    let organizations: Vec<Id> =
        engagement.subservice_organizations.iter().map(|o| Id::new(o.name.value.clone())).collect();
    let organizations = Known::of("subservice organization", organizations.iter());
    for csoc in &mut engagement.csocs {
        let mut cited = csoc.subservice_organization.clone().map(Id::new);
        if organizations.settle(d, &mut cited) {
            csoc.subservice_organization = cited.map(|id| id.to_string());
        }
    }
    performers(d, engagement, &organizations);
    additional_criteria(d, engagement);
    engagement.controls_with_unread_tests = lost.tested;
}

/// Puts the exhibits of a row that stands for several in the place of its id.
fn spread(cited: &mut Vec<Located<Id>>, groups: &Groups) {
    if groups.is_empty() {
        return;
    }
    *cited = std::mem::take(cited)
        .into_iter()
        .flat_map(|id| match groups.iter().find(|(group, _)| group.clash_key() == id.clash_key()) {
            Some((_, members)) => {
                members.iter().map(|member| Located::new(member.clone(), id.origin.clone())).collect()
            }
            None => vec![id],
        })
        .collect();
}

/// Who performs a control, or describes a part of the system: a subservice organization as it is written there.
fn performers(d: &mut Decoder, engagement: &mut Engagement, organizations: &Known) {
    let controls = engagement.controls.iter_mut().map(|c| &mut c.organization);
    let topics = engagement.description.iter_mut().map(|t| &mut t.subservice_organization);
    let own = &engagement.service_organization;
    for performer in controls.chain(topics) {
        let Some(cited) = performer.clone().map(|name| name.map(Id::new)) else { continue };
        // The service organization itself needs no mention.
        if [own.name.as_str(), own.short()].contains(&cited.as_str()) {
            *performer = None;
            continue;
        }
        let mut cited = cited;
        *performer = organizations.settle(d, &mut cited).then(|| cited.map(|id| id.to_string()));
    }
}

/// Additional criteria that controls and matters name.
fn additional_criteria(d: &mut Decoder, engagement: &mut Engagement) {
    let mut unknown: Vec<Located<String>> = Vec::new();
    let known = |name: &Located<String>| engagement.additional_criterion(name).is_some();
    let controls = engagement.controls.iter().flat_map(|c| &c.additional_criteria);
    let matters = engagement.opinion.iter().flat_map(|o| &o.matters).flat_map(|m| &m.additional_criteria);
    unknown.extend(controls.chain(matters).filter(|name| !known(name)).cloned());
    let names: Vec<String> = engagement
        .additional_criteria
        .iter()
        .flat_map(|f| f.criteria.iter().map(move |c| format!("{} {}", f.name, c.id)))
        .collect();
    for name in unknown {
        let diagnostic =
            Diagnostic::new(&rules::UNKNOWN_REFERENCE, format!("there is no additional criterion `{name}`"))
                .at(&name.origin);
        d.report(match nearest(&name, names.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("name the set and the id, and define the set in [[additional_criteria]]"),
        });
    }
}
