//! From decoded rows to the records of the model.

mod tested;

use std::collections::HashMap;

use crate::diagnostics::{Diagnostic, Located, Origin};
use crate::load::decode::{Decoder, Row};
use crate::load::fields::Record;
use crate::load::tree::Raw;
use crate::load::{engagement, rules, schema};
use crate::model::{
    Acronym, Change, Commitment, Control, CriterionConclusion, Csoc, Cuec, EvidenceItem, FollowUp, Id, Incident,
    NotRelevant, SampleSize, SignOff, SubsequentEvent, SubserviceOrganization, ToConfirm, UserResponsibility, Waiver,
};

pub use tested::{FURTHER_ROW, counts, exceptions, is_further_row, no_test_above, sampled_items, tests};

/// Decodes each raw record of a table; those that lack what they need are left out, with findings.
fn each<T>(
    d: &mut Decoder,
    record: &'static Record,
    raws: Vec<Raw>,
    make: impl Fn(&mut Decoder, &Row) -> Option<T>,
) -> Vec<T> {
    raws.into_iter()
        .filter_map(|raw| {
            let row = d.row(record, raw);
            let made = make(d, &row);
            if made.is_none() {
                lose(d, record, &row);
            }
            made
        })
        .collect()
}

/// Remembers what a record that is left out would have defined.
fn lose(d: &mut Decoder, record: &'static Record, row: &Row) {
    d.lost.ids.extend(row.quiet_id("id").map(|id| (record.name, id)));
    if record.name == schema::TESTS.name {
        d.lost.tested.extend(row.quiet_id("control"));
    }
}

pub fn controls(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Control> {
    let controls = each(d, &schema::CONTROLS, raws, |d, row| {
        let had_criteria = row.has("criteria");
        let criteria = d.criteria(row, "criteria");
        if had_criteria && criteria.is_empty() && d.findings.iter().all(|f| f.rule != &rules::CRT_02) {
            d.report(Diagnostic::new(&rules::MISSING_KEY, "the control names no criterion").at(row.at("criteria")));
        }
        let (id, title, description) = (d.id(row, "id"), d.text(row, "title"), d.prose(row, "description"));
        let control = Control {
            additional_criteria: d.texts(row, "additional_criteria"),
            organization: d.text(row, "organization"),
            owner: d.text(row, "owner"),
            frequency: d.choice(row, "frequency"),
            nature: d.choice(row, "nature"),
            in_force_from: d.date(row, "in_force_from"),
            in_force_until: d.date(row, "in_force_until"),
            design: d.choice(row, "design"),
            design_reason: d.text(row, "design_reason"),
            implemented: d.flag(row, "implemented"),
            implemented_reason: d.text(row, "implemented_reason"),
            origin: row.origin.clone(),
            criteria,
            title,
            id: id?,
            description: description?,
        };
        Some(control)
    });
    unique(d, schema::CONTROLS.one, controls.iter().map(|c| &c.id));
    controls
}

pub fn evidence(d: &mut Decoder, raws: Vec<Raw>) -> Vec<EvidenceItem> {
    let items = each(d, &schema::EVIDENCE, raws, |d, row| {
        let (id, file) = (d.id(row, "id"), d.text(row, "file"));
        let sha256 = d.text(row, "sha256").filter(|hash| {
            let good = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            if !good {
                d.report(
                    Diagnostic::new(&rules::WRONG_VALUE, "`sha256` must be 64 hexadecimal digits").at(&hash.origin),
                );
            }
            good
        });
        let item = EvidenceItem {
            title: d.text(row, "title"),
            tests: d.ids(row, "tests"),
            controls: d.ids(row, "controls"),
            source: d.text(row, "source"),
            collected_by: d.text(row, "collected_by"),
            collected_on: d.date(row, "collected_on"),
            covers_from: d.date(row, "covers_from"),
            covers_to: d.date(row, "covers_to"),
            confidentiality: d.choice(row, "confidentiality"),
            sha256,
            origin: row.origin.clone(),
            id: id?,
            file: file?,
        };
        Some(item)
    });
    unique(d, "evidence item", items.iter().map(|e| &e.id));
    items
}

pub fn commitments(d: &mut Decoder, record: &'static Record, raws: Vec<Raw>) -> Vec<Commitment> {
    let commitments = each(d, record, raws, |d, row| {
        let (id, text) = (d.id(row, "id"), d.prose(row, "text"));
        let categories = d.choices(row, "categories");
        Some(Commitment { id: id?, text: text?, categories, origin: row.origin.clone() })
    });
    unique(d, record.one, commitments.iter().map(|c| &c.id));
    commitments
}

pub fn subservice_organizations(d: &mut Decoder, raws: Vec<Raw>) -> Vec<SubserviceOrganization> {
    let organizations = each(d, &schema::SUBSERVICE_ORGANIZATIONS, raws, |d, row| {
        let (name, service, method) = (d.text(row, "name"), d.prose(row, "service"), d.choice(row, "method"));
        let organization = SubserviceOrganization {
            criteria: d.criteria(row, "criteria"),
            monitoring: d.prose(row, "monitoring"),
            monitoring_controls: d.ids(row, "monitoring_controls"),
            report_from: d.date(row, "report_from"),
            report_to: d.date(row, "report_to"),
            assertion: engagement::assertion(d, row),
            origin: row.origin.clone(),
            name: name?,
            service: service?,
            method: method?,
        };
        Some(organization)
    });
    let names: Vec<Located<Id>> = organizations.iter().map(|o| o.name.clone().map(Id::new)).collect();
    unique(d, "subservice organization", names.iter());
    organizations
}

pub fn csocs(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Csoc> {
    let csocs = each(d, &schema::CSOCS, raws, |d, row| {
        let (id, organization) = (d.id(row, "id"), d.text(row, "subservice_organization"));
        let (description, criteria) = (d.prose(row, "description"), d.criteria(row, "criteria"));
        Some(Csoc {
            id: id?,
            subservice_organization: organization?,
            description: description?,
            criteria,
            origin: row.origin.clone(),
        })
    });
    unique(d, schema::CSOCS.one, csocs.iter().map(|c| &c.id));
    csocs
}

pub fn cuecs(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Cuec> {
    let cuecs = each(d, &schema::CUECS, raws, |d, row| {
        let (id, description, criteria) = (d.id(row, "id"), d.prose(row, "description"), d.criteria(row, "criteria"));
        Some(Cuec { id: id?, description: description?, criteria, origin: row.origin.clone() })
    });
    unique(d, schema::CUECS.one, cuecs.iter().map(|c| &c.id));
    cuecs
}

pub fn user_responsibilities(d: &mut Decoder, raws: Vec<Raw>) -> Vec<UserResponsibility> {
    let list = each(d, &schema::USER_ENTITY_RESPONSIBILITIES, raws, |d, row| {
        let (id, description) = (d.id(row, "id"), d.prose(row, "description"));
        Some(UserResponsibility { id: id?, description: description?, origin: row.origin.clone() })
    });
    unique(d, schema::USER_ENTITY_RESPONSIBILITIES.one, list.iter().map(|c| &c.id));
    list
}

pub fn not_relevant(d: &mut Decoder, raws: Vec<Raw>) -> Vec<NotRelevant> {
    each(d, &schema::NOT_RELEVANT, raws, |d, row| {
        let (criterion, reason) = (d.criterion(row, "criterion"), d.prose(row, "reason"));
        Some(NotRelevant { criterion: criterion?, reason: reason?, origin: row.origin.clone() })
    })
}

pub fn incidents(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Incident> {
    each(d, &schema::INCIDENTS, raws, |d, row| {
        let (date, nature) = (d.date(row, "date"), d.prose(row, "nature"));
        let incident = Incident {
            id: d.id(row, "id"),
            effect: d.prose(row, "effect"),
            disposition: d.prose(row, "disposition"),
            origin: row.origin.clone(),
            date: date?,
            nature: nature?,
        };
        Some(incident)
    })
}

pub fn changes(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Change> {
    each(d, &schema::CHANGES, raws, |d, row| {
        let (date, description) = (d.date(row, "date"), d.prose(row, "description"));
        let change = Change {
            id: d.id(row, "id"),
            controls: d.ids(row, "controls"),
            origin: row.origin.clone(),
            date: date?,
            description: description?,
        };
        Some(change)
    })
}

pub fn subsequent_events(d: &mut Decoder, raws: Vec<Raw>) -> Vec<SubsequentEvent> {
    each(d, &schema::SUBSEQUENT_EVENTS, raws, |d, row| {
        let (date, description) = (d.date(row, "date"), d.prose(row, "description"));
        Some(SubsequentEvent { date: date?, description: description?, origin: row.origin.clone() })
    })
}

pub fn conclusions(d: &mut Decoder, raws: Vec<Raw>) -> Vec<CriterionConclusion> {
    let conclusions = each(d, &schema::CONCLUSIONS, raws, |d, row| {
        let (criterion, conclusion) = (d.criterion(row, "criterion"), d.choice(row, "conclusion"));
        let (rationale, commitments_achieved) = (d.text(row, "rationale"), d.text(row, "commitments_achieved"));
        Some(CriterionConclusion {
            criterion: criterion?,
            conclusion: conclusion?,
            rationale,
            commitments_achieved,
            origin: row.origin.clone(),
        })
    });
    let ids: Vec<Located<Id>> =
        conclusions.iter().map(|c| c.criterion.clone().map(|id| Id::new(id.as_str()))).collect();
    unique(d, "conclusion on a criterion", ids.iter());
    conclusions
}

pub fn signoffs(d: &mut Decoder, raws: Vec<Raw>) -> Vec<SignOff> {
    each(d, &schema::SIGNOFFS, raws, |d, row| {
        let (role, name, date) = (d.choice(row, "role"), d.text(row, "name"), d.date(row, "date"));
        Some(SignOff { role: role?, name, date: date?, origin: row.origin.clone() })
    })
}

pub fn waivers(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Waiver> {
    each(d, &schema::WAIVERS, raws, |d, row| {
        let rule = d.text(row, "rule");
        let waiver = Waiver {
            place: d.text(row, "where"),
            reason: d.text(row, "reason"),
            by: d.text(row, "by"),
            date: d.date(row, "date"),
            until: d.date(row, "until"),
            origin: row.origin.clone(),
            rule: rule?,
        };
        Some(waiver)
    })
}

pub fn follow_ups(d: &mut Decoder, raws: Vec<Raw>) -> Vec<FollowUp> {
    each(d, &schema::FOLLOW_UPS, raws, |d, row| {
        let exception = d.id(row, "exception");
        d.prose(row, "nature");
        d.prose(row, "promised");
        d.date(row, "promised_by");
        let follow_up = FollowUp {
            controls: d.ids(row, "controls"),
            outcome: d.text(row, "outcome"),
            origin: row.origin.clone(),
            exception: exception?,
        };
        Some(follow_up)
    })
}

pub fn to_confirm(d: &mut Decoder, raws: Vec<Raw>) -> Vec<ToConfirm> {
    each(d, &schema::TO_CONFIRM, raws, |d, row| {
        Some(ToConfirm { what: d.text(row, "what")?, origin: row.origin.clone() })
    })
}

/// The firm's table of least samples.
pub fn sample_sizes(d: &mut Decoder, row: &Row) -> Vec<SampleSize> {
    let raws = d.raw_records(row, schema::SAMPLE_SIZES.name);
    each(d, &schema::SAMPLE_SIZES, raws, |d, row| {
        let (frequency, minimum) = (d.choice(row, "frequency"), d.count(row, "minimum"));
        let (population, months) = (d.count(row, "population_up_to"), d.count(row, "months_up_to"));
        Some(SampleSize {
            frequency: frequency?,
            population_up_to: population.map(|n| n.value),
            months_up_to: months.map(|n| n.value),
            minimum: minimum?,
        })
    })
}

pub fn acronyms(d: &mut Decoder, raws: Vec<Raw>) -> Vec<Acronym> {
    each(d, &schema::ACRONYMS, raws, |d, row| {
        let (short, long) = (d.text(row, "short"), d.text(row, "long"));
        Some(Acronym { short: short?, long: long? })
    })
}

/// Reports ids that clash, naming both places.
/// Ids of one kind must differ by more than case, spaces and punctuation.
pub fn unique<'a>(d: &mut Decoder, one: &str, ids: impl Iterator<Item = &'a Located<Id>>) {
    let rule = if one == schema::CONTROLS.one { &rules::CRT_04 } else { &rules::DUPLICATE_ID };
    let mut seen: HashMap<String, (&Id, &Origin)> = HashMap::new();
    for id in ids {
        match seen.get(&id.clash_key()) {
            Some((first, origin)) => {
                let message = if **first == id.value {
                    format!("the {one} id `{id}` is used twice")
                } else {
                    format!("the {one} id `{id}` differs from `{first}` only in case, spaces or punctuation")
                };
                d.report(
                    Diagnostic::new(rule, message)
                        .at(&id.origin)
                        .related("first used here", origin)
                        .help("give each its own id, or remove the doubled record"),
                );
            }
            None => {
                seen.insert(id.clash_key(), (&id.value, &id.origin));
            }
        }
    }
}
