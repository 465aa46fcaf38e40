//! The index follows the database, observed through searches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use atrium_core::access::{Actor, Visibility};
use atrium_core::config::Settings;
use atrium_core::db::Db;
use atrium_core::events::{self, Consumer, Event};
use atrium_core::plugin::{Plugin, PluginContext, Severity};
use atrium_core::search::{
    IndexFeed, REINDEX, SearchDocument, SearchEngine, SearchRequest, SearchSource, SourceRows, Synonyms,
};
use atrium_core::testing::{TestSite, append};
use atrium_core::web::{Files, WebPlugin};
use atrium_core::{Atrium, Error, Result};
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::{Notify, Semaphore};

/// Notes visible to everyone, except hidden ones and one that cannot be read.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    notes: BTreeMap<String, &'static str>,
    hidden: BTreeSet<String>,
    broken: Option<&'static str>,
    /// What reading a note waits for.
    gate: Option<Arc<Semaphore>>,
    /// The number of subjects asked for to fill an index, and the last one before the source stops answering.
    asked: usize,
    silent_after: Option<&'static str>,
    /// Notified once the source stops answering.
    silent: Arc<Notify>,
}

impl Notes {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }

    /// Writes a note and its event.
    pub(crate) async fn write(&self, db: &Db, subject: &str, text: &'static str) {
        self.kept().notes.insert(subject.to_owned(), text);
        let tx = db.begin().await.unwrap();
        append(&tx, "note.written", subject).await;
        tx.commit().await.unwrap();
    }
}

impl Plugin for Notes {
    fn id(&self) -> &'static str {
        "note"
    }

    fn search_source(&self, _cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        Some(Arc::new(self.clone()))
    }
}

impl WebPlugin for Notes {
    fn locales(&self) -> Files {
        let french = Files::default().with("fr/note.ftl", b"search-kind-note = Notes\n".as_slice());
        french.with("en/note.ftl", b"search-kind-note = Notes\n".as_slice())
    }
}

/// Notes whose plugin has no name for them.
struct Nameless(Notes);

impl Plugin for Nameless {
    fn id(&self) -> &'static str {
        self.0.id()
    }

    fn search_source(&self, cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        self.0.search_source(cx)
    }
}

impl WebPlugin for Nameless {}

#[tokio::test]
async fn documents_of_a_kind_without_a_name_are_a_mistake() {
    let dir = tempfile::tempdir().unwrap();
    let builder = Atrium::builder().settings(Settings::default().data_dir(dir.path()));
    let error = builder.plugin(Nameless(Notes::default())).build().await.err().unwrap();
    let told = "the kind `note` of searched documents has no name: no plugin has the message `search-kind-note`";
    assert_eq!(error.to_string(), told);
}

#[async_trait]
impl SearchSource for Notes {
    fn kind(&self) -> &'static str {
        "note"
    }

    async fn documents(&self, _db: &Db, subject: &str) -> Result<Vec<SearchDocument>> {
        let gate = self.kept().gate.clone();
        if let Some(gate) = gate {
            drop(gate.acquire().await);
        }
        let kept = self.kept();
        if kept.broken == Some(subject) {
            return Err(Error::bug("a note that cannot be read"));
        }
        // A title, and perhaps a heading and a text.
        let document = |text: &&'static str| {
            let mut parts = text.split(" / ").map(str::to_owned);
            SearchDocument {
                id: subject.to_owned(),
                kind: "note".to_owned(),
                subject: subject.to_owned(),
                url: "/".to_owned(),
                title: parts.next().unwrap_or_default(),
                section: parts.next().unwrap_or_default(),
                body: parts.next().unwrap_or_default(),
                locale: "fr".to_owned(),
                service: Some("casier".to_owned()),
                ..SearchDocument::default()
            }
        };
        Ok(kept.notes.get(subject).map(document).into_iter().collect())
    }

    async fn subjects(&self, _db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        let after = after.unwrap_or_default();
        if self.kept().silent_after.is_some_and(|last| after >= last) {
            let silent = self.kept().silent.clone();
            silent.notify_one();
            std::future::pending::<()>().await;
        }
        let mut kept = self.kept();
        kept.asked += 1;
        let next = kept.notes.keys().filter(|subject| subject.as_str() > after);
        Ok(next.take(usize::try_from(limit).unwrap()).cloned().collect())
    }

    fn visibility(&self, _rows: &SourceRows, _actor: &Actor) -> Result<Visibility> {
        Ok(Visibility::all())
    }

    async fn visible(&self, _db: &Db, _rows: &SourceRows, _actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>> {
        let kept = self.kept();
        Ok(ids.iter().filter(|id| !kept.hidden.contains(*id)).cloned().collect())
    }
}

async fn search(atrium: &Atrium, words: &str) -> atrium_core::search::SearchAnswer {
    let visitor = Actor::anonymous(atrium.db().now());
    atrium.finder().search(&visitor, SearchRequest::new(words)).await.unwrap()
}

#[tokio::test]
async fn a_subject_that_cannot_be_read_keeps_no_other_from_being_found() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let db = site.atrium().db();
    notes.write(db, "note:1", "Un parapluie rouge").await;
    site.settle().await;
    notes.kept().broken = Some("note:1");
    for subject in ["note:1", "note:2"] {
        notes.write(db, subject, "Un parapluie vert").await;
    }
    site.settle().await;
    let found = search(site.atrium(), "parapluie").await;
    assert_eq!(found.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["note:2"]);
}

#[tokio::test]
async fn what_is_hidden_before_the_index_follows_is_neither_counted_nor_offered_as_a_word() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    notes.write(site.atrium().db(), "note:1", "Le dossier Mathurin des parents et des élèves").await;
    notes.write(site.atrium().db(), "note:2", "Boîte du dossier / Mathurin / À Mathurin, de Mathurin.").await;
    site.settle().await;
    let found = search(site.atrium(), "mathurim ").await;
    assert_eq!(found.corrected.as_deref(), Some("mathurin "), "the heading is asked for");
    let before = search(site.atrium(), "dossier ").await;
    assert_eq!((before.total, before.kinds["note"], before.services["casier"]), (2, 2, 2));

    notes.kept().hidden.insert("note:2".to_owned());
    assert_eq!(search(site.atrium(), "mathurim ").await.corrected, None);
    let after = search(site.atrium(), "dossier ").await;
    assert_eq!((after.total, after.kinds["note"], after.services["casier"]), (1, 1, 1));
}

#[tokio::test]
async fn a_restored_database_that_has_gone_on_is_read_anew() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let atrium = site.atrium();
    notes.write(atrium.db(), "note:1", "Un parapluie").await;
    site.settle().await;
    // As after a restore: another event is at the index's position, and later ones were written meanwhile.
    atrium.db().writer().execute_unprepared("UPDATE atrium_outbox SET at = at + 60000").await.unwrap();
    notes.kept().notes = BTreeMap::from([("note:2".to_owned(), "Un chapeau")]);
    site.settle().await;
    assert_eq!(search(atrium, "parapluie").await.total, 0);
    assert_eq!(search(atrium, "chapeau").await.total, 1);
}

#[tokio::test]
async fn looking_for_what_is_wrong_writes_nothing() {
    let site = TestSite::new().await;
    let db = site.atrium().db();
    let meddled = [
        "DELETE FROM atrium_instance",
        "UPDATE atrium_service SET name_en = 'Tray'",
        "UPDATE atrium_role SET label_en = 'X'",
    ];
    for sql in meddled {
        db.writer().execute_unprepared(sql).await.unwrap();
    }
    let counts = || async {
        let mut counts = Vec::new();
        for question in [
            "SELECT count(*) AS n FROM atrium_instance",
            "SELECT count(*) AS n FROM atrium_service WHERE name_en = 'Tray'",
            "SELECT count(*) AS n FROM atrium_role WHERE label_en = 'X'",
            "SELECT count(*) AS n FROM atrium_outbox",
            "SELECT count(*) AS n FROM atrium_audit",
        ] {
            let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), question)).await.unwrap();
            counts.push(row.unwrap().try_get::<i64>("", "n").unwrap());
        }
        counts
    };
    let before = counts().await;
    let settings = site.atrium().settings().clone();
    let findings = Atrium::builder().settings(settings).clock(site.clock().clone()).examine().await;
    assert!(findings.iter().all(|finding| finding.severity != Severity::Failure), "{findings:?}");
    assert_eq!(counts().await, before, "whatever the code would write when a node starts");
    assert!(before[0] == 0 && before[1] > 0 && before[2] > 0, "{before:?}");
}

#[tokio::test]
async fn an_index_removed_under_a_running_node_is_told_and_built_anew() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let atrium = site.atrium();
    notes.write(atrium.db(), "note:1", "Un parapluie").await;
    site.settle().await;
    let dir = atrium.settings().search_dir();
    std::fs::remove_dir_all(&dir).unwrap();
    // As after an unmounted volume, also for a user exempt from file permissions.
    std::fs::write(&dir, "").unwrap();
    assert_eq!(site.visitor().get("/readyz").await.assert_status(200).json()["index"], false);
    assert_eq!(search(atrium, "parapluie").await.total, 1, "what is open still answers");
    assert!(atrium.index_now().await.is_err());
    site.visitor().get("/recherche?q=parapluie").await.assert_status(200).assert_contains("en cours de construction");

    std::fs::remove_file(&dir).unwrap();
    notes.write(atrium.db(), "note:2", "Un chapeau").await;
    site.settle().await;
    assert_eq!(site.visitor().get("/readyz").await.json()["index"], true);
    assert_eq!((search(atrium, "parapluie").await.total, search(atrium, "chapeau").await.total), (1, 1));
}

#[tokio::test]
async fn an_index_that_lost_a_file_is_built_anew() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let atrium = site.atrium();
    notes.write(atrium.db(), "note:1", "Un parapluie").await;
    site.settle().await;
    let mut pending = vec![atrium.settings().search_dir()];
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => pending.push(path),
                path if path.extension().is_some_and(|extension| extension == "term") => {
                    std::fs::remove_file(path).unwrap();
                }
                _ => {}
            }
        }
    }
    assert_eq!(site.visitor().get("/readyz").await.json()["index"], false);
    site.settle().await;
    assert_eq!(site.visitor().get("/readyz").await.json()["index"], true);
    assert_eq!(search(atrium, "parapluie").await.total, 1);
}

#[tokio::test]
async fn an_index_that_cannot_be_written_is_told_until_it_could_be_built_again() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let atrium = site.atrium();
    notes.write(atrium.db(), "note:1", "Un parapluie").await;
    site.settle().await;
    let home = std::fs::read_dir(atrium.settings().search_dir()).unwrap().next().unwrap().unwrap().path();
    // The old files are intact, but no new one can be created beside them.
    std::fs::create_dir(home.join("current.new")).unwrap();
    assert!(atrium.reindex().await.is_err());
    for _ in 0..2 {
        assert!(atrium.index_now().await.is_err());
        assert_eq!(site.visitor().get("/readyz").await.json()["index"], false);
    }
    assert_eq!(search(atrium, "parapluie").await.total, 1, "what is open still answers");

    std::fs::remove_dir(home.join("current.new")).unwrap();
    notes.write(atrium.db(), "note:2", "Un chapeau").await;
    site.settle().await;
    assert_eq!(site.visitor().get("/readyz").await.json()["index"], true);
    assert_eq!(search(atrium, "chapeau").await.total, 1);
}

#[tokio::test]
async fn a_rebuild_that_is_given_up_leaves_nothing_on_disk() {
    let site = TestSite::new().await;
    site.settle().await;
    let generations = || {
        let home = std::fs::read_dir(site.atrium().settings().search_dir()).unwrap().next().unwrap().unwrap();
        std::fs::read_dir(home.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count()
    };
    let rebuild = site.atrium().search().rebuild().await.unwrap();
    assert_eq!(generations(), 2);
    drop(rebuild);
    assert_eq!(generations(), 1);
}

#[tokio::test]
async fn an_index_follows_a_database_that_went_back_while_the_node_ran() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let atrium = site.atrium();
    notes.write(atrium.db(), "note:1", "Un parapluie").await;
    notes.write(atrium.db(), "note:2", "Un chapeau").await;
    site.settle().await;
    // As after a fail-over to a server that was behind: the last note is lost, and others take its place.
    let sql = "DELETE FROM atrium_outbox WHERE id = (SELECT max(id) FROM atrium_outbox)";
    atrium.db().writer().execute_unprepared(sql).await.unwrap();
    notes.kept().notes.remove("note:2");
    while search(atrium, "chapeau").await.total > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(search(atrium, "parapluie").await.total, 1);
}

/// An index of its own over the notes, fed by hand.
struct Feeding {
    engine: SearchEngine,
    notes: Notes,
    instance: String,
}

impl Feeding {
    async fn new(db: &Db) -> Self {
        let engine = SearchEngine::in_memory(Synonyms::none()).unwrap();
        Self { engine, notes: Notes::default(), instance: events::instance(db).await.unwrap() }
    }

    /// Returns the feed of a node that starts.
    fn start(&self) -> IndexFeed {
        IndexFeed::new(self.engine.clone(), vec![Arc::new(self.notes.clone())], self.instance.as_str())
    }

    /// Returns the number of notes found by `word`.
    fn found(&self, word: &str) -> usize {
        let request = SearchRequest::new(word).visible("note", Visibility::all());
        self.engine.search_blocking(&request).unwrap().total
    }
}

async fn news(db: &Db, feed: &IndexFeed) -> Vec<Event> {
    let from = feed.position(db).await.unwrap().unwrap();
    events::read_after(db, from, 100).await.unwrap()
}

#[tokio::test]
async fn news_are_found_before_an_index_is_filled_and_filling_goes_on_after_a_restart() {
    let site = TestSite::new().await;
    let db = site.atrium().db();
    let feeding = Feeding::new(db).await;
    feeding.notes.write(db, "note:1", "Un parapluie ancien").await;
    let feed = feeding.start();
    assert!(news(db, &feed).await.is_empty() && !feed.is_whole());
    feeding.notes.write(db, "note:2", "Un chapeau neuf").await;
    feed.consume(db, &news(db, &feed).await).await.unwrap();
    assert_eq!((feeding.found("chapeau "), feeding.found("parapluie ")), (1, 0));
    assert!(!feed.is_whole(), "and that is said");

    let feed = feeding.start();
    assert!(news(db, &feed).await.is_empty(), "what was taken is not taken again");
    assert!(!feed.is_whole());
    feed.catch_up(db).await.unwrap();
    assert!(feed.is_whole());
    assert_eq!((feeding.found("chapeau "), feeding.found("parapluie ")), (1, 1));
    let feed = feeding.start();
    assert!(news(db, &feed).await.is_empty() && feed.is_whole());
}

#[tokio::test]
async fn news_are_found_before_an_index_is_built_anew_also_after_a_restart() {
    let site = TestSite::new().await;
    let db = site.atrium().db();
    let feeding = Feeding::new(db).await;
    let feed = feeding.start();
    feed.catch_up(db).await.unwrap();
    assert!(feed.is_whole());
    feeding.notes.write(db, "note:1", "Un parapluie").await;
    // Written without an event: only a new index finds it.
    feeding.notes.kept().notes.insert("note:3".to_owned(), "Une canne");
    let tx = db.begin().await.unwrap();
    append(&tx, REINDEX, "index:all").await;
    tx.commit().await.unwrap();
    feeding.notes.write(db, "note:2", "Un chapeau").await;
    feed.consume(db, &news(db, &feed).await).await.unwrap();
    assert_eq!((feeding.found("parapluie "), feeding.found("chapeau "), feeding.found("canne ")), (1, 1, 0));
    assert!(!feed.is_whole());

    let feed = feeding.start();
    feed.catch_up(db).await.unwrap();
    assert!(feed.is_whole());
    assert_eq!((feeding.found("parapluie "), feeding.found("chapeau "), feeding.found("canne ")), (1, 1, 1));
}

#[tokio::test]
async fn building_anew_goes_on_after_a_restart_where_it_was_kept() {
    let site = TestSite::new().await;
    let db = site.atrium().db();
    let dir = tempfile::tempdir().unwrap();
    let engine = SearchEngine::open(dir.path(), Synonyms::none()).await.unwrap();
    let feeding = Feeding { engine, notes: Notes::default(), instance: events::instance(db).await.unwrap() };
    feeding.start().catch_up(db).await.unwrap();
    let ask = async || {
        let tx = db.begin().await.unwrap();
        append(&tx, REINDEX, "index:all").await;
        tx.commit().await.unwrap();
    };
    feeding.notes.kept().notes.extend((0..5_500).map(|number| (format!("note:{number:04}"), "Un parapluie")));
    ask().await;
    feeding.notes.kept().silent_after = Some("note:5299");
    let silent = feeding.notes.kept().silent.clone();
    let feed = feeding.start();
    tokio::select! {
        done = feed.catch_up(db) => panic!("{done:?}"),
        () = silent.notified() => {}
    }
    drop(feed);
    assert_eq!(feeding.found("parapluie "), 0, "the index that was whole goes on answering");
    // News written before the node restarts.
    feeding.notes.write(db, "note:0001", "Un chapeau").await;
    feeding.notes.kept().silent_after = None;
    feeding.notes.kept().asked = 0;
    let feed = feeding.start();
    feed.catch_up(db).await.unwrap();
    assert!(feed.is_whole());
    assert!(feeding.notes.kept().asked < 10, "{} pages read", feeding.notes.kept().asked);
    assert!(feeding.found("parapluie ") > 0);
    assert_eq!(feeding.found("chapeau "), 1);
    // A second request rereads everything.
    ask().await;
    feed.catch_up(db).await.unwrap();
    assert!(feeding.notes.kept().asked > 50);
}

#[tokio::test]
async fn a_long_article_is_found_by_each_of_its_passages_and_shown_once() {
    let site = TestSite::new().await;
    let db = site.atrium().db();
    let feeding = Feeding::new(db).await;
    let feed = feeding.start();
    feed.catch_up(db).await.unwrap();
    let long = format!(
        "Un long article /  / Un début. {} Un parapluie. {} Un chapeau.",
        "Mot suivant. ".repeat(4_000),
        "Rien. ".repeat(4_000)
    );
    feeding.notes.write(db, "note:1", long.leak()).await;
    feed.consume(db, &news(db, &feed).await).await.unwrap();
    for word in ["parapluie ", "chapeau ", "suivant "] {
        let request = SearchRequest::new(word).visible("note", Visibility::all());
        let answer = feeding.engine.search_blocking(&request).unwrap();
        assert_eq!((answer.total, answer.hits.len(), answer.hits[0].more.len()), (1, 1, 0), "{word}");
        assert!(answer.hits[0].excerpt.iter().any(|fragment| fragment.marked), "{word}");
    }
    assert!(feeding.engine.len() > 5);
}

#[tokio::test]
async fn a_node_is_ready_once_it_finds_what_was_written_while_it_was_stopped() {
    let notes = Notes::default();
    let site = TestSite::builder().plugin(notes.clone()).start().await;
    let db = site.atrium().db();
    let settings = site.atrium().settings().clone().data_dir(site.atrium().settings().data_dir.join("second"));
    let start = async || Atrium::builder().settings(settings.clone()).plugin(notes.clone()).build().await.unwrap();
    notes.write(db, "note:1", "Un parapluie").await;
    let node = start().await;
    assert!(node.readiness().await.ready, "a new index is not waited for");
    node.index_now().await.unwrap();
    node.stop().await.unwrap();
    site.settle().await;

    let gate = Arc::new(Semaphore::new(0));
    notes.kept().gate = Some(gate.clone());
    notes.write(db, "note:2", "Un chapeau").await;
    let node = start().await;
    let readiness = node.readiness().await;
    assert!(readiness.database && readiness.writable && !readiness.ready, "{readiness:?}");
    gate.add_permits(Semaphore::MAX_PERMITS / 2);
    node.index_now().await.unwrap();
    assert_eq!(search(&node, "chapeau").await.total, 1);
    assert!(node.readiness().await.ready);
    node.stop().await.unwrap();
}
