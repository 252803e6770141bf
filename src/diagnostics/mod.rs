//! What is wrong, where, and how to mend it: the one kind of message every stage gives, and its printers.

mod json;
mod origin;
mod sarif;
mod terminal;

use std::sync::Arc;

use serde::Serialize;

pub use json::FindingView;
pub use origin::{CellPlace, Located, Origin, Place, PlaceView, Source};
pub use sarif::{annotations, sarif};
pub use terminal::{Printer, Tally};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Look once.
    Note,
    /// Probably wrong, or a reader will object.
    Warning,
    /// The report would be wrong or contradict itself.
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A rule's entry in the table of rules: what every finding of it has in common.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Never reused, for example `TST-03`.
    pub id: &'static str,
    pub severity: Severity,
    /// One line.
    pub title: &'static str,
    /// What is checked, why, and how to mend it.
    pub explanation: &'static str,
    /// An example of what it finds.
    pub wrong: &'static str,
    /// The same as it should be.
    pub right: &'static str,
    /// Whether it is applied unless a firm or an engagement says otherwise.
    pub by_default: bool,
    /// Nothing can be produced while a finding of this rule stands, not even a draft: the data could not be read, or
    /// what was read has no single meaning.
    pub blocking: bool,
}

/// Defines the rules of a room as statics, and `ALL` that lists them:
/// `NAME = "ID", Severity, blocking or not, "title", "explanation", wrong "example", right "example";`
/// A rule of `Severity if asked` is off by default.
macro_rules! rules {
    (@default) => { true };
    (@default asked) => { false };
    ($($name:ident = $id:literal, $severity:ident $(if $asked:ident)?, $blocking:literal, $title:literal,
       $explanation:literal, wrong $wrong:literal, right $right:literal;)*) => {
        $(pub static $name: $crate::diagnostics::Rule = $crate::diagnostics::Rule {
            id: $id,
            severity: $crate::diagnostics::Severity::$severity,
            title: $title,
            explanation: $explanation,
            wrong: $wrong,
            right: $right,
            by_default: $crate::diagnostics::rules!(@default $($asked)?),
            blocking: $blocking,
        };)*
        pub static ALL: &[&$crate::diagnostics::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub message: String,
    pub origin: Option<Origin>,
    /// A few words next to the marked text.
    pub label: Option<String>,
    /// Other places that belong to it: what it contradicts, where an id stands first.
    pub related: Vec<(String, Origin)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            origin: None,
            label: None,
            related: Vec::new(),
            help: None,
        }
    }

    pub fn at(mut self, origin: &Origin) -> Self {
        self.origin = Some(origin.clone());
        self
    }

    pub fn in_file(mut self, source: &Arc<Source>) -> Self {
        self.origin = Some(Origin::file(source));
        self
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub fn related(mut self, what: impl Into<String>, origin: &Origin) -> Self {
        self.related.push((what.into(), origin.clone()));
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whether nothing can be produced while it stands.
    pub fn blocks(&self) -> bool {
        self.rule.blocking && self.severity == Severity::Error
    }
}

/// All findings of a run.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Diagnostic>,
}

impl Findings {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.list.extend(other);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Takes out the findings that `wanted` picks.
    pub fn take(&mut self, mut wanted: impl FnMut(&Diagnostic) -> bool) -> Vec<Diagnostic> {
        let (taken, left) = std::mem::take(&mut self.list).into_iter().partition(|finding| wanted(finding));
        self.list = left;
        taken
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// Whether some finding leaves nothing to build from.
    pub fn blocked(&self) -> bool {
        self.list.iter().any(Diagnostic::blocks)
    }

    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// In reading order: by file and position, then by rule. Findings without a place come first.
    pub fn sorted(mut self) -> Self {
        self.list.sort_by(|a, b| {
            let key = |d: &Diagnostic| d.origin.as_ref().map(|o| (o.source.name().to_owned(), o.sort_key().1));
            key(a).cmp(&key(b)).then_with(|| a.rule.id.cmp(b.rule.id)).then_with(|| a.message.cmp(&b.message))
        });
        // A text that is printed in several places may be found fault with in each of them.
        self.list.dedup_by(|a, b| {
            a.rule == b.rule && a.message == b.message && a.origin.is_some() && same_place(&a.origin, &b.origin)
        });
        self
    }
}

fn same_place(a: &Option<Origin>, b: &Option<Origin>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.place == b.place && a.source.name() == b.source.name(),
        _ => false,
    }
}

impl IntoIterator for Findings {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
