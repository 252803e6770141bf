//! A finding that a test expects.

use super::engagement::Engagement;
use super::run::{At, Finding, listed};

/// What a finding must have. Texts are parts of the message and the help.
#[derive(Debug, Clone)]
pub struct Expect {
    severity: &'static str,
    rule: &'static str,
    place: Place,
    message: String,
    help: Option<String>,
    related: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
enum Place {
    Any,
    File(String),
    /// See [`Engagement::place`].
    Marked(String, String),
    Exact(At),
}

fn expect(severity: &'static str, rule: &'static str, message: &str) -> Expect {
    Expect { severity, rule, place: Place::Any, message: message.to_owned(), help: None, related: Vec::new() }
}

pub fn error(rule: &'static str, message: &str) -> Expect {
    expect("error", rule, message)
}

pub fn warning(rule: &'static str, message: &str) -> Expect {
    expect("warning", rule, message)
}

pub fn note(rule: &'static str, message: &str) -> Expect {
    expect("note", rule, message)
}

impl Expect {
    /// Where a text stands in a file, which `^` in it may mark.
    pub fn at(mut self, file: &str, marked: &str) -> Self {
        self.place = Place::Marked(file.into(), marked.into());
        self
    }

    pub fn at_line(mut self, file: &str, line: usize, column: usize) -> Self {
        self.place = Place::Exact(At { file: file.into(), line: Some(line), column: Some(column) });
        self
    }

    /// The file as a whole.
    pub fn in_file(mut self, file: &str) -> Self {
        self.place = Place::File(file.into());
        self
    }

    pub fn helps(mut self, text: &str) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Another place that the finding names.
    pub fn related(mut self, file: &str, marked: &str) -> Self {
        self.related.push((file.into(), marked.into()));
        self
    }

    #[track_caller]
    fn wanted_place(&self, engagement: &Engagement) -> Option<At> {
        match &self.place {
            Place::Any => None,
            Place::File(file) => Some(At { file: file.clone(), line: None, column: None }),
            Place::Marked(file, marked) => Some(engagement.place(file, marked)),
            Place::Exact(at) => Some(at.clone()),
        }
    }

    #[track_caller]
    fn is(&self, finding: &Finding, engagement: &Engagement) -> bool {
        let place = self.wanted_place(engagement);
        let related = |(file, marked): &(String, String)| {
            let at = engagement.place(file, marked);
            finding.related.iter().any(|r| r.at == at)
        };
        finding.severity == self.severity
            && finding.rule == self.rule
            && finding.message.contains(&self.message)
            && place.is_none_or(|place| finding.at.as_ref() == Some(&place))
            && self.help.as_ref().is_none_or(|help| finding.help.as_ref().is_some_and(|text| text.contains(help)))
            && self.related.iter().all(related)
    }

    /// One of the findings is this one.
    #[track_caller]
    pub fn in_findings(&self, engagement: &Engagement, findings: &[Finding]) {
        assert!(
            findings.iter().any(|f| self.is(f, engagement)),
            "expected {self:?} at {:?}\namong\n{}",
            self.wanted_place(engagement),
            listed(findings)
        );
    }

    /// The text for people has it too, with its place and its help.
    #[track_caller]
    pub fn in_messages(&self, engagement: &Engagement, text: &str) {
        let head = format!("{}[{}]: ", self.severity, self.rule);
        let place = self.wanted_place(engagement).map(|at| {
            let path = engagement.path().join(&at.file);
            match (at.line, at.column) {
                (Some(line), Some(column)) => format!("--> {}:{line}:{column}", path.display()),
                _ => format!("--> {}", path.display()),
            }
        });
        let is = |message: &str| {
            message.starts_with(&head)
                && message.contains(&self.message)
                && place.as_ref().is_none_or(|place| message.lines().any(|line| line.trim() == place))
                && self.help.as_ref().is_none_or(|help| message.contains(help))
        };
        let messages = text.split("\n\n").map(str::trim_start);
        assert!(messages.clone().any(is), "expected {head}{} at {place:?}\nin\n{text}", self.message);
    }
}
