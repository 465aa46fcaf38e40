//! Categories: who may see, ask and answer there, and how much is reviewed first.
//!
//! A category knows nothing of topics but their numbers.

pub mod actions;
pub(crate) mod api;
mod entity;
mod form;
mod routes;
pub(crate) mod store;
mod view;

pub(crate) use api::declare as declare_api;
pub(crate) use entity::ActiveModel;
pub use entity::{Category, Column, Entity, Moderation};
pub use form::{CategoryInput, Name, Slug};
pub(crate) use routes::{MANAGE, declare};

atrium_core::id_type! {
    /// A category.
    pub struct CategoryId;
}
