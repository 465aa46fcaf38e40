//! What is left of limits, as programs read it.

use atrium_core::directory::actions::Place;
use atrium_core::login::TokenReach;
use atrium_core::testing::TestSite;

use super::{person, program};

const ME: &str = "/api/v1/account";

#[tokio::test]
async fn a_program_is_told_what_its_token_has_left() {
    let site = TestSite::new().await;
    let lea = person(&site, Place::Region, "Léa").await;
    let program = program(&site, lea, TokenReach::Read).await;
    let first = program.get(ME).await;
    assert_eq!(first.assert_status(200).header("ratelimit-policy"), "\"token\";q=100;w=10");
    assert_eq!(first.header("ratelimit"), "\"token\";r=99;t=1");
    let mut last = first;
    for _ in 0..300 {
        last = program.get(ME).await;
        if last.status == 429 {
            break;
        }
    }
    assert_eq!(last.assert_status(429).header("ratelimit-policy"), "\"token\";q=100;w=10");
    let wait = last.header("retry-after").to_owned();
    assert_eq!(last.header("ratelimit"), format!("\"token\";r=0;t={wait}"));
    assert_eq!(last.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_page_tells_no_limits() {
    let site = TestSite::new().await;
    let page = site.visitor().get("/").await;
    assert_eq!(page.assert_status(200).header("ratelimit"), "");
}
