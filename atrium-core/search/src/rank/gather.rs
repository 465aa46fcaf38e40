//! Gathering: what the visible documents hold of each word, how often, in which parts, under which of its expansions.
//!
//! The work of a query is bounded. Words are read from the rarest on; once as many documents were read as a query may,
//! what a common word adds is read where rare words of the query were found, and in a share of the other documents. On
//! an index of some ten thousand documents the bound is never reached.

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
    /// Words that are read, the rarest: the others are taken for words that stand nowhere.
    pub words: usize,
    /// Articles and topics whose sections are scored, and that are put in order.
    pub ordered: usize,
}

impl Bound {
    /// Some ten milliseconds of work.
    pub(crate) const USUAL: Self = Self { entries: 240_000, of_each: 24_000, words: usize::MAX, ordered: 4_000 };

    /// Words of a title that tell what it is about.
    const TELLING: usize = 5;

    /// Returns the bound of a search of which only the first few results are wanted, and at once.
    pub(crate) fn of_few_results(self) -> Self {
        Self { entries: self.entries / 4, of_each: self.of_each / 4, ordered: 400, ..self }
    }

    /// Returns the bound of a search for what is like a title.
    pub(crate) fn of_likeness(self) -> Self {
        Self { words: Self::TELLING, ..self.of_few_results() }
    }

    /// Most documents of rare words around which a common one is read.
    fn near(self) -> usize {
        self.of_each / 4
    }
}

/// Reads what was noted of each term.
pub(crate) fn gather(view: &View<'_>, query_terms: &mut [QueryTerm], bound: Bound) -> Result<()> {
    let mut order: Vec<(usize, usize)> =
        query_terms.iter().enumerate().map(|(at, term)| (term.listed.iter().map(Listed::len).sum(), at)).collect();
    order.sort_unstable();
    let mut left = bound.entries;
    let mut read: Vec<usize> = Vec::new();
    let mut looked_for = 0;
    for (entries, at) in order {
        if looked_for == bound.words {
            query_terms[at].matches = vec![Matches::default(); view.segments.len()];
            continue;
        }
        let room = left.max(bound.of_each);
        let near = (entries > room).then(|| groups_of(view, query_terms, rare(query_terms, &read, bound.near())));
        let term = &mut query_terms[at];
        let heads: usize = term.listed.iter().filter(|list| list.is_of_head()).map(Listed::len).sum();
        // Titles are few, and say most: they are read before the rest.
        let shares = Shares { heads: share(room, heads), own: share(room, entries) };
        term.matches = read_concept(view, &term.listed, shares, near.as_deref())?;
        term.share_read = shares.own as f32;
        left = left.saturating_sub(entries);
        if !term.asked.filler && entries > 0 {
            read.push(at);
            looked_for += 1;
        }
    }
    Ok(())
}

/// How much of what a term may hold is read, 0 to 1.
#[derive(Clone, Copy)]
struct Shares {
    heads: f64,
    own: f64,
}

fn share(room: usize, entries: usize) -> f64 {
    if entries > room { room as f64 / entries as f64 } else { 1.0 }
}

/// Returns the first of `read`, the rarest, that were found in `most` documents or fewer together: a word that stands
/// everywhere tells nowhere to look.
fn rare<'r>(query_terms: &[QueryTerm], read: &'r [usize], most: usize) -> &'r [usize] {
    let mut documents = 0;
    let found = |at: usize| query_terms[at].matches.iter().map(|of| of.heads.len() + of.own.len()).sum::<usize>();
    let few = read.iter().take_while(|at| {
        documents += found(**at);
        documents <= most
    });
    &read[..few.count()]
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

fn read_concept(view: &View<'_>, listed: &[Listed], shares: Shares, near: Option<&[Bits]>) -> Result<Vec<Matches>> {
    let mut all = Vec::with_capacity(view.segments.len());
    for (number, segment) in view.segments.iter().enumerate() {
        let here = || listed.iter().filter(|list| list.segment == number);
        if here().next().is_none() {
            all.push(Matches::default());
            continue;
        }
        let mut scratch = view.caches.scratch.take(segment.reader.max_doc());
        let end = |share: f64| (f64::from(segment.reader.max_doc()) * share).ceil() as DocId;
        let near = near.map(|near| &near[number]);
        for list in here().filter(|list| list.is_of_head()) {
            add(view, segment, list, end(shares.heads), near, &mut scratch)?;
        }
        let heads = scratch.finish();
        for list in here().filter(|list| !list.is_of_head()) {
            add(view, segment, list, end(shares.own), near, &mut scratch)?;
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

    use proptest::prelude::*;

    use super::*;
    use crate::Filter;
    use crate::index::Live;
    use crate::query::{parse, query_terms};
    use crate::rank::Weights;
    use crate::{Change, SearchDocument, Shelves, Synonyms};

    /// Returns an index of these posts, each a title and a body.
    fn forum(posts: &[(String, String)]) -> Live {
        let live = Live::in_memory().expect("an index in memory");
        let put = |(number, (title, body)): (usize, &(String, String))| {
            let subject = format!("forum:{number}");
            let (title, body) = (title.clone(), body.clone());
            let document = SearchDocument { kind: "forum".into(), title, body, ..SearchDocument::default() };
            Change::Put { subject, documents: vec![document] }
        };
        live.apply(posts.iter().enumerate().map(put).collect()).expect("applied");
        live.commit(None).expect("committed");
        live
    }

    /// Documents that hold each word of `text`: for itself and for others, as far as `bound` lets them be read.
    fn read(live: &Live, text: &str, bound: Bound) -> Vec<(Vec<DocId>, Vec<DocId>, f32)> {
        let searcher = live.searcher();
        let all = HashMap::from([("forum".to_owned(), Filter::all())]);
        let parsed = parse(text);
        let view = View::new(&searcher, live.fields(), live.caches(), &all, &parsed).expect("read");
        let (none, shelves, weights) = (Synonyms::none(), Shelves::default(), Weights::default());
        let found = query_terms(&view, &parsed, &none, &shelves, &weights, bound).expect("read");
        let documents = |found: &[Match]| found.iter().map(|found| found.doc).collect();
        let of = |term: &QueryTerm| {
            let (heads, own) = (&term.matches[0].heads, &term.matches[0].own);
            (documents(own), documents(heads), term.share_read)
        };
        found.iter().map(of).collect()
    }

    #[test]
    fn a_common_word_is_read_where_a_rare_one_was_found_and_in_a_share_of_the_rest() {
        let body = |number| if number >= 397 { "Bonjour, mon parapluie." } else { "Bonjour à tous." };
        let live = forum(&(0..400).map(|number| (String::new(), body(number).to_owned())).collect::<Vec<_>>());
        let whole = read(&live, "bonjour parapluie ", Bound::USUAL);
        assert_eq!((whole[0].0.len(), whole[1].0.len()), (400, 3));
        let found = read(&live, "bonjour parapluie ", Bound { entries: 60, of_each: 60, ..Bound::USUAL });
        let (common, _, share) = &found[0];
        assert!(common.len() < 100 && common.ends_with(&[397, 398, 399]), "{common:?}");
        assert_eq!(found[1].0, [397, 398, 399]);
        assert!(*share < 0.2);
    }

    #[test]
    fn titles_are_read_first_and_within_the_bound_too() {
        let post = |_| ("Au lycée".to_owned(), "Dans mon lycée.".to_owned());
        let live = forum(&(0..400).map(post).collect::<Vec<_>>());
        let of = |entries| read(&live, "lycée ", Bound { entries, of_each: 60, ..Bound::USUAL }).remove(0);
        assert_eq!((of(5_000).0.len(), of(5_000).1.len()), (400, 400));
        let (own, heads, _) = of(1_200);
        assert!(heads.len() == 400 && own.len() < 400, "{} and {}", heads.len(), own.len());
        let (own, heads, share) = of(300);
        assert!(own.len() < heads.len() && heads.len() < 200 && share < 0.5, "{} and {}", heads.len(), own.len());
    }

    #[test]
    fn a_word_that_is_everywhere_tells_nowhere_to_look() {
        let live = forum(&(0..400).map(|_| (String::new(), "Bonjour, mon casier.".to_owned())).collect::<Vec<_>>());
        for (own, _, _) in read(&live, "bonjour casier ", Bound { entries: 60, of_each: 60, ..Bound::USUAL }) {
            assert!(own.len() < 100, "{}", own.len());
        }
    }

    const WORDS: [&str; 5] = ["tablette", "casier", "messagerie", "devoir", "absence"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn less_is_read_within_a_bound_and_nothing_else(
            posts in prop::collection::vec((0..WORDS.len(), prop::collection::vec(0..WORDS.len(), 0..4)), 1..60),
            entries in 0_usize..400,
            of_each in 1_usize..100,
            words in 0_usize..6,
        ) {
            let post = |(title, body): (usize, Vec<usize>)| {
                (WORDS[title].to_owned(), body.into_iter().map(|word| WORDS[word]).collect::<Vec<_>>().join(" "))
            };
            let live = forum(&posts.into_iter().map(post).collect::<Vec<_>>());
            let text = format!("{} ", WORDS.join(" "));
            let whole = read(&live, &text, Bound::USUAL);
            let bounded = read(&live, &text, Bound { entries, of_each, words, ..Bound::USUAL });
            let is_read = |(own, heads, _): &&(Vec<DocId>, Vec<DocId>, f32)| !own.is_empty() || !heads.is_empty();
            prop_assert!(bounded.iter().filter(is_read).count() <= words);
            for ((own, heads, share), (all, all_heads, _)) in bounded.iter().zip(&whole) {
                prop_assert!(own.iter().all(|doc| all.contains(doc)) && heads.iter().all(|doc| all_heads.contains(doc)));
                prop_assert!(*share > 0.0 && *share <= 1.0);
            }
            prop_assert_eq!(read(&live, &text, Bound { entries: 5_000, ..Bound::USUAL }), whole);
        }
    }
}
