//! Ranking: which articles and topics answer a query best, and which of their sections.
//!
//! Scores are BM25F over the parts of a section and, beside it, over the whole article, so that words scattered over
//! an article still find it and the section that holds most of them comes first. On top: how much of the query is
//! covered, how close its words stand, how exactly a title says it; then the reader's profile, popularity, freshness.
//! tantivy's own scorer has fixed constants, no length of its own per part, and no group: hence ours, over its
//! postings.

mod addressed;
mod evidence;
mod group;
mod proximity;
mod sweep;
mod view;
mod weights;

use std::cmp::Ordering;

use tantivy::{DocAddress, DocId};

pub(crate) use evidence::Evidence;
pub(crate) use group::GroupColumns;
pub(crate) use sweep::{Match, PhraseReading, Reading, Sweep};
pub(crate) use view::{Learned, View};
pub(crate) use weights::Weights;

use crate::Result;
use crate::search::index::{Part, text_hash};
use crate::search::query::Concept;
use group::Signals;

/// Groups whose words' places are looked at: enough for any page a person turns to.
const CLOSE_LOOK: usize = 60;
/// Sections of one group that are shown.
pub(crate) const SECTIONS_PER_GROUP: usize = 3;

/// An article or a topic in the results.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub score: f32,
    /// Its number within its segment.
    pub group: u32,
    pub segment: u32,
    /// Which concepts it holds, one bit each.
    pub covered: u32,
    /// Its best sections, best first.
    pub sections: Vec<Scored>,
}

/// A section with its score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    pub address: DocAddress,
    pub score: f32,
}

/// What is known of the one who asks, besides what they may see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader<'r> {
    pub audience: &'r [String],
    pub locale: &'r str,
    pub now: i64,
}

/// The query as ranking needs it.
pub(crate) struct Ask<'q> {
    pub concepts: &'q [Concept],
    /// Folded words of the whole text, to recognise a title typed in full.
    pub words: &'q [String],
    pub reader: Reader<'q>,
}

/// The candidates, best first.
pub(crate) fn rank(view: &View<'_>, ask: &Ask<'_>, weights: &Weights) -> Result<Vec<Candidate>> {
    let informed = informativeness(view, ask.concepts);
    let mut candidates = Vec::new();
    for segment in 0..view.segments.len() {
        candidates.extend(group::score_segment(view, segment, ask.concepts, &informed, weights));
    }
    let signals = Signals::new(view, ask, weights)?;
    for candidate in &mut candidates {
        signals.adjust(candidate);
    }
    sort(&mut candidates);
    let closer = candidates.len().min(CLOSE_LOOK);
    proximity::reward(view, ask.concepts, &informed, &mut candidates[..closer], weights)?;
    sort(&mut candidates[..closer]);
    Ok(candidates)
}

/// Best first; equals in the order of the index, so that pages never overlap.
fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| {
        let score = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
        score.then((a.segment, a.group).cmp(&(b.segment, b.group)))
    });
}

/// What finding each concept says (its inverse document frequency, after Robertson and Spärck Jones), counted over
/// visible documents only, times its importance. A concept no document holds says nothing.
fn informativeness(view: &View<'_>, concepts: &[Concept]) -> Vec<f32> {
    let all = view.documents as f32;
    let weight = |concept: &Concept| {
        let best = concept.matches.iter().flatten().map(|m| m.best).fold(0.0, f32::max);
        let good = concept.matches.iter().flatten().filter(|m| m.best >= best * 0.7).count() as f32;
        if good == 0.0 { 0.0 } else { (1.0 + (all - good + 0.5) / (good + 0.5)).ln() * concept.importance }
    };
    concepts.iter().map(weight).collect()
}

/// The number under which a title with exactly these words is filed.
pub(crate) fn title_number(words: &[String]) -> u64 {
    text_hash(words.iter().map(String::as_str))
}

/// Weighted occurrences of one concept in one unit of text, each part brought to its usual length.
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

/// Document numbers of one segment as addresses.
pub(crate) fn address(segment: u32, doc: DocId) -> DocAddress {
    DocAddress::new(segment, doc)
}
