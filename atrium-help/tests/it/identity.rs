//! Articles that name themselves: the same wherever their files go, whatever else changes.

use std::collections::BTreeMap;

use atrium_core::Atrium;
use atrium_core::testing::TestSite;
use atrium_core::web::{Files, WebPlugin};
use atrium_help::Help;
use atrium_help::content::{Folder, Severity};
use atrium_help::feedback::{NewFeedback, Verdict};
use atrium_help::sync::{Removals, Report};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sea_orm::EntityTrait;

use crate::tables::{article, opinion};

async fn bring(site: &TestSite, files: &[(String, String)]) -> Report {
    let files = files.iter().map(|(path, text)| (format!("{path}.md"), text.as_bytes().to_vec()));
    let folder = Folder::of("aide", files);
    let report = Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::All).await.unwrap();
    site.settle().await;
    report
}

fn file(path: &str, id: &str, text: &str) -> (String, String) {
    let head = if id.is_empty() { String::new() } else { format!("id: {id}\n") };
    (path.to_owned(), format!("---\ntitle: Titre {text}\n{head}---\n\nTexte {text}.\n"))
}

fn told(report: &Report) -> Vec<String> {
    report.faults.iter().filter(|fault| fault.severity > Severity::Note).map(ToString::to_string).collect()
}

/// Returns the numbers of the articles by their keys, with their sources.
async fn numbers(site: &TestSite) -> BTreeMap<String, (i64, String)> {
    let rows = article::Entity::find().all(site.atrium().db()).await.unwrap();
    let published = rows.into_iter().filter(|row| row.state == "published");
    published.filter_map(|row| Some((row.own_key?, (row.id, row.source)))).collect()
}

#[tokio::test]
async fn an_article_that_moves_and_changes_at_once_is_the_same() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, &[file("casier/un", "un", "A"), file("casier/deux", "", "B")]).await;
    let before = numbers(&site).await["un"].0;
    let (db, system) = (site.atrium().db(), site.system());
    Help::of(db).feedback().give(&system, ("casier", "un"), NewFeedback::new(Verdict::Useful, "Bien")).await.unwrap();
    let report = bring(&site, &[file("compte/premier", "un", "C"), file("casier/deux", "", "B")]).await;
    assert_eq!(report.plan.moved, [("casier/un".to_owned(), "compte/premier".to_owned())]);
    bring(&site, &[file("loin/dernier", "un", "D"), file("casier/deux", "", "B")]).await;
    assert_eq!(numbers(&site).await["un"], (before, "loin/dernier".to_owned()));
    let visitor = site.visitor();
    for path in ["casier/un", "compte/premier"] {
        let answer = visitor.get(&format!("/aide/{path}")).await;
        assert_eq!(answer.assert_status(301).location(), "/aide/loin/dernier", "{path}");
        let told = visitor.get(&format!("/api/v1/help/article?address={path}")).await.json();
        assert_eq!(told["address"], "loin/dernier");
    }
    Help::of(db).feedback().give(&system, ("casier", "un"), NewFeedback::new(Verdict::Useful, "")).await.unwrap();
    let kept = opinion::Entity::find().all(db).await.unwrap();
    assert!(kept.len() == 2 && kept.iter().all(|row| row.article_id == before), "both are on the same article");
    let hit = visitor.get("/api/v1/search?q=titre+D&kind=help").await.json();
    assert_eq!(hit["hits"][0]["source"], "loin/dernier");
    // Gone, and back under its name elsewhere.
    bring(&site, &[file("casier/deux", "", "B")]).await;
    bring(&site, &[file("casier/trois", "un", "E"), file("casier/deux", "", "B")]).await;
    assert_eq!(numbers(&site).await["un"].0, before);
}

#[tokio::test]
async fn another_article_may_take_the_place_of_one_that_moves() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, &[file("a/un", "x", "A"), file("a/deux", "y", "B"), file("a/trois", "z", "C")]).await;
    let before = numbers(&site).await;
    // Each goes one place further, and a new one comes first.
    let all =
        [file("a/un", "w", "N"), file("a/deux", "x", "A2"), file("a/trois", "y", "B2"), file("a/quatre", "z", "C2")];
    let report = bring(&site, &all).await;
    assert_eq!((report.plan.moved.len(), report.plan.removed.len()), (3, 0), "{:?}", report.plan);
    let after = numbers(&site).await;
    for (key, source) in [("x", "a/deux"), ("y", "a/trois"), ("z", "a/quatre")] {
        assert_eq!(after[key], (before[key].0, source.to_owned()));
    }
    assert!(before.values().all(|(id, _)| *id != after["w"].0));
    site.visitor().get("/aide/a/un").await.assert_status(200).assert_contains("Texte N.");
    site.visitor().get("/aide/a/deux").await.assert_status(200).assert_contains("Texte A2.");
    assert!(bring(&site, &all).await.plan.is_empty());
    // Two change places.
    let all =
        [file("a/un", "z", "N"), file("a/deux", "x", "A2"), file("a/trois", "y", "B2"), file("a/quatre", "w", "C2")];
    bring(&site, &all).await;
    let last = numbers(&site).await;
    assert_eq!((last["z"].0, last["w"].0), (after["z"].0, after["w"].0));
    site.visitor().get("/aide/a/un").await.assert_status(200).assert_contains("Texte N.");
}

#[tokio::test]
async fn a_key_of_several_files_or_of_another_form_names_none() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, &[file("a/un", "x", "A")]).await;
    let before = numbers(&site).await["x"].0;
    let report = bring(&site, &[file("a/copie", "x", "A"), file("a/un", "x", "A")]).await;
    let expected = ["a/copie.md:3: `id: x` stands in several files: it names none of them"];
    assert!(told(&report).contains(&expected[0].to_owned()) && told(&report).len() == 2, "{:?}", told(&report));
    assert!(report.plan.moved.is_empty());
    bring(&site, &[file("a/un", "x", "A")]).await;
    assert_eq!(numbers(&site).await["x"].0, before);
    let report = bring(&site, &[file("a/un", "é x", "A")]).await;
    assert!(told(&report)[0].contains("not used"), "{:?}", told(&report));
    site.visitor().get("/aide/a/un").await.assert_status(200);
}

#[tokio::test]
async fn whatever_is_done_to_the_files_each_name_is_one_article_and_its_addresses_lead_to_it() {
    for seed in 0..8 {
        let mut rng = StdRng::seed_from_u64(seed);
        let site = TestSite::builder().plugin(Help::new()).start().await;
        let mut files: BTreeMap<String, (String, u32)> = BTreeMap::new();
        let mut numbers_of: BTreeMap<String, i64> = BTreeMap::new();
        let mut addresses: BTreeMap<String, String> = BTreeMap::new();
        for step in 0..12_u32 {
            for _ in 0..rng.random_range(1..4) {
                let keys: Vec<String> = files.keys().cloned().collect();
                let place = format!("{}/f{}", ["a", "b", "c"].choose(&mut rng).unwrap(), rng.random_range(0..6));
                let is_taken = files.values().any(|(at, _)| *at == place);
                match (rng.random_range(0..4), keys.choose(&mut rng)) {
                    (0, Some(key)) => drop(files.remove(key)),
                    (1, Some(key)) if !is_taken => {
                        let file = files.get_mut(key).unwrap();
                        *file = (place, step);
                    }
                    (2, Some(key)) => files.get_mut(key).unwrap().1 = step,
                    _ if !is_taken => drop(files.insert(format!("k{}", rng.random_range(0..6)), (place, step))),
                    _ => {}
                }
            }
            let all: Vec<_> = files.iter().map(|(key, (at, text))| file(at, key, &format!("{key} {text}"))).collect();
            let report = bring(&site, &all).await;
            assert!(told(&report).is_empty(), "seed {seed}, step {step}: {:?}", told(&report));
            let now = numbers(&site).await;
            assert_eq!(now.len(), files.len(), "seed {seed}, step {step}");
            for (key, (id, source)) in &now {
                assert_eq!(*source, files[key].0, "seed {seed}, step {step}");
                assert_eq!(*numbers_of.entry(key.clone()).or_insert(*id), *id, "seed {seed}, step {step}: {key}");
            }
            for (key, (at, _)) in &files {
                addresses.insert(at.clone(), key.clone());
            }
            for (address, key) in &addresses {
                let answer = site.visitor().get(&format!("/aide/{address}")).await;
                match files.get(key) {
                    Some((at, _)) if at == address => drop(answer.assert_status(200)),
                    Some((at, _)) => {
                        assert_eq!(
                            answer.assert_status(301).location(),
                            format!("/aide/{at}"),
                            "seed {seed}, step {step}"
                        );
                    }
                    None => drop(answer.assert_status(404)),
                }
            }
        }
    }
}

/// A plugin with one article.
struct Desk;

impl atrium_core::plugin::Plugin for Desk {
    fn id(&self) -> &'static str {
        "desk"
    }
}

#[derive(rust_embed::RustEmbed)]
#[folder = "tests/it/articles/"]
struct Articles;

impl WebPlugin for Desk {
    fn articles(&self) -> Files {
        Files::of::<Articles>()
    }
}

#[tokio::test]
async fn articles_that_a_plugin_no_longer_brings_are_withdrawn() {
    let site = TestSite::builder().plugin(Help::new()).plugin(Desk).start().await;
    site.visitor().get("/aide/guichet/horaires").await.assert_status(200);
    let start = async |with: bool| {
        let data = tempfile::tempdir().unwrap();
        let settings = site.atrium().settings().clone().data_dir(data.path());
        let builder = Atrium::builder().settings(settings).clock(site.clock().clone()).plugin(Help::new());
        let builder = if with { builder.plugin(Desk) } else { builder };
        (builder.build().await.unwrap(), data)
    };
    let (without, _data) = start(false).await;
    site.visitor().at(&without).get("/aide/guichet/horaires").await.assert_status(404);
    without.stop().await.unwrap();
    let (again, _data) = start(true).await;
    site.visitor().at(&again).get("/aide/guichet/horaires").await.assert_status(200);
    again.stop().await.unwrap();
}
