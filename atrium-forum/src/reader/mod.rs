//! What one person may do in the forum, worked out once per request: the categories they read, the one visibility
//! rule, and the questions that pages and actions ask.

mod on_topic;
mod writing;

use std::collections::BTreeSet;
use std::sync::Arc;

use atrium_core::access::{Actor, Scope, Visibility};
use atrium_core::db::Connection;
use atrium_core::directory::PersonId;
use atrium_core::web::RequestContext;
use atrium_core::{Error, Result};

use crate::categories::{self, Category, CategoryId, Moderation};
use crate::permissions::{ANSWER, ASK, MODERATE, OFFICIAL};
use crate::state::State;
use crate::topics::Readers;
use crate::{posts, topics, visibility};

pub(crate) use on_topic::OnTopic;

/// One person before the forum.
#[derive(Clone, Debug)]
pub struct Reader {
    actor: Actor,
    categories: Arc<Vec<Category>>,
    readable: BTreeSet<CategoryId>,
    sees: Visibility,
    moderates: Visibility,
}

impl Reader {
    /// Computes the reader of `actor`, in one query.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn of(conn: &impl Connection, actor: &Actor) -> Result<Self> {
        Ok(Self::among(Arc::new(categories::store::all(conn).await?), actor))
    }

    /// Returns the reader of the request, with cached categories.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn asking(cx: &RequestContext) -> Result<Self> {
        let bytes = |all: &Vec<Category>| all.len() * size_of::<Category>() * 2;
        let categories = cx.kept("forum/categories", &(), bytes, categories::store::all(cx.db())).await?;
        Ok(Self::among(categories, cx.actor()))
    }

    /// Returns the reader of `actor` among all `categories`.
    pub(crate) fn among(categories: Arc<Vec<Category>>, actor: &Actor) -> Self {
        let system = actor.rights().is_everything();
        let reads = |category: &&Category| system || category.see.admits(actor, category.scope());
        let readable: BTreeSet<_> = categories.iter().filter(reads).map(Category::id).collect();
        let (sees, moderates) = if system {
            (Visibility::all(), Visibility::all())
        } else {
            (visibility::seen_by(actor, &readable), visibility::moderated_by(actor, &readable))
        };
        Self { actor: actor.clone(), categories, readable, sees, moderates }
    }

    /// Returns the actor.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Returns the person; `None` for a visitor.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.actor.person()
    }

    /// Returns the rule of what they may see.
    #[must_use]
    pub(crate) fn visibility(&self) -> &Visibility {
        &self.sees
    }

    /// Returns the rule of what they moderate.
    #[must_use]
    pub(crate) fn moderation(&self) -> &Visibility {
        &self.moderates
    }

    /// Returns the categories they may read, in order.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(|category| self.readable.contains(&category.id()))
    }

    /// Returns the category with this number, if they may read it.
    #[must_use]
    pub fn category(&self, id: CategoryId) -> Option<&Category> {
        self.categories().find(|category| category.id() == id)
    }

    /// Returns the category of a topic that they see.
    ///
    /// # Errors
    /// Returns `is_not_found` if they may not read it.
    pub(crate) fn category_of(&self, topic: &topics::Topic) -> Result<&Category> {
        self.category(topic.category_id).ok_or_else(|| Error::not_found(format!("topic {}", topic.id)))
    }

    /// Returns the category with this word in its address.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such category, or if they may not read it.
    pub(crate) fn category_by_slug(&self, slug: &str) -> Result<&Category> {
        let found = self.categories().find(|category| category.row.slug == slug);
        found.ok_or_else(|| Error::not_found(format!("category `{slug}`")))
    }

    /// Returns the reader of one topic, for which repeated checks of it and its posts are computed once.
    pub(crate) fn on<'r>(&'r self, topic: &'r topics::Topic) -> OnTopic<'r> {
        OnTopic::new(self, topic)
    }

    /// Returns `true` if they see this topic.
    #[must_use]
    pub fn sees(&self, topic: &topics::Topic) -> bool {
        self.on(topic).sees()
    }

    /// Returns `true` if they see this post.
    #[must_use]
    pub fn sees_post(&self, topic: &topics::Topic, post: &posts::Post) -> bool {
        self.on(topic).sees_post(post)
    }

    /// Passes if they see this topic.
    ///
    /// # Errors
    /// Returns `is_not_found` if they do not see it.
    pub(crate) fn require_sees(&self, topic: &topics::Topic) -> Result<()> {
        if self.sees(topic) { Ok(()) } else { Err(Error::not_found(format!("topic {}", topic.id))) }
    }

    /// Returns `true` if they moderate this topic. Moderating includes reading.
    #[must_use]
    pub fn moderates(&self, topic: &topics::Topic) -> bool {
        self.on(topic).moderates()
    }

    /// Returns `true` if they made this topic confidential as a moderator and no longer read it. They may only undo
    /// that.
    #[must_use]
    pub(crate) fn may_undo_restriction(&self, topic: &topics::Topic) -> bool {
        let theirs = topic.restricted_by.is_some() && topic.restricted_by == self.person();
        let opened = topics::Topic { readers: Readers::Open, ..topic.clone() };
        theirs && topic.readers == Readers::Confidential && self.moderates(&opened)
    }

    /// Returns `true` if they moderate at least one place.
    #[must_use]
    pub(crate) fn moderates_something(&self) -> bool {
        !self.moderates.is_none()
    }

    /// Passes if they moderate this topic.
    ///
    /// # Errors
    /// Returns `is_not_found` if they do not see it, `is_forbidden` if they may not.
    pub(crate) fn require_moderates(&self, topic: &topics::Topic) -> Result<()> {
        self.require_sees(topic)?;
        if self.moderates(topic) { Ok(()) } else { Err(self.refusal(MODERATE)) }
    }

    /// Returns `true` if they may open a topic in this category.
    #[must_use]
    pub fn may_ask(&self, category: &Category) -> bool {
        self.readable.contains(&category.id())
            && self.may_use(ASK, category.scope())
            && category.ask.admits(&self.actor, category.scope())
    }

    /// Returns `true` if they moderate topics of this category.
    #[must_use]
    pub fn moderates_in(&self, category: &Category) -> bool {
        self.readable.contains(&category.id()) && self.actor.may(MODERATE, category.scope())
    }

    /// Returns `true` if they may file this topic under this category: if they moderate there, or may ask there.
    /// They cannot move another person's topic to a school where they have no rights.
    #[must_use]
    pub(crate) fn may_file(&self, topic: &topics::Topic, category: &Category) -> bool {
        let own = self.person() == Some(topic.author_id);
        let stays = category.row.establishment_id.is_none_or(|school| topic.establishment_id == Some(school));
        self.moderates_in(category) || (self.may_ask(category) && (own || stays))
    }

    /// Returns `true` if they may reply in this topic. A locked one takes moderators' replies only.
    #[must_use]
    pub fn may_answer(&self, topic: &topics::Topic) -> bool {
        self.on(topic).may_answer()
    }

    /// Passes if they may reply in this topic.
    ///
    /// # Errors
    /// Returns `is_not_found` if they do not see it, `is_forbidden` if they may not, `is_conflict` if it takes no replies.
    pub(crate) fn check_answer(&self, topic: &topics::Topic) -> Result<()> {
        self.require_sees(topic)?;
        let category = self.category_of(topic)?;
        let asker = self.person() == Some(topic.author_id);
        let admitted = asker || category.answer.admits(&self.actor, category.scope());
        if self.person().is_none() || !self.may_use(ANSWER, topic.scope()) || !admitted {
            return Err(self.refusal(ANSWER));
        }
        let words = match topic.state {
            State::Visible if !topic.locked || self.moderates(topic) => return Ok(()),
            State::Visible => "forum-topic-locked",
            _ => "forum-topic-not-visible",
        };
        Err(Error::conflict_with(format!("topic {}", topic.id), atrium_core::Message::new(words)))
    }

    /// Returns `true` if they may change the text of this post.
    #[must_use]
    pub fn may_edit(&self, topic: &topics::Topic, post: &posts::Post) -> bool {
        self.on(topic).may_edit(post)
    }

    /// Passes if they may change the text of this post: its author while the topic is not locked, or a moderator.
    ///
    /// # Errors
    /// Returns `is_not_found` if they do not see it, `is_forbidden` if they may not.
    pub(crate) fn check_edit(&self, topic: &topics::Topic, post: &posts::Post) -> Result<()> {
        let on = self.on(topic);
        if !on.sees_post(post) {
            return Err(Error::not_found(format!("post {}", post.id)));
        }
        if on.may_edit(post) { Ok(()) } else { Err(self.refusal(MODERATE)) }
    }

    /// Returns `true` if they may bring this post (with number 1: its topic) to `to`. Moderators may, except
    /// showing their own post again; authors may delete a post without replies.
    #[must_use]
    pub(crate) fn may_change(&self, topic: &topics::Topic, post: &posts::Post, to: State) -> bool {
        self.on(topic).may_change(post, to)
    }

    /// Returns `true` if bringing this post to `to` would show their own text. A pending, hidden or deleted post is
    /// shown by another person: a deleted post may have been pending, too.
    pub(crate) fn shows_own(&self, post: &posts::Post, to: State) -> bool {
        to == State::Visible && self.is_author(post)
    }

    /// Returns `true` if they may report this post.
    #[must_use]
    pub fn may_flag(&self, topic: &topics::Topic, post: &posts::Post) -> bool {
        self.on(topic).may_flag(post)
    }

    /// Returns `true` if they may accept a reply of this topic: its asker and moderators may.
    #[must_use]
    pub(crate) fn may_accept(&self, topic: &topics::Topic) -> bool {
        self.on(topic).may_accept()
    }

    /// Returns `true` if they may mark the Region's answer.
    #[must_use]
    pub fn may_mark_official(&self, topic: &topics::Topic) -> bool {
        self.on(topic).may_mark_official()
    }

    /// Returns `true` if they may publish announcements in a category of `scope`.
    #[must_use]
    pub(crate) fn may_announce(&self, scope: Scope) -> bool {
        self.actor.may(OFFICIAL, scope) || self.actor.may(MODERATE, scope)
    }

    /// Returns `true` if their texts in this category are reviewed first; `is_newcomer` if too few of their posts have
    /// been shown.
    #[must_use]
    pub(crate) fn is_reviewed(&self, category: &Category, scope: Scope, is_newcomer: bool) -> bool {
        let trusted = self.actor.may(MODERATE, scope) || self.actor.may(OFFICIAL, scope);
        !trusted
            && match category.row.moderation {
                Moderation::Open => false,
                Moderation::FirstPosts => is_newcomer,
                Moderation::AllPosts => true,
            }
    }

    /// Returns the error for what they may not do.
    pub(crate) fn refusal(&self, permission: atrium_core::access::Permission) -> Error {
        match self.person() {
            Some(_) => Error::forbidden(permission),
            None => Error::sign_in_required(),
        }
    }

    pub(crate) fn is_author(&self, post: &posts::Post) -> bool {
        self.person() == Some(post.author_id)
    }

    /// Returns `true` if they hold this somewhere and it is not forbidden at `scope`. People ask and answer beyond
    /// their own school, except where a forbid silences them.
    fn may_use(&self, permission: atrium_core::access::Permission, scope: Scope) -> bool {
        let (rights, now) = (self.actor.rights(), self.actor.now());
        rights.holds_somewhere(permission, now) && !rights.is_forbidden(permission, scope, now)
    }
}
