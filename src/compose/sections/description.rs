//! Section III: management's description of the system, with the tables worked out from the data.

use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Block, Inline, List, ListItem, Part, PartLayout, Styled};
use crate::compose::wording;
use crate::model::{Category, Commitment, GeneratedTable, PersonalDataRole, Topic};

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e, &c.labels);
    let scope = e.scope();
    let mut blocks = Vec::new();
    let mut placed: Vec<GeneratedTable> = Vec::new();
    for topic in e.description.iter().filter(|t| t.in_scope(&scope)) {
        blocks.extend(topic_blocks(c, topic));
        for include in &topic.include {
            if placed.contains(&include.value) {
                continue;
            }
            placed.push(include.value);
            blocks.extend(generated(c, include.value, true));
        }
    }
    for table in GeneratedTable::ALL {
        if !placed.contains(&table) {
            blocks.extend(generated(c, table, false));
        }
    }
    if !e.acronyms.is_empty() {
        let origin = e.acronyms[0].short.origin.clone();
        blocks.push(c.heading(1, &c.say("description.acronyms"), Some(&origin)));
        let columns =
            vec![column(&c.say("description.acronym"), 1.0).header(), column(&c.say("description.meaning"), 4.0)];
        let rows = e
            .acronyms
            .iter()
            .map(|a| {
                let cells = vec![Cell::Text(a.short.value.clone()), Cell::Text(a.long.value.clone())];
                c.row(cells, &a.short.origin)
            })
            .collect();
        blocks.push(c.table(&c.say("description.acronyms_table"), columns, rows));
    }
    Part {
        anchor: c.part_anchor(3),
        number: c.sections().description,
        running: c.say("section.description_running"),
        title: titles.description,
        layout: PartLayout::Prose,
        id_characters: 0,
        byline: Some(c.labels.fill("section.description_byline", &[("organization", &e.service_organization.name)])),
        blocks,
    }
}

/// A topic's heading and text.
pub fn topic_blocks(c: &mut Composer, topic: &Topic) -> Vec<Block> {
    let mut blocks = vec![c.heading(1, &topic.title, Some(&topic.title.origin))];
    if let Some(organization) = &topic.subservice_organization {
        let text = c.labels.fill("description.by_subservice", &[("organization", organization)]);
        let text = c.text(&text, &organization.origin);
        blocks.push(c.paragraph_of(vec![Inline::Styled(Styled::Emph { text })]));
    }
    blocks.extend(c.topic(topic));
    blocks
}

/// A generated table with what introduces it; nothing if it has no rows and nothing is to be said.
pub(super) fn generated(c: &mut Composer, table: GeneratedTable, within_topic: bool) -> Vec<Block> {
    let e = c.engagement;
    let (title, blocks) = match table {
        GeneratedTable::ServiceCommitments => {
            ("description.service_commitments", commitments(c, &e.service_commitments, "commitment"))
        }
        GeneratedTable::SystemRequirements => {
            ("description.system_requirements", commitments(c, &e.system_requirements, "requirement"))
        }
        GeneratedTable::Privacy => ("description.privacy", privacy(c)),
        GeneratedTable::Incidents => ("description.incidents", incidents(c)),
        GeneratedTable::SubserviceOrganizations => {
            ("description.subservice_organizations", subservice_organizations(c))
        }
        GeneratedTable::Csocs => ("description.csocs", csocs(c)),
        GeneratedTable::Cuecs => ("description.cuecs", cuecs(c)),
        GeneratedTable::UserEntityResponsibilities => ("description.user_entity_responsibilities", responsibilities(c)),
        GeneratedTable::NotRelevant => ("description.not_relevant", not_relevant(c)),
        GeneratedTable::Changes => ("description.changes", changes(c)),
    };
    if blocks.is_empty() || within_topic {
        return blocks;
    }
    let mut all = vec![c.heading(1, &c.say(title), None)];
    all.extend(blocks);
    all
}

fn commitments(c: &mut Composer, list: &[Commitment], what: &str) -> Vec<Block> {
    if list.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        column(&c.say("description.id"), 1.0).header(),
        column(&c.say(&format!("description.{what}")), 5.0),
        column(&c.say("description.categories"), 2.0),
    ];
    let rows = list
        .iter()
        .map(|item| {
            let categories: Vec<_> = item.categories.iter().map(|x| wording::category(&c.labels, x.value)).collect();
            let cells = vec![
                Cell::Text(item.id.to_string()),
                Cell::Prose(&item.text),
                Cell::Text(if categories.is_empty() { c.say("description.all") } else { categories.join(", ") }),
            ];
            c.row(cells, &item.origin)
        })
        .collect();
    vec![c.table(&c.say(&format!("description.{what}s_table")), columns, rows)]
}

/// Role, notice and kinds of personal information, when privacy is in scope.
fn privacy(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    let Some(privacy) = e.privacy.as_ref().filter(|_| e.scope().contains(&Category::Privacy)) else {
        return Vec::new();
    };
    let short = e.service_organization.short();
    let mut blocks = Vec::new();
    if let Some(role) = &privacy.role {
        let role = match role.value {
            PersonalDataRole::Controller => "description.role_controller",
            PersonalDataRole::Processor => "description.role_processor",
            PersonalDataRole::Both => "description.role_both",
        };
        blocks.push(c.paragraph(&c.labels.fill(role, &[("organization", &short)])));
    }
    if let Some(notice) = &privacy.notice {
        blocks.push(c.labelled(&c.say("description.notice"), &notice.value, &notice.origin));
    }
    if !privacy.personal_information.is_empty() {
        blocks.push(c.paragraph(&c.say("description.kinds")));
        let items = privacy
            .personal_information
            .iter()
            .map(|kind| {
                let text = c.text(&kind.value, &kind.origin);
                ListItem { checked: None, blocks: vec![c.paragraph_of(text)] }
            })
            .collect();
        blocks.push(Block::List(List { start: None, tight: true, items }));
    }
    blocks
}

fn incidents(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.incidents.is_empty() {
        if !e.no_incidents {
            return Vec::new();
        }
        let key = if e.is_type_2() { "description.no_incidents_2" } else { "description.no_incidents_1" };
        return vec![c.paragraph(&c.say(key))];
    }
    let columns = vec![
        column(&c.say("description.date"), 1.3).header(),
        column(&c.say("description.nature"), 3.0),
        column(&c.say("description.effect"), 3.0),
        column(&c.say("description.disposition"), 3.0),
    ];
    let rows = e
        .incidents
        .iter()
        .map(|i| {
            let mut date = c.labels.date(i.date.value);
            if let Some(id) = &i.id {
                date = format!("{id}, {date}");
            }
            let cells = vec![
                Cell::Text(date),
                Cell::Prose(&i.nature),
                Cell::optional(i.effect.as_ref()),
                Cell::optional(i.disposition.as_ref()),
            ];
            c.row(cells, &i.origin)
        })
        .collect();
    vec![c.table(&c.say("description.incidents_table"), columns, rows)]
}

fn subservice_organizations(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.subservice_organizations.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        column(&c.say("description.subservice"), 2.0).header(),
        column(&c.say("description.services"), 3.0),
        column(&c.say("description.method"), 1.2),
        column(&c.say("description.criteria"), 1.8),
        column(&c.say("description.monitoring"), 3.0),
    ];
    let rows = e
        .subservice_organizations
        .iter()
        .map(|s| {
            let mut monitoring = s.monitoring.as_ref().map(|m| c.prose(m)).unwrap_or_default();
            if !s.monitoring_controls.is_empty() {
                let links = c.control_links(s.monitoring_controls.iter().map(|id| &id.value));
                monitoring.push(Block::Paragraph { text: links, origin: None });
            }
            let cells = vec![
                Cell::Text(s.name.value.clone()),
                Cell::Prose(&s.service),
                Cell::Text(c.say(&format!("description.{}", s.method.key()))),
                Cell::Inlines(c.criterion_links(s.criteria.iter().map(|id| &id.value))),
                Cell::Blocks(monitoring),
            ];
            c.row(cells, &s.origin)
        })
        .collect();
    vec![c.table(&c.say("description.subservice_table"), columns, rows)]
}

fn csocs(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.csocs.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![c.paragraph(&c.labels.fill(
        "description.csocs_text",
        &[("organization", &e.service_organization.short()), ("section", &c.sections().controls)],
    ))];
    let columns = vec![
        column(&c.say("description.id"), 1.0).header(),
        column(&c.say("description.subservice"), 1.8),
        column(&c.say("description.control_assumed"), 4.5),
        column(&c.say("description.criteria"), 1.4),
    ];
    let rows = e
        .csocs
        .iter()
        .map(|s| {
            let cells = vec![
                Cell::Text(s.id.to_string()),
                Cell::Text(s.subservice_organization.value.clone()),
                Cell::Prose(&s.description),
                Cell::Inlines(c.criterion_links(s.criteria.iter().map(|id| &id.value))),
            ];
            c.row(cells, &s.origin)
        })
        .collect();
    blocks.push(c.table(&c.say("description.csocs_table"), columns, rows));
    blocks
}

fn cuecs(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.cuecs.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![c.paragraph(&c.labels.fill(
        "description.cuecs_text",
        &[("organization", &e.service_organization.short()), ("section", &c.sections().controls)],
    ))];
    let columns = vec![
        column(&c.say("description.id"), 1.0).header(),
        column(&c.say("description.control_at_users"), 6.0),
        column(&c.say("description.criteria"), 1.5),
    ];
    let rows = e
        .cuecs
        .iter()
        .map(|u| {
            let cells = vec![
                Cell::Text(u.id.to_string()),
                Cell::Prose(&u.description),
                Cell::Inlines(c.criterion_links(u.criteria.iter().map(|id| &id.value))),
            ];
            c.row(cells, &u.origin)
        })
        .collect();
    blocks.push(c.table(&c.say("description.cuecs_table"), columns, rows));
    blocks
}

fn responsibilities(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.user_entity_responsibilities.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![c.paragraph(&c.say("description.responsibilities_text"))];
    let columns =
        vec![column(&c.say("description.id"), 1.0).header(), column(&c.say("description.responsibility"), 7.0)];
    let rows = e
        .user_entity_responsibilities
        .iter()
        .map(|u| {
            let cells = vec![Cell::Text(u.id.to_string()), Cell::Prose(&u.description)];
            c.row(cells, &u.origin)
        })
        .collect();
    blocks.push(c.table(&c.say("description.responsibilities_table"), columns, rows));
    blocks
}

fn not_relevant(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.not_relevant.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        column(&c.say("description.criterion"), 1.0).header(),
        column(&c.say("description.subject"), 3.0),
        column(&c.say("description.why_not_relevant"), 5.0),
    ];
    let rows = e
        .not_relevant
        .iter()
        .map(|n| {
            let title = e.catalogue.get(&n.criterion.value).map(|x| x.title.clone()).unwrap_or_default();
            let cells = vec![
                Cell::Inlines(c.criterion_links(std::iter::once(&n.criterion.value))),
                Cell::Text(title),
                Cell::Prose(&n.reason),
            ];
            c.row(cells, &n.origin)
        })
        .collect();
    vec![c.table(&c.say("description.not_relevant_table"), columns, rows)]
}

fn changes(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if !e.is_type_2() {
        return Vec::new();
    }
    if e.changes.is_empty() {
        if !e.no_changes {
            return Vec::new();
        }
        return vec![c.paragraph(&c.say("description.no_changes"))];
    }
    let columns = vec![
        column(&c.say("description.date"), 1.4).header(),
        column(&c.say("description.change"), 6.0),
        column(&c.say("description.controls"), 1.6),
    ];
    let rows = e
        .changes
        .iter()
        .map(|change| {
            let links = c.control_links(change.controls.iter().map(|id| &id.value));
            let cells = vec![
                Cell::Text(c.labels.date(change.date.value)),
                Cell::Prose(&change.description),
                Cell::Inlines(links),
            ];
            c.row(cells, &change.origin)
        })
        .collect();
    vec![c.table(&c.say("description.changes_table"), columns, rows)]
}
