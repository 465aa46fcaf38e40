//! Administration through its pages: who gets in, what comes of each form, and what comes back when it is refused.

mod groups;
mod guardians;
mod memberships;
mod people;

use atrium_core::access::actions::{NewAssignment, grant, revoke};
use atrium_core::access::{Scope, store as access_store};
use atrium_core::audit;
use atrium_core::catalogue::service;
use atrium_core::directory::actions::{
    EstablishmentEdit, NewEstablishment, NewGroup, NewPerson, Place, create_establishment, create_group, create_person,
    suspend,
};
use atrium_core::directory::membership::Profile;
use atrium_core::directory::{EstablishmentId, GroupId, PersonId, Uai, establishment, group, person, store};
use atrium_core::events::{Consumer, Event, Position};
use atrium_core::login::{self, LoginName, SessionKeeper};
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
        let site = TestSite::new().await;
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
    /// The page of a new class of the first school.
    async fn class(&self, name: &str) -> String {
        format!("/administration/groupes/{}", self.class_of(self.a, name).await)
    }

    async fn class_of(&self, school: EstablishmentId, name: &str) -> GroupId {
        let new = NewGroup::new(school, group::Kind::Class, name);
        create_group(self.site.atrium().db(), &self.site.system(), new).await.unwrap()
    }
}

async fn school(site: &TestSite, digits: u32, name: &str) -> EstablishmentId {
    let uai: Uai = format!("{digits:07}{}", Uai::check_letter(digits)).parse().unwrap();
    let description =
        EstablishmentEdit { name: name.to_owned(), kind: establishment::Kind::Lycee, city: "Marseille".to_owned() };
    create_establishment(site.atrium().db(), &site.system(), NewEstablishment::new(uai, description)).await.unwrap()
}

async fn someone(site: &TestSite, place: Place, name: &str) -> PersonId {
    create_person(site.atrium().access(), &site.system(), NewPerson::new(place, name, "Essai")).await.unwrap()
}

async fn give(site: &TestSite, person: PersonId, role: &str, scope: Scope) {
    let role = site.atrium().access().roles().await.unwrap().by_key(role).unwrap().id;
    let new = NewAssignment::permit(person, role, scope).because("essai");
    grant(site.atrium().access(), &site.system(), new).await.unwrap();
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
        let (visitor, pupil) = match route.method == http::Method::GET {
            true => (town.site.visitor().get(&path).await, pupil.get(&path).await),
            false => (town.site.visitor().post(&path, &[]).await, pupil.post(&path, &[]).await),
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
    let places = store::memberships(town.site.atrium().db(), town.pupil_a).await.unwrap();
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
async fn a_role_is_given_and_taken_back_with_a_reason() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let path = format!("{}/attributions/nouvelle", person_path(town.teacher_a));
    let scope = format!("e{}", town.a);
    let without = [("role", "digital_referent"), ("scope", scope.as_str()), ("effect", "permit")];
    let refused = admin.post(&path, &without).await;
    refused.assert_status(422).assert_contains("Dites pourquoi").assert_contains("value=\"digital_referent\" selected");
    let bad = [("role", "zut"), ("scope", "e"), ("valid_until", "demain"), ("reason", "rentrée")];
    let refused = admin.post(&path, &bad).await;
    refused.assert_status(422).assert_contains("f-role-error").assert_contains("f-scope-error");
    refused.assert_contains("f-valid_until-error").assert_contains("rentrée");
    let right = [without.as_slice(), &[("valid_until", "2026-07-03"), ("reason", "rentrée")]].concat();
    assert_eq!(admin.post(&path, &right).await.assert_status(303).location(), person_path(town.teacher_a));
    let page = admin.get(&person_path(town.teacher_a)).await;
    page.assert_contains("Référent numérique").assert_contains("rentrée").assert_contains("Denis Essai");
    page.assert_contains("jusqu’au 3\u{a0}juillet 2026");
    admin.post(&path, &right).await.assert_status(409).assert_contains("déjà ce rôle");

    let held = access_store::assignments(town.site.atrium().db(), town.teacher_a).await.unwrap();
    let revoke = format!("/administration/attributions/{}/retirer", held[0].id);
    admin.get(&revoke).await.assert_status(200).assert_contains("Référent numérique");
    admin.post(&revoke, &[("reason", " ")]).await.assert_status(422).assert_contains("Dites pourquoi");
    admin.post(&revoke, &[("reason", "départ")]).await.assert_status(303);
    admin.get(&revoke).await.assert_status(404);
}

#[tokio::test]
async fn a_referent_cannot_give_outside_their_school_nor_above_themselves() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let path = |person| format!("{}/attributions/nouvelle", person_path(person));
    let form = |role: &'static str, scope: String| {
        vec![("role", role.to_owned()), ("scope", scope), ("effect", "permit".to_owned()), ("reason", "x".to_owned())]
    };
    let post = async |person, fields: Vec<(&'static str, String)>| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        referent.post(&path(person), &fields).await.status.as_u16()
    };
    let (a, b) = (format!("e{}", town.a), format!("e{}", town.b));
    let vague = vec![("role", "digital_referent".to_owned()), ("scope", a.clone()), ("effect", "zzz".to_owned())];
    assert_eq!(post(town.teacher_a, vague).await, 422, "what is neither given nor forbidden");
    assert_eq!(post(town.teacher_a, form("digital_referent", b.clone())).await, 403);
    assert_eq!(post(town.teacher_a, form("digital_referent", "p".to_owned())).await, 403);
    assert_eq!(post(town.teacher_a, form("platform_admin", a.clone())).await, 403);
    assert_eq!(post(town.pupil_b, form("digital_referent", a.clone())).await, 404);
    assert_eq!(post(referent.person(), form("digital_referent", a.clone())).await, 403);
    assert_eq!(post(town.teacher_a, form("digital_referent", a)).await, 303);

    let held = access_store::assignments(town.site.atrium().db(), town.admin).await.unwrap();
    let revoke = format!("/administration/attributions/{}/retirer", held[0].id);
    referent.post(&revoke, &[("reason", "x")]).await.assert_status(404);
}

#[tokio::test]
async fn suspending_takes_effect_at_once_and_restoring_does_not_revive_sessions() {
    let town = Town::new().await;
    let (admin, pupil) = (town.admin().await, town.site.signed_in(town.pupil_a).await);
    pupil.get("/compte").await.assert_status(200);
    let suspend = format!("{}/suspendre", person_path(town.pupil_a));
    admin.post(&suspend, &[]).await.assert_status(422).assert_contains("Dites pourquoi");
    admin.post(&suspend, &[("reason", "exclusion")]).await.assert_status(303);
    pupil.get("/compte").await.assert_status(303);
    admin.get(&person_path(town.pupil_a)).await.assert_contains("Suspendu");
    let db = town.site.atrium().db();
    let suspended = Event {
        position: Position::default(),
        kind: "core.person.suspended".to_owned(),
        subject: format!("person:{}", town.pupil_a),
        actor: None,
        scope: None,
        payload: serde_json::Value::Null,
        at: town.site.clock().now(),
    };
    SessionKeeper.consume(db, &[suspended]).await.unwrap();
    assert!(login::sessions_of(db, town.pupil_a, town.site.clock().now()).await.unwrap().is_empty());
    let restore = format!("{}/retablir", person_path(town.pupil_a));
    admin.post(&restore, &[("reason", "retour")]).await.assert_status(303);
    pupil.get("/compte").await.assert_status(303);
    let row = store::person(town.site.atrium().db(), town.pupil_a).await.unwrap();
    assert_eq!(row.status, person::Status::Active);

    let referent = town.referent().await;
    referent.post(&format!("{}/suspendre", person_path(town.pupil_b)), &[("reason", "x")]).await.assert_status(404);
    referent.post(&format!("{}/suspendre", person_path(town.admin)), &[("reason", "x")]).await.assert_status(404);
    let own = format!("{}/suspendre", person_path(town.admin));
    admin.post(&own, &[("reason", "x")]).await.assert_status(403);
}

#[tokio::test]
async fn an_account_is_given_and_opened_by_its_owner() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let path = person_path(town.pupil_a);
    referent.post(&format!("{path}/lien"), &[]).await.assert_status(409);
    let bad = referent.post(&format!("{path}/identifiant"), &[("login", "é")]).await;
    bad.assert_status(422).assert_contains("value=\"é\"").assert_contains("f-login-error");
    referent.post(&format!("{path}/identifiant"), &[("login", "aicha.e")]).await.assert_status(303);
    referent.get(&path).await.assert_contains("aicha.e");
    let page = referent.post(&format!("{path}/lien"), &[]).await;
    page.assert_status(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    let link =
        text.split("value=\"").find_map(|part| part.split_once('"').filter(|(value, _)| value.contains("/lien/")));
    let link = link.expect("the link is shown").0.replace("&#x2F;", "/");
    let visitor = town.site.visitor();
    let password = [("password", "la mer est calme ce soir"), ("again", "la mer est calme ce soir")];
    visitor.post(&link, &password).await.assert_status(303);
    visitor.get("/compte").await.assert_status(200).assert_contains("Aïcha");

    let taken = referent.post(&format!("{}/identifiant", person_path(town.teacher_a)), &[("login", "aicha.e")]).await;
    taken.assert_status(422).assert_contains("déjà pris");
    for above in [town.admin, town.pupil_b] {
        referent.get(&format!("{}/identifiant", person_path(above))).await.assert_status(404);
        referent.post(&format!("{}/lien", person_path(above)), &[]).await.assert_status(404);
    }
}

#[tokio::test]
async fn custom_roles_are_made_edited_and_deleted() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let new = "/administration/roles/nouveau";
    let bad = admin.post(new, &[("key", "X Y"), ("label_fr", "Documentaliste"), ("reason", "x")]).await;
    bad.assert_status(422).assert_contains("Documentaliste").assert_contains("f-key-error");
    let fields = [
        ("key", "librarian"),
        ("label_fr", "Documentaliste"),
        ("permissions", "core.person.read"),
        ("permissions", "core.audit.read"),
        ("reason", "demande du CDI"),
    ];
    let made = admin.post(new, &fields).await;
    let path = made.assert_status(303).location().to_owned();
    admin.get(&path).await.assert_contains("Documentaliste").assert_contains("core.person.read");
    admin.post(new, &fields).await.assert_status(409).assert_contains("déjà ce nom technique");

    let edit = format!("{path}/modifier");
    let change =
        [("version", "1"), ("label_fr", "Documentaliste"), ("permissions", "core.person.read"), ("reason", "moins")];
    admin.post(&edit, &change).await.assert_status(303);
    admin.get(&path).await.assert_lacks("core.audit.read");
    admin.post(&edit, &change).await.assert_status(409).assert_contains("changé entre-temps");
    let delete = format!("{path}/supprimer");
    admin.post(&delete, &[("version", "2")]).await.assert_status(422);
    admin.post(&delete, &[("version", "2"), ("reason", "plus utile")]).await.assert_status(303);
    admin.get(&path).await.assert_status(404);

    let builtin = "/administration/roles/1";
    admin.get(&format!("{builtin}/modifier")).await.assert_status(403);
    admin.post(&format!("{builtin}/supprimer"), &[("version", "1"), ("reason", "x")]).await.assert_status(403);
    town.referent().await.post(new, &fields).await.assert_status(403);
}

#[tokio::test]
async fn establishments_are_added_described_and_given_services() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let new = "/administration/etablissements/nouveau";
    let bad = admin.post(new, &[("uai", "0130003X"), ("name", "Lycée du Garlaban"), ("kind", "lycee")]).await;
    bad.assert_status(422).assert_contains("Lycée du Garlaban").assert_contains("f-uai-error");
    let uai = format!("0130003{}", Uai::check_letter(130_003));
    let fields = [("uai", uai.as_str()), ("name", "Lycée du Garlaban"), ("kind", "lycee"), ("city", "Aubagne")];
    let path = admin.post(new, &fields).await.assert_status(303).location().to_owned();
    admin.post(new, &fields).await.assert_status(409).assert_contains("déjà cet UAI");
    admin
        .post(&format!("{path}/modifier"), &[("name", ""), ("kind", "lycee"), ("city", "Aubagne")])
        .await
        .assert_status(422);
    let renamed = [("name", "Lycée Marcel du Garlaban"), ("kind", "college"), ("city", "Aubagne")];
    admin.post(&format!("{path}/modifier"), &renamed).await.assert_status(303);
    admin.get("/administration/etablissements?q=garlaban+aubagne").await.assert_contains("Marcel du Garlaban");

    let traits = format!("{path}/caracteristiques");
    admin
        .post(&traits, &[("traits", "Manuels Numériques")])
        .await
        .assert_status(422)
        .assert_contains("Manuels Numériques");
    admin.post(&traits, &[("traits", "manuels-numeriques tablettes")]).await.assert_status(303);
    admin.get(&path).await.assert_contains("manuels-numeriques tablettes");

    let service = format!("{path}/services/pronote");
    let bad = [("version", "0"), ("available", "yes"), ("launch_url", "pronote")];
    admin.post(&service, &bad).await.assert_status(422).assert_contains("value=\"pronote\"");
    let good = [("version", "0"), ("available", "yes"), ("launch_url", "https://pronote.example/")];
    admin.post(&service, &good).await.assert_status(303);
    admin.post(&service, &good).await.assert_status(409);
    admin.post(&format!("{path}/services/rien"), &good).await.assert_status(404);

    let referent = town.referent().await;
    let own = format!("/administration/etablissements/{}", town.a);
    referent.get(&own).await.assert_status(200).assert_lacks("/modifier").assert_lacks("launch_url");
    referent.post(&format!("{own}/caracteristiques"), &[("traits", "x")]).await.assert_status(403);
    referent.post(&format!("{own}/services/pronote"), &good).await.assert_status(403);
}

#[tokio::test]
async fn a_service_s_state_shows_on_the_home_page() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let path = "/administration/services/casier";
    let bad = [("version", "1"), ("state", "broken"), ("note_fr", "Panne du casier")];
    admin.post(path, &bad).await.assert_status(422).assert_contains("Panne du casier");
    let stopped = [("version", "1"), ("state", "stopped"), ("note_fr", "Panne du casier")];
    admin.post(path, &stopped).await.assert_status(303);
    admin.post(path, &stopped).await.assert_status(409).assert_contains("changé entre-temps");
    assert_eq!(town.site.atrium().catalogue().service("casier").unwrap().state, service::State::Stopped);
    admin.get("/administration/services").await.assert_contains("Panne du casier");
    town.site.visitor().get("/").await.assert_contains("Interrompu");
    town.referent().await.post(path, &stopped).await.assert_status(403);
}

#[tokio::test]
async fn an_announcement_is_published_corrected_and_ended() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let new = "/administration/annonces/nouvelle";
    let bad = [("kind", "info"), ("title_fr", "Travaux"), ("starts_at", "2026-03-16T08:00"), ("ends_at", "bientôt")];
    admin
        .post(new, &bad)
        .await
        .assert_status(422)
        .assert_contains("value=\"Travaux\"")
        .assert_contains("f-ends_at-error");
    let backwards =
        [("kind", "info"), ("title_fr", ""), ("starts_at", "2026-03-16T08:00"), ("ends_at", "2026-03-16T07:00")];
    let refused = admin.post(new, &backwards).await;
    refused.assert_status(422).assert_contains("f-title_fr-error").assert_contains("f-ends_at-error");
    let good = [
        ("kind", "maintenance"),
        ("service_key", "casier"),
        ("title_fr", "Travaux sur le <casier>"),
        ("starts_at", "2026-03-16T08:00"),
        ("ends_at", "2026-03-16T20:00"),
    ];
    admin.post(new, &good).await.assert_status(303);
    town.site
        .visitor()
        .get("/")
        .await
        .assert_contains("Travaux sur le &lt;casier&gt;")
        .assert_contains("20\u{a0}h\u{a0}00");
    let row = &town.site.atrium().catalogue().announcements(None, 1).await.unwrap()[0];
    let path = format!("/administration/annonces/{}", row.id);
    admin.get(&path).await.assert_contains("2026-03-16T08:00");
    let edited = [&[("version", "1"), ("title_en", "Works")][..], &good].concat();
    admin.post(&path, &edited).await.assert_status(303);
    admin.post(&path, &edited).await.assert_status(409).assert_contains("changé entre-temps");
    admin.post(&format!("{path}/terminer"), &[]).await.assert_status(303);
    admin.get("/administration/annonces").await.assert_contains("Terminée");
    assert!(town.site.atrium().catalogue().current_announcements(town.site.clock().now()).is_empty());

    let referent = town.referent().await;
    referent.post(new, &good).await.assert_status(403);
    referent.post(&format!("{path}/terminer"), &[]).await.assert_status(403);
}

#[tokio::test]
async fn a_right_is_explained_with_who_gave_it() {
    let town = Town::new().await;
    let referent = town.referent().await;
    let ask = |person: PersonId, permission: &str, place: &str| {
        format!("/administration/droits?personne={person}&permission={permission}&lieu={place}")
    };
    let a = format!("e{}", town.a);
    let me = referent.person();
    let yes = referent.get(&ask(me, "core.role.assign", &a)).await;
    yes.assert_status(200)
        .assert_contains("Oui")
        .assert_contains("Référent numérique")
        .assert_contains("la plateforme");
    let no = referent.get(&ask(town.teacher_a, "core.role.assign", &a)).await;
    no.assert_status(200).assert_contains("Non").assert_contains("Chloé Essai");
    let elsewhere = referent.get(&ask(me, "core.role.assign", &format!("e{}", town.b))).await;
    elsewhere.assert_status(200).assert_contains("Non").assert_contains("vaut ailleurs");
    referent.get(&ask(town.teacher_a, "core.role.assign", &format!("e{}", town.b))).await.assert_status(403);
    referent.get(&ask(town.pupil_b, "core.role.assign", &a)).await.assert_status(404);
    referent.get(&ask(me, "zut", &a)).await.assert_status(422);
    referent.get(&ask(me, "core.role.assign", "g999")).await.assert_status(422);
    // Everybody may ask about themselves, and about nobody else.
    let pupil = town.site.signed_in(town.pupil_a).await;
    pupil.get(&ask(town.pupil_a, "core.role.assign", &a)).await.assert_status(200).assert_contains("Non");
    pupil.get("/administration/droits").await.assert_status(403);
    pupil.get(&ask(town.teacher_a, "core.role.assign", &a)).await.assert_status(404);
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
    admin.get("/administration/journal?sujet=rien").await.assert_contains("Rien ne correspond");
    admin.get("/administration/journal?avant=zut").await.assert_status(400);
    town.referent().await.get("/administration/journal").await.assert_status(403);
    let newest = audit::store::list(town.site.atrium().db(), None, None, 1).await.unwrap();
    assert!(!newest.is_empty());
}

#[tokio::test]
async fn a_new_platform_prints_one_way_in_until_it_is_used() {
    let site = TestSite::new().await;
    let access = site.atrium().access();
    let first = login::first_administrator_link(access).await.unwrap().expect("nobody administers yet");
    let second = login::first_administrator_link(access).await.unwrap().expect("not used yet");
    let client = site.visitor();
    client.get(&format!("/connexion/lien/{}", first.secret())).await.assert_status(404);
    let password = [("password", "la mer est calme ce soir"), ("again", "la mer est calme ce soir")];
    client.post(&format!("/connexion/lien/{}", second.secret()), &password).await.assert_status(303);
    client.get("/administration").await.assert_status(200);
    assert!(login::first_administrator_link(access).await.unwrap().is_none());
    assert!(LoginName::parse("admin").is_ok());
    let again = site.visitor();
    again.post("/connexion", &[("login", "admin"), ("password", "la mer est calme ce soir")]).await.assert_status(303);
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
    let held = access_store::assignments(site.atrium().db(), person).await.unwrap();
    revoke(site.atrium().access(), &site.system(), held[0].id, "essai").await.unwrap();
    client.get("/administration/services").await.assert_status(403);
    client.get("/compte").await.assert_status(200);
    suspend(site.atrium().access(), &site.system(), person, "essai").await.unwrap();
    assert!(client.get("/compte").await.assert_status(303).location().starts_with("/connexion"));
    there.stop().await.unwrap();
}
