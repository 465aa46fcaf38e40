//! Schools, their services, the state of services, and announcements, through the pages.

use atrium_core::catalogue::{AnnouncementText, ServiceState};
use atrium_core::directory::Uai;

use super::Town;

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
        .post(&format!("{path}/modifier"), &[("version", "1"), ("name", ""), ("kind", "lycee"), ("city", "Aubagne")])
        .await
        .assert_status(422);
    let renamed = [("version", "1"), ("name", "Lycée Marcel du Garlaban"), ("kind", "college"), ("city", "Aubagne")];
    admin.post(&format!("{path}/modifier"), &renamed).await.assert_status(303);
    admin.get("/administration/etablissements?q=garlaban+aubagne").await.assert_contains("Marcel du Garlaban");

    let traits = format!("{path}/caracteristiques");
    admin
        .post(&traits, &[("version", "1"), ("more_traits", "Salle Été")])
        .await
        .assert_status(422)
        .assert_contains("value=\"Salle Été\"");
    admin.post(&traits, &[("version", "1"), ("more_traits", "manuels-numeriques tablettes")]).await.assert_status(303);
    let page = admin.get(&path).await;
    page.assert_contains("value=\"tablettes\" checked").assert_contains("Manuels numériques");
    let overtaken = admin.post(&traits, &[("version", "1"), ("traits", "tablettes")]).await;
    overtaken
        .assert_status(409)
        .assert_contains("Manuels numériques, tablettes")
        .assert_contains("f-more_traits-error");
    overtaken.assert_contains("name=\"version\" value=\"2\"");
    admin.post(&traits, &[("version", "2"), ("traits", "tablettes")]).await.assert_status(303);
    admin.get(&path).await.assert_contains("value=\"tablettes\" checked").assert_lacks("Manuels numériques");

    let services = format!("{path}/services");
    let pronote =
        |version, said, url| [("version-pronote", version), ("available-pronote", said), ("launch_url-pronote", url)];
    let casier = [("version-casier", "0"), ("available-casier", "no"), ("launch_url-casier", "")];
    let bad = [&pronote("0", "yes", "pronote")[..], &casier].concat();
    let refused = admin.post(&services, &bad).await;
    refused.assert_status(422).assert_contains("value=\"pronote\"").assert_contains("f-launch_url-pronote-error");
    let good = pronote("0", "yes", "https://pronote.example/");
    admin.post(&services, &good).await.assert_status(303);
    let overtaken = admin.post(&services, &pronote("0", "no", "")).await;
    overtaken.assert_status(409).assert_contains("f-available-pronote-error").assert_contains("Disponible, https");
    let untouched = [&pronote("0", "", "")[..], &[("shown-pronote", "")]].concat();
    admin.post(&services, &untouched).await.assert_status(303);
    for wrong in ["http://pronote.example/", "https://moi:secret@pronote.example/"] {
        admin.post(&services, &pronote("1", "yes", wrong)).await.assert_status(422);
    }
    admin.post(&services, &pronote("1", "", "https://pronote.example/")).await.assert_status(422);
    let offers = town.site.atrium().catalogue().offers(path.rsplit('/').next().unwrap().parse().unwrap());
    let kept =
        |key: &str| offers.iter().find(|offer| offer.service.key == key).map(|o| (o.available, o.version)).unwrap();
    assert_eq!((kept("pronote"), kept("casier")), ((true, 1), (false, 1)), "what is right is saved beside what is not");

    let referent = town.referent().await;
    let own = format!("/administration/etablissements/{}", town.a);
    referent.get(&own).await.assert_status(200).assert_lacks("/modifier").assert_lacks("launch_url");
    referent.post(&format!("{own}/caracteristiques"), &[("traits", "x")]).await.assert_status(403);
    referent.post(&format!("{own}/services"), &good).await.assert_status(403);
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
    assert_eq!(town.site.atrium().catalogue().service("casier").unwrap().state, ServiceState::Stopped);
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
    admin.post(&format!("{path}/terminer"), &[("version", "1")]).await.assert_status(409);
    admin.post(&format!("{path}/terminer"), &[("version", "2")]).await.assert_status(303);
    admin.get("/administration/annonces").await.assert_contains("Terminée");
    assert!(town.site.atrium().catalogue().current_announcements(town.site.clock().now()).is_empty());

    let referent = town.referent().await;
    referent.post(new, &good).await.assert_status(403);
    referent.post(&format!("{path}/terminer"), &[]).await.assert_status(403);
}

#[tokio::test]
async fn an_announcement_keeps_the_seconds_that_its_form_does_not_show() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let shown =
        [("kind", "info"), ("title_fr", "Travaux"), ("starts_at", "2026-03-16T08:00"), ("ends_at", "2026-03-16T20:00")];
    admin.post("/administration/annonces/nouvelle", &shown).await.assert_status(303);
    let catalogue = town.site.atrium().catalogue();
    let row = catalogue.announcements(None, 1).await.unwrap().remove(0);
    let text = AnnouncementText {
        kind: row.kind,
        service_key: None,
        title_fr: row.title_fr,
        title_en: String::new(),
        body_fr: String::new(),
        body_en: String::new(),
        starts_at: row.starts_at.plus_millis(12_345),
        ends_at: row.ends_at.plus_millis(54_321),
    };
    catalogue.edit_announcement(&town.site.system(), row.id, 1, text).await.unwrap();
    let edited = [&[("version", "2"), ("title_en", "Works")][..], &shown].concat();
    admin.post(&format!("/administration/annonces/{}", row.id), &edited).await.assert_status(303);
    let kept = catalogue.announcements(None, 1).await.unwrap().remove(0);
    assert_eq!(
        (kept.title_en.as_str(), kept.starts_at, kept.ends_at),
        ("Works", row.starts_at.plus_millis(12_345), row.ends_at.plus_millis(54_321))
    );
}
