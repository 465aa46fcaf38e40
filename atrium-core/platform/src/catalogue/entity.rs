//! The tables of the catalogue.

/// Services.
pub(crate) mod service {
    use crate::catalogue::ServiceState;
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// A service of ATRIUM.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_service")]
    pub(crate) struct Model {
        /// The stable key: `casier`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) key: String,
        /// The position in lists.
        pub(crate) position: i64,
        /// The name in French.
        pub(crate) name_fr: String,
        /// The name in English.
        pub(crate) name_en: String,
        /// One sentence in French on what it does.
        pub(crate) summary_fr: String,
        /// One sentence in English on what it does.
        pub(crate) summary_en: String,
        /// `true` if it is available in every establishment that does not override it; otherwise only in those that
        /// do.
        pub(crate) everywhere: bool,
        /// The profiles it is meant for: `*` for all, or keys separated by spaces. Empty if a role opens it.
        pub(crate) profiles: String,
        /// The launch address, unless an establishment has its own.
        pub(crate) launch_url: Option<String>,
        /// The state.
        pub(crate) state: ServiceState,
        /// A note on the state, in French.
        pub(crate) state_note_fr: String,
        /// A note on the state, in English.
        pub(crate) state_note_en: String,
        /// The instant since which it is in this state.
        pub(crate) state_since: Timestamp,
        /// The version, raised by every change.
        pub(crate) version: i64,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Schools' exceptions to the general availability of services.
pub(crate) mod availability {
    use crate::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    /// One service in one school.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_service_availability")]
    pub(crate) struct Model {
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) establishment_id: EstablishmentId,
        /// The service.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) service_key: String,
        /// `true` if the school overrides the general rule; otherwise the rule holds, and the row keeps its
        /// version.
        pub(crate) is_own: bool,
        /// `true` if the service is available there.
        pub(crate) available: bool,
        /// The school's own launch address.
        pub(crate) launch_url: Option<String>,
        /// The version, raised by every change.
        pub(crate) version: i64,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Announcements.
pub(crate) mod announcement {
    use crate::catalogue::{AnnouncementId, AnnouncementKind};
    use crate::clock::Timestamp;
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// An announcement, shown on every page from its start to its end.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_announcement")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: AnnouncementId,
        /// The kind of news.
        pub(crate) kind: AnnouncementKind,
        /// The service it is about, if any.
        pub(crate) service_key: Option<String>,
        /// The title in French.
        pub(crate) title_fr: String,
        /// The title in English; may be empty.
        pub(crate) title_en: String,
        /// The body in French; may be empty.
        pub(crate) body_fr: String,
        /// The body in English; may be empty.
        pub(crate) body_en: String,
        /// The instant from which it shows.
        pub(crate) starts_at: Timestamp,
        /// The instant at which it ends, excluded.
        pub(crate) ends_at: Timestamp,
        /// The author.
        pub(crate) author_id: Option<PersonId>,
        /// The version, raised by every change.
        pub(crate) version: i64,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
