//! The background work of a node: consumers of events, scheduled jobs, queued tasks, upkeep of the database; starting and stopping it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Platform;
use crate::db::Db;
#[cfg(feature = "sqlite")]
use crate::db::look_after_wal;
#[cfg(feature = "search")]
use crate::error::Error;
use crate::error::Result;
use crate::events::{self, Consumer, Worker};
#[cfg(feature = "mail")]
use crate::mail::replies;
use crate::notify::{self, FanOut};
#[cfg(feature = "webhooks")]
use crate::webhooks;

/// The longest that background work may take to end at a stop.
const ENDING: Duration = Duration::from_secs(7);
/// The longest that the index may take to close at a stop.
#[cfg(feature = "search")]
const CLOSING: Duration = Duration::from_secs(3);

impl Platform {
    /// Returns `true` once the index has what was written while the node was stopped, or if this node writes no index.
    pub(super) async fn has_news(&self) -> bool {
        #[cfg(feature = "search")]
        let has_news = !self.0.works.load(Ordering::Relaxed) || self.0.feed.has_news(self.db()).await.unwrap_or(false);
        #[cfg(not(feature = "search"))]
        let has_news = true;
        has_news
    }

    /// Starts the background work of a platform [built without it](super::PlatformBuilder::work_later). Has no effect if
    /// it runs already.
    pub fn start_work(&self) {
        let inner = &self.0;
        if inner.works.swap(true, Ordering::Relaxed) {
            return;
        }
        for consumer in self.every_consumer() {
            let worker = Worker::new(inner.cx.db.clone(), consumer, inner.node.clone(), inner.stop.clone());
            inner.tasks.spawn(worker.run());
        }
        inner.tasks.spawn(events::watch(inner.cx.db.clone(), inner.stop.clone()));
        #[cfg(feature = "search")]
        inner.tasks.spawn(inner.feed.clone().look_after(inner.cx.db.clone(), inner.stop.clone()));
        inner.tasks.spawn(inner.cx.notices.clone().keep_live(inner.stop.clone()));
        #[cfg(feature = "mail")]
        if let Some(inbox) = &inner.cx.settings.mail_inbox {
            inner.tasks.spawn(replies::watch(inner.inbox.clone(), inbox.clone(), inner.stop.clone()));
        }
        inner.tasks.spawn(refresh_hourly(inner.cx.db.clone(), inner.stop.clone()));
        inner.tasks.spawn(inner.scheduler.clone().run());
        inner.tasks.spawn(inner.tasks_due.clone().run());
        #[cfg(feature = "sqlite")]
        {
            let bound = u64::from(inner.cx.settings.wal_megabytes) << 20;
            inner.tasks.spawn(look_after_wal(inner.cx.db.clone(), bound, inner.stop.clone()));
        }
        let db = inner.cx.db.clone();
        // Reports a full disk before a person's work is lost to it.
        inner.tasks.spawn(async move { db.is_writable().await });
        #[cfg(feature = "search")]
        {
            let search = inner.cx.search.clone();
            let kinds: Vec<_> = inner.cx.finder.sources().iter().map(|source| source.kind()).collect();
            inner.tasks.spawn(async move {
                if let Err(error) = search.warm_up(kinds).await.map_err(Error::from) {
                    tracing::warn!(error = error.told(), "the search could not be warmed up");
                }
            });
        }
    }

    /// Notes where consumers without a position begin: what happens before the background work starts is delivered, too.
    pub(super) async fn begin_consumers(&self) -> Result<()> {
        let inner = &self.0;
        for consumer in self.every_consumer() {
            Worker::new(inner.cx.db.clone(), consumer, inner.node.clone(), inner.stop.clone()).begin().await?;
        }
        Ok(())
    }

    /// Returns the consumers of core, of the host and of the plugins.
    fn every_consumer(&self) -> Vec<Arc<dyn Consumer>> {
        let inner = &self.0;
        let mut all = inner.consumers.clone();
        all.push(Arc::new(inner.cx.catalogue.clone()));
        all.push(Arc::new(inner.cx.chosen.clone()));
        let writes = inner.cx.mail.is_on() && self.composes(notify::LETTER.key());
        all.push(Arc::new(FanOut::new(inner.cx.notices.clone(), inner.cx.access.clone(), writes)));
        #[cfg(feature = "webhooks")]
        all.push(Arc::new(webhooks::FanOut::new(inner.webhooks.clone())));
        #[cfg(feature = "search")]
        all.push(inner.feed.clone());
        all.extend(inner.plugins.iter().flat_map(|plugin| plugin.consumers(&inner.cx)));
        all
    }

    /// Returns `true` if a plugin composes the letters of this kind.
    fn composes(&self, kind: &str) -> bool {
        let mut letters = self.0.plugins.iter().flat_map(|plugin| plugin.letters(&self.0.cx));
        letters.any(|letters| letters.kind() == kind)
    }

    /// Stops the background work and closes the index and the database, even while routers of this platform are
    /// alive. The index is committed with every batch of changes.
    ///
    /// # Errors
    /// Returns an error if the index or the database cannot be closed properly.
    pub async fn stop(&self) -> Result<()> {
        self.0.stop.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(ENDING, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("background work that did not end was given up");
        }
        #[cfg(feature = "search")]
        match tokio::time::timeout(CLOSING, self.0.cx.search.close()).await {
            Ok(closed) => closed?,
            Err(_) => tracing::warn!("the search index did not close in time: it stands where it was committed last"),
        }
        self.0.cx.db.clone().close().await
    }
}

/// Refreshes the database's statistics now and every hour.
async fn refresh_hourly(db: Db, stop: CancellationToken) {
    loop {
        // At start too, which may follow bulk work.
        if let Err(error) = db.refresh_statistics().await {
            tracing::warn!(error = error.told(), "the database's statistics could not be refreshed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(3600)) => {}
        }
    }
}
