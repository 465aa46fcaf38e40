//! What the benches share: a made-up help of any size, the same for the same seed, and words to measure with.
//!
//! The benches themselves are in `benches/`, one file per subject; `docs/guide/benches.md` says what their figures mean.

pub mod corpus;
pub mod measure;
pub mod region;

use std::path::PathBuf;

/// The folder of the real help.
#[must_use]
pub fn real_help() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/aide")
}
