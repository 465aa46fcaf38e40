//! The rows of webhooks and of what was sent.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};

use super::entity::{Outcome, State, delivery, webhook};
use super::{WebhookDeliveryId, WebhookId};
use crate::access::Scope;
use crate::clock::Timestamp;
use crate::db::{Connection, Tx};
use crate::directory::{EstablishmentId, PersonId, SectorId};
use crate::error::{Error, Result};
use crate::events::Position;

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// The id.
    pub id: WebhookId,
    /// Whose rights decide what is sent.
    pub owner: PersonId,
    /// What it is called.
    pub name: String,
    /// Where it calls.
    pub url: String,
    /// The keys of the kinds of events that it wants.
    pub kinds: Vec<String>,
    /// Where these events happen.
    pub scope: Scope,
    /// Whether it is called.
    pub state: State,
    /// Attempts that failed since the last one that did not.
    pub failures: i64,
    /// The instant of the first of them.
    pub failing_since: Option<Timestamp>,
    /// The instant until which messages are signed with the secret of before, too.
    pub old_secret_until: Option<Timestamp>,
    /// The version, raised by every edit.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    pub(super) secret: String,
    pub(super) old_secret: Option<String>,
}

impl Webhook {
    /// Returns `true` if it wants events of the kind `key`.
    #[must_use]
    pub fn wants(&self, key: &str) -> bool {
        self.kinds.iter().any(|kind| kind == key)
    }
}

impl From<webhook::Model> for Webhook {
    fn from(row: webhook::Model) -> Self {
        Self {
            id: row.id,
            owner: row.owner_id,
            name: row.name,
            url: row.url,
            kinds: row.kinds.split(' ').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
            scope: scope(row.sector_id, row.establishment_id),
            state: row.state,
            failures: row.failures,
            failing_since: row.failing_since,
            old_secret_until: row.old_until,
            version: row.version,
            created_at: row.created_at,
            secret: row.secret,
            old_secret: row.old_secret,
        }
    }
}

fn scope(sector: Option<SectorId>, school: Option<EstablishmentId>) -> Scope {
    match (sector, school) {
        (_, Some(school)) => Scope::Establishment(school),
        (Some(sector), None) => Scope::Sector(sector),
        (None, None) => Scope::Platform,
    }
}

/// Returns the columns of a scope; a group's is that of its school.
fn columns(scope: Scope) -> (Option<SectorId>, Option<EstablishmentId>) {
    match scope {
        Scope::Platform => (None, None),
        Scope::Sector(sector) => (Some(sector), None),
        Scope::Establishment(school) | Scope::Group(school, _) => (None, Some(school)),
    }
}

/// An attempt at sending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// The id.
    pub id: WebhookDeliveryId,
    /// The message's own id, by which its receiver knows it.
    pub message: String,
    /// The type of the message: the key of a kind of events, or a trial.
    pub kind: String,
    /// The number of the attempt, from 1.
    pub attempt: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// What the receiver answered.
    pub status: Option<i64>,
    /// How long it took.
    pub millis: i64,
    /// When it ended.
    pub at: Timestamp,
    /// The event's place in the outbox; a trial has none.
    pub(super) position: Option<Position>,
}

impl WebhookDelivery {
    /// Returns `true` if the message is about an event, which can be sent again while the platform keeps it.
    #[must_use]
    pub fn is_of_event(&self) -> bool {
        self.position.is_some()
    }
}

impl From<delivery::Model> for WebhookDelivery {
    fn from(row: delivery::Model) -> Self {
        Self {
            id: row.id,
            message: row.message,
            kind: row.kind,
            attempt: row.attempt,
            outcome: row.outcome,
            status: row.status,
            millis: row.millis,
            at: row.at,
            position: row.xid.zip(row.event_id).map(|(xid, event)| Position { xid, event }),
        }
    }
}

/// Returns every webhook, by name.
pub(super) async fn all(conn: &impl Connection) -> Result<Vec<Webhook>> {
    let ordered = webhook::Entity::find().order_by_asc(webhook::Column::Name).order_by_asc(webhook::Column::Id);
    Ok(ordered.limit(super::MOST).all(conn).await?.into_iter().map(Webhook::from).collect())
}

/// Returns the webhooks that are called.
#[cfg(feature = "webhooks")]
pub(super) async fn active(conn: &impl Connection) -> Result<Vec<Webhook>> {
    let active = webhook::Entity::find().filter(webhook::Column::State.eq(State::Active));
    let rows = active.order_by_asc(webhook::Column::Id).limit(super::MOST).all(conn).await?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

pub(super) async fn find(conn: &impl Connection, id: WebhookId) -> Result<Option<Webhook>> {
    Ok(webhook::Entity::find_by_id(id).one(conn).await?.map(Webhook::from))
}

pub(super) async fn count(tx: &Tx) -> Result<u64> {
    Ok(webhook::Entity::find().count(tx).await?)
}

/// What an edit may change.
pub(super) struct Written<'a> {
    pub(super) owner: PersonId,
    pub(super) name: &'a str,
    pub(super) url: &'a str,
    pub(super) kinds: &'a [&'static str],
    pub(super) scope: Scope,
}

pub(super) async fn insert(tx: &Tx, new: &Written<'_>, secret: String) -> Result<WebhookId> {
    let (sector, school) = columns(new.scope);
    let row = webhook::ActiveModel {
        owner_id: ActiveValue::Set(new.owner),
        name: ActiveValue::Set(new.name.to_owned()),
        url: ActiveValue::Set(new.url.to_owned()),
        kinds: ActiveValue::Set(new.kinds.join(" ")),
        sector_id: ActiveValue::Set(sector),
        establishment_id: ActiveValue::Set(school),
        secret: ActiveValue::Set(secret),
        old_secret: ActiveValue::Set(None),
        old_until: ActiveValue::Set(None),
        state: ActiveValue::Set(State::Active),
        failures: ActiveValue::Set(0),
        failing_since: ActiveValue::Set(None),
        version: ActiveValue::Set(1),
        created_at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    Ok(webhook::Entity::insert(row).exec(tx).await?.last_insert_id)
}

/// Writes an edit of the version `from`; returns `false` if another one came first.
pub(super) async fn update(tx: &Tx, id: WebhookId, from: i64, new: &Written<'_>) -> Result<bool> {
    let (sector, school) = columns(new.scope);
    let done = webhook::Entity::update_many()
        .col_expr(webhook::Column::OwnerId, Expr::value(new.owner))
        .col_expr(webhook::Column::Name, Expr::value(new.name))
        .col_expr(webhook::Column::Url, Expr::value(new.url))
        .col_expr(webhook::Column::Kinds, Expr::value(new.kinds.join(" ")))
        .col_expr(webhook::Column::SectorId, Expr::value(sector))
        .col_expr(webhook::Column::EstablishmentId, Expr::value(school))
        .col_expr(webhook::Column::Version, Expr::value(from + 1))
        .filter(webhook::Column::Id.eq(id))
        .filter(webhook::Column::Version.eq(from))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Moves a webhook to a state from one of `from`; returns `false` if it is in none of them.
pub(super) async fn set_state(tx: &Tx, id: WebhookId, from: &[State], to: State) -> Result<bool> {
    let moved = webhook::Entity::update_many()
        .col_expr(webhook::Column::State, Expr::value(to))
        .filter(webhook::Column::Id.eq(id))
        .filter(webhook::Column::State.is_in(from.iter().copied()));
    // Somebody who resumes it has looked at its receiver.
    let moved = match to {
        State::Active => moved
            .col_expr(webhook::Column::Failures, Expr::value(0_i64))
            .col_expr(webhook::Column::FailingSince, Expr::value(None::<i64>)),
        _ => moved,
    };
    Ok(moved.exec(tx).await?.rows_affected == 1)
}

/// Replaces a secret; the one of before signs beside it until `old_until`.
pub(super) async fn replace_secret(tx: &Tx, hook: &Webhook, secret: String, old_until: Timestamp) -> Result<()> {
    webhook::Entity::update_many()
        .col_expr(webhook::Column::Secret, Expr::value(secret))
        .col_expr(webhook::Column::OldSecret, Expr::value(Some(hook.secret.as_str())))
        .col_expr(webhook::Column::OldUntil, Expr::value(Some(old_until.0)))
        .filter(webhook::Column::Id.eq(hook.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes a webhook with what is kept of its attempts; returns `false` if there is none.
pub(super) async fn delete(tx: &Tx, id: WebhookId) -> Result<bool> {
    delivery::Entity::delete_many().filter(delivery::Column::WebhookId.eq(id)).exec(tx).await?;
    Ok(webhook::Entity::delete_by_id(id).exec(tx).await?.rows_affected == 1)
}

/// Notes an attempt.
pub(super) async fn note(tx: &Tx, row: delivery::Model) -> Result<()> {
    let mut row = row.into_active_model();
    row.id = ActiveValue::NotSet;
    delivery::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Notes that the receiver took a message.
pub(super) async fn note_success(tx: &Tx, id: WebhookId) -> Result<()> {
    let sql = "UPDATE atrium_webhook SET failures = 0, failing_since = NULL WHERE id = $1 AND failures > 0";
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [id.0.into()])).await?;
    Ok(())
}

/// Notes that an attempt failed, and returns since when they do.
pub(super) async fn note_failure(tx: &Tx, id: WebhookId, now: Timestamp) -> Result<Timestamp> {
    let sql = "UPDATE atrium_webhook SET failures = failures + 1, failing_since = COALESCE(failing_since, $1) \
        WHERE id = $2 RETURNING failing_since";
    let values = [now.0.into(), id.0.into()];
    let row = tx.query_one_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    let row = row.ok_or_else(|| Error::not_found(format!("webhook {id}")))?;
    Ok(Timestamp(row.try_get("", "failing_since")?))
}

/// Returns the attempts of a webhook, newest first, `most` at most, below the id `before` if there is one.
pub(super) async fn deliveries(
    conn: &impl Connection,
    id: WebhookId,
    before: Option<WebhookDeliveryId>,
    most: u64,
) -> Result<Vec<WebhookDelivery>> {
    let mut of = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(id));
    if let Some(before) = before {
        of = of.filter(delivery::Column::Id.lt(before));
    }
    let rows = of.order_by_desc(delivery::Column::Id).limit(most).all(conn).await?;
    Ok(rows.into_iter().map(WebhookDelivery::from).collect())
}

/// Returns one attempt of a webhook.
pub(super) async fn delivery_of(
    conn: &impl Connection,
    hook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<WebhookDelivery> {
    let found = delivery::Entity::find_by_id(id).filter(delivery::Column::WebhookId.eq(hook)).one(conn).await?;
    found.map(WebhookDelivery::from).ok_or_else(|| Error::not_found(format!("attempt {id} of webhook {hook}")))
}
