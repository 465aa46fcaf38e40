//! The tablet-loan desk: a plugin that a third party could have written, and the tutorial for those who will.
//!
//! A school that has joined the digital textbook scheme lends tablets of its own stock to pupils without equipment at
//! home; when the stock runs short it asks the Region, which delivers within its own. Mounting it is one line:
//!
//! ```no_run
//! # async fn example() -> atrium_core::Result<()> {
//! use atrium_core::Atrium;
//! use atrium_plugin_loans::Loans;
//!
//! let atrium = Atrium::builder().plugin(Loans::default()).build().await?;
//! # Ok(()) }
//! ```
//!
//! Read `plugin` first: all that the platform learns of us is there. Then one slice from the bottom up: [`desk`] has
//! its tables (`entity`), queries (`store`), rules (`actions`), input (`form`), pages (`view`) and URLs (`routes`).

pub mod desk;
mod permissions;
mod plugin;
mod record;
pub mod requests;
mod search;
mod upkeep;

pub use permissions::{DECIDE, MANAGE};
pub use plugin::Loans;
