//! The tables of the directory.

/// Schools.
pub mod establishment {
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, fold};
    use sea_orm::entity::prelude::*;

    /// A school.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: EstablishmentId,
        /// National identifier, checked and in capitals.
        #[sea_orm(unique)]
        pub uai: String,
        /// Full name.
        pub name: String,
        /// The folded name, which orders lists.
        pub name_folded: String,
        /// The kind of school.
        pub kind: Kind,
        /// Town.
        pub city: String,
        /// The source of the row: `manual`, `demo`, or an import's name.
        pub source: String,
        /// When the row was made.
        pub created_at: Timestamp,
        /// The version of the description, raised by every edit.
        pub version: i64,
        /// The version of the traits, raised by every edit.
        pub traits_version: i64,
    }

    impl Model {
        /// Returns `true` if the school's name, town or UAI contains each word of `folded`.
        #[must_use]
        pub fn answers_to(&self, folded: &str) -> bool {
            let text = format!("{} {} {}", self.name_folded, fold(&self.city), self.uai.to_lowercase());
            folded.split(' ').all(|word| text.contains(word))
        }
    }

    /// Kinds of school.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        /// General and technological upper secondary school.
        Lycee,
        /// Vocational upper secondary school.
        LyceePro,
        /// Lower secondary school.
        College,
        /// Anything else with a UAI.
        Other,
    }

    /// No relation is declared: queries join in `store`.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Traits that some schools have.
pub mod establishment_trait {
    use crate::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    /// One trait of one school, such as `manuels-numeriques`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment_trait")]
    pub struct Model {
        /// The school.
        #[sea_orm(primary_key, auto_increment = false)]
        pub establishment_id: EstablishmentId,
        /// The trait's key.
        #[sea_orm(primary_key, auto_increment = false, column_name = "trait")]
        pub key: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Classes and other groups.
pub mod group {
    use crate::directory::{EstablishmentId, GroupId};
    use sea_orm::entity::prelude::*;

    /// A group of an establishment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_group")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: GroupId,
        /// The school.
        pub establishment_id: EstablishmentId,
        /// Class or other group.
        pub kind: Kind,
        /// The name in the school: `2nde 3`.
        pub name: String,
        /// The source of the row.
        pub source: String,
        /// The version, raised by every edit.
        pub version: i64,
    }

    /// Kinds of group.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        /// A class.
        Class,
        /// Pupils across classes.
        Pupils,
        /// Staff.
        Administrative,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Members of groups.
pub mod group_member {
    use crate::directory::{GroupId, PersonId};
    use sea_orm::entity::prelude::*;

    /// One person in one group.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_group_member")]
    pub struct Model {
        /// The group.
        #[sea_orm(primary_key, auto_increment = false)]
        pub group_id: GroupId,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Parents and other responsible adults.
pub mod guardian {
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// One guardian of one child.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_guardian")]
    pub struct Model {
        /// The adult.
        #[sea_orm(primary_key, auto_increment = false)]
        pub guardian_id: PersonId,
        /// The pupil.
        #[sea_orm(primary_key, auto_increment = false)]
        pub child_id: PersonId,
        /// The source of the row.
        pub source: String,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// People.
pub mod person {
    use crate::clock::Timestamp;
    use crate::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// A person, the same one in every establishment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_person")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: PersonId,
        /// The key of the person at the host or in the national directory.
        #[sea_orm(unique)]
        pub external_id: Option<String>,
        /// The name shown beside what they write.
        pub display_name: String,
        /// Given name.
        pub given_name: String,
        /// Family name.
        pub family_name: String,
        /// Family then given name, folded, which orders lists.
        pub sort_name: String,
        /// The mail address; many accounts have no address.
        pub email: Option<String>,
        /// Preferred language of the pages: `fr` or `en`.
        pub locale: String,
        /// The state of the account.
        pub status: Status,
        /// The source of the row.
        pub source: String,
        /// The rights epoch, raised by every change of the person's rights; rights are cached under it.
        pub epoch: i64,
        /// When the row was made.
        pub created_at: Timestamp,
        /// The version, raised by every edit.
        pub version: i64,
    }

    /// States of an account.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum Status {
        /// In use.
        Active,
        /// Kept, without access.
        Suspended,
        /// The name is erased; what the person wrote stays.
        Erased,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Memberships of schools.
pub mod membership {
    use crate::clock::{Timestamp, Validity};
    use crate::directory::{EstablishmentId, MembershipId, PersonId};
    use sea_orm::Iterable;
    use sea_orm::entity::prelude::*;

    /// A person's place in an establishment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_membership")]
    pub struct Model {
        /// The primary key.
        #[sea_orm(primary_key)]
        pub id: MembershipId,
        /// The person.
        pub person_id: PersonId,
        /// The school.
        pub establishment_id: EstablishmentId,
        /// The profile, whose role comes with it.
        pub profile: Profile,
        /// The source of the row.
        pub source: String,
        /// The first instant at which it holds; unbounded when absent.
        pub valid_from: Option<Timestamp>,
        /// The instant at which it ends (excluded); unbounded when absent.
        pub valid_until: Option<Timestamp>,
    }

    impl Model {
        /// Returns the time during which it holds.
        #[must_use]
        pub fn validity(&self) -> Validity {
            Validity::new(self.valid_from, self.valid_until)
        }
    }

    /// The six profiles.
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        PartialOrd,
        Ord,
        Hash,
        EnumIter,
        DeriveActiveEnum,
        serde::Serialize,
        serde::Deserialize,
    )]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    #[serde(rename_all = "snake_case")]
    pub enum Profile {
        /// Pupil.
        Student,
        /// Parent or other responsible adult.
        Guardian,
        /// Teacher.
        Teacher,
        /// Head and deputies.
        Leadership,
        /// School life.
        SchoolLife,
        /// Administrative and technical staff.
        Staff,
    }

    impl Profile {
        /// Returns the profile's key, also the key of the built-in role that comes with it.
        #[must_use]
        pub fn key(self) -> &'static str {
            match self {
                Self::Student => "student",
                Self::Guardian => "guardian",
                Self::Teacher => "teacher",
                Self::Leadership => "leadership",
                Self::SchoolLife => "school_life",
                Self::Staff => "staff",
            }
        }

        /// Returns the profile with this key.
        #[must_use]
        pub fn from_key(key: &str) -> Option<Self> {
            Self::iter().find(|profile| profile.key() == key)
        }
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
