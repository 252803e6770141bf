//! Keys, tokens and passwords in a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Input, MatchKind, Span, packed};

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

/// Words after which a password is set, and after which a key is, in the spellings of settings and programs. A word that
/// begins with another stands before it.
const PASSWORD_WORDS: &[&str] = &["password", "passwd", "passphrase", "passwort", "kennwort", "pwd"];
const KEY_WORDS: &[&str] =
    &["secret_key", "secretkey", "secret", "token", "access_key", "api_key", "api-key", "auth_key"];
const JOINED_WORDS: &[&str] = &[
    "secretKey",
    "SecretKey",
    "accesskey",
    "accessKey",
    "AccessKey",
    "apikey",
    "apiKey",
    "ApiKey",
    "APIKEY",
    "Api-Key",
];
/// A name and a password in an address.
const ADDRESS: &str = "://";

#[derive(Debug, Clone, Copy)]
enum Begins {
    Shape(usize),
    Password,
    Key { is_token: bool },
    Address,
}

/// What is looked for: its text, and what it begins.
static BEGINNINGS: LazyLock<Vec<(String, Begins)>> = LazyLock::new(|| {
    let spellings = |word: &str| {
        let (first, rest) = word.split_at(1);
        [word.to_owned(), word.to_uppercase(), format!("{}{rest}", first.to_uppercase())]
    };
    let key = |word: &str| Begins::Key { is_token: word == "token" };
    let mut all: Vec<(String, Begins)> =
        tokens::beginnings().enumerate().map(|(at, text)| (text.to_owned(), Begins::Shape(at))).collect();
    all.extend(JOINED_WORDS.iter().map(|word| ((*word).to_owned(), key(word))));
    all.extend(PASSWORD_WORDS.iter().flat_map(|word| spellings(word)).map(|word| (word, Begins::Password)));
    all.extend(KEY_WORDS.iter().flat_map(|word| spellings(word).map(|spelt| (spelt, key(word)))));
    all.push((ADDRESS.to_owned(), Begins::Address));
    all
});

/// Looks for all of them at once: with the vector unit where there is one.
enum Searcher {
    Vector(packed::Searcher),
    Plain(AhoCorasick),
}

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let texts = || BEGINNINGS.iter().map(|(text, _)| text.as_bytes());
    let mut config = packed::Config::new();
    config.match_kind(packed::MatchKind::LeftmostFirst).heuristic_pattern_limits(false);
    match config.builder().extend(texts()).build() {
        Some(searcher) => Searcher::Vector(searcher),
        None => Searcher::Plain(
            AhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostFirst)
                .build(texts())
                .expect("patterns of the program itself"),
        ),
    }
});

impl Searcher {
    /// Start, end and number of the first hit from a place on.
    fn find(&self, bytes: &[u8], from: usize) -> Option<(usize, usize, usize)> {
        let hit = match self {
            Searcher::Vector(searcher) => searcher.find_in(bytes, Span::from(from..bytes.len())),
            Searcher::Plain(searcher) => searcher.find(Input::new(bytes).span(from..bytes.len())),
        }?;
        Some((hit.start(), hit.end(), hit.pattern().as_usize()))
    }
}

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
            let hit = SEARCHER.find(&window.bytes, self.done);
            let Some((start, over, pattern)) = hit.filter(|(start, ..)| *start < end) else {
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
    match BEGINNINGS[pattern].1 {
        Begins::Shape(shape) => tokens::secret(shape, text, before.last().copied()),
        Begins::Password => {
            let (value, written) = assigned(after)?;
            is_password(value, written).then_some(Secret::Password)
        }
        Begins::Key { is_token } => {
            let (value, written) = assigned(after)?;
            let counts = is_token && (is_uuid(value) || goes_on(before));
            (written != Written::InText && is_key(value) && !counts).then_some(Secret::Token)
        }
        Begins::Address => with_password(after).then_some(Secret::Password),
    }
}

/// A token that leads to the next page of a list, or guards a form, opens nothing.
fn goes_on(before: &[u8]) -> bool {
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
    KINDS.iter().any(|kind| before.ends_with(kind))
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
