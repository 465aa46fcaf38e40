//! The commands that plugins bring.

use std::process::ExitCode;

use atrium_core::config::Settings;
use atrium_core::plugin::Terminal;
use atrium_core::{Error, Result};
use clap::ArgMatches;
use tempfile::TempDir;

use super::words;
use crate::cli::Common;
use crate::platform::{self, Content};

/// Runs the command `name` of a plugin beside the nodes that serve; on an empty platform of its own if there is no database
/// and it needs none.
pub(crate) async fn run(common: &Common, name: &str, matches: &ArgMatches) -> Result<ExitCode> {
    let builder = |settings| platform::builder(common, settings, Content::Synchronised);
    let mut chosen = builder(platform::settings(common)?);
    let commands = chosen.commands(&[])?;
    let def = commands.iter().find(|def| def.name() == name);
    let def = def.ok_or_else(|| Error::bug(format!("no plugin has the command `{name}`")))?;
    let mut scratch = None;
    if def.runs_without_site(matches) && !chosen.finds_database() {
        let directory = TempDir::new().map_err(|source| Error::internal("a temporary directory", source))?;
        chosen = builder(Settings::default().data_dir(directory.path())).empty();
        scratch = Some(directory);
    } else {
        chosen = chosen.offline();
    }
    let atrium = chosen.build().await?;
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let done = def.run(atrium.context(), matches, &mut Terminal::new(&mut out, &mut err)).await;
    let done = done.map_err(|error| words::explained(&atrium, &error));
    atrium.stop().await?;
    drop(scratch);
    done
}
