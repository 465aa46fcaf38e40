//! Every route that is declared, tried by those who may not ask for it. The table is the router's own: a route that is
//! added is in it.

use atrium_core::access::Scope;
use atrium_core::access::actions::NewAssignment;
use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::testing::{Answer, Client, TestSite, assert_operations_as_declared};
use atrium_core::web::{RouteInfo, Who};
use atrium_forum::categories::{CategoryInput, Name, Slug};
use atrium_forum::{Audiences, Forum};
use axum::body::Body;
use axum::http::Method;
use serde_json::json;

/// Returns the route's path with numbers and words in the place of its parameters.
fn concrete(path: &str) -> String {
    let part = |part: &str| match part {
        "{id_slug}" => "1-sujet".to_owned(),
        part if part.starts_with("{*") => "rien".to_owned(),
        part if part.starts_with('{') => "1".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn try_route(client: &Client, route: &RouteInfo) -> Answer {
    let request = client.request(route.method.clone(), &concrete(&route.path)).header("sec-fetch-site", "same-origin");
    let request = if route.path.starts_with("/api/") {
        request.header("content-type", "application/json").body(Body::from("{}"))
    } else {
        request.header("content-type", "application/x-www-form-urlencoded").body(Body::empty())
    };
    client.send(request.expect("a request")).await
}

/// Returns `true` if they were sent to sign in.
fn asked_to_sign_in(answer: &Answer) -> bool {
    answer.status == 401 || (answer.status == 303 && answer.location().starts_with("/connexion"))
}

#[tokio::test]
async fn every_route_refuses_those_who_may_not_ask_for_it() {
    let site = TestSite::builder().plugin(Forum::default()).start().await;
    let (access, system) = (site.atrium().access(), site.system());
    let new = NewPerson::new(Place::Region, "Sans", "Rôle");
    let nobody = access.directory().create_person(&system, new).await.unwrap();
    let routes = site.atrium().routes().to_vec();
    assert!(routes.iter().filter(|route| route.plugin == "forum").count() >= 20);
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        let visitor = try_route(&site.visitor(), route).await;
        assert!(!visitor.status.is_server_error(), "{name} for a visitor: {}", visitor.status);
        let member = try_route(&site.signed_in(nobody).await, route).await;
        assert!(!member.status.is_server_error(), "{name} for a person without roles: {}", member.status);
        match route.who {
            Who::Anyone => {}
            Who::SignedIn => assert!(asked_to_sign_in(&visitor), "{name} for a visitor: {}", visitor.status),
            Who::Holder(_) => {
                assert!(asked_to_sign_in(&visitor), "{name} for a visitor: {}", visitor.status);
                assert_eq!(member.status, 403, "{name} for a person without roles");
            }
        }
    }
}

#[tokio::test]
async fn every_operation_answers_as_it_is_declared() {
    let site = TestSite::builder().plugin(Forum::default()).start().await;
    let (access, system) = (site.atrium().access(), site.system());
    let mut people = Vec::new();
    for role in ["moderator", "platform_admin"] {
        let person =
            access.directory().create_person(&system, NewPerson::new(Place::Region, "De la", "Région")).await.unwrap();
        let id = access.roles().await.unwrap().by_key(role).unwrap().id;
        let given = NewAssignment::permit(person, id, Scope::Platform).because("essai");
        access.grant(&system, given).await.unwrap();
        people.push(person);
    }
    let nobody =
        access.directory().create_person(&system, NewPerson::new(Place::Region, "Sans", "Rôle")).await.unwrap();
    let mut category = CategoryInput::new(Slug::parse("messagerie").unwrap(), Name::parse("Messagerie").unwrap());
    category.ask = Audiences::parse("signed_in").unwrap();
    Forum::of(site.atrium().db()).categories().create(&system, category).await.unwrap();
    let asker = site.signed_in(people[1]).await;
    let topic = json!({"category": "messagerie", "title": "Où est le casier ?", "body": "Je ne le trouve plus."});
    asker.json(Method::POST, "/api/v1/forum/topics", &topic).await.assert_status(201);
    let reply = json!({"body": "Dans le menu."});
    asker.json(Method::POST, "/api/v1/forum/topics/1/posts", &reply).await.assert_status(201);
    assert_operations_as_declared(&site, nobody, &people).await;
}
