//! The rooms of the help and their floors, as ARCHITECTURE.md draws them.

use std::path::Path;

use atrium_core::testing::assert_rooms_import_downwards;

#[test]
fn rooms_import_from_lower_floors_only() {
    assert_rooms_import_downwards(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &[
            &["calendar", "kinds", "paths", "permissions", "privacy", "settings"],
            &["content"],
            &["articles", "source"],
            &["event_guard", "feedback", "pictures"],
            &["reading", "search", "sync"],
            &["command"],
            &["plugin"],
        ],
    );
}
