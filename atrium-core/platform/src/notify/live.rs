//! Numbers of unread notices while pages stay open.
//!
//! One task of the node reads the numbers of everyone who watches, in few queries: after each change that this node wrote, and
//! every five seconds for those of other nodes. It reads nothing while there are no watchers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::{Notices, store};
use crate::access::Actor;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::id::PersonId;

/// The interval at which numbers are read that other nodes may have changed.
const LOOK: Duration = Duration::from_secs(5);
/// The shortest time between two readings.
const BETWEEN: Duration = Duration::from_millis(250);
/// The most people of one query.
const AT_ONCE: usize = 500;
/// The most watchers of one person: browsers hold six connections to a site, and a person has few devices.
const MOST_EACH: usize = 16;

/// The people whose number is watched.
#[derive(Clone, Debug, Default)]
pub(super) struct Live(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    watched: Mutex<HashMap<PersonId, watch::Sender<i64>>>,
    changed: Notify,
}

/// A person's number of unread notices, as it changes.
#[derive(Debug)]
pub struct Unread(watch::Receiver<i64>);

impl Unread {
    /// Waits for another number than the last one; `None` once the platform stops.
    pub async fn next(&mut self) -> Option<i64> {
        self.0.changed().await.ok()?;
        Some(*self.0.borrow_and_update())
    }
}

impl Live {
    /// Reads the numbers again soon: notices were added or read.
    pub(super) fn note_change(&self) {
        self.0.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PersonId, watch::Sender<i64>>> {
        self.0.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the people who are still watched, and forgets the others.
    fn people(&self) -> Vec<PersonId> {
        let mut watched = self.lock();
        watched.retain(|_, sender| sender.receiver_count() > 0);
        watched.keys().copied().collect()
    }

    fn tell(&self, people: &[PersonId], unread: &BTreeMap<PersonId, i64>) {
        let watched = self.lock();
        for person in people {
            let now = unread.get(person).copied().unwrap_or_default();
            if let Some(sender) = watched.get(person) {
                sender.send_if_modified(|number| std::mem::replace(number, now) != now);
            }
        }
    }

    async fn read(&self, db: &Db) -> Result<()> {
        for people in self.people().chunks(AT_ONCE) {
            self.tell(people, &store::unread_of(db, people).await?);
        }
        Ok(())
    }

    /// Ends every watch.
    fn end(&self) {
        self.lock().clear();
    }
}

impl Notices {
    /// Watches the actor's number of unread notices; begins with the number of this moment.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_too_many` if 16 watch already, or an error if the database fails.
    pub async fn watch_unread(&self, actor: &Actor) -> Result<(i64, Unread)> {
        let person = actor.require_person()?;
        let number = self.unread(actor).await?;
        let mut watched = self.live.lock();
        let sender = watched.entry(person).or_insert_with(|| watch::Sender::new(number));
        if sender.receiver_count() >= MOST_EACH {
            return Err(Error::too_many(LOOK.as_secs()));
        }
        Ok((number, Unread(sender.subscribe())))
    }

    /// Tells watchers of new numbers until `stop`.
    pub(crate) async fn keep_live(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.live.end(),
                () = self.live.0.changed.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(error) = self.live.read(&self.db).await {
                tracing::warn!(error = error.told(), "numbers of unread notices could not be read");
            }
            tokio::select! {
                () = stop.cancelled() => return self.live.end(),
                () = tokio::time::sleep(BETWEEN) => {}
            }
        }
    }
}
