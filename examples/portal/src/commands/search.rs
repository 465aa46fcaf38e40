//! `search reindex`: asks every node to fill its index again. The command never opens a running node's index.

use std::process::ExitCode;

use atrium_core::Result;

use crate::cli::{Common, SearchCommand};
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: SearchCommand) -> Result<ExitCode> {
    let SearchCommand::Reindex = command;
    let settings = platform::settings(common)?;
    let atrium = platform::builder(common, settings, Content::Kept).offline().build().await?;
    atrium.ask_reindex().await?;
    atrium.stop().await?;
    say!("Every running node fills its index again; a stopped one does so when it starts.");
    Ok(ExitCode::SUCCESS)
}
