//! The files, as they are written.

use std::collections::BTreeMap;

use atrium_core::catalogue::ServiceState;
use atrium_core::{Error, Result};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(RustEmbed)]
#[folder = "demo/"]
#[include = "*.toml"]
struct Files;

/// Everything the demo shows.
#[derive(Debug)]
pub(super) struct World {
    pub(super) establishments: Vec<Establishment>,
    pub(super) sectors: Vec<Sector>,
    pub(super) names: Names,
    pub(super) people: Vec<Person>,
    pub(super) announcements: Vec<Announcement>,
    pub(super) feedback: Vec<Feedback>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Establishment {
    pub(super) uai: String,
    pub(super) name: String,
    pub(super) kind: atrium_core::directory::EstablishmentKind,
    pub(super) city: String,
    pub(super) traits: Vec<String>,
    #[serde(default)]
    pub(super) services: Vec<String>,
    pub(super) classes: Vec<String>,
    #[serde(default)]
    pub(super) admin_groups: Vec<String>,
    #[serde(default)]
    pub(super) pupil_groups: Vec<String>,
    pub(super) drawn: BTreeMap<String, usize>,
}

/// A named set of schools.
#[derive(Debug, Deserialize)]
pub(super) struct Sector {
    pub(super) name: String,
    pub(super) schools: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Names {
    pub(super) given: Vec<String>,
    pub(super) family: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Person {
    pub(super) key: String,
    pub(super) given: String,
    pub(super) family: String,
    pub(super) profile: Option<String>,
    pub(super) establishment: Option<String>,
    #[serde(default)]
    pub(super) classes: Vec<String>,
    #[serde(default)]
    pub(super) groups: Vec<String>,
    #[serde(default)]
    pub(super) children: Vec<String>,
    #[serde(default)]
    pub(super) roles: Vec<Role>,
    pub(super) login: String,
    #[serde(default)]
    pub(super) sign_in: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Role {
    pub(super) role: String,
    pub(super) scope: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Announcement {
    pub(super) kind: News,
    pub(super) service: Option<String>,
    pub(super) starts_in_hours: f64,
    pub(super) ends_in_hours: f64,
    pub(super) fr: Words,
    pub(super) en: Words,
}

/// Sorts of news, as the file spells them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum News {
    Info,
    Maintenance,
    Degraded,
    Stopped,
}

impl News {
    /// Returns the state of the service that this is about, while it is on.
    pub(super) fn state(self) -> Option<ServiceState> {
        match self {
            Self::Info => None,
            Self::Maintenance => Some(ServiceState::Maintenance),
            Self::Degraded => Some(ServiceState::Degraded),
            Self::Stopped => Some(ServiceState::Stopped),
        }
    }
}

impl From<News> for atrium_core::catalogue::AnnouncementKind {
    fn from(news: News) -> Self {
        match news {
            News::Info => Self::Info,
            News::Maintenance => Self::Maintenance,
            News::Degraded | News::Stopped => Self::Incident,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) body: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Feedback {
    pub(super) source: String,
    pub(super) person: String,
    pub(super) useful: bool,
    #[serde(default)]
    pub(super) comment: String,
}

impl World {
    pub(super) fn load() -> Result<Self> {
        #[derive(Deserialize)]
        struct Establishments {
            establishment: Vec<Establishment>,
            sector: Vec<Sector>,
        }
        #[derive(Deserialize)]
        struct People {
            person: Vec<Person>,
        }
        #[derive(Deserialize)]
        struct Announcements {
            announcement: Vec<Announcement>,
        }
        #[derive(Deserialize)]
        struct AllFeedback {
            feedback: Vec<Feedback>,
        }
        let places = read::<Establishments>("establishments.toml")?;
        Ok(Self {
            establishments: places.establishment,
            sectors: places.sector,
            names: read("names.toml")?,
            people: read::<People>("people.toml")?.person,
            announcements: read::<Announcements>("announcements.toml")?.announcement,
            feedback: read::<AllFeedback>("feedback.toml")?.feedback,
        })
    }
}

/// Reads one file of the demo.
pub(super) fn read<T: DeserializeOwned>(name: &str) -> Result<T> {
    let file = Files::get(name).ok_or_else(|| Error::bug(format!("no `{name}` in the demo")))?;
    let text = std::str::from_utf8(&file.data).map_err(|source| Error::internal(name, source))?;
    toml::from_str(text).map_err(|source| Error::internal(format!("`demo/{name}`"), source))
}
