//! Texts and templates outside of a request: in jobs, mails and consumers of events.

use serde::Serialize;

use super::letter::{HtmlView, LetterText, TextView, plain};
use super::locale::Locale;
use super::render::Scope;
use super::request_context::View;
use super::shell::Shell;
use atrium_platform::mail::{Letter, Recipient};
use atrium_platform::plugin::PluginContext;
use atrium_platform::{Error, Message, Result};

/// Prints messages and templates from the context of plugins.
pub trait Printing {
    /// Returns a message in a language; its key on a platform without pages.
    fn say(&self, locale: Locale, message: &Message) -> String;

    /// Renders the template of `view`, which reads its data under `page`, without the layout. Links carry the path of
    /// `public_url` as their prefix.
    ///
    /// # Errors
    /// Returns an error if the template cannot be rendered, or on a platform without pages.
    fn print<V: View>(&self, locale: Locale, view: &V) -> Result<String>;

    /// Lays a letter out as HTML and as text, by `mail/letter` and `mail/letter-text`.
    ///
    /// # Errors
    /// Returns an error if a template cannot be rendered, or on a platform without pages.
    fn letter(&self, locale: Locale, text: &LetterText) -> Result<Letter>;

    /// Returns the language in which to write to a person: theirs, or the site's own if the site does not offer it.
    fn locale_of(&self, to: &Recipient) -> Locale;

    /// Returns the whole address of `path`, for mails; `None` without a `public_url`.
    fn whole_url(&self, path: &str) -> Option<String>;
}

#[derive(Serialize)]
struct Fragment<'v, V> {
    page: &'v V,
}

impl Printing for PluginContext {
    fn say(&self, locale: Locale, message: &Message) -> String {
        match self.shell::<Shell>() {
            Some(shell) => shell.look().words.message(locale, message),
            None => message.key.to_string(),
        }
    }

    fn print<V: View>(&self, locale: Locale, view: &V) -> Result<String> {
        let shell =
            self.shell::<Shell>().ok_or_else(|| Error::bug("this platform has no pages, hence no templates"))?;
        let base = self.settings.public_url.as_ref().map(|url| url.path().trim_end_matches('/').to_owned());
        let scope = Scope { locale, base: base.unwrap_or_default(), now: self.db.now() };
        shell.look().templates.render(V::TEMPLATE, &Fragment { page: view }, scope)
    }

    fn letter(&self, locale: Locale, text: &LetterText) -> Result<Letter> {
        let html = self.print(locale, &HtmlView(text))?;
        Ok(Letter::new(text.subject(), plain(&self.print(locale, &TextView(text))?), html))
    }

    fn locale_of(&self, to: &Recipient) -> Locale {
        let offered = &self.settings.locales;
        let tag = offered.iter().find(|tag| **tag == to.locale).or(offered.first());
        tag.and_then(|tag| Locale::ALL.into_iter().find(|locale| locale.tag() == tag)).unwrap_or(Locale::Fr)
    }

    fn whole_url(&self, path: &str) -> Option<String> {
        let base = self.settings.public_url.as_ref()?.as_str().trim_end_matches('/');
        Some(format!("{base}{path}"))
    }
}
