//! Pieces that many pages print the same, kept as text: a post, a row of a list.
//!
//! A piece is found by everything it is made of, which its maker reads anew with each request. What has changed is another
//! piece, on every node at once, so that none expires and none is dropped. A piece says nothing of who reads it: no name,
//! no token; where several readers may do different things with it, what they may do is part of what it is made of.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::cx::{Cx, View};
use crate::error::Result;

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
pub struct Piece(Arc<str>);

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(FIELD, &*self.0)?;
        map.end()
    }
}

/// The pieces kept by one node.
pub(super) struct Pieces {
    /// By digests whose keys nobody outside knows: two pieces do not meet by accident, nor by intent.
    kept: Cache<(u64, u64), Arc<str>>,
    keys: (RandomState, RandomState),
}

impl Default for Pieces {
    fn default() -> Self {
        let weigh = |_: &(u64, u64), text: &Arc<str>| u32::try_from(text.len() + OVERHEAD).unwrap_or(u32::MAX);
        let kept = Cache::builder().weigher(weigh).max_capacity(CAPACITY).time_to_idle(IDLE).build();
        Self { kept, keys: (RandomState::new(), RandomState::new()) }
    }
}

impl Pieces {
    fn text(&self, of: impl Hash, make: impl FnOnce() -> Result<String>) -> Result<Arc<str>> {
        let key = (self.keys.0.hash_one(&of), self.keys.1.hash_one(&of));
        if let Some(text) = self.kept.get(&key) {
            return Ok(text);
        }
        let text: Arc<str> = make()?.into();
        self.kept.insert(key, text.clone());
        Ok(text)
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
        let text = self.0.atrium.shell().pieces.text(of, || self.print_piece(&view()))?;
        Ok(Piece(text))
    }

    /// The text that `make` works out, kept: for what costs and is the same for everybody. `what` names the kind of text,
    /// `of` everything it is made of.
    pub fn kept_text(&self, what: &'static str, of: &impl Hash, make: impl FnOnce() -> String) -> Arc<str> {
        let text = self.0.atrium.shell().pieces.text((what, of), || Ok(make()));
        text.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_made_once_and_what_differs_is_another() {
        let pieces = Pieces::default();
        let text = |of: (&str, u32), text: &str| pieces.text(of, || Ok(text.to_owned())).unwrap();
        assert_eq!(&*text(("a", 1), "first"), "first");
        assert_eq!(&*text(("a", 1), "again"), "first");
        assert_eq!(&*text(("a", 2), "second"), "second");
        assert_eq!(&*text(("b", 1), "third"), "third");
        assert!(pieces.text("c", || Err(crate::Error::bug("no"))).is_err(), "a failure is not kept");
        assert_eq!(&*pieces.text("c", || Ok("fourth".to_owned())).unwrap(), "fourth");
    }
}
