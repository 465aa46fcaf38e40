//! Every operation of the API, asked by people who may and who may not, against what its declaration says.

use axum::body::Body;
use http::header::{CONTENT_TYPE, IF_MATCH};
use serde_json::Value;

use super::client::{Answer, Client};
use super::site::TestSite;
use atrium_platform::directory::PersonId;
use atrium_web::{RouteInfo, Who};

/// Numbers in the place of parameters: one that is probably there, and one that is not.
const NUMBERS: [&str; 2] = ["1", "987654321"];

/// Asks every operation of the API with bodies and numbers of no sense, as a visitor, as `nobody`, who holds no role, and
/// as these `people`. Asserts that each answer is one that the API's document has, in the form that it has; that visitors
/// and people without the permission are refused; that an edit without `If-Match` is refused.
///
/// # Panics
/// Panics with the operation and the answer that is not as declared.
pub async fn assert_operations_as_declared(site: &TestSite, nobody: PersonId, people: &[PersonId]) {
    let document = site.visitor().get("/api/openapi.json").await.json();
    let routes = site.atrium().routes().to_vec();
    for route in routes.iter().filter(|route| route.path.starts_with("/api/v1/")) {
        let described = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        assert!(described.is_object(), "{} {} is not described", route.method, route.path);
        let asking = [None, Some(nobody)].into_iter().chain(people.iter().copied().map(Some));
        for person in asking {
            for number in NUMBERS {
                let answers = ask(site, route, person, number).await;
                for (versioned, answer) in answers {
                    let name = format!("{} {} as {person:?} with {number}", route.method, route.path);
                    check(&name, described, &answer);
                    check_who(&name, route, (person, nobody), &answer);
                    let unread = route.edits && !versioned && answer.status != 401 && answer.status != 403;
                    assert!(!unread || answer.status == 428, "{name} without `If-Match`: {}", answer.status);
                }
            }
        }
    }
}

/// Returns the answers to a request without `If-Match`, and to one with it; each by a session of its own.
async fn ask(site: &TestSite, route: &RouteInfo, person: Option<PersonId>, number: &str) -> Vec<(bool, Answer)> {
    let path: Vec<_> = route.path.split('/').map(|part| if part.starts_with('{') { number } else { part }).collect();
    let path = path.join("/");
    let mut answers = Vec::new();
    for versioned in [false, true] {
        let client: Client = match person {
            Some(person) => site.signed_in(person).await,
            None => site.visitor(),
        };
        let mut request = client.request(route.method.clone(), &path).header("sec-fetch-site", "same-origin");
        if versioned {
            request = request.header(IF_MATCH, "\"1\"");
        }
        let request = request.header(CONTENT_TYPE, "application/json").body(Body::from("{}"));
        answers.push((versioned, client.send(request.expect("a request")).await));
    }
    answers
}

/// Asserts that the answer is one of those described.
fn check(name: &str, described: &Value, answer: &Answer) {
    let status = answer.status.as_u16();
    let declared = &described["responses"][status.to_string()];
    assert!(declared.is_object(), "{name}: {status} is not described: {}", answer.text());
    if status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{name}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{name}: {problem}");
    } else if declared["content"]["application/json"].is_object() {
        assert_eq!(answer.header("content-type"), "application/json", "{name}");
        let _: Value = answer.json();
    } else {
        assert_eq!(answer.text(), "", "{name}: no body is described");
    }
}

/// Asserts that those who may not ask are refused.
fn check_who(name: &str, route: &RouteInfo, (person, nobody): (Option<PersonId>, PersonId), answer: &Answer) {
    match (route.who, person) {
        (Who::Anyone, _) => {}
        (_, None) => assert_eq!(answer.status, 401, "{name}"),
        (Who::Holder(_), Some(person)) if person == nobody => assert_eq!(answer.status, 403, "{name}"),
        _ => {}
    }
}
