//! Tests of core's rooms through their public face, a file per room.
//!
//! On SQLite by default; with `ATRIUM_TEST_POSTGRES_URL` set, the same on PostgreSQL.

mod access;
mod catalogue;
mod directory;
mod events;
mod login;
mod shell;
