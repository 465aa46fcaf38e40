//! Numbers kept beside a category.

/// What a topic adds to the numbers of its category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) topics_public: i64,
    pub(crate) topics_staff: i64,
    pub(crate) posts_public: i64,
    pub(crate) posts_staff: i64,
}

impl Share {
    /// Returns what this share has more than `other`.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            topics_public: self.topics_public - other.topics_public,
            topics_staff: self.topics_staff - other.topics_staff,
            posts_public: self.posts_public - other.posts_public,
            posts_staff: self.posts_staff - other.posts_staff,
        }
    }
}
