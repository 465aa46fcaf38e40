//! Ends the sessions and the links of whoever loses their access, so that none of them is alive again when it is
//! given back. Meanwhile no session of theirs opens anything: each request looks at the person's state.

use async_trait::async_trait;

use super::store;
use crate::db::Db;
use crate::directory::PersonId;
use crate::error::Result;
use crate::events::{Consumer, Delivery, Event};

/// The consumer that ends sessions.
#[derive(Clone, Copy, Debug)]
pub struct SessionKeeper;

#[async_trait]
impl Consumer for SessionKeeper {
    fn name(&self) -> &'static str {
        "core.sessions"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerCluster
    }

    async fn consume(&self, db: &Db, events: &[Event]) -> Result<()> {
        let lost =
            events.iter().filter(|event| matches!(event.kind.as_str(), "core.person.suspended" | "core.person.erased"));
        let people: Vec<PersonId> =
            lost.filter_map(|event| event.subject.strip_prefix("person:")?.parse().ok()).collect();
        if people.is_empty() {
            return Ok(());
        }
        let tx = db.begin().await?;
        for person in people {
            store::delete_sessions(&tx, person, None).await?;
            store::delete_links(&tx, person).await?;
        }
        tx.commit().await
    }
}
