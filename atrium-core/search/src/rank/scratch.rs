//! Working memory of the gathering: one counter per document of a segment, kept between queries.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use tantivy::DocId;

use super::bits::Bits;
use super::collector::Match;
use crate::index::Part;

/// As many are kept as searches usually run at once.
const KEPT: usize = 4;

/// Those not in use.
#[derive(Default)]
pub(crate) struct ScratchPool(Mutex<Vec<Scratch>>);

impl ScratchPool {
    /// Returns an empty scratch with room for documents below `len`.
    pub(crate) fn take(&self, len: u32) -> Borrowed<'_> {
        let mut scratch = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if scratch.slot.len() < len as usize {
            scratch.slot.resize(len as usize, 0);
        }
        scratch.touched.reserve(len);
        Borrowed { pool: self, scratch }
    }
}

/// A scratch that goes back to its pool.
pub(crate) struct Borrowed<'p> {
    pool: &'p ScratchPool,
    scratch: Scratch,
}

impl Deref for Borrowed<'_> {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.scratch
    }
}

impl DerefMut for Borrowed<'_> {
    fn deref_mut(&mut self) -> &mut Scratch {
        &mut self.scratch
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let mut kept = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        // After an error it may not be empty.
        if kept.len() < KEPT && self.scratch.matches.is_empty() {
            kept.push(std::mem::take(&mut self.scratch));
        }
    }
}

/// What was found of each document so far.
pub(crate) struct Scratch {
    /// One more than the place of each document in `matches`; 0: not there.
    slot: Vec<u32>,
    touched: Bits,
    matches: Vec<Match>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { slot: Vec::new(), touched: Bits::new(0), matches: Vec::new() }
    }
}

impl Scratch {
    pub(crate) fn at(&mut self, doc: DocId) -> &mut Match {
        let slot = &mut self.slot[doc as usize];
        if *slot == 0 {
            self.matches.push(Match { doc, found: [0.0; Part::COUNT], best: 0.0 });
            *slot = self.matches.len() as u32;
            self.touched.insert(doc);
        }
        &mut self.matches[*slot as usize - 1]
    }

    /// Returns what was found, in the order of documents; the scratch is then empty.
    pub(crate) fn finish(&mut self) -> Vec<Match> {
        let mut found = Vec::with_capacity(self.matches.len());
        let (slots, matches) = (&mut self.slot, &self.matches);
        self.touched.drain(|doc| {
            let slot = std::mem::take(&mut slots[doc as usize]);
            found.push(matches[slot as usize - 1]);
        });
        self.matches.clear();
        // A word that stands everywhere leaves megabytes behind.
        self.matches.shrink_to(1 << 16);
        found
    }
}
