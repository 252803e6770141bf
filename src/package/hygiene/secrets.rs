//! Keys, tokens and passwords in a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::tokens;
use super::values::{Written, is_key, is_password, is_uuid};
use super::window::Window;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secret {
    PrivateKey,
    CloudKey,
    Token,
    Password,
    PasswordColumn,
    PasswordHash,
}

impl Secret {
    pub fn name(self) -> &'static str {
        match self {
            Secret::PrivateKey => "a private key",
            Secret::CloudKey => "an access key of a cloud provider",
            Secret::Token => "an access token",
            Secret::Password => "a password",
            Secret::PasswordColumn => "a column of passwords",
            Secret::PasswordHash => "the hash of an account's password",
        }
    }
}

/// Words after which a password is set, and after which a key is.
const PASSWORD_WORDS: &[&str] = &["password", "passwd", "passphrase", "passwort", "kennwort", "pwd"];
const KEY_WORDS: &[&str] = &[
    "access_key",
    "accesskey",
    "api_key",
    "apikey",
    "api-key",
    "auth_key",
    "secret_key",
    "secretkey",
    "secret",
    "token",
];
/// A name and a password in an address.
const ADDRESS: &str = "://";

/// What is looked for: shapes, then words, then addresses.
static BEGINNINGS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = PASSWORD_WORDS.iter().chain(KEY_WORDS).copied();
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostFirst)
        .kind(Some(AhoCorasickKind::DFA))
        .build(tokens::beginnings().chain(words).chain([ADDRESS]))
        .expect("patterns of the program itself")
});

#[derive(Debug, Default)]
pub struct Secrets {
    /// Kind, line of the first, and how many.
    found: Vec<(Secret, usize, usize)>,
    /// Up to where the window was looked at.
    done: usize,
}

impl Secrets {
    pub fn scan(&mut self, window: &mut Window, at_end: bool) {
        let end = window.end(at_end);
        while self.done < end {
            let hit = BEGINNINGS.find(&window.bytes[self.done..]);
            let Some((start, over, pattern)) = hit
                .map(|hit| (self.done + hit.start(), self.done + hit.end(), hit.pattern().as_usize()))
                .filter(|(start, ..)| *start < end)
            else {
                self.done = end;
                return;
            };
            self.done = over;
            let text = window.from(start);
            let before = &window.bytes[..start];
            if let Some(secret) = look(pattern, &text[over - start..], text, before) {
                let line = window.line(start);
                match self.found.iter_mut().find(|(kind, ..)| *kind == secret) {
                    Some((.., count)) => *count += 1,
                    None => self.found.push((secret, line, 1)),
                }
            }
        }
    }

    pub fn done(&self) -> usize {
        self.done
    }

    pub fn shift(&mut self, cut: usize) {
        self.done -= cut;
    }

    pub fn finish(mut self) -> Vec<(Secret, usize, usize)> {
        self.found.sort();
        self.found
    }
}

fn look(pattern: usize, after: &[u8], text: &[u8], before: &[u8]) -> Option<Secret> {
    let shapes = tokens::beginnings().count();
    let (passwords, keys) = (PASSWORD_WORDS.len(), KEY_WORDS.len());
    match pattern.checked_sub(shapes) {
        None => tokens::secret(pattern, text, before.last().copied()),
        Some(word) if word < passwords => {
            let (value, written) = assigned(after)?;
            is_password(value, written).then_some(Secret::Password)
        }
        Some(word) if word < passwords + keys => {
            if goes_on(KEY_WORDS[word - passwords], before) {
                return None;
            }
            let (value, written) = assigned(after)?;
            let counts = KEY_WORDS[word - passwords] == "token" && is_uuid(value);
            (written != Written::InText && is_key(value) && !counts).then_some(Secret::Token)
        }
        Some(_) => with_password(after).then_some(Secret::Password),
    }
}

/// A token that leads to the next page of a list, or guards a form, opens nothing.
fn goes_on(word: &str, before: &[u8]) -> bool {
    const KINDS: [&str; 11] = [
        "next",
        "page",
        "continuation",
        "pagination",
        "sync",
        "change",
        "csrf",
        "xsrf",
        "client",
        "request",
        "idempotency",
    ];
    let last = &before[before.len().saturating_sub(16)..];
    let before = String::from_utf8_lossy(last).to_ascii_lowercase();
    let before = before.trim_end_matches(['_', '-']);
    word == "token" && KINDS.iter().any(|kind| before.ends_with(kind))
}

/// The value that is set after a word, and how. What follows the word may be the end of its quotes.
fn assigned(after: &[u8]) -> Option<(&[u8], Written)> {
    let rest = blanks(strip_any(after, b"\"'`]"));
    let (rest, is_set) = match rest {
        [b'=', b'>', rest @ ..] | [b':', b'=', rest @ ..] => (rest, true),
        [b'=', b'=' | b'~', ..] => return None,
        [b'=', rest @ ..] => (rest, true),
        [b':', rest @ ..] => (rest, false),
        // <password>...</password>
        [b'>', rest @ ..] if rest.first().is_some_and(|byte| !byte.is_ascii_whitespace()) => {
            let end = rest.iter().position(|byte| *byte == b'<')?;
            return rest[end..].starts_with(b"</").then_some((&rest[..end], Written::Set)).filter(one_word);
        }
        _ => return None,
    };
    let rest = blanks(rest);
    let quote = rest.first().copied().filter(|byte| b"\"'`".contains(byte));
    if let Some(quote) = quote {
        let rest = &rest[1..];
        let end = rest.iter().position(|byte| *byte == quote || *byte == b'\n')?;
        return (rest[end] == quote).then_some((&rest[..end], Written::Set)).filter(one_word);
    }
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b",;&\"'<>|)]}".contains(byte));
    let (value, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let is_last =
        matches!(blanks(strip_any(rest, b"\"'")), [] | [b'\n' | b'\r' | b',' | b';' | b'}' | b'#' | b'<' | b'|', ..]);
    let written = match (is_set, is_last) {
        (true, _) => Written::Set,
        (false, true) => Written::Said,
        (false, false) => Written::InText,
    };
    Some((value, written))
}

fn one_word((value, _): &(&[u8], Written)) -> bool {
    !value.iter().any(u8::is_ascii_whitespace)
}

/// `user:password@host` after the beginning of an address.
fn with_password(after: &[u8]) -> bool {
    let stop = |byte: &u8| byte.is_ascii_whitespace() || b"/@\"'<>?#,;()".contains(byte);
    let Some(end) = after.iter().take(200).position(stop).filter(|end| after[*end] == b'@') else { return false };
    let Some(colon) = after[..end].iter().position(|byte| *byte == b':') else { return false };
    let (user, password) = (&after[..colon], &after[colon + 1..end]);
    let host = after.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    host && user != password && is_password(password, Written::Set)
}

fn blanks(text: &[u8]) -> &[u8] {
    let count = text.iter().take(16).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &text[count..]
}

fn strip_any<'a>(text: &'a [u8], signs: &[u8]) -> &'a [u8] {
    &text[text.iter().take(2).take_while(|byte| signs.contains(byte)).count()..]
}
