//! Rules of the evidence package.

use crate::diagnostics::rules;

rules! {
    EVIDENCE_MISSING = "EVD-01", Error, true, "Evidence file is missing or unreadable",
        "Every indexed file must exist below `evidence/` and be readable; every cited evidence id must be in the index. \
         Correct the path in the index, or put the file where the index says.";
    EVIDENCE_HASH = "EVD-02", Error, true, "Evidence differs from its index",
        "The SHA-256 recorded in the index must equal that of the file, and the file must not be empty. Find out which \
         of the two is right: the file may have been replaced after it was collected.";
    EVIDENCE_DUPLICATE = "EVD-05", Warning, false, "Evidence is doubled, relied on by nothing or not in the index",
        "Two items with the same content, an item that no test and no control relies on, or a file below `evidence/` \
         that no row names, are probably a slip.";
    EVIDENCE_UNSAFE = "EVD-07", Error, true, "Evidence path leaves the folder",
        "A path in the index stays below `evidence/` and is written with forward slashes: no `..`, no absolute path, no \
         drive, no backslash, no link that leads elsewhere.";
}
