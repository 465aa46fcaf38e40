//! Which documents of a segment carry one of a set of tokens, kept by (segment, set): a search then costs what it finds,
//! not what its reader may see.
//!
//! Rules are made of few sets: the categories that a role may read, the states that are shown, an establishment. Two
//! readers seldom share a rule, for what they wrote themselves is in it, and nearly always share its sets. A segment never
//! changes, so that what is kept is what would be read again; it holds numbers of documents, no text, goes with its segment,
//! and is bounded.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::bits::Bits;
use crate::Result;

/// Memory that all sets together may take.
const MOST_BYTES: usize = 32 << 20;

/// The sets that are kept.
#[derive(Default)]
pub(crate) struct AdmittedSets(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    segments: HashMap<SegmentId, HashMap<String, Entry>>,
    bytes: usize,
    /// Counts uses, to know the set that was not used for longest.
    now: u64,
}

struct Entry {
    bits: Arc<Bits>,
    used: u64,
    bytes: usize,
}

/// What was read of a set.
pub(crate) enum Read {
    /// Few or zero documents, as quick to read as to keep.
    Few(Bits),
    Many(Bits),
}

impl AdmittedSets {
    /// Returns the set called `name` of the segment, read by `read` when it is not known.
    pub(crate) fn of(
        &self,
        reader: &SegmentReader,
        name: &str,
        read: impl FnOnce() -> Result<Read>,
    ) -> Result<Arc<Bits>> {
        let segment = reader.segment_id();
        if let Some(known) = self.known(segment, name) {
            return Ok(known);
        }
        match read()? {
            Read::Few(bits) => Ok(Arc::new(bits)),
            Read::Many(bits) => {
                let bits = Arc::new(bits);
                self.keep(segment, name, bits.clone());
                Ok(bits)
            }
        }
    }

    fn known(&self, segment: SegmentId, name: &str) -> Option<Arc<Bits>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.now += 1;
        let now = kept.now;
        let entry = kept.segments.get_mut(&segment)?.get_mut(name)?;
        entry.used = now;
        Some(entry.bits.clone())
    }

    fn keep(&self, segment: SegmentId, name: &str, bits: Arc<Bits>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.now += 1;
        let bytes = bits.bytes() + name.len() + size_of::<Entry>();
        let entry = Entry { bits, used: kept.now, bytes };
        kept.bytes += bytes;
        if let Some(before) = kept.segments.entry(segment).or_default().insert(name.to_owned(), entry) {
            kept.bytes -= before.bytes;
        }
        while kept.bytes > MOST_BYTES {
            kept.forget_oldest();
        }
    }

    /// Forgets the segments that `searcher` no longer has.
    pub(crate) fn retain(&self, searcher: &Searcher) {
        let present: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.segments.retain(|segment, _| present.contains(segment));
        kept.bytes = kept.segments.values().flat_map(HashMap::values).map(|entry| entry.bytes).sum();
    }

    /// Returns how many sets are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).segments.values().map(HashMap::len).sum()
    }
}

impl Kept {
    fn forget_oldest(&mut self) {
        let all =
            self.segments.iter().flat_map(|(segment, sets)| sets.iter().map(move |(name, set)| (segment, name, set)));
        let oldest = all.min_by_key(|(.., set)| set.used).map(|(segment, name, _)| (*segment, name.clone()));
        let gone = oldest.and_then(|(segment, name)| self.segments.get_mut(&segment)?.remove(&name));
        self.bytes = gone.map_or(0, |gone| self.bytes - gone.bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::index::Live;
    use crate::query::parse;
    use crate::rank::View;
    use crate::{Change, SearchDocument};
    use crate::{Clause, Filter};

    fn token(number: u8) -> String {
        format!("{}:{number}", if number < 3 { 's' } else { 'w' })
    }

    /// Returns the subjects of the documents that `rule` lets through, as the index has it.
    fn admitted(live: &Live, rule: &Filter) -> BTreeSet<String> {
        let searcher = live.searcher();
        let of_kind = HashMap::from([("help".to_owned(), rule.clone())]);
        let view = View::new(&searcher, live.fields(), live.caches(), &of_kind, &parse("casier")).expect("read");
        let mut found = BTreeSet::new();
        for segment in &view.segments {
            let subjects = segment.reader.fast_fields().str("subject").expect("read").expect("subjects");
            for doc in segment.allowed.iter() {
                let mut subject = String::new();
                let number = subjects.ords().first(doc).expect("a subject");
                subjects.ord_to_str(number, &mut subject).expect("read");
                found.insert(subject);
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_kept_is_what_the_rule_admits(
            documents in prop::collection::vec(prop::collection::btree_set(0_u8..6, 0..4), 1..30),
            clauses in prop::collection::vec(
                (prop::collection::vec(prop::collection::btree_set(0_u8..6, 1..4), 0..3), prop::collection::vec(0_u8..6, 0..2)),
                0..4,
            ),
            removed in prop::collection::vec(0_usize..30, 0..6),
        ) {
            let rule = Filter::any_of(clauses.into_iter().map(|(all_of, none_of)| {
                let clause = all_of.into_iter().fold(Clause::any(), |clause, set| clause.with(set.into_iter().map(token)));
                clause.without(none_of.into_iter().map(token))
            }));
            let mut world = std::collections::BTreeMap::new();
            for (number, tokens) in documents.into_iter().enumerate() {
                world.insert(format!("help:{number}"), tokens.into_iter().map(token).collect::<BTreeSet<_>>());
            }
            let live = Live::in_memory().expect("an index in memory");
            let put = |(subject, tokens): (&String, &BTreeSet<String>)| {
                let kind = "help".to_owned();
                let document = SearchDocument { kind, tokens: tokens.clone(), ..SearchDocument::default() };
                Change::Put { subject: subject.clone(), documents: vec![document] }
            };
            live.apply(world.iter().map(put).collect()).expect("applied");
            live.commit(None).expect("committed");
            let expected = |world: &std::collections::BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
                world.iter().filter(|(_, tokens)| rule.admits(tokens)).map(|(subject, _)| subject.clone()).collect()
            };
            prop_assert_eq!(admitted(&live, &rule), expected(&world));
            prop_assert_eq!(admitted(&live, &rule), expected(&world), "as it was kept");
            for number in removed {
                let subject = format!("help:{number}");
                world.remove(&subject);
                live.apply(vec![Change::Remove { subject }]).expect("applied");
            }
            live.commit(None).expect("committed");
            prop_assert_eq!(admitted(&live, &rule), expected(&world), "without what is deleted");
            live.purge().expect("purged");
            prop_assert_eq!(admitted(&live, &rule), expected(&world), "of other segments");
            let searcher = live.searcher();
            let present: HashSet<_> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
            let kept = live.caches().admitted.0.lock().unwrap();
            prop_assert!(kept.segments.keys().all(|segment| present.contains(segment)), "nothing of segments that are gone");
        }
    }

    #[test]
    fn the_sets_are_bounded_and_those_in_use_stay() {
        let sets = AdmittedSets::default();
        let segment = SegmentId::generate_random();
        let large = Arc::new(Bits::new(8 << 20));
        for number in 0..100 {
            sets.keep(segment, &format!("set {number}"), large.clone());
            assert!(sets.known(segment, "set 0").is_some(), "{number}");
        }
        assert!(sets.len() <= MOST_BYTES >> 20);
    }
}
