//! Actions on announcements: publish, edit and end them; and their lists.

use sea_orm::ActiveValue;
use serde_json::json;

use super::actions::check_lengths;
use super::kinds::{ANNOUNCEMENT_CREATED, ANNOUNCEMENT_EDITED, ANNOUNCEMENT_ENDED, Changed};
use super::snapshot::Catalogue;
use super::{Announcement, AnnouncementId, AnnouncementKind, announcement, store};
use crate::access::permissions::ANNOUNCEMENT_EDIT;
use crate::access::{Actor, Scope};
use crate::audit::Changes;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, FieldProblem, Message, Result};
use crate::events::{Act, EventKind};
use crate::letters;

/// Longest title, longest body, in characters.
const LENGTHS: (usize, usize) = (120, 2_000);

/// The text of an announcement and the time it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementText {
    /// The kind of news.
    pub kind: AnnouncementKind,
    /// The service it is about.
    pub service_key: Option<String>,
    /// The title in French.
    pub title_fr: String,
    /// The title in English; may be empty.
    pub title_en: String,
    /// The body in French; may be empty.
    pub body_fr: String,
    /// The body in English; may be empty.
    pub body_en: String,
    /// The instant from which it shows.
    pub starts_at: Timestamp,
    /// The instant until which it shows.
    pub ends_at: Timestamp,
}

impl AnnouncementText {
    fn check(&self) -> Result<()> {
        let (title, body) = LENGTHS;
        check_lengths(&[
            ("title_fr", &self.title_fr, title),
            ("title_en", &self.title_en, title),
            ("body_fr", &self.body_fr, body),
            ("body_en", &self.body_en, body),
        ])?;
        let mut problems = Vec::new();
        let mut refuse = |field: &'static str, message: Message| {
            problems.push(FieldProblem { field: field.into(), message });
        };
        // Without a title in English, the one in French is shown.
        for (field, title, optional) in [("title_fr", &self.title_fr, false), ("title_en", &self.title_en, true)] {
            if !(optional && title.trim().is_empty())
                && let Err(problem) = letters::check(title)
            {
                refuse(field, problem.message());
            }
        }
        if self.ends_at <= self.starts_at {
            refuse("ends_at", Message::new("core-announcement-ends-before"));
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
    }

    fn into_row(self) -> announcement::ActiveModel {
        announcement::ActiveModel {
            kind: ActiveValue::Set(self.kind),
            service_key: ActiveValue::Set(self.service_key),
            title_fr: ActiveValue::Set(self.title_fr),
            title_en: ActiveValue::Set(self.title_en),
            body_fr: ActiveValue::Set(self.body_fr),
            body_en: ActiveValue::Set(self.body_en),
            starts_at: ActiveValue::Set(self.starts_at),
            ends_at: ActiveValue::Set(self.ends_at),
            ..Default::default()
        }
    }
}

impl Catalogue {
    /// Returns the announcements, newest first, starting before `before`, future and past ones included.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn announcements(&self, before: Option<AnnouncementId>, limit: u64) -> Result<Vec<Announcement>> {
        store::announcements(self.db(), before, limit).await
    }

    /// Returns the announcements with these ids; unknown ids are left out.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn announcements_among(&self, ids: &[AnnouncementId]) -> Result<Vec<Announcement>> {
        store::announcements_among(self.db(), ids).await
    }

    /// Returns the announcement `id`.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such row, or an error if the database fails.
    pub async fn announcement(&self, id: AnnouncementId) -> Result<Announcement> {
        store::announcement(self.db(), id).await
    }

    /// Publishes an announcement.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not publish announcements, `is_invalid` if a field is wrong,
    /// `is_not_found` if there is no such service, or an error if the database fails.
    pub async fn announce(&self, actor: &Actor, text: AnnouncementText) -> Result<AnnouncementId> {
        actor.require(ANNOUNCEMENT_EDIT, Scope::Platform)?;
        text.check()?;
        let tx = self.db().begin().await?;
        check_service(&tx, &text).await?;
        let (starts_at, ends_at) = (text.starts_at, text.ends_at);
        let mut row = text.into_row();
        row.author_id = ActiveValue::Set(actor.person());
        row.version = ActiveValue::Set(1);
        let id = store::insert_announcement(&tx, row).await?;
        let details = json!({ "starts_at": starts_at, "ends_at": ends_at });
        self.finish(tx, actor, ANNOUNCEMENT_CREATED, id, details).await?;
        Ok(id)
    }

    /// Edits an announcement, if its version is still `version`.
    ///
    /// # Errors
    /// Returns the errors of [`announce`](Self::announce), and [`is_conflict`](Error::is_conflict) if the
    /// announcement was edited since `version`.
    pub async fn edit_announcement(
        &self,
        actor: &Actor,
        id: AnnouncementId,
        version: i64,
        text: AnnouncementText,
    ) -> Result<()> {
        actor.require(ANNOUNCEMENT_EDIT, Scope::Platform)?;
        text.check()?;
        let tx = self.db().begin().await?;
        let before = store::announcement(&tx, id).await?;
        if before.version != version {
            return Err(Error::stale(subject(id)));
        }
        check_service(&tx, &text).await?;
        let changes = changes(&before, &text);
        if changes.is_empty() {
            return Ok(());
        }
        if !store::update_announcement(&tx, id, version, text.into_row()).await? {
            return Err(Error::stale(subject(id)));
        }
        self.finish(tx, actor, ANNOUNCEMENT_EDITED, id, changes).await
    }

    /// Ends an announcement now, if its version is still `version`. A past announcement is left as it is; a future
    /// one will never show.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not edit announcements, `is_not_found` if there is no such
    /// announcement, [`is_stale`](Error::is_stale) if it was edited since `version`, or an error if the database
    /// fails.
    pub async fn end_announcement(&self, actor: &Actor, id: AnnouncementId, version: i64) -> Result<()> {
        actor.require(ANNOUNCEMENT_EDIT, Scope::Platform)?;
        let tx = self.db().begin().await?;
        let row = store::announcement(&tx, id).await?;
        let now = tx.now();
        if row.ends_at <= now {
            return Ok(());
        }
        let starts_at = row.starts_at.min(now);
        let changes =
            Changes::new().field("starts_at", &row.starts_at, &starts_at).field("ends_at", &row.ends_at, &now);
        let ended = announcement::ActiveModel {
            starts_at: ActiveValue::Set(starts_at),
            ends_at: ActiveValue::Set(now),
            ..Default::default()
        };
        if !store::update_announcement(&tx, id, version, ended).await? {
            return Err(Error::stale(subject(id)));
        }
        self.finish(tx, actor, ANNOUNCEMENT_ENDED, id, changes).await
    }

    async fn finish(
        &self,
        tx: Tx,
        actor: &Actor,
        kind: EventKind<Changed>,
        id: AnnouncementId,
        details: impl Into<serde_json::Value>,
    ) -> Result<()> {
        let act = Act::new(actor, kind).on(subject(id)).within(Scope::Platform);
        tx.record(act.carrying(Changed::by(kind)).noting(details)).await?;
        tx.commit().await?;
        self.reload().await
    }
}

fn subject(id: AnnouncementId) -> String {
    format!("announcement:{id}")
}

fn changes(before: &Announcement, text: &AnnouncementText) -> Changes {
    Changes::new()
        .field("kind", &before.kind, &text.kind)
        .field("service_key", &before.service_key, &text.service_key)
        .field("title_fr", &before.title_fr, &text.title_fr)
        .field("title_en", &before.title_en, &text.title_en)
        .withheld("body_fr", &before.body_fr, &text.body_fr)
        .withheld("body_en", &before.body_en, &text.body_en)
        .field("starts_at", &before.starts_at, &text.starts_at)
        .field("ends_at", &before.ends_at, &text.ends_at)
}

async fn check_service(tx: &Tx, text: &AnnouncementText) -> Result<()> {
    let Some(key) = &text.service_key else { return Ok(()) };
    match store::service(tx, key).await {
        Err(error) if error.is_not_found() => {
            Err(Error::invalid_field("service_key", Message::new("field-unknown-choice")))
        }
        other => other.map(drop),
    }
}
