//! Linking and unlinking guardians, through the pages.

use atrium_core::directory::actions::Place;
use atrium_core::directory::{self, PersonId};
use atrium_core::login::LoginName;

use super::{Town, person_path, someone};

fn new_path(child: PersonId) -> String {
    format!("{}/responsables/nouveau", person_path(child))
}

impl Town {
    async fn named(&self, person: PersonId, name: &str) {
        let name = LoginName::parse(name).unwrap();
        self.site.atrium().login().create_login(&self.site.system(), person, &name).await.unwrap();
    }

    async fn guardians(&self, child: PersonId) -> Vec<PersonId> {
        directory::guardians(self.site.atrium().db(), child).await.unwrap()
    }
}

#[tokio::test]
async fn a_guardian_is_linked_by_account_or_by_name_and_unlinked() {
    let town = Town::new().await;
    let (referent, page, new) = (town.referent().await, person_path(town.pupil_a), new_path(town.pupil_a));
    town.named(town.teacher_a, "chloe.e").await;
    referent.get(&page).await.assert_contains("Responsables").assert_contains(&new);
    referent.get(&new).await.assert_status(200).assert_contains("Aïcha Essai");
    referent.post(&new, &[("login", "Chloe.E")]).await.assert_status(303);
    assert_eq!(town.guardians(town.pupil_a).await, [town.teacher_a]);
    referent.post(&new, &[("given_name", "Jeanne"), ("family_name", "Essai")]).await.assert_status(303);
    referent.get(&page).await.assert_contains("Jeanne Essai").assert_contains("Le responsable est ajouté.");
    assert_eq!(town.guardians(town.pupil_a).await.len(), 2);
    let again = [("given_name", "JEANNE"), ("family_name", "Essai")];
    referent.post(&new, &again).await.assert_status(422).assert_contains("f-another-error");
    assert_eq!(town.guardians(town.pupil_a).await.len(), 2);

    let unlink = format!("{page}/responsables/{}/retirer", town.teacher_a);
    referent.get(&page).await.assert_contains(&unlink);
    referent.get(&unlink).await.assert_status(200).assert_contains("Chloé Essai").assert_lacks("name=\"reason\"");
    referent.post(&unlink, &[]).await.assert_status(303);
    assert!(!town.guardians(town.pupil_a).await.contains(&town.teacher_a));
    referent.get(&unlink).await.assert_status(404);
    referent.get(&person_path(town.teacher_a)).await.assert_lacks("Responsables");
}

#[tokio::test]
async fn a_guardian_s_form_comes_back_with_what_was_typed() {
    let town = Town::new().await;
    let (referent, new) = (town.referent().await, new_path(town.pupil_a));
    town.named(town.pupil_b, "bruno.e").await;
    for unknown in ["bruno.e", "nulle.part"] {
        let refused = referent.post(&new, &[("login", unknown)]).await;
        refused.assert_status(422).assert_contains("f-login-error").assert_contains(&format!("value=\"{unknown}\""));
        refused.assert_contains("Aucune des personnes que vous pouvez consulter");
    }
    let both = [("login", "nulle.part"), ("given_name", "Jeanne"), ("family_name", "Essai")];
    referent.post(&new, &both).await.assert_status(422).assert_contains("value=\"Jeanne\"");
    referent.post(&new, &[]).await.assert_status(422).assert_contains("f-login-error");
    let half = referent.post(&new, &[("given_name", "Jeanne")]).await;
    half.assert_status(422).assert_contains("f-family_name-error").assert_contains("value=\"Jeanne\"");
    let mixed = referent.post(&new, &[("given_name", "Jeаnne"), ("family_name", "Essai")]).await;
    mixed.assert_status(422).assert_contains("f-family_name-error").assert_contains("plusieurs alphabets");
    assert!(town.guardians(town.pupil_a).await.is_empty());
    town.named(town.pupil_a, "aicha.e").await;
    let oneself = referent.post(&new, &[("login", "aicha.e")]).await;
    oneself
        .assert_status(422)
        .assert_contains("Personne n’est son propre responsable")
        .assert_contains("f-login-error");
}

#[tokio::test]
async fn guardians_are_for_whoever_keeps_the_pupil_s_record() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let names = [("given_name", "Jeanne"), ("family_name", "Essai")];
    referent.get(&new_path(town.pupil_b)).await.assert_status(404);
    referent.post(&new_path(town.pupil_b), &names).await.assert_status(404);
    referent.get(&new_path(town.teacher_a)).await.assert_status(404);
    referent.post(&new_path(town.teacher_a), &names).await.assert_status(404);
    town.named(referent.person(), "emma.e").await;
    referent.post(&new_path(town.pupil_a), &[("login", "emma.e")]).await.assert_status(403);
    let pupil = town.site.signed_in(town.pupil_a).await;
    pupil.post(&new_path(town.pupil_a), &names).await.assert_status(403);

    let parent = someone(&town.site, Place::GuardianOf(town.pupil_b), "Karim").await;
    let unlink = format!("{}/responsables/{parent}/retirer", person_path(town.pupil_b));
    referent.get(&unlink).await.assert_status(404);
    referent.post(&unlink, &[]).await.assert_status(404);
    pupil.post(&unlink, &[]).await.assert_status(403);
    assert_eq!(town.guardians(town.pupil_b).await, [parent]);

    let reader = someone(&town.site, Place::Region, "Hector").await;
    super::give(&town.site, reader, "region_support", atrium_core::access::Scope::Establishment(town.b)).await;
    let reader = town.site.signed_in(reader).await;
    let page = reader.get(&person_path(town.pupil_b)).await;
    page.assert_status(200).assert_contains("Karim Essai").assert_lacks("/responsables/");
    reader.post(&new_path(town.pupil_b), &names).await.assert_status(403);
}
