//! What people see and change of themselves: who they are here, their roles, their sessions, their password.

mod agent;
mod routes;
mod view;

pub(super) use routes::declare;
