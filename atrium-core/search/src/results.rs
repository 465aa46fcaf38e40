//! From ranked candidates to what is shown: counts, the page asked for, texts with their marks.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::SearchRequest;
use super::answer::{Hit, SearchAnswer, SectionHit};
use super::excerpt::Marker;
use super::passage::Passage;
use super::rank::{Candidate, Scored, SegmentView, View, whole_of};
use crate::Result;

/// Returns the best candidate of each article and topic: a long one is indexed in parts.
pub(super) fn one_each(view: &View<'_>, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let in_parts = || view.segments.iter().map(|segment| segment.shape.in_parts());
    if in_parts().all(HashSet::is_empty) {
        return candidates;
    }
    let mut seen = HashSet::new();
    let is_first = |candidate: &Candidate| {
        let whole = view.segments[candidate.segment as usize].shape.whole(candidate.group);
        !in_parts().any(|parts| parts.contains(&whole)) || seen.insert(whole)
    };
    candidates.into_iter().filter(is_first).collect()
}

/// Counts the candidates per kind and service, and keeps those that were asked for.
pub(super) fn count(
    view: &View<'_>,
    request: &SearchRequest,
    candidates: Vec<Candidate>,
    answer: &mut SearchAnswer,
) -> Vec<Candidate> {
    let mut counts: Vec<_> = view.segments.iter().map(|segment| SegmentCounts::new(segment, request)).collect();
    let is_asked_for =
        |candidate: &Candidate| counts[candidate.segment as usize].count(candidate.sections[0].address.doc_id);
    let kept = candidates.into_iter().filter(is_asked_for).collect();
    for counts in &counts {
        counts.kinds.tell(&mut answer.kinds);
        counts.services.tell(&mut answer.services);
    }
    kept
}

/// The counts of one segment.
struct SegmentCounts<'v> {
    kinds: Facet<'v>,
    services: Facet<'v>,
}

impl<'v> SegmentCounts<'v> {
    fn new(segment: &'v SegmentView<'_>, request: &SearchRequest) -> Self {
        let columns = &segment.shape.columns;
        Self {
            kinds: Facet::new(columns.kind.as_ref(), &request.kinds),
            services: Facet::new(columns.service.as_ref(), &request.services),
        }
    }

    /// Counts a document. Returns `true` if it was asked for.
    fn count(&mut self, doc: DocId) -> bool {
        let (kind, service) = (self.kinds.of(doc), self.services.of(doc));
        let (kind_asked, service_asked) = (self.kinds.is_asked(kind), self.services.is_asked(service));
        if service_asked {
            self.kinds.add(kind);
        }
        if kind_asked {
            self.services.add(service);
        }
        kind_asked && service_asked
    }
}

/// One facet of a segment, its values by number.
struct Facet<'v> {
    column: Option<&'v StrColumn>,
    counts: Vec<usize>,
    /// For each value, `true` if the request asks for it. Absent if it asks for all.
    asked: Option<Vec<bool>>,
}

impl<'v> Facet<'v> {
    fn new(column: Option<&'v StrColumn>, asked: &[String]) -> Self {
        let values = column.map_or(0, |column| column.num_terms() as u64);
        let is_asked =
            |value| column.and_then(|column| text_of(column, value)).is_some_and(|text| asked.contains(&text));
        let asked = (!asked.is_empty()).then(|| (0..values).map(is_asked).collect());
        Self { column, counts: vec![0; values as usize], asked }
    }

    fn of(&self, doc: DocId) -> Option<usize> {
        self.column.and_then(|column| column.ords().first(doc)).map(|value| value as usize)
    }

    fn is_asked(&self, value: Option<usize>) -> bool {
        self.asked.as_ref().is_none_or(|asked| value.is_some_and(|value| asked[value]))
    }

    fn add(&mut self, value: Option<usize>) {
        if let Some(value) = value {
            self.counts[value] += 1;
        }
    }

    fn tell(&self, counts: &mut BTreeMap<String, usize>) {
        let Some(column) = self.column else { return };
        for (value, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            *counts.entry(text_of(column, value as u64).unwrap_or_default()).or_default() += count;
        }
    }
}

fn text_of(column: &StrColumn, value: u64) -> Option<String> {
    let mut text = String::new();
    column.ord_to_str(value, &mut text).ok().filter(|known| *known).map(|_| text)
}

/// Returns the hit of a candidate, and the passage of its best section.
pub(super) fn hit(view: &View<'_>, candidate: &Candidate, marker: &Marker) -> Result<(Hit, Arc<Passage>)> {
    let passage = passage(view, candidate.sections[0])?;
    let first = &passage.document;
    let mut more: Vec<SectionHit> = Vec::new();
    for section in &candidate.sections[1..] {
        let other = self::passage(view, *section)?;
        let document = &other.document;
        // Another passage of a long section leads to the same place.
        if document.id == first.id || more.iter().any(|shown| shown.id == document.id) {
            continue;
        }
        more.push(SectionHit {
            section: marker.mark(&document.section, &other.section),
            excerpt: marker.excerpt(&document.body, &other.body),
            id: document.id.clone(),
            url: document.url.clone(),
        });
    }
    let hit = Hit {
        kind: first.kind.clone(),
        id: first.id.clone(),
        subject: whole_of(&first.subject).to_owned(),
        source: first.source.clone(),
        url: first.url.clone(),
        title: marker.mark(&first.title, &passage.title),
        section: marker.mark(&first.section, &passage.section),
        breadcrumb: first.breadcrumb.clone(),
        shelf: first.shelf.clone(),
        excerpt: marker.excerpt(&first.body, &passage.body),
        service: first.service.clone(),
        badges: first.badges.clone(),
        locale: first.locale.clone(),
        updated: first.updated,
        // The last digits follow from the order in which segments are read.
        score: (candidate.score * 10_000.0).round() / 10_000.0,
        more,
    };
    Ok((hit, passage))
}

/// Returns the passage of a section.
pub(super) fn passage(view: &View<'_>, section: Scored) -> Result<Arc<Passage>> {
    view.caches.passages.of(view.searcher, view.fields, section.address)
}
