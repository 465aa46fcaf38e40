//! The API for programs: tokens, and each group of operations.

mod account;
mod administration;
mod identities;
mod limits;
mod people;
mod places;
mod programs;
mod repeated;
mod roles;
mod sectors;
mod tokens;

use std::collections::BTreeSet;

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{Actor, Scope, Via};
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewPerson, Place};
use atrium_core::directory::{EstablishmentId, EstablishmentKind, PersonId, Profile};
use atrium_core::login::{ApiTokenId, NewApiToken, TokenName, TokenReach};
use atrium_core::testing::{Answer, Client, TestSite, assert_operations_as_declared};
use axum::body::Body;
use serde_json::Value;

/// Every area of core.
const AREAS: [&str; 4] = ["account", "administration", "markup", "search"];

/// A token to make: for all of core, ninety days.
fn wanted(reach: TokenReach) -> NewApiToken {
    NewApiToken {
        name: TokenName::parse("Export des classes").unwrap(),
        reach,
        areas: AREAS.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(),
        school: None,
        days: 90,
    }
}

pub(crate) async fn actor(site: &TestSite, person: PersonId) -> Actor {
    site.atrium().access().actor_for(person, Via::Web).await.unwrap()
}

async fn make(site: &TestSite, person: PersonId, new: NewApiToken) -> (String, ApiTokenId) {
    let made = site.atrium().login().create_api_token(&actor(site, person).await, new).await.unwrap();
    (made.0.secret().to_owned(), made.1)
}

/// A program of `person` with every area.
async fn program(site: &TestSite, person: PersonId, reach: TokenReach) -> Client {
    let (secret, _) = make(site, person, wanted(reach)).await;
    bearer(site, &secret)
}

fn bearer(site: &TestSite, secret: &str) -> Client {
    site.visitor().with_header("authorization", &format!("Bearer {secret}"))
}

pub(crate) async fn send(
    client: &Client,
    method: http::Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let mut request = client.request(method, path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn school(site: &TestSite, uai: &str, name: &str) -> EstablishmentId {
    let kind = EstablishmentKind::Lycee;
    let description = EstablishmentEdit { name: name.to_owned(), kind, city: "Marseille".to_owned() };
    let new = NewEstablishment::new(uai.parse().unwrap(), description);
    site.atrium().directory().create_establishment(&site.system(), new).await.unwrap()
}

async fn person(site: &TestSite, place: Place, given: &str) -> PersonId {
    let new = NewPerson::new(place, given, "Essai");
    site.atrium().directory().create_person(&site.system(), new).await.unwrap()
}

async fn give(site: &TestSite, person: PersonId, role: &str, scope: Scope) {
    let access = site.atrium().access();
    let role = access.roles().await.unwrap().by_key(role).unwrap().id;
    access.grant(&site.system(), NewAssignment::permit(person, role, scope).because("essai")).await.unwrap();
}

/// A platform administrator.
pub(crate) async fn administrator(site: &TestSite) -> PersonId {
    let admin = person(site, Place::Region, "Denis").await;
    give(site, admin, "platform_admin", Scope::Platform).await;
    admin
}

/// A digital referent of `school`.
async fn referent(site: &TestSite, school: EstablishmentId, given: &str) -> PersonId {
    let referent = person(site, Place::Member(school, Profile::Teacher), given).await;
    give(site, referent, "digital_referent", Scope::Establishment(school)).await;
    referent
}

#[tokio::test]
async fn every_operation_answers_as_it_is_declared() {
    let site = TestSite::new().await;
    let lycee = school(&site, "0130037V", "Lycée Thiers").await;
    let nobody = person(&site, Place::Region, "Léa").await;
    let (admin, referent) = (administrator(&site).await, referent(&site, lycee, "Rémi").await);
    assert_operations_as_declared(&site, nobody, &[referent, admin]).await;
}

#[tokio::test]
async fn the_document_and_the_router_name_the_same_operations() {
    let site = TestSite::new().await;
    let document = site.visitor().get("/api/openapi.json").await.json();
    let routes = site.atrium().routes().iter().filter(|route| route.path.starts_with("/api/v1/"));
    let routed: BTreeSet<_> =
        routes.map(|route| format!("{} {}", route.method.as_str().to_lowercase(), route.path)).collect();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    assert_eq!(routed, described);
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    let ids: Vec<_> = paths
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|op| op["operationId"].clone())
        .collect();
    let unique: BTreeSet<_> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), unique.len(), "each operation has a name of its own");
}
