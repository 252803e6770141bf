//! Photographs: what a camera or a telephone notes about them, such as the place, does not go into a report.

/// Marks of the segments of a JPEG file that matter here.
const EXIF_AND_XMP: u8 = 0xE1;
const IPTC: u8 = 0xED;
const APP0: u8 = 0xE0;
const START_OF_SCAN: u8 = 0xDA;
const EXIF_HEAD: &[u8] = b"Exif\0\0";

/// A JPEG file without its notes, and whether its sides change places when it is turned upright.
pub struct Photo {
    pub bytes: Vec<u8>,
    pub on_its_side: bool,
}

/// Takes the notes out of a JPEG file: all but the orientation, by which it is turned when it is printed. The picture
/// itself stays as it is, byte for byte. A file that is not built as expected stays whole.
pub fn without_notes(jpeg: Vec<u8>) -> Photo {
    let Some((kept, orientation)) = read(&jpeg) else { return Photo { bytes: jpeg, on_its_side: false } };
    let mut bytes = Vec::with_capacity(jpeg.len());
    bytes.extend_from_slice(&jpeg[..2]);
    let mut noted = orientation <= 1;
    for range in kept {
        // Behind the head of the file, which comes first.
        let is_head = jpeg.get(range.start + 1) == Some(&APP0);
        if !noted && !is_head {
            bytes.extend(orientation_note(orientation));
            noted = true;
        }
        bytes.extend_from_slice(&jpeg[range]);
    }
    Photo { bytes, on_its_side: orientation >= 5 }
}

/// The segments to keep, the last of which goes to the end of the file, and the orientation (1 to 8).
fn read(jpeg: &[u8]) -> Option<(Vec<std::ops::Range<usize>>, u8)> {
    if !jpeg.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    let (mut kept, mut orientation, mut at) = (Vec::new(), 1, 2);
    loop {
        let &[0xFF, mark, high, low] = jpeg.get(at..at + 4)? else { return None };
        if mark == START_OF_SCAN {
            kept.push(at..jpeg.len());
            return Some((kept, orientation));
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        let body = jpeg.get(at + 4..end)?;
        match mark {
            EXIF_AND_XMP | IPTC => {
                if let Some(found) = body.strip_prefix(EXIF_HEAD).and_then(orientation_of) {
                    orientation = found;
                }
            }
            _ => kept.push(at..end),
        }
        at = end;
    }
}

fn orientation_of(notes: &[u8]) -> Option<u8> {
    let (fields, _) = exif::parse_exif(notes).ok()?;
    let field = fields.iter().find(|f| f.tag == exif::Tag::Orientation && f.ifd_num == exif::In::PRIMARY)?;
    field.value.get_uint(0).and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=8).contains(n))
}

/// A segment that says the orientation and nothing else.
fn orientation_note(orientation: u8) -> Vec<u8> {
    let mut body = EXIF_HEAD.to_vec();
    // Big-endian; one directory at byte 8 with one entry: orientation, a short, one of them; no further directory.
    body.extend(b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    body.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut segment = vec![0xFF, EXIF_AND_XMP];
    segment.extend(u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
    segment.extend(body);
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(mark: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFF, mark];
        bytes.extend(u16::try_from(body.len() + 2).expect("short").to_be_bytes());
        bytes.extend(body);
        bytes
    }

    fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        segments.iter().for_each(|s| bytes.extend(s));
        bytes.extend(segment(START_OF_SCAN, b"scan"));
        bytes.extend(b"picture\xFF\xD9");
        bytes
    }

    #[test]
    fn notes_go_and_the_picture_stays() {
        let head = segment(APP0, b"JFIF\0");
        let table = segment(0xDB, b"table");
        let place = segment(EXIF_AND_XMP, b"http://ns.adobe.com/xap/1.0/\0 51.5 N");
        let photo = without_notes(jpeg(&[head.clone(), place, segment(IPTC, b"author"), table.clone()]));
        assert_eq!(photo.bytes, jpeg(&[head, table]));
        assert!(!photo.on_its_side);
    }

    #[test]
    fn the_orientation_is_kept_alone() {
        let head = segment(APP0, b"JFIF\0");
        for orientation in 1..=8 {
            let photo = without_notes(jpeg(&[head.clone(), orientation_note(orientation)]));
            let expected =
                if orientation == 1 { vec![head.clone()] } else { vec![head.clone(), orientation_note(orientation)] };
            assert_eq!(photo.bytes, jpeg(&expected));
            assert_eq!(photo.on_its_side, orientation >= 5);
        }
    }

    #[test]
    fn what_is_no_jpeg_stays_whole() {
        for bytes in [&b"\xFF\xD8"[..], b"", b"\xFF\xD8\xFF\xE1\xFF\xFFshort", b"GIF89a"] {
            assert_eq!(without_notes(bytes.to_vec()).bytes, bytes);
        }
    }
}
