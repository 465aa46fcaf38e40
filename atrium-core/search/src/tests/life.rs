//! The index over time: changes, restarts, rebuilding, erasure.

use super::*;

#[tokio::test]
async fn a_subject_is_replaced_and_removed_whole() {
    let engine = help().await;
    let before = engine.len();
    engine.apply(vec![put(vec![document("help:1", 0, "Casier", "", "Un seul passage.")])]).await.expect("applied");
    assert_eq!(engine.len(), before, "nothing shows before the commit");
    engine.commit(Checkpoint("2".into())).await.expect("committed");
    assert_eq!(engine.len(), before - 3);
    assert!(ask(&engine, "annotée ").hits.is_empty());
    engine.apply(vec![Change::Remove { subject: "help:1".into() }]).await.expect("applied");
    engine.commit(Checkpoint("3".into())).await.expect("committed");
    assert!(ask(&engine, "\"casier\"").hits.is_empty());
    assert_eq!(engine.checkpoint().expect("read"), Some(Checkpoint("3".into())));
}

#[tokio::test]
async fn an_index_outlives_its_process_and_an_unreadable_one_is_replaced() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let open = || SearchEngine::open(dir.path(), Synonyms::french());
    let engine = open().await.expect("opened");
    assert_eq!(engine.checkpoint().expect("read"), None);
    engine.apply(vec![put(vec![document("help:1", 0, "Casier", "", "Un passage.")])]).await.expect("applied");
    engine.commit(Checkpoint("41".into())).await.expect("committed");
    assert!(open().await.expect_err("the index is open").is_unavailable());
    drop(engine);
    let engine = open().await.expect("opened again");
    assert_eq!((engine.len(), engine.checkpoint().expect("read")), (1, Some(Checkpoint("41".into()))));
    drop(engine);
    for entry in walk(dir.path()).into_iter().filter(|path| path.ends_with("meta.json")) {
        std::fs::write(entry, "not an index").expect("written");
    }
    let engine = open().await.expect("a damaged index is no reason not to start");
    assert_eq!((engine.len(), engine.checkpoint().expect("read")), (0, None));
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).expect("listed").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn the_old_index_serves_until_the_new_one_is_whole() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = SearchEngine::open(dir.path(), Synonyms::french()).await.expect("opened");
    let passage = |subject: &str, title: &str| put(vec![document(subject, 0, title, "", "")]);
    engine.apply(vec![passage("help:1", "Ancien")]).await.expect("applied");
    engine.commit(Checkpoint("1".into())).await.expect("committed");
    let rebuild = engine.rebuild().await.expect("started");
    rebuild.apply(vec![passage("help:2", "Nouveau")]).await.expect("applied");
    assert_eq!(first(&engine, "ancien "), "help:1");
    rebuild.finish(Checkpoint("2".into())).await.expect("finished");
    assert_eq!((first(&engine, "ancien "), first(&engine, "nouveau ")), (String::new(), "help:2".into()));
    engine.apply(vec![passage("help:3", "Suivant")]).await.expect("the new index takes changes");
    engine.commit(Checkpoint("3".into())).await.expect("committed");
    drop(engine);
    let engine = SearchEngine::open(dir.path(), Synonyms::french()).await.expect("opened again");
    assert_eq!((engine.len(), first(&engine, "suivant ")), (2, "help:3".into()));
}

#[tokio::test]
async fn a_closed_engine_lets_go_of_its_directory_whatever_comes_late() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let open = || SearchEngine::open(dir.path(), Synonyms::french());
    let engine = open().await.expect("opened");
    let change = || vec![put(vec![document("help:1", 0, "Casier", "", "Un passage.")])];
    engine.apply(change()).await.expect("applied");
    engine.commit(Checkpoint("1".into())).await.expect("committed");
    let rebuild = engine.rebuild().await.expect("started");
    rebuild.apply(change()).await.expect("applied");
    engine.close().await.expect("closed");
    assert!(engine.apply(change()).await.expect_err("closed").is_unavailable());
    assert!(engine.commit(Checkpoint("2".into())).await.expect_err("closed").is_unavailable());
    assert!(engine.erase("help:1").await.expect_err("closed").is_unavailable());
    assert!(rebuild.finish(Checkpoint("2".into())).await.expect_err("closed").is_unavailable());
    assert_eq!(first(&engine, "casier "), "help:1", "searches still answer");
    let next = open().await.expect("opened while the first is alive");
    assert_eq!(next.checkpoint().expect("read"), Some(Checkpoint("1".into())));
}

#[tokio::test]
async fn what_is_erased_leaves_no_byte_on_disk() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = SearchEngine::open(dir.path(), Synonyms::none()).await.expect("opened");
    let secret = "zyxwvutsecret";
    let passages = vec![
        put(vec![document("forum:1", 0, "Gardé", "", "Un autre texte.")]),
        put(vec![document("forum:2", 0, "Effacé", "", secret)]),
    ];
    engine.apply(passages).await.expect("applied");
    engine.commit(Checkpoint("1".into())).await.expect("committed");
    let holds = || {
        walk(dir.path()).iter().any(|path| {
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
        })
    };
    assert!(holds(), "the test can see what it looks for");
    engine.erase("forum:2").await.expect("erased");
    assert!(!holds());
    assert_eq!((engine.len(), engine.checkpoint().expect("read")), (1, Some(Checkpoint("1".into()))));
}
