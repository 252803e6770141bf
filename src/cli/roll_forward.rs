//! `socpress roll-forward`

use std::path::Path;

use super::Exit;
use super::args::RollForwardArgs;
use super::output::Terminal;
use crate::model::Date;
use crate::roll_forward::{self, Covers, RollError};

pub fn run(args: &RollForwardArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let covers = match (&args.period, args.as_of) {
        (Some(Period { start, end }), None) => Covers::Period { start: *start, end: *end },
        (None, Some(date)) => Covers::AsOf(date),
        _ => {
            terminal.error("name what the new engagement covers: --period FROM..TO or --as-of DATE");
            return Exit::Usage;
        }
    };
    match roll_forward::roll_forward(&args.old, &args.new, covers, firm) {
        Ok(rolled) => {
            for remark in &rolled.remarks {
                terminal.say(&format!("note: {remark}"));
            }
            terminal.say(&format!("{} files in {}", rolled.files.len(), args.new.display()));
            terminal.say(&format!("Next: `socpress check {}` lists what is to be confirmed.", args.new.display()));
            Exit::Fine
        }
        Err(error) => {
            terminal.error(&error.to_string());
            match error {
                RollError::NotEmpty(_) | RollError::Period(_) => Exit::Usage,
                RollError::Unreadable(_) | RollError::Toml(_) => Exit::Findings,
                RollError::File { .. } => Exit::Io,
            }
        }
    }
}

/// Two days, both included.
#[derive(Debug, Clone)]
pub struct Period {
    pub start: Date,
    pub end: Date,
}

impl std::str::FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (start, end) = text.split_once("..").ok_or("write two days such as 2026-01-01..2026-12-31")?;
        let day =
            |text: &str| text.trim().parse::<Date>().map_err(|_| format!("`{text}` is no day such as 2026-01-01"));
        Ok(Self { start: day(start)?, end: day(end)? })
    }
}
