//! "Was this useful?": one answer per reading, with an optional comment. A school's digital referent reads those of
//! that school, the help's authors and the Region all of them. Names are neither asked for nor shown.

mod actions;
mod api;
mod entity;
mod routes;
mod row;
pub(crate) mod store;
mod view;
mod visibility;

use atrium_core::db::Db;

pub use actions::{ArticleOpinions, NewFeedback};
pub(crate) use entity::{opinion, school};
pub use row::Opinion;

pub(crate) use api::declare as declare_api;
pub(crate) use routes::declare;

use atrium_core::jobs::{Pruning, ScheduledJob};

use crate::settings::KEEP_OPINIONS;

/// Forgets opinions after the days of [`KEEP_OPINIONS`].
pub(crate) fn forgetting() -> ScheduledJob {
    Pruning::by_setting("atrium_help_feedback", "id", "at", &KEEP_OPINIONS).nightly("help.opinions")
}

atrium_core::id_type! {
    /// An opinion on an article.
    pub struct FeedbackId;
}

/// Whether an article was useful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was.
    Useful,
    /// It was not.
    NotUseful,
}

impl Verdict {
    /// Returns the value that the buttons below an article send.
    pub(crate) fn from_form(value: &str) -> Option<Self> {
        match value {
            "yes" => Some(Self::Useful),
            "no" => Some(Self::NotUseful),
            _ => None,
        }
    }
}

/// How many found an article useful, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// It helped them.
    pub useful: u64,
    /// It did not.
    pub not_useful: u64,
}

/// Which opinions are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those with a comment.
    WithComment,
    /// Those of readers who were not helped by the article.
    NotUseful,
}

/// Where opinions are read.
pub(crate) const PATH: &str = "/administration/aide/avis";

/// Returns the path of the opinions on one article.
pub(crate) fn article_path(collection: &str, slug: &str) -> String {
    format!("{PATH}/{collection}/{slug}")
}

/// Gives opinions on articles, and reads them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Feedback {
    db: Db,
}

impl Feedback {
    pub(crate) fn of(db: &Db) -> Self {
        Self { db: db.clone() }
    }
}
