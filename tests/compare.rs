//! One engagement against another: descriptions and evidence that were copied.

mod support;

use support::{Engagement, Run, error, listed, socpress, warning};

const LONG: &str = "Quillmark plans routes for carriers in three regions and shows shippers where their freight is. The planner \
                    reads orders from the gateway, asks the map for roads, and writes a route for each truck of the day. The \
                    dispatcher confirms it before the driver leaves, and the tracker follows the truck from door to door.";

fn compared(e: &Engagement, others: &[&Engagement]) -> Run {
    let mut command = socpress();
    command.args(["check", "--format", "json"]).arg(e.path());
    for other in others {
        command.arg("--compare-with").arg(other.path());
    }
    Run::of(&mut command)
}

fn other_client() -> Engagement {
    Engagement::type_2().set("name = \"Quillmark Logistics, Inc.\"", "name = \"Quillmark Freight, Inc.\"")
}

#[test]
fn a_description_that_is_also_another_clients() {
    let e = Engagement::type_2().topic(LONG);
    let run = compared(&e, &[&other_client().topic(LONG)]);
    warning("TXT-09", "100 percent of the description are also that of Quillmark Freight, Inc.")
        .at("description/01-service.md", "title: ^The dispatch")
        .in_findings(&e, &run.findings());
    // Half of it is another matter.
    let half = other_client().topic("Another system altogether: Quillmark plans routes for carriers in three regions. It bills them monthly, and answers questions by telephone from nine to five.");
    let run = compared(&e, &[&half]);
    assert!(run.found("TXT-09").is_empty(), "{}", listed(&run.findings()));
}

#[test]
fn last_years_description_although_something_changed() {
    let last = Engagement::type_2().topic(LONG);
    let same = Engagement::type_2().topic(LONG);
    assert!(compared(&same, &[&last]).found("TXT-09").is_empty(), "nothing changed");
    let changed = Engagement::type_2()
        .topic(LONG)
        .set("no_changes = true\n", "")
        .add("\n[[changes]]\ndate = 2025-03-01\ndescription = \"A fourth region.\"\n");
    let run = compared(&changed, &[&last]);
    warning("TXT-09", "are last year's, yet changes are told").in_findings(&changed, &run.findings());
}

#[test]
fn evidence_that_is_also_another_clients() {
    let e = Engagement::type_2().exhibit("E-1", "log.txt", "one").exhibit("E-2", "own.txt", "two");
    let other = other_client().exhibit("X-7", "list.txt", "one");
    let run = compared(&e, &[&other]);
    assert_eq!(run.found("EVD-10").len(), 1, "{}", listed(&run.findings()));
    warning("EVD-10", "evidence E-1 is also X-7 of another engagement")
        .at("evidence.toml", "^\"log.txt\"")
        .in_findings(&e, &run.findings());
    assert!(compared(&e, &[]).found("EVD-10").is_empty());
    // A whole folder that was copied is one finding.
    let many = |mut e: Engagement| {
        for n in 0..9 {
            e = e.exhibit(&format!("E-{n}"), &format!("{n}.txt"), format!("content {n}"));
        }
        e
    };
    let found = compared(&many(Engagement::type_2()), &[&many(other_client())]).found("EVD-10");
    assert_eq!(found.len(), 1, "{}", listed(&found));
    assert!(
        found[0].message.starts_with("9 exhibits are also those of another engagement: E-0"),
        "{}",
        found[0].message
    );
}

#[test]
fn a_folder_to_compare_with_that_is_none() {
    let e = Engagement::type_2();
    let run = compared(&e, &[&Engagement::empty()]);
    assert_eq!(run.code, 3);
    error("INP-01", "has no engagement.toml").in_findings(&e, &run.findings());
}
