//! Ids of what the forum keeps.

atrium_core::id_type! {
    /// Identifies a category.
    pub struct CategoryId;
    /// Identifies a topic.
    pub struct TopicId;
    /// Identifies a post.
    pub struct PostId;
    /// Identifies a revision: a text that a post has had, or that is proposed for it.
    pub struct RevisionId;
    /// Identifies a flag.
    pub struct FlagId;
    /// Identifies an item of the review queue.
    pub struct ReviewId;
}
