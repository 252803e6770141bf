//! The topics of the description and of the other information: Markdown files with front matter.

use super::decode::Decoder;
use super::folder::Folder;
use super::rules;
use super::schema::TOPIC;
use super::yaml;
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::Topic;

/// Reads the Markdown files of a folder in the natural order of their names.
pub fn topics(d: &mut Decoder, folder: &Folder, name: &str) -> Vec<Topic> {
    let mut topics = Vec::new();
    for file in folder.list(name) {
        let path = format!("{name}/{file}");
        if file.ends_with('/') || file.starts_with('.') {
            continue;
        }
        if !file.to_lowercase().ends_with(".md") {
            let image = ["png", "jpg", "jpeg", "gif", "webp", "svg"].iter().any(|e| file.to_lowercase().ends_with(e));
            if !image {
                d.report(
                    Diagnostic::new(&rules::FILE_IGNORED, format!("`{path}` has no part in the report"))
                        .at(&Origin::file(&folder.opaque(&path)))
                        .help("topics are Markdown files: name it .md"),
                );
            }
            continue;
        }
        match folder.read_text(&path) {
            Err(problem) => d.report(problem),
            Ok(source) => {
                let Some((raw, body_start)) = yaml::front_matter(&source, d.findings) else { continue };
                let row = d.row(&TOPIC, raw);
                let title = d.text(&row, "title");
                let (description_criteria, components) =
                    (d.description_criteria(&row, "description_criteria"), d.choices(&row, "components"));
                let (include, categories) = (d.choices(&row, "include"), d.choices(&row, "categories"));
                let subservice_organization = d.text(&row, "subservice_organization");
                let place = d.choice(&row, "place");
                let general_use = d.flag(&row, "general_use");
                if let Some(title) = title {
                    topics.push(Topic {
                        title,
                        description_criteria,
                        components,
                        include,
                        categories,
                        subservice_organization,
                        place,
                        general_use,
                        source,
                        body_start,
                    });
                }
            }
        }
    }
    topics
}
