//! `socpress reissue`

use std::path::Path;

use super::Exit;
use super::args::ReissueArgs;
use super::output::Terminal;
use crate::reissue::{self, ReissueError, Revision};

pub fn run(args: &ReissueArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let revision = Revision { reason: args.reason.clone(), date: args.date, as_to: args.as_to.clone() };
    match reissue::reissue(&args.old, &args.new, &args.replaces, &revision, firm) {
        Ok(places) => {
            for (place, difference) in &places {
                terminal.say(&format!("{}: {place}", difference.key()));
            }
            if places.is_empty() {
                terminal.say("note: nothing that is printed differs from the old engagement");
            }
            terminal.say(&format!("[reissue] is written into {}", args.new.join("engagement.toml").display()));
            Exit::Fine
        }
        Err(error) => {
            terminal.error(&error.to_string());
            match error {
                ReissueError::File { .. } => Exit::Io,
                ReissueError::NotIssued(_) => Exit::Usage,
                ReissueError::Unreadable(_) | ReissueError::Toml(_) => Exit::Findings,
            }
        }
    }
}
