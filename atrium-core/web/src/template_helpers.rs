//! The Handlebars helpers of templates.
//!
//! A helper is a [`Text`], whose value Handlebars escapes and other helpers may take (`label=(t "…")`), or a
//! [`Markup`], which writes HTML itself and is responsible for its escaping.

use std::sync::Arc;

use fluent_templates::fluent_bundle::{FluentArgs, FluentValue};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, Output, RenderContext, RenderError,
    RenderErrorReason, ScopedJson, StringOutput,
};
use serde_json::Value;

use super::assets::Assets;
use super::dates::{self, Age};
use super::locale::{Locale, Words};
use super::render::{Scope, mounted, note_age, with_scope};
use atrium_platform::clock::Timestamp;

/// The names of the helpers.
pub(super) const HELPERS: [&str; 13] =
    ["t", "labelled", "ago", "iso", "date", "datetime", "num", "href", "asset", "hole", "icon", "html", "language"];

type Printed = Result<String, RenderErrorReason>;

/// A helper that yields plain text.
struct Text<F>(F);

impl<F: Fn(&Helper, &Scope) -> Printed + Send + Sync> HelperDef for Text<F> {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(Value::String(with_scope(|scope| (self.0)(h, scope))?).into())
    }
}

/// A helper that writes HTML.
struct Markup<F>(F);

impl<F: Fn(&Helper, &Scope, &mut dyn Output) -> HelperResult + Send + Sync> HelperDef for Markup<F> {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        with_scope(|scope| (self.0)(h, scope, out))
    }
}

/// Registers every helper in `registry`.
pub(super) fn register(registry: &mut Handlebars<'static>, words: Arc<Words>, assets: Arc<Assets>) {
    fn text(
        registry: &mut Handlebars<'static>,
        name: &str,
        print: impl Fn(&Helper, &Scope) -> Printed + Send + Sync + 'static,
    ) {
        registry.register_helper(name, Box::new(Text(print)));
    }
    fn markup(
        registry: &mut Handlebars<'static>,
        name: &str,
        print: impl Fn(&Helper, &Scope, &mut dyn Output) -> HelperResult + Send + Sync + 'static,
    ) {
        registry.register_helper(name, Box::new(Markup(print)));
    }
    let (ago_words, label_words) = (words.clone(), words.clone());
    let icons = assets.clone();
    text(registry, "t", move |h, scope| translate(h, scope, &words));
    text(registry, "labelled", move |h, scope| labelled(h, scope, &label_words));
    text(registry, "ago", move |h, scope| Ok(ago(timestamp(h)?, scope, &ago_words)));
    text(registry, "iso", |h, _| Ok(timestamp(h)?.to_rfc3339()));
    text(registry, "date", |h, scope| Ok(dates::date(timestamp(h)?, scope.locale)));
    text(registry, "datetime", |h, scope| Ok(dates::datetime(timestamp(h)?, scope.locale)));
    text(registry, "num", |h, scope| Ok(dates::number(number(h).unwrap_or_default(), scope.locale)));
    text(registry, "href", |h, scope| Ok(href(&param(h, "href")?, &scope.base)));
    text(registry, "asset", move |h, scope| Ok(asset(&param(h, "asset")?, &scope.base, &assets)));
    text(registry, "hole", |h, _| param(h, "hole"));
    markup(registry, "icon", move |h, scope, out| Ok(out.write(&icon(&param(h, "icon")?, &scope.base, &icons))?));
    markup(registry, "html", html);
    markup(registry, "language", language);
}

fn param(h: &Helper, helper: &'static str) -> Printed {
    let param = h.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex(helper, 0))?;
    Ok(param.value().render())
}

fn number(h: &Helper) -> Option<i64> {
    h.param(0)?.value().as_i64()
}

fn timestamp(h: &Helper) -> Result<Timestamp, RenderErrorReason> {
    let not_one = || RenderErrorReason::Other(format!("`{}` prints a timestamp", h.name()));
    number(h).map(Timestamp).ok_or_else(not_one)
}

/// `{{t "key" name=value}}`: a message in the reader's language.
fn translate(h: &Helper, scope: &Scope, words: &Words) -> Printed {
    let key = param(h, "t")?;
    let mut args = FluentArgs::new();
    for (name, value) in h.hash() {
        let value = match value.value() {
            Value::Number(number) => FluentValue::from(number.as_f64().unwrap_or_default()),
            Value::String(text) => FluentValue::from(text.clone()),
            other => FluentValue::from(other.render()),
        };
        args.set((*name).to_owned(), value);
    }
    Ok(words.get(scope.locale, &key, Some(&args)))
}

/// Returns `true` if `text` contains `label` as whole words.
fn says(text: &str, label: &str) -> bool {
    let (text, label) = (text.to_lowercase(), label.to_lowercase());
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(&label)
        .any(|(at, _)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + label.len()..].chars().next()))
}

/// `{{labelled field text}}`: the problem of a field, after the field's name if `label-{field}` exists and the text
/// does not contain it.
fn labelled(h: &Helper, scope: &Scope, words: &Words) -> Printed {
    let field = param(h, "labelled")?;
    let text = h.param(1).map(|param| param.value().render()).unwrap_or_default();
    let Some(label) = words.known(scope.locale, &format!("label-{}", field.replace('_', "-"))) else { return Ok(text) };
    if says(&text, &label) {
        return Ok(text);
    }
    let args = FluentArgs::from_iter([("label", label), ("text", text)]);
    Ok(words.get(scope.locale, "core-labelled", Some(&args)))
}

/// `{{ago ts}}`: how long ago, in words, up to a week; then the date.
fn ago(at: Timestamp, scope: &Scope, words: &Words) -> String {
    let age = Age::of(at, scope.now);
    note_age(at, age);
    let (key, count) = match age {
        Age::Now => ("core-ago-now", 0),
        Age::Minutes(minutes) => ("core-ago-minutes", minutes),
        Age::Hours(hours) => ("core-ago-hours", hours),
        Age::Days(days) => ("core-ago-days", days),
        Age::Date => return dates::date(at, scope.locale),
    };
    let mut args = FluentArgs::new();
    args.set("count", count);
    words.get(scope.locale, key, Some(&args))
}

/// `{{href path}}`: a path below the mount point, with the mount prefix; external addresses stay as they are.
pub(super) fn href(path: &str, base: &str) -> String {
    if path.starts_with('/') { mounted(base, path) } else { path.to_owned() }
}

/// `{{asset name}}`: the address of a file of the shell, a plugin or the theme.
pub(super) fn asset(name: &str, base: &str, assets: &Assets) -> String {
    format!("{base}{}", assets.path(name))
}

/// `{{icon "search"}}`: an icon of the sprite that the layout links to, hidden from screen readers.
pub(super) fn icon(name: &str, base: &str, assets: &Assets) -> String {
    let sprite = asset("icons.svg", base, assets);
    let name = handlebars::html_escape(name);
    format!("<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{sprite}#{name}\"></use></svg>")
}

/// `<p{{language "fr"}}>`: the `lang` attribute of a text in another language than the page's. Prints no attribute
/// for an empty or unknown language.
fn language(h: &Helper, scope: &Scope, out: &mut dyn Output) -> HelperResult {
    let tag = h.param(0).map(|param| param.value().render()).unwrap_or_default();
    match Locale::from_tag(&tag) {
        Some(locale) if locale != scope.locale => Ok(out.write(&format!(" lang=\"{}\"", locale.tag()))?),
        _ => Ok(()),
    }
}

/// `{{html value}}`: prints a `SafeHtml`, and refuses other values.
fn html(h: &Helper, scope: &Scope, out: &mut dyn Output) -> HelperResult {
    let not_safe = || RenderErrorReason::Other("`html` prints a SafeHtml only".into());
    match h.param(0).map(handlebars::PathAndJson::value) {
        Some(Value::Object(object)) if object.len() == 1 => match object.get("$html") {
            Some(Value::String(markup)) => Ok(write_mounted(out, markup, &scope.base)?),
            _ => Err(not_safe().into()),
        },
        None | Some(Value::Null) => Ok(()),
        _ => Err(not_safe().into()),
    }
}

/// Returns sanitised HTML with the mount prefix before links below the mount point.
pub(super) fn mounted_html(markup: &str, base: &str) -> String {
    let mut out = StringOutput::new();
    write_mounted(&mut out, markup, base).expect("a string takes everything");
    out.into_string().expect("what was written is text")
}

/// Writes sanitised HTML with the mount prefix before links below the mount point. Its text never contains `<`, so
/// everything between `<` and `>` is a tag.
fn write_mounted(out: &mut dyn Output, markup: &str, base: &str) -> std::io::Result<()> {
    if base.is_empty() {
        return out.write(markup);
    }
    for piece in markup.split_inclusive('>') {
        let (text, tag) = piece.split_at(piece.rfind('<').unwrap_or(piece.len()));
        out.write(text)?;
        match ["href=\"/", "src=\"/"].into_iter().find_map(|name| tag.find(name).map(|at| at + name.len() - 1)) {
            Some(at) if !tag[at..].starts_with("//") => {
                out.write(&tag[..at])?;
                out.write(base)?;
                out.write(&tag[at..])?;
            }
            _ => out.write(tag)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn a_label_is_found_in_whole_words_only() {
        assert!(says("L’identifiant compte de 3 à 64 caractères.", "Identifiant"));
        assert!(says("Ce n’est pas un UAI", "UAI"));
        assert!(!says("Écrivez un nombre.", "Nom"));
        assert!(!says("Ce champ est à remplir.", "Titre"));
    }
}
