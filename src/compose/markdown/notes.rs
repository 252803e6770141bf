//! Footnotes: defined anywhere, printed where they are referred to.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::inline::Run;
use super::walk::{Walker, finding};
use crate::compose::report::{Block, Inline, Styled};
use crate::compose::rules::FOOTNOTE;

/// Footnotes within footnotes are printed so deep.
const DEEPEST: usize = 3;
/// Text that repeated footnotes may add to one text, in bytes: a small file must not become a book.
const REPEATED: usize = 256 * 1024;

/// The footnotes of a text.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    by_label: HashMap<String, usize>,
    /// Index of the event after a definition, by that of its start.
    after: HashMap<usize, usize>,
    repeated: usize,
    depth: usize,
}

#[derive(Debug)]
struct Note {
    /// Index of its first event.
    first: usize,
    span: Range<usize>,
    used: bool,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Waiting,
    /// Its own blocks are being read.
    Open,
    Done {
        blocks: Vec<Block>,
        size: usize,
    },
}

impl Notes {
    pub fn find(events: &[(Event, Range<usize>)]) -> Self {
        let mut notes = Notes::default();
        let mut open = Vec::new();
        for (index, (event, span)) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    // Of two with one label the first counts, as for links; the other is printed at the end.
                    notes.by_label.entry(key(label)).or_insert(notes.list.len());
                    notes.list.push(Note { first: index + 1, span: span.clone(), used: false, state: State::Waiting });
                    open.push(index);
                }
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some(start) = open.pop() {
                        notes.after.insert(start, index + 1);
                    }
                }
                _ => {}
            }
        }
        notes
    }

    /// Index of the event after the definition that starts with this one.
    pub fn after(&self, start: usize) -> usize {
        self.after.get(&start).copied().unwrap_or(start + 1)
    }

    /// Whether a footnote is being read.
    pub fn inside(&self) -> bool {
        self.depth > 0
    }
}

fn key(label: &str) -> String {
    label.to_lowercase()
}

impl Walker<'_, '_> {
    /// A reference: the footnote's blocks, or its label as text where they cannot be printed.
    pub fn footnote(&mut self, run: &mut Run, label: &str, range: &Range<usize>) {
        let known = self.notes.by_label.get(&key(label)).copied();
        if let Some(blocks) = known.and_then(|number| self.note_blocks(number, label, range)) {
            if !blocks.is_empty() {
                run.push(Styled::Footnote { blocks });
            }
            return;
        }
        self.text(run, &format!("[^{label}]"), range.start);
    }

    fn note_blocks(&mut self, number: usize, label: &str, range: &Range<usize>) -> Option<Vec<Block>> {
        let note = self.notes.list.get_mut(number)?;
        let refused = match &note.state {
            State::Done { blocks, size } => {
                self.notes.repeated += size;
                if self.notes.repeated <= REPEATED {
                    return Some(blocks.clone());
                }
                "is repeated too often: from here on its label is printed"
            }
            State::Open => "refers to itself: there its label is printed",
            State::Waiting if self.notes.depth >= DEEPEST => "stands too deep within footnotes: its label is printed",
            State::Waiting => {
                note.used = true;
                note.state = State::Open;
                let first = note.first;
                let blocks = self.read_note(first);
                let size = blocks.iter().map(size).sum();
                let note = self.notes.list.get_mut(number)?;
                note.state = State::Done { blocks: blocks.clone(), size };
                return Some(blocks);
            }
        };
        if !self.told.notes {
            self.told.notes = true;
            self.report(finding(&FOOTNOTE, format!("footnote `{label}` {refused}")), range);
        }
        None
    }

    fn read_note(&mut self, first: usize) -> Vec<Block> {
        let at = std::mem::replace(&mut self.at, first);
        let styles = std::mem::take(&mut self.styles);
        let depth = std::mem::take(&mut self.depth);
        self.notes.depth += 1;
        let blocks = self.blocks().blocks;
        self.notes.depth -= 1;
        self.depth = depth;
        self.styles = styles;
        self.at = at;
        blocks
    }

    /// Footnotes that nothing refers to, so that their text is not lost.
    pub fn left_notes(&mut self) -> Vec<Block> {
        let mut out = Vec::new();
        for number in 0..self.notes.list.len() {
            let Some(note) = self.notes.list.get_mut(number).filter(|note| !note.used) else { continue };
            note.used = true;
            note.state = State::Open;
            let (first, span) = (note.first, note.span.clone());
            self.report(finding(&FOOTNOTE, "nothing refers to this footnote: it is printed at the end"), &span);
            out.extend(self.read_note(first));
        }
        out
    }
}

/// About how much there is to print, in bytes.
fn size(block: &Block) -> usize {
    let all = |blocks: &[Block]| blocks.iter().map(size).sum::<usize>();
    32 + match block {
        Block::Paragraph { text, .. } => inline_size(text),
        Block::Code { lines, .. } => lines.iter().map(|line| inline_size(line) + 1).sum(),
        Block::Quote { blocks } => all(blocks),
        Block::List(list) => list.items.iter().map(|item| 32 + all(&item.blocks)).sum(),
        Block::Table(table) => {
            let heads = table.columns.iter().map(|column| inline_size(&column.head));
            heads.chain(table.rows.iter().flat_map(|row| &row.cells).map(|cell| all(cell))).map(|cell| 32 + cell).sum()
        }
        _ => 0,
    }
}

fn inline_size(inlines: &[Inline]) -> usize {
    let styled = |styled: &Styled| match styled {
        Styled::Footnote { blocks } => blocks.iter().map(size).sum(),
        Styled::Strong { text } | Styled::Emph { text } | Styled::Strike { text } | Styled::Code { text } => {
            inline_size(text)
        }
        Styled::Link { text, url } => url.len() + inline_size(text),
        Styled::Ref { text, .. } => inline_size(text),
        Styled::Token { pieces } => pieces.iter().map(|piece| 16 + piece.len()).sum(),
        Styled::Break | Styled::Page { .. } | Styled::Image(_) => 0,
    };
    let size = |inline: &Inline| match inline {
        Inline::Text(text) => text.len(),
        Inline::Styled(inner) => 16 + styled(inner),
    };
    inlines.iter().map(size).sum()
}
