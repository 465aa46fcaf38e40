//! The web shell: properties of every page and every response.

use atrium_core::testing::{TestSite, append};
use axum::body::Body;
use http::Method;

#[tokio::test]
async fn the_home_page_is_whole_and_carries_the_security_headers() {
    let site = TestSite::new().await;
    let page = site.visitor().get("/").await;
    page.assert_status(200).assert_contains("<h1");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(!page.header("x-request-id").is_empty());
}

#[tokio::test]
async fn a_site_is_in_the_languages_that_it_offers_its_own_first() {
    let english = TestSite::builder().settings(|mut settings| {
        settings.locales = vec!["en".to_owned()];
        settings
    });
    let english = english.start().await;
    let reader = english.visitor().with_header("accept-language", "fr");
    for path in ["/", "/?lang=fr", "/connexion"] {
        let page = reader.get(path).await;
        page.assert_status(200).assert_contains("<html lang=\"en\"").assert_lacks("hreflang=");
        assert!(page.header("set-cookie").is_empty(), "{path}");
    }
    let french = english.region_member().await;
    french.client().await.get("/compte").await.assert_contains("<html lang=\"en\"");

    let both = TestSite::builder().settings(|mut settings| {
        settings.locales = vec!["en".to_owned(), "fr".to_owned()];
        settings
    });
    let both = both.start().await;
    both.visitor().get("/").await.assert_contains("<html lang=\"en\"").assert_contains("hreflang=\"fr\"");
    let reader = both.visitor().with_header("accept-language", "de, fr;q=0.5");
    reader.get("/").await.assert_contains("<html lang=\"fr\"").assert_contains("hreflang=\"en\"");
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let site = TestSite::new().await;
    let first = site.visitor().get("/").await;
    let again = site.visitor().with_header("if-none-match", first.header("etag")).get("/").await;
    again.assert_status(304);
    assert!(again.body.is_empty());
    let several = format!("\"other\", W/{}", first.header("etag"));
    site.visitor().with_header("if-none-match", &several).get("/").await.assert_status(304);
    let head = site.visitor().request(Method::HEAD, "/").body(Body::empty()).unwrap();
    let head = site.visitor().send(head).await;
    assert_eq!(
        (head.header("etag"), head.header("cache-control")),
        (first.header("etag"), first.header("cache-control"))
    );
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn stylesheets_link_to_what_is_kept_for_ever() {
    let site = TestSite::new().await;
    let page = site.visitor().get("/").await.text().to_owned();
    let sheet =
        page.split("href=\"").find_map(|rest| rest.split('"').next().filter(|href| href.ends_with(".css"))).unwrap();
    let sheet = site.visitor().get(sheet).await.text().to_owned();
    let font = sheet.split("url(\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let font = site.visitor().get(&format!("/statique/{font}")).await;
    assert!(font.assert_status(200).header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn an_unknown_page_is_a_page_in_the_readers_language() {
    let site = TestSite::new().await;
    let french = site.visitor().get("/nulle-part").await;
    french.assert_status(404).assert_contains("lang=\"fr\"");
    let english = site.visitor().with_header("accept-language", "en").get("/nulle-part").await;
    english.assert_status(404).assert_contains("lang=\"en\"");
    assert_ne!(french.text(), english.text());
}

#[tokio::test]
async fn an_unknown_api_route_is_a_problem_document() {
    let site = TestSite::new().await;
    let answer = site.visitor().get("/api/v1/nulle-part").await;
    answer.assert_status(404);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["status"], 404);
}

#[tokio::test]
async fn a_wrong_method_says_which_are_allowed() {
    let site = TestSite::new().await;
    let request = site.visitor().request(Method::DELETE, "/recherche").body(Body::empty()).unwrap();
    let answer = site.visitor().send(request).await;
    answer.assert_status(405);
    assert!(answer.header("allow").contains("GET"));
}

#[tokio::test]
async fn writes_from_other_sites_are_refused_and_programs_without_a_session_pass() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let send = async |headers: &[(&str, &str)]| {
        let mut request = visitor.request(Method::POST, "/api/v1/markup/preview");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("content-type", "application/json").body(Body::from(r#"{"markdown":"*a*"}"#));
        visitor.send(request.unwrap()).await.status.as_u16()
    };
    assert_eq!(send(&[("sec-fetch-site", "cross-site")]).await, 403);
    assert_eq!(send(&[("sec-fetch-site", "same-site")]).await, 403);
    assert_eq!(send(&[("sec-fetch-site", "same-origin")]).await, 200);
    assert_eq!(send(&[("origin", "https://evil.example"), ("host", "site.example")]).await, 403);
    assert_eq!(send(&[("origin", "https://site.example"), ("host", "site.example")]).await, 200);
    assert_eq!(send(&[]).await, 200);
    assert_eq!(send(&[("cookie", "atrium=abc")]).await, 403);
}

#[tokio::test]
async fn a_preview_is_sanitised_and_bounded() {
    let site = TestSite::new().await;
    let preview = async |text: String| {
        let body = serde_json::json!({ "markdown": text });
        site.visitor().json(Method::POST, "/api/v1/markup/preview", &body).await
    };
    let answer = preview("<script>alert(1)</script>\n\n**gras**".to_owned()).await;
    answer.assert_status(200);
    let html = answer.json()["html"].as_str().unwrap().to_owned();
    assert!(html.contains("<strong>gras</strong>") && !html.contains("<script"), "{html}");
    preview("é".repeat(32_000)).await.assert_status(200);
    preview("é".repeat(32_001)).await.assert_status(422);
}

#[tokio::test]
async fn malformed_input_is_never_an_error_of_ours() {
    let site = TestSite::new().await;
    for path in [
        "/connexion/lien/%00",
        "/recherche?q=%ff%fe",
        "/recherche?q=%00",
        "/recherche?page=x",
        "/recherche?q=a&page=99999999999999999999",
    ] {
        let status = site.visitor().get(path).await.status;
        assert!(status.is_client_error(), "{path}: {status}");
    }
    for path in ["/recherche?q=%22%22%22", "/recherche?q=-", "/recherche?q=l%E2%80%99", "/recherche?q=mot:passe AND OR"]
    {
        let path = path.replace(' ', "+");
        site.visitor().get(&path).await.assert_status(200);
    }
    let long = format!("/recherche?q={}", "a+".repeat(4000));
    assert!(!site.visitor().get(&long).await.status.is_server_error());
}

#[tokio::test]
async fn the_language_is_kept_when_it_is_asked_for() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let answer = visitor.get("/recherche?q=a&lang=en").await;
    answer.assert_status(303);
    assert_eq!(answer.location(), "/recherche?q=a");
    visitor.get("/recherche?q=a").await.assert_contains("lang=\"en\"");
}

#[tokio::test]
async fn every_asset_of_a_page_is_served_for_ever() {
    let site = TestSite::new().await;
    let page = site.visitor().get("/").await.text();
    let assets: Vec<_> = page.split('"').filter(|part| part.starts_with("/statique/")).collect();
    assert!(assets.iter().any(|path| path.contains("atrium.") && path.ends_with(".css")), "{assets:?}");
    for path in assets {
        let path = path.split('#').next().unwrap();
        let answer = site.visitor().get(path).await;
        answer.assert_status(200);
        assert!(answer.header("cache-control").contains("immutable"), "{path}");
    }
    site.visitor().get("/statique/nulle-part.css").await.assert_status(404);
}

#[tokio::test]
async fn machines_learn_whether_it_lives_and_is_ready() {
    let site = TestSite::new().await;
    site.settle().await;
    site.visitor().get("/healthz").await.assert_status(200);
    let ready = site.visitor().get("/readyz").await;
    ready.assert_status(200);
    assert_eq!(ready.json()["index"], true);
    site.visitor().get("/metrics").await.assert_status(404);
}

/// Templates print raw HTML through one helper only.
#[test]
fn no_template_prints_unescaped() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut pending: Vec<_> =
        ["atrium-core", "atrium-help", "atrium-forum", "examples"].map(|dir| root.join(dir)).into();
    let mut seen = 0;
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "hbs") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains("{{{") && !text.contains("{{&"), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 10);
}

#[tokio::test]
async fn no_address_leads_to_another_site() {
    let site = TestSite::new().await;
    for path in ["//evil.example/?lang=fr", "///evil.example/aide/?lang=en", "//evil.example/aide/"] {
        let answer = site.visitor().get(path).await;
        let to = answer.location();
        assert!(to.starts_with('/') && !to.starts_with("//"), "{path}: {to}");
    }
    site.visitor().get("//evil.example/").await.assert_lacks("href=\"//evil");
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_without_it() {
    let site = TestSite::new().await;
    assert_eq!(site.visitor().get("/recherche/?q=mot").await.assert_status(301).location(), "/recherche?q=mot");
    site.visitor().get("/nulle-part").await.assert_status(404);
}

#[tokio::test]
async fn what_was_typed_in_a_form_that_cannot_be_read_comes_back() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    for body in ["login=une+longue+histoire%00&password=secret", "login=une+longue+histoire%ff&password=secret"] {
        let request = visitor.request(Method::POST, "/connexion").header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body));
        let answer = visitor.send(request.unwrap()).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
        answer.assert_contains("une longue histoire").assert_lacks("secret");
    }
}

#[tokio::test]
async fn parameters_of_searches_are_checked() {
    let site = TestSite::new().await;
    let answer = site.visitor().get("/api/v1/search?q=x&limit=0").await;
    answer.assert_status(422);
    site.visitor().get("/api/v1/search?q=x&kind=rien").await.assert_status(422);
    site.visitor().get("/recherche?q=x&page=18446744073709551615").await.assert_status(200);
}

#[tokio::test]
async fn a_document_that_the_client_has_is_not_made_again_while_nothing_happens() {
    let site = TestSite::new().await;
    for path in ["/sitemap.xml", "/sitemap/core-0.xml"] {
        let first = site.visitor().get(path).await;
        first.assert_status(200);
        let again = async |tag: &str| site.visitor().with_header("if-none-match", tag).get(path).await;
        let unchanged = again(first.header("etag")).await;
        unchanged.assert_status(304);
        assert_eq!(unchanged.header("etag"), first.header("etag"));
        let tx = site.atrium().db().begin().await.unwrap();
        append(&tx, "test.happened", "test:1").await;
        tx.commit().await.unwrap();
        let later = again(first.header("etag")).await;
        later.assert_status(304);
        assert_ne!(later.header("etag"), first.header("etag"), "made anew, and found to be the same");
        again("W/\"0000000000000000.0000000000000000\"").await.assert_status(200);
        again(&first.header("etag").replace('.', ".0")).await.assert_status(200);
    }
}

#[tokio::test]
async fn robots_are_led_to_the_sitemap_at_the_public_address_and_kept_from_what_is_closed() {
    let site = TestSite::builder().public_url("https://aide.exemple.fr/assistance").start().await;
    let robots = site.visitor().get("/robots.txt").await;
    robots.assert_status(200).assert_contains("Sitemap: https://aide.exemple.fr/assistance/sitemap.xml");
    for closed in ["/administration/", "/administration$", "/compte$", "/connexion", "/recherche", "/api/"] {
        robots.assert_contains(&format!("Disallow: {closed}\n"));
    }
    robots.assert_lacks("Disallow: /administration/personnes").assert_lacks("Disallow: /\n");
    assert_eq!(robots.header("content-type"), "text/plain; charset=utf-8");
    let index = site.visitor().get("/sitemap.xml").await;
    index.assert_status(200).assert_contains("<loc>https://aide.exemple.fr/assistance/sitemap/core-0.xml</loc>");
    site.visitor().get("/sitemap/core-0.xml").await.assert_contains("<loc>https://aide.exemple.fr/assistance/</loc>");
    // Without such a setting, the request's own host, if it is one.
    let site = TestSite::new().await;
    let named = site.visitor().with_header("host", "assistance.exemple.fr").get("/sitemap.xml").await;
    named.assert_contains("http://assistance.exemple.fr/sitemap/core-0.xml");
    let forged = site.visitor().with_header("host", "a<b").get("/sitemap.xml").await;
    forged.assert_contains("http://localhost/sitemap/core-0.xml");
}
