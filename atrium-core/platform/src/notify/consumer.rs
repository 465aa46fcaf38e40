//! From events to notices: once for the cluster, each recipient authorised at that moment.

use async_trait::async_trait;

use super::{Addressed, NoticeId, Notices, letter, store};
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
    /// `true` if this site sends letters of notices.
    writes: bool,
}

impl FanOut {
    /// The name of the consumer.
    pub(crate) const NAME: &str = "core.notices";

    /// Creates the consumer, which leaves letters if it `writes`.
    pub(crate) fn new(notices: Notices, access: Access, writes: bool) -> Self {
        Self { notices, access, writes }
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

    /// Adds notices of an event, and the letters that tell of it.
    async fn add(&self, db: &Db, to: &[Addressed], event: &Event) -> Result<()> {
        let tx = db.begin().await?;
        for to in to {
            store::add(&tx, to, event).await?;
            if self.writes {
                letter::leave(&tx, to, event).await?;
            }
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

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use std::sync::Arc;

    use sea_orm::{ConnectionTrait, Statement};

    use super::*;
    use crate::access::Actor;
    use crate::clock::Timestamp;
    use crate::directory::actions::{NewPerson, Place};
    use crate::events::Position;
    use crate::id::PersonId;
    use crate::notify::{ByMail, NoticeKind, Notifier, Subject, Told};

    const LENT: NoticeKind = NoticeKind::new("loans.lent").by_mail(ByMail::AtOnce);

    /// Tells one person of everything.
    struct Loans(PersonId);

    #[async_trait]
    impl Notifier for Loans {
        fn kinds(&self) -> Vec<NoticeKind> {
            vec![LENT]
        }

        async fn addressed(&self, _: &Db, event: &Event) -> Result<Vec<Addressed>> {
            Ok(vec![Addressed::new(self.0, LENT, Subject::new(&event.subject, 0))])
        }

        async fn tell(&self, _: &Db, _: &Actor, notices: &[(NoticeKind, Subject)]) -> Result<Vec<Option<Told>>> {
            Ok(notices.iter().map(|_| Some(Told::new("Ma tablette", "fr", "/prets"))).collect())
        }
    }

    fn event(number: i64, at: Timestamp) -> Event {
        Event {
            position: Position { xid: 0, event: number },
            kind: "loans.tablet.lent".to_owned(),
            subject: "loans:12".to_owned(),
            actor: None,
            scope: None,
            payload: serde_json::Value::Null,
            at,
        }
    }

    #[tokio::test]
    async fn an_event_that_is_delivered_twice_leaves_one_letter() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("atrium.sqlite").display());
        let access = Access::open(&url).await.unwrap();
        let db = access.db().clone();
        let new = NewPerson::new(Place::Region, "Léa", "Martin");
        let person = access.directory().create_person(&access.operator(), new).await.unwrap();
        let address = format!("UPDATE atrium_person SET email = 'lea@ecole.example' WHERE id = {person}");
        db.writer().execute_unprepared(&address).await.unwrap();
        let notices = Notices::without_notifiers(db.clone());
        notices.set_notifiers([Arc::new(Loans(person)) as Arc<dyn Notifier>]);
        let letters = async || {
            let sql = "SELECT COUNT(*) AS n FROM atrium_task WHERE kind = 'core.mail'";
            let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
            row.try_get::<i64>("", "n").unwrap()
        };
        let silent = FanOut::new(notices.clone(), access.clone(), false);
        let writing = FanOut::new(notices, access, true);
        let now = db.now();
        silent.consume(&db, &[event(1, now)]).await.unwrap();
        assert_eq!(letters().await, 0, "a site without mail");
        writing.consume(&db, &[event(2, now), event(3, now)]).await.unwrap();
        writing.consume(&db, &[event(2, now), event(3, now)]).await.unwrap();
        assert_eq!(letters().await, 2);
        writing.consume(&db, &[event(4, now.plus_days(-7))]).await.unwrap();
        assert_eq!(letters().await, 2, "too old to know whether it was told");
    }
}
