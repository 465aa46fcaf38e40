//! The first day of a platform, from the link that `serve` prints to a school with a person in it, in the browser alone.

use atrium_core::access::{self, Scope};
use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::testing::TestSite;
use atrium_core::web::link_path;

use super::{Town, give, someone};

const STEPS: &str = "/administration/premiers-pas";

#[tokio::test]
async fn the_first_day_works_from_the_browser() {
    let site = TestSite::new().await;
    let link = site.atrium().login().first_administrator_link().await.unwrap().unwrap();
    let admin = site.visitor();
    let password = [("password", "la pluie tombe de bas en haut"), ("again", "la pluie tombe de bas en haut")];
    let answer = admin.post(&link_path(link.secret()), &password).await;
    assert_eq!(answer.assert_status(303).location(), STEPS);

    let page = admin.get(STEPS).await;
    page.assert_status(200)
        .assert_contains("2 étapes restent")
        .assert_contains("/administration/etablissements/nouveau");
    admin.get("/administration").await.assert_contains(STEPS);
    // A problem is shown beside its field, with the input kept.
    let wrong = admin
        .post(
            "/administration/etablissements/nouveau",
            &[("uai", "0130001Z"), ("name", "Lycée neuf"), ("kind", "lycee")],
        )
        .await;
    wrong.assert_status(422).assert_contains("id=\"f-uai-error\"").assert_contains("Lycée neuf");
    let fields = [("uai", "0130001F"), ("name", "Lycée neuf"), ("kind", "lycee"), ("city", "Gap")];
    let school = admin.post("/administration/etablissements/nouveau", &fields).await;
    let school = school.assert_status(303).location().rsplit('/').next().unwrap().to_owned();
    admin.get(STEPS).await.assert_contains("Une étape reste");

    let person = [("given_name", "Ana"), ("family_name", "Roux"), ("locale", "fr"), ("login", "ana.roux")];
    let wrong = admin.post("/administration/personnes/nouvelle", &[&person[..], &[("school", &school)]].concat()).await;
    wrong.assert_status(422).assert_contains("id=\"f-profile-error\"");
    let place = [("school", school.as_str()), ("profile", "teacher")];
    let made = admin.post("/administration/personnes/nouvelle", &[&person[..], &place].concat()).await;
    let page = made.assert_status(303).location().to_owned();
    admin.get(&page).await.assert_contains("Lycée neuf");
    admin.get(STEPS).await.assert_contains("Tout est fait");
    admin.get("/administration").await.assert_lacks(STEPS);

    let membership = [("school", school.as_str()), ("profile", "leadership")];
    admin.post(&format!("{page}/appartenances/nouvelle"), &membership).await.assert_status(303);
    admin.post(&format!("{page}/lien"), &[]).await.assert_status(200).assert_contains("/connexion/lien/");
}

#[tokio::test]
async fn the_first_steps_are_the_administrators_of_the_platform() {
    let town = Town::new().await;
    town.admin().await.get(STEPS).await.assert_status(200);
    assert!(town.site.visitor().get(STEPS).await.assert_status(303).location().starts_with("/connexion"));
    for who in [town.pupil_a, town.teacher_a] {
        town.site.signed_in(who).await.get(STEPS).await.assert_status(403);
    }
    town.referent().await.get(STEPS).await.assert_status(403);
    // A person who manages one school has no school to open.
    let local = someone(&town.site, Place::Member(town.a, Profile::Leadership), "Fanny").await;
    give(&town.site, local, "observer", Scope::Platform).await;
    town.site.signed_in(local).await.get(STEPS).await.assert_status(403);
    assert!(access::assignments(town.site.atrium().db(), local).await.unwrap().len() == 1);
}
