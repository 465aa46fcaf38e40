//! Tables of the directory.

/// Schools.
pub mod establishment {
    use crate::clock::Timestamp;
    use crate::directory::{EstablishmentId, fold};
    use sea_orm::entity::prelude::*;

    /// A school.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment")]
    pub struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: EstablishmentId,
        /// National identifier, checked and in capitals.
        #[sea_orm(unique)]
        pub uai: String,
        /// Full name.
        pub name: String,
        /// By which it sorts.
        pub name_folded: String,
        /// What kind of school.
        pub kind: Kind,
        /// Town.
        pub city: String,
        /// Who made the row: `manual`, `demo`, or an import's name.
        pub source: String,
        /// When the row was made.
        pub created_at: Timestamp,
        /// Raised by every edit of the description.
        pub version: i64,
        /// Raised by every edit of the traits.
        pub traits_version: i64,
    }

    impl Model {
        /// Does the school's name, town or UAI hold each word of `folded`?
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

/// What holds of some schools and not of others.
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
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: GroupId,
        /// Its school.
        pub establishment_id: EstablishmentId,
        /// Class or other group.
        pub kind: Kind,
        /// Its name in the school: `2nde 3`.
        pub name: String,
        /// Who made the row.
        pub source: String,
        /// Raised by every edit.
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

/// Who is in a group.
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
        /// Who made the row.
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
        /// Their number here.
        #[sea_orm(primary_key)]
        pub id: PersonId,
        /// The key under which the host or the national directory knows them.
        #[sea_orm(unique)]
        pub external_id: Option<String>,
        /// The name shown beside what they write.
        pub display_name: String,
        /// Given name.
        pub given_name: String,
        /// Family name.
        pub family_name: String,
        /// Family then given name, folded, by which they sort.
        pub sort_name: String,
        /// Where mail goes; many accounts have none.
        pub email: Option<String>,
        /// Preferred language of the pages: `fr` or `en`.
        pub locale: String,
        /// May they come in?
        pub status: Status,
        /// Who made the row.
        pub source: String,
        /// Raised with every change to what they may do: rights are cached under it.
        pub epoch: i64,
        /// When the row was made.
        pub created_at: Timestamp,
        /// Raised by every edit.
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
        /// The name is gone; what they wrote stays.
        Erased,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who belongs to which school, as what.
pub mod membership {
    use crate::clock::{Timestamp, Validity};
    use crate::directory::{EstablishmentId, MembershipId, PersonId};
    use sea_orm::Iterable;
    use sea_orm::entity::prelude::*;

    /// A person's place in an establishment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_membership")]
    pub struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: MembershipId,
        /// Who.
        pub person_id: PersonId,
        /// Where.
        pub establishment_id: EstablishmentId,
        /// As what; the profile's role comes with it.
        pub profile: Profile,
        /// Who made the row.
        pub source: String,
        /// From when; always, when absent.
        pub valid_from: Option<Timestamp>,
        /// Until when (that instant excluded); for good, when absent.
        pub valid_until: Option<Timestamp>,
    }

    impl Model {
        /// When it holds.
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
        /// The profile's key, also the key of the built-in role that comes with it.
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

        /// The profile with this key.
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
