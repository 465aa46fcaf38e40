//! What one person may do in one topic and with its posts: a page asks the same of twenty posts, so that what holds of the
//! topic is worked out once.

use std::cell::{OnceCell, RefCell};

use atrium_core::access::Permission;
use atrium_core::directory::PersonId;

use super::Reader;
use crate::permissions::{ANSWER, FLAG, OFFICIAL};
use crate::state::State;
use crate::{posts, topics, visibility};

/// One person before one topic.
pub(crate) struct OnTopic<'r> {
    reader: &'r Reader,
    topic: &'r topics::Topic,
    sees: OnceCell<bool>,
    moderates: OnceCell<bool>,
    answers: OnceCell<bool>,
    may_answer: OnceCell<bool>,
    may_flag: OnceCell<bool>,
    may_mark_official: OnceCell<bool>,
    /// Which posts they see, by state and author.
    posts: RefCell<Vec<((State, PersonId), bool)>>,
}

impl<'r> OnTopic<'r> {
    pub(super) fn new(reader: &'r Reader, topic: &'r topics::Topic) -> Self {
        Self {
            reader,
            topic,
            sees: OnceCell::new(),
            moderates: OnceCell::new(),
            answers: OnceCell::new(),
            may_answer: OnceCell::new(),
            may_flag: OnceCell::new(),
            may_mark_official: OnceCell::new(),
            posts: RefCell::default(),
        }
    }

    pub(crate) fn sees(&self) -> bool {
        *self.sees.get_or_init(|| self.reader.sees.admits(&visibility::topic_tokens(self.topic)))
    }

    pub(crate) fn moderates(&self) -> bool {
        *self.moderates.get_or_init(|| self.reader.moderates.admits(&visibility::topic_tokens(self.topic)))
    }

    pub(crate) fn sees_post(&self, post: &posts::Post) -> bool {
        let asked = (post.state, post.author_id);
        let known = self.posts.borrow().iter().find(|(known, _)| *known == asked).map(|(_, sees)| *sees);
        known.unwrap_or_else(|| {
            let sees =
                self.sees() && self.reader.sees.admits(&visibility::tokens(self.topic, post.state, post.author_id));
            self.posts.borrow_mut().push((asked, sees));
            sees
        })
    }

    pub(crate) fn is_author(&self, post: &posts::Post) -> bool {
        self.reader.is_author(post)
    }

    pub(crate) fn may_answer(&self) -> bool {
        *self.may_answer.get_or_init(|| self.reader.check_answer(self.topic).is_ok())
    }

    pub(crate) fn may_edit(&self, post: &posts::Post) -> bool {
        let own =
            || self.reader.is_author(post) && !self.topic.locked && post.state != State::Deleted && self.answers_here();
        self.sees_post(post) && (own() || (self.reader.person().is_some() && self.moderates()))
    }

    pub(crate) fn may_change(&self, post: &posts::Post, to: State) -> bool {
        let unanswered = post.number > 1 || self.topic.replies_staff == 0;
        let withdraws = to == State::Deleted && self.reader.is_author(post) && !self.topic.locked && unanswered;
        let moderates = self.moderates() && !self.reader.shows_own(post, to);
        moderates || (withdraws && post.state != State::Deleted && self.answers_here())
    }

    pub(crate) fn may_flag(&self, post: &posts::Post) -> bool {
        let shown = post.state == State::Visible && self.sees_post(post);
        let other = self.reader.person().is_some() && !self.reader.is_author(post);
        shown && other && *self.may_flag.get_or_init(|| self.may_use(FLAG))
    }

    pub(crate) fn may_accept(&self) -> bool {
        let topic = self.topic;
        let own = || self.reader.person() == Some(topic.author_id) && !topic.locked && self.answers_here();
        let solvable = topic.kind.is_solvable() && topic.state == State::Visible;
        solvable && self.sees() && (own() || self.moderates())
    }

    pub(crate) fn may_mark_official(&self) -> bool {
        let may = || self.sees() && self.reader.actor.may(OFFICIAL, self.topic.scope());
        *self.may_mark_official.get_or_init(may)
    }

    /// Returns `true` if they may answer and it is not forbidden here.
    fn answers_here(&self) -> bool {
        *self.answers.get_or_init(|| self.may_use(ANSWER))
    }

    fn may_use(&self, permission: Permission) -> bool {
        self.reader.may_use(permission, self.topic.scope())
    }
}
