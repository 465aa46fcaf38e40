//! Giving and revoking roles, custom roles, and explanations, through the pages.

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::permissions::PERSON_READ;
use atrium_core::access::{self, RoleDef, Scope};
use atrium_core::directory::PersonId;
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestSite;
use atrium_core::web::{Files, WebPlugin};
use serde_json::json;

use super::{Town, give, person_path};

/// A plugin that brings a role.
struct Canteen;

impl Plugin for Canteen {
    fn id(&self) -> &'static str {
        "canteen"
    }

    fn roles(&self) -> Vec<RoleDef> {
        vec![RoleDef::new("canteen_head").holding(&[PERSON_READ])]
    }
}

impl WebPlugin for Canteen {
    fn locales(&self) -> Files {
        let french = "role-canteen-head = Chef de cantine\n".as_bytes();
        Files::default().with("fr/canteen.ftl", french).with("en/canteen.ftl", b"role-canteen-head = Cook\n".as_slice())
    }
}

#[tokio::test]
async fn a_role_of_a_plugin_is_explained_once_the_plugin_is_gone() {
    let town = Town::on(TestSite::builder().plugin(Canteen).start().await).await;
    give(&town.site, town.teacher_a, "canteen_head", Scope::Platform).await;
    let holder = town.site.signed_in(town.teacher_a).await;
    let there = town.site.second_node().await;
    let (admin, without) = (town.admin().await, town.admin().await.at(&there));
    let id = town.site.atrium().access().roles().await.unwrap().by_key("canteen_head").unwrap().id;
    let (role, person) = (format!("/administration/roles/{id}"), person_path(town.teacher_a));
    let with = admin.get(&role).await;
    with.assert_status(200).assert_contains("Chef de cantine").assert_lacks("n’est plus là").assert_lacks("/supprimer");
    assert_eq!(admin.get(&format!("/api/v1{role}")).await.json()["label_en"], "Cook");
    holder.get("/administration/personnes").await.assert_status(200);

    holder.at(&there).get("/administration/personnes").await.assert_status(403);
    let gone = without.get(&role).await;
    gone.assert_contains("Chef de cantine").assert_contains("n’est plus là").assert_contains("/supprimer");
    gone.assert_lacks("/modifier");
    without.get("/administration/roles").await.assert_contains("sans effet");
    without.get(&person).await.assert_contains("Chef de cantine").assert_contains("sans effet");
    let offered = without.get(&format!("{person}/attributions/nouvelle")).await;
    offered.assert_contains("value=\"observer\"").assert_lacks("canteen_head");
    let data = without.get(&format!("/api/v1/administration/roles/{id}")).await.json();
    assert_eq!((&data["absent"], &data["permissions"]), (&json!(true), &json!([])));
    let typed = [("version", "1"), ("reason", "essai")];
    without.post(&format!("{role}/supprimer"), &typed).await.assert_status(409);
    there.stop().await.unwrap();
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

    let held = access::assignments(town.site.atrium().db(), town.teacher_a).await.unwrap();
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

    let held = access::assignments(town.site.atrium().db(), town.admin).await.unwrap();
    let revoke = format!("/administration/attributions/{}/retirer", held[0].id);
    referent.post(&revoke, &[("reason", "x")]).await.assert_status(404);
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
async fn a_role_without_english_name_is_marked_french_on_english_pages() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let fields = [("key", "librarian"), ("label_fr", "Documentaliste"), ("permissions", "core.person.read")];
    let fields = [&fields[..], &[("reason", "demande du CDI")]].concat();
    let role = admin.post("/administration/roles/nouveau", &fields).await.assert_status(303).location().to_owned();
    let reader = town.site.region_member().give("librarian").give("platform_admin").await;
    let reader = (reader.id(), reader.client().await);
    let person = person_path(reader.0);
    let new = format!("{}/attributions/nouvelle", person_path(town.teacher_a));
    let pages = ["/administration/roles", &role, &person, &new, "/compte"];
    for page in pages {
        let text = reader.1.get(page).await.text();
        assert!(text.contains("Documentaliste") && !text.contains("lang=\"fr\">Documentaliste"), "{page}");
    }
    reader.1.get("/?lang=en").await.assert_status(303);
    for page in pages {
        let text = reader.1.get(page).await.text();
        assert!(text.contains("lang=\"fr\">Documentaliste"), "{page}");
        assert!(!text.contains("lang=\"en\">Documentaliste"), "{page}");
    }
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
    // Anyone may ask about themselves, but not about others.
    let pupil = town.site.signed_in(town.pupil_a).await;
    pupil.get(&ask(town.pupil_a, "core.role.assign", &a)).await.assert_status(200).assert_contains("Non");
    pupil.get("/administration/droits").await.assert_status(403);
    pupil.get(&ask(town.teacher_a, "core.role.assign", &a)).await.assert_status(404);
}

#[tokio::test]
async fn a_refusal_says_what_would_suffice() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let ask = async |permission: &str, place: &str| {
        let path = format!("/administration/droits?personne={}&permission={permission}&lieu={place}", town.teacher_a);
        let page = admin.get(&path).await;
        page.assert_status(200).assert_contains("Non\u{a0}: Chloé Essai");
        page
    };
    let a = format!("e{}", town.a);
    let page = ask("core.role.assign", &a).await;
    page.assert_contains("Ce qui suffirait")
        .assert_contains("Le rôle «\u{a0}Référent numérique\u{a0}», donné ici (Lycée");
    let page = ask("core.leadership.appoint", &a).await;
    page.assert_contains("Le profil «\u{a0}Direction\u{a0}», par une appartenance (Lycée des Calanques)");
    let page = ask("core.audit.read", &a).await;
    page.assert_contains("donné ici (Toute la plateforme) ou plus largement");

    give(&town.site, town.teacher_a, "digital_referent", Scope::Establishment(town.a)).await;
    let role = town.site.atrium().access().roles().await.unwrap().by_key("digital_referent").unwrap().id;
    let forbid = NewAssignment::forbid(town.teacher_a, role, Scope::Establishment(town.a)).because("essai");
    town.site.atrium().access().grant(&town.site.system(), forbid).await.unwrap();
    let page = ask("core.role.assign", &a).await;
    page.assert_contains("Que l’interdiction ci-dessus soit levée").assert_lacks("rien d’autre ne l’autorise");
}
