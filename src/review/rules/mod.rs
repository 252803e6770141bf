//! The table of review rules by family. Ids are never reused.

mod choice;
mod description;
mod deviations;
mod evidence;
mod matrix;
mod opinion;
mod scope;
mod tests;
mod text;

use crate::diagnostics::Rule;

pub use choice::*;
pub use description::*;
pub use deviations::*;
pub use evidence::*;
pub use matrix::*;
pub use opinion::*;
pub use scope::*;
pub use tests::*;
pub use text::*;

/// All families in their order.
pub static ALL: &[&[&Rule]] = &[
    scope::ALL,
    matrix::ALL,
    tests::ALL,
    deviations::ALL,
    opinion::ALL,
    description::ALL,
    text::ALL,
    evidence::ALL,
    choice::ALL,
];
