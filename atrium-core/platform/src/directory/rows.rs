//! Schools, groups, people and memberships as the directory shows them: their rows without the tables.

use sea_orm::{DeriveActiveEnum, EnumIter, Iterable};

use super::entity::{establishment, group, identity, membership, person, sector};
use super::{EstablishmentId, GroupId, IdentityId, MembershipId, PersonId, SectorId, fold};
use crate::clock::{Timestamp, Validity};

/// A school.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Establishment {
    /// The primary key.
    pub id: EstablishmentId,
    /// National identifier, checked and in capitals.
    pub uai: String,
    /// Full name.
    pub name: String,
    /// The folded name, which orders lists.
    pub name_folded: String,
    /// The kind of school.
    pub kind: EstablishmentKind,
    /// Town.
    pub city: String,
    /// The source of the row: `manual`, `demo`, or an import's name.
    pub source: String,
    /// The key of the row in its source, if the source has one.
    pub source_key: Option<String>,
    /// When the row was made.
    pub created_at: Timestamp,
    /// The version of the description, raised by every edit.
    pub version: i64,
    /// The version of the traits, raised by every edit.
    pub traits_version: i64,
}

impl From<establishment::Model> for Establishment {
    fn from(row: establishment::Model) -> Self {
        Self {
            id: row.id,
            uai: row.uai,
            name: row.name,
            name_folded: row.name_folded,
            kind: row.kind,
            city: row.city,
            source: row.source,
            source_key: row.source_key,
            created_at: row.created_at,
            version: row.version,
            traits_version: row.traits_version,
        }
    }
}

impl Establishment {
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
pub enum EstablishmentKind {
    /// General and technological upper secondary school.
    Lycee,
    /// Vocational upper secondary school.
    LyceePro,
    /// Lower secondary school.
    College,
    /// Anything else with a UAI.
    Other,
}

/// A named set of schools: a technician's portfolio, an academy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sector {
    /// The primary key.
    pub id: SectorId,
    /// The name: `Portefeuille Marseille nord`.
    pub name: String,
    /// The folded name, which orders lists.
    pub name_folded: String,
    /// The source of the row.
    pub source: String,
    /// The key of the row in its source, if the source has one.
    pub source_key: Option<String>,
    /// The version of the name, raised by every edit.
    pub version: i64,
    /// When the row was made.
    pub created_at: Timestamp,
}

impl From<sector::Model> for Sector {
    fn from(row: sector::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            name_folded: row.name_folded,
            source: row.source,
            source_key: row.source_key,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// A group of an establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The primary key.
    pub id: GroupId,
    /// The school.
    pub establishment_id: EstablishmentId,
    /// Class or other group.
    pub kind: GroupKind,
    /// The name in the school: `2nde 3`.
    pub name: String,
    /// The source of the row.
    pub source: String,
    /// The key of the row in its source, if the source has one.
    pub source_key: Option<String>,
    /// The version, raised by every edit.
    pub version: i64,
}

impl From<group::Model> for Group {
    fn from(row: group::Model) -> Self {
        Self {
            id: row.id,
            establishment_id: row.establishment_id,
            kind: row.kind,
            name: row.name,
            source: row.source,
            source_key: row.source_key,
            version: row.version,
        }
    }
}

/// Kinds of group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// A class.
    Class,
    /// Pupils across classes.
    Pupils,
    /// Staff.
    Administrative,
}

/// A person, the same one in every establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The primary key.
    pub id: PersonId,
    /// The name shown beside what they write; empty once the person is erased, like the other names.
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
    pub status: PersonStatus,
    /// The source of the row.
    pub source: String,
    /// The key of the row in its source, if the source has one.
    pub source_key: Option<String>,
    /// The rights epoch, raised by every change of the person's rights; rights are cached under it.
    pub epoch: i64,
    /// When the row was made.
    pub created_at: Timestamp,
    /// The version, raised by every edit.
    pub version: i64,
    /// What each source vouched for last, a line each: `source=digest#epoch`, with the epoch of the rights then.
    pub(crate) vouched: String,
}

impl From<person::Model> for Person {
    fn from(row: person::Model) -> Self {
        Self {
            id: row.id,
            display_name: row.display_name,
            given_name: row.given_name,
            family_name: row.family_name,
            sort_name: row.sort_name,
            email: row.email,
            locale: row.locale,
            status: row.status,
            source: row.source,
            source_key: row.source_key,
            epoch: row.epoch,
            created_at: row.created_at,
            version: row.version,
            vouched: row.vouched,
        }
    }
}

/// States of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PersonStatus {
    /// In use.
    Active,
    /// Kept, without access.
    Suspended,
    /// The name is erased; what the person wrote stays.
    Erased,
}

/// Who a person is at an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The primary key.
    pub id: IdentityId,
    /// Who vouches for the subject: the address of a sign-on service, `aaf`, or `external` for a host without a name.
    pub issuer: String,
    /// The key of the person at the issuer.
    pub subject: String,
    /// The person.
    pub person_id: PersonId,
    /// The source of the row: `manual`, `host`, or an import's name.
    pub source: String,
    /// When the row was made.
    pub created_at: Timestamp,
}

impl From<identity::Model> for Identity {
    fn from(row: identity::Model) -> Self {
        Self {
            id: row.id,
            issuer: row.issuer,
            subject: row.subject,
            person_id: row.person_id,
            source: row.source,
            created_at: row.created_at,
        }
    }
}

/// A person's place in an establishment, as one source has it. Several sources may have the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// The primary key.
    pub id: MembershipId,
    /// The person.
    pub person_id: PersonId,
    /// The school.
    pub establishment_id: EstablishmentId,
    /// The profile, whose role comes with it.
    pub profile: Profile,
    /// The source of the row.
    pub source: String,
    /// The key of the row in its source, if the source has one.
    pub source_key: Option<String>,
    /// The first instant at which it holds; unbounded when absent.
    pub valid_from: Option<Timestamp>,
    /// The instant at which it ends (excluded); unbounded when absent.
    pub valid_until: Option<Timestamp>,
}

impl From<membership::Model> for Membership {
    fn from(row: membership::Model) -> Self {
        Self {
            id: row.id,
            person_id: row.person_id,
            establishment_id: row.establishment_id,
            profile: row.profile,
            source: row.source,
            source_key: row.source_key,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Membership {
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
