//! What the terminal says of a database that cannot be used: its cause, and what to do about it.

use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::demo::PORTAL;

/// Every command that opens the database.
const COMMANDS: [&[&str]; 7] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["demo", "--listen", "127.0.0.1:0"],
    &["doctor"],
    &["user", "password", "admin"],
    &["help", "sync"],
    &["search", "reindex"],
    &["forum", "reconcile"],
];

/// The id of a user without rights on files of others.
const STRANGER: u32 = 65_534;

#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &*String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{command:?} did not fail: {said}");
    assert!(!said.contains("pool timed out"), "{said}");
    assert!(!said.contains("geheim"), "{said}");
    said
}

#[track_caller]
fn names(arguments: &[&str], url: &str, words: &[&str]) {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(PORTAL);
    command.args(arguments).args(["--database-url", url, "--data-dir", "data"]).current_dir(directory.path());
    let said = said(&mut command);
    for word in words {
        assert!(said.contains(word), "no `{word}` of {arguments:?} in: {said}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named_by_each_command() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://atrium:geheim@127.0.0.1:{port}/atrium");
    std::thread::scope(|scope| {
        for command in COMMANDS {
            let place = format!("no server listens on `127.0.0.1:{port}`");
            let url = &url;
            scope.spawn(move || names(command, url, &[&place, "start PostgreSQL"]));
        }
    });
}

#[test]
fn an_unknown_host_and_what_is_no_postgresql_are_named() {
    names(&["doctor"], "postgres://atrium:geheim@nulle-part.invalid/atrium", &["host `nulle-part.invalid`", "DNS"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://atrium:geheim@{}/atrium", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    names(&["doctor"], &url, &["PostgreSQL"]);
    drop(answering);
}

#[test]
fn an_unknown_database_and_a_refused_connection_are_named() {
    let Ok(server) = std::env::var("ATRIUM_TEST_POSTGRES_URL") else { return };
    let mut url: url::Url = server.parse().unwrap();
    url.set_path("nulle_part");
    for command in COMMANDS {
        names(command, url.as_str(), &["there is no database `nulle_part`", "createdb nulle_part"]);
    }
    url.set_query(Some("sslmode=require"));
    names(&["doctor"], url.as_str(), &["no TLS connection", "`sslmode`"]);
    url.set_query(None);
    url.set_username("personne").unwrap();
    names(&["doctor"], url.as_str(), &["the user `personne`"]);
}

#[test]
fn a_folder_that_is_not_there_and_a_file_of_something_else_are_named() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| format!("sqlite://{}", directory.path().join(name).display());
    names(
        &["user", "password", "admin"],
        &path("absent/a.sqlite"),
        &["absent/a.sqlite", "there is no database", "`serve`"],
    );
    fs::create_dir(directory.path().join("folder")).unwrap();
    names(&["doctor"], &path("folder"), &["is a folder"]);
    fs::write(directory.path().join("text"), "nothing that SQLite reads, though long enough to be looked at").unwrap();
    for command in COMMANDS {
        names(command, &path("text"), &["is not a SQLite database"]);
    }
}

/// Returns the output of the program run by a user without rights. The program is read from an open file: its
/// folder may be closed to them.
fn said_to_a_stranger(arguments: &[&str], data: &Path) -> String {
    let mut command = Command::new(PORTAL);
    if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        command = Command::new("/proc/self/fd/0");
        command.stdin(Stdio::from(File::open(PORTAL).unwrap())).uid(STRANGER).gid(STRANGER);
    }
    said(command.args(arguments).arg("--data-dir").arg(data).current_dir("/"))
}

#[test]
fn files_and_folders_of_others_are_named() {
    let directory = TempDir::new().unwrap();
    let open = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    open(directory.path(), 0o755);
    let data = directory.path().join("data");
    fs::create_dir(&data).unwrap();
    let reconcile = ["forum", "reconcile"];
    crate::process::set_up(&data);
    // It leaves no journal beside the database, as a node may.
    let done = Command::new(PORTAL).args(reconcile).arg("--data-dir").arg(&data).current_dir("/").output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let file = data.join("atrium.sqlite");

    open(&data, 0o755);
    open(&file, 0o444);
    let told = said_to_a_stranger(&reconcile, &data);
    assert!(told.contains("may not read and write the file"), "{told}");
    open(&file, 0o666);
    open(&data, 0o555);
    let told = said_to_a_stranger(&reconcile, &data);
    assert!(told.contains("may not write in the folder"), "{told}");
    open(directory.path(), 0o555);
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let told = said_to_a_stranger(&serve, &directory.path().join("new"));
    assert!(told.contains("data directory") && told.contains("--data-dir"), "{told}");
    open(directory.path(), 0o755);
}
