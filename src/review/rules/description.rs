//! Family F: description, subservice organizations, complementary controls.

use crate::diagnostics::rules;

rules! {
    DSC_01 = "DSC-01", Error, false, "A description criterion is not addressed",
        "Each description criterion that applies is named by a topic in `description_criteria`, or said to be absent \
         (`no_incidents`, `no_changes`). DC 9 applies to a Type II only.",
        wrong "no topic has `description_criteria: [4]`, no incidents are told",
        right "`no_incidents = true`";
    DSC_02 = "DSC-02", Error, false, "A component of the system is not described",
        "DC 3 asks for infrastructure, software, people, procedures and data; topics name theirs in `components`.",
        wrong "no topic has `components: [data]`",
        right "a topic on data with `components: [data]`";
    DSC_03 = "DSC-03", Warning, false, "A category has no commitment or requirement",
        "DC 2 asks for principal service commitments and system requirements for each category in scope.",
        wrong "availability is in scope, no commitment belongs to it",
        right "`text = \"The service is up 99.9 percent of each month.\"`, `categories = [\"availability\"]`";
    DSC_04 = "DSC-04", Warning, false, "An incident is not fully told",
        "Incidents lie in the window and each has its effect and disposition.",
        wrong "an incident without `disposition`",
        right "`effect` and `disposition` are told";
    DSC_05 = "DSC-05", Warning, false, "A change lies outside the period",
        "DC 9 asks for significant changes during the period.",
        wrong "a change of 2024-11-02 in a report on 2025",
        right "the change is left to the prior report";
    DSC_06 = "DSC-06", Note, false, "The description names nothing",
        "A description without a product, provider, place or team could be that of any organization.",
        wrong "Our cloud provider hosts the platform.",
        right "The platform runs at Amazon Web Services in Oregon.";
    DSC_07 = "DSC-07", Warning, false, "A text praises or promises",
        "A description is objective: no superlatives, no guarantees. Absolutes (`always`, `all at all times`) are a \
         note: one counterexample makes the description wrong.",
        wrong "World-class encryption guarantees confidentiality.",
        right "Data is encrypted with AES-256.";
    DSC_08 = "DSC-08", Warning, false, "A text speaks of another kind of time than the report",
        "A Type I describes a date, a Type II a period, and both describe what is there, not what is planned.",
        wrong "throughout the period (in a Type I); will implement",
        right "as of the date; implements";
    SUB_01 = "SUB-01", Error, false, "A carve-out is incomplete",
        "A carved-out subservice organization needs the criteria that rely on it, at least one CSOC, and how it is \
         monitored (a control mapped to CC9.2).",
        wrong "a carved-out data center without a CSOC",
        right "a CSOC, its criteria, and a control on CC9.2 that monitors it";
    SUB_02 = "SUB-02", Error, false, "The inclusive method is incomplete",
        "An included subservice organization gives its own assertion, signed and dated on or before the report; its \
         controls are in the matrix (`organization`), its part of the system is described (`subservice_organization` \
         of a topic), and no CSOC is assumed of it. Without its assertion the method is carve-out.",
        wrong "`method = \"inclusive\"` without `assertion`",
        right "its assertion, controls and part of the description";
    SUB_03 = "SUB-03", Error, false, "A subservice organization is declared twice",
        "Each organization appears once, under one name and by one method; as a vendor only if it is no subservice \
         organization.",
        wrong "`Northgate Hosting` and `Northgate Hosting, Inc.`",
        right "`Northgate Hosting, Inc.`";
    SUB_04 = "SUB-04", Warning, false, "A provider is named in the description and declared nowhere",
        "A well-known provider whose controls are needed is a subservice organization; another one is named in \
         `vendors` at the top of engagement.toml.",
        wrong "Data is held in Snowflake. (Declared nowhere.)",
        right "`vendors = [\"Snowflake\"]`, or a subservice organization";
    SUB_05 = "SUB-05", Note, false, "A subservice organization's report leaves days open",
        "Its own report should cover the period; for the rest a bridge letter or other monitoring is needed.",
        wrong "its report ends on 2025-09-30, the period on 2025-12-31",
        right "its report ends on 2025-12-31";
    CUE_01 = "CUE-01", Error, false, "A complementary control serves no criterion in scope",
        "Each CUEC and CSOC maps to at least one criterion in scope.",
        wrong "a CUEC on A1.2, availability is out of scope",
        right "the CUEC names CC6.2";
    CUE_02 = "CUE-02", Note, false, "A complementary user entity control is none",
        "It is a control that user entities have: no duty of the service organization, and no advice.",
        wrong "Customers should consider strong passwords.",
        right "User entities remove the accounts of leavers.";
    CUE_03 = "CUE-03", Note if asked, false, "No, or very many, complementary user entity controls",
        "None at all is rare; more than thirty are usually responsibilities without effect on the criteria.",
        wrong "38 CUECs",
        right "the CUECs that criteria depend on; the rest in [[user_entity_responsibilities]]";
}
