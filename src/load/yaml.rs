//! YAML into located trees: the front matter of Markdown files, between two lines of `---`, and documents of other
//! programs.

use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::rules;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};
use crate::model::Date;

/// Deepest nesting that front matter and documents may have.
const FRONT_MATTER_DEPTH: usize = 16;
const DOCUMENT_DEPTH: usize = 64;

/// Splits a file into its front matter, read, and the offset at which the text begins. A file without front matter, or
/// with one that cannot be read, is a finding and gives none.
pub fn front_matter(source: &Arc<Source>, findings: &mut Findings) -> Option<(Raw, usize)> {
    let text = source.text();
    let Some((yaml, body)) = split(text) else {
        let first = text.lines().next().unwrap_or("").len();
        let opened = text.starts_with("---");
        let message = if opened {
            "the front matter begins here and never ends"
        } else {
            "the file has no front matter: it must begin with `---`"
        };
        findings.push(
            Diagnostic::new(&rules::FRONT_MATTER, message)
                .at(&Origin::span(source, 0..first))
                .help("begin the file with `---`, then `title: ...` and `description_criteria: [...]`, then `---` on a line of its own"),
        );
        return None;
    };
    match Reader::new(source, yaml.clone(), "the front matter", FRONT_MATTER_DEPTH).read() {
        Ok(entries) => Some((
            Raw {
                entries,
                origin: Origin::span(source, yaml),
                sheet: false,
                damaged: false,
                without_column: Vec::new(),
            },
            body,
        )),
        Err((message, at)) => {
            findings.push(
                Diagnostic::new(&rules::FRONT_MATTER, message)
                    .at(&Origin::span(source, at))
                    .help("put texts with `: `, `{` or `#` in quotes, and indent lists evenly"),
            );
            None
        }
    }
}

/// Reads a whole file as one YAML document, a table.
pub fn document(source: &Arc<Source>) -> Result<Node, Diagnostic> {
    let all = 0..source.text().len();
    match Reader::new(source, all.clone(), "the document", DOCUMENT_DEPTH).read() {
        Ok(entries) if !entries.is_empty() => {
            Ok(Node { value: Value::Table(entries), origin: Origin::span(source, all) })
        }
        Ok(_) => Err(Diagnostic::new(&rules::DOCUMENT_SYNTAX, "the document holds nothing").in_file(source)),
        Err((message, at)) => Err(Diagnostic::new(&rules::DOCUMENT_SYNTAX, message)
            .at(&Origin::span(source, at))
            .help("export the file anew, or mend it with an editor that checks YAML")),
    }
}

/// The bytes of the YAML and the offset behind the closing line.
fn split(text: &str) -> Option<(Range<usize>, usize)> {
    let first_end = text.find('\n')?;
    if text[..first_end].trim_end() != "---" {
        return None;
    }
    let start = first_end + 1;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Some((start..at, at + line.len()));
        }
        at += line.len();
    }
    None
}

type Fault = (String, Range<usize>);

struct Reader<'a> {
    source: &'a Arc<Source>,
    /// Where the YAML begins in the source.
    start: usize,
    /// Byte offset of each character, since the parser counts characters.
    offsets: Vec<usize>,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// What is read, for messages.
    what: &'static str,
    /// Deepest nesting.
    deepest: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Arc<Source>, yaml: Range<usize>, what: &'static str, deepest: usize) -> Self {
        let text = &source.text()[yaml.clone()];
        let offsets = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        Self { source, start: yaml.start, offsets, parser: Parser::new_from_str(text), what, deepest }
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        let at = |index: usize| self.start + self.offsets[index.min(self.offsets.len() - 1)];
        at(span.start.index())..at(span.end.index())
    }

    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Fault> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let bytes = self.bytes(&span);
                Ok((event, bytes))
            }
            Some(Err(error)) => {
                let index = error.marker().index().min(self.offsets.len() - 1);
                let at = self.start + self.offsets[index];
                Err((error.info().to_owned(), at..at + 1))
            }
            None => Ok((Event::StreamEnd, self.start..self.start)),
        }
    }

    fn read(mut self) -> Result<Vec<Entry>, Fault> {
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
                Event::MappingStart(..) => return self.table(0),
                Event::StreamEnd | Event::DocumentEnd => return Ok(Vec::new()),
                Event::Scalar(text, ..) if text.is_empty() => {}
                _ => return Err((format!("{} must consist of `key: value` lines", self.what), at)),
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Vec<Entry>, Fault> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (event, at) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(("a key must be a plain word".into(), at)),
            };
            if entries.iter().any(|e| e.key == key) {
                return Err((format!("the key `{key}` is given twice"), at));
            }
            let key_origin = Origin::span(self.source, at);
            let (event, at) = self.next()?;
            if let Some(node) = self.node(event, at, depth)? {
                entries.push(Entry { key, key_origin, node });
            }
        }
    }

    /// The value an event begins; nothing for an empty value (`key:`).
    fn node(&mut self, event: Event<'a>, at: Range<usize>, depth: usize) -> Result<Option<Node>, Fault> {
        if depth > self.deepest {
            return Err((format!("{} is nested too deeply", self.what), at));
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) => match plain(&text) {
                Some(value) => value,
                None => return Ok(None),
            },
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    let (event, at) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        break;
                    }
                    items.extend(self.node(event, at, depth + 1)?);
                }
                Value::List(items)
            }
            Event::MappingStart(..) => Value::Table(self.table(depth + 1)?),
            Event::Alias(_) => return Err(("aliases (`*name`) are not used here".into(), at)),
            _ => return Err(("a value is missing here".into(), at)),
        };
        Ok(Some(Node { value, origin: Origin::span(self.source, at) }))
    }
}

/// A scalar without quotes: numbers, flags and dates are what they look like, all else is text.
fn plain(text: &str) -> Option<Value> {
    if text.is_empty() || text == "~" || text == "null" {
        return None;
    }
    Some(match text {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => match (text.parse::<i64>(), Date::parse_from_str(text, "%Y-%m-%d")) {
            (Ok(number), _) if !text.starts_with(['+', '0']) || text == "0" => Value::Integer(number),
            (_, Ok(date)) => Value::Date(date),
            _ => Value::Text(text.to_owned()),
        },
    })
}
