//! Family D: deviations and responses.

use crate::diagnostics::rules;

rules! {
    DEV_01 = "DEV-01", Error, false, "A deviation is not fully told",
        "Every test with deviations names its exception, the exception says what happened, and where items were \
         sampled the population is described and the counts are given.",
        wrong "`result = \"deviation\"` and no `exception`",
        right "`result = \"deviation\"`, `exception = \"EX-01\"`";
    DEV_02 = "DEV-02", Warning, false, "An exception has no response",
        "Readers expect management's response, or that management declined to give one (`response_declined = true`).",
        wrong "an exception with `nature` only",
        right "`response`, or `response_declined = true`";
    DEV_03 = "DEV-03", Error, false, "An exception without a deviation",
        "No test with the result `deviation` names this exception: a leftover of an edit, or the test's result is \
         wrong.",
        wrong "EX-03 is told, and no test names it",
        right "the test that found it has `exception = \"EX-03\"`";
    DEV_04 = "DEV-04", Note, false, "A response leaves something open",
        "Readers expect what is done, by which role, and when: `response_action`, `response_owner`, `response_date`.",
        wrong "`response` alone",
        right "`response` with action, owner and date";
    DEV_05 = "DEV-05", Note, false, "The auditor's facts tell of a remedy",
        "What management did afterwards was not tested. It belongs into the response, outside what the opinion \
         covers.",
        wrong "`nature`: ... This has since been remediated.",
        right "`nature`: the facts; `response`: the remedy";
    DEV_06 = "DEV-06", Warning, false, "A criterion with exceptions is left without a recorded judgement",
        "Record the partner's conclusion in [[conclusions]] with its rationale.",
        wrong "CC6.2 has exceptions and no entry in [[conclusions]]",
        right "`criterion = \"CC6.2\"`, `conclusion = \"met\"`, `rationale = \"...\"`";
    DEV_07 = "DEV-07", Note, false, "Many items deviated, and the criterion is concluded met",
        "More than a tenth of the items: readers ask how the criterion can be met. The partner decides; the \
         rationale says why.",
        wrong "6 of 25 deviated, CC6.2 is `met`",
        right "the partner has looked at it: a waiver with its reason";
    DEV_08 = "DEV-08", Error, false, "Numbers in the text differ from the fields",
        "`2 of 25` in the exception's text must be the deviations and the sample of a test that names it.",
        wrong "For 3 of 25 grants ... (the fields say 2 of 25)",
        right "For 2 of 25 grants ...";
    DEV_09 = "DEV-09", Warning, false, "A deviation is considered under some of its criteria only",
        "A control with deviations serves several criteria. The conclusion is recorded for each.",
        wrong "the control serves CC6.2 and CC6.3, [[conclusions]] names CC6.2",
        right "[[conclusions]] names both";
    DEV_10 = "DEV-10", Note, false, "A control deviated in the prior report and again",
        "A repeat finding: readers and the partner will ask.",
        wrong "ACC-04 deviated last year and again",
        right "the partner has looked at it: a waiver with its reason";
    DEV_11 = "DEV-11", Note, false, "An exception names a ticket or a person",
        "The report is distributed: tickets, employee numbers and names stay in the auditor's file.",
        wrong "Ticket INC-20419 of Ms. Lind was approved late.",
        right "One of 25 tickets was approved late.";
}
