//! The evidence package: collecting, hashing, manifest and archive.
//!
//! [`collect`] finds the files of the index below `evidence/`, hashes them and gives [`Exhibits`]. A build needs their
//! hashes before its reports, and the reports' before the archive can be complete, but reads each file only once:
//! [`collect_into`] packs the exhibits while it hashes them, and [`seal`] completes the archive once the reports are
//! there, or [`seal_parts`] several archives.
//!
//! What stands for what, without a circle: `SHA256SUMS` covers the exhibits; the list of exhibits in a PDF prints the hash
//! of `SHA256SUMS`; `manifest.json` holds the hashes of everything else in the archive and of the issued reports; whoever
//! builds records the manifest's.
//!
//! The archive holds
//! - `exhibits/<exhibit id>/<file name>`: the files, under names that any system can unpack,
//! - `SHA256SUMS`, which `sha256sum -c` checks in the unpacked folder,
//! - further files that the caller gives, such as the list of exhibits as PDF,
//! - `index.html` and `index.csv` for people, `manifest.json` for programs.
//!
//! Nothing in it tells the machine, the user or the time of making.

mod addendum;
mod archive;
mod collect;
mod container;
mod deflate;
mod encryption;
mod exhibit;
mod facts;
mod hash;
mod hygiene;
mod index;
mod manifest;
mod media;
mod names;
mod pack;
mod proof;
pub mod rules;
mod sealed;
pub mod signature;
mod split;
mod structure;
#[cfg(test)]
mod tests;
mod tree;
mod verify;

pub use addendum::{
    ADDENDA_RECORD, AddendaRecord, Addendum, AddendumEntry, Follows, FoundAddendum, addenda_beside, addendum_name,
};
pub use archive::{Archive, PackageError, Sealed, seal};
pub use collect::{Index, collect, collect_into, pack_again};
pub use encryption::Passphrase;
pub use exhibit::{Exhibit, Exhibits};
pub use facts::{ExtraFile, FileFacts, PackageFacts, ReportFile};
pub use hash::{FileHash, Sha256Writer, hash_file, sha256_hex};
pub use index::neutral as neutral_cell;
pub use manifest::SCHEMA as MANIFEST_SCHEMA;
pub use names::{fold, safe_name};
pub use pack::{PackOptions, Progress, Unseen, is_stored};
pub use proof::{Proof, prove};
pub use sealed::{SealedExhibit, SealedManifest, SealedReport, manifest_of};
pub use split::{Part, SMALLEST_PART, Split, is_part_name, seal_parts, siblings};
pub use verify::{Beside, Fault, Problem, Verification, verify};
