//! Settings of plugins: declared once, read typed, changed in administration and by programs, refused beside the field.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use atrium_core::audit;
use atrium_core::directory::Profile;
use atrium_core::plugin::Plugin;
use atrium_core::settings::{Setting, SettingDef, SettingUnit, SettingValue};
use atrium_core::testing::{Client, TestSite};
use atrium_core::web::{Files, WebPlugin};
use atrium_core::{Atrium, Error};
use http::Method;
use rust_embed::RustEmbed;
use serde_json::json;

use crate::api::{actor, administrator, send};

/// What a browser says of a request of the site itself.
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

static MEALS: Setting<i64> = Setting::integer("canteen.meals", 10, 1, 500).or_zero();
static BEFORE: Setting<Duration> = Setting::duration("canteen.before", 2, SettingUnit::Hours, 1, 48);
static TONE: Setting<String> = Setting::choice("canteen.tone", "plain", &["plain", "warm"]);
static SIGN: Setting<String> = Setting::text("canteen.sign", "La cantine", 12);
static OPEN: Setting<bool> = Setting::switch("canteen.is_open", true);

#[derive(RustEmbed)]
#[folder = "tests/it/canteen/"]
struct Words;

/// A third party's plugin with a setting of each kind.
pub(crate) struct Canteen;

impl Plugin for Canteen {
    fn id(&self) -> &'static str {
        "canteen"
    }

    fn settings(&self) -> Vec<SettingDef> {
        vec![MEALS.def(), BEFORE.def(), TONE.def(), SIGN.def(), OPEN.def()]
    }
}

#[async_trait]
impl WebPlugin for Canteen {
    fn locales(&self) -> Files {
        Files::of::<Words>()
    }
}

const PAGE: &str = "/administration/reglages/canteen";
const API: &str = "/api/v1/administration/settings/canteen";

async fn site() -> (TestSite, Client) {
    let site = TestSite::builder().plugin(Canteen).start().await;
    let admin = administrator(&site).await;
    let client = site.signed_in(admin).await;
    (site, client)
}

fn values(site: &TestSite) -> (i64, Duration, String, String, bool) {
    let cx = site.atrium().context();
    (cx.setting(&MEALS), cx.setting(&BEFORE), cx.setting(&TONE), cx.setting(&SIGN), cx.setting(&OPEN))
}

fn fields<'a>(version: &'a str, meals: &'a str, tone: &'a str) -> [(&'a str, &'a str); 6] {
    [("version", version), ("meals", meals), ("before", "5"), ("tone", tone), ("sign", "Bon"), ("is_open", "false")]
}

#[tokio::test]
async fn what_is_chosen_in_administration_is_read_typed() {
    let (site, client) = site().await;
    assert_eq!(values(&site), (10, Duration::from_secs(7_200), "plain".into(), "La cantine".into(), true));
    client.get("/administration").await.assert_contains("href=\"/administration/reglages\"");
    client.get("/administration/reglages").await.assert_status(200).assert_contains("Repas par jour");
    let form = client.get(PAGE).await;
    form.assert_status(200).assert_contains("Délai pour annuler (en heures)").assert_contains("Valeur d’origine");
    client.post(PAGE, &fields("0", "25", "warm")).await.assert_status(303);
    assert_eq!(values(&site), (25, Duration::from_secs(18_000), "warm".into(), "Bon".into(), false));
    assert_eq!(MEALS.read(site.atrium().db()).await.unwrap(), 25);
    assert_eq!(BEFORE.read(site.atrium().db()).await.unwrap(), Duration::from_secs(18_000));
    let english = client.with_cookie("atrium-lang", "en").get(PAGE).await;
    english.assert_status(200).assert_contains("Meals a day").assert_contains("value=\"25\"");
}

#[tokio::test]
async fn what_is_refused_comes_back_beside_its_field_and_changes_nothing() {
    let (site, client) = site().await;
    let page = client.post(PAGE, &fields("0", "douze", "cold")).await;
    page.assert_status(422).assert_contains("id=\"f-meals-error\"").assert_contains("id=\"f-tone-error\"");
    page.assert_contains("value=\"douze\"").assert_contains("0, ou un nombre de 1 à 500");
    let long = [("version", "0"), ("sign", "beaucoup trop long pour cela")];
    client.post(PAGE, &long).await.assert_status(422).assert_contains("12 caractères");
    assert_eq!(values(&site).0, 10);
    assert_eq!(values(&site).3, "La cantine");
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused_and_the_record_names_what_changed() {
    let (site, client) = site().await;
    client.post(PAGE, &fields("0", "25", "warm")).await.assert_status(303);
    let stale = client.post(PAGE, &fields("0", "30", "warm")).await;
    stale.assert_status(409).assert_contains("25");
    assert_eq!(values(&site).0, 25);
    client.post(PAGE, &fields("1", "25", "warm")).await.assert_status(303);
    let records = audit::list(site.atrium().db(), None, None, 10).await.unwrap();
    let edits: Vec<_> = records.iter().filter(|record| record.action == "core.settings.edited").collect();
    assert_eq!(edits.len(), 1, "an edit without changes writes no record");
    let details: serde_json::Value = serde_json::from_str(&edits[0].details).unwrap();
    assert_eq!(details["changes"]["canteen.meals"], json!([10, 25]));
    assert_eq!(details["changes"]["canteen.tone"], json!(["plain", "warm"]));
    let journal = client.get("/administration/journal").await;
    journal.assert_status(200).assert_contains("Réglages modifiés").assert_contains("Repas par jour");
}

#[tokio::test]
async fn a_program_reads_and_changes_settings() {
    let (site, client) = site().await;
    let all = client.get("/api/v1/administration/settings").await.assert_status(200).json();
    let canteen = all.as_array().unwrap().iter().find(|of| of["plugin"] == "canteen").unwrap();
    assert_eq!(
        canteen["settings"][1],
        json!({"name": "before", "label": "Délai pour annuler (en heures)", "kind": "duration",
        "unit": "hours", "value": 2, "default": 2, "least": 1, "most": 48, "or_zero": false, "choices": [], "longest": null})
    );
    let read = client.get(API).await;
    assert_eq!(read.assert_status(200).header("etag"), "\"0\"");
    let change = json!({"values": {"meals": 0, "is_open": false}});
    send(&client, Method::PATCH, API, &[SAME], &change).await.assert_status(428);
    let changed = send(&client, Method::PATCH, API, &[SAME, ("if-match", "\"0\"")], &change).await;
    assert_eq!(changed.assert_status(200).header("etag"), "\"1\"");
    assert_eq!((values(&site).0, values(&site).4), (0, false));
    send(&client, Method::PATCH, API, &[SAME, ("if-match", "\"0\"")], &change).await.assert_status(412);
    let back = json!({"values": {"meals": null}});
    send(&client, Method::PATCH, API, &[SAME, ("if-match", "\"1\"")], &back).await.assert_status(200);
    assert_eq!((values(&site).0, values(&site).4), (10, false), "the default again, and the others stay");
    for wrong in [json!({"meals": 501}), json!({"meals": "10"}), json!({"unknown": 1}), json!({"is_open": {}})] {
        let refused =
            send(&client, Method::PATCH, API, &[SAME, ("if-match", "\"2\"")], &json!({"values": wrong})).await;
        refused.assert_status(422);
    }
    client.get("/api/v1/administration/settings/nowhere").await.assert_status(404);
    client.get("/administration/reglages/nowhere").await.assert_status(404);
}

#[tokio::test]
async fn only_who_may_edit_settings_sees_or_changes_them() {
    let (site, _) = site().await;
    let settings = site.atrium().plugin_settings();
    let leadership = site.school().member(Profile::Leadership).give("digital_referent").await;
    let client = leadership.client().await;
    for path in ["/administration/reglages", PAGE, API, "/api/v1/administration/settings"] {
        client.get(path).await.assert_status(403);
    }
    client.post(PAGE, &fields("0", "25", "warm")).await.assert_status(403);
    send(&client, Method::PATCH, API, &[SAME, ("if-match", "\"0\"")], &json!({"values": {"meals": 3}}))
        .await
        .assert_status(403);
    site.visitor().get(API).await.assert_status(401);
    let new: BTreeMap<_, _> = [("meals".to_owned(), Some(SettingValue::Number(3)))].into();
    let actor = actor(&site, leadership.id()).await;
    assert!(settings.edit(&actor, "canteen", 0, &new).await.unwrap_err().is_forbidden());
    assert!(settings.list(&actor).unwrap_err().is_forbidden());
    assert!(settings.find(&actor, "canteen").unwrap_err().is_forbidden());
    settings.edit(&site.system(), "canteen", 0, &new).await.unwrap();
    assert!(settings.edit(&site.system(), "canteen", 0, &new).await.unwrap_err().is_stale());
    assert_eq!(values(&site).0, 3);
}

#[tokio::test]
async fn two_edits_of_one_version_are_one() {
    let (site, _) = site().await;
    let (settings, system) = (site.atrium().plugin_settings(), site.system());
    let new = |meals| BTreeMap::from([("meals".to_owned(), Some(SettingValue::Number(meals)))]);
    let (one, other) = (new(20), new(30));
    let (one, other) =
        tokio::join!(settings.edit(&system, "canteen", 0, &one), settings.edit(&system, "canteen", 0, &other));
    assert!(one.is_ok() != other.is_ok());
    assert!(one.err().or(other.err()).is_some_and(|error| Error::is_stale(&error)));
}

#[tokio::test]
async fn mistakes_in_settings_are_found_at_build() {
    struct Wrong;
    impl Plugin for Wrong {
        fn id(&self) -> &'static str {
            "wrong"
        }
        fn settings(&self) -> Vec<SettingDef> {
            vec![
                Setting::integer("canteen.meals", 1, 1, 2).def(),
                Setting::integer("wrong.most", 9, 1, 5).def(),
                Setting::integer("wrong.none", 1, 5, 1).def(),
                Setting::switch("wrong.Twice", true).def(),
                Setting::switch("wrong.a.b", true).def(),
                Setting::choice("wrong.tone", "", &[]).def(),
                Setting::switch("wrong.same", true).def(),
                Setting::switch("wrong.same", true).def(),
            ]
        }
    }
    impl WebPlugin for Wrong {}
    let told = Atrium::builder().plugin(Wrong).build().await.err().expect("mistakes").to_string();
    for what in [
        "setting `canteen.meals` is not its own",
        "setting `wrong.most` has the default `9`",
        "setting `wrong.none` admits no number",
        "setting `wrong.Twice` is malformed",
        "setting `wrong.a.b` is malformed",
        "setting `wrong.tone` has no choices",
        "setting `wrong.same` is declared twice",
        "the message `settings-wrong` of its settings does not exist",
        "the message `setting-wrong-same-help` of its settings does not exist",
    ] {
        assert!(told.contains(&format!("plugin `wrong`: {what}")), "{what}: {told}");
    }
}
