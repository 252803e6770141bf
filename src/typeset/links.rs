//! Links inside the document.
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

/// How the templates write a link to an anchor. Links of users are `http`, `https` and `mailto` only.
const SCHEME: &str = "anchor:";

/// Leads the links of the pages to their anchors. `page_word` names a page in the alternative texts of the links. Fails
/// with the names that no place has.
pub fn resolve(document: PagedDocument, page_word: &str) -> Result<PagedDocument, Vec<String>> {
    let mut links =
        Links { introspector: document.introspector(), page_word, known: BTreeMap::new(), unknown: BTreeSet::new() };
    let mut pages: Vec<Page> = document.pages().to_vec();
    for page in &mut pages {
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
    /// By anchor: its place, and what an alternative text says of it.
    known: BTreeMap<String, (Location, String)>,
    unknown: BTreeSet<String>,
}

impl Links<'_> {
    fn resolve(&mut self, frame: &mut Frame) {
        // The only way to reach the items of a frame for writing.
        frame.retain(|item| {
            match item {
                FrameItem::Group(group) if has_links(&group.frame) => self.resolve(&mut group.frame),
                FrameItem::Link(destination, _) => {
                    if let Some(anchor) = anchor_of(destination)
                        && let Some((location, _)) = self.place(&anchor)
                    {
                        *destination = Destination::Location(*location);
                    }
                }
                FrameItem::Tag(Tag::Start(element, _)) => {
                    let alt = element.to_packed::<LinkMarker>().and_then(|marker| marker.alt.as_deref());
                    if let Some(anchor) = alt.and_then(|alt| alt.strip_prefix(SCHEME)).map(str::to_owned)
                        && let Some((_, text)) = self.place(&anchor)
                    {
                        let text = text.as_str().into();
                        if let Some(marker) = element.to_packed_mut::<LinkMarker>() {
                            marker.alt = Some(text);
                        }
                    }
                }
                _ => {}
            }
            true
        });
    }

    fn place(&mut self, anchor: &str) -> Option<&(Location, String)> {
        if !self.known.contains_key(anchor) {
            let Some(place) = self.find(anchor) else {
                self.unknown.insert(anchor.to_owned());
                return None;
            };
            self.known.insert(anchor.to_owned(), place);
        }
        self.known.get(anchor)
    }

    fn find(&self, anchor: &str) -> Option<(Location, String)> {
        let label = Label::new(PicoStr::intern(anchor))?;
        let location = self.introspector.query_label(label).ok()?.location()?;
        let page = self.introspector.page(location)?;
        Some((location, format!("{} {page}", self.page_word)))
    }
}

fn anchor_of(destination: &Destination) -> Option<String> {
    match destination {
        Destination::Url(url) => url.strip_prefix(SCHEME).map(str::to_owned),
        _ => None,
    }
}

/// Whether a frame holds such a link at any depth: the others stay as they are, shared with the engine's caches.
fn has_links(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => has_links(&group.frame),
        FrameItem::Link(destination, _) => anchor_of(destination).is_some(),
        FrameItem::Tag(Tag::Start(element, _)) => element.is::<LinkMarker>(),
        _ => false,
    })
}
