//! Removes files that were not attached within a day, contents that stand nowhere, and what is in the store without a row.

use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use super::objects::Objects;
use super::store;
use super::{Files, handle};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::{Job, NIGHT, ScheduledJob, Step};

/// The seconds after which what stands nowhere is removed.
const KEPT: i64 = 24 * 3600;
/// Rows looked at in one step.
const AT_ONCE: u64 = 100;
/// The folders of the store: the first two digits of what is in them.
const FOLDERS: u16 = 256;

/// Returns the jobs of the room.
pub(crate) fn jobs(files: &Files) -> Vec<ScheduledJob> {
    let strays = Strays { objects: files.objects().clone(), folder: AtomicU16::new(0) };
    vec![
        ScheduledJob::every("core.files", Duration::from_secs(3600), Unattached(files.objects().clone())),
        ScheduledJob::daily("core.stray_files", NIGHT, strays),
    ]
}

struct Unattached(Objects);

#[async_trait]
impl Job for Unattached {
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step> {
        let before = now.plus_seconds(-KEPT);
        let tx = db.begin().await?;
        let loose = store::forget_loose(&tx, before, AT_ONCE).await?;
        tx.commit().await?;
        let unused = store::unused(db, before, AT_ONCE).await?;
        let mut removed = 0;
        for content in &unused {
            let tx = db.begin().await?;
            let is_forgotten = store::forget(&tx, &content.digest, before).await?;
            tx.commit().await?;
            // After the row: a node that dies in between leaves a stray, which has no reader.
            if is_forgotten {
                self.0.remove(&content.object).await?;
                if content.has_small {
                    self.0.remove(&handle::small_of(&content.object)).await?;
                }
                removed += 1;
            }
        }
        let done = loose + removed;
        // What was sent again in this moment is not there for the next step either.
        Ok(if loose == AT_ONCE || removed == AT_ONCE { Step::More(done) } else { Step::Done(done) })
    }
}

/// Looks through the store, a folder in a step.
struct Strays {
    objects: Objects,
    folder: AtomicU16,
}

#[async_trait]
impl Job for Strays {
    async fn step(&self, db: &Db, now: Timestamp) -> Result<Step> {
        let folder = self.folder.load(Ordering::Relaxed) % FOLDERS;
        let before = now.plus_seconds(-KEPT);
        let mut removed = 0;
        for (name, at) in self.objects.below(&format!("{folder:02x}")).await? {
            let of = name.strip_suffix(handle::SMALL).unwrap_or(&name);
            if at < before && !store::is_known(db, of).await? {
                self.objects.remove(&name).await?;
                removed += 1;
            }
        }
        self.folder.store((folder + 1) % FOLDERS, Ordering::Relaxed);
        Ok(if folder + 1 == FOLDERS { Step::Done(removed) } else { Step::More(removed) })
    }
}
