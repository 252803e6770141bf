//! The fixed words of files and what they mean in the model.

use super::fields::Words;
use crate::model::{
    Category, Cause, Component, Conclusion, Confidentiality, DateFormat, Design, Document, ExceptionWord, Frequency,
    GeneratedTable, Limb, Method, Nature, OpinionForm, Paper, PersonalDataRole, ReportType, SectionOrder, SectionPlace,
    ShowSamples, SignOffRole, Status, TableLayout, TestMethod, TestResult, TypeLabel,
};

/// A set of fixed words.
pub trait Choosable: Sized + Copy + 'static {
    /// The word in files, its meaning, and other spellings that mean the same (lower case, words separated by blanks).
    const WORDS: &'static [(&'static str, Self, &'static [&'static str])];

    fn words() -> Vec<&'static str> {
        Self::WORDS.iter().map(|(word, ..)| *word).collect()
    }

    /// The meaning of a word, whatever its case, and with blanks or underscores for hyphens.
    fn read(text: &str) -> Option<Self> {
        Self::entry(text).map(|(_, value, _)| *value)
    }

    /// The word in files for whatever spelling of it.
    fn canonical(text: &str) -> Option<&'static str> {
        Self::entry(text).map(|(word, ..)| *word)
    }

    fn entry(text: &str) -> Option<&'static (&'static str, Self, &'static [&'static str])> {
        let spaced: String =
            text.chars().map(|c| if matches!(c, '-' | '_' | '\u{2010}' | '\u{2011}') { ' ' } else { c }).collect();
        let wanted = spaced.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let wanted = wanted.trim_end_matches('.');
        Self::WORDS.iter().find(|(word, _, others)| word.replace('-', " ") == wanted || others.contains(&wanted))
    }
}

/// The words of a set, for the field tables.
pub const fn words_of<T: Choosable>() -> Words {
    Words { all: T::words, read: T::canonical }
}

macro_rules! choices {
    ($($type:ty { $($word:literal => $value:expr $(, [$($other:literal),*])?;)* })*) => {
        $(impl Choosable for $type {
            const WORDS: &'static [(&'static str, Self, &'static [&'static str])] =
                &[$(($word, $value, &[$($($other),*)?])),*];
        })*
    };
}

choices! {
    ReportType {
        "type-1" => ReportType::Type1, ["type i", "type1", "1", "i"];
        "type-2" => ReportType::Type2, ["type ii", "type2", "2", "ii"];
    }
    Status {
        "draft" => Status::Draft;
        "final" => Status::Final, ["issued"];
    }
    Document {
        "report" => Document::Report, ["soc 2", "soc2"];
        "soc3" => Document::Soc3, ["soc 3"];
        "bridge-letter" => Document::BridgeLetter;
        "representation-letter" => Document::RepresentationLetter;
        "description" => Document::Description;
        "matrix" => Document::Matrix;
    }
    Category {
        "security" => Category::Security, ["common criteria"];
        "availability" => Category::Availability;
        "processing-integrity" => Category::ProcessingIntegrity;
        "confidentiality" => Category::Confidentiality;
        "privacy" => Category::Privacy;
    }
    OpinionForm {
        "unqualified" => OpinionForm::Unqualified, ["unmodified", "clean"];
        "qualified" => OpinionForm::Qualified;
        "adverse" => OpinionForm::Adverse;
        "disclaimer" => OpinionForm::Disclaimer, ["disclaimed", "disclaimer of opinion", "no opinion"];
    }
    Limb {
        "description" => Limb::Description, ["a"];
        "design" => Limb::Design, ["b", "suitability of design"];
        "operation" => Limb::Operation, ["c", "operating effectiveness"];
        "additional" => Limb::Additional, ["d", "additional criteria"];
    }
    Cause {
        "misstatement" => Cause::Misstatement;
        "scope-limitation" => Cause::ScopeLimitation, ["limitation of scope"];
    }
    Frequency {
        "continuous" => Frequency::Continuous, ["continuously", "ongoing", "always", "real time", "24x7", "24/7"];
        "daily" => Frequency::Daily, ["every day", "nightly", "each business day"];
        "weekly" => Frequency::Weekly, ["every week"];
        "monthly" => Frequency::Monthly, ["every month"];
        "quarterly" => Frequency::Quarterly, ["every quarter"];
        "semi-annual" => Frequency::SemiAnnual, ["semiannual", "semi annually", "semiannually", "half yearly", "twice a year"];
        "annual" => Frequency::Annual, ["annually", "yearly", "every year"];
        "event-driven" => Frequency::EventDriven, ["per event", "as needed", "ad hoc", "per occurrence", "upon occurrence", "upon hire", "upon request", "as required"];
    }
    Nature {
        "manual" => Nature::Manual, ["m"];
        "automated" => Nature::Automated, ["automatic", "auto", "a"];
        "it-dependent" => Nature::ItDependent, ["it dependent manual", "semi automated", "hybrid"];
    }
    Design {
        "suitable" => Design::Suitable, ["suitably designed"];
        "not-suitable" => Design::NotSuitable, ["unsuitable", "not suitably designed"];
    }
    TestMethod {
        "inquiry" => TestMethod::Inquiry, ["inquired", "enquiry"];
        "observation" => TestMethod::Observation, ["observed"];
        "inspection" => TestMethod::Inspection, ["inspected"];
        "reperformance" => TestMethod::Reperformance, ["reperformed", "re performance", "recalculation"];
    }
    TestResult {
        "no-deviation" => TestResult::NoDeviation, [
            "no deviations", "no exception", "no exceptions", "no exceptions noted", "no exception noted",
            "no deviations noted", "no deviation noted", "no exceptions were noted", "no deviations were noted",
            "no relevant exceptions noted", "without exception", "pass", "passed", "effective", "operating effectively",
            "operated effectively"
        ];
        "deviation" => TestResult::Deviation, [
            "exception", "exception noted", "exceptions noted", "deviation noted", "deviations noted", "exceptions", "deviations", "exception identified",
            "exceptions identified", "fail", "failed", "ineffective", "not effective", "did not operate effectively"
        ];
        "did-not-operate" => TestResult::DidNotOperate, [
            "no occurrence", "no occurrences", "no activity", "did not operate in the period",
            "did not operate during the period", "no occurrences in the period", "no instances in the period",
            "the control did not operate during the period", "control did not operate"
        ];
        "unable-to-test" => TestResult::UnableToTest, ["scope limitation"];
        "not-applicable" => TestResult::NotApplicable, ["n/a", "na", "not applicable"];
        "not-yet-tested" => TestResult::NotYetTested, ["not tested", "pending", "open"];
        "design-only" => TestResult::DesignOnly, [
            "suitably designed", "operating effectiveness was not tested", "operating effectiveness not tested"
        ];
        "carved-out" => TestResult::CarvedOut, ["carved out", "carve out"];
    }
    Method {
        "carve-out" => Method::CarveOut, ["carved out", "carveout"];
        "inclusive" => Method::Inclusive;
    }
    Component {
        "infrastructure" => Component::Infrastructure;
        "software" => Component::Software;
        "people" => Component::People;
        "procedures" => Component::Procedures;
        "data" => Component::Data;
    }
    GeneratedTable {
        "service-commitments" => GeneratedTable::ServiceCommitments;
        "system-requirements" => GeneratedTable::SystemRequirements;
        "privacy" => GeneratedTable::Privacy;
        "incidents" => GeneratedTable::Incidents;
        "subservice-organizations" => GeneratedTable::SubserviceOrganizations;
        "csocs" => GeneratedTable::Csocs;
        "cuecs" => GeneratedTable::Cuecs;
        "user-entity-responsibilities" => GeneratedTable::UserEntityResponsibilities;
        "not-relevant" => GeneratedTable::NotRelevant;
        "changes" => GeneratedTable::Changes;
    }
    Confidentiality {
        "internal" => Confidentiality::Internal;
        "confidential" => Confidentiality::Confidential;
        "restricted" => Confidentiality::Restricted;
    }
    Conclusion {
        "met" => Conclusion::Met;
        "not-met" => Conclusion::NotMet;
        "unable-to-conclude" => Conclusion::UnableToConclude;
    }
    SignOffRole {
        "engagement-partner" => SignOffRole::EngagementPartner, ["partner"];
        "engagement-quality-review" => SignOffRole::EngagementQualityReview, ["eqr"];
        "subsequent-events-inquiry" => SignOffRole::SubsequentEventsInquiry;
        "representation-letter" => SignOffRole::RepresentationLetter;
    }
    PersonalDataRole {
        "controller" => PersonalDataRole::Controller;
        "processor" => PersonalDataRole::Processor;
        "both" => PersonalDataRole::Both;
    }
    Paper {
        "us-letter" => Paper::UsLetter, ["letter"];
        "a4" => Paper::A4;
    }
    DateFormat {
        "us" => DateFormat::Us;
        "international" => DateFormat::International;
        "iso" => DateFormat::Iso;
    }
    TypeLabel {
        "roman" => TypeLabel::Roman;
        "arabic" => TypeLabel::Arabic;
    }
    ExceptionWord {
        "exception" => ExceptionWord::Exception, ["exceptions"];
        "deviation" => ExceptionWord::Deviation, ["deviations"];
    }
    ShowSamples {
        "always" => ShowSamples::Always;
        "deviations" => ShowSamples::Deviations;
        "never" => ShowSamples::Never;
    }
    TableLayout {
        "by-criterion" => TableLayout::ByCriterion, ["criterion"];
        "by-control" => TableLayout::ByControl, ["control"];
    }
    SectionPlace {
        "front" => SectionPlace::Front, ["before"];
        "end" => SectionPlace::End, ["appendix", "after"];
    }
    SectionOrder {
        "auditor-first" => SectionOrder::AuditorFirst;
        "assertion-first" => SectionOrder::AssertionFirst;
    }
}

impl std::str::FromStr for Document {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text)
            .ok_or_else(|| format!("there is no document `{text}`; there are: {}", Self::words().join(", ")))
    }
}
