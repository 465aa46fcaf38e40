//! `serve`: the platform on its own data.

use std::process::ExitCode;

use atrium_core::{Result, login};

use crate::cli::Common;
use crate::platform::{self, Content, Listeners};

pub(crate) async fn run(common: &Common) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let listeners = Listeners::bind(&settings).await?;
    let atrium = platform::builder(common, settings, Content::Synchronised).build().await?;
    let address = listeners.address(atrium.settings());
    say!("ATRIUM listens on http://{address}");
    tracing::info!(%address, "listening");
    if let Some(link) = atrium.login().first_administrator_link().await? {
        say!("The first administrator sets a password, once, within {} hours, at", login::LINK_HOURS);
        say!("{}", platform::link(atrium.settings(), address, link.secret()));
    }
    platform::serve(&atrium, listeners).await?;
    Ok(ExitCode::SUCCESS)
}
