//! A PDF, read by poppler, qpdf and mupdf.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value;
use tempfile::TempDir;

use super::tools::{output, tool};

/// The mark of a draft as poppler gives it: its letters stand aslant.
const WATERMARK: &str = "D\nR\nA\nF\nT\n";
/// Above this a word is the watermark.
const LARGEST_TEXT: f64 = 60.0;
/// What a glyph may stand out of its place: rounding and the overhang of italics.
const TOLERANCE: f64 = 1.0;

pub struct Pdf {
    pub path: PathBuf,
    text: OnceCell<String>,
    /// The folder it is in.
    _keep: Option<Rc<TempDir>>,
}

/// A word and its box, from the upper left corner of its page.
#[derive(Debug, Clone)]
pub struct Word {
    /// From 1.
    pub page: usize,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    pub depth: usize,
    pub title: String,
    pub page: usize,
}

#[derive(Debug, Clone)]
pub struct Link {
    pub page: usize,
    /// What stands under it, without blanks and a comma at the end.
    pub text: String,
    pub uri: Option<String>,
    /// Page it leads to within the file, and how far from the page's top.
    pub to: Option<(usize, f64)>,
}

/// A text without its white space: lines break differently on paper.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

impl Pdf {
    #[track_caller]
    pub fn open(path: &Path, keep: Option<Rc<TempDir>>) -> Self {
        assert!(path.is_file(), "{} was not written", path.display());
        Self { path: path.to_owned(), text: OnceCell::new(), _keep: keep }
    }

    /// `qpdf --check` has nothing to object to, not even a warning.
    #[track_caller]
    pub fn is_sound(&self) {
        let said = output(tool("qpdf").arg("--check").arg(&self.path));
        assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
        assert!(!said.to_lowercase().contains("warning"), "{said}");
    }

    pub fn info(&self) -> BTreeMap<String, String> {
        output(tool("pdfinfo").arg("-isodates").arg(&self.path))
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect()
    }

    pub fn page_count(&self) -> usize {
        self.info()["Pages"].parse().expect("a number of pages")
    }

    /// Fonts by name; each as (embedded, has a map to Unicode).
    pub fn fonts(&self) -> Vec<(String, bool, bool)> {
        output(tool("pdffonts").arg(&self.path))
            .lines()
            .skip(2)
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let flags: Vec<bool> =
                    words.iter().filter(|w| matches!(**w, "yes" | "no")).map(|w| *w == "yes").collect();
                (words[0].to_owned(), flags[0], flags[2])
            })
            .collect()
    }

    // --- Text ------------------------------------------------------------------------------------------------------

    /// All text in the order of the file, pages ended by a form feed, without the watermark.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| {
            let text = output(tool("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&self.path).arg("-"));
            text.replace(WATERMARK, "")
        })
    }

    /// Pages that carry the watermark of a draft.
    pub fn watermarks(&self) -> usize {
        output(tool("pdftotext").arg("-raw").arg(&self.path).arg("-")).matches(WATERMARK).count()
    }

    /// The pages' texts.
    pub fn pages(&self) -> Vec<&str> {
        self.text().trim_end_matches('\u{c}').split('\u{c}').collect()
    }

    /// The text without running heads and feet, so that what goes on over a page break stands together.
    pub fn flow(&self) -> String {
        let size = &self.info()["Page size"];
        let height: f64 = size.split_whitespace().nth(2).and_then(|h| h.parse().ok()).expect("a page height");
        let area = ["-x", "0", "-y", "66", "-W", "700", "-H"];
        let rest = format!("{}", (height - 66.0 - 72.0).round());
        let text =
            output(tool("pdftotext").args(["-raw", "-enc", "UTF-8"]).args(area).arg(rest).arg(&self.path).arg("-"));
        text.replace(WATERMARK, "").replace('\u{c}', "\n")
    }

    /// How often a text occurs, however its lines break.
    pub fn count(&self, wanted: &str) -> usize {
        squeeze(self.text()).matches(&squeeze(wanted)).count()
    }

    #[track_caller]
    pub fn says(&self, wanted: &str) {
        assert!(self.count(wanted) > 0, "`{wanted}` is not in the text of {}:\n{}", self.path.display(), self.text());
    }

    #[track_caller]
    pub fn says_not(&self, unwanted: &str) {
        assert_eq!(self.count(unwanted), 0, "`{unwanted}` is in the text of {}", self.path.display());
    }

    /// These texts occur one after the other.
    #[track_caller]
    pub fn says_in_order(&self, wanted: &[&str]) {
        let text = squeeze(self.text());
        let mut at = 0;
        for one in wanted {
            let squeezed = squeeze(one);
            match text[at..].find(&squeezed) {
                Some(found) => at += found + squeezed.len(),
                None => panic!("`{one}` does not follow what stands before it in {wanted:?}:\n{}", self.text()),
            }
        }
    }

    /// The text from one phrase up to another.
    #[track_caller]
    pub fn between(&self, from: &str, to: &str) -> String {
        let text = squeeze(self.text());
        let start = text.find(&squeeze(from)).unwrap_or_else(|| panic!("`{from}` is not in the text"));
        let rest = &text[start..];
        let end = rest.find(&squeeze(to)).unwrap_or_else(|| panic!("`{to}` does not follow `{from}`"));
        rest[..end].to_owned()
    }

    /// Pages on which a text stands, from 1.
    pub fn pages_with(&self, wanted: &str) -> Vec<usize> {
        let wanted = squeeze(wanted);
        (1..).zip(self.pages()).filter(|(_, page)| squeeze(page).contains(&wanted)).map(|(number, _)| number).collect()
    }

    /// Text as mupdf extracts it.
    pub fn second_reading(&self) -> String {
        output(tool("mutool").args(["draw", "-q", "-F", "txt"]).arg(&self.path))
    }

    // --- Places ----------------------------------------------------------------------------------------------------

    /// Width and height of each page, and all words.
    pub fn words(&self) -> (Vec<(f64, f64)>, Vec<Word>) {
        let text = output(tool("pdftotext").args(["-bbox", "-enc", "UTF-8"]).arg(&self.path).arg("-"));
        let mut pages = Vec::new();
        let mut words = Vec::new();
        for line in text.lines() {
            let line = line.trim();
            let numbers = |names: &[&str]| -> Vec<f64> {
                names
                    .iter()
                    .map(|name| {
                        let (_, rest) = line.split_once(&format!("{name}=\"")).expect("an attribute");
                        rest.split('"').next().and_then(|n| n.parse().ok()).expect("a number")
                    })
                    .collect()
            };
            if line.starts_with("<page ") {
                let size = numbers(&["width", "height"]);
                pages.push((size[0], size[1]));
            } else if line.starts_with("<word ") {
                let place = numbers(&["xMin", "yMin", "xMax", "yMax"]);
                let text = line.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</word>")).unwrap_or_default();
                let [left, top, right, bottom] = place[..] else { unreachable!() };
                words.push(Word { page: pages.len(), left, top, right, bottom, text: unescape(text) });
            }
        }
        (pages, words)
    }

    /// Every character is on its page. Mupdf gives those beyond the edge too, which poppler leaves out.
    #[track_caller]
    fn has_every_character_on_its_page(&self) {
        // Written to a file: mutool does not write this to a pipe.
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let convert = ["convert", "-F", "stext", "-O", "mediabox-clip=no", "-o"];
        output(tool("mutool").args(convert).arg(file.path()).arg(&self.path));
        let text = std::fs::read_to_string(file.path()).expect("text of mutool");
        let number = |line: &str, name: &str| -> f64 {
            let (_, rest) = line.split_once(&format!(" {name}=\"")).expect("an attribute");
            rest.split('"').next().and_then(|n| n.parse().ok()).expect("a number")
        };
        let (mut page, mut width, mut height) = (0, 0.0, 0.0);
        for line in text.lines() {
            if line.starts_with("<page ") {
                (page, width, height) = (page + 1, number(line, "width"), number(line, "height"));
            } else if let Some(rest) = line.strip_prefix("<char quad=\"") {
                let quad: Vec<f64> =
                    rest.split('"').next().unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
                let inside = |at: f64, edge: f64| at >= -TOLERANCE && at <= edge + TOLERANCE;
                let across = quad.iter().step_by(2).all(|x| inside(*x, width));
                assert!(across && inside(number(line, "y"), height), "off page {page} of {width} x {height}: {line}");
            }
        }
        assert!(page > 0, "{text}");
    }

    /// No text stands out of its page or over other text.
    #[track_caller]
    pub fn is_within_its_pages(&self) {
        self.has_every_character_on_its_page();
        let (pages, words) = self.words();
        let words: Vec<Word> =
            words.into_iter().filter(|w| w.bottom - w.top < LARGEST_TEXT && !w.text.trim().is_empty()).collect();
        for page in 1..=pages.len() {
            let here: Vec<&Word> = words.iter().filter(|w| w.page == page).collect();
            for (index, a) in here.iter().enumerate() {
                for b in &here[index + 1..] {
                    let across = a.right.min(b.right) - a.left.max(b.left);
                    let down = a.bottom.min(b.bottom) - a.top.max(b.top);
                    let line = (a.bottom - a.top).min(b.bottom - b.top);
                    assert!(across <= TOLERANCE || down <= line * 0.55, "one over the other: {a:?} {b:?}");
                }
            }
        }
    }

    // --- Structure -------------------------------------------------------------------------------------------------

    pub fn bookmarks(&self) -> Vec<Bookmark> {
        output(tool("mutool").arg("show").arg(&self.path).arg("outline"))
            .lines()
            .map(|line| {
                let fields: Vec<&str> = line[1..].split('\t').collect();
                let depth = fields.iter().take_while(|field| field.is_empty()).count();
                let title = fields[depth].trim_matches('"').to_owned();
                let page = fields.last().and_then(|to| to.strip_prefix("#page=")).and_then(|to| to.split('&').next());
                Bookmark {
                    depth,
                    title,
                    page: page.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no page: {line}")),
                }
            })
            .collect()
    }

    /// Levels of the bookmarks never skip.
    #[track_caller]
    pub fn has_bookmarks_without_gaps(&self) {
        let mut before = 0;
        for bookmark in self.bookmarks() {
            assert!(bookmark.depth <= before + 1, "a gap before {bookmark:?}");
            before = bookmark.depth;
        }
    }

    /// The file as qpdf's JSON: pages and objects.
    fn objects(&self) -> Value {
        let json = output(tool("qpdf").args(["--json=2", "--json-stream-data=none"]).arg(&self.path));
        serde_json::from_str(&json).expect("JSON of qpdf")
    }

    /// Every link of every page.
    pub fn links(&self) -> Vec<Link> {
        let json = self.objects();
        let objects = json["qpdf"][1].as_object().expect("objects");
        let object = |reference: &Value| -> Value {
            match reference.as_str().filter(|r| r.ends_with(" R")) {
                Some(reference) => objects[&format!("obj:{reference}")]["value"].clone(),
                None => reference.clone(),
            }
        };
        let numbers: BTreeMap<&str, usize> = json["pages"]
            .as_array()
            .expect("pages")
            .iter()
            .zip(1..)
            .map(|(page, number)| (page["object"].as_str().expect("a page"), number))
            .collect();
        let root = object(&objects["trailer"]["value"]["/Root"]);
        let mut names: BTreeMap<String, Value> = BTreeMap::new();
        let mut nodes = vec![object(&object(&root["/Names"])["/Dests"])];
        while let Some(node) = nodes.pop() {
            nodes.extend(node["/Kids"].as_array().into_iter().flatten().map(object));
            for pair in node["/Names"].as_array().map_or(&[][..], Vec::as_slice).chunks(2) {
                if let [name, target] = pair {
                    names.insert(name.as_str().expect("a name").to_owned(), object(target));
                }
            }
        }
        let (sizes, words) = self.words();
        let target = |dest: &Value| -> (usize, f64) {
            let dest = match dest.as_str() {
                Some(name) if !name.ends_with(" R") => {
                    names.get(name).unwrap_or_else(|| panic!("no place {name}")).clone()
                }
                _ => object(dest),
            };
            let dest = if dest.is_object() { object(&dest["/D"]) } else { dest };
            let page = numbers[dest[0].as_str().expect("a page")];
            (page, sizes[page - 1].1 - dest[3].as_f64().unwrap_or_default())
        };
        let mut links = Vec::new();
        for (reference, page) in &numbers {
            let dictionary = object(&Value::from(*reference));
            let Value::Array(annotations) = object(&dictionary["/Annots"]) else { continue };
            for annotation in annotations.iter().map(object).filter(|a| a["/Subtype"] == "/Link") {
                let action = object(&annotation["/A"]);
                let uri = action["/URI"].as_str().map(|uri| uri.trim_start_matches("u:").to_owned());
                let dest = [&annotation["/Dest"], &action["/D"]].into_iter().find(|d| !d.is_null());
                assert!(uri.is_some() || dest.is_some(), "a link to somewhere else: {annotation:#}");
                links.push(Link {
                    page: *page,
                    text: under(&annotation, &words, *page, sizes[page - 1].1),
                    uri,
                    to: dest.map(&target),
                });
            }
        }
        links.sort_by_key(|link| link.page);
        links
    }
}

/// The words under a link.
fn under(annotation: &Value, words: &[Word], page: usize, height: f64) -> String {
    let numbers = |key: &str| -> Vec<f64> {
        annotation[key].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let (quads, rect) = (numbers("/QuadPoints"), numbers("/Rect"));
    let areas: Vec<&[f64]> = if quads.is_empty() { vec![&rect[..]] } else { quads.chunks(8).collect() };
    let mut text = String::new();
    for word in words.iter().filter(|w| w.page == page && w.bottom - w.top < LARGEST_TEXT) {
        let (x, y) = ((word.left + word.right) / 2.0, height - (word.top + word.bottom) / 2.0);
        let inside = areas.iter().any(|area| {
            let side = |odd: usize| area.iter().skip(odd).step_by(2).copied();
            let within =
                |at: f64, odd| at >= side(odd).fold(f64::MAX, f64::min) && at <= side(odd).fold(f64::MIN, f64::max);
            within(x, 0) && within(y, 1)
        });
        if inside {
            text.push_str(&word.text);
        }
    }
    // A comma of the list around it is part of the word.
    text.trim_end_matches(',').to_owned()
}
