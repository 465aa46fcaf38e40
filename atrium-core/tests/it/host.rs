//! An embedding application that signs people in itself.

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::directory::actions::ExternalIdentity;
use atrium_core::testing::TestSite;
use atrium_core::web::HostLogin;
use http::request::Parts;

/// Identifies the person named by a header.
struct Header;

#[async_trait]
impl HostLogin for Header {
    async fn identify(&self, request: &Parts) -> Result<Option<ExternalIdentity>> {
        let key = request.headers.get("x-user").and_then(|value| value.to_str().ok());
        Ok(key.map(|key| ExternalIdentity::new(key, "Léa Martin")))
    }

    fn sign_in_url(&self, back: &str) -> Option<String> {
        Some(format!("/hote?retour={back}"))
    }
}

async fn site() -> TestSite {
    TestSite::builder().with(|builder| builder.host_login(Header)).start().await
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
