//! Values that are kept while they are used, within a bound.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// A cache of two generations: when the recent values fill half of the bound, they become the older ones, and those that
/// were not used since the last time are gone.
pub(crate) struct Kept<K, V> {
    recent: HashMap<K, (V, usize)>,
    older: HashMap<K, (V, usize)>,
    /// What the recent values take.
    bytes: usize,
    most: usize,
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// Creates an empty cache of `most` bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { recent: HashMap::new(), older: HashMap::new(), bytes: 0, most }
    }

    /// Returns the value of `key`.
    pub(crate) fn get<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        if let Some((value, _)) = self.recent.get(key) {
            return Some(value.clone());
        }
        let (key, (value, bytes)) = self.older.remove_entry(key)?;
        self.put(key, value.clone(), bytes);
        Some(value)
    }

    /// Keeps `value`, which takes so many `bytes`.
    pub(crate) fn put(&mut self, key: K, value: V, bytes: usize) {
        if self.bytes + bytes > self.most / 2 {
            self.older = std::mem::take(&mut self.recent);
            self.bytes = 0;
        }
        self.bytes += bytes;
        if let Some((_, before)) = self.recent.insert(key, (value, bytes)) {
            self.bytes -= before;
        }
    }

    /// Forgets the values whose key is not `wanted`.
    pub(crate) fn retain(&mut self, mut wanted: impl FnMut(&K) -> bool) {
        self.recent.retain(|key, _| wanted(key));
        self.older.retain(|key, _| wanted(key));
        self.bytes = self.recent.values().map(|(_, bytes)| bytes).sum();
    }

    /// Returns what is kept, in bytes.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.recent.values().chain(self.older.values()).map(|(_, bytes)| bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn values_are_those_that_were_put_and_within_the_bound(keys in prop::collection::vec((0_u32..40, 1_usize..30), 0..200)) {
            let mut kept = Kept::new(200);
            for (key, bytes) in keys {
                if let Some(value) = kept.get(&key) {
                    prop_assert_eq!(value, key * 2);
                }
                kept.put(key, key * 2, bytes);
                prop_assert_eq!(kept.get(&key), Some(key * 2));
                prop_assert!(kept.bytes() <= 200);
            }
            kept.retain(|key| key % 2 == 0);
            prop_assert!((0..40).filter(|key| key % 2 == 1).all(|key| kept.get(&key).is_none()));
        }
    }

    #[test]
    fn a_value_in_use_outlasts_those_that_are_not() {
        let mut kept = Kept::new(20);
        for key in 0..1_000 {
            kept.put(key, (), 2);
            assert!(kept.get(&0).is_some(), "{key}");
        }
        assert!(kept.get(&500).is_none());
    }
}
