//! Catalogs and profiles: the criteria of a further framework.

use super::{Context, Foreign, criterion_of};
use crate::diagnostics::{Diagnostic, Severity};
use crate::load::folder::Folder;
use crate::load::foreign::{CriteriaSet, Part};
use crate::load::tree::Node;
use crate::load::{document, rules};

pub fn catalog(body: &Node, place: &str, context: &mut Context, all: &mut Foreign) {
    let mut criteria = Vec::new();
    collect(body, &mut criteria);
    set(body, place, criteria, context, all);
}

/// The controls that a profile selects. Their titles are in the catalogs it names, where these lie beside it.
pub fn profile(body: &Node, place: &str, folder: &Folder, context: &mut Context, all: &mut Foreign) {
    let mut criteria: Vec<(String, String)> = Vec::new();
    for import in body.items("imports") {
        let known = import.text("href").map(|href| catalog_at(body, href, folder)).unwrap_or_default();
        let ids = |key: &str| -> Vec<String> {
            let lists = import.items(key).iter().flat_map(|item| item.items("with-ids"));
            lists.filter_map(Node::as_text).map(str::to_owned).collect()
        };
        let (wanted, left_out) = (ids("include-controls"), ids("exclude-controls"));
        let every = import.get("include-all").is_some() || import.items("include-controls").is_empty();
        if every && known.is_empty() {
            context.findings.push(
                Diagnostic::new(&rules::NOT_IMPORTED, "the profile takes all of a catalog that is not beside it")
                    .severity(Severity::Warning)
                    .at(&import.origin)
                    .help("import the catalog itself, or put it into the same folder"),
            );
        }
        let selected: Vec<String> = if every { known.iter().map(|(id, ..)| id.clone()).collect() } else { wanted };
        for id in selected.into_iter().filter(|id| !left_out.contains(id)) {
            let found = known.iter().find(|(known, ..)| *known == id);
            criteria.push(
                found.map_or_else(|| (id.clone(), id.clone()), |(_, label, title)| (label.clone(), title.clone())),
            );
        }
    }
    set(body, place, criteria, context, all);
}

/// Ids, labels and titles of the catalog that an import names by a file or by a resource of the profile.
fn catalog_at(profile: &Node, href: &str, folder: &Folder) -> Vec<(String, String, String)> {
    let named = href.strip_prefix('#').and_then(|uuid| {
        let resources = profile.get("back-matter")?.items("resources");
        let resource = resources.iter().find(|resource| resource.text("uuid") == Some(uuid))?;
        resource.items("rlinks").iter().find_map(|link| link.text("href"))
    });
    let path = named.unwrap_or(href).trim_start_matches("./");
    if path.contains('/') || path.contains(':') || !folder.has(path) {
        return Vec::new();
    }
    let mut list = Vec::new();
    if let Ok(source) = folder.read_text(path)
        && let Some(read) = document::parse(&source, &mut Default::default())
        && let Some(body) = read.get("catalog")
    {
        controls(body, &mut |control, label, title| list.push((control.to_owned(), label, title)));
    }
    list
}

fn collect(body: &Node, criteria: &mut Vec<(String, String)>) {
    controls(body, &mut |_, label, title| criteria.push((label, title)));
}

/// Every control of groups, and the controls below it: id, label, title.
fn controls(body: &Node, each: &mut dyn FnMut(&str, String, String)) {
    for group in body.items("groups") {
        controls(group, each);
    }
    let is = |prop: &Node, name: &str| prop.text("name") == Some(name);
    let withdrawn = |control: &&Node| {
        let status = control.items("props").iter().find(|prop| is(prop, "status"));
        status.and_then(|prop| prop.text("value")).is_some_and(|value| value.eq_ignore_ascii_case("withdrawn"))
    };
    for control in body.items("controls").iter().filter(|control| !withdrawn(control)) {
        if let Some(id) = control.text("id") {
            let label = control
                .items("props")
                .iter()
                .find(|prop| prop.text("name") == Some("label") && prop.get("class").is_none());
            let label = label.and_then(|prop| prop.text("value")).unwrap_or(id).to_owned();
            each(id, label, control.text("title").unwrap_or(id).to_owned());
        }
        controls(control, each);
    }
}

fn set(body: &Node, place: &str, criteria: Vec<(String, String)>, context: &mut Context, all: &mut Foreign) {
    let own = criteria.iter().filter(|(id, _)| criterion_of(id, context).is_some()).count();
    if own > 0 && own * 2 >= criteria.len() {
        context.findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                "the catalog holds the trust services criteria, which the program knows",
            )
            .severity(Severity::Warning)
            .at(&body.origin)
            .help("a firm's own wording of them stands in its folder, in catalogue/"),
        );
        return;
    }
    let metadata = body.get("metadata");
    let title = metadata.and_then(|m| m.text("title")).unwrap_or(place).to_owned();
    let version = metadata.and_then(|m| m.text("version")).map(|v| format!(", version {v}")).unwrap_or_default();
    let name = place.rsplit_once('.').map_or(place, |(stem, _)| stem).to_owned();
    all.parts.push(Part {
        place: place.to_owned(),
        tables: vec!["additional_criteria"],
        columns: Vec::new(),
        rows: criteria.len(),
    });
    if !criteria.is_empty() {
        let origin = body.origin.clone();
        all.criteria.push(CriteriaSet { name, citation: format!("{title}{version}"), title, criteria, origin });
    }
}
