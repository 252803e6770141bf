//! `socpress explain`

use super::Exit;
use super::args::ExplainArgs;
use super::output::Terminal;
use crate::rules;

pub fn run(args: &ExplainArgs, terminal: &Terminal) -> Exit {
    let wanted = args.rule.to_uppercase();
    let Some(rule) = rules::all().find(|rule| rule.id == wanted) else {
        let near = rules::all().max_by(|a, b| {
            let likeness = |id: &str| strsim::normalized_damerau_levenshtein(id, &wanted);
            likeness(a.id).total_cmp(&likeness(b.id)).then(b.id.cmp(a.id))
        });
        let hint = near.map_or_else(String::new, |rule| format!("; did you mean {}?", rule.id));
        terminal.error(&format!("there is no rule `{}`{hint}", args.rule));
        return Exit::Usage;
    };
    let weight = match (rule.severity.name(), rule.blocking) {
        (name, true) => format!("{name}, nothing is built while it stands"),
        (name, false) => name.to_owned(),
    };
    terminal.data(format!("{}: {}\n({weight})\n\n{}\n", rule.id, rule.title, rule.explanation).as_bytes())
}
