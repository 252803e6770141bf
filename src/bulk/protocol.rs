//! What host and worker say to each other: one JSON object on each line.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::results::Made;
use crate::model::{Date, Document, Overrides};
use crate::pipeline::RecipientCopy;

/// The first line of a worker: what it is. Host and worker must be of one make.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub worker: String,
}

impl Hello {
    pub fn ours() -> Self {
        Self { worker: super::MAKE.to_owned() }
    }
}

/// Documents of one engagement that are made together: one, or several copies.
#[derive(Debug, Serialize, Deserialize)]
pub struct Task {
    pub engagement: PathBuf,
    pub firm: Option<PathBuf>,
    pub document: Document,
    pub evidence_list: bool,
    pub overrides: Overrides,
    /// The day by which it is decided whether a documentation file is closed.
    pub today: Date,
    pub items: Vec<Item>,
}

/// One output set of a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item {
    /// The job's.
    pub number: usize,
    /// Folder for the outputs.
    pub out: PathBuf,
    pub copy: Option<RecipientCopy>,
    /// Where to note that it is done.
    pub state: PathBuf,
    pub fingerprint: String,
}

/// What became of one item.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply {
    pub number: usize,
    pub made: Made,
}
