//! `demo`: the platform with a made-up world, in a temporary directory unless told otherwise.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::clock::Clock;
use atrium_core::{Error, Result};

use crate::cli::{Common, DemoOptions};
use crate::demo;
use crate::platform::{self, Content, Listeners};

/// An eighth of the secret key of demonstrations, whose database may outlive their directory. Everyone knows it, as everyone
/// knows the password of their people.
const KEY: &str = "de305eed";

/// Returns the address of the directory where a demonstration leaves its mail.
fn mail_directory(data_dir: &Path) -> Option<String> {
    let directory = std::path::absolute(data_dir.join("mail")).ok()?;
    url::Url::from_directory_path(directory).ok().map(|url| url.to_string())
}

pub(crate) async fn run(common: &Common, options: &DemoOptions) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let temporary = match common.data_dir {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|source| Error::internal("a temporary directory", source))?),
    };
    let settings = match &temporary {
        Some(dir) => settings.data_dir(dir.path()).not_durable(),
        None => settings,
    };
    let mut settings = settings;
    if temporary.is_some() && settings.secret_key.is_none() {
        settings.secret_key = Some(KEY.repeat(8));
    }
    if settings.mail_url.is_none() {
        settings.mail_url = mail_directory(&settings.data_dir);
    }
    let mail = settings.mail_url.clone().filter(|url| url.starts_with("file:"));
    if settings.mail_from.is_none() {
        settings.mail_from = Some("assistance@example.org".to_owned());
    }
    let listeners = Listeners::bind(&settings).await?;
    let address = listeners.address(&settings);
    // Letters need whole links. To others than this machine the site has a name that it does not know.
    if settings.public_url.is_none() && address.ip().is_loopback() {
        settings.public_url = url::Url::parse(&format!("http://{address}")).ok();
    }
    let builder = platform::builder(common, settings, Content::Synchronised).clock(Clock::adjustable()).work_later();
    let atrium = builder.build().await?;
    let logins = demo::fill(&atrium, options.seed).await?;
    atrium.index_now().await?;
    atrium.start_work();
    say!("ATRIUM (demo) listens on http://{address}\n");
    say!("Sign in with the password {}:", demo::PASSWORD);
    for login in &logins {
        say!("  {:24} {}", login.name, login.who);
    }
    if let Some(mail) = mail {
        say!("\nMail goes to {mail}");
    }
    platform::serve(&atrium, listeners).await?;
    Ok(ExitCode::SUCCESS)
}
