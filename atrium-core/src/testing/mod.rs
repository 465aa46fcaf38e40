//! What tests of this workspace and of plugin authors stand on: fresh databases, people, actors.

mod database;

pub use database::TestDatabase;
