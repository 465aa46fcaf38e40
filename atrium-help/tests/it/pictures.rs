//! Pictures of content folders: kept, served under their hash, and shown to those who may read what shows them.

use atrium_core::Atrium;
use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::{Folder, Severity};
use atrium_help::sync::{Removals, Report};

use super::{People, at};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

async fn bring(site: &TestSite, files: &[(&str, &[u8])]) -> Report {
    let folder = Folder::of("aide", files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())));
    let report = Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::All).await.unwrap();
    site.settle().await;
    report
}

fn told(report: &Report) -> Vec<String> {
    report.faults.iter().filter(|fault| fault.severity > Severity::Note).map(ToString::to_string).collect()
}

/// Addresses of the pictures on a page.
async fn pictures(site: &TestSite, path: &str) -> Vec<String> {
    let page = site.visitor().get(path).await;
    let page = page.assert_status(200).text();
    page.split("src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|src| src.contains("/fichiers/"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_picture_beside_its_article_is_shown_for_good_under_its_hash() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let text = b"# A\n\n![Le casier](img/casier.png)\n\n![Plan](../plan.svg)\n";
    let files: [(&str, &[u8]); 3] = [("casier/a.md", text), ("casier/img/casier.png", PNG), ("plan.svg", SVG)];
    assert!(told(&bring(&site, &files).await).is_empty());
    let shown = pictures(&site, "/aide/casier/a").await;
    assert_eq!(shown.len(), 2, "{shown:?}");
    let png = site.visitor().get(&shown[0]).await;
    png.assert_status(200);
    assert_eq!(png.header("content-type"), "image/png");
    assert_eq!(png.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(png.header("x-content-type-options"), "nosniff");
    let svg = site.visitor().get(&shown[1]).await;
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert_eq!(svg.header("content-disposition"), "attachment");
    assert!(svg.header("content-security-policy").contains("sandbox"), "no script runs");

    // Another node on the same database has it; so has a mount prefix.
    let data = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(data.path());
    let node = Atrium::builder().settings(settings).plugin(Help::new()).build().await.unwrap();
    site.visitor().at(&node).get(&shown[0]).await.assert_status(200);
    node.stop().await.unwrap();
    // The picture changes, and the article does not.
    let other: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rAUTRE";
    let report = bring(&site, &[files[0], ("casier/img/casier.png", other), files[2]]).await;
    assert_eq!(report.plan.changed, ["casier/a"]);
    assert_ne!(pictures(&site, "/aide/casier/a?fois=2").await[0], shown[0]);
}

#[tokio::test]
async fn pictures_that_are_missing_undescribed_or_none_are_told_with_their_line() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let text = b"# A\n\n![Rien](rien.png)\n\n![](nu.png)\n\n![Faux](faux.png)\n";
    let mut large = PNG.to_vec();
    large.resize(5 * 1024 * 1024, 0);
    let files: [(&str, &[u8]); 4] =
        [("casier/a.md", text), ("casier/nu.png", PNG), ("casier/faux.png", b"<html>"), ("casier/gros.png", &large)];
    let lines = told(&bring(&site, &files).await);
    for start in ["casier/a.md:3: ", "casier/a.md:5: ", "casier/a.md:7: ", "casier/faux.png:1: ", "casier/gros.png:1: "]
    {
        assert!(lines.iter().any(|line| line.starts_with(start)), "{start}: {lines:#?}");
    }
    let beside: [(&str, &[u8]); 2] =
        [("casier/c.md", b"# C\n\n![](nu.png) texte ![faux](rien.png) ![](nu.png)\n"), ("casier/nu.png", PNG)];
    let lines = told(&bring(&site, &beside).await);
    let of = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
    assert_eq!((of("without a description `nu.png`"), of("`rien.png`")), (2, 1), "{lines:#?}");
    // The article is told of once the picture goes, though it did not change.
    let here: [(&str, &[u8]); 2] = [("casier/b.md", b"# B\n\n![Nu](nu.png)\n"), ("casier/nu.png", PNG)];
    assert!(told(&bring(&site, &here).await).is_empty());
    assert_eq!(told(&bring(&site, &here[..1]).await).len(), 1);
}

#[tokio::test]
async fn a_picture_is_for_those_who_may_read_what_shows_it() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let text = b"---\ntitle: A\nvisibility: [observer]\n---\n![Secret](secret.png)\n";
    let files: [(&str, &[u8]); 2] = [("casier/a.md", text), ("casier/secret.png", PNG)];
    assert!(told(&bring(&site, &files).await).is_empty());
    let moderator = People::of(&site).region("observer").await;
    let moderator = site.signed_in(moderator).await;
    let page = moderator.get("/aide/casier/a").await.text();
    let picture = page.split("src=\"").find(|rest| rest.starts_with("/fichiers/")).unwrap().split('"').next().unwrap();
    let shown = moderator.get(picture).await;
    shown.assert_status(200);
    assert_eq!(shown.header("cache-control"), "private, no-store");
    site.visitor().get(picture).await.assert_status(404);
    site.visitor().get("/fichiers/aide/0.png").await.assert_status(404);
    site.visitor().get("/fichiers/aide/rien").await.assert_status(404);
}

#[tokio::test]
async fn a_picture_that_nothing_shows_goes_after_a_month() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    site.clock().set(at("2026-09-01T09:00:00Z"));
    let with: [(&str, &[u8]); 2] = [("casier/a.md", b"# A\n\n![Un](un.png)\n"), ("casier/un.png", PNG)];
    bring(&site, &with).await;
    let picture = pictures(&site, "/aide/casier/a").await[0].clone();
    let without: [(&str, &[u8]); 1] = [("casier/a.md", b"# A\n\nTexte.\n")];
    bring(&site, &without).await;
    // A picture that no article shows is not served, and returns with its article.
    site.visitor().get(&picture).await.assert_status(404);
    site.clock().set(at("2026-09-20T09:00:00Z"));
    bring(&site, &without).await;
    bring(&site, &with).await;
    site.visitor().get(&picture).await.assert_status(200);
    bring(&site, &without).await;
    site.clock().set(at("2026-11-01T09:00:00Z"));
    bring(&site, &without).await;
    bring(&site, &with).await;
    site.visitor().get(&picture).await.assert_status(200);
}

#[tokio::test]
async fn a_picture_says_its_size_where_its_head_does() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let gif = b"GIF89a\x40\x01\xc8\x00\x00\x00\x00";
    let text = b"# A\n\n![Le casier](a.gif)\n\n![Plan](plan.svg)\n\n<img src=\"a.gif\" alt=\"x\" width=\"20\">\n";
    bring(&site, &[("casier/a.md", text), ("casier/a.gif", gif), ("casier/plan.svg", SVG)]).await;
    let page = site.visitor().get("/aide/casier/a").await.text();
    assert_eq!(page.matches("width=\"320\" height=\"200\" loading=\"lazy\"").count(), 1, "{page}");
    assert!(page.contains("width=\"20\" loading"), "what is written counts: {page}");
}
