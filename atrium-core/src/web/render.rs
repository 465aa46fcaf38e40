//! Templates: loading them with the host's overrides, and the helpers they may call.
//!
//! The helpers know the request's language and mount prefix through [`Scope`], set for the duration of one rendering.

use std::cell::RefCell;
use std::sync::Arc;

use fluent_templates::fluent_bundle::{FluentArgs, FluentValue};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, Output, RenderContext, RenderErrorReason,
};
use serde::Serialize;
use serde_json::Value;

use super::assets::Assets;
use super::dates;
use super::files::Files;
use super::locale::{Locale, Words, argument};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// What the helpers need to know of the request whose page is being rendered.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) locale: Locale,
    pub(super) base: String,
    pub(super) now: Timestamp,
}

thread_local! {
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

fn with_scope<T>(read: impl FnOnce(&Scope) -> T) -> T {
    SCOPE.with_borrow(|scope| match scope {
        Some(scope) => read(scope),
        None => read(&Scope { locale: Locale::Fr, base: String::new(), now: Timestamp(0) }),
    })
}

/// Every template of core, the plugins and the theme.
pub(super) struct Templates {
    registry: Handlebars<'static>,
}

impl Templates {
    /// Registers `files`, later ones replacing earlier ones of the same path; `a/b.hbs` is named `a/b`.
    pub(super) fn load<'a>(
        files: impl IntoIterator<Item = &'a Files>,
        words: Arc<Words>,
        assets: Arc<Assets>,
    ) -> Result<Self> {
        let mut registry = Handlebars::new();
        for (path, content) in files.into_iter().flat_map(Files::iter) {
            let Some(name) = path.strip_suffix(".hbs") else { continue };
            let text = std::str::from_utf8(content)
                .map_err(|source| Error::internal(format!("template `{path}` is not UTF-8"), source))?;
            registry
                .register_template_string(name, text)
                .map_err(|source| Error::internal(format!("template `{path}`"), source))?;
        }
        registry.register_helper("t", Box::new(Translate { words: words.clone() }));
        registry.register_helper("icon", Box::new(Icon { assets: assets.clone() }));
        registry.register_helper("asset", Box::new(AssetUrl { assets }));
        registry.register_helper("href", Box::new(href));
        registry.register_helper("html", Box::new(html));
        registry.register_helper(
            "iso",
            Box::new(
                |h: &Helper,
                 _: &Handlebars,
                 _: &Context,
                 _: &mut RenderContext,
                 out: &mut dyn Output|
                 -> HelperResult { Ok(out.write(&timestamp(h)?.to_rfc3339())?) },
            ),
        );
        registry.register_helper(
            "date",
            Box::new(
                |h: &Helper,
                 _: &Handlebars,
                 _: &Context,
                 _: &mut RenderContext,
                 out: &mut dyn Output|
                 -> HelperResult {
                    let at = timestamp(h)?;
                    Ok(out.write(&with_scope(|scope| dates::date(at, scope.locale)))?)
                },
            ),
        );
        registry.register_helper(
            "datetime",
            Box::new(
                |h: &Helper,
                 _: &Handlebars,
                 _: &Context,
                 _: &mut RenderContext,
                 out: &mut dyn Output|
                 -> HelperResult {
                    let at = timestamp(h)?;
                    Ok(out.write(&with_scope(|scope| dates::datetime(at, scope.locale)))?)
                },
            ),
        );
        registry.register_helper("ago", Box::new(Ago { words }));
        registry.register_helper(
            "num",
            Box::new(
                |h: &Helper,
                 _: &Handlebars,
                 _: &Context,
                 _: &mut RenderContext,
                 out: &mut dyn Output|
                 -> HelperResult {
                    let number = h.param(0).and_then(|p| p.value().as_i64()).unwrap_or_default();
                    Ok(out.write(&with_scope(|scope| dates::number(number, scope.locale)))?)
                },
            ),
        );
        Ok(Self { registry })
    }

    /// Renders the template `name` with `data`.
    pub(super) fn render(&self, name: &str, data: &impl Serialize, scope: Scope) -> Result<String> {
        SCOPE.set(Some(scope));
        let rendered = self.registry.render(name, data);
        SCOPE.set(None);
        rendered.map_err(|source| Error::internal(format!("rendering `{name}`"), source))
    }
}

fn text_param(h: &Helper, helper: &'static str) -> Result<String, RenderErrorReason> {
    let param = h.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex(helper, 0))?;
    Ok(param.value().render())
}

fn timestamp(h: &Helper) -> Result<Timestamp, RenderErrorReason> {
    let param = h.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("date", 0))?;
    param
        .value()
        .as_i64()
        .map(Timestamp)
        .ok_or_else(|| RenderErrorReason::Other(format!("not a timestamp: {}", param.value().render())))
}

fn escaped(text: &str) -> String {
    handlebars::html_escape(text)
}

/// `{{href path}}`: a path below the mount point, with the mount prefix; addresses of elsewhere stay as they are.
fn href(h: &Helper, _: &Handlebars, _: &Context, _: &mut RenderContext, out: &mut dyn Output) -> HelperResult {
    let path = text_param(h, "href")?;
    let address = match path.starts_with('/') {
        true => with_scope(|scope| mounted(&scope.base, &path)),
        false => path,
    };
    Ok(out.write(&escaped(&address))?)
}

/// The address of `path` under the mount prefix `base`. A mounted home page has no slash at its end: routers that nest
/// others know it as `/assistance` only.
pub(super) fn mounted(base: &str, path: &str) -> String {
    match path.strip_prefix('/') {
        Some(rest) if !base.is_empty() && (rest.is_empty() || rest.starts_with(['?', '#'])) => format!("{base}{rest}"),
        _ => format!("{base}{path}"),
    }
}

/// `{{html value}}`: prints a `SafeHtml`, and nothing else.
fn html(h: &Helper, _: &Handlebars, _: &Context, _: &mut RenderContext, out: &mut dyn Output) -> HelperResult {
    match h.param(0).map(handlebars::PathAndJson::value) {
        Some(Value::Object(object)) if object.len() == 1 => match object.get("$html") {
            Some(Value::String(markup)) => Ok(with_scope(|scope| write_mounted(out, markup, &scope.base))?),
            _ => Err(RenderErrorReason::Other("`html` prints a SafeHtml only".into()).into()),
        },
        None | Some(Value::Null) => Ok(()),
        _ => Err(RenderErrorReason::Other("`html` prints a SafeHtml only".into()).into()),
    }
}

/// Writes sanitised HTML with the mount prefix before links below the mount point. Text inside it never contains `<`,
/// so what stands between `<` and `>` is a tag.
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

/// `{{t "key" name=value}}`: a message in the reader's language.
struct Translate {
    words: Arc<Words>,
}

impl HelperDef for Translate {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<handlebars::ScopedJson<'rc>, handlebars::RenderError> {
        let key = text_param(h, "t")?;
        let mut args = FluentArgs::new();
        for (name, value) in h.hash() {
            let value = match value.value() {
                Value::Number(number) => FluentValue::from(number.as_f64().unwrap_or_default()),
                Value::String(text) => FluentValue::from(text.clone()),
                other => argument(&other.render()),
            };
            args.set((*name).to_owned(), value);
        }
        let text = with_scope(|scope| self.words.get(scope.locale, &key, Some(&args)));
        Ok(Value::String(text).into())
    }
}

/// `{{asset "atrium.css"}}`: the address of an asset under its hashed name.
struct AssetUrl {
    assets: Arc<Assets>,
}

impl HelperDef for AssetUrl {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<handlebars::ScopedJson<'rc>, handlebars::RenderError> {
        let path = self.assets.path(&text_param(h, "asset")?);
        Ok(Value::String(with_scope(|scope| format!("{}{path}", scope.base))).into())
    }
}

/// `{{icon "search"}}`: a picture of the sprite that the layout links to, hidden from screen readers.
struct Icon {
    assets: Arc<Assets>,
}

impl HelperDef for Icon {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = text_param(h, "icon")?;
        out.write("<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"")?;
        with_scope(|scope| out.write(&scope.base))?;
        out.write(&self.assets.path("icons.svg"))?;
        out.write("#")?;
        out.write(&escaped(&name))?;
        Ok(out.write("\"></use></svg>")?)
    }
}

/// `{{ago ts}}`: how long ago, in words, up to a week; then the date.
struct Ago {
    words: Arc<Words>,
}

impl HelperDef for Ago {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<handlebars::ScopedJson<'rc>, handlebars::RenderError> {
        let at = timestamp(h)?;
        let text = with_scope(|scope| {
            let minutes = (scope.now.0 - at.0) / 60_000;
            let (key, count) = match minutes {
                ..1 => ("core-ago-now", 0),
                1..60 => ("core-ago-minutes", minutes),
                60..1440 => ("core-ago-hours", minutes / 60),
                1440..10_080 => ("core-ago-days", minutes / 1440),
                _ => return dates::date(at, scope.locale),
            };
            let mut args = FluentArgs::new();
            args.set("count", count);
            self.words.get(scope.locale, key, Some(&args))
        });
        Ok(Value::String(text).into())
    }
}
