//! Languages of the pages: negotiation and translations.

use std::collections::HashMap;

use fluent_templates::FluentBundle;
use fluent_templates::fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::Serialize;

use super::files::Files;
use super::{dates, elision};
use atrium_platform::access::{PermissionDef, Role};
use atrium_platform::{Argument, Error, Message, Result};

/// A language of the pages. French is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Locale {
    /// Every language, in order of preference.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// Returns the BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// Returns the label of a role, in French if it has no English one.
    #[must_use]
    pub fn role_name(self, role: &Role) -> &str {
        match self {
            Self::En if !role.label_en.is_empty() => &role.label_en,
            _ => &role.label_fr,
        }
    }

    /// Returns the language of a role's label. A role that was given no English label has the French one in both.
    pub(crate) fn language_of_role(self, role: &Role) -> &'static str {
        match self {
            Self::En if role.built_in || role.label_en != role.label_fr => Self::En.tag(),
            _ => Self::Fr.tag(),
        }
    }

    /// Returns the label of a permission.
    #[must_use]
    pub fn permission_name(self, permission: &PermissionDef) -> &'static str {
        match self {
            Self::Fr => permission.label_fr,
            Self::En => permission.label_en,
        }
    }

    /// Returns the language with this tag, whatever its region: `en-GB` is English.
    #[must_use]
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// Returns the preferred language of an `Accept-Language` header among those that `is_offered`.
    fn negotiate(header: &str, is_offered: impl Fn(Self) -> bool) -> Option<Self> {
        let weighted = header.split(',').filter_map(|item| {
            let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
            Some((Self::from_tag(tag).filter(|locale| is_offered(*locale))?, weight))
        });
        // The first of equals wins.
        let best =
            weighted.filter(|(_, weight)| *weight > 0.0).fold(None, |best: Option<(Self, f32)>, next| match best {
                Some(best) if best.1 >= next.1 => Some(best),
                _ => Some(next),
            });
        best.map(|(locale, _)| locale)
    }
}

/// The languages that a site offers, its own first.
#[derive(Clone, Debug)]
pub(crate) struct Offered(Vec<Locale>);

impl Offered {
    /// Returns the languages of the setting `locales`, which is checked.
    pub(crate) fn new(tags: &[String]) -> Self {
        Self(tags.iter().filter_map(|tag| Locale::from_tag(tag)).collect())
    }

    /// Returns the site's own language.
    pub(crate) fn own(&self) -> Locale {
        self.0.first().copied().unwrap_or_default()
    }

    /// Returns `true` if pages may be in `locale`.
    pub(crate) fn has(&self, locale: Locale) -> bool {
        self.0.contains(&locale)
    }

    /// Returns the language that a page in `locale` links to; `None` if there is no other.
    pub(crate) fn other(&self, locale: Locale) -> Option<Locale> {
        self.0.iter().copied().find(|other| *other != locale)
    }

    /// Returns the offered language that an `Accept-Language` header prefers.
    pub(crate) fn negotiate(&self, header: &str) -> Option<Locale> {
        Locale::negotiate(header, |locale| self.has(locale))
    }
}

/// The translations of every page, in every language.
pub(crate) struct Words {
    bundles: HashMap<Locale, FluentBundle<FluentResource>>,
    /// The language of messages that the reader's lacks.
    own: Locale,
}

impl Words {
    /// Loads `{locale}/*.ftl` of each of `files`; later ones override earlier ones message by message. `PRODUCT()` prints
    /// the name of the workspace that people ask about.
    ///
    /// # Errors
    /// Returns an error if a file is not valid Fluent.
    pub(super) fn load<'a>(files: impl IntoIterator<Item = &'a Files>, product: &str, own: Locale) -> Result<Self> {
        let mut words = Self { bundles: HashMap::new(), own };
        for locale in Locale::ALL {
            let language = locale.tag().parse().map_err(|source| Error::internal("language tag", source))?;
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Isolation marks show up in titles, mails and tests, and both languages run left to right.
            bundle.set_use_isolating(false);
            match locale {
                Locale::Fr => bundle.set_formatter(Some(|value, _| grouped(value, Locale::Fr))),
                Locale::En => bundle.set_formatter(Some(|value, _| grouped(value, Locale::En))),
            }
            let named = bundle.add_function("DE", |values, _| match values {
                [FluentValue::String(name)] => FluentValue::from(elision::de(name)),
                [other, ..] => other.clone(),
                [] => FluentValue::Error,
            });
            named.map_err(|source| Error::internal("a function of translations", source))?;
            let product = product.to_owned();
            let named = bundle.add_function("PRODUCT", move |_, _| FluentValue::from(product.clone()));
            named.map_err(|source| Error::internal("a function of translations", source))?;
            words.bundles.insert(locale, bundle);
        }
        for (path, content) in files.into_iter().flat_map(Files::iter).filter(|(path, _)| path.ends_with(".ftl")) {
            let Some(locale) = path.split('/').next().and_then(Locale::from_tag) else { continue };
            let text = String::from_utf8_lossy(content).into_owned();
            let resource = FluentResource::try_new(text)
                .map_err(|(_, problems)| Error::bug(format!("translation `{path}`: {problems:?}")))?;
            if let Some(bundle) = words.bundles.get_mut(&locale) {
                bundle.add_resource_overriding(resource);
            }
        }
        Ok(words)
    }

    /// Returns the message `key` in `locale`, else in the site's own language, else in another, else the key itself.
    #[must_use]
    pub(super) fn get(&self, locale: Locale, key: &str, args: Option<&FluentArgs>) -> String {
        let fallbacks = [self.own].into_iter().chain(Locale::ALL);
        let found = [locale].into_iter().chain(fallbacks).find_map(|locale| self.find(locale, key, args));
        #[cfg(feature = "testing")]
        if !self.has(locale, key.split('.').next().unwrap_or(key)) {
            super::render::note_problem(|| format!("no message `{key}` in `{}`", locale.tag()));
        }
        found.unwrap_or_else(|| {
            tracing::warn!(key, locale = locale.tag(), "missing translation");
            key.to_owned()
        })
    }

    /// Returns the message `key` in `locale`, if it exists.
    pub(super) fn known(&self, locale: Locale, key: &str) -> Option<String> {
        self.find(locale, key, None)
    }

    /// Returns `true` if the message `key` exists in `locale`.
    pub(super) fn has(&self, locale: Locale, key: &str) -> bool {
        self.bundles.get(&locale).is_some_and(|bundle| bundle.has_message(key))
    }

    /// Renders a message in a language.
    #[must_use]
    pub(crate) fn message(&self, locale: Locale, message: &Message) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &message.args {
            let value = match value {
                Argument::Number(number) => FluentValue::from(*number),
                Argument::Text(text) => FluentValue::from(text.clone()),
            };
            args.set(name.clone(), value);
        }
        self.get(locale, &message.key, Some(&args))
    }

    fn find(&self, locale: Locale, key: &str, args: Option<&FluentArgs>) -> Option<String> {
        let bundle = self.bundles.get(&locale)?;
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut problems = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut problems);
        if !problems.is_empty() {
            #[cfg(feature = "testing")]
            super::render::note_problem(|| format!("message `{key}` in `{}`: {problems:?}", locale.tag()));
            tracing::warn!(key, ?problems, "translation with problems");
        }
        Some(text.into_owned())
    }
}

/// Formats a whole number for `locale`: 32 000, 32,000.
fn grouped(value: &FluentValue, locale: Locale) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 && number.value.abs() < 1e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and far below the limit")]
            Some(dates::number(number.value as i64, locale))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_elides_what_stands_before_it() {
        #[derive(rust_embed::RustEmbed)]
        #[folder = "locales/"]
        struct Locales;
        let words = Words::load([&Files::of::<Locales>()], "ATRIUM", Locale::Fr).unwrap();
        let menu = |name: &str| words.message(Locale::Fr, &Message::new("nav-my-menu").with("name", name));
        assert_eq!(menu("Élodie Martin"), "Menu d’Élodie Martin");
        assert_eq!(menu("Marc Petit"), "Menu de Marc Petit");
    }

    #[test]
    fn the_heaviest_known_language_wins_and_the_first_of_equals() {
        let offered = |tags: &[&str]| Offered::new(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
        let both = offered(&["fr", "en"]);
        assert_eq!(both.negotiate("de, en-GB;q=0.8, fr;q=0.7"), Some(Locale::En));
        assert_eq!(both.negotiate("fr-FR,fr;q=0.9,en;q=0.9"), Some(Locale::Fr));
        assert_eq!(both.negotiate("de, en;q=0"), None);
        assert_eq!(both.negotiate(";;q=,\u{0},"), None);
        let english = offered(&["en"]);
        assert_eq!(english.negotiate("fr, en;q=0.1"), Some(Locale::En), "what is not offered does not count");
        assert_eq!((english.own(), english.other(Locale::En)), (Locale::En, None));
        assert_eq!((both.own(), both.other(Locale::En)), (Locale::Fr, Some(Locale::Fr)));
    }
}
