//! A table as text with a column of passwords: its head says so, and its cells look like it.

use super::values::{Written, is_password};

/// Longer lines are none of such a table; so many of its rows are enough.
const LONGEST: usize = 8192;
const ROWS: usize = 5000;

/// What a head may end with, and what may stand before that.
const LAST: &[&str] = &["password", "passwords", "passwd", "passphrase", "passwort", "kennwort", "pwd"];
const BEFORE: &[&str] = &[
    "account",
    "admin",
    "clear",
    "cleartext",
    "current",
    "database",
    "db",
    "default",
    "email",
    "first",
    "initial",
    "login",
    "mail",
    "new",
    "one",
    "plain",
    "plaintext",
    "root",
    "service",
    "system",
    "temp",
    "temporary",
    "text",
    "the",
    "time",
    "user",
    "vpn",
    "wifi",
];

#[derive(Debug, Default)]
pub struct Columns {
    line: Vec<u8>,
    number: usize,
    /// What separates the cells, and which column it is.
    column: Option<(u8, usize)>,
    is_over: bool,
    rows: usize,
    like: usize,
    first: usize,
}

impl Columns {
    pub fn feed(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while !self.is_over {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                self.line.extend_from_slice(rest);
                self.is_over = self.line.len() > LONGEST;
                return;
            };
            self.line.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            self.take_line();
        }
    }

    /// The line of the first password.
    pub fn finish(mut self) -> Option<usize> {
        if !self.is_over && !self.line.is_empty() {
            self.take_line();
        }
        (self.like > 0 && self.like * 2 > self.rows).then_some(self.first)
    }

    fn take_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
        self.number += 1;
        match self.column {
            _ if line.is_empty() => {}
            None => {
                self.column = head(line);
                self.is_over = self.column.is_none();
            }
            Some((separator, column)) => {
                let cells = cells(line, separator);
                let cell = cells.get(column).copied().unwrap_or_default();
                // The rule below the heads of a table in Markdown is none of its rows.
                if cell.iter().any(u8::is_ascii_alphanumeric) {
                    self.rows += 1;
                    if is_password(cell, Written::Said) {
                        self.like += 1;
                        self.first = if self.like == 1 { self.number } else { self.first };
                    }
                }
                self.is_over = self.rows >= ROWS;
            }
        }
    }
}

fn head(line: &[u8]) -> Option<(u8, usize)> {
    let separator = *b",;\t|".iter().max_by_key(|separator| line.iter().filter(|byte| byte == separator).count())?;
    let cells = cells(line, separator);
    // One column may be a list of anything; a password has an account.
    let column = cells.iter().position(|cell| is_head(cell)).filter(|_| cells.len() > 1)?;
    Some((separator, column))
}

fn is_head(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell).to_lowercase();
    let mut words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.pop().is_some_and(|last| LAST.contains(&last)) && words.iter().all(|word| BEFORE.contains(word))
}

fn cells(line: &[u8], separator: u8) -> Vec<&[u8]> {
    let (mut cells, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in line.iter().enumerate() {
        if *byte == b'"' {
            quoted = !quoted;
        } else if *byte == separator && !quoted {
            cells.push(trimmed(&line[start..at]));
            start = at + 1;
        }
    }
    cells.push(trimmed(&line[start..]));
    cells
}

fn trimmed(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell).trim_ascii()
}
