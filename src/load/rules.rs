//! Rules of reading: what a file or value must be before anything can be made of it.

use crate::diagnostics::rules;

rules! {
    FILE_UNREADABLE = "INP-01", Error, true, "File or folder cannot be read",
        "The file must exist, be readable and be a plain file below the engagement folder.",
        wrong "`socpress check clients/acme` where there is no such folder",
        right "the path of a folder with engagement.toml";
    PATH_ESCAPES = "INP-02", Error, true, "Path leaves the engagement folder",
        "Paths are relative, without `..`, and a link must not lead out of the folder: a report is made of the \
         engagement's own files only.",
        wrong "`file = \"../other/log.csv\"`",
        right "`file = \"identity/log.csv\"`";
    ENCODING = "INP-03", Error, true, "Text is not UTF-8",
        "Text files are UTF-8, with or without a byte order mark, or UTF-16 with one. Save the file as UTF-8; in \
         Excel choose `CSV UTF-8`.",
        wrong "a sheet saved as `CSV` in an old code page",
        right "the sheet saved as `CSV UTF-8`";
    TOML_SYNTAX = "INP-04", Error, true, "TOML cannot be read",
        "The file does not follow the rules of TOML at the marked place: often a missing quote, a missing bracket, a \
         date that does not exist, or a key given twice.",
        wrong "`name = \"Quillmark`",
        right "`name = \"Quillmark\"`";
    CSV_SYNTAX = "INP-05", Error, true, "CSV cannot be read",
        "A quoted cell must end with a quote, and every column needs a name in the first row.",
        wrong "`C-1,\"Access is reviewed,CC6.1`",
        right "`C-1,\"Access is reviewed\",CC6.1`";
    CSV_COLUMNS = "INP-06", Warning, false, "Row does not fit its columns",
        "A cell stands beyond the last named column, often because a comma in a text is not quoted.",
        wrong "`C-1,Access is granted, by role,CC6.1`",
        right "`C-1,\"Access is granted, by role\",CC6.1`";
    FRONT_MATTER = "INP-07", Error, true, "Front matter cannot be read",
        "A file of the description begins with `---`, then YAML (`title:` and so on), then `---` on a line of its \
         own.",
        wrong "a topic that begins with `title: Data` and no `---`",
        right "`---`, `title: Data`, `---`, then the text";
    UNKNOWN_KEY = "INP-08", Error, true, "Unknown key",
        "A key that is not known is an error, so that a misspelt one does not go unnoticed.",
        wrong "`catagories = [\"security\"]`",
        right "`categories = [\"security\"]`";
    MISSING_KEY = "INP-09", Error, true, "Required key is missing",
        "The record cannot be understood without it.",
        wrong "[service_organization] without `system`",
        right "`system = \"Dispatch Cloud\"`";
    WRONG_VALUE = "INP-10", Error, true, "Value is not of the kind that is wanted",
        "The value must be of the kind the reference names: text in quotes, a date such as 2025-12-31, a whole \
         number, true or false, or one of a fixed set of words.",
        wrong "`sample = \"about 20\"`",
        right "`sample = 20`";
    IMPOSSIBLE_DATE = "INP-11", Error, true, "Date does not exist",
        "The calendar has no such day. Dates are written year-month-day, for example 2025-12-31.",
        wrong "`start = \"2025-02-30\"`",
        right "`start = 2025-02-28`";
    DUPLICATE_ID = "INP-12", Error, true, "Id is used twice",
        "Ids of one kind differ by more than case, spaces and punctuation, since people and spreadsheets change \
         these.",
        wrong "evidence `E-01` and `e 01`",
        right "evidence `E-01` and `E-02`";
    UNKNOWN_REFERENCE = "INP-13", Error, true, "Reference to an id that does not exist",
        "Every id that is cited must be defined in the engagement.",
        wrong "`control = \"ACC-99\"` where there is none",
        right "`control = \"ACC-09\"`";
    TWO_FORMS = "INP-14", Error, true, "One table in two places",
        "A table of records stands in exactly one file, so that no two versions of it can disagree.",
        wrong "[[tests]] in engagement.toml, and tests.csv",
        right "one of the two";
    FILE_IGNORED = "INP-15", Warning, false, "File is not used",
        "The name is not one of those an engagement folder consists of, so the file has no part in the report.",
        wrong "`control.csv`",
        right "`controls.csv`";
    FORMAT_VERSION = "INP-16", Error, true, "Format of the folder",
        "`format = 1` stands in engagement.toml and tells which rules the folder follows.",
        wrong "`format = 2`",
        right "`format = 1`";
    CRITERION_SPELLING = "INP-17", Error, true, "Criterion cannot be told",
        "Criteria are written by their ids, such as `CC6.1`, several separated by `;` or in a list. A guess is never \
         made.",
        wrong "`criteria = \"6.1\"` of a CUEC",
        right "`criteria = [\"CC6.1\"]`";
    CRITERION_READ_AS = "INP-18", Note, false, "Criterion is read in its usual spelling",
        "The spelling differs from the catalogue's, and has only one meaning.",
        wrong "`cc 6.1`",
        right "`CC6.1`";
    EMPTY_TABLE = "INP-19", Error, true, "There is nothing to report on",
        "A report needs at least one control, and the description at least one topic.",
        wrong "controls.csv with its heads only",
        right "a row for each control";
    FORM_CONFLICT = "INP-20", Error, true, "Two values of one record contradict each other",
        "The record says the same thing twice and differently, so it is not known which is meant.",
        wrong "a row with `population` and [[tests.populations]]",
        right "one of the two";
    ROW_SKIPPED = "INP-21", Note, false, "Row that is no record",
        "A row that repeats the heads, or explains them, is not used. A row that names a criterion gives it to the rows \
         below, if no column does.",
        wrong "the heads again in row 40",
        right "one row of heads";
    EXAMPLE_ROW = "INP-22", Warning, false, "Row that looks like an example",
        "Templates come with example rows. They are not printed.",
        wrong "`EXAMPLE-01`",
        right "the row removed";
    COLUMNS_UNUSED = "INP-23", Warning, false, "Columns that are not used",
        "Columns whose heads name no field never reach an output: internal notes and results of last year stay where they \
         are. Say in [columns] which column holds which field, or that one is left out: `\"Notes\" = \"\"`.",
        wrong "a column `PY result`",
        right "`\"PY result\" = \"\"` in [columns.tests]";
    STRUCK_ROW = "INP-24", Warning, false, "Row that seems to hold no longer",
        "Whoever struck it through, or marked it as retired, meant that it no longer holds; the program cannot know. It \
         is used.",
        wrong "a control whose text is struck through",
        right "the row removed";
    HIDDEN = "INP-25", Warning, false, "Something hidden in a workbook",
        "Hidden rows and columns are used, hidden sheets are not; nobody sees them by looking at the workbook.",
        wrong "a matrix with a filter that hides six controls",
        right "all rows shown";
    SHEETS = "INP-26", Note, false, "Sheets of a workbook",
        "Where several sheets hold the same table all are used; a sheet of `tables.xlsx` that bears the name of no table is not.",
        wrong "`Controls` and `Controls (2)`, an old copy",
        right "the sheet that holds";
    NO_NUMBER = "INP-27", Note, false, "Count that is no number",
        "A count is a number of items. An estimate is not used.",
        wrong "`approx. 300`",
        right "`304`";
    STANDS_FOR_NOTHING = "INP-28", Note, false, "Sign for an empty cell",
        "`--`, `n/a` and the like in a field that may be empty are read as nothing.",
        wrong "frequency `n/a`",
        right "an empty cell";
    DOCUMENT_SYNTAX = "IMP-01", Error, true, "A JSON or YAML document cannot be read",
        "What another program wrote is not well formed, so it is not imported in part.",
        wrong "`{\"catalog\": ` and then nothing",
        right "the file exported anew";
    SOURCE_UNKNOWN = "IMP-02", Error, true, "An import that is not understood",
        "The file or folder is none of the kinds that are imported, or nothing in it is a table that is known.",
        wrong "a workbook of invoices",
        right "a sheet with the heads of a control matrix";
    SOURCE_DIFFERS = "IMP-03", Warning, false, "An export that does not agree with itself",
        "The index of an export says one thing and its files another: something was not downloaded, or was renamed.",
        wrong "an index that counts 5 files, and a folder that holds 4",
        right "the export made anew";
    NOT_IMPORTED = "IMP-04", Note, false, "Part of a source that is not imported",
        "It has no place in an engagement, or it cannot be told where it belongs.",
        wrong "`.DS_Store` among the evidence",
        right "nothing to do, or the file put where it belongs by hand";
    ENCODING_GUESSED = "INP-29", Warning, false, "Sheet in an old encoding",
        "The text of a sheet is not UTF-8, and was read in the encoding that it most probably has. Look at a word with an \
         accent, or save the sheet as UTF-8.",
        wrong "a sheet saved as `CSV` in an old code page",
        right "the sheet saved as `CSV UTF-8`";
    ROWS_JOINED = "INP-30", Note, false, "Rows that belong together",
        "A text that goes on in the next row, a control that is repeated for each of its criteria or tests, a further test \
         whose control is not repeated: they are read as one record, or as records of one control.",
        wrong "a row with the end of the text above",
        right "the text in one cell";
    IDS_MADE = "INP-31", Note, false, "Ids that were made",
        "Tests and exceptions of a sheet without ids of their own are named after their controls. The names hold as long as \
         the order of the rows does.",
        wrong "a sheet of tests without a column for their ids",
        right "a column `Test ID`";
    ID_READ_AS = "INP-32", Note, false, "Id is read in its usual spelling",
        "A blank before the last letter of an id is left out.",
        wrong "`AC-01 b`",
        right "`AC-01b`";
    LINK_OF_CELL = "INP-33", Note, false, "Cell that leads somewhere",
        "The formula of a cell shows a text and leads to an address. The text is used, the address is not.",
        wrong "`=HYPERLINK(\"https://example.com\", \"Ticket 9\")`",
        right "`Ticket 9`";
    HTML_IN_CELL = "INP-34", Note, false, "HTML in a cell",
        "Text that was copied from a web page keeps its tags in some sheets. Paragraphs, lists, bold and italic letters are \
         kept; nothing else of it is.",
        wrong "`<p>Access is <b>reviewed</b>.</p>`",
        right "`Access is **reviewed**.`";
    COUNTS_IN_TEXT = "INP-35", Note, false, "Counts that stand in a text only",
        "The result of a test tells how many items deviated, and the fields for it are empty. Several counts are never made \
         into one.",
        wrong "`Exception noted. 2 of 25 had no agent.`",
        right "`deviations` 2 and `sample` 25";
    JSON_SYNTAX = "INP-40", Error, true, "JSON lines cannot be read",
        "A plan in JSON lines has one object on each line, in the rules of JSON.",
        wrong "`{engagement: acme}`",
        right "`{\"engagement\": \"acme\"}`";
    EVIDENCE_PATTERN = "EVD-23", Error, true, "A pattern of the index matches no file",
        "`*` and `?` stand for characters within a name, `**/` for any folders. A row whose pattern matches nothing names no \
         evidence. Put the files below `evidence/`, or correct the pattern.",
        wrong "`file = \"log/*.csv\"`, the folder is `logs`",
        right "`file = \"logs/*.csv\"`";
    SCP_01 = "SCP-01", Error, true, "Type and time of the report do not fit together",
        "A Type I speaks of a date (`as_of`) and has no period; a Type II of a period whose start is before its end, \
         and has no as-of date.",
        wrong "`type = \"type-1\"` with [period]",
        right "`type = \"type-1\"` with `as_of = 2025-12-31`";
    CRT_02 = "CRT-02", Error, true, "A control serves a criterion that there is not",
        "Criteria are named by their ids, such as `CC6.1`, several separated by `;` or in a list. A guess is never \
         made.",
        wrong "`criteria = [\"CC6.19\"]`",
        right "`criteria = [\"CC6.1\"]`";
    CRT_04 = "CRT-04", Error, true, "Two controls have one id",
        "Ids differ by more than case, spaces and punctuation, since people and spreadsheets change these.",
        wrong "controls `ACC-01` and `acc 1`",
        right "controls `ACC-01` and `ACC-02`";
}
