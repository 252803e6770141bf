//! A new firm folder: the profile to fill in, and the program's own words to start from.

use super::{Files, ScaffoldError};
use crate::compose;
use crate::model::Catalogue;

const PROFILE: &str = include_str!("../../templates/scaffold/firm.toml");

/// The files of a firm's folder, with the clauses that are named, or all of them. Unknown names are given back.
pub fn files(clauses: &[String]) -> Result<Files, ScaffoldError> {
    let known = compose::wording();
    if let Some(unknown) = clauses.iter().find(|name| known.iter().all(|clause| clause.name != **name)) {
        return Err(ScaffoldError::UnknownClause(unknown.clone()));
    }
    let mut files: Files = vec![("firm.toml".into(), PROFILE.into())];
    for clause in known {
        if clauses.is_empty() || clauses.iter().any(|name| name == clause.name) {
            files.push((format!("letters/{}.md.j2", clause.name), clause.source.into()));
        }
    }
    let catalogue = Catalogue::builtin();
    let row = |id: &str, title: &str| format!("{id},\"{}\"\n", title.replace('"', "\"\""));
    let mut criteria = "id,title\n".to_owned();
    criteria.extend(catalogue.criteria.iter().map(|c| row(c.id.as_str(), &c.title)));
    let mut description = "id,title\n".to_owned();
    description.extend(catalogue.description_criteria.iter().map(|d| row(&format!("DC {}", d.number), &d.title)));
    files.push(("catalogue/trust-services-criteria.csv".into(), criteria));
    files.push(("catalogue/description-criteria.csv".into(), description));
    if clauses.is_empty() {
        files.push(("language/en.toml".into(), compose::english_labels().into()));
    }
    Ok(files)
}
