//! Fixed words and phrases of the report, in one place.

use crate::model::{Category, Engagement, ExceptionWord, ReportType, TestResult, TypeLabel};

/// Citations of the criteria, in one place so that a new edition is adopted once.
pub const TRUST_SERVICES_CRITERIA: &str = "TSP section 100, 2017 Trust Services Criteria for Security, Availability, Processing Integrity, Confidentiality, and Privacy (With Revised Points of Focus — 2022) (AICPA, Trust Services Criteria)";
pub const DESCRIPTION_CRITERIA: &str = "DC section 200, 2018 Description Criteria for a Description of a Service Organization’s System in a SOC 2® Report (With Revised Implementation Guidance — 2022) (AICPA, Description Criteria)";

/// What deviations are called in print.
pub struct ExceptionWords {
    pub one: &'static str,
    /// With its article.
    pub a_one: &'static str,
    pub many: &'static str,
    /// Title of the table in Section IV.
    pub title: &'static str,
    /// Head of a column.
    pub head: &'static str,
}

pub fn exceptions(engagement: &Engagement) -> ExceptionWords {
    match engagement.style.exception_word {
        ExceptionWord::Exception => ExceptionWords {
            one: "exception",
            a_one: "an exception",
            many: "exceptions",
            title: "Exceptions",
            head: "Exception",
        },
        ExceptionWord::Deviation => ExceptionWords {
            one: "deviation",
            a_one: "a deviation",
            many: "deviations",
            title: "Deviations",
            head: "Deviation",
        },
    }
}

/// The verdict of a test as it is printed.
pub fn verdict(engagement: &Engagement, result: TestResult) -> &'static str {
    let exception = engagement.style.exception_word == ExceptionWord::Exception;
    match result {
        TestResult::NotYetTested => "Not yet tested.",
        TestResult::NoDeviation if exception => "No exceptions noted.",
        TestResult::NoDeviation => "No deviations noted.",
        TestResult::Deviation if exception => "Exception noted.",
        TestResult::Deviation => "Deviation noted.",
        TestResult::DidNotOperate => "Did not operate during the period.",
        TestResult::UnableToTest => "Unable to test.",
        TestResult::NotApplicable => "Not applicable.",
        TestResult::DesignOnly => "Suitably designed; operation not tested.",
        TestResult::CarvedOut => "Control of a carved-out subservice organization.",
    }
}

/// `Type II`, as the house writes it.
pub fn type_label(engagement: &Engagement) -> &'static str {
    match (engagement.report_type.value, engagement.style.type_label) {
        (ReportType::Type1, TypeLabel::Roman) => "Type I",
        (ReportType::Type1, TypeLabel::Arabic) => "Type 1",
        (ReportType::Type2, TypeLabel::Roman) => "Type II",
        (ReportType::Type2, TypeLabel::Arabic) => "Type 2",
    }
}

/// `security, availability, and privacy`
pub fn categories(scope: &[Category]) -> String {
    join(&scope.iter().map(|c| c.noun()).collect::<Vec<_>>(), "and")
}

/// A list in running text, with a comma before the last of three or more.
pub fn join<S: AsRef<str>>(items: &[S], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first, second] => format!("{} {conjunction} {}", first.as_ref(), second.as_ref()),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(AsRef::as_ref).collect();
            format!("{}, {conjunction} {}", most.join(", "), last.as_ref())
        }
    }
}

/// `1 control`, `2 controls`, `1,204 items`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(n as u64), if n == 1 { one } else { many })
}

/// Digits with commas between thousands.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Titles of the sections, in their order.
pub struct SectionTitles {
    pub auditor: String,
    pub assertion: String,
    pub description: String,
    pub controls: &'static str,
    pub other: String,
}

pub fn section_titles(engagement: &Engagement) -> SectionTitles {
    let organization = &engagement.service_organization;
    SectionTitles {
        auditor: "Independent Service Auditor’s Report".into(),
        assertion: format!("Assertion of the Management of {}", organization.name),
        description: organization.description_title.as_ref().map_or_else(
            || format!("Description of the {} of {}", organization.system, organization.name),
            |title| title.value.clone(),
        ),
        controls: if engagement.is_type_2() {
            "Trust Services Criteria, Related Controls, Tests of Controls and Results"
        } else {
            "Trust Services Criteria and Related Controls"
        },
        other: format!("Other Information Provided by {}", organization.short()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_numbers() {
        assert_eq!(join(&["a"], "and"), "a");
        assert_eq!(join(&["a", "b"], "and"), "a and b");
        assert_eq!(join(&["a", "b", "c"], "or"), "a, b, or c");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(counted(1, "test", "tests"), "1 test");
    }
}
