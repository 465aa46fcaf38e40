//! Resolves a session's token to an actor: on the path of every signed-in request, so one query and cached rights.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::holder::note_use;
use super::token::hash_of;
use super::{ApiGrant, SessionId, store};
use crate::access::{Actor, Via};
use crate::db::Db;
use crate::directory::actions::ExternalIdentity;
use crate::directory::{PersonId, PersonStatus};
use crate::error::Result;
use crate::events::Position;
use crate::login::Login;
use crate::notify;

/// The interval at which a session's last use is written, in seconds.
const TOUCH_EVERY: i64 = 60;

/// A signed-in person. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The actor, with their rights.
    pub actor: Actor,
    /// The session; `None` if the embedding application vouches for the person.
    pub session: Option<SessionId>,
    /// The API token of the request, and what it is good for.
    pub token: Option<Arc<ApiGrant>>,
    /// What pages show of the person.
    pub person: Arc<PersonSummary>,
    /// The newest event at that time, if it was read with the identity: `None` inside while an older transaction
    /// may still commit.
    pub newest: Option<Option<Position>>,
    /// The number of their unread notices at that time.
    pub unread: i64,
}

/// What every page shows of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSummary {
    /// The person's id.
    pub id: PersonId,
    /// The name shown beside what they write.
    pub display_name: String,
    /// One or two letters for a badge.
    pub initials: String,
    /// Preferred language of the pages: `fr` or `en`.
    pub locale: String,
    /// Always active: other accounts are not let in.
    pub status: PersonStatus,
}

impl Login {
    /// Returns the person of the session `token`; `None` if it is unknown, ended or expired, or the account is
    /// suspended.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn identify(&self, token: &str, via: Via) -> Result<Option<SignedIn>> {
        let Some(found) = store::identity(self.db(), &hash_of(token)).await? else { return Ok(None) };
        let now = self.db().now();
        if found.expires_at <= now || !found.holder.is_active() {
            return Ok(None);
        }
        if now.0 - found.last_seen.0 >= TOUCH_EVERY * 1000 {
            touch(self.db(), &found).await;
        }
        let rights = self.access.rights_of(found.person, found.holder.epoch, found.holder.policy_epoch).await?;
        let (newest, unread) = (Some(found.holder.newest()), found.holder.unread);
        let person = found.holder.summary(found.person);
        let actor = Actor::new(rights, person.display_name.as_str(), via, now);
        Ok(Some(SignedIn {
            actor,
            session: Some(found.session),
            token: None,
            person: Arc::new(person),
            newest,
            unread,
        }))
    }

    /// Returns the person that the embedding application vouches for, created or updated if needed; `None` if they are
    /// suspended here.
    ///
    /// # Errors
    /// Returns an error if the identity is not valid or the database fails.
    pub async fn identify_external(&self, identity: &ExternalIdentity, via: Via) -> Result<Option<SignedIn>> {
        let provisioned = match self.access.directory().provision(identity).await {
            // Two concurrent first requests of one person: the other one created the row.
            Err(error) if error.is_conflict() => self.access.directory().provision(identity).await?,
            made => made?,
        };
        let row = provisioned.person;
        if row.status != PersonStatus::Active {
            return Ok(None);
        }
        let rights = self.access.rights_of(row.id, row.epoch, self.access.policy_epoch().await?).await?;
        let actor = Actor::new(rights, row.display_name.as_str(), via, self.db().now());
        let unread = notify::unread(self.db(), row.id).await?;
        let person = PersonSummary {
            id: row.id,
            initials: initials(&row.given_name, &row.family_name),
            display_name: row.display_name,
            locale: row.locale,
            status: row.status,
        };
        Ok(Some(SignedIn { actor, session: None, token: None, person: Arc::new(person), newest: None, unread }))
    }
}

/// Extends the session with its use.
async fn touch(db: &Db, found: &store::Identity) {
    // Invariant: the end is always one lifetime after the last use, so the row itself holds the lifetime.
    let lifetime = found.expires_at.0 - found.last_seen.0;
    let now = db.now();
    note_use("session", store::touch_session(db.writer(), found.session, now, now.plus_millis(lifetime))).await;
}

/// Returns the first letters of a person's names, in capitals.
#[must_use]
pub fn initials(given_name: &str, family_name: &str) -> String {
    let first = |name: &str| name.graphemes(true).find(|g| g.chars().any(char::is_alphabetic)).map(str::to_uppercase);
    [given_name, family_name].into_iter().filter_map(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Access, Permissions, core_permissions};
    use crate::clock::{Clock, Timestamp};
    use crate::db::{Pools, core_migrator, migrate_with_lock};
    use crate::login::sign_in::open_session;
    use crate::login::{Device, SignIn};
    use sea_orm::{ActiveModelTrait, ActiveValue};

    #[cfg(feature = "sqlite")]
    #[tokio::test]
    async fn a_request_under_way_does_not_bring_a_closed_session_back() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("atrium.sqlite").display());
        let pools = Pools { readers: 1, durable: false };
        let db = Db::connect(&url, pools, Clock::fixed(Timestamp(1_773_662_400_000))).await.unwrap();
        migrate_with_lock(&db, &[core_migrator()]).await.unwrap();
        let access = Access::new(db.clone(), Permissions::new(core_permissions()).unwrap());
        access.sync_built_in_roles().await.unwrap();
        let text = |text: &str| ActiveValue::Set(text.to_owned());
        let row = crate::directory::person::ActiveModel {
            display_name: text("Léa Martin"),
            given_name: text("Léa"),
            family_name: text("Martin"),
            sort_name: text("martin lea"),
            locale: text("fr"),
            status: ActiveValue::Set(PersonStatus::Active),
            source: text("manual"),
            epoch: ActiveValue::Set(1),
            created_at: ActiveValue::Set(db.now()),
            ..Default::default()
        };
        let person = row.insert(db.writer()).await.unwrap().id;
        let device = Device::new("", "", 12);
        let tx = db.begin().await.unwrap();
        let SignIn { token, session, .. } = open_session(&tx, person, &device).await.unwrap();
        tx.commit().await.unwrap();

        // The request reads its identity, the person signs out elsewhere, then the request writes the last use.
        db.clock().set(db.now().plus_seconds(TOUCH_EVERY));
        let found = store::identity(&db, &hash_of(token.secret())).await.unwrap().unwrap();
        let actor = access.actor_for(person, Via::Web).await.unwrap();
        access.login().close_session(&actor, session).await.unwrap();
        touch(&db, &found).await;
        assert!(access.login().identify(token.secret(), Via::Web).await.unwrap().is_none());
    }

    #[test]
    fn initials_are_whole_letters() {
        assert_eq!(initials("élodie", "d’Ornano"), "ÉD");
        assert_eq!(initials("", "李"), "李");
        assert_eq!(initials("", ""), "");
    }
}
