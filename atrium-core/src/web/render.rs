//! Templates: loading them with the host's overrides, and rendering them for one request.
//!
//! What they may print knows the request's language and mount prefix through [`Scope`], set for the duration of one
//! rendering.

use std::cell::RefCell;
use std::sync::Arc;

use handlebars::Handlebars;
use serde::Serialize;

use super::assets::Assets;
use super::files::Files;
use super::locale::{Locale, Words};
use super::print;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// What printing needs to know of the request whose page is being rendered.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) locale: Locale,
    pub(super) base: String,
    pub(super) now: Timestamp,
}

thread_local! {
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

/// Reads the scope of the rendering under way.
pub(super) fn with_scope<T>(read: impl FnOnce(&Scope) -> T) -> T {
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
        print::register(&mut registry, words, assets);
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

/// The address of `path` under the mount prefix `base`. A mounted home page has no slash at its end: routers that nest
/// others know it as `/assistance` only.
pub(super) fn mounted(base: &str, path: &str) -> String {
    match path.strip_prefix('/') {
        Some(rest) if !base.is_empty() && (rest.is_empty() || rest.starts_with(['?', '#'])) => format!("{base}{rest}"),
        _ => format!("{base}{path}"),
    }
}
