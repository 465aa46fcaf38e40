//! The establishment's directory: schools, groups and classes, people, memberships, guardians.
//!
//! It owns who exists and who belongs where. `access` decides what people may do; `login` decides how they prove
//! who they are.

pub mod actions;
mod entity;
mod names;
pub mod store;
mod uai;
mod words;

pub use crate::id::{EstablishmentId, GroupId, MembershipId, PersonId};
pub use entity::{establishment, establishment_trait, group, group_member, guardian, membership, person};
pub use names::{InvalidName, PersonName, fold};
pub use uai::{InvalidUai, Uai};
