//! The establishment's directory: schools, groups and classes, people, memberships, guardians.
//!
//! It owns who exists and who belongs where. `access` decides what people may do; `login` decides how they prove
//! who they are.

pub mod actions;
mod entity;
mod names;
mod rows;
pub(crate) mod store;
mod uai;
mod words;

pub use crate::id::{EstablishmentId, GroupId, IdentityId, MembershipId, PersonId, SectorId};
pub(crate) use entity::{
    establishment, establishment_trait, group, group_member, guardian, identity, membership, person, sector,
    sector_establishment, unknown_school,
};
pub use names::fold;
pub(crate) use names::{InvalidName, PersonName};
pub use rows::{
    Establishment, EstablishmentKind, Group, GroupKind, Identity, Membership, Person, PersonStatus, Profile, Sector,
};
pub use store::{
    all_traits, children, establishment, establishment_by_uai, establishments, establishments_by_id,
    establishments_by_uai, group, groups, groups_by_id, groups_of, guardians, has_establishments, has_members,
    identities, members, members_among, membership, memberships, memberships_of, people, people_called, person, sector,
    sector_schools, sectors, sectors_by_id, traits,
};
pub use uai::{InvalidUai, Uai};
