//! What should not lie in an evidence package unseen: secrets, programs and macros, personal data in bulk.
//!
//! A [`Scanner`] is fed a file's bytes as they go by, and so needs no pass of its own and little memory. It looks at content,
//! and at names only where a system runs a file because of its name. What it found is told by place and kind; the secret itself
//! is never kept.

mod columns;
mod personal;
mod programs;
mod secrets;
mod tokens;
mod values;
mod window;

use std::sync::Arc;

use super::rules::{EVIDENCE_PERSONAL, EVIDENCE_PROGRAM, EVIDENCE_SECRET};
use crate::diagnostics::{Diagnostic, Origin, Source};
use columns::Columns;
use personal::Personal;
use programs::Programs;
pub use secrets::Secret;
use secrets::Secrets;
use window::{Narrow, Window};

/// So many of the first bytes tell what a file is.
const HEAD: usize = 4096;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    pub what: What,
    /// Line of the first place, from 1.
    pub line: Option<usize>,
    /// How many places.
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Secret(Secret),
    /// What it is: `a Windows program`.
    Program(&'static str),
    /// How many of what: `120 e-mail addresses`.
    Personal(String),
}

/// Looks at one file.
pub struct Scanner {
    extension: String,
    head: Vec<u8>,
    begun: bool,
    programs: Programs,
    text: Option<Text>,
    with_personal: bool,
}

/// What is looked for in text.
struct Text {
    narrow: Narrow,
    window: Window,
    secrets: Secrets,
    columns: Columns,
    personal: Option<Personal>,
}

impl Scanner {
    /// For a file of this name; personal data counts only where privacy is in scope.
    pub fn new(name: &str, with_personal: bool) -> Self {
        let file = name.rsplit('/').next().unwrap_or(name);
        let extension = file.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase());
        Self {
            extension,
            head: Vec::with_capacity(HEAD),
            begun: false,
            programs: Programs::default(),
            text: None,
            with_personal,
        }
    }

    /// The next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        if self.begun {
            self.go_on(chunk, false);
            return;
        }
        let missing = HEAD - self.head.len();
        let (first, rest) = chunk.split_at(chunk.len().min(missing));
        self.head.extend_from_slice(first);
        if self.head.len() == HEAD {
            self.begin();
            self.go_on(rest, false);
        }
    }

    /// What the file shows, once all of it has gone by.
    pub fn finish(mut self) -> Vec<Sign> {
        if !self.begun {
            self.begin();
        }
        self.go_on(&[], true);
        let mut signs: Vec<Sign> = Vec::new();
        signs.extend(self.programs.finish().map(|what| Sign { what: What::Program(what), line: None, count: 1 }));
        if let Some(text) = self.text {
            let mut found = text.secrets.finish();
            if let Some(line) = text.columns.finish() {
                found.push((Secret::PasswordColumn, line, 1));
            }
            signs.extend(found.into_iter().map(|(secret, line, count)| Sign {
                what: What::Secret(secret),
                line: Some(line),
                count,
            }));
            signs.extend(text.personal.into_iter().flat_map(Personal::finish).map(|(what, count)| Sign {
                what: What::Personal(what),
                line: None,
                count,
            }));
        }
        signs
    }

    fn begin(&mut self) {
        self.begun = true;
        let head = std::mem::take(&mut self.head);
        self.programs.begin(&head, &self.extension);
        self.text = Narrow::of(&head).map(|narrow| Text {
            narrow,
            window: Window::default(),
            secrets: Secrets::default(),
            columns: Columns::default(),
            personal: self.with_personal.then(Personal::default),
        });
        self.go_on(&head, false);
    }

    fn go_on(&mut self, chunk: &[u8], at_end: bool) {
        self.programs.feed(chunk);
        let Some(Text { narrow, window, secrets, columns, personal }) = &mut self.text else { return };
        let chunk = narrow.feed(chunk);
        columns.feed(&chunk);
        window.push(&chunk);
        secrets.scan(window, at_end);
        if let Some(personal) = personal {
            personal.scan(window, at_end);
        }
        window.forget(secrets.done().min(personal.as_ref().map_or(usize::MAX, Personal::done)), |cut| {
            secrets.shift(cut);
            if let Some(personal) = personal {
                personal.shift(cut);
            }
        });
    }
}

/// The finding about a sign: `name` is the file's path below `evidence/`, `id` and `row` its exhibit in the index.
pub fn finding(sign: &Sign, name: &str, file: &Arc<Source>, id: &str, row: &Origin) -> Diagnostic {
    let more = match sign.count {
        0 | 1 => String::new(),
        count => format!(" in {count} places, the first here"),
    };
    let (rule, what, help) = match &sign.what {
        What::Secret(secret) => (
            &EVIDENCE_SECRET,
            format!("looks as if it held {}{more}", secret.name()),
            "put a copy without the secret in its place and have the secret changed; if it is none, waive the finding",
        ),
        What::Program(what) => (
            &EVIDENCE_PROGRAM,
            format!("is or holds {what}"),
            "put a copy without it, a PDF or a text in its place; if it is the evidence itself, waive the finding",
        ),
        What::Personal(what) => (
            &EVIDENCE_PERSONAL,
            format!("holds personal data in bulk: {what}"),
            "black out or leave out what the test does not need; if it must be there, mark it as restricted and waive the \
             finding",
        ),
    };
    let finding = Diagnostic::new(rule, format!("the file of evidence {id}, `{name}`, {what}"))
        .related(format!("evidence {id} is here"), row)
        .help(help);
    finding.at(&match sign.line {
        Some(line) => Origin::line(file, line),
        None => Origin::file(file),
    })
}

#[cfg(test)]
mod tests;
