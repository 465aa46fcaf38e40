//! The items that integrators and plugins can name, as `tests/public-api.txt` lists them.

use std::path::Path;

use atrium_core::testing::PublicApi;

/// Where a type of another library may stand: what a plugin with tables, pages or a server of its own must name.
const EXTENSION_POINTS: &[(&str, &str)] = &[
    ("atrium_core::plugin::Plugin::migrations", "sea_orm_migration"),
    ("atrium_core::db::Migrator::new", "sea_orm_migration"),
    ("atrium_core::db::SqlMigration::boxed", "sea_orm_migration"),
    ("atrium_core::db::Connection", "sea_orm"),
    ("atrium_core::db::Db::writer", "sea_orm"),
    ("atrium_core::db::count_rows", "sea_orm"),
    ("atrium_core::db::hear_statements", "sea_orm"),
    ("atrium_core::db::Db::subscribe", "tokio"),
    ("atrium_core::db::Db::join", "sea_orm"),
    ("atrium_core::db::Db::over", "sea_orm"),
    ("atrium_core::db::Joined::connection", "sea_orm"),
    ("atrium_core::Builder::database", "sea_orm"),
    ("atrium_core::PlatformBuilder::database", "sea_orm"),
    ("atrium_core::web::Builder::database", "sea_orm"),
    ("atrium_core::web::Routes::with_layer", "tower"),
    ("atrium_core::access::ItemColumns::", "sea_orm"),
    ("atrium_core::access::VisibilityColumns::", "sea_orm"),
    ("atrium_core::access::Visibility::condition", "sea_orm"),
    ("atrium_core::events::Worker::new", "tokio_util"),
    ("atrium_core::events::watch", "tokio_util"),
    ("atrium_core::Atrium::actor_layer", "axum"),
    ("atrium_core::Atrium::router", "axum"),
    ("atrium_core::Atrium::figures_router", "axum"),
    ("atrium_core::web::", "axum"),
    ("atrium_core::plugin::CommandDef::", "clap"),
    ("atrium_core::plugin::RunCommand::", "clap"),
    ("atrium_core::files::Files::", "futures"),
    ("atrium_core::web::live_answer", "futures"),
    ("atrium_core::web::FieldErrors", "indexmap"),
    ("atrium_core::web::Files::of", "rust_embed"),
    ("atrium_core::web::Server::serve", "tokio"),
    ("atrium_core::testing::", "axum"),
];

#[test]
fn the_public_items_are_those_of_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    PublicApi::of_core(root).extension_points(EXTENSION_POINTS).assert_is(&root.join("tests/public-api.txt"));
}
