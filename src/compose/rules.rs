//! Rules of composing: Markdown and characters.

use crate::diagnostics::rules;

rules! {
    TEXT_CLEANED = "TXT-20", Warning, false, "Control characters were removed from a text",
        "Control characters, bidirectional overrides and private-use characters do not print and can change how the \
         text around them reads. They are left out of the report; remove them from the file.",
        wrong "a text pasted with invisible direction marks",
        right "the text typed again";
    MARKDOWN_UNSUPPORTED = "TXT-21", Note, false, "Markdown that is printed as plain text",
        "HTML and other markup beyond CommonMark with tables, footnotes, task lists and strikethrough is printed as \
         text, so that nothing is lost. HTML comments are not printed.",
        wrong "`<b>now</b>`",
        right "`**now**`";
    LINK_REFUSED = "TXT-22", Warning, false, "Link is not made live",
        "Only http, https and mailto links are made live; other schemes could run or open something on the reader's \
         machine. The text is printed without a link.",
        wrong "`[run](javascript:...)`",
        right "`[policy](https://example.org/policy)`";
    IMAGE_MISSING = "TXT-23", Error, true, "Image cannot be used",
        "An image is a PNG, JPEG, GIF, WebP or SVG file in the engagement folder, named relative to the file that \
         shows it.",
        wrong "`![The network](network.vsdx)`",
        right "`![The network](network.svg)`";
    IMAGE_ALT = "TXT-24", Error, true, "Image has no alternative text",
        "Readers who cannot see an image rely on its alternative text, and PDF/UA requires it: write `![what it \
         shows](file)`.",
        wrong "`![](network.svg)`",
        right "`![The network: load balancer, application, database](network.svg)`";
    HEADING_LEVELS = "TXT-25", Note, false, "Heading levels were evened out",
        "Headings are placed one level below each other without gaps, whatever level a file starts at.",
        wrong "`# Data`, then `#### Backups`",
        right "`# Data`, then `## Backups`";
    NESTING = "TXT-26", Warning, false, "Text is nested too deeply",
        "Lists and quotes deeper than ten levels are printed at the tenth.",
        wrong "a list within lists, eleven deep",
        right "a table, or headings";
    EMPTY_TOPIC = "TXT-27", Warning, false, "Topic has no text",
        "A file of the description with a title only prints an empty heading. Write the text or remove the file.",
        wrong "a file with front matter and nothing below",
        right "a paragraph below the front matter";
    DEAD_ANCHOR = "TXT-28", Warning, false, "Link within the text leads nowhere",
        "A link of the form `[text](#place)` names no heading of the file; the text is printed without a link.",
        wrong "`[backups](#bakups)`",
        right "`[backups](#backups)`";
    NO_GLYPH = "TXT-29", Warning, false, "Characters that no font has",
        "The report's fonts lack these characters; each is printed as a replacement sign. Put a font that has them \
         (TTF or OTF) into `style/fonts/` of the engagement, or write the text with other characters.",
        wrong "a name in a script that no font has",
        right "a font for the script in `style/fonts/`";
    FOOTNOTE = "TXT-30", Note, false, "Footnote is printed in another way",
        "A footnote is printed where it is first referred to, and again at each further reference. One that nothing \
         refers to is printed at the end of the text; a reference within the footnote itself, or to a long one that \
         was repeated too often, is printed as text.",
        wrong "a footnote that refers to itself",
        right "a footnote with its text";
    EMPTY_HEADING = "TXT-31", Note, false, "Heading without text is left out",
        "An empty heading would be a blank line in the contents and the bookmarks.",
        wrong "`## ` alone on its line",
        right "`## Backups`";
    TABLE_CELLS = "TXT-32", Warning, false, "Table row has more cells than the head",
        "Markdown drops what has no column. It is printed in the last column; add a column to the head, or write \
         `\\|` for a stroke within a cell.",
        wrong "a head of two columns, a row of three",
        right "a head of three columns";
    COMMENT_OPEN = "TXT-33", Warning, false, "HTML comment is not closed",
        "Everything after `<!--` would be hidden to the end of the text, so it is printed. Close the comment with \
         `-->`.",
        wrong "`<!-- ask the client`",
        right "`<!-- ask the client -->`";
    LINK_UNUSED = "TXT-34", Note, false, "Link definition that nothing uses",
        "A line of the form `[name]: target` defines a link and is not printed. If it is meant as text, write \
         `\\[name]:`.",
        wrong "`[Note]: see below`",
        right "`\\[Note]: see below`";
    WORDING = "TXT-40", Error, true, "Wording cannot be used",
        "A clause of a letter has an error: it is no valid template, or names a value that there is not. The place \
         is in the firm's own file.",
        wrong "`{{ organisation.name }}`",
        right "`{{ organization.name }}`";
    LABELS = "WRD-03", Error, true, "Labels of a language are wrong",
        "A language of the firm's own has all labels of the English file, with the same placeholders in braces, and \
         no other; labels that are missing are printed in English, with a warning.",
        wrong "a label without its `{n}`",
        right "the label with the placeholders of the English one";
    UNKNOWN_CLAUSE = "WRD-02", Error, true, "Wording for a clause that there is not",
        "A file in letters/ bears the name of a clause; `socpress templates list` names all of them. Words that \
         stand nowhere would be missed by nobody.",
        wrong "`letters/report-scop.md.j2`",
        right "`letters/report-scope.md.j2`";
}
