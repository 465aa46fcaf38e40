//! People as an embedding application or an import describes them.

use sha2::{Digest, Sha256};

use crate::directory::{GroupKind, Person, Profile, Uai};
use crate::error::{Error, FieldProblem, Message, Result};

/// The default issuer of identities.
pub const EXTERNAL: &str = "external";

/// A person as the embedding application describes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalIdentity {
    /// Who vouches for the person: [`EXTERNAL`], the address of a sign-on service, the name of a directory.
    pub issuer: String,
    /// The issuer's stable key for the person.
    pub subject: String,
    /// The key of the person's record in the source, by which they are found under a new identity.
    pub source_key: Option<String>,
    /// The name shown beside what they write; given and family name when empty.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The mail address.
    pub email: Option<String>,
    /// Preferred language: `fr` or `en`; `None` keeps the person's own choice.
    pub locale: Option<String>,
    /// All their schools and profiles.
    pub memberships: Vec<(Uai, Profile)>,
    /// All their classes and other groups, in schools that they are in.
    pub groups: Vec<ExternalGroup>,
    /// The same issuer's keys of all pupils that they answer for.
    pub children: Vec<String>,
    /// All roles that the host vouches for, beside those of the profiles.
    pub roles: Vec<ExternalRole>,
}

/// A group as the embedding application describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalGroup {
    /// The school.
    pub school: Uai,
    /// Class or other group.
    pub kind: GroupKind,
    /// The name in the school, by which it is found unless the source knows it by `key`.
    pub name: String,
    /// The key of the group in the source, under which it may change its name.
    pub key: Option<String>,
}

/// A role as the embedding application vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalRole {
    /// The role's key: `digital_referent`.
    pub key: String,
    /// The school it holds in; on the whole platform without one.
    pub school: Option<Uai>,
}

/// A part of an identity that refers to something unknown here, and was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Unresolved {
    /// No school has this identifier.
    School(Uai),
    /// A group of a school that the person is not in, or whose name is not valid.
    Group(String),
    /// No person has this key.
    Child(String),
    /// No role has this key, or it is a profile's or `platform_admin`, which a host cannot give.
    Role(String),
}

/// The person behind an identity, and what of it was left out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Provisioned {
    /// The person.
    pub person: Person,
    /// What refers to something unknown, each once.
    pub unresolved: Vec<Unresolved>,
}

impl ExternalIdentity {
    /// Creates the identity `subject` of the issuer [`EXTERNAL`], shown as `display_name`, in no school.
    #[must_use]
    pub fn new(subject: impl Into<String>, display_name: impl Into<String>) -> Self {
        let (subject, display_name) = (subject.into(), display_name.into());
        Self { issuer: EXTERNAL.to_owned(), subject, display_name, ..Self::default() }
    }

    /// Sets the issuer.
    #[must_use]
    pub fn issued_by(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Sets the key of the person's record in the source.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.source_key = Some(key.into());
        self
    }

    /// Sets given and family name.
    #[must_use]
    pub fn named(mut self, given_name: impl Into<String>, family_name: impl Into<String>) -> Self {
        self.given_name = given_name.into();
        self.family_name = family_name.into();
        self
    }

    /// Sets the mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets the preferred language, `fr` or `en`.
    #[must_use]
    pub fn reads(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// Adds a school.
    #[must_use]
    pub fn member(mut self, school: Uai, profile: Profile) -> Self {
        self.memberships.push((school, profile));
        self
    }

    /// Adds a class of a school.
    #[must_use]
    pub fn class(self, school: Uai, name: impl Into<String>) -> Self {
        self.group(school, GroupKind::Class, name)
    }

    /// Adds a group of a school.
    #[must_use]
    pub fn group(mut self, school: Uai, kind: GroupKind, name: impl Into<String>) -> Self {
        self.groups.push(ExternalGroup { school, kind, name: name.into(), key: None });
        self
    }

    /// Adds a group of a school that the source knows by `key`: its name follows the source.
    #[must_use]
    pub fn keyed_group(
        mut self,
        school: Uai,
        kind: GroupKind,
        key: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        self.groups.push(ExternalGroup { school, kind, name: name.into(), key: Some(key.into()) });
        self
    }

    /// Adds a pupil that they answer for, by the same issuer's key.
    #[must_use]
    pub fn child(mut self, subject: impl Into<String>) -> Self {
        self.children.push(subject.into());
        self
    }

    /// Adds a role in a school.
    #[must_use]
    pub fn role_in(mut self, school: Uai, key: impl Into<String>) -> Self {
        self.roles.push(ExternalRole { key: key.into(), school: Some(school) });
        self
    }

    /// Adds a role on the whole platform.
    #[must_use]
    pub fn role(mut self, key: impl Into<String>) -> Self {
        self.roles.push(ExternalRole { key: key.into(), school: None });
        self
    }

    /// Returns a digest of memberships, groups, children and roles.
    pub(super) fn digest(&self) -> String {
        let mut all: Vec<String> = self.groups.iter().map(|group| format!("{group:?}")).collect();
        all.extend(self.children.iter().map(|child| format!("child {child:?}")));
        all.extend(self.roles.iter().map(|role| format!("{role:?}")));
        all.extend(self.memberships.iter().map(|(uai, profile)| format!("{uai} {profile:?}")));
        all.sort();
        let digest = Sha256::digest(all.join("\n"));
        hex::encode(&digest[..16])
    }

    /// Returns issuer and subject.
    ///
    /// # Errors
    /// Returns `is_invalid` if one is empty, too long or holds control characters.
    pub(super) fn identity(&self) -> Result<(&str, &str)> {
        parse_identity(&self.issuer, &self.subject)
    }

    /// Returns the key of the record in the source.
    pub(super) fn key(&self) -> Option<&str> {
        self.source_key.as_deref().map(str::trim).filter(|key| (1..=255).contains(&key.len()))
    }

    /// Returns every school that the identity names.
    pub(super) fn schools(&self) -> impl Iterator<Item = &Uai> {
        let of_roles = self.roles.iter().filter_map(|role| role.school.as_ref());
        self.memberships.iter().map(|(uai, _)| uai).chain(self.groups.iter().map(|group| &group.school)).chain(of_roles)
    }
}

/// Returns issuer and subject without spaces around them.
///
/// # Errors
/// Returns `is_invalid` if one is empty, longer than 255 bytes or holds control characters.
pub(super) fn parse_identity<'i>(issuer: &'i str, subject: &'i str) -> Result<(&'i str, &'i str)> {
    let (issuer, subject) = (issuer.trim(), subject.trim());
    let is_key = |text: &str| (1..=255).contains(&text.len()) && !text.chars().any(char::is_control);
    let problem = |field: &'static str, key| FieldProblem { field: field.into(), message: Message::new(key) };
    let mut problems = Vec::new();
    if !is_key(issuer) || issuer.contains(char::is_whitespace) {
        problems.push(problem("issuer", "directory-issuer-malformed"));
    }
    if !is_key(subject) {
        problems.push(problem("subject", "directory-external-id-malformed"));
    }
    if problems.is_empty() { Ok((issuer, subject)) } else { Err(Error::invalid(problems)) }
}
