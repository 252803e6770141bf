//! Rules of reading: what a file or value must be before anything can be made of it.

use crate::diagnostics::rules;

rules! {
    FILE_UNREADABLE = "INP-01", Error, true, "File or folder cannot be read",
        "The file must exist, be readable and be a plain file below the engagement folder.";
    PATH_ESCAPES = "INP-02", Error, true, "Path leaves the engagement folder",
        "Paths are relative, without `..`, and a link must not lead out of the folder: a report is made of the \
         engagement's own files only.";
    ENCODING = "INP-03", Error, true, "Text is not UTF-8",
        "Text files are UTF-8, with or without a byte order mark, or UTF-16 with one. Save the file as UTF-8; in \
         Excel choose `CSV UTF-8`.";
    TOML_SYNTAX = "INP-04", Error, true, "TOML cannot be read",
        "The file does not follow the rules of TOML at the marked place: often a missing quote, a missing bracket, a \
         date that does not exist, or a key given twice.";
    CSV_SYNTAX = "INP-05", Error, true, "CSV cannot be read",
        "A quoted cell must end with a quote, and every column needs a name in the first row.";
    CSV_COLUMNS = "INP-06", Warning, false, "Row does not fit its columns",
        "A cell stands beyond the last named column, often because a comma in a text is not quoted.";
    FRONT_MATTER = "INP-07", Error, true, "Front matter cannot be read",
        "A file of the description begins with `---`, then YAML (`title:` and so on), then `---` on a line of its own.";
    UNKNOWN_KEY = "INP-08", Error, true, "Unknown key",
        "A key that is not known is an error, so that a misspelt one does not go unnoticed.";
    MISSING_KEY = "INP-09", Error, true, "Required key is missing",
        "The record cannot be understood without it.";
    WRONG_VALUE = "INP-10", Error, true, "Value is not of the kind that is wanted",
        "The value must be of the kind the reference names: text in quotes, a date such as 2025-12-31, a whole number, \
         true or false, or one of a fixed set of words.";
    IMPOSSIBLE_DATE = "INP-11", Error, true, "Date does not exist",
        "The calendar has no such day. Dates are written year-month-day, for example 2025-12-31.";
    DUPLICATE_ID = "INP-12", Error, true, "Id is used twice",
        "Ids of one kind differ by more than case, spaces and punctuation, since people and spreadsheets change these.";
    UNKNOWN_REFERENCE = "INP-13", Error, true, "Reference to an id that does not exist",
        "Every id that is cited must be defined in the engagement.";
    TWO_FORMS = "INP-14", Error, true, "One table in two places",
        "A table of records stands in exactly one file, so that no two versions of it can disagree.";
    FILE_IGNORED = "INP-15", Warning, false, "File is not used",
        "The name is not one of those an engagement folder consists of, so the file has no part in the report.";
    FORMAT_VERSION = "INP-16", Error, true, "Format of the folder",
        "`format = 1` stands in engagement.toml and tells which rules the folder follows.";
    CRITERION_SPELLING = "INP-17", Error, true, "Criterion cannot be told",
        "Criteria are written by their ids, such as `CC6.1`, several separated by `;` or in a list. A guess is never made.";
    CRITERION_READ_AS = "INP-18", Note, false, "Criterion is read in its usual spelling",
        "The spelling differs from the catalogue's, and has only one meaning.";
    EMPTY_TABLE = "INP-19", Error, true, "There is nothing to report on",
        "A report needs at least one control, and the description at least one topic.";
    FORM_CONFLICT = "INP-20", Error, true, "Two values of one record contradict each other",
        "The record says the same thing twice and differently, so it is not known which is meant.";
}
