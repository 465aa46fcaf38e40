//! Delivers one message to one receiver: decides whether its owner may be told, signs, calls, and notes how that ended.

use std::time::Instant;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::actions::subject;
use super::entity::{Outcome, State, delivery};
use super::kinds::STOPPED;
use super::message::Message;
use super::place::{self, Sectors};
use super::signature::WebhookSecret;
use super::{Webhook, WebhookDeliveryId, WebhookId, Webhooks, store};
use crate::access::Via;
use crate::access::permissions::WEBHOOK_MANAGE;
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events::{self, Act, Event, Position, Signature};
use crate::jobs::{self, TaskHandler, TaskKind, TaskQueue, TaskRun};

/// Messages that wait for their delivery.
pub(super) const CALLS: TaskKind<Call> = TaskKind::new("core.webhook");
/// The most attempts at a message: some twenty-six hours.
const ATTEMPTS: u32 = 32;
/// The most messages that a node has under way.
const AT_ONCE: usize = 8;
/// Days of failures, without a success between them, after which a webhook is paused.
const FAILING_DAYS: i64 = 5;
/// What a receiver answers that is no longer there.
const GONE: u16 = 410;

/// A message that waits: ids, no text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) webhook: WebhookId,
    /// The event's place in the outbox; a trial has none.
    pub(super) event: Option<(i64, i64)>,
    /// When somebody asked for it by hand: also a paused webhook gets it.
    pub(super) asked_at: Option<Timestamp>,
}

/// Returns the queue of messages.
pub(crate) fn queue(webhooks: Webhooks) -> TaskQueue {
    TaskQueue::new(CALLS, Courier(webhooks)).attempts(ATTEMPTS).at_once(AT_ONCE)
}

/// Delivers the messages of every webhook.
struct Courier(Webhooks);

/// How an attempt ended, and what was answered.
#[derive(Clone, Copy)]
struct Ended {
    outcome: Outcome,
    status: Option<u16>,
}

/// An event with the key of its kind.
struct Told {
    key: &'static str,
    event: Event,
}

#[async_trait]
impl TaskHandler<Call> for Courier {
    async fn run(&self, db: &Db, task: TaskRun<Call>) -> Result<jobs::Outcome> {
        let call = task.payload;
        let Some(hook) = store::find(db, call.webhook).await? else { return Ok(jobs::Outcome::Done) };
        let told = match call.event {
            None => None,
            Some((xid, event)) => match self.told(db, Position { xid, event }).await? {
                Some(told) => Some(told),
                None => {
                    return Ok(jobs::Outcome::GivenUp("its event is no longer kept, or no longer public".to_owned()));
                }
            },
        };
        if call.asked_at.is_none() && told.as_ref().is_some_and(|told| !hook.wants(told.key)) {
            return Ok(jobs::Outcome::Done);
        }
        let message = match &told {
            Some(Told { key, event }) => Message::of(self.0.secrets(), hook.id, key, event)?,
            None => Message::trial(self.0.secrets(), hook.id, call.asked_at.unwrap_or_default())?,
        };
        let begun = Instant::now();
        let ended = match self.withheld(db, &hook, &call, told.as_ref()).await? {
            Some(outcome) => Ended { outcome, status: None },
            None => self.send(db, &hook, &message).await?,
        };
        let row = delivery::Model {
            id: WebhookDeliveryId::default(),
            webhook_id: hook.id,
            xid: call.event.map(|(xid, _)| xid),
            event_id: call.event.map(|(_, event)| event),
            message: message.id,
            kind: message.kind,
            attempt: i64::from(task.attempt),
            outcome: ended.outcome,
            status: ended.status.map(i64::from),
            millis: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX),
            at: db.now(),
        };
        metrics::counter!("atrium_webhook_calls_total", "outcome" => ended.outcome.key()).increment(1);
        let is_stopped = note(db, &hook, row, ended).await?;
        if !ended.outcome.is_failure() || is_stopped {
            return Ok(jobs::Outcome::Done);
        }
        let status = ended.status.map(|status| format!(", {status}")).unwrap_or_default();
        Err(Error::bug(format!("webhook {}: {}{status}", hook.id, ended.outcome.key())))
    }
}

impl Courier {
    /// Returns the event at a place in the outbox, if it is still kept and its kind is public.
    async fn told(&self, db: &Db, position: Position) -> Result<Option<Told>> {
        let Some(event) = events::at(db, position).await? else { return Ok(None) };
        Ok(self.0.public_kinds().of(&event).map(|key| Told { key, event }))
    }

    /// Returns why nothing is sent; `None` if the owner may be told at this moment.
    async fn withheld(&self, db: &Db, hook: &Webhook, call: &Call, told: Option<&Told>) -> Result<Option<Outcome>> {
        if hook.state != State::Active && call.asked_at.is_none() {
            return Ok(Some(Outcome::Paused));
        }
        // People who are suspended have no rights.
        let owner = self.0.access().actor_for(hook.owner, Via::System).await?;
        if !owner.may(WEBHOOK_MANAGE, hook.scope) {
            return Ok(Some(Outcome::OwnerWithoutRight));
        }
        let Some(Told { key, event }) = told else { return Ok(None) };
        let sectors = Sectors::read(db, [hook.scope].into_iter()).await?;
        let is_inside =
            place::of(db, event.scope.as_deref()).await?.is_some_and(|scope| sectors.cover(hook.scope, scope));
        let may_read = is_inside && self.0.guards().may_read(db, &owner, key, event).await?;
        Ok((!may_read).then_some(Outcome::Hidden))
    }

    /// Signs a message with the webhook's secrets, and sends it.
    #[cfg(feature = "webhooks")]
    async fn send(&self, db: &Db, hook: &Webhook, message: &Message) -> Result<Ended> {
        let timestamp = db.now().0.div_euclid(1000);
        let Some(signatures) = self.signatures(db, hook, timestamp, message) else {
            return Ok(Ended { outcome: Outcome::Unsealed, status: None });
        };
        let url =
            hook.url.parse().map_err(|source| Error::internal(format!("the URL of webhook {}", hook.id), source))?;
        let (id, body) = (message.id.clone(), message.body.clone());
        let answer = self.0.caller().post(&url, super::call::Signed { id, timestamp, signatures, body }).await;
        Ok(Ended { outcome: answer.outcome, status: answer.status })
    }

    /// Sends nothing.
    #[cfg(not(feature = "webhooks"))]
    async fn send(&self, db: &Db, hook: &Webhook, message: &Message) -> Result<Ended> {
        let _ = self.signatures(db, hook, 0, message);
        Err(Error::bug("this program was built without the feature `webhooks`"))
    }

    /// Returns the signatures of a message by the webhook's secret, and by the one of before for its last day; `None` if the
    /// secret cannot be opened.
    fn signatures(&self, db: &Db, hook: &Webhook, timestamp: i64, message: &Message) -> Option<String> {
        let sign = |sealed: &str| {
            let secret = WebhookSecret::open(self.0.secrets(), sealed).ok()?;
            Some(secret.sign(&message.id, timestamp, &message.body))
        };
        let is_valid = hook.old_secret_until.is_some_and(|until| db.now() < until);
        let old = hook.old_secret.as_deref().filter(|_| is_valid).and_then(sign);
        let signatures: Vec<String> = [sign(&hook.secret)?].into_iter().chain(old).collect();
        Some(signatures.join(" "))
    }
}

/// Notes how an attempt ended; returns `true` if the webhook is paused with it.
async fn note(db: &Db, hook: &Webhook, row: delivery::Model, ended: Ended) -> Result<bool> {
    let tx = db.begin().await?;
    let now = row.at;
    store::note(&tx, row).await?;
    let mut stops = None;
    if ended.outcome == Outcome::Delivered {
        store::note_success(&tx, hook.id).await?;
    } else if ended.outcome.is_failure() {
        let since = store::note_failure(&tx, hook.id, now).await?;
        if ended.status == Some(GONE) {
            stops = Some(State::Gone);
        } else if now >= since.plus_days(FAILING_DAYS) {
            stops = Some(State::Failing);
        }
    }
    if let Some(state) = stops
        && store::set_state(&tx, hook.id, &[State::Active], state).await?
    {
        let act = Act::new(Signature::system(), STOPPED).on(subject(hook.id)).within(hook.scope);
        tx.record(act.noting(serde_json::json!({ "stopped": state.key() }))).await?;
        tracing::warn!(webhook = hook.id.0, state = state.key(), "a webhook is paused");
    }
    tx.commit().await?;
    Ok(stops.is_some())
}
