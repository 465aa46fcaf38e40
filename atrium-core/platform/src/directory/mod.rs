//! The establishment's directory: schools, groups and classes, people, memberships, guardians.
//!
//! It owns who exists and who belongs where. What they may do is `access`; how they prove who they are is `login`.

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
