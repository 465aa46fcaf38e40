//! "Was this useful?": one answer per reading, with an optional comment. No name is asked for, none is shown.

mod actions;
mod entity;
pub mod store;

pub use actions::{LONGEST_COMMENT, NewFeedback, give};
pub use entity::{Column, Entity, Model};

atrium_core::id_type! {
    /// An opinion on an article.
    pub struct FeedbackId;
}
