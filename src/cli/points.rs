//! `socpress points`

use std::path::Path;

use super::Exit;
use super::args::PointsArgs;
use super::output::Terminal;
use crate::diagnostics::Tally;
use crate::pipeline;

pub fn run(args: &PointsArgs, firm: Option<&Path>, terminal: &Terminal) -> Exit {
    let made = match pipeline::points(&args.folder, firm, &args.out) {
        Ok(made) => made,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Io;
        }
    };
    let Some(outputs) = &made.outputs else {
        terminal.findings(&made.checked.findings);
        terminal.error("no sheet was made: mend the findings above first");
        return super::check::exit(made.checked.unreadable, true);
    };
    for output in outputs {
        terminal.say(&args.out.join(&output.name).display().to_string());
    }
    terminal.say(&args.out.join(pipeline::POINTS_RECORD).display().to_string());
    let waived = made.checked.waiving.waived.len();
    terminal.say(&format!("{}, {waived} waived", Tally::from(&made.checked.findings)));
    super::check::exit(made.checked.unreadable, made.checked.findings.blocked())
}
