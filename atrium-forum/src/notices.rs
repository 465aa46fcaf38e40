//! What people are told of: replies to their topics, texts that call them, answers that commit the Region, what moderators
//! decide about what they wrote.

use std::collections::BTreeSet;

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::db::Db;
use atrium_core::directory::PersonId;
use atrium_core::events::Event;
use atrium_core::markup::{excerpt, plain_text};
use atrium_core::notify::{Addressed, ByMail, NoticeKind, Notifier, Subject, Told};

use crate::ids::{PostId, TopicId};
use crate::reader::Reader;
use crate::record::kinds::{
    Moderated, OfPost, POST_APPROVED, POST_CREATED, POST_DELETED, POST_EDITED, POST_HIDDEN, POST_RESTORED,
    TOPIC_ACCEPTED, TOPIC_ANSWERED_OFFICIALLY, TOPIC_APPROVED, TOPIC_CREATED, TOPIC_DELETED, TOPIC_HIDDEN,
    TOPIC_REFILED, TOPIC_RESTORED, TOPIC_RESTRICTED,
};
use crate::topics::{Topic, topic_of};
use crate::{mentions, posts, topics};

/// A reply to one's topic.
const REPLY: NoticeKind = NoticeKind::new("forum.reply").by_mail(ByMail::AtOnce);
/// The Region's answer to one's topic.
const OFFICIAL: NoticeKind = NoticeKind::new("forum.official").by_mail(ByMail::AtOnce);
/// One's reply was accepted as the answer.
const ACCEPTED: NoticeKind = NoticeKind::new("forum.accepted");
/// A text calls one by name.
const MENTION: NoticeKind = NoticeKind::new("forum.mention").by_mail(ByMail::AtOnce);
/// What one wrote is shown, after a moderator looked at it.
const PUBLISHED: NoticeKind = NoticeKind::new("forum.published").by_mail(ByMail::AtOnce);
/// What one wrote was hidden or deleted.
const WITHHELD: NoticeKind = NoticeKind::new("forum.withheld").by_mail(ByMail::AtOnce);

/// The longest beginning of a text in a letter.
const QUOTED: usize = 600;

/// Tells people of the forum's events.
pub(crate) struct ForumNotifier;

/// Returns whom a decision about a post addresses: its author, and whoever asked, if it is a reply that shows now.
async fn decided(db: &Db, topic: &Topic, event: &Event, kind: NoticeKind, post: OfPost) -> Result<Vec<Addressed>> {
    let at = Subject::new(&event.subject, post.number);
    let author = posts::store::find(db, post.post).await?.author_id;
    let mut all = vec![Addressed::new(author, kind, at.clone())];
    if event.kind == POST_APPROVED.key() && author != topic.author_id {
        all.push(Addressed::new(topic.author_id, REPLY, at));
    }
    Ok(all)
}

/// Returns the number and the author of the post with a mark.
async fn marked(db: &Db, post: Option<PostId>) -> Result<Option<posts::Post>> {
    match post {
        Some(post) => Ok(Some(posts::store::find(db, post).await?)),
        None => Ok(None),
    }
}

/// Returns whom an event concerns by what they wrote.
async fn concerned(db: &Db, event: &Event) -> Result<Vec<Addressed>> {
    let published = [POST_APPROVED, POST_RESTORED, TOPIC_APPROVED, TOPIC_RESTORED];
    let withheld = [POST_HIDDEN, POST_DELETED, TOPIC_HIDDEN, TOPIC_DELETED];
    let is_one = |kinds: &[atrium_core::events::EventKind<Moderated>]| {
        kinds.iter().copied().find(|kind| kind.key() == event.kind)
    };
    let Some(id) = topic_of(&event.subject) else { return Ok(Vec::new()) };
    if event.kind == POST_CREATED.key() {
        let topic = topics::store::find(db, id).await?;
        let at = Subject::new(&event.subject, event.read(POST_CREATED)?.number);
        return Ok(vec![Addressed::new(topic.author_id, REPLY, at)]);
    }
    if event.kind == TOPIC_ANSWERED_OFFICIALLY.key() {
        let topic = topics::store::find(db, id).await?;
        let post = marked(db, event.read(TOPIC_ANSWERED_OFFICIALLY)?.post).await?;
        let at = |post: posts::Post| Subject::new(&event.subject, post.number);
        return Ok(post.map(|post| Addressed::new(topic.author_id, OFFICIAL, at(post))).into_iter().collect());
    }
    if event.kind == TOPIC_ACCEPTED.key() {
        let post = marked(db, event.read(TOPIC_ACCEPTED)?.post).await?;
        let to =
            |post: posts::Post| Addressed::new(post.author_id, ACCEPTED, Subject::new(&event.subject, post.number));
        return Ok(post.map(to).into_iter().collect());
    }
    let (kind, decision) = match (is_one(&published), is_one(&withheld)) {
        (Some(decision), _) => (PUBLISHED, decision),
        (None, Some(decision)) => (WITHHELD, decision),
        (None, None) => return Ok(Vec::new()),
    };
    let topic = topics::store::find(db, id).await?;
    decided(db, &topic, event, kind, event.read(decision)?.post).await
}

/// Returns whom the text of an event calls by name: once it is shown, and for an edited one, those whom no earlier text called.
async fn mentioned(db: &Db, event: &Event) -> Result<Vec<Addressed>> {
    let Some(topic) = topic_of(&event.subject) else { return Ok(Vec::new()) };
    let (at, since) = if event.kind == POST_CREATED.key() {
        (event.read(POST_CREATED)?, None)
    } else if event.kind == TOPIC_CREATED.key() {
        (event.read(TOPIC_CREATED)?.post, None)
    } else if event.kind == POST_EDITED.key() {
        let edited = event.read(POST_EDITED)?;
        (edited.post, Some(edited.revision))
    } else if let Some(approved) = [POST_APPROVED, TOPIC_APPROVED].into_iter().find(|kind| kind.key() == event.kind) {
        (event.read(approved)?.post, None)
    } else {
        return Ok(Vec::new());
    };
    let post = posts::store::find(db, at.post).await?;
    let people = match since {
        Some(number) => mentions::called_since(db, topic, &post, number).await?,
        None => mentions::called(db, topic, &post.markdown.own_words()).await?,
    };
    let to = |person| Addressed::new(person, MENTION, Subject::new(&event.subject, at.number));
    Ok(people.into_iter().filter(|person| *person != post.author_id).map(to).collect())
}

#[async_trait]
impl Notifier for ForumNotifier {
    fn kinds(&self) -> Vec<NoticeKind> {
        vec![REPLY, MENTION, OFFICIAL, ACCEPTED, PUBLISHED, WITHHELD]
    }

    async fn addressed(&self, db: &Db, event: &Event) -> Result<Vec<Addressed>> {
        let mut all = concerned(db, event).await?;
        // One notice of an event is enough, and the other kinds say more.
        let told: BTreeSet<PersonId> = all.iter().map(|to| to.person).collect();
        all.extend(mentioned(db, event).await?.into_iter().filter(|to| !told.contains(&to.person)));
        Ok(all)
    }

    fn may_hide(&self, event: &Event) -> bool {
        let narrowing = [
            POST_HIDDEN.key(),
            POST_DELETED.key(),
            TOPIC_HIDDEN.key(),
            TOPIC_DELETED.key(),
            TOPIC_REFILED.key(),
            TOPIC_RESTRICTED.key(),
        ];
        narrowing.contains(&&*event.kind)
    }

    async fn tell(&self, db: &Db, reader: &Actor, notices: &[(NoticeKind, Subject)]) -> Result<Vec<Option<Told>>> {
        let ids: Vec<TopicId> = notices.iter().filter_map(|(_, subject)| topic_of(&subject.name)).collect();
        let reader = Reader::of(db, reader).await?;
        let seen = topics::store::some(db, reader.visibility(), &ids).await?;
        Ok(notices.iter().map(|(kind, subject)| told(&seen, *kind, subject)).collect())
    }

    /// Quotes what was answered. A reply that its reader may not see, or see no more, is told by no letter.
    async fn tell_by_mail(&self, db: &Db, reader: &Actor, kind: NoticeKind, subject: &Subject) -> Result<Option<Told>> {
        let told = self.tell(db, reader, &[(kind, subject.clone())]).await?.into_iter().flatten().next();
        let (Some(told), Some(topic)) = (told, topic_of(&subject.name)) else { return Ok(None) };
        if !matches!(kind, REPLY | OFFICIAL | MENTION) {
            return Ok(Some(told));
        }
        let reader = Reader::of(db, reader).await?;
        let post = posts::store::by_number(db, topic, subject.place).await?.id;
        let Some(row) = posts::store::some(db, reader.visibility(), &[post]).await?.into_iter().next() else {
            return Ok(None);
        };
        // Without what it quotes, which may have other readers.
        let text = excerpt(&plain_text(&row.post.markdown.own_words()), QUOTED);
        let may_answer = reader.may_answer(&topics::store::find(db, topic).await?);
        Ok(Some(told.quoting(row.author_name, text).taking_replies(may_answer)))
    }
}

/// Returns how a notice is shown to somebody who sees the topics `seen`.
fn told(seen: &[Topic], kind: NoticeKind, subject: &Subject) -> Option<Told> {
    let id = topic_of(&subject.name)?;
    let topic = seen.iter().find(|topic| topic.id == id)?;
    // A text that was taken away tells of nothing new.
    if [REPLY, MENTION].contains(&kind) && topic.last_visible_number < subject.place {
        return None;
    }
    Some(Told::new(&*topic.title, "fr", topic.url_at(subject.place)))
}
