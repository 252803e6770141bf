//! The parts of the report, one file each.

mod additional;
mod assertion;
mod auditor;
mod controls;
mod description;
mod exhibits;
mod other;
mod signature;
mod summary;

pub use assertion::part as assertion;
pub use auditor::part as auditor;
pub use controls::part as controls;
pub use description::part as description;
pub use exhibits::part as exhibits;
pub use other::part as other;
