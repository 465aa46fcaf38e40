//! The rooms of the forum and their floors, as ARCHITECTURE.md draws them.

use std::path::Path;

use atrium_core::testing::assert_rooms_import_downwards;

#[test]
fn rooms_import_from_lower_floors_only() {
    assert_rooms_import_downwards(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &[
            &["privacy", "settings"],
            &["audience", "ids", "names", "rate_limit", "permissions", "state"],
            &["categories", "follow"],
            &["topics"],
            &["posts", "visibility"],
            &["categories/contents", "counters", "flags", "mentions", "reader", "record"],
            &[
                "attachments",
                "categories/actions",
                "event_guard",
                "follow/actions",
                "notices",
                "review",
                "search",
                "subjects",
            ],
            &["posts/text/quote", "posts/text/sight", "posts/view", "transition"],
            &["categories/defaults", "flags/actions", "posts/actions"],
            &["replies", "topics/actions", "topics/marks"],
            &["categories/pages", "review/actions"],
            &["topics/pages"],
            &["posts/pages"],
            &["flags/pages", "review/pages"],
            &["plugin"],
        ],
    );
}
