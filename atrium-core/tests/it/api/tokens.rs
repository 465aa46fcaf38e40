//! API tokens: what they are good for, when they end, who may make, see and revoke them.

use atrium_core::access::Scope;
use atrium_core::access::permissions::PERSON_READ;
use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::login::{self, API_TOKEN_DAYS, API_TOKEN_PREFIX, LoginName, TokenReach};
use atrium_core::testing::{Answer, TestSite};
use http::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::{administrator, bearer, give, make, person, program, referent, school, send, wanted};

const ME: &str = "/api/v1/account";
const PREVIEW: &str = "/api/v1/markup/preview";

#[track_caller]
fn assert_dead(answer: &Answer) {
    answer.assert_status(401);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"api\", error=\"invalid_token\"");
    assert_eq!(answer.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn a_program_acts_as_its_person_until_the_token_ends() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let (secret, id) = make(&site, lea, wanted(TokenReach::Full)).await;
    assert!(secret.starts_with(API_TOKEN_PREFIX));
    let program = bearer(&site, &secret);
    let me = program.get(ME).await.assert_status(200).json();
    assert_eq!(me["name"], "Léa Essai");
    assert!(program.cookie("atrium").is_none(), "no session is opened");
    // A write needs no sign of the same origin: no other site makes a browser send the token.
    let forged = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    send(&program, Method::POST, PREVIEW, &forged, &json!({"markdown": "a"})).await.assert_status(200);

    site.pass_seconds(90 * 24 * 3600 - 1);
    program.get(ME).await.assert_status(200);
    site.pass_seconds(1);
    assert_dead(&program.get(ME).await);
    assert_dead(&program.get("/api/v1/search?q=a").await);

    let (secret, _) = make(&site, lea, wanted(TokenReach::Read)).await;
    let program = bearer(&site, &secret);
    program.get(ME).await.assert_status(200);
    let own = super::actor(&site, lea).await;
    let held = site.atrium().login().own_api_tokens(&own).await.unwrap();
    assert_eq!(held.len(), 1, "what is over is not listed");
    assert_ne!(held[0].grant.id, id);
    assert_eq!(held[0].last_used, Some(site.clock().now()));
    site.atrium().login().revoke_api_token(&own, held[0].grant.id).await.unwrap();
    assert_dead(&program.get(ME).await);
}

#[tokio::test]
async fn the_secret_is_nowhere_in_the_database_and_use_is_kept_by_the_day() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let (secret, _) = make(&site, lea, wanted(TokenReach::Read)).await;
    let db = site.atrium().db();
    let used = async || {
        let sql = "SELECT last_used FROM atrium_api_token";
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        row.try_get::<Option<i64>>("", "last_used").unwrap()
    };
    assert_eq!(used().await, None);
    let program = bearer(&site, &secret);
    program.get(ME).await.assert_status(200);
    let first = used().await;
    assert_eq!(first, Some(site.clock().now().0));
    site.pass_seconds(60);
    program.get(ME).await.assert_status(200);
    assert_eq!(used().await, first, "once a day");
    site.pass_seconds(24 * 3600);
    program.get(ME).await.assert_status(200);
    assert_eq!(used().await, Some(site.clock().now().0));
    let sql = "SELECT token_hash FROM atrium_api_token";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let kept: String = row.try_get("", "token_hash").unwrap();
    assert_eq!(kept.len(), 64);
    assert!(!kept.contains(&secret[API_TOKEN_PREFIX.len()..]));
}

#[tokio::test]
async fn what_is_no_token_is_never_taken_for_a_visitor() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let (secret, _) = make(&site, lea, wanted(TokenReach::Full)).await;
    let public = "/api/v1/search?q=a";
    site.visitor().get(public).await.assert_status(200);
    for wrong in [
        format!("Bearer {secret}x"),
        format!("Bearer {API_TOKEN_PREFIX}"),
        format!("Bearer {}", &secret[..secret.len() - 1]),
        format!("Bearer {}", secret.to_uppercase()),
        format!("Bearer {secret} {secret}"),
        format!("Bearer {secret},"),
        "Bearer quelque-chose".to_owned(),
        "Bearer".to_owned(),
    ] {
        assert_dead(&site.visitor().with_header("authorization", &wrong).get(public).await);
    }
    // Twice the header, and a hash in place of the secret.
    let twice = site.visitor().request(Method::GET, public);
    let twice = twice.header("authorization", format!("Bearer {secret}")).header("authorization", "Basic YTpi");
    assert_dead(&site.visitor().send(twice.body(axum::body::Body::empty()).unwrap()).await);
    let db = site.atrium().db();
    let sql = "SELECT token_hash FROM atrium_api_token";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let hash: String = row.try_get("", "token_hash").unwrap();
    assert_dead(&bearer(&site, &hash).get(public).await);
    assert_dead(&bearer(&site, &format!("{API_TOKEN_PREFIX}{hash}")).get(public).await);
}

#[tokio::test]
async fn a_token_opens_no_page_and_beats_a_cookie() {
    let site = TestSite::new().await;
    let (lea, paul) = (person(&site, Place::Region, "Léa").await, person(&site, Place::Region, "Paul").await);
    let (secret, _) = make(&site, lea, wanted(TokenReach::Full)).await;
    for page in ["/", "/compte", "/compte/jetons", "/api"] {
        assert_dead(&bearer(&site, &secret).get(page).await);
    }
    let cookie = site.signed_in(paul).await;
    assert_eq!(cookie.get(ME).await.json()["name"], "Paul Essai");
    let both = site.signed_in(paul).await.with_header("authorization", &format!("Bearer {secret}"));
    assert_eq!(both.get(ME).await.json()["name"], "Léa Essai");
    let dead = site.signed_in(paul).await.with_header("authorization", "Bearer atrium_pat_x");
    assert_dead(&dead.get(ME).await);
}

#[tokio::test]
async fn a_token_is_good_for_its_reach_and_its_areas_only() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let reader = program(&site, lea, TokenReach::Read).await;
    reader.get(ME).await.assert_status(200);
    let outside = send(&reader, Method::POST, PREVIEW, &[], &json!({"markdown": "a"})).await;
    outside.assert_status(403).assert_contains("pas été créé pour cette opération");
    assert_eq!(outside.header("www-authenticate"), "Bearer realm=\"api\", error=\"insufficient_scope\"");

    let mut new = wanted(TokenReach::Full);
    new.areas = ["search".to_owned()].into();
    let (secret, _) = make(&site, lea, new).await;
    let searcher = bearer(&site, &secret);
    searcher.get("/api/v1/search?q=a").await.assert_status(200);
    searcher.get("/api/openapi.json").await.assert_status(200);
    searcher.get(ME).await.assert_status(403);
    searcher.get("/api/v1/%61ccount").await.assert_status(403);
    searcher.get("/api/v1/search/../account").await.assert_status(404);
    send(&searcher, Method::POST, PREVIEW, &[], &json!({"markdown": "a"})).await.assert_status(403);
}

#[tokio::test]
async fn rights_are_those_of_the_moment_of_use() {
    let site = TestSite::new().await;
    let school = school(&site, "0130001F", "Lycée A").await;
    let lea = person(&site, Place::Member(school, Profile::Teacher), "Léa").await;
    let program = program(&site, lea, TokenReach::Full).await;
    let roles = async || program.get(ME).await.assert_status(200).json()["roles"].clone();
    assert_eq!(roles().await, json!([]));
    give(&site, lea, "digital_referent", Scope::Establishment(school)).await;
    assert_eq!(roles().await[0]["role"], "digital_referent");

    let (access, system) = (site.atrium().access(), site.system());
    access.directory().suspend(&system, lea, "essai").await.unwrap();
    assert_dead(&program.get(ME).await);
    access.directory().restore(&system, lea, "essai").await.unwrap();
    assert_dead(&program.get(ME).await);
}

#[tokio::test]
async fn a_token_of_one_school_has_no_right_elsewhere() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let admin = administrator(&site).await;
    let mut new = wanted(TokenReach::Full);
    new.school = Some(here);
    let (secret, _) = make(&site, admin, new).await;
    let roles = bearer(&site, &secret).get(ME).await.assert_status(200).json()["roles"].clone();
    assert_eq!(roles[0]["scope"], format!("e{here}"), "what holds everywhere holds in the one school");

    let rights = super::actor(&site, admin).await;
    let narrowed = rights.rights().within(here);
    let now = site.clock().now();
    assert!(narrowed.check(PERSON_READ, Scope::Establishment(here), now));
    assert!(!narrowed.check(PERSON_READ, Scope::Establishment(there), now));
    assert!(!narrowed.check(PERSON_READ, Scope::Platform, now));
    assert!(!narrowed.holds_role("platform_admin", Scope::Platform, now));
}

#[tokio::test]
async fn forbids_above_the_one_school_hold_in_it() {
    let world = atrium_core::testing::World::new().await;
    let (here, there) = (world.school().await, world.school().await);
    let lea = world.referent(here).await;
    world.give(lea, "region_support", Scope::Platform).await;
    let now = world.db().now();
    let allowed = world.actor(lea).await.rights().within(there);
    assert!(allowed.check(PERSON_READ, Scope::Establishment(there), now));
    assert!(!allowed.check(PERSON_READ, Scope::Establishment(here), now));
    world.forbid(lea, "region_support", Scope::Platform).await;
    let forbidden = world.actor(lea).await.rights().within(there);
    assert!(!forbidden.check(PERSON_READ, Scope::Establishment(there), now));
}

#[tokio::test]
async fn a_program_makes_no_tokens() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let access = site.atrium().access();
    let by_program = access.actor_for(lea, atrium_core::access::Via::Api).await.unwrap();
    let refused = access.login().create_api_token(&by_program, wanted(TokenReach::Read)).await.unwrap_err();
    assert!(refused.is_forbidden(), "{refused:?}");
    let program = program(&site, lea, TokenReach::Full).await;
    send(&program, Method::POST, "/api/v1/account/tokens", &[], &json!({"name": "x"})).await.assert_status(405);
    let form = [("name", "x"), ("reach", "full"), ("areas", "account"), ("days", "7")];
    assert_dead(&program.post("/compte/jetons", &form).await);
    let nobody = access.login().create_api_token(site.visitor().actor(), wanted(TokenReach::Read)).await.unwrap_err();
    assert!(nobody.is_sign_in_required());
}

#[tokio::test]
async fn a_token_is_made_for_a_span_for_areas_and_a_known_school() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let (access, me) = (site.atrium().access(), super::actor(&site, lea).await);
    for days in [0, API_TOKEN_DAYS + 1, u32::MAX] {
        let mut new = wanted(TokenReach::Read);
        new.days = days;
        assert!(access.login().create_api_token(&me, new).await.unwrap_err().is_invalid(), "{days}");
    }
    for areas in [&[][..], &["a b"], &["A"], &["é"], &["../x"], &[""]] {
        let mut new = wanted(TokenReach::Read);
        new.areas = areas.iter().map(|area| (*area).to_owned()).collect();
        assert!(access.login().create_api_token(&me, new).await.unwrap_err().is_invalid(), "{areas:?}");
    }
    let mut new = wanted(TokenReach::Read);
    new.school = Some(atrium_core::directory::EstablishmentId(4711));
    assert!(access.login().create_api_token(&me, new).await.unwrap_err().is_not_found());
    for _ in 0..20 {
        access.login().create_api_token(&me, wanted(TokenReach::Read)).await.unwrap();
    }
    let error = access.login().create_api_token(&me, wanted(TokenReach::Read)).await.unwrap_err();
    assert!(error.retry_after().is_some(), "{error:?}");
}

#[tokio::test]
async fn one_sees_and_revokes_ones_own_tokens_and_those_of_accounts_one_manages() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let lea = person(&site, Place::Member(here, Profile::Teacher), "Léa").await;
    let colleague = person(&site, Place::Member(here, Profile::Teacher), "Ana").await;
    let (own, other) = (referent(&site, here, "Rita").await, referent(&site, there, "Otto").await);
    let access = site.atrium().access();
    let (secret, id) = make(&site, lea, wanted(TokenReach::Read)).await;
    for stranger in [colleague, other] {
        let actor = super::actor(&site, stranger).await;
        let refused = access.login().revoke_api_token(&actor, id).await.unwrap_err();
        assert!(refused.is_not_found(), "{refused:?}");
        assert!(access.login().api_tokens_of(&actor, lea).await.is_err());
        let client = site.signed_in(stranger).await;
        client.post(&format!("/compte/jetons/{id}/revoquer"), &[]).await.assert_status(404);
        let program = program(&site, stranger, TokenReach::Full).await;
        let path = format!("/api/v1/account/tokens/{id}");
        send(&program, Method::DELETE, &path, &[], &json!(null)).await.assert_status(404);
    }
    bearer(&site, &secret).get(ME).await.assert_status(200);
    // A token reads only: it does not revoke itself.
    let path = format!("/api/v1/account/tokens/{id}");
    send(&bearer(&site, &secret), Method::DELETE, &path, &[], &json!(null)).await.assert_status(403);

    let rita = super::actor(&site, own).await;
    assert_eq!(access.login().api_tokens_of(&rita, lea).await.unwrap()[0].name, "Export des classes");
    assert_eq!(access.login().revoke_api_token(&rita, id).await.unwrap(), lea);
    assert_dead(&bearer(&site, &secret).get(ME).await);
    // The manager of a person above oneself is not one.
    let admin = administrator(&site).await;
    let (_, id) = make(&site, admin, wanted(TokenReach::Read)).await;
    let actor = super::actor(&site, own).await;
    assert!(access.login().revoke_api_token(&actor, id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_new_password_ends_tokens_and_closing_other_sessions_keeps_them() {
    let site = TestSite::new().await;
    let (access, system) = (site.atrium().access(), site.system());
    let lea = person(&site, Place::Region, "Léa").await;
    access.login().create_login(&system, lea, &LoginName::parse("lea").unwrap()).await.unwrap();
    access.login().give_password(&system, lea, "le chat dort sur le radiateur").await.unwrap();
    let program = program(&site, lea, TokenReach::Read).await;
    let client = site.visitor();
    let fields = [("login", "lea"), ("password", "le chat dort sur le radiateur")];
    client.post("/connexion", &fields).await.assert_status(303);
    client.post("/compte/sessions/autres/fermer", &[]).await.assert_status(303);
    program.get(ME).await.assert_status(200);
    let new = "le chien garde la porte du jardin";
    let fields = [("current", "le chat dort sur le radiateur"), ("password", new), ("again", new)];
    client.post("/compte/mot-de-passe", &fields).await.assert_status(303);
    assert_dead(&program.get(ME).await);

    let second = super::program(&site, lea, TokenReach::Read).await;
    access.login().give_password(&system, lea, "un autre mot de passe encore").await.unwrap();
    assert_dead(&second.get(ME).await);

    let third = super::program(&site, lea, TokenReach::Read).await;
    let link = access.login().one_time_link(&system, lea).await.unwrap();
    let device = login::Device::new("", "", 12);
    access.login().set_password(link.secret(), "et puis encore un troisième", &device).await.unwrap();
    assert_dead(&third.get(ME).await);
}

#[tokio::test]
async fn the_page_makes_a_token_and_shows_its_secret_once() {
    let site = TestSite::new().await;
    let here = school(&site, "0130001F", "Lycée A").await;
    let there = school(&site, "0130002G", "Lycée B").await;
    let lea = person(&site, Place::Member(here, Profile::Teacher), "Léa").await;
    let client = site.signed_in(lea).await;
    let page = client.get("/compte/jetons").await;
    page.assert_status(200).assert_contains("Lire seulement").assert_contains("Lycée A").assert_lacks("Lycée B");
    let school_id = here.to_string();
    let form = |changes: &[(&'static str, &'static str)]| {
        let mut fields = vec![("name", "Export"), ("reach", "read"), ("areas", "account"), ("days", "30")];
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        fields
    };
    for wrong in [("name", ""), ("reach", "all"), ("areas", ""), ("areas", "rien"), ("days", "366"), ("days", "0")] {
        client.post("/compte/jetons", &form(&[wrong])).await.assert_status(422).assert_lacks(API_TOKEN_PREFIX);
    }
    let elsewhere = there.to_string();
    let mut fields = form(&[]);
    fields.push(("school", &elsewhere));
    client.post("/compte/jetons", &fields).await.assert_status(422).assert_lacks(API_TOKEN_PREFIX);

    let mut fields = form(&[]);
    fields.push(("school", &school_id));
    let made = client.post("/compte/jetons", &fields).await;
    made.assert_status(200).assert_contains("ne sera plus affiché");
    assert!(made.header("cache-control").contains("no-store"));
    let text = made.text();
    let start = text.find(API_TOKEN_PREFIX).unwrap();
    let secret = &text[start..start + API_TOKEN_PREFIX.len() + 43];
    bearer(&site, secret).get(ME).await.assert_status(200);
    let list = client.get("/compte/jetons").await;
    list.assert_contains("Export").assert_lacks(secret).assert_contains("utilisé le");
    let id = site.atrium().login().own_api_tokens(&super::actor(&site, lea).await).await.unwrap()[0].grant.id;
    client.post(&format!("/compte/jetons/{id}/revoquer"), &[]).await.assert_status(303);
    assert_dead(&bearer(&site, secret).get(ME).await);
    site.visitor().get("/compte/jetons").await.assert_status(303);
}

#[tokio::test]
async fn one_token_asks_a_bounded_number_of_times() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let program = program(&site, lea, TokenReach::Read).await;
    let mut asked = 0;
    let refused = loop {
        let answer = program.get("/api/v1/account").await;
        if answer.status == 429 {
            break answer;
        }
        asked += 1;
        assert!(asked < 1_000, "one token may ask as often as it likes");
    };
    assert!(!refused.header("retry-after").is_empty());
    site.signed_in(lea).await.get(ME).await.assert_status(200);
}
