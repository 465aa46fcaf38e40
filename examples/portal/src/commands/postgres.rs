//! The command lines by which PostgreSQL's own tools copy a database and put a copy back. No password is in them.

use std::path::Path;

use atrium_core::config::Settings;
use url::Url;

/// Parameters of an address that PostgreSQL's tools know too.
const KNOWN: [&str; 8] = ["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"];

/// A database on a PostgreSQL server.
pub(super) struct Server(Url);

impl Server {
    /// Creates the database of `settings`, if it is on such a server.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let url: Url = settings.database_url().parse().ok()?;
        url.scheme().starts_with("postgres").then(|| Self(without_secrets(url)))
    }

    /// Copies it into a new file.
    pub(super) fn dump(&self, file: &Path) -> String {
        let file = quoted(&file.display().to_string());
        format!("pg_dump --format=custom --file={file} --dbname={}", quoted(self.0.as_str()))
    }

    /// Puts such a file back.
    pub(super) fn restore(&self, file: &Path) -> String {
        let file = quoted(&file.display().to_string());
        let how = "--clean --if-exists --no-owner --single-transaction";
        format!("pg_restore {how} --dbname={} {file}", quoted(self.0.as_str()))
    }
}

fn without_secrets(mut url: Url) -> Url {
    // An address without a host has no password either.
    let _ = url.set_password(None);
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| KNOWN.contains(&name.as_str())).collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    url
}

/// Returns the text quoted as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Server {
        Server::of(&Settings::default().database(url)).unwrap()
    }

    #[test]
    fn no_password_is_in_a_command_line() {
        let server = server("postgres://u:secret@h:5433/d?sslmode=require&password=secret&statement-cache-capacity=9");
        let told = server.dump(Path::new("it's"));
        assert_eq!(told, r"pg_dump --format=custom --file='it'\''s' --dbname='postgres://u@h:5433/d?sslmode=require'");
        assert!(!server.restore(Path::new("f")).contains("secret"));
        assert!(Server::of(&Settings::default()).is_none());
    }
}
