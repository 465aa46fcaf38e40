//! A query that takes too long is ended, and slow pages of one kind leave the others served.

use std::sync::Arc;

use async_trait::async_trait;
use atrium_core::access::Via;
use atrium_core::config::Settings;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestSite;
use atrium_core::web::{RequestContext, Routes, WebPlugin, Who};
use atrium_core::{Error, Result};
use http::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::Semaphore;

/// A plugin with pages that read for ever.
struct Slow {
    /// A permit for each page that has begun.
    begun: Arc<Semaphore>,
}

#[async_trait]
impl Plugin for Slow {
    fn id(&self) -> &'static str {
        "slow"
    }
}

#[async_trait]
impl WebPlugin for Slow {
    fn routes(&self, routes: &mut Routes) {
        let begun = self.begun.clone();
        routes.list("/lents", Who::Anyone, move |cx: RequestContext| read_for_ever(cx, begun.clone()));
        let begun = self.begun.clone();
        routes.get("/lent", Who::Anyone, move |cx: RequestContext| read_for_ever(cx, begun.clone()));
        routes.get("/un", Who::Anyone, read);
        routes.get("/api/v1/un", Who::Anyone, read);
        routes.get("/administration/un", Who::Anyone, read);
    }
}

async fn read_for_ever(cx: RequestContext, begun: Arc<Semaphore>) -> Result<String> {
    begun.add_permits(1);
    let sql = if cx.db().is_postgres() {
        "SELECT pg_sleep(3600)"
    } else {
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"
    };
    cx.db().query_one_raw(Statement::from_string(cx.db().get_database_backend(), sql)).await?;
    Err(Error::bug("this query ends"))
}

async fn read(cx: RequestContext) -> Result<String> {
    cx.db().query_one_raw(Statement::from_string(cx.db().get_database_backend(), "SELECT 1")).await?;
    Ok("lu".to_owned())
}

async fn site(settings: fn(Settings) -> Settings) -> (TestSite, Arc<Semaphore>) {
    let begun = Arc::new(Semaphore::new(0));
    let site = TestSite::builder().plugin(Slow { begun: begun.clone() }).settings(settings).start().await;
    (site, begun)
}

#[tokio::test]
async fn a_page_whose_query_takes_too_long_says_so_and_when_to_come_back() {
    let (site, _) = site(|mut settings| {
        settings.query_seconds = 1;
        settings
    })
    .await;
    for path in ["/lents", "/lent"] {
        let answer = site.visitor().get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        let page = answer.text();
        assert!(page.contains("très sollicité") && page.contains(&format!("dans {seconds} secondes")), "{page}");
    }
    let english = site.visitor().with_header("accept-language", "en").get("/lents").await.text();
    assert!(english.contains("very busy"), "{english}");
}

#[tokio::test]
async fn twenty_four_people_on_a_slow_list_leave_every_other_kind_of_page_served() {
    let (site, begun) = site(|mut settings| {
        settings.query_seconds = 30;
        settings
    })
    .await;
    let person = NewPerson::new(Place::Region, "Denis", "Essai");
    let person = site.atrium().directory().create_person(&site.system(), person).await.unwrap();
    let signed_in = site.signed_in(person).await;
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..24 {
        let visitor = site.visitor();
        slow.spawn(async move { visitor.get("/lents").await.status });
    }
    let _all = begun.acquire_many(24).await.unwrap();
    for path in ["/readyz", "/healthz", "/un", "/api/v1/un", "/administration/un", "/compte"] {
        signed_in.get(path).await.assert_status(200);
    }
    // The platform's own work goes on: rights are read, and the index follows.
    site.atrium().access().actor_for(person, Via::Web).await.unwrap();
    site.settle().await;
    slow.abort_all();
    while slow.join_next().await.is_some() {}
    assert_eq!(site.visitor().get("/").await.status, StatusCode::OK, "lists read again once no one waits for those");
}

#[tokio::test]
async fn each_route_reads_as_what_it_is() {
    let (site, _) = site(|settings| settings).await;
    let share = |path: &str| {
        let route = site.atrium().routes().iter().find(|route| route.path == path).unwrap();
        format!("{:?}", route.share)
    };
    let paths = ["/", "/recherche", "/lents", "/lent", "/compte", "/api/v1/search", "/administration/roles", "/readyz"];
    let shares = ["List", "List", "List", "Page", "Page", "Api", "Administration", "Identity"];
    assert_eq!(paths.map(share), shares);
}
