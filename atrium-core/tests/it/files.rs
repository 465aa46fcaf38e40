//! Files: sent, attached, read by those who see what they are attached to, and collected.

mod bucket;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atrium_core::access::{Actor, Via};
use atrium_core::db::Db;
use atrium_core::directory::{PersonId, Profile};
use atrium_core::files::{self, Attachment, Content, FileId, FileOwner, FileScanner, Files};
use atrium_core::plugin::{Plugin, PluginContext};
use atrium_core::testing::{Answer, Client, TestSite};
use atrium_core::web::WebPlugin;
use atrium_core::{Error, Result};
use axum::body::Body;
use futures::{StreamExt, stream};
use http::Method;
use sea_orm::{ConnectionTrait, Statement};

/// A plugin whose subjects are people, each seen by that person alone.
struct Drawer;

#[async_trait::async_trait]
impl FileOwner for Drawer {
    async fn may_see(&self, _: &Db, reader: &Actor, subject: &str) -> Result<bool> {
        Ok(reader.person().is_some_and(|person| person.to_string() == subject))
    }
}

impl Plugin for Drawer {
    fn id(&self) -> &'static str {
        "drawer"
    }

    fn file_owner(&self, _: &PluginContext) -> Option<Arc<dyn FileOwner>> {
        Some(Arc::new(Self))
    }
}

impl WebPlugin for Drawer {}

/// Refuses what holds the word.
struct Watchman;

#[async_trait::async_trait]
impl FileScanner for Watchman {
    async fn admits(&self, path: &Path) -> Result<bool> {
        let text = std::fs::read(path).map_err(|source| Error::internal("a file to look at", source))?;
        Ok(!String::from_utf8_lossy(&text).contains("EICAR"))
    }
}

async fn site() -> TestSite {
    TestSite::builder().plugin(Drawer).start().await
}

async fn send(site: &TestSite, actor: &Actor, name: &str, content: &[u8]) -> Result<Attachment> {
    // In parts, as a network brings it.
    let parts: Vec<_> = content.chunks(1000).map(|part| Ok(part.to_vec())).collect();
    site.atrium().files().send(actor, name, stream::iter(parts)).await
}

async fn attach(site: &TestSite, sender: PersonId, subject: PersonId, file: FileId) -> Result<()> {
    let tx = site.atrium().db().begin().await?;
    files::attach(&tx, sender, "drawer", &subject.to_string(), &[file]).await?;
    tx.commit().await
}

/// Returns the words of a refusal.
#[track_caller]
fn refusal(sent: Result<Attachment>) -> String {
    let error = sent.unwrap_err();
    assert!(error.is_invalid(), "{error}");
    assert_eq!(error.problems()[0].field, "files");
    error.problems()[0].message.key.to_string()
}

/// Returns what stands in the store and on its way there.
fn kept(site: &TestSite) -> BTreeSet<PathBuf> {
    let data = &site.atrium().settings().data_dir;
    let (mut found, mut folders) = (BTreeSet::new(), vec![data.join("files"), data.join(".incoming")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path());
            }
        }
    }
    found
}

async fn rows(site: &TestSite, table: &str) -> i64 {
    let db = site.atrium().db();
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

async fn read(files: &Files, file: &Attachment) -> Vec<u8> {
    let parts: Vec<_> = files.read(file, Content::Whole, 0..file.size).await.unwrap().collect().await;
    parts.into_iter().flat_map(|part| part.unwrap().to_vec()).collect()
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

/// A picture of 900 × 600 pixels.
fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_fn(900, 600, |x, y| image::Rgb([(x / 4) as u8, (y / 3) as u8, 90]));
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

async fn upload(client: &Client, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (field, name, content) in parts {
        let name = name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        body.extend_from_slice(
            format!("--limite\r\nContent-Disposition: form-data; name=\"{field}\"{name}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limite--\r\n");
    let request = client.request(Method::POST, path).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "multipart/form-data; boundary=limite");
    client.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_is_its_senders_until_it_is_attached_and_then_read_as_its_subject_is() {
    let site = site().await;
    let school = site.school().await;
    let (sender, other) = (school.member(Profile::Teacher).await, school.member(Profile::Teacher).await);
    let (sending, others) = (sender.client().await, other.client().await);
    let file = send(&site, sending.actor(), "facture.pdf", PDF).await.unwrap();
    assert_eq!((file.name.as_str(), file.kind.media_type(), file.size), ("facture.pdf", "application/pdf", 17));
    let files = site.atrium().files();
    assert_eq!(read(files, &files.find(sending.actor(), file.id).await.unwrap()).await, PDF);
    let path = format!("/fichiers/{}", file.id);
    let administrator = site.signed_in(site.admin().await).await;
    for denied in [&others, &administrator, &site.visitor()] {
        assert!(files.find(denied.actor(), file.id).await.unwrap_err().is_not_found());
        denied.get(&path).await.assert_status(404);
    }
    // Attached to another's: the sender reads it no longer.
    assert!(attach(&site, other.id(), other.id(), file.id).await.unwrap_err().is_invalid(), "not theirs to attach");
    attach(&site, sender.id(), other.id(), file.id).await.unwrap();
    sending.get(&path).await.assert_status(404);
    others.get(&path).await.assert_status(200);
    site.visitor().get(&path).await.assert_status(404);
    assert!(attach(&site, sender.id(), sender.id(), file.id).await.unwrap_err().is_invalid(), "attached already");
    let tx = site.atrium().db().begin().await.unwrap();
    let absent = files::detach(&tx, others.actor(), "drawer", "0", file.id).await.unwrap_err();
    assert!(absent.is_not_found());
    files::detach(&tx, others.actor(), "drawer", &other.id().to_string(), file.id).await.unwrap();
    tx.commit().await.unwrap();
    others.get(&path).await.assert_status(404);
}

#[tokio::test]
async fn visitors_send_nothing() {
    let site = site().await;
    let refused = send(&site, site.visitor().actor(), "a.pdf", PDF).await.unwrap_err();
    assert!(refused.is_sign_in_required());
    upload(&site.visitor(), "/api/v1/files", &[("files", Some("a.pdf"), PDF)]).await.assert_status(401);
    assert!(kept(&site).is_empty());
}

#[tokio::test]
async fn what_is_not_taken_leaves_nothing() {
    let site = TestSite::builder()
        .plugin(Drawer)
        .settings(|mut settings| {
            settings.picture_megabytes = 1;
            settings.document_megabytes = 2;
            settings
        })
        .with(|builder| builder.file_scanner(Watchman))
        .start()
        .await;
    let client = site.school().await.member(Profile::Teacher).await.client().await;
    let actor = client.actor();
    let large = [PDF, &vec![b'a'; 2 << 20]].concat();
    assert_eq!(refusal(send(&site, actor, "a.pdf", &large).await), "file-too-large");
    let large = [&png()[..], &vec![0; 1 << 20]].concat();
    assert_eq!(refusal(send(&site, actor, "a.png", &large).await), "file-too-large");
    assert_eq!(refusal(send(&site, actor, "a.pdf", b"").await), "file-empty");
    assert_eq!(refusal(send(&site, actor, "a.pdf", b"MZ\x90\0\x03").await), "file-kind");
    assert_eq!(refusal(send(&site, actor, "a.txt", b"X5O!P%@AP EICAR").await), "file-unsafe");
    assert_eq!(refusal(send(&site, actor, "a.png", b"\x89PNG\r\n\x1a\nabc").await), "file-picture-unreadable");
    let broken = stream::iter([Ok(PDF.to_vec()), Err(Error::unavailable("the network"))]);
    assert!(site.atrium().files().send(actor, "a.pdf", broken).await.unwrap_err().is_unavailable());
    assert!(kept(&site).is_empty(), "{:?}", kept(&site));
    assert_eq!((rows(&site, "atrium_file").await, rows(&site, "atrium_file_use").await), (0, 0));
}

#[tokio::test]
async fn equal_files_are_kept_once_and_what_stands_nowhere_is_collected() {
    let site = site().await;
    let school = site.school().await;
    let sender = school.member(Profile::Teacher).await;
    let actor = sender.client().await.actor().clone();
    let first = send(&site, &actor, "écran.png", &png()).await.unwrap();
    let second = send(&site, &actor, "copie.png", &png()).await.unwrap();
    assert_eq!(first.digest, second.digest);
    assert_eq!((rows(&site, "atrium_file").await, kept(&site).len()), (1, 2), "the picture and its small one");
    attach(&site, sender.id(), sender.id(), first.id).await.unwrap();
    let stray = site.atrium().settings().data_dir.join("files/ab/abandoned");
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, "x").unwrap();

    site.run_jobs().await;
    assert_eq!((rows(&site, "atrium_file_use").await, kept(&site).len()), (2, 3), "not before a day has passed");
    // The store's own instants are the machine's.
    site.clock().set(atrium_core::clock::Clock::system().now().plus_days(2));
    site.run_jobs().await;
    assert_eq!((rows(&site, "atrium_file_use").await, rows(&site, "atrium_file").await), (1, 1));
    assert!(!stray.exists(), "what has no row goes");
    let reader = site.signed_in(sender.id()).await;
    reader.get(&format!("/fichiers/{}", first.id)).await.assert_status(200);
    reader.get(&format!("/fichiers/{}", second.id)).await.assert_status(404);

    let tx = site.atrium().db().begin().await.unwrap();
    files::detach(&tx, &actor, "drawer", &sender.id().to_string(), first.id).await.unwrap();
    tx.commit().await.unwrap();
    site.run_jobs().await;
    assert_eq!(rows(&site, "atrium_file").await, 0);
    assert!(kept(&site).is_empty(), "{:?}", kept(&site));
    // Sent again, it is there again.
    let again = send(&site, &actor, "écran.png", &png()).await.unwrap();
    assert!(!read(site.atrium().files(), &again).await.is_empty());
}

#[tokio::test]
async fn a_school_has_so_much_room_and_a_person_so_many_loose_files() {
    let site = TestSite::builder()
        .plugin(Drawer)
        .settings(|mut settings| {
            settings.school_files_megabytes = 1;
            settings
        })
        .start()
        .await;
    let (school, other) = (site.school().await, site.school().await);
    let client = school.member(Profile::Teacher).await.client().await;
    let text = |number: usize| format!("{number}").repeat(600 << 10);
    send(&site, client.actor(), "a.txt", text(1).as_bytes()).await.unwrap();
    assert_eq!(refusal(send(&site, client.actor(), "b.txt", text(2).as_bytes()).await), "file-no-room");
    let elsewhere = other.member(Profile::Teacher).await.client().await;
    send(&site, elsewhere.actor(), "b.txt", text(2).as_bytes()).await.unwrap();
    for number in 0..59 {
        send(&site, elsewhere.actor(), "a.txt", format!("{number}").as_bytes()).await.unwrap();
    }
    assert_eq!(refusal(send(&site, elsewhere.actor(), "a.txt", b"a").await), "file-too-many-loose");
}

#[tokio::test]
async fn browsers_show_few_kinds_and_run_none() {
    let site = site().await;
    let client = site.school().await.member(Profile::Teacher).await.client().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (name, content, how, kind) in [
        ("dessin.svg", &svg[..], "attachment; filename*=UTF-8''dessin.svg.txt", "text/plain; charset=utf-8"),
        (
            "page.html",
            b"<!DOCTYPE html><script>alert(1)</script>",
            "attachment; filename*=UTF-8''page.html.txt",
            "text/plain; charset=utf-8",
        ),
        ("Reçu d’été.pdf", PDF, "inline; filename*=UTF-8''Re%C3%A7u%20d%E2%80%99%C3%A9t%C3%A9.pdf", "application/pdf"),
        ("photo.exe", &png(), "inline; filename*=UTF-8''photo.exe.png", "image/png"),
        (
            "archive.docm",
            b"PK\x03\x04\x14\0\0\0\0\0\0\0",
            "attachment; filename*=UTF-8''archive.docm.zip",
            "application/zip",
        ),
    ] {
        let file = send(&site, client.actor(), name, content).await.unwrap();
        let answer = client.get(&format!("/fichiers/{}", file.id)).await;
        assert_eq!((answer.header("content-disposition"), answer.header("content-type")), (how, kind));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
        assert!(answer.header("content-security-policy").contains("sandbox"));
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn parts_are_given_and_what_did_not_change_is_not_sent_again() {
    let site = site().await;
    let client = site.school().await.member(Profile::Teacher).await.client().await;
    let text: String = (0..5000).map(|number| format!("{number:04}\n")).collect();
    let file = send(&site, client.actor(), "a.txt", text.as_bytes()).await.unwrap();
    let path = format!("/fichiers/{}", file.id);
    let ask = async |headers: &[(&str, &str)]| {
        let request = headers
            .iter()
            .fold(client.request(Method::GET, &path), |request, (name, value)| request.header(*name, *value));
        client.send(request.body(Body::empty()).unwrap()).await
    };
    let whole = ask(&[]).await;
    assert_eq!((whole.text(), whole.header("content-length")), (text.clone(), "25000"));
    let tag = whole.header("etag").to_owned();
    let part = ask(&[("range", "bytes=10-14")]).await;
    part.assert_status(206);
    assert_eq!((part.text().as_str(), part.header("content-range")), ("0002\n", "bytes 10-14/25000"));
    assert_eq!(ask(&[("range", "bytes=-5")]).await.text(), "4999\n");
    let outside = ask(&[("range", "bytes=25000-")]).await;
    outside.assert_status(416);
    assert_eq!(outside.header("content-range"), "bytes */25000");
    ask(&[("range", "bytes=0-4"), ("if-range", &tag)]).await.assert_status(206);
    ask(&[("range", "bytes=0-4"), ("if-range", "\"other\"")]).await.assert_status(200);
    let same = ask(&[("if-none-match", &tag)]).await;
    same.assert_status(304);
    assert!(same.text().is_empty());
    // A part is never compressed: its bytes are those of the file.
    let part = ask(&[("range", "bytes=0-20000"), ("accept-encoding", "gzip, br")]).await;
    assert_eq!((part.header("content-encoding"), part.text().len()), ("", 20001));
    let head = client.send(client.request(Method::HEAD, &path).body(Body::empty()).unwrap()).await;
    assert_eq!((head.text().as_str(), head.header("content-length")), ("", "25000"));
    client.get(&format!("{path}/apercu")).await.assert_status(404);
}

#[tokio::test]
async fn a_picture_has_a_small_one() {
    let site = site().await;
    let client = site.school().await.member(Profile::Teacher).await.client().await;
    let file = send(&site, client.actor(), "écran.png", &png()).await.unwrap();
    assert_eq!(file.sides, Some((900, 600)));
    let small = client.get(&format!("/fichiers/{}/apercu", file.id)).await;
    small.assert_status(200);
    assert_eq!(small.header("content-length"), file.small.unwrap().to_string());
    site.visitor().get(&format!("/fichiers/{}/apercu", file.id)).await.assert_status(404);
}

#[tokio::test]
async fn a_program_sends_and_reads_files() {
    let site = site().await;
    let client = site.school().await.member(Profile::Teacher).await.client().await;
    let sent = upload(&client, "/api/v1/files", &[("files", Some("écran.png"), &png())]).await;
    sent.assert_status(201);
    let data = sent.json();
    assert_eq!((&data["name"], &data["type"], &data["width"]), (&"écran.png".into(), &"image/png".into(), &900.into()));
    assert_eq!(sent.location(), data["url"]);
    client.get(&format!("/api/v1/files/{}", data["id"])).await.assert_status(200);
    site.visitor().get(&format!("/api/v1/files/{}", data["id"])).await.assert_status(404);
    let wrong = upload(&client, "/api/v1/files", &[("files", Some("a.exe"), b"MZ\x90\0")]).await;
    wrong.assert_status(422);
    assert_eq!(wrong.json()["errors"][0]["field"], "files");
    wrong.assert_contains("a.exe");
    upload(&client, "/api/v1/files", &[("note", None, b"rien")]).await.assert_status(422);
    let pair = [("files", Some("a.txt"), &b"a"[..]), ("files", Some("b.txt"), b"b")];
    upload(&client, "/api/v1/files", &pair).await.assert_status(422);
    upload(&client, "/api/v1/files", &[("files", Some("a.txt"), b"a\0b")]).await.assert_status(422);
}

#[tokio::test]
async fn files_are_handed_over_and_forgotten_with_their_person() {
    let site = site().await;
    let sender = site.school().await.member(Profile::Teacher).await;
    let actor = sender.client().await.actor().clone();
    let loose = send(&site, &actor, "brouillon.pdf", PDF).await.unwrap();
    let attached = send(&site, &actor, "capture.png", &png()).await.unwrap();
    attach(&site, sender.id(), sender.id(), attached.id).await.unwrap();
    let export = site.atrium().export_person(&actor, sender.id()).await.unwrap();
    let told = &export["core"]["files"];
    assert_eq!((&told[0]["name"], &told[1]["subject"]), (&"brouillon.pdf".into(), &sender.id().to_string().into()));

    let admin = site.atrium().access().actor_for(site.admin().await, Via::Web).await.unwrap();
    site.atrium().erase_person(&admin, sender.id(), "à sa demande").await.unwrap();
    let db = site.atrium().db();
    let sql = "SELECT id, person_id FROM atrium_file_use";
    let left = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    assert_eq!(left.len(), 1, "file {} goes, what is attached stays with what it is attached to", loose.id);
    assert_eq!(left[0].try_get::<i64>("", "id").unwrap(), attached.id.0);
    assert_eq!(left[0].try_get::<Option<i64>>("", "person_id").unwrap(), None);
}
