//! The host and the platform in one process: each at home, neither in the other's way.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

use atrium_core::Atrium;
use atrium_core::config::Settings;
use atrium_core::testing::TestDatabase;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::TempDir;
use tower::ServiceExt;

/// What the host and the platform share: a database, on SQLite or PostgreSQL, and a directory.
struct Ground {
    database: TestDatabase,
    dir: TempDir,
}

impl Ground {
    async fn new() -> Self {
        Self { database: TestDatabase::new().await, dir: TempDir::new().unwrap() }
    }

    fn settings(&self) -> Settings {
        Settings::default().data_dir(self.dir.path()).database(self.database.url())
    }
}

async fn site() -> (Router, Atrium, Ground) {
    let ground = Ground::new().await;
    let (app, atrium) = atrium_embed::app(ground.settings()).await.unwrap();
    (app, atrium, ground)
}

async fn get(app: &Router, path: &str, cookie: &str) -> Response<Body> {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

fn location(response: &Response<Body>) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// Returns every address of our own that the page names.
fn addresses(page: &str) -> Vec<&str> {
    let after = |mark: &'static str| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
    let all = ["href=\"", "src=\"", "action=\""].into_iter().flat_map(after);
    all.filter(|address| address.starts_with('/')).collect()
}

async fn count(atrium: &Atrium, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let row = atrium.db().query_one_raw(Statement::from_string(atrium.db().get_database_backend(), sql)).await;
    row.unwrap().unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn both_homes_answer() {
    let (app, _atrium, _ground) = site().await;
    let page = text(get(&app, "/", "").await).await;
    assert!(page.contains("Lycée des Tilleuls") && page.contains("Bonjour visiteur"));
    for path in ["/assistance", "/assistance/aide", "/assistance/forum"] {
        let response = get(&app, path, "").await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(get(&app, "/assistance/rien", "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(&app, "/aide", "").await.status(), StatusCode::NOT_FOUND, "the root is the host’s");
}

#[tokio::test]
async fn every_address_of_a_page_carries_the_prefix_and_answers() {
    let (app, _atrium, _ground) = site().await;
    let page = text(get(&app, "/assistance", "").await).await;
    let addresses = addresses(&page);
    assert!(addresses.iter().any(|address| address.ends_with(".css")), "assets are among them");
    for address in addresses {
        let target = address.replace("&amp;", "&").replace("&#x3D;", "=");
        let below = target.strip_prefix("/assistance");
        assert!(below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])), "{target}");
        let status = get(&app, &target, "").await.status();
        assert!(status.is_success() || status.is_redirection(), "{address}: {status}");
    }
}

#[tokio::test]
async fn redirects_stay_below_the_prefix() {
    let (app, _atrium, _ground) = site().await;
    let response = get(&app, "/assistance/prets/demandes", "").await;
    assert_eq!(location(&response), "/assistance/connexion?suite=%2Fprets%2Fdemandes");
    assert_eq!(location(&get(&app, "/assistance?lang=en", "").await), "/assistance");
    assert_eq!(location(&get(&app, "/assistance/", "").await), "/assistance");
}

#[tokio::test]
async fn signing_in_and_out_happens_at_the_hosts() {
    let (app, _atrium, _ground) = site().await;
    assert_eq!(location(&get(&app, "/assistance/connexion?suite=%2Fforum", "").await), "/");
    assert_eq!(get(&app, "/assistance/connexion?local=1", "").await.status(), StatusCode::OK, "local accounts too");
    let out = Request::post("/assistance/deconnexion").header("sec-fetch-site", "same-origin");
    let out = app.clone().oneshot(out.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(location(&out), "/sortir");
}

#[tokio::test]
async fn the_hosts_user_is_known_to_the_platform() {
    let (app, atrium, _ground) = site().await;
    let form = Request::post("/entrer")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("user=noe"))
        .unwrap();
    let response = app.clone().oneshot(form).await.unwrap();
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(!text(get(&app, "/assistance", "").await).await.contains("Noé"));
    for _ in 0..2 {
        let page = text(get(&app, "/assistance", &cookie).await).await;
        assert!(page.contains("Noé"), "the platform greets the host’s user");
    }
    assert_eq!(count(&atrium, "atrium_person").await, 1, "made once, found again");
    assert!(!text(get(&app, "/assistance", "site=personne").await).await.contains("Noé"));
}

#[tokio::test]
async fn another_site_cannot_write_with_the_hosts_cookie() {
    let (app, _atrium, _ground) = site().await;
    let preview = |cookie: Option<&str>, header: (&'static str, &str)| {
        let request = Request::post("/assistance/api/v1/markup/preview").header(header.0, header.1);
        let request = cookie.into_iter().fold(request, |request, cookie| request.header(header::COOKIE, cookie));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        app.clone().oneshot(request.body(Body::from(r#"{"markdown":"*oui*"}"#)).unwrap())
    };
    let cookie = Some("site=noe");
    assert_eq!(preview(cookie, ("sec-fetch-site", "same-origin")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(preview(cookie, ("sec-fetch-site", "cross-site")).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(preview(cookie, ("x-from", "nowhere")).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(preview(None, ("x-from", "a program")).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_hosts_own_table_is_left_alone() {
    let (app, atrium, ground) = site().await;
    let form = Request::post("/entrer")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("user=ines"))
        .unwrap();
    app.clone().oneshot(form).await.unwrap();
    atrium.stop().await.unwrap();
    // The second start migrates again, and opens the index although the first router still lives.
    let (_, atrium) = atrium_embed::app(ground.settings()).await.unwrap();
    assert_eq!(count(&atrium, "visits").await, 1);
    let tables = match atrium.db().get_database_backend() {
        DbBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let tables = Statement::from_string(atrium.db().get_database_backend(), tables);
    let rows = atrium.db().query_all_raw(tables).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    names.retain(|name| !name.starts_with("atrium_") && !name.starts_with("sqlite_"));
    assert_eq!(names, ["visits"], "all our tables are prefixed");
}

#[tokio::test]
async fn cookies_of_the_mount_reach_its_home_and_nothing_else() {
    let (app, _atrium, _ground) = site().await;
    let chosen = get(&app, "/assistance?lang=en", "").await;
    let cookie = chosen.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("Path=/assistance;") || cookie.ends_with("Path=/assistance"), "{cookie}");
    let kept = cookie.split(';').next().unwrap();
    assert!(text(get(&app, "/assistance", kept).await).await.contains("<html lang=\"en\""));
}

#[tokio::test]
async fn the_hosts_own_route_knows_who_is_acting() {
    let (app, _atrium, _ground) = site().await;
    assert_eq!(text(get(&app, "/moi", "").await).await, "visiteur");
    assert_eq!(text(get(&app, "/moi", "site=noe").await).await, "Noé Ribeiro lit et écrit");
}

#[tokio::test]
async fn visitors_pages_are_kept_beside_the_hosts_sign_in() {
    let (app, _atrium, _ground) = site().await;
    let kept = get(&app, "/assistance/aide", "").await;
    assert!(kept.headers().contains_key(header::ETAG));
    assert!(!get(&app, "/assistance/aide", "site=noe").await.headers().contains_key(header::ETAG));
}

/// Returns every link of the page, without its fragment.
fn links(page: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = all.filter(|link| link.starts_with('/') && !link.contains("lang"));
    own.map(|link| link.replace("&amp;", "&").replace("&#x3D;", "=").split('#').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_page_works_below_a_parameter_of_the_path() {
    let (_app, atrium, _ground) = site().await;
    atrium.index_now().await.unwrap();
    let mounts = [
        Router::new().nest("/{school}/assistance", atrium.router()),
        Router::new().nest_service("/{school}/assistance", atrium.router::<()>()),
    ];
    for app in mounts {
        let (mut seen, mut pending) = (std::collections::BTreeSet::new(), vec!["/0139101X/assistance".to_owned()]);
        while let Some(path) = pending.pop() {
            if seen.len() > 250 || !seen.insert(path.clone()) {
                continue;
            }
            assert!(path.starts_with("/0139101X/assistance"), "{path}");
            let response = get(&app, &path, "site=noe").await;
            let status = response.status();
            assert!(status.is_success() || status.is_redirection(), "{path}: {status}");
            if response
                .headers()
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
            {
                pending.extend(links(&text(response).await));
            }
        }
        assert!(seen.iter().any(|path| path.contains("/aide/")) && seen.len() > 100, "{} pages", seen.len());
        for path in ["/aide/casier/rendre-un-devoir", "/recherche?q=devoir", "/forum", "/prets"] {
            let path = format!("/0139101X/assistance{path}");
            let status = get(&app, &path, "site=noe").await.status();
            assert!(
                status.is_success() || status.is_redirection() || status == StatusCode::FORBIDDEN,
                "{path}: {status}"
            );
        }
    }
}

#[tokio::test]
async fn the_help_shows_the_articles_that_a_plugin_brings() {
    let (app, atrium, _ground) = site().await;
    let page = get(&app, "/assistance/aide/materiel/emprunter-une-tablette", "").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(text(page).await.contains("Adressez-vous à la direction"));
    assert!(text(get(&app, "/assistance/aide", "").await).await.contains("Matériel"));
    atrium.index_now().await.unwrap();
    let found = text(get(&app, "/assistance/recherche?q=emprunter+une+tablette", "").await).await;
    assert!(found.contains("/assistance/aide/materiel/emprunter-une-tablette"));
}
