//! The audience of a passage of the help: the rule written on an audience block, and whether a reader fits it.
//!
//! This is relevance, not secrecy. If a rule asks for something unknown about a reader (such as a visitor), the
//! result is [`Fit::Unknown`]: show the passage, and state its audience.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fences::near;
use super::headings::slug;
use super::problem::ProblemKind;

/// The word for a rule that admits no reader.
const NOBODY: &str = "personne";

/// The profiles, and the French words accepted for them.
const PROFILES: [(&str, &[&str]); 6] = [
    ("student", &["eleve", "élève"]),
    ("guardian", &["responsable", "parent"]),
    ("teacher", &["enseignant"]),
    ("leadership", &["direction"]),
    ("school_life", &["vie-scolaire", "vie_scolaire"]),
    ("staff", &["personnel"]),
];

/// The audience of a passage. A reader has to match each non-empty set; one of its members is enough.
///
/// It displays as what follows `::: pour`: `profil=student,teacher service=moodle`, always in the same order, so
/// that equal rules have equal texts.
///
/// ```
/// use atrium_markup::AudienceRule;
///
/// let rule: AudienceRule = "profil=enseignant,direction service=moodle".parse()?;
/// assert_eq!(rule.to_string(), "profil=leadership,teacher service=moodle");
/// assert_eq!(rule.terms(), ["profile:leadership", "profile:teacher", "service:moodle"]);
/// # Ok::<(), atrium_markup::ParseAudienceError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AudienceRule {
    /// Keys of profiles (`teacher`).
    pub profiles: BTreeSet<String>,
    /// Keys of roles (`digital_referent`).
    pub roles: BTreeSet<String>,
    /// Traits of the reader's establishment (`manuels-numeriques`).
    pub traits: BTreeSet<String>,
    /// Keys of catalogue services the reader has (`moodle`).
    pub services: BTreeSet<String>,
    /// `true` if it admits no reader, because the author's rule could not be parsed.
    pub nobody: bool,
}

/// Whether a reader belongs to an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not excluded, but not enough is known of the reader.
    Unknown,
}

/// The known traits of a reader; `None` if unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// Profiles, in any establishment.
    pub profiles: Option<BTreeSet<String>>,
    /// Roles, in any scope.
    pub roles: Option<BTreeSet<String>>,
    /// Traits of their establishments.
    pub traits: Option<BTreeSet<String>>,
    /// Services available to them.
    pub services: Option<BTreeSet<String>>,
}

impl AudienceRule {
    /// Creates the rule that admits no reader, until the author corrects it.
    #[must_use]
    pub fn nobody() -> Self {
        Self { nobody: true, ..Self::default() }
    }

    /// Returns a rule for the readers that both rules admit, or for fewer if that cannot be written as one rule.
    ///
    /// ```
    /// use atrium_markup::AudienceRule;
    ///
    /// let outer: AudienceRule = "profil=eleve,enseignant".parse()?;
    /// let inner: AudienceRule = "profil=enseignant service=moodle".parse()?;
    /// assert_eq!(outer.and(&inner).to_string(), "profil=teacher service=moodle");
    /// # Ok::<(), atrium_markup::ParseAudienceError>(())
    /// ```
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut nobody = self.nobody || other.nobody;
        let mut both = |a: &BTreeSet<String>, b: &BTreeSet<String>| -> BTreeSet<String> {
            if a.is_empty() || b.is_empty() {
                return a.union(b).cloned().collect();
            }
            let common: BTreeSet<_> = a.intersection(b).cloned().collect();
            nobody |= common.is_empty();
            common
        };
        let rule = Self {
            profiles: both(&self.profiles, &other.profiles),
            roles: both(&self.roles, &other.roles),
            traits: both(&self.traits, &other.traits),
            services: both(&self.services, &other.services),
            nobody: false,
        };
        if nobody { Self::nobody() } else { rule }
    }

    /// Returns `true` if the reader is shown the passage: unless it is known to be for others.
    #[must_use]
    pub fn admits(&self, reader: &Reader) -> bool {
        self.fit(reader) != Fit::No
    }

    /// Returns whether the reader belongs to the audience.
    ///
    /// ```
    /// use atrium_markup::{AudienceRule, Fit, Reader};
    ///
    /// let rule: AudienceRule = "profil=eleve".parse()?;
    /// let pupil = Reader { profiles: Some(["student".to_owned()].into()), ..Reader::default() };
    /// let teacher = Reader { profiles: Some(["teacher".to_owned()].into()), ..Reader::default() };
    /// assert_eq!((rule.fit(&pupil), rule.fit(&teacher)), (Fit::Yes, Fit::No));
    /// assert_eq!(rule.fit(&Reader::default()), Fit::Unknown, "a visitor");
    /// # Ok::<(), atrium_markup::ParseAudienceError>(())
    /// ```
    #[must_use]
    pub fn fit(&self, reader: &Reader) -> Fit {
        let asked = [
            (&self.profiles, &reader.profiles),
            (&self.roles, &reader.roles),
            (&self.traits, &reader.traits),
            (&self.services, &reader.services),
        ];
        if self.nobody {
            return Fit::No;
        }
        let mut fit = Fit::Yes;
        for (wanted, known) in asked.into_iter().filter(|(wanted, _)| !wanted.is_empty()) {
            match known {
                Some(known) if known.is_disjoint(wanted) => return Fit::No,
                Some(_) => {}
                None => fit = Fit::Unknown,
            }
        }
        fit
    }

    /// Returns `true` if the passage is for everyone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.nobody && self.parts().iter().all(|(_, values)| values.is_empty())
    }

    /// Returns one `key:value` per member, in English keys, as the search index holds them: `profile:teacher`.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        let keys = ["profile", "role", "trait", "service"];
        let parts = keys.into_iter().zip(self.parts());
        parts.flat_map(|(key, (_, values))| values.iter().map(move |value| format!("{key}:{value}"))).collect()
    }

    /// Parses what follows `::: pour`, and returns the problems found. An unknown value is left out; if that would
    /// admit more readers than asked for, the rule admits no reader.
    pub(super) fn read(text: &str) -> (Self, Vec<ProblemKind>) {
        let mut rule = Self::default();
        let mut problems = Vec::new();
        let text = tight(text);
        let mut parts = text.split_whitespace().peekable();
        if parts.next_if(|part| *part == NOBODY).is_some() && parts.peek().is_none() {
            return (Self::nobody(), problems);
        }
        let mut is_understood = true;
        for part in parts {
            let Some((key, values)) = part.split_once('=') else {
                problems.push(ProblemKind::MalformedAudience(part.to_owned()));
                is_understood = false;
                continue;
            };
            let Some(known) = Key::read(key) else {
                problems.push(ProblemKind::UnknownAudienceKey(key.to_owned()));
                is_understood = false;
                continue;
            };
            for value in values.split(',') {
                match known.value(value) {
                    Ok(value) => _ = rule.set(known).insert(value),
                    Err(problem) => problems.push(problem),
                }
            }
            is_understood &= !rule.set(known).is_empty();
        }
        if rule.is_empty() && problems.is_empty() {
            problems.push(ProblemKind::EmptyAudience);
        }
        if !is_understood || rule.is_empty() {
            rule = Self::nobody();
        }
        (rule, problems)
    }

    fn set(&mut self, key: Key) -> &mut BTreeSet<String> {
        match key {
            Key::Profile => &mut self.profiles,
            Key::Role => &mut self.roles,
            Key::Trait => &mut self.traits,
            Key::Service => &mut self.services,
        }
    }

    fn parts(&self) -> [(&'static str, &BTreeSet<String>); 4] {
        [
            ("profil", &self.profiles),
            ("role", &self.roles),
            ("etablissement", &self.traits),
            ("service", &self.services),
        ]
    }
}

/// Returns `text` without spaces around `=` and after `,`.
fn tight(text: &str) -> String {
    let mut tight = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')) {
        if c == '=' {
            tight.truncate(tight.trim_end().len());
        }
        if !(c.is_whitespace() && tight.ends_with(['=', ','])) {
            tight.push(c);
        }
    }
    tight
}

/// Returns `true` if `text` contains something like the `key=` of an audience.
pub(super) fn looks_like_audience(text: &str) -> bool {
    let known = ["profil", "profile", "role", "etablissement", "establishment", "service", "audience"];
    tight(text).split_whitespace().filter_map(|part| part.split_once('=')).any(|(key, _)| {
        let key = slug(key);
        known.iter().any(|known| near(&key, known))
    })
}

#[derive(Clone, Copy)]
enum Key {
    Profile,
    Role,
    Trait,
    Service,
}

impl Key {
    fn read(key: &str) -> Option<Self> {
        match key {
            "profil" | "profile" => Some(Self::Profile),
            "role" | "rôle" => Some(Self::Role),
            "etablissement" | "établissement" | "establishment" => Some(Self::Trait),
            "service" => Some(Self::Service),
            _ => None,
        }
    }

    fn value(self, text: &str) -> Result<String, ProblemKind> {
        let value = text.to_lowercase();
        if let Self::Profile = self {
            let known = PROFILES.iter().find(|(key, words)| *key == value || words.contains(&value.as_str()));
            return match known {
                Some((key, _)) => Ok((*key).to_owned()),
                None => Err(ProblemKind::UnknownProfile(text.to_owned())),
            };
        }
        let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if !value.is_empty() && value.chars().all(is_key) {
            Ok(value)
        } else {
            Err(ProblemKind::MalformedAudience(text.to_owned()))
        }
    }
}

impl Reader {
    /// Sets the known profiles.
    #[must_use]
    pub fn with_profiles(mut self, profiles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.profiles = Some(profiles.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the known roles.
    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles = Some(roles.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the known traits of the reader's establishments.
    #[must_use]
    pub fn with_traits(mut self, traits: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.traits = Some(traits.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the known services.
    #[must_use]
    pub fn with_services(mut self, services: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.services = Some(services.into_iter().map(Into::into).collect());
        self
    }
}

impl fmt::Display for AudienceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nobody {
            return f.write_str(NOBODY);
        }
        let mut gap = "";
        for (key, values) in self.parts().into_iter().filter(|(_, values)| !values.is_empty()) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            write!(f, "{gap}{key}={}", values.join(","))?;
            gap = " ";
        }
        Ok(())
    }
}

/// The error for a text that is not an audience.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an audience")]
pub struct ParseAudienceError(String);

impl FromStr for AudienceRule {
    type Err = ParseAudienceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (rule, problems) = Self::read(text);
        problems.is_empty().then_some(rule).ok_or_else(|| ParseAudienceError(text.to_owned()))
    }
}

impl Serialize for AudienceRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AudienceRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> AudienceRule {
        text.parse().expect("an audience")
    }

    #[test]
    fn each_key_is_asked_for_and_one_value_is_enough() {
        let rule = rule("profil=teacher,leadership service=moodle");
        let teacher = Reader::default().with_profiles(["teacher"]);
        assert!(rule.admits(&teacher.clone().with_services(["moodle", "pronote"])));
        assert!(!rule.admits(&teacher.with_services(["pronote"])));
        assert!(!rule.admits(&Reader::default().with_profiles(["student"]).with_services(["moodle"])));
    }

    #[test]
    fn what_is_not_known_of_a_reader_does_not_hide() {
        let rule = rule("profil=teacher etablissement=manuels-numeriques");
        assert_eq!(rule.fit(&Reader::default()), Fit::Unknown);
        assert_eq!(rule.fit(&Reader::default().with_profiles(["teacher"])), Fit::Unknown);
        assert_eq!(rule.fit(&Reader::default().with_profiles(["student"])), Fit::No);
        assert!(AudienceRule::default().admits(&Reader::default()));
    }

    #[test]
    fn two_rules_together_admit_no_more_than_each() {
        let both = |a: &str, b: &str| rule(a).and(&rule(b)).to_string();
        assert_eq!(both("profil=teacher,leadership", "profil=teacher service=moodle"), "profil=teacher service=moodle");
        assert_eq!(both("profil=teacher", "profil=student"), "personne");
        assert_eq!(both("personne", "profil=student"), "personne");
    }

    #[test]
    fn its_text_is_canonical_and_reads_back() {
        let rule = rule("service=moodle profil=enseignant,élève, direction rôle=moderator");
        assert_eq!(rule.to_string(), "profil=leadership,student,teacher role=moderator service=moodle");
        assert_eq!(rule.to_string().parse::<AudienceRule>().expect("reads back"), rule);
        assert_eq!(rule.terms()[..2], ["profile:leadership", "profile:student"]);
        assert_eq!(serde_json::to_string(&AudienceRule::default()).expect("serialises"), "\"\"");
    }

    #[test]
    fn what_cannot_be_understood_is_named_and_closes() {
        let (rule, problems) = AudienceRule::read("metier=prof profil=prof,teacher service=; x");
        assert_eq!(rule, AudienceRule::nobody());
        assert_eq!(
            problems,
            [
                ProblemKind::UnknownAudienceKey("metier".into()),
                ProblemKind::UnknownProfile("prof".into()),
                ProblemKind::MalformedAudience(";".into()),
                ProblemKind::MalformedAudience("x".into()),
            ]
        );
        assert_eq!(AudienceRule::read("profil = teacher, prof").0.to_string(), "profil=teacher");
        for unclear in ["profil=prof service=moodle", "profil=prof", "profl=teacher", "", "teacher"] {
            let (rule, problems) = AudienceRule::read(unclear);
            assert!(rule.nobody && !problems.is_empty() && !rule.admits(&Reader::default()), "{unclear}");
        }
        assert_eq!(rule.to_string().parse::<AudienceRule>().expect("reads back"), rule);
        assert!(!rule.is_empty() && rule.terms().is_empty());
        assert_eq!(AudienceRule::read("").1, [ProblemKind::EmptyAudience]);
    }
}
