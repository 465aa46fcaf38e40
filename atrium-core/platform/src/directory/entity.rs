//! The tables of the directory.

/// Schools.
pub(crate) mod establishment {
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, EstablishmentKind};
    use sea_orm::entity::prelude::*;

    /// A school.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: EstablishmentId,
        /// National identifier, checked and in capitals.
        #[sea_orm(unique)]
        pub(crate) uai: String,
        /// Full name.
        pub(crate) name: String,
        /// The folded name, which orders lists.
        pub(crate) name_folded: String,
        /// The kind of school.
        pub(crate) kind: EstablishmentKind,
        /// Town.
        pub(crate) city: String,
        /// The source of the row: `manual`, `demo`, or an import's name.
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
        /// When the row was made.
        pub(crate) created_at: Timestamp,
        /// The version of the description, raised by every edit.
        pub(crate) version: i64,
        /// The version of the traits, raised by every edit.
        pub(crate) traits_version: i64,
    }

    /// No relation is declared: queries join in `store`.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Traits that some schools have.
pub(crate) mod establishment_trait {
    use crate::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    /// One trait of one school, such as `manuels-numeriques`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment_trait")]
    pub(crate) struct Model {
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) establishment_id: EstablishmentId,
        /// The trait's key.
        #[sea_orm(primary_key, auto_increment = false, column_name = "trait")]
        pub(crate) key: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Named sets of schools.
pub(crate) mod sector {
    use crate::clock::Timestamp;
    use crate::directory::SectorId;
    use sea_orm::entity::prelude::*;

    /// A named set of schools.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_sector")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: SectorId,
        /// The name: `Portefeuille Marseille nord`.
        pub(crate) name: String,
        /// The folded name, which orders lists and is unique.
        #[sea_orm(unique)]
        pub(crate) name_folded: String,
        /// The source of the row.
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
        /// The version of the name, raised by every edit.
        pub(crate) version: i64,
        /// When the row was made.
        pub(crate) created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Schools of sectors.
pub(crate) mod sector_establishment {
    use crate::directory::{EstablishmentId, SectorId};
    use sea_orm::entity::prelude::*;

    /// One school in one sector; a school may be in several.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_sector_establishment")]
    pub(crate) struct Model {
        /// The sector.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sector_id: SectorId,
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) establishment_id: EstablishmentId,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Classes and other groups.
pub(crate) mod group {
    use crate::directory::{EstablishmentId, GroupId, GroupKind};
    use sea_orm::entity::prelude::*;

    /// A group of an establishment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_group")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: GroupId,
        /// The school.
        pub(crate) establishment_id: EstablishmentId,
        /// Class or other group.
        pub(crate) kind: GroupKind,
        /// The name in the school: `2nde 3`.
        pub(crate) name: String,
        /// The source of the row.
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
        /// The version, raised by every edit.
        pub(crate) version: i64,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Members of groups.
pub(crate) mod group_member {
    use crate::directory::{GroupId, PersonId};
    use sea_orm::entity::prelude::*;

    /// One person in one group, as one source has it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_group_member")]
    pub(crate) struct Model {
        /// The group.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) group_id: GroupId,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) person_id: PersonId,
        /// The source of the row: `manual`, `host`, or an import's name.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Parents and other responsible adults.
pub(crate) mod guardian {
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// One guardian of one child, as one source has it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_guardian")]
    pub(crate) struct Model {
        /// The adult.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) guardian_id: PersonId,
        /// The pupil.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) child_id: PersonId,
        /// The source of the row.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Schools that a source names and that are not in the directory.
pub(crate) mod unknown_school {
    use crate::clock::Timestamp;
    use sea_orm::entity::prelude::*;

    /// One school that one source names.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_unknown_school")]
    pub(crate) struct Model {
        /// The source: `host`, or an import's name.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) source: String,
        /// The identifier.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) uai: String,
        /// When it was named last, give or take a day.
        pub(crate) named_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// People.
pub(crate) mod person {
    use crate::clock::Timestamp;
    use crate::directory::{PersonId, PersonStatus};
    use sea_orm::entity::prelude::*;

    /// A person, the same one in every establishment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_person")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: PersonId,
        /// The name shown beside what they write.
        pub(crate) display_name: String,
        /// Given name.
        pub(crate) given_name: String,
        /// Family name.
        pub(crate) family_name: String,
        /// Family then given name, folded, which orders lists.
        pub(crate) sort_name: String,
        /// The mail address; many accounts have no address.
        pub(crate) email: Option<String>,
        /// Preferred language of the pages: `fr` or `en`.
        pub(crate) locale: String,
        /// The state of the account.
        pub(crate) status: PersonStatus,
        /// The source of the row.
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
        /// The rights epoch, raised by every change of the person's rights; rights are cached under it.
        pub(crate) epoch: i64,
        /// When the row was made.
        pub(crate) created_at: Timestamp,
        /// The version, raised by every edit.
        pub(crate) version: i64,
        /// What each source vouched for last, a line each: `source=digest#epoch`, with the epoch of the rights then.
        pub(crate) vouched: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Identities of people at issuers.
pub(crate) mod identity {
    use crate::clock::Timestamp;
    use crate::directory::{IdentityId, PersonId};
    use sea_orm::entity::prelude::*;

    /// One identity of one person.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_identity")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: IdentityId,
        /// Who vouches for the subject.
        pub(crate) issuer: String,
        /// The key of the person at the issuer.
        pub(crate) subject: String,
        /// The person.
        pub(crate) person_id: PersonId,
        /// The source of the row: `manual`, `host`, or an import's name.
        pub(crate) source: String,
        /// When the row was made.
        pub(crate) created_at: Timestamp,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Memberships of schools.
pub(crate) mod membership {
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, MembershipId, PersonId, Profile};
    use sea_orm::entity::prelude::*;

    /// A person's place in an establishment, as one source has it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_membership")]
    pub(crate) struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub(crate) id: MembershipId,
        /// The person.
        pub(crate) person_id: PersonId,
        /// The school.
        pub(crate) establishment_id: EstablishmentId,
        /// The profile, whose role comes with it.
        pub(crate) profile: Profile,
        /// The source of the row.
        pub(crate) source: String,
        /// The key of the row in its source.
        pub(crate) source_key: Option<String>,
        /// The first instant at which it holds; unbounded when absent.
        pub(crate) valid_from: Option<Timestamp>,
        /// The instant at which it ends (excluded); unbounded when absent.
        pub(crate) valid_until: Option<Timestamp>,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
