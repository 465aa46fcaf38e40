//! The items that integrators can name, as `tests/public-api.txt` lists them.

use std::path::{Path, PathBuf};

use atrium_core::testing::PublicApi;

#[test]
fn the_public_items_are_those_of_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates: Vec<(&str, PathBuf)> = [
        ("atrium_help", "src"),
        ("atrium_core", "../atrium-core/src"),
        ("atrium_text", "../atrium-core/text/src"),
        ("atrium_markup", "../atrium-core/markup/src"),
        ("atrium_search", "../atrium-core/search/src"),
        ("atrium_platform", "../atrium-core/platform/src"),
        ("atrium_web", "../atrium-core/web/src"),
        ("atrium_account", "../atrium-core/account/src"),
        ("atrium_admin", "../atrium-core/admin/src"),
        ("atrium_testing", "../atrium-core/testing/src"),
    ]
    .map(|(name, source)| (name, root.join(source)))
    .into();
    let crates: Vec<_> = crates.iter().map(|(name, source)| (*name, source.as_path())).collect();
    PublicApi::of(&crates).assert_is(&root.join("tests/public-api.txt"));
}
