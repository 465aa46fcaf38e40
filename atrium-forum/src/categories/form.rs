//! Parsed input about a category.

use atrium_core::directory::EstablishmentId;
use atrium_core::markup::one_line;
use atrium_core::web::{Form, Problems};
use atrium_core::{Message, Result, letters};

use super::Moderation;
use crate::audience::Audiences;

/// A category's word in addresses: lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

/// Slugs reserved for other paths.
const RESERVED: &[&str] = &[
    "sujets",
    "similaires",
    "moderation",
    "messages",
    "nouveau",
    "nouvelle",
    "categories",
    "administration",
    "flux",
    "flux.atom",
    "statique",
    "recherche",
    "suivis",
    "par-service",
];

impl Slug {
    /// Longest, in characters.
    pub(crate) const MAX: usize = 60;

    /// Parses a slug.
    ///
    /// # Errors
    /// Returns the message to show beside the field.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let text = text.trim();
        let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match text {
            "" => Err(Message::new("field-required")),
            _ if text.len() > Self::MAX => Err(Message::new("field-too-long").with("max", Self::MAX)),
            _ if !text.chars().all(valid) || text.starts_with('-') || text.ends_with('-') => {
                Err(Message::new("forum-slug-invalid"))
            }
            _ if RESERVED.contains(&text) => Err(Message::new("forum-slug-reserved")),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Returns the word that `title` makes; `sujet` if no letter of it is left.
    #[must_use]
    pub(crate) fn from_title(title: &str) -> Self {
        match letters::slug(title, Self::MAX) {
            empty if empty.is_empty() => Self("sujet".to_owned()),
            slug => Self(slug),
        }
    }

    /// Returns the word as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A category's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Longest, in characters.
    pub(crate) const MAX: usize = 80;

    /// Parses a name, with single spaces.
    ///
    /// # Errors
    /// Returns the message to show beside the field.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let name = one_line(text).trim().to_owned();
        if let Err(problem) = letters::check(&name) {
            return Err(problem.message());
        }
        match name.chars().count() {
            count if count > Self::MAX => Err(Message::new("field-too-long").with("max", Self::MAX)),
            _ => Ok(Self(name)),
        }
    }

    /// Returns the name as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A category as somebody describes it.
#[derive(Clone, Debug)]
pub struct CategoryInput {
    /// The slug.
    pub slug: Slug,
    /// The name.
    pub name: Name,
    /// What it is about.
    pub description: String,
    /// The catalogue service it is about.
    pub service_key: Option<String>,
    /// The school it belongs to.
    pub establishment: Option<EstablishmentId>,
    /// Who may see it.
    pub see: Audiences,
    /// Who may ask in it.
    pub ask: Audiences,
    /// Who may answer in it.
    pub answer: Audiences,
    /// How much is reviewed first.
    pub moderation: Moderation,
    /// `true` if its topics are confidential.
    pub confidential: bool,
    /// A template of questions.
    pub template: String,
    /// The position; after the last when absent.
    pub position: Option<i64>,
}

impl CategoryInput {
    /// Longest description, in characters.
    pub(crate) const DESCRIPTION_MAX: usize = 300;

    /// Creates a category that everyone sees, where signed-in people ask and answer without review.
    #[must_use]
    pub fn new(slug: Slug, name: Name) -> Self {
        let signed_in = Audiences::parse("signed_in").expect("a word that audiences know");
        Self {
            slug,
            name,
            description: String::new(),
            service_key: None,
            establishment: None,
            see: Audiences::parse("public").expect("a word that audiences know"),
            ask: signed_in.clone(),
            answer: signed_in,
            moderation: Moderation::Open,
            confidential: false,
            template: String::new(),
            position: None,
        }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// Returns `is_invalid` with a problem for each wrong field.
    pub(crate) fn from_form(form: &Form) -> Result<Self> {
        let mut problems = Problems::default();
        let slug = problems.take("slug", Slug::parse(&form.text("slug")));
        let name = problems.take("name", Name::parse(&form.text("name")));
        let description = problems.take("description", text(&form.text("description"), Self::DESCRIPTION_MAX));
        let template = problems.take("template", text(&form.text("template"), 2000));
        let see = problems.take("sees", Audiences::parse(&words(form, "sees")));
        let ask = problems.take("asks", Audiences::parse(&words(form, "asks")));
        let answer = problems.take("answers", Audiences::parse(&words(form, "answers")));
        let moderation = Moderation::from_key(&form.text("moderation"));
        let moderation = problems.take("moderation", moderation.ok_or_else(|| Message::new("field-choice")));
        let position = problems.take("position", number(&form.text("position")));
        let establishment = problems.take("establishment", number(&form.text("establishment")));
        problems.finish()?;
        let service = form.text("service");
        Ok(Self {
            slug: slug.expect("no problem was noted"),
            name: name.expect("no problem was noted"),
            description: description.expect("no problem was noted"),
            service_key: (!service.is_empty()).then_some(service),
            establishment: establishment.expect("no problem was noted").map(EstablishmentId),
            see: see.expect("no problem was noted"),
            ask: ask.expect("no problem was noted"),
            answer: answer.expect("no problem was noted"),
            moderation: moderation.expect("no problem was noted"),
            confidential: form.has("confidential"),
            template: template.expect("no problem was noted"),
            position: position.expect("no problem was noted"),
        })
    }
}

/// Returns the words of the ticked audiences, separated by spaces.
pub(super) fn words(form: &Form, field: &str) -> String {
    form.all(field).join(" ")
}

fn text(text: &str, max: usize) -> Result<String, Message> {
    if text.chars().count() > max { Err(Message::new("field-too-long").with("max", max)) } else { Ok(text.to_owned()) }
}

/// Parses a whole number; `None` for an empty field.
fn number(text: &str) -> Result<Option<i64>, Message> {
    match text {
        "" => Ok(None),
        text => match text.parse::<i64>() {
            Ok(value) if (0..=1_000_000).contains(&value) => Ok(Some(value)),
            _ => Err(Message::new("field-number")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_come_from_titles_and_refuse_our_own_words() {
        assert_eq!(Slug::from_title("  L’élève a-t-il œuvré ?").as_str(), "l-eleve-a-t-il-oeuvre");
        assert_eq!(Slug::from_title("???").as_str(), "sujet");
        assert!(Slug::parse("sujets").is_err());
        assert!(Slug::parse("Sujet").is_err());
        assert!(Slug::parse("-a").is_err());
        assert_eq!(Slug::parse("entre-referents").unwrap().as_str(), "entre-referents");
    }
}
