//! Section III: management's description of the system, with the tables worked out from the data.

use crate::compose::composer::{Cell, Composer, column};
use crate::compose::report::{Block, Inline, List, ListItem, Part, PartLayout, Styled};
use crate::compose::{dates, wording};
use crate::model::{Category, Commitment, GeneratedTable, PersonalDataRole, Topic};

pub fn part(c: &mut Composer) -> Part {
    let e = c.engagement;
    let titles = wording::section_titles(e);
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
        blocks.push(c.heading(1, "Acronyms", Some(&origin)));
        let columns = vec![column("Acronym", 1.0).header(), column("Meaning", 4.0)];
        let rows = e
            .acronyms
            .iter()
            .map(|a| {
                let cells = vec![Cell::Text(a.short.value.clone()), Cell::Text(a.long.value.clone())];
                c.row(cells, &a.short.origin)
            })
            .collect();
        blocks.push(c.table("Acronyms and their meanings", columns, rows));
    }
    Part {
        anchor: c.part_anchor(3),
        number: c.sections().description.into(),
        running: "Description of the System".into(),
        title: titles.description,
        layout: PartLayout::Prose,
        id_characters: 0,
        byline: Some(format!("Prepared by the management of {}", e.service_organization.name)),
        blocks,
    }
}

/// A topic's heading and text.
pub fn topic_blocks(c: &mut Composer, topic: &Topic) -> Vec<Block> {
    let mut blocks = vec![c.heading(1, &topic.title, Some(&topic.title.origin))];
    if let Some(organization) = &topic.subservice_organization {
        let text = format!(
            "Prepared by the management of {organization}, a subservice organization whose controls this description includes."
        );
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
            ("Principal Service Commitments", commitments(c, &e.service_commitments, "Commitment"))
        }
        GeneratedTable::SystemRequirements => {
            ("System Requirements", commitments(c, &e.system_requirements, "Requirement"))
        }
        GeneratedTable::Privacy => ("Personal Information", privacy(c)),
        GeneratedTable::Incidents => ("System Incidents", incidents(c)),
        GeneratedTable::SubserviceOrganizations => ("Subservice Organizations", subservice_organizations(c)),
        GeneratedTable::Csocs => ("Complementary Subservice Organization Controls", csocs(c)),
        GeneratedTable::Cuecs => ("Complementary User Entity Controls", cuecs(c)),
        GeneratedTable::UserEntityResponsibilities => ("User Entity Responsibilities", responsibilities(c)),
        GeneratedTable::NotRelevant => ("Criteria That Are Not Relevant", not_relevant(c)),
        GeneratedTable::Changes => ("Significant Changes During the Period", changes(c)),
    };
    if blocks.is_empty() || within_topic {
        return blocks;
    }
    let mut all = vec![c.heading(1, title, None)];
    all.extend(blocks);
    all
}

fn commitments(c: &mut Composer, list: &[Commitment], what: &str) -> Vec<Block> {
    if list.is_empty() {
        return Vec::new();
    }
    let columns = vec![column("Id", 1.0).header(), column(what, 5.0), column("Categories", 2.0)];
    let rows = list
        .iter()
        .map(|item| {
            let categories: Vec<_> = item.categories.iter().map(|x| x.title()).collect();
            let cells = vec![
                Cell::Text(item.id.to_string()),
                Cell::Prose(&item.text),
                Cell::Text(if categories.is_empty() { "All".into() } else { categories.join(", ") }),
            ];
            c.row(cells, &item.origin)
        })
        .collect();
    vec![c.table(&format!("{what}s with the categories they belong to"), columns, rows)]
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
            PersonalDataRole::Controller => "as a controller",
            PersonalDataRole::Processor => "as a processor on behalf of user entities",
            PersonalDataRole::Both => "partly as a controller and partly as a processor on behalf of user entities",
        };
        blocks.push(c.paragraph(&format!("{short} processes personal information {role}.")));
    }
    if let Some(notice) = &privacy.notice {
        blocks.push(c.labelled("Privacy notice or commitment", &notice.value, &notice.origin));
    }
    if !privacy.personal_information.is_empty() {
        blocks.push(c.paragraph("The system processes the following kinds of personal information:"));
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
        let when = if e.is_type_2() { "during the period" } else { "as of the date of this description" };
        return vec![c.paragraph(&format!(
            "Management identified no system incidents {when} that resulted from controls that were not suitably designed or did not operate effectively, or that otherwise led to a significant failure to achieve the service commitments and system requirements."
        ))];
    }
    let columns = vec![
        column("Date", 1.3).header(),
        column("Nature", 3.0),
        column("Extent and effect", 3.0),
        column("Disposition", 3.0),
    ];
    let style = e.style.date_format;
    let rows = e
        .incidents
        .iter()
        .map(|i| {
            let mut date = dates::format(i.date.value, style);
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
    vec![c.table("System incidents with their effect and disposition", columns, rows)]
}

fn subservice_organizations(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.subservice_organizations.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        column("Subservice organization", 2.0).header(),
        column("Services", 3.0),
        column("Method", 1.2),
        column("Criteria", 1.8),
        column("Monitoring", 3.0),
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
                Cell::Text(s.method.title().into()),
                Cell::Inlines(c.criterion_links(s.criteria.iter().map(|id| &id.value))),
                Cell::Blocks(monitoring),
            ];
            c.row(cells, &s.origin)
        })
        .collect();
    vec![c.table("Subservice organizations, their services and how they are monitored", columns, rows)]
}

fn csocs(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.csocs.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![c.paragraph(&format!(
        "The controls of {} were designed on the assumption that the following controls are in place at the subservice organizations. They are necessary, together with the controls in {}, for the related criteria to be met.",
        e.service_organization.short(),
        c.sections().controls
    ))];
    let columns = vec![
        column("Id", 1.0).header(),
        column("Subservice organization", 1.8),
        column("Control assumed", 4.5),
        column("Criteria", 1.4),
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
    blocks.push(c.table("Complementary subservice organization controls and the criteria they serve", columns, rows));
    blocks
}

fn cuecs(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.cuecs.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![c.paragraph(&format!(
        "The controls of {} were designed on the assumption that user entities have the following controls in place. They are necessary, together with the controls in {}, for the related criteria to be met.",
        e.service_organization.short(),
        c.sections().controls
    ))];
    let columns =
        vec![column("Id", 1.0).header(), column("Control assumed at user entities", 6.0), column("Criteria", 1.5)];
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
    blocks.push(c.table("Complementary user entity controls and the criteria they serve", columns, rows));
    blocks
}

fn responsibilities(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.user_entity_responsibilities.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![c.paragraph(
        "User entities have the following responsibilities in order to benefit from the services. They are not complementary user entity controls: the service commitments and system requirements do not depend on them.",
    )];
    let columns = vec![column("Id", 1.0).header(), column("Responsibility", 7.0)];
    let rows = e
        .user_entity_responsibilities
        .iter()
        .map(|u| {
            let cells = vec![Cell::Text(u.id.to_string()), Cell::Prose(&u.description)];
            c.row(cells, &u.origin)
        })
        .collect();
    blocks.push(c.table("Responsibilities of user entities", columns, rows));
    blocks
}

fn not_relevant(c: &mut Composer) -> Vec<Block> {
    let e = c.engagement;
    if e.not_relevant.is_empty() {
        return Vec::new();
    }
    let columns =
        vec![column("Criterion", 1.0).header(), column("Subject", 3.0), column("Why it is not relevant", 5.0)];
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
    vec![c.table("Criteria that are not relevant to the system, and why", columns, rows)]
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
        return vec![
            c.paragraph("There were no significant changes to the system and its controls during the period."),
        ];
    }
    let columns = vec![column("Date", 1.4).header(), column("Change", 6.0), column("Controls", 1.6)];
    let style = e.style.date_format;
    let rows = e
        .changes
        .iter()
        .map(|change| {
            let links = c.control_links(change.controls.iter().map(|id| &id.value));
            let cells = vec![
                Cell::Text(dates::format(change.date.value, style)),
                Cell::Prose(&change.description),
                Cell::Inlines(links),
            ];
            c.row(cells, &change.origin)
        })
        .collect();
    vec![c.table("Significant changes with the controls concerned", columns, rows)]
}
