//! Asking, and moving a topic elsewhere.

use std::collections::BTreeSet;

use atrium_core::access::{Actor, Scope};
use atrium_core::db::Connection;
use atrium_core::directory::{EstablishmentId, PersonId};
use atrium_core::files::FileId;
use atrium_core::{Error, Message, Result};
use sea_orm::ActiveValue::Set;

use super::{ActiveModel, Kind, Readers, Title, Topic, TopicId, Topics, store};
use crate::categories::{self, Category, CategoryId, Moderation};
use crate::permissions::ASK;
use crate::posts::actions::{AGAIN_FOR_SECONDS, Posted, first_of, first_state, new_post};
use crate::posts::{self, Body, PostId, Write, WriteKey, Written, render};
use crate::reader::Reader;
use crate::record::kinds::{Asked, Refiled, TOPIC_CREATED, TOPIC_REFILED, TOPIC_SUBMITTED};
use crate::record::{self, Act, note};
use crate::state::State;
use crate::{attachments, counters, follow, review};

/// The newest topics of a person among which one that is sent again is looked for.
const AGAIN_AMONG: u64 = 20;

/// A topic as somebody asks it.
#[derive(Clone, Debug)]
pub struct NewTopic {
    /// Where.
    pub category: CategoryId,
    /// Its title.
    pub title: Title,
    /// What kind of topic.
    pub kind: Kind,
    /// The text of its question.
    pub body: Body,
    /// From which of their schools; their first unless told.
    pub establishment: Option<EstablishmentId>,
    /// `true` for the asker, their school and the Region only. A confidential category sets it in any case.
    pub confidential: bool,
    /// Files that they have sent.
    pub files: Vec<FileId>,
    /// What makes it one write.
    pub key: WriteKey,
}

impl NewTopic {
    /// Returns the key, text and files by which a repeated submit is recognised as the same topic.
    async fn write(
        &self,
        conn: &impl Connection,
        author: PersonId,
        establishment: Option<EstablishmentId>,
    ) -> Result<Write> {
        let files = attachments::digests(conn, author, &self.files).await?;
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let category = self.category.to_string();
        let school = establishment.map(|school| school.to_string()).unwrap_or_default();
        let readers = Readers::confidential(self.confidential).as_str();
        let place = ["topic", &category, &school, readers, self.kind.key()];
        Ok(self.key.write(&[&place[..], &[self.title.as_str(), self.body.as_str()], &files].concat()))
    }
}

impl Topics {
    /// Opens a topic. The same key again, with the same place, title and text, answers with the topic it made; with anything
    /// else it is another topic.
    ///
    /// # Errors
    /// Returns `is_not_found` if the category is invisible to the actor, `is_forbidden` if they may not ask in it,
    /// `is_invalid` if the kind or the school is not theirs to choose or a file cannot be attached, or an error if the database fails.
    pub async fn create(&self, actor: &Actor, new: NewTopic) -> Result<Posted> {
        let author = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let (_, establishment) = check_ask(&reader, &new)?;
        let write = new.write(&self.db, author, establishment).await?;
        if let Some(before) = posts::store::by_write(&self.db, author, &write).await? {
            return Ok(Posted::of(&before));
        }
        let text = Written::of(&new.body);
        let html = render(&text, write.as_str()).await?;

        let tx = self.db.begin().await?;
        // Who reads the category does not change before the topic is there to follow.
        categories::store::lock(&tx, new.category).await?;
        let reader = Reader::of(&tx, actor).await?;
        let (category, establishment) = check_ask(&reader, &new)?;
        let readers = Readers::confidential(new.confidential || category.row.confidential);
        let scope = establishment.map_or(Scope::Platform, Scope::Establishment);
        let state = first_state(&tx, &reader, category, scope).await?;
        let row = ActiveModel {
            category_id: Set(category.id()),
            establishment_id: Set(establishment),
            author_id: Set(author),
            title: Set(new.title.as_str().to_owned()),
            kind: Set(new.kind),
            state: Set(state),
            readers: Set(readers),
            own_readers: Set(readers),
            restricted_by: Set(None),
            pinned: Set(false),
            locked: Set(false),
            accepted_post_id: Set(None),
            accepted_revision: Set(None),
            official_post_id: Set(None),
            last_number: Set(1),
            last_visible_number: Set(1),
            last_visible_author_id: Set(author),
            last_visible_at: Set(tx.now()),
            // Until its question is written, below.
            last_visible_post_id: Set(PostId(0)),
            replies_public: Set(0),
            replies_staff: Set(0),
            version: Set(1),
            created_at: Set(tx.now()),
            ..Default::default()
        };
        let topic = store::insert(&tx, row).await?;
        let row = new_post(&reader, topic, 1, establishment, state, (text, &write, html), tx.now());
        let Some(post) = posts::store::insert(&tx, row).await? else {
            // The other half of a double submit came first.
            tx.rollback().await?;
            return first_of(&self.db, author, &write).await;
        };
        attachments::attach(&tx, author, post, &new.files).await?;
        let (mut topic, post) = (store::find(&tx, topic).await?, posts::store::find(&tx, post).await?);
        topic.show_last_of(&post);
        store::save(&tx, &topic).await?;
        counters::follow(&tx, None, &topic).await?;
        follow::store::mark(&tx, author, topic.id, 1).await?;
        if state == State::Pending {
            review::open(&tx, &post, review::Why::of(category.row.moderation), None).await?;
        }
        let kind = if state == State::Visible { TOPIC_CREATED } else { TOPIC_SUBMITTED };
        let asked = Asked { post: (&post).into(), category: category.id() };
        note(&tx, actor, Act::new(kind, &topic, asked)).await?;
        tx.commit().await?;
        Ok(Posted::of(&post))
    }

    /// Returns the topic that this person opened a while ago with the same words in the same place; see
    /// `replied`.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they may not ask there, or an error if the database fails.
    pub async fn asked(&self, actor: &Actor, new: &NewTopic) -> Result<Option<Posted>> {
        let author = actor.require_person()?;
        let reader = Reader::of(&self.db, actor).await?;
        let (_, establishment) = check_ask(&reader, new)?;
        let write = new.write(&self.db, author, establishment).await?;
        let since = actor.now().plus_seconds(-AGAIN_FOR_SECONDS);
        let topics = store::opened_by(&self.db, author, since, AGAIN_AMONG).await?;
        let questions = posts::store::questions(&self.db, &topics).await?;
        Ok(questions.iter().find(|post| write.says_the_same_as(&post.write_key)).map(Posted::of))
    }
}

/// Returns the category in which this may be asked and the school it is asked from.
fn check_ask<'r>(reader: &'r Reader, new: &NewTopic) -> Result<(&'r Category, Option<EstablishmentId>)> {
    let category = reader.category(new.category);
    let category = category.ok_or_else(|| Error::not_found(format!("category {}", new.category)))?;
    if !reader.may_ask(category) {
        return Err(reader.refusal(ASK));
    }
    check_kind(reader, new.kind, category)?;
    Ok((category, school(reader, category, new.establishment)?))
}

impl Topics {
    /// Returns a topic that the actor sees.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such topic or the actor does not see it, or an error if the database fails.
    pub async fn find(&self, actor: &Actor, id: TopicId) -> Result<Topic> {
        let topic = store::find(&self.db, id).await?;
        Reader::of(&self.db, actor).await?.require_sees(&topic)?;
        Ok(topic)
    }

    /// Files a topic under another category or kind: its asker or its moderator, where they may ask without review, or
    /// where they moderate. What was pinned in one category is not pinned in another.
    ///
    /// # Errors
    /// Returns `is_not_found` if the topic or the category is invisible to the actor; `is_forbidden` if they may not
    /// move the topic; `is_conflict` if it is not at `expected`; `is_invalid` if the category or the kind is not theirs
    /// to choose, or the category reviews their texts first; or an error if the database fails.
    pub async fn refile(
        &self,
        actor: &Actor,
        topic: TopicId,
        expected: i64,
        category: CategoryId,
        kind: Kind,
    ) -> Result<Topic> {
        actor.require_person()?;
        let tx = self.db.begin().await?;
        let before = store::lock(&tx, topic).await?;
        // Always in the same order, and before who reads them is looked at.
        for category in BTreeSet::from([before.category_id, category]) {
            categories::store::lock(&tx, category).await?;
        }
        let reader = Reader::of(&tx, actor).await?;
        let question = posts::store::by_number(&tx, topic, 1).await?;
        reader.require_sees(&before)?;
        reader.check_edit(&before, &question)?;
        if before.version != expected {
            return Err(Error::stale(format!("topic {topic}")));
        }
        let target = reader.category(category).ok_or_else(|| Error::not_found(format!("category {category}")))?;
        let moved = category != before.category_id;
        if moved || kind != before.kind {
            check_kind(&reader, kind, target)?;
        }
        if moved {
            check_move(&reader, &before, target)?;
        }
        let mut after = refiled(&before, target, kind);
        if after == before {
            return Ok(before);
        }
        after.version += 1;
        store::save(&tx, &after).await?;
        counters::follow(&tx, Some(&before), &after).await?;
        let from = &reader.category_of(&before)?.row;
        let changes = before.changes_to(&after).field("category", &from.name, &target.row.name);
        let changes = record::school(&tx, changes, before.establishment_id, after.establishment_id).await?;
        note(&tx, actor, Act::new(TOPIC_REFILED, &after, Refiled {}).changing(changes)).await?;
        tx.commit().await?;
        Ok(after)
    }
}

/// Returns `topic` as filed under `target` as this kind, with the readers it has there.
pub(crate) fn refiled(topic: &Topic, target: &Category, kind: Kind) -> Topic {
    let mut after = topic.clone();
    after.kind = kind;
    if !kind.is_solvable() {
        after.accept(None);
    }
    if target.id() != topic.category_id {
        after.category_id = target.id();
        after.pinned = false;
        // A school's own category: its topics live there.
        after.establishment_id = target.row.establishment_id.or(after.establishment_id);
        after.readers = after.own_readers.within(target.row.confidential);
    }
    after
}

/// Moderating where a topic stands gives no say where it goes; and what was approved elsewhere, or never needed it, does
/// not slip into a category that reviews first.
fn check_move(reader: &Reader, topic: &Topic, target: &Category) -> Result<()> {
    let refused = |words| Err(Error::invalid_field("category", Message::new(words)));
    if !reader.may_file(topic, target) {
        refused("forum-category-not-yours")
    } else if !reader.moderates_in(target) && target.row.moderation != Moderation::Open {
        refused("forum-category-reviewed")
    } else {
        Ok(())
    }
}

fn check_kind(reader: &Reader, kind: Kind, category: &Category) -> Result<()> {
    if kind == Kind::Announcement && !reader.may_announce(category.scope()) {
        Err(Error::invalid_field("kind", Message::new("forum-kind-not-yours")))
    } else {
        Ok(())
    }
}

fn school(reader: &Reader, category: &Category, asked: Option<EstablishmentId>) -> Result<Option<EstablishmentId>> {
    let own = reader.establishments();
    match (category.row.establishment_id, asked) {
        // A school's own category: its topics live there.
        (Some(school), _) => Ok(Some(school)),
        (None, Some(school)) if own.contains(&school) => Ok(Some(school)),
        (None, Some(_)) => Err(Error::invalid_field("establishment", Message::new("forum-establishment-not-yours"))),
        (None, None) => Ok(reader.home()),
    }
}
