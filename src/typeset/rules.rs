//! Rules of the laid-out pages: what a layout engine loses in silence is looked for before the PDF is written.

use crate::diagnostics::rules;

rules! {
    TEXT_LOST = "LAY-01", Error, true, "Text runs off the page",
        "Part of a text would stand outside the page and be lost. Shorten it or break it up: usually a word without \
         any place to break, or a table with too many columns.";
    TEXT_OVERLAP = "LAY-02", Error, true, "Text overlaps other text",
        "Two texts would be printed over each other, usually because a word is too long for its column.";
    MISSING_GLYPH = "LAY-03", Error, true, "Character without a glyph",
        "No font has a form for these characters in this combination. Write them differently, or put a font that has \
         them into `style/fonts/`.";
    LAYOUT = "LAY-04", Error, true, "Report cannot be laid out",
        "The layout engine refused the report. If the message names none of your texts, this is a fault of the \
         templates: please report it.";
    EXPORT = "LAY-05", Error, true, "PDF standard is not met",
        "The report would not conform to PDF/A-3a and PDF/UA-1. The message says why.";
    LAYOUT_WARNING = "LAY-06", Warning, false, "Remark of the layout engine",
        "The report was laid out, but the engine remarks on something.";
    FONT_FILE = "LAY-07", Error, true, "Font cannot be used",
        "Files in `style/fonts/` are TrueType or OpenType fonts (TTF, OTF, TTC).";
}
