//! Words that do not agree with the data beside them.

use super::{Review, rules};
use crate::diagnostics::{Diagnostic, Origin};
use crate::model::Frequency;

/// How a control's text tells how often it operates.
const FREQUENCIES: &[(&str, Frequency)] = &[
    ("daily", Frequency::Daily),
    ("each day", Frequency::Daily),
    ("every day", Frequency::Daily),
    ("weekly", Frequency::Weekly),
    ("each week", Frequency::Weekly),
    ("every week", Frequency::Weekly),
    ("monthly", Frequency::Monthly),
    ("each month", Frequency::Monthly),
    ("every month", Frequency::Monthly),
    ("quarterly", Frequency::Quarterly),
    ("each quarter", Frequency::Quarterly),
    ("every quarter", Frequency::Quarterly),
    ("semi-annually", Frequency::SemiAnnual),
    ("twice a year", Frequency::SemiAnnual),
    ("annually", Frequency::Annual),
    ("each year", Frequency::Annual),
    ("every year", Frequency::Annual),
    ("once a year", Frequency::Annual),
];

/// Providers that are known widely enough to be recognised.
const PROVIDERS: &[&str] = &[
    "Amazon Web Services",
    "AWS",
    "Microsoft Azure",
    "Azure",
    "Google Cloud",
    "GCP",
    "Okta",
    "Auth0",
    "Cloudflare",
    "Stripe",
    "Twilio",
    "SendGrid",
    "Datadog",
    "Snowflake",
    "Heroku",
    "DigitalOcean",
    "Salesforce",
];

pub fn check(r: &mut Review) {
    frequencies(r);
    providers(r);
}

/// The one frequency that a text tells; nothing if it tells none, or several.
fn told(text: &str) -> Option<(&'static str, Frequency)> {
    let mut found = FREQUENCIES.iter().filter(|(words, _)| super::text::says(text, words));
    let (words, frequency) = found.next()?;
    found.all(|(_, other)| other == frequency).then_some((*words, *frequency))
}

fn frequencies(r: &mut Review) {
    for control in &r.engagement.controls {
        let Some(frequency) = &control.frequency else { continue };
        // What happens on occasion or all the time may well have a part that falls due by the calendar.
        if frequency.value.interval_months().is_none() {
            continue;
        }
        if let Some((words, said)) = told(&control.description.text)
            && said != frequency.value
        {
            r.findings.push(
                Diagnostic::new(
                    &rules::CRT_09,
                    format!(
                        "control {} says `{words}`, but its frequency is {}",
                        control.id,
                        frequency.title().to_lowercase()
                    ),
                )
                .at(&frequency.origin)
                .related("the text", &control.description.origin)
                .help("correct one of the two"),
            );
        }
    }
}

fn providers(r: &mut Review) {
    let e = r.engagement;
    let declared = |name: &str| {
        let names = e.subservice_organizations.iter().map(|o| &o.name).chain(&e.vendors);
        names.into_iter().any(|known| super::text::says(known, name) || super::text::says(name, known))
    };
    let mut told: Vec<&str> = Vec::new();
    for topic in &e.description {
        for name in PROVIDERS {
            if told.iter().any(|t| t.contains(name)) || declared(name) {
                continue;
            }
            if let Some(range) = super::text::first(topic.body(), name) {
                told.push(name);
                let at = Origin::span(&topic.source, topic.body_start + range.start..topic.body_start + range.end);
                r.findings.push(
                    Diagnostic::new(&rules::SUB_04, format!("{name} is named here and declared nowhere"))
                        .at(&at)
                        .help("add it to [[subservice_organizations]] if its controls are needed, or to `vendors`"),
                );
            }
        }
    }
}
