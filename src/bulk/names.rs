//! Names of the jobs' output folders.

use std::path::{Component, PathBuf};

use super::plan::Job;
use super::{REGISTER, STATE, SUMMARIES, rules};
use crate::diagnostics::Diagnostic;
use crate::model::{Document, Status};
use crate::package::safe_name;

/// What a name pattern may hold, and what stands for it.
pub const PLACEHOLDERS: [(&str, &str); 7] = [
    ("folder", "name of the engagement folder"),
    ("parent", "name of the folder above it"),
    ("document", "the document"),
    ("status", "status that the plan gives"),
    ("recipient", "the copy's recipient"),
    ("serial", "the copy's serial"),
    ("number", "number of the job in the plan"),
];

/// Longest part that a value becomes.
const MAX_PART: usize = 80;

/// A pattern such as `{parent}/{folder}`.
pub struct Pattern {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    Value(&'static str),
}

impl Pattern {
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let known = || PLACEHOLDERS.iter().map(|(name, _)| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
        let wrong =
            |what: String| Diagnostic::new(&rules::OUTPUT_NAME, what).help(format!("a pattern may hold {}", known()));
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(open);
            let Some((name, after)) = after.strip_prefix('{').and_then(|after| after.split_once('}')) else {
                return Err(wrong(format!("the pattern `{text}` has a brace without its other half")));
            };
            let Some((name, _)) = PLACEHOLDERS.iter().find(|(known, _)| *known == name) else {
                return Err(wrong(format!("the pattern `{text}` holds `{{{name}}}`, which stands for nothing")));
            };
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Value(name));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts })
    }

    /// A placeholder for which the job has nothing.
    pub fn empty(&self, job: &Job) -> Option<&'static str> {
        self.parts.iter().find_map(|part| match part {
            Part::Value(name) if value(job, name).is_empty() => Some(*name),
            _ => None,
        })
    }

    pub fn fill(&self, job: &Job) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(name) => value(job, name),
        };
        self.parts.iter().map(part).collect()
    }
}

/// What stands for a placeholder: text that is one part of a path on any system.
fn value(job: &Job, name: &str) -> String {
    // As the folder is named here, which may be a link; a name that ends in `..` has to be looked up.
    let folder = |up: usize| {
        let paths = [std::path::absolute(&job.engagement), job.engagement.canonicalize()];
        let name = |path: PathBuf| match path.components().nth_back(up) {
            Some(Component::Normal(name)) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        };
        paths.into_iter().flatten().find_map(name).unwrap_or_default()
    };
    let text = match name {
        "folder" => folder(0),
        "parent" => folder(1),
        "document" => job.document.edition().file_stem().to_owned(),
        "status" => match job.overrides.status {
            Some(Status::Draft) => "draft".to_owned(),
            Some(Status::Final) => "final".to_owned(),
            None => String::new(),
        },
        "recipient" => job.copy.as_ref().map(|copy| copy.recipient.clone()).unwrap_or_default(),
        "serial" => job.copy.as_ref().map(|copy| copy.serial.clone()).unwrap_or_default(),
        _ => format!("{:04}", job.number),
    };
    if text.is_empty() { text } else { safe_name(&text, MAX_PART) }
}

/// The name of outputs for which neither plan nor pattern has one. Serials are counted for each document: copies of another
/// one than the report have its name as well, so that no two recipients' copies meet.
pub fn usual(job: &Job) -> String {
    let (folder, serial) = (value(job, "folder"), value(job, "serial"));
    match (&job.copy, job.document) {
        (None, _) => folder,
        (Some(_), Document::Report) => format!("{folder}/copies/{serial}"),
        (Some(_), _) => format!("{folder}/copies/{}-{serial}", value(job, "document")),
    }
}

/// Why a name cannot be that of an output folder, if it cannot.
pub fn unusable(name: &str) -> Option<Diagnostic> {
    let parts: Vec<&str> = name.split('/').collect();
    let first = parts.first().copied().unwrap_or_default();
    let mut help =
        "use letters, digits, dots and hyphens, / between folders, and no name that a system reserves, such as CON";
    let why = if parts.iter().any(|part| part.is_empty() || safe_name(part, MAX_PART * 2) != **part || *part == "..") {
        "is none that all systems take for a folder below the output folder"
    } else if first == STATE || first == REGISTER || SUMMARIES.contains(&first) {
        help = "take another one";
        "is that of a file of the batch itself"
    } else {
        return None;
    };
    Some(Diagnostic::new(&rules::OUTPUT_NAME, format!("the output name `{name}` {why}")).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Overrides;
    use crate::pipeline::RecipientCopy;

    fn job() -> Job {
        Job {
            number: 7,
            name: String::new(),
            engagement: "/clients/acme/2025".into(),
            firm: None,
            document: Document::BridgeLetter,
            evidence_list: false,
            overrides: Overrides { status: Some(Status::Final), date: None },
            copy: Some(RecipientCopy { recipient: "A/B \"Bank\": North".into(), serial: "0003".into() }),
        }
    }

    #[test]
    fn patterns_are_filled_with_names_that_stay_in_their_folder() {
        let fill = |text: &str| Pattern::parse(text).map(|pattern| pattern.fill(&job())).map_err(|d| d.message);
        assert_eq!(fill("{parent}/{folder}-{serial}").as_deref(), Ok("acme/2025-0003"));
        assert_eq!(fill("{number}_{document}_{status}").as_deref(), Ok("0007_bridge-letter_final"));
        assert_eq!(fill("to {recipient}").as_deref(), Ok("to A_B _Bank__ North"));
        assert!(fill("{client}").is_err_and(|message| message.contains("`{client}`")));
        assert!(fill("{folder").is_err() && fill("folder}").is_err());
    }

    #[test]
    fn names_that_leave_the_folder_or_are_the_batchs_own() {
        for bad in ["", "..", "../x", "/x", "a//b", "a/../b", "x/", "a\\b", "con", "summary.json", ".socpress/x", "a:b"]
        {
            assert!(unusable(bad).is_some(), "{bad}");
        }
        for good in ["acme", "acme/2025", "a b.c", "x/summary.json"] {
            assert!(unusable(good).is_none(), "{good}");
        }
    }
}
