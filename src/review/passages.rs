//! All texts of an engagement with their places, gathered once for all rules that read them.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostics::{Origin, Place, Source};
use crate::model::Engagement;

/// One text.
pub struct Passage {
    pub text: String,
    place: At,
    /// It is the body of a topic of the description.
    pub in_description: bool,
}

enum At {
    /// The text stands in the source as it is, from this byte on.
    Verbatim(Arc<Source>, usize),
    /// A value, whose text may differ from the file by quotes and escapes.
    Value(Origin),
}

impl Passage {
    /// The place of a part of the text.
    pub fn at(&self, range: &Range<usize>) -> Origin {
        match &self.place {
            At::Verbatim(source, start) => Origin::span(source, start + range.start..start + range.end),
            At::Value(origin) => narrowed(origin, &self.text[range.clone()]),
        }
    }
}

/// The place of a phrase within a value, where it stands in the file as it reads.
pub fn narrowed(origin: &Origin, what: &str) -> Origin {
    if let Place::Span(span) = &origin.place
        && let Some(at) = origin.source.text().get(span.clone()).and_then(|text| text.find(what))
    {
        return Origin::span(&origin.source, span.start + at..span.start + at + what.len());
    }
    origin.clone()
}

/// Comments are not printed: blanks stand in their place, so that everything else keeps its own.
fn without_comments(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(open) = rest.find("<!--") {
        let Some(close) = rest[open..].find("-->") else { break };
        let end = open + close + 3;
        text.push_str(&rest[..open]);
        text.extend(rest[open..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    text + rest
}

/// The topics' bodies, then all other texts.
pub fn gather(e: &Engagement) -> Vec<Passage> {
    let topic = |in_description| {
        move |topic: &crate::model::Topic| Passage {
            text: without_comments(topic.body()),
            place: At::Verbatim(topic.source.clone(), topic.body_start),
            in_description,
        }
    };
    let mut passages: Vec<Passage> = e.description.iter().map(topic(true)).collect();
    passages.extend(e.other_information.iter().map(topic(false)));
    e.clone().texts_mut(&mut |text, _, origin| {
        passages.push(Passage { text: text.clone(), place: At::Value(origin.clone()), in_description: false });
    });
    passages
}
