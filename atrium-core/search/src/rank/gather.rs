//! Gathering: what the visible documents hold of each word, how often, in which parts, under which of its expansions.
//!
//! The work of a query is bounded. Words are read from the rarest on; once as many documents were read as a query may,
//! what a common word adds is read where rarer words of the query were found, and in a share of the other documents. On
//! an index of some hundred thousand documents the bound is never reached.

use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, TERMINATED};

use super::bits::Bits;
use super::collector::{Listed, Match, Matches, Place};
use super::scratch::Scratch;
use super::view::{SegmentView, View};
use crate::query::QueryTerm;
use crate::{Error, Result};

/// How much of the index a query reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// Entries read before it has to choose.
    pub entries: usize,
    /// Entries of each word that are read in any case.
    pub of_each: usize,
}

impl Bound {
    /// Some ten milliseconds of work.
    pub(crate) const USUAL: Self = Self { entries: 1_200_000, of_each: 100_000 };
}

/// Reads what was noted of each term.
pub(crate) fn gather(view: &View<'_>, query_terms: &mut [QueryTerm], bound: Bound) -> Result<()> {
    let mut order: Vec<(usize, usize)> =
        query_terms.iter().enumerate().map(|(at, term)| (term.listed.iter().map(Listed::len).sum(), at)).collect();
    order.sort_unstable();
    let mut left = bound.entries;
    let mut read: Vec<usize> = Vec::new();
    for (entries, at) in order {
        let room = left.max(bound.of_each);
        let near = if entries > room { Some(groups_of(view, query_terms, &read)) } else { None };
        let share = if entries > room { room as f64 / entries as f64 } else { 1.0 };
        let term = &mut query_terms[at];
        term.matches = read_concept(view, &term.listed, share, near.as_deref())?;
        term.share_read = share as f32;
        left = left.saturating_sub(entries);
        if !term.asked.filler {
            read.push(at);
        }
    }
    Ok(())
}

/// Returns the documents of the articles and topics where one of these terms was found.
fn groups_of(view: &View<'_>, query_terms: &[QueryTerm], read: &[usize]) -> Vec<Bits> {
    let of_segment = |(number, segment): (usize, &SegmentView<'_>)| {
        let mut near = Bits::new(segment.reader.max_doc());
        for term in read {
            for found in query_terms[*term].matches[number].iter() {
                near.insert_range(segment.shape.documents_of(segment.group_of(found.doc)));
            }
        }
        near
    };
    view.segments.iter().enumerate().map(of_segment).collect()
}

fn read_concept(view: &View<'_>, listed: &[Listed], share: f64, near: Option<&[Bits]>) -> Result<Vec<Matches>> {
    let mut all = Vec::with_capacity(view.segments.len());
    for (number, segment) in view.segments.iter().enumerate() {
        let here = || listed.iter().filter(|list| list.segment == number);
        if here().next().is_none() {
            all.push(Matches::default());
            continue;
        }
        let mut scratch = view.caches.scratch.take(segment.reader.max_doc());
        // Titles are few, and say most.
        for list in here().filter(|list| list.is_of_head()) {
            add(view, segment, list, segment.reader.max_doc(), None, &mut scratch)?;
        }
        let heads = scratch.finish();
        let end = (f64::from(segment.reader.max_doc()) * share).ceil() as DocId;
        for list in here().filter(|list| !list.is_of_head()) {
            add(view, segment, list, end, near.map(|near| &near[number]), &mut scratch)?;
        }
        all.push(Matches { heads, own: scratch.finish() });
    }
    Ok(all)
}

/// Adds what the documents before `end`, and those in `near`, hold according to `list`.
fn add(
    view: &View<'_>,
    segment: &SegmentView<'_>,
    list: &Listed,
    end: DocId,
    near: Option<&Bits>,
    scratch: &mut Scratch,
) -> Result<()> {
    let allowed = &segment.allowed;
    let part = list.part;
    let counts = |doc: DocId| allowed.contains(doc) || (list.is_of_head() && segment.counts(part, doc));
    let note = |found: &mut Match, times: u32| {
        found.found[part as usize] += list.weight * times as f32;
        found.best = found.best.max(list.quality);
    };
    let (field, info, option) = match &list.at {
        Place::Rows(rows) => {
            rows.iter().for_each(|(doc, times)| note(scratch.at(*doc), *times));
            return Ok(());
        }
        Place::Term(form, info) => (view.fields.text(part, *form), info, IndexRecordOption::WithFreqs),
        Place::Bearers(info) => (view.fields.tokens, info, IndexRecordOption::Basic),
    };
    let inverted = segment.reader.inverted_index(field);
    let inverted = inverted.map_err(|e| Error::internal("read the search index", e))?;
    let block = inverted.read_block_postings_from_terminfo(info, option);
    let mut block = block.map_err(|e| Error::internal("read the search index", e))?;
    // A token is borne once.
    let times = |block: &BlockSegmentPostings, place: usize| match list.at {
        Place::Bearers(_) => 1,
        _ => block.freq(place),
    };
    while block.docs().first().is_some_and(|first| *first < end) {
        for (place, doc) in block.docs().iter().enumerate() {
            if (*doc < end || near.is_some_and(|near| near.contains(*doc))) && counts(*doc) {
                note(scratch.at(*doc), times(&block, place));
            }
        }
        block.advance();
    }
    let Some(near) = near.filter(|_| end < segment.reader.max_doc()) else { return Ok(()) };
    let mut wanted = near.next(end);
    while let Some(target) = wanted {
        let place = block.seek(target);
        let found = if place < block.block_len() { block.doc(place) } else { TERMINATED };
        if found == TERMINATED {
            break;
        }
        if found == target && counts(target) {
            note(scratch.at(target), times(&block, place));
        }
        wanted = near.next(found.max(target + 1));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::Filter;
    use crate::index::Live;
    use crate::query::{parse, query_terms};
    use crate::rank::Weights;
    use crate::{Change, SearchDocument, Shelves, Synonyms};

    #[test]
    fn a_common_word_is_read_where_a_rare_one_was_found_and_in_a_share_of_the_rest() {
        let live = Live::in_memory().expect("an index in memory");
        let put = |number: usize, body: &str| {
            let subject = format!("forum:{number}");
            let document = SearchDocument { kind: "forum".into(), body: body.into(), ..SearchDocument::default() };
            Change::Put { subject, documents: vec![document] }
        };
        let body = |number| if number >= 397 { "Bonjour, mon parapluie." } else { "Bonjour à tous." };
        live.apply((0..400).map(|number| put(number, body(number))).collect()).expect("applied");
        live.commit(None).expect("committed");
        let searcher = live.searcher();
        let all = HashMap::from([("forum".to_owned(), Filter::all())]);
        let parsed = parse("bonjour parapluie ");
        let view = View::new(&searcher, live.fields(), live.caches(), &all, &parsed).expect("read");
        let mut found =
            query_terms(&view, &parsed, &Synonyms::none(), &Shelves::default(), &Weights::default(), Bound::USUAL)
                .expect("read");
        let documents = |term: &QueryTerm| term.matches[0].own.iter().map(|found| found.doc).collect::<Vec<_>>();
        assert_eq!((documents(&found[0]).len(), documents(&found[1]).len()), (400, 3));
        gather(&view, &mut found, Bound { entries: 60, of_each: 60 }).expect("read");
        let common = documents(&found[0]);
        assert!(common.len() < 100 && common.ends_with(&[397, 398, 399]), "{common:?}");
        assert_eq!(documents(&found[1]), [397, 398, 399]);
        assert!(found[0].share_read < 0.2);
    }
}
