//! The account pages are a plugin's, and other plugins add to them and to the page of administration.

use async_trait::async_trait;
use atrium_core::access::Actor;
use atrium_core::directory::Profile;
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestSite;
use atrium_core::web::{HomeLink, HomeSection, NavEntry, RequestContext, WebPlugin};
use atrium_core::{Administration, Atrium, Result};

/// A third party's plugin with something about each person.
pub(crate) struct Canteen(pub(crate) &'static str);

impl Plugin for Canteen {
    fn id(&self) -> &'static str {
        self.0
    }
}

fn section(title: &str) -> HomeSection {
    let links = vec![HomeLink::new("Lundi <menu>", "/cantine/lundi")];
    HomeSection { title: title.into(), url: "/cantine".into(), more: "Tous les repas".into(), links }
}

#[async_trait]
impl WebPlugin for Canteen {
    fn navigation(&self, actor: &Actor) -> Vec<NavEntry> {
        let page = NavEntry::account("core-search", "/cantine/allergies", "info", 0);
        actor.person().map(|_| page).into_iter().collect()
    }

    async fn account(&self, cx: &RequestContext) -> Result<Option<HomeSection>> {
        cx.actor().require_person()?;
        Ok(Some(section("Mes repas")))
    }

    async fn administration(&self, _cx: &RequestContext) -> Result<Option<HomeSection>> {
        Ok(Some(section("Repas à commander")))
    }
}

#[tokio::test]
async fn plugins_add_sections_and_pages_to_the_account_and_to_the_administration() {
    let site = TestSite::builder().plugin(Canteen("canteen")).start().await;
    let referent = site.school().member(Profile::Teacher).give("digital_referent").await;
    let client = referent.client().await;
    let account = client.get("/compte").await;
    account.assert_status(200).assert_contains("Mes repas").assert_contains("Lundi &lt;menu&gt;");
    account.assert_contains("href=\"/cantine/allergies\"");
    assert!(!account.text().contains("Repas à commander"));
    let administration = client.get("/administration").await;
    administration.assert_status(200).assert_contains("Repas à commander").assert_contains("href=\"/cantine/lundi\"");
    assert!(!administration.text().contains("/cantine/allergies"));
    site.visitor().get("/compte").await.assert_status(303);
}

#[tokio::test]
async fn a_platform_without_the_account_pages_has_neither_them_nor_a_way_to_them() {
    let site = TestSite::new().await;
    let person = site.school().member(Profile::Teacher).await;
    person.client().await.get("/").await.assert_contains("href=\"/compte\"");
    let directory = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(directory.path());
    let builder = Atrium::builder().settings(settings).clock(site.clock().clone()).plugin(Administration);
    let bare = builder.build().await.unwrap();
    assert!(bare.routes().iter().all(|route| !route.path.starts_with("/compte")));
    assert!(bare.routes().iter().all(|route| !route.path.starts_with("/api/v1/account")));
    bare.stop().await.unwrap();
}
