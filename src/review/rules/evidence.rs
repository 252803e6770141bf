//! Family H: evidence.

use crate::diagnostics::rules;

rules! {
    EVD_03 = "EVD-03", Warning, false, "Evidence lies outside the window",
        "Evidence of operation covers days within the period; for a Type I up to twelve months before the date. In a \
         Type II it is not collected before the period, nor before the last day that it covers.",
        wrong "`covers_to = 2024-10-31` in a report on 2025",
        right "`covers_from = 2025-01-01`, `covers_to = 2025-12-31`";
    EVD_04 = "EVD-04", Note, false, "A test has no evidence",
        "A test that was done relies on something in the file: cite it.",
        wrong "a test with a result and no `evidence`",
        right "`evidence = [\"E-017\"]`";
    EVD_06 = "EVD-06", Warning, false, "Sampled items do not agree with their test",
        "Where [[sampled_items]] lists the items of a test, there are as many as the sample, as many deviate as are \
         counted, and each has its evidence.",
        wrong "`sample = 25`, 24 items are listed",
        right "25 items, each with `evidence`";
    EVD_08 = "EVD-08", Note, false, "A screenshot does not say when and where it was taken",
        "A picture proves little without its day and its system: `collected_on` and `source`.",
        wrong "`file = \"mfa.png\"` alone",
        right "`file = \"mfa.png\"`, `collected_on = 2025-11-03`, `source = \"Identity provider\"`";
    EVD_09 = "EVD-09", Note, false, "Sensitive evidence is not marked as restricted",
        "Background checks, payroll, performance reviews and medical records are handled by few: `confidentiality = \
         \"restricted\"`.",
        wrong "`title = \"Background check report\"`",
        right "the same with `confidentiality = \"restricted\"`";
    EVD_10 = "EVD-10", Warning, false, "Evidence is that of another engagement",
        "With `check --compare-with FOLDER`: a file with the same content is evidence there too.",
        wrong "one screenshot for two clients",
        right "the screenshot of this client's system";
}
