//! What a group gains or loses beside its words: a title typed in full, its readers, its language, its age.

use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};

use super::addressed::Addressed;
use super::candidate::{Candidate, Scored};
use super::shape::Shape;
use super::view::SegmentView;
use super::{Ask, View, Weights, title_number};

const YEAR_MILLIS: f32 = 365.25 * 86_400_000.0;

/// What a group gains or loses beside its words.
pub(crate) struct Signals<'w> {
    segments: Vec<SegmentSignals>,
    weights: &'w Weights,
    query: u64,
    now: i64,
}

struct SegmentSignals {
    shape: Arc<Shape>,
    /// The audiences of documents, as seen by the reader. `None` if no document has one, or the reader is unknown.
    audience: Option<Addressed>,
    locale: Option<(Column<u64>, Vec<bool>)>,
}

impl<'w> Signals<'w> {
    pub(crate) fn new(view: &View<'_>, ask: &Ask<'_>, weights: &'w Weights) -> Self {
        let of_segment = |segment: &SegmentView<'_>| {
            let columns = &segment.shape.columns;
            let audience = columns.audience.as_ref().filter(|_| !ask.reader.audience.is_empty());
            let locale = columns.locale.as_ref().filter(|_| !ask.reader.locale.is_empty());
            SegmentSignals {
                audience: audience.map(|known| Addressed::new(known, ask.reader.audience)),
                locale: locale.map(|known| flags(known, |value| same_language(value, ask.reader.locale))),
                shape: segment.shape.clone(),
            }
        };
        let segments = view.segments.iter().map(of_segment).collect();
        Self { segments, weights, query: title_number(ask.words), now: ask.reader.now }
    }

    pub(crate) fn adjust(&self, candidate: &mut Candidate) {
        let here = &self.segments[candidate.segment as usize];
        let weights = self.weights;
        let addressed = |doc| match here.audience.as_ref().and_then(|audience| audience.is_for_reader(doc)) {
            Some(true) => weights.audience,
            Some(false) => -weights.other_audience,
            None => 0.0,
        };
        if here.audience.is_some() {
            // The section that is for the reader comes first among those of the same article.
            let worth = |scored: &Scored| scored.score * (1.0 + addressed(scored.address.doc_id));
            candidate.sections.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        }
        let doc = candidate.sections[0].address.doc_id;
        let mut factor = 1.0;
        if self.query != 0 {
            if here.shape.columns.title.first(doc) == Some(self.query) {
                factor += weights.whole_title;
            } else if candidate
                .sections
                .iter()
                .any(|s| here.shape.columns.section.first(s.address.doc_id) == Some(self.query))
            {
                factor += weights.whole_title * 0.5;
            }
        }
        factor += addressed(doc);
        if let Some((column, mine)) = &here.locale {
            let other = column.first(doc).is_some_and(|ord| !mine.get(ord as usize).copied().unwrap_or(true));
            factor -= if other { weights.other_locale } else { 0.0 };
        }
        let popularity = here.shape.columns.popularity.first(doc).unwrap_or(0.0).clamp(0.0, 1.0) as f32;
        factor += weights.popularity * popularity;
        if let Some(updated) = here.shape.columns.updated.first(doc).filter(|_| self.now != 0) {
            let years = (self.now - updated).max(0) as f32 / YEAR_MILLIS;
            factor += weights.freshness * 0.5_f32.powf(years);
        }
        factor += weights.badge * here.shape.columns.badges.first(doc).unwrap_or(0).count_ones() as f32;
        candidate.score *= factor;
    }
}

fn flags(column: &StrColumn, mine: impl Fn(&str) -> bool) -> (Column<u64>, Vec<bool>) {
    let mut text = String::new();
    let values = (0..column.num_terms() as u64).map(|ord| {
        text.clear();
        column.ord_to_str(ord, &mut text).is_ok() && mine(&text)
    });
    let values = values.collect();
    (column.ords().clone(), values)
}

/// `fr-FR` and `fr` are one language.
fn same_language(a: &str, b: &str) -> bool {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(a) == primary(b)
}
