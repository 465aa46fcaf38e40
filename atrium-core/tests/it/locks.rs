//! Advisory locks have names, and every purpose has a number of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use atrium_core::db::Lock;
use atrium_core::testing::TestDatabase;

/// Returns every source file of the workspace's crates.
fn sources() -> Vec<(PathBuf, String)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders = vec![workspace.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

#[test]
fn every_lock_has_a_name_and_a_number_of_its_own() {
    let mut keys = BTreeMap::new();
    for (path, text) in sources().iter().filter(|(path, _)| path.components().any(|part| part.as_os_str() == "src")) {
        let own = path.ends_with("db/locks.rs") || path.ends_with("db/horizon.rs");
        assert!(own || !text.contains("pg_advisory"), "{} takes an advisory lock without a name", path.display());
        for (_, rest) in text.match_indices("const ").map(|(at, _)| text.split_at(at)) {
            let line = rest.lines().next().unwrap_or_default();
            let Some((_, name)) = line.split_once("Lock = Lock::named(\"") else { continue };
            let name: &'static str = name.split('"').next().unwrap().to_owned().leak();
            let other = keys.insert(Lock::named(name).key(), name);
            assert_eq!(other, None, "`{name}` in {}", path.display());
        }
    }
    assert!(keys.len() >= 5, "{keys:?}");
}

#[tokio::test]
async fn a_lock_keeps_others_waiting_and_hinders_no_other_lock() {
    const FIRST: Lock = Lock::named("test.first");
    const SECOND: Lock = Lock::named("test.second");
    let db = TestDatabase::new().await;
    if !db.is_postgres() {
        eprintln!("not run: SQLite has one node; set ATRIUM_TEST_POSTGRES_URL");
        return;
    }
    let there = db.second_node().await;
    let held = db.advisory_lock(&FIRST).await.unwrap();
    there.advisory_lock(&SECOND).await.unwrap().end().await.unwrap();
    let waits = tokio::spawn({
        let there = there.clone();
        async move { there.advisory_lock(&FIRST).await.unwrap().end().await.unwrap() }
    });
    tokio::task::yield_now().await;
    assert!(!waits.is_finished());
    held.end().await.unwrap();
    waits.await.unwrap();
    there.close().await.unwrap();
}
