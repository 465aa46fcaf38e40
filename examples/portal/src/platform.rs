//! Settings from file, environment and command line; the platform built from them; serving it.

use std::net::SocketAddr;
use std::path::Path;

use atrium_core::config::Settings;
use atrium_core::web::{Server, ServerLimits};
use atrium_core::{Account, Administration, Atrium, Builder, Error, Result};
use atrium_forum::Forum;
use atrium_help::Help;
use tokio::net::TcpListener;

use crate::cli::Common;
use crate::content;

/// The services of ATRIUM.
const SERVICES: &str = include_str!("../services.toml");

/// The Region's roles.
const ROLES: &str = include_str!("../roles.toml");

/// Returns the settings of this run.
pub(crate) fn settings(common: &Common) -> Result<Settings> {
    let default = Path::new("atrium.toml");
    let mut settings = match &common.config {
        Some(file) => Settings::load(file)?,
        None if default.is_file() => Settings::load(default)?,
        None => Settings::from_env()?,
    };
    if let Some(dir) = &common.data_dir {
        settings = settings.data_dir(dir);
    }
    if let Some(url) = &common.database_url {
        settings = settings.database(url);
    }
    if let Some(address) = common.listen {
        settings = settings.listen(address);
    }
    settings.check()?;
    Ok(settings)
}

/// Returns the platform with its plugins; `content` says whether the help's content is synchronised at start.
pub(crate) fn builder(common: &Common, settings: Settings, content: Content) -> Builder {
    let help = match (content, &common.content) {
        (Content::Kept, _) => Help::new(),
        // Instead of the one in the binary, whatever the folder is called: it goes on where that one stood.
        (Content::Synchronised, Some(dir)) => Help::from_dir(dir).kept_as(content::ROOT),
        (Content::Synchronised, None) => Help::embedded(content::ROOT, content::files()),
    };
    Atrium::builder()
        .settings(settings)
        .services("services.toml", SERVICES)
        .roles("roles.toml", ROLES)
        .plugin(Account)
        .plugin(Administration)
        .plugin(help)
        .plugin(Forum::default())
}

/// What happens to the help's content at start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// It stays as it is in the database.
    Kept,
    /// It becomes what the folder, or the binary, says.
    Synchronised,
}

/// Returns the address at which a one-time link's secret sets a password, of a node that listens at `listen`.
pub(crate) fn link(settings: &Settings, listen: SocketAddr, secret: &str) -> String {
    let base = match &settings.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        // What listens everywhere is reached from here as this machine.
        None if listen.ip().is_unspecified() => format!("http://localhost:{}", listen.port()),
        None => format!("http://{listen}"),
    };
    format!("{base}{}", atrium_core::web::link_path(secret))
}

/// The sockets of a node.
pub(crate) struct Listeners {
    site: TcpListener,
    figures: Option<TcpListener>,
}

impl Listeners {
    /// Binds the port first, so that a taken one is reported at once.
    pub(crate) async fn bind(settings: &Settings) -> Result<Self> {
        let figures = match settings.metrics_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        Ok(Self { site: bind(settings.listen).await?, figures })
    }

    /// Returns the URL of the site.
    pub(crate) fn address(&self, settings: &Settings) -> SocketAddr {
        self.site.local_addr().unwrap_or(settings.listen)
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|source| Error::internal(format!("cannot listen on `{address}`"), source))
}

/// Serves until the process is asked to stop; requests under way end first.
pub(crate) async fn serve(atrium: &Atrium, listeners: Listeners) -> Result<()> {
    let limits = ServerLimits::of(atrium.settings());
    let site = Server::new(atrium.router()).limits(limits.clone()).serve(listeners.site, stop_asked());
    match listeners.figures {
        Some(listener) => {
            let figures = Server::new(atrium.figures_router()).limits(limits).serve(listener, stop_asked());
            tokio::join!(site, figures);
        }
        None => site.await,
    }
    atrium.stop().await
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop_asked() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be heard");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping");
}
