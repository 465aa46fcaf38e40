//! What schools ask of the Region, and its decision. A school has one open request at a time; the Region grants no
//! more than was asked, nor more than it has left. Delivered tablets are registered at the desk like any other.

pub mod actions;
mod entity;
mod form;
pub(crate) mod routes;
pub mod store;
pub(crate) mod view;

use atrium_core::sea_orm;

pub use entity::{ActiveModel, Column, Entity, Model, State, region};
pub use form::{Decision, NewRequest};

atrium_core::id_type! {
    /// A school's request to the Region.
    pub struct RequestId;
}
