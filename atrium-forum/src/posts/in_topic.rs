//! What a post changes in the row of the topic that it stands in: the newest post, and the marks that stand on it.

use super::{Post, PostId};
use crate::topics;

impl topics::Topic {
    /// Makes this post, as it reads now, the accepted answer.
    pub(crate) fn accept(&mut self, post: Option<&Post>) {
        self.accepted_post_id = post.map(|post| post.id);
        self.accepted_revision = post.map(|post| post.revision);
    }

    /// Returns `true` if this post, the accepted answer, was rewritten since it was accepted.
    pub(crate) fn is_rewritten(&self, post: &Post) -> bool {
        self.accepted_post_id == Some(post.id) && self.accepted_revision.is_some_and(|read| read < post.revision)
    }

    /// Shows `post` as the newest visible one, when it is.
    pub(crate) fn show_last(&mut self, post: &Post) {
        if post.number >= self.last_visible_number {
            self.show_last_of(post);
        }
    }

    /// Shows `post` as the newest visible one.
    pub(crate) fn show_last_of(&mut self, post: &Post) {
        self.last_visible_number = post.number;
        self.last_visible_author_id = post.author_id;
        self.last_visible_at = post.created_at;
        self.last_visible_post_id = post.id;
    }

    /// Takes its marks off `post`; returns `true` if it was the accepted answer.
    pub(crate) fn unmark(&mut self, post: PostId) -> bool {
        let (accepted, official) = (self.accepted_post_id == Some(post), self.official_post_id == Some(post));
        if accepted {
            self.accept(None);
        }
        if official {
            self.official_post_id = None;
        }
        if accepted || official {
            self.version += 1;
        }
        accepted
    }
}
