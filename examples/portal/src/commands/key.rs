//! `key`: another secret key for a site whose own was lost.

use std::process::ExitCode;

use atrium_core::Result;

use crate::cli::Common;
use crate::platform::{self, Content};

pub(crate) async fn replace(common: &Common) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let fingerprint = platform::builder(common, settings, Content::Kept).replace_secret_key().await?;
    say!("The site has the secret key of this node now (fingerprint {fingerprint}). Give every other node the same.");
    say!("What was sealed with the one before stays closed: enter it anew. Links in mails that were sent do nothing.");
    Ok(ExitCode::SUCCESS)
}
