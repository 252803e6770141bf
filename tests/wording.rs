//! Words that give a report away: other clients, terms of earlier years, dead references, data of persons.

mod support;

use support::{Engagement, error, warning};

fn topic(body: &str) -> Engagement {
    Engagement::type_2().topic(&format!("{body}\n"))
}

const TOPIC: &str = "description/01-service.md";

#[test]
fn the_name_of_another_client() {
    let clients = "format = 1\nclients = [\"Brindle Claims\", \"Quillmark\"]\n";
    topic("As at Brindle Claims, routes are planned. Quillmark plans them.")
        .file("firm/firm.toml", clients)
        .finds_only([error("TXT-02", "the name of another client stands in the text: `Brindle Claims`")
            .at(TOPIC, "As at ^Brindle Claims")
            .helps("copied from another report")]);
    // In a value as well, and only as whole words.
    Engagement::type_2()
        .file("firm/firm.toml", clients)
        .set("Every account belongs to one named person.", "Every account of BRINDLE CLAIMS belongs to one.")
        .finds_only([error("TXT-02", "`BRINDLE CLAIMS`").at("engagement.toml", "account of ^BRINDLE CLAIMS")]);
    topic("Brindle Claimsworth is a town.").file("firm/firm.toml", clients).finds_only([]);
}

#[test]
fn terms_of_earlier_years() {
    topic("By SSAE 16 and the Trust Services Principles. A Service Organization Control report.").finds_only([
        warning("SCP-08", "`SSAE 16` is out of date").at(TOPIC, "By ^SSAE 16"),
        warning("SCP-08", "`Trust Services Principles`").helps("trust services criteria"),
        warning("SCP-08", "`Service Organization Control`").helps("System and Organization Controls"),
    ]);
}

#[test]
fn sections_that_the_report_does_not_have() {
    topic("See Section IV, Section V and Section VI.").finds_only([
        error("TXT-07", "the report has no Section V").at(TOPIC, "^Section V and"),
        error("TXT-07", "the report has no Section VI").at(TOPIC, "^Section VI."),
    ]);
    topic("See Section V.").with_exception().finds_only([]);
}

#[test]
fn controls_that_the_matrix_does_not_have() {
    topic("Access needs a ticket (OPS-1), and OPS-9 takes it away. SEC-1-b is a file, XOPS-7 a part.").finds_only([
        error("CRT-12", "the text names control OPS-9, which the matrix does not have").at(TOPIC, "and ^OPS-9"),
    ]);
}

#[test]
fn data_of_persons_and_machines() {
    topic("Write to jo.lee@quillmark.example. The gateway is 10.20.30.40; version 1.2.3 runs there.").finds_only([
        warning("TXT-08", "an e-mail address stands in the text: `jo.lee@quillmark.example`").at(TOPIC, "^jo.lee@"),
        warning("TXT-08", "a network address stands in the text: `10.20.30.40`"),
    ]);
}

#[test]
fn a_text_and_a_frequency_that_do_not_agree() {
    Engagement::type_2()
        .replace("controls.toml", "Each quarter the Security Lead", "Monthly, the Security Lead")
        .finds_only([warning("CRT-09", "control SEC-1 says `monthly`, but its frequency is quarterly")
            .at("controls.toml", "frequency = ^\"quarterly\"")]);
}

#[test]
fn a_procedure_that_says_no_method() {
    Engagement::type_2()
        .replace("tests.toml", "Reperformed the comparison", "Reviewed the comparison")
        .finds_only([warning("TST-06", "test T-3 begins `reviewed`").at("tests.toml", "^\"Reviewed the")]);
}

#[test]
fn a_provider_that_is_declared_nowhere() {
    let named = || topic("The service runs on AWS; Okta signs people in.");
    named().finds_only([
        warning("SUB-04", "AWS is named here and declared nowhere").at(TOPIC, "on ^AWS"),
        warning("SUB-04", "Okta is named here"),
    ]);
    named().set("no_incidents = true", "vendors = [\"Okta\", \"AWS\"]\nno_incidents = true").finds_only([]);
}
