//! What the benches share: a made-up help of any size, the same for the same seed, and words to measure with.
//!
//! The benches themselves are in `benches/`, one file per subject; `docs/guide/benches.md` says what their figures mean.

pub mod corpus;
pub mod measure;
pub mod posts;
pub mod region;

use std::path::PathBuf;

/// The services that the real help is about.
pub const SERVICES: &str = include_str!("../../examples/portal/services.toml");

/// The roles that the real help names.
pub const ROLES: &str = include_str!("../../examples/portal/roles.toml");

/// Returns the folder of the real help.
#[must_use]
pub fn real_help() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/aide")
}

/// Returns the judged questions over the real help, as they were typed.
///
/// # Panics
/// They are not beside the benches.
#[must_use]
pub fn judged_questions() -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../atrium-help/tests/data/judged-queries.tsv");
    let text = std::fs::read_to_string(path).expect("the judged questions are beside the benches");
    text.lines().filter_map(|line| line.split('\t').nth(1)).map(str::to_owned).collect()
}
