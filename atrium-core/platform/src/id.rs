//! Identifier types: one type per entity, so that a topic's id is never taken for a person's.

use thiserror::Error;

/// A text that is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not an identifier: `{0}`")]
pub struct ParseIdError(pub String);

/// Returns a name that no other process or file has: of an installation, a node, a file beside another one.
#[expect(clippy::disallowed_methods, reason = "what has no row yet cannot be named by the database")]
pub(crate) fn unique_name() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Declares identifier types: 64-bit integers assigned by the database, usable in entities, paths and JSON.
///
/// The name `sea_orm` must be in scope: `use atrium_core::sea_orm;`.
///
/// ```
/// atrium_platform::id_type! {
///     /// A tablet of the stock.
///     pub struct TabletId;
/// }
/// assert_eq!("42".parse::<TabletId>().unwrap(), TabletId(42));
/// assert!("-1".parse::<TabletId>().is_err());
/// ```
#[macro_export]
macro_rules! id_type {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::__private::sea_orm::DeriveValueType,
        )]
        $vis struct $name(pub i64);

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::__private::serde::Serializer,
            {
                $crate::__private::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::__private::serde::Deserializer<'de>,
            {
                $crate::__private::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseIdError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                match text.parse::<i64>() {
                    Ok(value) if value > 0 && text.as_bytes()[0].is_ascii_digit() => Ok(Self(value)),
                    _ => Err($crate::ParseIdError(text.to_owned())),
                }
            }
        }
    )+};
}

crate::id_type! {
    /// Identifies a school.
    pub struct EstablishmentId;
    /// Identifies a named set of schools.
    pub struct SectorId;
    /// Identifies a class or another group of an establishment.
    pub struct GroupId;
    /// Identifies a person, the same one in every establishment.
    pub struct PersonId;
    /// Identifies a membership of an establishment.
    pub struct MembershipId;
    /// Identifies an identity of a person at an issuer.
    pub struct IdentityId;
}
