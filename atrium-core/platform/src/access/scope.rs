//! The tree of places: the platform, sectors, establishments, their groups.

use std::fmt;

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

use super::{Facet, Token};
use crate::directory::{EstablishmentId, GroupId, SectorId};

/// A node of platform ⊃ sector ⊃ establishment ⊃ group. A sector is a named set of establishments, and an establishment may
/// be in several: which ones is data, which [`HeldRole`](super::HeldRole) carries.
///
/// ```
/// use atrium_platform::access::Scope;
/// use atrium_platform::directory::EstablishmentId;
///
/// let school = Scope::Establishment(EstablishmentId(7));
/// assert!(Scope::Platform.covers(school) && school.covers(school) && !school.covers(Scope::Platform));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everywhere.
    Platform,
    /// A named set of schools, and their groups.
    Sector(SectorId),
    /// One school and its groups.
    Establishment(EstablishmentId),
    /// One group, with the school it belongs to.
    Group(EstablishmentId, GroupId),
}

/// Kinds of scope, for permissions that are checked at some of them only.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// The platform.
    Platform,
    /// A sector.
    Sector,
    /// An establishment.
    Establishment,
    /// A group.
    Group,
}

impl Scope {
    /// Returns the kind of scope.
    #[must_use]
    pub fn kind(self) -> ScopeKind {
        match self {
            Self::Platform => ScopeKind::Platform,
            Self::Sector(_) => ScopeKind::Sector,
            Self::Establishment(_) => ScopeKind::Establishment,
            Self::Group(..) => ScopeKind::Group,
        }
    }

    /// Returns the scope above, the same in all data; `None` for the platform. Sectors stand above no school here.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::Platform => None,
            Self::Sector(_) | Self::Establishment(_) => Some(Self::Platform),
            Self::Group(establishment, _) => Some(Self::Establishment(establishment)),
        }
    }

    /// Returns `true` if `other` is this scope or below it, whatever the data: a sector covers itself alone, and
    /// [`HeldRole::covers`](super::HeldRole::covers) knows its schools.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Platform, _) => true,
            (Self::Sector(a), Self::Sector(b)) => a == b,
            (Self::Establishment(a), Self::Establishment(b) | Self::Group(b, _)) => a == b,
            (Self::Group(_, a), Self::Group(_, b)) => a == b,
            _ => false,
        }
    }

    /// Returns this scope and those above it, innermost first: at most three.
    ///
    /// ```
    /// use atrium_platform::access::Scope;
    /// use atrium_platform::directory::EstablishmentId;
    ///
    /// let school = Scope::Establishment(EstablishmentId(7));
    /// assert_eq!(school.chain().collect::<Vec<_>>(), [school, Scope::Platform]);
    /// ```
    pub fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |scope| scope.parent())
    }

    /// Returns the token that asks for this scope or anything below it.
    #[must_use]
    pub fn token(self) -> Token {
        Token::new(Facet::Scope, self)
    }

    /// Returns the token that asks for exactly this scope, without those below it: `=e12`.
    #[must_use]
    pub fn token_here(self) -> Token {
        Token::new(Facet::Scope, format_args!("={self}"))
    }

    /// Returns the tokens of an item that lives here: its own scope, those above it, and the exact scope.
    pub fn tokens(self) -> impl Iterator<Item = Token> {
        self.chain().map(Self::token).chain([self.token_here()])
    }
}

impl fmt::Display for Scope {
    /// Writes `p`, `s3`, `e12` or `g45`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("p"),
            Self::Sector(id) => write!(f, "s{id}"),
            Self::Establishment(id) => write!(f, "e{id}"),
            Self::Group(_, id) => write!(f, "g{id}"),
        }
    }
}
