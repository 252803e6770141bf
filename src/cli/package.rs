//! `socpress package`

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::args::{Format, PackageArgs};
use super::build::BuildView;
use super::check::exit;
use super::output::Terminal;
use super::packaging;
use super::progress::Bar;
use crate::package::{Exhibits, PackOptions, is_stored};
use crate::pipeline::{self, BuildError, Checked};

pub fn run(args: &PackageArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let packaging = match packaging::read(&args.packaging) {
        Ok(packaging) => packaging,
        Err(failed) => return failed.tell(terminal),
    };
    if args.dry_run {
        return dry_run(&pipeline::check_all(&args.folder, firm), &packaging.pack, args.format, terminal);
    }
    let today = super::today(args.today);
    let bar = Bar::new(terminal);
    let result = pipeline::package(&args.folder, firm, &args.out, &packaging, today, &bar);
    drop(bar);
    let made = match result {
        Ok(made) => made,
        Err(error) => {
            terminal.error(&error.to_string());
            return if matches!(error, BuildError::Occupied(_)) { Exit::Usage } else { Exit::Io };
        }
    };
    let checked = &made.checked;
    match args.format {
        Format::Human => {
            terminal.findings(&checked.findings);
            for output in made.outputs.iter().flatten() {
                terminal.say(&format!("{} ({} bytes)", args.out.join(&output.name).display(), output.bytes));
            }
            match &made.outputs {
                Some(_) => terminal.say(&args.out.join(pipeline::PACKAGE_RECORD).display().to_string()),
                None => terminal.error(&why_nothing(checked)),
            }
            terminal.tally(&checked.findings);
        }
        Format::Json => {
            let written = terminal.json(&BuildView::new(made.outputs.as_deref(), &args.out, &checked.findings));
            if written != Exit::Fine {
                return written;
            }
        }
    }
    exit(checked.unreadable, checked.findings.has_errors() || made.outputs.is_none())
}

fn why_nothing(checked: &Checked) -> String {
    let why = if checked.findings.blocked() {
        "mend the findings above first"
    } else if checked.exhibits.is_empty() {
        "the engagement has no evidence"
    } else {
        "the package of a final report has no open findings of error severity"
    };
    format!("nothing was made: {why}")
}

#[derive(Serialize)]
struct DryRun<'a> {
    format: u32,
    generator: &'static str,
    exhibits: Vec<Row<'a>>,
    /// Each file once, however many exhibits it is.
    total_files: usize,
    total_bytes: u64,
    stored_bytes: u64,
    deflated_bytes: u64,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    path: &'a str,
    original_path: &'a str,
    bytes: u64,
    media_type: &'a str,
    method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_file_as: Option<&'a str>,
}

impl<'a> DryRun<'a> {
    fn of(exhibits: &'a Exhibits, options: &PackOptions) -> Self {
        let stored = |media_type: &str| is_stored(media_type, options);
        let total_bytes = exhibits.total_bytes();
        let stored_bytes = exhibits.files().filter(|e| stored(e.media_type)).map(|e| e.bytes).sum();
        let row = |e: &'a crate::package::Exhibit| Row {
            id: e.id.as_str(),
            path: &e.archive_path,
            original_path: &e.original_path,
            bytes: e.bytes,
            media_type: e.media_type,
            method: if stored(e.media_type) { "stored" } else { "deflated" },
            same_file_as: e.same_as.as_ref().filter(|_| !e.own_file).map(|id| id.as_str()),
        };
        Self {
            format: 1,
            generator: pipeline::GENERATOR,
            exhibits: exhibits.items.iter().map(row).collect(),
            total_files: exhibits.files().count(),
            total_bytes,
            stored_bytes,
            deflated_bytes: total_bytes - stored_bytes,
        }
    }

    fn text(&self) -> String {
        let head = ["exhibit", "bytes", "how", "media type", "name in the archive"].map(str::to_owned);
        let rows = self.exhibits.iter().map(|row| {
            let how = row.same_file_as.map_or_else(|| row.method.to_owned(), |id| format!("same file as {id}"));
            [row.id.to_owned(), row.bytes.to_string(), how, row.media_type.to_owned(), row.path.to_owned()]
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).map(Vec::from).collect();
        let mut text = String::new();
        super::views::table(&mut text, &rows);
        let (files, bytes) = (self.total_files, self.total_bytes);
        let (stored, deflated) = (self.stored_bytes, self.deflated_bytes);
        let _ = writeln!(text, "\ntotal: {files} files, {bytes} bytes ({stored} stored, {deflated} to be compressed)");
        text
    }
}

fn dry_run(checked: &Checked, options: &PackOptions, format: Format, terminal: &Terminal) -> Exit {
    terminal.findings(&checked.findings);
    let list = DryRun::of(&checked.exhibits, options);
    let written = match format {
        Format::Json => terminal.json(&list),
        Format::Human => terminal.data(list.text().as_bytes()),
    };
    if written != Exit::Fine {
        return written;
    }
    if pipeline::forbidden(checked) || checked.exhibits.is_empty() {
        terminal.error(&why_nothing(checked).replace("was made", "would be made"));
        return exit(checked.unreadable, true);
    }
    exit(checked.unreadable, checked.findings.has_errors())
}
