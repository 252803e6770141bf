//! Family E: opinion, assertion, letters and other documents.

use crate::diagnostics::rules;

rules! {
    OPN_01 = "OPN-01", Error, false, "The opinion has a limb that this report does not have",
        "A Type I speaks of the description and the design, a Type II of the operation as well, and of additional \
         criteria only where there are some.",
        wrong "a Type I with `[opinion.limbs]` that names `operation`",
        right "a Type I speaks of description and design only";
    OPN_02 = "OPN-02", Error, false, "The opinion is unqualified although a criterion is not met",
        "A criterion concluded not met, or on which no conclusion was possible, contradicts an unqualified opinion. \
         With the partner's reason why the commitments were achieved all the same (`commitments_achieved`) it is a \
         warning.",
        wrong "CC6.2 concluded `not-met`, `form = \"unqualified\"`",
        right "`form = \"qualified\"` with a matter that names CC6.2";
    OPN_03 = "OPN-03", Error, false, "A modified opinion does not say what modifies it",
        "Each modified limb has a matter in [[opinion.matters]]. It names, for the description, the description \
         criterion; for design and operation the trust services criteria, concluded not met or, for a scope \
         limitation, unable to conclude; and every criterion so concluded is named by a matter.",
        wrong "`form = \"qualified\"` and no matter",
        right "a matter with `limbs`, `criteria`, `controls` and its text";
    OPN_04 = "OPN-04", Error, false, "Words and form of the opinion do not fit together",
        "A qualified opinion says `except for` (or `with the exception of`) and has its basis before it; an \
         unqualified one has neither. Checked in the firm's own clauses as in ours.",
        wrong "a firm's `report-opinion` without `except for`",
        right "a clause that says what is excepted";
    OPN_05 = "OPN-05", Error, false, "Form and cause of the opinion do not fit together",
        "The form of the opinion is that of its gravest limb. An adverse opinion follows from a misstatement, a \
         disclaimer from a scope limitation; a limb that a matter concerns is not unqualified.",
        wrong "`form = \"adverse\"`, the matter has `cause = \"scope-limitation\"`",
        right "`form = \"adverse\"`, `cause = \"misstatement\"`";
    OPN_06 = "OPN-06", Note, false, "Criteria of many series are not met, and the opinion is qualified",
        "Whether a matter is pervasive is the partner's judgement. Three series or more, or most of CC1 or CC6, \
         raise the question.",
        wrong "CC3.1, CC6.2 and CC7.2 are not met, `form = \"qualified\"`",
        right "the partner has looked at it: a waiver with its reason";
    OPN_07 = "OPN-07", Warning, false, "Opinion and assertion do not say the same",
        "Management's assertion normally admits the matter that modifies the opinion (`matter` in [assertion]), and \
         says nothing of the kind beside an unqualified opinion.",
        wrong "a qualified opinion, an assertion without `matter`",
        right "`matter` in [assertion] admits what the basis paragraph says";
    OPN_08 = "OPN-08", Error, false, "A letter does not name what the report covers",
        "Organization, system and dates are the same in scope, opinion and assertion. A firm's own clauses name them \
         through their values.",
        wrong "a firm's `report-scope` without `{{ covers }}`",
        right "a clause that prints the organization, the system and the dates";
    OPN_09 = "OPN-09", Error, false, "A letter and the lists of complementary controls disagree",
        "Where there are CUECs or CSOCs, scope, design, operation and assertion say so; where there are none, no \
         letter speaks of them.",
        wrong "a firm's `report-scope` that always speaks of user entity controls",
        right "a clause that does so if there are some";
    OPN_10 = "OPN-10", Error, false, "A paragraph of a letter is empty",
        "The paragraphs that this opinion needs all have words: scope, both responsibilities, inherent limitations, \
         opinion, restricted use and the others.",
        wrong "a firm's `report-inherent-limitations` without text",
        right "the paragraph in the firm's words";
    OPN_11 = "OPN-11", Error, false, "The service auditor's independence is not stated",
        "The letter says that the firm is required to be independent.",
        wrong "a firm's `report-independence` without `independent`",
        right "the statement in the firm's words";
    OPN_12 = "OPN-12", Error, false, "Section V and its disclaimer do not go together",
        "Where there is other information, the letter says that it was not examined; where there is none, it does \
         not speak of it.",
        wrong "a firm's `report-scope` that speaks of Section V, which there is not",
        right "the words in `report-scope-other-information`";
    OPN_13 = "OPN-13", Error, false, "An emphasis paragraph reads like a qualification",
        "It draws attention to a matter that is properly disclosed: it contains no `except` and names no criterion \
         that is not met.",
        wrong "Except for CC6.2, we draw attention to ...",
        right "We draw attention to the migration told in Section III.";
    OPN_14 = "OPN-14", Error, false, "The assertion is not dated",
        "Management's assertion carries a date; without a signatory it is a warning.",
        wrong "[assertion] without `date`",
        right "`date = 2026-02-10`";
    OPN_15 = "OPN-15", Error, false, "Dates are not in their order",
        "The period's end or the as-of date, then the assertion, then the report; the representation letter carries \
         the report's date (a warning otherwise).",
        wrong "the assertion is dated 2025-12-15, before the period ends",
        right "the assertion is dated 2026-02-10";
    OPN_16 = "OPN-16", Note, false, "The report is dated unusually early or late",
        "Less than a week after the end leaves little time for tests, more than ninety days make the report stale; \
         the assertion normally carries the report's date.",
        wrong "the period ends on 2025-12-31, the report is dated 2025-12-31",
        right "the report is dated 2026-02-10";
    OPN_17 = "OPN-17", Error, false, "The report is dated before work that it rests on",
        "Evidence was collected, or a review or inquiry done, after the date of the report.",
        wrong "the report is dated 2026-02-10, evidence was collected on 2026-02-14",
        right "the report is dated when the work was done";
    OPN_18 = "OPN-18", Warning, false, "The firm's standing is not on file",
        "A final report rests on a licensed firm whose practice was peer reviewed in the last three years: `license` \
         or `registration`, and [peer_review] in firm.toml.",
        wrong "a final report, firm.toml without [peer_review]",
        right "[peer_review] with `accepted_on = 2024-11-04`";
    OPN_19 = "OPN-19", Error, false, "A final report lacks what makes it one",
        "A report with `status = \"final\"` needs the service auditor with city and report date, the opinion and the \
         assertion.",
        wrong "`status = \"final\"` without `report_date`",
        right "`status = \"final\"` with firm, city, date, opinion and assertion";
    OPN_20 = "OPN-20", Error, false, "A restricted report is marked for everybody",
        "The report is for specified parties. No text calls it public or for general use; that is a SOC 3 report.",
        wrong "This report may be published.",
        right "This report is for the parties named in Section I.";
    OPN_21 = "OPN-21", Warning, false, "A sign-off is missing",
        "The engagement partner's sign-off is recorded in [[signoffs]], dated on or before the report.",
        wrong "no [[signoffs]]",
        right "`role = \"engagement-partner\"`, `name`, `date`";
    OPN_22 = "OPN-22", Note, false, "The firm does more for the client than examine",
        "Readiness work, consulting and platforms of the firm bear on its independence: the partner looks at it.",
        wrong "`other_services = [\"readiness assessment\"]`",
        right "the safeguards are on file: a waiver with its reason";
    OPN_23 = "OPN-23", Warning, false, "A Type I says that controls operated",
        "It speaks of design and implementation at a date.",
        wrong "The controls operated effectively. (In a Type I.)",
        right "The controls were suitably designed.";
    OPN_25 = "OPN-25", Warning, false, "A matter of design leaves the operation untouched",
        "A control that is not suitably designed cannot normally operate effectively: in a Type II such a matter \
         concerns the operation as well.",
        wrong "a Type II with a matter of `design` alone",
        right "the matter has `limbs = [\"design\", \"operation\"]`";
    OPN_26 = "OPN-26", Warning, false, "A stated conclusion differs from what the results imply",
        "All controls of the criterion that were tested deviated, or something speaks for another conclusion than \
         the one stated. Record the rationale in [[conclusions]], or correct the conclusion.",
        wrong "CC6.2 is concluded `met`, every control of it deviated",
        right "the conclusion has its `rationale`, or is `not-met`";
    WRD_01 = "WRD-01", Error, false, "Nobody approved the wording",
        "The letters and the short titles of the criteria that come with the program are a starting point, neither \
         licensed nor approved text. A final report needs [wording_approval] in the firm's firm.toml: who approved \
         the wording, as what, and when.",
        wrong "`status = \"final\"` and no [wording_approval]",
        right "[wording_approval] with `by`, `role`, `on` in firm.toml";
    BRG_01 = "BRG-01", Error, false, "A bridge letter says what it cannot",
        "It begins on the day after the period of a Type II, goes no further than the firm allows (three months \
         unless firm.toml says otherwise), is dated on or after the last day it speaks of, and says what changed or \
         that nothing did.",
        wrong "`through` nine months after the period",
        right "`through` at most three months after it";
    BRG_02 = "BRG-02", Error, true, "There is no bridge letter to build",
        "`build --document bridge-letter` writes what [bridge_letter] says.",
        wrong "`--document bridge-letter` without [bridge_letter]",
        right "[bridge_letter] with `through` and `no_changes = true`";
    SC3_01 = "SC3-01", Error, true, "No SOC 3 report can be made of this engagement",
        "It rests on the examination of a Type II on whose controls an opinion is expressed.",
        wrong "`--document soc3` of a Type I",
        right "`--document soc3` of a Type II";
    REP_01 = "REP-01", Error, true, "There is nobody to make representations to",
        "The representation letter is addressed to the service auditor.",
        wrong "`--document representation-letter` without [service_auditor]",
        right "[service_auditor] with `name`";
    RFW_01 = "RFW-01", Warning, false, "Something taken over has not been confirmed",
        "`roll-forward` takes over texts, controls and lists, and notes in [[to_confirm]] what somebody has to look \
         at. In a final report it is an error.",
        wrong "[[to_confirm]] stands after the roll-forward",
        right "the text has been looked at and the entry removed";
    RFW_02 = "RFW-02", Warning, false, "A prior exception has not been followed up",
        "`roll-forward` carries the exceptions of the prior report to [[follow_ups]]. In a final report it is an \
         error.",
        wrong "[[follow_ups]] without `outcome`",
        right "`outcome = \"Remediated in March; tested without exception.\"`";
    RIS_01 = "RIS-01", Error, false, "A revised report is not told rightly",
        "It has a reason, the hash and date of the report that it replaces, the places that changed, and a date: the \
         revision's own, or with `as_to` a dual date.",
        wrong "[reissue] without `places`",
        right "[reissue] with reason, hash, date and places";
}
