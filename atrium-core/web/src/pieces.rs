//! Pieces that many pages print the same, kept as text: a post, a row of a list.
//!
//! A piece is found by everything it is made of, which its maker reads anew with each request. What has changed is another
//! piece, on every node at once, so that none expires and none is dropped. A piece says nothing of who reads it: no name,
//! no token; where several readers may do different things with it, what they may do is part of what it is made of.

use std::cell::Cell;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::cx::{Cx, View};
use super::render::MainPart;
use atrium_platform::Result;

/// Bytes kept at most.
const CAPACITY: u64 = 8 * 1024 * 1024;
/// How long after it was last printed a piece is kept.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// What the cache itself takes for a piece, in bytes.
const OVERHEAD: usize = 200;
/// Under which field a template finds the text of a piece.
pub(super) const FIELD: &str = "$piece";

/// A piece of a page, rendered: the partial that it is handed to prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    key: (u64, u64),
    text: Arc<str>,
}

thread_local! {
    static BY_KEYS: Cell<bool> = const { Cell::new(false) };
}

/// Runs `serialise` so that pieces are told by their keys.
pub(super) fn by_keys<T>(serialise: impl FnOnce() -> T) -> T {
    BY_KEYS.set(true);
    let done = serialise();
    BY_KEYS.set(false);
    done
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        if BY_KEYS.get() {
            map.serialize_entry(FIELD, &self.key)?;
        } else {
            map.serialize_entry(FIELD, &*self.text)?;
        }
        map.end()
    }
}

/// Digests whose keys nobody outside knows: two pieces do not meet by accident, nor by intent.
pub(super) type Key = (u64, u64);

/// The pieces kept by one node.
pub(super) struct Pieces {
    kept: Cache<Key, Arc<str>>,
    main_parts: Cache<Key, Arc<MainPart>>,
    keys: (RandomState, RandomState),
}

impl Default for Pieces {
    fn default() -> Self {
        let weight = |bytes: usize| u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX);
        let kept = Cache::builder().weigher(move |_: &Key, text: &Arc<str>| weight(text.len()));
        let kept = kept.max_capacity(CAPACITY).time_to_idle(IDLE).build();
        let main_parts = Cache::builder().weigher(move |_: &Key, part: &Arc<MainPart>| weight(part.bytes()));
        let main_parts = main_parts.max_capacity(CAPACITY).time_to_idle(IDLE).build();
        Self { kept, main_parts, keys: (RandomState::new(), RandomState::new()) }
    }
}

impl Pieces {
    /// The key of what is made of `of`.
    pub(super) fn key(&self, of: impl Hash) -> Key {
        (self.keys.0.hash_one(&of), self.keys.1.hash_one(&of))
    }

    pub(super) fn main_part(&self, key: &Key) -> Option<Arc<MainPart>> {
        self.main_parts.get(key)
    }

    pub(super) fn keep_main_part(&self, key: Key, part: Arc<MainPart>) {
        self.main_parts.insert(key, part);
    }

    /// How many main parts are kept.
    #[cfg(test)]
    pub(super) fn main_parts(&self) -> u64 {
        self.main_parts.run_pending_tasks();
        self.main_parts.entry_count()
    }

    fn piece(&self, of: impl Hash, make: impl FnOnce() -> Result<String>) -> Result<Piece> {
        let key = self.key(of);
        if let Some(text) = self.kept.get(&key) {
            return Ok(Piece { key, text });
        }
        let text: Arc<str> = make()?.into();
        self.kept.insert(key, text.clone());
        Ok(Piece { key, text })
    }
}

impl Cx {
    /// The template of `V` printed with what `view` makes, as the partial of that name prints it; the kept text where the
    /// same was printed before.
    ///
    /// `of` is everything that the text may differ by, besides the language and the mount prefix: an id with the version of
    /// what it stands for, names, marks, what the reader may do, and for each time printed as a duration its
    /// [`age`](Self::age).
    ///
    /// # Errors
    /// Returns what the template refused.
    pub fn piece<V: View>(&self, of: &impl Hash, view: impl FnOnce() -> V) -> Result<Piece> {
        let of = (V::TEMPLATE, self.locale(), self.base(), of);
        self.0.atrium.shell().pieces.piece(of, || self.print_piece(&view()))
    }

    /// The text that `make` works out, kept: for what costs and is the same for everybody. `what` names the kind of text,
    /// `of` everything it is made of.
    pub fn kept_text(&self, what: &'static str, of: &impl Hash, make: impl FnOnce() -> String) -> Arc<str> {
        let piece = self.0.atrium.shell().pieces.piece((what, of), || Ok(make()));
        piece.map(|piece| piece.text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_made_once_and_what_differs_is_another() {
        let pieces = Pieces::default();
        let text = |of: (&str, u32), text: &str| pieces.piece(of, || Ok(text.to_owned())).unwrap().text;
        assert_eq!(&*text(("a", 1), "first"), "first");
        assert_eq!(&*text(("a", 1), "again"), "first");
        assert_eq!(&*text(("a", 2), "second"), "second");
        assert_eq!(&*text(("b", 1), "third"), "third");
        assert!(pieces.piece("c", || Err(atrium_platform::Error::bug("no"))).is_err(), "a failure is not kept");
        assert_eq!(&*pieces.piece("c", || Ok("fourth".to_owned())).unwrap().text, "fourth");
    }
}
