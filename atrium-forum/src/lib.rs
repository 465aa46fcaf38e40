//! The moderated forum of the ATRIUM assistance: a plugin of `atrium-core` like any third party's.
//!
//! [`Forum`] is the plugin. Programs act through the slices' `actions`, which check what pages check:
//! [`topics::actions::ask`], [`posts::actions::reply`], [`posts::actions::edit`], [`topics::marks::mark`],
//! [`flags::actions::flag`], [`review::actions::decide`], [`categories::actions::create`].
//!
//! What somebody may see is decided in one place ([`Reader`], `visibility`); topics and posts
//! change their state in one place.

mod audience;
pub mod categories;
mod counters;
pub mod flags;
pub mod follow;
mod ids;
mod names;
pub mod permissions;
mod plugin;
pub mod posts;
mod privacy;
mod rate_limit;
mod reader;
mod record;
pub mod review;
mod search;
mod settings;
mod state;
mod subjects;
pub mod topics;
pub(crate) mod transition;
mod visibility;

pub use audience::{Audience, Audiences};
pub use counters::{Drift, drift, reconcile};
pub use plugin::Forum;
pub use reader::Reader;
pub use state::State;
