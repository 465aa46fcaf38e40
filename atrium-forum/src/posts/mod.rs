//! Posts: writing, editing, their revisions, and their text as HTML.
//!
//! What a post says is read through the module `text` only. A post knows its topic. Its state changes in
//! `transition` only.

pub mod actions;
mod diff;
mod entity;
mod form;
mod in_topic;
pub(crate) mod pages;
mod post;
mod rule;
pub(crate) mod store;
pub(crate) mod text;
pub(crate) mod view;

use atrium_core::db::Db;

pub(crate) use diff::{Piece, changes};
pub(crate) use entity::post::{ActiveModel, Column, Entity};
pub(crate) use entity::revision::{self, Model as Revision};
pub(crate) use form::Write;
pub use form::{Body, Reason, WriteKey};
pub(crate) use post::RevisionState;
pub use post::{Post, Quality, StateCause};
pub(crate) use text::{Html, Source, render};
pub(crate) use text::{Kept, Written};

pub use crate::ids::{PostId, RevisionId};

/// Posts on one page of a topic.
pub(crate) const PAGE: u64 = crate::topics::POSTS_ON_PAGE;

/// Writes, changes and moderates posts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Posts {
    db: Db,
}

impl Posts {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
