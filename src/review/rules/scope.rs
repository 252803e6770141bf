//! Family A: engagement and scope.

use crate::diagnostics::rules;

rules! {
    SCP_02 = "SCP-02", Warning, false, "Security is not named among the categories",
        "The common criteria apply to every category, so security is in scope whether it is named or not. Name it.",
        wrong "`categories = [\"availability\"]`",
        right "`categories = [\"security\", \"availability\"]`";
    SCP_03 = "SCP-03", Error, false, "A category is named twice",
        "Each category in scope is named once.",
        wrong "`categories = [\"security\", \"security\"]`",
        right "`categories = [\"security\"]`";
    SCP_04 = "SCP-04", Warning, false, "The period is short",
        "Readers expect at least three months, and usually six to twelve. A shorter period is a warning, one of \
         three to six months a note.",
        wrong "a period from 2025-10-01 to 2025-12-15",
        right "a period from 2025-01-01 to 2025-12-31";
    SCP_05 = "SCP-05", Warning, false, "The period is longer than twelve months",
        "Readers expect at most twelve months.",
        wrong "a period from 2024-07-01 to 2025-12-31",
        right "a period from 2025-01-01 to 2025-12-31";
    SCP_06 = "SCP-06", Note, false, "The period does not follow that of the prior report",
        "Readers expect periods without a gap; an overlap is a warning. Give the prior report in [prior_report].",
        wrong "the prior period ended on 2024-11-30, this one starts on 2025-01-01",
        right "the prior period ended on 2024-12-31, this one starts on 2025-01-01";
    SCP_07 = "SCP-07", Error, false, "The report is dated before what it covers has ended",
        "The period's last day, or the as-of date, is not later than the date of the report.",
        wrong "the period ends on 2025-12-31, `report_date = 2025-12-15`",
        right "the period ends on 2025-12-31, `report_date = 2026-02-10`";
    SCP_08 = "SCP-08", Warning, false, "A term of an earlier standard or of another kind of report",
        "SAS 70, SSAE 16, Trust Services Principles and Service Organization Control belong to earlier years, AT-C \
         320 to SOC 1 reports. Write the current terms.",
        wrong "The data center is audited under SSAE 16.",
        right "The data center is examined under the current attestation standards.";
    SCP_09 = "SCP-09", Warning, false, "The report is called a certificate",
        "A SOC 2 report is an attestation: nobody is certified, and nothing is passed. Say that the system was \
         examined.",
        wrong "The platform is SOC 2 certified.",
        right "The platform was examined in a SOC 2 Type II examination.";
    SCP_10 = "SCP-10", Error, false, "Privacy is in scope without its facts",
        "With privacy in scope the report needs the privacy notice or commitment, the kinds of personal information, \
         and whether the organization is a controller or a processor: [privacy] in engagement.toml.",
        wrong "`categories = [\"security\", \"privacy\"]` and no [privacy]",
        right "[privacy] with `role`, `notice` and `personal_information`";
    SCP_11 = "SCP-11", Note, false, "Another framework is said to be complied with",
        "Criteria of HIPAA, HITRUST, PCI DSS, ISO 27001 and the like that were examined are declared in \
         [[additional_criteria]]; a mapping that was not examined belongs into Section V.",
        wrong "The service complies with HIPAA.",
        right "The mapping to HIPAA in Section V was not examined.";
}
