//! `socpress import`

use super::Exit;
use super::args::{ConflictsArg, Format, ImportArgs};
use super::init::scaffold;
use super::output::Terminal;
use crate::diagnostics::FindingView;
use crate::import::{self, Conflicts, ImportError, Imported, Options, PartView};

/// Most names in one line.
const MOST: usize = 8;

pub fn run(args: &ImportArgs, terminal: &Terminal) -> Exit {
    let options = Options {
        table: args.table.clone(),
        columns: args.columns.iter().map(|c| (c.head.clone(), c.field.clone())).collect(),
        conflicts: match args.conflicts {
            ConflictsArg::List => Conflicts::List,
            ConflictsArg::Ours => Conflicts::Ours,
            ConflictsArg::Theirs => Conflicts::Theirs,
        },
        prune: args.prune,
        dry_run: args.dry_run,
        scaffold: scaffold(args.report_type, &args.categories, false),
    };
    let imported = match import::import(&args.source, &args.folder, &options) {
        Ok(imported) => imported,
        Err(error) => return failed(&error, args.format, terminal),
    };
    terminal.findings(&imported.findings);
    for part in &imported.parts {
        mapping(part, terminal);
    }
    changes(&imported, terminal);
    let settled = options.conflicts != Conflicts::List || imported.conflicts.is_empty();
    let clean = settled && !imported.findings.has_errors();
    let exit = if clean { Exit::Fine } else { Exit::Findings };
    if args.format == Format::Json {
        #[derive(serde::Serialize)]
        struct View<'i> {
            #[serde(flatten)]
            imported: &'i Imported,
            findings: Vec<FindingView<'i>>,
        }
        let findings = imported.findings.iter().map(FindingView::from).collect();
        let printed = terminal.json(&View { imported: &imported, findings });
        if printed != Exit::Fine {
            return printed;
        }
    } else {
        terminal.tally(&imported.findings);
        let folder = args.folder.display();
        terminal.say(&if args.dry_run {
            format!("Nothing was written to {folder}, since this was a dry run.")
        } else {
            format!("{} files written in {folder}. Next: `socpress check {folder}`", imported.files.len())
        });
    }
    exit
}

/// Which column became what.
fn mapping(part: &PartView, terminal: &Terminal) {
    let tables = if part.tables.is_empty() { "not used".to_owned() } else { part.tables.join(" and ") };
    terminal.say(&format!("{}: {tables}, {} records", part.place, part.rows));
    let mut unused = Vec::new();
    for column in &part.columns {
        if column.fields.is_empty() {
            unused.push(column.head.as_str());
        } else {
            terminal.say(&format!("  {} -> {}", column.head, column.fields.join(", ")));
        }
    }
    if !unused.is_empty() {
        terminal.say(&format!("  not used: {}", listed(&unused)));
    }
}

fn changes(imported: &Imported, terminal: &Terminal) {
    for table in &imported.tables {
        let counts = [
            (table.added.len(), "new"),
            (table.changed.len(), "changed"),
            (table.unchanged, "unchanged"),
            (table.kept.len(), "with values kept that were changed by hand"),
            (table.removed.len(), "removed"),
        ];
        let said: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let said = if said.is_empty() { "nothing".to_owned() } else { said.join(", ") };
        terminal.say(&format!("{} in {}: {said}", table.table, table.file));
        for (record, fields) in table.changed.iter().take(MOST) {
            terminal.say(&format!("  {record}: {}", fields.join(", ")));
        }
        if table.changed.len() > MOST {
            terminal.say(&format!("  and {} more", table.changed.len() - MOST));
        }
        let gone: Vec<&str> =
            table.gone.iter().filter(|record| !table.removed.contains(record)).map(String::as_str).collect();
        if !gone.is_empty() {
            terminal.say(&format!("  no longer in the source, and kept: {}", listed(&gone)));
        }
    }
    for file in &imported.replaced {
        terminal.say(&format!("{file}: replaced, since the source changed it"));
    }
    for conflict in &imported.conflicts {
        let field = conflict.field.map(|field| format!(", `{field}`")).unwrap_or_default();
        let shown = |value: &Option<serde_json::Value>| match value {
            None => "nothing".to_owned(),
            Some(value) => short(&value.to_string()),
        };
        terminal.say(&format!(
            "conflict in {}: {}{field}: {} here, {} in the source; {} stands",
            conflict.file,
            conflict.record,
            shown(&conflict.ours),
            shown(&conflict.theirs),
            if conflict.taken == "ours" { "what is here" } else { "what the source says" },
        ));
    }
}

fn listed(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST).copied().collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

fn short(text: &str) -> String {
    if text.chars().count() > 60 { text.chars().take(58).chain(['…']).collect() } else { text.to_owned() }
}

fn failed(error: &ImportError, format: Format, terminal: &Terminal) -> Exit {
    match error {
        ImportError::Unreadable(findings) => {
            terminal.findings(findings);
            if format == Format::Json {
                let views: Vec<FindingView> = findings.iter().map(FindingView::from).collect();
                terminal.json(&serde_json::json!({ "findings": views }));
            }
            let unreadable = findings.iter().any(|f| f.rule == &crate::load::rules::FILE_UNREADABLE);
            if unreadable { Exit::Io } else { Exit::Findings }
        }
        error => {
            terminal.error(&error.to_string());
            match error {
                ImportError::UnknownTable(_)
                | ImportError::UnknownField(_)
                | ImportError::Itself(_)
                | ImportError::NoEngagement(_) => Exit::Usage,
                ImportError::InASheet { .. } | ImportError::Toml { .. } => Exit::Findings,
                _ => Exit::Io,
            }
        }
    }
}
