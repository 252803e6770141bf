//! Links inside the document, and the page numbers of their targets.
//!
//! A link that the engine resolves makes everything around it depend on where its target is: nearly every table would be
//! laid out a second time, only to become the same. So the templates write `anchor:NAME` as if it were a web address, and
//! the finished pages are led to the places of these names here.

use std::collections::{BTreeMap, BTreeSet};

use typst::foundations::Label;
use typst::introspection::{Introspector, Location, Tag};
use typst::layout::{Frame, FrameItem};
use typst::model::{Destination, Document, LinkMarker};
use typst::utils::PicoStr;
use typst_layout::{Page, PagedDocument, PagedIntrospector};

use super::numbers::{self, Asked, Digits, Pending};

/// How the templates write a link to an anchor. Links of users are `http`, `https` and `mailto` only.
const SCHEME: &str = "anchor:";

/// Leads the links of the pages to their anchors and writes page numbers. `page_word` names a page in the alternative
/// texts of the links. Fails with the names that no place has.
pub fn resolve(document: PagedDocument, page_word: &str) -> Result<PagedDocument, Vec<String>> {
    let mut pages: Vec<Page> = document.pages().to_vec();
    let mut links = Links {
        introspector: document.introspector(),
        page_word,
        known: BTreeMap::new(),
        unknown: BTreeSet::new(),
        page: 0,
        count: pages.len(),
        digits: Digits::default(),
        pending: Pending::default(),
    };
    for (number, page) in pages.iter_mut().enumerate() {
        links.page = number + 1;
        if has_links(&page.frame) {
            links.resolve(&mut page.frame);
        }
    }
    if !links.unknown.is_empty() {
        return Err(links.unknown.into_iter().collect());
    }
    Ok(PagedDocument::new(pages.into(), document.info().clone()))
}

struct Links<'a> {
    introspector: &'a PagedIntrospector,
    page_word: &'a str,
    /// By anchor: where it leads.
    known: BTreeMap<String, Place>,
    unknown: BTreeSet<String>,
    /// The page that is looked at, and how many there are.
    page: usize,
    count: usize,
    digits: Digits,
    pending: Pending,
}

/// Where an anchor is.
struct Place {
    location: Location,
    page: String,
}

impl Links<'_> {
    fn resolve(&mut self, frame: &mut Frame) {
        let page_word = self.page_word;
        // The only way to reach the items of a frame for writing.
        frame.retain(|item| {
            match item {
                FrameItem::Group(group) if has_links(&group.frame) => self.resolve(&mut group.frame),
                FrameItem::Link(destination, _) => {
                    if let Some(anchor) = anchor_of(destination)
                        && let Some(place) = self.place(&anchor)
                    {
                        *destination = Destination::Location(place.location);
                    }
                }
                FrameItem::Tag(Tag::Start(element, _)) => {
                    if let Some((asked, right)) = numbers::asked(element) {
                        self.pending = Pending::new(self.numbers(asked), right);
                    }
                    let alt = element.to_packed::<LinkMarker>().and_then(|marker| marker.alt.as_deref());
                    if let Some(anchor) = alt.and_then(|alt| alt.strip_prefix(SCHEME)).map(str::to_owned)
                        && let Some(place) = self.place(&anchor)
                    {
                        let text = format!("{page_word} {}", place.page).into();
                        if let Some(marker) = element.to_packed_mut::<LinkMarker>() {
                            marker.alt = Some(text);
                        }
                    }
                }
                FrameItem::Text(text) => self.digits.write(text, &mut self.pending),
                _ => {}
            }
            true
        });
    }

    fn numbers(&mut self, asked: Asked) -> Vec<String> {
        match asked {
            Asked::PageOf(anchor) => self.place(&anchor).map(|place| place.page.clone()).into_iter().collect(),
            Asked::PageAndCount => vec![self.page.to_string(), self.count.to_string()],
        }
    }

    fn place(&mut self, anchor: &str) -> Option<&Place> {
        if !self.known.contains_key(anchor) {
            let Some(place) = self.find(anchor) else {
                self.unknown.insert(anchor.to_owned());
                return None;
            };
            self.known.insert(anchor.to_owned(), place);
        }
        self.known.get(anchor)
    }

    fn find(&self, anchor: &str) -> Option<Place> {
        let label = Label::new(PicoStr::intern(anchor))?;
        let location = self.introspector.query_label(label).ok()?.location()?;
        let page = self.introspector.page(location)?.to_string();
        Some(Place { location, page })
    }
}

fn anchor_of(destination: &Destination) -> Option<String> {
    match destination {
        Destination::Url(url) => url.strip_prefix(SCHEME).map(str::to_owned),
        _ => None,
    }
}

/// Whether a frame holds such a link or asks for a number at any depth: the others stay as they are, shared with the
/// engine's caches.
fn has_links(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => has_links(&group.frame),
        FrameItem::Link(destination, _) => anchor_of(destination).is_some(),
        FrameItem::Tag(Tag::Start(element, _)) => element.is::<LinkMarker>() || numbers::asked(element).is_some(),
        _ => false,
    })
}
