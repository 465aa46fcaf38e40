//! Sessions: opened by a sign-in, extended by use, ended by their owner or by people who manage the account.

use sea_orm::ActiveValue;

use super::forgetting::{A_FEW, SESSIONS};
use super::kinds::{OfSession, Revoked, SESSIONS_REVOKED, SIGNED_OUT};
use super::sign_in::Device;
use super::token::SessionToken;
use super::{SessionId, store};
use crate::access::Actor;
use crate::clock::Timestamp;
use crate::credentials::entity::session;
use crate::db::Tx;
use crate::directory::PersonId;
use crate::error::{Error, Result};
use crate::events::{Act, EventKind, Payload};
use crate::login::Login;

/// The longest kept user agent, in characters.
const AGENT_LENGTH: usize = 200;

/// One session, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// The session's id.
    pub id: SessionId,
    /// The instant it was opened.
    pub created_at: Timestamp,
    /// The last use, to the minute.
    pub last_seen: Timestamp,
    /// The end, unless it is used again.
    pub expires_at: Timestamp,
    /// The user agent of the browser.
    pub user_agent: String,
    /// The client's address.
    pub address: String,
}

impl From<session::Model> for SessionInfo {
    fn from(row: session::Model) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at,
            last_seen: row.last_seen,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            address: row.address,
        }
    }
}

/// Writes the row of a new session. The caller writes the audit record.
pub(super) async fn insert(tx: &Tx, person: PersonId, device: &Device) -> Result<(SessionToken, SessionId)> {
    let (token, now) = (SessionToken::random(), tx.now());
    let row = session::ActiveModel {
        token_hash: ActiveValue::Set(token.hash()),
        person_id: ActiveValue::Set(person),
        created_at: ActiveValue::Set(now),
        last_seen: ActiveValue::Set(now),
        expires_at: ActiveValue::Set(now.plus_seconds(i64::from(device.hours) * 3600)),
        user_agent: ActiveValue::Set(device.user_agent.chars().take(AGENT_LENGTH).collect()),
        address: ActiveValue::Set(device.address.chars().take(AGENT_LENGTH).collect()),
        ..Default::default()
    };
    SESSIONS.remove(tx, now, A_FEW).await?;
    Ok((token, store::insert_session(tx, row).await?))
}

impl Login {
    /// Signs out: ends the actor's own session. A session that has ended already is not an error.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_not_found` for another person's session, or an error if the
    /// database fails.
    pub async fn close_session(&self, actor: &Actor, session: SessionId) -> Result<()> {
        let me = actor.require_person()?;
        let tx = self.db().begin().await?;
        let Some(row) = store::session(&tx, session).await? else { return Ok(()) };
        if row.person_id != me {
            return Err(Error::not_found(format!("session {session}")));
        }
        store::delete_session(&tx, session).await?;
        record(&tx, actor, SIGNED_OUT, me, OfSession { session }).await?;
        tx.commit().await
    }

    /// Ends one session: the actor's own, or that of a person whose account they manage.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such session or it is invisible to the actor, or an error if the database
    /// fails.
    pub async fn revoke_session(&self, actor: &Actor, session: SessionId) -> Result<()> {
        let me = actor.require_person()?;
        let unknown = || Error::not_found(format!("session {session}"));
        let row = store::session(self.db(), session).await?.ok_or_else(unknown)?;
        if row.person_id != me {
            self.require_management(actor, row.person_id).await.map_err(|_| unknown())?;
        }
        let tx = self.db().begin().await?;
        store::delete_session(&tx, session).await?;
        record(&tx, actor, SESSIONS_REVOKED, row.person_id, Revoked::One { session }).await?;
        tx.commit().await
    }

    /// Ends every session of the actor but `keep`, and returns their number.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn revoke_other_sessions(&self, actor: &Actor, keep: Option<SessionId>) -> Result<u64> {
        let me = actor.require_person()?;
        let tx = self.db().begin().await?;
        let ended = store::delete_sessions(&tx, me, keep).await?;
        record(&tx, actor, SESSIONS_REVOKED, me, Revoked::Others { kept: keep, ended }).await?;
        tx.commit().await?;
        Ok(ended)
    }
}

/// Records what `actor` did to the account of `person`.
pub(super) async fn record<P: Payload>(
    tx: &Tx,
    actor: &Actor,
    kind: EventKind<P>,
    person: PersonId,
    payload: P,
) -> Result<()> {
    tx.record(Act::new(actor, kind).on(format!("person:{person}")).with(payload)).await
}
