//! Identity provided by the embedding application.

use async_trait::async_trait;
use http::request::Parts;

use crate::Atrium;
use atrium_platform::Result;
use atrium_platform::access::Via;
use atrium_platform::directory::actions::ExternalIdentity;
use atrium_platform::login::{self, SignedIn};

/// The host's own sign-in, asked for the identity of requests without a session of ours.
///
/// With it, visitors' pages are not cached: only the host knows which requests are visitors'.
#[async_trait]
pub trait HostLogin: Send + Sync + 'static {
    /// Returns the person behind this request; `None` for a visitor.
    ///
    /// # Errors
    /// The request fails with the returned error.
    async fn identify(&self, request: &Parts) -> Result<Option<ExternalIdentity>>;

    /// Returns the host's sign-in page, to which `/connexion` then leads. It brings people back to `back`, a path
    /// on this host with the mount prefix. With `None`, people sign in on the platform's page, with a local
    /// account. That page stays reachable as `/connexion?local=1`.
    fn sign_in_url(&self, _back: &str) -> Option<String> {
        None
    }

    /// Returns the host's sign-out page, visited after a session of ours is closed. With `None`, people return to
    /// the home page, still signed in at the host.
    fn sign_out_url(&self) -> Option<String> {
        None
    }
}

/// The identity that the host provides.
pub(super) enum Named {
    /// A visitor.
    Nobody,
    /// A person.
    Person(Box<SignedIn>),
    /// An unusable identity, treated as a visitor: signing in again would not help.
    Unusable,
    /// The bearer of a token that does not hold: refused, and never taken for a visitor.
    DeadToken,
}

/// Asks the host, and creates or updates the person here if needed.
pub(super) async fn identify(atrium: &Atrium, request: &Parts, via: Via) -> Result<Named> {
    let Some(host) = atrium.host_login() else { return Ok(Named::Nobody) };
    let Some(identity) = host.identify(request).await? else { return Ok(Named::Nobody) };
    match login::identify_external(atrium.db(), atrium.access(), &identity, via).await {
        Ok(known) => Ok(known.map_or(Named::Nobody, |signed_in| Named::Person(Box::new(signed_in)))),
        Err(error) if error.is_invalid() => {
            // A mistake of the host must not close the help to the person.
            tracing::warn!(error = error.told(), "the host's login names somebody who cannot be taken in");
            Ok(Named::Unusable)
        }
        Err(error) => Err(error),
    }
}
