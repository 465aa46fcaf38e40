//! People and their places, for programs.

use atrium_core::directory::Profile;
use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;
use http::Method;
use serde_json::{Value, json};

use super::{administrator, person, program, referent, school, send};

const PEOPLE: &str = "/api/v1/administration/people";

#[tokio::test]
async fn a_referent_adds_edits_and_suspends_people_of_their_school() {
    let site = TestSite::new().await;
    let here = school(&site, "0130001F", "Lycée A").await;
    let rita = referent(&site, here, "Rita").await;
    let program = program(&site, rita, TokenReach::Full).await;
    let new =
        json!({"given_name": "Zoé", "family_name": "Petit", "school": here, "profile": "teacher", "login": "zoe"});
    let made = send(&program, Method::POST, PEOPLE, &[], &new).await;
    let id = made.assert_status(201).json()["id"].as_i64().unwrap();
    let path = format!("{PEOPLE}/{id}");
    assert_eq!(made.header("location"), path);
    assert_eq!(made.json()["login"], "zoe");
    assert_eq!(made.json()["memberships"][0]["profile"], "teacher");
    // Sent again, it names the namesake rather than making another.
    let again = send(&program, Method::POST, PEOPLE, &[], &new).await;
    assert!(again.assert_status(422).json()["errors"].to_string().contains("another"));

    let tag = program.get(&path).await.header("etag").to_owned();
    let change = json!({"family_name": "Grand", "email": "zoe@exemple.fr"});
    let changed = send(&program, Method::PATCH, &path, &[("if-match", &tag)], &change).await;
    assert_eq!(changed.assert_status(200).json()["name"], "Zoé Grand");
    send(&program, Method::PATCH, &path, &[("if-match", &tag)], &change).await.assert_status(412);
    send(&program, Method::PATCH, &path, &[], &change).await.assert_status(428);

    let act = |what: &str| format!("{path}/{what}");
    send(&program, Method::POST, &act("suspend"), &[], &json!({"reason": ""})).await.assert_status(422);
    send(&program, Method::POST, &act("suspend"), &[], &json!({"reason": "essai"})).await.assert_status(204);
    assert_eq!(program.get(&path).await.json()["status"], "suspended");
    send(&program, Method::POST, &act("suspend"), &[], &json!({"reason": "essai"})).await.assert_status(409);
    send(&program, Method::POST, &act("restore"), &[], &json!({"reason": "essai"})).await.assert_status(204);
}

#[tokio::test]
async fn people_are_listed_by_pages_and_only_where_one_may_know_of_them() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let rita = referent(&site, here, "Rita").await;
    for number in 0..45 {
        person(&site, Place::Member(here, Profile::Teacher), &format!("Ana{}", "abcdefghi".repeat(number / 9 + 1)))
            .await;
    }
    let hidden = person(&site, Place::Member(there, Profile::Teacher), "Otto").await;
    let program = program(&site, rita, TokenReach::Read).await;
    let first = program.get(PEOPLE).await.json();
    assert_eq!(first["people"].as_array().unwrap().len(), 40);
    let second = program.get(&format!("{PEOPLE}?after={}", first["next"])).await.json();
    assert_eq!(second["people"].as_array().unwrap().len(), 6);
    assert_eq!(second["next"], Value::Null);
    program.get(&format!("{PEOPLE}?q=otto")).await.assert_status(200).assert_lacks("Otto");
    assert_eq!(program.get(&format!("{PEOPLE}?q=rita")).await.json()["people"][0]["name"], "Rita Essai");
    program.get(&format!("{PEOPLE}/{hidden}")).await.assert_status(404);
    program.get(&format!("{PEOPLE}/{hidden}/memberships")).await.assert_status(404);
    program.get(&format!("{PEOPLE}?after={hidden}")).await.assert_status(404);
    program.get(&format!("{PEOPLE}?school={there}")).await.assert_status(200).assert_lacks("Otto");
}

#[tokio::test]
async fn no_more_is_done_through_the_api_than_on_the_pages() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let rita = referent(&site, here, "Rita").await;
    let teacher = person(&site, Place::Member(here, Profile::Teacher), "Ana").await;
    let pupil = person(&site, Place::Member(here, Profile::Student), "Bob").await;
    let hidden = person(&site, Place::Member(there, Profile::Teacher), "Otto").await;
    let admin = administrator(&site).await;
    let reason = json!({"reason": "essai"});
    let edit = json!({"family_name": "Autre"});
    let tag = [("if-match", "\"1\"")];
    for nobody in [teacher, pupil] {
        let program = program(&site, nobody, TokenReach::Full).await;
        program.get(PEOPLE).await.assert_status(403);
        program.get(&format!("{PEOPLE}/{teacher}")).await.assert_status(403);
        send(&program, Method::PATCH, &format!("{PEOPLE}/{pupil}"), &tag, &edit).await.assert_status(403);
        send(&program, Method::POST, &format!("{PEOPLE}/{pupil}/suspend"), &[], &reason).await.assert_status(403);
    }
    let program = program(&site, rita, TokenReach::Full).await;
    for other in [hidden, admin] {
        let path = format!("{PEOPLE}/{other}");
        send(&program, Method::PATCH, &path, &tag, &edit).await.assert_status(404);
        send(&program, Method::POST, &format!("{path}/suspend"), &[], &reason).await.assert_status(404);
        send(&program, Method::POST, &format!("{path}/restore"), &[], &reason).await.assert_status(404);
    }
    let new = |school: Value, profile: Value| json!({"given_name": "Z", "family_name": "Z", "school": school, "profile": profile});
    let refused = [
        (json!(there), json!("teacher"), 403),
        (json!(here), json!("leadership"), 403),
        (json!(null), json!(null), 403),
    ];
    for (school, profile, status) in refused {
        send(&program, Method::POST, PEOPLE, &[], &new(school, profile)).await.assert_status(status);
    }
    send(&program, Method::POST, PEOPLE, &[], &new(json!(here), json!("roi"))).await.assert_status(422);
    send(&program, Method::POST, PEOPLE, &[], &json!({"given_name": 7})).await.assert_status(400);
    // Oneself: no place, no suspension.
    let own = format!("{PEOPLE}/{rita}");
    send(&program, Method::POST, &format!("{own}/suspend"), &[], &reason).await.assert_status(403);
    let place = json!({"school": here, "profile": "leadership"});
    send(&program, Method::POST, &format!("{own}/memberships"), &[], &place).await.assert_status(403);
}

#[tokio::test]
async fn places_are_given_for_a_span_and_ended() {
    let site = TestSite::new().await;
    let (here, there) = (school(&site, "0130001F", "Lycée A").await, school(&site, "0130002G", "Lycée B").await);
    let rita = referent(&site, here, "Rita").await;
    let otto = referent(&site, there, "Otto").await;
    let pupil = person(&site, Place::Member(here, Profile::Student), "Bob").await;
    let program = program(&site, rita, TokenReach::Full).await;
    let path = format!("{PEOPLE}/{pupil}/memberships");
    let place = |until: &str| json!({"school": here, "profile": "staff", "from": "2026-01-01", "until": until});
    send(&program, Method::POST, &path, &[], &place("demain")).await.assert_status(422);
    let made = send(&program, Method::POST, &path, &[], &place("2099-07-05")).await;
    let id = made.assert_status(201).json()["id"].as_i64().unwrap();
    send(&program, Method::POST, &path, &[], &place("2099-07-05")).await.assert_status(409);
    let listed = program.get(&path).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    let end = format!("/api/v1/administration/memberships/{id}");
    let others = super::program(&site, otto, TokenReach::Full).await;
    send(&others, Method::DELETE, &end, &[], &Value::Null).await.assert_status(404);
    send(&program, Method::DELETE, &end, &[], &Value::Null).await.assert_status(204);
    let over = program.get(&path).await.json();
    assert!(over.to_string().contains("\"until\":\"2026"), "{over}");
}
