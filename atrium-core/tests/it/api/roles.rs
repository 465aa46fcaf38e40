//! Custom roles for programs.

use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::{Value, json};

use super::{administrator, person, program, send};

const ROLES: &str = "/api/v1/administration/roles";

#[tokio::test]
async fn a_program_makes_changes_and_deletes_roles() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let program = program(&site, admin, TokenReach::Full).await;
    let permissions = program.get("/api/v1/administration/permissions").await.assert_status(200).json();
    assert!(permissions.as_array().unwrap().iter().any(|known| known["key"] == "core.person.read"));
    let role = json!({"key": "documentalist", "label_fr": "Documentaliste", "permissions": ["core.person.read"], "reason": "CDI"});
    let made = send(&program, Method::POST, ROLES, &[("idempotency-key", "role-2026-1")], &role).await;
    made.assert_status(201);
    let again = send(&program, Method::POST, ROLES, &[("idempotency-key", "role-2026-1")], &role).await;
    assert_eq!((again.location(), again.json()), (made.location(), made.json()));
    send(&program, Method::POST, ROLES, &[], &role).await.assert_status(409);
    let wrong = json!({"key": "x", "label_fr": "", "permissions": ["nothing"], "reason": "CDI"});
    let wrong = send(&program, Method::POST, ROLES, &[], &wrong).await;
    assert_eq!(wrong.assert_status(422).json()["errors"].as_array().unwrap().len(), 2);

    let one = made.location().to_owned();
    let edit = json!({"label_en": "Librarian", "reason": "anglais"});
    send(&program, Method::PATCH, &one, &[], &edit).await.assert_status(428);
    let edited = send(&program, Method::PATCH, &one, &[("if-match", "\"1\"")], &edit).await;
    assert_eq!(edited.assert_status(200).json()["label_en"], "Librarian");
    assert_eq!(edited.json()["permissions"], json!(["core.person.read"]), "what is left out stays");
    send(&program, Method::PATCH, &one, &[("if-match", "\"1\"")], &json!({"label_fr": "X", "reason": "y"}))
        .await
        .assert_status(412);
    let delete = format!("{one}/delete");
    send(&program, Method::POST, &delete, &[("if-match", "\"1\"")], &json!({"reason": "fin"})).await.assert_status(412);
    send(&program, Method::POST, &delete, &[("if-match", "\"2\"")], &json!({"reason": "fin"})).await.assert_status(204);
    program.get(&one).await.assert_status(404);
    // A role that comes with the platform stays.
    let built_in = program.get(ROLES).await.json()[0]["id"].clone();
    let edit = json!({"label_fr": "Autre", "reason": "essai"});
    let path = format!("{ROLES}/{built_in}");
    send(&program, Method::PATCH, &path, &[("if-match", "\"1\"")], &edit).await.assert_status(403);
}

#[tokio::test]
async fn who_edits_no_roles_is_refused() {
    let site = TestSite::new().await;
    let nobody = person(&site, Place::Region, "Léa").await;
    let program = program(&site, nobody, TokenReach::Full).await;
    for path in [ROLES, "/api/v1/administration/roles/1", "/api/v1/administration/permissions"] {
        program.get(path).await.assert_status(403);
    }
    let version = [("if-match", "\"1\"")];
    for (method, path) in [
        (Method::POST, ROLES),
        (Method::PATCH, "/api/v1/administration/roles/1"),
        (Method::POST, "/api/v1/administration/roles/1/delete"),
    ] {
        send(&program, method, path, &version, &Value::Null).await.assert_status(403);
    }
}
