//! Queries of the directory.

mod group_rows;
mod person_rows;
mod school_rows;

pub(crate) use group_rows::schools_of;
pub(super) use group_rows::{count_members, in_group};
pub use group_rows::{
    group, groups, groups_by_id, groups_of, has_members, members, members_among, membership, memberships,
    memberships_of,
};
pub(super) use person_rows::{answering_for, count_people, list_people};
pub(crate) use person_rows::{
    bump_epochs, identities_of, identity, identity_of_subject, lock_person, person_by_identity, person_by_source_key,
};
pub use person_rows::{children, guardians, identities, people, people_called, person};
pub(crate) use school_rows::unknown_schools;
pub use school_rows::{
    all_traits, establishment, establishment_by_uai, establishments, establishments_by_id, establishments_by_uai,
    has_establishments, sector, sector_schools, sectors, sectors_by_id, traits,
};
