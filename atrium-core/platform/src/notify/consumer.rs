//! From events to notices: once for the cluster, each recipient authorised at that moment.

use async_trait::async_trait;

use super::store;
use super::{Addressed, NoticeId, Notices};
use crate::access::{Access, Via};
use crate::db::Db;
use crate::error::Result;
use crate::events::{Consumer, Delivery, Event};

/// The most recipients in one transaction: the writer is given back between them.
const AT_ONCE: usize = 200;
/// The most unread notices about one subject that are looked through at once.
const LOOKED_THROUGH: u64 = 200;

/// Turns events into notices.
pub(crate) struct FanOut {
    notices: Notices,
    access: Access,
}

impl FanOut {
    /// The name of the consumer.
    pub(crate) const NAME: &str = "core.notices";

    /// Creates the consumer.
    pub(crate) fn new(notices: Notices, access: Access) -> Self {
        Self { notices, access }
    }

    /// Adds the notices of one event.
    async fn tell(&self, db: &Db, event: &Event) -> Result<()> {
        for notifier in self.notices.notifiers() {
            let mut may_see = Vec::new();
            for to in notifier.addressed(db, event).await? {
                if Some(to.person) == event.actor {
                    continue;
                }
                let reader = self.access.actor_for(to.person, Via::System).await?;
                let told = notifier.tell(db, &reader, &[(to.kind, to.subject.clone())]).await?;
                if told.into_iter().flatten().next().is_some() {
                    may_see.push(to);
                }
            }
            for some in may_see.chunks(AT_ONCE) {
                self.add(db, some, event).await?;
            }
            if notifier.may_hide(event) {
                self.withdraw(db, &event.subject).await?;
            }
        }
        Ok(())
    }

    async fn add(&self, db: &Db, to: &[Addressed], event: &Event) -> Result<()> {
        let tx = db.begin().await?;
        for to in to {
            store::add(&tx, to, event).await?;
        }
        self.notices.commit(tx).await
    }

    /// Marks the notices about `subject` as read of people who may no longer see it.
    async fn withdraw(&self, db: &Db, subject: &str) -> Result<()> {
        let mut after = NoticeId(0);
        loop {
            let rows = store::unread_about(db, subject, after, LOOKED_THROUGH).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.id;
            for row in rows {
                let reader = self.access.actor_for(row.person, Via::System).await?;
                self.notices.withdraw_hidden(&reader, vec![row]).await?;
            }
        }
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
        for event in events {
            self.tell(db, event).await?;
        }
        Ok(())
    }
}
