//! HEAD tells of each public address what GET does.

use atrium_core::web::Who;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};

use crate::world::World;

/// Returns the stable parts of a response, without those that differ each time: search answers report their
/// duration.
fn told(path: &str, headers: &HeaderMap) -> Vec<(String, String)> {
    let timed = path.starts_with("/api/v1/search") || path == "/metrics";
    let is_new = |name: &str| ["x-request-id", "date"].contains(&name) || timed && name == "content-length";
    let lasting = headers.iter().filter(|(name, _)| !is_new(name.as_str()));
    lasting.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect()
}

#[tokio::test]
async fn the_head_of_every_public_address_is_that_of_its_page() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let topic = world.topic(asked.topic).await;
    let home = world.get("/", "").await.text;
    let sheet = home.split("href=\"").find_map(|rest| rest.split('"').next().filter(|link| link.ends_with(".css")));
    let named = |path: &str| {
        let path = path
            .replace("{id_slug}", topic.url().trim_start_matches("/forum/sujets/"))
            .replace("{category}", "messagerie");
        let path = path.replace("{slug}", "messagerie").replace("{part}", "forum-0.xml").replace("{id}", "1");
        path.replace("{*name}", "icons.svg").replace("{*path}", "icons.svg")
    };
    let open = |who: &Who| matches!(who, Who::Anyone);
    let routes = world.atrium.routes().iter().filter(|route| route.method == Method::GET && open(&route.who));
    let mut paths: Vec<_> = routes.map(|route| named(&route.path)).collect();
    paths.extend([sheet.unwrap(), "/sitemap/core-0.xml", "/nulle-part", "/recherche?q=message"].map(str::to_owned));
    assert!(paths.len() > 20, "{paths:?}");
    let mut whole = 0;
    for path in paths {
        for encoding in ["identity", "gzip"] {
            let ask = |method: Method| {
                let request = Request::builder().method(method).uri(&path).header("accept-encoding", encoding);
                world.send_whole(request.body(Body::empty()).unwrap())
            };
            let (page, head) = (ask(Method::GET).await, ask(Method::HEAD).await);
            assert_eq!(head.0, page.0, "{path}");
            assert_eq!(told(&path, &head.1), told(&path, &page.1), "{path} {encoding}");
            assert_eq!(head.2, 0, "{path} has a body");
            let length = page.1.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
            assert!(length.is_none_or(|length: usize| length == page.2), "{path} {encoding}: {length:?}");
            whole += usize::from(length.is_some_and(|length| length > 0));
        }
    }
    assert!(whole > 20, "{whole} addresses tell their length");
}
