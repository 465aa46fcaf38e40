//! Sessions: opened by a sign-in, kept by use, closed by their owner or by whoever manages accounts.

use sea_orm::{ActiveValue, ConnectionTrait};
use serde_json::json;

use super::forgetting::{A_FEW, SESSIONS};
use super::management::require_management;
use super::sign_in::Device;
use super::token::SessionToken;
use super::{SessionId, store};
use crate::access::{Access, Actor};
use crate::audit;
use crate::clock::Timestamp;
use crate::credentials::entity::session;
use crate::db::{Db, Tx};
use crate::directory::PersonId;
use crate::error::{Error, Result};
use crate::events;

/// What is kept of a browser's description of itself, in characters.
const AGENT_LENGTH: usize = 200;

/// One session, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its number.
    pub id: SessionId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
    /// Until when, if it is not used any more.
    pub expires_at: Timestamp,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Where from.
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

/// Writes the row of a new session; the caller writes the act down.
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

/// The sessions of `person` that still hold, the last used first; at most a hundred.
///
/// # Errors
/// The database failed.
pub async fn sessions_of(conn: &impl ConnectionTrait, person: PersonId, now: Timestamp) -> Result<Vec<SessionInfo>> {
    Ok(store::sessions(conn, person, now).await?.into_iter().map(SessionInfo::from).collect())
}

/// Signs out: the actor's own session ends. One that has ended already is no error.
///
/// # Errors
/// Nobody is signed in, the session is somebody else's, or the database failed.
pub async fn close(db: &Db, actor: &Actor, session: SessionId) -> Result<()> {
    let me = actor.require_person()?;
    let tx = db.begin().await?;
    let Some(row) = store::session(&tx, session).await? else { return Ok(()) };
    if row.person_id != me {
        return Err(Error::not_found(format!("session {session}")));
    }
    store::delete_session(&tx, session).await?;
    record(&tx, actor, "core.login.signed_out", me, json!({"session": session})).await?;
    tx.commit().await
}

/// Ends one session: one's own, or that of a person whose account one manages.
///
/// # Errors
/// No such session that the actor may know of, or the database failed.
pub async fn revoke(access: &Access, actor: &Actor, session: SessionId) -> Result<()> {
    let me = actor.require_person()?;
    let unknown = || Error::not_found(format!("session {session}"));
    let row = store::session(access.db(), session).await?.ok_or_else(unknown)?;
    if row.person_id != me {
        require_management(access, actor, row.person_id).await.map_err(|_| unknown())?;
    }
    let tx = access.db().begin().await?;
    store::delete_session(&tx, session).await?;
    record(&tx, actor, "core.login.sessions_revoked", row.person_id, json!({"session": session})).await?;
    tx.commit().await
}

/// Ends every session of the actor but `keep`, and says how many.
///
/// # Errors
/// Nobody is signed in, or the database failed.
pub async fn revoke_all_but(db: &Db, actor: &Actor, keep: Option<SessionId>) -> Result<u64> {
    let me = actor.require_person()?;
    let tx = db.begin().await?;
    let ended = store::delete_sessions(&tx, me, keep).await?;
    record(&tx, actor, "core.login.sessions_revoked", me, json!({"kept": keep, "ended": ended})).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Writes down what `actor` did to the account of `person`, and says so to the consumers.
pub(super) async fn record(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    person: PersonId,
    details: serde_json::Value,
) -> Result<()> {
    let subject = format!("person:{person}");
    audit::write(tx, actor.record(action, subject.clone()).with(details.clone())).await?;
    events::append(tx, actor.event(action, subject).with(details)).await
}
