//! The platform mounted below a parameter of the path.

use atrium_core::testing::{Answer, Client, TestSite};
use axum::Router;
use http::Method;

const MOUNT: &str = "/0139101X/assistance";

fn nested(site: &TestSite) -> [(&'static str, Router); 2] {
    let service = Router::new().nest_service("/{school}/assistance", site.atrium().router::<()>());
    [("nest", Router::new().nest("/{school}/assistance", site.atrium().router())), ("nest_service", service)]
}

/// Returns every address of the site that the page names.
fn addresses(page: &str) -> Vec<&str> {
    let after = |mark: &'static str| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
    let all = ["href=\"", "src=\"", "action=\"", "data-schools=\""].into_iter().flat_map(after);
    all.filter(|address| address.starts_with('/')).collect()
}

async fn ask(client: &Client, method: &Method, path: &str) -> Answer {
    let request = client.request(method.clone(), path).header("sec-fetch-site", "same-origin");
    client.send(request.body(axum::body::Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_route_answers_below_a_parameter_as_it_does_at_the_root() {
    let site = TestSite::new().await;
    let admin = site.admin().await;
    let school = site.school().await;
    for (how, app) in nested(&site) {
        for route in site.atrium().routes() {
            let path: Vec<_> =
                route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            let path = path.join("/");
            // Each request gets its own session: some routes end it.
            let expected = ask(&site.signed_in(admin).await, &route.method, &path).await;
            let mounted = if path == "/" { MOUNT.to_owned() } else { format!("{MOUNT}{path}") };
            let answer = ask(&site.signed_in(admin).await.through(app.clone()), &route.method, &mounted).await;
            assert_eq!(answer.status, expected.status, "{how}: {} {mounted}", route.method);
            if answer.status.is_redirection() {
                let home = expected.location() == "/";
                let below = if home { MOUNT.to_owned() } else { format!("{MOUNT}{}", expected.location()) };
                assert_eq!(answer.location(), below, "{how}: {mounted}");
            }
            if answer.header("content-type").starts_with("text/html") {
                for address in addresses(&answer.text()) {
                    assert!(address.starts_with(MOUNT), "{how}: {address} on {mounted}");
                }
            }
            for cookie in answer.headers.get_all("set-cookie") {
                let cookie = cookie.to_str().unwrap();
                assert!(cookie.contains(&format!("Path={MOUNT}")) || cookie.contains("Path=/;"), "{how}: {cookie}");
            }
        }
    }
    let page = site.signed_in(admin).await.through(nested(&site)[0].1.clone());
    page.get(&format!("{MOUNT}/administration/etablissements/{}", school.id())).await.assert_status(200);
}

#[tokio::test]
async fn links_forms_and_assets_below_a_parameter_lead_somewhere() {
    let site = TestSite::new().await;
    let admin = site.signed_in(site.admin().await).await;
    for (how, app) in nested(&site) {
        let client = admin.through(app);
        let (mut seen, mut pending) = (std::collections::BTreeSet::new(), vec![MOUNT.to_owned()]);
        while let Some(path) = pending.pop() {
            if !seen.insert(path.clone()) || seen.len() > 120 {
                continue;
            }
            let answer = client.get(&path).await;
            assert!(answer.status.is_success() || answer.status.is_redirection(), "{how}: {path}: {}", answer.status);
            if answer.header("content-type").starts_with("text/html") {
                let page = answer.text();
                let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
                let links = links.filter(|link| link.starts_with('/')).map(|link| {
                    link.replace("&amp;", "&").replace("&#x3D;", "=").split('#').next().unwrap_or_default().to_owned()
                });
                pending.extend(links.filter(|link| !link.contains("lang=")));
            }
        }
        assert!(seen.len() > 20, "{how}: only {} pages", seen.len());
        let form = [("display_name", "Léa Essai"), ("given_name", ""), ("family_name", "Essai"), ("locale", "fr")];
        let refused = client.post(&format!("{MOUNT}/administration/personnes/nouvelle"), &form).await;
        assert!(refused.status.is_redirection() || refused.status == 422, "{how}: {}", refused.status);
    }
}
