//! Adding and editing people, through the pages.

use atrium_core::access::Scope;
use atrium_core::directory::actions::PeopleFilter;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::directory::{self, PersonId, Profile};

use super::{Town, give, person_path, someone};

const NEW: &str = "/administration/personnes/nouvelle";

/// Names and texts of a form.
type Fields<'a> = &'a [(&'a str, &'a str)];

impl Town {
    async fn people(&self) -> u64 {
        let directory = self.site.atrium().directory();
        directory.count_people(&self.site.system(), PeopleFilter::default()).await.unwrap().people
    }

    fn school_a(&self) -> String {
        self.a.to_string()
    }
}

fn added(location: &str) -> PersonId {
    location.rsplit('/').next().unwrap().parse().unwrap()
}

/// Returns the form of a pupil, with `changes` in place of its own values.
fn form<'a>(school: &'a str, changes: Fields<'a>) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("given_name", "Farid"),
        ("family_name", "Nouveau"),
        ("email", ""),
        ("locale", "fr"),
        ("school", school),
        ("profile", "student"),
        ("login", "farid.n"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().copied()).collect()
}

#[tokio::test]
async fn a_person_is_added_with_an_account() {
    let town = Town::new().await;
    let (referent, school) = (town.referent().await, town.school_a());
    referent.get("/administration/personnes").await.assert_contains(NEW).assert_contains("Ajouter une personne");
    let blank = referent.get(NEW).await;
    blank.assert_status(200).assert_contains("Lycée des Calanques").assert_contains("selected");
    blank.assert_lacks("Lycée de la Crau").assert_lacks("Région, sans établissement");
    let made = referent.post(NEW, &form(&school, &[])).await;
    let path = made.assert_status(303).location().to_owned();
    let page = referent.get(&path).await;
    page.assert_status(200).assert_contains("La personne est ajoutée.").assert_contains("Farid Nouveau");
    page.assert_contains("farid.n").assert_contains("Lycée des Calanques");
    let row = directory::person(town.site.atrium().db(), added(&path)).await.unwrap();
    assert_eq!((row.sort_name.as_str(), row.locale.as_str(), row.email), ("nouveau farid", "fr", None));

    let plain = [
        ("login", ""),
        ("given_name", "Fatou"),
        ("display_name", "Mme Nouveau"),
        ("email", "f@exemple.fr"),
        ("profile", "teacher"),
    ];
    let path = referent.post(NEW, &form(&school, &plain)).await.assert_status(303).location().to_owned();
    referent.get(&path).await.assert_contains("Mme Nouveau").assert_contains("Donner un identifiant local");
}

#[tokio::test]
async fn somebody_of_the_same_name_is_added_once_it_is_said_that_it_is_another() {
    let town = Town::new().await;
    let (referent, school) = (town.referent().await, town.school_a());
    let path = referent.post(NEW, &form(&school, &[])).await.assert_status(303).location().to_owned();
    let before = town.people().await;
    let again = form(&school, &[("login", "f.nouveau"), ("given_name", "FARID"), ("display_name", "F. Nouveau")]);
    let asked = referent.post(NEW, &again).await;
    asked.assert_status(422).assert_contains("f-another-error").assert_contains(&format!("href=\"{path}\""));
    asked.assert_contains("value=\"f.nouveau\"").assert_contains("Lycée des Calanques");
    assert_eq!(town.people().await, before, "the same form sent twice adds nobody");

    let sure: Vec<_> = again.into_iter().chain([("another", "1")]).collect();
    referent.post(NEW, &sure).await.assert_status(303);
    assert_eq!(town.people().await, before + 1);
    // A person invisible to the reader is not mentioned.
    let (access, elsewhere) = (town.site.atrium().access(), Place::Member(town.b, Profile::Student));
    access.directory().create_person(&town.site.system(), NewPerson::new(elsewhere, "Lila", "Nouveau")).await.unwrap();
    let lila = form(&school, &[("login", ""), ("given_name", "Lila")]);
    referent.post(NEW, &lila).await.assert_status(303);
}

#[tokio::test]
async fn of_forms_sent_at_once_one_adds_somebody() {
    let town = Town::new().await;
    let (referent, school) = (town.referent().await, town.school_a());
    let before = town.people().await;
    let same = form(&school, &[("login", "")]);
    let (one, two) = tokio::join!(referent.post(NEW, &same), referent.post(NEW, &same));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(town.people().await, before + 1);
}

#[tokio::test]
async fn a_form_refused_comes_back_whole_and_leaves_nobody_behind() {
    let town = Town::new().await;
    let (referent, school) = (town.referent().await, town.school_a());
    referent.post(NEW, &form(&school, &[("given_name", "Karim")])).await.assert_status(303);
    let before = town.people().await;
    let cases: [(Fields, &str, &str); 8] = [
        (&[("login", "farid.n")], "f-login-error", "value=\"farid.n\""),
        (&[("login", "FARID.N")], "f-login-error", "value=\"FARID.N\""),
        (&[("login", "é è")], "f-login-error", "value=\"é è\""),
        (&[("login", "autre.n"), ("email", "farid")], "f-email-error", "value=\"autre.n\""),
        (&[("login", ""), ("given_name", "")], "f-given_name-error", "value=\"Nouveau\""),
        (&[("login", ""), ("profile", "")], "f-profile-error", "value=\"Farid\""),
        (&[("login", ""), ("school", "")], "f-school-error", "value=\"Farid\""),
        (&[("login", ""), ("locale", "de")], "f-locale-error", "value=\"Farid\""),
    ];
    for (changes, error, kept) in cases {
        let refused = referent.post(NEW, &form(&school, changes)).await;
        refused.assert_status(422).assert_contains(error).assert_contains(kept);
        assert_eq!(town.people().await, before, "{changes:?}");
    }
    let guardian = referent.post(NEW, &form(&school, &[("login", ""), ("profile", "guardian")])).await;
    guardian.assert_status(422).assert_contains("On devient responsable par un élève");
    assert_eq!(town.people().await, before);
    assert!(town.site.atrium().login().person_named("autre.n").await.unwrap().is_none());
}

#[tokio::test]
async fn people_are_added_where_one_keeps_the_directory_only() {
    let town = Town::new().await;
    let (a, b) = (town.school_a(), town.b.to_string());
    let before = town.people().await + 1;
    let referent = town.referent().await;
    referent.post(NEW, &form(&b, &[])).await.assert_status(403);
    referent.post(NEW, &form("region", &[("profile", "")])).await.assert_status(403);
    let both = town.admin().await.post(NEW, &form("region", &[])).await;
    both.assert_status(422).assert_contains("n’a pas de profil");
    let pupil = town.site.signed_in(town.pupil_a).await;
    pupil.get(NEW).await.assert_status(403);
    pupil.post(NEW, &form(&a, &[])).await.assert_status(403);
    assert_eq!(town.people().await, before, "only the referent of this test was made");

    let admin = town.admin().await;
    admin.get(NEW).await.assert_contains("Région, sans établissement").assert_contains("Lycée de la Crau");
    let region = form("region", &[("profile", "")]);
    let path = admin.post(NEW, &region).await.assert_status(303).location().to_owned();
    assert!(directory::memberships(town.site.atrium().db(), added(&path)).await.unwrap().is_empty());
    admin.get(&path).await.assert_status(200).assert_contains("farid.n");
}

#[tokio::test]
async fn what_is_written_of_a_person_is_changed() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let path = format!("{}/modifier", person_path(town.pupil_a));
    referent.get(&person_path(town.pupil_a)).await.assert_contains(&path);
    let blank = referent.get(&path).await;
    blank.assert_status(200).assert_contains("value=\"Aïcha\"").assert_lacks("value=\"Aïcha Essai\"");
    let bad = [("given_name", "Aïcha"), ("family_name", "Mariée"), ("email", "non"), ("locale", "fr")];
    let refused = referent.post(&path, &bad).await;
    refused.assert_status(422).assert_contains("f-email-error").assert_contains("value=\"Mariée\"");
    let nameless = [("given_name", ""), ("family_name", ""), ("locale", "fr")];
    referent.post(&path, &nameless).await.assert_status(422).assert_contains("f-family_name-error");
    let good = [
        ("version", "1"),
        ("given_name", "Aïcha"),
        ("family_name", "Mariée"),
        ("email", "a@exemple.fr"),
        ("locale", "en"),
    ];
    referent.post(&path, &good).await.assert_status(303);
    let row = directory::person(town.site.atrium().db(), town.pupil_a).await.unwrap();
    assert_eq!((row.display_name.as_str(), row.locale.as_str()), ("Aïcha Mariée", "en"), "the shown name follows");
}

#[tokio::test]
async fn nobody_is_edited_from_beside_from_below_or_by_themselves() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let good = [
        ("version", "1"),
        ("given_name", "Autre"),
        ("family_name", "Nom"),
        ("email", "moi@exemple.fr"),
        ("locale", "en"),
    ];
    let path = |person| format!("{}/modifier", person_path(person));
    referent.get(&path(town.pupil_b)).await.assert_status(404);
    referent.post(&path(town.pupil_b), &good).await.assert_status(404);
    let pupil = town.site.signed_in(town.pupil_a).await;
    pupil.post(&path(town.teacher_a), &good).await.assert_status(403);

    let system = town.site.system();
    let always = atrium_core::access::Validity::ALWAYS;
    town.site
        .atrium()
        .directory()
        .add_membership(&system, town.teacher_a, town.b, Profile::Teacher, always)
        .await
        .unwrap();
    referent.get(&path(town.teacher_a)).await.assert_status(403);
    referent.post(&path(town.teacher_a), &good).await.assert_status(403);
    referent.get(&person_path(town.teacher_a)).await.assert_status(200).assert_lacks(&path(town.teacher_a));
    let above = someone(&town.site, Place::Member(town.a, Profile::Teacher), "Gina").await;
    give(&town.site, above, "platform_admin", Scope::Platform).await;
    referent.get(&path(above)).await.assert_status(403);
    referent.post(&path(above), &good).await.assert_status(403);

    let own = path(referent.person());
    referent.get(&own).await.assert_status(200).assert_contains("f-email").assert_lacks("f-given_name");
    referent.post(&own, &good).await.assert_status(303);
    let row = directory::person(town.site.atrium().db(), referent.person()).await.unwrap();
    assert_eq!((row.display_name.as_str(), row.email.as_deref()), ("Emma Essai", Some("moi@exemple.fr")));
}

#[tokio::test]
async fn names_follow_one_rule_in_every_form() {
    let town = Town::new().await;
    let (admin, school) = (town.admin().await, town.school_a());
    for name in ["\u{3164}\u{3164}", "\u{2800}", "Рауса", "𝐏𝐚𝐮𝐥", "Ｐａｕｌ"] {
        let changes = [("given_name", name), ("family_name", name), ("login", "")];
        admin.post(NEW, &form(&school, &changes)).await.assert_status(422);
    }
    let changes = [("given_name", "علی‌رضا"), ("family_name", "حسینی"), ("login", "")];
    admin.post(NEW, &form(&school, &changes)).await.assert_status(303);
    let group = [("kind", "class"), ("name", "\u{2800}\u{3164}")];
    let groups = format!("/administration/etablissements/{}/groupes", town.a);
    admin.post(&groups, &group).await.assert_status(422);
    let role = [("key", "vide"), ("label_fr", "\u{3164}"), ("reason", "x"), ("permissions", "core.person.read")];
    admin.post("/administration/roles/nouveau", &role).await.assert_status(422);
    let dates = [("starts_at", "2026-11-01T08:00"), ("ends_at", "2026-12-30T08:00"), ("kind", "info")];
    let blank = [&dates[..], &[("title_fr", "\u{115f}\u{115f}")]].concat();
    admin.post("/administration/annonces/nouvelle", &blank).await.assert_status(422);
    let said = [&dates[..], &[("title_fr", "Une annonce 👩‍🏫")]].concat();
    for _ in 0..2 {
        admin.post("/administration/annonces/nouvelle", &said).await.assert_status(303);
    }
    let page = admin.get("/administration/annonces").await;
    assert_eq!(
        page.text().matches("Une annonce").count(),
        2,
        "one announcement: its title, and the name of its button"
    );
}
