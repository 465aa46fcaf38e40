//! Two people edit one form: the second is shown what the first saved, keeps their own input, and may send it
//! again.

use atrium_core::login::LoginName;
use atrium_core::testing::Client;

use super::{Town, person_path};

type Fields<'a> = &'a [(&'a str, &'a str)];

struct Form<'a> {
    path: String,
    /// The fields that both leave unchanged.
    common: Fields<'a>,
    /// The fields that the first saves and the second types.
    first: Fields<'a>,
    second: Fields<'a>,
    /// The texts of the page about the first's edit.
    told: &'a [&'a str],
}

async fn collide(client: &Client, form: Form<'_>) {
    let send = async |version: &str, fields: Fields<'_>| {
        let fields = [&[("version", version)], form.common, fields].concat();
        client.post(&form.path, &fields).await
    };
    let shown = client.get(&form.path).await.assert_status(200).text();
    let version = shown.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let next = (version.parse::<i64>().unwrap() + 1).to_string();
    send(version, form.first).await.assert_status(303);
    let page = send(version, form.second).await;
    page.assert_status(409).assert_contains("changé entre-temps");
    page.assert_contains(&format!("name=\"version\" value=\"{next}\""));
    for (name, typed) in form.second {
        assert!(page.text().contains(typed), "{} keeps what was typed in {name}", form.path);
    }
    for told in form.told {
        page.assert_contains(&format!("À présent enregistré\u{a0}: {told}"));
    }
    // Sent again, it replaces what was shown, once.
    send(&next, form.second).await.assert_status(303);
    send(&next, form.second).await.assert_status(409);
}

#[tokio::test]
async fn the_second_editor_sees_what_the_first_has_saved() {
    let town = Town::new().await;
    let admin = town.admin().await;
    collide(
        &admin,
        Form {
            path: format!("/administration/etablissements/{}/modifier", town.a),
            common: &[("city", "Marseille")],
            first: &[("name", "Lycée Un"), ("kind", "lycee_pro")],
            second: &[("name", "Lycée Deux"), ("kind", "college")],
            told: &["Lycée Un", "Lycée professionnel"],
        },
    )
    .await;
    let person = person_path(town.pupil_a);
    collide(
        &admin,
        Form {
            path: format!("{person}/modifier"),
            common: &[("given_name", "Aïcha"), ("locale", "fr")],
            first: &[("family_name", "Premier"), ("email", "un@exemple.fr")],
            second: &[("family_name", "Second"), ("email", "deux@exemple.fr")],
            told: &["Premier", "un@exemple.fr"],
        },
    )
    .await;
    let (access, system) = (town.site.atrium().access(), town.site.system());
    access.login().create_login(&system, town.pupil_a, &LoginName::parse("aicha").unwrap()).await.unwrap();
    collide(
        &admin,
        Form {
            path: format!("{person}/identifiant"),
            common: &[],
            first: &[("login", "aicha.un")],
            second: &[("login", "aicha.deux")],
            told: &["aicha.un"],
        },
    )
    .await;
    collide(
        &admin,
        Form {
            path: "/administration/services/casier".to_owned(),
            common: &[],
            first: &[("state", "stopped"), ("note_fr", "Panne")],
            second: &[("state", "degraded"), ("note_fr", "Lenteurs")],
            told: &["Interrompu", "Panne"],
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_over_an_old_version_stays_so_when_it_is_wrong_otherwise() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let path = format!("/administration/etablissements/{}/modifier", town.a);
    let good = [("version", "1"), ("name", "Lycée Un"), ("kind", "lycee"), ("city", "Marseille")];
    admin.post(&path, &good).await.assert_status(303);
    let wrong = [("version", "1"), ("name", "Lycée Deux"), ("kind", "lycee"), ("city", "")];
    let page = admin.post(&path, &wrong).await;
    page.assert_status(422).assert_contains("name=\"version\" value=\"1\"");
}

#[tokio::test]
async fn the_journal_says_what_changed_in_words() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let path = format!("/administration/etablissements/{}/modifier", town.a);
    let change = [("version", "1"), ("name", "Lycée des Calanques"), ("kind", "college"), ("city", "Marseille")];
    admin.post(&path, &change).await.assert_status(303);
    let same = [("version", "2"), ("name", "Lycée des Calanques"), ("kind", "college"), ("city", "Marseille")];
    admin.post(&path, &same).await.assert_status(303);
    let journal = admin.get(&format!("/administration/journal?sujet=establishment%3A{}", town.a)).await;
    journal.assert_status(200).assert_contains("Type\u{a0}: Lycée → Collège").assert_lacks("Nom\u{a0}: ");
    assert_eq!(journal.text().matches("Établissement modifié").count(), 1, "what changes nothing is not recorded");
}
