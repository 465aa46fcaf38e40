//! The account page: a person's identity, roles, sessions and password.

mod agent;
mod routes;
mod view;

pub(super) use routes::declare;
