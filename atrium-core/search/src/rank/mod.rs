//! Ranking: which articles and topics answer a query best, and which of their sections.
//!
//! Scores are BM25F over the parts of a section and, beside it, over the whole article, so that words scattered over
//! an article still find it and the section that holds most of them comes first. On top: how much of the query is
//! covered, how close its words stand, how exactly a title says it; then the reader's profile, popularity, freshness.
//! tantivy's own scorer has fixed constants, no length of its own per part, and no group: hence ours, over its
//! postings.

mod addressed;
mod admitted;
mod bits;
mod candidate;
mod collector;
mod evidence;
mod gather;
mod group;
mod proximity;
mod scratch;
mod shape;
mod signals;
mod view;
mod weights;

use std::cmp::Ordering;

use tantivy::{DocAddress, DocId};

pub(crate) use admitted::{AdmittedSets, Read};
pub(crate) use bits::Bits;
pub(crate) use candidate::{Candidate, Scored};
pub(crate) use collector::{Collector, Expansion, Listed, Matches, PhraseExpansion};
pub(crate) use evidence::{Asked, Evidence};
pub(crate) use gather::{Bound, gather};
pub(crate) use shape::{SegmentCaches, Shape, whole_of};
pub(crate) use view::{SegmentView, View};
pub(crate) use weights::Weights;

use crate::Result;
use crate::index::{Part, text_hash};
use crate::query::QueryTerm;
use signals::Signals;

/// Groups whose words' places are looked at: enough for any page a person turns to.
const CLOSE_LOOK: usize = 60;
/// Candidates that are put in order: more than the pages of results show. The others only count.
const ORDERED: usize = 4_000;

/// What is known of the one who asks, besides what they may see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader<'r> {
    pub audience: &'r [String],
    pub locale: &'r str,
    pub now: i64,
}

/// The query as ranking needs it.
pub(crate) struct Ask<'q> {
    pub query_terms: &'q [QueryTerm],
    /// Folded words of the whole text, to recognise a title typed in full.
    pub words: &'q [String],
    pub reader: Reader<'q>,
}

/// Returns the candidates: the first few thousand best first, the others after them.
pub(crate) fn rank(view: &View<'_>, ask: &Ask<'_>, weights: &Weights) -> Result<Vec<Candidate>> {
    let informed = informativeness(view, ask.query_terms);
    let mut candidates = Vec::new();
    for segment in 0..view.segments.len() {
        group::score_segment(view, segment, ask.query_terms, &informed, weights, &mut candidates);
    }
    let ordered = candidates.len().min(ORDERED);
    if ordered < candidates.len() {
        candidates.select_nth_unstable_by(ordered, best_first);
    }
    let best = &mut candidates[..ordered];
    let signals = Signals::new(view, ask, weights);
    best.iter_mut().for_each(|candidate| signals.adjust(candidate));
    best.sort_unstable_by(best_first);
    let closer = &mut best[..ordered.min(CLOSE_LOOK)];
    proximity::reward(view, ask.query_terms, &informed, closer, weights)?;
    closer.sort_unstable_by(best_first);
    Ok(candidates)
}

/// Best first; equals in the order of the index, so that pages never overlap.
fn best_first(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then((a.segment, a.group).cmp(&(b.segment, b.group)))
}

/// Returns what finding each term says (its inverse document frequency, after Robertson and Spärck Jones), counted
/// over visible documents only, times its importance. A term in no document has no weight.
fn informativeness(view: &View<'_>, query_terms: &[QueryTerm]) -> Vec<f32> {
    let all = view.documents as f32;
    let weight = |term: &QueryTerm| {
        let best = term.matches.iter().flat_map(Matches::iter).map(|found| found.best).fold(0.0, f32::max);
        let good = holders(view, term, best * 0.7);
        if good == 0.0 { 0.0 } else { (1.0 + (all - good + 0.5).max(0.5) / (good + 0.5)).ln() * term.importance }
    };
    query_terms.iter().map(weight).collect()
}

/// Returns how many visible documents hold the term at least so well.
fn holders(view: &View<'_>, term: &QueryTerm, least: f32) -> f32 {
    let is_good = |found: &&collector::Match| found.best >= least;
    let mut count = 0;
    for (segment, matches) in view.segments.iter().zip(&term.matches) {
        let mut heads = matches.heads.iter().filter(is_good).map(|head| segment.headed_by(head.doc)).peekable();
        for bearers in heads.clone() {
            count += segment.allowed.count_within(bearers) as usize;
        }
        let own = matches.own.iter().filter(is_good);
        count += own
            .filter(|found| {
                while heads.next_if(|bearers| bearers.end <= found.doc).is_some() {}
                !heads.peek().is_some_and(|bearers| bearers.contains(&found.doc))
            })
            .count();
    }
    // Where only a share was read, as many are taken to be in the rest.
    (count as f32 / term.share_read).min(view.documents as f32)
}

/// Returns the number under which a title with exactly these words is filed.
pub(crate) fn title_number(words: &[String]) -> u64 {
    text_hash(words.iter().map(String::as_str))
}

/// Returns weighted occurrences of one term in one unit of text, each part brought to its usual length.
fn diluted(
    found: &[f32; Part::COUNT],
    length: impl Fn(Part) -> f32,
    dilution: &[f32; Part::COUNT],
    view: &View<'_>,
    weights: &Weights,
) -> f32 {
    let mut sum = 0.0;
    for part in Part::ALL {
        let at = part as usize;
        if found[at] > 0.0 && weights.part[at] > 0.0 {
            let relative = length(part) / view.mean_length[at];
            sum += weights.part[at] * found[at] / (1.0 - dilution[at] + dilution[at] * relative);
        }
    }
    sum
}

/// Returns document numbers of one segment as addresses.
pub(crate) fn address(segment: u32, doc: DocId) -> DocAddress {
    DocAddress::new(segment, doc)
}
