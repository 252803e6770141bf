//! Ids and references: what clashes, what is cited and not there, and criteria that do not exist.

mod support;

use support::{Engagement, error, note};

#[test]
fn ids_that_are_used_twice() {
    Engagement::type_2()
        .with_exception()
        .append("exceptions.toml", "\n[[exceptions]]\nid = \"ex 1\"\nnature = \"Another one.\"\nresponse = \"Yes.\"\n")
        .append(
            "tests.toml",
            "\n[[tests]]\nid = \"T-3\"\ncontrol = \"SEC-1\"\nprocedure = \"Observed it.\"\nresult = \"no-deviation\"\n",
        )
        .append(
            "controls.toml",
            "\n[[controls]]\nid = \"ops-1\"\ndescription = \"Other text.\"\ncriteria = [\"CC6.1\"]\n",
        )
        .exhibit("E-1", "a.txt", "first")
        .exhibit("E-2", "b.txt", "second")
        .replace("evidence.toml", "\"E-2\"", "\"E-1\"")
        .refuses([
            error("INP-12", "`ex 1` differs from `EX-1` only in case, spaces or punctuation")
                .at("exceptions.toml", "^\"ex 1\"")
                .related("exceptions.toml", "id = ^\"EX-1\""),
            error("INP-12", "the test id `T-3` is used twice").helps("give each its own id"),
            error("CRT-04", "`ops-1` differs from `OPS-1`")
                .at("controls.toml", "^\"ops-1\"")
                .related("controls.toml", "^\"OPS-1\""),
            error("INP-12", "the evidence item id `E-1` is used twice").at_line("evidence.toml", 7, 6),
            // References go to the id as it is written, so nothing names the two that came later.
            error("TST-01", "control ops-1 has no test").at("controls.toml", "^\"ops-1\""),
            error("DEV-03", "no test with a deviation names exception ex 1").at("exceptions.toml", "^\"ex 1\""),
        ]);
}

#[test]
fn references_to_what_is_not_there() {
    Engagement::type_2()
        .exhibit("E-1", "a.txt", "first")
        .replace("evidence.toml", "controls = [\"SEC-1\"]", "controls = [\"SEC-2\"]\ntests = [\"T-33\"]")
        .replace("tests.toml", "control = \"OPS-1\"", "control = \"OSP-1\"\nevidence = [\"E-9\"]\nexception = \"EX-4\"")
        .set("no_changes = true\n", "")
        .add("\n[[changes]]\ndate = 2025-05-02\ndescription = \"The mail server moved.\"\ncontrols = [\"MAIL-7\"]\n")
        .add("\n[[csocs]]\nid = \"CSOC-1\"\nsubservice_organization = \"Tarn Hosting\"\ndescription = \"Doors are locked.\"\ncriteria = [\"CC6.4\"]\n")
        .refuses([
            error("INP-13", "there is no control `SEC-2`").at("evidence.toml", "^\"SEC-2\"").helps("did you mean `SEC-1`?"),
            error("INP-13", "there is no test `T-33`").at("evidence.toml", "^\"T-33\"").helps("did you mean `T-3`?"),
            error("INP-13", "there is no control `OSP-1`").at("tests.toml", "^\"OSP-1\"").helps("did you mean `OPS-1`?"),
            error("INP-13", "there is no evidence item `E-9`").at("tests.toml", "^\"E-9\""),
            error("INP-13", "there is no exception `EX-4`").at("tests.toml", "^\"EX-4\"").helps("define the exception"),
            error("INP-13", "there is no control `MAIL-7`").at("engagement.toml", "^\"MAIL-7\"").helps("define the control"),
            error("INP-13", "there is no subservice organization `Tarn Hosting`").at("engagement.toml", "^\"Tarn Hosting\""),
            error("TST-01", "control OPS-1 has no test"),
        ]);
}

#[test]
fn criteria_that_do_not_exist() {
    Engagement::type_2()
        .replace("controls.toml", "criteria = [\"CC1.1\", \"CC1.2\", \"CC1.3\", \"CC1.4\", \"CC1.5\", \"CC2.1\", \"CC2.2\", \"CC2.3\", \"CC3.1\", \"CC3.2\", \"CC3.3\", \"CC3.4\", \"CC4.1\", \"CC4.2\", \"CC5.1\", \"CC5.2\", \"CC5.3\"]", "criteria = [\"CC1.9\", \"CC72\", \"Z4.1\", \"6.4\"]")
        .refuses([
            error("CRT-02", "there is no criterion `CC1.9`").at("controls.toml", "^\"CC1.9\"").helps("did you mean `CC1."),
            error("CRT-02", "there is no criterion `CC72`").at("controls.toml", "^\"CC72\"").helps("did you mean `CC7.2`?"),
            error("CRT-02", "there is no criterion `Z4.1`").at("controls.toml", "^\"Z4.1\""),
            error("CRT-02", "`6.4` does not say which category").at("controls.toml", "^\"6.4\"").helps("did you mean `CC6.4`"),
        ]);
}

#[test]
fn a_spelling_with_one_meaning_is_read_and_said() {
    Engagement::type_1()
        .replace("controls.toml", "criteria = [\"CC6.1\", ", "criteria = [\"cc 6.1\", ")
        .finds_only([note("INP-18", "`cc 6.1` is read as CC6.1").at("controls.toml", "^\"cc 6.1\"")]);
}

/// A record with a fault in it is there all the same: what cites it is not wrong.
#[test]
fn a_record_that_cannot_be_read_keeps_its_id() {
    Engagement::type_2()
        .replace(
            "controls.toml",
            "description = \"Once a year the board approves the policies and records its vote in the minutes.\"\n",
            "",
        )
        .replace("tests.toml", "result = \"no-deviation\"\ntested_on = 2025-11-19", "tested_on = 2025-11-19")
        .exhibit("E-1", "log.txt", "first")
        .replace("evidence.toml", "controls = [\"SEC-1\"]", "tests = [\"T-3\"]")
        .refuses([
            error("INP-09", "this control has no `description`").at_line("controls.toml", 1, 1),
            error("INP-09", "this test has no `result`"),
        ]);
}
