//! Roles, rights, visibility.

mod roles;
