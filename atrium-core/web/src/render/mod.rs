//! Templates: loading them with the host's overrides, and rendering them for one request.
//!
//! Templates are read once. For each language and mount prefix a registry is made in which everything that is the
//! same on every page is text already ([`fixed`]) and partials read the page's data in place ([`partial`]).
//!
//! Helpers know the request's language and mount prefix through [`Scope`], set for the duration of one rendering.

mod fixed;
mod page_text;
mod partial;
mod reader;
#[cfg(feature = "testing")]
mod samples;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use handlebars::{Handlebars, Template};
use serde::Serialize;

use super::assets::Assets;
use super::digest::Key;
use super::files::Files;
use super::locale::{Locale, Words};
use super::pieces::Pieces;
use super::template_helpers;
use atrium_platform::clock::Timestamp;
use atrium_platform::{Error, Result};

pub use page_text::Hole;
pub(super) use page_text::{Holes, PageText, note_age, tells_keys, told};
#[cfg(feature = "testing")]
pub(super) use samples::note_problem;
#[cfg(feature = "testing")]
pub use samples::{RenderedSample, TemplateSamples};

/// The registries with a mount prefix of their own. Pages under further prefixes share one for each language.
const REGISTRIES: usize = 6;

/// The context of the request whose page is being rendered.
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
    /// The sources, by name.
    sources: BTreeMap<String, Template>,
    /// The names of the templates that do no more than print who is signed in.
    shared: BTreeSet<String>,
    /// The helpers, without a template.
    helpers: Handlebars<'static>,
    words: Arc<Words>,
    assets: Arc<Assets>,
    registries: RwLock<Vec<Arc<Registry>>>,
    #[cfg(feature = "testing")]
    recorded: samples::Recorded,
}

/// The templates for one language and mount prefix; without a prefix, for all further ones.
struct Registry {
    locale: Locale,
    base: Option<String>,
    templates: Handlebars<'static>,
}

impl Templates {
    /// Reads `files`, later ones replacing earlier ones of the same path; `a/b.hbs` is named `a/b`.
    ///
    /// # Errors
    /// Returns the first template that is not UTF-8 or that Handlebars cannot read.
    pub(super) fn load<'a>(
        files: impl IntoIterator<Item = &'a Files>,
        words: Arc<Words>,
        assets: Arc<Assets>,
    ) -> Result<Self> {
        let mut sources = BTreeMap::new();
        for (path, content) in files.into_iter().flat_map(Files::iter) {
            let Some(name) = path.strip_suffix(".hbs") else { continue };
            let text = std::str::from_utf8(content)
                .map_err(|source| Error::internal(format!("template `{path}` is not UTF-8"), source))?;
            let template = Template::compile_with_name(text, name.to_owned())
                .map_err(|source| Error::internal(format!("template `{path}`"), source))?;
            sources.insert(name.to_owned(), template);
        }
        let mut helpers = Handlebars::new();
        template_helpers::register(&mut helpers, words.clone(), assets.clone());
        partial::register(&mut helpers);
        let shared = sources.keys().filter(|name| reader::is_only_printed(name, &sources)).cloned().collect();
        Ok(Self {
            sources,
            shared,
            helpers,
            words,
            assets,
            registries: RwLock::default(),
            #[cfg(feature = "testing")]
            recorded: samples::Recorded::default(),
        })
    }

    /// Renders the template `name` with `data`.
    ///
    /// # Errors
    /// Returns the error of the template or of a helper.
    pub(super) fn render(&self, name: &str, data: &impl Serialize, scope: Scope) -> Result<String> {
        let registry = self.registry(&scope);
        #[cfg(feature = "testing")]
        self.recorded.add(name, data);
        SCOPE.set(Some(scope));
        let rendered = partial::outermost(|| registry.templates.render(name, data));
        SCOPE.set(None);
        rendered.map_err(|source| Error::internal(format!("rendering `{name}`"), source))
    }

    /// Returns `true` if readers may share the pages of the template `name`.
    pub(super) fn is_shared(&self, name: &str) -> bool {
        self.shared.contains(name)
    }

    /// Returns the page `name` that `pieces` caches under `key`, else the one of the data that `root` returns.
    ///
    /// # Errors
    /// Returns the error of the template or of a helper.
    pub(super) fn render_shared<R: Serialize>(
        &self,
        name: &str,
        key: Key,
        root: impl FnOnce() -> R,
        scope: Scope,
        pieces: &Pieces,
    ) -> Result<Arc<PageText>> {
        if let Some(text) = pieces.page(&key).filter(|text| text.holds_at(scope.now)) {
            return Ok(text);
        }
        let root = root();
        let text = Arc::new(PageText::made(|| self.render(name, &root, scope))?);
        pieces.keep_page(key, text.clone());
        Ok(text)
    }

    fn registry(&self, scope: &Scope) -> Arc<Registry> {
        let kept = self.registries.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(registry) = find(&kept, scope) {
            return registry;
        }
        drop(kept);
        let mut kept = self.registries.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(registry) = find(&kept, scope) {
            return registry;
        }
        // A host may mount the platform under prefixes that its visitors choose.
        let base = (!is_full(&kept)).then(|| scope.base.clone());
        let made = Arc::new(self.make(scope.locale, base));
        kept.push(made.clone());
        made
    }

    fn make(&self, locale: Locale, base: Option<String>) -> Registry {
        let mut templates = self.helpers.clone();
        let fixed = fixed::Fixed { words: &self.words, assets: &self.assets, locale, base: base.as_deref() };
        for (name, source) in &self.sources {
            let mut template = source.clone();
            fixed.fix(&mut template);
            partial::rewrite(&mut template);
            templates.register_template(name, template);
        }
        Registry { locale, base, templates }
    }
}

/// Returns `true` if there are registries enough with a mount prefix of their own.
fn is_full(kept: &[Arc<Registry>]) -> bool {
    kept.iter().filter(|registry| registry.base.is_some()).count() >= REGISTRIES
}

/// Returns the registry of this language and mount prefix, or the one that further prefixes share.
fn find(kept: &[Arc<Registry>], scope: &Scope) -> Option<Arc<Registry>> {
    let of_base = |base: Option<&str>| {
        let is_it = |registry: &&Arc<Registry>| registry.locale == scope.locale && registry.base.as_deref() == base;
        kept.iter().find(is_it).cloned()
    };
    of_base(Some(&scope.base)).or_else(|| of_base(None))
}

/// Returns the address of `path` under the mount prefix `base`. A mounted home page has no trailing slash: nesting
/// routers only know it as `/assistance`.
pub(super) fn mounted(base: &str, path: &str) -> String {
    match path.strip_prefix('/') {
        Some(rest) if !base.is_empty() && (rest.is_empty() || rest.starts_with(['?', '#'])) => format!("{base}{rest}"),
        _ => format!("{base}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Templates that call each other in every way used by ours.
    const TEMPLATES: [(&str, &str); 7] = [
        (
            "page",
            "{{#> layout cover=page.cover note=(t \"greeting\")}}\n<h1>{{page.title}}</h1>\n{{> row page.first}}\n\
             {{#each page.rows}}\n{{> row this in_list=true}}\n{{else}}\n{{> row \"\" name=(t \"none\")}}\n{{/each}}\n\
             {{> row page.absent}}\n{{/layout}}\n",
        ),
        ("layout", "<title>{{page.title}}{{#if cover}} {{note}}{{/if}}</title>\n{{> @partial-block}}\n{{> foot}}\n"),
        ("foot", "<p>{{t \"greeting\"}}{{icon \"star\"}}<a href=\"{{href \"/aide\"}}\">{{asset \"a.css\"}}</a></p>\n"),
        (
            "row",
            "{{!-- a row --}}<li{{#if in_list}} id=\"{{@index}}\"{{/if}}>{{name}}{{#unless in_list}}, {{note}}{{/unless}}\
             {{#each tags}} {{this}}{{#if ../in_list}}*{{/if}}{{/each}}{{#with inner}}{{> deep label=name}}{{/with}}</li>",
        ),
        ("deep", " {{label}}={{value}}/{{@root.page.title}}{{#if (eq value 2)}} {{t \"none\"}}{{/if}}"),
        (
            "fallback",
            "{{#> nowhere}}instead {{page.title}}{{/nowhere}}{{#*inline \"in\"}}<{{page.title}}>{{/inline}}{{> in}}",
        ),
        ("escaped", "{{t \"danger\"}}{{page.title}}{{t \"count\" n=page.n}}"),
    ];

    fn templates() -> (Templates, Files) {
        let words = "greeting = Bonjour\nnone = rien <b>\ndanger = a < b & \"c\" = d\ncount = { $n } fois\n";
        let words = Files::default().with("fr/a.ftl", words.as_bytes());
        let words = Arc::new(Words::load([&words], "ATRIUM", Locale::Fr).unwrap());
        let files = TEMPLATES
            .into_iter()
            .fold(Files::default(), |files, (name, text)| files.with(format!("{name}.hbs"), text.as_bytes()));
        let assets = Arc::new(Assets::collect([&Files::default().with("a.css", "a {}".as_bytes())]));
        (Templates::load([&files], words, assets).unwrap(), files)
    }

    fn data() -> Vec<Value> {
        let row = |name: &str| json!({"name": name, "tags": ["a", "b"], "inner": {"name": "x", "value": 2}});
        vec![
            json!({"page": {"title": "T <i>", "cover": true, "n": 3, "first": row("un"), "rows": [row("deux"), row("trois")]}}),
            json!({"page": {"title": "", "cover": false, "n": 1200, "first": null, "rows": []}}),
            json!({"page": {"title": "seul"}}),
        ]
    }

    #[test]
    fn pages_are_what_handlebars_makes_of_the_same_templates() {
        let (templates, files) = templates();
        let mut plain = templates.helpers.clone();
        for (path, text) in files.iter() {
            let name = path.strip_suffix(".hbs").unwrap();
            plain.register_template_string(name, std::str::from_utf8(text).unwrap()).unwrap();
        }
        for (locale, base) in [(Locale::Fr, ""), (Locale::En, ""), (Locale::Fr, "/assistance")] {
            let scope = Scope { locale, base: base.to_owned(), now: Timestamp(0) };
            for ((name, _), data) in
                TEMPLATES.iter().flat_map(|template| data().into_iter().map(move |d| (template, d)))
            {
                SCOPE.set(Some(scope.clone()));
                let expected = plain.render(name, &data).ok();
                assert_eq!(templates.render(name, &data, scope.clone()).ok(), expected, "{name} of {data}");
            }
        }
    }

    #[test]
    fn what_every_page_prints_is_text_before_the_first() {
        let (templates, _) = templates();
        let scope = Scope { locale: Locale::Fr, base: "/x".to_owned(), now: Timestamp(0) };
        let registry = templates.registry(&scope);
        assert_eq!(registry.templates.get_template("foot").unwrap().elements.len(), 1);
        let again = templates.registry(&scope);
        assert!(Arc::ptr_eq(&registry, &again), "made once");
        for number in 0..REGISTRIES * 2 {
            templates.registry(&Scope { base: format!("/{number}"), ..scope.clone() });
        }
        assert_eq!(templates.registries.read().unwrap().len(), REGISTRIES + 1, "further prefixes share one");
        let far = templates.render("foot", &json!({}), Scope { base: "/far".to_owned(), ..scope });
        assert!(far.unwrap().contains("<a href=\"/far/aide\">/far/statique/a."));
    }

    #[test]
    fn a_partial_prints_the_piece_it_is_handed() {
        let (templates, _) = templates();
        let piece = json!({"$piece": "<li>kept</li>"});
        let data = json!({"page": {"title": "T", "first": piece, "rows": [piece, piece]}});
        let page =
            templates.render("page", &data, Scope { locale: Locale::Fr, base: String::new(), now: Timestamp(0) });
        assert_eq!(page.unwrap().matches("<li>kept</li>").count(), 3);
    }

    fn with_layout() -> Templates {
        let words = "core-ago-now = là\ncore-ago-minutes = il y a { $count } min\nmenu = Menu de { $name }\n";
        let words = Arc::new(
            Words::load([&Files::default().with("fr/a.ftl", words.as_bytes())], "ATRIUM", Locale::Fr).unwrap(),
        );
        let files = [
            (
                "layout",
                "{{#if site.user}}<b data-id=\"{{hole site.user.id}}\">{{site.user.name}}</b>{{/if}}\
                 {{#if wide}}wide{{/if}}<main>{{> @partial-block}}</main>{{page.title}}{{icon \"user\"}}",
            ),
            (
                "page",
                "{{!-- a page --}}\n{{#> layout wide=page.wide}}{{page.text}} {{hole page.key}} {{ago page.at}}{{/layout}}\n",
            ),
            ("asked", "{{#> layout}}{{#if (and @root.site.user site.user.menu)}}{{site.locale}}{{/if}}{{/layout}}"),
            (
                "rows",
                "{{#> layout}}{{#each page.rows}}{{@root.site.user.name}}{{../site.user.name}}{{/each}}{{/layout}}",
            ),
            ("near", "{{#> layout}}{{> announced site}}{{/layout}}"),
            ("announced", "{{#each announcements}}{{title}}{{/each}}"),
            ("named", "{{#> layout}}{{t \"menu\" name=site.user.name}}{{/layout}}"),
            ("compared", "{{#> layout}}{{#if (eq site.user.name \"Bob\")}}secret{{/if}}{{/layout}}"),
            ("handed", "{{#> layout}}{{> person site.user}}{{/layout}}"),
            ("with", "{{#> layout}}{{#with site.user}}{{t \"menu\" name=name}}{{/with}}{{/layout}}"),
            ("called", "{{#> layout}}{{> greeting site}}{{/layout}}"),
            ("greeting", "{{t \"menu\" name=user.name}}"),
            ("sought", "{{#> layout}}{{lookup @root page.name}}{{/layout}}"),
            ("looked", "{{#> layout}}{{#with (lookup site \"user\")}}{{t \"menu\" name=name}}{{/with}}{{/layout}}"),
            ("given", "{{#> layout who=site.user.name}}{{who}}{{/layout}}"),
            ("person", "{{t \"menu\" name=name}}"),
        ];
        let files = files
            .iter()
            .fold(Files::default(), |files, (name, text)| files.with(format!("{name}.hbs"), text.as_bytes()));
        let assets = Arc::new(Assets::collect([&Files::default()]));
        Templates::load([&files], words, assets).unwrap()
    }

    #[test]
    fn a_page_that_hands_who_is_signed_in_to_a_helper_is_not_kept() {
        let templates = with_layout();
        let pages = templates.shared.iter().map(String::as_str);
        let pages: Vec<_> = pages.filter(|name| !["announced", "layout", "person"].contains(name)).collect();
        assert_eq!(pages, ["asked", "near", "page", "rows"]);
    }

    #[derive(Serialize)]
    struct Reader {
        id: Hole,
        name: Hole,
        menu: bool,
    }

    #[derive(Serialize)]
    struct Site {
        user: Option<Reader>,
        locale: &'static str,
    }

    #[derive(Serialize)]
    struct Page {
        title: &'static str,
        wide: bool,
        text: &'static str,
        key: Hole,
        at: i64,
        rows: Vec<u8>,
    }

    #[derive(Serialize)]
    struct Root {
        site: Site,
        page: Page,
    }

    fn shared_page(templates: &Templates, name: &str, data: &Root, scope: &Scope, pieces: &Pieces) -> String {
        if !templates.is_shared(name) {
            return templates.render(name, data, scope.clone()).unwrap();
        }
        let (made_of, holes) = told(data).unwrap();
        let text = templates.render_shared(name, pieces.key((name, made_of)), || data, scope.clone(), pieces);
        text.unwrap().with(&holes)
    }

    fn root(user: Option<(&str, bool)>, text: &'static str, key: &str) -> Root {
        let reader = |(name, menu): (&str, bool)| Reader {
            id: Hole::new("id", name.len().to_string()),
            name: Hole::new("name", name),
            menu,
        };
        let (key, rows) = (Hole::new("key", key), vec![1, 2]);
        Root {
            site: Site { user: user.map(reader), locale: "fr" },
            page: Page { title: "T", wide: true, text, key, at: 60_000, rows },
        }
    }

    #[test]
    fn readers_share_the_page_and_no_name_of_theirs() {
        let (templates, pieces) = (with_layout(), Pieces::default());
        let minute = 60_000;
        let (mut shared, mut printed) = (Vec::new(), Vec::new());
        for (user, text, key, now) in [
            (Some(("Anne", false)), "one", "k1", minute),
            (Some(("Bob <b>", false)), "one", "k<2>", minute),
            (Some(("Bob", false)), "two", "k3", minute),
            (Some(("Anne", false)), "one", "k4", 3 * minute),
            (Some(("Bob", false)), "one", "k5", 3 * minute),
            (None, "one", "k6", 3 * minute),
            (Some(("Bob", true)), "one", "k7", 3 * minute),
        ] {
            let data = root(user, text, key);
            let scope = Scope { locale: Locale::Fr, base: String::new(), now: Timestamp(now) };
            let page = shared_page(&templates, "page", &data, &scope, &pieces);
            assert_eq!(page, templates.render("page", &data, scope).unwrap());
            shared.push(pieces.pages());
            printed.push(page);
        }
        assert_eq!(shared, [1, 1, 2, 2, 2, 3, 4], "one for each text, none for each name");
        let begin = "<b data-id=\"7\">Bob &lt;b&gt;</b>wide<main>one k&lt;2&gt; là</main>T";
        assert!(printed[1].starts_with(begin), "{}", printed[1]);
        assert!(printed[4].contains(">Bob</b>wide<main>one k5 il y a 2 min</main>T"), "{}", printed[4]);
    }

    #[test]
    fn who_is_signed_in_is_told_the_same_on_every_page() {
        let (templates, pieces) = (with_layout(), Pieces::default());
        for name in ["asked", "compared", "given", "handed", "looked", "named", "near", "rows", "with"] {
            for user in [Some(("Anne", true)), Some(("Bob", false)), Some(("Bob", true)), None] {
                let scope = Scope { locale: Locale::Fr, base: String::new(), now: Timestamp(0) };
                let page = shared_page(&templates, name, &root(user, "", ""), &scope, &pieces);
                assert_eq!(page, templates.render(name, &root(user, "", ""), scope).unwrap(), "{name} for {user:?}");
            }
        }
    }

    #[test]
    fn a_failed_rendering_leaves_nothing_to_the_next() {
        let (templates, _) = templates();
        let scope = || Scope { locale: Locale::Fr, base: String::new(), now: Timestamp(0) };
        let failing = Files::default()
            .with("page.hbs", "{{#> layout}}secret{{/layout}}".as_bytes())
            .with("layout.hbs", "{{> inner}}".as_bytes())
            .with("inner.hbs", "{{> gone}}".as_bytes())
            .with("next.hbs", "{{> @partial-block}}".as_bytes());
        let failing = Templates::load([&failing], templates.words.clone(), templates.assets.clone()).unwrap();
        assert!(failing.render("page", &(), scope()).is_err());
        assert!(failing.render("next", &(), scope()).is_err());
    }
}
