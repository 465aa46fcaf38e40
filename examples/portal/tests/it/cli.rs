//! The command line: what it starts, how it ends, how it refuses.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::demo::{PORTAL, Printed, arguments, get, server_database};
use crate::process::{Leashed, set_up, set_up_with};

/// A run of the portal that is killed when its test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, when the test went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns a directory of the run's own, where no `atrium.toml` stands.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (Output, String) {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(PORTAL);
    command.args(arguments).envs(variables.iter().copied()).current_dir(directory.path());
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    (output, said)
}

#[track_caller]
fn refuses(arguments: &[&str], variables: &[(&str, &str)], named: &[&str]) {
    let (output, said) = run(arguments, variables);
    assert!(!output.status.success(), "{arguments:?} {variables:?} did not fail: {said}");
    for word in named {
        assert!(said.contains(word), "no `{word}` in: {said}");
    }
}

#[test]
fn whoever_stops_reading_stops_nothing() {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(PORTAL);
    command.arg("doctor").current_dir(directory.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    drop(running.stdout.take());
    let output = running.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn the_demo_serves_and_ends_well_when_asked() {
    let database = server_database();
    let mut command = Command::new(PORTAL);
    let mut running = Running(command.args(arguments(database.as_ref())).stdout(Stdio::piped()).spawn().unwrap());
    let printed = Printed::read(BufReader::new(running.0.stdout.take().unwrap()).lines());

    for (path, text) in [("/", "ATRIUM"), ("/aide", "<h1>"), ("/recherche?q=casier", "casier"), ("/healthz", "")] {
        let (status, body) = get(&printed.address, path);
        assert_eq!(status, 200, "{path}: {body}");
        assert!(body.contains(text), "no `{text}` at {path}: {body}");
    }
    assert_eq!(get(&printed.address, "/nulle-part").0, 404);

    let asked = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}

#[test]
fn an_unknown_setting_is_named() {
    refuses(&["doctor"], &[("ATRIUM_LISTEM", "127.0.0.1:0")], &["listem"]);
}

#[test]
fn a_value_that_cannot_be_used_is_named_with_what_is_allowed() {
    refuses(&["doctor"], &[("ATRIUM_SESSION_HOURS", "0")], &["session_hours", "`0`", "1 to 2160"]);
    refuses(&["doctor"], &[("ATRIUM_LISTEN", "partout")], &["listen", "partout", "expected"]);
    refuses(&["doctor", "--database-url", "mysql://h"], &[], &["database_url", "mysql://", "postgres://", "sqlite://"]);
}

#[test]
fn a_command_line_that_cannot_be_read_says_what_is_expected() {
    refuses(&["doctor", "--listen", "partout"], &[], &["partout", "--listen <ADDR:PORT>"]);
    refuses(&["demos"], &[], &["demos", "demo"]);
    refuses(&["doctor", "--config", "absent.toml"], &[], &["absent.toml", "cannot be read"]);
}

#[test]
fn the_configuration_file_is_read_and_its_mistakes_named() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("atrium.toml");
    std::fs::write(&file, "requests_per_second = 0\n").unwrap();
    refuses(&["doctor", "--config", file.to_str().unwrap()], &[], &["requests_per_second", "`0`", "at least 1"]);
}

#[test]
fn our_own_help_content_has_no_problem() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/aide");
    let (output, said) = run(&["help", "check", folder.to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains(" 0 problems"), "{said}");
}

#[test]
fn a_broken_help_file_is_said_with_its_place() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("casier")).unwrap();
    std::fs::write(folder.path().join("casier/casse.md"), "---\ntitle: [\n---\nTexte\n").unwrap();
    let (output, said) = run(&["help", "check", folder.path().to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("error    casier/casse.md:"), "{said}");
    std::fs::write(folder.path().join("casier/casse.md"), "---\ntitle: A\nsumary: B\n---\nTexte\n").unwrap();
    let (output, said) = run(&["help", "check", folder.path().to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("1 problems (0 errors, 1 warnings)"), "{said}");
}

#[test]
fn without_a_folder_the_content_of_the_binary_is_checked() {
    let (output, said) = run(&["help", "check"], &[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains(" 0 problems"), "{said}");
}

#[test]
fn a_forum_whose_numbers_are_right_is_left_as_it_is() {
    let data = TempDir::new().unwrap();
    set_up(data.path());
    let (output, said) = run(&["forum", "reconcile", "--data-dir", data.path().to_str().unwrap()], &[]);
    assert!(output.status.success(), "{said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "0 repaired\n");
}

#[test]
fn a_folder_that_lost_its_articles_is_refused_unless_it_is_meant() {
    let (content, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let article = content.path().join("casier/rendre.md");
    std::fs::create_dir(content.path().join("casier")).unwrap();
    std::fs::write(&article, "---\ntitle: Rendre\n---\nTexte\n").unwrap();
    set_up(data.path());
    let data = data.path().to_str().unwrap();
    let sync = ["help", "sync", content.path().to_str().unwrap(), "--as", "local", "--data-dir", data];
    let (output, said) = run(&sync, &[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    std::fs::remove_file(article).unwrap();
    let (output, said) = run(&sync, &[]);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("`local`") && said.contains("--allow-removals"), "{said}");
    let (output, said) = run(&[&sync[..], &["--allow-removals"]].concat(), &[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("1 removed"), "{said}");
}

#[test]
fn the_folder_that_is_served_is_synchronised_under_the_name_it_is_served_as() {
    let (root, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = root.path().join("content");
    std::fs::create_dir_all(content.join("casier")).unwrap();
    std::fs::write(content.join("casier/rendre.md"), "---\ntitle: Rendre\n---\nTexte\n").unwrap();
    let arguments = ["--content", content.to_str().unwrap()];
    set_up_with(data.path(), &arguments);
    let (content, data) = (content.to_str().unwrap(), data.path().to_str().unwrap());
    let around = format!("{content}/../content");
    let served = ["help", "sync", &around, "--content", content, "--data-dir", data];
    let (output, said) = run(&served, &[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for variables in [&[("ATRIUM_CONTENT", content)][..], &[]] {
        for command in ["check", "sync"] {
            let (output, said) = run(&["help", command, content, "--data-dir", data], variables);
            let told = String::from_utf8(output.stdout).unwrap();
            match variables {
                [] => assert!(said.contains("`--as aide`") && output.status.code() == Some(2), "{said}"),
                _ => assert!(told.contains("1 unchanged") && output.status.success(), "{told} {said}"),
            }
        }
    }
}

#[test]
fn each_command_explains_itself() {
    for command in [
        &["serve"][..],
        &["demo"],
        &["help", "sync"],
        &["help", "check"],
        &["search", "reindex"],
        &["forum", "reconcile"],
        &["backup"],
        &["restore"],
        &["key", "replace"],
        &["doctor"],
    ] {
        let (output, said) = run(&[command, &["--help"]].concat(), &[]);
        assert!(output.status.success(), "{command:?}: {said}");
    }
}

#[test]
fn a_mistyped_data_directory_is_said_and_none_is_made() {
    let directory = TempDir::new().unwrap();
    let backup = directory.path().join("backup");
    for (place, name) in [("absent", "absent"), ("empty", "empty")] {
        if place == "empty" {
            std::fs::create_dir(directory.path().join(place)).unwrap();
        }
        for command in [
            &["user", "create", "ada", "--given", "Ada", "--family", "Ly"][..],
            &["user", "password", "ada"],
            &["role", "grant", "ada", "platform_admin", "--reason", "essai"],
            &["role", "revoke", "ada", "platform_admin", "--reason", "essai"],
            &["role", "explain", "ada", "core.audit.read"],
            &["help", "sync"],
            &["search", "reindex"],
            &["forum", "reconcile"],
            &["backup", backup.to_str().unwrap()],
            &["key", "replace"],
            &["doctor"],
        ] {
            let mut run = Command::new(PORTAL);
            let run = run.args(command).args(["--data-dir", place]).env_remove("ATRIUM_DATABASE_URL");
            let output = run.current_dir(directory.path()).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(!output.status.success(), "{command:?}: {said}");
            assert!(said.contains("there is no database") && said.contains(name), "{command:?}: {said}");
            assert!(!directory.path().join("absent").exists(), "{command:?}");
            assert!(!directory.path().join("empty/atrium.sqlite").exists(), "{command:?}");
        }
    }
}

/// Returns the output of `doctor` about a site, and its exit code.
fn doctor(data: &Path) -> (Option<i32>, String) {
    let mut run = Command::new(PORTAL);
    let output = run.args(["doctor", "--data-dir"]).arg(data).env_remove("ATRIUM_DATABASE_URL").output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_doctor_finds_damaged_pages() {
    use std::os::unix::fs::FileExt;
    let data = TempDir::new().unwrap();
    set_up(data.path());
    assert_eq!(doctor(data.path()).0, Some(0), "{}", doctor(data.path()).1);
    let file = std::fs::File::options().write(true).open(data.path().join("atrium.sqlite")).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    for page in pages / 3..pages / 3 + 40 {
        file.write_all_at(&[0xa5; 4096], page * 4096).unwrap();
    }
    let (code, said) = doctor(data.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("FAILURE  database") && said.contains("damaged") && said.contains("restore a backup"),
        "{said}"
    );
}

#[test]
fn the_doctor_refuses_a_schema_of_a_newer_version_and_an_impossible_place() {
    let data = TempDir::new().unwrap();
    set_up(data.path());
    let url = format!("sqlite://{}", data.path().join("atrium.sqlite").display());
    let sql = "INSERT INTO atrium_migrations_core (version, applied_at) VALUES ('m9999_of_tomorrow', 0)";
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        use sea_orm::ConnectionTrait;
        let db = sea_orm::Database::connect(&url).await.unwrap();
        db.execute_unprepared(sql).await.unwrap();
        db.close().await.unwrap();
    });
    let (code, said) = doctor(data.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("FAILURE  migrations: a newer version") && said.contains("m9999_of_tomorrow"), "{said}");
    let (code, said) = doctor(Path::new("/dev/null/site"));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("FAILURE  data directory") && said.contains("cannot be made"), "{said}");
}

#[test]
fn a_second_node_on_the_same_directory_says_that_the_first_is_there() {
    let data = TempDir::new().unwrap();
    let directory = data.path().to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", directory];
    let (_first, lines) = Leashed::start(PORTAL, &serve);
    lines.map_while(Result::ok).find(|line| line.starts_with("ATRIUM listens on ")).unwrap();
    refuses(&serve, &[], &["another process serves from the data directory", directory, "--data-dir"]);
}
