//! Identities of people and the origins of their places, through the pages.

use atrium_core::directory::actions::ExternalIdentity;
use atrium_core::directory::{self, Profile};

use super::{Town, person_path};

#[tokio::test]
async fn an_identity_is_linked_moved_and_unlinked() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let (page, new) = (person_path(town.teacher_a), format!("{}/identites/nouvelle", person_path(town.teacher_a)));
    admin.get(&page).await.assert_contains("Identités externes").assert_contains(&new);
    admin.get(&new).await.assert_status(200).assert_contains("value=\"external\"").assert_lacks("name=\"moves\"");
    let refused = admin.post(&new, &[("issuer", "a b"), ("subject", "")]).await;
    refused.assert_status(422).assert_contains("f-issuer-error").assert_contains("f-subject-error");
    admin.post(&new, &[("issuer", "external"), ("subject", "ent-7")]).await.assert_status(303);
    admin.get(&page).await.assert_contains("ent-7").assert_contains("L’identité est reliée.");

    let other = format!("{}/identites/nouvelle", person_path(town.pupil_a));
    let typed = [("issuer", "external"), ("subject", "ent-7")];
    admin.post(&other, &typed).await.assert_status(409).assert_contains("name=\"moves\"").assert_contains("ent-7");
    let moves = [typed[0], typed[1], ("moves", "1")];
    admin.post(&other, &moves).await.assert_status(422).assert_contains("f-reason-error").assert_contains("checked");
    admin.post(&other, &[moves[0], moves[1], moves[2], ("reason", "doublon")]).await.assert_status(303);
    admin.get(&page).await.assert_lacks("ent-7");

    let held = admin.get(&person_path(town.pupil_a)).await;
    let body = held.assert_contains("ent-7").text();
    let start = body.find("/administration/identites/").unwrap();
    let unlink = body[start..].split('"').next().unwrap().to_owned();
    admin.get(&unlink).await.assert_status(200).assert_contains("ent-7").assert_contains("name=\"reason\"");
    admin.post(&unlink, &[("reason", "")]).await.assert_status(422);
    town.referent().await.post(&unlink, &[("reason", "essai")]).await.assert_status(403);
    admin.post(&unlink, &[("reason", "essai")]).await.assert_status(303);
    admin.get(&unlink).await.assert_status(404);
}

#[tokio::test]
async fn who_keeps_a_record_sees_its_identities_and_only_the_platform_links_them() {
    let town = Town::new().await;
    let (acts, system) = (town.site.atrium().directory(), town.site.system());
    acts.link_identity(&system, town.teacher_a, ("https://sso.exemple.fr", "ent-9")).await.unwrap();
    let referent = town.referent().await;
    let (page, new) = (person_path(town.teacher_a), format!("{}/identites/nouvelle", person_path(town.teacher_a)));
    referent.get(&page).await.assert_contains("ent-9").assert_lacks(&new).assert_lacks("Détacher");
    referent.get(&new).await.assert_status(403);
    referent.post(&new, &[("issuer", "external"), ("subject", "x")]).await.assert_status(403);
    let teacher = town.site.signed_in(town.teacher_a).await;
    teacher.get(&page).await.assert_lacks("ent-9");
}

#[tokio::test]
async fn a_place_of_two_sources_is_shown_once_with_both() {
    let town = Town::new().await;
    let (acts, system) = (town.site.atrium().directory(), town.site.system());
    let school = directory::establishment(town.site.atrium().db(), town.a).await.unwrap();
    let identity = ExternalIdentity::new("7", "Ana Ruiz").member(school.uai.parse().unwrap(), Profile::Teacher);
    let ana = acts.provision(&identity).await.unwrap().person.id;
    let referent = town.referent().await;
    let page = referent.get(&person_path(ana)).await;
    page.assert_contains("Donné par le site d’accueil").assert_lacks("Ajouté à la main");
    acts.add_membership(&system, ana, town.a, Profile::Teacher, Default::default()).await.unwrap();
    let page = referent.get(&person_path(ana)).await;
    page.assert_contains("Donné par le site d’accueil").assert_contains("Ajouté à la main");
    let body = page.text();
    let places = body.split("id=\"places\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(places.matches("class=\"list-title\"").count(), 1, "one place");
    let ends: Vec<&str> = places.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let imported = ends.iter().find(|url| url.ends_with("/terminer")).unwrap();
    referent.get(imported).await.assert_status(200).assert_contains("Seule cette origine");
    referent.post(imported, &[]).await.assert_status(303);
    let page = referent.get(&person_path(ana)).await;
    let body = page.text();
    let places = body.split("id=\"places\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(!places.contains("Donné par le site d’accueil") && places.contains("/terminer"), "{places}");
}
