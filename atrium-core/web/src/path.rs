//! Extracts the parameters of a path, without those of the host's mount above it.

use std::fmt;

use axum::extract::{FromRequestParts, NestedPath, RawPathParams};
use http::request::Parts;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};

use atrium_platform::{Error, Result};

/// Parameters of the path, as declared with the route. An invalid one means that the page does not exist.
///
/// Parameters of the path under which a host mounts the platform (`/{school}/assistance`) are left out, which
/// `axum::extract::Path` does not do.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        if parts.uri.path().contains("%00") {
            // Our names contain no NUL, and PostgreSQL refuses it in a query.
            return Err(Error::not_found("a page with a NUL in its address"));
        }
        let above = parts.extensions.get::<NestedPath>().map_or(0, |mount| parameters_of(mount.as_str()));
        let all = RawPathParams::from_request_parts(parts, state).await.map_err(Error::not_found)?;
        let own: Vec<_> = all.iter().skip(above).collect();
        T::deserialize(Parameters(&own)).map(Self).map_err(Error::not_found)
    }
}

/// Returns the number of parameters in the pattern of a path.
fn parameters_of(pattern: &str) -> usize {
    pattern.split('/').filter(|segment| is_parameter(segment)).count()
}

/// Returns `true` if the segment of a pattern holds a parameter; `{{` is a brace of the path itself.
fn is_parameter(segment: &str) -> bool {
    segment.replace("{{", "").contains('{')
}

/// Why parameters do not fit.
#[derive(Debug)]
struct Unfit(String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Parameters in order, with their names.
struct Parameters<'p>(&'p [(&'p str, &'p str)]);

impl<'p> Parameters<'p> {
    /// Returns the only parameter.
    fn only(&self) -> Result<Parameter<'p>, Unfit> {
        match self.0 {
            [(_, text)] => Ok(Parameter(text)),
            several => Err(Unfit(format!("{} parameters in the path, and one is asked for", several.len()))),
        }
    }

    fn in_order(&self) -> SeqDeserializer<impl Iterator<Item = Parameter<'p>>, Unfit> {
        SeqDeserializer::new(self.0.iter().map(|(_, text)| Parameter(text)))
    }
}

/// Hands scalars to the only parameter.
macro_rules! scalars {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.only()?.$method(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Parameters<'de> {
    type Error = Unfit;

    scalars! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_option
        deserialize_identifier
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_seq(self.in_order())
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Unfit> {
        if self.0.len() != length {
            return Err(Unfit(format!("{} parameters in the path, and {length} are asked for", self.0.len())));
        }
        visitor.visit_seq(self.in_order())
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let named = self.0.iter().map(|(name, text)| (*name, Parameter(text)));
        visitor.visit_map(MapDeserializer::new(named))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.only()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }
}

/// One parameter, read as what the type asks for.
#[derive(Clone, Copy)]
struct Parameter<'p>(&'p str);

impl<'de> IntoDeserializer<'de, Unfit> for Parameter<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Parses numbers and the like from the text.
macro_rules! parsed {
    ($($method:ident $visit:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            let read = self.0.parse().map_err(|_| Unfit(format!("the parameter `{}`", self.0)))?;
            visitor.$visit(read)
        })*
    };
}

impl<'de> Deserializer<'de> for Parameter<'de> {
    type Error = Unfit;

    parsed! {
        deserialize_bool visit_bool deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64 deserialize_i128 visit_i128 deserialize_u8 visit_u8 deserialize_u16 visit_u16
        deserialize_u32 visit_u32 deserialize_u64 visit_u64 deserialize_u128 visit_u128 deserialize_f32 visit_f32
        deserialize_f64 visit_f64 deserialize_char visit_char
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn read<T: DeserializeOwned>(parameters: &[(&str, &str)]) -> Option<T> {
        // Borrowed texts suffice: the value owns what it keeps.
        let owned: Vec<(String, String)> =
            parameters.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let borrowed: Vec<_> = owned.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        T::deserialize(Parameters(&borrowed)).ok()
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(i64);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Open,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Named {
        school: String,
        id: Id,
    }

    #[test]
    fn parameters_are_read_as_the_type_asks() {
        assert_eq!(read::<Id>(&[("id", "12")]), Some(Id(12)));
        assert_eq!(read::<(Id, String)>(&[("id", "12"), ("slug", "a b")]), Some((Id(12), "a b".to_owned())));
        assert_eq!(read::<Kind>(&[("kind", "open")]), Some(Kind::Open));
        assert_eq!(read::<Vec<String>>(&[("a", "x"), ("b", "y")]), Some(vec!["x".to_owned(), "y".to_owned()]));
        let named = Named { school: "0139101X".to_owned(), id: Id(3) };
        assert_eq!(read::<Named>(&[("id", "3"), ("school", "0139101X")]), Some(named));
    }

    #[test]
    fn what_does_not_fit_is_no_page() {
        assert_eq!(read::<Id>(&[("id", "douze")]), None);
        assert_eq!(read::<Id>(&[("id", "1"), ("more", "2")]), None);
        assert_eq!(read::<(Id, Id)>(&[("id", "1")]), None);
        assert_eq!(read::<Kind>(&[("kind", "shut")]), None);
    }

    #[test]
    fn parameters_of_a_mount_are_counted() {
        assert_eq!(parameters_of("/{school}/assistance"), 1);
        assert_eq!(parameters_of("/assistance"), 0);
        assert_eq!(parameters_of("/{a}/x/{b}"), 2);
        assert_eq!(parameters_of("/{{literal}}"), 0);
    }
}
