//! Finds out who a request is: a bearer's token, a session of ours, or the host's own sign-in.

use http::request::Parts;

use super::bearer::{self, Presented};
use super::context::is_secure;
use super::host::{self, Named};
use crate::Atrium;
use atrium_platform::access::{Actor, ActorSource, Via};
use atrium_platform::db::{Share, reading_as};
use atrium_platform::{Error, Result};

/// Returns the identity of the request's token or session, else the one that the host provides.
pub(super) async fn of(atrium: &Atrium, parts: &Parts, via: Via) -> Result<Named> {
    match bearer::presented(parts) {
        Presented::Nothing => {}
        Presented::Ours(secret) => {
            let found = atrium.login().identify_token(secret).await?;
            return Ok(found.map_or(Named::DeadToken, |signed_in| Named::Person(Box::new(signed_in))));
        }
        // It may be the host's.
        Presented::Foreign => {
            return match host::identify(atrium, parts, via).await? {
                Named::Nobody => Ok(Named::DeadToken),
                // Never a visitor: the token may hold.
                Named::Unknown => Err(Error::unavailable("the host's sign-in")),
                named => Ok(named),
            };
        }
        Presented::Unusable => return Ok(Named::DeadToken),
    }
    let secure = is_secure(atrium, &parts.headers);
    let ours = match atrium.shell().cookies.session(&parts.headers, secure) {
        Some(token) => atrium.login().identify(&token, via).await?,
        None => None,
    };
    match ours {
        Some(signed_in) => Ok(Named::Person(Box::new(signed_in))),
        None => host::identify(atrium, parts, via).await,
    }
}

/// Returns a source of actors for the host's own routes. Our API tokens hold for our API alone.
pub(crate) fn source(atrium: &Atrium) -> ActorSource {
    let atrium = atrium.clone();
    ActorSource::new(move |parts| {
        let atrium = atrium.clone();
        Box::pin(async move {
            match reading_as(Share::Identity, of(&atrium, parts, Via::Web)).await? {
                Named::Person(signed_in) if signed_in.token.is_some() => Err(Error::sign_in_required()),
                Named::Person(signed_in) => Ok(signed_in.actor),
                Named::DeadToken => Err(Error::sign_in_required()),
                Named::Nobody | Named::Unusable | Named::Unknown => Ok(Actor::anonymous(atrium.db().now())),
            }
        })
    })
}
