//! Tests of core's public API, a file per module.
//!
//! On SQLite by default; with `ATRIUM_TEST_POSTGRES_URL` set, the same on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod access;
mod account_page;
mod administration;
mod answers;
mod api;
mod catalogue;
mod directory;
mod durability;
mod edits;
mod events;
mod files;
mod host;
mod host_database;
mod indexing;
mod jobs;
mod locks;
mod login;
mod mail;
mod mistakes;
mod mounts;
mod neutral;
mod overload;
mod plans;
mod plugins;
mod privacy;
mod public_api;
mod python;
mod retention;
mod rooms;
mod secrets;
mod settings;
mod shell;
mod sign_in;
mod tasks;
mod templates;
mod theme;
mod webhooks;
