//! The items that integrators can name, as `tests/public-api.txt` lists them.

use std::path::Path;

use atrium_core::testing::PublicApi;

#[test]
fn the_public_items_are_those_of_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let api = PublicApi::on_core("atrium_forum", &root.join("src"), &root.join("../atrium-core"));
    api.assert_is(&root.join("tests/public-api.txt"));
}
