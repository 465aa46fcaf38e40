//! From a token's secret to who is asking, with the part of their rights that it is good for.

use std::sync::Arc;

use super::ApiGrant;
use super::store::{self, Bearer};
use crate::access::{Actor, Via};
use crate::error::Result;
use crate::login::Login;
use crate::login::SignedIn;
use crate::login::holder::note_use;
use crate::login::token::hash_of;

/// Milliseconds in a day.
const DAY: i64 = 24 * 3600 * 1000;

impl Login {
    /// Returns the person who acts by the token `secret`; `None` if the token is unknown, revoked or expired, or if its
    /// person is suspended.
    ///
    /// The lookup is by the hash of 256 random bits: its duration reveals no secret.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn identify_token(&self, secret: &str) -> Result<Option<SignedIn>> {
        let Some(Bearer { token, holder }) = store::bearer(self.db(), &hash_of(secret)).await? else { return Ok(None) };
        let now = self.db().now();
        if token.expires_at <= now || !holder.is_active() {
            return Ok(None);
        }
        if token.last_used.is_none_or(|last| last.0.div_euclid(DAY) < now.0.div_euclid(DAY)) {
            note_use("token", store::touch(self.db().writer(), token.id, now)).await;
        }
        let grant = ApiGrant::of(&token);
        let rights = self.access.rights_of(token.person_id, holder.epoch, holder.policy_epoch).await?;
        let rights = match grant.school {
            Some(school) => Arc::new(rights.within(school)),
            None => rights,
        };
        let (newest, unread) = (Some(holder.newest()), holder.unread);
        let person = holder.summary(token.person_id);
        let actor = Actor::new(rights, person.display_name.as_str(), Via::Api, now);
        Ok(Some(SignedIn {
            actor,
            session: None,
            token: Some(Arc::new(grant)),
            person: Arc::new(person),
            newest,
            unread,
        }))
    }
}
