//! Printing: messages for people to standard error, data to standard output.

use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice};

use super::Exit;
use super::args::Color;
use crate::diagnostics::{Findings, Printer, Severity, Tally};

pub struct Terminal {
    color: bool,
    quiet: bool,
}

impl Terminal {
    pub fn new(color: Color, quiet: bool) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        };
        Self { color, quiet }
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints the findings; with `--quiet` errors only.
    pub fn findings(&self, findings: &Findings) {
        self.findings_from(findings, Severity::Error);
    }

    /// Prints the findings; with `--quiet` those only that weigh at least so much.
    pub fn findings_from(&self, findings: &Findings, least: Severity) {
        let printer = Printer::new(self.color);
        let mut text = String::new();
        for finding in findings.iter().filter(|d| !self.quiet || d.severity >= least) {
            text.push_str(&printer.render(finding));
            text.push('\n');
        }
        self.write(&text);
    }

    /// How many findings there are, and of what weight.
    pub fn tally(&self, findings: &Findings) {
        self.say(&format!("{}", Tally::from(findings)));
    }

    /// A line that `--quiet` leaves out.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.write(&format!("{line}\n"));
        }
    }

    pub fn error(&self, message: &str) {
        self.write(&format!("error: {message}\n"));
    }

    /// Writes a value as one line of JSON to standard output.
    pub fn json_line(&self, value: &impl serde::Serialize) -> Exit {
        match serde_json::to_string(value) {
            Ok(text) => self.data((text + "\n").as_bytes()),
            Err(error) => {
                self.error(&format!("cannot be written as JSON: {error}"));
                Exit::Io
            }
        }
    }

    /// Writes a value as JSON to standard output.
    pub fn json(&self, value: &impl serde::Serialize) -> Exit {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.data((text + "\n").as_bytes()),
            Err(error) => {
                self.error(&format!("cannot be written as JSON: {error}"));
                Exit::Io
            }
        }
    }

    /// Writes data to standard output. A reader that went away early is no fault.
    pub fn data(&self, bytes: &[u8]) -> Exit {
        match io::stdout().write_all(bytes) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.error(&format!("cannot write to standard output: {error}"));
                Exit::Io
            }
            _ => Exit::Fine,
        }
    }

    fn write(&self, text: &str) {
        // Nobody listens when standard error is closed.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}
