//! `backup` and `restore`: from outside, beside a site that runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::demo::{PORTAL, get};
use crate::process::{Leashed, set_up};

/// A folder with a site's data in it, on SQLite whatever the other tests use.
struct Site {
    directory: TempDir,
}

impl Site {
    fn new() -> Self {
        let site = Self { directory: TempDir::new().unwrap() };
        set_up(&site.path("data"));
        // A node makes it anew.
        fs::remove_dir_all(site.path("data/search")).unwrap();
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(PORTAL);
        command.args(arguments).args(["--data-dir", "data"]).current_dir(self.directory.path());
        command.env_remove("ATRIUM_DATABASE_URL").output().unwrap()
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], word: &str) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(word), "no `{word}` in: {said}");
    }

    fn create(&self, login: &str) {
        self.done(&["user", "create", login, "--given", "Ada", "--family", login]);
    }

    /// Serves, once the address is known, until dropped.
    fn serve(&self) -> (Leashed, String) {
        let data = self.path("data");
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()];
        let (leashed, lines) = Leashed::start(PORTAL, &arguments);
        let address =
            lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ATRIUM listens on ").map(str::to_owned));
        (leashed, address.expect("an address is printed").replace("http://", ""))
    }
}

fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // A reader that is the last to leave cannot remove the journal.
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names
}

#[test]
fn a_backup_taken_beside_a_running_site_comes_back_whole() {
    let site = Site::new();
    let (leashed, address) = site.serve();
    site.create("avant");
    fs::create_dir(site.path("data/files")).unwrap();
    fs::write(site.path("data/files/piece"), "jointe").unwrap();
    let told = site.done(&["backup", "copie"]);
    assert!(told.contains("search index"), "{told}");
    assert_eq!(get(&address, "/healthz").0, 200);
    site.create("apres");
    assert_eq!(listed(&site.path("copie")), ["atrium.sqlite", "files", "secret.key"]);
    assert_eq!(listed(site.directory.path()), ["copie", "data"]);

    site.refused(&["backup", "copie"], "is there already");
    site.refused(&["backup", "data/copie"], "in the data directory");
    site.refused(&["restore", "copie"], "--replace");
    site.refused(&["restore", "copie", "--replace"], "stop the site");
    drop(leashed);

    fs::remove_file(site.path("data/files/piece")).unwrap();
    let key = fs::read_to_string(site.path("data/secret.key")).unwrap();
    // As a node does that starts without its database.
    fs::write(site.path("data/secret.key"), "5a".repeat(32)).unwrap();
    let told = site.done(&["restore", "copie", "--replace"]);
    assert!(told.contains("before-restore"), "{told}");
    assert!(!site.path("data/search").exists());
    assert_eq!(fs::read_to_string(site.path("data/files/piece")).unwrap(), "jointe");
    assert_eq!(fs::read_to_string(site.path("data/secret.key")).unwrap(), key, "the database's own key");
    site.done(&["user", "password", "avant"]);
    site.refused(&["user", "password", "apres"], "apres");
    let (_leashed, address) = site.serve();
    assert_eq!(get(&address, "/aide").0, 200);
}

#[test]
fn what_is_no_backup_or_a_newer_one_is_not_put_back() {
    let site = Site::new();
    site.create("avant");
    site.done(&["backup", "copie"]);
    site.refused(&["restore", "absent"], "is no backup");
    let mut mistyped = Command::new(PORTAL);
    mistyped.args(["restore", "copie", "--data-dir", "dta"]).env_remove("ATRIUM_DATABASE_URL");
    let mistyped = mistyped.current_dir(site.directory.path()).output().unwrap();
    let said = String::from_utf8_lossy(&mistyped.stderr);
    assert_eq!(mistyped.status.code(), Some(1), "{said}");
    assert!(said.contains("no data directory `dta`") && !site.path("dta").exists(), "{said}");
    let copy = site.path("copie/atrium.sqlite");
    let whole = fs::read(&copy).unwrap();
    fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    site.refused(&["restore", "copie", "--replace"], "copie/atrium.sqlite");
    fs::write(&copy, whole).unwrap();
    newer(&copy);
    site.refused(&["restore", "copie", "--replace"], "newer version");
    assert_eq!(listed(&site.path("data")), ["atrium.sqlite", "secret.key"]);
    // A node of this version does not start on it either.
    fs::rename(&copy, site.path("data/atrium.sqlite")).unwrap();
    site.refused(&["user", "password", "avant"], "m9999_later");
}

/// Has the database say that a later version has migrated it.
fn newer(database: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", database.display());
        let pools = atrium_core::db::Pools::default();
        let db = atrium_core::db::Db::connect(&url, pools, atrium_core::clock::Clock::system()).await.unwrap();
        let sql = "INSERT INTO atrium_migrations_core (version, applied_at) VALUES ('m9999_later', 1)";
        sea_orm::ConnectionTrait::execute_unprepared(db.writer(), sql).await.unwrap();
        db.close().await.unwrap();
    });
}

#[test]
fn a_journal_without_its_database_is_not_taken_for_the_backups() {
    let site = Site::new();
    site.create("avant");
    site.done(&["backup", "copie"]);
    site.create("apres");
    let file = |ending: &str| site.path(&format!("data/atrium.sqlite{ending}"));
    fs::remove_file(file("")).unwrap();
    fs::write(file("-wal"), "what another database wrote").unwrap();
    site.done(&["restore", "copie"]);
    assert!(!file("-wal").exists());
    site.done(&["user", "password", "avant"]);
    site.refused(&["user", "password", "apres"], "apres");
}

#[test]
fn on_a_server_its_own_tools_are_named_without_the_password() {
    let site = Site::new();
    let url = "postgres://u:geheim@127.0.0.1:1/d";
    let output = site.run(&["backup", "copie", "--database-url", url]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("pg_dump --format=custom --file='copie' --dbname='postgres://u@127.0.0.1:1/d'"), "{said}");
    assert!(!said.contains("geheim"), "{said}");
    let output = site.run(&["restore", "copie", "--database-url", url]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("pg_restore"));
}
