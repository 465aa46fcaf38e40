//! Links between articles: checked when either end changes, and followed where something has moved.

use crate::tables::{article, opinion};
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::{Folder, Severity};
use atrium_help::feedback::{NewFeedback, Verdict};
use atrium_help::sync::{Removals, Report};
use sea_orm::EntityTrait;

fn folder(root: &str, files: &[(&str, &str)]) -> Folder {
    Folder::of(root, files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())))
}

async fn bring(site: &TestSite, root: &str, files: &[(&str, &str)]) -> Report {
    let report =
        Help::of(site.atrium().db()).content().sync(&site.system(), folder(root, files), Removals::All).await.unwrap();
    site.settle().await;
    report
}

fn told(report: &Report) -> Vec<String> {
    report.faults.iter().filter(|fault| fault.severity > Severity::Note).map(ToString::to_string).collect()
}

async fn doctor(site: &TestSite) -> Vec<String> {
    let findings = Help::new().doctor(site.atrium().context()).await;
    findings.into_iter().map(|finding| finding.message).collect()
}

async fn page(site: &TestSite, path: &str) -> String {
    site.visitor().get(path).await.text()
}

const UN: (&str, &str) = ("guide/un.md", "# Un\n\n[deux](./deux.md)\n\n[partie](./trois.md#partie)\n");
const DEUX: (&str, &str) = ("guide/deux.md", "# Deux\n\nLe texte de deux.\n");
const TROIS: (&str, &str) = ("guide/trois.md", "# Trois\n\n## P {#partie}\n\nTexte.\n");

#[tokio::test]
async fn an_unchanged_article_is_told_of_when_what_it_leads_to_goes() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    assert!(told(&bring(&site, "aide", &[UN, DEUX, TROIS]).await).is_empty());
    assert!(page(&site, "/aide/guide/un").await.contains("href=\"/aide/guide/deux\""));
    let dead = ["guide/un.md:3: link leads nowhere `./deux.md`"];
    let checked = Help::of(site.atrium().db()).content().check(folder("aide", &[UN, TROIS])).await.unwrap();
    assert_eq!(told(&checked), dead);
    let report = bring(&site, "aide", &[UN, TROIS]).await;
    assert_eq!(
        (told(&report), &report.plan.changed[..]),
        (dead.map(str::to_owned).to_vec(), &["guide/un".to_owned()][..])
    );
    assert_eq!(doctor(&site).await, dead);
    assert!(!page(&site, "/aide/guide/un").await.contains("href=\"/aide/guide/deux\""));
    // And when it comes back.
    assert!(told(&bring(&site, "aide", &[UN, DEUX, TROIS]).await).is_empty());
    assert!(page(&site, "/aide/guide/un").await.contains("href=\"/aide/guide/deux\""));
    assert_eq!(doctor(&site).await, ["no problem found"]);
}

#[tokio::test]
async fn a_place_in_another_page_is_checked_when_either_end_changes() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    assert!(told(&bring(&site, "aide", &[UN, DEUX, TROIS]).await).is_empty());
    let lost = ["guide/un.md:5: no heading with this id in `/aide/guide/trois`: `./trois.md#partie`"];
    let other = ("guide/trois.md", "# Trois\n\n## P {#autre}\n\nTexte.\n");
    assert_eq!(told(&bring(&site, "aide", &[UN, DEUX, other]).await), lost, "its page changes");
    assert_eq!(told(&bring(&site, "aide", &[UN, DEUX, other]).await), lost, "it is not forgotten");
    assert_eq!(doctor(&site).await, lost);
    assert!(told(&bring(&site, "aide", &[UN, DEUX, TROIS]).await).is_empty(), "it comes back");
    let absolute =
        ("guide/un.md", "# Un\n\n[a](/aide/guide/trois#partie) [b](/aide/guide/trois#rien) [c](/aide/guide/rien)\n");
    let report = bring(&site, "aide", &[absolute, DEUX, TROIS]).await;
    let mut lines = told(&report);
    lines.sort();
    assert_eq!(
        lines,
        [
            "guide/un.md:3: link leads nowhere `/aide/guide/rien`",
            "guide/un.md:3: no heading with this id in `/aide/guide/trois`: `/aide/guide/trois#rien`",
        ]
    );
}

#[tokio::test]
async fn an_article_that_moves_keeps_its_opinions_and_its_address_of_before() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, "aide", &[UN, DEUX, TROIS]).await;
    let (db, system) = (site.atrium().db(), site.system());
    Help::of(db).feedback().give(&system, ("guide", "deux"), NewFeedback::new(Verdict::Useful, "Bien")).await.unwrap();
    let second = ("ailleurs/second.md", DEUX.1);
    let report = bring(&site, "aide", &[UN, second, TROIS]).await;
    assert_eq!(report.plan.moved, [("guide/deux".to_owned(), "ailleurs/second".to_owned())]);
    assert!(report.plan.removed.is_empty() && report.plan.added.is_empty());
    assert_eq!(
        told(&report),
        ["guide/un.md:3: link to what has moved `./deux.md`: it is at `/aide/ailleurs/second` now"]
    );
    let visitor = site.visitor();
    assert_eq!(visitor.get("/aide/guide/deux").await.assert_status(301).location(), "/aide/ailleurs/second");
    visitor.get("/aide/ailleurs/second").await.assert_status(200);
    assert!(page(&site, "/aide/guide/un").await.contains("href=\"/aide/ailleurs/second\""));
    let kept = opinion::Entity::find().all(db).await.unwrap();
    let article = article::Entity::find_by_id(kept[0].article_id).one(db).await.unwrap().unwrap();
    assert_eq!(article.source, "ailleurs/second");
    // It goes on, and both addresses lead to it; then it comes back to the first.
    bring(&site, "aide", &[UN, ("loin/troisieme.md", DEUX.1), TROIS]).await;
    for path in ["/aide/guide/deux", "/aide/ailleurs/second"] {
        assert_eq!(visitor.get(path).await.assert_status(301).location(), "/aide/loin/troisieme");
    }
    assert!(told(&bring(&site, "aide", &[UN, DEUX, TROIS]).await).is_empty());
    visitor.get("/aide/guide/deux").await.assert_status(200);
    assert_eq!(visitor.get("/aide/ailleurs/second").await.assert_status(301).location(), "/aide/guide/deux");
}

#[tokio::test]
async fn a_whole_folder_that_is_renamed_moves_without_asking_and_its_page_leads_on() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let many: Vec<_> = (0..30).map(|n| (format!("a-{n}.md"), format!("# Article {n}\n\nTexte {n}.\n"))).collect();
    let at = |dir: &str| -> Vec<_> {
        many.iter().map(|(name, text)| (format!("{dir}/{name}"), text.clone().into_bytes())).collect()
    };
    let sync_at = async |dir: &str| {
        let folder = Folder::of("aide", at(dir));
        Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap()
    };
    sync_at("vieux").await;
    let report = sync_at("neuf").await;
    assert_eq!((report.plan.moved.len(), report.plan.removed.len()), (30, 0));
    let visitor = site.visitor();
    assert_eq!(visitor.get("/aide/vieux").await.assert_status(301).location(), "/aide/neuf");
    assert_eq!(visitor.get("/aide/vieux/a-7").await.assert_status(301).location(), "/aide/neuf/a-7");
}

#[tokio::test]
async fn addresses_that_a_head_names_lead_to_the_article_for_those_who_may_read_it() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let here = "---\ntitle: Ici\nredirect_from: [/aide/casier/vieux/, casier/antan]\n---\nTexte";
    let secret = "---\ntitle: Secret\nredirect_from: casier/cachette\nvisibility: [observer]\n---\nTexte";
    let report = bring(&site, "aide", &[("casier/ici.md", here), ("casier/secret.md", secret)]).await;
    assert!(told(&report).is_empty(), "{:?}", told(&report));
    let visitor = site.visitor();
    for path in ["/aide/casier/vieux", "/aide/casier/antan"] {
        assert_eq!(visitor.get(path).await.assert_status(301).location(), "/aide/casier/ici");
    }
    visitor.get("/aide/casier/cachette").await.assert_status(404);
    // What it does not say any more, and what another page takes.
    let less = "---\ntitle: Ici\nredirect_from: [casier/vieux]\n---\nTexte";
    let report = bring(&site, "aide", &[("casier/ici.md", less), ("casier/vieux.md", "# Vieux\n")]).await;
    assert_eq!(told(&report), ["casier/ici.md:3: `redirect_from` names `casier/vieux`, where a page stands"]);
    visitor.get("/aide/casier/antan").await.assert_status(404);
    visitor.get("/aide/casier/vieux").await.assert_status(200);
}

#[tokio::test]
async fn links_of_one_folder_to_what_goes_with_another_are_told_by_doctor() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, "aide", &[DEUX]).await;
    let here = [("ici/un.md", "# Un\n\n[deux](../guide/deux.md)\n")];
    assert!(told(&bring(&site, "local", &here).await).is_empty());
    bring(&site, "aide", &[TROIS]).await;
    assert_eq!(doctor(&site).await, ["ici/un.md:3: link leads nowhere `../guide/deux.md`"]);
    assert_eq!(told(&bring(&site, "local", &here).await), ["ici/un.md:3: link leads nowhere `../guide/deux.md`"]);
}

#[tokio::test]
async fn introductions_go_the_way_of_articles() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let intro = "---\ntitle: Le guide\n---\nVoir [absent](./rien.md), [ce dossier](./_index.md) et [trois](trois.md#non).\n\n\
                 ## Articles\n\nUn mot.\n\n::: pour profil=teacher\nPassage zorglub réservé.\n:::\n\n::: pour role=personne\nX\n:::\n";
    let report = bring(&site, "aide", &[("guide/_index.md", intro), TROIS]).await;
    let mut lines = told(&report);
    lines.sort();
    assert_eq!(
        lines,
        [
            "guide/_index.md:14: audience block for `personne`, which is no role",
            "guide/_index.md:4: link leads nowhere `./rien.md`",
            "guide/_index.md:4: no heading with this id in `/aide/guide/trois`: `trois.md#non`",
        ]
    );
    let shown = page(&site, "/aide/guide").await;
    assert!(shown.contains("for-block") && shown.contains("href=\"/aide/guide\""), "{shown}");
    let ids: Vec<_> = shown.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), distinct.len(), "{ids:?}");
    let hit = site.visitor().get("/api/v1/search?q=zorglub").await.json()["hits"][0].clone();
    assert_eq!(hit["source"], "guide/_index");
    let excerpt = hit["excerpt"].as_str().unwrap();
    assert!(!excerpt.contains(":::") && !excerpt.contains("pour profil"), "{excerpt}");
}
