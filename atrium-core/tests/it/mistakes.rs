//! Mistakes of plugins and themes: found when the platform is built, with their owner, file and line.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::access::permissions::{PERSON_EDIT, PERSON_READ};
use atrium_core::access::{Permission, PermissionDef, RoleDef};
use atrium_core::clap::{ArgMatches, Command};
use atrium_core::config::Settings;
use atrium_core::db::SqlMigration;
use atrium_core::events::{DeclaredEvent, EventKind};
use atrium_core::plugin::{CommandDef, Plugin, PluginContext, RunCommand, Terminal};
use atrium_core::web::{Files, Routes, WebPlugin, Who};
use atrium_core::{Atrium, Platform};
use http::Method;
use tempfile::TempDir;

/// A plugin whose parts a test sets.
#[derive(Clone)]
struct Desk {
    id: &'static str,
    permissions: Vec<PermissionDef>,
    roles: Vec<RoleDef>,
    routes: fn(&mut Routes),
    templates: Files,
    locales: Files,
    assets: Files,
    articles: Files,
    views: &'static [&'static str],
    migrations: &'static [SqlMigration],
    events: &'static [EventKind],
}

impl Desk {
    fn new() -> Self {
        Self {
            id: "desk",
            permissions: Vec::new(),
            roles: Vec::new(),
            routes: |_| {},
            templates: Files::default(),
            locales: Files::default(),
            assets: Files::default(),
            articles: Files::default(),
            views: &[],
            migrations: &[],
            events: &[],
        }
    }
}

impl Plugin for Desk {
    fn id(&self) -> &'static str {
        self.id
    }

    fn permissions(&self) -> Vec<PermissionDef> {
        self.permissions.clone()
    }

    fn roles(&self) -> Vec<RoleDef> {
        self.roles.clone()
    }

    fn migrations(&self) -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        SqlMigration::boxed(self.migrations)
    }

    fn events(&self) -> Vec<DeclaredEvent> {
        self.events.iter().map(|kind| kind.declared()).collect()
    }
}

impl WebPlugin for Desk {
    fn routes(&self, routes: &mut Routes) {
        (self.routes)(routes);
    }

    fn templates(&self) -> Files {
        self.templates.clone()
    }

    fn locales(&self) -> Files {
        self.locales.clone()
    }

    fn assets(&self) -> Files {
        self.assets.clone()
    }

    fn articles(&self) -> Files {
        self.articles.clone()
    }

    fn views(&self) -> &'static [&'static str] {
        self.views
    }
}

/// Returns the error of a platform with `plugins`, which leaves no file behind.
async fn refused(plugins: impl IntoIterator<Item = Desk>) -> String {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let builder = Atrium::builder().settings(Settings::default().data_dir(&data));
    let builder = plugins.into_iter().fold(builder, |builder, plugin| builder.plugin(plugin));
    let error = builder.build().await.err().expect("a mistake keeps the platform from starting");
    assert!(!data.exists(), "no file was made");
    error.to_string()
}

/// Returns the error of a platform with a theme of these files.
async fn refused_theme(files: &[(&str, &str)]) -> String {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        write(&dir.path().join(path), text);
    }
    let settings = Settings::default().data_dir(dir.path().join("data")).theme_dir(dir.path());
    let error = Atrium::builder().settings(settings).build().await.err();
    error.expect("a mistake keeps the platform from starting").to_string()
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

async fn answer() -> &'static str {
    "ok"
}

#[tokio::test]
async fn two_plugins_with_one_id() {
    assert_eq!(refused([Desk::new(), Desk::new()]).await, "plugin `desk`: its id is that of 2 plugins");
    let dir = TempDir::new().unwrap();
    let builder = Platform::builder().settings(Settings::default().data_dir(dir.path()));
    let error = builder.plugin(Desk::new()).plugin(Desk::new()).build().await.err().unwrap();
    assert_eq!(error.to_string(), "plugin `desk`: its id is that of 2 plugins", "without pages too");
}

#[tokio::test]
async fn a_service_that_is_declared_wrongly_is_told_with_the_plugins_mistakes() {
    let dir = TempDir::new().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("services.toml"));
    let wrong = "[[service]]\nkey = \"cantine\"\nname = \"Cantine\"\nsummary = \"Réserver.\"\nprofiles = [\"eleve\"]\n";
    let told = "services.toml:5: service `cantine`: `profiles` names `eleve`: expected some of `student`, `guardian`, \
                `teacher`, `leadership`, `school_life`, `staff`";
    let builder = || Atrium::builder().settings(Settings::default().data_dir(&data)).services("services.toml", wrong);
    let error = builder().build().await.err().unwrap();
    assert_eq!(error.to_string(), format!("the site, {told}"));
    let platform = Platform::builder().settings(Settings::default().data_dir(&data)).services("services.toml", wrong);
    let error = platform.plugin(Desk { id: "core", ..Desk::new() }).build().await.err().unwrap().to_string();
    assert!(
        error.starts_with("2 mistakes ") && error.contains("the platform: the id") && error.contains(told),
        "{error}"
    );

    // The file of the settings replaces the program's, and `doctor` says what is wrong in it.
    write(&file, "[[service]]\n");
    let mut settings = Settings::default().data_dir(&data);
    settings.services = Some(file.clone());
    let error = Atrium::builder().settings(settings.clone()).services("services.toml", "").build().await.err().unwrap();
    assert_eq!(error.to_string(), format!("the site, {}:1: missing field `key`", file.display()));
    assert!(!data.exists(), "no file was made");
    write(&file, &wrong.replace("eleve", "student"));
    let atrium = Atrium::builder().settings(settings.clone()).build().await.unwrap();
    assert_eq!(atrium.catalogue().services().len(), 1);
    atrium.stop().await.unwrap();
    write(&file, "[[services]]\n");
    let findings = Atrium::builder().settings(settings.clone()).examine().await;
    assert!(findings.iter().any(|finding| finding.message.contains("services.toml:1: unknown field")), "{findings:?}");
    settings.services = Some(dir.path().join("absent.toml"));
    let error = Atrium::builder().settings(settings).build().await.err().unwrap().to_string();
    assert!(
        error.starts_with("setting `services` is `") && error.ends_with("absent.toml`: expected a TOML file"),
        "{error}"
    );
}

#[tokio::test]
async fn an_id_that_cannot_name_tables() {
    for id in ["Desk", "", "guichet-prêts", "2desk"] {
        let expected = format!(
            "plugin `{id}`: its id is malformed: expected a lower-case letter, then lower-case letters, digits and `_`, 30 \
             at most"
        );
        assert_eq!(refused([Desk { id, ..Desk::new() }]).await, expected);
    }
    assert_eq!(
        refused([Desk { id: "core", ..Desk::new() }]).await,
        "the platform: the id `core` is the platform’s own"
    );
}

#[tokio::test]
async fn a_permission_of_another_plugin() {
    let of = |definition: PermissionDef| refused([Desk { permissions: vec![definition], ..Desk::new() }]);
    let named = |key| PermissionDef::new(Permission(key), "Prêter", "Lend");
    assert_eq!(
        of(named("forum.topic.create")).await,
        "plugin `desk`: permission `forum.topic.create` is not its own: expected a key that begins with `desk.`"
    );
    assert_eq!(
        of(named("desk.Lend it")).await,
        "plugin `desk`: permission `desk.Lend it` is malformed: expected words of lower-case letters, digits and `_`, \
         joined by dots"
    );
    assert_eq!(
        of(named("desk.lend").held_by(&["headmaster"])).await,
        "plugin `desk`: permission `desk.lend` names the role `headmaster`, which is not built in"
    );
    assert_eq!(
        of(named("desk.lend").needing(&[Permission("desk.read")])).await,
        "plugin `desk`: permission `desk.lend` needs `desk.read`, which no plugin declares"
    );
    let twice = Desk { permissions: vec![named("desk.lend"), named("desk.lend")], ..Desk::new() };
    assert_eq!(refused([twice]).await, "plugin `desk`: permission `desk.lend` is declared twice");
}

/// Returns a desk with a role `lender` and its label.
fn lender() -> Desk {
    let locales = Files::default().with("fr/desk.ftl", "role-lender = Prêteur\n".as_bytes());
    let locales = locales.with("en/desk.ftl", "role-lender = Lender\n".as_bytes());
    Desk { roles: vec![RoleDef::new("lender")], locales, ..Desk::new() }
}

#[tokio::test]
async fn a_role_that_is_not_ones_own_or_holds_what_is_not() {
    let of = |role: RoleDef| refused([Desk { roles: vec![role], ..lender() }]);
    let lend = || PermissionDef::new(Permission("desk.lend"), "Prêter", "Lend");
    assert!(
        of(RoleDef::new("Lender"))
            .await
            .contains("role `Lender` is malformed: expected two to forty lower-case letters")
    );
    assert!(of(RoleDef::new("teacher")).await.contains("plugin `desk`: role `teacher` is that of the platform"));
    assert_eq!(
        refused([Desk { roles: vec![RoleDef::new("lender"), RoleDef::new("lender")], ..lender() }]).await,
        "plugin `desk`: role `lender` is declared twice"
    );
    let other = Desk { id: "other", roles: vec![RoleDef::new("lender")], ..Desk::new() };
    assert!(refused([lender(), other]).await.contains("plugin `other`: role `lender` is that of plugin `desk`"));
    assert_eq!(
        of(RoleDef::new("lender").holding(&[Permission("desk.lend")])).await,
        "plugin `desk`: role `lender` holds `desk.lend`, which no plugin declares"
    );
    assert_eq!(
        of(RoleDef::new("lender").holding(&[PERSON_EDIT])).await,
        format!("plugin `desk`: role `lender` holds `{PERSON_EDIT}`, which does nothing without `{PERSON_READ}`")
    );
    let other = || Desk { id: "other", ..Desk::new() };
    let lends = Desk { permissions: vec![lend()], ..Desk::new() };
    let holding =
        Desk { id: "other", roles: vec![RoleDef::new("lender").holding(&[Permission("desk.lend")])], ..lender() };
    assert_eq!(
        refused([lends, holding]).await,
        "plugin `other`: role `lender` holds `desk.lend`, which is a permission of plugin `desk`: the site gives that"
    );
    let names = Desk {
        permissions: vec![PermissionDef::new(Permission("other.read"), "Lire", "Read").held_by(&["lender"])],
        ..other()
    };
    assert_eq!(
        refused([lender(), names]).await,
        "plugin `other`: permission `other.read` names the role `lender`, which is that of plugin `desk`: its owner, or the \
         site, says what it holds"
    );
    assert_eq!(
        refused([Desk { locales: Files::default(), ..lender() }]).await,
        "plugin `desk`: the message `role-lender`, the label of its role `lender`, does not exist"
    );
}

#[tokio::test]
async fn the_sites_roles_are_held_against_the_plugins() {
    let dir = TempDir::new().unwrap();
    let role = |key: &str, permission: &str| {
        format!("[[role]]\nkey = \"{key}\"\nname = \"Rôle\"\npermissions = [\n  \"{permission}\",\n]\n")
    };
    let built = |number: u8, text: String| {
        let settings = Settings::default().data_dir(dir.path().join(number.to_string()));
        let lends = PermissionDef::new(Permission("desk.lend"), "Prêter", "Lend");
        let desk = Desk { permissions: vec![lends], ..lender() };
        Atrium::builder().settings(settings).roles("roles.toml", text).plugin(desk).build()
    };
    for (number, text, told) in [
        (0, role("lender", "core.person.read"), "the site, roles.toml:2: role `lender` is that of plugin `desk`"),
        (1, role("staff", "core.person.read"), "the site, roles.toml:2: role `staff` is that of the platform"),
        (
            2,
            role("clerk", "desk.lent"),
            "the site, roles.toml:5: role `clerk` holds `desk.lent`, which plugin `desk` does not declare",
        ),
        (
            3,
            role("clerk", "core.person.love"),
            "the site, roles.toml:5: role `clerk` holds `core.person.love`, which the platform does not declare",
        ),
        (4, "[[role]]\nkey = \"clerk\"\n".to_owned(), "the site, roles.toml:1: missing field `name`"),
    ] {
        assert_eq!(built(number, text).await.err().unwrap().to_string(), told);
    }
    // What a plugin declares that is absent counts once it is there.
    let atrium = built(5, role("clerk", "absent.read")).await.unwrap();
    assert!(atrium.access().permissions().of_built_in("clerk").is_empty());
    atrium.stop().await.unwrap();
    let atrium = built(6, role("clerk", "desk.lend")).await.unwrap();
    assert_eq!(atrium.access().permissions().of_built_in("clerk"), ["desk.lend"].into());
    let roles = atrium.access().roles().await.unwrap();
    let label = |key: &str| roles.by_key(key).map(|role| (role.label_fr.as_str(), role.label_en.as_str()));
    assert_eq!(label("lender"), Some(("Prêteur", "Lender")), "by its plugin's translations");
    assert_eq!((label("clerk"), label("staff")), (Some(("Rôle", "Rôle")), Some(("Personnel", "Staff"))));
    atrium.stop().await.unwrap();
}

#[tokio::test]
async fn a_kind_of_event_declared_twice_or_of_another_owner() {
    const LENT: EventKind = EventKind::new("desk.tablet.lent");
    let twice = Desk { events: &[LENT, LENT], ..Desk::new() };
    let expected = "plugin `desk`: the event kind `desk.tablet.lent` is declared already by plugin `desk`";
    assert_eq!(refused([twice]).await, expected);

    let [desk, loans] = ["desk", "loans"].map(|id| Desk { id, events: &[LENT], ..Desk::new() });
    let expected = "2 mistakes keep the platform from starting:\n\
                    - plugin `loans`: the event kind `desk.tablet.lent` does not begin with `loans.`\n\
                    - plugin `loans`: the event kind `desk.tablet.lent` is declared already by plugin `desk`";
    assert_eq!(refused([desk, loans]).await, expected);

    const CORES: EventKind = EventKind::new("core.person.created");
    let foreign = Desk { events: &[CORES], ..Desk::new() };
    let expected = "2 mistakes keep the platform from starting:\n\
                    - plugin `desk`: the event kind `core.person.created` does not begin with `desk.`\n\
                    - plugin `desk`: the event kind `core.person.created` is declared already by the platform";
    assert_eq!(refused([foreign]).await, expected);

    const CAUGHT: EventKind = EventKind::new("desk.catalogue.caught").published_as("core.catalogue.changed");
    let disguised = Desk { events: &[CAUGHT], ..Desk::new() };
    let expected = "plugin `desk`: the event kind `core.catalogue.changed` does not begin with `desk.`";
    assert_eq!(refused([disguised]).await, expected);
}

#[tokio::test]
async fn a_migration_listed_twice() {
    const TWICE: &[SqlMigration] =
        &[SqlMigration { name: "m1", sql: "SELECT 1" }, SqlMigration { name: "m1", sql: "SELECT 1" }];
    let desk = Desk { migrations: TWICE, ..Desk::new() };
    assert_eq!(refused([desk]).await, "plugin `desk`: its migration `m1` is listed twice");
}

#[tokio::test]
async fn routes_that_clash() {
    let of = |routes: fn(&mut Routes)| refused([Desk { routes, ..Desk::new() }]);
    assert_eq!(
        of(|routes| routes.get("/connexion", Who::Anyone, answer)).await,
        "plugin `desk`: route GET /connexion is declared by the platform too"
    );
    assert_eq!(
        of(|routes| {
            routes.get("/desk/{id}", Who::Anyone, answer);
            routes.post("/desk/{slug}", Who::Anyone, answer);
        })
        .await,
        "plugin `desk`: route POST /desk/{slug} clashes with /desk/{id} of itself: parameters at the same place must have \
         the same name"
    );
    let other = Desk { id: "other", routes: |routes| routes.get("/a/{id}", Who::Anyone, answer), ..Desk::new() };
    let desk = Desk { routes: |routes| routes.get("/a/{name}", Who::Anyone, answer), ..Desk::new() };
    assert_eq!(
        refused([other, desk]).await,
        "plugin `desk`: route GET /a/{name} clashes with /a/{id} of plugin `other`: parameters at the same place must have \
         the same name"
    );
}

#[tokio::test]
async fn routes_that_cannot_be_routed() {
    let of = |routes: fn(&mut Routes)| refused([Desk { routes, ..Desk::new() }]);
    assert_eq!(
        of(|routes| routes.get("desk", Who::Anyone, answer)).await,
        "plugin `desk`: route GET desk has a path that does not begin with `/`"
    );
    assert_eq!(
        of(|routes| routes.get("/desk/:id", Who::Anyone, answer)).await,
        "plugin `desk`: route GET /desk/:id has a parameter of another syntax: expected `{name}`, or `{*name}` for the rest \
         of the path"
    );
    assert_eq!(
        of(|routes| routes.add(Method::from_bytes(b"LEND").unwrap(), "/desk", Who::Anyone, 10, answer)).await,
        "plugin `desk`: route LEND /desk has a method that is not routed: expected GET, POST, PUT, PATCH, DELETE, HEAD or \
         OPTIONS"
    );
    assert_eq!(
        of(|routes| routes.get("/desk", Who::Holder(Permission("desk.lend")), answer)).await,
        "plugin `desk`: route GET /desk asks for the permission `desk.lend`, which no plugin declares"
    );
    assert_eq!(
        of(|routes| routes.get("/{page}", Who::Anyone, answer)).await,
        "plugin `desk`: route GET /{page} begins with a parameter, which would take every path"
    );
    let half = of(|routes| routes.get("/desk/{id", Who::Anyone, answer)).await;
    assert!(half.starts_with("plugin `desk`: route GET /desk/{id has a path that cannot be routed: "), "{half}");
}

#[tokio::test]
async fn templates_that_are_absent_or_broken() {
    let of = |path: &str, text: &'static str| {
        refused([Desk { templates: Files::default().with(path, text.as_bytes()), ..Desk::new() }])
    };
    assert_eq!(
        of("desk/list.hbs", "{{#> layout}}\n{{> desk/row this}}\n{{/layout}}").await,
        "plugin `desk`, templates/desk/list.hbs:2: the partial `desk/row` does not exist"
    );
    assert_eq!(
        of("desk/list.hbs", "{{#> layuot}}\n{{/layuot}}").await,
        "plugin `desk`, templates/desk/list.hbs:1: the partial `layuot` does not exist: did you mean `layout`?"
    );
    assert_eq!(
        of("desk/list.hbs", "<p>\n{{#each rows}}\n{{dates at}}\n{{/each}}").await,
        "plugin `desk`, templates/desk/list.hbs:3: the helper `dates` does not exist: did you mean `date`?"
    );
    assert_eq!(
        of("desk/list.hbs", "<p>{{t \"core-skipp\"}}").await,
        "plugin `desk`, templates/desk/list.hbs:1: the message `core-skipp` does not exist: did you mean `core-skip`?"
    );
    assert_eq!(
        of("desk/list.hbs", "\n\n<img src=\"{{asset \"desk.png\"}}\">").await,
        "plugin `desk`, templates/desk/list.hbs:3: the asset `desk.png` does not exist"
    );
    assert_eq!(
        of("list.hbs", "<p>").await,
        "plugin `desk`, templates/list.hbs: is outside of the plugin’s own folder: expected `desk/list.hbs`"
    );
    let broken = of("desk/list.hbs", "<p>\n{{#if a}}\n{{/each}}").await;
    assert_eq!(
        broken,
        "plugin `desk`, templates/desk/list.hbs:3: Handlebars cannot read it: helper \"if\" was opened, but \"each\" is \
         closing"
    );
    let desk = Desk {
        views: &["desk/lists"],
        templates: Files::default().with("desk/list.hbs", "<p>".as_bytes()),
        ..Desk::new()
    };
    assert_eq!(refused([desk]).await, "plugin `desk`: has no template `desk/lists.hbs`: did you mean `desk/list`?");
}

#[tokio::test]
async fn translations_that_cannot_be_read() {
    let of =
        |path: &str, text: &'static [u8]| refused([Desk { locales: Files::default().with(path, text), ..Desk::new() }]);
    let error = of("fr/desk.ftl", b"desk-title = Guichet\ndesk-lend Pr\xc3\xaater\n").await;
    assert!(error.starts_with("plugin `desk`, locales/fr/desk.ftl:2: Fluent cannot read it: "), "{error}");
    assert_eq!(of("fr/desk.ftl", b"a = b\nc = \xff\n").await, "plugin `desk`, locales/fr/desk.ftl:2: is not UTF-8");
    assert_eq!(
        of("de/desk.ftl", b"desk-title = Schalter\n").await,
        "plugin `desk`, locales/de/desk.ftl: is in no language of the platform: expected a file in `fr/` or `en/`"
    );
    assert_eq!(
        of("fr/desk.ftl", b"core-skip = Au guichet\n").await,
        "plugin `desk`, locales/fr/desk.ftl:1: the message `core-skip` is that of the platform"
    );
}

#[tokio::test]
async fn a_themes_files() {
    assert_eq!(
        refused_theme(&[("templates/layuot.hbs", "<p>")]).await,
        "the theme, templates/layuot.hbs: replaces no file, and no page uses it: did you mean `layout.hbs`?"
    );
    assert_eq!(
        refused_theme(&[("templates/layout.hbs", "<p>\n{{shout page.title}}{{> @partial-block}}")]).await,
        "the theme, templates/layout.hbs:2: the helper `shout` does not exist"
    );
    assert_eq!(
        refused_theme(&[("assets/atrium.ccs", "a{}")]).await,
        "the theme, assets/atrium.ccs: replaces no file, and no page uses it: did you mean `atrium.css`?"
    );
    assert_eq!(
        refused_theme(&[("locales/fr/words.ftl", "\ncore-skipp = Aller\n")]).await,
        "the theme, locales/fr/words.ftl:2: the message `core-skipp` replaces none, and no template prints it: did you \
         mean `core-skip`?"
    );
    assert_eq!(
        refused_theme(&[("template/layout.hbs", "<p>")]).await,
        "the theme, template/: is no folder of a theme: expected `templates`, `assets` or `locales`: did you mean \
         `templates`?"
    );
}

#[tokio::test]
async fn a_theme_may_add_what_its_pages_use() {
    let dir = TempDir::new().unwrap();
    let files = [
        ("theme/templates/partials/empty.hbs", "<p>{{t \"our-words\"}}</p>{{> our/sign}}"),
        ("theme/templates/our/sign.hbs", "<img src=\"{{asset \"sign.svg\"}}\" alt=\"\">"),
        ("theme/assets/sign.svg", "<svg/>"),
        ("theme/locales/fr/ours.ftl", "our-words = Nos mots\ncore-skip = Aller au texte\n"),
        ("theme/.DS_Store", ""),
    ];
    for (path, text) in files {
        write(&dir.path().join(path), text);
    }
    let settings = Settings::default().data_dir(dir.path().join("data")).theme_dir(dir.path().join("theme"));
    let atrium = Atrium::builder().settings(settings).build().await.unwrap();
    atrium.stop().await.unwrap();
}

#[tokio::test]
async fn every_mistake_is_named_at_once() {
    let desk = Desk {
        permissions: vec![PermissionDef::new(Permission("forum.x"), "x", "x")],
        routes: |routes| routes.get("/", Who::Anyone, answer),
        ..Desk::new()
    };
    assert_eq!(
        refused([desk]).await,
        "2 mistakes keep the platform from starting:\n\
         - plugin `desk`: permission `forum.x` is not its own: expected a key that begins with `desk.`\n\
         - plugin `desk`: route GET / is declared by the platform too"
    );
}

#[tokio::test]
async fn a_help_article_without_the_help() {
    let articles = Files::default().with("procedures/prets.md", "---\ntitle: Prêts\n---\n".as_bytes());
    let desk = Desk { articles, ..Desk::new() };
    assert_eq!(
        refused([desk]).await,
        "plugin `desk`, articles/procedures/prets.md: is an article, and no plugin shows articles: add one that does \
         (`WebPlugin::show_articles`)"
    );
}

/// A plugin with a command that a program may have, too.
struct Server;

#[async_trait::async_trait]
impl RunCommand for Server {
    async fn run(&self, _: &PluginContext, _: &ArgMatches, _: &mut Terminal<'_>) -> atrium_core::Result<ExitCode> {
        Ok(ExitCode::SUCCESS)
    }
}

impl Plugin for Server {
    fn id(&self) -> &'static str {
        "server"
    }

    fn commands(&self) -> Vec<CommandDef> {
        vec![CommandDef::new(Command::new("serve"), Server)]
    }
}

impl WebPlugin for Server {}

#[test]
fn a_command_of_the_programs_own_name() {
    let names = |own: &[&str]| {
        let commands = Atrium::builder().plugin(Server).commands(own).map_err(|error| error.to_string())?;
        Ok::<_, String>(commands.iter().map(|command| command.name().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(names(&["server", "doctor"]).unwrap(), ["serve"]);
    let told = "plugin `server`: command `serve` is one of the program’s own, too";
    assert_eq!(names(&["doctor", "serve"]).unwrap_err(), told);
}
