//! Identities of people, for programs.

use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::json;

use super::{administrator, person, program, referent, school, send};

#[tokio::test]
async fn identities_are_listed_linked_moved_and_unlinked() {
    let site = TestSite::new().await;
    let here = school(&site, "0130001F", "Lycée A").await;
    let (ana, zoe) = (
        person(&site, Place::Member(here, Profile::Teacher), "Ana").await,
        person(&site, Place::Member(here, Profile::Teacher), "Zoé").await,
    );
    let admin = program(&site, administrator(&site).await, TokenReach::Full).await;
    let of = |id| format!("/api/v1/administration/people/{id}/identities");
    assert_eq!(admin.get(&of(ana)).await.assert_status(200).json(), json!([]));
    let identity = json!({"issuer": "https://sso.exemple.fr", "subject": "7"});
    let made = send(&admin, Method::POST, &of(ana), &[], &identity).await;
    let made = made.assert_status(201).json();
    assert_eq!((made["subject"].as_str(), made["source"].as_str()), (Some("7"), Some("manual")));
    send(&admin, Method::POST, &of(zoe), &[], &identity).await.assert_status(409);
    let bad = json!({"issuer": "", "subject": ""});
    let errors = send(&admin, Method::POST, &of(zoe), &[], &bad).await.assert_status(422).json()["errors"].to_string();
    assert!(errors.contains("issuer") && errors.contains("subject"), "{errors}");
    let moves = json!({"issuer": "https://sso.exemple.fr", "subject": "7", "move": true, "reason": "doublon"});
    send(&admin, Method::POST, &of(zoe), &[], &moves).await.assert_status(201);
    assert_eq!(admin.get(&of(ana)).await.json(), json!([]));

    let rita = program(&site, referent(&site, here, "Rita").await, TokenReach::Full).await;
    assert_eq!(rita.get(&of(zoe)).await.assert_status(200).json()[0]["subject"], "7");
    send(&rita, Method::POST, &of(ana), &[], &identity).await.assert_status(403);
    let unlink = format!("/api/v1/administration/identities/{}/unlink", made["id"]);
    send(&rita, Method::POST, &unlink, &[], &json!({"reason": "essai"})).await.assert_status(403);
    send(&admin, Method::POST, &unlink, &[], &json!({"reason": ""})).await.assert_status(422);
    send(&admin, Method::POST, &unlink, &[], &json!({"reason": "essai"})).await.assert_status(204);
    send(&admin, Method::POST, &unlink, &[], &json!({"reason": "essai"})).await.assert_status(404);
    rita.get(&of(person(&site, Place::Region, "Otto").await)).await.assert_status(404);
}
