//! Services and announcements as the catalogue shows them.

use sea_orm::{DeriveActiveEnum, EnumIter};

use super::AnnouncementId;
use super::entity::{announcement, service};
use crate::clock::Timestamp;
use crate::directory::{PersonId, Profile};

/// A service of ATRIUM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// The stable key: `casier`.
    pub key: String,
    /// The position in lists.
    pub position: i64,
    /// The name in French.
    pub name_fr: String,
    /// The name in English.
    pub name_en: String,
    /// One sentence in French on what it does.
    pub summary_fr: String,
    /// One sentence in English on what it does.
    pub summary_en: String,
    /// `true` if it is available in every establishment that does not override it; otherwise only in those that
    /// do.
    pub everywhere: bool,
    /// The profiles it is meant for: `*` for all, or keys separated by spaces. Empty if a role opens it.
    pub profiles: String,
    /// The launch address, unless an establishment has its own.
    pub launch_url: Option<String>,
    /// The state.
    pub state: ServiceState,
    /// A note on the state, in French.
    pub state_note_fr: String,
    /// A note on the state, in English.
    pub state_note_en: String,
    /// The instant since which it is in this state.
    pub state_since: Timestamp,
    /// The version, raised by every change.
    pub version: i64,
}

impl From<service::Model> for Service {
    fn from(row: service::Model) -> Self {
        Self {
            key: row.key,
            position: row.position,
            name_fr: row.name_fr,
            name_en: row.name_en,
            summary_fr: row.summary_fr,
            summary_en: row.summary_en,
            everywhere: row.everywhere,
            profiles: row.profiles,
            launch_url: row.launch_url,
            state: row.state,
            state_note_fr: row.state_note_fr,
            state_note_en: row.state_note_en,
            state_since: row.state_since,
            version: row.version,
        }
    }
}

impl Service {
    /// Returns `true` if the service is meant for people of `profile`.
    #[must_use]
    pub(crate) fn is_for(&self, profile: Profile) -> bool {
        self.profiles == "*" || self.profiles.split(' ').any(|key| key == profile.key())
    }
}

/// States of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Works.
    Normal,
    /// Works badly, or in part.
    Degraded,
    /// Does not work.
    Stopped,
    /// Does not work, as planned.
    Maintenance,
}

impl ServiceState {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Degraded, Self::Stopped, Self::Maintenance];

    /// Returns the state with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == key)
    }

    /// Returns the key, as forms and messages spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Degraded => "degraded",
            Self::Stopped => "stopped",
            Self::Maintenance => "maintenance",
        }
    }
}

/// An announcement, shown on every page from its start to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Announcement {
    /// The primary key.
    pub id: AnnouncementId,
    /// The kind of news.
    pub kind: AnnouncementKind,
    /// The service it is about, if any.
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
    /// The instant at which it ends, excluded.
    pub ends_at: Timestamp,
    /// The author.
    pub author_id: Option<PersonId>,
    /// The version, raised by every change.
    pub version: i64,
}

impl From<announcement::Model> for Announcement {
    fn from(row: announcement::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            service_key: row.service_key,
            title_fr: row.title_fr,
            title_en: row.title_en,
            body_fr: row.body_fr,
            body_en: row.body_en,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            author_id: row.author_id,
            version: row.version,
        }
    }
}

impl Announcement {
    /// Returns `true` if it shows at `now`.
    #[must_use]
    pub(crate) fn is_on(&self, now: Timestamp) -> bool {
        self.starts_at <= now && now < self.ends_at
    }
}

/// Kinds of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementKind {
    /// General information.
    Info,
    /// Planned work.
    Maintenance,
    /// A service does not work.
    Incident,
}

impl AnnouncementKind {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::Info, Self::Maintenance, Self::Incident];

    /// Returns the kind with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == key)
    }

    /// Returns the key, as forms and messages spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Maintenance => "maintenance",
            Self::Incident => "incident",
        }
    }
}
