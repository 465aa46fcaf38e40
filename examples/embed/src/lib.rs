//! `cargo run -p atrium-embed`
//!
//! A school's own site: an axum application with its own state, its own table and its own sign-in, which mounts the
//! platform under `/assistance`. The platform asks it who each request is; people sign in only once.

use async_trait::async_trait;
use atrium_core::access::Actor;
use atrium_core::config::Settings;
use atrium_core::directory::actions::ExternalIdentity;
use atrium_core::web::HostLogin;
use atrium_core::{Account, Administration, Atrium, Result};
use atrium_forum::Forum;
use atrium_forum::permissions::MODERATE;
use atrium_help::Help;
use atrium_plugin_loans::Loans;
use axum::extract::{Form, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, request};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

/// The services that the articles are about.
const SERVICES: &str = include_str!("../../portal/services.toml");

/// The roles of the Region, which may read some of the articles.
const ROLES: &str = include_str!("../../portal/roles.toml");

/// The site's own users: key, given name, family name.
const USERS: [(&str, &str, &str); 3] =
    [("camille", "Camille", "Fontaine"), ("noe", "Noé", "Ribeiro"), ("ines", "Inès", "Valette")];

/// The site's own state; the platform never sees it.
#[derive(Clone)]
struct Site {
    db: DatabaseConnection,
}

/// Returns the whole application, and the platform inside it, to be stopped with it.
///
/// # Errors
/// Returns an error if the database cannot be opened or the platform does not start.
pub async fn app(settings: Settings) -> Result<(axum::Router, Atrium)> {
    let url = settings.database_url();
    let atrium = Atrium::builder()
        .settings(settings)
        .services("services.toml", SERVICES)
        .roles("roles.toml", ROLES)
        .plugin(Account)
        .plugin(Administration)
        .plugin(Help::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/aide")))
        .plugin(Forum::default())
        .plugin(Loans::default().explained())
        .host_login(OurSignIn)
        .build()
        .await?;
    // The site's own table stands beside the platform's, in SQLite or PostgreSQL, through a connection of its own.
    let db = Database::connect(url).await?;
    db.execute_unprepared("CREATE TABLE IF NOT EXISTS visits (name TEXT NOT NULL)").await?;
    let app = axum::Router::new()
        .route("/", get(home))
        .route("/moi", get(me).layer(atrium.actor_layer()))
        .route("/entrer", post(enter))
        .route("/sortir", get(leave))
        .nest("/assistance", atrium.router())
        // axum nests the platform's home at `/assistance`; with a slash the address is the host's to answer.
        .route("/assistance/", get(|| async { Redirect::permanent("/assistance") }))
        .with_state(Site { db });
    Ok((app, atrium))
}

/// Tells the platform who a request is: the person our cookie names. A real site checks its own session here.
struct OurSignIn;

#[async_trait]
impl HostLogin for OurSignIn {
    async fn identify(&self, request: &request::Parts) -> Result<Option<ExternalIdentity>> {
        let Some((key, given, family)) = user(&request.headers) else { return Ok(None) };
        Ok(Some(ExternalIdentity::new(key, format!("{given} {family}")).named(given, family)))
    }

    fn sign_in_url(&self, _back: &str) -> Option<String> {
        Some("/".to_owned())
    }

    fn sign_out_url(&self) -> Option<String> {
        Some("/sortir".to_owned())
    }
}

fn user(headers: &HeaderMap) -> Option<(&'static str, &'static str, &'static str)> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let key = cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("site="))?;
    USERS.into_iter().find(|user| user.0 == key)
}

async fn home(State(site): State<Site>, headers: HeaderMap) -> Html<String> {
    let all = Statement::from_string(site.db.get_database_backend(), "SELECT name FROM visits");
    let visits = site.db.query_all_raw(all).await;
    let visits = visits.map_or(0, |rows| rows.len());
    let who = user(&headers).map_or("visiteur", |user| user.1);
    let choices = USERS.map(|(key, given, _)| format!("<button name=\"user\" value=\"{key}\">{given}</button> "));
    Html(format!(
        "<!doctype html><html lang=\"fr\"><title>Lycée des Tilleuls</title><h1>Lycée des Tilleuls</h1>\
         <p>Bonjour {who}. Entrées&nbsp;: {visits}.</p><form method=\"post\" action=\"/entrer\">{}</form>\
         <p><a href=\"/assistance\">Assistance</a></p></html>",
        choices.concat()
    ))
}

/// Says what the platform knows of the person: the layer of this route finds out who is acting.
async fn me(actor: Actor) -> String {
    let moderates = actor.rights().holds_somewhere(MODERATE, actor.now());
    let role = if moderates { "modère le forum" } else { "lit et écrit" };
    match actor.person() {
        Some(_) => format!("{} {role}", actor.name()),
        None => "visiteur".to_owned(),
    }
}

async fn enter(State(site): State<Site>, Form(form): Form<Vec<(String, String)>>) -> impl IntoResponse {
    let asked = form.iter().find(|(field, _)| field == "user").map(|(_, value)| value.as_str());
    let key = USERS.iter().find(|user| Some(user.0) == asked).map_or("", |user| user.0);
    // A visit that cannot be counted is still served.
    let _ = site.db.execute_unprepared(&format!("INSERT INTO visits VALUES ('{key}')")).await;
    ([(SET_COOKIE, format!("site={key}; Path=/; HttpOnly; SameSite=Lax"))], Redirect::to("/"))
}

async fn leave() -> impl IntoResponse {
    ([(SET_COOKIE, "site=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")], Redirect::to("/"))
}

/// Compiles the programs of the README and the guide, and runs those that end.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../../README.md")]
    struct Readme;
    #[doc = include_str!("../../../docs/guide/api.md")]
    struct Api;
    #[doc = include_str!("../../../docs/guide/embedding.md")]
    struct Embedding;
    #[doc = include_str!("../../../docs/guide/permissions.md")]
    struct Permissions;
    #[doc = include_str!("../../../docs/guide/plugins.md")]
    struct Plugins;
}
