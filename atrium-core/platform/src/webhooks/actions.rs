//! Looking at webhooks, making and changing them, and having messages sent again.

use serde_json::json;

use super::deliver::{CALLS, Call};
use super::entity::State;
use super::kinds::{CREATED, DELETED, EDITED, PAUSED, REDELIVERED, RESUMED, SECRET_REPLACED};
use super::store::{self, Written};
use super::{MOST, Webhook, WebhookDelivery, WebhookDeliveryId, WebhookId, WebhookInput, WebhookSecret, Webhooks};
use crate::access::permissions::WEBHOOK_MANAGE;
use crate::access::{Actor, Scope};
use crate::audit::Changes;
use crate::db::Tx;
use crate::directory;
use crate::error::{Error, Message, Result};
use crate::events::{self, Act, EventKind};
use crate::jobs::Task;

/// The hours for which the secret of before signs beside a new one.
const BOTH_HOURS: i64 = 24;

impl Webhooks {
    /// Returns the webhooks that the actor manages, by name.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor manages webhooks nowhere, or an error if the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Webhook>> {
        if !actor.rights().holds_somewhere(WEBHOOK_MANAGE, actor.now()) {
            actor.require(WEBHOOK_MANAGE, Scope::Platform)?;
        }
        let mut all = store::all(self.db()).await?;
        all.retain(|hook| actor.may(WEBHOOK_MANAGE, hook.scope));
        Ok(all)
    }

    /// Returns one webhook.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is none that the actor manages, `is_sign_in_required` for a visitor, or an error if
    /// the database fails.
    pub async fn find(&self, actor: &Actor, id: WebhookId) -> Result<Webhook> {
        let found = store::find(self.db(), id).await?;
        managed(actor, id, found)
    }

    /// Returns the attempts of a webhook, newest first, `most` at most, below the id `before` if there is one.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn deliveries(
        &self,
        actor: &Actor,
        id: WebhookId,
        before: Option<WebhookDeliveryId>,
        most: u64,
    ) -> Result<Vec<WebhookDelivery>> {
        self.find(actor, id).await?;
        store::deliveries(self.db(), id, before, most).await
    }

    /// Makes a webhook of the actor's, and returns its secret, which is shown this once.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_forbidden` if the actor does not manage webhooks there, `is_invalid`
    /// if a field is wrong, `is_not_found` for an unknown place, `is_conflict` if the site has too many, or an error if the
    /// database fails.
    pub async fn create(&self, actor: &Actor, input: &WebhookInput) -> Result<(WebhookId, WebhookSecret)> {
        let owner = actor.require_person()?;
        actor.require(WEBHOOK_MANAGE, input.scope)?;
        let new = input.check(self.public_kinds(), self.networks())?;
        let tx = self.db().begin().await?;
        require_place(&tx, new.scope).await?;
        if store::count(&tx).await? >= MOST {
            let words = Message::new("webhook-too-many").with("max", i64::try_from(MOST).unwrap_or(i64::MAX));
            return Err(Error::conflict_with("webhooks of the site", words));
        }
        let secret = WebhookSecret::random();
        let written = Written { owner, name: &new.name, url: &new.url, kinds: &new.kinds, scope: new.scope };
        let id = store::insert(&tx, &written, secret.seal(self.secrets())).await?;
        let act = Act::new(actor, CREATED).on(subject(id)).within(new.scope);
        tx.record(act.noting(json!({ "name": new.name, "host": host(&new.url) }))).await?;
        tx.commit().await?;
        Ok((id, secret))
    }

    /// Changes the webhook at the version `from`. It belongs to the actor from then on: what is sent where they say is
    /// decided by their rights.
    ///
    /// # Errors
    /// As [`create`](Self::create) and [`find`](Self::find), and `is_stale` if another edit came first.
    pub async fn edit(&self, actor: &Actor, id: WebhookId, from: i64, input: &WebhookInput) -> Result<()> {
        let owner = actor.require_person()?;
        let tx = self.db().begin().await?;
        let old = managed(actor, id, store::find(&tx, id).await?)?;
        actor.require(WEBHOOK_MANAGE, input.scope)?;
        let new = input.check(self.public_kinds(), self.networks())?;
        require_place(&tx, new.scope).await?;
        let events: Vec<&str> = old.kinds.iter().map(String::as_str).collect();
        let changes = Changes::new()
            .field("name", &old.name, &new.name)
            .field("host", &host(&old.url), &host(&new.url))
            .withheld("url", &old.url, &new.url)
            .field("events", &events, &new.kinds)
            .withheld("scope", &old.scope, &new.scope)
            .withheld("owner", &old.owner, &owner);
        if old.version == from && changes.is_empty() {
            return Ok(());
        }
        let written = Written { owner, name: &new.name, url: &new.url, kinds: &new.kinds, scope: new.scope };
        if !store::update(&tx, id, from, &written).await? {
            return Err(Error::stale(format!("webhook {id}")));
        }
        tx.record(Act::new(actor, EDITED).on(subject(id)).within(new.scope).noting(changes)).await?;
        tx.commit().await
    }

    /// Pauses a webhook: what happens meanwhile is not sent later.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn pause(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        self.set(actor, id, (&[State::Active], State::Paused), PAUSED).await
    }

    /// Has a webhook called again.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn resume(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        self.set(actor, id, (&[State::Paused, State::Gone, State::Failing], State::Active), RESUMED).await
    }

    /// Moves a webhook from one of some states to another; one that is in none of them stays.
    async fn set(&self, actor: &Actor, id: WebhookId, (from, to): (&[State], State), kind: EventKind) -> Result<()> {
        let tx = self.db().begin().await?;
        let hook = managed(actor, id, store::find(&tx, id).await?)?;
        if store::set_state(&tx, id, from, to).await? {
            tx.record(Act::new(actor, kind).on(subject(id)).within(hook.scope)).await?;
        }
        tx.commit().await
    }

    /// Gives a webhook another secret, and returns it. For a day, messages are signed with the one of before as well.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn replace_secret(&self, actor: &Actor, id: WebhookId) -> Result<WebhookSecret> {
        let tx = self.db().begin().await?;
        let hook = managed(actor, id, store::find(&tx, id).await?)?;
        let secret = WebhookSecret::random();
        let until = tx.now().plus_seconds(BOTH_HOURS * 3600);
        store::replace_secret(&tx, &hook, secret.seal(self.secrets()), until).await?;
        tx.record(Act::new(actor, SECRET_REPLACED).on(subject(id)).within(hook.scope)).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Deletes a webhook with what is kept of its attempts.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn delete(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        let tx = self.db().begin().await?;
        let hook = managed(actor, id, store::find(&tx, id).await?)?;
        if store::delete(&tx, id).await? {
            let act = Act::new(actor, DELETED).on(subject(id)).within(hook.scope);
            tx.record(act.noting(json!({ "name": hook.name, "host": host(&hook.url) }))).await?;
        }
        tx.commit().await
    }

    /// Queues a trial message, which a paused webhook gets too.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn try_out(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        self.find(actor, id).await?;
        let tx = self.db().begin().await?;
        let call = Call { webhook: id, event: None, asked_at: Some(tx.now()) };
        // A second press within the same second is the same trial.
        let second = tx.now().0 / 1000;
        tx.enqueue(Task::new(CALLS, format!("{id}:trial:{second}"), call)).await?;
        tx.commit().await
    }

    /// Queues the message of an attempt again, under the same message id, which a paused webhook gets too.
    ///
    /// # Errors
    /// As [`find`](Self::find), `is_not_found` for an unknown attempt, and `is_conflict` if the event is no longer kept or
    /// the message was a trial.
    pub async fn redeliver(&self, actor: &Actor, id: WebhookId, delivery: WebhookDeliveryId) -> Result<()> {
        let hook = self.find(actor, id).await?;
        let attempt = store::delivery_of(self.db(), id, delivery).await?;
        let gone =
            || Error::conflict_with(format!("the event of attempt {delivery}"), Message::new("webhook-event-gone"));
        let position = attempt.position.ok_or_else(gone)?;
        events::at(self.db(), position).await?.ok_or_else(gone)?;
        let tx = self.db().begin().await?;
        let event = Some((position.xid, position.event));
        let call = Call { webhook: id, event, asked_at: Some(tx.now()) };
        let key = format!("{id}:{}:again:{}", position.event, tx.now().0 / 1000);
        if tx.enqueue(Task::new(CALLS, key, call)).await? {
            let act = Act::new(actor, REDELIVERED).on(subject(id)).within(hook.scope);
            tx.record(act.noting(json!({ "message": attempt.message }))).await?;
        }
        tx.commit().await
    }
}

/// Returns how the journal names a webhook.
pub(super) fn subject(id: WebhookId) -> String {
    format!("webhook:{id}")
}

/// Returns the host of a URL, which the journal keeps: the rest may hold what identifies its receiver's caller.
fn host(url: &str) -> String {
    let url = url::Url::parse(url).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Returns the webhook that was looked for, if the actor manages it.
fn managed(actor: &Actor, id: WebhookId, found: Option<Webhook>) -> Result<Webhook> {
    if actor.person().is_none() {
        actor.require(WEBHOOK_MANAGE, Scope::Platform)?;
    }
    let found = found.filter(|hook| actor.may(WEBHOOK_MANAGE, hook.scope));
    found.ok_or_else(|| Error::not_found(format!("webhook {id}")))
}

/// Passes if there is such a place.
async fn require_place(tx: &Tx, scope: Scope) -> Result<()> {
    match scope {
        Scope::Platform | Scope::Group(..) => Ok(()),
        Scope::Sector(id) => directory::sector(tx, id).await.map(drop),
        Scope::Establishment(id) => directory::establishment(tx, id).await.map(drop),
    }
}
