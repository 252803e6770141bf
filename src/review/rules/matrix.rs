//! Family B: coverage of the criteria and the control matrix.

use crate::diagnostics::rules;

rules! {
    CRT_01 = "CRT-01", Error, false, "A criterion in scope has no control",
        "Every criterion of a category in scope has at least one control, or is declared not relevant with a reason, \
         or is met through a carved-out subservice organization (a CSOC maps to it). The common criteria are always \
         in scope.",
        wrong "no control names CC6.4",
        right "a control for CC6.4; or a CSOC of the carved-out data center that serves it";
    CRT_03 = "CRT-03", Warning, false, "A control serves only criteria out of scope",
        "It would be printed nowhere; often a leftover of another year.",
        wrong "a control maps to A1.2 alone, availability is out of scope",
        right "the control maps to CC7.5 as well, or is removed";
    CRT_05 = "CRT-05", Error, false, "A criterion is declared not relevant and has controls",
        "Either the criterion is relevant, or the controls do not serve it.",
        wrong "CC6.4 is in [[not_relevant]], and a control maps to it",
        right "one of the two is removed";
    CRT_06 = "CRT-06", Note, false, "A criterion rests on a single control",
        "One deviation then decides over the criterion.",
        wrong "ACC-01 alone serves CC6.4",
        right "ACC-01 and PHY-02 serve CC6.4";
    CRT_07 = "CRT-07", Warning if asked, false, "A control serves very many criteria",
        "More than twelve criteria, or a whole series on one control alone: readers doubt that one activity meets so \
         much.",
        wrong "one control with 17 criteria",
        right "the criteria that the control really meets";
    CRT_08 = "CRT-08", Warning, false, "The text of a control leaves open how often or when",
        "`Periodically`, `regularly`, `as appropriate`, `timely` and the like can be neither tested nor relied on, \
         unless the sentence says the measure too.",
        wrong "Access is reviewed periodically.",
        right "Each quarter the system owner reviews access.";
    CRT_09 = "CRT-09", Warning, false, "The text of a control and its frequency do not agree",
        "A control that begins `Quarterly, ...` and has the frequency `monthly` misleads whoever tests it. Correct \
         either.",
        wrong "`Quarterly, the owner reviews access.` with `frequency = \"monthly\"`",
        right "`Quarterly, the owner reviews access.` with `frequency = \"quarterly\"`";
    CRT_10 = "CRT-10", Note, false, "Two controls say nearly the same",
        "Exports of compliance platforms often hold a control twice under two ids.",
        wrong "ACC-01 and SEC-14: `Access is granted by ticket.`",
        right "one control with the criteria of both";
    CRT_11 = "CRT-11", Note if asked, false, "The numbers of controls have gaps",
        "A number that is missing may be a control that was lost; readers ask.",
        wrong "ACC-01, ACC-02, ACC-04",
        right "ACC-01, ACC-02, ACC-03";
    CRT_12 = "CRT-12", Error, false, "A text names a control that the matrix does not have",
        "Often a leftover of a renumbering. Ids are recognised by the beginnings of the controls' own (`ACC-`).",
        wrong "Access is granted as told in ACC-99. (There is no ACC-99.)",
        right "Access is granted as told in ACC-09.";
    CRT_13 = "CRT-13", Warning, false, "A control was in force for part of the period only, and no change explains it",
        "DC 9 asks for significant changes in the period; name the control in [[changes]].",
        wrong "`in_force_from = 2025-06-01` and no change names the control",
        right "a [[changes]] entry with `controls = [\"ACC-04\"]`";
    CRT_14 = "CRT-14", Note, false, "The owner of a control looks like a person",
        "A report is distributed: name the role that owns the control.",
        wrong "`owner = \"Maria Lindqvist\"`",
        right "`owner = \"Security Lead\"`";
    CRT_15 = "CRT-15", Note, false, "The text of a control is an intention",
        "A control is what happens, not what should or will: `should`, `strives`, `aims to` cannot be tested.",
        wrong "Owners should review access.",
        right "Owners review access each quarter.";
    CRT_16 = "CRT-16", Error, false, "A control was never in force in the window",
        "A control that begins after the window or ends before it is no part of this report.",
        wrong "`in_force_until = 2024-03-31` in a report on 2025",
        right "the control is removed from the matrix";
    CRT_17 = "CRT-17", Warning, false, "A control is not suitable or not in place, and the opinion does not say so",
        "A control recorded as not suitably designed or not implemented bears on the criteria it serves and, for the \
         description, on what it says is in place. The partner decides whether the opinion can stay as it is.",
        wrong "`design = \"not-suitable\"` beside an unqualified opinion without a recorded conclusion",
        right "a matter in [[opinion.matters]], or a conclusion with its rationale";
}
