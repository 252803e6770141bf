//! Media types of evidence files: by content where the first bytes are unmistakable, else by the name's extension.

/// Used where nothing is known.
const UNKNOWN: &str = "application/octet-stream";

/// Extension, media type, and whether such files are compressed already, so that deflating them gains nothing.
const BY_EXTENSION: &[(&str, &str, bool)] = &[
    ("7z", "application/x-7z-compressed", true),
    ("avi", "video/x-msvideo", true),
    ("bmp", "image/bmp", false),
    ("bz2", "application/x-bzip2", true),
    ("conf", "text/plain", false),
    ("csv", "text/csv", false),
    ("doc", "application/msword", false),
    ("docm", "application/vnd.ms-word.document.macroenabled.12", true),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", true),
    ("eml", "message/rfc822", false),
    ("gif", "image/gif", true),
    ("gz", "application/gzip", true),
    ("heic", "image/heic", true),
    ("htm", "text/html", false),
    ("html", "text/html", false),
    ("ics", "text/calendar", false),
    ("ini", "text/plain", false),
    ("jpeg", "image/jpeg", true),
    ("jpg", "image/jpeg", true),
    ("json", "application/json", false),
    ("jsonl", "application/x-ndjson", false),
    ("log", "text/plain", false),
    ("m4a", "audio/mp4", true),
    ("md", "text/markdown", false),
    ("mov", "video/quicktime", true),
    ("mp3", "audio/mpeg", true),
    ("mp4", "video/mp4", true),
    ("msg", "application/vnd.ms-outlook", false),
    ("odp", "application/vnd.oasis.opendocument.presentation", true),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", true),
    ("odt", "application/vnd.oasis.opendocument.text", true),
    ("pcap", "application/vnd.tcpdump.pcap", false),
    ("pdf", "application/pdf", false),
    ("png", "image/png", true),
    ("ppt", "application/vnd.ms-powerpoint", false),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", true),
    ("rar", "application/vnd.rar", true),
    ("rtf", "application/rtf", false),
    ("sql", "application/sql", false),
    ("svg", "image/svg+xml", false),
    ("tar", "application/x-tar", false),
    ("tgz", "application/gzip", true),
    ("tif", "image/tiff", false),
    ("tiff", "image/tiff", false),
    ("toml", "application/toml", false),
    ("tsv", "text/tab-separated-values", false),
    ("txt", "text/plain", false),
    ("vsdx", "application/vnd.ms-visio.drawing.main+xml", true),
    ("wav", "audio/wav", false),
    ("webm", "video/webm", true),
    ("webp", "image/webp", true),
    ("xls", "application/vnd.ms-excel", false),
    ("xlsb", "application/vnd.ms-excel.sheet.binary.macroenabled.12", true),
    ("xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", true),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true),
    ("xml", "application/xml", false),
    ("xz", "application/x-xz", true),
    ("yaml", "application/yaml", false),
    ("yml", "application/yaml", false),
    ("zip", "application/zip", true),
    ("zst", "application/zstd", true),
];

/// First bytes, and the extension whose entry they stand for.
const BY_CONTENT: &[(&[u8], &str)] = &[
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\xfd7zXZ\0", "xz"),
    (b"(\xb5\x2f\xfd", "zst"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "msg"),
];

/// Extensions of formats that are a ZIP archive inside.
const ZIPPED: &[&str] = &["docm", "docx", "odp", "ods", "odt", "pptx", "vsdx", "xlsb", "xlsm", "xlsx", "zip"];

/// Extensions of formats that are an OLE file inside.
const OLE: &[&str] = &["doc", "msg", "ppt", "xls"];

/// The media type of a file from its name and first bytes. A name that contradicts unmistakable content is not believed:
/// a PDF called `scan.txt` is a PDF.
pub fn media_type(name: &str, head: &[u8]) -> &'static str {
    let extension = extension(name);
    let by_content = BY_CONTENT.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, ext)| *ext);
    let chosen = match by_content {
        Some("zip") if ZIPPED.contains(&extension.as_str()) => extension.as_str(),
        Some("msg") if OLE.contains(&extension.as_str()) => extension.as_str(),
        // An OLE file of unknown make.
        Some("msg") => "",
        Some(found) => found,
        None if is_riff(head, b"WEBP") => "webp",
        None => extension.as_str(),
    };
    BY_EXTENSION.iter().find(|(ext, ..)| *ext == chosen).map_or(UNKNOWN, |(_, media, _)| media)
}

/// Whether files of this type are compressed already and go into the archive as they are.
pub fn is_compressed(media_type: &str) -> bool {
    BY_EXTENSION.iter().any(|(_, media, compressed)| *compressed && *media == media_type)
}

fn is_riff(head: &[u8], form: &[u8]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(form)
}

fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, extension)) => extension.to_ascii_lowercase(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(BY_EXTENSION.windows(2).all(|w| w[0].0 < w[1].0));
        let known = |ext: &str| BY_EXTENSION.iter().any(|(e, ..)| *e == ext);
        assert!(BY_CONTENT.iter().all(|(_, ext)| known(ext)));
        assert!(ZIPPED.iter().chain(OLE).all(|ext| known(ext)));
    }

    #[test]
    fn names_tell_the_type() {
        assert_eq!(media_type("q1/users.CSV", b"id,name"), "text/csv");
        assert_eq!(media_type("a.tar.gz", b""), "application/gzip");
        assert_eq!(media_type("README", b"hello"), UNKNOWN);
        assert_eq!(media_type("a.unheard-of", b"hello"), UNKNOWN);
    }

    #[test]
    fn unmistakable_content_beats_the_name() {
        assert_eq!(media_type("scan.txt", b"%PDF-1.7"), "application/pdf");
        assert_eq!(media_type("scan", b"\x89PNG\r\n\x1a\n...."), "image/png");
        assert_eq!(media_type("a.xlsx", b"PK\x03\x04...."), BY_EXTENSION.iter().find(|e| e.0 == "xlsx").unwrap().1);
        assert_eq!(media_type("a.pdf", b"PK\x03\x04...."), "application/zip");
        assert_eq!(media_type("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/vnd.ms-outlook");
        assert_eq!(media_type("odd.pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), UNKNOWN);
        assert_eq!(media_type("x", b"RIFF\x01\x02\x03\x04WEBP"), "image/webp");
    }

    #[test]
    fn compressed_types_are_known() {
        assert!(is_compressed("image/png") && is_compressed("application/zip"));
        assert!(!is_compressed("text/csv") && !is_compressed("application/pdf") && !is_compressed(UNKNOWN));
    }
}
