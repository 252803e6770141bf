//! The table of review rules. Ids are never reused.

use crate::diagnostics::rules;

rules! {
    SCP_02 = "SCP-02", Warning, false, "Security is not named among the categories",
        "The common criteria apply to every category, so security is in scope whether it is named or not. Name it.";
    SCP_03 = "SCP-03", Error, false, "A category is named twice",
        "Each category in scope is named once.";
    SCP_04 = "SCP-04", Warning, false, "The period is short",
        "Readers expect at least three months, and usually six to twelve. A shorter period is a warning, one of three \
         to six months a note.";
    SCP_05 = "SCP-05", Warning, false, "The period is longer than twelve months",
        "Readers expect at most twelve months.";
    SCP_06 = "SCP-06", Note, false, "The period does not follow that of the prior report",
        "Readers expect periods without a gap; an overlap is a warning. Give the prior report in [prior_report].";
    SCP_07 = "SCP-07", Error, false, "The report is dated before what it covers has ended",
        "The period's last day, or the as-of date, is not later than the date of the report.";
    SCP_08 = "SCP-08", Warning, false, "A term of an earlier standard or of another kind of report",
        "SAS 70, SSAE 16, Trust Services Principles and Service Organization Control belong to earlier years, AT-C 320 to \
         SOC 1 reports. Write the current terms.";
    SCP_10 = "SCP-10", Error, false, "Privacy is in scope without its facts",
        "With privacy in scope the report needs the privacy notice or commitment, the kinds of personal information, \
         and whether the organization is a controller or a processor: [privacy] in engagement.toml.";
    CRT_01 = "CRT-01", Error, false, "A criterion in scope has no control",
        "Every criterion of a category in scope has at least one control, or is declared not relevant with a reason, or \
         is met through a carved-out subservice organization (a CSOC maps to it). The common criteria are always in scope.";
    CRT_03 = "CRT-03", Warning, false, "A control serves only criteria out of scope",
        "It would be printed nowhere; often a leftover of another year.";
    CRT_05 = "CRT-05", Error, false, "A criterion is declared not relevant and has controls",
        "Either the criterion is relevant, or the controls do not serve it.";
    CRT_06 = "CRT-06", Note, false, "A criterion rests on a single control",
        "One deviation then decides over the criterion.";
    CRT_09 = "CRT-09", Warning, false, "The text of a control and its frequency do not agree",
        "A control that begins `Quarterly, ...` and has the frequency `monthly` misleads whoever tests it. Correct either.";
    CRT_12 = "CRT-12", Error, false, "A text names a control that the matrix does not have",
        "Often a leftover of a renumbering. Ids are recognised by the beginnings of the controls' own (`ACC-`).";
    CRT_13 = "CRT-13", Warning, false, "A control was in force for part of the period only, and no change explains it",
        "DC 9 asks for significant changes in the period; name the control in [[changes]].";
    CRT_16 = "CRT-16", Error, false, "A control was never in force in the window",
        "A control that begins after the window or ends before it is no part of this report.";
    CRT_17 = "CRT-17", Warning, false, "A control is not suitable or not in place, and the opinion does not say so",
        "A control recorded as not suitably designed or not implemented bears on the criteria it serves and, for the \
         description, on what it says is in place. The partner decides whether the opinion can stay as it is.";
    TST_01 = "TST-01", Error, false, "A control has no test",
        "In a Type II every control has at least one test with a result.";
    TST_02 = "TST-02", Error, false, "A Type I has tests of controls",
        "A Type I expresses no opinion on operation, so it has no tests, populations, samples or results. Remove them, \
         or make the report a Type II.";
    TST_03 = "TST-03", Error, false, "Deviations, sample and population do not fit together",
        "Where items were counted, the deviations are at most the sample, and the sample at most the population.";
    TST_04 = "TST-04", Error, false, "Result and deviations contradict each other",
        "A test with deviations has the result `deviation`, and only such a test has deviations.";
    TST_05 = "TST-05", Warning, false, "A control is tested by inquiry alone",
        "Inquiry alone is not sufficient evidence of operation: add observation, inspection or reperformance.";
    TST_06 = "TST-06", Warning, false, "A procedure begins with a word that says no method",
        "Reviewed, checked, verified and ensured can mean anything. Say what was done: inquired, observed, inspected, \
         reperformed.";
    TST_10 = "TST-10", Warning, false, "A result without a test lacks its reason",
        "A control that did not operate, could not be tested or is not applicable needs the reason, and for one that did \
         not operate how that was established. A periodic control whose interval fits in the period and that was not \
         performed is a deviation, not an absence of activity.";
    TST_11 = "TST-11", Warning, false, "No control of a criterion operated in the period",
        "The letter or the description should say so, for example in an emphasis-of-matter paragraph.";
    TST_15 = "TST-15", Error, false, "A test is dated after the report",
        "Tests are finished by the date of the report. A test before the period starts is a warning.";
    TST_22 = "TST-22", Warning, false, "Evidence of operation lies outside the period",
        "What was inspected happened outside the period, so operation within it was not tested.";
    TST_23 = "TST-23", Error, false, "A test has not been done",
        "A result `not-yet-tested` may stand in a draft only.";
    DEV_01 = "DEV-01", Error, false, "A deviation is not fully told",
        "Every test with deviations names its exception, the exception says what happened, and where items were \
         sampled the population is described and the counts are given.";
    DEV_02 = "DEV-02", Warning, false, "An exception has no response",
        "Readers expect management's response, or that management declined to give one (`response_declined = true`).";
    DEV_03 = "DEV-03", Error, false, "An exception without a deviation",
        "No test with the result `deviation` names this exception: a leftover of an edit, or the test's result is wrong.";
    DEV_06 = "DEV-06", Warning, false, "A criterion with exceptions is left without a recorded judgement",
        "Record the partner's conclusion in [[conclusions]] with its rationale.";
    DEV_08 = "DEV-08", Error, false, "Numbers in the text differ from the fields",
        "`2 of 25` in the exception's text must be the deviations and the sample of a test that names it.";
    DEV_10 = "DEV-10", Note, false, "A control deviated in the prior report and again",
        "A repeat finding: readers and the partner will ask.";
    OPN_01 = "OPN-01", Error, false, "The opinion has a limb that this report does not have",
        "A Type I speaks of the description and the design, a Type II of the operation as well, and of additional \
         criteria only where there are some.";
    OPN_02 = "OPN-02", Error, false, "The opinion is unqualified although a criterion is not met",
        "A criterion concluded not met, or on which no conclusion was possible, contradicts an unqualified opinion. With \
         the partner's reason why the commitments were achieved all the same (`commitments_achieved`) it is a warning.";
    OPN_03 = "OPN-03", Error, false, "A modified opinion does not say what modifies it",
        "Each modified limb has a matter in [[opinion.matters]]. It names, for the description, the description criterion; \
         for design and operation the trust services criteria, concluded not met or, for a scope limitation, unable to \
         conclude; and every criterion so concluded is named by a matter.";
    OPN_05 = "OPN-05", Error, false, "Form and cause of the opinion do not fit together",
        "The form of the opinion is that of its gravest limb. An adverse opinion follows from a misstatement, a disclaimer \
         from a scope limitation; a limb that a matter concerns is not unqualified.";
    OPN_07 = "OPN-07", Warning, false, "Opinion and assertion do not say the same",
        "Management's assertion normally admits the matter that modifies the opinion (`matter` in [assertion]), and says \
         nothing of the kind beside an unqualified opinion.";
    OPN_13 = "OPN-13", Error, false, "An emphasis paragraph reads like a qualification",
        "It draws attention to a matter that is properly disclosed: it contains no `except` and names no criterion that is \
         not met.";
    OPN_14 = "OPN-14", Error, false, "The assertion is not dated",
        "Management's assertion carries a date; without a signatory it is a warning.";
    OPN_15 = "OPN-15", Error, false, "Dates are not in their order",
        "The period's end or the as-of date, then the assertion, then the report; the representation letter carries the \
         report's date (a warning otherwise).";
    OPN_17 = "OPN-17", Error, false, "The report is dated before work that it rests on",
        "Evidence was collected, or a review or inquiry done, after the date of the report.";
    OPN_19 = "OPN-19", Error, false, "A final report lacks what makes it one",
        "A report with `status = \"final\"` needs the service auditor with city and report date, the opinion and the assertion.";
    OPN_21 = "OPN-21", Warning, false, "A sign-off is missing",
        "The engagement partner's sign-off is recorded in [[signoffs]], dated on or before the report.";
    OPN_25 = "OPN-25", Warning, false, "A matter of design leaves the operation untouched",
        "A control that is not suitably designed cannot normally operate effectively: in a Type II such a matter concerns \
         the operation as well.";
    OPN_26 = "OPN-26", Warning, false, "A stated conclusion differs from what the results imply",
        "All controls of the criterion that were tested deviated, or something speaks for another conclusion than the one \
         stated. Record the rationale in [[conclusions]], or correct the conclusion.";
    WRD_01 = "WRD-01", Error, false, "Nobody approved the wording",
        "The letters and the short titles of the criteria that come with the program are a starting point, neither \
         licensed nor approved text. A final report needs [wording_approval] in the firm's firm.toml: who approved the \
         wording, as what, and when.";
    BRG_01 = "BRG-01", Error, false, "A bridge letter says what it cannot",
        "It begins on the day after the period of a Type II, goes no further than the firm allows (three months unless \
         firm.toml says otherwise), is dated on or after the last day it speaks of, and says what changed or that nothing did.";
    BRG_02 = "BRG-02", Error, true, "There is no bridge letter to build",
        "`build --document bridge-letter` writes what [bridge_letter] says.";
    SC3_01 = "SC3-01", Error, true, "No SOC 3 report can be made of this engagement",
        "It rests on the examination of a Type II on whose controls an opinion is expressed.";
    REP_01 = "REP-01", Error, true, "There is nobody to make representations to",
        "The representation letter is addressed to the service auditor.";
    RFW_01 = "RFW-01", Warning, false, "Something taken over has not been confirmed",
        "`roll-forward` takes over texts, controls and lists, and notes in [[to_confirm]] what somebody has to look at. In a \
         final report it is an error.";
    RFW_02 = "RFW-02", Warning, false, "A prior exception has not been followed up",
        "`roll-forward` carries the exceptions of the prior report to [[follow_ups]]. In a final report it is an error.";
    RIS_01 = "RIS-01", Error, false, "A revised report is not told rightly",
        "It has a reason, the hash and date of the report that it replaces, the places that changed, and a date: the \
         revision's own, or with `as_to` a dual date.";
    DSC_01 = "DSC-01", Error, false, "A description criterion is not addressed",
        "Each description criterion that applies is named by a topic in `description_criteria`, or said to be absent \
         (`no_incidents`, `no_changes`). DC 9 applies to a Type II only.";
    DSC_02 = "DSC-02", Error, false, "A component of the system is not described",
        "DC 3 asks for infrastructure, software, people, procedures and data; topics name theirs in `components`.";
    DSC_03 = "DSC-03", Warning, false, "A category has no commitment or requirement",
        "DC 2 asks for principal service commitments and system requirements for each category in scope.";
    DSC_04 = "DSC-04", Warning, false, "An incident is not fully told",
        "Incidents lie in the window and each has its effect and disposition.";
    DSC_05 = "DSC-05", Warning, false, "A change lies outside the period",
        "DC 9 asks for significant changes during the period.";
    SUB_01 = "SUB-01", Error, false, "A carve-out is incomplete",
        "A carved-out subservice organization needs the criteria that rely on it, at least one CSOC, and how it is \
         monitored (a control mapped to CC9.2).";
    SUB_02 = "SUB-02", Error, false, "The inclusive method is incomplete",
        "An included subservice organization gives its own assertion, signed and dated on or before the report; its \
         controls are in the matrix (`organization`), its part of the system is described (`subservice_organization` of a \
         topic), and no CSOC is assumed of it. Without its assertion the method is carve-out.";
    SUB_04 = "SUB-04", Warning, false, "A provider is named in the description and declared nowhere",
        "A well-known provider whose controls are needed is a subservice organization; another one is named in `vendors` \
         at the top of engagement.toml.";
    CUE_01 = "CUE-01", Error, false, "A complementary control serves no criterion in scope",
        "Each CUEC and CSOC maps to at least one criterion in scope.";
    TXT_01 = "TXT-01", Error, false, "A placeholder was left in a text",
        "Texts such as TBD, TODO, lorem ipsum, [Company Name] or {{name}} must not reach a reader.";
    TXT_02 = "TXT-02", Error, false, "The name of another client stands in a text",
        "The firm's profile lists its clients (`clients` in firm.toml). None of their names may stand in the report of \
         another.";
    TXT_07 = "TXT-07", Error, false, "A text refers to a section that the report does not have",
        "Section V is there only if there is other information.";
    TXT_08 = "TXT-08", Warning, false, "Personal data or a secret stands in a text",
        "E-mail and network addresses, numbers of persons and keys do not belong into a report that is distributed.";
    WAI_01 = "WAI-01", Error, false, "A waiver is incomplete or has run out",
        "A waiver says why a finding may stand and who waives it; `until` is not before the date of the report.";
    WAI_02 = "WAI-02", Warning, false, "A waiver matches nothing",
        "What it was for is gone: remove it, or it will hide something else one day.";
    WAI_03 = "WAI-03", Error, false, "An error is waived by whoever may not",
        "Only the engagement partner may waive an error, with reason and date (`by` as in the sign-off). An error that \
         leaves nothing to build from cannot be waived.";
    EVD_03 = "EVD-03", Warning, false, "Evidence lies outside the window",
        "Evidence of operation covers days within the period; for a Type I up to twelve months before the date.";
    EVD_04 = "EVD-04", Note, false, "A test has no evidence",
        "A test that was done relies on something in the file: cite it.";
}
