//! `Idempotency-Key` on the operations of the administration that make something.

use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::{Answer, Client, TestSite};
use http::Method;
use serde_json::{Value, json};

use super::{administrator, person, program, send};

const SCHOOLS: &str = "/api/v1/administration/schools";

fn lycee(uai: &str) -> Value {
    json!({"uai": uai, "name": "Lycée Thiers", "kind": "lycee", "city": "Marseille"})
}

async fn add(client: &Client, key: &str, body: &Value) -> Answer {
    send(client, Method::POST, SCHOOLS, &[("idempotency-key", key)], body).await
}

#[tokio::test]
async fn sent_again_under_its_key_a_write_answers_what_the_first_one_answered() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let program = program(&site, admin, TokenReach::Full).await;
    let first = add(&program, "import-2026-1", &lycee("0130037V")).await;
    first.assert_status(201);
    let again = add(&program, "import-2026-1", &lycee("0130037V")).await;
    assert_eq!(again.assert_status(201).json(), first.json());
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(again.header("content-type"), "application/json");
    add(&program, "import-2026-2", &lycee("0130037V")).await.assert_status(409);
    send(&program, Method::POST, SCHOOLS, &[], &lycee("0130037V")).await.assert_status(409);
    assert_eq!(program.get(SCHOOLS).await.json()["schools"].as_array().unwrap().len(), 1);

    let other = add(&program, "import-2026-1", &lycee("0130038W")).await;
    assert_eq!(other.assert_status(422).json()["errors"][0]["field"], "Idempotency-Key");
    add(&program, "court", &lycee("0130038W")).await.assert_status(422);

    // The key is each person's own, and holds for a day.
    let second = administrator(&site).await;
    let second = super::program(&site, second, TokenReach::Full).await;
    add(&second, "import-2026-1", &lycee("0130039X")).await.assert_status(201);
    site.pass_seconds(24 * 3600);
    add(&program, "import-2026-1", &lycee("0130038W")).await.assert_status(201);
}

#[tokio::test]
async fn a_refused_write_gives_its_key_back() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let program = program(&site, admin, TokenReach::Full).await;
    add(&program, "import-2026-1", &lycee("pas un UAI")).await.assert_status(422);
    add(&program, "import-2026-1", &lycee("0130037V")).await.assert_status(201);
    let nobody = person(&site, Place::Region, "Léa").await;
    let refused = super::program(&site, nobody, TokenReach::Full).await;
    add(&refused, "import-2026-1", &lycee("0130037V")).await.assert_status(403);
}

#[tokio::test]
async fn two_at_once_under_one_key_make_one() {
    let site = TestSite::new().await;
    let admin = administrator(&site).await;
    let program = program(&site, admin, TokenReach::Full).await;
    let body = lycee("0130037V");
    let (a, b, c) = tokio::join!(
        add(&program, "import-2026-1", &body),
        add(&program, "import-2026-1", &body),
        add(&program, "import-2026-1", &body)
    );
    let answers = [&a, &b, &c];
    assert!(answers.iter().any(|answer| answer.status == 201));
    // One that comes while the first is under way is told so; one that comes after has its answer.
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409));
    assert_eq!(program.get(SCHOOLS).await.json()["schools"].as_array().unwrap().len(), 1);
}
