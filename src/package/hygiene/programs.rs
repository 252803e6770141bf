//! Files that run when they are opened: programs, scripts, documents with macros, and archives with such files in them.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

const MACROS: &str = "macros";
const MACRO_KIND: &str = "a document of a kind that bears macros";
const SCRIPT: &str = "a script";
const WINDOWS: &str = "a Windows program";
const JAVA: &str = "a Java program";
const APPLICATION: &str = "an HTML application, which runs as a program";

/// Files that a system runs because of their names.
const BY_NAME: &[(&str, &str)] = &[
    ("bat", SCRIPT),
    ("cmd", SCRIPT),
    ("docm", MACRO_KIND),
    ("dotm", MACRO_KIND),
    ("exe", WINDOWS),
    ("hta", APPLICATION),
    ("jar", JAVA),
    ("js", SCRIPT),
    ("jse", SCRIPT),
    ("lnk", "a Windows shortcut"),
    ("msi", "a Windows installer"),
    ("potm", MACRO_KIND),
    ("ppam", MACRO_KIND),
    ("pptm", MACRO_KIND),
    ("ps1", SCRIPT),
    ("psm1", SCRIPT),
    ("scr", WINDOWS),
    ("vbe", SCRIPT),
    ("vbs", SCRIPT),
    ("wsf", SCRIPT),
    ("wsh", SCRIPT),
    ("xlam", MACRO_KIND),
    ("xlsm", MACRO_KIND),
    ("xltm", MACRO_KIND),
];

/// The same within an archive, and what only counts there.
const IN_ARCHIVE: &[&str] = &["class", "com", "dll", "so", "dylib", "sh"];

/// First bytes.
const BY_HEAD: &[(&[u8], &str)] = &[
    (b"\x7fELF", "a Linux program"),
    (b"\xfe\xed\xfa\xce", "a macOS program"),
    (b"\xfe\xed\xfa\xcf", "a macOS program"),
    (b"\xce\xfa\xed\xfe", "a macOS program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a Java or macOS program"),
    (b"\0asm", "a WebAssembly program"),
    (b"dex\n", "an Android program"),
    (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F", "a Windows shortcut"),
];

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The head of an entry in the list of a ZIP archive, and how far its name reaches at most.
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_HEAD: usize = 46;
const LONGEST_NAME: usize = 1024;

static IN_ZIP: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new([ENTRY, b"vbaProject.bin", b"xl/macrosheets/", b"Basic/script-lb.xml"])
        .expect("few short patterns")
});

/// `_VBA_PROJECT` in UTF-16, the name of a stream.
static IN_OLE: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let name: Vec<u8> = b"_VBA_PROJECT".iter().flat_map(|byte| [*byte, 0]).collect();
    AhoCorasick::new([name]).expect("a short pattern")
});

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Container {
    #[default]
    None,
    Zip,
    Ole,
}

/// Looks for one file being or holding such a file.
#[derive(Debug, Default)]
pub struct Programs {
    found: Option<&'static str>,
    container: Container,
    /// The end of what went by, which may begin what is looked for.
    tail: Vec<u8>,
}

impl Programs {
    pub fn begin(&mut self, head: &[u8], extension: &str) {
        self.found = by_head(head).or_else(|| by_name(extension));
        self.container = match head {
            _ if head.starts_with(ZIP) => Container::Zip,
            _ if head.starts_with(OLE) => Container::Ole,
            _ => Container::None,
        };
    }

    pub fn feed(&mut self, chunk: &[u8]) {
        if self.container == Container::None || self.is_settled() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.tail);
        bytes.extend_from_slice(chunk);
        let found = match self.container {
            Container::Zip => in_zip(&bytes),
            _ => IN_OLE.find(&bytes).map(|_| MACROS),
        };
        self.found = found.or(self.found);
        let keep = bytes.len().min(ENTRY_HEAD + LONGEST_NAME);
        self.tail = bytes.split_off(bytes.len() - keep);
    }

    pub fn finish(self) -> Option<&'static str> {
        self.found
    }

    /// That it is of a kind with macros is worth less than that it has some.
    fn is_settled(&self) -> bool {
        self.found.is_some_and(|found| found != MACRO_KIND)
    }
}

fn by_name(extension: &str) -> Option<&'static str> {
    BY_NAME.iter().find(|(ext, _)| *ext == extension).map(|(_, what)| *what)
}

fn by_head(head: &[u8]) -> Option<&'static str> {
    if let Some((magic, what)) = BY_HEAD.iter().find(|(magic, _)| head.starts_with(magic)) {
        // Text may begin with the sign of a class file in no encoding, but a number follows it.
        let is_class = *magic != b"\xca\xfe\xba\xbe" || head.get(4..6) == Some(b"\0\0");
        return is_class.then_some(*what);
    }
    if is_windows(head) {
        return Some(WINDOWS);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line.starts_with(b"#!/") || line.starts_with(b"#! /") || starts(text, b"@echo off") {
        return Some(SCRIPT);
    }
    let lower = head.to_ascii_lowercase();
    contains(&lower, b"<hta:application").then_some(APPLICATION)
}

/// `MZ`, and at the place it names the head of a newer form.
fn is_windows(head: &[u8]) -> bool {
    let Some(at) = head.get(60..64).filter(|_| head.starts_with(b"MZ")) else { return false };
    let at = u32::from_le_bytes([at[0], at[1], at[2], at[3]]) as usize;
    let magic = head.get(at..at.saturating_add(4)).unwrap_or_default();
    magic == b"PE\0\0" || magic.starts_with(b"NE") || magic.starts_with(b"LE")
}

fn in_zip(bytes: &[u8]) -> Option<&'static str> {
    let mut found = None;
    for hit in IN_ZIP.find_iter(bytes) {
        if hit.pattern().as_usize() > 0 {
            return Some(MACROS);
        }
        let entry = &bytes[hit.start()..];
        let Some(length) = entry.get(28..30) else { continue };
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        let Some(name) = entry.get(ENTRY_HEAD..ENTRY_HEAD + length) else { continue };
        let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else { continue };
        let extension = String::from_utf8_lossy(&name[dot + 1..]).to_ascii_lowercase();
        if by_name(&extension).is_some() || IN_ARCHIVE.contains(&extension.as_str()) {
            found = Some("an archive with a program in it");
        }
    }
    found
}

fn starts(text: &[u8], with: &[u8]) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|part| part == what)
}
