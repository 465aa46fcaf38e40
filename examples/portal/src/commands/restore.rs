//! `restore`: a backup put back where the site that is stopped finds it.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::{Error, Existing, Result};

use super::postgres::Server;
use crate::cli::Common;
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, folder: &Path, replace: bool) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    if let Some(server) = Server::of(&settings) {
        return Err(Error::bug(format!(
            "the database is PostgreSQL, whose own tool puts a copy back, once every node is stopped:\n  {}\n\
             It asks for the password, or reads it from `~/.pgpass`. The search index is built anew.",
            server.restore(folder)
        )));
    }
    let existing = if replace { Existing::SetAside } else { Existing::Refuse };
    let restored = platform::builder(common, settings, Content::Kept).restore(folder, existing).await?;
    say!("`{}` is the database of the backup.", restored.database.display());
    if let Some(aside) = &restored.set_aside {
        say!("The one that stood there is kept as `{}`.", aside.display());
    }
    say!("Everybody signs in again, and the search index is built anew at the next `serve`.");
    Ok(ExitCode::SUCCESS)
}
