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
    /// Candidates that are put in order. The others only count.
    pub ordered: usize,
}

/// Returns the candidates: those that are put in order, best first, and the others after them.
pub(crate) fn rank(view: &View<'_>, ask: &Ask<'_>, weights: &Weights) -> Result<Vec<Candidate>> {
    let informed = informativeness(view, ask.query_terms);
    let mut candidates = Vec::new();
    for segment in 0..view.segments.len() {
        group::outline_segment(view, segment, ask.query_terms, &informed, weights, &mut candidates);
    }
    let ordered = candidates.len().min(ask.ordered);
    if ordered < candidates.len() {
        candidates.select_nth_unstable_by(ordered, best_first);
    }
    let best = &mut candidates[..ordered];
    best.sort_unstable_by_key(|candidate| (candidate.segment, candidate.group));
    for of_segment in best.chunk_by_mut(|a, b| a.segment == b.segment) {
        group::score_sections(view, ask.query_terms, &informed, weights, of_segment);
    }
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
        let best = term.listed.iter().map(|list| list.quality).fold(0.0, f32::max);
        let good = holders(view, term, best * 0.7);
        if good == 0.0 { 0.0 } else { (1.0 + (all - good + 0.5).max(0.5) / (good + 0.5)).ln() * term.importance }
    };
    query_terms.iter().map(weight).collect()
}

/// Matches that are counted one by one; of more, one in so many is.
const COUNTED: usize = 4_096;

/// Returns how many visible documents hold the term at least so well.
fn holders(view: &View<'_>, term: &QueryTerm, least: f32) -> f32 {
    let is_good = |found: &&collector::Match| found.best >= least;
    let matches = term.matches.iter().map(|of_segment| of_segment.heads.len() + of_segment.own.len());
    let step = matches.sum::<usize>() / COUNTED + 1;
    let mut count = 0;
    for (segment, matches) in view.segments.iter().zip(&term.matches) {
        let heads = matches.heads.iter().step_by(step).filter(is_good);
        let bearers = heads.map(|head| segment.allowed.count_within(segment.headed_by(head.doc)) as usize);
        let is_counted = |doc| {
            let head = matches.heads.binary_search_by_key(&segment.shape.head_of(doc), |head| head.doc);
            head.is_ok_and(|at| is_good(&&matches.heads[at]))
        };
        let own = matches.own.iter().step_by(step).filter(is_good);
        count += step * (bearers.sum::<usize>() + own.filter(|found| !is_counted(found.doc)).count());
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::index::Live;
    use crate::query::{parse, query_terms};
    use crate::{Change, Filter, SearchDocument, Shelves, Synonyms};

    #[test]
    fn what_stands_in_very_many_documents_is_counted_by_a_sample() {
        let live = Live::in_memory().expect("an index in memory");
        let put = |number: usize| {
            let (subject, title) =
                (format!("forum:{number}"), if number.is_multiple_of(3) { "Casier" } else { "" }.into());
            let body = if number.is_multiple_of(2) { "Le casier." } else { "La salle." }.into();
            let document = SearchDocument { kind: "forum".into(), title, body, ..SearchDocument::default() };
            Change::Put { subject, documents: vec![document] }
        };
        live.apply((0..9_000).map(put).collect()).expect("applied");
        live.commit(None).expect("committed");
        let searcher = live.searcher();
        let all = HashMap::from([("forum".to_owned(), Filter::all())]);
        let parsed = parse("casier ");
        let view = View::new(&searcher, live.fields(), live.caches(), &all, &parsed).expect("read");
        let (none, shelves, weights) = (Synonyms::none(), Shelves::default(), Weights::default());
        let found = query_terms(&view, &parsed, &none, &shelves, &weights, Bound::USUAL).expect("read");
        // A third has it in its title, half in its body: two thirds in one or the other.
        let counted = holders(&view, &found[0], 0.5);
        assert!((counted - 6_000.0).abs() < 300.0, "{counted}");
        assert_eq!(holders(&view, &found[0], 1.1), 0.0);
    }
}
