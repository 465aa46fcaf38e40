//! Tables of the catalogue.

/// Services.
pub mod service {
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A service of ATRIUM.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_service")]
    pub struct Model {
        /// Its key, stable: `casier`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// Its place among the others.
        pub position: i64,
        /// Its name in French.
        pub name_fr: String,
        /// Its name in English.
        pub name_en: String,
        /// What it does, in French, in one sentence.
        pub summary_fr: String,
        /// What it does, in English.
        pub summary_en: String,
        /// Available in every establishment that does not say otherwise; else only in those that say so.
        pub everywhere: bool,
        /// Profiles it is meant for: `*` for all, or keys apart by spaces. None: it is opened by a role.
        pub profiles: String,
        /// Where it is opened, unless an establishment has its own address.
        pub launch_url: Option<String>,
        /// Whether it works.
        pub state: State,
        /// A word on its state, in French.
        pub state_note_fr: String,
        /// A word on its state, in English.
        pub state_note_en: String,
        /// Since when it is in this state.
        pub state_since: Timestamp,
        /// Raised by every change.
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
        /// All of them.
        pub const ALL: [Self; 4] = [Self::Normal, Self::Degraded, Self::Stopped, Self::Maintenance];

        /// The state spelt like this.
        #[must_use]
        pub fn from_key(key: &str) -> Option<Self> {
            Self::ALL.into_iter().find(|state| state.as_str() == key)
        }

        /// As forms and messages spell it.
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

/// Where services are available, against what holds in general.
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
        /// Does the school say so itself? Otherwise the general rule holds, and the row keeps its version.
        pub is_own: bool,
        /// Is it available there?
        pub available: bool,
        /// Where it is opened for this school.
        pub launch_url: Option<String>,
        /// Raised by every change.
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
        /// Its number.
        #[sea_orm(primary_key)]
        pub id: AnnouncementId,
        /// What sort of news it is.
        pub kind: Kind,
        /// The service it is about.
        pub service_key: Option<String>,
        /// Its title in French.
        pub title_fr: String,
        /// Its title in English; may be empty.
        pub title_en: String,
        /// What it says in French; may be empty.
        pub body_fr: String,
        /// What it says in English; may be empty.
        pub body_en: String,
        /// From when it shows.
        pub starts_at: Timestamp,
        /// Until when, that instant excluded.
        pub ends_at: Timestamp,
        /// Who wrote it.
        pub author_id: Option<PersonId>,
        /// Raised by every change.
        pub version: i64,
    }

    /// Sorts of news.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        /// Good to know.
        Info,
        /// Planned work.
        Maintenance,
        /// Something does not work.
        Incident,
    }

    impl Kind {
        /// All of them.
        pub const ALL: [Self; 3] = [Self::Info, Self::Maintenance, Self::Incident];

        /// The kind spelt like this.
        #[must_use]
        pub fn from_key(key: &str) -> Option<Self> {
            Self::ALL.into_iter().find(|kind| kind.as_str() == key)
        }

        /// As forms and messages spell it.
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
        /// Does it show at this instant?
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
