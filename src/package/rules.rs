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
    EVIDENCE_TOO_LARGE = "EVD-30", Error, true, "A file does not fit into a part of the package",
        "With `--split-size` each part holds whole files. A file that is larger by itself needs larger parts, or is \
         collected in pieces.",
        wrong "`--split-size 650MB` with a database dump of 2 GB",
        right "`--split-size 4GB`";
}
