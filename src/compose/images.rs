//! Images of the description: found in the folder, checked before the layout engine sees them, numbered.

use std::collections::HashMap;
use std::path::PathBuf;

use imagesize::ImageType;

use super::markdown::{ImageAsset, Images};
use super::{photo, rules};
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::load::{FIRM_PREFIX, Folder};
use crate::typeset::asset_path;

/// Largest image file, in bytes.
const FILE_LIMIT: u64 = 32 * 1024 * 1024;
/// Most pixels of an image: decoded they take four bytes each, and far more than a page can show.
const PIXEL_LIMIT: usize = 40_000_000;
/// Points for a pixel of an image that does not say its resolution.
const POINTS_PER_PIXEL: f64 = 0.75;

/// The images of an engagement folder.
pub struct FolderImages<'a> {
    folder: &'a Folder,
    firm_folder: Option<&'a Folder>,
    known: HashMap<PathBuf, ImageAsset>,
    /// The files' contents by number.
    pub assets: Vec<Vec<u8>>,
}

impl<'a> FolderImages<'a> {
    pub fn new(folder: &'a Folder, firm_folder: Option<&'a Folder>) -> Self {
        Self { folder, firm_folder, known: HashMap::new(), assets: Vec::new() }
    }

    fn load(&mut self, path: &str, at: &Origin) -> Result<ImageAsset, Diagnostic> {
        let refused = |why: String| Diagnostic::new(&rules::IMAGE_MISSING, format!("the image `{path}` {why}")).at(at);
        // Relative to the file that names it.
        let name = at.source.name();
        let firm = self.firm_folder.zip(name.strip_prefix(FIRM_PREFIX));
        let base = firm.map_or(name, |(_, name)| name).rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = firm.map_or(self.folder, |(firm, _)| firm).resolve(base, path, at)?;
        if let Some(known) = self.known.get(&file) {
            return Ok(known.clone());
        }
        let size = file.metadata().map_err(|error| refused(format!("cannot be read: {error}")))?.len();
        if size > FILE_LIMIT {
            return Err(refused(format!("has {} MiB; at most {} are used", size >> 20, FILE_LIMIT >> 20)));
        }
        let mut bytes = std::fs::read(&file).map_err(|error| refused(format!("cannot be read: {error}")))?;
        let (format, width, height) = if let Some((width, height)) = svg_size(&bytes) {
            ("svg", width, height)
        } else {
            let format = match imagesize::image_type(&bytes) {
                Ok(ImageType::Png) => "png",
                Ok(ImageType::Jpeg) => "jpg",
                Ok(ImageType::Gif) => "gif",
                Ok(ImageType::Webp) => "webp",
                _ => return Err(refused("is no PNG, JPEG, GIF, WebP or SVG file".into())),
            };
            let size =
                imagesize::blob_size(&bytes).map_err(|_| refused("is damaged: its size cannot be read".into()))?;
            if size.width == 0 || size.height == 0 {
                return Err(refused("is empty".into()));
            }
            if size.width.saturating_mul(size.height) > PIXEL_LIMIT {
                return Err(refused(format!("has {} x {} pixels; make it smaller", size.width, size.height)));
            }
            let (mut width, mut height) = (size.width, size.height);
            if format == "jpg" {
                let photo = photo::without_notes(bytes);
                bytes = photo.bytes;
                if photo.on_its_side {
                    std::mem::swap(&mut width, &mut height);
                }
            }
            (format, width as f64 * POINTS_PER_PIXEL, height as f64 * POINTS_PER_PIXEL)
        };
        let asset = ImageAsset { path: asset_path(self.assets.len()), format, width_pt: width, height_pt: height };
        self.assets.push(bytes);
        self.known.insert(file, asset.clone());
        Ok(asset)
    }
}

impl Images for FolderImages<'_> {
    fn image(&mut self, path: &str, at: &Origin, findings: &mut Findings) -> Option<ImageAsset> {
        match self.load(path, at) {
            Ok(asset) => Some(asset),
            Err(problem) => {
                findings.push(problem);
                None
            }
        }
    }
}

/// Width and height of an SVG in points, from its root element; a usual shape where it does not say.
fn svg_size(bytes: &[u8]) -> Option<(f64, f64)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let root = text.find("<svg")?;
    // Nothing but an XML head may stand before it.
    let head = text[..root].trim_start_matches('\u{feff}').trim_start();
    if !(head.is_empty() || head.starts_with("<?xml") || head.starts_with("<!")) {
        return None;
    }
    let tag = &text[root..root + text[root..].find('>')?];
    let attribute = |name: &str| -> Option<&str> {
        let at = tag.find(&format!(" {name}=")).or_else(|| tag.find(&format!("\n{name}=")))? + name.len() + 2;
        let quote = tag[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        tag[at + 1..].split(quote).next()
    };
    let length = |name: &str| -> Option<f64> {
        let value = attribute(name)?.trim();
        let number = value.trim_end_matches(|c: char| c.is_alphabetic());
        let scale = match &value[number.len()..] {
            "pt" => 1.0,
            "mm" => 72.0 / 25.4,
            "cm" => 72.0 / 2.54,
            "in" => 72.0,
            "" | "px" => POINTS_PER_PIXEL,
            _ => return None,
        };
        number.parse::<f64>().ok().map(|n| n * scale).filter(|n| *n > 0.0 && n.is_finite())
    };
    if let (Some(width), Some(height)) = (length("width"), length("height")) {
        return Some((width, height));
    }
    let view: Vec<f64> =
        attribute("viewBox").map(|v| v.split([' ', ',']).filter_map(|n| n.parse().ok()).collect()).unwrap_or_default();
    match view[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => {
            Some((width * POINTS_PER_PIXEL, height * POINTS_PER_PIXEL))
        }
        _ => Some((400.0, 300.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::svg_size;

    #[test]
    fn sizes_of_svg_files() {
        assert_eq!(svg_size(b"<svg xmlns='x' width=\"100\" height='40mm'></svg>").map(|s| s.0), Some(75.0));
        assert_eq!(svg_size(b"<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 200 100\"/>"), Some((150.0, 75.0)));
        assert_eq!(svg_size(b"<svg width='100%' height='100%'>"), Some((400.0, 300.0)));
        assert_eq!(svg_size(b"<html><svg>"), None);
        assert_eq!(svg_size(b"\x89PNG"), None);
    }
}
