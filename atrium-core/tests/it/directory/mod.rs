//! Schools, groups, people and their memberships, as permitted and as denied actors.

mod acts;
mod hosts;
mod identities;
mod knowing;
mod migrated;
mod sectors;
mod sources;
