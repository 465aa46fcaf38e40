//! Roles, rights, visibility.

mod custom_roles;
mod delegation;
mod items;
mod loading;
mod paging;
mod random;
mod reference;
mod rights;
mod roles;
mod visibility;
