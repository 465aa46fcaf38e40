//! Roles, rights, visibility.

mod custom_roles;
mod delegation;
mod items;
mod loading;
mod of_region;
mod paging;
mod places;
mod random;
mod reference;
mod rights;
mod roles;
mod visibility;
