//! From events to calls: once for the cluster, a queued task for each webhook that wants the event.

use async_trait::async_trait;

use super::deliver::{CALLS, Call};
use super::place::{self, Sectors};
use super::{Webhook, WebhookId, Webhooks, store};
use crate::db::Db;
use crate::error::Result;
use crate::events::{Consumer, Delivery, Event};
use crate::jobs::Task;

/// Queues a call for each webhook that wants an event.
pub(crate) struct FanOut(Webhooks);

impl FanOut {
    /// The name of the consumer.
    pub(crate) const NAME: &str = "core.webhooks";

    /// Creates the consumer.
    pub(crate) fn new(webhooks: Webhooks) -> Self {
        Self(webhooks)
    }
}

#[async_trait]
impl Consumer for FanOut {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerCluster
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        let key = |event| self.0.public_kinds().of(event).map(|key| (key, event));
        let public: Vec<(&str, &Event)> = events.iter().filter_map(key).collect();
        if public.is_empty() {
            return Ok(());
        }
        let hooks = store::active(db).await?;
        if hooks.is_empty() {
            return Ok(());
        }
        let sectors = Sectors::read(db, hooks.iter().map(|hook| hook.scope)).await?;
        for (key, event) in public {
            let wanting: Vec<&Webhook> = hooks.iter().filter(|hook| hook.wants(key)).collect();
            if wanting.is_empty() {
                continue;
            }
            let Some(scope) = place::of(db, event.scope.as_deref()).await? else { continue };
            let to = wanting.into_iter().filter(|hook| sectors.cover(hook.scope, scope)).map(|hook| hook.id);
            queue(db, event, &to.collect::<Vec<_>>()).await?;
        }
        Ok(())
    }
}

/// Queues the calls about one event. The same event, delivered again, queues none.
async fn queue(db: &Db, event: &Event, to: &[WebhookId]) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    for webhook in to {
        let call = Call { webhook: *webhook, event: Some((event.position.xid, event.position.event)), asked_at: None };
        // An event's number alone may be given again after a restore.
        let key = format!("{webhook}:{}:{}", event.position.event, event.at.0);
        tx.enqueue(Task::new(CALLS, key, call)).await?;
    }
    tx.commit().await
}
