//! Whether what stands for a password is one, or a word about passwords.

/// What settings, forms and reports say in the place of a password.
const ORDINARY: &[&str] = &[
    "active",
    "admin",
    "always",
    "asked",
    "change",
    "changed",
    "changeit",
    "changeme",
    "compliant",
    "complex",
    "default",
    "disabled",
    "empty",
    "enabled",
    "encrypted",
    "enforced",
    "example",
    "expired",
    "expires",
    "expiry",
    "failed",
    "false",
    "forgot",
    "forgotten",
    "hashed",
    "hidden",
    "invalid",
    "kennwort",
    "locked",
    "manual",
    "masked",
    "minimum",
    "missing",
    "never",
    "none",
    "notset",
    "null",
    "omitted",
    "optional",
    "passed",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "placeholder",
    "prompt",
    "redacted",
    "removed",
    "required",
    "reset",
    "rotated",
    "sample",
    "secret",
    "secure",
    "stored",
    "string",
    "strong",
    "sufficient",
    "temporary",
    "token",
    "true",
    "undefined",
    "unknown",
    "unset",
    "user",
    "valid",
    "value",
    "weak",
    "wrong",
    "yourpassword",
];

/// Beginnings of what a program fills in.
const FILLED_IN: &[&str] = &[
    "$", "%", "<", "{", "*", "[", "(", "/", "~", "\\", "./", "../", "@/", "&", "|", "enc[", "enc(", "!vault",
    "!secret", "!ref", "!sub", "!join", "!get", "arn:", "env.", "env(", "var.", "vars.", "local.", "data.", "module.",
    "config.", "self.", "this.", "os.", "process.", "secrets.", "http:", "https:", "file:", "vault:", "ssm:",
    "sha256:", "op:",
];

/// Parts of words that only name the thing.
const NAMES: &[&str] = &["pass", "pwd", "secret", "token", "key", "cred", "your", "my_", "example", "dummy", "xxx"];

/// How a value is written after its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// `password="..."`, `password=...`
    Set,
    /// `password: ...` at the end of its line.
    Said,
    /// The same, and the line goes on.
    InText,
}

/// Whether a text is a password as people choose them.
pub fn is_password(value: &[u8], written: Written) -> bool {
    if !(6..=128).contains(&value.len()) || stands_for_none(value) {
        return false;
    }
    let (letters, digits, signs) = classes(value);
    match written {
        Written::InText => letters && digits && signs,
        Written::Said => letters && (digits || signs),
        Written::Set if letters && (digits || signs) => true,
        // A word alone, unless it is a name of a program's own: `user.password`, `dbPassword`.
        Written::Set if letters => !value.contains(&b'.') && !names_it(value),
        Written::Set => digits && value.iter().all(u8::is_ascii_digit),
    }
}

/// Whether a text is a key as programs make them: letters and digits by chance.
pub fn is_key(value: &[u8]) -> bool {
    let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_.~-".contains(byte);
    if value.len() < 16 || !value.iter().all(is_of_key) || stands_for_none(value) || !super::tokens::is_varied(value) {
        return false;
    }
    let (letters, digits, _) = classes(value);
    let kind = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let plain: Vec<_> = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(kind).collect();
    let changes = plain.windows(2).filter(|pair| pair[0] != pair[1]).count();
    letters && digits && changes * 5 >= plain.len()
}

/// `550e8400-e29b-41d4-a716-446655440000`: mostly the number of something.
pub fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn stands_for_none(value: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    let word = lower.trim_matches(|c: char| !c.is_alphanumeric());
    ORDINARY.contains(&word)
        || FILLED_IN.iter().any(|start| lower.starts_with(start))
        || ["***", "xxxx", "....", "://", "redacted", "masked"].iter().any(|part| lower.contains(part))
        || lower.contains(['(', ')', '{', '}', '[', ']', '<', '>'])
        || value.iter().all(|byte| byte == &value[0])
}

fn names_it(value: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    NAMES.iter().any(|name| lower.contains(name))
}

/// Letters, digits, and signs that are not those of dates, names and numbers.
fn classes(value: &[u8]) -> (bool, bool, bool) {
    (
        value.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80),
        value.iter().any(u8::is_ascii_digit),
        value.iter().any(|byte| b"!@#$%^&*?+~".contains(byte)),
    )
}
