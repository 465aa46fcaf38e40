//! The online help, as a plugin: every ATRIUM function documented, found by everyone, shown as it holds for the reader.
//!
//! Content is a folder of Markdown, synchronised into the database ([`sync`]); each article is rendered once for all
//! readers and put together for each. It uses what every third party's plugin may use. Programs act through [`Help::of`]:
//! `help.content().sync(&actor, folder, removals)` and the other methods of [`HelpActions`], which check what pages check.
//!
//! ```no_run
//! # async fn example() -> atrium_core::Result<()> {
//! use atrium_core::Atrium;
//! use atrium_help::Help;
//!
//! let atrium = Atrium::builder().plugin(Help::from_dir("docs/aide")).build().await?;
//! # Ok(()) }
//! ```

pub mod articles;
mod calendar;
mod command;
pub mod content;
mod event_guard;
pub mod feedback;
mod kinds;
mod paths;
mod permissions;
mod pictures;
mod plugin;
mod privacy;
mod reading;
mod search;
mod settings;
mod source;
pub mod sync;

pub use permissions::{READ_FEEDBACK, SYNC, permissions};
pub use plugin::{Help, HelpActions};
