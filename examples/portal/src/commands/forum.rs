//! `forum reconcile`: the forum's kept numbers, counted again while other nodes serve.

use std::process::ExitCode;

use atrium_core::Result;

use crate::cli::{Common, ForumCommand};
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: ForumCommand) -> Result<ExitCode> {
    let ForumCommand::Reconcile = command;
    let settings = platform::settings(common)?;
    let atrium = platform::builder(common, settings, Content::Kept).offline().build().await?;
    let repaired = atrium_forum::reconcile(atrium.db()).await?;
    atrium.stop().await?;
    for drift in &repaired {
        say!("{}: kept {:?}, counted {:?}", drift.subject, drift.kept, drift.counted);
    }
    say!("{} repaired", repaired.len());
    Ok(ExitCode::SUCCESS)
}
