//! Rules of a batch's plan.

use crate::diagnostics::rules;

rules! {
    SAME_OUTPUT = "BLK-01", Error, true, "Two jobs write the same outputs",
        "Each job has a folder of its own below the output folder; only different documents may share one. Names that \
         differ by case alone are the same on some systems.",
        wrong "two engagements in folders named `2025`",
        right "`--name '{parent}-{folder}'`, or `output` in the plan";
    NO_ENGAGEMENT = "BLK-02", Error, true, "There is no engagement to make a job of",
        "A job is an engagement folder, which has an engagement.toml. A folder of such folders and a pattern in quotes \
         stand for all that lie in them, a file for the plan in it.",
        wrong "`socpress bulk clients/acme/evidence`",
        right "`socpress bulk clients`";
    OUTPUT_NAME = "BLK-03", Error, true, "Name of the outputs cannot be used",
        "The name, by `output` in the plan or by --name, is that of a folder below the output folder, with forward slashes \
         for folders in it. It holds only what all systems take in names, and is none of the names that the batch itself \
         uses (summary.json, summary.csv, summary.txt, distribution-register.csv, .socpress). A placeholder that stands \
         for nothing in a job leaves its place empty.",
        wrong "`output = \"../acme\"`",
        right "`output = \"acme/2025\"`";
    NO_EVIDENCE_LIST = "BLK-04", Error, true, "There is no such edition with a list of exhibits",
        "The list of exhibits belongs to the auditor's file: only the report has an edition with it, and a copy for a \
         recipient is the document alone.",
        wrong "a row with `recipient` and `evidence_list = true`",
        right "two rows, one for the auditor's edition and one for the copy";
    SERIAL = "BLK-05", Error, true, "Serial number does not tell copies apart",
        "Every copy of a document has a number of its own, by which the register tells it from the others; what is no \
         recipient's copy has none.",
        wrong "two copies of one report with the serial `0003`",
        right "serials `0003` and `0004`";
    NOT_BELOW_INPUT = "BLK-06", Error, true, "Outputs would lie in an engagement folder",
        "What the batch writes would become part of what it reads, and so of the next run.",
        wrong "`socpress bulk clients -o clients/acme/out`",
        right "`socpress bulk clients -o out`";
    NO_FIRM = "BLK-08", Error, true, "There is no firm's folder",
        "House style and wording of the firm come from its folder, which `--firm` or the plan names.",
        wrong "`firm = \"firm\"` in a plan beside which no such folder lies",
        right "`firm = \"../firm\"`";
    LEFT_OUT = "BLK-09", Warning, true, "A folder that looks like an engagement was left out",
        "Of a folder of engagements those are taken that have an engagement.toml, in this spelling, and no dot before \
         their own name.",
        wrong "`clients/acme/Engagement.toml`",
        right "`clients/acme/engagement.toml`";
}
