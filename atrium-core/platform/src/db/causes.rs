//! Explains why a database cannot be opened or migrated and what to do about it, in words for a terminal, without
//! the password.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

use sea_orm::DbErr;

use super::health::code_of;

/// The reason a database cannot be opened, with the driver's error where that says more.
#[derive(Debug, thiserror::Error)]
#[error("{told}")]
pub(super) struct Cause {
    told: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Cause {
    fn new(told: impl Into<String>) -> Self {
        Self { told: told.into(), source: None }
    }

    fn of(told: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { told: told.into(), source: Some(source.into()) }
    }
}

/// Returns the reason the pool of `url` failed to open.
pub(super) async fn find(url: &str, failure: DbErr) -> Cause {
    if url.starts_with("postgres") {
        #[cfg(feature = "postgres")]
        return postgres::find(url, failure).await;
    }
    match sqlite_path(url) {
        Some(path) => of_sqlite(Path::new(path), failure),
        None => Cause::of("the driver refuses it", failure),
    }
}

/// Returns the file that a SQLite address names.
pub(crate) fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    path.split('?').next().filter(|path| !path.is_empty() && *path != ":memory:")
}

/// Returns the reason this process cannot use the file at `path`. SQLite would open a file that cannot be written,
/// and fail later.
pub(super) fn of_file(path: &Path) -> Option<Cause> {
    let name = path.display();
    let dir = folder(path);
    if !dir.is_dir() {
        let told = format!("the folder `{}` does not exist: make it, or correct `database_url`", dir.display());
        return Some(Cause::new(told));
    }
    if path.is_dir() {
        return Some(Cause::new(format!("`{name}` is a folder: `database_url` names a file")));
    }
    let refusal = OpenOptions::new().read(true).write(true).open(path).err()?;
    let told = match refusal.kind() {
        ErrorKind::NotFound => return None,
        ErrorKind::PermissionDenied => format!(
            "this user may not read and write the file `{name}`: run as its owner, or give it to this user (`chown`)"
        ),
        ErrorKind::ReadOnlyFilesystem => format!("`{name}` is on a read-only file system: mount it for writing"),
        _ => format!("the file `{name}` cannot be opened"),
    };
    Some(Cause::of(told, refusal))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn of_sqlite(path: &Path, failure: DbErr) -> Cause {
    if let Some(cause) = of_file(path).or_else(|| of_folder(folder(path))) {
        return cause;
    }
    let name = path.display();
    let code = code_of(&failure).and_then(|code| code.parse::<u32>().ok()).unwrap_or_default();
    let told = match code & 0xff {
        5 | 6 => format!("another program has locked `{name}`: end it, or wait until it is done"),
        11 => format!("`{name}` is damaged: restore a backup"),
        13 => "the disk is full: make room".to_owned(),
        26 => format!("`{name}` is not a SQLite database: correct `database_url`, or move that file away"),
        _ => format!("SQLite cannot open `{name}`"),
    };
    Cause::of(told, failure)
}

/// Returns the reason this process cannot create files in `dir`, where SQLite keeps its journal beside the
/// database.
fn of_folder(dir: &Path) -> Option<Cause> {
    let probe = dir.join(format!(".atrium-{}", std::process::id()));
    let tried = File::create_new(&probe).and_then(|_| std::fs::remove_file(&probe));
    let refusal = tried.err()?;
    let name = dir.display();
    let told = match refusal.kind() {
        ErrorKind::PermissionDenied => format!(
            "this user may not write in the folder `{name}`, where SQLite keeps its journal: run as its owner, or give \
             it to this user (`chown`)"
        ),
        ErrorKind::ReadOnlyFilesystem => {
            format!("the folder `{name}` is on a read-only file system: mount it for writing")
        }
        ErrorKind::StorageFull => "the disk is full: make room".to_owned(),
        _ => format!("nothing can be written in the folder `{name}`"),
    };
    Some(Cause::of(told, refusal))
}

/// Returns the reason a migration of `owner` failed.
pub(super) fn of_migration(owner: &str, failure: DbErr) -> Cause {
    let told = match code_of(&failure).as_deref() {
        Some("42501") => {
            "this user may not make tables: an administrator of the database runs `GRANT CREATE ON SCHEMA public TO …`"
        }
        Some("25006") => "the server takes no writes: give the address of the primary server",
        Some("53100" | "13") => "the disk of the database is full: make room",
        _ => return Cause::of(format!("a migration of `{owner}` failed"), failure),
    };
    Cause::of(told, failure)
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::io;
    use std::str::FromStr;
    use std::time::Duration;

    use sea_orm::DbErr;
    use sea_orm::sqlx::postgres::PgConnectOptions;
    use sea_orm::sqlx::{ConnectOptions as _, Connection, Error};
    use tokio::time::timeout;

    use super::Cause;

    /// The time the server has to answer.
    const ANSWER: Duration = Duration::from_secs(5);

    /// Connects once more without a pool, and returns the reason. A pool waits for a server that starts, and only
    /// reports that time ran out.
    pub(super) async fn find(url: &str, failure: DbErr) -> Cause {
        let options = match PgConnectOptions::from_str(url) {
            Ok(options) => options,
            Err(error) => return Cause::of("`database_url` cannot be read", error),
        };
        let place = place(&options);
        if options.get_socket().is_none()
            && let Ok(Err(error)) =
                timeout(ANSWER, tokio::net::lookup_host((options.get_host(), options.get_port()))).await
        {
            let host = options.get_host();
            let told =
                format!("the host `{host}` is not known: correct it in `database_url`, or see to this machine's DNS");
            return Cause::of(told, error);
        }
        match timeout(ANSWER, options.connect()).await {
            Ok(Err(error)) => of(&options, &place, error),
            Err(_) => Cause::new(format!(
                "{place} does not answer within {} s: correct host and port in `database_url`, or see to the firewall",
                ANSWER.as_secs()
            )),
            Ok(Ok(connection)) => {
                // The server answers now: the pool's failure has passed, or came after connecting.
                let _ = connection.close().await;
                Cause::of(format!("{place} answers, and the first connection was lost"), failure)
            }
        }
    }

    fn place(options: &PgConnectOptions) -> String {
        match options.get_socket() {
            Some(socket) => format!("`{}`", socket.display()),
            None => format!("`{}:{}`", options.get_host(), options.get_port()),
        }
    }

    fn of(options: &PgConnectOptions, place: &str, error: Error) -> Cause {
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        let told = match &error {
            Error::Io(source) => of_io(place, source),
            Error::Tls(_) => format!(
                "no TLS connection to {place}: see `sslmode` and `sslrootcert` in `database_url`, or have the server use TLS"
            ),
            Error::Protocol(_) => {
                format!("what listens on {place} does not answer as PostgreSQL does: correct `database_url`")
            }
            Error::Configuration(_) => "`database_url` holds what cannot be used".to_owned(),
            Error::Database(refusal) => match refusal.code().as_deref().unwrap_or_default() {
                "28P01" => {
                    format!("the server refuses the password of the user `{user}`: correct it in `database_url`")
                }
                "28000" => format!(
                    "the server does not let the user `{user}` in: make that user, or admit it in `pg_hba.conf`"
                ),
                "3D000" => format!(
                    "there is no database `{database}`: make it (`createdb {database}`), or correct `database_url`"
                ),
                "42501" => format!(
                    "the user `{user}` may not connect to `{database}`: `GRANT CONNECT ON DATABASE {database} TO {user}`"
                ),
                "53300" => "the server takes no more connections: raise its `max_connections`, or lower \
                            `database_connections`"
                    .to_owned(),
                "57P03" => "the server is starting or stopping: try again in a moment".to_owned(),
                _ => "the server refuses the connection".to_owned(),
            },
            _ => format!("the connection to {place} failed"),
        };
        Cause::of(told, error)
    }

    fn of_io(place: &str, error: &io::Error) -> String {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                format!("no server listens on {place}: start PostgreSQL, or correct host and port in `database_url`")
            }
            io::ErrorKind::NotFound => {
                format!("there is no socket {place}: start PostgreSQL, or correct `database_url`")
            }
            io::ErrorKind::PermissionDenied => format!("this user may not connect to the socket {place}"),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::TimedOut => {
                format!("{place} cannot be reached: correct host and port in `database_url`, or see to the network")
            }
            _ => format!("the connection to {place} broke off: is it PostgreSQL that listens there?"),
        }
    }
}
