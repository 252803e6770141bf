//! Waivers, and the choice of rules.

use crate::diagnostics::rules;

rules! {
    WAI_01 = "WAI-01", Error, false, "A waiver is incomplete or has run out",
        "A waiver says why a finding may stand and who waives it; `until` is not before the date of the report.",
        wrong "[[waivers]] with `rule` only",
        right "`reason`, `by` and `until`";
    WAI_02 = "WAI-02", Warning, false, "A waiver matches nothing",
        "What it was for is gone: remove it, or it will hide something else one day.",
        wrong "a waiver of CRT-06, which finds nothing any more",
        right "the waiver is removed";
    WAI_03 = "WAI-03", Error, false, "An error is waived by whoever may not",
        "Only the engagement partner may waive an error, with reason and date (`by` as in the sign-off). An error \
         that leaves nothing to build from cannot be waived.",
        wrong "an error waived by a senior",
        right "`by` as in the engagement partner's sign-off, with `date`";
    RVW_01 = "RVW-01", Error, false, "The choice of rules is wrong",
        "`on` names rules that are off by default; `off`, in firm.toml only, rules that give notes or warnings. An \
         error is never switched off: it is mended, or waived by the engagement partner.",
        wrong "`off = [\"TST-03\"]`",
        right "`off = [\"CRT-06\"]`";
}
