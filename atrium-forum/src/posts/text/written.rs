//! What the database holds of a text, read in this room alone.

use std::fmt;

use atrium_core::markup::named_quotations;
use sea_orm::DeriveValueType;

use super::source::{self, Source};
use crate::posts::Body;
use crate::topics::TopicId;

/// How often a text is read again for quotations that appear when others are gone.
const ROUNDS: usize = 4;

/// A text as it was typed. It may quote what its reader may not read.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub(crate) struct Written(String);

/// A text rendered, as the database keeps it.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub(crate) struct Kept(String);

impl Written {
    /// Creates the text that a person typed.
    pub(crate) fn of(body: &Body) -> Self {
        Self(body.as_str().to_owned())
    }

    /// Creates a text put together from parts of others, which are not shown here.
    pub(super) fn joined(text: String) -> Self {
        Self(text)
    }

    /// Returns the text without the quotations that name their source: the author's own words, for all who see the post.
    #[must_use]
    pub(crate) fn own_words(&self) -> String {
        let mut own = self.0.clone();
        for _ in 0..ROUNDS {
            // Which topic it stands in decides which post is named, not whether one is.
            let named = named_quotations(&own, |href| Source::read(href, TopicId::default()).is_some());
            if named.is_empty() {
                return own;
            }
            own = source::without(&own, named);
        }
        String::new()
    }

    /// Returns the size in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.whole().len()
    }

    /// Returns the text as it is.
    pub(super) fn whole(&self) -> &str {
        &self.0
    }
}

impl Kept {
    pub(super) fn of(html: &str) -> Self {
        Self(html.to_owned())
    }

    /// Returns the size in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.whole().len()
    }

    pub(super) fn whole(&self) -> &str {
        &self.0
    }
}

/// Comparing tells no more than the caller knows.
impl PartialEq<str> for Written {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Written {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Written({} bytes)", self.0.len())
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({} bytes)", self.0.len())
    }
}
