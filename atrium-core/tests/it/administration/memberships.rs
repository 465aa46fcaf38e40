//! Giving and ending places in schools, through the pages.

use atrium_core::access::Validity;
use atrium_core::directory::{self, EstablishmentId, PersonId, Profile};

use super::{Town, person_path};

fn new_path(person: PersonId) -> String {
    format!("{}/appartenances/nouvelle", person_path(person))
}

impl Town {
    /// Returns the path that ends the membership of `person` in `school`.
    async fn end_path(&self, person: PersonId, school: EstablishmentId) -> String {
        let rows = directory::memberships(self.site.atrium().db(), person).await.unwrap();
        let row = rows.iter().find(|row| row.establishment_id == school).unwrap();
        format!("/administration/appartenances/{}/terminer", row.id)
    }

    async fn also_in_b(&self, person: PersonId) {
        let system = self.site.system();
        self.site
            .atrium()
            .directory()
            .add_membership(&system, person, self.b, Profile::Teacher, Validity::ALWAYS)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_place_is_given_and_ended() {
    let town = Town::new().await;
    let (admin, b) = (town.admin().await, town.b.to_string());
    let (page, path) = (person_path(town.pupil_a), new_path(town.pupil_a));
    admin.get(&page).await.assert_contains(&path);
    let bad = [("school", b.as_str()), ("profile", "student"), ("valid_from", "hier"), ("valid_until", "2026-13-01")];
    let refused = admin.post(&path, &bad).await;
    refused.assert_status(422).assert_contains("value=\"hier\"").assert_contains("f-valid_from-error");
    refused.assert_contains("f-valid_until-error").assert_contains("selected");
    let over = [("school", b.as_str()), ("profile", "student"), ("valid_until", "2020-01-01")];
    admin.post(&path, &over).await.assert_status(422).assert_contains("f-valid_until-error");
    admin
        .post(&path, &[])
        .await
        .assert_status(422)
        .assert_contains("f-school-error")
        .assert_contains("f-profile-error");
    let guardian = [("school", b.as_str()), ("profile", "guardian")];
    admin.post(&path, &guardian).await.assert_status(422).assert_contains("On devient responsable par un élève");

    let good = [("school", b.as_str()), ("profile", "student"), ("valid_until", "2026-06-30")];
    admin.post(&path, &good).await.assert_status(303);
    admin.get(&page).await.assert_contains("Lycée de la Crau").assert_contains("jusqu’au 30\u{a0}juin 2026");
    let again = admin.post(&path, &good).await;
    again.assert_status(409).assert_contains("f-profile-error").assert_contains("value=\"2026-06-30\"");

    let end = town.end_path(town.pupil_a, town.b).await;
    admin.get(&page).await.assert_contains(&end);
    admin.get(&end).await.assert_status(200).assert_contains("Lycée de la Crau").assert_lacks("name=\"reason\"");
    assert_eq!(admin.post(&end, &[]).await.assert_status(303).location(), page);
    admin.get(&page).await.assert_contains("Terminé").assert_lacks(&end);
}

#[tokio::test]
async fn ending_the_last_place_known_leads_back_to_the_list() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let end = town.end_path(town.pupil_a, town.a).await;
    let answer = referent.post(&end, &[]).await;
    assert_eq!(answer.assert_status(303).location(), "/administration/personnes");
    referent
        .get("/administration/personnes")
        .await
        .assert_contains("L’appartenance est terminée.")
        .assert_lacks("Aïcha");
    referent.get(&person_path(town.pupil_a)).await.assert_status(404);
}

#[tokio::test]
async fn places_are_given_and_ended_where_one_keeps_the_directory_only() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let (a, b) = (town.a.to_string(), town.b.to_string());
    let there = [("school", b.as_str()), ("profile", "teacher")];
    let here = [("school", a.as_str()), ("profile", "staff")];
    referent.post(&new_path(town.teacher_a), &there).await.assert_status(403);
    referent.get(&new_path(town.pupil_b)).await.assert_status(404);
    referent.post(&new_path(town.pupil_b), &here).await.assert_status(404);
    let own = new_path(referent.person());
    referent.get(&person_path(referent.person())).await.assert_lacks(&own).assert_lacks("/terminer");
    referent.get(&own).await.assert_status(403);
    referent.post(&own, &here).await.assert_status(403);
    let pupil = town.site.signed_in(town.pupil_a).await;
    pupil.post(&new_path(town.teacher_a), &here).await.assert_status(403);

    town.also_in_b(town.teacher_a).await;
    let (known, beyond) = (town.end_path(town.teacher_a, town.a).await, town.end_path(town.teacher_a, town.b).await);
    referent.get(&person_path(town.teacher_a)).await.assert_contains(&known).assert_lacks(&beyond);
    let stranger = town.end_path(town.pupil_b, town.b).await;
    for path in [beyond, stranger, "/administration/appartenances/9999/terminer".to_owned()] {
        referent.get(&path).await.assert_status(404);
        referent.post(&path, &[]).await.assert_status(404);
    }
    pupil.post(&known, &[]).await.assert_status(403);
    let db = town.site.atrium().db();
    assert_eq!(directory::memberships(db, town.teacher_a).await.unwrap().len(), 2);
}
