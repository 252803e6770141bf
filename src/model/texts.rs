//! Every text that people wrote, in one list: whoever looks at all of them or cleans them goes through it.

use super::{Assertion, Engagement, Prose};
use crate::diagnostics::{Located, Origin};

/// What a text is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Line,
    /// Markdown of one or more paragraphs.
    Paragraphs,
}

type Visit<'a> = &'a mut dyn FnMut(&mut String, Shape, &Origin);

impl Engagement {
    /// Visits each text value with its shape and place. The bodies of topics are not among them: they stand in their files.
    pub fn texts_mut(&mut self, visit: Visit) {
        let organization = &mut self.service_organization;
        text(visit, [&mut organization.name, &mut organization.system]);
        let more = [&mut organization.short_name, &mut organization.description_title, &mut organization.address];
        text(visit, more.into_iter().flatten());
        if let Some(auditor) = &mut self.service_auditor {
            text(visit, [&mut auditor.name]);
            let more = [&mut auditor.city, &mut auditor.license, &mut auditor.addressee];
            text(visit, more.into_iter().flatten());
        }
        if let Some(opinion) = &mut self.opinion {
            prose(visit, opinion.matters.iter_mut().map(|m| &mut m.text));
            for matter in &mut opinion.emphasis {
                text(visit, &mut matter.heading);
                prose(visit, [&mut matter.text]);
            }
        }
        if let Some(assertion) = &mut self.assertion {
            assertion_texts(visit, assertion);
        }
        if let Some(letter) = &mut self.bridge_letter {
            text(visit, [&mut letter.signatory_name, &mut letter.signatory_title].into_iter().flatten());
            prose(visit, &mut letter.changes);
        }
        if let Some(letter) = &mut self.representation_letter {
            for signatory in &mut letter.signatories {
                text(visit, [&mut signatory.name]);
                text(visit, &mut signatory.title);
            }
            prose(visit, [&mut letter.uncorrected_misstatements, &mut letter.known_matters].into_iter().flatten());
        }
        if let Some(privacy) = &mut self.privacy {
            text(visit, &mut privacy.notice);
            text(visit, &mut privacy.personal_information);
        }
        for item in self.service_commitments.iter_mut().chain(&mut self.system_requirements) {
            prose(visit, [&mut item.text]);
        }
        for organization in &mut self.subservice_organizations {
            text(visit, [&mut organization.name]);
            prose(visit, [&mut organization.service]);
            prose(visit, &mut organization.monitoring);
            if let Some(assertion) = &mut organization.assertion {
                assertion_texts(visit, assertion);
            }
        }
        for csoc in &mut self.csocs {
            text(visit, [&mut csoc.subservice_organization]);
            prose(visit, [&mut csoc.description]);
        }
        prose(visit, self.cuecs.iter_mut().map(|c| &mut c.description));
        prose(visit, self.user_entity_responsibilities.iter_mut().map(|u| &mut u.description));
        prose(visit, self.not_relevant.iter_mut().map(|n| &mut n.reason));
        for incident in &mut self.incidents {
            prose(visit, [&mut incident.nature]);
            prose(visit, [&mut incident.effect, &mut incident.disposition].into_iter().flatten());
        }
        prose(visit, self.changes.iter_mut().map(|c| &mut c.description));
        prose(visit, self.subsequent_events.iter_mut().map(|s| &mut s.description));
        if let Some(reissue) = &mut self.reissue {
            prose(visit, [&mut reissue.reason]);
            text(visit, &mut reissue.as_to);
            text(visit, reissue.places.iter_mut().flat_map(|p| [&mut p.place, &mut p.change]));
        }
        for set in &mut self.additional_criteria {
            text(visit, [&mut set.name, &mut set.title, &mut set.citation]);
            text(visit, set.criteria.iter_mut().map(|c| &mut c.title));
        }
        for acronym in &mut self.acronyms {
            text(visit, [&mut acronym.short, &mut acronym.long]);
        }
        for control in &mut self.controls {
            let fields = [&mut control.title, &mut control.design_reason, &mut control.implemented_reason];
            text(visit, fields.into_iter().flatten());
            prose(visit, [&mut control.description]);
        }
        for test in &mut self.tests {
            prose(visit, [&mut test.procedure]);
            prose(visit, &mut test.result_text);
            let fields = [&mut test.population_description, &mut test.reason, &mut test.corroboration];
            text(visit, fields.into_iter().flatten());
            text(visit, test.populations.iter_mut().filter_map(|p| p.name.as_mut()));
        }
        for exception in &mut self.exceptions {
            prose(visit, [&mut exception.nature, &mut exception.response].into_iter().flatten());
            let fields = [
                &mut exception.cause,
                &mut exception.effect,
                &mut exception.response_action,
                &mut exception.response_owner,
            ];
            text(visit, fields.into_iter().flatten());
        }
        for item in &mut self.evidence {
            text(visit, [&mut item.title, &mut item.source, &mut item.collected_by].into_iter().flatten());
        }
        text(
            visit,
            self.description
                .iter_mut()
                .chain(&mut self.other_information)
                .chain(&mut self.firm_sections)
                .map(|t| &mut t.title),
        );
    }
}

fn assertion_texts(visit: Visit, assertion: &mut Assertion) {
    text(visit, [&mut assertion.signatory_name, &mut assertion.signatory_title].into_iter().flatten());
    prose(visit, &mut assertion.matter);
}

fn text<'a>(visit: Visit, values: impl IntoIterator<Item = &'a mut Located<String>>) {
    for value in values {
        visit(&mut value.value, Shape::Line, &value.origin);
    }
}

fn prose<'a>(visit: Visit, values: impl IntoIterator<Item = &'a mut Prose>) {
    for value in values {
        visit(&mut value.text, Shape::Paragraphs, &value.origin);
    }
}
