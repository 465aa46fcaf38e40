//! Scores of sections and of the articles and topics they belong to, from what was gathered; and the signals that do
//! not come from words.

use std::collections::BTreeMap;

use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use super::addressed::Addressed;
use super::{Ask, Candidate, Match, SECTIONS_PER_GROUP, Scored, View, Weights, address, diluted, title_number};
use crate::search::index::{Part, column};
use crate::search::query::Concept;
use crate::{Error, Result};

const YEAR_MILLIS: f32 = 365.25 * 86_400_000.0;

#[derive(Clone, Copy, Default)]
struct Sum {
    score: f32,
    covered: u32,
}

/// Every group of the segment that holds at least one concept.
pub(crate) fn score_segment(
    view: &View<'_>,
    segment: usize,
    concepts: &[Concept],
    informed: &[f32],
    weights: &Weights,
) -> Vec<Candidate> {
    let mut sums = Sums::new(view, segment, weights);
    for (at, concept) in concepts.iter().enumerate().take(u32::BITS as usize) {
        if informed[at] > 0.0 {
            sums.add(at, informed[at], &concept.matches[segment]);
        }
    }
    sums.candidates(informed)
}

/// What the sections of a segment, and the articles and topics they belong to, have gathered so far.
struct Sums<'v> {
    view: &'v View<'v>,
    segment: usize,
    weights: &'v Weights,
    /// Words in the visible sections of each group.
    lengths: BTreeMap<u32, f32>,
    sections_per_group: f32,
    article_dilution: [f32; Part::COUNT],
    sections: Vec<Sum>,
    groups: BTreeMap<u32, Sum>,
}

impl<'v> Sums<'v> {
    fn new(view: &'v View<'v>, segment: usize, weights: &'v Weights) -> Self {
        let mut article_dilution = weights.dilution;
        article_dilution[Part::Body as usize] = weights.article_dilution;
        Self {
            view,
            segment,
            weights,
            lengths: body_lengths(view, segment),
            sections_per_group: (view.documents as f32 / view.groups.max(1) as f32).max(1.0),
            article_dilution,
            sections: vec![Sum::default(); view.segments[segment].reader.max_doc() as usize],
            groups: BTreeMap::new(),
        }
    }

    /// Adds where the concept numbered `at` was found, in the order of documents.
    fn add(&mut self, at: usize, weight: f32, matches: &[Match]) {
        let (weights, view) = (self.weights, self.view);
        let here = &view.segments[self.segment];
        let add = |sum: &mut Sum, found: f32| {
            sum.score += weight * found / (weights.saturation + found);
            sum.covered |= 1 << at;
        };
        for found in matches {
            let length = |part| here.length(part, found.doc);
            let of_section = diluted(&found.found, length, &weights.dilution, view, weights);
            if of_section > 0.0 {
                add(&mut self.sections[found.doc as usize], of_section);
            }
        }
        for neighbours in matches.chunk_by(|a, b| here.group_of(a.doc) == here.group_of(b.doc)) {
            let group = here.group_of(neighbours[0].doc);
            let of_group = self.of_group(group, neighbours);
            if of_group > 0.0 {
                add(self.groups.entry(group).or_default(), of_group);
            }
        }
    }

    /// What was found in the sections of one group, taken together.
    fn of_group(&self, group: u32, neighbours: &[Match]) -> f32 {
        let mut found = [0.0; Part::COUNT];
        for each in neighbours {
            for part in Part::ALL {
                let at = part as usize;
                // A title stands in each of its sections, and counts once.
                let once = matches!(part, Part::Title | Part::Trail | Part::Keywords);
                found[at] = if once { each.found[at].max(found[at]) } else { found[at] + each.found[at] };
            }
        }
        let length = |part| match part {
            Part::Body => self.lengths.get(&group).copied().unwrap_or(0.0) / self.sections_per_group,
            _ => self.view.segments[self.segment].length(part, neighbours[0].doc),
        };
        diluted(&found, length, &self.article_dilution, self.view, self.weights)
    }

    /// The groups, each with its best sections.
    fn candidates(&self, informed: &[f32]) -> Vec<Candidate> {
        let weights = self.weights;
        let total: f32 = informed.iter().sum();
        let covering = |sum: Sum| {
            let covered = covered_weight(sum.covered, informed) / total.max(f32::EPSILON);
            sum.score * covered.powf(weights.coverage)
        };
        let segment = self.segment as u32;
        let mut candidates: BTreeMap<u32, Candidate> = BTreeMap::new();
        for (doc, sum) in self.sections.iter().enumerate().filter(|(_, sum)| sum.covered != 0) {
            let doc = doc as DocId;
            let group = self.view.segments[self.segment].group_of(doc);
            let scored = Scored { address: address(segment, doc), score: covering(*sum) };
            let candidate = candidates.entry(group).or_insert_with(|| Candidate {
                score: 0.0,
                group,
                segment,
                covered: self.groups.get(&group).map_or(0, |sum| sum.covered),
                sections: Vec::new(),
            });
            let place = candidate.sections.partition_point(|other| other.score >= scored.score);
            candidate.sections.insert(place, scored);
            candidate.sections.truncate(SECTIONS_PER_GROUP);
        }
        for (group, candidate) in &mut candidates {
            let article = covering(self.groups.get(group).copied().unwrap_or_default());
            let section = candidate.sections[0].score;
            candidate.score = weights.section_share * section + (1.0 - weights.section_share) * article;
        }
        candidates.into_values().collect()
    }
}

/// What the concepts of `covered` say together.
pub(crate) fn covered_weight(covered: u32, informed: &[f32]) -> f32 {
    informed.iter().enumerate().filter(|(at, _)| covered & (1 << at) != 0).map(|(_, weight)| weight).sum()
}

/// Words in the visible sections of each group.
fn body_lengths(view: &View<'_>, segment: usize) -> BTreeMap<u32, f32> {
    let here = &view.segments[segment];
    let mut lengths = BTreeMap::new();
    let mut current = (u32::MAX, 0.0);
    for doc in here.allowed.iter() {
        let group = here.group_of(doc);
        if group != current.0 {
            lengths.insert(current.0, current.1);
            current = (group, 0.0);
        }
        current.1 += here.length(Part::Body, doc);
    }
    lengths.insert(current.0, current.1);
    lengths
}

/// Columns of one segment that say what a document is, beside its words.
pub(crate) struct GroupColumns {
    pub kind: Option<StrColumn>,
    pub service: Option<StrColumn>,
}

impl GroupColumns {
    pub(crate) fn new(view: &View<'_>, segment: usize) -> Result<Self> {
        let fast = view.segments[segment].reader.fast_fields();
        let fault = |e| Error::internal("read the search index", e);
        Ok(Self { kind: fast.str(column::KIND).map_err(fault)?, service: fast.str(column::SERVICE).map_err(fault)? })
    }

    /// The first value of a column for a document.
    pub(crate) fn value(column: Option<&StrColumn>, doc: DocId) -> Option<String> {
        let column = column?;
        let mut out = String::new();
        let ord = column.ords().first(doc)?;
        column.ord_to_str(ord, &mut out).ok().filter(|known| *known)?;
        Some(out)
    }
}

/// What a group gains or loses beside its words.
pub(crate) struct Signals<'w> {
    segments: Vec<SegmentSignals>,
    weights: &'w Weights,
    query: u64,
    now: i64,
}

struct SegmentSignals {
    title: Column<u64>,
    section: Column<u64>,
    updated: Column<i64>,
    popularity: Column<f64>,
    badges: Column<u64>,
    /// For whom documents are, as seen by the reader. `None` when no document says so, or no reader is known.
    audience: Option<Addressed>,
    locale: Option<(Column<u64>, Vec<bool>)>,
}

impl<'w> Signals<'w> {
    pub(crate) fn new(view: &View<'_>, ask: &Ask<'_>, weights: &'w Weights) -> Result<Self> {
        let fault = |e| Error::internal("read the search index", e);
        let mut segments = Vec::with_capacity(view.segments.len());
        for segment in &view.segments {
            let fast = segment.reader.fast_fields();
            let audience = match (ask.reader.audience.is_empty(), fast.str(column::AUDIENCE).map_err(fault)?) {
                (false, Some(known)) => Some(Addressed::new(&known, ask.reader.audience)),
                _ => None,
            };
            let locale = match (ask.reader.locale.is_empty(), fast.str(column::LOCALE).map_err(fault)?) {
                (false, Some(known)) => Some(flags(&known, |value| same_language(value, ask.reader.locale))),
                _ => None,
            };
            segments.push(SegmentSignals {
                title: fast.u64(column::TITLE).map_err(fault)?,
                section: fast.u64(column::SECTION).map_err(fault)?,
                updated: fast.i64(column::UPDATED).map_err(fault)?,
                popularity: fast.f64(column::POPULARITY).map_err(fault)?,
                badges: fast.u64(column::BADGES).map_err(fault)?,
                audience,
                locale,
            });
        }
        Ok(Self { segments, weights, query: title_number(ask.words), now: ask.reader.now })
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
            if here.title.first(doc) == Some(self.query) {
                factor += weights.whole_title;
            } else if candidate.sections.iter().any(|s| here.section.first(s.address.doc_id) == Some(self.query)) {
                factor += weights.whole_title * 0.5;
            }
        }
        factor += addressed(doc);
        if let Some((column, mine)) = &here.locale {
            let other = column.first(doc).is_some_and(|ord| !mine.get(ord as usize).copied().unwrap_or(true));
            factor -= if other { weights.other_locale } else { 0.0 };
        }
        let popularity = here.popularity.first(doc).unwrap_or(0.0).clamp(0.0, 1.0) as f32;
        factor += weights.popularity * popularity;
        if let Some(updated) = here.updated.first(doc).filter(|_| self.now != 0) {
            let years = (self.now - updated).max(0) as f32 / YEAR_MILLIS;
            factor += weights.freshness * 0.5_f32.powf(years);
        }
        factor += weights.badge * here.badges.first(doc).unwrap_or(0).count_ones() as f32;
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
