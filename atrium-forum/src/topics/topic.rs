//! Topics as the rest of the forum knows them, and their addresses.

use atrium_core::access::Scope;
use atrium_core::clock::Timestamp;
use atrium_core::directory::{EstablishmentId, PersonId};
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult, Iterable};
use serde::{Deserialize, Serialize};

use crate::categories::Slug;
use crate::follow::{self, Standing};
use crate::ids::{CategoryId, PostId, TopicId};
use crate::state::{Readers, State};

/// A topic. Its first post is its question and stands in the same state.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
#[non_exhaustive]
pub struct Topic {
    /// Its number.
    pub id: TopicId,
    /// Its category.
    pub category_id: CategoryId,
    /// The asker's school, when they asked from one.
    pub establishment_id: Option<EstablishmentId>,
    /// Who asked.
    pub author_id: PersonId,
    /// Its title.
    pub title: String,
    /// What kind of topic.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Who reads it, of those who may see its category: as it asks itself, unless
    /// its category is confidential.
    pub readers: Readers,
    /// Who reads it in a category that is not confidential.
    pub own_readers: Readers,
    /// The moderator who made it confidential, who may undo that without reading it.
    pub restricted_by: Option<PersonId>,
    /// `true` if it stays on top of its category.
    pub pinned: bool,
    /// `true` if it is closed to replies.
    pub locked: bool,
    /// The reply that solved it.
    pub accepted_post_id: Option<PostId>,
    /// The number of the revision that was accepted.
    pub accepted_revision: Option<i64>,
    /// The Region's answer.
    pub official_post_id: Option<PostId>,
    /// The number given to its newest post, whatever its state.
    pub last_number: i64,
    /// The number of its newest visible post.
    pub last_visible_number: i64,
    /// Who wrote its newest visible post.
    pub last_visible_author_id: PersonId,
    /// When its newest visible post was written, by the clock of the node that took it.
    pub last_visible_at: Timestamp,
    /// Its newest visible post: the order of lists, which no clock decides.
    pub last_visible_post_id: PostId,
    /// Replies that its readers see.
    pub replies_public: i64,
    /// Replies that moderators see.
    pub replies_staff: i64,
    /// Raised when its title, kind, category, marks or state change; replies leave it alone.
    pub version: i64,
    /// When it was asked.
    pub created_at: Timestamp,
}

/// Kinds of topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something to be answered.
    #[default]
    Question,
    /// Something that does not work.
    Problem,
    /// Something that is missing.
    Wish,
    /// Something to talk about.
    Discussion,
    /// Something the Region tells.
    Announcement,
}

impl Kind {
    /// Returns its key in forms.
    #[must_use]
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Problem => "problem",
            Self::Wish => "wish",
            Self::Discussion => "discussion",
            Self::Announcement => "announcement",
        }
    }

    /// Returns the kind with this key.
    #[must_use]
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::iter().find(|kind| kind.key() == key)
    }

    /// Returns `true` if a reply can solve it.
    #[must_use]
    pub(crate) fn is_solvable(self) -> bool {
        matches!(self, Self::Question | Self::Problem | Self::Wish)
    }
}

impl Topic {
    /// Returns the scope it lives at: the asker's school, else the platform.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.establishment_id.map_or(Scope::Platform, Scope::Establishment)
    }

    /// Returns its address's own part: `12-titre-du-sujet`.
    #[must_use]
    pub(crate) fn id_slug(&self) -> String {
        id_slug(self.id, &self.title)
    }

    /// Returns its page.
    #[must_use]
    pub fn url(&self) -> String {
        address(self.id, &self.title)
    }

    /// Returns the address of the page on which the post `number` stands.
    #[must_use]
    pub(crate) fn page_url(&self, number: i64) -> String {
        match first_of(number) {
            1 => self.url(),
            first => format!("{}?a-partir={first}", self.url()),
        }
    }

    /// Returns the same, opened at that post.
    #[must_use]
    pub(crate) fn url_at(&self, number: i64) -> String {
        format!("{}#message-{number}", self.page_url(number))
    }

    /// Returns how the topic stands with somebody who has read as far as `read`.
    pub(crate) fn standing(&self, read: Option<i64>, now: Timestamp) -> Standing {
        match read {
            Some(number) if number < self.last_visible_number => Standing::Unread { from: number + 1 },
            Some(_) => Standing::Read,
            None if self.last_visible_at.plus_days(follow::NEW_FOR_DAYS) > now => Standing::New,
            None => Standing::Read,
        }
    }

    /// Returns the subject of its events and search documents.
    #[must_use]
    pub(crate) fn subject(&self) -> String {
        subject(self.id)
    }
}

/// Returns the subject of a topic's events and search documents.
pub(crate) fn subject(id: TopicId) -> String {
    format!("forum:{id}")
}

/// Returns the topic that `subject` names, as [`subject`] writes it; `None` for any other subject.
pub(crate) fn topic_of(subject: &str) -> Option<TopicId> {
    subject.strip_prefix("forum:")?.parse().ok()
}

fn id_slug(id: TopicId, title: &str) -> String {
    format!("{id}-{}", Slug::from_title(title).as_str())
}

/// Returns the page of the topic with this number and title.
pub(crate) fn address(id: TopicId, title: &str) -> String {
    format!("/forum/sujets/{}", id_slug(id, title))
}

/// Posts on one page of a topic.
pub(crate) const POSTS_ON_PAGE: u64 = 20;

/// Returns the number with which the page of the post `number` begins.
pub(crate) fn first_of(number: i64) -> i64 {
    const LENGTH: i64 = POSTS_ON_PAGE.cast_signed();
    (number.max(1) - 1) / LENGTH * LENGTH + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_after_a_multiple_of_its_length() {
        for (number, first) in [(-3, 1), (0, 1), (1, 1), (20, 1), (21, 21), (40, 21), (41, 41)] {
            assert_eq!(first_of(number), first, "{number}");
        }
    }
}
