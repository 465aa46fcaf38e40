//! The account page: a person's identity, roles, sessions, password and API tokens.

mod agent;
mod api;
mod routes;
mod tokens;
mod view;

pub(super) use routes::declare;
