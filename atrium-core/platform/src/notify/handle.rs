//! A person's own notices: reading them, and marking them as read.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::live::Live;
use super::store::{self, Row};
use super::{NoticeKind, Notifier, Subject, Told};
use crate::access::Actor;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

crate::id_type! {
    /// The id of a notice.
    pub struct NoticeId;
}

/// The most notices of one page.
const MOST: u64 = 100;

/// A notice as its person reads it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Notice {
    /// The primary key.
    pub id: NoticeId,
    /// The kind.
    pub kind: NoticeKind,
    /// The number of events that it stands for, since it was read last.
    pub times: i64,
    /// The instant of the newest of them.
    pub at: Timestamp,
    /// `true` once it was read.
    pub is_read: bool,
    /// What it is about.
    pub about: Told,
}

/// The notices of a platform. Cheap to clone.
#[derive(Clone)]
pub struct Notices {
    pub(super) db: Db,
    pub(super) live: Live,
    notifiers: Arc<OnceLock<Vec<Arc<dyn Notifier>>>>,
}

impl Notices {
    /// Creates the notices of the platform on `db`, whose notifiers come later.
    pub(crate) fn without_notifiers(db: Db) -> Self {
        Self { db, live: Live::default(), notifiers: Arc::default() }
    }

    /// Sets the notifiers, once.
    pub(crate) fn set_notifiers(&self, notifiers: impl IntoIterator<Item = Arc<dyn Notifier>>) {
        let _ = self.notifiers.set(notifiers.into_iter().collect());
    }

    pub(super) fn notifiers(&self) -> &[Arc<dyn Notifier>] {
        self.notifiers.get().map_or(&[], Vec::as_slice)
    }

    /// Returns every kind, in the order of the plugins.
    #[must_use]
    pub fn kinds(&self) -> Vec<NoticeKind> {
        self.notifiers().iter().flat_map(|notifier| notifier.kinds()).collect()
    }

    /// Returns the actor's notices, the newest first, `limit` at most (100 at the most); `after` is the last one of the page
    /// before. What the actor may no longer see is left out, and counts as read.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn list(&self, actor: &Actor, after: Option<(Timestamp, NoticeId)>, limit: u64) -> Result<Vec<Notice>> {
        let person = actor.require_person()?;
        let mut from = after.unwrap_or((Timestamp(i64::MAX), NoticeId(i64::MAX)));
        let limit = limit.min(MOST);
        let mut shown = Vec::new();
        loop {
            let rows = store::page(&self.db, person, from, limit).await?;
            let Some(last) = rows.last() else { break };
            from = (last.at, last.id);
            let is_last = (rows.len() as u64) < limit;
            let (seen, hidden) = self.told(actor, rows).await?;
            self.note_hidden(&hidden).await?;
            shown.extend(seen);
            if is_last || shown.len() as u64 >= limit {
                break;
            }
        }
        shown.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(shown)
    }

    /// Returns the rows that `reader` may see, as notices, and the others.
    async fn told(&self, reader: &Actor, rows: Vec<Row>) -> Result<(Vec<Notice>, Vec<Row>)> {
        let mut about: BTreeMap<NoticeId, (NoticeKind, Told)> = BTreeMap::new();
        for notifier in self.notifiers() {
            let kinds = notifier.kinds();
            let kind_of = |row: &Row| kinds.iter().find(|kind| kind.key() == row.kind).copied();
            let (ids, own): (Vec<NoticeId>, Vec<(NoticeKind, Subject)>) =
                rows.iter().filter_map(|row| Some((row.id, (kind_of(row)?, row.subject.clone())))).unzip();
            if own.is_empty() {
                continue;
            }
            let told = notifier.tell(&self.db, reader, &own).await?;
            let each = ids.into_iter().zip(own).zip(told);
            about.extend(each.filter_map(|((id, (kind, _)), told)| Some((id, (kind, told?)))));
        }
        let (mut seen, mut hidden) = (Vec::new(), Vec::new());
        for row in rows {
            match about.remove(&row.id) {
                Some((kind, about)) => {
                    let Row { id, times, at, is_read, .. } = row;
                    seen.push(Notice { id, kind, times, at, is_read, about });
                }
                None => hidden.push(row),
            }
        }
        Ok((seen, hidden))
    }

    /// Marks rows as read whose person may no longer see what they are about.
    async fn note_hidden(&self, hidden: &[Row]) -> Result<()> {
        let unread: Vec<&Row> = hidden.iter().filter(|row| !row.is_read).collect();
        if unread.is_empty() {
            return Ok(());
        }
        let tx = self.db.begin().await?;
        for row in unread {
            store::mark_one(&tx, row.person, row.id).await?;
        }
        self.commit(tx).await
    }

    /// Commits a change of notices, and has it told to pages that stay open.
    pub(super) async fn commit(&self, tx: Tx) -> Result<()> {
        tx.commit().await?;
        self.live.note_change();
        Ok(())
    }

    /// Marks those of `rows` as read that `reader` may no longer see.
    pub(super) async fn withdraw_hidden(&self, reader: &Actor, rows: Vec<Row>) -> Result<()> {
        let (_, hidden) = self.told(reader, rows).await?;
        self.note_hidden(&hidden).await
    }

    /// Returns the number of the actor's unread notices; 0 for a visitor.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn unread(&self, actor: &Actor) -> Result<i64> {
        match actor.person() {
            Some(person) => store::unread(&self.db, person).await,
            None => Ok(0),
        }
    }

    /// Marks the actor's notices up to the instant `until` as read; returns how many were unread.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn mark_all_read(&self, actor: &Actor, until: Timestamp) -> Result<u64> {
        let person = actor.require_person()?;
        let tx = self.db.begin().await?;
        let marked = store::mark_all(&tx, person, until).await?;
        self.commit(tx).await?;
        Ok(marked)
    }

    /// Marks one of the actor's notices as read.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_not_found` if it is not one of theirs, or an error if the database
    /// fails.
    pub async fn mark_read(&self, actor: &Actor, id: NoticeId) -> Result<()> {
        let person = actor.require_person()?;
        let tx = self.db.begin().await?;
        if !store::mark_one(&tx, person, id).await? && !store::is_of(&tx, person, id).await? {
            return Err(Error::not_found(format!("notice {id}")));
        }
        self.commit(tx).await
    }

    /// Marks the actor's notices about `subject` as read, up to a place in it; returns how many were unread. Writes only if
    /// there are some.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn mark_seen(&self, actor: &Actor, subject: &str, place: i64) -> Result<u64> {
        let Some(person) = actor.person() else { return Ok(0) };
        if !store::has_unread_about(&self.db, person, subject, place).await? {
            return Ok(0);
        }
        let tx = self.db.begin().await?;
        let marked = store::mark_seen(&tx, person, subject, place).await?;
        self.commit(tx).await?;
        Ok(marked)
    }
}
