//! Sets of document numbers of one segment.

use std::ops::Range;

use tantivy::DocId;

/// A set of document numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// Creates an empty set, for numbers below `len`.
    pub(crate) fn new(len: u32) -> Self {
        Self(vec![0; (len as usize).div_ceil(64)])
    }

    pub(crate) fn insert(&mut self, doc: DocId) {
        self.0[doc as usize / 64] |= 1 << (doc % 64);
    }

    /// Adds every number of `range`.
    pub(crate) fn insert_range(&mut self, range: Range<DocId>) {
        for (word, mask) in words(range) {
            self.0[word] |= mask;
        }
    }

    /// Returns `true` if `doc` is in the set.
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.0.get(doc as usize / 64).is_some_and(|word| word & (1 << (doc % 64)) != 0)
    }

    pub(crate) fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    pub(crate) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    pub(crate) fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Returns the number of members in `range`.
    pub(crate) fn count_within(&self, range: Range<DocId>) -> u32 {
        words(range).map(|(word, mask)| (self.0[word] & mask).count_ones()).sum()
    }

    /// Returns the first member at or after `start`.
    pub(crate) fn next(&self, start: DocId) -> Option<DocId> {
        let mut at = start as usize / 64;
        let mut word = self.0.get(at)? & (u64::MAX << (start % 64));
        while word == 0 {
            at += 1;
            word = *self.0.get(at)?;
        }
        Some(at as DocId * 64 + word.trailing_zeros())
    }

    /// Returns the members, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| members(at, *word))
    }

    /// Calls `each` for the members in order, and empties the set.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(DocId)) {
        for (at, word) in self.0.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
            members(at, std::mem::take(word)).for_each(&mut each);
        }
    }

    /// Makes room for numbers below `len`.
    pub(crate) fn reserve(&mut self, len: u32) {
        let words = (len as usize).div_ceil(64);
        if self.0.len() < words {
            self.0.resize(words, 0);
        }
    }

    /// Returns the memory held, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.0.len() * size_of::<u64>()
    }
}

fn members(at: usize, word: u64) -> impl Iterator<Item = DocId> {
    let mut rest = word;
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let bit = rest.trailing_zeros();
            rest &= rest - 1;
            at as DocId * 64 + bit
        })
    })
}

/// Returns the words that hold `range`, each with the bits of the range.
fn words(range: Range<DocId>) -> impl Iterator<Item = (usize, u64)> {
    let (first, end) = (range.start as usize / 64, (range.end as usize).div_ceil(64));
    let last = if range.is_empty() { first } else { end };
    (first..last).map(move |word| {
        let from = (range.start as usize).saturating_sub(word * 64);
        let beyond = ((word + 1) * 64).saturating_sub(range.end as usize);
        (word, (u64::MAX << from) & (u64::MAX >> beyond))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn bits_are_a_set(members in prop::collection::btree_set(0_u32..200, 0..40), from in 0_u32..200, length in 0_u32..100) {
            let mut bits = Bits::new(200);
            members.iter().for_each(|doc| bits.insert(*doc));
            let range = from..(from + length).min(200);
            let within = members.iter().filter(|doc| range.contains(doc)).count();
            prop_assert_eq!(bits.count_within(range.clone()) as usize, within);
            prop_assert_eq!(bits.next(from), members.range(from..).next().copied());
            prop_assert_eq!(bits.iter().collect::<BTreeSet<_>>(), members.clone());
            let mut more = bits.clone();
            more.insert_range(range.clone());
            prop_assert_eq!(more.count(), members.iter().copied().chain(range).collect::<BTreeSet<_>>().len());
            let mut drained = Vec::new();
            bits.drain(|doc| drained.push(doc));
            prop_assert_eq!((drained, bits.count()), (members.into_iter().collect::<Vec<_>>(), 0));
        }
    }
}
