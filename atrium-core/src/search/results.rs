//! From ranked candidates to what is shown: counts, the page asked for, stored texts with their marks.

use std::collections::HashSet;

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::answer::{Hit, SearchAnswer, SectionHit};
use super::excerpt::Marker;
use super::index::column;
use super::rank::{Candidate, GroupColumns, Scored, View};
use super::{SearchDocument, SearchRequest};
use crate::{Error, Result};

/// The article or topic that a subject is, or is a part of.
fn whole(subject: &str) -> &str {
    subject.split_once('.').map_or(subject, |(whole, _)| whole)
}

/// The best candidate of each article and topic: a long one is indexed in parts.
pub(super) fn one_each(view: &View<'_>, candidates: Vec<Candidate>) -> Result<Vec<Candidate>> {
    let mut subjects = Vec::with_capacity(view.segments.len());
    for segment in &view.segments {
        let column = segment.reader.fast_fields().str(column::SUBJECT);
        subjects.push(column.map_err(|e| Error::internal("read the search index", e))?);
    }
    let mut seen = HashSet::new();
    let is_first = |candidate: &Candidate| -> bool {
        let subjects = subjects[candidate.segment as usize].as_ref();
        let subject = GroupColumns::value(subjects, candidate.sections[0].address.doc_id).unwrap_or_default();
        seen.insert(whole(&subject).to_owned())
    };
    Ok(candidates.into_iter().filter(is_first).collect())
}

/// Counts the candidates per kind and service, and keeps those that were asked for.
pub(super) fn count(
    view: &View<'_>,
    request: &SearchRequest,
    candidates: Vec<Candidate>,
    answer: &mut SearchAnswer,
) -> Result<Vec<Candidate>> {
    let mut columns = Vec::with_capacity(view.segments.len());
    for segment in 0..view.segments.len() {
        columns.push(GroupColumns::new(view, segment)?);
    }
    let mut kept = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let here = &columns[candidate.segment as usize];
        let doc = candidate.sections[0].address.doc_id;
        let kind = GroupColumns::value(here.kind.as_ref(), doc).unwrap_or_default();
        let service = GroupColumns::value(here.service.as_ref(), doc);
        let kind_asked = request.kinds.is_empty() || request.kinds.contains(&kind);
        let service_asked =
            request.services.is_empty() || service.as_ref().is_some_and(|s| request.services.contains(s));
        if service_asked {
            *answer.kinds.entry(kind).or_default() += 1;
        }
        if let Some(service) = service.filter(|_| kind_asked) {
            *answer.services.entry(service).or_default() += 1;
        }
        if kind_asked && service_asked {
            kept.push(candidate);
        }
    }
    Ok(kept)
}

/// The hit of a candidate, and the document of its best section.
pub(super) fn hit(view: &View<'_>, candidate: &Candidate, marker: &Marker) -> Result<(Hit, SearchDocument)> {
    let first = stored(view, candidate.sections[0])?;
    let mut more = Vec::new();
    for section in &candidate.sections[1..] {
        let document = stored(view, *section)?;
        more.push(SectionHit {
            section: marker.mark(&document.section),
            excerpt: marker.excerpt(&document.body),
            id: document.id,
            url: document.url,
        });
    }
    let hit = Hit {
        kind: first.kind.clone(),
        id: first.id.clone(),
        subject: whole(&first.subject).to_owned(),
        source: first.source.clone(),
        url: first.url.clone(),
        title: marker.mark(&first.title),
        section: marker.mark(&first.section),
        breadcrumb: first.breadcrumb.clone(),
        excerpt: marker.excerpt(&first.body),
        service: first.service.clone(),
        badges: first.badges.clone(),
        locale: first.locale.clone(),
        updated: first.updated,
        score: candidate.score,
        more,
    };
    Ok((hit, first))
}

/// The document of a section, as far as it is kept.
pub(super) fn stored(view: &View<'_>, section: Scored) -> Result<SearchDocument> {
    let document: TantivyDocument =
        view.searcher.doc(section.address).map_err(|e| Error::internal("read a stored document", e))?;
    let bytes = document.get_first(view.fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(|e| Error::internal("read a stored document", e))
}
