//! The modules of the platform and their floors, as in ARCHITECTURE.md.

use std::path::Path;

use atrium_core::testing::assert_rooms_import_downwards;

#[test]
fn rooms_import_from_lower_floors_only() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("platform/src");
    assert_rooms_import_downwards(
        &source,
        &[
            &["clock", "error", "id"],
            &["config", "db", "slots"],
            &["audit", "secrets", "settings"],
            &["jobs"],
            &["credentials", "events"],
            &["directory"],
            &["access", "mail"],
            &[
                "catalogue",
                "directory/actions",
                "files",
                "jobs/actions",
                "mail/actions",
                "mail/replies",
                "notify",
                "settings/actions",
            ],
            &["finder", "login", "privacy", "webhooks"],
            &["search"],
            &["plugin"],
            &["platform"],
        ],
    );
}
