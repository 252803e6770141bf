//! What is laid out here looks as the engine has it: the same glyphs, links and tags at the same places, on the same pages.

use std::sync::atomic::{AtomicUsize, Ordering};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::introspection::Tag;
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::model::Destination;
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::visualize::{Geometry, Shape};
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;

use super::fonts::Fonts;
use super::{cells, paragraphs};

/// A world with one file, whose cells are laid out by us or by the engine.
struct OneFile {
    library: LazyHash<Library>,
    source: Source,
}

impl OneFile {
    fn new(text: &str, ours: bool) -> Self {
        let mut library = <Library as LibraryExt>::default();
        if ours {
            cells::install(&mut library);
            paragraphs::install(&mut library);
        }
        Self { library: LazyHash::new(library), source: Source::detached(text) }
    }
}

impl World for OneFile {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &Fonts::builtin().book
    }
    fn main(&self) -> FileId {
        self.source.id()
    }
    fn source(&self, _: FileId) -> FileResult<Source> {
        Ok(self.source.clone())
    }
    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }
    fn font(&self, index: usize) -> Option<Font> {
        Fonts::builtin().fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// What is on a page, with its place: text glyph by glyph, tags by the kind of element.
fn seen(frame: &Frame, at: Transform, found: &mut Vec<(Point, String)>) {
    for (point, item) in frame.items() {
        match item {
            FrameItem::Group(group) => {
                let inner = at.pre_concat(Transform::translate(point.x, point.y)).pre_concat(group.transform);
                seen(&group.frame, inner, found);
            }
            FrameItem::Text(text) => {
                found.push((
                    point.transform(at),
                    format!("{:?} {:?} {:?} {:?}", text.text, text.font, text.size, text.fill),
                ));
                let mut x = point.x;
                for glyph in &text.glyphs {
                    let shown = &text.text[glyph.range()];
                    let place = Point::new(x, point.y).transform(at);
                    found.push((place, format!("{} {shown:?} {:?}", glyph.id, glyph.span.0)));
                    x += glyph.x_advance.at(text.size);
                }
            }
            FrameItem::Tag(Tag::Start(element, _)) => {
                found.push((point.transform(at), format!("start {}", element.func().name())));
            }
            FrameItem::Tag(Tag::End(..)) => found.push((point.transform(at), "end".to_owned())),
            // The numbers of places in the document are arbitrary.
            FrameItem::Link(Destination::Location(_), size) => {
                found.push((point.transform(at), format!("link {size:?}")))
            }
            FrameItem::Shape(Shape { geometry: Geometry::Line(to), stroke, .. }, _) => {
                let (x, y) = (to.x.to_pt(), to.y.to_pt());
                found.push((point.transform(at), format!("line {x:.6} {y:.6} {stroke:?}")));
            }
            other => found.push((point.transform(at), format!("{other:?}"))),
        }
    }
}

/// The first page of a file, as the engine lays it out.
pub fn first_page(text: &str) -> Frame {
    let document: PagedDocument = typst::compile(&OneFile::new(text, false)).output.expect("the file is right");
    document.pages()[0].frame.clone()
}

fn pages(text: &str, ours: bool) -> Vec<(Point, String)> {
    let world = OneFile::new(text, ours);
    let document: PagedDocument = typst::compile(&world).output.expect("the file is right");
    let mut found = vec![];
    for page in document.pages() {
        seen(&page.frame, Transform::identity(), &mut found);
    }
    found
}

/// Tells the first difference between our page and the engine's.
fn same(file: &str) {
    let (ours, theirs) = (pages(file, true), pages(file, false));
    for ((place, ours), (their_place, theirs)) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "{place:?} in {file}");
        // Widths are added up in another order.
        let apart = *place - *their_place;
        assert!(apart.x.to_pt().hypot(apart.y.to_pt()) < 1e-6, "{place:?} {their_place:?} {ours} {file}");
    }
    assert_eq!(ours.len(), theirs.len(), "{file}");
}

/// A table with one cell, set as the templates set theirs.
fn cell(width: f64, set: &str, body: &str) -> String {
    format!(
        "#set page(width: 600pt, height: 900pt, margin: 20pt)\n#set text(font: \"Source Sans 3\", size: 8.6pt, top-edge: 0.76em, \
         bottom-edge: -0.24em, number-width: \"tabular\")\n#set par(leading: 2.9pt)\n{set}\n\
         #table(columns: {width}pt, inset: 4pt, stroke: none, table.cell(breakable: false, {body}))"
    )
}

/// A cell that stays whole, and one that need not.
fn cells(width: f64, set: &str, body: &str) -> String {
    let whole = cell(width, set, body);
    format!(
        "{whole}\n#table(columns: ({width}pt, 40pt), inset: (x: 3pt, top: 2pt), stroke: none, align: (left + bottom, auto), \
         {body}, [x\\ y\\ z])"
    )
}

const TEXTS: [&str; 9] = [
    "Access to production is granted by the owner of the system, for 30 days at most, and reviewed each quarter.",
    "Inspected the third-party risk assessments (2025-03-01 to 2025-11-30) and/or the vendor's SOC 2 report; no exceptions noted.",
    "AWAY, Ty. To “quote” it – ‘as is’ — 25 of 61 (41%) office files affine fluff… §4, ½ naïve Łódź façade Übergröße",
    "a b  c   d .  , x-y-z 1-2 e.g. i.e. U.S. #42 & $5.00/each [x] {y} <z> ~tilde^caret_under`tick` 50 % !? \"straight\" 'single'",
    "supercalifragilistic/expialidocious-internationalization.of.everything_without_any_space",
    "x",
    " leading and trailing ",
    "2026-01-01 2026-12-31 100% 3/4 (1) [2]",
    "€ 5,00 is 5 €, “1”–‘2’. Wait—what? Yes… No! VA. AV, Tó",
];

#[test]
fn plain_cells_are_as_the_engine_has_them() {
    let mut compared = 0;
    for width in [41.0, 60.0, 97.3, 150.0, 260.0, 520.0] {
        for text in TEXTS {
            let quoted = format!("{text:?}");
            for body in [
                quoted.clone(),
                format!("strong({quoted})"),
                format!("metadata((origin: 1)) + strong(delta: 200, \"A-1.1\") + linebreak() + {quoted}"),
                format!("text(weight: 600, {quoted}) + {quoted} + metadata(2)"),
                format!("{quoted} + linebreak() + {quoted} + text(fill: red, size: 7pt, {quoted})"),
                format!("[{}] + {quoted}", "word #strong[strong] word \\ next"),
            ] {
                for align in ["left", "center", "right"] {
                    let file = cells(width, &format!("#set align({align})"), &body);
                    same(&file);
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 6 * 9 * 6 * 3);
    what_is_plain();
}

/// How many cells were laid out here.
pub static HERE: AtomicUsize = AtomicUsize::new(0);

fn what_is_plain() {
    let is_plain = |set: &str, body: &str| {
        let before = HERE.load(Ordering::SeqCst);
        same(&cell(120.0, set, body));
        HERE.load(Ordering::SeqCst) > before
    };
    for (set, body) in [
        ("", "\"Words, in 2 lines or so; as most cells are\""),
        ("#set align(right)", "\"1200\""),
        ("", "link(\"https://example.com\")[there] + \" and \" + emph[here]"),
        ("", "\"A\" + metadata(1) + \"V and W\" + metadata(2) + \"AVA\""),
        ("", "metadata(1) + strong(delta: 200, \"A-1\") + linebreak() + \"Words\""),
        ("", "\"one\" + box(width: 4pt) + \"two\""),
        ("", "\"one\" + h(1fr) + \"two\""),
    ] {
        assert!(is_plain(set, body), "{set} {body}");
    }
    for (set, body) in [
        ("#set align(right)", "\"A full stop hangs over the edge.\""),
        ("", "\"https://example.com/a/long/path/of/a/page\""),
        ("", "\"see www.example.com/a/long/path for more\""),
        ("", "\"supercalifragilisticexpialidociousinternationalization\""),
        ("", "\"שלום and Ελλάδα\""),
        ("", "\"soft\u{ad}hyphen, nbsp\u{a0}, combining e\u{301}\""),
        ("", "underline(\"words\")"),
        ("", "\"one\" + box(fill: red, width: 4pt) + \"two\""),
        ("", "\"one\" + box(width: 4pt, height: 6pt, align(bottom)[.]) + \"two\""),
        ("", "\"one\" + h(4pt, weak: true) + \"two\""),
        ("#set par(justify: true)", "\"Words that fill more than one line of this narrow cell\""),
        ("#set par(linebreaks: \"optimized\")", "\"Words that fill more than one line of this narrow cell\""),
        ("#set text(hyphenate: true)", "\"Internationalization of organizations and authorizations\""),
        ("#set text(lang: \"de\", hyphenate: true)", "\"Zutrittsberechtigungen und Verschwiegenheit\""),
        ("#set text(tracking: 1pt)", "\"words\""),
        ("#set text(top-edge: \"ascender\")", "\"words\""),
        ("#set text(baseline: 2pt)", "\"words\""),
        ("#show: upper", "\"words\""),
        ("#set text(stroke: 1pt)", "\"words\""),
        ("#set text(dir: rtl)", "\"words\""),
    ] {
        assert!(!is_plain(set, body), "{set} {body}");
    }
}

#[test]
fn boxes_and_spaces_in_lines_are_as_the_engine_has_them() {
    let pieces = [
        "box(width: 20pt, \"7.\")",
        "box(link(\"anchor:a\", text(fill: blue)[see CC6.1]))",
        "link(\"anchor:a\", box(width: 30pt)[AC-01] + \" of the matrix\")",
        "box(width: 10pt, baseline: 0.2pt, circle(radius: 2.5pt))",
        "box(width: 8pt, height: 1em, baseline: 0.24em)",
        "box(inset: (left: 4pt, y: 1pt), text(size: 14pt)[Larger])",
        "box(width: 30pt, inset: 3pt, [two lines])",
        "box()",
        "h(6pt)",
        "h(-3pt)",
        "h(2em)",
        "h(1fr)",
        "box(width: 1fr, inset: (x: 4pt), line(length: 100%, stroke: 0.6pt))",
        "box(width: 2fr)[Share]",
        "[ ] + box(image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"), format: \"svg\"))",
    ];
    let before = HERE.load(Ordering::SeqCst);
    let mut compared = 0;
    for width in [60.0, 131.0, 300.0] {
        for piece in pieces {
            for body in [
                format!("{piece} + \"Words that follow it, some more\""),
                format!("\"Words before it, some more \" + {piece}"),
                format!("\"Words before it\" + {piece} + [ ] + box(width: 9pt) + metadata(1) + \"and after it.\""),
                format!(
                    "strong(\"A-1\") + metadata(1) + {piece} + linebreak() + \"and then\" + {piece} + h(1fr) + \"last.\""
                ),
                format!(
                    "par(hanging-indent: 24pt, \"Words before it, some more. \" + {piece} + \" Words after it, \" + {piece})"
                ),
                format!(
                    "link(\"anchor:b\", {{ par(hanging-indent: 9pt, {{ \"Words \" + {piece}; [ ]; {piece} + \"end\" }}) }})"
                ),
            ] {
                for align in ["left", "right"] {
                    same(&cells(width, &format!("#set align({align})"), &body));
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 3 * 15 * 6 * 2);
    assert!(HERE.load(Ordering::SeqCst) > before + compared);
}

/// A section as the templates set it, on pages of such a height.
fn section(height: f64, body: &str) -> String {
    format!(
        "#set page(width: 300pt, height: {height}pt, margin: 20pt)\n#set text(font: \"Source Serif 4\", size: 10.2pt, top-edge: 0.76em, \
         bottom-edge: -0.24em)\n#set par(leading: 4.2pt, spacing: 10pt)\n#show heading: it => block(sticky: true, above: 22pt, \
         below: 9pt, it.body)\n{body}"
    )
}

#[test]
fn paragraphs_are_as_the_engine_has_them() {
    let sentence =
        "Access to production is granted by the owner of the system, for 30 days at most, and reviewed each quarter.";
    let mut pieces = String::new();
    for (number, count) in [1, 2, 3, 1, 4, 2, 6, 3, 1, 5].into_iter().enumerate() {
        let words = sentence.repeat(count);
        pieces += &match number % 5 {
            0 => format!("= Heading {number}\n#par[{words}]\n"),
            1 => format!(
                "#par(\"{words}\")\n#par[#metadata(1)See #link(\"anchor:a\", text(fill: blue)[the controls of {number}]) and *strong* words; _{words}_]\n"
            ),
            2 => format!("#par[{words}]\n#list(tight: false)[One][Two, {words}]\n#par[{words}]\n"),
            3 => format!(
                "#block(breakable: false)[#par[{words}]#par[{words}]]\n#par(hanging-indent: 20pt, leading: 1pt)[{words}]\n"
            ),
            _ => format!(
                "#par[{words}#footnote[A note {number}.] {words}]\n#pad(left: 30pt)[#par[{words}]\n\n{words}]\n"
            ),
        };
    }
    let before = HERE.load(Ordering::SeqCst);
    for text in [
        "_Access to production_",
        "*Access to* production",
        "Access #link(\"anchor:a\", text(fill: blue)[the controls])",
    ] {
        let before = HERE.load(Ordering::SeqCst);
        same(&section(200.0, &format!("#par[{text}]")));
        assert!(HERE.load(Ordering::SeqCst) > before, "{text}");
    }
    for height in (140..900).step_by(7) {
        same(&section(f64::from(height), &pieces));
    }
    assert!(HERE.load(Ordering::SeqCst) > before);
    for body in [
        "#set text(lang: \"de\", hyphenate: true)\n#par[Zutrittsberechtigungen und Verschwiegenheitsverpflichtungen gelten unternehmensweit]",
        "#set align(right)\n#par[Words. And more words,]",
        "#set par(justify: true)\n#par[Words that fill more than one line of this narrow page, as they are meant to do here]",
        "#par[IT QUALITY, TV W Y F P L. V/W-T is IT] #par[*IT QUALITY, TV W Y F P L. V/W-T is IT*]",
        "#par(first-line-indent: (amount: 12pt, all: true))[Words]",
        "#par(justify: true)[Words that fill more than one line of this narrow page, as they are meant to do here]",
        "#block(height: 90pt, align(bottom, par[At the bottom]))#block(height: 90pt, align(horizon, par[In the middle]))",
        "#set par(spacing: 30pt)\n#par[One]\n#par(spacing: 2pt)[Two]\n#par[Three]",
        "#par[]#par[ ]#par[Ende]",
    ] {
        same(&section(300.0, body));
    }
}
