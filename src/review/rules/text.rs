//! Family G: what stands in texts.

use crate::diagnostics::rules;

rules! {
    TXT_01 = "TXT-01", Error, false, "A placeholder was left in a text",
        "Texts such as TBD, TODO, lorem ipsum, [Company Name] or {{name}} must not reach a reader.",
        wrong "Backups are kept for TBD days.",
        right "Backups are kept for 35 days.";
    TXT_02 = "TXT-02", Error, false, "The name of another client stands in a text",
        "The firm's profile lists its clients (`clients` in firm.toml). None of their names may stand in the report \
         of another.",
        wrong "Alderbrook reviews access. (In the report of another client.)",
        right "Quillmark reviews access.";
    TXT_03 = "TXT-03", Warning, false, "A name is written in another way",
        "Organization, system and subservice organizations have one name each, and one short name.",
        wrong "Quillmark Logistics Ltd (elsewhere: Quillmark Logistics, Inc.)",
        right "Quillmark Logistics, Inc.";
    TXT_04 = "TXT-04", Warning, false, "A text states another period, or a day that does not exist",
        "Often a leftover of last year's report.",
        wrong "the period January 1, 2024 to December 31, 2024 (in a report on 2025)",
        right "the period January 1, 2025 to December 31, 2025";
    TXT_05 = "TXT-05", Note, false, "An acronym is not explained, or explained twice",
        "Explain it where it first stands, `service level agreement (SLA)`, or in [[acronyms]]; everyday ones need \
         no explanation.",
        wrong "The RACM is kept by the ISSO.",
        right "The risk and control matrix (RACM) is kept by the security officer.";
    TXT_06 = "TXT-06", Note, false, "One thing is written in two ways",
        "Type I and Type 1, exception and deviation, subservice and sub-service, organization and organisation, \
         dates in two forms: one report keeps to one.",
        wrong "the organization ... the organisation",
        right "the organization ... the organization";
    TXT_07 = "TXT-07", Error, false, "A text refers to a section that the report does not have",
        "Section V is there only if there is other information.",
        wrong "Responses are in Section V. (There is none.)",
        right "Incidents are told in Section III.";
    TXT_08 = "TXT-08", Warning, false, "Personal data or a secret stands in a text",
        "E-mail and network addresses, numbers of persons and keys do not belong into a report that is distributed.",
        wrong "Questions go to jo.lee@example.org.",
        right "Questions go to the security team.";
    TXT_09 = "TXT-09", Warning, false, "The description is nearly that of another engagement",
        "With `check --compare-with FOLDER`: nine tenths of the words are the same as in another client's \
         description, or as in last year's although changes are told.",
        wrong "two clients with one description",
        right "a description of this system";
    TXT_10 = "TXT-10", Note, false, "A slip of the pen",
        "A word twice, or a bracket that is not closed.",
        wrong "The the owner (see below approves.",
        right "The owner (see below) approves.";
}
