//! Findings for people: message, place, an excerpt of the source, and what to do.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin as SnippetOrigin, Renderer, Snippet};

use super::{Diagnostic, Findings, Origin, Place, Severity};

/// Longest part of a line that an excerpt shows, in bytes. Cells can hold pages of text.
const EXCERPT_WINDOW: usize = 400;

/// Turns findings into text for a terminal.
pub struct Printer {
    renderer: Renderer,
}

impl Printer {
    pub fn new(color: bool) -> Self {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        Self { renderer }
    }

    /// One finding with its excerpt, ending in a line break.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        // The excerpts must outlive the groups that borrow them.
        let main = diagnostic.origin.as_ref().map(Excerpt::of);
        let related: Vec<_> =
            diagnostic.related.iter().map(|(what, origin)| (what.as_str(), Excerpt::of(origin))).collect();

        let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.rule.id));
        if let Some(excerpt) = &main {
            group = excerpt.add_to(group, AnnotationKind::Primary, diagnostic.label.as_deref());
        }
        for (what, excerpt) in &related {
            group = excerpt.add_to(group, AnnotationKind::Context, Some(what));
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let mut text = self.renderer.render(&[group]);
        text.push('\n');
        text
    }
}

/// The lines of a source around a place, cut to a size a terminal can show.
struct Excerpt {
    path: String,
    text: String,
    first_line: usize,
    span: Option<Range<usize>>,
    /// The line was cut at its beginning, so columns cannot be counted in the excerpt.
    cut: bool,
    position: Option<(usize, usize)>,
}

impl Excerpt {
    fn of(origin: &Origin) -> Self {
        let source = &origin.source;
        let mut path: String = source.shown().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        if let Place::Cell(cell) = &origin.place {
            path = format!("{path}:{cell}");
        }
        if let Place::Line(line) = origin.place {
            path = format!("{path}:{line}");
        }
        let position = origin.position();
        let Place::Span(span) = &origin.place else {
            return Self { path, text: String::new(), first_line: 1, span: None, cut: false, position };
        };
        let all = source.text();
        let clamp = |mut at: usize| {
            at = at.min(all.len());
            while !all.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = clamp(span.start);
        // Only the first line of the span is marked.
        let line_start = all[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = all[start..].find('\n').map_or(all.len(), |i| start + i);
        let end = clamp(span.end).clamp(start, line_end);
        let from = clamp(line_start.max(start.saturating_sub(EXCERPT_WINDOW / 4)));
        let to = clamp(line_end.min(start + EXCERPT_WINDOW));
        // Control characters would disturb the terminal; each keeps its width in bytes.
        let text: String =
            all[from..to].chars().map(|c| if c.is_ascii_control() && c != '\t' { '?' } else { c }).collect();
        let end = end.min(to);
        let span = Some(start - from..end - from);
        Self { path, span, cut: from > line_start, text, first_line: source.position(start).0, position }
    }

    /// The line that names file, line and column.
    fn location(&self) -> SnippetOrigin<'_> {
        let origin = SnippetOrigin::path(self.path.as_str());
        match self.position {
            Some((line, column)) => origin.line(line).char_column(column),
            None => origin,
        }
    }

    fn add_to<'a>(&'a self, group: Group<'a>, kind: AnnotationKind, label: Option<&'a str>) -> Group<'a> {
        match &self.span {
            Some(span) if !self.text.trim().is_empty() => {
                let mut annotation = kind.span(span.clone());
                if let Some(label) = label {
                    annotation = annotation.label(label);
                }
                let snippet = Snippet::source(self.text.as_str()).line_start(self.first_line).annotation(annotation);
                if self.cut {
                    group.element(self.location()).element(snippet)
                } else {
                    group.element(snippet.path(self.path.as_str()))
                }
            }
            _ => {
                let group = group.element(self.location());
                match label {
                    Some(label) => group.element(Level::NOTE.message(label)),
                    None => group,
                }
            }
        }
    }
}

/// How many findings of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}

impl From<&Findings> for Tally {
    fn from(findings: &Findings) -> Self {
        Self {
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
            notes: findings.count(Severity::Note),
        }
    }
}

/// `2 errors, 1 warning`, or `no findings`.
impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for (n, one) in [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")] {
            if n > 0 {
                let _ = write!(
                    text,
                    "{}{n} {one}{}",
                    if text.is_empty() { "" } else { ", " },
                    if n == 1 { "" } else { "s" }
                );
            }
        }
        f.write_str(if text.is_empty() { "no findings" } else { &text })
    }
}
