//! Ids of what the forum keeps.

atrium_core::id_type! {
    /// A category.
    pub struct CategoryId;
    /// A topic.
    pub struct TopicId;
    /// A post.
    pub struct PostId;
    /// A text that a post has had, or that is proposed for it.
    pub struct RevisionId;
    /// A flag.
    pub struct FlagId;
    /// Something that waits for a moderator.
    pub struct ReviewId;
}
