//! An embedding application that signs people in itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use atrium_core::access::{Actor, Rights};
use atrium_core::directory::actions::ExternalIdentity;
use atrium_core::testing::TestSite;
use atrium_core::web::{HostLogin, RequestContext};
use atrium_core::{Error, Result};
use axum::Router;
use axum::routing::get;
use http::request::Parts;

/// Identifies the person named by a header, and counts how often it is asked.
#[derive(Clone, Default)]
struct Header(Arc<AtomicUsize>);

#[async_trait]
impl HostLogin for Header {
    async fn identify(&self, request: &Parts) -> Result<Option<ExternalIdentity>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let key = request.headers.get("x-user").and_then(|value| value.to_str().ok());
        match key {
            Some("down") => return Err(Error::unavailable("the host's sessions")),
            Some("broken") => panic!("the host's login has a bug"),
            _ => {}
        }
        if request.headers.get("authorization").is_some_and(|token| token == "Bearer down") {
            return Err(Error::unavailable("the host's tokens"));
        }
        Ok(key.map(|key| ExternalIdentity::new(key, "Léa Martin")))
    }

    fn sign_in_url(&self, back: &str) -> Option<String> {
        Some(format!("/hote?retour={back}"))
    }
}

async fn site() -> TestSite {
    TestSite::builder().with(|builder| builder.host_login(Header::default())).start().await
}

#[tokio::test]
async fn somebody_who_cannot_be_taken_in_reads_and_is_not_sent_round_in_circles() {
    let site = site().await;
    let known = site.visitor().with_header("x-user", "lea");
    known.get("/compte").await.assert_status(200).assert_contains("Léa Martin");
    let unusable = site.visitor().with_header("x-user", " ");
    unusable.get("/").await.assert_status(200);
    assert_eq!(unusable.get("/compte").await.assert_status(303).location(), "/connexion?suite=%2Fcompte");
    unusable.get("/connexion").await.assert_status(403).assert_contains("n’a pas pu être repris");
    assert_eq!(site.visitor().get("/connexion?suite=/compte").await.location(), "/hote?retour=/compte");
}

#[tokio::test]
async fn one_comes_back_to_the_page_whose_form_was_sent() {
    let site = site().await;
    let form = [("locale", "fr"), ("display_name", "Un nom choisi")];
    let sent = |from: &'static str| {
        let visitor = site.visitor().with_header("host", "localhost").with_header("referer", from);
        async move { visitor.post("/administration/personnes/nouvelle", &form).await }
    };
    let refused = sent("http://localhost/aide/casier?q=a").await;
    refused.assert_status(401).assert_contains("Un nom choisi").assert_contains("%2Faide%2Fcasier%3Fq%3Da");
    refused.assert_contains("href=\"/aide/casier?q&#x3D;a&amp;lang&#x3D;en\"");
    let elsewhere = sent("http://evil.example/aide").await;
    elsewhere.assert_status(401).assert_lacks("%2Faide").assert_lacks("evil.example");
}

#[tokio::test]
async fn visitors_pages_are_kept_beside_a_hosts_login() {
    let asked = Header::default();
    let count = asked.0.clone();
    let site = TestSite::builder().with(|builder| builder.host_login(asked)).start().await;
    let visitor = site.visitor().with_header("accept", "text/html").with_cookie("atrium-lang", "fr");
    let first = visitor.get("/").await;
    assert!(!first.assert_status(200).header("etag").is_empty(), "kept, with a tag");
    let before = count.load(Ordering::SeqCst);
    visitor.get("/").await.assert_status(200);
    assert_eq!(count.load(Ordering::SeqCst), before, "the host is not asked about a page that is there");

    let lea = site.visitor().with_header("x-user", "lea");
    lea.get("/").await.assert_status(200).assert_contains("Léa Martin");
    visitor.get("/").await.assert_lacks("Léa Martin");
    let unknown = site.visitor().with_cookie("session", "1");
    assert!(unknown.get("/").await.assert_status(200).header("etag").is_empty(), "it may be somebody’s");
}

#[tokio::test]
async fn a_hosts_login_that_fails_leaves_the_site_to_visitors() {
    let site = site().await;
    for user in ["down", "broken"] {
        let person = site.visitor().with_header("x-user", user);
        person.get("/").await.assert_status(200).assert_lacks("Léa Martin");
        assert_eq!(person.get("/compte").await.assert_status(303).location(), "/connexion?suite=%2Fcompte");
        person.get("/connexion").await.assert_status(403);
        person.post("/administration/personnes/nouvelle", &[("display_name", "Un nom")]).await.assert_status(401);
    }
    let program = site.visitor().with_header("authorization", "Bearer down");
    program.get("/api/v1/me").await.assert_status(503);
}

async fn hello(actor: Actor) -> String {
    format!("{}|{}", actor.name(), actor.person().is_some())
}

async fn rights(rights: Rights) -> String {
    rights.person().is_some().to_string()
}

async fn page(cx: RequestContext) -> String {
    cx.href("/")
}

fn own_routes() -> Router {
    Router::new().route("/bonjour", get(hello)).route("/droits", get(rights)).route("/page", get(page))
}

#[tokio::test]
async fn the_hosts_own_routes_ask_who_is_acting() {
    let site = site().await;
    let app = own_routes().layer(site.atrium().actor_layer()).nest("/assistance", site.atrium().router());
    let visitor = site.visitor().through(app.clone());
    assert_eq!(visitor.get("/bonjour").await.assert_status(200).text(), "|false");
    assert_eq!(visitor.get("/droits").await.text(), "false");
    let lea = site.visitor().through(app.clone()).with_header("x-user", "lea");
    assert_eq!(lea.get("/bonjour").await.text(), "Léa Martin|true");
    assert_eq!(lea.get("/droits").await.text(), "true");
    let ana = site.region_member().named("Ana", "Ruiz").await.client().await.through(app.clone());
    assert_eq!(ana.get("/bonjour").await.text(), "Ana Ruiz|true");
    let down = site.visitor().through(app).with_header("x-user", "down");
    assert_eq!(down.get("/bonjour").await.assert_status(200).text(), "|false");
}

#[tokio::test]
async fn a_token_of_our_api_opens_no_route_of_the_host() {
    let site = site().await;
    let app = own_routes().layer(site.atrium().actor_layer());
    let program = site.visitor().through(app).with_header("authorization", "Bearer atrium_pat_made_up");
    program.get("/bonjour").await.assert_status(401);
}

#[tokio::test]
async fn a_route_without_the_layer_names_it() {
    let site = site().await;
    let visitor = site.visitor().through(own_routes());
    for path in ["/bonjour", "/droits"] {
        visitor.get(path).await.assert_status(500).assert_contains("add `.layer(atrium.actor_layer())` to the router");
    }
    let page = visitor.get("/page").await;
    page.assert_status(500).assert_contains("outside of its router").assert_contains("`WebPlugin::routes`");
}
