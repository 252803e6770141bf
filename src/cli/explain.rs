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
    let text = format!(
        "{}: {}\n({})\n\n{}\n\nWrong: {}\nRight: {}\n",
        rule.id,
        rule.title,
        rules::weight(rule),
        rule.explanation,
        rule.wrong,
        rule.right
    );
    terminal.data(text.as_bytes())
}
