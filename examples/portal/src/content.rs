//! The help's content, in the binary.

use atrium_core::web::Files;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../docs/aide/"]
#[include = "*.md"]
#[include = "*.png"]
#[include = "*.jpg"]
#[include = "*.webp"]
#[include = "*.svg"]
struct Content;

/// The name under which the platform's own content is kept.
pub(crate) const ROOT: &str = "aide";

/// Returns every article and picture of `docs/aide`.
pub(crate) fn files() -> Files {
    Files::of::<Content>()
}
