//! Properties of every response: caching, compression, varying headers, client addresses.

use atrium_core::access::Scope;
use atrium_core::access::actions::NewAssignment;
use atrium_core::directory::PersonId;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::testing::TestSite;

const TOKEN: &str = "un jeton assez long";

async fn administrator(site: &TestSite) -> PersonId {
    let access = site.atrium().access();
    let person = access
        .directory()
        .create_person(&site.system(), NewPerson::new(Place::Region, "Denis", "Essai"))
        .await
        .unwrap();
    let role = access.roles().await.unwrap().by_key("platform_admin").unwrap().id;
    let new = NewAssignment::permit(person, role, Scope::Platform).because("essai");
    access.grant(&site.system(), new).await.unwrap();
    person
}

#[tokio::test]
async fn no_answer_is_kept_by_anyone_but_those_that_are_the_same_for_everybody() {
    let site = TestSite::new().await;
    let person = administrator(&site).await;
    for person in [None, Some(person)] {
        for (route, answer) in site.every_answer(person).await {
            let told = answer.header("cache-control");
            if route.shared && told.starts_with("public") {
                // Declared as the same for everyone.
                continue;
            }
            let kept_for_visitors = person.is_none() && told == "private, no-cache" && answer.status == 200;
            assert!(told == "private, no-store" || kept_for_visitors, "{} {}: {told}", route.method, route.path);
            let varies: Vec<_> =
                answer.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
            assert!(varies.join(",").contains("cookie"), "{} {}: {varies:?}", route.method, route.path);
        }
    }
    let page = site.visitor().get("/").await.text();
    let sheet = page.split('"').find(|part| part.starts_with("/statique/") && part.ends_with(".css")).unwrap();
    for client in [site.visitor(), site.signed_in(person).await] {
        assert!(client.get(sheet).await.assert_status(200).header("cache-control").contains("immutable"));
    }
}

#[tokio::test]
async fn kept_and_fresh_pages_are_compressed_alike_and_as_the_client_can_read_it() {
    let site = TestSite::new().await;
    let person = administrator(&site).await;
    for (accepted, coding) in [("gzip, br", "br"), ("br;q=0, gzip", "gzip"), ("br;q=0", ""), ("*;q=0", ""), ("", "")] {
        for client in [site.visitor(), site.visitor(), site.signed_in(person).await] {
            let page = client.with_header("accept-encoding", accepted).get("/").await;
            assert_eq!(page.assert_status(200).header("content-encoding"), coding, "{accepted}");
        }
    }
}

#[tokio::test]
async fn figures_are_told_only_where_that_is_set_up() {
    let site = TestSite::new().await;
    let person = administrator(&site).await;
    site.visitor().get("/metrics").await.assert_status(404);
    site.signed_in(person).await.get("/metrics").await.assert_status(404);

    let set_up = |mut settings: atrium_core::config::Settings| {
        settings.metrics_token = Some(TOKEN.to_owned());
        settings
    };
    let site = TestSite::builder().settings(set_up).start().await;
    let person = administrator(&site).await;
    let bearer = |token: &str| site.visitor().with_header("authorization", &format!("Bearer {token}"));
    bearer(TOKEN).get("/metrics").await.assert_status(200).assert_contains("atrium_requests_total");
    bearer("un jeton assez lon").get("/metrics").await.assert_status(404);
    bearer("").get("/metrics").await.assert_status(404);
    site.visitor().get("/metrics").await.assert_status(404);
    site.signed_in(person).await.get("/metrics").await.assert_status(200);
}

#[tokio::test]
async fn a_proxy_that_names_no_client_is_refused_and_its_address_counts_for_no_one() {
    let behind = |mut settings: atrium_core::config::Settings| {
        settings.behind_proxy = true;
        settings.requests_per_second = 1;
        settings
    };
    let site = TestSite::builder().settings(behind).start().await;
    let said = |value: &str| site.visitor().with_header("x-forwarded-for", value);
    for garbage in ["unknown", "", "10.0.0.1, ???"] {
        said(garbage).get("/api/v1/search?q=a").await.assert_status(400).assert_contains("serveur intermédiaire");
    }
    // Nor is a cached visitors' page served. Probes are answered whatever their headers.
    said("192.0.2.9").get("/").await.assert_status(200);
    for garbage in ["unknown", "", "10.0.0.1, ???"] {
        said(garbage).get("/").await.assert_status(400).assert_contains("serveur intermédiaire");
        said(garbage).get("/healthz").await.assert_status(200);
        said(garbage).get("/readyz").await.assert_status(200);
    }
    said("192.0.2.9").get("/").await.assert_status(200);
    // One client's requests count together, ten at once; another's do not.
    let mut asked = 0;
    while said("192.0.2.1:4711").get("/healthz").await.status != 429 {
        asked += 1;
        assert!(asked < 500, "one address may ask as often as it likes");
    }
    said("[2001:db8::2]:4711").get("/healthz").await.assert_status(200);
    // Without a proxy, forwarding headers of the client are ignored.
    let direct = TestSite::new().await;
    direct.visitor().with_header("x-forwarded-for", "unknown").get("/api/v1/search?q=a").await.assert_status(200);
}

#[tokio::test]
async fn no_more_of_a_query_comes_back_than_is_read() {
    let site = TestSite::new().await;
    let admin = site.signed_in(administrator(&site).await).await;
    let (read, long) = ("x".repeat(1_000), "x".repeat(7_000));
    let paths = ["/recherche", "/administration/personnes", "/administration/etablissements", "/nulle-part"];
    for path in paths {
        let page = admin.get(&format!("{path}?q={long}")).await;
        page.assert_contains(&read).assert_lacks(&format!("{read}x"));
    }
    for path in ["/api/v1/search", "/recherche/suggestions"] {
        let answer = site.visitor().get(&format!("{path}?q={long}")).await;
        answer.assert_status(200).assert_lacks(&format!("{read}x"));
    }
    let service = site.visitor().get(&format!("/recherche?q=a&service={long}")).await;
    service.assert_status(422).assert_lacks(&format!("{read}x"));
}
