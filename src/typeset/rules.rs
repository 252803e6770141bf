//! Rules of the laid-out pages: what a layout engine loses in silence is looked for before the PDF is written.

use crate::diagnostics::rules;

rules! {
    TEXT_LOST = "LAY-01", Error, true, "Text runs off the page",
        "Part of a text would stand outside the page and be lost. Shorten it or break it up: usually a word without \
         any place to break, or a table with too many columns.",
        wrong "an unbroken word of 300 letters in a table cell",
        right "the word with places to break";
    TEXT_OVERLAP = "LAY-02", Error, true, "Text overlaps other text",
        "Two texts would be printed over each other, usually because a word is too long for its column.",
        wrong "a table of fourteen columns",
        right "two tables of seven";
    MISSING_GLYPH = "LAY-03", Error, true, "Character without a glyph",
        "No font has a form for these characters in this combination. Write them differently, or put a font that has \
         them into `style/fonts/`.",
        wrong "an emoji joined of several signs",
        right "a single sign, or words";
    LAYOUT = "LAY-04", Error, true, "Report cannot be laid out",
        "The layout engine refused the report. If the message names none of your texts, this is a fault of the \
         templates: please report it.",
        wrong "templates that contradict each other",
        right "none: report it";
    EXPORT = "LAY-05", Error, true, "PDF standard is not met",
        "The report would not conform to PDF/A-3a and PDF/UA-1. The message says why.",
        wrong "an image whose colours no PDF/A file may have",
        right "the image saved as PNG";
    LAYOUT_WARNING = "LAY-06", Warning, false, "Remark of the layout engine",
        "The report was laid out, but the engine remarks on something.",
        wrong "a font family that there is not",
        right "the name of a family in `style/fonts/`";
    FONT_FILE = "LAY-07", Error, true, "Font cannot be used",
        "Files in `style/fonts/` are TrueType or OpenType fonts (TTF, OTF, TTC).",
        wrong "`style/fonts/brand.woff2`",
        right "`style/fonts/brand.ttf`";
}
