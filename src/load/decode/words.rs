//! Fixed words and criteria.

use super::{Decoder, Row};
use crate::diagnostics::{Diagnostic, Located};
use crate::load::choices::{Choosable, words_of};
use crate::load::fields::{Words, nearest};
use crate::load::tree::{Node, Value};
use crate::load::{criteria, rules, schema};
use crate::model::CriterionId;

impl Decoder<'_> {
    pub fn choice<T: Choosable>(&mut self, row: &Row, name: &str) -> Option<Located<T>> {
        let node = row.value(name)?;
        self.choice_of(row, name, node)
    }

    fn choice_of<T: Choosable>(&mut self, row: &Row, name: &str, node: &Node) -> Option<Located<T>> {
        let word = self.word_of(row, name, node, words_of::<T>())?;
        T::read(word).map(|value| Located::new(value, node.origin.clone()))
    }

    /// One of fixed words, as files spell it.
    pub fn word(&mut self, row: &Row, name: &str, words: Words) -> Option<&'static str> {
        let node = row.value(name)?;
        self.word_of(row, name, node, words)
    }

    fn word_of(&mut self, row: &Row, name: &str, node: &Node, words: Words) -> Option<&'static str> {
        if let Value::Text(text) = &node.value {
            if let Some(word) = (words.read)(text) {
                return Some(word);
            }
            let hint = nearest(text.trim(), (words.all)()).map(|near| format!("did you mean `{near}`?"));
            self.wrong(row, name, node, hint);
        } else {
            self.wrong(row, name, node, None);
        }
        None
    }

    pub fn choices<T: Choosable>(&mut self, row: &Row, name: &str) -> Vec<Located<T>> {
        self.word_items(row, name).iter().filter_map(|node| self.choice_of(row, name, node)).collect()
    }

    /// Several of fixed words, as files spell them.
    pub fn words(&mut self, row: &Row, name: &str, words: Words) -> Vec<&'static str> {
        self.word_items(row, name).iter().filter_map(|node| self.word_of(row, name, node, words)).collect()
    }

    fn word_items(&mut self, row: &Row, name: &str) -> Vec<Node> {
        let mut nodes = self.items(row, name);
        // A sheet's cell may separate fixed words by commas as well, since none holds one.
        if row.sheet {
            nodes = nodes
                .into_iter()
                .flat_map(|node| match &node.value {
                    Value::Text(text) => text
                        .split(',')
                        .map(|part| Node { value: Value::Text(part.to_owned()), origin: node.origin.clone() })
                        .collect(),
                    _ => vec![node],
                })
                .collect();
        }
        nodes
    }

    pub fn criterion(&mut self, row: &Row, name: &str) -> Option<Located<CriterionId>> {
        let mut all = self.criteria(row, name);
        if all.len() > 1 {
            let node = row.value(name)?.clone();
            self.wrong(row, name, &node, Some("name one criterion only".into()));
        }
        (!all.is_empty()).then(|| all.swap_remove(0))
    }

    pub fn criteria(&mut self, row: &Row, name: &str) -> Vec<Located<CriterionId>> {
        let Some(node) = row.value(name) else { return Vec::new() };
        let nodes = match &node.value {
            Value::List(items) => items.clone(),
            _ => vec![node.clone()],
        };
        let mut found: Vec<Located<CriterionId>> = Vec::new();
        for node in &nodes {
            let Value::Text(text) = &node.value else {
                self.wrong(row, name, node, Some("criteria are texts: put them in quotes, \"CC6.1\"".into()));
                continue;
            };
            let reading = criteria::read(text, &self.catalogue);
            for mut problem in reading.problems {
                if problem.rule == &rules::CRITERION_SPELLING && row.record.name == schema::CONTROLS.name {
                    problem.rule = &rules::CRT_02;
                }
                self.report(problem.at(&node.origin));
            }
            for id in reading.ids {
                if found.iter().any(|f| f.value == id) {
                    self.report(
                        Diagnostic::new(&rules::CRITERION_READ_AS, format!("{id} is named twice; it counts once"))
                            .at(&node.origin),
                    );
                } else {
                    found.push(Located::new(id, node.origin.clone()));
                }
            }
        }
        found
    }

    /// Numbers of description criteria, written `3` or `DC 3`.
    pub fn description_criteria(&mut self, row: &Row, name: &str) -> Vec<Located<u8>> {
        let mut numbers = Vec::new();
        for node in self.items(row, name) {
            let number = match &node.value {
                Value::Integer(number) => u8::try_from(*number).ok(),
                Value::Text(text) => text.trim().trim_start_matches(['D', 'C', 'd', 'c', ' ', '-']).parse().ok(),
                _ => None,
            };
            match number {
                Some(number @ 1..=9) => numbers.push(Located::new(number, node.origin)),
                _ => self.wrong(row, name, &node, Some("the description criteria are DC 1 to DC 9".into())),
            }
        }
        numbers
    }
}
