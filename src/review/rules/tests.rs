//! Family C: tests and results.

use crate::diagnostics::rules;

rules! {
    TST_01 = "TST-01", Error, false, "A control has no test",
        "In a Type II every control has at least one test with a result.",
        wrong "control ACC-04 and no test that names it",
        right "a test with `control = \"ACC-04\"`";
    TST_02 = "TST-02", Error, false, "A Type I has tests of controls",
        "A Type I expresses no opinion on operation, so it has no tests, populations, samples or results. Remove \
         them, or make the report a Type II.",
        wrong "a Type I with `sample = 25`",
        right "a Type I without tests.toml";
    TST_03 = "TST-03", Error, false, "Deviations, sample and population do not fit together",
        "Where items were counted, the deviations are at most the sample, and the sample at most the population.",
        wrong "`population = 20`, `sample = 25`",
        right "`population = 200`, `sample = 25`";
    TST_04 = "TST-04", Error, false, "Result and deviations contradict each other",
        "A test with deviations has the result `deviation`, and only such a test has deviations.",
        wrong "`deviations = 1`, `result = \"no-deviation\"`",
        right "`deviations = 1`, `result = \"deviation\"`";
    TST_05 = "TST-05", Warning, false, "A control is tested by inquiry alone",
        "Inquiry alone is not sufficient evidence of operation: add observation, inspection or reperformance.",
        wrong "Inquired of the owner whether access is reviewed.",
        right "Inquired of the owner, and inspected the review of the second quarter.";
    TST_06 = "TST-06", Warning, false, "A procedure begins with a word that says no method",
        "Reviewed, checked, verified and ensured can mean anything. Say what was done: inquired, observed, \
         inspected, reperformed.",
        wrong "Reviewed the access list.",
        right "Inspected the access list for the owner's approval.";
    TST_07 = "TST-07", Warning, false, "A sample is smaller than the firm's table asks",
        "The firm's table ([[sample_sizes]] in firm.toml) gives the least number of items by frequency, population \
         and length of the period. Without a table nothing is compared.",
        wrong "`sample = 10` where the table asks for 25",
        right "`sample = 25`, or a waiver that says why fewer suffice";
    TST_08 = "TST-08", Warning, false, "A population does not fit the frequency",
        "A monthly control occurs about twelve times in a year. Where far more is counted the items are no \
         occurrences, and nothing is compared.",
        wrong "a monthly control, twelve months, `population = 8`",
        right "`population = 12`, or the days in force are recorded";
    TST_09 = "TST-09", Note, false, "Words and counts of a sample do not agree",
        "`A sample of` where all items were tested, or `all` where a sample was.",
        wrong "Inspected a sample of changes. (`population = 25`, `sample = 25`)",
        right "Inspected all changes.";
    TST_10 = "TST-10", Warning, false, "A result without a test lacks its reason",
        "A control that did not operate, could not be tested or is not applicable needs the reason, and for one that \
         did not operate how that was established. A periodic control whose interval fits in the period and that was \
         not performed is a deviation, not an absence of activity.",
        wrong "`result = \"did-not-operate\"` alone",
        right "`result = \"did-not-operate\"` with `reason` and `corroboration`";
    TST_11 = "TST-11", Warning, false, "No control of a criterion operated in the period",
        "The letter or the description should say so, for example in an emphasis-of-matter paragraph.",
        wrong "every control of CC7.5 did not operate, and no text says so",
        right "an emphasis paragraph: no recovery was needed in the period";
    TST_12 = "TST-12", Note, false, "The same procedure stands for many controls",
        "Five or more controls tested in the same words read like a template: say what was inspected for each.",
        wrong "Inspected evidence of the control. (Six times.)",
        right "Inspected the tickets of 25 grants for the approval.";
    TST_13 = "TST-13", Note, false, "All results are the same",
        "Twenty tests or more without a single deviation, or without a single count, are possible; readers ask all \
         the same.",
        wrong "60 tests, no deviation, no sample",
        right "the partner has looked at it: a waiver with its reason";
    TST_14 = "TST-14", Warning, false, "It is not recorded where a population came from",
        "Items are selected from a list that a system made: record the system or report (`population_source`), so \
         that somebody can see that the list was complete and accurate.",
        wrong "`population = 80` alone",
        right "`population = 80`, `population_source = \"Identity log\"`";
    TST_15 = "TST-15", Error, false, "A test is dated after the report",
        "Tests are finished by the date of the report. A test before the period starts is a warning.",
        wrong "`tested_on = 2026-03-01`, the report is dated 2026-02-10",
        right "`tested_on = 2026-01-12`";
    TST_16 = "TST-16", Note, false, "A test speaks of another control",
        "Often copied from the other control's test.",
        wrong "the test of ACC-01: Inspected the tickets of CHG-03.",
        right "the test of ACC-01: Inspected the tickets of the grants.";
    TST_17 = "TST-17", Note, false, "An automated control is sampled like a manual one",
        "A system does the same each time: one test of the configuration, and controls over its change, say more \
         than a sample.",
        wrong "`nature = \"automated\"`, `sample = 25`",
        right "Inspected the configuration, and attempted a login without a second factor.";
    TST_18 = "TST-18", Note if asked, false, "An attribute of a control is not tested",
        "What a control promises (approved, tested, documented, encrypted ...) is looked for by at least one of its \
         tests. A comparison of words: look once.",
        wrong "Changes are tested and approved. Inspected the approvals.",
        right "Inspected the changes for test results and approvals.";
    TST_19 = "TST-19", Error, false, "The description quotes a control in other words",
        "A control has one text. Where the description repeats it with its id, the words are those of the matrix.",
        wrong "ACC-01: Access is granted by ticket. (The matrix says `by approved ticket`.)",
        right "ACC-01: Access is granted by approved ticket.";
    TST_20 = "TST-20", Note, false, "Tester and reviewer are missing or the same",
        "Work is reviewed by another person. Where some tests record their tester and reviewer, all should.",
        wrong "`tester = \"JL\"`, `reviewer = \"JL\"`",
        right "`tester = \"JL\"`, `reviewer = \"PH\"`";
    TST_21 = "TST-21", Note if asked, false, "A figure of a control is not tested",
        "A promise such as `within 24 hours` is measured by one of the tests. A comparison of figures: look once.",
        wrong "within 24 hours; Inspected the tickets.",
        right "Inspected the tickets for removal within 24 hours.";
    TST_22 = "TST-22", Warning, false, "Evidence of operation lies outside the period",
        "What was inspected happened outside the period, so operation within it was not tested.",
        wrong "`evidence_date = 2024-12-28` in a report on 2025",
        right "`evidence_date = 2025-03-28`";
    TST_23 = "TST-23", Error, false, "A test has not been done",
        "A result `not-yet-tested` may stand in a draft only.",
        wrong "`result = \"not-yet-tested\"` in a final report",
        right "the test is done and its result recorded";
}
