//! Caches pieces that many pages print alike: a post, a row of a list.
//!
//! A piece is looked up by everything it is made of, read anew with each request. A change makes another key, on
//! every node at once, so pieces neither expire nor need invalidation. A piece is independent of its reader: no
//! name, no token; if readers may do different things with it, their rights are part of the key.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::digest::{Digests, Key};
use super::render::{self, PageText};
use super::request_context::{RequestContext, View};
use atrium_platform::Result;

/// The most bytes cached.
const CAPACITY: u64 = 8 * 1024 * 1024;
/// The time for which an unused piece is kept.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// The overhead of the cache per piece, in bytes.
const OVERHEAD: usize = 200;
/// The field in which a template finds the text of a piece.
pub(super) const FIELD: &str = "$piece";

/// A rendered piece of a page, printed by the partial that it is passed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    key: Key,
    text: Arc<str>,
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        if render::tells_keys() {
            map.serialize_entry(FIELD, &self.key)?;
        } else {
            map.serialize_entry(FIELD, &*self.text)?;
        }
        map.end()
    }
}

/// The pieces cached by one node.
pub(super) struct Pieces {
    kept: Cache<Key, Arc<str>>,
    pages: Cache<Key, Arc<PageText>>,
    digests: Digests,
}

impl Default for Pieces {
    fn default() -> Self {
        let weight = |bytes: usize| u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX);
        let kept = Cache::builder().weigher(move |_: &Key, text: &Arc<str>| weight(text.len()));
        let kept = kept.max_capacity(CAPACITY).time_to_idle(IDLE).build();
        let pages = Cache::builder().weigher(move |_: &Key, text: &Arc<PageText>| weight(text.bytes()));
        let pages = pages.max_capacity(CAPACITY).time_to_idle(IDLE).build();
        Self { kept, pages, digests: Digests::default() }
    }
}

impl Pieces {
    /// Forgets every piece and page: the templates have changed.
    pub(super) fn clear(&self) {
        self.kept.invalidate_all();
        self.pages.invalidate_all();
    }

    /// Returns the key of what is made of `of`.
    pub(super) fn key(&self, of: impl Hash) -> Key {
        self.digests.of(of)
    }

    pub(super) fn page(&self, key: &Key) -> Option<Arc<PageText>> {
        self.pages.get(key)
    }

    pub(super) fn keep_page(&self, key: Key, text: Arc<PageText>) {
        self.pages.insert(key, text);
    }

    /// Returns the number of cached pages.
    #[cfg(test)]
    pub(super) fn pages(&self) -> u64 {
        self.pages.run_pending_tasks();
        self.pages.entry_count()
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

impl RequestContext {
    /// Returns the template of `V` rendered with the result of `view`, as the partial of that name prints it, from
    /// the cache if it was rendered before.
    ///
    /// `of` is everything that the text depends on besides the language and the mount prefix: an id with the
    /// version of its row, names, marks, the reader's rights, and the [`age`](Self::age) of each time shown as a
    /// duration.
    ///
    /// # Errors
    /// Returns the error of the template.
    pub fn piece<V: View>(&self, of: &impl Hash, view: impl FnOnce() -> V) -> Result<Piece> {
        let of = (V::TEMPLATE, self.locale(), self.base(), of);
        self.0.atrium.shell().pieces.piece(of, || self.print_piece(&view()))
    }

    /// Returns the text that `make` computes, from the cache: for costly texts that are the same for everyone.
    /// `what` names the kind of text, `of` everything it depends on.
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
