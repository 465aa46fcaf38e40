//! Sectors through the pages, and roles that are given at one.

use atrium_core::access::Scope;
use atrium_core::access::permissions::PERSON_READ;
use atrium_core::directory;

use super::{Town, person_path};

#[tokio::test]
async fn a_sector_is_made_filled_renamed_and_given_roles_at() {
    let town = Town::new().await;
    let admin = town.admin().await;
    admin.get("/administration").await.assert_contains("/administration/secteurs");
    let list = "/administration/secteurs";
    admin.get(list).await.assert_status(200).assert_contains("Aucun secteur.");
    admin.post(list, &[("name", " ")]).await.assert_status(422).assert_contains("f-name-error");
    let page = admin.post(list, &[("name", "Durance nord")]).await.assert_status(303).location().to_owned();
    admin.post(list, &[("name", "durance NORD")]).await.assert_status(409).assert_contains("durance NORD");
    admin.get(&format!("{list}?q=nord")).await.assert_contains("Durance nord").assert_contains("Aucun établissement");
    admin.get(&format!("{list}?q=sud")).await.assert_lacks("Durance nord");

    admin.get(&format!("{page}?q=calanques")).await.assert_contains("Lycée des Calanques");
    let school = town.a.to_string();
    admin.post(&format!("{page}/etablissements"), &[("school", &school)]).await.assert_status(303);
    admin.get(&page).await.assert_contains("Lycée des Calanques").assert_lacks("Lycée de la Crau");
    admin.post(&format!("{page}/etablissements"), &[("school", "x")]).await.assert_status(422);
    admin.post(&format!("{page}/modifier"), &[("name", "Durance"), ("version", "1")]).await.assert_status(303);
    let stale = admin.post(&format!("{page}/modifier"), &[("name", "Aix"), ("version", "1")]).await;
    stale.assert_status(409).assert_contains("value=\"Aix\"");

    let sector = directory::sectors(town.site.atrium().db()).await.unwrap()[0].id;
    let grant = format!("{}/attributions/nouvelle", person_path(town.teacher_a));
    admin.get(&grant).await.assert_contains(&format!("s{sector}")).assert_contains("Durance");
    let scope = format!("s{sector}");
    let typed = [("role", "stil_technician"), ("scope", scope.as_str()), ("effect", "permit"), ("reason", "essai")];
    admin.post(&grant, &typed).await.assert_status(303);
    admin.get(&person_path(town.teacher_a)).await.assert_contains("Durance");
    let access = town.site.atrium().access();
    let teacher = access.actor_for(town.teacher_a, atrium_core::access::Via::Web).await.unwrap();
    assert!(teacher.may(PERSON_READ, Scope::Establishment(town.a)));
    assert!(!teacher.may(PERSON_READ, Scope::Establishment(town.b)));
    let own = town.site.signed_in(town.teacher_a).await;
    own.get("/compte").await.assert_contains("Durance");
    let why =
        format!("/administration/droits?personne={}&permission=core.person.read&lieu=e{}", town.teacher_a, town.a);
    admin.get(&why).await.assert_status(200).assert_contains("Durance");

    admin.post(&format!("{page}/supprimer"), &[]).await.assert_status(409).assert_contains("f-school");
    admin.post(&format!("{page}/etablissements/retirer"), &[("school", &school)]).await.assert_status(303);
    let teacher = access.actor_for(town.teacher_a, atrium_core::access::Via::Web).await.unwrap();
    assert!(!teacher.may(PERSON_READ, Scope::Establishment(town.a)));
    admin.get("/administration/journal").await.assert_contains("Établissement retiré d’un secteur");
}

#[tokio::test]
async fn a_referent_does_not_find_sectors() {
    let town = Town::new().await;
    town.site.atrium().directory().create_sector(&town.site.system(), "Durance nord").await.unwrap();
    let referent = town.referent().await;
    referent.get("/administration/secteurs").await.assert_status(403);
    referent.get("/administration/secteurs/1").await.assert_status(403);
    referent.post("/administration/secteurs", &[("name", "Autre")]).await.assert_status(403);
    referent.get("/administration").await.assert_lacks("/administration/secteurs");
    let grant = format!("{}/attributions/nouvelle", person_path(town.teacher_a));
    referent.get(&grant).await.assert_status(200).assert_lacks("Durance nord");
}
