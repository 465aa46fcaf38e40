//! From files to database: new, changed, gone, broken.

use crate::tables::{article, collection};
use atrium_core::Atrium;
use atrium_core::access::actions::RoleChange;
use atrium_core::audit;
use atrium_core::clock::Timestamp;
use atrium_core::directory::actions::Place;
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::{Removals, Report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{People, at, school};

fn folder(files: &[(&str, &str)]) -> Folder {
    Folder::of("aide", files.iter().map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())))
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
    Help::of(db).content().sync(&site.system(), folder(&FIRST), Removals::Few).await.unwrap();
    assert_eq!(found().await, 1);
    let report = Help::of(db).content().sync(&site.system(), folder(&FIRST), Removals::Few).await.unwrap();
    assert!(report.plan.is_empty() && report.plan.unchanged == 2);
    Help::of(db).content().sync(&site.system(), folder(&FIRST[1..]), Removals::Few).await.unwrap();
    assert_eq!(found().await, 0);
    site.visitor().get("/aide/casier/rendre").await.assert_status(404);
}

#[tokio::test]
async fn a_broken_file_is_reported_and_keeps_its_old_version() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    Help::of(db).content().sync(&site.system(), folder(&FIRST), Removals::Few).await.unwrap();
    let broken = [("casier/rendre", "---\ntitle: [\n---\n"), FIRST[1]];
    let report = Help::of(db).content().sync(&site.system(), folder(&broken), Removals::Few).await.unwrap();
    assert_eq!(report.faults.len(), 1);
    assert!(report.faults[0].to_string().starts_with("casier/rendre.md:"));
    site.visitor().get("/aide/casier/rendre").await.assert_status(200).assert_contains("zygomorphe");
}

#[tokio::test]
async fn synchronising_is_refused_to_those_who_may_not() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let visitor = site.visitor();
    let refused =
        Help::of(site.atrium().db()).content().sync(visitor.actor(), folder(&FIRST), Removals::All).await.unwrap_err();
    assert!(refused.is_sign_in_required());
}

#[tokio::test]
async fn the_real_content_has_no_problem() {
    let site = super::region().plugin(Help::new()).start().await;
    // Its articles state days of 2026; the clock of tests stands before.
    site.clock().set(at("2026-12-01T09:00:00Z"));
    let folder = Folder::read(&super::content()).unwrap();
    let report = Help::of(site.atrium().db()).content().check(folder).await.unwrap();
    assert!(report.faults.is_empty(), "{:#?}", report.faults.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(report.plan.added.len() >= 30);
}

#[tokio::test]
async fn a_broken_description_keeps_what_was_known_of_its_collection() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let described = ("casier/_index", "---\ntitle: Le casier\n---\nLe zygomorphe y entre.");
    Help::of(db).content().sync(&site.system(), folder(&[described, FIRST[0]]), Removals::Few).await.unwrap();
    let broken = folder(&[("casier/_index", "---\ntitle: [\n---\n"), FIRST[0]]);
    assert_eq!(Help::of(db).content().sync(&site.system(), broken, Removals::Few).await.unwrap().faults.len(), 1);
    site.visitor().get("/aide/casier?fois=1").await.assert_status(200).assert_contains("Le casier");

    // Pages kept for visitors are told apart by their addresses: these are read as they are now.
    // Its only article breaks too: both stay, and the index goes on.
    let both = folder(&[("casier/_index", "---\ntitle: [\n---\n"), ("casier/rendre", "---\ntitle: [\n---\n")]);
    Help::of(db).content().sync(&site.system(), both, Removals::Few).await.unwrap();
    site.settle().await;
    site.visitor().get("/aide/casier?fois=2").await.assert_status(200).assert_contains("Le casier");
    site.visitor().get("/aide/casier/rendre").await.assert_status(200);

    // Without its file it is called after its folder again; without its articles only the catalogue knows of it.
    Help::of(db).content().sync(&site.system(), folder(&FIRST[..1]), Removals::Few).await.unwrap();
    site.settle().await;
    site.visitor().get("/aide/casier?fois=3").await.assert_status(200).assert_lacks("Le casier");
    Help::of(db).content().sync(&site.system(), folder(&[]), Removals::All).await.unwrap();
    site.settle().await;
    site.visitor().get("/aide/casier?fois=4").await.assert_contains("Aucun article ne traite encore de ce service");
    assert!(collection::Entity::find().all(db).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_collection_is_found_by_its_name_and_renamed_everywhere() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let called = |title: &str| format!("---\ntitle: {title}\n---\nOn y dépose son travail.");
    let sync_as = async |title: &str| {
        let text = called(title);
        Help::of(db)
            .content()
            .sync(&site.system(), folder(&[("casier/_index", &text), FIRST[0]]), Removals::Few)
            .await
            .unwrap();
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

/// Returns the folder `root` with these files.
fn named(root: &str, files: &[(&str, &str)]) -> Folder {
    Folder::of(root, files.iter().map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())))
}

async fn bring(site: &TestSite, folder: Folder) -> Report {
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap()
}

async fn kept(site: &TestSite, source: &str) -> article::Model {
    let of = article::Column::Source.eq(source);
    article::Entity::find().filter(of).one(site.atrium().db()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_folder_that_lost_its_articles_takes_nothing_away_unless_it_is_meant() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    bring(&site, folder(&FIRST)).await;
    let refused = Help::of(db).content().sync(&site.system(), folder(&[]), Removals::Few).await.unwrap_err();
    assert!(refused.is_conflict() && refused.to_string().contains("2 of the 2 articles"), "{refused}");
    site.visitor().get("/aide/casier/rendre").await.assert_status(200);

    let many: Vec<_> = (0..30).map(|n| (format!("casier/a-{n}"), "---\ntitle: A\n---\nTexte")).collect();
    let many: Vec<_> = many.iter().map(|(source, text)| (source.as_str(), *text)).collect();
    bring(&site, folder(&many)).await;
    let refused = Help::of(db).content().sync(&site.system(), folder(&many[..14]), Removals::Few).await.unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    assert_eq!(bring(&site, folder(&many[..20])).await.plan.removed.len(), 10);
    let report = Help::of(db).content().sync(&site.system(), folder(&[]), Removals::All).await.unwrap();
    assert_eq!(report.plan.removed.len(), 20);
}

#[tokio::test]
async fn a_node_that_starts_beside_an_empty_folder_serves_the_help_that_was_there() {
    let content = tempfile::tempdir().unwrap();
    let dir = content.path().join("aide");
    std::fs::create_dir_all(dir.join("casier")).unwrap();
    std::fs::write(dir.join("casier/rendre.md"), FIRST[0].1).unwrap();
    let site = TestSite::builder().plugin(Help::from_dir(&dir)).start().await;
    site.visitor().get("/aide/casier/rendre").await.assert_status(200);

    // The volume is not mounted: the folder exists, but is empty.
    std::fs::remove_dir_all(dir.join("casier")).unwrap();
    let data = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(data.path());
    let builder = Atrium::builder().settings(settings).clock(site.clock().clone());
    let node = builder.plugin(Help::from_dir(&dir)).build().await.unwrap();
    site.visitor().at(&node).get("/aide/casier/rendre").await.assert_status(200).assert_contains("zygomorphe");

    // It is said until it is mended.
    let told = async || {
        let findings = Help::new().doctor(node.context()).await;
        findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let why = "`aide` is not synchronised: conflict: this would remove 1 of the 1 articles kept from a folder named \
               `aide`; if that is meant, `help sync FOLDER --as aide --allow-removals`";
    assert_eq!(told().await, [why]);
    let broken = async |folder: Folder| {
        let report = Help::of(node.db()).content().check(folder).await.unwrap();
        report.faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(broken(Folder::read(&dir).unwrap()).await, [why], "what would happen");
    assert_eq!(broken(folder(&FIRST)).await, [why], "what happened");
    assert!(broken(named("local", &[])).await.is_empty(), "to another folder");
    bring(&site, folder(&FIRST)).await;
    assert_eq!(told().await, ["no problem found"]);
    assert!(broken(folder(&FIRST)).await.is_empty());
    node.stop().await.unwrap();
}

#[tokio::test]
async fn content_that_came_under_another_name_is_told_in_one_line_with_what_to_do() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let many: Vec<_> = (0..12).map(|n| (format!("casier/a-{n}"), "---\ntitle: A\n---\nTexte")).collect();
    let mut many: Vec<_> = many.iter().map(|(source, text)| (source.as_str(), *text)).collect();
    many.push(("casier/_index", "---\ntitle: Le casier\n---\n"));
    bring(&site, named("content", &many)).await;
    many.push(FIRST[0]);
    let report = bring(&site, named("aide", &many)).await;
    assert_eq!(report.plan.added, ["casier/rendre"]);
    let [broken] = &report.faults[..] else { panic!("{:?}", report.faults) };
    let said = broken.to_string();
    for words in ["`aide`", "12 of its articles", "named `content`", "`help sync FOLDER --as content`"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // As it says.
    assert!(said.contains("`help sync EMPTY --as content --allow-removals`"), "{said}");
    Help::of(db).content().sync(&site.system(), named("content", &[]), Removals::All).await.unwrap();
    let report = bring(&site, named("aide", &many)).await;
    assert!(report.faults.is_empty() && report.plan.added.len() + report.plan.changed.len() == 12, "{report:?}");
    site.visitor().get("/aide/casier/a-3").await.assert_status(200);
}

#[tokio::test]
async fn content_that_moves_to_another_folder_is_the_same_under_its_name() {
    let content = tempfile::tempdir().unwrap();
    let write = |dir: &str, text: &str| {
        let dir = content.path().join(dir);
        std::fs::create_dir_all(dir.join("casier")).unwrap();
        std::fs::write(dir.join("casier/rendre.md"), text).unwrap();
        Help::from_dir(dir).kept_as("aide")
    };
    let site = TestSite::builder().plugin(write("premier", FIRST[0].1)).start().await;
    let data = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(data.path());
    let moved = write("second", "---\ntitle: Rendre\n---\nUn xylophone.");
    let node = Atrium::builder().settings(settings).clock(site.clock().clone()).plugin(moved).build().await.unwrap();
    site.visitor().at(&node).get("/aide/casier/rendre").await.assert_contains("xylophone");
    node.stop().await.unwrap();
}

#[tokio::test]
async fn the_folder_that_came_first_keeps_its_addresses() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, named("aide", &FIRST)).await;
    let other = [
        ("casier/rendre", "---\ntitle: Autre\n---\nUn xylophone."),
        ("casier/neuf", "---\ntitle: Neuf\n---\nVoir [l’autre](rendre.md)."),
    ];
    for _ in 0..2 {
        let report = bring(&site, named("local", &other)).await;
        let broken: Vec<_> = report.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            broken,
            ["casier/rendre.md:1: the folder `aide` has an article at this address already; \
            the same content is brought with `--as aide`"]
        );
        assert!(bring(&site, named("aide", &FIRST)).await.plan.is_empty());
    }
    let page = site.visitor().get("/aide/casier/rendre").await;
    page.assert_contains("zygomorphe").assert_lacks("xylophone");
    site.visitor().get("/aide/casier/neuf").await.assert_contains("href=\"/aide/casier/rendre\"");

    // Once the first lets go of the address, it is the other's.
    bring(&site, named("aide", &FIRST[1..])).await;
    bring(&site, named("local", &other)).await;
    site.visitor().get("/aide/casier/rendre?fois=2").await.assert_contains("xylophone");
    assert_eq!(bring(&site, named("aide", &FIRST)).await.faults.len(), 1);
}

#[tokio::test]
async fn a_collection_of_two_folders_is_described_by_the_first_that_does() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let called = async || {
        let row = collection::Entity::find_by_id("casier").one(site.atrium().db()).await.unwrap().unwrap();
        (row.title, row.root)
    };
    let is = |title: &str, root: &str| (title.to_owned(), root.to_owned());
    let described = |title: &'static str| ("casier/_index", title);
    let (ours, theirs) = (described("---\ntitle: Le casier\n---\n"), described("---\ntitle: Boîte\n---\n"));
    let other = ("casier/neuf", "---\ntitle: Neuf\n---\nTexte");
    bring(&site, named("aide", &FIRST)).await;
    assert_eq!(called().await, is("Casier", "aide"));
    assert!(bring(&site, named("local", &[theirs, other])).await.faults.is_empty());
    assert_eq!(called().await, is("Boîte", "local"), "a description comes before a folder's name");
    let report = bring(&site, named("aide", &[ours, FIRST[0], FIRST[1]])).await;
    assert_eq!(
        report.faults[0].to_string(),
        "casier/_index.md:1: the folder `local` describes this collection already"
    );
    assert_eq!(called().await, is("Boîte", "local"));
    bring(&site, named("aide", &FIRST)).await;
    assert_eq!(called().await, is("Boîte", "local"));

    // The other folder goes: what it said of the collection goes with it.
    Help::of(site.atrium().db()).content().sync(&site.system(), named("local", &[]), Removals::All).await.unwrap();
    assert_eq!(called().await, is("Casier", "aide"));
}

#[tokio::test]
async fn keys_that_nobody_defined_are_named_with_their_line_and_the_old_version_stays() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    bring(&site, folder(&FIRST)).await;
    let wrong = [
        ("audience: [teacher, headmaster]", "casier/rendre.md:3: `audience` names `headmaster`"),
        ("visibility: [digital_referrent]", "casier/rendre.md:3: `visibility` names `digital_referrent`"),
        ("order: 3\nowner: region_suport", "casier/rendre.md:4: `owner` names `region_suport`"),
    ];
    for (line, reason) in wrong {
        let text = format!("---\ntitle: Rendre\n{line}\n---\nUn xylophone.");
        let report = bring(&site, folder(&[("casier/rendre", &text), FIRST[1]])).await;
        assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
        assert!(report.faults[0].to_string().starts_with(reason), "{}", report.faults[0]);
        site.visitor().get("/aide/casier/rendre").await.assert_status(200).assert_contains("zygomorphe");
    }
    let service = [("divers/a", "---\ntitle: A\nservice: divers\n---\nTexte"), FIRST[0], FIRST[1]];
    let report = bring(&site, folder(&service)).await;
    assert_eq!(report.faults[0].to_string(), "divers/a.md:3: `divers` is no service of the catalogue");

    let known = "---\ntitle: Rendre\naudience: [teacher, observer]\nowner: region_support\nservice: casier\n---\nTexte";
    assert!(bring(&site, folder(&[("casier/rendre", known), FIRST[1]])).await.faults.is_empty());
}

#[tokio::test]
async fn passages_for_what_nobody_defined_are_reported_until_they_are_mended() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let text = "---\ntitle: Rendre\n---\n\nTexte\n\n::: pour role=digital_referrent\nUn\n:::\n\n\
                ::: pour etablissement=internat service=moodel\nDeux\n:::\n";
    let report = bring(&site, folder(&[("casier/rendre", text)])).await;
    let broken: Vec<_> = report.faults.iter().map(ToString::to_string).collect();
    let of = |line: u8, key: &str, what: &str| {
        format!("casier/rendre.md:{line}: audience block for `{key}`, which is no {what}")
    };
    let expected = [
        of(7, "digital_referrent", "role"),
        of(11, "internat", "trait of schools"),
        of(11, "moodel", "service of the catalogue"),
    ];
    assert_eq!(broken, expected);
    // A second start finds the file as it was: what is wrong with it is not forgotten.
    bring(&site, folder(&[("casier/rendre", text)])).await;
    assert_eq!(Help::of(site.atrium().db()).content().known_faults().await.unwrap().len(), 3);
    bring(&site, folder(&FIRST)).await;
    assert!(Help::of(site.atrium().db()).content().known_faults().await.unwrap().is_empty());

    school(&site, "Lycée des Tamaris", &["internat"]).await;
    let known = "---\ntitle: Rendre\n---\n::: pour etablissement=internat\nUn\n:::\n";
    assert!(bring(&site, folder(&[("casier/rendre", known)])).await.faults.is_empty());
}

#[tokio::test]
async fn what_was_wrong_is_right_once_what_it_names_is_there() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let files = [
        ("casier/bloc", "---\ntitle: Bloc\n---\n::: pour role=gardien\nUn\n:::\n"),
        ("casier/lien", "---\ntitle: Lien\n---\nVoir [l’autre](rendre.md)."),
        ("casier/voir", FIRST[1].1),
    ];
    assert_eq!(bring(&site, folder(&files)).await.faults.len(), 2);
    let again = bring(&site, folder(&files)).await;
    assert!(again.plan.is_empty() && again.plan.unchanged == 3 && again.faults.len() == 2, "{again:?}");
    site.visitor().get("/aide/casier/lien").await.assert_lacks("href=\"/aide/casier/rendre\"");

    let role = RoleChange { label_fr: "Gardien".to_owned(), label_en: "Keeper".to_owned(), ..RoleChange::default() };
    site.atrium().access().create_role(&site.system(), "gardien", role, "essai").await.unwrap();
    bring(&site, named("local", &FIRST[..1])).await;
    let checked = Help::of(db).content().check(folder(&files)).await.unwrap();
    let report = bring(&site, folder(&files)).await;
    for report in [checked, report] {
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        assert_eq!((report.plan.changed, report.plan.unchanged), (vec!["casier/lien".to_owned()], 2));
    }
    assert!(Help::of(db).content().known_faults().await.unwrap().is_empty());
    site.visitor().get("/aide/casier/lien?fois=2").await.assert_contains("href=\"/aide/casier/rendre\"");
    assert!(bring(&site, folder(&files)).await.plan.is_empty());
}

#[tokio::test]
async fn a_synchronisation_that_fails_is_not_recorded_as_done() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let db = site.atrium().db();
    let synced = async || {
        let mut acts = audit::list(db, None, None, 1_000).await.unwrap();
        acts.retain(|act| act.action == "help.content.synced");
        acts
    };
    let rename = async |from: &str, to: &str| {
        db.writer().execute_unprepared(&format!("ALTER TABLE {from} RENAME TO {to}")).await.unwrap();
    };
    let table = "atrium_help_article_visibility";
    rename(table, "atrium_help_elsewhere").await;
    assert!(Help::of(db).content().sync(&site.system(), folder(&FIRST), Removals::Few).await.is_err());
    assert!(synced().await.is_empty());
    rename("atrium_help_elsewhere", table).await;
    bring(&site, folder(&FIRST)).await;
    let records = synced().await;
    assert_eq!(records.len(), 1);
    assert!(records[0].details.contains("\"added\":2"), "{}", records[0].details);
}

#[tokio::test]
async fn a_stated_day_of_change_counts_until_the_text_changes_without_one() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let sync_at = async |utc: &str, head: &str, text: &str| -> Timestamp {
        site.clock().set(at(utc));
        let file = format!("---\ntitle: Rendre\n{head}---\n{text}");
        assert!(bring(&site, folder(&[("casier/rendre", &file)])).await.faults.is_empty());
        kept(&site, "casier/rendre").await.updated_at
    };
    let midnight = |day: &str| at(&format!("{day}T00:00:00+02:00"));
    let stated = "updated: 2026-09-01\n";
    assert_eq!(sync_at("2026-10-01T09:00:00Z", stated, "Un.").await, midnight("2026-09-01"), "first read");
    let more = "updated: 2026-09-01\nkeywords: [devoir]\n";
    assert_eq!(sync_at("2026-10-02T09:00:00Z", more, "Un.").await, midnight("2026-09-01"), "the same text");
    let corrected = "updated: 2026-08-15\n";
    assert_eq!(sync_at("2026-10-03T09:00:00Z", corrected, "Un.").await, midnight("2026-08-15"), "a corrected day");
    let changed = at("2026-10-04T09:00:00Z");
    assert_eq!(sync_at("2026-10-04T09:00:00Z", corrected, "Deux.").await, changed, "a day that was left behind");
    let more = "updated: 2026-08-15\nkeywords: [devoir]\n";
    assert_eq!(sync_at("2026-10-05T09:00:00Z", more, "Deux.").await, changed, "it does not come back");
    let later = "updated: 2026-10-06\n";
    assert_eq!(sync_at("2026-10-08T09:00:00Z", later, "Trois.").await, midnight("2026-10-06"), "a later one");
    assert_eq!(sync_at("2026-10-09T09:00:00Z", "", "Trois.").await, midnight("2026-10-06"), "none any more");
    let page = site.visitor().get("/aide/casier/rendre").await;
    page.assert_contains("6\u{a0}octobre 2026");
}

#[tokio::test]
async fn a_day_of_change_that_has_not_come_is_reported_and_counts_once_it_has() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    site.clock().set(at("2026-10-01T09:00:00Z"));
    let text = "---\ntitle: Rendre\nupdated: 2026-10-03\n---\nTexte";
    let files = [("casier/rendre", text)];
    let report = bring(&site, folder(&files)).await;
    let reason = "casier/rendre.md:3: `updated` is in the future: 2026-10-03 is not used";
    assert_eq!(report.faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [reason]);
    assert_eq!(kept(&site, "casier/rendre").await.updated_at, at("2026-10-01T09:00:00Z"));
    site.clock().set(at("2026-10-04T09:00:00Z"));
    assert!(bring(&site, folder(&files)).await.faults.is_empty());
    assert!(Help::of(site.atrium().db()).content().known_faults().await.unwrap().is_empty());
    assert_eq!(kept(&site, "casier/rendre").await.updated_at, at("2026-10-02T22:00:00Z"));
}

#[tokio::test]
async fn what_changed_last_comes_first_when_the_clock_goes_back() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let article = |text: &str| format!("---\ntitle: Rendre\n---\n{text}");
    let (one, two, again) = (article("Un."), article("Deux."), article("Un, corrigé."));
    bring(&site, folder(&[("casier/un", &one), ("casier/deux", &two)])).await;
    let before = kept(&site, "casier/deux").await.updated_at;
    site.pass_seconds(-3600);
    bring(&site, folder(&[("casier/un", &again), ("casier/deux", &two)])).await;
    assert!(kept(&site, "casier/un").await.updated_at > before);
    assert_eq!(kept(&site, "casier/deux").await.updated_at, before);
}

#[tokio::test]
async fn people_who_do_not_keep_the_help_may_not_synchronise_it() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let person = People::of(&site).at(Place::Region).await;
    let client = site.signed_in(person).await;
    let refused =
        Help::of(site.atrium().db()).content().sync(client.actor(), folder(&FIRST), Removals::All).await.unwrap_err();
    assert!(refused.is_forbidden());
}
