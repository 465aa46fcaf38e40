//! From a token's secret to who is asking, with the part of their rights that it is good for.

use std::sync::Arc;

use super::{ApiGrant, store};
use crate::access::{Access, Actor, Via};
use crate::clock::Timestamp;
use crate::credentials::ApiTokenId;
use crate::db::Db;
use crate::directory::person;
use crate::error::Result;
use crate::login::identity::TOUCH_PATIENCE;
use crate::login::token::hash_of;
use crate::login::{PersonSummary, SignedIn, initials};

/// Milliseconds in a day.
const DAY: i64 = 24 * 3600 * 1000;

/// Returns the person who acts by the token `secret`; `None` if the token is unknown, revoked or expired, or if its
/// person is suspended.
///
/// The lookup is by the hash of 256 random bits: how long it takes says nothing of any secret.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn identify_token(db: &Db, access: &Access, secret: &str) -> Result<Option<SignedIn>> {
    let Some((row, bearer)) = store::bearer(db, &hash_of(secret)).await? else { return Ok(None) };
    let now = db.now();
    if row.expires_at <= now || bearer.status != person::Status::Active {
        return Ok(None);
    }
    if row.last_used.is_none_or(|last| last.0.div_euclid(DAY) < now.0.div_euclid(DAY)) {
        touch(db, row.id, now).await;
    }
    let grant = ApiGrant::of(&row);
    let rights = access.rights_of(row.person_id, bearer.epoch, bearer.policy_epoch).await?;
    let rights = match grant.school {
        Some(school) => Arc::new(rights.within(school)),
        None => rights,
    };
    let newest = Some(bearer.newest());
    let person = PersonSummary {
        id: row.person_id,
        initials: initials(&bearer.given_name, &bearer.family_name),
        display_name: bearer.display_name,
        locale: bearer.locale,
        status: bearer.status,
    };
    let actor = Actor::new(rights, person.display_name.as_str(), Via::Api, now);
    Ok(Some(SignedIn { actor, session: None, token: Some(Arc::new(grant)), person: Arc::new(person), newest }))
}

/// Notes the use. The next request tries again if this one cannot write.
async fn touch(db: &Db, id: ApiTokenId, now: Timestamp) {
    match tokio::time::timeout(TOUCH_PATIENCE, store::touch(db.writer(), id, now)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the last use of a token could not be written"),
        Err(_) => tracing::debug!("the last use of a token was not written: the database is busy"),
    }
}
