//! The moderated forum of the ATRIUM assistance: a plugin of `atrium-core` like any third party's.
//!
//! [`Forum`] is the plugin. Programs act through [`Forum::of`]: `forum.topics().create(&actor, new)` and the other methods of
//! [`ForumActions`], which check what pages check.
//!
//! What somebody may see is decided in one place ([`Reader`], `visibility`); topics and posts
//! change their state in one place.

mod attachments;
mod audience;
pub mod categories;
mod counters;
mod event_guard;
pub mod flags;
mod follow;
mod ids;
mod mentions;
mod names;
mod notices;
pub mod permissions;
mod plugin;
pub mod posts;
mod privacy;
mod rate_limit;
mod reader;
mod record;
mod replies;
pub mod review;
mod search;
mod settings;
mod state;
mod subjects;
pub mod topics;
pub(crate) mod transition;
mod visibility;

pub use audience::{Audience, Audiences};
pub use counters::Drift;
pub use plugin::{Forum, ForumActions};
pub use reader::Reader;
pub use state::State;
