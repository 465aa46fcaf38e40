//! Which people a category is open to: everybody, people who are signed in, holders of roles.

use std::fmt;

use atrium_core::Message;
use atrium_core::access::{Actor, HeldRole, Scope};

/// One kind of people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Everyone, visitors included.
    Public,
    /// People who are signed in.
    SignedIn,
    /// Holders of the role with this key (profiles are roles too) where the category lives, by somebody who could give
    /// it there.
    Role(String),
}

/// Several kinds of people: belonging to one of them is enough. An empty list admits no person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audiences(Vec<Audience>);

impl Audience {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "signed_in" => Some(Self::SignedIn),
            other => {
                let key = other.strip_prefix("role:").unwrap_or(other);
                let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
                (!key.is_empty() && key.len() <= 60 && key.chars().all(valid)).then(|| Self::Role(key.to_owned()))
            }
        }
    }

    fn admits(&self, actor: &Actor, scope: Scope) -> bool {
        match self {
            Self::Public => true,
            Self::SignedIn => actor.person().is_some(),
            Self::Role(key) => {
                // Held below counts too: a referent of one school is among the referents of the platform.
                let here = |role: &HeldRole| role.covers(scope) || scope.covers(role.scope);
                // What a school delegated by itself opens its own categories, and not the Region's.
                let counts = |role: &HeldRole| role.is_given_for(scope) && here(role);
                actor.rights().roles(actor.now()).any(|role| *role.key == **key && counts(role))
            }
        }
    }
}

impl Audiences {
    /// Parses words of the form `public`, `signed_in`, `role:teacher` or plainly `teacher`, separated by spaces or
    /// commas.
    ///
    /// # Errors
    /// Returns the message for the first word of another form.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let words = text.split([' ', ',', ';', '\n', '\t']).filter(|word| !word.is_empty());
        let mut audiences = words
            .map(|word| Audience::parse(word).ok_or_else(|| Message::new("forum-audience-unknown").with("word", word)))
            .collect::<Result<Vec<_>, _>>()?;
        audiences.sort();
        audiences.dedup();
        Ok(Self(audiences))
    }

    /// Returns `true` if this person is among them. Roles count if held above or below `scope`.
    #[must_use]
    pub(crate) fn admits(&self, actor: &Actor, scope: Scope) -> bool {
        self.0.iter().any(|audience| audience.admits(actor, scope))
    }

    /// Returns the keys of the roles among them.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|audience| match audience {
            Audience::Role(key) => Some(&**key),
            Audience::Public | Audience::SignedIn => None,
        })
    }

    /// Returns `true` if visitors are among them.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.0.contains(&Audience::Public)
    }

    /// Returns `true` if all signed-in people are among them.
    #[must_use]
    pub(crate) fn admits_anybody_signed_in(&self) -> bool {
        self.0.contains(&Audience::SignedIn)
    }

    /// Iterates over the kinds of people.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Audience> {
        self.0.iter()
    }

    /// Returns `true` if the list is empty.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::SignedIn => f.write_str("signed_in"),
            Self::Role(key) => write!(f, "role:{key}"),
        }
    }
}

impl fmt::Display for Audiences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, audience) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{audience}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written_in_one_spelling() {
        let audiences = Audiences::parse("teacher, public role:teacher").unwrap();
        assert_eq!(audiences.to_string(), "public role:teacher");
        assert!(audiences.is_public());
        assert!(Audiences::parse("role:Été").is_err());
        assert!(Audiences::parse("  ").unwrap().is_empty());
    }
}
