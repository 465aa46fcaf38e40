//! Scores of sections and of the articles and topics they belong to, from what was gathered.
//!
//! A common word of a large forum stands in tens of thousands of topics. Each gets the score of what it holds as a whole, for
//! counts and for the choice of the best; only those have their sections scored.

use std::ops::Range;

use tantivy::DocId;

use super::candidate::{Candidate, Scored, Sections};
use super::collector::Match;
use super::{View, Weights, address, diluted};
use crate::index::Part;
use crate::query::QueryTerm;

/// What a section, or an article, has gathered so far.
#[derive(Clone, Copy, Default)]
struct Sum {
    score: f32,
    covered: u32,
}

impl Sum {
    /// Adds that the term numbered `at`, of this weight, was found.
    fn add(&mut self, at: usize, weight: f32, found: f32, weights: &Weights) {
        if found > 0.0 {
            self.score += weight * found / (weights.saturation + found);
            self.covered |= 1 << at;
        }
    }
}

/// Adds every group of the segment that holds at least one term, with its score as a whole and one section, not scored.
pub(crate) fn outline_segment(
    view: &View<'_>,
    segment: usize,
    query_terms: &[QueryTerm],
    informed: &[f32],
    weights: &Weights,
    candidates: &mut Vec<Candidate>,
) {
    let mut scoring = Scoring::new(view, segment, query_terms, informed, weights);
    while let Some(group) = scoring.next_group() {
        candidates.extend(scoring.outline(group));
    }
}

/// Scores the sections of `candidates`, groups of one segment in its order, and with the best of them each group.
pub(crate) fn score_sections(
    view: &View<'_>,
    query_terms: &[QueryTerm],
    informed: &[f32],
    weights: &Weights,
    candidates: &mut [Candidate],
) {
    let Some(first) = candidates.first() else { return };
    let mut scoring = Scoring::new(view, first.segment as usize, query_terms, informed, weights);
    for candidate in candidates {
        scoring.score_sections(candidate);
    }
}

/// What is left of one term's matches, in the order of documents.
struct List<'v> {
    at: usize,
    weight: f32,
    heads: &'v [Match],
    own: &'v [Match],
}

/// One pass over the groups of a segment.
struct Scoring<'v> {
    view: &'v View<'v>,
    segment: usize,
    weights: &'v Weights,
    informed: &'v [f32],
    total: f32,
    article_dilution: [f32; Part::COUNT],
    lists: Vec<List<'v>>,
    /// What the lists hold of the present group.
    of_group: Vec<Held<'v>>,
    /// Sections of the present group, with what they gathered.
    sections: Vec<(DocId, Sum)>,
    /// The words of which the share was last asked for, and what remains of a score for it.
    covering: (u32, f32),
}

/// What one term has in one group.
#[derive(Clone, Copy)]
struct Held<'v> {
    at: usize,
    weight: f32,
    heads: &'v [Match],
    own: &'v [Match],
}

impl<'v> Scoring<'v> {
    fn new(
        view: &'v View<'v>,
        segment: usize,
        query_terms: &'v [QueryTerm],
        informed: &'v [f32],
        weights: &'v Weights,
    ) -> Self {
        let mut article_dilution = weights.dilution;
        article_dilution[Part::Body as usize] = weights.article_dilution;
        let counted = query_terms.iter().enumerate().take(u32::BITS as usize).filter(|(at, _)| informed[*at] > 0.0);
        let lists = counted.map(|(at, term)| {
            let matches = &term.matches[segment];
            List { at, weight: informed[at], heads: &matches.heads, own: &matches.own }
        });
        Self {
            view,
            segment,
            weights,
            informed,
            total: informed.iter().sum(),
            article_dilution,
            lists: lists.collect(),
            of_group: Vec::new(),
            sections: Vec::new(),
            covering: (0, 0.0),
        }
    }

    /// Returns the first group in which a list goes on.
    fn next_group(&self) -> Option<u32> {
        let here = &self.view.segments[self.segment];
        let firsts = self.lists.iter().flat_map(|list| [list.heads.first(), list.own.first()]);
        firsts.flatten().map(|found| found.doc).min().map(|doc| here.group_of(doc))
    }

    /// Takes what the lists hold of the group; they then go on after it.
    fn take(&mut self, group: u32) -> Vec<Held<'v>> {
        let documents = self.view.segments[self.segment].shape.documents_of(group);
        let mut of_group = std::mem::take(&mut self.of_group);
        of_group.clear();
        for list in &mut self.lists {
            let heads = take_within(&mut list.heads, &documents);
            let own = take_within(&mut list.own, &documents);
            if !heads.is_empty() || !own.is_empty() {
                of_group.push(Held { at: list.at, weight: list.weight, heads, own });
            }
        }
        of_group
    }

    /// Returns the group as a whole, if it gathered something.
    fn outline(&mut self, group: u32) -> Option<Candidate> {
        let of_group = self.take(group);
        let mut article = Sum::default();
        let mut first = DocId::MAX;
        for held in &of_group {
            let (found, shown) = self.of_article(group, held);
            article.add(held.at, held.weight, found, self.weights);
            first = first.min(shown);
        }
        self.of_group = of_group;
        if article.covered == 0 {
            return None;
        }
        let segment = self.segment as u32;
        let mut sections = Sections::default();
        sections.insert(Scored { address: address(segment, first), score: 0.0 });
        Some(Candidate { score: self.covering(article), group, segment, covered: article.covered, sections })
    }

    /// Puts the best sections in place of the one that is not scored.
    fn score_sections(&mut self, candidate: &mut Candidate) {
        let of_group = self.take(candidate.group);
        self.list_sections(&of_group);
        for held in &of_group {
            self.add_to_sections(held);
        }
        self.of_group = of_group;
        let mut best = Sections::default();
        for at in 0..self.sections.len() {
            let (doc, sum) = self.sections[at];
            if sum.covered != 0 {
                best.insert(Scored { address: address(candidate.segment, doc), score: self.covering(sum) });
            }
        }
        if let Some(first) = best.first() {
            let share = self.weights.section_share;
            candidate.score = share * first.score + (1.0 - share) * candidate.score;
            candidate.sections = best;
        }
    }

    /// Returns the documents of the group that can be among its best: those that hold something of their own and, of
    /// those that only share a title, the first few, for they are all alike.
    fn list_sections(&mut self, of_group: &[Held<'_>]) {
        let here = &self.view.segments[self.segment];
        self.sections.clear();
        for held in of_group {
            self.sections.extend(held.own.iter().map(|found| (found.doc, Sum::default())));
            for head in held.heads {
                let mut alike = 0;
                let mut doc = head.doc;
                let bearers = here.headed_by(head.doc);
                while let Some(next) = here.allowed.next(doc).filter(|next| bearers.contains(next)) {
                    let holds = of_group.iter().any(|held| holding(held.own, next).is_some());
                    if !holds {
                        self.sections.push((next, Sum::default()));
                        alike += 1;
                        if alike == Sections::MOST {
                            break;
                        }
                    }
                    doc = next + 1;
                }
            }
        }
        self.sections.sort_unstable_by_key(|(doc, _)| *doc);
        self.sections.dedup_by_key(|(doc, _)| *doc);
    }

    fn add_to_sections(&mut self, held: &Held<'_>) {
        let (view, weights) = (self.view, self.weights);
        let here = &view.segments[self.segment];
        for (doc, sum) in &mut self.sections {
            let own = holding(held.own, *doc);
            let head = if held.heads.is_empty() { None } else { holding(held.heads, here.shape.head_of(*doc)) };
            if own.is_none() && head.is_none() {
                continue;
            }
            let found = together(own, head);
            let length = |part| here.length(part, *doc);
            sum.add(held.at, held.weight, diluted(&found, length, &weights.dilution, view, weights), weights);
        }
    }

    /// Returns what was found in the sections of one group, taken together, and the first section that shows some of it.
    fn of_article(&self, group: u32, held: &Held<'_>) -> (f32, DocId) {
        let Held { heads, own, .. } = held;
        let here = &self.view.segments[self.segment];
        let mut found = [0.0_f32; Part::COUNT];
        for part in Part::ALL {
            let at = part as usize;
            // A title stands in each of its sections, and counts once.
            if part.is_of_head() {
                found[at] = heads.iter().chain(*own).map(|each| each.found[at]).fold(0.0, f32::max);
            } else {
                found[at] = own.iter().map(|each| each.found[at]).sum();
            }
        }
        let bearer = heads.first().and_then(|head| here.allowed.next(head.doc));
        let first = own.first().map(|found| found.doc).into_iter().chain(bearer).min().unwrap_or_default();
        let length = |part| match part {
            Part::Body => here.body_length(group) / self.view.sections_per_group,
            _ => here.length(part, first),
        };
        (diluted(&found, length, &self.article_dilution, self.view, self.weights), first)
    }

    /// Returns the score, less for the words that are missing.
    fn covering(&mut self, sum: Sum) -> f32 {
        // Neighbours mostly hold the same words.
        if self.covering.0 != sum.covered {
            let covered = covered_weight(sum.covered, self.informed) / self.total.max(f32::EPSILON);
            self.covering = (sum.covered, covered.powf(self.weights.coverage));
        }
        sum.score * self.covering.1
    }
}

/// Takes the matches of `documents` from the front, and drops those before them.
fn take_within<'v>(list: &mut &'v [Match], documents: &Range<DocId>) -> &'v [Match] {
    if list.first().is_some_and(|found| found.doc < documents.start) {
        *list = &list[list.partition_point(|found| found.doc < documents.start)..];
    }
    let length = list.iter().take_while(|found| found.doc < documents.end).count();
    let (taken, rest) = list.split_at(length);
    *list = rest;
    taken
}

fn holding(list: &[Match], doc: DocId) -> Option<&Match> {
    match list {
        [] => None,
        [only] => (only.doc == doc).then_some(only),
        list => list.binary_search_by_key(&doc, |found| found.doc).ok().map(|at| &list[at]),
    }
}

fn together(own: Option<&Match>, head: Option<&Match>) -> [f32; Part::COUNT] {
    let mut found = own.map_or([0.0; Part::COUNT], |own| own.found);
    if let Some(head) = head {
        found.iter_mut().zip(head.found).for_each(|(sum, found)| *sum += found);
    }
    found
}

/// Returns the summed weight of the terms in `covered`.
pub(crate) fn covered_weight(covered: u32, informed: &[f32]) -> f32 {
    informed.iter().enumerate().filter(|(at, _)| covered & (1 << at) != 0).map(|(_, weight)| weight).sum()
}
