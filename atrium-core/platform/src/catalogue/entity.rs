//! The tables of the catalogue.

/// Services.
pub mod service {
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A service of ATRIUM.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_service")]
    pub struct Model {
        /// The stable key: `casier`.
        #[sea_orm(primary_key, auto_increment = false)]
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
        pub state: State,
        /// A note on the state, in French.
        pub state_note_fr: String,
        /// A note on the state, in English.
        pub state_note_en: String,
        /// The instant since which it is in this state.
        pub state_since: Timestamp,
        /// The version, raised by every change.
        pub version: i64,
    }

    /// States of a service.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum State {
        /// Works.
        Normal,
        /// Works badly, or in part.
        Degraded,
        /// Does not work.
        Stopped,
        /// Does not work, as planned.
        Maintenance,
    }

    impl State {
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

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Schools' exceptions to the general availability of services.
pub mod availability {
    use crate::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    /// One service in one school.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_service_availability")]
    pub struct Model {
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub establishment_id: EstablishmentId,
        /// The service.
        #[sea_orm(primary_key, auto_increment = false)]
        pub service_key: String,
        /// `true` if the school overrides the general rule; otherwise the rule holds, and the row keeps its
        /// version.
        pub is_own: bool,
        /// `true` if the service is available there.
        pub available: bool,
        /// The school's own launch address.
        pub launch_url: Option<String>,
        /// The version, raised by every change.
        pub version: i64,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Announcements.
pub mod announcement {
    use crate::catalogue::AnnouncementId;
    use crate::clock::Timestamp;
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// An announcement, shown on every page from its start to its end.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_announcement")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: AnnouncementId,
        /// The kind of news.
        pub kind: Kind,
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

    /// Kinds of news.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        /// General information.
        Info,
        /// Planned work.
        Maintenance,
        /// A service does not work.
        Incident,
    }

    impl Kind {
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

    impl Model {
        /// Returns `true` if it shows at `now`.
        #[must_use]
        pub fn is_on(&self, now: Timestamp) -> bool {
            self.starts_at <= now && now < self.ends_at
        }
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
