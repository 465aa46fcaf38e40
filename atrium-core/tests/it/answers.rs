//! What holds of every answer: who may keep it, how it is compressed, what it repeats, whose address it counts for.

use atrium_core::access::Scope;
use atrium_core::access::actions::{NewAssignment, grant};
use atrium_core::directory::PersonId;
use atrium_core::directory::actions::{NewPerson, Place, create_person};
use atrium_core::testing::TestSite;

const TOKEN: &str = "un jeton assez long";

async fn administrator(site: &TestSite) -> PersonId {
    let access = site.atrium().access();
    let person = create_person(access, &site.system(), NewPerson::new(Place::Region, "Denis", "Essai")).await.unwrap();
    let role = access.roles().await.unwrap().by_key("platform_admin").unwrap().id;
    let new = NewAssignment::permit(person, role, Scope::Platform).because("essai");
    grant(access, &site.system(), new).await.unwrap();
    person
}

#[tokio::test]
async fn no_answer_is_kept_by_anyone_but_those_that_are_the_same_for_everybody() {
    let site = TestSite::new().await;
    let person = administrator(&site).await;
    for person in [None, Some(person)] {
        for (route, answer) in site.every_answer(person).await {
            let told = answer.header("cache-control");
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
