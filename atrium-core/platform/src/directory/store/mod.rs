//! Queries of the directory.

mod members;
mod people;
mod schools;

pub(crate) use members::schools_of;
pub(super) use members::{count_members, in_group};
pub use members::{
    group, groups, groups_by_id, groups_of, has_members, members, members_among, membership, memberships,
    memberships_of,
};
pub(super) use people::{answering_for, count_people, list_people};
pub(crate) use people::{
    bump_epochs, identities_of, identity, identity_of_subject, lock_person, person_by_identity, person_by_source_key,
};
pub use people::{children, guardians, identities, people, person};
pub(crate) use schools::unknown_schools;
pub use schools::{
    all_traits, establishment, establishment_by_uai, establishments, establishments_by_id, establishments_by_uai,
    has_establishments, sector, sector_schools, sectors, sectors_by_id, traits,
};
