//! `serve`: the platform on its own data.

use std::process::ExitCode;

use atrium_core::{Result, login};

use crate::cli::Common;
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let listener = platform::bind(&settings).await?;
    let atrium = platform::builder(common, settings, Content::Synchronised).build().await?;
    let address = listener.local_addr().map_or_else(|_| String::new(), |address| address.to_string());
    println!("ATRIUM listens on http://{address}");
    if let Some(link) = login::first_administrator_link(atrium.access()).await? {
        println!("The first administrator sets a password, once, at");
        println!("{}", platform::link(atrium.settings(), link.secret()));
    }
    platform::serve(&atrium, listener).await?;
    Ok(ExitCode::SUCCESS)
}
