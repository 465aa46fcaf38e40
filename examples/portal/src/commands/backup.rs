//! `backup`: a copy of everything that is truth, as of one moment, while nodes serve.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::{Error, Result};

use super::postgres::Server;
use crate::cli::Common;
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, folder: &Path) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    if let Some(server) = Server::of(&settings) {
        return Err(Error::bug(format!(
            "the database is PostgreSQL, whose own tool copies it while the site runs:\n  {}\n\
             It asks for the password, or reads it from `~/.pgpass`. The search index is built anew.",
            server.dump(folder)
        )));
    }
    platform::builder(common, settings, Content::Kept).back_up(folder).await?;
    say!("`{}` holds the database and the files of the data directory, as of now.", folder.display());
    say!("The search index is not in it: a node builds it anew. Keep the configuration file and the theme beside it.");
    Ok(ExitCode::SUCCESS)
}
