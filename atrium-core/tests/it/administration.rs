//! Administration through its pages: who gets in, the effect of each form, and the page after a refusal.

mod accounts;
mod conflicts;
mod first_steps;
mod groups;
mod guardians;
mod identities;
mod many_schools;
mod memberships;
mod people;
mod promises;
mod rights;
mod schools;
mod sectors;

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{self, Scope};
use atrium_core::audit;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, Place};
use atrium_core::directory::{self, EstablishmentId, EstablishmentKind, GroupId, GroupKind, PersonId, Profile, Uai};
use atrium_core::testing::{Client, TestSite};

struct Town {
    site: TestSite,
    a: EstablishmentId,
    b: EstablishmentId,
    pupil_a: PersonId,
    pupil_b: PersonId,
    teacher_a: PersonId,
    admin: PersonId,
}

impl Town {
    async fn new() -> Self {
        Self::on(TestSite::new().await).await
    }

    async fn on(site: TestSite) -> Self {
        let a = school(&site, 130_001, "Lycée des Calanques").await;
        let b = school(&site, 130_002, "Lycée de la Crau").await;
        let pupil_a = someone(&site, Place::Member(a, Profile::Student), "Aïcha").await;
        let pupil_b = someone(&site, Place::Member(b, Profile::Student), "Bruno").await;
        let teacher_a = someone(&site, Place::Member(a, Profile::Teacher), "Chloé").await;
        let admin = someone(&site, Place::Region, "Denis").await;
        give(&site, admin, "platform_admin", Scope::Platform).await;
        Self { site, a, b, pupil_a, pupil_b, teacher_a, admin }
    }

    async fn admin(&self) -> Client {
        self.site.signed_in(self.admin).await
    }

    async fn referent(&self) -> Client {
        let referent = someone(&self.site, Place::Member(self.a, Profile::Teacher), "Emma").await;
        give(&self.site, referent, "digital_referent", Scope::Establishment(self.a)).await;
        self.site.signed_in(referent).await
    }
}

impl Town {
    /// Creates a class of the first school, and returns the path of its page.
    async fn class(&self, name: &str) -> String {
        format!("/administration/groupes/{}", self.class_of(self.a, name).await)
    }

    async fn class_of(&self, school: EstablishmentId, name: &str) -> GroupId {
        let new = NewGroup::new(school, GroupKind::Class, name);
        self.site.atrium().directory().create_group(&self.site.system(), new).await.unwrap()
    }
}

async fn school(site: &TestSite, digits: u32, name: &str) -> EstablishmentId {
    let uai: Uai = format!("{digits:07}{}", Uai::check_letter(digits)).parse().unwrap();
    let description =
        EstablishmentEdit { name: name.to_owned(), kind: EstablishmentKind::Lycee, city: "Marseille".to_owned() };
    site.atrium()
        .directory()
        .create_establishment(&site.system(), NewEstablishment::new(uai, description))
        .await
        .unwrap()
}

async fn someone(site: &TestSite, place: Place, name: &str) -> PersonId {
    site.atrium().directory().create_person(&site.system(), NewPerson::new(place, name, "Essai")).await.unwrap()
}

async fn give(site: &TestSite, person: PersonId, role: &str, scope: Scope) {
    let role = site.atrium().access().roles().await.unwrap().by_key(role).unwrap().id;
    let new = NewAssignment::permit(person, role, scope).because("essai");
    site.atrium().access().grant(&site.system(), new).await.unwrap();
}

fn person_path(person: PersonId) -> String {
    format!("/administration/personnes/{person}")
}

#[tokio::test]
async fn every_page_of_administration_asks_who_one_is() {
    let town = Town::new().await;
    let pupil = town.site.signed_in(town.pupil_a).await;
    let routes = town.site.atrium().routes().iter().filter(|route| route.path.starts_with("/administration"));
    let routes: Vec<_> = routes.cloned().collect();
    assert!(routes.len() > 30, "{}", routes.len());
    for route in routes {
        let path = route.path.replace("{id}", "1").replace("{key}", "casier").replace("{adult}", "1");
        let (visitor, pupil) = if route.method == http::Method::GET {
            (town.site.visitor().get(&path).await, pupil.get(&path).await)
        } else {
            (town.site.visitor().post(&path, &[]).await, pupil.post(&path, &[]).await)
        };
        assert!(visitor.assert_status(303).location().starts_with("/connexion"), "{} {path}", route.method);
        let refused = matches!(pupil.status.as_u16(), 403 | 404);
        assert!(refused, "{} {path}: {}", route.method, pupil.status);
    }
    pupil.get("/").await.assert_status(200).assert_lacks("/administration");
}

#[tokio::test]
async fn what_was_typed_comes_back_whatever_the_refusal() {
    let town = Town::new().await;
    let typed = [("reason", "Pour la rentrée"), ("role", "1"), ("scope", "e999"), ("effect", "permit")];
    let path = format!("{}/attributions/nouvelle", person_path(town.pupil_a));
    let refused = town.admin().await.post(&path, &typed).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    refused.assert_contains("Pour la rentrée");
    let forbidden = town.site.signed_in(town.pupil_a).await.post(&path, &typed).await;
    forbidden.assert_status(403).assert_contains("Pour la rentrée");
}

#[tokio::test]
async fn an_administrator_reads_every_page() {
    let town = Town::new().await;
    let admin = town.admin().await;
    admin.get("/").await.assert_status(200).assert_contains("/administration");
    let school = format!("/administration/etablissements/{}", town.a);
    let person = person_path(town.pupil_a);
    let class = town.class("2nde 3").await;
    let places = directory::memberships(town.site.atrium().db(), town.pupil_a).await.unwrap();
    for path in [
        "/administration",
        "/administration/personnes?q=essai&etablissement=1",
        "/administration/personnes/nouvelle",
        &person,
        &format!("{person}/modifier"),
        &format!("{person}/appartenances/nouvelle"),
        &format!("{person}/responsables/nouveau"),
        &format!("/administration/appartenances/{}/terminer", places[0].id),
        &format!("{class}?q=essai"),
        &format!("{person}/suspendre"),
        &format!("{person}/identifiant"),
        &format!("{person}/attributions/nouvelle"),
        "/administration/roles",
        "/administration/roles/nouveau",
        "/administration/roles/1",
        "/administration/etablissements",
        "/administration/etablissements/nouveau",
        &school,
        &format!("{school}/modifier"),
        &format!("{school}/groupes"),
        "/administration/services",
        "/administration/services/casier",
        "/administration/annonces",
        "/administration/annonces/nouvelle",
        "/administration/droits",
        "/administration/journal",
    ] {
        let page = admin.get(path).await;
        page.assert_status(200).assert_lacks("admin-").assert_contains("</html>");
        admin.get(&format!("{path}{}lang=en", if path.contains('?') { '&' } else { '?' })).await.assert_status(303);
        admin.get(path).await.assert_status(200).assert_lacks("admin-").assert_lacks("Enregistrer");
        admin.get("/?lang=fr").await.assert_status(303);
    }
    for absent in ["/administration/personnes/9999", "/administration/personnes/x", "/administration/roles/9999"] {
        admin.get(absent).await.assert_status(404);
    }
}

#[tokio::test]
async fn a_referent_sees_the_people_of_their_school_only() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let list = referent.get("/administration/personnes").await;
    list.assert_status(200)
        .assert_contains("Aïcha")
        .assert_contains("Chloé")
        .assert_lacks("Bruno")
        .assert_lacks("Denis");
    list.assert_contains("Lycée des Calanques").assert_lacks("Lycée de la Crau");
    referent.get("/administration/personnes?q=bruno").await.assert_contains("Personne").assert_lacks("Bruno Essai");
    referent.get(&person_path(town.pupil_a)).await.assert_status(200);
    referent.get(&person_path(town.pupil_b)).await.assert_status(404);
    referent.get(&format!("/administration/etablissements/{}", town.b)).await.assert_status(404);
    referent.get("/administration/personnes?etablissement=2").await.assert_lacks("Bruno");
}

#[tokio::test]
async fn people_are_paged_through_once_each() {
    let town = Town::new().await;
    for number in 0..90 {
        someone(&town.site, Place::Member(town.a, Profile::Student), &format!("Nom{number:02}")).await;
    }
    let admin = town.admin().await;
    let (mut path, mut seen) = ("/administration/personnes?q=nom".to_owned(), Vec::new());
    loop {
        let page = admin.get(&path).await.assert_status(200).text();
        seen.extend((0..90).filter(|number| page.contains(&format!("Nom{number:02} Essai"))));
        let Some((_, rest)) = page.split_once("class=\"pagination-next\" rel=\"next\" href=\"") else { break };
        path = rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#x3D;", "=");
    }
    assert_eq!(seen, (0..90).collect::<Vec<_>>());
}

#[tokio::test]
async fn where_schools_are_many_one_is_found_by_its_name_or_uai() {
    let town = Town::new().await;
    for number in 0..25 {
        let uai = format!("00700{number:02}");
        let uai = format!("{uai}{}", Uai::check_letter(uai.parse().unwrap()));
        let fields = [("uai", uai.as_str()), ("name", "Collège Mistral"), ("kind", "college"), ("city", "Arles")];
        town.admin().await.post("/administration/etablissements/nouveau", &fields).await.assert_status(303);
    }
    let admin = town.admin().await;
    let people = |school: &str| format!("/administration/personnes?etablissement={school}");
    admin.get(&people("")).await.assert_lacks("Collège Mistral").assert_contains("Nom, ville ou code UAI");
    let one = admin.get(&people("calanques")).await;
    one.assert_contains("Lycée des Calanques (").assert_contains("list-title");
    let several = admin.get(&people("mistral")).await;
    several.assert_contains("Plusieurs établissements").assert_contains("Collège Mistral (0070003");
    several.assert_lacks("list-title").assert_contains("value=\"mistral\"");
    let none = admin.get(&people("%3Cb%3E")).await;
    none.assert_contains("Aucun établissement ne porte ce nom")
        .assert_contains("value=\"&lt;b&gt;\"")
        .assert_lacks("list-title");
    let school = directory::establishment(town.site.atrium().db(), town.a).await.unwrap();
    for text in [town.a.to_string(), school.uai.to_lowercase(), format!("n%27importe+({})", school.uai)] {
        admin.get(&people(&text)).await.assert_contains("list-title").assert_contains("Lycée des Calanques (");
    }
    // A referent has one school: it is the list, and the others are not found.
    let referent = town.referent().await;
    referent.get(&people("mistral")).await.assert_lacks("Mistral (").assert_lacks("Nom, ville ou code UAI");
}

#[tokio::test]
async fn what_was_done_is_on_record() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let suspend = format!("{}/suspendre", person_path(town.pupil_a));
    admin.post(&suspend, &[("reason", "exclusion <temporaire>")]).await.assert_status(303);
    let page = admin.get(&format!("/administration/journal?sujet=person%3A{}", town.pupil_a)).await;
    page.assert_status(200).assert_contains("Compte suspendu").assert_contains("exclusion &lt;temporaire&gt;");
    page.assert_contains("Denis Essai").assert_lacks("Établissement ajouté");
    let teacher = town.teacher_a;
    give(&town.site, teacher, "region_support", Scope::Platform).await;
    let page = admin.get(&format!("/administration/journal?sujet=person%3A{teacher}")).await;
    page.assert_contains("Toute la plateforme");
    admin.get("/administration/journal?sujet=rien").await.assert_contains("Rien ne correspond");
    admin.get("/administration/journal?avant=zut").await.assert_status(400);
    town.referent().await.get("/administration/journal").await.assert_status(403);
    let newest = audit::list(town.site.atrium().db(), None, None, 1).await.unwrap();
    assert!(!newest.is_empty());
}

#[tokio::test]
async fn a_technician_does_not_learn_what_is_outside_their_portfolio() {
    let town = Town::new().await;
    let technician = someone(&town.site, Place::Region, "Gilles").await;
    give(&town.site, technician, "stil_technician", Scope::Establishment(town.a)).await;
    let technician = town.site.signed_in(technician).await;
    technician.get(&person_path(town.teacher_a)).await.assert_status(200);
    for outside in [
        person_path(town.pupil_b),
        person_path(town.pupil_a),
        format!("/administration/etablissements/{}", town.b),
        format!("/administration/droits?personne={}", town.pupil_b),
    ] {
        technician.get(&outside).await.assert_status(404);
    }
    technician.get("/administration/personnes").await.assert_lacks("Bruno").assert_lacks("Aïcha");
}

#[tokio::test]
async fn what_one_node_takes_back_the_next_request_to_another_is_denied() {
    let site = TestSite::new().await;
    let person = someone(&site, Place::Region, "Hélène").await;
    give(&site, person, "region_support", Scope::Platform).await;
    let there = site.second_node().await;
    let client = site.signed_in(person).await.at(&there);
    client.get("/administration/services").await.assert_status(200);
    let held = access::assignments(site.atrium().db(), person).await.unwrap();
    site.atrium().access().revoke(&site.system(), held[0].id, "essai").await.unwrap();
    client.get("/administration/services").await.assert_status(403);
    client.get("/compte").await.assert_status(200);
    site.atrium().directory().suspend(&site.system(), person, "essai").await.unwrap();
    assert!(client.get("/compte").await.assert_status(303).location().starts_with("/connexion"));
    there.stop().await.unwrap();
}
