//! Relaxing: how many words of the query a result may lack.
//!
//! All the words, then all but one, then all but two, until that gives enough results. Whatever scores close to the
//! best stays besides: an article that says three words of four in its title is worth more than one where the four
//! stand far apart, and dropping it because others hold all the words costs a tenth of the judged gain.

use super::query::QueryTerm;
use super::rank::{Candidate, Weights};

/// Keeps, in order, the candidates of the strictest reading of the query that gives enough of them.
pub(crate) fn relax(candidates: Vec<Candidate>, query_terms: &[QueryTerm], weights: &Weights) -> Vec<Candidate> {
    // A word in no visible document is not required; the opening of a question is not searched at all.
    let required = query_terms
        .iter()
        .enumerate()
        .filter(|(_, term)| !term.asked.filler && term.matches.iter().any(|matches| !matches.is_empty()));
    let required = required.fold(0_u32, |bits, (at, _)| bits | 1 << at);
    let count = required.count_ones();
    let missing = |candidate: &Candidate| (required & !candidate.covered).count_ones();
    let least = u32::max(1, (count as f32 * weights.floor).ceil() as u32);
    let allowed = [0, 1, 2].into_iter().filter(|missing| missing + least <= count);
    let enough =
        allowed.filter(|allowed| candidates.iter().filter(|c| missing(c) <= *allowed).count() >= weights.enough);
    let limit = enough.min().unwrap_or(count.saturating_sub(least));
    let close = candidates.first().map_or(0.0, |best| best.score * weights.close);
    let kept = candidates.into_iter();
    kept.filter(|candidate| {
        let missing = missing(candidate);
        missing <= limit || (candidate.score >= close && missing + least <= count)
    })
    .collect()
}
