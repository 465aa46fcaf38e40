//! The web shell without the search: `cargo test -p atrium-web --no-default-features --features sqlite`.

#![cfg(not(feature = "search"))]

use atrium_testing::TestSite;

#[tokio::test]
async fn pages_have_no_search_and_everything_else_answers() {
    let site = TestSite::new().await;
    let admin = site.signed_in(site.admin().await).await;
    for path in ["/", "/compte", "/administration", "/administration/personnes", "/api"] {
        admin.get(path).await.assert_status(200).assert_lacks("/recherche").assert_lacks("role=\"search\"");
    }
    let absent = site.visitor().get("/recherche?q=mot").await;
    absent.assert_status(404).assert_lacks("role=\"search\"").assert_lacks("recherche-erreur");
    assert!(site.visitor().get("/api/openapi.json").await.json()["paths"].get("/api/v1/search").is_none());
    site.visitor().get("/readyz").await.assert_status(200);
    for (route, answer) in site.every_answer(Some(site.admin().await)).await {
        assert_ne!(answer.status.as_u16(), 500, "{} {}", route.method, route.path);
    }
}
