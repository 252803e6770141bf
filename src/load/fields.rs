//! Field tables: one description of each record that drives reading, messages and the reference.

use crate::model::CriterionId;

/// Fixed words.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// As they stand in files.
    pub all: fn() -> Vec<&'static str>,
    /// The word in files for whatever spelling of it.
    pub read: fn(&str) -> Option<&'static str>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Paragraphs, in Markdown.
    Prose,
    /// Texts; in a sheet separated by `;` or line breaks.
    Texts,
    Id,
    Ids,
    Date,
    /// A whole number, 0 or more.
    Count,
    Flag,
    /// One of fixed words.
    Choice(Words),
    Choices(Words),
    Criterion,
    Criteria,
    /// Numbers of description criteria, `3` or `DC 3`.
    DescriptionCriteria,
    Record(&'static Record),
    Records(&'static Record),
}

impl Kind {
    /// For messages and the reference.
    pub fn wanted(self) -> String {
        match self {
            Kind::Text | Kind::Prose => "text".into(),
            Kind::Texts => "a list of texts".into(),
            Kind::Id => "an id (text)".into(),
            Kind::Ids => "a list of ids".into(),
            Kind::Date => "a date such as 2025-12-31".into(),
            Kind::Count => "a whole number, 0 or more".into(),
            Kind::Flag => "true or false".into(),
            Kind::Choice(words) => format!("one of {}", quoted(&(words.all)())),
            Kind::Choices(words) => format!("a list of {}", quoted(&(words.all)())),
            Kind::Criterion => "the id of a criterion, such as CC6.1".into(),
            Kind::Criteria => "a list of criterion ids, such as CC6.1".into(),
            Kind::DescriptionCriteria => "a list of description criteria, 1 to 9".into(),
            Kind::Record(_) => "a table".into(),
            Kind::Records(_) => "tables".into(),
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

/// One field of a record.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// Other names under which sheets carry it, in lower case without punctuation.
    pub heads: &'static [&'static str],
    /// Names that say less, which count if no other column names the field.
    pub weak: &'static [&'static str],
    /// What it means, for the reference.
    pub doc: &'static str,
}

/// A kind of record.
#[derive(Debug)]
pub struct Record {
    /// As it is called in files: `controls`.
    pub name: &'static str,
    /// One of them, for messages: `control`.
    pub one: &'static str,
    pub doc: &'static str,
    pub fields: &'static [Field],
}

impl Record {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The field that a column of this name holds, whatever its case, spaces and punctuation.
    pub fn field_of_head(&self, head: &str) -> Option<&'static str> {
        let wanted = head_key(head);
        let by_weak = || self.fields.iter().find(|f| f.weak.contains(&wanted.as_str()) || f.name == wanted);
        self.field_of_plain_head(&wanted).or_else(|| by_weak().map(|f| f.name))
    }

    /// The same for a name reduced to its words, whatever the other columns are. The name of an id says little: `Control`
    /// may be the text beside `Control no.`.
    pub fn field_of_plain_head(&self, key: &str) -> Option<&'static str> {
        let is_own = |f: &&Field| !matches!(f.kind, Kind::Id) && f.name.replace('_', " ") == key;
        self.fields.iter().find(|f| is_own(f) || f.heads.contains(&key)).map(|f| f.name)
    }
}

/// A column name reduced to its words.
pub fn head_key(head: &str) -> String {
    let mut spaced = String::with_capacity(head.len());
    let mut before = ' ';
    for c in head.chars() {
        // `Auditor's` is one word, `ControlId` are two.
        if matches!(c, '\'' | '’') {
            continue;
        }
        if before.is_lowercase() && c.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() || c == '#' { c } else { ' ' });
        before = c;
    }
    spaced.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// The nearest of some words to a misspelt one, if any is near.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    words
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The nearest criterion of a catalogue.
pub fn nearest_criterion<'a>(word: &str, ids: impl Iterator<Item = &'a CriterionId>) -> Option<&'a str> {
    nearest(word, ids.map(CriterionId::as_str))
}

/// Shorthand for the field tables.
pub const fn field(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, required: false, heads: &[], weak: &[], doc }
}

impl Field {
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub const fn heads(mut self, heads: &'static [&'static str]) -> Self {
        self.heads = heads;
        self
    }

    pub const fn weak(mut self, weak: &'static [&'static str]) -> Self {
        self.weak = weak;
        self
    }
}
