//! Rules of the evidence package.

use crate::diagnostics::rules;

rules! {
    EVIDENCE_MISSING = "EVD-01", Error, true, "Evidence file is missing or unreadable",
        "Every indexed file must exist below `evidence/` and be readable; every cited evidence id must be in the \
         index. Correct the path in the index, or put the file where the index says.",
        wrong "`file = \"log.csv\"`, the file is `Log.csv`",
        right "`file = \"Log.csv\"`";
    EVIDENCE_HASH = "EVD-02", Error, true, "Evidence differs from its index",
        "The SHA-256 recorded in the index must equal that of the file, and the file must not be empty. Find out \
         which of the two is right: the file may have been replaced after it was collected.",
        wrong "`sha256` of the first version of a file",
        right "`sha256` of the file that was tested";
    EVIDENCE_DUPLICATE = "EVD-05", Warning, false, "Evidence is doubled, relied on by nothing or not in the index",
        "Two items with the same content, an item that no test and no control relies on, or a file below `evidence/` \
         that no row names, are probably a slip.",
        wrong "E-01 and E-02 have the same content",
        right "one exhibit that both tests cite";
    EVIDENCE_UNSAFE = "EVD-07", Error, true, "Evidence path leaves the folder",
        "A path in the index stays below `evidence/` and is written with forward slashes: no `..`, no absolute path, \
         no drive, no backslash, no link that leads elsewhere.",
        wrong "`file = \"C:\\audit\\log.csv\"`",
        right "`file = \"log.csv\"`";
    EVIDENCE_SEALED = "EVD-11", Error, true, "The package differs from its manifest",
        "Each file is hashed when it is packed; a file that changes meanwhile, or a package whose entries are not \
         those of the manifest, is not written.",
        wrong "a file is saved again while the package is written",
        right "the evidence lies still while it is packed";
    EVIDENCE_SECRET = "EVD-20", Warning, false, "Evidence looks as if it held a secret",
        "Whoever gets the package can use a private key, an access key, a token or a password that lies in it. Text is \
         looked at by content: heads of private keys with their keys, keys and tokens of a known shape, what is set as a \
         password, addresses with a password, a column of passwords in a table. What is found is never printed. Put a copy \
         without it in its place, and have it changed.",
        wrong "`db_password=` and the password in `app.env`",
        right "the same file with the password blacked out";
    EVIDENCE_PROGRAM = "EVD-21", Warning, false, "Evidence is a program or bears macros",
        "Whoever opens a program, a script or a document with macros runs it, and many mail systems refuse the package for \
         it. They are known by content, and by name where a system goes by the name.",
        wrong "`export.xlsm`",
        right "the same table as `export.xlsx`";
    EVIDENCE_PERSONAL = "EVD-22", Warning, false, "Evidence holds personal data in bulk",
        "Where privacy is in scope: a file with 100 e-mail addresses or more besides those of its main domain, 10 card \
         numbers or 10 national identity numbers. A test seldom needs them.",
        wrong "the table of all customers",
        right "the 25 rows that were selected, without their addresses";
    EVIDENCE_CLOSED = "EVD-24", Error, true, "The documentation file is closed",
        "Some days after the release of the report (`release_date` of [service_auditor], `file_lock_days` of the firm, 60 if \
         left out) the file closes. `build` then neither removes nor replaces what is in the package; what comes later goes \
         into an addendum that says who added it, when and why.",
        wrong "a new version of a log in the package, half a year after the release",
        right "`socpress addendum` with the new log as an exhibit of its own";
    EVIDENCE_TOO_LARGE = "EVD-30", Error, true, "A file does not fit into a part of the package",
        "With `--split-size` each part holds whole files. A file that is larger by itself needs larger parts, or is \
         collected in pieces.",
        wrong "`--split-size 650MB` with a database dump of 2 GB",
        right "`--split-size 4GB`";
}
