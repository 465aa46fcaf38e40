//! From files to database: new, changed, gone, broken.

use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync;

fn folder(files: &[(&str, &str)]) -> Folder {
    Folder::of("aide", files.iter().map(|(source, text)| ((*source).to_owned(), text.as_bytes().to_vec())))
}

const FIRST: [(&str, &str); 2] = [
    ("casier/rendre", "---\ntitle: Rendre\n---\nDéposez le zygomorphe."),
    ("casier/voir", "---\ntitle: Voir\n---\nUn autre texte."),
];

#[tokio::test]
async fn what_is_published_is_found_and_what_is_gone_is_not() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let found = async || {
        site.settle().await;
        site.visitor().get("/api/v1/search?q=zygomorphe").await.json()["total"].as_u64().unwrap()
    };
    sync::sync(db, &site.system(), folder(&FIRST)).await.unwrap();
    assert_eq!(found().await, 1);
    let report = sync::sync(db, &site.system(), folder(&FIRST)).await.unwrap();
    assert!(report.plan.is_empty() && report.plan.unchanged == 2);
    sync::sync(db, &site.system(), folder(&FIRST[1..])).await.unwrap();
    assert_eq!(found().await, 0);
    site.visitor().get("/aide/casier/rendre").await.assert_status(404);
}

#[tokio::test]
async fn a_broken_file_is_reported_and_keeps_its_old_version() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    sync::sync(db, &site.system(), folder(&FIRST)).await.unwrap();
    let broken = [("casier/rendre", "sans en-tête"), FIRST[1]];
    let report = sync::sync(db, &site.system(), folder(&broken)).await.unwrap();
    assert_eq!(report.broken.len(), 1);
    assert!(report.broken[0].to_string().starts_with("casier/rendre.md:1: "));
    site.visitor().get("/aide/casier/rendre").await.assert_status(200).assert_contains("zygomorphe");
}

#[tokio::test]
async fn synchronising_is_refused_to_those_who_may_not() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let visitor = site.visitor();
    let refused = sync::sync(site.atrium().db(), visitor.actor(), folder(&FIRST)).await.unwrap_err();
    assert!(refused.is_sign_in_required());
}

#[tokio::test]
async fn the_real_content_has_no_problem() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let folder = Folder::read(&super::content()).unwrap();
    let report = sync::check(site.atrium().db(), folder).await.unwrap();
    assert!(report.broken.is_empty(), "{:#?}", report.broken.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(report.plan.added.len() >= 30);
}

#[tokio::test]
async fn a_broken_description_keeps_what_was_known_of_its_collection() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let described = ("casier/_index", "---\ntitle: Le casier\n---\nLe zygomorphe y entre.");
    sync::sync(db, &site.system(), folder(&[described, FIRST[0]])).await.unwrap();
    let broken = folder(&[("casier/_index", "sans en-tête"), FIRST[0]]);
    assert_eq!(sync::sync(db, &site.system(), broken).await.unwrap().broken.len(), 1);
    site.visitor().get("/aide/casier?fois=1").await.assert_status(200).assert_contains("Le casier");

    // Pages kept for visitors are told apart by their addresses: these are read as they are now.
    // Its only article breaks too: both stay, and the index goes on.
    let both = folder(&[("casier/_index", "sans en-tête"), ("casier/rendre", "sans en-tête")]);
    sync::sync(db, &site.system(), both).await.unwrap();
    site.settle().await;
    site.visitor().get("/aide/casier?fois=2").await.assert_status(200).assert_contains("Le casier");
    site.visitor().get("/aide/casier/rendre").await.assert_status(200);

    // Without its file it is called after its folder again; without its articles it is gone.
    sync::sync(db, &site.system(), folder(&FIRST[..1])).await.unwrap();
    site.settle().await;
    site.visitor().get("/aide/casier?fois=3").await.assert_status(200).assert_lacks("Le casier");
    sync::sync(db, &site.system(), folder(&[])).await.unwrap();
    site.settle().await;
    site.visitor().get("/aide/casier?fois=4").await.assert_status(404);
}

#[tokio::test]
async fn a_collection_is_found_by_its_name_and_renamed_everywhere() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let called = |title: &str| format!("---\ntitle: {title}\n---\nOn y dépose son travail.");
    let sync_as = async |title: &str| {
        let text = called(title);
        sync::sync(db, &site.system(), folder(&[("casier/_index", &text), FIRST[0]])).await.unwrap();
        site.settle().await;
    };
    let first =
        async |query: &str| site.visitor().get(&format!("/api/v1/search?q={query}")).await.json()["hits"][0].clone();
    sync_as("Boîte aux zinnias").await;
    assert_eq!(first("zinnias").await["source"], "casier/_index");
    assert_eq!(first("zygomorphe").await["breadcrumb"][0], "Boîte aux zinnias");
    sync_as("Boîte aux yuccas").await;
    assert_eq!(first("zygomorphe").await["breadcrumb"][0], "Boîte aux yuccas");
}
