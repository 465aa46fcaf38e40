//! Identity handed over by the embedding application: who is this request, in its own terms?

use async_trait::async_trait;
use http::request::Parts;

use crate::Atrium;
use atrium_platform::Result;
use atrium_platform::access::Via;
use atrium_platform::directory::actions::ExternalIdentity;
use atrium_platform::login::{self, SignedIn};

/// The host's own sign-in. When a request has no session of ours, the host is asked who it is.
///
/// With one, pages are no longer kept for visitors: only the host knows which requests are theirs.
#[async_trait]
pub trait HostLogin: Send + Sync + 'static {
    /// The person behind this request; `None` for a visitor.
    ///
    /// # Errors
    /// The request fails with this error.
    async fn identify(&self, request: &Parts) -> Result<Option<ExternalIdentity>>;

    /// The host's own sign-in page, to which `/connexion` then leads. It brings people back to `back`, a path on this
    /// host with the mount prefix. `None`: people sign in on the platform's page, with a local account. That page stays
    /// reachable as `/connexion?local=1`.
    fn sign_in_url(&self, _back: &str) -> Option<String> {
        None
    }

    /// Where the host signs people out, once a session of ours is closed. `None`: people are back on the home page, and
    /// the host still knows them.
    fn sign_out_url(&self) -> Option<String> {
        None
    }
}

/// Whom the host names.
pub(super) enum Named {
    /// Nobody: a visitor.
    Nobody,
    /// Somebody.
    Person(Box<SignedIn>),
    /// Somebody who cannot be taken in: a visitor, whom signing in again would not help.
    Unusable,
}

/// Asks the host, and makes or refreshes the person here when something about them is new.
pub(super) async fn identify(atrium: &Atrium, request: &Parts, via: Via) -> Result<Named> {
    let Some(host) = atrium.host_login() else { return Ok(Named::Nobody) };
    let Some(identity) = host.identify(request).await? else { return Ok(Named::Nobody) };
    match login::identify_external(atrium.db(), atrium.access(), &identity, via).await {
        Ok(known) => Ok(known.map_or(Named::Nobody, |signed_in| Named::Person(Box::new(signed_in)))),
        Err(error) if error.is_invalid() => {
            // A mistake of the host's, which must not close the help to the person.
            tracing::warn!(error = error.told(), "the host's login names somebody who cannot be taken in");
            Ok(Named::Unusable)
        }
        Err(error) => Err(error),
    }
}
