//! Keys and tokens that are known by their shape.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};

use super::secrets::Secret;

/// How it begins, and the whole of it from there.
const SHAPES: &[(&str, &str, Secret)] = &[
    // A head alone is something that people write about; a key follows it.
    (
        "-----BEGIN ",
        r#"^-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|[\s"'+,>#*|]|[A-Za-z][A-Za-z-]{1,30}: [^\r\n\\]{0,100}(?:\r?\n|\\n)){1,60}([A-Za-z0-9+/=]{40})"#,
        Secret::PrivateKey,
    ),
    ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY", r"^---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\s", Secret::PrivateKey),
    ("Private-Lines: ", r"^Private-Lines: [0-9]{1,3}\r?\n([A-Za-z0-9+/=]{40})", Secret::PrivateKey),
    ("untrusted comment: ", r"^untrusted comment: [^\r\n]{0,100}secret key[^\r\n]{0,100}\r?\nRWR", Secret::PrivateKey),
    ("AGE-SECRET-KEY-1", r"^(AGE-SECRET-KEY-1[0-9A-Z]{58})\b", Secret::PrivateKey),
    ("AKIA", r"^(AKIA[A-Z2-7]{16})\b", Secret::CloudKey),
    ("ASIA", r"^(ASIA[A-Z2-7]{16})\b", Secret::CloudKey),
    ("AIza", r"^(AIza[0-9A-Za-z_-]{35})(?:[^0-9A-Za-z_-]|$)", Secret::CloudKey),
    ("ya29.", r"^(ya29\.[0-9A-Za-z_-]{30,})", Secret::CloudKey),
    ("AccountKey=", r"^AccountKey=([A-Za-z0-9+/]{86}==)", Secret::CloudKey),
    ("SharedAccessKey=", r"^SharedAccessKey=([A-Za-z0-9+/]{43}=)", Secret::CloudKey),
    ("LTAI", r"^(LTAI[0-9A-Za-z]{20})\b", Secret::CloudKey),
    ("dop_v1_", r"^(dop_v1_[0-9a-f]{64})\b", Secret::CloudKey),
    ("ghp_", r"^(ghp_[0-9A-Za-z]{36})\b", Secret::Token),
    ("gho_", r"^(gho_[0-9A-Za-z]{36})\b", Secret::Token),
    ("ghu_", r"^(ghu_[0-9A-Za-z]{36})\b", Secret::Token),
    ("ghs_", r"^(ghs_[0-9A-Za-z]{36})\b", Secret::Token),
    ("ghr_", r"^(ghr_[0-9A-Za-z]{36})\b", Secret::Token),
    ("github_pat_", r"^(github_pat_[0-9A-Za-z_]{82})\b", Secret::Token),
    ("glpat-", r"^(glpat-[0-9A-Za-z_-]{20,})", Secret::Token),
    ("xoxb-", r"^(xoxb-[0-9A-Za-z-]{20,})", Secret::Token),
    ("xoxp-", r"^(xoxp-[0-9A-Za-z-]{20,})", Secret::Token),
    ("xoxa-", r"^(xoxa-[0-9A-Za-z-]{20,})", Secret::Token),
    ("xapp-", r"^(xapp-[0-9A-Za-z-]{20,})", Secret::Token),
    (
        "hooks.slack.com/services/T",
        r"^hooks\.slack\.com/services/(T[A-Z0-9]+/B[A-Z0-9]+/[0-9A-Za-z]{20,})",
        Secret::Token,
    ),
    ("sk_live_", r"^(sk_live_[0-9A-Za-z]{20,})", Secret::Token),
    ("rk_live_", r"^(rk_live_[0-9A-Za-z]{20,})", Secret::Token),
    ("npm_", r"^(npm_[0-9A-Za-z]{36})\b", Secret::Token),
    ("pypi-AgE", r"^(pypi-AgE[0-9A-Za-z_-]{50,})", Secret::Token),
    ("SG.", r"^(SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43})", Secret::Token),
    ("sk-ant-", r"^(sk-ant-[0-9A-Za-z_-]{40,})", Secret::Token),
    ("sk-proj-", r"^(sk-proj-[0-9A-Za-z_-]{40,})", Secret::Token),
    ("hvs.", r"^(hvs\.[0-9A-Za-z_-]{24,})", Secret::Token),
    ("dapi", r"^(dapi[0-9a-f]{32})\b", Secret::Token),
    ("ATATT3", r"^(ATATT3[0-9A-Za-z_=-]{50,})", Secret::Token),
    ("shpat_", r"^(shpat_[0-9a-f]{32})\b", Secret::Token),
    ("SSWS ", r"^SSWS (00[0-9A-Za-z_-]{38,42})", Secret::Token),
    ("Bearer ", r"^Bearer ([0-9A-Za-z._~+/=-]{24,})", Secret::Token),
    ("bearer ", r"^bearer ([0-9A-Za-z._~+/=-]{24,})", Secret::Token),
    ("eyJ", r"^(eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{16,})", Secret::Token),
    // Lines of a file of accounts: what makes a hash of a password.
    (":$6$", r"^:(\$6\$[^\s:]{20,}):", Secret::PasswordHash),
    (":$5$", r"^:(\$5\$[^\s:]{20,}):", Secret::PasswordHash),
    (":$y$", r"^:(\$y\$[^\s:]{20,}):", Secret::PasswordHash),
    (":$1$", r"^:(\$1\$[^\s:]{20,}):", Secret::PasswordHash),
    (":$2", r"^:(\$2[aby]\$[^\s:]{20,}):", Secret::PasswordHash),
];

/// So many different characters tell a key from a row of `x`.
const VARIED: usize = 9;

static WHOLE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let build = |pattern| RegexBuilder::new(pattern).unicode(false).build().expect("a pattern of the program itself");
    SHAPES.iter().map(|(_, pattern, _)| build(pattern)).collect()
});

/// How they begin.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|(beginning, ..)| *beginning)
}

/// What the text is that begins like shape `index`; `before` is the byte before it.
pub fn secret(index: usize, text: &[u8], before: Option<u8>) -> Option<Secret> {
    let (beginning, _, secret) = SHAPES.get(index)?;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if beginning.as_bytes()[0].is_ascii_alphanumeric() && before.is_some_and(is_word) {
        return None;
    }
    let found = WHOLE[index].captures(text)?;
    let key = found.get(1).map_or(&[][..], |key| key.as_bytes());
    let is_example = key.ends_with(b"EXAMPLE");
    (key.is_empty() || (is_varied(key) && !is_example)).then_some(*secret)
}

pub fn is_varied(key: &[u8]) -> bool {
    let mut seen = [false; 256];
    key.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    seen.iter().filter(|seen| **seen).count() >= VARIED
}
