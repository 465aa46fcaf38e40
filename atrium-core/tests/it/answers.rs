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
