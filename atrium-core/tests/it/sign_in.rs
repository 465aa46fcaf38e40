//! Signing in and out through the pages, and the account page.

use atrium_core::directory::PersonId;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::login::LoginName;
use atrium_core::testing::{Client, TestSite};

const PASSWORD: &str = "le chat dort sur le radiateur";

async fn account(site: &TestSite, name: &str) -> PersonId {
    let access = site.atrium().access();
    let person =
        access.directory().create_person(&site.system(), NewPerson::new(Place::Region, name, "Martin")).await.unwrap();
    access.login().create_login(&site.system(), person, &LoginName::parse(name).unwrap()).await.unwrap();
    access.login().give_password(&site.system(), person, PASSWORD).await.unwrap();
    person
}

async fn sign_in(site: &TestSite, name: &str) -> Client {
    let client = site.visitor();
    client.post("/connexion", &[("login", name), ("password", PASSWORD)]).await.assert_status(303);
    client
}

fn token(client: &Client) -> String {
    client.cookie("atrium").expect("signed in")
}

#[tokio::test]
async fn signing_in_leads_back_and_changes_the_session() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = site.visitor();
    client.get("/compte").await.assert_status(303);
    assert_eq!(client.get("/compte").await.location(), "/connexion?suite=%2Fcompte");
    let page = client.get("/connexion?suite=%2Fcompte").await;
    page.assert_status(200)
        .assert_contains("name=\"suite\" value=\"/compte\"")
        .assert_contains("autocomplete=\"username\"");
    let fields = [("login", "lea"), ("password", PASSWORD), ("suite", "/compte")];
    let answer = client.post("/connexion", &fields).await;
    assert_eq!(answer.assert_status(303).location(), "/compte");
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    client.get("/compte").await.assert_status(200).assert_contains("lea").assert_contains("Celle-ci");

    let first = token(&client);
    client.post("/connexion", &fields).await.assert_status(303);
    assert_ne!(token(&client), first, "the session changes at each sign-in");
    let old = site.visitor().with_cookie("atrium", &first);
    old.get("/compte").await.assert_status(303);
    client.get("/compte").await.assert_status(200);
}

#[tokio::test]
async fn a_refused_sign_in_says_so_and_keeps_the_name() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = site.visitor();
    let answer = client.post("/connexion", &[("login", "lea"), ("password", "faux"), ("suite", "/aide")]).await;
    answer.assert_status(422).assert_contains("value=\"lea\"").assert_contains("ne convient pas");
    answer.assert_contains("value=\"/aide\"").assert_lacks("value=\"faux\"");
    for _ in 0..4 {
        client.post("/connexion", &[("login", "lea"), ("password", "faux")]).await.assert_status(422);
    }
    let answer = client.post("/connexion", &[("login", "lea"), ("password", PASSWORD)]).await;
    answer.assert_status(429).assert_contains("Attendez 2 secondes").assert_contains("value=\"lea\"");
    assert_eq!(answer.header("retry-after"), "2");
    site.pass_seconds(2);
    client.post("/connexion", &[("login", "lea"), ("password", PASSWORD)]).await.assert_status(303);
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    for foreign in
        ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
    {
        let client = site.visitor();
        let fields = [("login", "lea"), ("password", PASSWORD), ("suite", foreign)];
        assert_eq!(client.post("/connexion", &fields).await.assert_status(303).location(), "/", "{foreign:?}");
    }
}

#[tokio::test]
async fn signing_out_is_a_form_and_kills_the_session() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = sign_in(&site, "lea").await;
    let token = token(&client);
    client.get("/deconnexion").await.assert_status(405);
    assert_eq!(client.post("/deconnexion", &[]).await.assert_status(303).location(), "/");
    assert_eq!(client.cookie("atrium"), None);
    client.get("/").await.assert_status(200).assert_contains("déconnecté");
    site.visitor().with_cookie("atrium", &token).get("/compte").await.assert_status(303);
}

#[tokio::test]
async fn forged_forms_are_refused() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = sign_in(&site, "lea").await;
    let send = |headers: &[(&str, &str)], with: &Client| {
        let mut request = with.request(http::Method::POST, "/compte/sessions/autres/fermer");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.header("content-type", "application/x-www-form-urlencoded").body(axum::body::Body::empty()).unwrap()
    };
    for forged in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example"), ("host", "localhost")],
        &[("origin", "null"), ("host", "localhost")],
        &[],
    ] {
        client.send(send(forged, &client)).await.assert_status(403);
    }
    for own in [&[("sec-fetch-site", "same-origin")][..], &[("origin", "http://localhost"), ("host", "localhost")]] {
        client.send(send(own, &client)).await.assert_status(303);
    }
    // Without our cookie no request can be forged: the visitor is asked to sign in.
    let visitor = site.visitor();
    assert_eq!(visitor.send(send(&[], &visitor)).await.assert_status(303).location(), "/connexion");
}

#[tokio::test]
async fn a_link_opens_an_account_once() {
    let site = TestSite::new().await;
    let person = account(&site, "lea").await;
    let link = site.atrium().login().one_time_link(&site.system(), person).await.unwrap();
    let path = format!("/connexion/lien/{}", link.secret());
    let client = site.visitor();
    let page = client.get(&path).await;
    assert_eq!(page.assert_status(200).assert_contains("lea").header("cache-control"), "private, no-store");
    let differ = client.post(&path, &[("password", "un autre mot de passe"), ("again", "encore un autre")]).await;
    differ.assert_status(422).assert_contains("Les deux saisies diffèrent");
    let weak = client.post(&path, &[("password", "motdepasse123"), ("again", "motdepasse123")]).await;
    weak.assert_status(422).assert_contains("trop répandu").assert_lacks("motdepasse123");
    let fresh = [("password", "un autre mot de passe"), ("again", "un autre mot de passe")];
    client.post(&path, &fresh).await.assert_status(303);
    client.get("/compte").await.assert_status(200);
    for reader in [&client, &site.visitor()] {
        let gone = reader.get(&path).await;
        gone.assert_status(404).assert_contains("ne fonctionne plus").assert_lacks("réservée à certains comptes");
    }
    client.post(&path, &fresh).await.assert_status(404).assert_contains("ne fonctionne plus");
    site.visitor().get("/connexion/lien/n%27importe-quoi").await.assert_status(404);
}

#[tokio::test]
async fn changing_the_password_keeps_this_browser_only() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let (here, elsewhere) = (sign_in(&site, "lea").await, sign_in(&site, "lea").await);
    let before = token(&here);
    let wrong = [("current", "faux"), ("password", "un autre mot de passe"), ("again", "un autre mot de passe")];
    here.post("/compte/mot-de-passe", &wrong).await.assert_status(422).assert_contains("mot de passe actuel");
    let same = [("current", PASSWORD), ("password", PASSWORD), ("again", PASSWORD)];
    here.post("/compte/mot-de-passe", &same).await.assert_status(422).assert_contains("choisissez-en un autre");
    let right = [("current", PASSWORD), ("password", "un autre mot de passe"), ("again", "un autre mot de passe")];
    here.post("/compte/mot-de-passe", &right).await.assert_status(303);
    assert_ne!(token(&here), before);
    here.get("/compte").await.assert_status(200).assert_contains("est changé");
    elsewhere.get("/compte").await.assert_status(303);
    site.visitor().with_cookie("atrium", &before).get("/compte").await.assert_status(303);
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_only() {
    let site = TestSite::new().await;
    let lea = account(&site, "lea").await;
    account(&site, "tom").await;
    let (here, elsewhere, tom) =
        (sign_in(&site, "lea").await, sign_in(&site, "lea").await, sign_in(&site, "tom").await);
    let sessions = site.atrium().login().sessions_of(lea).await.unwrap();
    let [newer, older] = [&sessions[0], &sessions[1]].map(|session| format!("/compte/sessions/{}/fermer", session.id));
    here.get("/compte").await.assert_status(200).assert_contains(&newer).assert_lacks(&older);
    tom.post(&newer, &[]).await.assert_status(404);
    elsewhere.get("/compte").await.assert_status(200);
    here.post(&newer, &[]).await.assert_status(303);
    elsewhere.get("/compte").await.assert_status(303);
    here.post("/compte/sessions/999999/fermer", &[]).await.assert_status(404);
    here.post("/compte/sessions/zut/fermer", &[]).await.assert_status(404);
    let again = sign_in(&site, "lea").await;
    here.post("/compte/sessions/autres/fermer", &[]).await.assert_status(303);
    again.get("/compte").await.assert_status(303);
    here.get("/compte").await.assert_status(200);
}

#[tokio::test]
async fn pages_speak_english_too() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = site.visitor().with_header("accept-language", "en");
    client.get("/connexion").await.assert_status(200).assert_contains("Account name").assert_lacks("Identifiant");
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_waits_for_the_sign_in() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = sign_in(&site, "lea").await;
    client.post("/deconnexion", &[]).await.assert_status(303);

    let fields = [("display_name", "Léa <Martin>"), ("locale", "fr")];
    let asked = client.post("/administration/personnes/nouvelle", &fields).await;
    asked.assert_status(401).assert_contains("ce que vous avez écrit est gardé").assert_contains("Léa &lt;Martin&gt;");
    let kept = r#"[["display_name","Léa <Martin>"],["locale","fr"]]"#;
    let carried = [("login", "lea"), ("envoi", "/administration/personnes/nouvelle"), ("contenu", kept)];
    let wrong = client.post("/connexion", &[&carried[..], &[("password", "faux")]].concat()).await;
    wrong.assert_status(422).assert_contains("name=\"envoi\" value=\"/administration/personnes/nouvelle\"");
    let offered = client.post("/connexion", &[&carried[..], &[("password", PASSWORD)]].concat()).await;
    offered.assert_status(200).assert_contains("action=\"/administration/personnes/nouvelle\"");
    offered.assert_contains("name=\"display_name\" value=\"Léa &lt;Martin&gt;\"").assert_contains("Se déconnecter");
    client.get("/compte").await.assert_status(200);
}

#[tokio::test]
async fn what_somebody_wrote_is_not_shown_to_another_who_signs_in() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    account(&site, "karim").await;
    let client = sign_in(&site, "lea").await;
    client.post("/deconnexion", &[]).await.assert_status(303);
    let fields = [("display_name", "Un secret de Léa")];
    let asked = client.post("/administration/personnes/nouvelle", &fields).await;
    let (_, rest) = asked
        .assert_status(401)
        .text()
        .split_once("name=\"auteur\" value=\"")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let author = rest.split('"').next().unwrap().to_owned();
    let kept = r#"[["display_name","Un secret de Léa"]]"#;
    let carried = [("envoi", "/administration/personnes/nouvelle"), ("contenu", kept), ("auteur", author.as_str())];
    let other =
        client.post("/connexion", &[&carried[..], &[("login", "karim"), ("password", PASSWORD)]].concat()).await;
    other.assert_status(303).assert_lacks("secret");
    client.get("/").await.assert_contains("n’est pas montré ici").assert_lacks("Un secret");
    let own = client.post("/connexion", &[&carried[..], &[("login", "lea"), ("password", PASSWORD)]].concat()).await;
    own.assert_status(200).assert_contains("Un secret de Léa");
}

#[tokio::test]
async fn no_form_waits_that_holds_a_password_or_leads_elsewhere() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let fields = [("current", PASSWORD), ("password", "un autre mot de passe"), ("again", "un autre mot de passe")];
    let answer = site.visitor().post("/compte/mot-de-passe", &fields).await;
    assert_eq!(answer.assert_status(303).location(), "/connexion");
    for (action, content) in [("//evil.example/x", r#"[["a","quelque chose"]]"#), ("/forum", "pas du JSON")] {
        let fields = [("login", "lea"), ("password", PASSWORD), ("envoi", action), ("contenu", content)];
        assert_eq!(site.visitor().post("/connexion", &fields).await.assert_status(303).location(), "/");
    }
}

#[tokio::test]
async fn a_browser_is_known_again_after_signing_out() {
    let site = TestSite::new().await;
    account(&site, "lea").await;
    let client = sign_in(&site, "lea").await;
    let device = client.cookie("atrium-device").expect("the browser is known from now on");
    client.post("/deconnexion", &[]).await.assert_status(303);
    assert_eq!(client.cookie("atrium-device").as_ref(), Some(&device));
    let stranger = site.visitor();
    for _ in 0..6 {
        stranger.post("/connexion", &[("login", "lea"), ("password", "faux")]).await;
    }
    let fields = [("login", "lea"), ("password", PASSWORD)];
    stranger.post("/connexion", &fields).await.assert_status(429);
    let answer = client.post("/connexion", &fields).await;
    answer.assert_status(303);
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let kept = cookies.iter().find(|cookie| cookie.starts_with("atrium-device=")).expect("kept for another year");
    assert!(kept.contains("HttpOnly") && kept.contains("SameSite=Lax") && kept.contains("Max-Age=31536000"), "{kept}");
}
