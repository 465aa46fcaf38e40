//! The secret key of the platform: made once, kept to its owner, the same on every node, and told when it is not.

use std::path::Path;

use atrium_core::Atrium;
use atrium_core::config::Settings;
use atrium_core::secrets::Purpose;
use atrium_core::testing::{TestDatabase, TestSite};

const PURPOSE: Purpose = Purpose("bell.rope");

fn settings(database: &TestDatabase, directory: &Path) -> Settings {
    Settings::default().data_dir(directory).database(database.url()).not_durable()
}

async fn start(settings: Settings) -> Result<Atrium, String> {
    Atrium::builder().settings(settings).work_later().build().await.map_err(|error| error.to_string())
}

async fn doctor(settings: Settings) -> String {
    let findings = Atrium::builder().settings(settings).examine().await;
    let key = findings.into_iter().filter(|finding| finding.subject == "secret key");
    key.map(|finding| finding.message).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_new_site_makes_its_key_once_and_keeps_it_to_its_owner() {
    let (database, directory) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let of = || settings(&database, directory.path());
    assert_eq!(doctor(of()).await, "not made yet: `serve` makes it");
    let first = start(of()).await.unwrap();
    let sealed = first.context().secrets.seal(PURPOSE, b"hemp");
    first.stop().await.unwrap();
    let again = start(of()).await.unwrap();
    assert_eq!(again.context().secrets.open(PURPOSE, &sealed).unwrap(), b"hemp", "also after a restart");
    again.stop().await.unwrap();
    assert_eq!(doctor(of()).await, "that of the site");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = directory.path().join("secret.key");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(doctor(of()).await.contains("others may read"));
    }
}

#[tokio::test]
async fn a_node_with_another_key_does_not_start_and_says_so() {
    let database = TestDatabase::new().await;
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = start(settings(&database, one.path())).await.unwrap();
    let ours = first.context().secrets.fingerprint();
    let absent = start(settings(&database, other.path())).await.err().unwrap();
    assert!(
        absent.contains("secret.key` is not there: copy it from another node") && absent.contains(&ours),
        "{absent}"
    );
    assert!(!other.path().join("secret.key").exists(), "no other key is made");
    let mut given = settings(&database, other.path());
    given.secret_key = Some("0".repeat(64));
    let refused = start(given.clone()).await.err().unwrap();
    assert!(refused.contains("the setting `secret_key`") && refused.contains(&ours), "{refused}");
    assert!(!refused.contains(&"0".repeat(64)), "the key is not told: {refused}");
    assert_eq!(doctor(given).await, refused);
    std::fs::copy(one.path().join("secret.key"), other.path().join("secret.key")).unwrap();
    let second = start(settings(&database, other.path())).await.unwrap();
    assert_eq!(second.context().secrets.fingerprint(), ours);
    for node in [first, second] {
        node.stop().await.unwrap();
    }
}

#[tokio::test]
async fn nodes_that_start_together_agree_on_one_key() {
    let (database, directory) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let (one, two) = tokio::join!(
        Atrium::builder().settings(settings(&database, directory.path())).offline().build(),
        Atrium::builder().settings(settings(&database, directory.path())).offline().build(),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.context().secrets.fingerprint(), two.context().secrets.fingerprint());
    for node in [one, two] {
        node.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_key_is_replaced_when_somebody_says_so() {
    let database = TestDatabase::new().await;
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = start(settings(&database, one.path())).await.unwrap();
    let sealed = first.context().secrets.seal(PURPOSE, b"hemp");
    first.stop().await.unwrap();
    let of = || settings(&database, other.path());
    assert!(start(of()).await.is_err());
    let fingerprint = Atrium::builder().settings(of()).replace_secret_key().await.unwrap();
    let second = start(of()).await.unwrap();
    assert_eq!(second.context().secrets.fingerprint(), fingerprint);
    assert!(second.context().secrets.open(PURPOSE, &sealed).is_err(), "what was sealed stays closed");
    second.stop().await.unwrap();
    assert!(start(settings(&database, one.path())).await.is_err(), "the key of before is another one now");
}

#[tokio::test]
async fn nodes_of_one_site_open_what_the_others_sealed() {
    let site = TestSite::new().await;
    let second = site.second_node().await;
    let token = site.atrium().context().secrets.token(PURPOSE, "12");
    assert_eq!(second.context().secrets.payload(PURPOSE, &token), Some("12"));
    second.stop().await.unwrap();
}
