//! Each built-in role can do what its permissions promise: one act for each permission, through the pages.

use atrium_core::access::{Scope, is_profile};
use atrium_core::directory::actions::Place;
use atrium_core::directory::{PersonId, Profile};
use atrium_core::testing::{Client, TestSite};
use http::Method;
use serde_json::json;

use super::{Town, give, person_path, someone};

/// Returns a person of the first school by their profile, else one of the Region with the role where it is given: a
/// referent's in the school.
async fn holder(town: &Town, role: &str) -> PersonId {
    if let Some(profile) = Profile::from_key(role) {
        return someone(&town.site, Place::Member(town.a, profile), "Xavier").await;
    }
    let person = someone(&town.site, Place::Region, "Xavier").await;
    let scope = if role == "digital_referent" { Scope::Establishment(town.a) } else { Scope::Platform };
    give(&town.site, person, role, scope).await;
    person
}

/// Does an action that the permission allows; returns `true` if it succeeded.
async fn act(town: &Town, client: &Client, permission: &str) -> bool {
    let school = town.a.to_string();
    let teacher = person_path(town.teacher_a);
    let newcomer = |profile| {
        [
            ("given_name", profile),
            ("family_name", "Nouvelle"),
            ("locale", "fr"),
            ("profile", profile),
            ("school", &school),
        ]
    };
    let place = format!("e{school}");
    let posted = async |path: &str, fields: &[(&str, &str)]| {
        let answer = client.post(path, fields).await;
        if answer.status.as_u16() != 303 {
            eprintln!("{path}: {} {}", answer.status, answer.text());
        }
        answer.status.as_u16() == 303
    };
    let listed = async |path: &str, name: &str| client.get(path).await.text().contains(name);
    let people = "/administration/personnes";
    match permission {
        "core.role.assign" => {
            let fields = [("role", "digital_referent"), ("scope", &*place), ("effect", "permit"), ("reason", "essai")];
            posted(&format!("{teacher}/attributions/nouvelle"), &fields).await
        }
        "core.role.edit" => {
            let fields = [("key", "clerk"), ("label_fr", "Secrétariat"), ("reason", "essai")];
            posted("/administration/roles/nouveau", &[&fields[..], &[("permissions", "core.person.read")]].concat())
                .await
        }
        "core.access.explain" => {
            let place = format!("permission=core.audit.read&lieu={place}");
            let path = format!("/administration/droits?personne={}&{place}", town.teacher_a);
            listed(&path, "Ce qui suffirait").await
        }
        "core.person.read" => listed(people, "Chloé").await,
        "core.family.read" => listed(people, "Aïcha").await,
        "core.person.edit" => posted("/administration/personnes/nouvelle", &newcomer("teacher")).await,
        "core.leadership.appoint" => posted("/administration/personnes/nouvelle", &newcomer("leadership")).await,
        "core.establishment.edit" => {
            let fields = [("version", "1"), ("name", "Lycée Neuf"), ("kind", "lycee"), ("city", "Arles")];
            posted(&format!("/administration/etablissements/{school}/modifier"), &fields).await
        }
        "core.group.edit" => {
            let fields = [("kind", "class"), ("name", "2nde 9")];
            posted(&format!("/administration/etablissements/{school}/groupes"), &fields).await
        }
        "core.audit.read" => listed("/administration/journal", "Denis").await,
        "core.catalogue.edit" => {
            posted("/administration/services/casier", &[("version", "1"), ("state", "degraded"), ("note_fr", "x")])
                .await
        }
        "core.announcement.edit" => {
            let span = [("starts_at", "2026-03-16T08:00"), ("ends_at", "2026-03-16T20:00")];
            let said = [("kind", "info"), ("title_fr", "Travaux")];
            posted("/administration/annonces/nouvelle", &[&said[..], &span].concat()).await
        }
        "core.privacy.handle" => listed(&format!("{teacher}/donnees"), "Données personnelles").await,
        "core.sector.edit" => posted("/administration/secteurs", &[("name", "Durance nord")]).await,
        "core.settings.edit" => listed("/administration/reglages", "Réglages").await,
        "core.job.run" => posted("/administration/taches/core.once/lancer", &[]).await,
        "core.webhook.manage" => listed("/administration/webhooks", "Nouveau webhook").await,
        "core.mail.deliver" => {
            let taken = client.json(Method::POST, "/api/v1/mail/messages", &json!("")).await;
            taken.status == 200 && taken.json()["refused"] == "malformed"
        }
        "core.figures.read" => listed("/metrics", "atrium_requests_total").await,
        other => panic!("no act is known for `{other}`"),
    }
}

#[tokio::test]
async fn each_built_in_role_does_what_its_permissions_promise() {
    let site = TestSite::new().await;
    let roles = site.atrium().access().permissions().roles();
    let keys: Vec<_> = roles.iter().map(|role| role.key().to_owned()).collect();
    for key in &keys {
        let site = TestSite::builder().settings(|mut settings| {
            settings.metrics_token = Some("un jeton assez long".to_owned());
            settings.mail_replies = Some("reponse@example.fr".to_owned());
            settings
        });
        let town = Town::on(site.start().await).await;
        let held = town.site.atrium().access().permissions().of_built_in(key);
        if held.is_empty() {
            continue;
        }
        let client = town.site.signed_in(holder(&town, key).await).await;
        for permission in held {
            assert!(act(&town, &client, permission).await, "`{}` holds `{permission}` and cannot use it", key);
        }
    }
    assert!(keys.iter().any(|key| is_profile(key)));
}

#[tokio::test]
async fn the_leadership_keeps_its_own_people_and_no_others() {
    let town = Town::new().await;
    let head = town.site.signed_in(holder(&town, "leadership").await).await;
    let deputy = someone(&town.site, Place::Member(town.a, Profile::Leadership), "Yann").await;
    let account = format!("{}/identifiant", person_path(deputy));
    head.post(&account, &[("version", "0"), ("login", "yann.e")]).await.assert_status(303);
    head.post(&format!("{}/lien", person_path(deputy)), &[]).await.assert_status(200);
    head.post(&format!("{}/suspendre", person_path(town.pupil_b)), &[("reason", "x")]).await.assert_status(404);
    let referent = someone(&town.site, Place::Member(town.a, Profile::Teacher), "Zoé").await;
    give(&town.site, referent, "digital_referent", Scope::Establishment(town.a)).await;
    let theirs = format!("{}/identifiant", person_path(referent));
    head.post(&theirs, &[("version", "0"), ("login", "zoe.e")]).await.assert_status(403);
}

#[tokio::test]
async fn the_page_of_a_role_says_what_does_nothing_in_it() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let new = |permissions: &[&'static str]| {
        let key = format!("clerk{}", permissions.len());
        let mut fields = vec![("key", key), ("label_fr", "Secrétariat".to_owned()), ("reason", "essai".to_owned())];
        fields.extend(permissions.iter().map(|permission| ("permissions", (*permission).to_owned())));
        fields
    };
    for (permissions, idle) in [
        (&["core.leadership.appoint"][..], true),
        (&["core.leadership.appoint", "core.person.edit", "core.person.read"][..], false),
    ] {
        let fields = new(permissions);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let made = admin.post("/administration/roles/nouveau", &fields).await;
        let page = admin.get(made.assert_status(303).location()).await.text();
        assert_eq!(page.contains("ne permet rien dans ce rôle, faute de\u{a0}: Gérer les personnes"), idle, "{page}");
    }
}
