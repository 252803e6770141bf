//! Names in the archive that can be unpacked on Windows, macOS and Linux.
//!
//! A name that had to be changed is not lost: the manifest holds the original.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use super::hash::sha256_hex;

/// Longest path in the archive. Windows refuses paths of 260 and more, and people unpack into deep folders.
const MAX_PATH: usize = 150;

/// Longest folder name made from an exhibit's id; the file name has the rest.
const MAX_FOLDER: usize = 40;

/// Linux refuses a longer file name, whatever the number of its characters.
const MAX_BYTES: usize = 255;

const FOLDER: &str = "exhibits";

/// Hands out paths, no two of which are the same to any of the three systems.
#[derive(Debug, Default)]
pub struct Names {
    /// Folded paths of files.
    files: HashSet<String>,
    /// Folded paths of folders.
    folders: HashSet<String>,
}

impl Names {
    /// The path of an exhibit's file: `exhibits/<id>/<name>`.
    pub fn exhibit(&mut self, id: &str, file_name: &str) -> String {
        let wanted = safe_name(id, MAX_FOLDER);
        let mut folder = format!("{FOLDER}/{wanted}");
        let mut count = 1;
        while self.folders.contains(&fold(&folder)) || self.files.contains(&fold(&folder)) {
            let suffix = if count == 1 { hash_suffix(id) } else { format!("{}~{count}", hash_suffix(id)) };
            folder = format!("{FOLDER}/{}", with_suffix(&wanted, &suffix, MAX_FOLDER));
            count += 1;
        }
        let room = MAX_PATH - utf16_len(&folder) - 1;
        let path = format!("{folder}/{}", safe_name(file_name, room));
        // The folder is new, so nothing can stand in its way.
        self.claim(&path);
        path
    }

    /// Takes a path that the program itself chose; false when it is unsafe or taken.
    pub fn reserve(&mut self, path: &str) -> bool {
        let safe = path.split('/').all(|part| safe_name(part, MAX_PATH) == part);
        safe && utf16_len(path) <= MAX_PATH && self.claim(path)
    }

    fn claim(&mut self, path: &str) -> bool {
        let key = fold(path);
        let parents: Vec<String> = key.match_indices('/').map(|(at, _)| key[..at].to_owned()).collect();
        if self.folders.contains(&key) || parents.iter().any(|p| self.files.contains(p)) || !self.files.insert(key) {
            return false;
        }
        self.folders.extend(parents);
        true
    }
}

/// A file or folder name that every system takes: NFC, without separators, reserved characters and controls, no device
/// name, no white space or dot at the end, and at most `max` characters as Windows counts them.
pub fn safe_name(name: &str, max: usize) -> String {
    let clean: String = name.nfc().map(|c| if is_legal(c) { c } else { '_' }).collect();
    let clean = clean.trim().trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let clean = if is_device(clean) { format!("_{clean}") } else { clean.to_owned() };
    if clean.is_empty() {
        return "_".to_owned();
    }
    if fits(&clean, max) { clean } else { with_suffix(&clean, &hash_suffix(name), max) }
}

/// Appends to the name before its extension, and cuts the name so that the whole fits.
fn with_suffix(name: &str, suffix: &str, max: usize) -> String {
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if dot > 0 && is_extension(&name[dot + 1..]) => name.split_at(dot),
        _ => (name, ""),
    };
    let mut stem = stem;
    loop {
        let shortened = format!("{}{suffix}{extension}", stem.trim_end());
        if fits(&shortened, max) || stem.is_empty() {
            return shortened;
        }
        stem = &stem[..stem.char_indices().next_back().map_or(0, |(at, _)| at)];
    }
}

/// Tells apart what cleaning or cutting made equal; depends on the original alone.
fn hash_suffix(original: &str) -> String {
    format!("~{}", &sha256_hex(original.as_bytes())[..8])
}

fn fits(name: &str, max: usize) -> bool {
    utf16_len(name) <= max && name.len() <= MAX_BYTES
}

fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

fn is_extension(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Joiners (U+200C, U+200D) stay: emoji and several scripts need them. Other invisible signs go, since they make two
/// names look the same or show an extension that is none.
fn is_legal(c: char) -> bool {
    let invisible = matches!(c,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    !c.is_control() && !r#"<>:"/\|?*"#.contains(c) && !invisible
}

/// Names that are a device in every folder of Windows, also with an extension. It takes superscript digits for digits.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CLOCK$" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).unwrap_or_default();
    let mut digits = number.chars();
    matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

/// The form in which two paths are one: case and Unicode form do not count. Upper case first, so that `ß` meets `SS`;
/// this may hold two names equal that no system does, never the reverse.
pub fn fold(path: &str) -> String {
    path.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::is_nfc;

    use super::*;

    #[test]
    fn names_become_legal() {
        for (original, safe) in [
            ("users.csv", "users.csv"),
            ("a:b.txt", "a_b.txt"),
            ("..", "_"),
            ("", "_"),
            (" ?.pdf. ", "_.pdf"),
            ("aux.pdf", "_aux.pdf"),
            ("COM¹.tar.gz", "_COM¹.tar.gz"),
            ("con .txt", "_con .txt"),
            ("console.txt", "console.txt"),
            ("COM10", "COM10"),
            ("report\n.pdf", "report_.pdf"),
            ("invoice\u{202E}fdp.exe", "invoice_fdp.exe"),
            ("Pru\u{308}fung.txt", "Prüfung.txt"),
            ("監査証跡.xlsx", "監査証跡.xlsx"),
            ("👩\u{200D}💻.png", "👩\u{200D}💻.png"),
            (".env", ".env"),
        ] {
            assert_eq!(safe_name(original, 100), safe, "{original:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension_and_differ() {
        let (a, b) = (format!("{}1.pdf", "x".repeat(300)), format!("{}2.pdf", "x".repeat(300)));
        let (short_a, short_b) = (safe_name(&a, 60), safe_name(&b, 60));
        assert_eq!(short_a.len(), 60);
        assert!(short_a.ends_with(".pdf") && short_a.starts_with("xxxx"));
        assert_ne!(short_a, short_b);
        // 85 characters of three bytes each are the most that Linux takes.
        let japanese = safe_name(&"監".repeat(100), 140);
        assert!(japanese.len() <= 255 && japanese.starts_with("監監"), "{japanese}");
    }

    #[test]
    fn exhibits_with_the_same_safe_name_are_told_apart() {
        let mut names = Names::default();
        let first = names.exhibit("E:1", "a.txt");
        let second = names.exhibit("e_1", "a.txt");
        let third = names.exhibit("e_1", "a.txt");
        assert_eq!(first, "exhibits/E_1/a.txt");
        assert_eq!(second, format!("exhibits/e_1~{}/a.txt", &sha256_hex(b"e_1")[..8]));
        assert_eq!(third, format!("exhibits/e_1~{}~2/a.txt", &sha256_hex(b"e_1")[..8]));
    }

    #[test]
    fn own_files_may_not_clash() {
        let mut names = Names::default();
        names.exhibit("E-1", "a.txt");
        assert!(names.reserve("manifest.json"));
        assert!(!names.reserve("Manifest.JSON"));
        assert!(!names.reserve("exhibits"), "a folder has that name");
        assert!(!names.reserve("manifest.json/x"), "a file has the folder's name");
        assert!(!names.reserve("../x") && !names.reserve("/x") && !names.reserve("a\\b") && !names.reserve("nul.pdf"));
        assert!(names.reserve("exhibits.pdf"));
    }

    #[test]
    fn folding_ignores_case_and_form() {
        assert_eq!(fold("Pru\u{308}fung.TXT"), fold("prüfung.txt"));
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_ne!(fold("a"), fold("b"));
    }

    fn is_legal_on_windows(part: &str) -> bool {
        !part.is_empty()
            && !part.chars().any(|c| (c as u32) < 32 || r#"<>:"/\|?*"#.contains(c))
            && !part.ends_with(['.', ' '])
            && !is_device(part)
    }

    /// Text rich in what makes names difficult.
    fn awkward() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("aux"),
            Just("COM1"),
            Just("."),
            Just(" "),
            Just("/"),
            Just("\\"),
            Just(":"),
            Just("é"),
            Just("e\u{301}"),
            Just("ß"),
            Just("SS"),
            Just("İ"),
            Just("ı"),
            Just("\u{338}"),
            Just("<"),
            Just("한"),
            Just("\u{1112}\u{1161}\u{11AB}"),
            Just("~"),
            Just("a"),
            Just("A"),
            Just("\u{0}"),
            Just("👩\u{200D}💻"),
        ];
        prop_oneof![prop::collection::vec(piece, 0..80).prop_map(|parts| parts.concat()), any::<String>(),]
    }

    proptest! {
        #[test]
        fn safe_names_are_legal_and_stay(name in awkward(), max in 20_usize..150) {
            let safe = safe_name(&name, max);
            prop_assert!(is_legal_on_windows(&safe), "{:?}", safe);
            prop_assert!(is_nfc(&safe));
            prop_assert!(fits(&safe, max));
            prop_assert_eq!(safe_name(&safe, max), safe);
        }

        #[test]
        fn archive_paths_never_clash(exhibits in prop::collection::vec((awkward(), awkward()), 1..40)) {
            let paths = || {
                let mut names = Names::default();
                exhibits.iter().map(|(id, name)| names.exhibit(id, name)).collect::<Vec<_>>()
            };
            let given = paths();
            prop_assert_eq!(&given, &paths());
            let mut seen = HashSet::new();
            for path in &given {
                prop_assert!(seen.insert(fold(path)), "{} twice", path);
                prop_assert!(utf16_len(path) <= MAX_PATH && is_nfc(path));
                prop_assert_eq!(path.split('/').count(), 3);
                prop_assert!(path.split('/').all(is_legal_on_windows), "{:?}", path);
            }
        }
    }
}
