//! The help over HTTP, on the real content.

mod judged;
mod reading;
mod sync;

use std::path::PathBuf;

use atrium_core::testing::TestSite;
use atrium_help::Help;

/// The folder of the real content.
fn content() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/aide")
}

/// A site with the real content, indexed.
async fn site() -> TestSite {
    let site = TestSite::builder().plugin(Help::from_dir(content())).start().await;
    site.settle().await;
    site
}
